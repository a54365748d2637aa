//! Weights of the content pallet. Estimated, to be replaced by `scripts/bench-weights.sh`.

use crate::*;
use core::marker::PhantomData;
use frame_support::{
	traits::Get,
	weights::{RuntimeDbWeight, Weight, constants::RocksDbWeight},
};

/// Weights that the pallet needs.
pub trait WeightInfo {
	/// Publishing a blob of `n` bytes over an expired record of another owner.
	fn publish(n: u32) -> Weight;
	/// Publishing a recorded blob of `n` bytes again.
	fn extend(n: u32) -> Weight;
	/// Removing a record.
	fn release() -> Weight;
}

/// A millisecond to read the whole transaction, which may fill the block's length though the blob is
/// small: a batch can have anything before it. Hashing, copying and comparing `n` bytes takes about
/// 3 ns each.
/// Reads: record, marker, holds and account of the new owner and of the old one.
/// Writes: the same.
fn publish(db: RuntimeDbWeight, n: u32) -> Weight {
	Weight::from_parts(1_070_000_000, 8_192)
		.saturating_add(Weight::from_parts(3_000, 0).saturating_mul(n.into()))
		.saturating_add(db.reads_writes(6, 6))
}

/// Reads and writes: record, holds and account of the owner.
fn release(db: RuntimeDbWeight) -> Weight {
	Weight::from_parts(40_000_000, 4_096).saturating_add(db.reads_writes(3, 3))
}

/// Estimates for a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn publish(n: u32) -> Weight {
		publish(T::DbWeight::get(), n)
	}
	fn extend(n: u32) -> Weight {
		publish(T::DbWeight::get(), n)
	}
	fn release() -> Weight {
		release(T::DbWeight::get())
	}
}

/// Estimates for tests.
impl WeightInfo for () {
	fn publish(n: u32) -> Weight {
		publish(RocksDbWeight::get(), n)
	}
	fn extend(n: u32) -> Weight {
		publish(RocksDbWeight::get(), n)
	}
	fn release() -> Weight {
		release(RocksDbWeight::get())
	}
}
