//! What must hold at the end of every block.

use crate::{BoardPlaces, Config, HoldReason, Pallet};
use assay_shared::deposits::{Sums, check};
use polkadot_sdk::{
	frame_support::{ensure, storage::KeyPrefixIterator, traits::Get},
	sp_runtime::TryRuntimeError,
	sp_statement_store::{STATEMENT_ALLOWANCE_PREFIX, get_allowance},
};

impl<T: Config> Pallet<T> {
	/// # Invariants
	///
	/// 1. An account has the allowance that its places say, at most that of
	///    [`Config::MaxBoardPlaces`], and nobody else has any.
	/// 2. What each account has on hold is what its places say.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut deposits = Sums::new();
		for (who, places) in BoardPlaces::<T>::iter() {
			let possible = (1..=T::MaxBoardPlaces::get()).contains(&places.count);
			ensure!(possible, "1: nobody can have so many places");
			let granted = get_allowance(&who) == Self::allowance(places.count);
			ensure!(granted, "1: an allowance differs from the places");
			deposits.insert(who, places.deposit);
		}
		let prefix = STATEMENT_ALLOWANCE_PREFIX.to_vec();
		let granted = KeyPrefixIterator::new(prefix.clone(), prefix, |_| Ok(())).count();
		ensure!(granted == deposits.len(), "1: an allowance was not paid for");
		check::<T::Currency>(&HoldReason::BoardDeposit.into(), &deposits)
	}
}
