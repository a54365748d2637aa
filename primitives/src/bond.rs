//! Bonds: what is held of a party for its good conduct, and how it leaves.
//!
//! Providers, mediators and publishers have one each, under the same rules. A part that is on its way out
//! keeps its own clock: whatever is unbonded after it neither delays it nor hastens it. Until it is
//! withdrawn a slash reaches it.

use crate::{
	Balance, BlockNumber, apply,
	reasons::{ADD_FUNDS, ReasonClass},
};
use polkadot_sdk::sp_core::{ConstU32, bounded::BoundedVec};

/// Most parts of a bond that may be unbonding at a time while its owner stays.
pub const MAX_UNBONDINGS: u32 = 8;

/// Parts of a bond that are unbonding, oldest first. One place is for what leaves together with the
/// owner, for leaving must never be refused, nor cost older parts their time.
pub type Chunks = BoundedVec<Chunk, ConstU32<{ MAX_UNBONDINGS + 1 }>>;

/// A part of a bond that is unbonding.
#[apply(stored)]
#[derive(Copy)]
pub struct Chunk {
	/// How much.
	pub amount: Balance,
	/// First block in which it can be withdrawn.
	pub at: BlockNumber,
}

/// A bond, without whose it is.
#[apply(stored)]
#[derive(Default)]
pub struct Bond {
	/// Amount on hold, all parts together.
	pub held: Balance,
	/// Part of it at risk in what has not ended.
	pub locked: Balance,
	/// Parts of it on their way out.
	pub unbonding: Chunks,
}

reasons! {
	/// Why a party's bond, or the key that signs for it, stays as it is.
	pub enum BondFault {
		0 NotRegistered: "the account is not registered here",
		1 AlreadyRegistered: "the account is registered already, or is leaving and not gone",
		2 Leaving: "the account is leaving",
		3 ZeroAmount: "the amount is zero",
		4 BelowMinimum: "the bond would be, or is, below the least",
		5 NotCovered: "the free bond does not cover the amount",
		6 StakeLocked: "a part of the bond is at risk in what has not ended",
		7 TooManyUnbondings: "as many parts of the bond as possible are unbonding",
		8 NothingToWithdraw: "no part of the bond has finished unbonding",
		9 OperatorInUse: "the key signs for an account already",
		10 OperatorIsStash: "the key is registered itself",
		11 StashIsOperator: "the account signs as operator for another",
		12 OperatorNotNamed: "the account has not named the key as its operator",
		13 AlreadyAccepted: "the operator has accepted already",
		14 NotOperator: "the key is nobody's operator",
	}
}

impl BondFault {
	/// What kind of reason it is.
	pub fn class(&self) -> ReasonClass {
		match self {
			Self::BelowMinimum | Self::NotCovered => ReasonClass::Unfunded,
			_ => ReasonClass::Rejected,
		}
	}

	/// What can be done about it.
	pub fn hint(&self) -> &'static str {
		match self {
			Self::NotRegistered => "register it first",
			Self::AlreadyRegistered => "change what there is, or register again when it is gone",
			Self::Leaving => "wait until it is gone, then register again",
			Self::ZeroAmount => "name another amount",
			Self::BelowMinimum | Self::NotCovered => ADD_FUNDS,
			Self::StakeLocked => "wait until the tasks or cases have ended that hold it",
			Self::TooManyUnbondings => "withdraw those that have finished",
			Self::NothingToWithdraw => "wait until the block from which the first of them is free",
			Self::OperatorInUse => "have it resign there first, or choose another key",
			Self::OperatorIsStash => "choose another key",
			Self::StashIsOperator => "have it resign there first",
			Self::OperatorNotNamed => "have the account name the key first",
			Self::AlreadyAccepted => "go on: nothing is missing",
			Self::NotOperator => "sign with the key that the account has named",
		}
	}
}

impl Bond {
	/// A bond of an amount that is on hold.
	pub fn of(held: Balance) -> Self {
		Self { held, ..Self::default() }
	}

	/// Whether nothing is held any more.
	pub fn is_empty(&self) -> bool {
		self.held == 0
	}

	/// All that is on its way out.
	// This one and the next three saturate only where what `check` looks at is broken already.
	pub fn on_its_way(&self) -> Balance {
		sum(self.unbonding.iter())
	}

	/// What is not on its way out.
	pub fn staying(&self) -> Balance {
		self.held.saturating_sub(self.on_its_way())
	}

	/// What is not at risk. What is on its way out counts.
	pub fn unlocked(&self) -> Balance {
		self.held.saturating_sub(self.locked)
	}

	/// What is neither at risk nor on its way out.
	pub fn free(&self) -> Balance {
		self.staying().saturating_sub(self.locked)
	}

	/// Puts `amount` on its way out, until the block `at`; at least `least` has to stay.
	pub fn unbond(
		&mut self,
		amount: Balance,
		least: Balance,
		at: BlockNumber,
	) -> Result<(), BondFault> {
		refuse(amount == 0, BondFault::ZeroAmount)?;
		let staying = self.staying().checked_sub(amount);
		refuse(staying.is_none_or(|staying| staying < least), BondFault::BelowMinimum)?;
		let full = self.unbonding.len() >= MAX_UNBONDINGS as usize;
		refuse(full && !self.joins(at), BondFault::TooManyUnbondings)?;
		self.start(amount, at);
		Ok(())
	}

	/// Puts all that stays on its way out, until the block `at`; returns how much that is. A bond does so
	/// once.
	pub fn leave(&mut self, at: BlockNumber) -> Balance {
		let amount = self.staying();
		if amount > 0 {
			self.start(amount, at);
		}
		amount
	}

	/// Takes out what has finished unbonding, but for what stakes reach into; returns how much that is.
	pub fn withdraw(&mut self, now: BlockNumber) -> Result<Balance, BondFault> {
		let due = sum(self.unbonding.iter().filter(|chunk| chunk.at <= now));
		refuse(due == 0, BondFault::NothingToWithdraw)?;
		let amount = due.min(self.unlocked());
		refuse(amount == 0, BondFault::StakeLocked)?;
		let mut left = amount;
		for chunk in self.unbonding.iter_mut().filter(|chunk| chunk.at <= now) {
			left = reduce(&mut chunk.amount, left);
		}
		self.unbonding.retain(|chunk| chunk.amount > 0);
		self.held = self.held.saturating_sub(amount);
		Ok(amount)
	}

	/// Takes `amount` away, as far as there is any; returns how much that is. It goes on from what is
	/// locked to what is unbonding, the youngest part first, and then to the rest: a debt does not end at
	/// the lock, and what is unbonding would be out of reach the soonest.
	pub fn slash(&mut self, amount: Balance) -> Balance {
		let due = amount.min(self.held);
		let rest = reduce(&mut self.locked, due);
		self.take(due, rest);
		due
	}

	/// The same out of what stays first, for a stake whose lock has ended, of a party that counts by what
	/// stays: whoever is slashed counts less at once.
	pub fn slash_staying(&mut self, amount: Balance) -> Balance {
		let due = amount.min(self.held);
		self.take(due, 0);
		due
	}

	/// Whether the parts fit into the whole.
	pub fn check(&self) -> Result<(), &'static str> {
		if self.locked > self.held || self.on_its_way() > self.held {
			Err("locked or unbonding exceed the bond")
		} else if self.unbonding.iter().any(|chunk| chunk.amount == 0) {
			Err("a chunk is empty")
		} else if !self.unbonding.is_sorted_by_key(|chunk| chunk.at) {
			Err("chunks are out of order")
		} else {
			Ok(())
		}
	}

	/// Whether what is unbonded until `at` shares a place.
	fn joins(&self, at: BlockNumber) -> bool {
		self.unbonding.last().is_some_and(|youngest| youngest.at == at)
	}

	fn start(&mut self, amount: Balance, at: BlockNumber) {
		match self.unbonding.last_mut() {
			Some(youngest) if youngest.at == at => {
				// Within the bond.
				youngest.amount = youngest.amount.saturating_add(amount);
			},
			// There is a place: the last one is for leaving, which is done once.
			_ => drop(self.unbonding.try_push(Chunk { amount, at })),
		}
	}

	/// Takes `due` away, `of_unbonding` of it and what nothing else covers out of what is unbonding, as far
	/// as there is any.
	fn take(&mut self, due: Balance, of_unbonding: Balance) {
		self.held = self.held.saturating_sub(due);
		self.locked = self.locked.min(self.held);
		let mut left = of_unbonding.max(self.on_its_way().saturating_sub(self.held));
		for chunk in self.unbonding.iter_mut().rev() {
			left = reduce(&mut chunk.amount, left);
		}
		self.unbonding.retain(|chunk| chunk.amount > 0);
	}
}

fn refuse(refused: bool, fault: BondFault) -> Result<(), BondFault> {
	if refused { Err(fault) } else { Ok(()) }
}

fn sum<'a>(chunks: impl Iterator<Item = &'a Chunk>) -> Balance {
	chunks.fold(0, |sum, chunk| sum.saturating_add(chunk.amount))
}

/// Takes as much of `amount` out of `from` as there is; returns what is left of it.
fn reduce(from: &mut Balance, amount: Balance) -> Balance {
	let taken = amount.min(*from);
	*from = from.saturating_sub(taken);
	amount.saturating_sub(taken)
}

#[cfg(test)]
mod tests;
