//! All movements of the payers' money, and how slashes are divided.

use crate::*;
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Balance,
	task::{DealId, TaskId},
};
use frame_support::{
	defensive,
	storage::with_storage_layer,
	traits::{
		Get,
		fungible::MutateHold,
		tokens::{Fortitude, Precision, Restriction},
	},
};
use sp_runtime::{DispatchError, Rounding, helpers_128bit::multiply_by_rational_with_rounding};

/// What is left of one task's escrow. Never pays more than was locked for this task, whatever else
/// the same payer has locked.
pub(crate) struct Purse<'a, T> {
	task: TaskId,
	payer: &'a AccountId,
	left: Balance,
	spent: Balance,
	_config: core::marker::PhantomData<T>,
}

impl<'a, T: Config> Purse<'a, T> {
	/// The escrow of a task that ends now. May be opened once only.
	pub fn open(task: TaskId, payer: &'a AccountId, escrow: Balance) -> Self {
		Self { task, payer, left: escrow, spent: 0, _config: core::marker::PhantomData }
	}

	/// Pays a provider. Returns what it got.
	pub fn pay(&mut self, provider: &AccountId, amount: Balance, reason: PayReason) -> Balance {
		let (task, provider) = (self.task, provider.clone());
		let amount = self.transfer(&provider, amount);
		if amount > 0 {
			Pallet::<T>::deposit_event(Event::ReplicaPaid { task, provider, amount, reason });
		}
		amount
	}

	/// Pays the protocol fee.
	pub fn pay_fee(&mut self, amount: Balance) {
		let amount = self.transfer(&T::FeeDestination::get(), amount);
		if amount > 0 {
			Pallet::<T>::deposit_event(Event::FeePaid { task: self.task, amount });
		}
	}

	/// Pays the owner of an app or a dataset.
	pub fn pay_owner(&mut self, owner: &AccountId, amount: Balance) {
		let amount = self.transfer(owner, amount);
		if amount > 0 {
			let (task, owner) = (self.task, owner.clone());
			Pallet::<T>::deposit_event(Event::OwnerPaid { task, owner, amount });
		}
	}

	/// Gives the rest back to the payer. Returns what was spent.
	pub fn close(self) -> Balance {
		let amount = release::<T>(HoldReason::Escrow, self.payer, self.left);
		let (task, payer) = (self.task, self.payer.clone());
		if amount > 0 {
			Pallet::<T>::deposit_event(Event::EscrowReturned { task, payer, amount });
		}
		self.spent
	}

	fn transfer(&mut self, to: &AccountId, amount: Balance) -> Balance {
		let amount = amount.min(self.left);
		// What the payer would pay to itself goes back to it with the rest.
		if amount == 0 || to == self.payer {
			return 0;
		}
		let Some(moved) = pay_held::<T>(self.payer, to, amount) else {
			let (task, payee) = (self.task, to.clone());
			Pallet::<T>::deposit_event(Event::PaymentFailed { task, payee, amount });
			return 0;
		};
		self.left = self.left.saturating_sub(moved);
		self.spent = self.spent.saturating_add(moved);
		moved
	}
}

/// Moves money that is held of `payer` for its deals. In a layer of its own: a payee that can't
/// receive leaves no trace and stops nobody.
fn pay_held<T: Config>(payer: &AccountId, to: &AccountId, amount: Balance) -> Option<Balance> {
	with_storage_layer(|| {
		T::Currency::transfer_on_hold(
			&HoldReason::Escrow.into(),
			payer,
			to,
			amount,
			Precision::Exact,
			Restriction::Free,
			Fortitude::Force,
		)
	})
	.ok()
}

impl<T: Config> Pallet<T> {
	/// Pays who made the match, out of what was locked for it. What can't be paid goes back.
	pub(crate) fn pay_tip(deal: DealId, payer: &AccountId, solver: AccountId, amount: Balance) {
		if amount == 0 {
			return;
		}
		if solver != *payer && pay_held::<T>(payer, &solver, amount).is_some() {
			Self::deposit_event(Event::TipPaid { deal, solver, amount });
		} else {
			release::<T>(HoldReason::Escrow, payer, amount);
		}
	}

	/// Locks what a deal may cost. Fails as a whole where the payer's free balance does not cover it.
	pub(crate) fn lock_payment(
		payer: &AccountId,
		escrow: Balance,
		deposit: Balance,
	) -> Result<(), DispatchError> {
		for (reason, amount) in [(HoldReason::Escrow, escrow), (HoldReason::StateDeposit, deposit)]
		{
			T::Currency::hold(&reason.into(), payer, amount)
				.map_err(|_| Error::<T>::ClientCannotPay)?;
		}
		Ok(())
	}

	/// Returns the deposit for a deal's state.
	pub(crate) fn return_deposit(payer: &AccountId, deposit: Balance) -> Balance {
		release::<T>(HoldReason::StateDeposit, payer, deposit)
	}
}

fn release<T: Config>(reason: HoldReason, payer: &AccountId, amount: Balance) -> Balance {
	if amount == 0 {
		return 0;
	}
	match T::Currency::release(&reason.into(), payer, amount, Precision::BestEffort) {
		Ok(released) => {
			if released != amount {
				defensive!("a deal's money is held until its end", (payer, amount, released));
			}
			released
		},
		Err(error) => {
			defensive!("what is held can be released", (payer, amount, error));
			0
		},
	}
}

/// One part of a slash.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Share {
	/// Who gets it.
	pub to: AccountId,
	/// How much.
	pub amount: Balance,
	/// Why.
	pub reason: ShareReason,
}

/// A provider whose outcome won.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Winner {
	/// Who.
	pub who: AccountId,
	/// What it earned by its own run.
	pub earned: Balance,
	/// What it may still get out of this task's slashes.
	pub room: Balance,
}

/// Divides a slash of a task with winners: burn first, then whoever ended the task, then the winners
/// in proportion to what they earned. Rounded down; what is left over is burnt.
///
/// All slashes of a task together give a winner no more than it earned itself. Nobody can overturn a
/// majority yet, and slashing an honest minority must not be a business of its own. The room of
/// each winner shrinks by its share.
pub(crate) fn divide_among_winners<T: Config>(
	slash: Balance,
	poker: Option<&AccountId>,
	winners: &mut [Winner],
) -> Vec<Share> {
	let mut shares = poker_share::<T>(slash, poker);
	let promised: Balance = shares.iter().map(|share| share.amount).sum();
	let rest = spendable::<T>(slash).saturating_sub(promised);
	let total = winners.iter().fold(0, |sum: Balance, one| sum.saturating_add(one.earned));
	for Winner { who, earned, room } in winners {
		let amount = multiply_by_rational_with_rounding(rest, *earned, total, Rounding::Down)
			// Nothing where nobody earned anything; else the part is at most the whole.
			.unwrap_or(0)
			.min(rest)
			.min(*room);
		*room = room.saturating_sub(amount);
		shares.push(Share { to: who.clone(), amount, reason: ShareReason::Winner });
	}
	shares
}

/// Divides a slash of a task without winners: a part for the payer, who was harmed.
pub(crate) fn divide_without_winners<T: Config>(
	slash: Balance,
	poker: Option<&AccountId>,
	payer: &AccountId,
) -> Vec<Share> {
	let mut shares = poker_share::<T>(slash, poker);
	let amount = T::HarmShare::get().mul_floor(slash);
	shares.push(Share { to: payer.clone(), amount, reason: ShareReason::Payer });
	shares
}

fn poker_share<T: Config>(slash: Balance, poker: Option<&AccountId>) -> Vec<Share> {
	let amount = T::PokeShare::get().mul_floor(slash);
	let share = |to: &AccountId| Share { to: to.clone(), amount, reason: ShareReason::Poker };
	poker.map(share).into_iter().collect()
}

/// What is not burnt in any case.
fn spendable<T: Config>(slash: Balance) -> Balance {
	slash.saturating_sub(T::BurnShare::get().mul_ceil(slash))
}
