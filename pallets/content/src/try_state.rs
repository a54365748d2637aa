//! What holds after every block.

use crate::*;

impl<T: Config> Pallet<T> {
	/// Checks the state.
	///
	/// # Invariants
	///
	/// 1. Each owner has exactly the sum of its records' deposits on hold.
	/// 2. Every record has a size from one byte to [`Config::MaxSize`].
	/// 3. Every record was written in a block that has begun, and ends [`Config::Retention`] later.
	/// 4. No two records came from the same transaction.
	/// 5. Content that a record promises as a whole has several blocks, and is promised no longer than its
	///    node.
	pub fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
		use alloc::collections::BTreeSet;
		use assay_primitives::content::BLOCK_SIZE;
		use assay_shared::deposits::{Sums, check};
		use frame_support::{ensure, traits::Get};

		let mut deposits = Sums::new();
		let mut positions = BTreeSet::new();
		for (_, record) in Records::<T>::iter() {
			let sum = deposits.entry(record.owner.clone()).or_default();
			*sum = sum.saturating_add(record.deposit);
			ensure!(
				record.size > 0 && record.size <= T::MaxSize::get(),
				"2: a record's size is out of bounds"
			);
			let within =
				|whole: Whole| whole.until <= record.expires_at && whole.size > BLOCK_SIZE as u64;
			ensure!(record.whole.is_none_or(within), "5: a whole is promised beyond its node");
			let Position { block, extrinsic } = record.position;
			ensure!(
				block <= Self::now()
					&& record.expires_at == block.saturating_add(T::Retention::get()),
				"3: a record's times are wrong"
			);
			ensure!(positions.insert((block, extrinsic)), "4: two records from one transaction");
		}
		check::<T::Currency>(&HoldReason::Deposit.into(), &deposits)
	}
}
