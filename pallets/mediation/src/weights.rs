//! Weights of the calls and of what blocks do by themselves.
//!
//! Estimated, to be replaced by scripts/bench-weights.sh: execution times are guesses on the safe
//! side, reads and writes are counted from the code.

use core::marker::PhantomData;
use polkadot_sdk::{
	frame_support::{
		traits::Get,
		weights::{RuntimeDbWeight, Weight, constants::RocksDbWeight},
	},
	frame_system,
};

/// Weights of the pallet.
pub trait WeightInfo {
	/// Mediators and counter, Operators twice, Vacant and counter, Positions, four pages, Account, Holds.
	fn register() -> Weight;
	/// Mediators twice, Operators, four pages.
	fn accept_operator() -> Weight;
	/// Operators, Mediators, four pages.
	fn resign_operator() -> Weight;
	/// Mediators twice, Operators twice, four pages.
	fn set_operator() -> Weight;
	/// Mediators.
	fn update() -> Weight;
	/// Mediators, four pages, Account, Holds.
	fn bond_more() -> Weight;
	/// Mediators, four pages.
	fn unbond() -> Weight;
	/// Mediators, four pages.
	fn leave() -> Weight;
	/// Mediators and counter, Operators, Positions, Vacant and counter, Account, Holds.
	fn withdraw() -> Weight;
	/// Operators, Cases, Briefs, Rounds; without replacements.
	fn seal() -> Weight;
	/// Operators, Cases, Briefs, Rounds, block hash; without a next round.
	fn reveal() -> Weight;
	/// Like `seal`, and Mediators, four pages, three Accounts, Holds.
	fn denounce() -> Weight;
	/// Cases, Briefs, Account, Holds; without the next round.
	fn appeal() -> Weight;
	/// Looking at a case: Cases, Briefs, Rounds, and the beacon's entries where it waits for them.
	fn poke() -> Weight;
	/// Cases, Briefs, four Rounds.
	fn prune() -> Weight;
	/// Opening a round of a case that excludes `x` accounts: each may be a stash and an operator. And
	/// the members of three earlier rounds.
	fn open_round(x: u32) -> Weight;
	/// Drawing `n` seats: every step reads four pages, a position and a mediator. Includes reserves and
	/// barred positions.
	fn draw(n: u32) -> Weight;
	/// Seating all reserves.
	fn replace() -> Weight;
	/// Closing a case with `m` members, each of whom is slashed or paid; without telling the ruling.
	fn close(m: u32) -> Weight;
}

/// Estimated weights under the runtime's own database weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

macro_rules! weights {
	($( fn $name:ident($($arg:ident),*) = $nanos:expr, $reads:expr, $writes:expr; )*) => {
		impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
			$( fn $name($($arg: u32),*) -> Weight {
				estimate(T::DbWeight::get(), u64::from($nanos), u64::from($reads), u64::from($writes))
			} )*
		}
		impl WeightInfo for () {
			$( fn $name($($arg: u32),*) -> Weight {
				estimate(RocksDbWeight::get(), u64::from($nanos), u64::from($reads), u64::from($writes))
			} )*
		}
	};
}

fn estimate(db: RuntimeDbWeight, micros: u64, reads: u64, writes: u64) -> Weight {
	Weight::from_parts(micros.saturating_mul(1_000_000), reads.saturating_mul(1_000))
		.saturating_add(db.reads_writes(reads, writes))
}

weights! {
	fn register() = 90u32, 15u32, 12u32;
	fn accept_operator() = 60u32, 8u32, 6u32;
	fn resign_operator() = 60u32, 7u32, 6u32;
	fn set_operator() = 60u32, 10u32, 6u32;
	fn update() = 30u32, 1u32, 1u32;
	fn bond_more() = 70u32, 8u32, 7u32;
	fn unbond() = 50u32, 6u32, 5u32;
	fn leave() = 50u32, 6u32, 5u32;
	fn withdraw() = 80u32, 9u32, 9u32;
	fn seal() = 40u32, 5u32, 2u32;
	fn reveal() = 45u32, 5u32, 2u32;
	fn denounce() = 150u32, 15u32, 12u32;
	fn appeal() = 70u32, 5u32, 3u32;
	fn poke() = 60u32, 70u32, 1u32;
	fn prune() = 40u32, 6u32, 6u32;
	fn open_round(x) = 40 + 8 * x, 130 + 3 * x, 5u32;
	fn draw(n) = 60 + 60 * n, 350 + 12 * n, 4 + 2 * n;
	fn replace() = 300u32, 20u32, 20u32;
	fn close(m) = 150 + 200 * m, 15 + 8 * m, 12 + 9 * m;
}
