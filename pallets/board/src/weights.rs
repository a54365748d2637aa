//! Weights of `pallet_board`, written by `scripts/bench-weights.sh`. Measure again instead of editing.
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
	/// `set_board_places`.
	///
	/// Storage: `Board::BoardPlaces` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: UNKNOWN KEY `0x3a73746174656d656e745f616c6c6f77616e63653afa412b8daef139502ad6ae` (r:0 w:1)
	fn set_board_places() -> Weight;
}

/// Weights where the database costs `D`.
pub struct Measured<D>(PhantomData<D>);

/// Weights with the runtime's own costs of the database.
pub type SubstrateWeight<T> = Measured<<T as frame_system::Config>::DbWeight>;

impl<D: Get<RuntimeDbWeight>> WeightInfo for Measured<D> {
	fn set_board_places() -> Weight {
		// The shortest took 77_045 ns.
		Weight::from_parts(79_387_000, 3_802)
			.saturating_add(D::get().reads(3))
			.saturating_add(D::get().writes(4))
	}
}

/// For tests.
impl WeightInfo for () {
	fn set_board_places() -> Weight {
		Measured::<RocksDbWeight>::set_board_places()
	}
}
