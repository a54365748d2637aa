//! Records of the pallet.

use assay_primitives::{Balance, BlockNumber};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// An account's room on the nodes' board.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Places {
	/// Statements that nodes store for it.
	pub count: u32,
	/// On hold for them.
	pub deposit: Balance,
	/// Block of the last change.
	pub since: BlockNumber,
}
