//! Why calls are refused.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod errors {
	#[pallet::error]
	pub enum Error<T> {
		/// More places on the board than an account may have.
		TooManyBoardPlaces,
		/// The account has as many places on the board already.
		BoardPlacesUnchanged,
		/// Places on the board can't be given up so soon after they were taken.
		BoardPlacesTooFresh,
	}
}
