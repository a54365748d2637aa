//! Weights of `pallet_beacon`, written by `scripts/bench-weights.sh`. Measure again instead of editing.
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
	/// `record`.
	///
	/// Storage: `Babe::AuthorVrfRandomness` (r:1 w:0)
	/// Storage: `Beacon::Ring` (r:0 w:1)
	fn record() -> Weight;
	/// `fold`, `n` from 1 to 64.
	///
	/// Storage: `Beacon::Ring` (r:64 w:0)
	fn fold(n: u32) -> Weight;
}

/// Weights where the database costs `D`.
pub struct Measured<D>(PhantomData<D>);

/// Weights with the runtime's own costs of the database.
pub type SubstrateWeight<T> = Measured<<T as frame_system::Config>::DbWeight>;

impl<D: Get<RuntimeDbWeight>> WeightInfo for Measured<D> {
	fn record() -> Weight {
		// The shortest took 8_636 ns.
		Weight::from_parts(9_335_000, 1_518)
			.saturating_add(D::get().reads(1))
			.saturating_add(D::get().writes(1))
	}
	fn fold(n: u32) -> Weight {
		// The shortest took 9_510 ns.
		Weight::from_parts(3_764_459, 990)
			// ± 24_100 ps.
			.saturating_add(Weight::from_parts(4_262_272, 0).saturating_mul(n.into()))
			.saturating_add(D::get().reads(1).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(0, 2_557).saturating_mul(n.into()))
	}
}

/// For tests.
impl WeightInfo for () {
	fn record() -> Weight {
		Measured::<RocksDbWeight>::record()
	}
	fn fold(n: u32) -> Weight {
		Measured::<RocksDbWeight>::fold(n)
	}
}
