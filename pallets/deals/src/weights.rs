//! Weights of `pallet_deals`, written by `scripts/bench-weights.sh`. Measure again instead of editing.
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
	/// `open`, `c` from 1 to 32.
	///
	/// Storage: `Deals::Profiles` (r:1 w:0)
	/// Storage: `Providers::Operators` (r:1 w:0)
	/// Storage: `Network::Durations` (r:1 w:0)
	/// Storage: `System::Account` (r:2 w:2)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `Providers::Providers` (r:32 w:32)
	/// Storage: `Providers::Exposed` (r:32 w:32)
	/// Storage: `Deals::NextDealId` (r:1 w:1)
	/// Storage: `Session::Validators` (r:1 w:0)
	/// Storage: `Deals::Deals` (r:0 w:1)
	/// Storage: `Deals::Tasks` (r:0 w:1)
	fn open(c: u32) -> Weight;
	/// `fold`, `b` from 4 to 64.
	///
	/// Storage: `Beacon::Ring` (r:64 w:0)
	fn fold(b: u32) -> Weight;
	/// `draw`, `c` from 1 to 32.
	///
	/// Storage: `Providers::Providers` (r:31 w:31)
	/// Storage: `Providers::Exposed` (r:31 w:31)
	/// Storage: `Deals::Draws` (r:0 w:1)
	fn draw(c: u32) -> Weight;
	/// `draw_more`, `t` from 1 to 19.
	///
	/// Storage: `Deals::Draws` (r:1 w:1)
	/// Storage: `Providers::Providers` (r:19 w:19)
	/// Storage: `Providers::Exposed` (r:19 w:19)
	fn draw_more(t: u32) -> Weight;
	/// `settle`, `r` from 1 to 20.
	///
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `System::Account` (r:23 w:23)
	/// Storage: `Providers::Providers` (r:20 w:20)
	/// Storage: `Providers::Exposed` (r:20 w:20)
	/// Storage: `Network::Durations` (r:1 w:0)
	/// Storage: `Deals::Deals` (r:1 w:1)
	/// Storage: `Deals::PruneRange` (r:1 w:1)
	/// Storage: `Deals::PruneQueue` (r:0 w:1)
	/// Storage: `Deals::Ended` (r:0 w:1)
	/// Storage: `Deals::Tasks` (r:0 w:1)
	fn settle(r: u32) -> Weight;
	/// `close`, `r` from 1 to 10, `s` from 0 to 10, `o` from 0 to 2.
	///
	/// Storage: `Balances::Holds` (r:11 w:11)
	/// Storage: `System::Account` (r:25 w:25)
	/// Storage: `Providers::Providers` (r:20 w:20)
	/// Storage: `Providers::Exposed` (r:20 w:20)
	/// Storage: `Network::Durations` (r:1 w:0)
	/// Storage: `Deals::Deals` (r:1 w:1)
	/// Storage: `Deals::PruneRange` (r:1 w:1)
	/// Storage: `Deals::PruneQueue` (r:0 w:1)
	/// Storage: `Deals::Ended` (r:0 w:1)
	/// Storage: `Deals::Tasks` (r:0 w:1)
	fn close(r: u32, s: u32, o: u32) -> Weight;
	/// `open_case`.
	///
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `System::Account` (r:2 w:2)
	/// Storage: `Providers::Providers` (r:32 w:0)
	/// Storage: `Mediation::Open` (r:1 w:1)
	/// Storage: `Mediation::Escrowed` (r:1 w:1)
	/// Storage: `Network::Durations` (r:1 w:0)
	/// Storage: `Mediation::NextCase` (r:1 w:1)
	/// Storage: `Mediation::CounterForOpen` (r:1 w:1)
	/// Storage: `Session::Validators` (r:1 w:0)
	/// Storage: `Mediation::Mediators` (r:68 w:0)
	/// Storage: `Mediation::Operators` (r:68 w:0)
	/// Storage: `Mediation::WaitingRange` (r:1 w:1)
	/// Storage: `Mediation::CaseTermsOf` (r:0 w:1)
	/// Storage: `Mediation::Cases` (r:0 w:1)
	/// Storage: `Mediation::Rounds` (r:0 w:1)
	/// Storage: `Mediation::Waiting` (r:0 w:1)
	/// Storage: `Deals::Disputes` (r:0 w:1)
	/// Storage: `Deals::Tasks` (r:0 w:1)
	fn open_case() -> Weight;
	/// `question`.
	///
	/// Storage: `Providers::Operators` (r:1 w:0)
	/// Storage: `Deals::Tasks` (r:1 w:1)
	/// Storage: `Deals::Bags` (r:1 w:0)
	/// Storage: `Deals::Deals` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	fn question() -> Weight;
	/// `jackpot`.
	///
	/// Storage: `Deals::Ended` (r:1 w:0)
	/// Storage: `Mediation::Cases` (r:1 w:0)
	/// Storage: `System::Account` (r:4 w:4)
	fn jackpot() -> Weight;
	/// `forfeit`, `w` from 0 to 20.
	///
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `System::Account` (r:21 w:21)
	fn forfeit(w: u32) -> Weight;
	/// `commit`.
	///
	/// Storage: `Providers::Operators` (r:1 w:0)
	/// Storage: `Deals::Tasks` (r:1 w:1)
	/// Storage: `Deals::Bags` (r:1 w:0)
	/// Storage: `Deals::Deals` (r:1 w:0)
	fn commit() -> Weight;
	/// `decline`.
	///
	/// Storage: `Providers::Operators` (r:1 w:0)
	/// Storage: `Deals::Tasks` (r:1 w:1)
	/// Storage: `Deals::Bags` (r:1 w:0)
	/// Storage: `Deals::Deals` (r:1 w:0)
	/// Storage: `Deals::Draws` (r:1 w:0)
	/// Storage: `Content::Records` (r:1 w:0)
	/// Storage: `Session::Validators` (r:1 w:0)
	fn decline() -> Weight;
	/// `reveal`.
	///
	/// Storage: `Providers::Operators` (r:1 w:0)
	/// Storage: `Deals::Tasks` (r:1 w:1)
	/// Storage: `Deals::Bags` (r:1 w:0)
	/// Storage: `Deals::Deals` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn reveal() -> Weight;
	/// `denounce`.
	///
	/// Storage: `Deals::Tasks` (r:1 w:1)
	/// Storage: `Deals::Bags` (r:1 w:0)
	/// Storage: `Deals::Deals` (r:1 w:0)
	/// Storage: `Providers::Operators` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Storage: `Providers::Providers` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `System::Account` (r:2 w:2)
	/// Storage: `Providers::Exposed` (r:1 w:1)
	fn denounce() -> Weight;
	/// `poke`.
	///
	/// Storage: `Deals::Tasks` (r:1 w:1)
	/// Storage: `Deals::Bags` (r:1 w:0)
	/// Storage: `Deals::Deals` (r:1 w:0)
	fn poke() -> Weight;
	/// `prune`.
	///
	/// Storage: `Deals::Ended` (r:1 w:1)
	/// Storage: `Deals::Bags` (r:1 w:1)
	/// Storage: `Deals::Deals` (r:1 w:1)
	/// Storage: `Deals::Callbacks` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `Deals::Draws` (r:0 w:1)
	/// Storage: `Deals::CalledBack` (r:0 w:1)
	fn prune() -> Weight;
	/// `refute`, `b` from 1 to 1048576.
	///
	/// Storage: `Deals::Tasks` (r:1 w:1)
	/// Storage: `Deals::Bags` (r:1 w:0)
	/// Storage: `Deals::Deals` (r:1 w:0)
	/// Storage: `Beacon::Ring` (r:64 w:0)
	/// Storage: `Content::Records` (r:1 w:0)
	/// Storage: `Deals::Draws` (r:1 w:1)
	fn refute(b: u32) -> Weight;
	/// `set_callback`.
	///
	/// Storage: `Deals::Deals` (r:1 w:0)
	/// Storage: `Deals::Callbacks` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	fn set_callback() -> Weight;
	/// `call_back`.
	///
	/// Storage: `Deals::Callbacks` (r:1 w:1)
	/// Storage: `Deals::Deals` (r:1 w:0)
	/// Storage: `Deals::Ended` (r:1 w:0)
	/// Storage: `Deals::CalledBack` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `System::Account` (r:2 w:2)
	fn call_back() -> Weight;
	/// `set_profile_status`.
	///
	/// Storage: `Deals::Profiles` (r:0 w:1)
	fn set_profile_status() -> Weight;
}

/// Weights where the database costs `D`.
pub struct Measured<D>(PhantomData<D>);

/// Weights with the runtime's own costs of the database.
pub type SubstrateWeight<T> = Measured<<T as frame_system::Config>::DbWeight>;

impl<D: Get<RuntimeDbWeight>> WeightInfo for Measured<D> {
	fn open(c: u32) -> Weight {
		// The shortest took 273_450 ns.
		Weight::from_parts(279_357_691, 6_196)
			// ± 57_995 ps.
			.saturating_add(Weight::from_parts(14_559_130, 0).saturating_mul(c.into()))
			.saturating_add(D::get().reads(8))
			.saturating_add(D::get().reads(2).saturating_mul(c.into()))
			.saturating_add(D::get().writes(6))
			.saturating_add(D::get().writes(2).saturating_mul(c.into()))
			.saturating_add(Weight::from_parts(0, 3_080).saturating_mul(c.into()))
	}
	fn fold(b: u32) -> Weight {
		// The shortest took 22_007 ns.
		Weight::from_parts(8_068_601, 990)
			// ± 2_640 ps.
			.saturating_add(Weight::from_parts(4_193_464, 0).saturating_mul(b.into()))
			.saturating_add(D::get().reads(1).saturating_mul(b.into()))
			.saturating_add(Weight::from_parts(0, 2_557).saturating_mul(b.into()))
	}
	fn draw(c: u32) -> Weight {
		// The shortest took 14_528 ns.
		Weight::from_parts(10_238_913, 4_070)
			// ± 43_981 ps.
			.saturating_add(Weight::from_parts(16_041_279, 0).saturating_mul(c.into()))
			.saturating_add(D::get().reads(2).saturating_mul(c.into()))
			.saturating_add(D::get().writes(1))
			.saturating_add(D::get().writes(2).saturating_mul(c.into()))
			.saturating_add(Weight::from_parts(0, 2_795).saturating_mul(c.into()))
	}
	fn draw_more(t: u32) -> Weight {
		// The shortest took 62_234 ns.
		Weight::from_parts(58_248_550, 3_653)
			// ± 64_497 ps.
			.saturating_add(Weight::from_parts(17_623_091, 0).saturating_mul(t.into()))
			.saturating_add(D::get().reads(1))
			.saturating_add(D::get().reads(2).saturating_mul(t.into()))
			.saturating_add(D::get().writes(1))
			.saturating_add(D::get().writes(2).saturating_mul(t.into()))
			.saturating_add(Weight::from_parts(0, 3_080).saturating_mul(t.into()))
	}
	fn settle(r: u32) -> Weight {
		// The shortest took 335_654 ns.
		Weight::from_parts(218_420_777, 139_849)
			// ± 5_365_336 ps.
			.saturating_add(Weight::from_parts(98_591_160, 0).saturating_mul(r.into()))
			.saturating_add(D::get().reads(7))
			.saturating_add(D::get().reads(3).saturating_mul(r.into()))
			.saturating_add(D::get().writes(9))
			.saturating_add(D::get().writes(3).saturating_mul(r.into()))
			.saturating_add(Weight::from_parts(0, 3_080).saturating_mul(r.into()))
	}
	fn close(r: u32, s: u32, o: u32) -> Weight {
		// The shortest took 1_114_029 ns.
		Weight::from_parts(1_130_551_000, 139_849)
			// ± 19_720_224 ps.
			.saturating_add(Weight::from_parts(298_720_167, 0).saturating_mul(r.into()))
			// ± 19_335_967 ps.
			.saturating_add(Weight::from_parts(269_860_713, 0).saturating_mul(s.into()))
			.saturating_add(D::get().reads(7))
			.saturating_add(D::get().reads(3).saturating_mul(r.into()))
			.saturating_add(D::get().reads(4).saturating_mul(s.into()))
			.saturating_add(D::get().reads(1).saturating_mul(o.into()))
			.saturating_add(D::get().writes(9))
			.saturating_add(D::get().writes(3).saturating_mul(r.into()))
			.saturating_add(D::get().writes(4).saturating_mul(s.into()))
			.saturating_add(D::get().writes(1).saturating_mul(o.into()))
			.saturating_add(Weight::from_parts(0, 2_603).saturating_mul(o.into()))
			.saturating_add(Weight::from_parts(0, 3_080).saturating_mul(r.into()))
			.saturating_add(Weight::from_parts(0, 3_080).saturating_mul(s.into()))
	}
	fn open_case() -> Weight {
		// The shortest took 778_674 ns.
		Weight::from_parts(819_900_000, 277_682)
			.saturating_add(D::get().reads(178))
			.saturating_add(D::get().writes(14))
	}
	fn question() -> Weight {
		// The shortest took 169_824 ns.
		Weight::from_parts(182_031_000, 139_849)
			.saturating_add(D::get().reads(6))
			.saturating_add(D::get().writes(3))
	}
	fn jackpot() -> Weight {
		// The shortest took 192_393 ns.
		Weight::from_parts(198_823_000, 11_402)
			.saturating_add(D::get().reads(6))
			.saturating_add(D::get().writes(4))
	}
	fn forfeit(w: u32) -> Weight {
		// The shortest took 38_828 ns.
		Weight::from_parts(48_392_470, 3_802)
			// ± 66_893 ps.
			.saturating_add(Weight::from_parts(55_665_477, 0).saturating_mul(w.into()))
			.saturating_add(D::get().reads(2))
			.saturating_add(D::get().reads(1).saturating_mul(w.into()))
			.saturating_add(D::get().writes(2))
			.saturating_add(D::get().writes(1).saturating_mul(w.into()))
			.saturating_add(Weight::from_parts(0, 2_603).saturating_mul(w.into()))
	}
	fn commit() -> Weight {
		// The shortest took 75_142 ns.
		Weight::from_parts(85_599_000, 139_849)
			.saturating_add(D::get().reads(4))
			.saturating_add(D::get().writes(1))
	}
	fn decline() -> Weight {
		// The shortest took 82_269 ns.
		Weight::from_parts(91_354_000, 139_849)
			.saturating_add(D::get().reads(7))
			.saturating_add(D::get().writes(1))
	}
	fn reveal() -> Weight {
		// The shortest took 85_815 ns.
		Weight::from_parts(98_281_000, 139_849)
			.saturating_add(D::get().reads(5))
			.saturating_add(D::get().writes(1))
	}
	fn denounce() -> Weight {
		// The shortest took 213_006 ns.
		Weight::from_parts(228_349_000, 139_849)
			.saturating_add(D::get().reads(10))
			.saturating_add(D::get().writes(6))
	}
	fn poke() -> Weight {
		// The shortest took 99_197 ns.
		Weight::from_parts(107_436_000, 139_849)
			.saturating_add(D::get().reads(3))
			.saturating_add(D::get().writes(1))
	}
	fn prune() -> Weight {
		// The shortest took 164_849 ns.
		Weight::from_parts(176_446_000, 139_849)
			.saturating_add(D::get().reads(6))
			.saturating_add(D::get().writes(8))
	}
	fn refute(b: u32) -> Weight {
		// The shortest took 353_240 ns.
		Weight::from_parts(392_343_242, 164_638)
			// ± 16 ps.
			.saturating_add(Weight::from_parts(2_822, 0).saturating_mul(b.into()))
			.saturating_add(D::get().reads(69))
			.saturating_add(D::get().writes(2))
	}
	fn set_callback() -> Weight {
		// The shortest took 120_625 ns.
		Weight::from_parts(131_135_000, 139_849)
			.saturating_add(D::get().reads(4))
			.saturating_add(D::get().writes(3))
	}
	fn call_back() -> Weight {
		// The shortest took 170_476 ns.
		Weight::from_parts(183_826_000, 139_849)
			.saturating_add(D::get().reads(7))
			.saturating_add(D::get().writes(5))
	}
	fn set_profile_status() -> Weight {
		// The shortest took 12_567 ns.
		Weight::from_parts(14_135_000, 0).saturating_add(D::get().writes(1))
	}
}

/// For tests.
impl WeightInfo for () {
	fn open(c: u32) -> Weight {
		Measured::<RocksDbWeight>::open(c)
	}
	fn fold(b: u32) -> Weight {
		Measured::<RocksDbWeight>::fold(b)
	}
	fn draw(c: u32) -> Weight {
		Measured::<RocksDbWeight>::draw(c)
	}
	fn draw_more(t: u32) -> Weight {
		Measured::<RocksDbWeight>::draw_more(t)
	}
	fn settle(r: u32) -> Weight {
		Measured::<RocksDbWeight>::settle(r)
	}
	fn close(r: u32, s: u32, o: u32) -> Weight {
		Measured::<RocksDbWeight>::close(r, s, o)
	}
	fn open_case() -> Weight {
		Measured::<RocksDbWeight>::open_case()
	}
	fn question() -> Weight {
		Measured::<RocksDbWeight>::question()
	}
	fn jackpot() -> Weight {
		Measured::<RocksDbWeight>::jackpot()
	}
	fn forfeit(w: u32) -> Weight {
		Measured::<RocksDbWeight>::forfeit(w)
	}
	fn commit() -> Weight {
		Measured::<RocksDbWeight>::commit()
	}
	fn decline() -> Weight {
		Measured::<RocksDbWeight>::decline()
	}
	fn reveal() -> Weight {
		Measured::<RocksDbWeight>::reveal()
	}
	fn denounce() -> Weight {
		Measured::<RocksDbWeight>::denounce()
	}
	fn poke() -> Weight {
		Measured::<RocksDbWeight>::poke()
	}
	fn prune() -> Weight {
		Measured::<RocksDbWeight>::prune()
	}
	fn refute(b: u32) -> Weight {
		Measured::<RocksDbWeight>::refute(b)
	}
	fn set_callback() -> Weight {
		Measured::<RocksDbWeight>::set_callback()
	}
	fn call_back() -> Weight {
		Measured::<RocksDbWeight>::call_back()
	}
	fn set_profile_status() -> Weight {
		Measured::<RocksDbWeight>::set_profile_status()
	}
}
