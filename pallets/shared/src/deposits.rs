//! Deposits. Each is recorded where what it is for is, and held by the pallet that it is for.

use alloc::collections::BTreeMap;
use assay_primitives::{AccountId, Balance};
#[cfg(feature = "runtime-benchmarks")]
use polkadot_sdk::frame_support::traits::fungible::Mutate;
use polkadot_sdk::{
	frame_support::{
		defensive, ensure,
		traits::{
			fungible::{InspectHold, MutateHold},
			tokens::Precision,
		},
	},
	sp_runtime::{DispatchResult, TryRuntimeError},
};

/// What each account should have on hold for one reason.
pub type Sums = BTreeMap<AccountId, Balance>;

/// Gives a deposit back, or as much of it as is there.
pub fn give_back<C: MutateHold<AccountId, Balance = Balance>>(
	reason: &C::Reason,
	who: &AccountId,
	amount: Balance,
) -> DispatchResult {
	let released = C::release(reason, who, amount, Precision::BestEffort)?;
	if released < amount {
		defensive!("less on hold than was deposited");
	}
	Ok(())
}

/// Whether each of the accounts has on hold what the entries that it paid for say.
pub fn check<C: InspectHold<AccountId, Balance = Balance>>(
	reason: &C::Reason,
	sums: &Sums,
) -> Result<(), TryRuntimeError> {
	let held = |(who, sum): (&_, &_)| C::balance_on_hold(reason, who) == *sum;
	ensure!(sums.iter().all(held), "holds differ from what entries say");
	Ok(())
}

/// An account made rich: with more than any call of theirs holds. For benchmarks.
#[cfg(feature = "runtime-benchmarks")]
pub fn rich<C: Mutate<AccountId, Balance = Balance>>(who: AccountId) -> AccountId {
	C::set_balance(&who, 1_000_000 * assay_primitives::UNIT);
	who
}
