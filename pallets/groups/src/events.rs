//! What the pallet tells about itself.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod events {
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A group was created.
		GroupCreated {
			/// Its name.
			group: GroupId,
		},
		/// Accounts were added to a group.
		MembersAdded {
			/// The group.
			group: GroupId,
			/// Who were not members before.
			members: Vec<AccountId>,
		},
		/// Accounts were removed from a group.
		MembersRemoved {
			/// The group.
			group: GroupId,
			/// Who were members.
			members: Vec<AccountId>,
		},
		/// A group was removed.
		GroupDissolved {
			/// Its name.
			group: GroupId,
		},
	}
}
