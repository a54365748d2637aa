//! Records of the pallet.

use crate::*;
use assay_primitives::{apply, stored};

/// Place of a transaction in the chain.
#[apply(stored)]
#[derive(Copy)]
pub struct Position {
	/// The block.
	pub block: BlockNumber,
	/// Index of the transaction within it.
	pub extrinsic: u32,
}

/// What the chain keeps of a blob.
#[apply(stored)]
pub struct Record {
	/// Who paid the deposit and gets it back.
	pub owner: AccountId,
	/// Length of the blob, in bytes.
	pub size: u32,
	/// What is held from the owner.
	pub deposit: Balance,
	/// Transaction that carried the blob last.
	pub position: Position,
	/// Last block in which the blob is promised.
	pub expires_at: BlockNumber,
	/// The longer content that it is the node of, where all of that was promised when it was published
	/// last.
	pub whole: Option<Whole>,
}

/// Content of several blocks, all of which are promised.
#[apply(stored)]
#[derive(Copy)]
pub struct Whole {
	/// Its length, in bytes.
	pub size: u64,
	/// Last block in which the node and each of its leaves are promised, whatever is extended later.
	pub until: BlockNumber,
}

impl Record {
	/// Whether the promise has passed.
	pub fn expired(&self, now: BlockNumber) -> bool {
		now > self.expires_at
	}
}
