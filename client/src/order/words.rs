//! Reasons in words.

use assay_primitives::{order::Flaw, request::Misfit};

/// Why orders don't make a deal, as a sentence.
pub fn flaw(flaw: &Flaw) -> String {
	let text = match flaw {
		Flaw::RequestExpired => "the request is past its last block",
		Flaw::RequestLifeTooLong => {
			"the request is valid for longer than the chain remembers what was used of it"
		},
		Flaw::RequestVolumeOutOfRange => {
			"the request asks for no tasks, or for more at once than altogether"
		},
		Flaw::Policy(fault) => return format!("the policy is impossible: {fault:?}"),
		Flaw::RunTimeOutOfRange => "the run time is zero, or longer than any task may run",
		Flaw::GasLimitOutOfRange => "the gas limit is zero, or higher than any task may use",
		Flaw::MemoryLimitOutOfRange => "the memory limit is zero, or higher than any task may use",
		Flaw::OutputLimitOutOfRange => "the output limit is higher than any task may use",
		Flaw::TipTooHigh => "the tip is above the share of the highest wage that a tip may be",
		Flaw::RequestClosed => "the client has closed the request",
		Flaw::RequestUsedUp => "nothing is left of the request",
		Flaw::RequestSignatureMalformed => "the client's signature has no known form",
		Flaw::RequestNotAuthorized => "the request is not signed by its client for this network",
		Flaw::SponsorMissing => "the request names a sponsor whose consent is missing",
		Flaw::SponsorSignatureMalformed => "the sponsor's signature has no known form",
		Flaw::SponsorNotAuthorized => {
			"the signature is not the sponsor's for this request and network"
		},
		Flaw::AppNotFound => "the app is not registered",
		Flaw::AppSuspended => "the app is suspended",
		Flaw::AppMismatch => {
			"the order is for another app or content, or the request's module or profile is not the app's"
		},
		Flaw::AppOrderMissing => "the app can only be used with an order",
		Flaw::AppOrderExpired => "the app order is past its last block",
		Flaw::AppOrderLifeTooLong => {
			"the app order is valid for longer than the chain remembers what was used of it"
		},
		Flaw::AppOrderClosed => "the owner has closed the app order",
		Flaw::AppOrderUsedUp => "nothing is left of the app order",
		Flaw::AppSignatureMalformed => "the signature of the app order has no known form",
		Flaw::AppNotAuthorized => "the app order is not signed by the app's owner for this network",
		Flaw::AppPriceAboveCeiling => "the app costs more than the request allows",
		Flaw::AppBondTooSmall => "the publisher's bond is below what the request wants",
		Flaw::AppRefusesDataset => "the app is not meant for this dataset",
		Flaw::AppRefusesClient => "the app is not meant for this client",
		Flaw::DatasetNotFound => "the dataset is not registered",
		Flaw::DatasetSuspended => "the dataset is suspended",
		Flaw::DatasetMismatch => {
			"the order is for another dataset or content, or the request's input is not the dataset's"
		},
		Flaw::DatasetOrderMissing => "the dataset can only be used with an order",
		Flaw::DatasetOrderExpired => "the dataset order is past its last block",
		Flaw::DatasetOrderLifeTooLong => {
			"the dataset order is valid for longer than the chain remembers what was used of it"
		},
		Flaw::DatasetOrderClosed => "the owner has closed the dataset order",
		Flaw::DatasetOrderUsedUp => "nothing is left of the dataset order",
		Flaw::DatasetSignatureMalformed => "the signature of the dataset order has no known form",
		Flaw::DatasetNotAuthorized => {
			"the dataset order is not signed by the dataset's owner for this network"
		},
		Flaw::DatasetPriceAboveCeiling => "the dataset costs more than the request allows",
		Flaw::DatasetBondTooSmall => "the publisher's bond is below what the request wants",
		Flaw::DatasetRefusesApp => "the dataset is not meant for this app",
		Flaw::DatasetRefusesClient => "the dataset is not meant for this client",
		Flaw::ProgramTagsMissing => {
			"a tag is wanted that the program itself must support, and the app does not"
		},
		Flaw::NotEnoughCandidates => {
			"there are fewer candidates than the policy or the request wants"
		},
		Flaw::Resource { at, why } => {
			return format!("resource {at}: {}", misfit(why));
		},
		Flaw::PriceTooLarge => "the price of a task exceeds what amounts can express",
		Flaw::NoCommonMediator => "no account's mediators are trusted by all",
		Flaw::VolumeTooSmall => {
			"less than the request's least volume is left of the orders, or fits into a deal"
		},
	};
	text.into()
}

/// Why an offer does not serve a request.
pub fn misfit(misfit: &Misfit) -> &'static str {
	match misfit {
		Misfit::OfferNotFound => "there is no such offer",
		Misfit::OfferExpired => "it has expired",
		Misfit::Profile => "it is for another profile",
		Misfit::BasePriceAboveCeiling => "its price per replica is too high",
		Misfit::GasPriceAboveCeiling => "its price of gas is too high",
		Misfit::GasAboveOffer => "the gas limit is above what it offers",
		Misfit::MemoryAboveOffer => "the memory is above what it offers",
		Misfit::RunTimeBelowOffer => "it needs more blocks to run",
		Misfit::TagsMissing => "the provider lacks a tag",
		Misfit::SelfDeal => "it is your own",
		Misfit::ProviderNotFound => "its provider is gone",
		Misfit::NoFreeSlot => "its provider is busy",
		Misfit::BondTooSmall => "its provider's free bond is too small",
		Misfit::DuplicateProvider => "another offer of the same provider is chosen",
		Misfit::NotWanted => "the request does not want this provider",
		Misfit::NotAllowedByApp => "the app may not be run by this provider",
		Misfit::NotAllowedByDataset => "the dataset may not be read by this provider",
		Misfit::ClientNotServed => "its provider does not work for this client",
		Misfit::AppNotServed => "its provider does not run this app",
		Misfit::DatasetNotServed => "its provider does not read this dataset",
		Misfit::OrderLifeTooLong => "it is valid for too long",
		Misfit::OrderClosed => "its owner has closed it",
		Misfit::OrderUsedUp => "nothing is left of it",
		Misfit::SignerNotOfProvider => "neither the provider nor its operator has signed it",
		Misfit::SignatureMalformed => "its signature has no known form",
		Misfit::NotAuthorized => "its signature is not that of its signer",
		Misfit::ClientLimitReached => "its provider takes on no more unpaid work for you",
		Misfit::PriceTooFarFromCheapest => {
			"its price is too far from the others' for one stake to deter all"
		},
		Misfit::OperatorMissing => "its operator has resigned",
		Misfit::ProfileNotServed => "its provider no longer runs this profile",
	}
}
