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
	/// `adjudicate`, `m` from 1024 to 199600, `i` from 0 to 2097152, `g` from 65536 to 16777216.
	///
	/// Storage: `Mediation::Cases` (r:1 w:1)
	/// Storage: `Mediation::Briefs` (r:1 w:0)
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
	fn adjudicate(m: u32, i: u32, g: u32) -> Weight;
	/// `adjudicate_long`, `m` from 199600 to 1048576, `i` from 0 to 2097152, `g` from 65536 to 16777216.
	///
	/// Storage: `Mediation::Cases` (r:1 w:1)
	/// Storage: `Mediation::Briefs` (r:1 w:0)
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
	fn adjudicate_long(m: u32, i: u32, g: u32) -> Weight;
	/// `refuse`.
	///
	/// Storage: `Mediation::Cases` (r:1 w:0)
	/// Storage: `Mediation::Briefs` (r:1 w:0)
	/// Storage: `Deals::Profiles` (r:1 w:0)
	fn refuse() -> Weight;
}

/// Weights where the database costs `D`.
pub struct Measured<D>(PhantomData<D>);

/// Weights with the runtime's own costs of the database.
pub type SubstrateWeight<T> = Measured<<T as frame_system::Config>::DbWeight>;

impl<D: Get<RuntimeDbWeight>> WeightInfo for Measured<D> {
	fn adjudicate(m: u32, _i: u32, g: u32) -> Weight {
		// The shortest took 93_036_494 ns.
		Weight::from_parts(93_036_494_000, 146_037)
			// ± 26_662 ps.
			.saturating_add(Weight::from_parts(187_143, 0).saturating_mul(m.into()))
			// ± 317 ps.
			.saturating_add(Weight::from_parts(43_273, 0).saturating_mul(g.into()))
			.saturating_add(D::get().reads(13))
			.saturating_add(D::get().writes(9))
	}
	fn adjudicate_long(m: u32, i: u32, g: u32) -> Weight {
		// The shortest took 131_789_626 ns.
		Weight::from_parts(68_500_376_568, 146_037)
			// ± 7_303 ps.
			.saturating_add(Weight::from_parts(40_566, 0).saturating_mul(m.into()))
			// ± 2_956 ps.
			.saturating_add(Weight::from_parts(727, 0).saturating_mul(i.into()))
			// ± 371 ps.
			.saturating_add(Weight::from_parts(45_795, 0).saturating_mul(g.into()))
			.saturating_add(D::get().reads(13))
			.saturating_add(D::get().writes(9))
	}
	fn refuse() -> Weight {
		// The shortest took 31_845 ns.
		Weight::from_parts(32_632_000, 146_037).saturating_add(D::get().reads(3))
	}
}

/// For tests.
impl WeightInfo for () {
	fn adjudicate(m: u32, i: u32, g: u32) -> Weight {
		Measured::<RocksDbWeight>::adjudicate(m, i, g)
	}
	fn adjudicate_long(m: u32, i: u32, g: u32) -> Weight {
		Measured::<RocksDbWeight>::adjudicate_long(m, i, g)
	}
	fn refuse() -> Weight {
		Measured::<RocksDbWeight>::refuse()
	}
}
