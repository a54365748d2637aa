//! Why calls are refused.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod errors {
	#[pallet::error]
	pub enum Error<T> {
		/// There is no group with this number.
		GroupNotFound,
		/// The signer does not own the group.
		NotGroupOwner,
		/// The group has members. Remove them first.
		GroupNotEmpty,
		/// None of the accounts is to be added or removed.
		MembershipUnchanged,
	}
}
