//! Errors of pallets that this program knows: reasons within them, and names.

use assay_primitives::{
	bond::BondFault,
	court::Unfit,
	money::Unsound,
	order::Refusal,
	reasons::{ADD_FUNDS, ReasonClass},
	request::{Ineligible, OfferId, RequestFault},
};
use codec::Decode;
use std::{collections::BTreeMap, fmt};

/// A reason within the error of a pallet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reason {
	/// Orders, or a request and those who would serve it, make no deal.
	Refused(Refusal),
	/// Nobody could be served by an offer or an order, or a provider can't serve now.
	Ineligible(Ineligible),
	/// The bond of a party, or the key that signs for it, stays as it is.
	Bond(BondFault),
	/// The court does not take a task.
	Unfit(Unfit),
	/// A record of amounts and shares can't be.
	Unsound(Unsound),
}

/// Asks the reason that it is.
macro_rules! ask {
	($of:expr, $reason:ident => $answer:expr) => {
		match $of {
			Reason::Refused($reason) => $answer,
			Reason::Ineligible($reason) => $answer,
			Reason::Bond($reason) => $answer,
			Reason::Unfit($reason) => $answer,
			Reason::Unsound($reason) => $answer,
		}
	};
}

impl Reason {
	/// The reason in the bytes behind an error's own.
	pub(crate) fn read(pallet: &str, error: &str, bytes: &[u8]) -> Option<Self> {
		// FRAME fills up with zeros what an error leaves of its bytes.
		let mut bytes = bytes;
		match (pallet, error) {
			("Market" | "Deals", "Refused") => Decode::decode(&mut bytes).ok().map(Self::Refused),
			("Market" | "Providers", "Ineligible") => {
				Decode::decode(&mut bytes).ok().map(Self::Ineligible)
			},
			("Providers" | "Mediation" | "Register" | "Validators", "Bond") => {
				Decode::decode(&mut bytes).ok().map(Self::Bond)
			},
			("Court", "Unfit") => Decode::decode(&mut bytes).ok().map(Self::Unfit),
			("Economics", "Unsound") => Decode::decode(&mut bytes).ok().map(Self::Unsound),
			_ => None,
		}
	}

	/// Name of the innermost reason, with what it is about.
	pub fn name(&self) -> String {
		match self {
			Self::Refused(Refusal::Resource { why, .. }) => format!("{why:?}"),
			Self::Refused(Refusal::Request(RequestFault::Policy(fault))) => format!("{fault:?}"),
			Self::Refused(Refusal::Request(fault)) => format!("{fault:?}"),
			Self::Refused(Refusal::Order { of, why }) => format!("{of:?}{why:?}"),
			Self::Refused(Refusal::Asset { of, why }) => format!("{of:?}{why:?}"),
			of => ask!(of, reason => format!("{reason:?}")),
		}
	}

	/// Exit code of a program that ends with it.
	pub fn exit_code(&self) -> u8 {
		exit_code(ask!(self, reason => reason.class()))
	}

	/// What can be done about it.
	pub fn hint(&self) -> Option<&'static str> {
		match self {
			Self::Refused(refusal) => refusal.hint(),
			Self::Ineligible(why) => Some(why.hint()),
			Self::Bond(fault) => fault.hint(),
			Self::Unfit(unfit) => Some(unfit.hint()),
			Self::Unsound(why) => why.hint(),
		}
	}
}

impl fmt::Display for Reason {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		ask!(self, reason => reason.fmt(f))
	}
}

/// What whoever asks can change where too few offers serve a request, each of the others with its reasons.
///
/// By what most of those lack that lack least: what a hundred offers for other profiles want is of no use
/// to somebody who is one memory page above three that would do.
pub(crate) fn unmatched_hint(ineligible: &[(OfferId, Vec<Ineligible>)]) -> &'static str {
	let fewest = ineligible.iter().map(|(_, why)| why.len()).min();
	let nearest = ineligible.iter().filter(|(_, why)| Some(why.len()) == fewest);
	let mut counts = BTreeMap::<&'static str, usize>::new();
	for reason in nearest.flat_map(|(_, why)| why) {
		*counts.entry(reason.hint()).or_default() += 1;
	}
	let most = counts.into_iter().max_by_key(|(_, count)| *count);
	most.map_or("name more offers, ask for fewer replicas, or wait for others", |(hint, _)| hint)
}

/// Exit code of a program that ends with a reason of this kind.
pub fn exit_code(class: ReasonClass) -> u8 {
	match class {
		ReasonClass::Rejected => 4,
		ReasonClass::Unmatched => 5,
		ReasonClass::Unfunded => 9,
	}
}

/// An error that programs tell from others by its name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Known {
	/// Pallet whose error it is; `System` for errors of tokens, which are no pallet's.
	pub pallet: &'static str,
	/// Name of the variant.
	pub name: &'static str,
	/// Exit code of a program that ends with it.
	pub exit_code: u8,
	/// What can be done about it.
	pub hint: Option<&'static str>,
}

impl Known {
	/// The one of this name.
	pub(crate) fn find(pallet: &str, name: &str) -> Option<&'static Self> {
		KNOWN.iter().find(|known| known.pallet == pallet && known.name == name)
	}
}

/// By their pallets; those of tokens are no pallet's.
mod errors {
	pub use assay_interface::{TokenError as System, errors::*};
}

macro_rules! known {
	($($constant:ident: $pallet:ident.$name:ident => $code:literal $(, $hint:expr)?;)+) => {
		$(
			#[doc = concat!("`", stringify!($pallet), ".", stringify!($name), "`")]
			pub const $constant: Known = Known {
				pallet: stringify!($pallet),
				name: stringify!($name),
				exit_code: $code,
				hint: known!(@ $($hint)?),
			};
		)+
		/// All of them.
		const KNOWN: &[Known] = &[$($constant),+];
		// What the chain has renamed or taken away is an error of the compiler's.
		$(
			const _: fn(&errors::$pallet) -> bool =
				|error| matches!(error, errors::$pallet::$name { .. });
		)+
	};
	(@ $hint:expr) => { Some($hint) };
	(@) => { None };
}

known! {
	ALREADY_CLOSED: Market.AlreadyClosed => 4;
	ALREADY_PUBLISHED: Content.AlreadyPublished => 4;
	CALLBACK_NOT_FOUND: Deals.CallbackNotFound => 4,
		"its client sets one with assay job callback --set, before any task has ended";
	CANDIDATE_BUSY: Deals.CandidateBusy => 4;
	CASE_NOT_PAID: Deals.CannotPayCase => 9, ADD_FUNDS;
	CASE_UNKNOWN_TO_COURT: Court.CaseNotFound => 4;
	CLIENT_CANNOT_PAY: Deals.ClientCannotPay => 9, ADD_FUNDS;
	DEADLINE_PASSED: Deals.DeadlinePassed => 4;
	EXHIBIT_MISMATCH: Deals.ExhibitMismatch => 4,
		"show the content that the task names, all blocks of which are here";
	FUNDS_UNAVAILABLE: System.FundsUnavailable => 9, ADD_FUNDS;
	INSUFFICIENT_BALANCE: Balances.InsufficientBalance => 9, ADD_FUNDS;
	LAST_BALANCE: Balances.Expendability => 9, ADD_FUNDS;
	LIMIT_WHILE_BUSY: Providers.SlotsInUse => 4,
		"wait until no slot is in use; a limit that there is can be changed at any time";
	NOT_AGREED: Deals.NotAgreed => 4;
	NOT_CLIENT: Deals.NotClient => 4;
	NOT_DRAWN: Deals.NotDrawn => 4;
	NOT_MISSING: Deals.NotMissing => 4,
		"there is nothing to show; look at it with assay job describe";
	NOTHING_REPORTED: Deals.NothingReported => 4;
	OUTCOME_OUT_OF_BOUNDS: Deals.OutcomeOutOfBounds => 4;
	QUESTION_WAITS: Deals.QuestionWaits => 4,
		"wait until it is judged, or poke the job when fewer cases wait";
	REPLICAS_DISAGREE: Deals.ReplicasDisagree => 4,
		"wait until nobody can challenge the result any more";
	REPLICA_NOT_REVEALED: Deals.ReplicaNotRevealed => 4;
	REPORT_NOT_OWN: Deals.ReportNotOwn => 4;
	SEAL_MISMATCH: Deals.SealMismatch => 4;
	SEED_NOT_KNOWN: Deals.SeedNotKnown => 4, "wait a few blocks: what to show is not drawn yet";
	STAKE_BELOW_DETERRENT: Deals.StakeBelowDeterrent => 5,
		Ineligible::PriceTooFarFromCheapest.hint();
	TASK_ENDED: Deals.TaskEnded => 4;
	TASK_MISMATCH: Deals.TaskMismatch => 4;
	TASK_NOT_ENDED: Deals.TaskNotEnded => 4, "wait for its end: assay job wait --settled";
	TASK_NOT_FOUND: Deals.TaskNotFound => 4;
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::Error;
	use assay_interface::metadata;
	use scale_info::TypeDef;

	#[test]
	fn hint_should_be_about_what_most_of_the_nearest_offers_lack_when_too_few_serve() {
		use Ineligible::*;
		let hint = |all: &[&[Ineligible]]| {
			let all: Vec<_> = (0..).zip(all.iter().map(|why| why.to_vec())).collect();
			Error::NotMatched { found: 0, needed: 3, ineligible: all }.hint().expect("one")
		};
		assert!(hint(&[&[GasAboveOffer]]).contains("gas"));
		assert!(hint(&[&[SelfDeal], &[NoFreeSlot], &[NoFreeSlot]]).contains("free"));
		let far: &[Ineligible] = &[Profile, BondTooSmall];
		assert!(hint(&[far, far, far, &[MemoryAboveOffer]]).contains("memory"));
		let dear = hint(&[&[BasePriceAboveCeiling], &[GasPriceAboveCeiling], &[NoFreeSlot]]);
		assert!(dear.contains("highest price"), "both parts are one cause: {dear}");
		assert!(hint(&[]).contains("wait for others"));
	}

	#[test]
	fn reasons_should_be_read_out_of_the_errors_that_hold_them() {
		let busy = Refusal::Resource { at: 3, why: Ineligible::NoFreeSlot };
		let read = |pallet, error, bytes: [u8; 3]| Reason::read(pallet, error, &bytes);
		assert_eq!(read("Market", "Refused", [46, 3, 11]), Some(Reason::Refused(busy)));
		assert_eq!(read("Market", "Refused", [255, 0, 0]), None, "of a newer chain");
		let reason = read("Market", "Ineligible", [14, 0, 0]).expect("it is known");
		assert_eq!(reason, Reason::Ineligible(Ineligible::ProfileNotServed));
		assert_eq!((reason.name(), reason.exit_code()), ("ProfileNotServed".into(), 5));
		let reason = read("Deals", "Refused", [56, 1, 0]).expect("it is known");
		assert_eq!((reason.name(), reason.exit_code()), ("NoReplicas".into(), 4));
		assert_eq!(read("Deals", "Unexpected", [0, 0, 0]), None);
		for (pallet, number, fault, code) in [
			("Providers", 4, BondFault::BelowMinimum, 9),
			("Providers", 5, BondFault::NotCovered, 9),
			("Mediation", 4, BondFault::BelowMinimum, 9),
			("Mediation", 6, BondFault::StakeLocked, 4),
			("Mediation", 8, BondFault::NothingToWithdraw, 4),
		] {
			let reason = read(pallet, "Bond", [number, 0, 0]).expect("it is known");
			assert_eq!((reason, reason.exit_code()), (Reason::Bond(fault), code));
			assert!(reason.hint().is_some(), "{reason}");
		}
	}

	/// Wallets and other clients show what the metadata calls an error, and know nothing of this program.
	#[test]
	fn reasons_within_errors_should_have_the_same_names_in_the_metadata() {
		let metadata = metadata();
		let (types, mut nested) = (metadata.types(), 0);
		for pallet in metadata.pallets() {
			for error in pallet.error_variants().unwrap_or_default() {
				let [field] = error.fields.as_slice() else { continue };
				let outer = &types.resolve(field.ty.id).expect("it has a type").type_def;
				let TypeDef::Composite(wrapped) = outer else { continue };
				let inner =
					&types.resolve(wrapped.fields[0].ty.id).expect("it has a type").type_def;
				let TypeDef::Variant(reasons) = inner else { panic!("{} is no enum", error.name) };
				for reason in &reasons.variants {
					let ours = Reason::read(pallet.name(), &error.name, &[reason.index, 0, 0]);
					let ours = ours.unwrap_or_else(|| panic!("{}.{}", error.name, reason.name));
					nested += 1;
					let known = format!("{ours:?}");
					assert!(known.contains(&reason.name), "{known} is {} there", reason.name);
				}
			}
		}
		assert!(nested > 150, "{nested}");
	}
}
