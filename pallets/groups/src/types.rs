//! Records of the pallet.

use assay_primitives::{AccountId, Balance, order::MAX_MEMBERS_CHANGED};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use polkadot_sdk::{frame_support::BoundedVec, sp_core::ConstU32};
use scale_info::TypeInfo;

/// Accounts to be added to a group, or removed.
pub type MembersChange = BoundedVec<AccountId, ConstU32<MAX_MEMBERS_CHANGED>>;

/// A group of accounts.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Group {
	/// Who decides on its members and pays for them.
	pub owner: AccountId,
	/// Number of members.
	pub members: u32,
	/// On hold for the group itself.
	pub deposit: Balance,
}
