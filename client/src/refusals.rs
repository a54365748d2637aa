//! Errors of pallets that this program knows: reasons within them, and names.

use assay_primitives::{
	bond::BondFault,
	court::Unfit,
	money::Unsound,
	order::Refusal,
	pool::{TermsFault, Unpublished},
	reasons::{ADD_FUNDS, ReasonClass},
	request::{Ineligible, OfferId, RequestFault},
};
use codec::Decode;
use scale_info::{PortableRegistry, TypeDef, TypeInfo};
use std::{collections::BTreeMap, fmt};

/// Makes the enum of lists of reasons. Everything that is asked of a reason follows.
macro_rules! reasons {
	($($(#[$about:meta])* $name:ident($list:ty),)+) => {
		/// A reason within the error of a pallet.
		#[derive(Clone, Copy, Debug, Eq, PartialEq)]
		pub enum Reason {$(
			$(#[$about])*
			$name($list),
		)+}

		impl Reason {
			/// The reason in the bytes behind an error's own, by the type that the metadata gives the error's field.
			pub(crate) fn read(types: &PortableRegistry, field: u32, mut bytes: &[u8]) -> Option<Self> {
				let list = list_of(types, field)?;
				// FRAME fills up with zeros what an error leaves of its bytes.
				$(if is::<$list>(list) {
					return <$list>::decode(&mut bytes).ok().map(Self::$name);
				})+
				None
			}

			fn class(&self) -> ReasonClass {
				match self { $(Self::$name(reason) => reason.class(),)+ }
			}

			/// What can be done about it, where its sentence does not say that.
			pub fn hint(&self) -> Option<&'static str> {
				match self { $(Self::$name(reason) => reason.hint().into(),)+ }
			}

			fn plain_name(&self) -> String {
				match self { $(Self::$name(reason) => format!("{reason:?}"),)+ }
			}
		}

		impl fmt::Display for Reason {
			fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
				match self { $(Self::$name(reason) => reason.fmt(f),)+ }
			}
		}
	};
}

reasons! {
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
	/// The terms of a task pool can't be.
	Terms(TermsFault),
	/// What a member of a task pool publishes is not taken.
	Unpublished(Unpublished),
}

/// Path of the list of reasons that the field of an error wraps.
fn list_of(types: &PortableRegistry, field: u32) -> Option<&[String]> {
	let TypeDef::Composite(wrapper) = &types.resolve(field)?.type_def else { return None };
	let [list] = wrapper.fields.as_slice() else { return None };
	Some(&types.resolve(list.ty.id)?.path.segments)
}

/// Whether a path names a type of ours, in whichever module of its crate a chain has it.
fn is<T: TypeInfo>(path: &[String]) -> bool {
	fn ends<S: AsRef<str>>(path: &[S]) -> Option<(&str, &str)> {
		Some((path.first()?.as_ref(), path.last()?.as_ref()))
	}
	ends(path).is_some() && ends(path) == ends(&T::type_info().path.segments)
}

impl Reason {
	/// Name of the innermost reason, with what it is about.
	pub fn name(&self) -> String {
		match self {
			Self::Refused(Refusal::Resource { why, .. }) => format!("{why:?}"),
			Self::Refused(Refusal::Request(RequestFault::Policy(fault))) => format!("{fault:?}"),
			Self::Refused(Refusal::Request(fault)) => format!("{fault:?}"),
			Self::Refused(Refusal::Order { of, why }) => format!("{of:?}{why:?}"),
			Self::Refused(Refusal::Asset { of, why }) => format!("{of:?}{why:?}"),
			of => of.plain_name(),
		}
	}

	/// Exit code of a program that ends with it.
	pub fn exit_code(&self) -> u8 {
		exit_code(self.class())
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
	use assay_primitives::outcome::Class;
	use subxt::Metadata;

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

	/// Reads what an error of the chain's metadata holds.
	fn read(pallet: &str, error: &str, bytes: [u8; 3]) -> Option<Reason> {
		let metadata = metadata();
		let errors = metadata.pallet_by_name(pallet).and_then(|it| it.error_variants());
		let error = errors.expect("it has errors").iter().find(|it| it.name == error);
		let field = error.expect("it is there").fields.first()?.ty.id;
		Reason::read(metadata.types(), field, &bytes)
	}

	#[test]
	fn reasons_should_be_read_out_of_the_errors_that_hold_them() {
		let busy = Refusal::Resource { at: 3, why: Ineligible::NoFreeSlot };
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
		}
	}

	/// A front end brings its errors, and nothing here knows its name.
	#[test]
	fn reasons_should_be_read_by_the_type_that_an_error_holds_whichever_pallet_has_it() {
		#[derive(TypeInfo)]
		struct Wrapper<R>(R);
		fn field<T: TypeInfo + 'static>() -> (PortableRegistry, u32) {
			let mut registry = scale_info::Registry::new();
			let id = registry.register_type(&scale_info::meta_type::<T>()).id;
			(registry.into(), id)
		}
		let (types, id) = field::<Wrapper<Refusal>>();
		let few = Some(Reason::Refused(Refusal::NotEnoughCandidates));
		assert_eq!(Reason::read(&types, id, &[45, 0, 0]), few);
		let (types, id) = field::<Wrapper<TermsFault>>();
		let empty = Some(Reason::Terms(TermsFault::Empty));
		assert_eq!(Reason::read(&types, id, &[1, 0, 0]), empty);
		let (types, id) = field::<Wrapper<Class>>();
		assert_eq!(Reason::read(&types, id, &[0, 0, 0]), None, "no list of reasons");
		let (types, id) = field::<Refusal>();
		assert_eq!(Reason::read(&types, id, &[45, 0, 0]), None, "no wrapper");
	}

	/// Wallets and other clients show what the metadata calls an error, and know nothing of this program.
	#[test]
	fn reasons_within_errors_should_have_the_same_names_in_the_metadata() {
		let metadata = metadata();
		let (types, mut nested) = (metadata.types(), 0);
		for (error, field) in wrapping(metadata) {
			let TypeDef::Composite(wrapper) = &types.resolve(field).expect("it is there").type_def
			else {
				unreachable!("only those wrap")
			};
			let inner = types.resolve(wrapper.fields[0].ty.id).expect("it has a type");
			let TypeDef::Variant(reasons) = &inner.type_def else { panic!("{error} is no enum") };
			for reason in &reasons.variants {
				let ours = Reason::read(types, field, &[reason.index, 0, 0]);
				let ours = ours.unwrap_or_else(|| panic!("{error}.{} is not known", reason.name));
				nested += 1;
				let known = format!("{ours:?}");
				assert!(known.contains(&reason.name), "{known} is {} there", reason.name);
			}
		}
		assert!(nested > 150, "{nested}");
	}

	#[test]
	fn every_reason_within_an_error_should_say_what_to_do_and_how_a_program_ends() {
		// These are about the words of a record, of terms or of a policy, and say which are wrong.
		let says_it_itself = |reason: &Reason| {
			matches!(
				reason,
				Reason::Unsound(_)
					| Reason::Terms(_)
					| Reason::Refused(Refusal::Request(RequestFault::Policy(_)))
			)
		};
		let metadata = metadata();
		let mut seen = 0;
		for (error, field) in wrapping(metadata) {
			let bytes = (0..=u8::MAX).flat_map(|first| (0..64).map(move |next| (first, next)));
			let read = bytes.filter_map(|(first, next)| {
				Reason::read(metadata.types(), field, &[first, next, next])
			});
			for reason in read {
				seen += 1;
				assert!(matches!(reason.exit_code(), 4 | 5 | 9), "{error}: {reason}");
				assert!(reason.hint().is_some() || says_it_itself(&reason), "{error}: {reason:?}");
			}
		}
		assert!(seen > 1000, "{seen}");
	}

	/// Errors that wrap something, with the type of the field.
	fn wrapping(metadata: &Metadata) -> Vec<(String, u32)> {
		let mut found = vec![];
		for pallet in metadata.pallets() {
			for error in pallet.error_variants().unwrap_or_default() {
				let [field] = error.fields.as_slice() else { continue };
				let within =
					&metadata.types().resolve(field.ty.id).expect("it has a type").type_def;
				if matches!(within, TypeDef::Composite(_)) {
					found.push((format!("{}.{}", pallet.name(), error.name), field.ty.id));
				}
			}
		}
		found
	}
}
