//! What the pallet tells about itself.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod events {
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An offer rests on chain.
		OfferPlaced {
			/// Its number.
			offer: OfferId,
			/// Stash of the provider.
			provider: AccountId,
			/// What is offered.
			terms: Terms,
		},
		/// The terms of an offer changed. Deals that were opened keep theirs.
		OfferUpdated {
			/// Its number.
			offer: OfferId,
			/// Terms until now.
			old: Terms,
			/// Terms from now on.
			new: Terms,
		},
		/// An offer was taken back and its deposit returned.
		OfferWithdrawn {
			/// Its number.
			offer: OfferId,
			/// Stash of the provider.
			provider: AccountId,
		},
		/// An offer that could not be matched any more was removed and its deposit returned.
		OfferPruned {
			/// Its number.
			offer: OfferId,
			/// Stash of the provider.
			provider: AccountId,
		},
		/// A request became a deal.
		RequestMatched {
			/// The deal.
			deal: DealId,
			/// Who buys.
			client: AccountId,
			/// The offers that it was matched with.
			offers: Named,
		},
		/// Orders became a deal.
		OrdersMatched {
			/// The deal.
			deal: DealId,
			/// Who buys.
			client: AccountId,
			/// Who pays.
			payer: AccountId,
			/// Who submitted them.
			solver: AccountId,
			/// Number of tasks, consumed of each order.
			tasks: u32,
			/// The orders: the request, that of the app, that of the dataset, those of resources.
			orders: Vec<OrderId>,
		},
		/// An order was authorised on chain.
		OrderPresigned {
			/// The order.
			order: OrderId,
			/// What it is about.
			kind: Kind,
			/// By whom.
			owner: AccountId,
		},
		/// An order was closed: nothing more is matched from it.
		OrderClosed {
			/// The order.
			order: OrderId,
			/// What it is about.
			kind: Kind,
			/// Tasks that had been matched.
			consumed: u32,
		},
		/// Records of orders that can't be matched any more were removed, their deposits returned.
		OrdersPruned {
			/// The orders.
			orders: Vec<OrderId>,
		},
		/// A publisher's bond grew.
		PublisherBonded {
			/// Whose.
			publisher: AccountId,
			/// By how much.
			amount: Balance,
			/// What it is now.
			bond: Balance,
		},
		/// Part of a publisher's bond began to leave.
		PublisherUnbonded {
			/// Whose.
			publisher: AccountId,
			/// How much.
			amount: Balance,
			/// Block from which on it may be withdrawn.
			at: BlockNumber,
		},
		/// What had been leaving was returned.
		PublisherWithdrawn {
			/// To whom.
			publisher: AccountId,
			/// How much.
			amount: Balance,
		},
		/// A publisher was slashed.
		PublisherSlashed {
			/// Who.
			publisher: AccountId,
			/// How much was taken.
			amount: Balance,
			/// How much of it was burnt.
			burnt: Balance,
		},
		/// Part of a slash was paid to somebody.
		PublisherSlashShared {
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
		/// A group was created.
		GroupCreated {
			/// Its number.
			group: GroupId,
			/// Whose.
			owner: AccountId,
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
			/// Its number.
			group: GroupId,
			/// Whose it was.
			owner: AccountId,
		},
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
