//! Who may judge: whom each party of a deal lets, and who does then.
//!
//! Silence is never consent to what somebody else has named: who says nothing lets the public pool judge,
//! and nobody else.

use crate::{AccountId, apply};
use alloc::vec::Vec;
use polkadot_sdk::sp_core::{ConstU32, bounded::BoundedVec};

/// Seats of the rounds of a case.
pub const ROUNDS: [u32; 4] = [3, 7, 15, 31];
/// Most accounts that a party names.
pub const MAX_MEDIATORS: u32 = 32;
/// Fewest mediators of a named set: a first committee.
pub const LEAST_NAMED: u32 = ROUNDS[0];

/// Accounts with mediators of their own.
pub type Named = BoundedVec<AccountId, ConstU32<MAX_MEDIATORS>>;

/// Whom a party lets judge. By default the public pool.
#[apply(stored)]
pub struct Mediators {
	/// Whether it lets whoever is drawn from the public pool.
	pub public: bool,
	/// Accounts whose mediators it lets.
	pub named: Named,
}

impl Default for Mediators {
	fn default() -> Self {
		Self { public: true, named: Named::default() }
	}
}

impl Mediators {
	/// Nobody but these.
	pub fn only(named: Named) -> Self {
		Self { public: false, named }
	}

	/// Whom both let, none twice, in the order of the first.
	pub fn common(&self, other: &Self) -> Self {
		let mut named: Vec<AccountId> = Vec::new();
		for account in &self.named {
			if other.named.contains(account) && !named.contains(account) {
				named.push(account.clone());
			}
		}
		Self { public: self.public && other.public, named: Named::truncate_from(named) }
	}

	/// Whether it lets anybody.
	pub fn is_anybody(&self) -> bool {
		self.public || !self.named.is_empty()
	}
}

/// Who judges the cases of a deal.
#[apply(stored)]
#[derive(Default)]
pub enum Judges {
	/// The public pool.
	#[default]
	#[codec(index = 0)]
	Public,
	/// Mediators whom all parties have named, and nobody else.
	#[codec(index = 1)]
	Named(Named),
}

impl Judges {
	/// Who judges where all parties let `common`; `None` for nobody. Where all let the public pool it judges,
	/// whoever was named beside it: its verdicts can be appealed further.
	pub fn of(common: Mediators) -> Option<Self> {
		match common {
			Mediators { public: true, .. } => Some(Self::Public),
			Mediators { named, .. } if named.is_empty() => None,
			Mediators { named, .. } => Some(Self::Named(named)),
		}
	}

	/// Who was named; `None` for the public pool.
	pub fn named(&self) -> Option<&[AccountId]> {
		match self {
			Self::Public => None,
			Self::Named(named) => Some(named),
		}
	}

	/// Whether an account with a mediator's bond may be drawn.
	pub fn lets(&self, stash: &AccountId) -> bool {
		self.named().is_none_or(|named| named.contains(stash))
	}

	/// Whether there can be members for a round, from 0, beside those of the rounds before.
	pub fn suffice_for(&self, round: u8) -> bool {
		let Some(named) = self.named() else { return true };
		let seats: u32 = ROUNDS.iter().take(usize::from(round).saturating_add(1)).sum();
		named.len() >= seats as usize
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn only(ids: &[u8]) -> Mediators {
		let accounts = ids.iter().map(|id| AccountId::new([*id; 32]));
		Mediators::only(Named::truncate_from(accounts.collect()))
	}

	fn beside(ids: &[u8]) -> Mediators {
		Mediators { public: true, ..only(ids) }
	}

	fn agreed(all: &[Mediators]) -> Option<Judges> {
		let mut all = all.iter();
		let first = all.next().expect("somebody").clone();
		Judges::of(all.fold(first, |common, it| common.common(it)))
	}

	#[test]
	fn public_pool_should_judge_where_nobody_names_anybody() {
		assert_eq!(agreed(&[Mediators::default(), Mediators::default()]), Some(Judges::Public));
	}

	#[test]
	fn named_ones_should_judge_only_where_all_have_named_them() {
		let Mediators { named, .. } = only(&[3, 2]);
		let judges = agreed(&[only(&[3, 3, 1, 2]), only(&[2, 3]), beside(&[2, 3, 4])]);
		assert_eq!(judges, Some(Judges::Named(named)));
		// Who says nothing has not agreed to them.
		assert_eq!(agreed(&[only(&[1, 2, 3]), Mediators::default()]), None);
		assert_eq!(agreed(&[only(&[1]), only(&[2])]), None);
		assert_eq!(agreed(&[only(&[]), only(&[])]), None);
	}

	#[test]
	fn public_pool_should_judge_where_all_let_it_whoever_is_named_beside() {
		assert_eq!(agreed(&[beside(&[1, 2, 3]), Mediators::default()]), Some(Judges::Public));
		assert_eq!(agreed(&[beside(&[1, 2, 3]), beside(&[1, 2, 3])]), Some(Judges::Public));
	}

	#[test]
	fn appeals_should_take_a_set_that_has_members_for_another_committee() {
		let of = |count: u8| Judges::of(only(&(0..count).collect::<Vec<_>>())).expect("some");
		assert!(of(3).suffice_for(0) && !of(3).suffice_for(1));
		assert!(!of(9).suffice_for(1) && of(10).suffice_for(1) && !of(10).suffice_for(2));
		assert!(of(25).suffice_for(2) && !of(32).suffice_for(3));
		assert!(Judges::Public.suffice_for(3));
	}
}
