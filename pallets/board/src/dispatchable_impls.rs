//! What callers start.

use crate::{BoardPlaces, Config, Error, Event, HoldReason, Pallet, Places};
use assay_primitives::{AccountId, order::PLACE_BYTES};
use assay_shared::deposits::give_back;
use polkadot_sdk::{
	frame_support::{
		ensure,
		storage::unhashed,
		traits::{Get, fungible::MutateHold},
	},
	sp_runtime::{ArithmeticError, DispatchResult, traits::BlockNumberProvider},
	sp_statement_store::{StatementAllowance, statement_allowance_key},
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_board_places(signer: AccountId, count: u32) -> DispatchResult {
		ensure!(count <= T::MaxBoardPlaces::get(), Error::<T>::TooManyBoardPlaces);
		let old = BoardPlaces::<T>::get(&signer);
		let (had, held) = old.as_ref().map_or((0, 0), |old| (old.count, old.deposit));
		ensure!(count != had, Error::<T>::BoardPlacesUnchanged);
		let now = T::BlockNumberProvider::current_block_number();
		let fresh = old.is_some_and(|old| now < old.since.saturating_add(T::MinBoardBlocks::get()));
		// Nodes look for statements beyond an allowance now and then only. Who could have its deposit
		// back at once would fill one account's places after another's with the same money.
		ensure!(count > had || !fresh, Error::<T>::BoardPlacesTooFresh);
		let deposit =
			T::PlaceDeposit::get().checked_mul(count.into()).ok_or(ArithmeticError::Overflow)?;
		let reason = HoldReason::BoardDeposit;
		if deposit > held {
			T::Currency::hold(&reason.into(), &signer, deposit.saturating_sub(held))?;
		} else {
			give_back::<T::Currency>(&reason.into(), &signer, held.saturating_sub(deposit))?;
		}
		let key = statement_allowance_key(&signer);
		if count == 0 {
			BoardPlaces::<T>::remove(&signer);
			unhashed::kill(&key);
		} else {
			BoardPlaces::<T>::insert(&signer, Places { count, deposit, since: now });
			unhashed::put(&key, &Self::allowance(count));
		}
		Self::deposit_event(Event::BoardPlacesSet { account: signer, places: count, deposit });
		Ok(())
	}

	/// What nodes store for an account with so many places.
	pub(crate) fn allowance(count: u32) -> StatementAllowance {
		StatementAllowance { max_count: count, max_size: count.saturating_mul(PLACE_BYTES) }
	}
}
