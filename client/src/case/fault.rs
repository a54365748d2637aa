//! What can be false about a draw.

use assay_primitives::BlockNumber;

/// What is false about a draw.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DrawFault {
	/// The seed is of another use.
	#[error("the subject of the seed is not that of this case and round")]
	Subject,
	/// The fold does not begin where its ticket says, or leaves blocks out.
	#[error("the blocks of the fold are not consecutive from {0} on")]
	Blocks(BlockNumber),
	/// A block's VRF output is another.
	#[error("the VRF output of block {0} is not the one that its author gave")]
	Vrf(BlockNumber),
	/// The blocks fold to something else.
	#[error("the blocks do not fold to the randomness that was used")]
	Randomness,
	/// Somebody is in the pool who may not be, or it is not in the order of positions.
	#[error("the pool is not in order at position {0}, or not of the agreed mediators")]
	Pool(u32),
	/// Somebody was barred who should not be, or the other way round.
	#[error("position {0} was barred and should not be, or the other way round")]
	Barred(u32),
	/// The seed draws another order.
	#[error("step {} of the order is not what the seed draws", .0.saturating_add(1))]
	Order(u32),
	/// Somebody sits who was not drawn, or was passed over without a word.
	#[error("step {} of the order neither sits nor was passed over", .0.saturating_add(1))]
	Seat(u32),
	/// The committee has more members than seats, or an even number.
	#[error("a committee of {0} members")]
	Seats(u32),
}
