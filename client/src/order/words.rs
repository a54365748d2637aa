//! Reasons in words.

use assay_primitives::{order::Refusal, request::Ineligible};

/// Why orders don't make a deal, as a sentence.
pub fn refusal(refusal: &Refusal) -> String {
	let text = match refusal {
		Refusal::RequestExpired => "the request is past its last block",
		Refusal::RequestLifeTooLong => {
			"the request is valid for longer than the chain remembers what was used of it"
		},
		Refusal::RequestVolumeOutOfRange => {
			"the request asks for no tasks, or for more at once than altogether"
		},
		Refusal::Policy(fault) => return format!("the policy is impossible: {fault:?}"),
		Refusal::RunTimeOutOfRange => "the run time is zero, or longer than any task may run",
		Refusal::GasLimitOutOfRange => "the gas limit is zero, or higher than any task may use",
		Refusal::MemoryLimitOutOfRange => {
			"the memory limit is zero, or higher than any task may use"
		},
		Refusal::OutputLimitOutOfRange => "the output limit is higher than any task may use",
		Refusal::TipTooHigh => "the tip is above the share of the highest wage that a tip may be",
		Refusal::RequestClosed => "the client has closed the request",
		Refusal::RequestUsedUp => "nothing is left of the request",
		Refusal::RequestSignatureMalformed => "the client's signature has no known form",
		Refusal::RequestNotAuthorized => "the request is not signed by its client for this network",
		Refusal::SponsorMissing => "the request names a sponsor whose consent is missing",
		Refusal::SponsorSignatureMalformed => "the sponsor's signature has no known form",
		Refusal::SponsorNotAuthorized => {
			"the signature is not the sponsor's for this request and network"
		},
		Refusal::AppNotFound => "the app is not registered",
		Refusal::AppSuspended => "the app is suspended",
		Refusal::AppMismatch => {
			"the order is for another app or content, or the request's module or profile is not the app's"
		},
		Refusal::AppOrderMissing => "the app can only be used with an order",
		Refusal::AppOrderExpired => "the app order is past its last block",
		Refusal::AppOrderLifeTooLong => {
			"the app order is valid for longer than the chain remembers what was used of it"
		},
		Refusal::AppOrderClosed => "the owner has closed the app order",
		Refusal::AppOrderUsedUp => "nothing is left of the app order",
		Refusal::AppSignatureMalformed => "the signature of the app order has no known form",
		Refusal::AppNotAuthorized => {
			"the app order is not signed by the app's owner for this network"
		},
		Refusal::AppPriceAboveCeiling => "the app costs more than the request allows",
		Refusal::AppBondTooSmall => "the publisher's bond is below what the request wants",
		Refusal::AppRefusesDataset => "the app is not meant for this dataset",
		Refusal::AppRefusesClient => "the app is not meant for this client",
		Refusal::DatasetNotFound => "the dataset is not registered",
		Refusal::DatasetSuspended => "the dataset is suspended",
		Refusal::DatasetMismatch => {
			"the order is for another dataset or content, or the request's input is not the dataset's"
		},
		Refusal::DatasetOrderMissing => "the dataset can only be used with an order",
		Refusal::DatasetOrderExpired => "the dataset order is past its last block",
		Refusal::DatasetOrderLifeTooLong => {
			"the dataset order is valid for longer than the chain remembers what was used of it"
		},
		Refusal::DatasetOrderClosed => "the owner has closed the dataset order",
		Refusal::DatasetOrderUsedUp => "nothing is left of the dataset order",
		Refusal::DatasetSignatureMalformed => {
			"the signature of the dataset order has no known form"
		},
		Refusal::DatasetNotAuthorized => {
			"the dataset order is not signed by the dataset's owner for this network"
		},
		Refusal::DatasetPriceAboveCeiling => "the dataset costs more than the request allows",
		Refusal::DatasetBondTooSmall => "the publisher's bond is below what the request wants",
		Refusal::DatasetRefusesApp => "the dataset is not meant for this app",
		Refusal::DatasetRefusesClient => "the dataset is not meant for this client",
		Refusal::ProgramTagsMissing => {
			"a tag is wanted that the program itself must support, and the app does not"
		},
		Refusal::NotEnoughCandidates => {
			"there are fewer candidates than the policy or the request wants"
		},
		Refusal::Resource { at, why } => {
			return format!("resource {at}: {}", reason(why));
		},
		Refusal::PriceTooLarge => "the price of a task exceeds what amounts can express",
		Refusal::NoCommonMediator => "no account's mediators are trusted by all",
		Refusal::VolumeTooSmall => {
			"less than the request's least volume is left of the orders, or fits into a deal"
		},
	};
	text.into()
}

/// Why an offer does not serve a request.
pub fn reason(reason: &Ineligible) -> &'static str {
	match reason {
		Ineligible::OfferNotFound => "there is no such offer",
		Ineligible::OfferExpired => "it has expired",
		Ineligible::Profile => "it is for another profile",
		Ineligible::BasePriceAboveCeiling => "its price per replica is too high",
		Ineligible::GasPriceAboveCeiling => "its price of gas is too high",
		Ineligible::GasAboveOffer => "the gas limit is above what it offers",
		Ineligible::MemoryAboveOffer => "the memory is above what it offers",
		Ineligible::RunTimeBelowOffer => "it needs more blocks to run",
		Ineligible::TagsMissing => "the provider lacks a tag",
		Ineligible::SelfDeal => "it is your own",
		Ineligible::ProviderNotFound => "its provider is gone",
		Ineligible::NoFreeSlot => "its provider is busy",
		Ineligible::BondTooSmall => "its provider's free bond is too small",
		Ineligible::DuplicateProvider => "another offer of the same provider is chosen",
		Ineligible::NotWanted => "the request does not want this provider",
		Ineligible::NotAllowedByApp => "the app may not be run by this provider",
		Ineligible::NotAllowedByDataset => "the dataset may not be read by this provider",
		Ineligible::ClientNotServed => "its provider does not work for this client",
		Ineligible::AppNotServed => "its provider does not run this app",
		Ineligible::DatasetNotServed => "its provider does not read this dataset",
		Ineligible::OrderLifeTooLong => "it is valid for too long",
		Ineligible::OrderClosed => "its owner has closed it",
		Ineligible::OrderUsedUp => "nothing is left of it",
		Ineligible::SignerNotOfProvider => "neither the provider nor its operator has signed it",
		Ineligible::SignatureMalformed => "its signature has no known form",
		Ineligible::NotAuthorized => "its signature is not that of its signer",
		Ineligible::ClientLimitReached => "its provider takes on no more unpaid work for you",
		Ineligible::PriceTooFarFromCheapest => {
			"its price is too far from the others' for one stake to deter all"
		},
		Ineligible::OperatorMissing => "its operator has resigned",
		Ineligible::ProfileNotServed => "its provider no longer runs this profile",
	}
}
