//! Weights of the calls.
//!
//! Times are those of the costliest content and programs that `scripts/bench-interpreter.sh` knows,
//! with a reserve; reads are counted from the code. To be replaced by scripts/bench-weights.sh.

use core::marker::PhantomData;
use polkadot_sdk::{
	frame_support::{
		traits::Get,
		weights::{RuntimeDbWeight, Weight, constants::RocksDbWeight},
	},
	frame_system,
};

/// Picoseconds for a unit of gas. The costliest known, walks of deep paths and loads that miss every
/// cache, take 51 500; an eighth more is left for machines with slower memory. The largest case is just
/// within a block with it.
const GAS: u64 = 58_000;
/// Picoseconds for a byte of a module: decoding, hashing, validation, metering, translation.
const MODULE_BYTE: u64 = 350_000;
/// Picoseconds for a byte of an input: decoding, hashing, copying.
const INPUT_BYTE: u64 = 15_000;
/// Picoseconds for what each run needs: an engine, its host functions, an instance, and what as many
/// functions as there may be take beyond their bytes.
const RUN: u64 = 20_000_000_000;

/// Weights of the pallet's calls.
pub trait WeightInfo {
	/// Runs a module of `m` bytes with an input of `i` bytes, which uses `g` gas, and rules.
	fn adjudicate(m: u32, i: u32, g: u32) -> Weight;
	/// The same for longer modules.
	fn adjudicate_long(m: u32, i: u32, g: u32) -> Weight;
	/// Looks at a case and refuses.
	fn refuse() -> Weight;
}

/// Reads and writes what belongs to a case: the case, its task, its rounds; what follows from a
/// ruling is bounded by the pallet that the case belongs to.
fn adjudicate(db: RuntimeDbWeight, m: u32, i: u32, g: u32) -> Weight {
	Weight::from_parts(RUN, 65_536)
		.saturating_add(Weight::from_parts(GAS, 0).saturating_mul(g.into()))
		.saturating_add(Weight::from_parts(MODULE_BYTE, 0).saturating_mul(m.into()))
		.saturating_add(Weight::from_parts(INPUT_BYTE, 0).saturating_mul(i.into()))
		.saturating_add(db.reads_writes(20, 20))
}

fn refuse(db: RuntimeDbWeight) -> Weight {
	Weight::from_parts(50_000_000, 32_768).saturating_add(db.reads(4))
}

/// Weights under the runtime's own database weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn adjudicate(m: u32, i: u32, g: u32) -> Weight {
		adjudicate(T::DbWeight::get(), m, i, g)
	}
	fn adjudicate_long(m: u32, i: u32, g: u32) -> Weight {
		adjudicate(T::DbWeight::get(), m, i, g)
	}
	fn refuse() -> Weight {
		refuse(T::DbWeight::get())
	}
}

/// Weights for tests.
impl WeightInfo for () {
	fn adjudicate(m: u32, i: u32, g: u32) -> Weight {
		adjudicate(RocksDbWeight::get(), m, i, g)
	}
	fn adjudicate_long(m: u32, i: u32, g: u32) -> Weight {
		adjudicate(RocksDbWeight::get(), m, i, g)
	}
	fn refuse() -> Weight {
		refuse(RocksDbWeight::get())
	}
}
