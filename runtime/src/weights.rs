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
			Weight,
			constants::{BlockExecutionWeight, ExtrinsicBaseWeight, WEIGHT_REF_TIME_PER_SECOND},
		},
	},
	frame_system::limits::{BlockLength, BlockWeights},
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
