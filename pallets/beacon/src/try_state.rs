//! What holds after every block.

use crate::*;

impl<T: Config> Pallet<T> {
	/// Checks the state.
	///
	/// # Invariants
	///
	/// 1. Each entry lies where its block number says, within the ring.
	/// 2. No entry is from the future.
	/// 3. The recorded blocks are consecutive.
	pub fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
		use frame_support::{ensure, traits::Get};
		use sp_runtime::traits::BlockNumberProvider;

		let now = T::BlockNumberProvider::current_block_number();
		let (mut count, mut first, mut last) = (0u32, BlockNumber::MAX, BlockNumber::MIN);
		for (place, entry) in Ring::<T>::iter() {
			ensure!(
				place == Self::place(entry.block) && place < T::RingSize::get(),
				"1: an entry lies in the wrong place"
			);
			ensure!(entry.block <= now, "2: an entry is from the future");
			count = count.saturating_add(1);
			first = first.min(entry.block);
			last = last.max(entry.block);
		}
		ensure!(
			count == 0 || last.saturating_sub(first).saturating_add(1) == count,
			"3: a block is missing"
		);
		Ok(())
	}
}
