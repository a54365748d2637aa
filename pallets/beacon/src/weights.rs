//! Weights of the beacon. Estimated, to be replaced by `scripts/bench-weights.sh`.

use crate::*;
use core::marker::PhantomData;
use frame_support::{
	traits::Get,
	weights::{Weight, constants::RocksDbWeight},
};

/// Weights that the pallet needs.
pub trait WeightInfo {
	/// Recording a block's entry: the digest, the session's validators and the VRF output are read,
	/// one entry is written.
	fn record() -> Weight;
	/// Folding `n` entries: as many reads. For the pallets that fold.
	fn fold(n: u32) -> Weight;
}

fn record(db: frame_support::weights::RuntimeDbWeight) -> Weight {
	Weight::from_parts(12_000_000, 4_096).saturating_add(db.reads_writes(3, 1))
}

fn fold(db: frame_support::weights::RuntimeDbWeight, n: u32) -> Weight {
	Weight::from_parts(4_000_000, 0)
		.saturating_add(Weight::from_parts(6_000_000, 2_560).saturating_mul(n.into()))
		.saturating_add(db.reads(n.into()))
}

/// Estimates for a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn record() -> Weight {
		record(T::DbWeight::get())
	}
	fn fold(n: u32) -> Weight {
		fold(T::DbWeight::get(), n)
	}
}

/// Estimates for tests.
impl WeightInfo for () {
	fn record() -> Weight {
		record(RocksDbWeight::get())
	}
	fn fold(n: u32) -> Weight {
		fold(RocksDbWeight::get(), n)
	}
}
