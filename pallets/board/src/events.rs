//! What the pallet tells about itself.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod events {
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An account has more or less room on the nodes' board.
		BoardPlacesSet {
			/// Whose.
			account: AccountId,
			/// How many orders it may have there.
			places: u32,
			/// On hold for them.
			deposit: Balance,
		},
	}
}
