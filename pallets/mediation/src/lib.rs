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
//! - **Case**: a dispute over one task. Its **terms**: what it is about, which never changes.
//! - **Round**: one committee of a case: 3, 7, 15 or 31 **seats**.
//! - **Stake**: what a member has at risk from its draw until the end of the case.
//! - **Wage**: what a seat earns whose vote agrees with the end.
//!
//! ### Lifecycle of a case
//!
//! | phase | left by | to |
//! |---|---|---|
//! | `Queued` | the start of a block in which it is its turn and two thirds of the pool can sit, or `poke` then | `AwaitingSeed` |
//! | `AwaitingSeed` | less than two thirds of the pool, or of the named set, can sit at the draw | `Queued`, before others |
//! | `AwaitingSeed` | the start of the block in which the seed is known, or `poke` | `Sealing` |
//! | `AwaitingSeed` | too few mediators, or `until` | `Court` |
//! | `Sealing` | the last `seal`, or `poke` from `until` on | `Sealing` of replacements, `Revealing`, or evaluation where nobody sealed |
//! | `Revealing` | the last `reveal`, or `poke` from `until` on | evaluation |
//! | evaluation | round 1 unanimous, or a later round with a majority of its seats | `AppealWindow` |
//! | evaluation | otherwise, and a round is left | `AwaitingSeed`, next round |
//! | evaluation | last round | `Court` |
//! | `AppealWindow` | `appeal` | `AwaitingSeed`, next round |
//! | `AppealWindow`, `Court` | `poke` from `until` on | `Closed` |
//! | any but `Closed` and `Ruled` | the court's ruling | `Ruled` where somebody has a seal to open, else `Closed` |
//! | `Ruled` | `poke` from `until` on, or when all have revealed | `Closed` |
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
//! - **How much of the pool takes a task** is counted by sizes and wages whenever a mediator changes, so that a
//!   match can refuse what nobody could judge at the cost of three reads.
//! - **A draw of n out of N costs O(n log N).** The pool is a tree of sums with sixteen children per
//!   page. Descending it gives exactly what
//!   [`weighted`](assay_primitives::draw::weighted) gives for the flat list, so anyone can repeat a
//!   draw with that function.
//! - **Who is drawn can't get away.** Withdrawn operators, unbonding and leaving leave a drawn member
//!   in its seat, with its stake.
//! - **Silence costs only who could act.** A seat is given to nobody whose declared speed, limits or wage
//!   the case is beyond; time for sealing follows from the gas limit; and who does not seal loses a part of
//!   its stake only where the chain promised all content of the task for all of that time.
//! - **Nobody is paid for what others could not do.** Who has the court rule gets a part of what votes
//!   against the truth cost, and nothing of what silence did; parties to the case get nothing at all.
//! - **A place is free when its member has done its part**, whatever becomes of the case. Its stake is not.
//! - **Money** of a case is in the pallet's account. Funds, penalties and lost appeal bonds of all
//!   open cases and the existential deposit are never more than its balance; each case pays out of
//!   its own part only.
//! - **Every phase has a deadline and there are finitely many phases**, so every case ends.
//! - Shares are rounded down; what is left over is burnt. At least the burnt share of every slash and
//!   lost bond is burnt, so nobody gets back what he loses through other accounts.
//!
//! The design and its limits are argued in `docs/adr/0013-mediation.md`.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub use bonds::MediatorBonds;
pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

mod arbiter;
mod bonds;
mod config;
mod dispatchable_impls;
mod errors;
mod events;
mod funds;
mod lines;
mod pool;
mod queue;
mod registration;
mod rounds;
mod settlement;
mod storage;
mod takers;
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

use assay_primitives::bond::BondFault;
use assay_primitives::{AccountId, Balance, BlockNumber, Hash};
use polkadot_sdk::{
	frame_support::{self, pallet_macros::import_section},
	frame_system, sp_runtime,
};

/// What benchmarks need of the rest of the chain.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper {
	/// Goes on to the first block in which the seed of a ticket is known.
	fn reveal_seed(ticket: &assay_primitives::beacon::Ticket);
}

#[import_section(config::config)]
#[import_section(errors::errors)]
#[import_section(events::events)]
#[import_section(storage::storage)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use assay_primitives::{
		case::{Case, CaseTerms, CourtBill, MediatorTerms, ROUNDS, Round, Subject},
		outcome::Digest,
		seal::Salt,
		traits::{Beacon, CaseId, CaseReason, Contents, CourtFees, Economy, Verdicts},
	};
	use assay_shared::queue;
	use frame_support::{
		PalletId,
		dispatch::DispatchResultWithPostInfo,
		pallet_prelude::*,
		traits::fungible::{Inspect, Mutate, MutateHold},
		weights::WeightMeter,
	};
	use frame_system::pallet_prelude::*;
	use pallet_bonds::Reason;
	use sp_runtime::traits::BlockNumberProvider;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

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
			Self::admit_due(meter);
			Self::admit_aside(meter);
			Self::admit_named(meter);
		}

		fn on_runtime_upgrade() -> Weight {
			Self::begin_to_learn()
		}

		fn on_idle(_: BlockNumberFor<T>, left: Weight) -> Weight {
			let mut meter = WeightMeter::with_limit(left);
			Self::learn(&mut meter);
			Self::sweep(&mut meter);
			Self::prune_due(&mut meter);
			meter.consumed()
		}

		fn integrity_test() {
			assert!(T::WeightUnit::get() > 0 && T::WeightCap::get() > 0, "nobody could be drawn");
			assert!(T::MinBond::get() >= T::WeightUnit::get(), "the least bond gives no weight");
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
		/// * [`BondFault::AlreadyRegistered`], [`BondFault::BelowMinimum`], [`Error::PoolFull`], or too
		///   little money.
		/// * [`Error::CapacityOutOfRange`], [`Error::NoProfiles`], [`Error::DuplicateProfile`],
		///   [`Error::InboxIncomplete`].
		/// * [`BondFault::StashIsOperator`], [`BondFault::OperatorInUse`],
		///   [`BondFault::OperatorIsStash`].
		///
		/// ## Events
		///
		/// [`Event::Registered`]; [`Event::OperatorAccepted`] and [`Event::WeightChanged`] for a stash
		/// that is its own operator.
		#[pallet::call_index(0)]
		#[pallet::weight(Pallet::<T>::recounted(T::WeightInfo::register()))]
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
		/// * [`BondFault::NotRegistered`], [`BondFault::Leaving`].
		/// * [`BondFault::OperatorNotNamed`], [`BondFault::AlreadyAccepted`].
		/// * [`BondFault::OperatorInUse`], [`BondFault::OperatorIsStash`].
		///
		/// ## Events
		///
		/// [`Event::OperatorAccepted`], [`Event::WeightChanged`].
		#[pallet::call_index(1)]
		#[pallet::weight(Pallet::<T>::recounted(T::WeightInfo::accept_operator()))]
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
		/// [`BondFault::NotOperator`].
		///
		/// ## Events
		///
		/// [`Event::OperatorRemoved`], [`Event::WeightChanged`].
		#[pallet::call_index(2)]
		#[pallet::weight(Pallet::<T>::recounted(T::WeightInfo::resign_operator()))]
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
		/// [`BondFault::NotRegistered`], [`BondFault::Leaving`], [`BondFault::OperatorInUse`],
		/// [`BondFault::OperatorIsStash`].
		///
		/// ## Events
		///
		/// [`Event::OperatorNamed`]; [`Event::OperatorRemoved`] where the old one had accepted.
		#[pallet::call_index(3)]
		#[pallet::weight(Pallet::<T>::recounted(T::WeightInfo::set_operator()))]
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
		/// [`BondFault::NotRegistered`], [`BondFault::Leaving`], [`Error::ChangePending`],
		/// [`Error::CapacityOutOfRange`], [`Error::NoProfiles`], [`Error::DuplicateProfile`],
		/// [`Error::InboxIncomplete`].
		///
		/// ## Events
		///
		/// [`Event::TermsChanged`].
		#[pallet::call_index(4)]
		#[pallet::weight(Pallet::<T>::recounted(T::WeightInfo::update()))]
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
		/// [`BondFault::NotRegistered`], [`BondFault::Leaving`], [`BondFault::ZeroAmount`], or too
		/// little money.
		///
		/// ## Events
		///
		/// [`Event::BondIncreased`], [`Event::WeightChanged`].
		#[pallet::call_index(5)]
		#[pallet::weight(Pallet::<T>::recounted(T::WeightInfo::bond_more()))]
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
		/// It stays at risk until it is withdrawn, and keeps its time whatever is unbonded later. At least
		/// `MinBond` has to stay.
		///
		/// ## Errors
		///
		/// [`BondFault::NotRegistered`], [`BondFault::Leaving`], [`BondFault::ZeroAmount`],
		/// [`BondFault::BelowMinimum`], [`BondFault::TooManyUnbondings`].
		///
		/// ## Events
		///
		/// [`Event::Unbonded`], [`Event::WeightChanged`].
		#[pallet::call_index(6)]
		#[pallet::weight(Pallet::<T>::recounted(T::WeightInfo::unbond()))]
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
		/// The mediator can still be drawn for up to two eras and stays in its cases. What of its bond has not
		/// begun to leave does so now, and can be withdrawn when unbonding is over and the last of them is
		/// closed.
		///
		/// ## Errors
		///
		/// [`BondFault::NotRegistered`], [`BondFault::Leaving`].
		///
		/// ## Events
		///
		/// [`Event::Left`], [`Event::WeightChanged`].
		#[pallet::call_index(7)]
		#[pallet::weight(Pallet::<T>::recounted(T::WeightInfo::leave()))]
		pub fn leave(origin: OriginFor<T>) -> DispatchResult {
			let stash = ensure_signed(origin)?;
			Self::do_leave(stash)
		}

		/// Gives back what has finished unbonding, and removes a mediator that has left.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the stash.
		///
		/// ## Errors
		///
		/// [`BondFault::NotRegistered`], [`BondFault::NothingToWithdraw`], [`BondFault::StakeLocked`].
		///
		/// ## Events
		///
		/// [`Event::Withdrawn`], [`Event::Removed`].
		#[pallet::call_index(8)]
		#[pallet::weight(Pallet::<T>::recounted(T::WeightInfo::withdraw()))]
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
		/// starts revealing. It tells nobody what it is of, so the call names the task and the round.
		///
		/// ## Errors
		///
		/// [`BondFault::NotOperator`], [`Error::CaseNotFound`], [`Error::CaseMismatch`], [`Error::WrongPhase`],
		/// [`Error::DeadlinePassed`], [`Error::NotMember`], [`Error::AlreadySealed`].
		///
		/// ## Events
		///
		/// [`Event::Sealed`], [`Event::RevealingStarted`], [`Event::MembersReplaced`].
		#[pallet::call_index(9)]
		#[pallet::weight((
			T::WeightInfo::seal().saturating_add(Pallet::<T>::replace_weight()),
			DispatchClass::Operational
		))]
		pub fn seal(
			origin: OriginFor<T>,
			case: CaseId,
			task_hash: Hash,
			round: u8,
			seal: Hash,
		) -> DispatchResultWithPostInfo {
			let operator = ensure_signed(origin)?;
			let more = Self::do_seal(operator, case, task_hash, round, seal)?;
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
		/// The last one gives the round its verdict, or opens the next round. After a ruling of the court it
		/// is how a seal that came before it is paid.
		///
		/// ## Errors
		///
		/// [`BondFault::NotOperator`], [`Error::CaseNotFound`], [`Error::WrongPhase`],
		/// [`Error::DeadlinePassed`], [`Error::NotMember`], [`Error::NothingSealed`],
		/// [`Error::SealMismatch`].
		///
		/// ## Events
		///
		/// [`Event::Revealed`]; [`Event::CommitteeSplit`], [`Event::VerdictReached`],
		/// [`Event::RoundOpened`], [`Event::CourtAwaited`].
		#[pallet::call_index(10)]
		#[pallet::weight((
			Pallet::<T>::reveal_weight().saturating_add(Pallet::<T>::worst_open()),
			DispatchClass::Operational
		))]
		pub fn reveal(
			origin: OriginFor<T>,
			case: CaseId,
			digest: Digest,
			salt: Salt,
		) -> DispatchResultWithPostInfo {
			let operator = ensure_signed(origin)?;
			let more = Self::do_reveal(operator, case, digest, salt)?;
			Ok(Some(Self::reveal_weight().saturating_add(more)).into())
		}

		/// Opens another's seal before it is time.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone but the mediator and its operator.
		///
		/// ## Details
		///
		/// The vote is void, the mediator loses as much of its stake at once as for not revealing, and the signer
		/// gets the denouncer's share of that. It ends with the deadline for sealing: from then on an opening
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
			Pallet::<T>::denounce_weight()
				.saturating_add(Pallet::<T>::replace_weight())
				// Where nobody else has sealed and no reserve can take its place.
				.saturating_add(Pallet::<T>::worst_open())
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
			Ok(Some(Self::denounce_weight().saturating_add(more)).into())
		}

		/// Appeals against the verdict `digest` of a round: a larger committee is drawn.
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
		/// [`Error::CaseNotFound`], [`Error::WrongPhase`], [`Error::DeadlinePassed`],
		/// [`Error::VerdictMismatch`], or too little money.
		///
		/// ## Events
		///
		/// [`Event::Appealed`], [`Event::RoundOpened`].
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::appeal().saturating_add(Pallet::<T>::worst_open()))]
		pub fn appeal(
			origin: OriginFor<T>,
			case: CaseId,
			digest: Digest,
			round: u8,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let more = Self::do_appeal(who, case, digest, round)?;
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
		/// [`Error::CaseNotFound`], [`Error::RetentionNotElapsed`], [`Error::RulingUntaken`].
		///
		/// ## Events
		///
		/// [`Event::CasePruned`].
		#[pallet::call_index(14)]
		pub fn prune(origin: OriginFor<T>, case: CaseId) -> DispatchResult {
			ensure_signed(origin)?;
			Ok(Self::do_prune(case)?)
		}

		/// Hands a ruling once more to whom its case belonged to, who has not taken it.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone.
		///
		/// ## Errors
		///
		/// [`Error::CaseNotFound`], [`Error::NothingToDo`], or why it is not taken this time either.
		///
		/// ## Events
		///
		/// [`Event::RulingTaken`].
		#[pallet::call_index(15)]
		#[pallet::weight(T::VerdictWeight::get().saturating_add(T::WeightInfo::prune()))]
		pub fn hand_over(origin: OriginFor<T>, case: CaseId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_hand_over(case)
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
