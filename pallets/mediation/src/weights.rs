//! Weights of `pallet_mediation`, written by `scripts/bench-weights.sh`. Measure again instead of editing.
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
	/// `register`.
	///
	/// Storage: `Mediation::Mediators` (r:1 w:1)
	/// Storage: `Mediation::Operators` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `Mediation::CounterForVacant` (r:1 w:0)
	/// Storage: `Mediation::NextPosition` (r:1 w:1)
	/// Storage: `Network::Durations` (r:1 w:0)
	/// Storage: `Mediation::Pages` (r:4 w:4)
	/// Storage: `Mediation::CounterForMediators` (r:1 w:1)
	/// Storage: `Mediation::Positions` (r:0 w:1)
	fn register() -> Weight;
	/// `accept_operator`.
	///
	/// Storage: `Mediation::Mediators` (r:2 w:1)
	/// Storage: `Mediation::Operators` (r:1 w:1)
	/// Storage: `Network::Durations` (r:1 w:0)
	/// Storage: `Mediation::Pages` (r:4 w:4)
	fn accept_operator() -> Weight;
	/// `resign_operator`.
	///
	/// Storage: `Mediation::Operators` (r:1 w:1)
	/// Storage: `Mediation::Mediators` (r:1 w:1)
	/// Storage: `Network::Durations` (r:1 w:0)
	/// Storage: `Mediation::Pages` (r:4 w:4)
	fn resign_operator() -> Weight;
	/// `set_operator`.
	///
	/// Storage: `Mediation::Mediators` (r:1 w:1)
	/// Storage: `Mediation::Operators` (r:1 w:2)
	/// Storage: `Network::Durations` (r:1 w:0)
	/// Storage: `Mediation::Pages` (r:4 w:4)
	fn set_operator() -> Weight;
	/// `update`.
	///
	/// Storage: `Mediation::Mediators` (r:1 w:1)
	/// Storage: `Network::Durations` (r:1 w:0)
	fn update() -> Weight;
	/// `bond_more`.
	///
	/// Storage: `Mediation::Mediators` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `Network::Durations` (r:1 w:0)
	/// Storage: `Mediation::Pages` (r:4 w:4)
	fn bond_more() -> Weight;
	/// `unbond`.
	///
	/// Storage: `Mediation::Mediators` (r:1 w:1)
	/// Storage: `Network::Durations` (r:1 w:0)
	/// Storage: `Mediation::Pages` (r:4 w:4)
	fn unbond() -> Weight;
	/// `leave`.
	///
	/// Storage: `Mediation::Mediators` (r:1 w:1)
	/// Storage: `Network::Durations` (r:1 w:0)
	/// Storage: `Mediation::Pages` (r:4 w:4)
	fn leave() -> Weight;
	/// `withdraw`.
	///
	/// Storage: `Mediation::Mediators` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `Mediation::CounterForVacant` (r:1 w:1)
	/// Storage: `Mediation::Vacant` (r:1 w:1)
	/// Storage: `Mediation::CounterForMediators` (r:1 w:1)
	/// Storage: `Mediation::Operators` (r:0 w:1)
	/// Storage: `Mediation::Positions` (r:0 w:1)
	fn withdraw() -> Weight;
	/// `seal`.
	///
	/// Storage: `Mediation::Mediators` (r:1 w:0)
	/// Storage: `Mediation::Operators` (r:1 w:0)
	/// Storage: `Mediation::Cases` (r:1 w:1)
	/// Storage: `Mediation::CaseTermsOf` (r:1 w:0)
	/// Storage: `Mediation::Rounds` (r:1 w:1)
	fn seal() -> Weight;
	/// `reveal`.
	///
	/// Storage: `Mediation::Mediators` (r:1 w:0)
	/// Storage: `Mediation::Operators` (r:1 w:0)
	/// Storage: `Mediation::Cases` (r:1 w:1)
	/// Storage: `Mediation::CaseTermsOf` (r:1 w:0)
	/// Storage: `Mediation::Rounds` (r:1 w:1)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Storage: `Network::Durations` (r:1 w:0)
	fn reveal() -> Weight;
	/// `denounce`.
	///
	/// Storage: `Mediation::Operators` (r:1 w:0)
	/// Storage: `Mediation::Cases` (r:1 w:1)
	/// Storage: `Mediation::CaseTermsOf` (r:1 w:0)
	/// Storage: `Mediation::Rounds` (r:1 w:1)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Storage: `Mediation::Mediators` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `System::Account` (r:3 w:3)
	/// Storage: `Network::Durations` (r:1 w:0)
	/// Storage: `Mediation::Pages` (r:4 w:4)
	/// Storage: `Mediation::Escrowed` (r:1 w:1)
	fn denounce() -> Weight;
	/// `appeal`.
	///
	/// Storage: `Mediation::Cases` (r:1 w:1)
	/// Storage: `Mediation::CaseTermsOf` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `Network::Durations` (r:1 w:0)
	/// Storage: `Session::Validators` (r:1 w:0)
	/// Storage: `Mediation::Rounds` (r:1 w:1)
	/// Storage: `Mediation::Mediators` (r:3 w:0)
	/// Storage: `Mediation::WaitingRange` (r:1 w:1)
	/// Storage: `Mediation::Waiting` (r:0 w:1)
	fn appeal() -> Weight;
	/// `poke`.
	///
	/// Storage: `Mediation::Cases` (r:1 w:0)
	/// Storage: `Mediation::CaseTermsOf` (r:1 w:0)
	/// Storage: `Mediation::Rounds` (r:1 w:0)
	/// Storage: `Beacon::Ring` (r:64 w:0)
	fn poke() -> Weight;
	/// `prune`.
	///
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Mediation::Cases` (r:1 w:1)
	/// Storage: `Mediation::CaseTermsOf` (r:1 w:1)
	/// Storage: `Mediation::Rounds` (r:0 w:4)
	fn prune() -> Weight;
	/// `open_round`, `x` from 0 to 256.
	///
	/// Storage: `Network::Durations` (r:1 w:0)
	/// Storage: `Session::Validators` (r:1 w:0)
	/// Storage: `Mediation::Mediators` (r:356 w:0)
	/// Storage: `Mediation::Operators` (r:256 w:0)
	/// Storage: `Mediation::Rounds` (r:3 w:1)
	/// Storage: `Mediation::WaitingRange` (r:1 w:1)
	/// Storage: `Mediation::Waiting` (r:0 w:1)
	fn open_round(x: u32) -> Weight;
	/// `draw`, `n` from 3 to 31.
	///
	/// Storage: `Mediation::Rounds` (r:1 w:1)
	/// Storage: `Network::Durations` (r:1 w:0)
	/// Storage: `Mediation::Pages` (r:68 w:0)
	/// Storage: `Mediation::Positions` (r:128 w:0)
	/// Storage: `Mediation::Mediators` (r:128 w:128)
	fn draw(n: u32) -> Weight;
	/// `replace`.
	///
	/// Storage: `Mediation::Mediators` (r:8 w:8)
	/// Storage: `Mediation::Rounds` (r:0 w:1)
	fn replace() -> Weight;
	/// `close`, `m` from 0 to 82.
	///
	/// Storage: `Mediation::Rounds` (r:4 w:0)
	/// Storage: `Mediation::Mediators` (r:82 w:82)
	/// Storage: `Balances::Holds` (r:85 w:85)
	/// Storage: `System::Account` (r:88 w:88)
	/// Storage: `Network::Durations` (r:1 w:0)
	/// Storage: `Mediation::Pages` (r:68 w:68)
	/// Storage: `Mediation::Escrowed` (r:1 w:1)
	/// Storage: `Mediation::Open` (r:1 w:1)
	/// Storage: `Mediation::CounterForOpen` (r:1 w:1)
	/// Storage: `Mediation::PruneRange` (r:1 w:1)
	/// Storage: `Deals::Tasks` (r:1 w:0)
	/// Storage: `Deals::Bags` (r:1 w:0)
	/// Storage: `Deals::Ended` (r:1 w:0)
	/// Storage: `Mediation::Cases` (r:0 w:1)
	/// Storage: `Mediation::PruneQueue` (r:0 w:1)
	fn close(m: u32) -> Weight;
}

/// Weights where the database costs `D`.
pub struct Measured<D>(PhantomData<D>);

/// Weights with the runtime's own costs of the database.
pub type SubstrateWeight<T> = Measured<<T as frame_system::Config>::DbWeight>;

impl<D: Get<RuntimeDbWeight>> WeightInfo for Measured<D> {
	fn register() -> Weight {
		// The shortest took 140_116 ns.
		Weight::from_parts(149_822_000, 13_006)
			.saturating_add(D::get().reads(12))
			.saturating_add(D::get().writes(11))
	}
	fn accept_operator() -> Weight {
		// The shortest took 73_943 ns.
		Weight::from_parts(81_320_000, 13_006)
			.saturating_add(D::get().reads(8))
			.saturating_add(D::get().writes(6))
	}
	fn resign_operator() -> Weight {
		// The shortest took 72_519 ns.
		Weight::from_parts(79_708_000, 13_006)
			.saturating_add(D::get().reads(7))
			.saturating_add(D::get().writes(6))
	}
	fn set_operator() -> Weight {
		// The shortest took 100_023 ns.
		Weight::from_parts(108_259_000, 13_006)
			.saturating_add(D::get().reads(7))
			.saturating_add(D::get().writes(7))
	}
	fn update() -> Weight {
		// The shortest took 34_546 ns.
		Weight::from_parts(38_282_000, 5_059)
			.saturating_add(D::get().reads(2))
			.saturating_add(D::get().writes(1))
	}
	fn bond_more() -> Weight {
		// The shortest took 123_749 ns.
		Weight::from_parts(131_478_000, 13_006)
			.saturating_add(D::get().reads(8))
			.saturating_add(D::get().writes(7))
	}
	fn unbond() -> Weight {
		// The shortest took 67_183 ns.
		Weight::from_parts(72_391_000, 13_006)
			.saturating_add(D::get().reads(6))
			.saturating_add(D::get().writes(5))
	}
	fn leave() -> Weight {
		// The shortest took 67_312 ns.
		Weight::from_parts(72_373_000, 13_006)
			.saturating_add(D::get().reads(6))
			.saturating_add(D::get().writes(5))
	}
	fn withdraw() -> Weight {
		// The shortest took 87_059 ns.
		Weight::from_parts(93_498_000, 5_059)
			.saturating_add(D::get().reads(6))
			.saturating_add(D::get().writes(8))
	}
	fn seal() -> Weight {
		// The shortest took 105_347 ns.
		Weight::from_parts(118_637_000, 146_037)
			.saturating_add(D::get().reads(5))
			.saturating_add(D::get().writes(2))
	}
	fn reveal() -> Weight {
		// The shortest took 129_743 ns.
		Weight::from_parts(141_794_000, 146_037)
			.saturating_add(D::get().reads(7))
			.saturating_add(D::get().writes(2))
	}
	fn denounce() -> Weight {
		// The shortest took 345_144 ns.
		Weight::from_parts(365_912_000, 146_037)
			.saturating_add(D::get().reads(16))
			.saturating_add(D::get().writes(12))
	}
	fn appeal() -> Weight {
		// The shortest took 209_052 ns.
		Weight::from_parts(222_616_000, 146_037)
			.saturating_add(D::get().reads(11))
			.saturating_add(D::get().writes(6))
	}
	fn poke() -> Weight {
		// The shortest took 327_210 ns.
		Weight::from_parts(338_225_000, 164_638).saturating_add(D::get().reads(67))
	}
	fn prune() -> Weight {
		// The shortest took 110_432 ns.
		Weight::from_parts(116_106_000, 146_037)
			.saturating_add(D::get().reads(3))
			.saturating_add(D::get().writes(7))
	}
	fn open_round(x: u32) -> Weight {
		// The shortest took 817_433 ns.
		Weight::from_parts(869_925_033, 365_795)
			// ± 154_973 ps.
			.saturating_add(Weight::from_parts(9_553_081, 0).saturating_mul(x.into()))
			.saturating_add(D::get().reads(96))
			.saturating_add(D::get().reads(2).saturating_mul(x.into()))
			.saturating_add(D::get().writes(3))
			.saturating_add(Weight::from_parts(0, 4_037).saturating_mul(x.into()))
	}
	fn draw(n: u32) -> Weight {
		// The shortest took 590_025 ns.
		Weight::from_parts(591_480_000, 136_096)
			// ± 13_297_018 ps.
			.saturating_add(Weight::from_parts(150_728_382, 0).saturating_mul(n.into()))
			.saturating_add(D::get().reads(55))
			.saturating_add(D::get().reads(9).saturating_mul(n.into()))
			.saturating_add(D::get().writes(2))
			.saturating_add(D::get().writes(4).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(0, 16_756).saturating_mul(n.into()))
	}
	fn replace() -> Weight {
		// The shortest took 120_077 ns.
		Weight::from_parts(124_156_000, 33_542)
			.saturating_add(D::get().reads(8))
			.saturating_add(D::get().writes(9))
	}
	fn close(m: u32) -> Weight {
		// The shortest took 606_114 ns.
		Weight::from_parts(740_585_792, 50_154)
			// ± 253_436 ps.
			.saturating_add(Weight::from_parts(127_631_405, 0).saturating_mul(m.into()))
			.saturating_add(D::get().reads(24))
			.saturating_add(D::get().reads(4).saturating_mul(m.into()))
			.saturating_add(D::get().writes(18))
			.saturating_add(D::get().writes(4).saturating_mul(m.into()))
			.saturating_add(Weight::from_parts(0, 4_069).saturating_mul(m.into()))
	}
}

/// For tests.
impl WeightInfo for () {
	fn register() -> Weight {
		Measured::<RocksDbWeight>::register()
	}
	fn accept_operator() -> Weight {
		Measured::<RocksDbWeight>::accept_operator()
	}
	fn resign_operator() -> Weight {
		Measured::<RocksDbWeight>::resign_operator()
	}
	fn set_operator() -> Weight {
		Measured::<RocksDbWeight>::set_operator()
	}
	fn update() -> Weight {
		Measured::<RocksDbWeight>::update()
	}
	fn bond_more() -> Weight {
		Measured::<RocksDbWeight>::bond_more()
	}
	fn unbond() -> Weight {
		Measured::<RocksDbWeight>::unbond()
	}
	fn leave() -> Weight {
		Measured::<RocksDbWeight>::leave()
	}
	fn withdraw() -> Weight {
		Measured::<RocksDbWeight>::withdraw()
	}
	fn seal() -> Weight {
		Measured::<RocksDbWeight>::seal()
	}
	fn reveal() -> Weight {
		Measured::<RocksDbWeight>::reveal()
	}
	fn denounce() -> Weight {
		Measured::<RocksDbWeight>::denounce()
	}
	fn appeal() -> Weight {
		Measured::<RocksDbWeight>::appeal()
	}
	fn poke() -> Weight {
		Measured::<RocksDbWeight>::poke()
	}
	fn prune() -> Weight {
		Measured::<RocksDbWeight>::prune()
	}
	fn open_round(x: u32) -> Weight {
		Measured::<RocksDbWeight>::open_round(x)
	}
	fn draw(n: u32) -> Weight {
		Measured::<RocksDbWeight>::draw(n)
	}
	fn replace() -> Weight {
		Measured::<RocksDbWeight>::replace()
	}
	fn close(m: u32) -> Weight {
		Measured::<RocksDbWeight>::close(m)
	}
}
