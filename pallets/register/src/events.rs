//! What the pallet tells about itself.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod events {
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A publisher's bond grew.
		BondIncreased {
			/// Whose.
			publisher: AccountId,
			/// By how much.
			amount: Balance,
			/// Bond since then.
			bond: Balance,
		},
		/// Part of a publisher's bond began to leave.
		Unbonded {
			/// Whose.
			publisher: AccountId,
			/// How much.
			amount: Balance,
			/// First block in which it can be withdrawn.
			at: BlockNumber,
		},
		/// Unbonded amounts were given back.
		Withdrawn {
			/// To whom.
			publisher: AccountId,
			/// How much.
			amount: Balance,
			/// Bond since then.
			bond: Balance,
		},
		/// A publisher was slashed.
		Slashed {
			/// Who.
			publisher: AccountId,
			/// How much was taken.
			amount: Balance,
			/// How much of it was burnt.
			burnt: Balance,
		},
		/// Part of a slash was paid to somebody.
		SlashShared {
			/// Whose bond.
			publisher: AccountId,
			/// To whom.
			beneficiary: AccountId,
			/// How much.
			amount: Balance,
		},
		/// An app or dataset was registered.
		AssetRegistered {
			/// Its number.
			asset: AssetId,
			/// Whose.
			owner: AccountId,
			/// What it is.
			kind: AssetKind,
			/// Its content.
			content: ContentRef,
		},
		/// The terms of an asset changed. Deals that were opened keep theirs.
		AssetTermsChanged {
			/// The asset.
			asset: AssetId,
			/// Terms until now.
			old: Option<AssetTerms>,
			/// Terms from now on.
			new: Option<AssetTerms>,
		},
		/// An asset was offered to somebody, or the offer was taken back.
		AssetOffered {
			/// The asset.
			asset: AssetId,
			/// To whom.
			heir: Option<AccountId>,
		},
		/// An asset changed hands.
		AssetTransferred {
			/// The asset.
			asset: AssetId,
			/// Whose it was.
			old: AccountId,
			/// Whose it is.
			new: AccountId,
		},
		/// An asset can't be used any more.
		AssetSuspended {
			/// The asset.
			asset: AssetId,
			/// Whether governance did it, and alone may undo it.
			banned: bool,
		},
		/// An asset can be used again.
		AssetResumed {
			/// The asset.
			asset: AssetId,
		},
		/// An asset was taken off the register.
		AssetDeregistered {
			/// The asset.
			asset: AssetId,
			/// Whose it was.
			owner: AccountId,
		},
		/// Governance freed work with an asset from the protocol fee, or ended that.
		PublicGoodSet {
			/// The asset.
			asset: AssetId,
			/// Whether it is free of the fee.
			public_good: bool,
		},
	}
}
