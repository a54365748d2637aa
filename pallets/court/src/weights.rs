//! Weights of `pallet_court`, written by `scripts/bench-weights.sh`. Measure again instead of editing.
//!
//! 2026-11-20, Intel(R) Xeon(R) Processor: 6 steps, 3 repetitions, frame-omni-bencher's library 64.0.0.

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
	/// `adjudicate`, `g` from 65536 to 16777216.
	///
	/// Storage: `Mediation::Cases` (r:1 w:1)
	/// Storage: `Mediation::CaseTermsOf` (r:1 w:0)
	/// Storage: `Deals::Profiles` (r:1 w:0)
	/// Storage: `System::Account` (r:2 w:2)
	/// Storage: `Mediation::Escrowed` (r:1 w:1)
	/// Storage: `Network::Durations` (r:1 w:0)
	/// Storage: `Mediation::Open` (r:1 w:1)
	/// Storage: `Mediation::CounterForOpen` (r:1 w:1)
	/// Storage: `Mediation::PruneRange` (r:1 w:1)
	/// Storage: `Deals::Tasks` (r:1 w:0)
	/// Storage: `Deals::Bags` (r:1 w:0)
	/// Storage: `Deals::Ended` (r:1 w:0)
	/// Storage: `Mediation::PruneQueue` (r:0 w:1)
	/// Storage: `Mediation::Rounds` (r:0 w:1)
	fn adjudicate(g: u32) -> Weight;
	/// `start`, `m` from 1024 to 199600.
	///
	/// Storage: `Deals::Profiles` (r:1 w:0)
	fn start(m: u32) -> Weight;
	/// `start_long`, `m` from 199600 to 1048576.
	///
	/// Storage: `Deals::Profiles` (r:1 w:0)
	fn start_long(m: u32) -> Weight;
	/// `take_input`, `i` from 0 to 2097152.
	///
	/// Storage: `Deals::Profiles` (r:1 w:0)
	fn take_input(i: u32) -> Weight;
	/// `refuse`.
	///
	/// Storage: `Mediation::Cases` (r:1 w:0)
	/// Storage: `Mediation::CaseTermsOf` (r:1 w:0)
	/// Storage: `Deals::Profiles` (r:1 w:0)
	fn refuse() -> Weight;
}

/// Weights where the database costs `D`.
pub struct Measured<D>(PhantomData<D>);

/// Weights with the runtime's own costs of the database.
pub type SubstrateWeight<T> = Measured<<T as frame_system::Config>::DbWeight>;

impl<D: Get<RuntimeDbWeight>> WeightInfo for Measured<D> {
	fn adjudicate(g: u32) -> Weight {
		// The shortest took 735_994 ns.
		Weight::from_parts(735_994_000, 146_037)
			// ± 428 ps.
			.saturating_add(Weight::from_parts(43_583, 0).saturating_mul(g.into()))
			.saturating_add(D::get().reads(13))
			.saturating_add(D::get().writes(9))
	}
	fn start(m: u32) -> Weight {
		// The shortest took 529_717 ns.
		Weight::from_parts(48_846_176, 3_506)
			// ± 664 ps.
			.saturating_add(Weight::from_parts(413_928, 0).saturating_mul(m.into()))
			.saturating_add(D::get().reads(1))
	}
	fn start_long(m: u32) -> Weight {
		// The shortest took 81_602_249 ns.
		Weight::from_parts(74_443_561_185, 3_506)
			// ± 613 ps.
			.saturating_add(Weight::from_parts(46_037, 0).saturating_mul(m.into()))
			.saturating_add(D::get().reads(1))
	}
	fn take_input(i: u32) -> Weight {
		// The shortest took 528_123 ns.
		Weight::from_parts(619_187_496, 3_506)
			// ± 1 ps.
			.saturating_add(Weight::from_parts(2_322, 0).saturating_mul(i.into()))
			.saturating_add(D::get().reads(1))
	}
	fn refuse() -> Weight {
		// The shortest took 29_592 ns.
		Weight::from_parts(33_292_000, 146_037).saturating_add(D::get().reads(3))
	}
}

/// For tests.
impl WeightInfo for () {
	fn adjudicate(g: u32) -> Weight {
		Measured::<RocksDbWeight>::adjudicate(g)
	}
	fn start(m: u32) -> Weight {
		Measured::<RocksDbWeight>::start(m)
	}
	fn start_long(m: u32) -> Weight {
		Measured::<RocksDbWeight>::start_long(m)
	}
	fn take_input(i: u32) -> Weight {
		Measured::<RocksDbWeight>::take_input(i)
	}
	fn refuse() -> Weight {
		Measured::<RocksDbWeight>::refuse()
	}
}
