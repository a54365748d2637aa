//! Weights of the calls.
//!
//! Estimated, to be replaced by scripts/bench-weights.sh: execution times are guesses on the safe
//! side, reads and writes are counted from the code.

use core::marker::PhantomData;
use polkadot_sdk::{
	frame_support::{
		traits::Get,
		weights::{Weight, constants::RocksDbWeight},
	},
	frame_system,
};

/// Weights of the pallet's calls.
pub trait WeightInfo {
	/// Providers, its counter, Operators twice, Account, Holds.
	fn register() -> Weight;
	/// Providers, Providers and Operators of both operators.
	fn update() -> Weight;
	/// Providers, Account, Holds.
	fn bond_more() -> Weight;
	/// Providers, Unbonding.
	fn unbond() -> Weight;
	/// Providers, its counter, Unbonding, Account, Holds.
	fn withdraw() -> Weight;
	/// Providers, Operators, Unbonding.
	fn deregister() -> Weight;
	/// Providers twice, Operators.
	fn accept_operator() -> Weight;
	/// Operators, Providers.
	fn resign_operator() -> Weight;
	/// Providers.
	fn limit_exposure() -> Weight;
}

/// Estimated weights under the runtime's own database weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn register() -> Weight {
		Weight::from_parts(70_000_000, 9000).saturating_add(T::DbWeight::get().reads_writes(7, 5))
	}
	fn update() -> Weight {
		Weight::from_parts(40_000_000, 9000).saturating_add(T::DbWeight::get().reads_writes(5, 3))
	}
	fn bond_more() -> Weight {
		Weight::from_parts(60_000_000, 7000).saturating_add(T::DbWeight::get().reads_writes(3, 3))
	}
	fn unbond() -> Weight {
		Weight::from_parts(30_000_000, 7000).saturating_add(T::DbWeight::get().reads_writes(2, 2))
	}
	fn withdraw() -> Weight {
		Weight::from_parts(70_000_000, 7000).saturating_add(T::DbWeight::get().reads_writes(5, 5))
	}
	fn deregister() -> Weight {
		Weight::from_parts(40_000_000, 7000).saturating_add(T::DbWeight::get().reads_writes(3, 3))
	}
	fn accept_operator() -> Weight {
		Weight::from_parts(35_000_000, 9000).saturating_add(T::DbWeight::get().reads_writes(3, 2))
	}
	fn resign_operator() -> Weight {
		Weight::from_parts(35_000_000, 7000).saturating_add(T::DbWeight::get().reads_writes(2, 2))
	}
	fn limit_exposure() -> Weight {
		Weight::from_parts(25_000_000, 4000).saturating_add(T::DbWeight::get().reads_writes(1, 1))
	}
}

impl WeightInfo for () {
	fn register() -> Weight {
		Weight::from_parts(70_000_000, 9000).saturating_add(RocksDbWeight::get().reads_writes(7, 5))
	}
	fn update() -> Weight {
		Weight::from_parts(40_000_000, 9000).saturating_add(RocksDbWeight::get().reads_writes(5, 3))
	}
	fn bond_more() -> Weight {
		Weight::from_parts(60_000_000, 7000).saturating_add(RocksDbWeight::get().reads_writes(3, 3))
	}
	fn unbond() -> Weight {
		Weight::from_parts(30_000_000, 7000).saturating_add(RocksDbWeight::get().reads_writes(2, 2))
	}
	fn withdraw() -> Weight {
		Weight::from_parts(70_000_000, 7000).saturating_add(RocksDbWeight::get().reads_writes(5, 5))
	}
	fn deregister() -> Weight {
		Weight::from_parts(40_000_000, 7000).saturating_add(RocksDbWeight::get().reads_writes(3, 3))
	}
	fn accept_operator() -> Weight {
		Weight::from_parts(35_000_000, 9000).saturating_add(RocksDbWeight::get().reads_writes(3, 2))
	}
	fn resign_operator() -> Weight {
		Weight::from_parts(35_000_000, 7000).saturating_add(RocksDbWeight::get().reads_writes(2, 2))
	}
	fn limit_exposure() -> Weight {
		Weight::from_parts(25_000_000, 4000).saturating_add(RocksDbWeight::get().reads_writes(1, 1))
	}
}
