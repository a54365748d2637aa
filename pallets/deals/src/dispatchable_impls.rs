//! What callers start.

use crate::{consensus::READS_OF_MISSING, escrow::SlashShare, *};
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Hash,
	deal::{Deal, Exhibits, Opening, ReplicaState, Task, TaskState},
	excuse::Excuse,
	outcome::Digest,
	policy::{MAX_CANDIDATES, MAX_REPLICAS},
	seal::{Salt, Seal, seal_digest},
	task::{InputList, TaskId},
	traits::Capacity,
};
use core::cell::OnceCell;
use frame_support::{ensure, storage::with_storage_layer, traits::Get, weights::Weight};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{
	DispatchError, DispatchResult,
	traits::{BlockNumberProvider, Zero},
};

/// Blocks that the longest fold of the beacon reads.
pub(crate) const MAX_FOLD: u32 = 64;
/// Items that are read to open a case beside those that were measured: lines and tickets, what the pool takes and weighs and
/// who of it is free, the rules that hold and the deal's own; and whether a sponsor, and whoever asked with the provider
/// that it signs for, judge.
const CASE_READS: u64 = 18;
/// Items that are written beside: that the case has a deadline, and how many tickets named sets have. The task is written
/// by the call anyway.
const CASE_WRITES: u64 = 1;
/// Items that are read of each candidate to open a case.
const READS_OF_CANDIDATE: u64 = 5;
/// Nothing.
const NOTHING: Effort = Effort {
	candidates: 0,
	drew: None,
	folded: 0,
	tried: None,
	read: 0,
	written: 0,
	ended: None,
	owners: 0,
	disputed: false,
	asked: false,
};
/// The costliest first draw. It may have to look whether the task of a bag has ended, and have the bag remember its fold.
const WORST_DRAW: Effort = Effort {
	candidates: MAX_CANDIDATES,
	drew: Some(MAX_CANDIDATES),
	folded: MAX_FOLD,
	read: 1,
	written: 1,
	..NOTHING
};
/// The costliest case.
const WORST_CASE: Effort = Effort { candidates: MAX_CANDIDATES, disputed: true, ..NOTHING };

impl<T: Config> Pallet<T> {
	pub(crate) fn do_commit(
		who: &AccountId,
		task: TaskId,
		task_hash: Hash,
		seal: Seal,
	) -> Result<Effort, DispatchError> {
		let (mut live, at, provider) = Self::load_drawn(who, task, task_hash)?;
		live.task.replicas[at].state = ReplicaState::Sealed(seal);
		if let TaskState::Missing { .. } = live.task.state {
			ensure!(live.wave_fits(), Error::<T>::HardEndReached);
			Self::restart_wave(&mut live);
		}
		Self::deposit_event(Event::Committed { task, provider });
		Ok(Self::after_sealing(live))
	}

	pub(crate) fn do_decline(
		who: &AccountId,
		task: TaskId,
		task_hash: Hash,
		excuse: Excuse,
	) -> Result<Effort, DispatchError> {
		let (mut live, at, provider) = Self::load_drawn(who, task, task_hash)?;
		live.task.replicas[at].state = ReplicaState::Declined(excuse);
		Self::deposit_event(Event::ReplicaDeclined { task, provider, excuse });
		if let TaskState::Missing { .. } = live.task.state {
			return Ok(Self::save(live));
		}
		if Self::content_is_missing(&live) {
			return Ok(Self::await_exhibits(live));
		}
		Ok(Self::after_sealing(live))
	}

	pub(crate) fn do_reveal(
		who: &AccountId,
		task: TaskId,
		opening: Opening,
	) -> Result<Effort, DispatchError> {
		let provider = T::Capacity::provider_of(who).ok_or(Error::<T>::NotOperator)?;
		let mut live = Self::load(task)?;
		Self::close_sealing_if_due(&mut live);
		let TaskState::Revealing { until, .. } = live.task.state else {
			return Err(Error::<T>::NotRevealing.into());
		};
		ensure!(live.now < until, Error::<T>::DeadlinePassed);
		let at = live.position(&provider).ok_or(Error::<T>::NotDrawn)?;
		let ReplicaState::Sealed(seal) = live.task.replicas[at].state else {
			return Err(Error::<T>::ReplicaNotSealed.into());
		};
		let Opening { outcome, salt } = opening;
		ensure!(outcome.fits(&live.deal.request.task), Error::<T>::OutcomeOutOfBounds);
		let digest = outcome.digest(&live.deal.task_hash);
		ensure!(Self::opens(&seal, &task, &provider, &digest, &salt), Error::<T>::SealMismatch);
		live.task.replicas[at].state = ReplicaState::Revealed { outcome, report: seal.report };
		Self::deposit_event(Event::Revealed { task, provider, digest, class: outcome.class });
		if live.any(is_sealed) { Ok(Self::save(live)) } else { Ok(Self::evaluate(live)) }
	}

	pub(crate) fn do_denounce(
		who: AccountId,
		task: TaskId,
		provider: AccountId,
		digest: Digest,
		salt: Salt,
	) -> DispatchResult {
		let mut live = Self::load(task)?;
		let TaskState::Running { until, .. } = live.task.state else {
			return Err(Error::<T>::NotRunning.into());
		};
		// From the deadline on the provider may reveal, and its opening is no secret.
		ensure!(live.now < until, Error::<T>::DeadlinePassed);
		let at = live.position(&provider).ok_or(Error::<T>::NotDrawn)?;
		let own = who == provider || T::Capacity::provider_of(&who).as_ref() == Some(&provider);
		ensure!(!own, Error::<T>::SelfDenouncement);
		let ReplicaState::Sealed(seal) = live.task.replicas[at].state else {
			return Err(Error::<T>::ReplicaNotSealed.into());
		};
		ensure!(Self::opens(&seal, &task, &provider, &digest, &salt), Error::<T>::SealMismatch);
		live.task.replicas[at].state = ReplicaState::Denounced;
		let by = who.clone();
		Self::deposit_event(Event::ReplicaDenounced { task, provider: provider.clone(), by });
		let stake = live.deal.terms.stake;
		let amount = Self::economics(&live).slashes.for_denouncing(stake);
		let share = SlashShare { to: who, amount, reason: ShareReason::Denouncer, gains: true };
		let fall = Fall { stake, amount: stake, reason: SlashReason::Denounced };
		Self::slash(task, &provider, fall, alloc::vec![share]);
		Self::discount(&live.deal, &provider);
		// A wave that is Running has somebody left who has not sealed, so this never ends it.
		Self::save(live);
		Ok(())
	}

	/// Loads a task for one of its drawn providers, which has to seal still. Draws first where that
	/// is due.
	fn load_drawn(
		who: &AccountId,
		task: TaskId,
		task_hash: Hash,
	) -> Result<(Live, usize, AccountId), DispatchError> {
		let provider = T::Capacity::provider_of(who).ok_or(Error::<T>::NotOperator)?;
		let mut live = Self::load(task)?;
		// A seal of another fork's task opens for no digest of this one, and would cost the stake.
		ensure!(task_hash == live.deal.task_hash, Error::<T>::TaskMismatch);
		Self::draw_if_waiting(&mut live)?;
		let until = match live.task.state {
			// Whoever has got the content may go on while others say that it can't be had.
			TaskState::Running { until, .. } | TaskState::Missing { until, .. } => until,
			_ => return Err(Error::<T>::NotRunning.into()),
		};
		ensure!(live.now < until, Error::<T>::DeadlinePassed);
		let at = live.position(&provider).ok_or(Error::<T>::NotDrawn)?;
		ensure!(is_drawn(&live.task.replicas[at].state), Error::<T>::ReplicaNotOpen);
		Ok((live, at, provider))
	}

	/// Goes on once nobody of the wave has to seal any more.
	pub(crate) fn after_sealing(mut live: Live) -> Effort {
		if live.any(is_drawn) {
			return Self::save(live);
		}
		if live.any(is_sealed) {
			Self::start_revealing(&mut live);
			return Self::save(live);
		}
		Self::evaluate(live)
	}

	/// What is left of the time for sealing is added to that for revealing. As long as it lasts, an
	/// opening costs the stake on a fork where somebody has to seal still: nobody must be made to
	/// give it away before, and finality, or a node, has the time to come back.
	pub(crate) fn start_revealing(live: &mut Live) {
		let wave = live.wave();
		let sealing = match live.task.state {
			TaskState::Running { until, .. } => until.max(live.now),
			_ => live.now,
		};
		let until = sealing.saturating_add(live.deal.terms.reveal_blocks);
		live.task.state = TaskState::Revealing { wave, until };
		Self::deposit_event(Event::RevealingStarted { task: live.id, wave, until });
	}

	fn opens(
		seal: &Seal,
		task: &TaskId,
		provider: &AccountId,
		digest: &Digest,
		salt: &Salt,
	) -> bool {
		seal_digest(&Self::genesis_hash(), task, provider, digest, salt) == seal.digest
	}

	/// Hash of block 0, which seals of this chain are bound to. `frame_system` keeps it for good,
	/// unlike the hashes of other blocks.
	pub fn genesis_hash() -> Hash {
		frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero())
	}

	pub(crate) fn load(id: TaskId) -> Result<Live, Error<T>> {
		let mut deal = Deals::<T>::get(id.deal).ok_or(Error::<T>::TaskNotFound)?;
		let list = TaskList::of(id.deal, &deal);
		let mut effort = Effort { candidates: deal.candidates.len() as u32, ..Default::default() };
		let (task, bag) = match (Tasks::<T>::get(&list, id), Bags::<T>::get(&deal.client, id.deal))
		{
			(Some(task), bag) => (task, bag),
			(None, _) if Ended::<T>::contains_key(&list, id) => return Err(Error::<T>::TaskEnded),
			(None, Some(bag)) => {
				effort.read = 1;
				(Self::unopened(&deal, id, &bag).ok_or(Error::<T>::TaskNotFound)?, Some(bag))
			},
			(None, None) => return Err(Error::<T>::TaskNotFound),
		};
		if bag.is_some() {
			deal.task_hash = deal.request.task.hash_of(id.index);
		}
		let now = T::BlockNumberProvider::current_block_number();
		let (folds, economics) = (Folds::default(), OnceCell::new());
		let (poker, decided) = (None, None);
		Ok(Live { id, deal, task, now, poker, decided, bag, folds, effort, economics })
	}

	/// A task of a bag that nobody has drawn yet: it waits with all others, and is nowhere in the
	/// state. None of the bag is pruned before all have ended, so what is not kept was not opened.
	pub(crate) fn unopened(deal: &Deal, id: TaskId, bag: &Bag) -> Option<Task> {
		let list = TaskList::of(id.deal, deal);
		let kept = Tasks::<T>::contains_key(&list, id) || Ended::<T>::contains_key(&list, id);
		let waits = deal.open_tasks > 0 && id.index < deal.tasks && !kept;
		waits.then(|| bag.waiting())
	}

	pub(crate) fn save(live: Live) -> Effort {
		Tasks::<T>::insert(TaskList::of(live.id.deal, &live.deal), live.id, live.task);
		live.effort
	}

	/// Runs `call` for each item in a layer of its own. Returns the weight: `base` of the call and what
	/// it does beside, less what an item finds in memory because one before it has touched it.
	/// `common_reads` of the base are the same for all items.
	pub(crate) fn for_each<I>(
		items: impl IntoIterator<Item = (TaskId, I)>,
		base: Weight,
		common_reads: u64,
		call: impl Fn(TaskId, I) -> Result<Effort, DispatchError>,
	) -> Weight {
		let mut weight = Weight::zero();
		let mut touched = Touched::default();
		for (index, (task, item)) in items.into_iter().enumerate() {
			match with_storage_layer(|| call(task, item)) {
				Ok(effort) => {
					let (mut reads, writes) = touched.shared(task.deal, &effort);
					reads = reads.saturating_add(if index > 0 { common_reads } else { 0 });
					let shared = T::DbWeight::get().reads_writes(reads, writes);
					let whole = Self::weight_of(base, effort);
					weight.saturating_accrue(whole.saturating_sub(shared));
				},
				Err(error) => {
					// A refused item has read what its draw needs at most.
					weight.saturating_accrue(Self::weight_of(base, WORST_DRAW));
					Self::deposit_event(Event::ItemFailed { index: index as u32, error });
				},
			}
		}
		weight
	}

	/// Weight of a call that does `effort` beside its own work.
	pub(crate) fn weight_of(base: Weight, effort: Effort) -> Weight {
		let Effort { drew, folded, tried, read, written, ended, owners, disputed, asked, .. } =
			effort;
		let draw = drew.map_or(Weight::zero(), T::WeightInfo::draw);
		let fold = if folded > 0 { T::WeightInfo::fold(folded) } else { Weight::zero() };
		let more = tried.map_or(Weight::zero(), T::WeightInfo::draw_more);
		let beside = T::DbWeight::get().reads_writes(read.into(), written.into());
		let close = ended.map_or(Weight::zero(), |(all, slashed)| match slashed {
			0 if owners == 0 => Self::end_weight(T::WeightInfo::settle(all)),
			_ => {
				let right = all.saturating_sub(slashed);
				Self::end_weight(T::WeightInfo::close(right, slashed, owners))
			},
		});
		let case = if disputed { Self::case_weight(effort.candidates) } else { Weight::zero() };
		// What is held of who asked, and held anew.
		let asked = if asked { T::DbWeight::get().reads_writes(3, 4) } else { Weight::zero() };
		[draw, fold, more, beside, close, case, asked]
			.into_iter()
			.fold(base, Weight::saturating_add)
	}

	/// Weight of the end of a task in a call that has read the deal and writes the task anyway.
	fn end_weight(measured: Weight) -> Weight {
		Self::by_rules(measured).saturating_sub(T::DbWeight::get().reads_writes(1, 1))
	}

	/// A measured weight, with the rules that a deal pays by and those that hold now.
	fn by_rules(measured: Weight) -> Weight {
		measured.saturating_add(T::DbWeight::get().reads(2))
	}

	/// Weight of opening a case about a deal with so many candidates, in a call that writes the task anyway. Of each
	/// candidate the provider is read, and whether it or its operator judges.
	fn case_weight(candidates: u32) -> Weight {
		let db = T::DbWeight::get();
		let fewer = MAX_CANDIDATES.saturating_sub(candidates);
		T::WeightInfo::open_case()
			.saturating_add(db.reads_writes(CASE_READS, CASE_WRITES))
			.saturating_sub(db.reads(READS_OF_CANDIDATE.saturating_mul(fewer.into())))
	}

	/// A seal can draw, and never ends a wave's revealing.
	pub(crate) fn worst_commit() -> Weight {
		Self::weight_of(T::WeightInfo::commit(), WORST_DRAW)
	}

	pub(crate) fn worst_decline() -> Weight {
		Self::worst_evaluation(Self::decline_weight(), WORST_DRAW)
	}

	/// Weight of declining. What was measured has looked for a module that the chain does not keep, and for no input then.
	pub(crate) fn decline_weight() -> Weight {
		T::WeightInfo::decline().saturating_add(T::DbWeight::get().reads(1))
	}

	/// Weight of opening a seal that somebody has given away.
	pub(crate) fn denounce_weight() -> Weight {
		Self::by_rules(T::WeightInfo::denounce())
	}

	/// Weight of setting a callback, with the least that its reward may be.
	pub(crate) fn set_callback_weight() -> Weight {
		T::WeightInfo::set_callback().saturating_add(T::DbWeight::get().reads(1))
	}

	pub(crate) fn worst_reveal() -> Weight {
		Self::worst_evaluation(T::WeightInfo::reveal(), Effort::default())
	}

	/// A poke draws or closes, and never both. Either may be by a seed.
	pub(crate) fn worst_poke() -> Weight {
		let draw = Self::weight_of(Self::poke_weight(), WORST_DRAW);
		let audit = Effort { folded: MAX_FOLD, ..Default::default() };
		let asked = Effort { asked: true, ..WORST_CASE };
		draw.max(Self::worst_evaluation(Self::poke_weight(), audit))
			.max(Self::weight_of(Self::poke_weight(), asked))
	}

	/// Weight of a question beside what becomes of it: one may wait already, or have to.
	pub(crate) fn question_weight() -> Weight {
		T::WeightInfo::question().saturating_add(T::DbWeight::get().reads_writes(2, 3))
	}

	/// A call that questions a result, or ends the task where nobody would look at it.
	pub(crate) fn worst_question() -> Weight {
		let base = Self::question_weight();
		let case = Self::weight_of(base, WORST_CASE);
		case.max(Self::worst_end(base, Effort::default()))
	}

	/// Showing content, after which a wave may have to be evaluated.
	pub(crate) fn worst_refute(exhibits: &Exhibits) -> Weight {
		Self::worst_evaluation(Self::refute_weight(exhibits), Effort::default())
	}

	/// Looking at what is shown: by bytes, and by the items of a list, each of which is hashed again. Whether the chain keeps
	/// the module was measured, and whether it keeps the input comes beside.
	pub(crate) fn refute_weight(exhibits: &Exhibits) -> Weight {
		let bytes = u32::try_from(exhibits.len()).unwrap_or(u32::MAX);
		let list = exhibits.list.as_ref().map_or(0, Vec::len);
		T::WeightInfo::refute(bytes)
			.saturating_add(InputList::weight_of(list))
			.saturating_add(T::DbWeight::get().reads(1))
	}

	/// The heaviest callback.
	pub(crate) fn worst_call_back() -> Weight {
		T::WeightInfo::call_back().saturating_add(T::MaxCallbackWeight::get())
	}

	/// Weight of a verdict, for arbiters.
	pub fn worst_verdict() -> Weight {
		// The end of the task has touched the accounts of all replicas.
		let replicas = u64::from(MAX_REPLICAS);
		let touched = T::DbWeight::get().reads_writes(replicas, replicas);
		let bond = T::WeightInfo::forfeit(MAX_REPLICAS).saturating_sub(touched);
		// Out of each stake the court may be paid as well, and out of the fund once more.
		Self::worst_end(T::WeightInfo::question(), Effort::default())
			.saturating_add(T::WeightInfo::jackpot().saturating_mul(2))
			.saturating_add(bond.saturating_mul(2))
	}

	/// Evaluating a wave tries every candidate that is left, and then ends the task or opens a case.
	fn worst_evaluation(base: Weight, before: Effort) -> Weight {
		// Scores of those who have voted, and of as many as may follow them.
		let scores = MAX_REPLICAS.saturating_mul(2);
		let read = before.read.saturating_add(scores).saturating_add(READS_OF_MISSING);
		let tried = Effort { tried: Some(MAX_CANDIDATES), read, ..before };
		let case = Effort { disputed: true, candidates: MAX_CANDIDATES, ..tried };
		let case = Self::weight_of(base, case);
		case.max(Self::worst_end(base, tried))
	}

	/// The costliest end of a task: what weighs most may be paying or slashing.
	fn worst_end(base: Weight, before: Effort) -> Weight {
		let owners = settlement::PUBLISHER_SLASHED;
		let slashed = Effort { ended: Some((MAX_REPLICAS, MAX_REPLICAS)), owners, ..before };
		let paid = Effort { ended: Some((MAX_REPLICAS, 0)), owners, ..before };
		Self::weight_of(base, slashed).max(Self::weight_of(base, paid))
	}

	/// What the constants must satisfy beside the inequalities of
	/// [`Economics`](assay_primitives::money::Economics).
	pub(crate) fn check_constants() {
		assert!(T::BeaconWindow::get() > 0, "a seed needs at least one output");
		assert!(T::MinRevealBlocks::get() > 0, "replicas need time to reveal");
		assert!(
			T::HardEndSlack::get() > T::MinRevealBlocks::get(),
			"the first wave of the shortest task must fit"
		);
	}
}
