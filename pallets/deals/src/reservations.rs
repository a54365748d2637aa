//! Money that front ends lock where there is no deal.

use crate::{
	escrow::{pay_out_of, release},
	*,
};
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Balance,
	deal::Instance,
	task::TaskSpec,
	traits::{Collected, Reservations as Reserves},
};
use frame_support::{
	defensive, ensure,
	traits::{
		fungible::MutateHold,
		tokens::{Fortitude, Precision},
	},
};
use sp_runtime::DispatchResult;

impl<T: Config> Reserves for Pallet<T> {
	fn examine(task: &TaskSpec) -> DispatchResult {
		Ok(Self::examine_task(task)?)
	}

	fn reserved(by: &Instance) -> Balance {
		Reservations::<T>::get(by).map_or(0, |it| it.left)
	}

	fn reserve(by: &Instance, payer: &AccountId, amount: Balance) -> DispatchResult {
		ensure!(!Reservations::<T>::contains_key(by), Error::<T>::AlreadyReserved);
		T::Currency::hold(&HoldReason::Reservation.into(), payer, amount)
			.map_err(|_| Error::<T>::ClientCannotPay)?;
		Reservations::<T>::insert(by, Reservation { payer: payer.clone(), left: amount });
		Ok(())
	}

	fn spend(by: &Instance, to: &AccountId, amount: Balance) -> Balance {
		Reservations::<T>::mutate(by, |entry| match entry {
			Some(reservation) => reservation.pay::<T>(to, amount),
			None => 0,
		})
	}

	fn forfeit(by: &Instance, amount: Balance, shares: &[(AccountId, Balance)]) -> Collected {
		Reservations::<T>::mutate(by, |entry| {
			let Some(reservation) = entry else { return Collected::default() };
			let amount = amount.min(reservation.left);
			let mut burnt = amount;
			let pay = |(to, share): &(AccountId, Balance)| {
				let paid = reservation.pay::<T>(to, (*share).min(burnt));
				burnt = burnt.saturating_sub(paid);
				paid
			};
			let paid: Vec<Balance> = shares.iter().map(pay).collect();
			reservation.burn::<T>(burnt);
			Collected { amount, paid }
		})
	}

	fn release(by: &Instance) -> Balance {
		let Some(Reservation { payer, left }) = Reservations::<T>::take(by) else { return 0 };
		release::<T>(HoldReason::Reservation, &payer, left)
	}
}

impl Reservation {
	/// Pays somebody as far as there is money left. Returns how much it got.
	fn pay<T: Config>(&mut self, to: &AccountId, amount: Balance) -> Balance {
		let amount = amount.min(self.left);
		if amount == 0 || *to == self.payer {
			return 0;
		}
		let moved = pay_out_of::<T>(HoldReason::Reservation, &self.payer, to, amount);
		let moved = moved.unwrap_or(0);
		self.left = self.left.saturating_sub(moved);
		moved
	}

	fn burn<T: Config>(&mut self, amount: Balance) {
		let (reason, force) = (HoldReason::Reservation.into(), Fortitude::Force);
		let burnt =
			T::Currency::burn_held(&reason, &self.payer, amount, Precision::BestEffort, force);
		if burnt != Ok(amount) {
			defensive!("a reservation is held until it is released");
		}
		self.left = self.left.saturating_sub(amount);
	}
}
