//! Records of the pallet.

use crate::*;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Place of a transaction in the chain.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Position {
	/// The block.
	pub block: BlockNumber,
	/// Index of the transaction within it.
	pub extrinsic: u32,
}

/// What the chain keeps of a blob.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
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
}

impl Record {
	/// Whether the promise has passed.
	pub fn expired(&self, now: BlockNumber) -> bool {
		now > self.expires_at
	}
}
