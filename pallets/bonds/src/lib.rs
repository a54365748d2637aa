//! What pallets with bonded parties share: holds, unbonding, slashes, and the keys that sign for a stash.
//!
//! This is no pallet. A pallet keeps the [`Bond`] of a party within the party's own record, which its calls
//! read and write anyway, so nothing here costs another item of storage. It says once, on a type of its
//! own, what is particular to it: [`Bonds`], and [`Parties`] where an operator key signs for the party.
//! Rules that know no FRAME are in [`assay_primitives::bond`].
//!
//! ### Terminology
//!
//! * **Stash**: the account that has the bond.
//! * **Operator**: the key that signs for a stash; it takes part only once it has accepted.
//! * **Unbond**: start to take a part of the bond out. It can be slashed until it is **withdrawn**.
//! * **Leave**: unbond all of it and take part no more. The party is **removed** by its last withdrawal.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Balance, BlockNumber,
	bond::{Bond, BondFault},
};
pub use assay_shared::{nest, reasons::Reason};
use polkadot_sdk::{
	frame_support::{
		defensive, ensure,
		storage::StorageMap,
		traits::{
			fungible::{InspectHold, MutateHold},
			tokens::{Fortitude, Precision, Restriction},
		},
	},
	sp_runtime::{DispatchError, DispatchResult},
};

/// What the money of bonds is held for.
pub type ReasonOf<B> = <<B as Bonds>::Currency as InspectHold<AccountId>>::Reason;

/// The bonds of one kind of party.
pub trait Bonds {
	/// Token that they are held in.
	type Currency: MutateHold<AccountId, Balance = Balance>;

	/// Error of the pallet, which nests faults.
	type Error: From<BondFault> + Into<DispatchError>;

	/// What they are held for.
	fn reason() -> ReasonOf<Self>;

	/// Least bond of a party that stays.
	fn least() -> Balance;

	/// Present block.
	fn now() -> BlockNumber;

	/// First block in which what begins to leave now can be withdrawn.
	fn unbonded_at() -> BlockNumber;

	/// A fault as the pallet's.
	fn refuse(fault: BondFault) -> DispatchError {
		Self::Error::from(fault).into()
	}

	/// Puts up the bond of a new party.
	fn open(stash: &AccountId, amount: Balance) -> Result<Bond, DispatchError> {
		ensure!(amount >= Self::least(), Self::refuse(BondFault::BelowMinimum));
		Self::Currency::hold(&Self::reason(), stash, amount)?;
		Ok(Bond::of(amount))
	}

	/// Adds to what is held of a bond.
	fn add(stash: &AccountId, held: &mut Balance, amount: Balance) -> DispatchResult {
		ensure!(amount > 0, Self::refuse(BondFault::ZeroAmount));
		Self::Currency::hold(&Self::reason(), stash, amount)?;
		// All of it is on hold, which is an amount as well.
		*held = held.saturating_add(amount);
		Ok(())
	}

	/// Puts a part of a bond on its way out, of which `least` has to stay; returns the first block in
	/// which it can be withdrawn.
	fn unbond(
		bond: &mut Bond,
		amount: Balance,
		least: Balance,
	) -> Result<BlockNumber, DispatchError> {
		let at = Self::unbonded_at();
		bond.unbond(amount, least, at).map_err(Self::refuse)?;
		Ok(at)
	}

	/// Gives back what has finished unbonding and no stake reaches into; returns how much that is.
	fn withdraw(stash: &AccountId, bond: &mut Bond) -> Result<Balance, DispatchError> {
		let amount = bond.withdraw(Self::now()).map_err(Self::refuse)?;
		Self::Currency::release(&Self::reason(), stash, amount, Precision::Exact)?;
		Ok(amount)
	}

	/// The same for a party that may have `left`. Returns what was given back, and whether the party is gone: there is
	/// nothing to give back to one that lost everything while leaving, but it has to get out.
	fn withdraw_or_go(
		stash: &AccountId,
		bond: &mut Bond,
		left: bool,
	) -> Result<(Option<Balance>, bool), DispatchError> {
		let lost = left && bond.is_empty();
		let amount = if lost { None } else { Some(Self::withdraw(stash, bond)?) };
		Ok((amount, left && bond.is_empty()))
	}

	/// Takes `due`, which is off the record, out of the hold: pays `shares` of it in their order, telling
	/// `paid` of each, and burns the rest. Returns what each share got, and what was burnt. It never fails.
	fn collect(
		stash: &AccountId,
		due: Balance,
		shares: &[(AccountId, Balance)],
		mut paid: impl FnMut(&AccountId, Balance),
	) -> (Vec<Balance>, Balance) {
		let mut left = due;
		let pay = |(beneficiary, share): &(AccountId, Balance)| {
			let amount = (*share).min(left);
			// A slash must not come back to the one who is slashed.
			if amount == 0 || beneficiary == stash {
				return 0;
			}
			// Fails where the amount is below the existential deposit and the account does not exist.
			// It is burnt with the rest then.
			let Ok(amount) = Self::Currency::transfer_on_hold(
				&Self::reason(),
				stash,
				beneficiary,
				amount,
				Precision::Exact,
				Restriction::Free,
				Fortitude::Force,
			) else {
				return 0;
			};
			left = left.saturating_sub(amount);
			paid(beneficiary, amount);
			amount
		};
		let got = shares.iter().map(pay).collect();
		(got, Self::burn(stash, left))
	}

	/// Burns `amount` of the hold. Returns what was burnt.
	fn burn(stash: &AccountId, amount: Balance) -> Balance {
		if amount == 0 {
			return 0;
		}
		let reason = Self::reason();
		if Self::Currency::balance_on_hold(&reason, stash) < amount {
			defensive!("less on hold than is recorded");
		}
		let (precision, force) = (Precision::BestEffort, Fortitude::Force);
		Self::Currency::burn_held(&reason, stash, amount, precision, force).unwrap_or_else(
			|error| {
				defensive!("a hold can be burnt", error);
				0
			},
		)
	}

	/// Whether a bond is on hold, no more and no less, and its parts fit into it.
	fn check(stash: &AccountId, bond: &Bond) -> Result<(), &'static str> {
		let held = Self::Currency::balance_on_hold(&Self::reason(), stash);
		ensure!(held == bond.held, "the hold differs from the bond");
		bond.check()
	}
}

/// A party for which an operator key signs.
pub trait Party {
	/// The key that signs, or is asked to.
	fn operator(&self) -> &AccountId;

	/// Whether that key has accepted.
	fn is_signed(&self) -> bool;

	/// Notes that the key has accepted, or does not sign any more.
	fn set_signed(&mut self, signed: bool);

	/// Whether it has begun to leave.
	fn is_leaving(&self) -> bool;
}

/// Parties of one kind, by stash, and the keys that sign for them.
///
/// No account becomes an operator against its will, so nobody can block another's key. An operator is
/// nobody else's stash, a stash nobody else's operator, and a key signs for one stash: a signature never
/// has two readings.
pub trait Parties: Bonds {
	/// Record of one, with its bond.
	type Party: Party;

	/// Stash by operator, for operators that have accepted.
	type Operators: StorageMap<AccountId, AccountId, Query = Option<AccountId>>;

	/// The party of a stash.
	fn party(stash: &AccountId) -> Option<Self::Party>;

	/// Whether an account is a stash.
	fn is_stash(account: &AccountId) -> bool;

	/// The party of a stash, whether it is leaving or not.
	fn find(stash: &AccountId) -> Result<Self::Party, DispatchError> {
		Self::party(stash).ok_or_else(|| Self::refuse(BondFault::NotRegistered))
	}

	/// The party of a stash that is not leaving.
	fn staying(stash: &AccountId) -> Result<Self::Party, DispatchError> {
		let party = Self::find(stash)?;
		ensure!(!party.is_leaving(), Self::refuse(BondFault::Leaving));
		Ok(party)
	}

	/// Whether an account may become a stash.
	fn ensure_new(stash: &AccountId) -> DispatchResult {
		ensure!(!Self::is_stash(stash), Self::refuse(BondFault::AlreadyRegistered));
		let signs = Self::Operators::contains_key(stash);
		ensure!(!signs, Self::refuse(BondFault::StashIsOperator));
		Ok(())
	}

	/// Whether `operator` may become the operator of `stash`, provided that it wants to.
	fn ensure_can_operate(operator: &AccountId, stash: &AccountId) -> DispatchResult {
		let other = operator != stash && Self::is_stash(operator);
		ensure!(!other, Self::refuse(BondFault::OperatorIsStash));
		let signs = Self::Operators::contains_key(operator);
		ensure!(!signs, Self::refuse(BondFault::OperatorInUse));
		Ok(())
	}

	/// The party that `operator` was asked to sign for, and may.
	fn asked(operator: &AccountId, stash: &AccountId) -> Result<Self::Party, DispatchError> {
		let party = Self::staying(stash)?;
		ensure!(party.operator() == operator, Self::refuse(BondFault::OperatorNotNamed));
		ensure!(!party.is_signed(), Self::refuse(BondFault::AlreadyAccepted));
		Self::ensure_can_operate(operator, stash)?;
		Ok(party)
	}

	/// The stash that `operator` signs for.
	fn stash_of(operator: &AccountId) -> Result<AccountId, DispatchError> {
		Self::Operators::get(operator).ok_or_else(|| Self::refuse(BondFault::NotOperator))
	}

	/// The stash that `operator` signs for, and its party.
	fn signed_by(operator: &AccountId) -> Result<(AccountId, Self::Party), DispatchError> {
		let stash = Self::stash_of(operator)?;
		let party = Self::find(&stash)?;
		Ok((stash, party))
	}

	/// Lets the named key sign; returns it.
	fn sign(stash: &AccountId, party: &mut Self::Party) -> AccountId {
		let operator = party.operator().clone();
		Self::Operators::insert(&operator, stash);
		party.set_signed(true);
		operator
	}

	/// Takes the key's power away, at once, where it had accepted; returns it then.
	fn unsign(party: &mut Self::Party) -> Option<AccountId> {
		if !party.is_signed() {
			return None;
		}
		let operator = party.operator().clone();
		Self::Operators::remove(&operator);
		party.set_signed(false);
		Some(operator)
	}

	/// Whether the key of a party, and nobody else's, points to it.
	fn check_operator(stash: &AccountId, party: &Self::Party) -> Result<(), &'static str> {
		let points = Self::Operators::get(party.operator()).as_ref() == Some(stash);
		ensure!(points == party.is_signed(), "a party serves without an operator");
		Ok(())
	}

	/// Whether a key points to a party that knows it, and is no other party's stash.
	fn check_pointer(operator: &AccountId, stash: &AccountId) -> Result<(), &'static str> {
		let party = Self::party(stash).ok_or("an operator of nobody")?;
		let mutual = party.operator() == operator && party.is_signed();
		ensure!(mutual, "an operator that its party does not know");
		let other = operator != stash && Self::is_stash(operator);
		ensure!(!other, "an operator is another's stash");
		Ok(())
	}
}
