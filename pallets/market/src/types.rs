//! Records of the pallet.

use assay_primitives::{
	AccountId, Balance,
	policy::MAX_CANDIDATES,
	request::{OfferId, Terms},
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use polkadot_sdk::{frame_support::BoundedVec, sp_core::ConstU32};
use scale_info::TypeInfo;

/// Most offers that one view returns.
pub const MAX_VIEWS: u32 = 1_000;

/// Most misfits that a quote lists.
pub const MAX_MISFITS: usize = 1_000;

/// Offers that a client names for its request.
pub type Named = BoundedVec<OfferId, ConstU32<MAX_CANDIDATES>>;

/// An offer as it is stored.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Offer {
	/// Stash of the provider that serves it.
	pub provider: AccountId,
	/// What is offered.
	pub terms: Terms,
	/// Amount on hold for the state that it occupies.
	pub deposit: Balance,
	/// On whose account: that of the stash, or of the operator key that placed it.
	pub depositor: AccountId,
}
