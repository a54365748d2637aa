//! What must hold at the end of every block.

use crate::{Config, Operators, Pallet, Provider, ProviderBonds, Providers, Status};
use assay_primitives::{AccountId, Balance};
use pallet_bonds::{Bonds, Parties};
use polkadot_sdk::{frame_support::ensure, sp_runtime::TryRuntimeError};

impl<T: Config> Pallet<T> {
	/// # Invariants
	///
	/// 1. A stash has exactly its recorded bond on hold, and what is locked and what is unbonding
	///    together are within it.
	/// 2. What is unbonding is in chunks, none of which is empty, in the order of their maturity.
	/// 3. What is at risk without a task is locked, for providers that there are; where no slot is in use, nothing else
	///    is.
	/// 4. Every provider that serves is what its operator points to, and every operator points to a
	///    provider that serves and names it: the two maps are inverse to each other. No operator is the
	///    stash of another provider.
	/// 5. A provider that is leaving has no operator, no slot in use, and a bond that is unbonding
	///    as a whole.
	/// 6. Unpaid work is counted, as more than nothing, for providers that limit it and have a slot in
	///    use.
	/// 7. Deals that a provider works for are in the order of their numbers, each once and with a slot.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		for (stash, provider) in Providers::<T>::iter() {
			ProviderBonds::<T>::check(&stash, &provider.bond)?;
			let bond = &provider.bond;
			let within = bond.locked <= bond.staying();
			ensure!(within, "locked and unbonding exceed the bond together");
			Self::check_work(&stash, &provider)?;
			Self::check_status(&stash, &provider)?;
		}
		for (operator, stash) in Operators::<T>::iter() {
			ProviderBonds::<T>::check_pointer(&operator, &stash)?;
		}
		for (stash, _, held) in crate::Held::<T>::iter() {
			let known = held > 0 && Providers::<T>::contains_key(&stash);
			ensure!(known, "3: something is at risk of nobody");
		}
		for (stash, _, open) in crate::Exposed::<T>::iter() {
			let provider = Providers::<T>::get(&stash).ok_or("6: unpaid work of nobody")?;
			let counted = provider.exposure_limit.is_some() && !provider.work.is_empty();
			ensure!(open > 0 && counted, "6: unpaid work that is not under way");
		}
		Ok(())
	}

	fn check_work(stash: &AccountId, provider: &Provider) -> Result<(), TryRuntimeError> {
		let sorted = provider.work.windows(2).all(|pair| pair[0].0 < pair[1].0);
		let used = provider.work.iter().all(|(_, slots)| *slots > 0);
		ensure!(sorted && used, "7: deals that are worked for are out of order");
		let held: Balance = crate::Held::<T>::iter_prefix_values(stash).sum();
		ensure!(held <= provider.bond.locked, "3: what is at risk is not locked");
		let idle = provider.work.is_empty() && provider.bond.locked > held;
		ensure!(!idle, "3: something is locked for no slot");
		Ok(())
	}

	fn check_status(stash: &AccountId, provider: &Provider) -> Result<(), TryRuntimeError> {
		if provider.status == Status::Leaving {
			let idle = provider.work.is_empty() && provider.bond.staying() == 0;
			ensure!(idle, "5: a provider that is leaving is still engaged");
		}
		Ok(ProviderBonds::<T>::check_operator(stash, provider)?)
	}
}
