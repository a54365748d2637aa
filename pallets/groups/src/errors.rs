//! Why calls are refused.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod errors {
	#[pallet::error]
	pub enum Error<T> {
		/// The signer has no group of this number.
		GroupNotFound,
		/// The signer has a group of this number already. Choose another one.
		GroupExists,
		/// The group has members. Remove them first.
		GroupNotEmpty,
		/// None of the accounts is to be added or removed.
		MembershipUnchanged,
	}
}
