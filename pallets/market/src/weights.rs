//! Weights of `pallet_market`, written by `scripts/bench-weights.sh`. Measure again instead of editing.
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
	/// `presign`.
	///
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Storage: `Market::Orders` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	fn presign() -> Weight;
	/// `close_order`.
	///
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Storage: `Providers::Providers` (r:1 w:0)
	/// Storage: `Market::Orders` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	fn close_order() -> Weight;
	/// `prune_orders`, `o` from 1 to 64.
	///
	/// Storage: `System::Account` (r:65 w:65)
	/// Storage: `Market::Orders` (r:64 w:64)
	/// Storage: `Balances::Holds` (r:64 w:64)
	fn prune_orders(o: u32) -> Weight;
	/// `match_orders`, `r` from 1 to 32.
	///
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Storage: `Market::Orders` (r:35 w:35)
	/// Storage: `Register::Assets` (r:2 w:0)
	/// Storage: `Register::Publishers` (r:2 w:0)
	/// Storage: `Groups::Members` (r:99 w:0)
	/// Storage: `Providers::Providers` (r:32 w:32)
	/// Storage: `Providers::Exposed` (r:32 w:32)
	/// Storage: `Providers::Operators` (r:34 w:0)
	/// Storage: `System::Account` (r:2 w:2)
	/// Storage: `Balances::Holds` (r:2 w:2)
	/// Storage: `Deals::Profiles` (r:1 w:0)
	/// Storage: `Network::Durations` (r:1 w:0)
	/// Storage: `Deals::NextDealId` (r:1 w:1)
	/// Storage: `Session::Validators` (r:1 w:0)
	/// Storage: `Deals::Deals` (r:0 w:1)
	/// Storage: `Deals::Tasks` (r:0 w:1)
	fn match_orders(r: u32) -> Weight;
	/// `place_offer`.
	///
	/// Storage: `Providers::Providers` (r:2 w:0)
	/// Storage: `Providers::Operators` (r:1 w:0)
	/// Storage: `Market::OffersOf` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `Market::NextOfferId` (r:1 w:1)
	/// Storage: `Market::Offers` (r:0 w:1)
	fn place_offer() -> Weight;
	/// `update_offer`.
	///
	/// Storage: `Market::Offers` (r:1 w:1)
	/// Storage: `Providers::Operators` (r:1 w:0)
	/// Storage: `Providers::Providers` (r:1 w:0)
	fn update_offer() -> Weight;
	/// `withdraw_offer`.
	///
	/// Storage: `Market::Offers` (r:1 w:1)
	/// Storage: `Market::OffersOf` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	fn withdraw_offer() -> Weight;
	/// `prune_offer`.
	///
	/// Storage: `System::Account` (r:2 w:2)
	/// Storage: `Market::Offers` (r:1 w:1)
	/// Storage: `Market::OffersOf` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	fn prune_offer() -> Weight;
	/// `submit`, `o` from 1 to 32.
	///
	/// Storage: `Market::Offers` (r:32 w:0)
	/// Storage: `Providers::Providers` (r:32 w:32)
	/// Storage: `Providers::Exposed` (r:32 w:32)
	/// Storage: `Deals::Profiles` (r:1 w:0)
	/// Storage: `Providers::Operators` (r:1 w:0)
	/// Storage: `Network::Durations` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `Deals::NextDealId` (r:1 w:1)
	/// Storage: `Session::Validators` (r:1 w:0)
	/// Storage: `Deals::Deals` (r:0 w:1)
	/// Storage: `Deals::Tasks` (r:0 w:1)
	fn submit(o: u32) -> Weight;
}

/// Weights where the database costs `D`.
pub struct Measured<D>(PhantomData<D>);

/// Weights with the runtime's own costs of the database.
pub type SubstrateWeight<T> = Measured<<T as frame_system::Config>::DbWeight>;

impl<D: Get<RuntimeDbWeight>> WeightInfo for Measured<D> {
	fn presign() -> Weight {
		// The shortest took 205_783 ns.
		Weight::from_parts(212_768_000, 3_802)
			.saturating_add(D::get().reads(4))
			.saturating_add(D::get().writes(3))
	}
	fn close_order() -> Weight {
		// The shortest took 199_284 ns.
		Weight::from_parts(208_320_000, 4_070)
			.saturating_add(D::get().reads(5))
			.saturating_add(D::get().writes(3))
	}
	fn prune_orders(o: u32) -> Weight {
		// The shortest took 102_806 ns.
		Weight::from_parts(59_972_385, 3_593)
			// ± 137_181 ps.
			.saturating_add(Weight::from_parts(54_481_553, 0).saturating_mul(o.into()))
			.saturating_add(D::get().reads(1))
			.saturating_add(D::get().reads(3).saturating_mul(o.into()))
			.saturating_add(D::get().writes(1))
			.saturating_add(D::get().writes(3).saturating_mul(o.into()))
			.saturating_add(Weight::from_parts(0, 2_812).saturating_mul(o.into()))
	}
	fn match_orders(r: u32) -> Weight {
		// The shortest took 1_246_281 ns.
		Weight::from_parts(1_077_488_895, 8_829)
			// ± 888_977 ps.
			.saturating_add(Weight::from_parts(244_839_217, 0).saturating_mul(r.into()))
			.saturating_add(D::get().reads(21))
			.saturating_add(D::get().reads(7).saturating_mul(r.into()))
			.saturating_add(D::get().writes(10))
			.saturating_add(D::get().writes(3).saturating_mul(r.into()))
			.saturating_add(Weight::from_parts(0, 7_653).saturating_mul(r.into()))
	}
	fn place_offer() -> Weight {
		// The shortest took 94_768 ns.
		Weight::from_parts(98_293_000, 7_150)
			.saturating_add(D::get().reads(7))
			.saturating_add(D::get().writes(5))
	}
	fn update_offer() -> Weight {
		// The shortest took 35_932 ns.
		Weight::from_parts(37_236_000, 4_070)
			.saturating_add(D::get().reads(3))
			.saturating_add(D::get().writes(1))
	}
	fn withdraw_offer() -> Weight {
		// The shortest took 71_230 ns.
		Weight::from_parts(72_638_000, 3_802)
			.saturating_add(D::get().reads(4))
			.saturating_add(D::get().writes(4))
	}
	fn prune_offer() -> Weight {
		// The shortest took 104_510 ns.
		Weight::from_parts(107_006_000, 6_196)
			.saturating_add(D::get().reads(5))
			.saturating_add(D::get().writes(5))
	}
	fn submit(o: u32) -> Weight {
		// The shortest took 220_625 ns.
		Weight::from_parts(204_220_119, 3_802)
			// ± 216_197 ps.
			.saturating_add(Weight::from_parts(39_805_554, 0).saturating_mul(o.into()))
			.saturating_add(D::get().reads(7))
			.saturating_add(D::get().reads(3).saturating_mul(o.into()))
			.saturating_add(D::get().writes(5))
			.saturating_add(D::get().writes(2).saturating_mul(o.into()))
			.saturating_add(Weight::from_parts(0, 3_080).saturating_mul(o.into()))
	}
}

/// For tests.
impl WeightInfo for () {
	fn presign() -> Weight {
		Measured::<RocksDbWeight>::presign()
	}
	fn close_order() -> Weight {
		Measured::<RocksDbWeight>::close_order()
	}
	fn prune_orders(o: u32) -> Weight {
		Measured::<RocksDbWeight>::prune_orders(o)
	}
	fn match_orders(r: u32) -> Weight {
		Measured::<RocksDbWeight>::match_orders(r)
	}
	fn place_offer() -> Weight {
		Measured::<RocksDbWeight>::place_offer()
	}
	fn update_offer() -> Weight {
		Measured::<RocksDbWeight>::update_offer()
	}
	fn withdraw_offer() -> Weight {
		Measured::<RocksDbWeight>::withdraw_offer()
	}
	fn prune_offer() -> Weight {
		Measured::<RocksDbWeight>::prune_offer()
	}
	fn submit(o: u32) -> Weight {
		Measured::<RocksDbWeight>::submit(o)
	}
}
