//! Weights of `pallet_providers`, written by `scripts/bench-weights.sh`. Measure again instead of editing.
//!
//! 2026-11-20, Intel(R) Xeon(R) Processor: 20 steps, 10 repetitions, frame-omni-bencher's library 64.0.0.

use core::marker::PhantomData;
use polkadot_sdk::{
	frame_support::{
		traits::Get,
		weights::{RuntimeDbWeight, Weight, constants::RocksDbWeight},
	},
	frame_system,
};

/// Weights of what `benchmarking.rs` measures; each benchmark says there what it stands for.
pub trait WeightInfo {
	/// `register`.
	///
	/// Storage: `Providers::Providers` (r:1 w:1)
	/// Storage: `Providers::Operators` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `Providers::CounterForProviders` (r:1 w:1)
	fn register() -> Weight;
	/// `update`.
	///
	/// Storage: `Providers::Providers` (r:1 w:1)
	/// Storage: `Providers::Operators` (r:1 w:2)
	fn update() -> Weight;
	/// `bond_more`.
	///
	/// Storage: `Providers::Providers` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	fn bond_more() -> Weight;
	/// `unbond`.
	///
	/// Storage: `Providers::Providers` (r:1 w:1)
	/// Storage: `Network::Durations` (r:1 w:0)
	fn unbond() -> Weight;
	/// `withdraw`.
	///
	/// Storage: `Providers::Providers` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `Providers::CounterForProviders` (r:1 w:1)
	fn withdraw() -> Weight;
	/// `leave`.
	///
	/// Storage: `Providers::Providers` (r:1 w:1)
	/// Storage: `Network::Durations` (r:1 w:0)
	/// Storage: `Providers::Operators` (r:0 w:1)
	fn leave() -> Weight;
	/// `accept_operator`.
	///
	/// Storage: `Providers::Providers` (r:2 w:1)
	/// Storage: `Providers::Operators` (r:1 w:1)
	fn accept_operator() -> Weight;
	/// `resign_operator`.
	///
	/// Storage: `Providers::Operators` (r:1 w:1)
	/// Storage: `Providers::Providers` (r:1 w:1)
	fn resign_operator() -> Weight;
	/// `limit_exposure`.
	///
	/// Storage: `Providers::Providers` (r:1 w:1)
	fn limit_exposure() -> Weight;
}

/// Weights where the database costs `D`.
pub struct Measured<D>(PhantomData<D>);

/// Weights with the runtime's own costs of the database.
pub type SubstrateWeight<T> = Measured<<T as frame_system::Config>::DbWeight>;

impl<D: Get<RuntimeDbWeight>> WeightInfo for Measured<D> {
	fn register() -> Weight {
		// The shortest took 91_154 ns.
		Weight::from_parts(96_437_000, 4_070)
			.saturating_add(D::get().reads(5))
			.saturating_add(D::get().writes(5))
	}
	fn update() -> Weight {
		// The shortest took 38_365 ns.
		Weight::from_parts(40_657_000, 4_070)
			.saturating_add(D::get().reads(2))
			.saturating_add(D::get().writes(3))
	}
	fn bond_more() -> Weight {
		// The shortest took 83_347 ns.
		Weight::from_parts(85_434_000, 4_070)
			.saturating_add(D::get().reads(3))
			.saturating_add(D::get().writes(3))
	}
	fn unbond() -> Weight {
		// The shortest took 36_728 ns.
		Weight::from_parts(38_217_000, 4_070)
			.saturating_add(D::get().reads(2))
			.saturating_add(D::get().writes(1))
	}
	fn withdraw() -> Weight {
		// The shortest took 85_363 ns.
		Weight::from_parts(89_516_000, 4_070)
			.saturating_add(D::get().reads(4))
			.saturating_add(D::get().writes(4))
	}
	fn leave() -> Weight {
		// The shortest took 42_318 ns.
		Weight::from_parts(44_181_000, 4_070)
			.saturating_add(D::get().reads(2))
			.saturating_add(D::get().writes(2))
	}
	fn accept_operator() -> Weight {
		// The shortest took 29_899 ns.
		Weight::from_parts(31_934_000, 7_150)
			.saturating_add(D::get().reads(3))
			.saturating_add(D::get().writes(2))
	}
	fn resign_operator() -> Weight {
		// The shortest took 30_074 ns.
		Weight::from_parts(31_959_000, 4_070)
			.saturating_add(D::get().reads(2))
			.saturating_add(D::get().writes(2))
	}
	fn limit_exposure() -> Weight {
		// The shortest took 22_749 ns.
		Weight::from_parts(23_764_000, 4_070)
			.saturating_add(D::get().reads(1))
			.saturating_add(D::get().writes(1))
	}
}

/// For tests.
impl WeightInfo for () {
	fn register() -> Weight {
		Measured::<RocksDbWeight>::register()
	}
	fn update() -> Weight {
		Measured::<RocksDbWeight>::update()
	}
	fn bond_more() -> Weight {
		Measured::<RocksDbWeight>::bond_more()
	}
	fn unbond() -> Weight {
		Measured::<RocksDbWeight>::unbond()
	}
	fn withdraw() -> Weight {
		Measured::<RocksDbWeight>::withdraw()
	}
	fn leave() -> Weight {
		Measured::<RocksDbWeight>::leave()
	}
	fn accept_operator() -> Weight {
		Measured::<RocksDbWeight>::accept_operator()
	}
	fn resign_operator() -> Weight {
		Measured::<RocksDbWeight>::resign_operator()
	}
	fn limit_exposure() -> Weight {
		Measured::<RocksDbWeight>::limit_exposure()
	}
}
