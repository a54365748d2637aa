//! Weights of `pallet_validators`, written by `scripts/bench-weights.sh`. Measure again instead of editing.
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
	/// `join`.
	///
	/// Storage: `Validators::Candidates` (r:1 w:1)
	/// Storage: `Validators::Departures` (r:1 w:0)
	/// Storage: `Session::NextKeys` (r:1 w:0)
	/// Storage: `Validators::CounterForCandidates` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	fn join() -> Weight;
	/// `outbid`.
	///
	/// Storage: `Validators::Candidates` (r:202 w:2)
	/// Storage: `Validators::Departures` (r:1 w:1)
	/// Storage: `Session::NextKeys` (r:1 w:0)
	/// Storage: `Validators::CounterForCandidates` (r:1 w:1)
	/// Storage: `Network::Durations` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	fn outbid() -> Weight;
	/// `bond_more`.
	///
	/// Storage: `Validators::Candidates` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	fn bond_more() -> Weight;
	/// `leave`.
	///
	/// Storage: `Validators::Candidates` (r:1 w:1)
	/// Storage: `Validators::CounterForCandidates` (r:1 w:1)
	/// Storage: `Network::Durations` (r:1 w:0)
	/// Storage: `Validators::Departures` (r:0 w:1)
	fn leave() -> Weight;
	/// `withdraw`.
	///
	/// Storage: `Validators::Departures` (r:1 w:1)
	/// Storage: `Session::Validators` (r:1 w:0)
	/// Storage: `Session::QueuedKeys` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	fn withdraw() -> Weight;
	/// `punish`, `n` from 1 to 16.
	///
	/// Storage: `Session::DisabledValidators` (r:1 w:1)
	/// Storage: `Session::Validators` (r:1 w:0)
	/// Storage: `Validators::Candidates` (r:16 w:16)
	/// Storage: `Validators::CounterForCandidates` (r:1 w:1)
	/// Storage: `Network::Durations` (r:1 w:0)
	/// Storage: `Validators::Slashes` (r:16 w:16)
	/// Storage: `Balances::Holds` (r:16 w:16)
	/// Storage: `System::Account` (r:16 w:16)
	/// Storage: `Validators::Departures` (r:0 w:16)
	fn punish(n: u32) -> Weight;
}

/// Weights where the database costs `D`.
pub struct Measured<D>(PhantomData<D>);

/// Weights with the runtime's own costs of the database.
pub type SubstrateWeight<T> = Measured<<T as frame_system::Config>::DbWeight>;

impl<D: Get<RuntimeDbWeight>> WeightInfo for Measured<D> {
	fn join() -> Weight {
		// The shortest took 90_457 ns.
		Weight::from_parts(93_513_000, 4_350)
			.saturating_add(D::get().reads(6))
			.saturating_add(D::get().writes(4))
	}
	fn outbid() -> Weight {
		// The shortest took 1_104_160 ns.
		Weight::from_parts(1_162_936_000, 514_676)
			.saturating_add(D::get().reads(208))
			.saturating_add(D::get().writes(6))
	}
	fn bond_more() -> Weight {
		// The shortest took 78_430 ns.
		Weight::from_parts(82_212_000, 3_802)
			.saturating_add(D::get().reads(3))
			.saturating_add(D::get().writes(3))
	}
	fn leave() -> Weight {
		// The shortest took 29_289 ns.
		Weight::from_parts(31_165_000, 3_533)
			.saturating_add(D::get().reads(3))
			.saturating_add(D::get().writes(3))
	}
	fn withdraw() -> Weight {
		// The shortest took 71_449 ns.
		Weight::from_parts(74_790_000, 3_802)
			.saturating_add(D::get().reads(5))
			.saturating_add(D::get().writes(3))
	}
	fn punish(n: u32) -> Weight {
		// The shortest took 76_057 ns.
		Weight::from_parts(10_247_398, 2_169)
			// ± 330_697 ps.
			.saturating_add(Weight::from_parts(71_340_599, 0).saturating_mul(n.into()))
			.saturating_add(D::get().reads(4))
			.saturating_add(D::get().reads(4).saturating_mul(n.into()))
			.saturating_add(D::get().writes(1))
			.saturating_add(D::get().writes(5).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(0, 2_812).saturating_mul(n.into()))
	}
}

/// For tests.
impl WeightInfo for () {
	fn join() -> Weight {
		Measured::<RocksDbWeight>::join()
	}
	fn outbid() -> Weight {
		Measured::<RocksDbWeight>::outbid()
	}
	fn bond_more() -> Weight {
		Measured::<RocksDbWeight>::bond_more()
	}
	fn leave() -> Weight {
		Measured::<RocksDbWeight>::leave()
	}
	fn withdraw() -> Weight {
		Measured::<RocksDbWeight>::withdraw()
	}
	fn punish(n: u32) -> Weight {
		Measured::<RocksDbWeight>::punish(n)
	}
}
