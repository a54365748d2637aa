//! Weights of the validators pallet. Estimated, to be replaced by `scripts/bench-weights.sh`.

use crate::*;
use core::marker::PhantomData;
use frame_support::{
	traits::Get,
	weights::{RuntimeDbWeight, Weight, constants::RocksDbWeight},
};

/// Weights that the pallet needs.
pub trait WeightInfo {
	/// Joining while there is room.
	fn join() -> Weight;
	/// Joining a full list, whose lowest bond makes room.
	fn outbid() -> Weight;
	/// Adding to a bond.
	fn bond_more() -> Weight;
	/// Leaving.
	fn leave() -> Weight;
	/// Withdrawing.
	fn withdraw() -> Weight;
	/// Punishing `n` offenders.
	fn punish(n: u32) -> Weight;
}

/// Reads: candidate, departure, keys, count, holds, account. Writes: candidate, count, holds, account.
fn join(db: RuntimeDbWeight) -> Weight {
	Weight::from_parts(60_000_000, 8_192).saturating_add(db.reads_writes(6, 4))
}

/// Beside joining: each of `candidates` is read, and the lowest one moves.
fn outbid(db: RuntimeDbWeight, candidates: u32) -> Weight {
	join(db)
		.saturating_add(Weight::from_parts(2_500_000, 2_600).saturating_mul(candidates.into()))
		.saturating_add(db.reads_writes(candidates.into(), 2))
}

/// Candidate, holds, account.
fn bond_more(db: RuntimeDbWeight) -> Weight {
	Weight::from_parts(45_000_000, 4_096).saturating_add(db.reads_writes(3, 3))
}

/// Candidate, count, departure.
fn leave(db: RuntimeDbWeight) -> Weight {
	Weight::from_parts(25_000_000, 4_096).saturating_add(db.reads_writes(2, 3))
}

/// Reads: departure, active and queued set, holds, account. Writes: departure, holds, account.
fn withdraw(db: RuntimeDbWeight) -> Weight {
	Weight::from_parts(50_000_000, 16_384).saturating_add(db.reads_writes(5, 3))
}

/// Reads: disabled, active set, candidate, departure, slash, holds, account, issuance.
/// Writes: disabled, candidate, count, departure, slash, holds, account, issuance.
fn punish(db: RuntimeDbWeight, n: u32) -> Weight {
	Weight::from_parts(80_000_000, 16_384)
		.saturating_add(db.reads_writes(9, 8))
		.saturating_mul(n.into())
}

/// Estimates for a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: Config> WeightInfo for SubstrateWeight<T> {
	fn join() -> Weight {
		join(T::DbWeight::get())
	}
	fn outbid() -> Weight {
		outbid(T::DbWeight::get(), T::MaxCandidates::get())
	}
	fn bond_more() -> Weight {
		bond_more(T::DbWeight::get())
	}
	fn leave() -> Weight {
		leave(T::DbWeight::get())
	}
	fn withdraw() -> Weight {
		withdraw(T::DbWeight::get())
	}
	fn punish(n: u32) -> Weight {
		punish(T::DbWeight::get(), n)
	}
}

/// Estimates for tests.
impl WeightInfo for () {
	fn join() -> Weight {
		join(RocksDbWeight::get())
	}
	fn outbid() -> Weight {
		outbid(RocksDbWeight::get(), 256)
	}
	fn bond_more() -> Weight {
		bond_more(RocksDbWeight::get())
	}
	fn leave() -> Weight {
		leave(RocksDbWeight::get())
	}
	fn withdraw() -> Weight {
		withdraw(RocksDbWeight::get())
	}
	fn punish(n: u32) -> Weight {
		punish(RocksDbWeight::get(), n)
	}
}
