//! What the pallet keeps.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod storage {
	/// Mediators by stash. Paid for by the bond; removed by the last `withdraw` after `leave`.
	// Blake2 here and for operators: the account is chosen by whoever registers.
	#[pallet::storage]
	pub type Mediators<T: Config> = CountedStorageMap<_, Blake2_128Concat, AccountId, Mediator>;

	/// Stash by operator, for operators that have accepted.
	#[pallet::storage]
	pub type Operators<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, AccountId>;

	/// Stash by position in the pool.
	// Twox64Concat from here on: keys are our own counters, or ids that deals count.
	#[pallet::storage]
	pub type Positions<T: Config> = StorageMap<_, Twox64Concat, u32, AccountId>;

	/// Positions that nobody has any more, as a stack.
	#[pallet::storage]
	pub type Vacant<T: Config> = CountedStorageMap<_, Twox64Concat, u32, u32>;

	/// First position that nobody has ever had.
	#[pallet::storage]
	pub type NextPosition<T: Config> = StorageValue<_, u32, ValueQuery>;

	/// The tree of weights: pages by (level, index), leaves at level 0. One page for every sixteen
	/// positions and a fifteenth of that for the sums, paid for by the bonds.
	#[pallet::storage]
	pub type Pages<T: Config> = StorageMap<_, Twox64Concat, (u8, u32), Page>;

	/// Profiles by which mediators are counted, each with the first position that is not counted by it yet. An upgrade adds
	/// those that are new, and the blocks after it count all mediators by them.
	#[pallet::storage]
	pub type Known<T: Config> = StorageValue<_, Profiles, ValueQuery>;

	/// How much of the pool takes what, by what is declared as of the second era after this one: for each profile
	/// that is known.
	#[pallet::storage]
	pub type Counted<T: Config> = StorageValue<_, Counts, ValueQuery>;

	/// The same of those who have a place, a seat and so much of their bond left, by the level of that.
	#[pallet::storage]
	pub type Free<T: Config> = StorageMap<_, Twox64Concat, u8, Counts, ValueQuery>;

	/// What open and closed cases are about. Removed by `prune`.
	#[pallet::storage]
	pub type CaseTermsOf<T: Config> = StorageMap<_, Twox64Concat, CaseId, CaseTerms>;

	/// Open and closed cases. Removed by `prune`.
	#[pallet::storage]
	pub type Cases<T: Config> = StorageMap<_, Twox64Concat, CaseId, Case>;

	/// Rounds of cases. Removed by `prune`.
	#[pallet::storage]
	pub type Rounds<T: Config> = StorageDoubleMap<_, Twox64Concat, CaseId, Twox64Concat, u8, Round>;

	/// Cases that are not closed, by what they are over. Removed when they are.
	#[pallet::storage]
	pub type Open<T: Config> = CountedStorageMap<_, Twox64Concat, Subject, CaseId>;

	/// Those of them that have a deadline: all but those that wait for their first committee. Idle blocks look at them.
	#[pallet::storage]
	pub type Timed<T: Config> = StorageMap<_, Twox64Concat, CaseId, ()>;

	/// Closed cases whose ruling the ledger has not taken, with what the court has cost that is owed to anybody. As good
	/// as always empty; removed by `hand_over`, and paid for by nobody.
	#[pallet::storage]
	pub type Untaken<T: Config> = StorageMap<_, Twox64Concat, CaseId, Option<CourtBill>>;

	/// Where the next idle block goes on looking at open cases.
	#[pallet::storage]
	pub type Cursor<T: Config> = StorageValue<_, CaseId, OptionQuery>;

	/// Number of the next case.
	#[pallet::storage]
	pub type NextCase<T: Config> = StorageValue<_, CaseId, ValueQuery>;

	/// Rounds that wait for their draw, the blocks of their tickets, and whether their judges are named, in the order of
	/// the tickets. Positions count up for ever.
	#[pallet::storage]
	pub type Waiting<T: Config> = StorageMap<_, Twox64Concat, u64, (CaseId, u8, BlockNumber, bool)>;

	/// How many of them have judges who are named.
	#[pallet::storage]
	pub type WaitingDirected<T: Config> = StorageValue<_, u32, ValueQuery>;

	/// First position of [`Waiting`] that is taken, and the first one after it that is free.
	#[pallet::storage]
	pub type WaitingRange<T: Config> = StorageValue<_, (u64, u64), ValueQuery>;

	/// New cases that wait until they can be drawn, in the order of coming. Positions count up for ever.
	#[pallet::storage]
	pub type Queue<T: Config> = StorageMap<_, Twox64Concat, u64, CaseId>;

	/// First position of [`Queue`] that is taken, and the first one after it that is free.
	#[pallet::storage]
	pub type QueueRange<T: Config> = StorageValue<_, (u64, u64), ValueQuery>;

	/// The same of cases that were to be drawn before, or are heard again.
	#[pallet::storage]
	pub type Earlier<T: Config> = StorageMap<_, Twox64Concat, u64, CaseId>;

	/// First position of [`Earlier`] that is taken, and the first one after it that is free.
	#[pallet::storage]
	pub type EarlierRange<T: Config> = StorageValue<_, (u64, u64), ValueQuery>;

	/// Lines of cases that wait for named sets, by the hash of the set; an empty one is removed by the next block in which
	/// it is its turn. And, under no hash, of those of the public pool that wait for stakes.
	#[pallet::storage]
	pub type Lines<T: Config> = StorageMap<_, Identity, Hash, Line>;

	/// Where each of these cases stands in its line. Removed when it leaves it.
	#[pallet::storage]
	pub type Links<T: Config> = StorageMap<_, Twox64Concat, CaseId, Neighbours>;

	/// Of the cases that wait for stakes, the one that has been looked at last beside the first.
	#[pallet::storage]
	pub type Aside<T: Config> = StorageValue<_, CaseId, OptionQuery>;

	/// Sets that have a line, in the order in which they have their turn. Positions count up for ever.
	#[pallet::storage]
	pub type Sets<T: Config> = StorageMap<_, Twox64Concat, u64, Hash>;

	/// First position of [`Sets`] that is taken, and the first one after it that is free.
	#[pallet::storage]
	pub type SetRange<T: Config> = StorageValue<_, (u64, u64), ValueQuery>;

	/// Rounds that wait for their draw.
	pub(crate) type Draws<T> =
		queue::Queue<(CaseId, u8, BlockNumber, bool), Waiting<T>, WaitingRange<T>>;

	/// New cases that wait for places.
	pub(crate) type Places<T> = queue::Queue<CaseId, Queue<T>, QueueRange<T>>;

	/// Named sets for which cases wait.
	pub(crate) type Ring<T> = queue::Queue<Hash, Sets<T>, SetRange<T>>;

	/// Cases that wait for places and come first.
	pub(crate) type Returned<T> = queue::Queue<CaseId, Earlier<T>, EarlierRange<T>>;

	/// Closed cases that wait for pruning.
	pub(crate) type Ends<T> = queue::Queue<CaseId, PruneQueue<T>, PruneRange<T>>;

	/// Closed cases in the order of their end, for pruning.
	#[pallet::storage]
	pub type PruneQueue<T: Config> = StorageMap<_, Twox64Concat, u64, CaseId>;

	/// First position of [`PruneQueue`] that is taken, and the first one after it that is free.
	#[pallet::storage]
	pub type PruneRange<T: Config> = StorageValue<_, (u64, u64), ValueQuery>;

	/// Money of all open cases: their funds and penalties. In the pallet's account.
	#[pallet::storage]
	pub type Escrowed<T: Config> = StorageValue<_, Balance, ValueQuery>;
}
