//! What must hold at the end of every block.

use crate::{Config, HoldReason, Operators, Pallet, Provider, Providers, Status, Unbonding};
use assay_primitives::{AccountId, Balance};
use polkadot_sdk::{
	frame_support::{ensure, traits::fungible::InspectHold},
	sp_runtime::TryRuntimeError,
};

impl<T: Config> Pallet<T> {
	/// # Invariants
	///
	/// 1. A stash has exactly its recorded bond on hold, and what is locked and what is unbonding
	///    together are within it.
	/// 2. What is recorded as unbonding is the sum of the chunks, none of which is empty and which
	///    are in the order of their maturity.
	/// 3. Chunks belong to providers, and no empty list is stored.
	/// 4. Every provider that serves is what its operator points to, and every operator points to a
	///    provider that serves and names it: the two maps are inverse to each other.
	/// 5. No operator is the stash of another provider.
	/// 6. A provider that is leaving has no operator, no slot in use, and a bond that is unbonding
	///    as a whole.
	/// 7. Where no slot is in use, nothing is locked.
	/// 8. Unpaid work is counted, as more than nothing, for providers that limit it and have a slot in
	///    use.
	/// 9. Deals that a provider works for are in the order of their numbers, each once and with a slot.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		for (stash, provider) in Providers::<T>::iter() {
			Self::check_bond(&stash, &provider)?;
			Self::check_unbonding(&stash, &provider)?;
			Self::check_status(&stash, &provider)?;
		}
		for (stash, chunks) in Unbonding::<T>::iter() {
			let owned = Providers::<T>::contains_key(&stash);
			ensure!(owned, "3: chunks without a provider");
			ensure!(!chunks.is_empty(), "3: an empty list of chunks is stored");
		}
		for (operator, stash) in Operators::<T>::iter() {
			let provider = Providers::<T>::get(&stash).ok_or("4: an operator of nobody")?;
			let named = provider.declaration.operator == operator;
			let serving = provider.status == Status::Serving;
			ensure!(named && serving, "4: an operator that its provider does not know");
			let other = operator != stash && Providers::<T>::contains_key(&operator);
			ensure!(!other, "5: an operator is another's stash");
		}
		for (stash, _, open) in crate::Exposed::<T>::iter() {
			let provider = Providers::<T>::get(&stash).ok_or("8: unpaid work of nobody")?;
			let counted = provider.exposure_limit.is_some() && !provider.work.is_empty();
			ensure!(open > 0 && counted, "8: unpaid work that is not under way");
		}
		Ok(())
	}

	fn check_bond(stash: &AccountId, provider: &Provider) -> Result<(), TryRuntimeError> {
		let held = T::Currency::balance_on_hold(&HoldReason::Bond.into(), stash);
		ensure!(held == provider.bond, "1: the hold differs from the bond");
		let used = provider.locked.checked_add(provider.unbonding);
		let within = used.is_some_and(|used| used <= provider.bond);
		ensure!(within, "1: locked and unbonding exceed the bond");
		let idle = provider.work.is_empty() && provider.locked > 0;
		ensure!(!idle, "7: something is locked for no slot");
		let sorted = provider.work.windows(2).all(|pair| pair[0].0 < pair[1].0);
		let used = provider.work.iter().all(|(_, slots)| *slots > 0);
		ensure!(sorted && used, "9: deals that are worked for are out of order");
		Ok(())
	}

	fn check_unbonding(stash: &AccountId, provider: &Provider) -> Result<(), TryRuntimeError> {
		let chunks = Unbonding::<T>::get(stash);
		let sum: Balance = chunks.iter().map(|chunk| chunk.amount).sum();
		ensure!(sum == provider.unbonding, "2: chunks differ from what is unbonding");
		ensure!(chunks.iter().all(|chunk| chunk.amount > 0), "2: a chunk is empty");
		ensure!(chunks.is_sorted_by_key(|chunk| chunk.at), "2: chunks are out of order");
		Ok(())
	}

	fn check_status(stash: &AccountId, provider: &Provider) -> Result<(), TryRuntimeError> {
		match provider.status {
			Status::Nominating => Ok(()),
			Status::Serving => {
				let points = Operators::<T>::get(&provider.declaration.operator);
				ensure!(points.as_ref() == Some(stash), "4: a provider serves without an operator");
				Ok(())
			},
			Status::Leaving => {
				let idle = provider.work.is_empty() && provider.unbonding == provider.bond;
				ensure!(idle, "6: a provider that is leaving is still engaged");
				Ok(())
			},
		}
	}
}
