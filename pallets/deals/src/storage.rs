//! What the pallet keeps.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod storage {
	/// Deals that are not pruned. The payer's deposit pays for an entry; `prune` removes it.
	// Twox64Concat here and below: deals are numbered by this pallet, nobody chooses a key.
	#[pallet::storage]
	pub type Deals<T: Config> = StorageMap<_, Twox64Concat, DealId, Deal>;

	/// Tasks that have not ended. Paid for by the deal's deposit; removed when the task ends.
	// Blake2: the account of a list is chosen by whoever buys.
	#[pallet::storage]
	pub type Tasks<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, TaskList, Twox64Concat, TaskId, Task>;

	/// Tasks that have ended and are not pruned. Paid for by the deal's deposit.
	#[pallet::storage]
	pub type Ended<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, TaskList, Twox64Concat, TaskId, EndedTask>;

	/// How the replicas of a task were drawn, from the first draw until it is pruned.
	#[pallet::storage]
	pub type Draws<T: Config> = StorageMap<_, Twox64Concat, TaskId, DrawRecord>;

	/// Deals over a list of inputs, by client. Paid for by the deal's deposit; removed with the deal.
	#[pallet::storage]
	pub type Bags<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, AccountId, Twox64Concat, DealId, Bag>;

	/// Deals over a list of inputs by their candidates, of whom none has a slot in use before it is drawn.
	/// Paid for by the deal's deposit; removed with the deal.
	// Blake2: the account is chosen by whoever registers.
	#[pallet::storage]
	pub type BagsOf<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, AccountId, Twox64Concat, DealId, ()>;

	/// Cases about tasks that are disputed. Removed by the verdict.
	#[pallet::storage]
	pub type Disputes<T: Config> = StorageMap<_, Twox64Concat, TaskId, Dispute>;

	/// Questions about agreed tasks that wait for room, with what is held for the case of who asked. Removed when it is
	/// opened.
	#[pallet::storage]
	pub type Asked<T: Config> = StorageMap<_, Twox64Concat, TaskId, Dispute>;

	/// What clients have called when a task of a deal has ended. Paid for by [`Callback::deposit`];
	/// removed with the deal.
	#[pallet::storage]
	pub type Callbacks<T: Config> = StorageMap<_, Twox64Concat, DealId, Callback>;

	/// Ended tasks whose callback was sent. Paid for by the deal's deposit; removed with the task.
	#[pallet::storage]
	pub type CalledBack<T: Config> = StorageMap<_, Twox64Concat, TaskId, ()>;

	/// Money that is locked for an instance of a front end, without a deal. Paid for by what the front end takes for its own
	/// state; removed when it releases what is left.
	#[pallet::storage]
	pub type Reservations<T: Config> = StorageMap<_, Twox64Concat, Instance, Reservation>;

	/// Number of the next deal.
	#[pallet::storage]
	pub type NextDealId<T: Config> = StorageValue<_, DealId, ValueQuery>;

	/// Profiles that were ever accepted. Written by the admin origin only, so it stays small.
	#[pallet::storage]
	pub type Profiles<T: Config> = StorageMap<_, Twox64Concat, ProfileId, ProfileStatus>;

	/// Ended tasks in the order in which they ended, for pruning. Positions count up for ever.
	#[pallet::storage]
	pub type PruneQueue<T: Config> = StorageMap<_, Twox64Concat, u64, TaskId>;

	/// First position of [`PruneQueue`] that is taken, and the first one after it that is free.
	#[pallet::storage]
	pub type PruneRange<T: Config> = StorageValue<_, (u64, u64), ValueQuery>;

	/// Ended tasks that wait for pruning.
	pub(crate) type Ends<T> = Queue<TaskId, PruneQueue<T>, PruneRange<T>>;
}
