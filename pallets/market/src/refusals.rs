//! Errors of the reasons why orders don't make a deal.

use crate::Error;
use assay_primitives::{order::Flaw, policy::PolicyFault, request::Misfit};

impl<T> From<Misfit> for Error<T> {
	fn from(misfit: Misfit) -> Self {
		match misfit {
			Misfit::OfferNotFound => Self::OfferNotFound,
			Misfit::OfferExpired => Self::OfferExpired,
			Misfit::Profile => Self::ProfileMismatch,
			Misfit::BasePriceAboveCeiling => Self::BasePriceAboveCeiling,
			Misfit::GasPriceAboveCeiling => Self::GasPriceAboveCeiling,
			Misfit::GasAboveOffer => Self::GasAboveOffer,
			Misfit::MemoryAboveOffer => Self::MemoryAboveOffer,
			Misfit::RunTimeBelowOffer => Self::RunTimeBelowOffer,
			Misfit::TagsMissing => Self::TagsMissing,
			Misfit::SelfDeal => Self::SelfDeal,
			Misfit::ProviderNotFound => Self::ProviderNotFound,
			Misfit::NoFreeSlot => Self::NoFreeSlot,
			Misfit::BondTooSmall => Self::BondTooSmall,
			Misfit::DuplicateProvider => Self::DuplicateProvider,
			Misfit::ProfileNotServed => Self::ProfileNotServed,
			Misfit::OperatorMissing => Self::OperatorMissing,
			Misfit::NotWanted => Self::NotWanted,
			Misfit::NotAllowedByApp => Self::NotAllowedByApp,
			Misfit::NotAllowedByDataset => Self::NotAllowedByDataset,
			Misfit::ClientNotServed => Self::ClientNotServed,
			Misfit::AppNotServed => Self::AppNotServed,
			Misfit::DatasetNotServed => Self::DatasetNotServed,
			Misfit::OrderLifeTooLong => Self::ResourceLifeTooLong,
			Misfit::OrderClosed => Self::ResourceClosed,
			Misfit::OrderUsedUp => Self::ResourceUsedUp,
			Misfit::SignerNotOfProvider => Self::SignerNotOfProvider,
			Misfit::SignatureMalformed => Self::ResourceSignatureMalformed,
			Misfit::NotAuthorized => Self::ResourceNotAuthorized,
			Misfit::ClientLimitReached => Self::ClientLimitReached,
			Misfit::PriceTooFarFromCheapest => Self::PriceTooFarFromCheapest,
		}
	}
}

impl<T> From<Flaw> for Error<T> {
	fn from(flaw: Flaw) -> Self {
		match flaw {
			Flaw::RequestExpired => Self::RequestExpired,
			Flaw::RequestLifeTooLong => Self::RequestLifeTooLong,
			Flaw::RequestVolumeOutOfRange => Self::RequestVolumeOutOfRange,
			Flaw::Policy(fault) => fault.into(),
			Flaw::RunTimeOutOfRange => Self::RunTimeOutOfRange,
			Flaw::GasLimitOutOfRange => Self::GasLimitOutOfRange,
			Flaw::MemoryLimitOutOfRange => Self::MemoryLimitOutOfRange,
			Flaw::OutputLimitOutOfRange => Self::OutputLimitOutOfRange,
			Flaw::TipTooHigh => Self::TipTooHigh,
			Flaw::RequestClosed => Self::RequestClosed,
			Flaw::RequestUsedUp => Self::RequestUsedUp,
			Flaw::RequestSignatureMalformed => Self::RequestSignatureMalformed,
			Flaw::RequestNotAuthorized => Self::RequestNotAuthorized,
			Flaw::SponsorMissing => Self::SponsorMissing,
			Flaw::SponsorSignatureMalformed => Self::SponsorSignatureMalformed,
			Flaw::SponsorNotAuthorized => Self::SponsorNotAuthorized,
			Flaw::AppNotFound => Self::AppNotFound,
			Flaw::AppSuspended => Self::AppSuspended,
			Flaw::AppMismatch => Self::AppMismatch,
			Flaw::AppOrderMissing => Self::AppOrderMissing,
			Flaw::AppOrderExpired => Self::AppOrderExpired,
			Flaw::AppOrderLifeTooLong => Self::AppOrderLifeTooLong,
			Flaw::AppOrderClosed => Self::AppOrderClosed,
			Flaw::AppOrderUsedUp => Self::AppOrderUsedUp,
			Flaw::AppSignatureMalformed => Self::AppSignatureMalformed,
			Flaw::AppNotAuthorized => Self::AppNotAuthorized,
			Flaw::AppPriceAboveCeiling => Self::AppPriceAboveCeiling,
			Flaw::AppBondTooSmall => Self::AppBondTooSmall,
			Flaw::AppRefusesDataset => Self::AppRefusesDataset,
			Flaw::AppRefusesClient => Self::AppRefusesClient,
			Flaw::DatasetNotFound => Self::DatasetNotFound,
			Flaw::DatasetSuspended => Self::DatasetSuspended,
			Flaw::DatasetMismatch => Self::DatasetMismatch,
			Flaw::DatasetOrderMissing => Self::DatasetOrderMissing,
			Flaw::DatasetOrderExpired => Self::DatasetOrderExpired,
			Flaw::DatasetOrderLifeTooLong => Self::DatasetOrderLifeTooLong,
			Flaw::DatasetOrderClosed => Self::DatasetOrderClosed,
			Flaw::DatasetOrderUsedUp => Self::DatasetOrderUsedUp,
			Flaw::DatasetSignatureMalformed => Self::DatasetSignatureMalformed,
			Flaw::DatasetNotAuthorized => Self::DatasetNotAuthorized,
			Flaw::DatasetPriceAboveCeiling => Self::DatasetPriceAboveCeiling,
			Flaw::DatasetBondTooSmall => Self::DatasetBondTooSmall,
			Flaw::DatasetRefusesApp => Self::DatasetRefusesApp,
			Flaw::DatasetRefusesClient => Self::DatasetRefusesClient,
			Flaw::ProgramTagsMissing => Self::ProgramTagsMissing,
			Flaw::NotEnoughCandidates => Self::NotEnoughCandidates,
			Flaw::Resource { why, .. } => why.into(),
			Flaw::PriceTooLarge => Self::PriceTooLarge,
			Flaw::NoCommonMediator => Self::NoCommonMediator,
			Flaw::VolumeTooSmall => Self::VolumeTooSmall,
		}
	}
}

impl<T> From<PolicyFault> for Error<T> {
	fn from(fault: PolicyFault) -> Self {
		match fault {
			PolicyFault::NoReplicas => Self::NoReplicas,
			PolicyFault::TooManyReplicas => Self::TooManyReplicas,
			PolicyFault::RequiredAboveReplicas => Self::RequiredAboveReplicas,
			PolicyFault::RequiredBelowMajority => Self::RequiredBelowMajority,
			PolicyFault::TrustOutOfRange => Self::TrustOutOfRange,
			PolicyFault::CheckOutOfRange => Self::CheckOutOfRange,
			PolicyFault::StakeFactorTooLow => Self::StakeFactorTooLow,
		}
	}
}
