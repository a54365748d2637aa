//! Weights of `pallet_content`, written by `scripts/bench-weights.sh`. Measure again instead of editing.
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
	/// `publish`, `n` from 1 to 1048576.
	///
	/// Storage: `Content::Records` (r:1 w:1)
	/// Storage: `System::Account` (r:2 w:2)
	/// Storage: `Balances::Holds` (r:2 w:2)
	/// Storage: `Content::LastPublication` (r:1 w:1)
	/// Storage: `System::ExtrinsicData` (r:1 w:0)
	/// Storage: `Network::Durations` (r:1 w:0)
	fn publish(n: u32) -> Weight;
	/// `extend`, `n` from 1 to 1048576.
	///
	/// Storage: `Content::Records` (r:1 w:1)
	/// Storage: `System::Account` (r:2 w:2)
	/// Storage: `Balances::Holds` (r:2 w:2)
	/// Storage: `Content::LastPublication` (r:1 w:1)
	/// Storage: `System::ExtrinsicData` (r:1 w:0)
	/// Storage: `Network::Durations` (r:1 w:0)
	fn extend(n: u32) -> Weight;
	/// `release`.
	///
	/// Storage: `Content::Records` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	fn release() -> Weight;
}

/// Weights where the database costs `D`.
pub struct Measured<D>(PhantomData<D>);

/// Weights with the runtime's own costs of the database.
pub type SubstrateWeight<T> = Measured<<T as frame_system::Config>::DbWeight>;

impl<D: Get<RuntimeDbWeight>> WeightInfo for Measured<D> {
	fn publish(n: u32) -> Weight {
		// The shortest took 4_940_902 ns.
		Weight::from_parts(5_232_183_423, 5_247_229)
			// ± 55 ps.
			.saturating_add(Weight::from_parts(3_528, 0).saturating_mul(n.into()))
			.saturating_add(D::get().reads(8))
			.saturating_add(D::get().writes(6))
	}
	fn extend(n: u32) -> Weight {
		// The shortest took 4_756_559 ns.
		Weight::from_parts(5_153_963_733, 5_247_229)
			// ± 58 ps.
			.saturating_add(Weight::from_parts(3_551, 0).saturating_mul(n.into()))
			.saturating_add(D::get().reads(8))
			.saturating_add(D::get().writes(6))
	}
	fn release() -> Weight {
		// The shortest took 92_557 ns.
		Weight::from_parts(103_430_000, 3_802)
			.saturating_add(D::get().reads(3))
			.saturating_add(D::get().writes(3))
	}
}

/// For tests.
impl WeightInfo for () {
	fn publish(n: u32) -> Weight {
		Measured::<RocksDbWeight>::publish(n)
	}
	fn extend(n: u32) -> Weight {
		Measured::<RocksDbWeight>::extend(n)
	}
	fn release() -> Weight {
		Measured::<RocksDbWeight>::release()
	}
}
