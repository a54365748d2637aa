//! What must hold at the end of every block.

use crate::{Config, Groups, HoldReason, Members, Pallet};
use alloc::vec::Vec;
use assay_primitives::Balance;
use assay_shared::deposits::{Sums, check};
use polkadot_sdk::{frame_support::ensure, sp_runtime::TryRuntimeError};

impl<T: Config> Pallet<T> {
	/// # Invariants
	///
	/// 1. A group counts as many members as it has, and nobody is a member of no group.
	/// 2. What each account has on hold is what the groups that it owns say.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut deposits = Sums::new();
		for (id, group) in Groups::<T>::iter() {
			let members: Vec<Balance> = Members::<T>::iter_prefix_values(&id).collect();
			ensure!(members.len() as u32 == group.members, "1: a group counts other members");
			let sum = members.into_iter().sum::<Balance>() + group.deposit;
			*deposits.entry(id.owner).or_default() += sum;
		}
		let lost = Members::<T>::iter_keys().find(|(id, _)| !Groups::<T>::contains_key(id));
		ensure!(lost.is_none(), "1: somebody is a member of no group");
		check::<T::Currency>(&HoldReason::GroupDeposit.into(), &deposits)
	}
}
