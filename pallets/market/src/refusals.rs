//! Errors of the reasons why orders don't make a deal.

use crate::Error;
use assay_primitives::{order::Refusal, policy::PolicyFault, request::Ineligible};

impl<T> From<Ineligible> for Error<T> {
	fn from(reason: Ineligible) -> Self {
		match reason {
			Ineligible::OfferNotFound => Self::OfferNotFound,
			Ineligible::OfferExpired => Self::OfferExpired,
			Ineligible::Profile => Self::ProfileMismatch,
			Ineligible::BasePriceAboveCeiling => Self::BasePriceAboveCeiling,
			Ineligible::GasPriceAboveCeiling => Self::GasPriceAboveCeiling,
			Ineligible::GasAboveOffer => Self::GasAboveOffer,
			Ineligible::MemoryAboveOffer => Self::MemoryAboveOffer,
			Ineligible::RunTimeBelowOffer => Self::RunTimeBelowOffer,
			Ineligible::TagsMissing => Self::TagsMissing,
			Ineligible::SelfDeal => Self::SelfDeal,
			Ineligible::ProviderNotFound => Self::ProviderNotFound,
			Ineligible::NoFreeSlot => Self::NoFreeSlot,
			Ineligible::BondTooSmall => Self::BondTooSmall,
			Ineligible::DuplicateProvider => Self::DuplicateProvider,
			Ineligible::ProfileNotServed => Self::ProfileNotServed,
			Ineligible::OperatorMissing => Self::OperatorMissing,
			Ineligible::NotWanted => Self::NotWanted,
			Ineligible::NotAllowedByApp => Self::NotAllowedByApp,
			Ineligible::NotAllowedByDataset => Self::NotAllowedByDataset,
			Ineligible::ClientNotServed => Self::ClientNotServed,
			Ineligible::AppNotServed => Self::AppNotServed,
			Ineligible::DatasetNotServed => Self::DatasetNotServed,
			Ineligible::OrderLifeTooLong => Self::ResourceLifeTooLong,
			Ineligible::OrderClosed => Self::ResourceClosed,
			Ineligible::OrderUsedUp => Self::ResourceUsedUp,
			Ineligible::SignerNotOfProvider => Self::SignerNotOfProvider,
			Ineligible::SignatureMalformed => Self::ResourceSignatureMalformed,
			Ineligible::NotAuthorized => Self::ResourceNotAuthorized,
			Ineligible::ClientLimitReached => Self::ClientLimitReached,
			Ineligible::PriceTooFarFromCheapest => Self::PriceTooFarFromCheapest,
		}
	}
}

impl<T> From<Refusal> for Error<T> {
	fn from(refusal: Refusal) -> Self {
		match refusal {
			Refusal::RequestExpired => Self::RequestExpired,
			Refusal::RequestLifeTooLong => Self::RequestLifeTooLong,
			Refusal::RequestVolumeOutOfRange => Self::RequestVolumeOutOfRange,
			Refusal::Policy(fault) => fault.into(),
			Refusal::RunTimeOutOfRange => Self::RunTimeOutOfRange,
			Refusal::GasLimitOutOfRange => Self::GasLimitOutOfRange,
			Refusal::MemoryLimitOutOfRange => Self::MemoryLimitOutOfRange,
			Refusal::OutputLimitOutOfRange => Self::OutputLimitOutOfRange,
			Refusal::TipTooHigh => Self::TipTooHigh,
			Refusal::RequestClosed => Self::RequestClosed,
			Refusal::RequestUsedUp => Self::RequestUsedUp,
			Refusal::RequestSignatureMalformed => Self::RequestSignatureMalformed,
			Refusal::RequestNotAuthorized => Self::RequestNotAuthorized,
			Refusal::SponsorMissing => Self::SponsorMissing,
			Refusal::SponsorSignatureMalformed => Self::SponsorSignatureMalformed,
			Refusal::SponsorNotAuthorized => Self::SponsorNotAuthorized,
			Refusal::AppNotFound => Self::AppNotFound,
			Refusal::AppSuspended => Self::AppSuspended,
			Refusal::AppMismatch => Self::AppMismatch,
			Refusal::AppOrderMissing => Self::AppOrderMissing,
			Refusal::AppOrderExpired => Self::AppOrderExpired,
			Refusal::AppOrderLifeTooLong => Self::AppOrderLifeTooLong,
			Refusal::AppOrderClosed => Self::AppOrderClosed,
			Refusal::AppOrderUsedUp => Self::AppOrderUsedUp,
			Refusal::AppSignatureMalformed => Self::AppSignatureMalformed,
			Refusal::AppNotAuthorized => Self::AppNotAuthorized,
			Refusal::AppPriceAboveCeiling => Self::AppPriceAboveCeiling,
			Refusal::AppBondTooSmall => Self::AppBondTooSmall,
			Refusal::AppRefusesDataset => Self::AppRefusesDataset,
			Refusal::AppRefusesClient => Self::AppRefusesClient,
			Refusal::DatasetNotFound => Self::DatasetNotFound,
			Refusal::DatasetSuspended => Self::DatasetSuspended,
			Refusal::DatasetMismatch => Self::DatasetMismatch,
			Refusal::DatasetOrderMissing => Self::DatasetOrderMissing,
			Refusal::DatasetOrderExpired => Self::DatasetOrderExpired,
			Refusal::DatasetOrderLifeTooLong => Self::DatasetOrderLifeTooLong,
			Refusal::DatasetOrderClosed => Self::DatasetOrderClosed,
			Refusal::DatasetOrderUsedUp => Self::DatasetOrderUsedUp,
			Refusal::DatasetSignatureMalformed => Self::DatasetSignatureMalformed,
			Refusal::DatasetNotAuthorized => Self::DatasetNotAuthorized,
			Refusal::DatasetPriceAboveCeiling => Self::DatasetPriceAboveCeiling,
			Refusal::DatasetBondTooSmall => Self::DatasetBondTooSmall,
			Refusal::DatasetRefusesApp => Self::DatasetRefusesApp,
			Refusal::DatasetRefusesClient => Self::DatasetRefusesClient,
			Refusal::ProgramTagsMissing => Self::ProgramTagsMissing,
			Refusal::NotEnoughCandidates => Self::NotEnoughCandidates,
			Refusal::Resource { why, .. } => why.into(),
			Refusal::PriceTooLarge => Self::PriceTooLarge,
			Refusal::NoCommonMediator => Self::NoCommonMediator,
			Refusal::VolumeTooSmall => Self::VolumeTooSmall,
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
