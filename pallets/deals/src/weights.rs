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
	/// `settle`, `r` from 1 to 20.
	fn settle(r: u32) -> Weight;
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
	/// Storage: `Mediation::Briefs` (r:0 w:1)
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
		// The shortest took 277_231 ns.
		Weight::from_parts(251_372_063, 6_196)
			// ± 1_036_783 ps.
			.saturating_add(Weight::from_parts(18_442_100, 0).saturating_mul(c.into()))
			.saturating_add(D::get().reads(8))
			.saturating_add(D::get().reads(2).saturating_mul(c.into()))
			.saturating_add(D::get().writes(6))
			.saturating_add(D::get().writes(2).saturating_mul(c.into()))
			.saturating_add(Weight::from_parts(0, 3_080).saturating_mul(c.into()))
	}
	fn fold(b: u32) -> Weight {
		// The shortest took 22_003 ns.
		Weight::from_parts(8_302_366, 990)
			// ± 30_317 ps.
			.saturating_add(Weight::from_parts(4_225_696, 0).saturating_mul(b.into()))
			.saturating_add(D::get().reads(1).saturating_mul(b.into()))
			.saturating_add(Weight::from_parts(0, 2_557).saturating_mul(b.into()))
	}
	fn draw(c: u32) -> Weight {
		// The shortest took 13_581 ns.
		Weight::from_parts(5_292_581, 4_070)
			// ± 143_903 ps.
			.saturating_add(Weight::from_parts(16_175_273, 0).saturating_mul(c.into()))
			.saturating_add(D::get().reads(2).saturating_mul(c.into()))
			.saturating_add(D::get().writes(1))
			.saturating_add(D::get().writes(2).saturating_mul(c.into()))
			.saturating_add(Weight::from_parts(0, 2_795).saturating_mul(c.into()))
	}
	fn draw_more(t: u32) -> Weight {
		// The shortest took 60_559 ns.
		Weight::from_parts(49_829_498, 3_653)
			// ± 222_506 ps.
			.saturating_add(Weight::from_parts(18_198_593, 0).saturating_mul(t.into()))
			.saturating_add(D::get().reads(1))
			.saturating_add(D::get().reads(2).saturating_mul(t.into()))
			.saturating_add(D::get().writes(1))
			.saturating_add(D::get().writes(2).saturating_mul(t.into()))
			.saturating_add(Weight::from_parts(0, 3_080).saturating_mul(t.into()))
	}
	fn close(r: u32, s: u32, o: u32) -> Weight {
		// The shortest took 1_100_704 ns.
		Weight::from_parts(1_108_726_000, 139_849)
			// ± 4_455_124 ps.
			.saturating_add(Weight::from_parts(163_866_152, 0).saturating_mul(r.into()))
			// ± 4_368_314 ps.
			.saturating_add(Weight::from_parts(104_380_255, 0).saturating_mul(s.into()))
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
	fn settle(r: u32) -> Weight {
		Self::close(r, 0, 0)
	}
	fn open_case() -> Weight {
		// The shortest took 776_462 ns.
		Weight::from_parts(804_496_000, 277_682)
			.saturating_add(D::get().reads(178))
			.saturating_add(D::get().writes(14))
	}
	fn question() -> Weight {
		// The shortest took 167_805 ns.
		Weight::from_parts(173_566_000, 139_849)
			.saturating_add(D::get().reads(6))
			.saturating_add(D::get().writes(3))
	}
	fn jackpot() -> Weight {
		// The shortest took 190_321 ns.
		Weight::from_parts(195_736_000, 11_402)
			.saturating_add(D::get().reads(6))
			.saturating_add(D::get().writes(4))
	}
	fn forfeit(w: u32) -> Weight {
		// The shortest took 37_996 ns.
		Weight::from_parts(43_727_343, 3_802)
			// ± 228_565 ps.
			.saturating_add(Weight::from_parts(54_635_161, 0).saturating_mul(w.into()))
			.saturating_add(D::get().reads(2))
			.saturating_add(D::get().reads(1).saturating_mul(w.into()))
			.saturating_add(D::get().writes(2))
			.saturating_add(D::get().writes(1).saturating_mul(w.into()))
			.saturating_add(Weight::from_parts(0, 2_603).saturating_mul(w.into()))
	}
	fn commit() -> Weight {
		// The shortest took 75_053 ns.
		Weight::from_parts(76_541_000, 139_849)
			.saturating_add(D::get().reads(4))
			.saturating_add(D::get().writes(1))
	}
	fn decline() -> Weight {
		// The shortest took 83_187 ns.
		Weight::from_parts(87_641_000, 139_849)
			.saturating_add(D::get().reads(7))
			.saturating_add(D::get().writes(1))
	}
	fn reveal() -> Weight {
		// The shortest took 87_839 ns.
		Weight::from_parts(91_098_000, 139_849)
			.saturating_add(D::get().reads(5))
			.saturating_add(D::get().writes(1))
	}
	fn denounce() -> Weight {
		// The shortest took 208_452 ns.
		Weight::from_parts(228_794_000, 139_849)
			.saturating_add(D::get().reads(10))
			.saturating_add(D::get().writes(6))
	}
	fn poke() -> Weight {
		// The shortest took 95_204 ns.
		Weight::from_parts(102_070_000, 139_849)
			.saturating_add(D::get().reads(3))
			.saturating_add(D::get().writes(1))
	}
	fn prune() -> Weight {
		// The shortest took 162_345 ns.
		Weight::from_parts(167_801_000, 139_849)
			.saturating_add(D::get().reads(6))
			.saturating_add(D::get().writes(8))
	}
	fn refute(b: u32) -> Weight {
		// The shortest took 349_081 ns.
		Weight::from_parts(391_961_051, 164_638)
			// ± 20 ps.
			.saturating_add(Weight::from_parts(2_736, 0).saturating_mul(b.into()))
			.saturating_add(D::get().reads(69))
			.saturating_add(D::get().writes(2))
	}
	fn set_callback() -> Weight {
		// The shortest took 118_769 ns.
		Weight::from_parts(126_367_000, 139_849)
			.saturating_add(D::get().reads(4))
			.saturating_add(D::get().writes(3))
	}
	fn call_back() -> Weight {
		// The shortest took 173_824 ns.
		Weight::from_parts(176_326_000, 139_849)
			.saturating_add(D::get().reads(7))
			.saturating_add(D::get().writes(5))
	}
	fn set_profile_status() -> Weight {
		// The shortest took 12_708 ns.
		Weight::from_parts(13_834_000, 0).saturating_add(D::get().writes(1))
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
	fn close(r: u32, s: u32, o: u32) -> Weight {
		Measured::<RocksDbWeight>::close(r, s, o)
	}
	fn settle(r: u32) -> Weight {
		Measured::<RocksDbWeight>::settle(r)
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
