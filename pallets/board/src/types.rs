//! Records of the pallet.

use assay_primitives::{Balance, BlockNumber, apply, stored};

/// An account's room on the nodes' board.
#[apply(stored)]
pub struct Places {
	/// Statements that nodes store for it.
	pub count: u32,
	/// On hold for them.
	pub deposit: Balance,
	/// Block of the last change.
	pub since: BlockNumber,
}
