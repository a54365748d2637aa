//! The chain's only ledger: it locks the money of deals and settles their tasks.
//!
//! ## Pallet API
//!
//! See the [`pallet`] module for calls, storage, events, errors and configuration. Front ends open
//! deals through [`assay_primitives::traits::DealBook`], arbiters rule through
//! [`assay_primitives::traits::Verdicts`]; both are implemented by [`Pallet`].
//!
//! ## Overview
//!
//! A client buys the execution of a program from strangers. The chain draws some of the deal's
//! candidates, each of them runs the program alone and hands in a sealed digest of its outcome, and
//! when all are in they open their seals. If enough of them agree, they are paid out of money that
//! the client locked beforehand. Whoever was silent, or wrong as an arbiter has found, loses a stake that it locked.
//!
//! ### Terminology
//!
//! - **Candidate**: a provider that may be drawn, at its own price.
//! - **Replica**: one drawn provider's run of a task.
//! - **Wave**: replicas that run at the same time.
//! - **Seal**: commitment to a digest, bound to chain, task and provider.
//! - **Stake**: what a provider has at risk in a replica.
//! - **Escrow**: what the payer has locked for a task; it can never owe more.
//!
//! ### Lifecycle
//!
//! | state | left by | to |
//! |---|---|---|
//! | `Waiting` | the first `commit` or `decline`, or `poke`, once the seed is known | `Running` |
//! | `Waiting` | `poke` when there is no time left for a wave | `Failed(HardEnd)` |
//! | `Running` | the wave's last `commit` or `decline`, or `poke` from `until` on | `Revealing`, or evaluation where nobody sealed |
//! | `Running` | `decline` for want of content by two thirds of the drawn, three at least, while nobody has sealed | `Missing` |
//! | `Missing` | `refute`, or `commit` by one who has not declined, before `until` | `Running`, or evaluation |
//! | `Missing` | `poke` from `until` on | `Failed(ContentUnavailable)` |
//! | `Revealing` | the wave's last `reveal`, or `poke` from `until` on | evaluation |
//! | evaluation | enough equal digests, and no other | `Agreed` |
//! | evaluation | enough equal digests, and others | `Disputed` for that dissent, `Agreed` where no case can be opened |
//! | evaluation | too few, and somebody left to draw | `Running`, next wave |
//! | evaluation | too few, and nobody left | `Disputed`, or `Failed` |
//! | `Agreed` | at once without an arbiter, else `poke` from `until` on | `Settled`, or `Disputed` where it is drawn for an audit or somebody dissents |
//! | `Agreed` | `check`, `challenge` or `open_report` before `until` | `Disputed` |
//! | `Agreed` | `check` or `challenge` while too many cases wait | `Agreed`, and by the first `poke` when there is room `Disputed` |
//! | `Disputed` | the arbiter's verdict | `Settled` or `Failed` |
//!
//! A call is admitted while `now < until`; from `now = until` on the opposite call is.
//!
//! ## Low Level / Implementation Details
//!
//! - Money moves in `escrow.rs` and through [`Stakes`](assay_primitives::traits::Stakes) only, and
//!   every movement has one event with its reason. A payee that can't receive never blocks the
//!   others: what was meant for it stays with the payer.
//! - Tasks over a list of inputs share one seed, from which each is drawn by its own number. Such a task
//!   takes no state and locks no stake until the first `commit`, `decline` or `poke` draws it.
//! - Shares are rounded down, against the one who gains; what is left of a slash is burnt.
//! - A winner gets no more out of all slashes of a task than it earned by its own run, unless an arbiter
//!   has found that it told the truth.
//! - No sequence of calls leaves a task open for good: no wave starts that can't end before the
//!   deal's hard end, and each deadline can be applied by anyone for free (`poke`).
//! - Whoever is slashed can get back less than it lost, through any number of other accounts,
//!   because a part of every slash is burnt.
//! - The deals of an account are found without those of others: single tasks and bags stand under their
//!   client, and what a provider has slots in use for is in its own record. Only a bag has a list of its
//!   candidates beside, since no record of theirs is written when it opens
//!   (`docs/adr/0029-lists-of-an-account.md`).
//! - Deals are numbered in order, so on another fork a number may be another deal's. Whatever is signed
//!   for a task or for its result therefore names the hash of that, and is refused for another.
//! - The design and its limits are argued in `docs/adr/0005-deals.md`.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

use assay_primitives::{apply, order::Refusal, shown};
pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

mod callbacks;
mod config;
mod consensus;
mod deal_book;
mod dispatchable_impls;
mod disputes;
mod draw;
mod errors;
mod escrow;
mod events;
mod missing;
mod reservations;
mod settlement;
mod storage;
mod tick_impls;
mod try_state;
mod types;
mod views;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

use polkadot_sdk::{frame_support::pallet_macros::import_section, *};

assay_shared::nest! { Refused(Refusal) }

#[import_section(config::config)]
#[import_section(errors::errors)]
#[import_section(events::events)]
#[import_section(storage::storage)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use assay_primitives::{
		AccountId, Balance, BlockNumber, Hash,
		deal::{Deal, EndedTask, Exhibits, FailCause, Instance, Opening, Task, Via},
		excuse::Excuse,
		outcome::{Class, Digest, Outcome},
		policy::MAX_CANDIDATES,
		profile::{Profile, ProfileId},
		seal::{Salt, Seal},
		task::{DealId, TaskId},
		traits::{
			Arbiter, Beacon, Capacity, CaseId, CaseReason, Contents, Economy, Exposures,
			Publishers, Reputations, Stakes,
		},
	};
	use assay_shared::{queue::Queue, reasons::Reason};
	use frame_support::{
		PalletError,
		dispatch::{DispatchResultWithPostInfo, GetDispatchInfo, PostDispatchInfo},
		pallet_prelude::*,
		traits::{
			EnsureOrigin,
			fungible::{Inspect, Mutate, MutateHold},
		},
		weights::WeightMeter,
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::traits::{BlockNumberProvider, Dispatchable};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Accepts every profile that the runtime knows, and opens the account that audits are paid from.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Nothing is configurable.
		#[serde(skip)]
		pub _config: core::marker::PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			for profile in Profile::ALL {
				Profiles::<T>::insert(profile.id(), ProfileStatus::Active);
			}
			// A tax is less than an account must have, so none would ever arrive in an empty one.
			let (fund, minimum) = (T::AuditFund::get(), T::Currency::minimum_balance());
			if T::Currency::balance(&fund) < minimum {
				T::Currency::mint_into(&fund, minimum).expect("the issuance at genesis is small");
			}
		}
	}

	/// Broken assumptions.
	#[apply(shown)]
	#[derive(Copy, PalletError)]
	pub enum Unexpected {
		/// More replicas than fit.
		#[codec(index = 1)]
		ReplicasFull,
		/// A disputed task without the record of its case.
		#[codec(index = 2)]
		DisputeMissing,
	}

	/// Why money is held.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Pays for the work of a deal.
		#[codec(index = 0)]
		Escrow,
		/// Deposit for the state that a deal occupies.
		#[codec(index = 1)]
		StateDeposit,
		/// Bond of whoever challenges a result.
		#[codec(index = 2)]
		ChallengeBond,
		/// Rewards for sending a callback, and the deposit for its state.
		#[codec(index = 3)]
		Callback,
		/// What a front end has locked where there is no deal.
		#[codec(index = 4)]
		Reservation,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
			let mut meter = WeightMeter::with_limit(remaining);
			Self::prune_due(&mut meter);
			meter.consumed()
		}

		fn integrity_test() {
			Self::check_constants();
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight(<T as Config>::WeightInfo))]
	impl<T: Config> Pallet<T> {
		/// Hands in the seal of a replica.
		///
		/// ## Dispatch Origin
		///
		/// The operator key of a drawn provider.
		///
		/// ## Details
		///
		/// Draws the replicas first, where that is due. The last seal of a wave starts revealing.
		/// The seal binds chain, task, provider and digest, so a copy of it opens for nobody. It tells
		/// nobody what it is of, so the call says it: `task_hash` is that of the task that was run.
		///
		/// ## Errors
		///
		/// [`Error::NotOperator`], [`Error::TaskMismatch`], [`Error::NotDrawn`], [`Error::NotRunning`],
		/// [`Error::DeadlinePassed`], [`Error::ReplicaNotOpen`]; where the draw is not written yet
		/// [`Error::SeedNotKnown`], [`Error::TicketExpired`], [`Error::HardEndReached`].
		///
		/// ## Events
		///
		/// [`Event::Committed`], and those of the draw and of the wave's end.
		#[pallet::call_index(0)]
		#[pallet::weight((Pallet::<T>::worst_commit(), DispatchClass::Operational))]
		pub fn commit(
			origin: OriginFor<T>,
			task: TaskId,
			task_hash: Hash,
			seal: Seal,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let effort = Self::do_commit(&who, task, task_hash, seal)?;
			Ok(Some(Self::weight_of(T::WeightInfo::commit(), effort)).into())
		}

		/// Says that a drawn replica will not be delivered, and why.
		///
		/// ## Dispatch Origin
		///
		/// The operator key of a drawn provider.
		///
		/// ## Details
		///
		/// Costs nothing but a note in the record, and has somebody else drawn. When two thirds of the drawn,
		/// three at least, say that content, or the key to it, can't be had, and nobody has sealed, the content
		/// counts as missing unless the chain keeps it itself, or somebody shows it in time
		/// ([`Self::refute`]); if nobody does, the task fails, and those who said so are paid for the
		/// attempt. No other excuse is ever paid or counted. If somebody has sealed, the content can be had, and the task goes on.
		///
		/// ## Errors
		///
		/// As for [`Self::commit`].
		///
		/// ## Events
		///
		/// [`Event::ReplicaDeclined`], and those of the draw, the wave's end or the task's end.
		#[pallet::call_index(1)]
		#[pallet::weight(Pallet::<T>::worst_decline())]
		pub fn decline(
			origin: OriginFor<T>,
			task: TaskId,
			task_hash: Hash,
			excuse: Excuse,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let effort = Self::do_decline(&who, task, task_hash, excuse)?;
			Ok(Some(Self::weight_of(Self::decline_weight(), effort)).into())
		}

		/// Opens the seal of a replica.
		///
		/// ## Dispatch Origin
		///
		/// The operator key of the provider that sealed.
		///
		/// ## Details
		///
		/// Where the deadline for sealing has passed and nobody has applied it, this call does. The
		/// wave's last reveal evaluates it, which may settle the task at once. Sent before the reveal
		/// phase it is refused, but the opening is public then and anybody can [`Self::denounce`]
		/// with it.
		///
		/// ## Errors
		///
		/// [`Error::NotOperator`], [`Error::NotDrawn`], [`Error::NotRevealing`],
		/// [`Error::DeadlinePassed`], [`Error::ReplicaNotSealed`], [`Error::OutcomeOutOfBounds`],
		/// [`Error::SealMismatch`].
		///
		/// ## Events
		///
		/// [`Event::Revealed`], and those of the wave's end or the task's end.
		#[pallet::call_index(2)]
		#[pallet::weight((Pallet::<T>::worst_reveal(), DispatchClass::Operational))]
		pub fn reveal(
			origin: OriginFor<T>,
			task: TaskId,
			opening: Opening,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let effort = Self::do_reveal(&who, task, opening)?;
			Ok(Some(Self::weight_of(T::WeightInfo::reveal(), effort)).into())
		}

		/// Opens somebody else's seal before the reveal phase.
		///
		/// ## Dispatch Origin
		///
		/// Signed, by anyone but the provider's own two keys.
		///
		/// ## Details
		///
		/// Proves that the provider let its result be known while others could still copy it. It
		/// loses its stake at once: the denouncer's share of that goes to the signer, the rest is burnt.
		///
		/// ## Errors
		///
		/// [`Error::NotRunning`], [`Error::DeadlinePassed`], [`Error::NotDrawn`],
		/// [`Error::SelfDenouncement`], [`Error::ReplicaNotSealed`], [`Error::SealMismatch`].
		///
		/// ## Events
		///
		/// [`Event::ReplicaDenounced`], [`Event::ReplicaSlashed`], [`Event::SlashShared`].
		#[pallet::call_index(3)]
		#[pallet::weight(Pallet::<T>::denounce_weight())]
		pub fn denounce(
			origin: OriginFor<T>,
			task: TaskId,
			provider: AccountId,
			digest: Digest,
			salt: Salt,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_denounce(who, task, provider, digest, salt)
		}

		/// Applies whatever deadline of a task is due.
		///
		/// ## Dispatch Origin
		///
		/// Signed, by anyone. Free where it had an effect, but for a task that nobody was drawn for and that has no time
		/// left.
		///
		/// ## Details
		///
		/// Draws the replicas, ends a wave's sealing or revealing, settles an agreed task, takes a new
		/// ticket for an expired one, or fails a task for which there is no time left. Whoever ends a
		/// task gets a share of its slashes.
		///
		/// ## Errors
		///
		/// [`Error::NothingToDo`], [`Error::TaskNotFound`], [`Error::TaskEnded`].
		#[pallet::call_index(4)]
		#[pallet::weight(Pallet::<T>::worst_poke())]
		pub fn poke(origin: OriginFor<T>, task: TaskId) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let effort = Self::do_poke(who, task, &Folds::default())?;
			let pays = effort.pays();
			Ok((Some(Self::weight_of(Self::poke_weight(), effort)), pays).into())
		}

		/// Removes an ended task whose retention is over, and returns the deposit to its payer.
		///
		/// ## Dispatch Origin
		///
		/// Signed, by anyone. Free where it had an effect, but for a task that nobody was drawn for. Blocks with time left
		/// do the same.
		///
		/// ## Errors
		///
		/// [`Error::RetentionNotElapsed`], [`Error::TaskNotFound`].
		///
		/// ## Events
		///
		/// [`Event::TaskPruned`], [`Event::DepositReturned`].
		#[pallet::call_index(5)]
		#[pallet::weight(Pallet::<T>::prune_weight(MAX_CANDIDATES))]
		pub fn prune(origin: OriginFor<T>, task: TaskId) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let (weight, pays) = Self::do_prune(task)?;
			Ok((Some(weight), pays).into())
		}

		/// Several [`Self::commit`]s by the same operator.
		///
		/// ## Details
		///
		/// An item that fails has no effect, does not keep the others from theirs, and gives
		/// [`Event::ItemFailed`].
		#[pallet::call_index(6)]
		#[pallet::weight((
			Pallet::<T>::worst_commit().saturating_mul(items.len() as u64),
			DispatchClass::Operational
		))]
		pub fn commit_many(
			origin: OriginFor<T>,
			items: BoundedVec<(TaskId, Hash, Seal), ConstU32<MAX_BATCH>>,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let items = items.into_iter().map(|(task, hash, seal)| (task, (hash, seal)));
			let weight = Self::for_each(items, T::WeightInfo::commit(), 1, |task, (hash, seal)| {
				Self::do_commit(&who, task, hash, seal)
			});
			Ok(Some(weight).into())
		}

		/// Several [`Self::reveal`]s by the same operator, like [`Self::commit_many`].
		#[pallet::call_index(7)]
		#[pallet::weight((
			Pallet::<T>::worst_reveal().saturating_mul(items.len() as u64),
			DispatchClass::Operational
		))]
		pub fn reveal_many(
			origin: OriginFor<T>,
			items: BoundedVec<(TaskId, Opening), ConstU32<MAX_BATCH>>,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let weight = Self::for_each(items, T::WeightInfo::reveal(), 2, |task, opening| {
				Self::do_reveal(&who, task, opening)
			});
			Ok(Some(weight).into())
		}

		/// Several [`Self::poke`]s, like [`Self::commit_many`]. Free where each is.
		#[pallet::call_index(13)]
		#[pallet::weight(Pallet::<T>::worst_poke().saturating_mul(tasks.len() as u64))]
		pub fn poke_many(
			origin: OriginFor<T>,
			tasks: BoundedVec<TaskId, ConstU32<MAX_BATCH>>,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let all = tasks.len() as u32;
			let (done, folds) = (core::cell::Cell::new(0u32), Folds::default());
			let items = tasks.into_iter().map(|task| (task, ()));
			let weight = Self::for_each(items, Self::poke_weight(), 0, |task, ()| {
				let effort = Self::do_poke(who.clone(), task, &folds)?;
				let free = effort.pays() == Pays::No;
				done.set(done.get().saturating_add(free.into()));
				Ok(effort)
			});
			let pays = if all > 0 && done.get() == all { Pays::No } else { Pays::Yes };
			Ok((Some(weight), pays).into())
		}

		/// Accepts a profile for new deals, or retires it. Open deals are not affected.
		///
		/// ## Dispatch Origin
		///
		/// `AdminOrigin`.
		///
		/// ## Errors
		///
		/// [`Error::ProfileUnknown`].
		///
		/// ## Events
		///
		/// [`Event::ProfileStatusChanged`].
		#[pallet::call_index(8)]
		pub fn set_profile_status(
			origin: OriginFor<T>,
			profile: ProfileId,
			status: ProfileStatus,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			ensure!(Profile::by_id(&profile).is_some(), Error::<T>::ProfileUnknown);
			Profiles::<T>::insert(profile, status);
			Self::deposit_event(Event::ProfileStatusChanged { profile, status });
			Ok(())
		}

		/// Accepts an agreed result, and so shortens its challenge window.
		///
		/// ## Dispatch Origin
		///
		/// The deal's client.
		///
		/// ## Details
		///
		/// Only where all that were revealed agree. The chain may still draw the task for an audit, which takes some blocks.
		///
		/// What is accepted is `digest`, and nothing else that may be agreed on by the time.
		///
		/// ## Errors
		///
		/// [`Error::NotClient`], [`Error::NotAgreed`], [`Error::DeadlinePassed`],
		/// [`Error::ResultMismatch`], [`Error::ReplicasDisagree`].
		#[pallet::call_index(9)]
		#[pallet::weight(Pallet::<T>::worst_question())]
		pub fn accept(
			origin: OriginFor<T>,
			task: TaskId,
			digest: Digest,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let effort = Self::do_accept(who, task, digest)?;
			Ok(Some(Self::weight_of(Self::question_weight(), effort)).into())
		}

		/// Has an agreed result judged by the arbiter.
		///
		/// ## Dispatch Origin
		///
		/// The deal's client.
		///
		/// ## Details
		///
		/// The client pays for the case beforehand, out of its free balance. It gets that back from the
		/// stakes of those who lied, and is never slashed for asking. `digest` is the result in question. While too many cases
		/// wait, what the case costs is held of the client, and the task can't be settled; it is opened by the first poke of
		/// the task after there is room.
		///
		/// ## Errors
		///
		/// [`Error::NotClient`], [`Error::NotAgreed`], [`Error::DeadlinePassed`],
		/// [`Error::ResultMismatch`], [`Error::NoArbiter`], [`Error::CannotPayCase`], [`Error::QueueFull`],
		/// [`Error::QuestionWaits`].
		///
		/// ## Events
		///
		/// [`Event::TaskDisputed`], [`Event::QuestionPutOff`].
		#[pallet::call_index(10)]
		#[pallet::weight(Pallet::<T>::worst_question())]
		pub fn check(
			origin: OriginFor<T>,
			task: TaskId,
			digest: Digest,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let effort = Self::do_check(who, task, digest)?;
			Ok(Some(Self::weight_of(Self::question_weight(), effort)).into())
		}

		/// Says that the agreed result `digest` is false, with a bond.
		///
		/// ## Dispatch Origin
		///
		/// Signed, by anyone.
		///
		/// ## Details
		///
		/// The signer pays for the case beforehand, and the wage of one seat of the committee is held of
		/// it as a bond. Where the result is false it gets both back, and half of what is left of the
		/// liars' stakes. Where it is true both are lost; the bond goes to those who were kept waiting.
		///
		/// ## Errors
		///
		/// As for [`Self::check`], but for [`Error::NotClient`].
		///
		/// ## Events
		///
		/// [`Event::TaskDisputed`].
		#[pallet::call_index(11)]
		#[pallet::weight(Pallet::<T>::worst_question())]
		pub fn challenge(
			origin: OriginFor<T>,
			task: TaskId,
			digest: Digest,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let effort = Self::do_challenge(who, task, digest)?;
			Ok(Some(Self::weight_of(Self::question_weight(), effort)).into())
		}

		/// Opens the report that a replica sealed together with its digest: what it revealed, and what
		/// was agreed on, is false; the outcome given here is true.
		///
		/// ## Dispatch Origin
		///
		/// The operator key of a provider that revealed the agreed digest.
		///
		/// ## Details
		///
		/// The signer pays for the case beforehand; where a dissent is judged, and no judge has said
		/// anything yet, a wage is held instead. Where the report is true its provider is paid as if
		/// it had revealed that outcome, keeps its stake, and gets a part of the others' stakes.
		/// Where it is false nothing but the cost of the case, or what is held, is lost. The first report that is opened
		/// counts. `digest` is what was agreed on.
		///
		/// ## Errors
		///
		/// [`Error::NotOperator`], [`Error::NotAgreed`], [`Error::DeadlinePassed`],
		/// [`Error::ResultMismatch`], [`Error::NotDrawn`], [`Error::ReplicaNotRevealed`], [`Error::ReportNotOwn`],
		/// [`Error::NothingReported`], [`Error::OutcomeOutOfBounds`], [`Error::SealMismatch`],
		/// [`Error::NoArbiter`], [`Error::CannotPayCase`].
		///
		/// ## Events
		///
		/// [`Event::ReportOpened`], [`Event::TaskDisputed`].
		#[pallet::call_index(12)]
		#[pallet::weight(Pallet::<T>::worst_question())]
		pub fn open_report(
			origin: OriginFor<T>,
			task: TaskId,
			digest: Digest,
			outcome: Outcome,
			salt: Salt,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let effort = Self::do_open_report(who, task, digest, outcome, salt)?;
			Ok(Some(Self::weight_of(Self::question_weight(), effort)).into())
		}

		/// Shows content that replicas said can't be had.
		///
		/// ## Dispatch Origin
		///
		/// Signed, by anyone.
		///
		/// ## Details
		///
		/// Of module and input one block each, whose position follows from a seed that was not known when
		/// the replicas said so; see [`shown_leaf`](assay_primitives::deal::shown_leaf) and the task's next
		/// step. None of what the chain keeps itself. Nobody is slashed: who shows a block need not have
		/// served it before. But nobody is paid for the attempt either, and the task goes on, with those
		/// who have not declined and then with others.
		///
		/// ## Errors
		///
		/// [`Error::NotMissing`], [`Error::DeadlinePassed`], [`Error::SeedNotKnown`],
		/// [`Error::TicketExpired`], [`Error::ExhibitMismatch`].
		///
		/// ## Events
		///
		/// [`Event::ContentShown`], and those of a draw or of the task's end.
		#[pallet::call_index(14)]
		#[pallet::weight(Pallet::<T>::worst_refute(exhibits))]
		pub fn refute(
			origin: OriginFor<T>,
			task: TaskId,
			exhibits: Exhibits,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let base = Self::refute_weight(&exhibits);
			let effort = Self::do_refute(who, task, exhibits)?;
			Ok(Some(Self::weight_of(base, effort)).into())
		}

		/// Has something called when a task of a deal has ended.
		///
		/// ## Dispatch Origin
		///
		/// The deal's client.
		///
		/// ## Details
		///
		/// `call` is the beginning of a call. The encoding of a
		/// [`CallbackResult`](assay_primitives::deal::CallbackResult) is appended to it, always 50 bytes. It
		/// is dispatched in the client's name by [`Self::call_back`], whatever has become of the task by
		/// then; that it fails undoes nothing. Rewards for all tasks, and a deposit, are held of the client,
		/// and what is left of them goes back when the deal is removed. It can't be changed. `task_hash` is
		/// that of the deal's first task.
		///
		/// ## Errors
		///
		/// [`Error::DealNotFound`], [`Error::NotClient`], [`Error::TaskMismatch`],
		/// [`Error::CallbackExists`],
		/// [`Error::TaskEnded`], [`Error::RewardTooSmall`], [`Error::CallbackUndecodable`],
		/// [`Error::CallbackTooHeavy`], [`Error::ClientCannotPay`].
		///
		/// ## Events
		///
		/// [`Event::CallbackSet`].
		#[pallet::call_index(15)]
		#[pallet::weight(Pallet::<T>::set_callback_weight())]
		pub fn set_callback(
			origin: OriginFor<T>,
			deal: DealId,
			task_hash: Hash,
			call: CallbackBytes,
			reward: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_callback(who, deal, task_hash, call, reward)
		}

		/// Sends the callback of a task that has ended.
		///
		/// ## Dispatch Origin
		///
		/// Signed, by anyone, who is paid the reward that the client has set aside.
		///
		/// ## Details
		///
		/// Once for each task, as long as it is kept. Whatever becomes of the call, the reward is paid.
		///
		/// ## Errors
		///
		/// [`Error::CallbackNotFound`], [`Error::TaskNotEnded`], [`Error::AlreadyCalledBack`].
		///
		/// ## Events
		///
		/// [`Event::CalledBack`], and those of the call.
		#[pallet::call_index(16)]
		#[pallet::weight(Pallet::<T>::worst_call_back())]
		pub fn call_back(origin: OriginFor<T>, task: TaskId) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let called = Self::do_call_back(who, task)?;
			Ok(Some(T::WeightInfo::call_back().saturating_add(called)).into())
		}
	}

	#[pallet::extra_constants]
	impl<T: Config> Pallet<T> {
		/// Most items of a batch.
		#[pallet::constant_name(MaxBatch)]
		fn max_batch() -> u32 {
			MAX_BATCH
		}
	}
}
