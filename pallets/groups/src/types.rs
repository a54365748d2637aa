//! Records of the pallet.

use assay_primitives::{AccountId, Balance, apply, order::MAX_MEMBERS_CHANGED, stored};
use polkadot_sdk::{frame_support::BoundedVec, sp_core::ConstU32};

/// Accounts to be added to a group, or removed.
pub type MembersChange = BoundedVec<AccountId, ConstU32<MAX_MEMBERS_CHANGED>>;

/// A group of accounts.
#[apply(stored)]
pub struct Group {
	/// Number of members.
	pub members: u32,
	/// On hold for the group itself.
	pub deposit: Balance,
}
