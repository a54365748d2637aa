//! What a block can hold, and what the database costs.
//!
//! Weights of calls are in the pallets: those of the SDK come with it, ours are measured by
//! `scripts/bench-weights.sh`.

use crate::MAX_BLOCK_BYTES;
use polkadot_sdk::{
	frame_support::{
		dispatch::DispatchClass,
		parameter_types,
		weights::{
			RuntimeDbWeight, Weight,
			constants::{
				BlockExecutionWeight, ExtrinsicBaseWeight, ParityDbWeight,
				WEIGHT_REF_TIME_PER_SECOND,
			},
		},
	},
	frame_system::limits::{BlockLength, BlockWeights},
	sp_core::Get,
	sp_runtime::Perbill,
};

/// Part of a block that ordinary transactions may fill; the rest is kept for consensus reports, and for seals and
/// their openings, whose lateness costs a stake: they must get through when the chain is full.
pub const NORMAL_RATIO: Perbill = Perbill::from_percent(75);
/// Part of a block that hooks are assumed to take before the first transaction.
const HOOKS_RATIO: Perbill = Perbill::from_percent(5);
/// Two of the three seconds of a slot. Proof size is unlimited: there is no relay chain.
pub const MAX_BLOCK_WEIGHT: Weight = Weight::from_parts(2 * WEIGHT_REF_TIME_PER_SECOND, u64::MAX);

parameter_types! {
	/// Computation that fits a block.
	pub RuntimeBlockWeights: BlockWeights = BlockWeights::builder()
		.base_block(BlockExecutionWeight::get())
		.for_class(DispatchClass::all(), |weights| {
			weights.base_extrinsic = ExtrinsicBaseWeight::get();
		})
		.for_class(DispatchClass::Normal, |weights| {
			weights.max_total = Some(NORMAL_RATIO * MAX_BLOCK_WEIGHT);
		})
		.for_class(DispatchClass::Operational, |weights| {
			weights.max_total = Some(MAX_BLOCK_WEIGHT);
			weights.reserved = Some(MAX_BLOCK_WEIGHT - NORMAL_RATIO * MAX_BLOCK_WEIGHT);
		})
		.avg_block_initialization(HOOKS_RATIO)
		.build_or_panic();
	/// Bytes that fit a block.
	pub RuntimeBlockLength: BlockLength = BlockLength::builder()
		.max_length(MAX_BLOCK_BYTES)
		.modify_max_length_for_class(DispatchClass::Normal, |length| {
			*length = NORMAL_RATIO * *length;
		})
		.build();
}

/// What the database costs: the figures that come with the SDK for ParityDB.
pub struct DbWeight;

impl Get<RuntimeDbWeight> for DbWeight {
	fn get() -> RuntimeDbWeight {
		#[cfg(feature = "std")]
		if let Some(supposed) = supposed::COST.get() {
			return supposed;
		}
		ParityDbWeight::get()
	}
}

/// For tests of weights. No node executes what is compiled with `std`.
#[cfg(feature = "std")]
mod supposed {
	use super::*;
	use core::cell::Cell;

	std::thread_local! {
		pub static COST: Cell<Option<RuntimeDbWeight>> = const { Cell::new(None) };
	}

	/// Runs something as if the database cost this. By how much a weight grows with the price of an access is how many
	/// accesses it pays for.
	pub fn with_db_weight<R>(cost: RuntimeDbWeight, run: impl FnOnce() -> R) -> R {
		let before = COST.replace(Some(cost));
		let result = run();
		COST.set(before);
		result
	}
}

#[cfg(feature = "std")]
pub use supposed::with_db_weight;
