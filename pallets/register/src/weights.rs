//! Weights of `pallet_register`, written by `scripts/bench-weights.sh`. Measure again instead of editing.
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
	/// `bond_more`.
	///
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `Register::Publishers` (r:1 w:1)
	fn bond_more() -> Weight;
	/// `unbond`.
	///
	/// Storage: `Register::Publishers` (r:1 w:1)
	/// Storage: `Network::Durations` (r:1 w:0)
	fn unbond() -> Weight;
	/// `withdraw`.
	///
	/// Storage: `Register::Publishers` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	fn withdraw() -> Weight;
	/// `register_app`.
	///
	/// Storage: `Register::Publishers` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `Register::NextAssetId` (r:1 w:1)
	/// Storage: `Register::Assets` (r:0 w:1)
	fn register_app() -> Weight;
	/// `register_dataset`.
	///
	/// Storage: `Register::Publishers` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `Register::NextAssetId` (r:1 w:1)
	/// Storage: `Register::Assets` (r:0 w:1)
	fn register_dataset() -> Weight;
	/// `set_asset_terms`.
	///
	/// Storage: `Register::Assets` (r:1 w:1)
	fn set_asset_terms() -> Weight;
	/// `offer_asset`.
	///
	/// Storage: `Register::Assets` (r:1 w:1)
	fn offer_asset() -> Weight;
	/// `accept_asset`.
	///
	/// Storage: `Register::Assets` (r:1 w:1)
	/// Storage: `Register::Publishers` (r:2 w:2)
	/// Storage: `System::Account` (r:2 w:2)
	/// Storage: `Balances::Holds` (r:2 w:2)
	fn accept_asset() -> Weight;
	/// `suspend_asset`.
	///
	/// Storage: `Register::Assets` (r:1 w:1)
	fn suspend_asset() -> Weight;
	/// `resume_asset`.
	///
	/// Storage: `Register::Assets` (r:1 w:1)
	fn resume_asset() -> Weight;
	/// `deregister_asset`.
	///
	/// Storage: `Register::Assets` (r:1 w:1)
	/// Storage: `Register::Publishers` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	fn deregister_asset() -> Weight;
	/// `set_public_good`.
	///
	/// Storage: `Register::Assets` (r:1 w:1)
	fn set_public_good() -> Weight;
}

/// Weights where the database costs `D`.
pub struct Measured<D>(PhantomData<D>);

/// Weights with the runtime's own costs of the database.
pub type SubstrateWeight<T> = Measured<<T as frame_system::Config>::DbWeight>;

impl<D: Get<RuntimeDbWeight>> WeightInfo for Measured<D> {
	fn bond_more() -> Weight {
		// The shortest took 81_250 ns.
		Weight::from_parts(86_174_000, 3_802)
			.saturating_add(D::get().reads(3))
			.saturating_add(D::get().writes(3))
	}
	fn unbond() -> Weight {
		// The shortest took 23_414 ns.
		Weight::from_parts(26_330_000, 3_554)
			.saturating_add(D::get().reads(2))
			.saturating_add(D::get().writes(1))
	}
	fn withdraw() -> Weight {
		// The shortest took 68_693 ns.
		Weight::from_parts(71_460_000, 3_802)
			.saturating_add(D::get().reads(3))
			.saturating_add(D::get().writes(3))
	}
	fn register_app() -> Weight {
		// The shortest took 86_113 ns.
		Weight::from_parts(90_401_000, 3_802)
			.saturating_add(D::get().reads(4))
			.saturating_add(D::get().writes(5))
	}
	fn register_dataset() -> Weight {
		// The shortest took 86_642 ns.
		Weight::from_parts(91_069_000, 3_802)
			.saturating_add(D::get().reads(4))
			.saturating_add(D::get().writes(5))
	}
	fn set_asset_terms() -> Weight {
		// The shortest took 24_322 ns.
		Weight::from_parts(26_832_000, 4_682)
			.saturating_add(D::get().reads(1))
			.saturating_add(D::get().writes(1))
	}
	fn offer_asset() -> Weight {
		// The shortest took 22_418 ns.
		Weight::from_parts(25_430_000, 4_682)
			.saturating_add(D::get().reads(1))
			.saturating_add(D::get().writes(1))
	}
	fn accept_asset() -> Weight {
		// The shortest took 149_676 ns.
		Weight::from_parts(156_037_000, 6_614)
			.saturating_add(D::get().reads(7))
			.saturating_add(D::get().writes(7))
	}
	fn suspend_asset() -> Weight {
		// The shortest took 22_005 ns.
		Weight::from_parts(24_158_000, 4_682)
			.saturating_add(D::get().reads(1))
			.saturating_add(D::get().writes(1))
	}
	fn resume_asset() -> Weight {
		// The shortest took 21_765 ns.
		Weight::from_parts(24_010_000, 4_682)
			.saturating_add(D::get().reads(1))
			.saturating_add(D::get().writes(1))
	}
	fn deregister_asset() -> Weight {
		// The shortest took 80_556 ns.
		Weight::from_parts(83_068_000, 4_682)
			.saturating_add(D::get().reads(4))
			.saturating_add(D::get().writes(4))
	}
	fn set_public_good() -> Weight {
		// The shortest took 21_181 ns.
		Weight::from_parts(23_700_000, 4_682)
			.saturating_add(D::get().reads(1))
			.saturating_add(D::get().writes(1))
	}
}

/// For tests.
impl WeightInfo for () {
	fn bond_more() -> Weight {
		Measured::<RocksDbWeight>::bond_more()
	}
	fn unbond() -> Weight {
		Measured::<RocksDbWeight>::unbond()
	}
	fn withdraw() -> Weight {
		Measured::<RocksDbWeight>::withdraw()
	}
	fn register_app() -> Weight {
		Measured::<RocksDbWeight>::register_app()
	}
	fn register_dataset() -> Weight {
		Measured::<RocksDbWeight>::register_dataset()
	}
	fn set_asset_terms() -> Weight {
		Measured::<RocksDbWeight>::set_asset_terms()
	}
	fn offer_asset() -> Weight {
		Measured::<RocksDbWeight>::offer_asset()
	}
	fn accept_asset() -> Weight {
		Measured::<RocksDbWeight>::accept_asset()
	}
	fn suspend_asset() -> Weight {
		Measured::<RocksDbWeight>::suspend_asset()
	}
	fn resume_asset() -> Weight {
		Measured::<RocksDbWeight>::resume_asset()
	}
	fn deregister_asset() -> Weight {
		Measured::<RocksDbWeight>::deregister_asset()
	}
	fn set_public_good() -> Weight {
		Measured::<RocksDbWeight>::set_public_good()
	}
}
