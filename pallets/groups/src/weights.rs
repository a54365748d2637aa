//! Weights of `pallet_groups`, written by `scripts/bench-weights.sh`. Measure again instead of editing.
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
	/// `create_group`.
	///
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `Groups::Groups` (r:1 w:1)
	fn create_group() -> Weight;
	/// `add_members`, `m` from 1 to 64.
	///
	/// Storage: `Groups::Groups` (r:1 w:1)
	/// Storage: `Groups::Members` (r:64 w:64)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	fn add_members(m: u32) -> Weight;
	/// `remove_members`, `m` from 1 to 64.
	///
	/// Storage: `Groups::Groups` (r:1 w:1)
	/// Storage: `Groups::Members` (r:64 w:64)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	fn remove_members(m: u32) -> Weight;
	/// `dissolve_group`.
	///
	/// Storage: `Groups::Groups` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	fn dissolve_group() -> Weight;
}

/// Weights where the database costs `D`.
pub struct Measured<D>(PhantomData<D>);

/// Weights with the runtime's own costs of the database.
pub type SubstrateWeight<T> = Measured<<T as frame_system::Config>::DbWeight>;

impl<D: Get<RuntimeDbWeight>> WeightInfo for Measured<D> {
	fn create_group() -> Weight {
		// The shortest took 69_642 ns.
		Weight::from_parts(71_507_000, 3_802)
			.saturating_add(D::get().reads(3))
			.saturating_add(D::get().writes(3))
	}
	fn add_members(m: u32) -> Weight {
		// The shortest took 81_975 ns.
		Weight::from_parts(78_528_310, 3_802)
			// ± 31_270 ps.
			.saturating_add(Weight::from_parts(5_328_279, 0).saturating_mul(m.into()))
			.saturating_add(D::get().reads(3))
			.saturating_add(D::get().reads(1).saturating_mul(m.into()))
			.saturating_add(D::get().writes(3))
			.saturating_add(D::get().writes(1).saturating_mul(m.into()))
			.saturating_add(Weight::from_parts(0, 2_551).saturating_mul(m.into()))
	}
	fn remove_members(m: u32) -> Weight {
		// The shortest took 73_114 ns.
		Weight::from_parts(76_043_995, 3_802)
			// ± 61_816 ps.
			.saturating_add(Weight::from_parts(5_911_869, 0).saturating_mul(m.into()))
			.saturating_add(D::get().reads(3))
			.saturating_add(D::get().reads(1).saturating_mul(m.into()))
			.saturating_add(D::get().writes(3))
			.saturating_add(D::get().writes(1).saturating_mul(m.into()))
			.saturating_add(Weight::from_parts(0, 2_551).saturating_mul(m.into()))
	}
	fn dissolve_group() -> Weight {
		// The shortest took 64_525 ns.
		Weight::from_parts(65_678_000, 3_802)
			.saturating_add(D::get().reads(3))
			.saturating_add(D::get().writes(3))
	}
}

/// For tests.
impl WeightInfo for () {
	fn create_group() -> Weight {
		Measured::<RocksDbWeight>::create_group()
	}
	fn add_members(m: u32) -> Weight {
		Measured::<RocksDbWeight>::add_members(m)
	}
	fn remove_members(m: u32) -> Weight {
		Measured::<RocksDbWeight>::remove_members(m)
	}
	fn dissolve_group() -> Weight {
		Measured::<RocksDbWeight>::dissolve_group()
	}
}
