//! All movements of the payers' money, and how slashes are divided.

use crate::*;
use assay_primitives::{
	AccountId, Balance, Permill,
	money::after_burn,
	task::{DealId, TaskId},
};
use frame_support::{
	defensive,
	storage::with_storage_layer,
	traits::{
		Get,
		fungible::{Inspect, Mutate, MutateHold},
		tokens::{Fortitude, Precision, Preservation, Restriction},
	},
};
use sp_runtime::DispatchError;

/// What is left of one task's escrow. Never pays more than was locked for this task, whatever else
/// the same payer has locked.
pub(crate) struct TaskEscrow<'a, T> {
	task: TaskId,
	payer: &'a AccountId,
	left: Balance,
	spent: Balance,
	_config: core::marker::PhantomData<T>,
}

impl<'a, T: Config> TaskEscrow<'a, T> {
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

	/// Pays the tax of which audits are paid.
	pub fn pay_tax(&mut self, amount: Balance) {
		let amount = self.transfer(&T::AuditFund::get(), amount);
		if amount > 0 {
			Pallet::<T>::deposit_event(Event::AuditTaxPaid { task: self.task, amount });
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

/// Moves money that is held of `payer` for its deals.
fn pay_held<T: Config>(payer: &AccountId, to: &AccountId, amount: Balance) -> Option<Balance> {
	pay_out_of::<T>(HoldReason::Escrow, payer, to, amount)
}

/// Moves money that is held of `payer` for a reason. In a layer of its own: a payee that can't receive leaves no trace
/// and stops nobody.
pub(crate) fn pay_out_of<T: Config>(
	reason: HoldReason,
	payer: &AccountId,
	to: &AccountId,
	amount: Balance,
) -> Option<Balance> {
	with_storage_layer(|| {
		T::Currency::transfer_on_hold(
			&reason.into(),
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

pub(crate) fn release<T: Config>(
	reason: HoldReason,
	payer: &AccountId,
	amount: Balance,
) -> Balance {
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

/// Where the funds of a case come from.
pub(crate) enum Source<'a> {
	/// What is held of a payer for its deals.
	Held(&'a AccountId),
	/// What an account has free.
	Free(&'a AccountId),
}

impl<T: Config> Pallet<T> {
	/// Moves the funds of a case to the arbiter. Nothing where a case costs nothing.
	pub(crate) fn fund_case(
		source: Source,
		arbiter: &AccountId,
		funds: Balance,
	) -> Result<(), DispatchError> {
		if funds == 0 {
			return Ok(());
		}
		match source {
			Source::Held(payer) => {
				pay_held::<T>(payer, arbiter, funds).ok_or(Error::<T>::CannotPayCase)?;
			},
			Source::Free(who) => {
				T::Currency::transfer(who, arbiter, funds, Preservation::Preserve)
					.map_err(|_| Error::<T>::CannotPayCase)?;
			},
		}
		Ok(())
	}

	/// What an account has to spend.
	pub(crate) fn spendable(who: &AccountId) -> Balance {
		T::Currency::reducible_balance(who, Preservation::Preserve, Fortitude::Polite)
	}

	/// Whether an account has this much to spend.
	pub(crate) fn can_pay(who: &AccountId, amount: Balance) -> bool {
		Self::spendable(who) >= amount
	}

	/// Moves what an account has free. Returns whether that was possible.
	pub(crate) fn pay_free(from: &AccountId, to: &AccountId, amount: Balance) -> bool {
		T::Currency::transfer(from, to, amount, Preservation::Preserve).is_ok()
	}

	/// Locks what whoever accuses others puts up.
	pub(crate) fn hold_bond(
		who: &AccountId,
		bond: Balance,
	) -> Result<(AccountId, Balance), Error<T>> {
		T::Currency::hold(&HoldReason::ChallengeBond.into(), who, bond)
			.map_err(|_| Error::<T>::CannotPayCase)?;
		Ok((who.clone(), bond))
	}

	/// Gives a bond back.
	pub(crate) fn return_bond(who: &AccountId, bond: Balance) {
		release::<T>(HoldReason::ChallengeBond, who, bond);
	}

	/// Divides the bond of whoever was wrong among those whom it has kept waiting, in equal
	/// parts, after the share that is burnt of everything that is lost.
	pub(crate) fn forfeit_bond(
		task: TaskId,
		who: &AccountId,
		bond: Balance,
		burn: Permill,
		winners: &[AccountId],
	) {
		if bond == 0 {
			return;
		}
		let mut left = bond;
		let part = after_burn(bond, burn).checked_div(winners.len() as Balance).unwrap_or(0);
		for winner in winners.iter().filter(|winner| *winner != who && part > 0) {
			let paid = pay_out_of::<T>(HoldReason::ChallengeBond, who, winner, part);
			if paid.is_some() {
				left = left.saturating_sub(part);
				let (from, to) = (who.clone(), winner.clone());
				Self::deposit_event(Event::BondShared { task, from, to, amount: part });
			}
		}
		let burnt = T::Currency::burn_held(
			&HoldReason::ChallengeBond.into(),
			who,
			left,
			Precision::BestEffort,
			Fortitude::Force,
		);
		if burnt != Ok(left) {
			defensive!("the bond of a challenger is held until the verdict");
		}
		Self::deposit_event(Event::BondForfeited {
			task,
			who: who.clone(),
			amount: bond,
			burnt: left,
		});
	}
}

/// One part of a slash.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct SlashShare {
	/// Who gets it.
	pub to: AccountId,
	/// How much.
	pub amount: Balance,
	/// Why.
	pub reason: ShareReason,
	/// Whether it gains by that, so that there is a bound to it.
	pub gains: bool,
}
