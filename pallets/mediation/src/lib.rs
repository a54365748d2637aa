//! Committees of mediators: their pool, the cases they judge, verdicts and appeals.
//!
//! ## Pallet API
//!
//! Calls are in [`Call`], configuration in [`Config`]. Whoever has a dispute opens a case through
//! [`Arbiter`](assay_primitives::traits::Arbiter) and gets the ruling through
//! [`Verdicts`](assay_primitives::traits::Verdicts). A court rules through
//! [`Cases`](assay_primitives::traits::Cases).
//!
//! ## Overview
//!
//! When providers disagree, or a client does not believe them, a few bonded strangers run the task
//! again. Nobody chooses them: they are drawn with randomness that is fixed only after the case was
//! opened. Each hands in what it found under a seal, so that nobody can copy, and then they reveal.
//! If the three of the first committee agree, that stands unless somebody appeals; if they don't, a
//! larger committee is drawn. In the end everybody who ever judged the case is measured by how it
//! ended.
//!
//! ### Terminology
//!
//! - **Mediator**: account with a bond that may be drawn; its *operator* key signs for it.
//! - **Pool**: all mediators with their weights. It has a version for each **era**; changes made in
//!   one era take effect in the second era after.
//! - **Case**: a dispute over one task. **Brief**: what it is about.
//! - **Round**: one committee of a case: 3, 7, 15 or 31 **seats**.
//! - **Stake**: what a member has at risk from its draw until the end of the case.
//! - **Wage**: what a seat earns whose vote agrees with the end.
//!
//! ### Lifecycle of a case
//!
//! | phase | left by | to |
//! |---|---|---|
//! | `AwaitingSeed` | the start of the block in which the seed is known, or `poke` | `Sealing` |
//! | `AwaitingSeed` | too few mediators, or `until` | `Court` |
//! | `Sealing` | the last `seal`, or `poke` from `until` on | `Sealing` of replacements, `Revealing`, or evaluation where nobody sealed |
//! | `Revealing` | the last `reveal`, or `poke` from `until` on | evaluation |
//! | evaluation | round 1 unanimous, or a later round with a majority of its seats | `AppealWindow` |
//! | evaluation | otherwise, and a round is left | `AwaitingSeed`, next round |
//! | evaluation | last round | `Court` |
//! | `AppealWindow` | `appeal` | `AwaitingSeed`, next round |
//! | `AppealWindow`, `Court` | `poke` from `until` on | `Closed` |
//! | any but `Closed` | the court's ruling | `Closed` |
//! | `Closed` | `prune` | removed |
//!
//! A call is admitted while `now < until`; from `now = until` on the opposite one is. Idle blocks
//! poke and prune by themselves.
//!
//! ## Low Level / Implementation Details
//!
//! - **A draw depends on nothing that can be changed once its ticket is taken.** Weights and terms
//!   are those of the ticket's era; who is barred is written down with the ticket; and draws are made
//!   before the first transaction of a block, in the order of their tickets.
//! - **A draw of n out of N costs O(n log N).** The pool is a tree of sums with sixteen children per
//!   page. Descending it gives exactly what
//!   [`weighted`](assay_primitives::draw::weighted) gives for the flat list, so anyone can repeat a
//!   draw with that function.
//! - **Who is drawn can't get away.** Withdrawn operators, unbonding and leaving leave a drawn member
//!   in its seat, with its stake.
//! - **Money** of a case is in the pallet's account. Funds, penalties and lost appeal bonds of all
//!   open cases and the existential deposit are never more than its balance; each case pays out of
//!   its own part only.
//! - **Every phase has a deadline and there are finitely many phases**, so every case ends.
//! - Shares are rounded down; what is left over is burnt. At least `BurnShare` of every slash and
//!   lost bond is burnt, so nobody gets back what he loses through other accounts.
//!
//! The design and its limits are argued in `docs/adr/0013-mediation.md`.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

mod arbiter;
mod dispatchable_impls;
mod pool;
mod purse;
mod registration;
mod rounds;
mod settlement;
mod tick_impls;
mod try_state;
mod types;
mod views;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

use assay_primitives::{AccountId, Balance, BlockNumber, Hash};
use polkadot_sdk::{frame_support, frame_system, sp_runtime};

/// What benchmarks need of the rest of the chain.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper {
	/// Goes on to the first block in which the seed of a ticket is known.
	fn reveal_seed(ticket: &assay_primitives::beacon::Ticket);
}

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use assay_primitives::{
		case::{Brief, Case, MAX_EXCLUDED, MediatorTerms, ROUNDS, Round},
		outcome::Digest,
		seal::Salt,
		task::TaskId,
		traits::{Beacon, CaseId, CaseReason, Verdicts},
	};
	use frame_support::{
		PalletId,
		dispatch::DispatchResultWithPostInfo,
		pallet_prelude::*,
		traits::fungible::{Inspect, Mutate, MutateHold},
		weights::WeightMeter,
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::{Permill, traits::BlockNumberProvider};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the pallet needs from the runtime.
	#[pallet::config]
	pub trait Config:
		polkadot_sdk::frame_system::Config<AccountId = AccountId, Hash = Hash>
	{
		/// The runtime's reasons for holds.
		type RuntimeHoldReason: From<HoldReason>;

		/// Native token: bonds are held, wages paid.
		type Currency: Inspect<AccountId, Balance = Balance>
			+ Mutate<AccountId>
			+ MutateHold<AccountId, Reason = Self::RuntimeHoldReason>;

		/// Where draws get their seed.
		type Beacon: Beacon;

		/// Who is told rulings.
		type Verdicts: Verdicts;

		/// The clock of all deadlines and eras. It must be that of the beacon.
		type BlockNumberProvider: BlockNumberProvider<BlockNumber = BlockNumber>;

		/// Names the account that the money of cases is in.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// Least bond of a mediator that can be drawn, and the most that a seat puts at risk.
		#[pallet::constant]
		type MinBond: Get<Balance>;

		/// Bond that gives a weight of one.
		#[pallet::constant]
		type WeightUnit: Get<Balance>;

		/// Largest weight: more bond is drawn no more often.
		#[pallet::constant]
		type WeightCap: Get<u64>;

		/// Blocks of an era. Changes of the pool take effect in the second era after the one that
		/// they are made in, hence after more than this many blocks. Longer than any ticket waits for
		/// its seed. It may be lowered, but never be raised, by an upgrade.
		#[pallet::constant]
		type JoinDelay: Get<BlockNumber>;

		/// Blocks after which a ticket has expired if its seed is not known.
		type SeedSpan: Get<BlockNumber>;

		/// Blocks that unbonding takes.
		#[pallet::constant]
		type UnbondingPeriod: Get<BlockNumber>;

		/// Stake of a member for each unit of its wage.
		#[pallet::constant]
		type StakeFactor: Get<u32>;

		/// Least stake of a member.
		#[pallet::constant]
		type MinStake: Get<Balance>;

		/// Share of the stake that a vote against the final ruling costs.
		#[pallet::constant]
		type AgainstPenalty: Get<Permill>;

		/// Share of the stake that not sealing costs.
		#[pallet::constant]
		type SilentPenalty: Get<Permill>;

		/// Share of the stake that not revealing costs, or revealing too early.
		#[pallet::constant]
		type WithheldPenalty: Get<Permill>;

		/// Least share of slashes and lost appeal bonds that is burnt.
		#[pallet::constant]
		type BurnShare: Get<Permill>;

		/// Share of its penalty that whoever opens a seal too early is paid.
		#[pallet::constant]
		type DenounceShare: Get<Permill>;

		/// Wages that a case has to bring beside those of the first round. They pay later rounds where
		/// nobody can be blamed, and go back otherwise.
		#[pallet::constant]
		type ReserveWages: Get<u32>;

		/// VRF outputs folded into the seed of a committee.
		#[pallet::constant]
		type BeaconWindow: Get<u8>;

		/// Distinct block authors that a seed needs.
		#[pallet::constant]
		type BeaconAuthors: Get<u8>;

		/// Fewest seats with which a round is held.
		#[pallet::constant]
		type MinSeats: Get<u32>;

		/// Blocks that a round waits for its seed, renewed tickets included.
		#[pallet::constant]
		type SeedBlocks: Get<BlockNumber>;

		/// Least blocks for running and sealing; the time that the task was granted where it is more.
		#[pallet::constant]
		type MinSealBlocks: Get<BlockNumber>;

		/// Least blocks for revealing; a quarter of the task's time where it is more.
		#[pallet::constant]
		type MinRevealBlocks: Get<BlockNumber>;

		/// Blocks in which a verdict may be appealed, and an agreed result be challenged, beside the
		/// time that the task was granted: there must be time to run it again.
		#[pallet::constant]
		type AppealBlocks: Get<BlockNumber>;

		/// Blocks for which a closed case is kept.
		#[pallet::constant]
		type RetainBlocks: Get<BlockNumber>;

		/// Most committees that are drawn at the start of one block.
		#[pallet::constant]
		type DrawsPerBlock: Get<u32>;

		/// Weight of telling a ruling.
		type VerdictWeight: Get<Weight>;

		/// Measured weights.
		type WeightInfo: WeightInfo;

		/// Puts the rest of the chain into the state that a benchmark needs.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper;
	}

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

	/// What open and closed cases are about. Removed by `prune`.
	#[pallet::storage]
	pub type Briefs<T: Config> = StorageMap<_, Twox64Concat, CaseId, Brief>;

	/// Open and closed cases. Removed by `prune`.
	#[pallet::storage]
	pub type Cases<T: Config> = StorageMap<_, Twox64Concat, CaseId, Case>;

	/// Rounds of cases. Removed by `prune`.
	#[pallet::storage]
	pub type Rounds<T: Config> = StorageDoubleMap<_, Twox64Concat, CaseId, Twox64Concat, u8, Round>;

	/// Cases that are not closed, by their task. Removed when they are.
	#[pallet::storage]
	pub type Open<T: Config> = CountedStorageMap<_, Twox64Concat, TaskId, CaseId>;

	/// Where the next idle block goes on looking at open cases.
	#[pallet::storage]
	pub type Cursor<T: Config> = StorageValue<_, TaskId, OptionQuery>;

	/// Number of the next case.
	#[pallet::storage]
	pub type NextCase<T: Config> = StorageValue<_, CaseId, ValueQuery>;

	/// Rounds that wait for their draw and the blocks of their tickets, in the order of these.
	/// Positions count up for ever.
	#[pallet::storage]
	pub type Waiting<T: Config> = StorageMap<_, Twox64Concat, u64, (CaseId, u8, BlockNumber)>;

	/// First position of [`Waiting`] that is taken, and the first one after it that is free.
	#[pallet::storage]
	pub type WaitingRange<T: Config> = StorageValue<_, (u64, u64), ValueQuery>;

	/// Closed cases in the order of their end, for pruning.
	#[pallet::storage]
	pub type PruneQueue<T: Config> = StorageMap<_, Twox64Concat, u64, CaseId>;

	/// First position of [`PruneQueue`] that is taken, and the first one after it that is free.
	#[pallet::storage]
	pub type PruneRange<T: Config> = StorageValue<_, (u64, u64), ValueQuery>;

	/// Money of all open cases: their funds and penalties. In the pallet's account.
	#[pallet::storage]
	pub type Escrowed<T: Config> = StorageValue<_, Balance, ValueQuery>;

	/// Mediators of the first block. They can be drawn at once.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Stash, operator and bond of each. Operators have accepted.
		pub mediators: alloc::vec::Vec<(AccountId, AccountId, Balance)>,
		/// Cases at a time of each.
		pub capacity: u16,
		/// Nothing else.
		#[serde(skip)]
		pub _config: core::marker::PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			Pallet::<T>::build_genesis(&self.mediators, self.capacity);
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A mediator was registered. It can be drawn once its operator has accepted, two eras on.
		Registered {
			/// Stash.
			mediator: AccountId,
			/// Operator that was named.
			operator: AccountId,
			/// Amount on hold.
			bond: Balance,
		},
		/// An operator accepted to sign for a mediator.
		OperatorAccepted {
			/// Stash.
			mediator: AccountId,
			/// Operator.
			operator: AccountId,
		},
		/// An operator no longer signs for a mediator.
		OperatorRemoved {
			/// Stash.
			mediator: AccountId,
			/// Former operator.
			operator: AccountId,
		},
		/// A mediator named another operator.
		OperatorNamed {
			/// Stash.
			mediator: AccountId,
			/// Operator that was named.
			operator: AccountId,
		},
		/// A mediator will be drawn with another weight.
		WeightChanged {
			/// Stash.
			mediator: AccountId,
			/// Weight.
			weight: u64,
			/// First era with it.
			era: u32,
		},
		/// A mediator will take on something else.
		TermsChanged {
			/// Stash.
			mediator: AccountId,
			/// What.
			terms: MediatorTerms,
			/// First era with it.
			era: u32,
		},
		/// More was put on hold.
		BondIncreased {
			/// Stash.
			mediator: AccountId,
			/// By how much.
			amount: Balance,
			/// Bond since then.
			bond: Balance,
		},
		/// A part of a bond began to leave.
		Unbonded {
			/// Stash.
			mediator: AccountId,
			/// All that is on its way out.
			amount: Balance,
			/// First block in which it can be withdrawn.
			at: BlockNumber,
		},
		/// A part of a bond was given back.
		Withdrawn {
			/// Stash.
			mediator: AccountId,
			/// How much.
			amount: Balance,
			/// Bond since then.
			bond: Balance,
		},
		/// A mediator began to leave.
		Leaving {
			/// Stash.
			mediator: AccountId,
			/// First block in which it may be gone.
			at: BlockNumber,
		},
		/// A mediator that was leaving is gone.
		Removed {
			/// Stash.
			mediator: AccountId,
		},
		/// A case was opened; its money has arrived.
		CaseOpened {
			/// Number of the case.
			case: CaseId,
			/// The task in dispute.
			task: TaskId,
			/// Why.
			reason: CaseReason,
			/// What each seat earns.
			wage: Balance,
			/// What each member has at risk.
			stake: Balance,
		},
		/// A round waits for its seed.
		RoundOpened {
			/// The case.
			case: CaseId,
			/// The round, from 0.
			round: u8,
			/// Era of the pool that it is drawn from.
			era: u32,
		},
		/// A committee was drawn; it has to seal until the block.
		CommitteeDrawn {
			/// The case.
			case: CaseId,
			/// The round.
			round: u8,
			/// Who was drawn, in order.
			members: alloc::vec::Vec<AccountId>,
			/// First block in which sealing is too late.
			until: BlockNumber,
		},
		/// A mediator was drawn, but is full, does not serve the profile, or has too little bond left.
		MediatorSkipped {
			/// The case.
			case: CaseId,
			/// Who.
			mediator: AccountId,
		},
		/// Silent members were replaced; the new ones have to seal until the block.
		MembersReplaced {
			/// The case.
			case: CaseId,
			/// Who takes their places.
			members: alloc::vec::Vec<AccountId>,
			/// First block in which sealing is too late.
			until: BlockNumber,
		},
		/// A round is not held: too few mediators, or no seed in time.
		RoundNotHeld {
			/// The case.
			case: CaseId,
			/// The round.
			round: u8,
		},
		/// A member handed in its seal.
		Sealed {
			/// The case.
			case: CaseId,
			/// Who.
			mediator: AccountId,
		},
		/// Members have to reveal until the block.
		RevealingStarted {
			/// The case.
			case: CaseId,
			/// First block in which revealing is too late.
			until: BlockNumber,
		},
		/// A member said what it found.
		Revealed {
			/// The case.
			case: CaseId,
			/// Who.
			mediator: AccountId,
			/// What.
			digest: Digest,
		},
		/// Somebody opened a member's seal before it was time.
		SealDenounced {
			/// The case.
			case: CaseId,
			/// Whose seal.
			mediator: AccountId,
			/// Who opened it.
			by: AccountId,
			/// What he was paid.
			reward: Balance,
		},
		/// Members of one committee found different outcomes of one task. Somebody lies, or an
		/// executor does not follow the profile.
		CommitteeSplit {
			/// The case.
			case: CaseId,
			/// The round.
			round: u8,
			/// The module that was run.
			module: Hash,
		},
		/// A round has a verdict. It may be appealed until the block.
		VerdictReached {
			/// The case.
			case: CaseId,
			/// The round.
			round: u8,
			/// The verdict.
			digest: Digest,
			/// First block in which an appeal is too late.
			until: BlockNumber,
		},
		/// A verdict was appealed.
		Appealed {
			/// The case.
			case: CaseId,
			/// By whom.
			by: AccountId,
			/// What was put on hold.
			bond: Balance,
		},
		/// No further round can be held; the court may rule until the block.
		CourtAwaited {
			/// The case.
			case: CaseId,
			/// What stands where it does not.
			standing: Option<Digest>,
			/// First block in which the case can be closed.
			until: BlockNumber,
		},
		/// A case is decided for good.
		CaseClosed {
			/// The case.
			case: CaseId,
			/// Its task.
			task: TaskId,
			/// The true digest, where one could be established.
			truth: Option<Digest>,
			/// Whether the court said so.
			by_court: bool,
			/// What the case cost of its funds.
			spent: Balance,
		},
		/// Money of a case was paid.
		Paid {
			/// The case.
			case: CaseId,
			/// To whom.
			to: AccountId,
			/// How much.
			amount: Balance,
			/// For what.
			reason: PayReason,
		},
		/// A mediator lost a part of its stake.
		Slashed {
			/// The case.
			case: CaseId,
			/// Who.
			mediator: AccountId,
			/// How much.
			amount: Balance,
			/// The part of it that was burnt.
			burnt: Balance,
			/// For what.
			reason: SlashReason,
		},
		/// The bond of an appeal was given back.
		AppealBondReturned {
			/// The case.
			case: CaseId,
			/// To whom.
			to: AccountId,
			/// How much.
			amount: Balance,
		},
		/// The bond of an appeal is lost.
		AppealBondLost {
			/// The case.
			case: CaseId,
			/// Who lost it.
			by: AccountId,
			/// How much.
			amount: Balance,
			/// The part of it that was burnt.
			burnt: Balance,
		},
		/// What was left of a case's money, and nobody could be paid, was burnt.
		RemainderBurnt {
			/// The case.
			case: CaseId,
			/// How much.
			amount: Balance,
		},
		/// Whoever opened the case did not take its ruling.
		RulingNotTaken {
			/// The case.
			case: CaseId,
			/// Why.
			error: DispatchError,
		},
		/// A closed case was removed.
		CasePruned {
			/// The case.
			case: CaseId,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The account is not registered as a mediator. Register first.
		MediatorNotFound,
		/// The account is registered already. A mediator that is leaving can register again when it
		/// is gone.
		AlreadyRegistered,
		/// The mediator is leaving.
		MediatorLeaving,
		/// The pool is full. Wait until somebody leaves.
		PoolFull,
		/// The key signs for another mediator. It has to resign there first.
		OperatorInUse,
		/// The key is itself registered as another mediator. Choose another key.
		OperatorIsStashOfAnother,
		/// The account signs as operator for another mediator. Resign there first.
		StashIsOperatorOfAnother,
		/// The mediator has not named the signer as its operator.
		OperatorNotNominated,
		/// The operator has accepted already.
		OperatorAlreadyAccepted,
		/// The signer is nobody's operator.
		NotOperator,
		/// The bond would fall below `MinBond`.
		BondBelowMinimum,
		/// The amount is zero.
		AmountIsZero,
		/// Nothing can be withdrawn yet.
		NothingToWithdraw,
		/// The mediator sits in open cases. Wait until they are closed.
		StakeLocked,
		/// The capacity is zero or more than `MAX_CAPACITY`.
		CapacityOutOfRange,
		/// No profiles are declared.
		NoProfiles,
		/// A profile is declared twice.
		DuplicateProfile,
		/// Where keys of private inputs are handed over has no key or no address. Name both, or neither.
		InboxIncomplete,
		/// An earlier change of terms has not taken effect for a whole era. Wait for that.
		ChangePending,
		/// There is no such case, or it was removed.
		CaseNotFound,
		/// The case is not in the phase that the call is for.
		WrongPhase,
		/// The deadline has passed.
		DeadlinePassed,
		/// The mediator is not a member of the present committee.
		NotMember,
		/// The member has sealed already.
		AlreadySealed,
		/// The member has not sealed, has been denounced, or has revealed already.
		NothingSealed,
		/// Digest and salt don't open the seal of this mediator in this case and round.
		SealMismatch,
		/// Nobody can denounce his own seal.
		SelfDenouncement,
		/// No deadline has passed and nothing is known that the case waits for.
		NothingToDo,
		/// The case is not closed, or is kept longer.
		RetentionNotElapsed,
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Bond of a mediator, from `register` and `bond_more`.
		#[codec(index = 0)]
		Bond,
		/// Bond of an appeal, from `appeal`.
		#[codec(index = 1)]
		AppealBond,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		// Before the first transaction, so that none can come between a seed and its draw.
		fn on_poll(_: BlockNumberFor<T>, meter: &mut WeightMeter) {
			Self::draw_due(meter);
		}

		fn on_idle(_: BlockNumberFor<T>, left: Weight) -> Weight {
			let mut meter = WeightMeter::with_limit(left);
			Self::sweep(&mut meter);
			Self::prune_due(&mut meter);
			meter.consumed()
		}

		fn integrity_test() {
			assert!(T::WeightUnit::get() > 0 && T::WeightCap::get() > 0, "nobody could be drawn");
			assert!(T::MinBond::get() >= T::WeightUnit::get(), "the least bond gives no weight");
			assert!(T::MinStake::get() <= T::MinBond::get(), "the least bond covers no seat");
			let longest = T::SeedSpan::get().saturating_add(DRAW_SLACK);
			assert!(T::JoinDelay::get() > longest, "the pool could change under a draw");
			assert!(
				T::SeedBlocks::get() >= T::SeedSpan::get(),
				"a round would not wait for a seed"
			);
			let seats = T::MinSeats::get();
			assert!(seats > 0 && seats <= ROUNDS[0], "the first round could never be held");
			assert!(T::UnbondingPeriod::get() > 0, "without a delay nothing can be slashed");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight(<T as Config>::WeightInfo))]
	impl<T: Config> Pallet<T> {
		/// Registers the signer as a mediator.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the future stash.
		///
		/// ## Details
		///
		/// Puts `bond` on hold. Where the operator is the signer itself it signs at once; otherwise it
		/// has to call `accept_operator`. The mediator can be drawn from the second era after that.
		///
		/// ## Errors
		///
		/// * [`Error::AlreadyRegistered`], [`Error::BondBelowMinimum`], [`Error::PoolFull`], or too
		///   little money.
		/// * [`Error::CapacityOutOfRange`], [`Error::NoProfiles`], [`Error::DuplicateProfile`],
		///   [`Error::InboxIncomplete`].
		/// * [`Error::StashIsOperatorOfAnother`], [`Error::OperatorInUse`],
		///   [`Error::OperatorIsStashOfAnother`].
		///
		/// ## Events
		///
		/// [`Event::Registered`]; [`Event::OperatorAccepted`] and [`Event::WeightChanged`] for a stash
		/// that is its own operator.
		#[pallet::call_index(0)]
		pub fn register(
			origin: OriginFor<T>,
			operator: AccountId,
			terms: MediatorTerms,
			#[pallet::compact] bond: Balance,
		) -> DispatchResult {
			let stash = ensure_signed(origin)?;
			Self::do_register(stash, operator, terms, bond)
		}

		/// Accepts to sign for a mediator that has named the signer as its operator.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the operator.
		///
		/// ## Errors
		///
		/// * [`Error::MediatorNotFound`], [`Error::MediatorLeaving`].
		/// * [`Error::OperatorNotNominated`], [`Error::OperatorAlreadyAccepted`].
		/// * [`Error::OperatorInUse`], [`Error::OperatorIsStashOfAnother`].
		///
		/// ## Events
		///
		/// [`Event::OperatorAccepted`], [`Event::WeightChanged`].
		#[pallet::call_index(1)]
		pub fn accept_operator(origin: OriginFor<T>, stash: AccountId) -> DispatchResult {
			let operator = ensure_signed(origin)?;
			Self::do_accept_operator(operator, stash)
		}

		/// Stops signing for a mediator.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the operator.
		///
		/// ## Details
		///
		/// The mediator stays in its cases, and can still be drawn for up to two eras. Until another
		/// operator has accepted it is silent, and pays for that.
		///
		/// ## Errors
		///
		/// [`Error::NotOperator`].
		///
		/// ## Events
		///
		/// [`Event::OperatorRemoved`], [`Event::WeightChanged`].
		#[pallet::call_index(2)]
		pub fn resign_operator(origin: OriginFor<T>) -> DispatchResult {
			let operator = ensure_signed(origin)?;
			Self::do_resign_operator(operator)
		}

		/// Replaces the operator, at once.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the stash.
		///
		/// ## Details
		///
		/// The old key is worthless from this block on. Until the new one has accepted nobody signs.
		///
		/// ## Errors
		///
		/// [`Error::MediatorNotFound`], [`Error::MediatorLeaving`], [`Error::OperatorInUse`],
		/// [`Error::OperatorIsStashOfAnother`].
		///
		/// ## Events
		///
		/// [`Event::OperatorNamed`]; [`Event::OperatorRemoved`] where the old one had accepted.
		#[pallet::call_index(3)]
		pub fn set_operator(origin: OriginFor<T>, operator: AccountId) -> DispatchResult {
			let stash = ensure_signed(origin)?;
			Self::do_set_operator(stash, operator)
		}

		/// Changes what the mediator takes on, from the second era after this one.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the stash.
		///
		/// ## Errors
		///
		/// [`Error::MediatorNotFound`], [`Error::MediatorLeaving`], [`Error::ChangePending`],
		/// [`Error::CapacityOutOfRange`], [`Error::NoProfiles`], [`Error::DuplicateProfile`],
		/// [`Error::InboxIncomplete`].
		///
		/// ## Events
		///
		/// [`Event::TermsChanged`].
		#[pallet::call_index(4)]
		pub fn update(origin: OriginFor<T>, terms: MediatorTerms) -> DispatchResult {
			let stash = ensure_signed(origin)?;
			Self::do_update(stash, terms)
		}

		/// Adds to the bond.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the stash.
		///
		/// ## Errors
		///
		/// [`Error::MediatorNotFound`], [`Error::MediatorLeaving`], [`Error::AmountIsZero`], or too
		/// little money.
		///
		/// ## Events
		///
		/// [`Event::BondIncreased`], [`Event::WeightChanged`].
		#[pallet::call_index(5)]
		pub fn bond_more(
			origin: OriginFor<T>,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let stash = ensure_signed(origin)?;
			Self::do_bond_more(stash, amount)
		}

		/// Starts to take a part of the bond out.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the stash.
		///
		/// ## Details
		///
		/// It stays at risk until it is withdrawn. What was unbonding already joins it and waits anew.
		/// At least `MinBond` has to stay.
		///
		/// ## Errors
		///
		/// [`Error::MediatorNotFound`], [`Error::MediatorLeaving`], [`Error::AmountIsZero`],
		/// [`Error::BondBelowMinimum`].
		///
		/// ## Events
		///
		/// [`Event::Unbonded`], [`Event::WeightChanged`].
		#[pallet::call_index(6)]
		pub fn unbond(origin: OriginFor<T>, #[pallet::compact] amount: Balance) -> DispatchResult {
			let stash = ensure_signed(origin)?;
			Self::do_unbond(stash, amount)
		}

		/// Leaves the pool.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the stash.
		///
		/// ## Details
		///
		/// The mediator can still be drawn for up to two eras and stays in its cases. The bond can be
		/// withdrawn when unbonding is over and the last of them is closed.
		///
		/// ## Errors
		///
		/// [`Error::MediatorNotFound`], [`Error::MediatorLeaving`].
		///
		/// ## Events
		///
		/// [`Event::Leaving`], [`Event::WeightChanged`].
		#[pallet::call_index(7)]
		pub fn leave(origin: OriginFor<T>) -> DispatchResult {
			let stash = ensure_signed(origin)?;
			Self::do_leave(stash)
		}

		/// Gives back what has finished unbonding, or the whole bond of a mediator that has left.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the stash.
		///
		/// ## Errors
		///
		/// [`Error::MediatorNotFound`], [`Error::NothingToWithdraw`], [`Error::StakeLocked`].
		///
		/// ## Events
		///
		/// [`Event::Withdrawn`], [`Event::Removed`].
		#[pallet::call_index(8)]
		pub fn withdraw(origin: OriginFor<T>) -> DispatchResult {
			let stash = ensure_signed(origin)?;
			Self::do_withdraw(stash)
		}

		/// Hands in the seal of what the mediator found.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the operator of a member of the present committee.
		///
		/// ## Details
		///
		/// The seal is that of [`seal_verdict`](assay_primitives::seal::seal_verdict). The last one
		/// starts revealing.
		///
		/// ## Errors
		///
		/// [`Error::NotOperator`], [`Error::CaseNotFound`], [`Error::WrongPhase`],
		/// [`Error::DeadlinePassed`], [`Error::NotMember`], [`Error::AlreadySealed`].
		///
		/// ## Events
		///
		/// [`Event::Sealed`], [`Event::RevealingStarted`], [`Event::MembersReplaced`].
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::seal().saturating_add(T::WeightInfo::replace()))]
		pub fn seal(origin: OriginFor<T>, case: CaseId, seal: Hash) -> DispatchResultWithPostInfo {
			let operator = ensure_signed(origin)?;
			let more = Self::do_seal(operator, case, seal)?;
			Ok(Some(T::WeightInfo::seal().saturating_add(more)).into())
		}

		/// Opens the mediator's own seal.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the operator of a member of the present committee.
		///
		/// ## Details
		///
		/// The last one gives the round its verdict, or opens the next round.
		///
		/// ## Errors
		///
		/// [`Error::NotOperator`], [`Error::CaseNotFound`], [`Error::WrongPhase`],
		/// [`Error::DeadlinePassed`], [`Error::NotMember`], [`Error::NothingSealed`],
		/// [`Error::SealMismatch`].
		///
		/// ## Events
		///
		/// [`Event::Revealed`]; [`Event::CommitteeSplit`], [`Event::VerdictReached`],
		/// [`Event::RoundOpened`], [`Event::CourtAwaited`].
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::reveal().saturating_add(T::WeightInfo::open_round(MAX_EXCLUDED)))]
		pub fn reveal(
			origin: OriginFor<T>,
			case: CaseId,
			digest: Digest,
			salt: Salt,
		) -> DispatchResultWithPostInfo {
			let operator = ensure_signed(origin)?;
			let more = Self::do_reveal(operator, case, digest, salt)?;
			Ok(Some(T::WeightInfo::reveal().saturating_add(more)).into())
		}

		/// Opens another's seal before it is time.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone but the mediator and its operator.
		///
		/// ## Details
		///
		/// The vote is void, the mediator loses `WithheldPenalty` of its stake at once, and the signer
		/// gets `DenounceShare` of that. It ends with the deadline for sealing: from then on an opening
		/// may legally be on its way.
		///
		/// ## Errors
		///
		/// [`Error::CaseNotFound`], [`Error::WrongPhase`], [`Error::DeadlinePassed`],
		/// [`Error::NotMember`], [`Error::NothingSealed`], [`Error::SelfDenouncement`],
		/// [`Error::SealMismatch`].
		///
		/// ## Events
		///
		/// [`Event::SealDenounced`], [`Event::Slashed`], [`Event::Paid`].
		#[pallet::call_index(11)]
		#[pallet::weight(
			T::WeightInfo::denounce().saturating_add(
				// Where nobody else has sealed and no reserves are left, the next round is opened.
				T::WeightInfo::replace().max(T::WeightInfo::open_round(MAX_EXCLUDED)),
			)
		)]
		pub fn denounce(
			origin: OriginFor<T>,
			case: CaseId,
			mediator: AccountId,
			digest: Digest,
			salt: Salt,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let more = Self::do_denounce(who, case, mediator, digest, salt)?;
			Ok(Some(T::WeightInfo::denounce().saturating_add(more)).into())
		}

		/// Appeals against the verdict of a round: a larger committee is drawn.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone.
		///
		/// ## Details
		///
		/// Puts twice the wages of that committee on hold. They are given back with a reward when the
		/// case ends otherwise than the verdict said, given back when it ends undecided or the
		/// committee could not be drawn, and lost when the verdict is confirmed.
		///
		/// ## Errors
		///
		/// [`Error::CaseNotFound`], [`Error::WrongPhase`], [`Error::DeadlinePassed`], or too little
		/// money.
		///
		/// ## Events
		///
		/// [`Event::Appealed`], [`Event::RoundOpened`].
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::appeal().saturating_add(T::WeightInfo::open_round(MAX_EXCLUDED)))]
		pub fn appeal(origin: OriginFor<T>, case: CaseId) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let more = Self::do_appeal(who, case)?;
			Ok(Some(T::WeightInfo::appeal().saturating_add(more)).into())
		}

		/// Applies whatever deadline of a case has passed, or draws its committee.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone.
		///
		/// ## Details
		///
		/// Blocks do the same by themselves where they have time left.
		///
		/// ## Errors
		///
		/// [`Error::CaseNotFound`], [`Error::NothingToDo`].
		///
		/// ## Events
		///
		/// Those of the step that is made.
		#[pallet::call_index(13)]
		#[pallet::weight(Pallet::<T>::worst_poke())]
		pub fn poke(origin: OriginFor<T>, case: CaseId) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			Ok(Some(Self::do_poke(case)?).into())
		}

		/// Removes a closed case from the state.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone.
		///
		/// ## Errors
		///
		/// [`Error::CaseNotFound`], [`Error::RetentionNotElapsed`].
		///
		/// ## Events
		///
		/// [`Event::CasePruned`].
		#[pallet::call_index(14)]
		pub fn prune(origin: OriginFor<T>, case: CaseId) -> DispatchResult {
			ensure_signed(origin)?;
			Ok(Self::do_prune(case)?)
		}
	}

	#[pallet::extra_constants]
	impl<T: Config> Pallet<T> {
		/// Account that the money of cases is in.
		#[pallet::constant_name(PotAccount)]
		fn pot_account() -> AccountId {
			Self::pot()
		}

		/// Most members of all rounds of a case.
		#[pallet::constant_name(MaxMembers)]
		fn max_members() -> u32 {
			MAX_JUDGED
		}
	}
}
