//! Why orders don't make a deal.

use crate::{
	policy::PolicyFault,
	reasons::ReasonClass,
	request::{Ineligible, RequestFault},
};

reasons! {
	/// Why orders don't make a deal, in the order of checking but for those with the highest numbers,
	/// which came later: the sponsor's withdrawal is found with its consent, what an app needs with
	/// what it is, a set of mediators before the volume, and whether anybody can judge the task at last.
	///
	/// A match is refused with the first that applies; the view `why_not` lists all of them. Of several
	/// resources the first reason in the order of [`Ineligible`] decides.
	pub enum Refusal {
		0 RequestExpired: "the request is past its last block",
		1 RequestLifeTooLong:
			"the request is valid for longer than the chain remembers what was used of it",
		2 RequestVolumeOutOfRange:
			"the request asks for no tasks, or for more at once than altogether or than a deal has",
		3 Policy(fault: PolicyFault): "the policy is impossible: {fault}",
		4 RunTimeOutOfRange: "the run time is zero, or longer than any task may run",
		5 GasLimitOutOfRange: "the gas limit is zero, or higher than any task may use",
		6 MemoryLimitOutOfRange: "the memory limit is zero, or higher than any task may use",
		7 OutputLimitOutOfRange: "the output limit is higher than any task may use",
		8 TipTooHigh: "the tip is above the share of the highest wage that a tip may be",
		9 RequestClosed: "the client has closed the request",
		10 RequestUsedUp: "nothing is left of the request",
		11 RequestSignatureMalformed: "the client's signature has no known form",
		12 RequestNotAuthorized: "the request is not signed by its client for this network",
		13 SponsorMissing: "the request names a sponsor whose consent is missing",
		14 SponsorSignatureMalformed: "the sponsor's signature has no known form",
		15 SponsorNotAuthorized: "the signature is not the sponsor's for this request and network",
		16 AppNotFound: "the app is not registered",
		17 AppSuspended: "the app is suspended",
		18 AppMismatch:
			"the order is for another app or content, or the request's module or profile is not the app's",
		19 AppOrderMissing: "the app can only be used with an order",
		20 AppOrderExpired: "the app order is past its last block",
		21 AppOrderLifeTooLong:
			"the app order is valid for longer than the chain remembers what was used of it",
		22 AppOrderClosed: "the owner has closed the app order",
		23 AppOrderUsedUp: "nothing is left of the app order",
		24 AppSignatureMalformed: "the signature of the app order has no known form",
		25 AppNotAuthorized: "the app order is not signed by the app's owner for this network",
		26 AppPriceAboveCeiling: "the app costs more than the request allows",
		27 AppBondTooSmall: "the publisher's bond is below what the request wants",
		28 AppRefusesDataset: "the app is not meant for this dataset",
		29 AppRefusesClient: "the app is not meant for this client",
		30 DatasetNotFound: "the dataset is not registered",
		31 DatasetSuspended: "the dataset is suspended",
		32 DatasetMismatch:
			"the order is for another dataset or content, or the request's input is not the dataset's",
		33 DatasetOrderMissing: "the dataset can only be used with an order",
		34 DatasetOrderExpired: "the dataset order is past its last block",
		35 DatasetOrderLifeTooLong:
			"the dataset order is valid for longer than the chain remembers what was used of it",
		36 DatasetOrderClosed: "the owner has closed the dataset order",
		37 DatasetOrderUsedUp: "nothing is left of the dataset order",
		38 DatasetSignatureMalformed: "the signature of the dataset order has no known form",
		39 DatasetNotAuthorized:
			"the dataset order is not signed by the dataset's owner for this network",
		40 DatasetPriceAboveCeiling: "the dataset costs more than the request allows",
		41 DatasetBondTooSmall: "the publisher's bond is below what the request wants",
		42 DatasetRefusesApp: "the dataset is not meant for this app",
		43 DatasetRefusesClient: "the dataset is not meant for this client",
		44 ProgramTagsMissing:
			"a tag is wanted that the program itself must support, and the app does not",
		45 NotEnoughCandidates: "there are fewer candidates than the policy or the request wants",
		46 Resource {
			/// Position in the match.
			at: u8,
			/// Why.
			why: Ineligible,
		}: "resource {at}: {why}",
		47 PriceTooLarge: "the price of a task exceeds what amounts can express",
		48 NoCommonMediator:
			"there are no mediators that all parties let judge: who names some has to be agreed with",
		49 VolumeTooSmall: "less is left of the orders than the request's inputs, or fits into a deal",
		50 TooFewMediators:
			"of the mediators that all parties name fewer than a committee serve and are no party",
		51 SponsorWithdrew: "the sponsor has withdrawn its consent",
		52 AppNeedsMore: "the request grants less memory, gas or stack than the app says that it needs",
		53 NobodyJudges:
			"the task is beyond the court, and of those who would judge it less than two thirds take such a task",
	}
}

impl From<RequestFault> for Refusal {
	fn from(fault: RequestFault) -> Self {
		match fault {
			RequestFault::Expired => Self::RequestExpired,
			RequestFault::Policy(fault) => Self::Policy(fault),
			RequestFault::RunTime => Self::RunTimeOutOfRange,
			RequestFault::Gas => Self::GasLimitOutOfRange,
			RequestFault::Memory => Self::MemoryLimitOutOfRange,
			RequestFault::Output => Self::OutputLimitOutOfRange,
		}
	}
}

impl Refusal {
	/// What kind of reason it is.
	pub fn class(&self) -> ReasonClass {
		match self {
			Self::RequestLifeTooLong
			| Self::RequestVolumeOutOfRange
			| Self::Policy(_)
			| Self::RunTimeOutOfRange
			| Self::GasLimitOutOfRange
			| Self::MemoryLimitOutOfRange
			| Self::OutputLimitOutOfRange
			| Self::TipTooHigh
			| Self::RequestSignatureMalformed
			| Self::RequestNotAuthorized
			| Self::SponsorMissing
			| Self::SponsorSignatureMalformed
			| Self::SponsorNotAuthorized
			| Self::SponsorWithdrew
			| Self::AppOrderLifeTooLong
			| Self::AppSignatureMalformed
			| Self::AppNotAuthorized
			| Self::DatasetOrderLifeTooLong
			| Self::DatasetSignatureMalformed
			| Self::DatasetNotAuthorized
			| Self::PriceTooLarge => ReasonClass::Rejected,
			_ => ReasonClass::Unmatched,
		}
	}

	/// What can be done about it, as one sentence.
	pub fn hint(&self) -> Option<&'static str> {
		Some(match self {
			Self::AppSuspended | Self::DatasetSuspended => {
				"its owner, or who suspended it, has to resume it: assay app resume, or dataset resume"
			},
			Self::AppOrderMissing | Self::DatasetOrderMissing => {
				"ask its owner for an order, and match it: assay request send FILE --app ORDER"
			},
			Self::AppPriceAboveCeiling => "raise --max-app-price, and sign the request again",
			Self::DatasetPriceAboveCeiling => {
				"raise --max-dataset-price, and sign the request again"
			},
			Self::RequestExpired | Self::RequestClosed | Self::RequestUsedUp => {
				"write and sign a new request: assay request new"
			},
			Self::RequestNotAuthorized => "sign it: assay request sign FILE",
			Self::NotEnoughCandidates => "name more resources, or ask for fewer replicas",
			Self::AppNeedsMore => "raise --memory or --gas: assay app show tells what it needs",
			Self::NoCommonMediator => {
				"name `public` among the mediators, or those that the others name"
			},
			Self::TooFewMediators => "name more mediators, or let the public pool judge",
			Self::NobodyJudges => {
				"lower the limits of gas, memory and outputs to what mediators take, or to the court's: --for-court"
			},
			Self::Resource { why, .. } => why.hint(),
			_ => return None,
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::string::ToString;
	use codec::{Encode, MaxEncodedLen};

	/// FRAME keeps four bytes of a module's error, and the module's own is one of them.
	#[test]
	fn refusal_should_leave_a_byte_of_an_error_to_its_pallet() {
		assert_eq!(Refusal::max_encoded_len(), 3);
		let longest = Refusal::Resource { at: 31, why: Ineligible::NoFreeSlot };
		assert_eq!(longest.encode(), [46, 31, 11]);
	}

	#[test]
	fn refusal_should_say_what_is_within_it() {
		let busy = Refusal::Resource { at: 3, why: Ineligible::NoFreeSlot };
		assert_eq!(busy.to_string(), "resource 3: its provider is busy");
		assert_eq!(
			Refusal::Policy(PolicyFault::NoReplicas).to_string(),
			"the policy is impossible: there must be at least one replica"
		);
		assert_eq!(
			(busy.class(), busy.hint()),
			(ReasonClass::Unmatched, Ineligible::NoFreeSlot.hint().into())
		);
	}
}
