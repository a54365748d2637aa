//! Why orders don't make a deal.

use super::{Kind, Part, SignatureFault};
use crate::{
	reasons::ReasonClass,
	request::{Ineligible, RequestFault},
};

reasons! {
	/// What can be wrong with an order of any kind.
	pub enum OrderFault {
		0 Expired: "is past its last block",
		1 LifeTooLong: "is valid for longer than the chain remembers what was used of it",
		2 Closed: "was closed by its owner",
		3 UsedUp: "has nothing left",
		4 SignatureMalformed: "has a signature of no known form",
		5 NotAuthorized: "is not signed by its owner for this network",
	}
}

reasons! {
	/// What can be wrong with an app or a dataset that a request uses.
	pub enum AssetFault {
		0 NotFound: "is not registered",
		1 Suspended: "is suspended",
		2 Mismatch: "is not what its order names, or not what the request runs or reads",
		3 OrderMissing: "can only be used with an order",
		4 PriceAboveCeiling: "costs more than the request allows",
		5 BondTooSmall: "is of a publisher whose bond is below what the request wants",
		6 RefusesOther: "is not meant for what the request uses beside it",
		7 RefusesClient: "is not meant for this client",
	}
}

reasons! {
	/// Why orders don't make a deal.
	///
	/// A match is refused with the first that applies in the order of checking, which `docs/orders.md` lists;
	/// the view `why_not` lists all of them. Of several resources the first reason in the order of
	/// [`Ineligible`] decides. Numbers that are missing were reasons once.
	pub enum Refusal {
		2 RequestVolumeOutOfRange:
			"the request asks for no tasks, or for more at once than altogether or than a deal has",
		56 Request(fault: RequestFault): "{fault}",
		8 TipTooHigh: "the tip is above the share of the highest wage that a tip may be",
		13 SponsorMissing: "the request names a sponsor whose consent is missing",
		14 SponsorSignatureMalformed: "the sponsor's signature has no known form",
		15 SponsorNotAuthorized: "the signature is not the sponsor's for this request and network",
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
		54 Order {
			/// Of which kind. Faults of resources in a match are told with their position instead.
			of: Kind,
			/// Why.
			why: OrderFault,
		}: "the {of} order {why}",
		55 Asset {
			/// As what it is used.
			of: Part,
			/// Why.
			why: AssetFault,
		}: "the {of} {why}",
	}
}

impl OrderFault {
	/// Of an order of this kind.
	pub fn of(self, kind: Kind) -> Refusal {
		Refusal::Order { of: kind, why: self }
	}

	fn class(self) -> ReasonClass {
		match self {
			Self::LifeTooLong | Self::SignatureMalformed | Self::NotAuthorized => {
				ReasonClass::Rejected
			},
			Self::Expired | Self::Closed | Self::UsedUp => ReasonClass::Unmatched,
		}
	}

	fn hint(self, of: Kind) -> &'static str {
		match (of, self) {
			(Kind::Request, Self::NotAuthorized) => "sign it: assay request sign FILE",
			(Kind::Request, _) => "write and sign a new request: assay request new",
			_ => "ask its owner for another order",
		}
	}
}

impl AssetFault {
	/// Of what a request uses as this.
	pub fn of(self, part: Part) -> Refusal {
		Refusal::Asset { of: part, why: self }
	}

	fn hint(self, of: Part) -> &'static str {
		match (self, of) {
			(Self::NotFound, _) => "check its hash: assay app show, or dataset show",
			(Self::Suspended, _) => {
				"its owner, or who suspended it, has to resume it: assay app resume, or dataset resume"
			},
			(Self::OrderMissing, _) => {
				"ask its owner for an order, and match it: assay request send FILE --app ORDER"
			},
			(Self::PriceAboveCeiling, Part::App) => {
				"raise --max-app-price, and sign the request again"
			},
			(Self::PriceAboveCeiling, Part::Dataset) => {
				"raise --max-dataset-price, and sign the request again"
			},
			(Self::Mismatch, _) => "name the order of what the request runs or reads",
			(Self::BondTooSmall, _) => {
				"ask for a smaller bond, or have its publisher add to it: assay publisher bond"
			},
			(Self::RefusesOther | Self::RefusesClient, _) => {
				"ask its owner to admit it, or use another one"
			},
		}
	}
}

impl From<SignatureFault> for OrderFault {
	fn from(fault: SignatureFault) -> Self {
		match fault {
			SignatureFault::Malformed => Self::SignatureMalformed,
			SignatureFault::WrongSigner => Self::NotAuthorized,
		}
	}
}

/// Of a resource in a match, whose position is told beside it.
impl From<OrderFault> for Ineligible {
	fn from(fault: OrderFault) -> Self {
		match fault {
			OrderFault::Expired => Self::OfferExpired,
			OrderFault::LifeTooLong => Self::OrderLifeTooLong,
			OrderFault::Closed => Self::OrderClosed,
			OrderFault::UsedUp => Self::OrderUsedUp,
			OrderFault::SignatureMalformed => Self::SignatureMalformed,
			OrderFault::NotAuthorized => Self::NotAuthorized,
		}
	}
}

impl From<RequestFault> for Refusal {
	fn from(fault: RequestFault) -> Self {
		match fault {
			RequestFault::Expired => OrderFault::Expired.of(Kind::Request),
			fault => Self::Request(fault),
		}
	}
}

impl Refusal {
	/// What kind of reason it is.
	pub fn class(&self) -> ReasonClass {
		match self {
			Self::Order { why, .. } => why.class(),
			Self::Request(fault) => fault.class(),
			Self::Resource { why, .. } => why.class(),
			Self::RequestVolumeOutOfRange
			| Self::TipTooHigh
			| Self::SponsorMissing
			| Self::SponsorSignatureMalformed
			| Self::SponsorNotAuthorized
			| Self::SponsorWithdrew
			| Self::PriceTooLarge => ReasonClass::Rejected,
			_ => ReasonClass::Unmatched,
		}
	}

	/// What can be done about it, as one sentence, where its own does not say that.
	pub fn hint(&self) -> Option<&'static str> {
		Some(match self {
			Self::Order { of, why } => why.hint(*of),
			Self::Asset { of, why } => why.hint(*of),
			Self::Request(fault) => return fault.hint(),
			Self::RequestVolumeOutOfRange => {
				"sign a request for at least one task, and no more at once than a deal has"
			},
			Self::TipTooHigh => "lower the tip, and sign the request again",
			Self::SponsorMissing | Self::SponsorSignatureMalformed | Self::SponsorNotAuthorized => {
				"have the sponsor sign it: assay order sign FILE --as-sponsor"
			},
			Self::SponsorWithdrew => "find another sponsor, or pay for it yourself",
			Self::ProgramTagsMissing => "ask for fewer tags, or for an app that has them",
			Self::PriceTooLarge => "lower the highest price or the gas limit",
			Self::VolumeTooSmall => "send fewer inputs, or name orders of which more is left",
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
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::policy::PolicyFault;
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
			Refusal::from(RequestFault::Policy(PolicyFault::NoReplicas)).to_string(),
			"the policy is impossible: there must be at least one replica"
		);
		let closed = OrderFault::Closed.of(Kind::App);
		assert_eq!(closed.to_string(), "the app order was closed by its owner");
		let suspended = AssetFault::Suspended.of(Part::Dataset);
		assert_eq!(suspended.to_string(), "the dataset is suspended");
		assert_eq!(
			(busy.class(), busy.hint()),
			(ReasonClass::Unmatched, Ineligible::NoFreeSlot.hint().into())
		);
	}
}
