//! What clients and daemons read.
//!
//! Nothing here reads more than it was asked for: lists come in pages, and what a provider has to read
//! at a block follows from the deals that name it, and from those that are new, whoever opened them.

use crate::*;
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, BlockNumber,
	api::{DealTasks, MAX_PAGE, MAX_TASK_PAGE, Page, TaskOfDeal},
	beacon::{Fold, NoSeed, Ticket},
	deal::{
		Deal, DrawView, NextStep, Replica, ReplicaState, Task, TaskState, TaskStatus, TaskView,
		draw_subject, single,
	},
	draw::weighted,
	profile::{Profile, ProfileId},
	task::{DealId, TaskId},
	traits::{Arbiter, Beacon, Stakes},
};
use core::marker::PhantomData;
use frame_support::BoundedVec;
use sp_runtime::traits::BlockNumberProvider;

/// A deal whose tasks are looked at. What they have in common is read and computed once.
struct DealContext<T> {
	id: DealId,
	deal: Deal,
	bag: Option<Bag>,
	/// The seed of a bag's tasks.
	fold: Option<Result<Fold, NoSeed>>,
	now: BlockNumber,
	_config: PhantomData<T>,
}

impl<T: Config> DealContext<T> {
	fn load(id: DealId) -> Option<Self> {
		Some(Self::of(id, Deals::<T>::get(id)?))
	}

	fn of(id: DealId, deal: Deal) -> Self {
		let bag = Bags::<T>::get(&deal.client, id);
		let fold = bag.as_ref().map(|bag| Self::fold_in(Some(bag), &bag.ticket));
		let now = T::BlockNumberProvider::current_block_number();
		Self { id, deal, bag, fold, now, _config: PhantomData }
	}

	fn fold_in(bag: Option<&Bag>, ticket: &Ticket) -> Result<Fold, NoSeed> {
		match bag.and_then(|bag| bag.randomness) {
			Some(randomness) => Ok(Fold { ticket: *ticket, entries: Vec::new(), randomness }),
			None => T::Beacon::fold(ticket),
		}
	}

	/// The seed of a task that waits for its draw.
	fn fold(&self, ticket: &Ticket) -> Result<Fold, NoSeed> {
		self.fold.clone().unwrap_or_else(|| T::Beacon::fold(ticket))
	}

	fn task_id(&self, index: u32) -> TaskId {
		TaskId { deal: self.id, index }
	}

	fn list(&self) -> TaskList {
		TaskList::of(self.id, &self.deal)
	}

	/// A task that has not ended, opened or not. Where its seed is known and nobody has written the
	/// draw, the replicas are those that the next `commit` or `poke` will draw.
	fn live(&self, index: u32) -> Option<Task> {
		let id = self.task_id(index);
		let task = Tasks::<T>::get(self.list(), id).or_else(|| self.unopened(&id))?;
		Some(self.with_draw(&id, task))
	}

	/// A task of a bag that nobody has drawn yet: see [`Pallet::unopened`].
	fn unopened(&self, id: &TaskId) -> Option<Task> {
		let bag = self.bag.as_ref()?;
		let waits = self.deal.open_tasks > 0 && id.index < self.deal.tasks;
		(waits && !Ended::<T>::contains_key(self.list(), id)).then(|| bag.waiting())
	}

	fn with_draw(&self, id: &TaskId, mut task: Task) -> Task {
		let TaskState::Waiting { ticket } = task.state else { return task };
		if !wave_fits(&self.deal.terms, self.now) {
			return task;
		}
		if let Ok(fold) = self.fold(&ticket) {
			let drawn = Pallet::<T>::first_wave(&self.deal, &fold.seed(&draw_subject(id)));
			let replica = |candidate| Replica { candidate, wave: 0, state: ReplicaState::Drawn };
			task.replicas = BoundedVec::truncate_from(drawn.into_iter().map(replica).collect());
		}
		task
	}

	/// A task, open or ended.
	fn show(&self, index: u32) -> Option<TaskOfDeal> {
		match self.live(index) {
			Some(task) => Some(self.show_open(index, task)),
			None => {
				let ended = Ended::<T>::get(self.list(), self.task_id(index))?;
				let next = NextStep::Nothing(ended.prune_at);
				Some(TaskOfDeal { index, status: TaskStatus::Ended(ended), next })
			},
		}
	}

	fn show_open(&self, index: u32, task: Task) -> TaskOfDeal {
		let next = self.next_step(&self.task_id(index), &task);
		TaskOfDeal { index, status: TaskStatus::Open(task), next }
	}

	/// An open task for which a candidate is drawn, or may still be.
	fn show_to(&self, candidate: u32, index: u32) -> Option<TaskOfDeal> {
		let task = self.live(index)?;
		// No replicas yet: everybody may still be drawn.
		let concerns = task.replicas.is_empty()
			|| task.replicas.iter().any(|replica| replica.candidate == candidate);
		concerns.then(|| self.show_open(index, task))
	}

	/// Tasks from a number on, as `show` gives them.
	fn page(
		self,
		from: u32,
		limit: u32,
		show: impl Fn(&Self, u32) -> Option<TaskOfDeal>,
	) -> DealTasks {
		let numbers = from..self.deal.tasks;
		let shown = numbers.map(|index| (index.saturating_add(1), show(&self, index)));
		let tasks = Page::of(shown, limit.min(MAX_TASK_PAGE));
		DealTasks { id: self.id, tasks, at: self.now, deal: self.deal }
	}

	fn next_step(&self, id: &TaskId, task: &Task) -> NextStep {
		let now = self.now;
		let count = |which: fn(&ReplicaState) -> bool| {
			task.replicas.iter().filter(|replica| which(&replica.state)).count() as u32
		};
		match task.state {
			TaskState::Waiting { ticket } => {
				let waits = self.fold(&ticket) == Err(NoSeed::TooEarly);
				if waits && wave_fits(&self.deal.terms, now) {
					NextStep::Randomness
				} else {
					NextStep::Poke
				}
			},
			TaskState::Running { until, .. }
			| TaskState::Revealing { until, .. }
			| TaskState::Missing { until, .. }
				if now >= until =>
			{
				NextStep::Poke
			},
			TaskState::Agreed { until, .. } if Asked::<T>::contains_key(id) => {
				let room = T::Arbiter::has_room(&self.deal.others.judges);
				if room || now >= until { NextStep::Poke } else { NextStep::ChallengeWindow(until) }
			},
			TaskState::Agreed { until, .. } if now >= until => {
				let ticket = Pallet::<T>::audit_ticket(until);
				let waits = T::Beacon::fold(&ticket) == Err(NoSeed::TooEarly);
				let drawn = self.deal.terms.audit_ppm > 0;
				if waits && drawn { NextStep::Randomness } else { NextStep::Poke }
			},
			TaskState::Running { until, .. } => NextStep::Seals(count(is_drawn), until),
			TaskState::Revealing { until, .. } => NextStep::Reveals(count(is_sealed), until),
			TaskState::Agreed { until, .. } => NextStep::ChallengeWindow(until),
			TaskState::Disputed { case, .. } => NextStep::Verdict(case),
			TaskState::Missing { ticket, until } => {
				NextStep::Exhibits(until, Pallet::<T>::exhibit_seed(id, &ticket).ok())
			},
		}
	}
}

impl<T: Config> Pallet<T> {
	/// A task, open or ended and not pruned yet. Where its seed is known and nobody has written the
	/// draw, the replicas are those that the next `commit` or `poke` will draw.
	pub fn task_view(id: TaskId) -> Option<TaskView> {
		let context = DealContext::<T>::load(id.deal)?;
		let TaskOfDeal { status, next, .. } = context.show(id.index)?;
		let DealContext { mut deal, now: at, .. } = context;
		deal.task_hash = deal.request.task.hash_of(id.index);
		Some(TaskView { id, deal, status, next, at })
	}

	/// Numbers of a client's deals that are not pruned, in no particular order, from after a number on, at
	/// most `limit` and at most [`MAX_PAGE`]. Pages of one block, together, have each deal once.
	pub fn deals_of_client(
		client: &AccountId,
		after: Option<DealId>,
		limit: u32,
	) -> Page<DealId, DealId> {
		// First the bags, then the single tasks that are open, then those that have ended.
		let bags = match after {
			None => Some(Bags::<T>::iter_key_prefix(client)),
			Some(id) if Bags::<T>::contains_key(client, id) => {
				let key = Bags::<T>::hashed_key_for(client, id);
				Some(Bags::<T>::iter_key_prefix_from(client, key))
			},
			Some(_) => None,
		};
		let (list, after) = (TaskList::Client(client.clone()), after.map(single));
		let open = match after.filter(|_| bags.is_none()) {
			None => Some(Tasks::<T>::iter_key_prefix(&list)),
			Some(id) if Tasks::<T>::contains_key(&list, id) => {
				let key = Tasks::<T>::hashed_key_for(&list, id);
				Some(Tasks::<T>::iter_key_prefix_from(&list, key))
			},
			Some(_) => None,
		};
		let ended = match after.filter(|_| open.is_none()) {
			None => Ended::<T>::iter_key_prefix(&list),
			Some(id) => {
				let key = Ended::<T>::hashed_key_for(&list, id);
				Ended::<T>::iter_key_prefix_from(&list, key)
			},
		};
		let single = open.into_iter().flatten().chain(ended).map(|id| id.deal);
		let deals = bags.into_iter().flatten().chain(single);
		Page::of(deals.map(|id| (id, Some(id))), limit.min(MAX_PAGE))
	}

	/// Numbers of the deals that a provider has slots in use for, in their order. Those are the single
	/// tasks that it was drawn for or may be in the first draw, and the bags that it was drawn for.
	pub fn deals_of_provider(provider: &AccountId) -> Vec<DealId> {
		T::Stakes::work(provider).into_iter().map(|(id, _)| id).collect()
	}

	/// The same, and the bags with open tasks that it is a candidate of, in no particular order, from after
	/// a number on. Looks at no more than `limit` and [`MAX_TASK_PAGE`] of both.
	pub fn deals_of_candidate(
		provider: &AccountId,
		after: Option<DealId>,
		limit: u32,
	) -> Page<DealId, DealId> {
		// First the single tasks by their numbers, then the bags. Where the bag to go on after was pruned
		// meanwhile, some of them come again, and none is missed.
		let is_listed = |id: DealId| BagsOf::<T>::contains_key(provider, id);
		let bag = after.filter(|id| is_listed(*id));
		let work = if bag.is_some() { Vec::new() } else { Self::deals_of_provider(provider) };
		let left = work.into_iter().filter(|id| after.is_none_or(|after| *id > after));
		let single = left.filter(|id| !is_listed(*id)).map(|id| (id, Some(id)));
		let bags = match bag {
			Some(id) => {
				let key = BagsOf::<T>::hashed_key_for(provider, id);
				BagsOf::<T>::iter_key_prefix_from(provider, key)
			},
			None => BagsOf::<T>::iter_key_prefix(provider),
		};
		let bags = bags.map(|id| {
			let open = Deals::<T>::get(id).is_some_and(|deal| deal.open_tasks > 0);
			(id, open.then_some(id))
		});
		Page::of(single.chain(bags), limit.min(MAX_TASK_PAGE))
	}

	/// Numbers of all deals with open tasks that a provider is a candidate of, in the order of opening, from
	/// a number on. Reads no more than `limit` and
	/// [`MAX_TASK_PAGE`] deals.
	pub fn new_deals_of_candidate(
		provider: &AccountId,
		from: DealId,
		limit: u32,
	) -> Page<DealId, DealId> {
		let numbers = from..Self::next_deal();
		let shown = numbers.map(|id| {
			let deal = Deals::<T>::get(id).filter(|deal| Self::may_concern(deal, provider));
			(id.saturating_add(1), deal.map(|_| id))
		});
		Page::of(shown, limit.min(MAX_TASK_PAGE))
	}

	/// A deal with its tasks, open or ended and not pruned yet, from a number on. Looks at no more than
	/// `limit` and [`MAX_TASK_PAGE`] tasks.
	pub fn tasks_of_deal(id: DealId, from: u32, limit: u32) -> Option<DealTasks> {
		Some(DealContext::<T>::load(id)?.page(from, limit, DealContext::show))
	}

	/// A deal with the open tasks, from a number on, for which a provider is drawn or may still be. Looks
	/// at no more than `limit` and [`MAX_TASK_PAGE`] tasks, and at none where it is no candidate.
	pub fn tasks_of_candidate(
		provider: &AccountId,
		id: DealId,
		from: u32,
		limit: u32,
	) -> Option<DealTasks> {
		let deal = Deals::<T>::get(id)?;
		let candidate = deal.position(provider).filter(|_| deal.open_tasks > 0);
		let Some(candidate) = candidate else {
			let at = T::BlockNumberProvider::current_block_number();
			let tasks = Page { items: Vec::new(), next: None };
			return Some(DealTasks { id, deal, tasks, at });
		};
		let context = DealContext::<T>::of(id, deal);
		Some(context.page(from, limit, |context, index| context.show_to(candidate, index)))
	}

	fn may_concern(deal: &Deal, provider: &AccountId) -> bool {
		deal.open_tasks > 0 && deal.position(provider).is_some()
	}

	/// How the replicas of a task were drawn, or will be once anyone writes it. The fold comes
	/// without its blocks where the beacon no longer keeps them.
	pub fn draw_view(id: TaskId) -> Option<DrawView> {
		let deal = Deals::<T>::get(id.deal)?;
		let (fold, count) = match Draws::<T>::get(id) {
			Some(record) => {
				let list = TaskList::of(id.deal, &deal);
				let live = Tasks::<T>::get(&list, id).map(|task| task.replicas.len());
				let ended = || Ended::<T>::get(&list, id).map(|ended| ended.replicas.len());
				let replicas = live.or_else(ended)?;
				let DrawRecord { ticket, randomness, skipped, .. } = record;
				let kept = T::Beacon::fold(&ticket).ok();
				let fold = kept.filter(|fold| fold.randomness == randomness);
				let fold = fold.unwrap_or(Fold { ticket, entries: Vec::new(), randomness });
				(fold, replicas + skipped.len())
			},
			None => {
				let context = DealContext::<T>::of(id.deal, deal.clone());
				let TaskState::Waiting { ticket } = context.live(id.index)?.state else {
					return None;
				};
				let fold = context.fold(&ticket).ok()?;
				let count = Self::first_wave(&deal, &fold.seed(&draw_subject(&id))).len();
				(fold, count)
			},
		};
		let (subject, weights) = (draw_subject(&id), deal.weights());
		let drawn = weighted(&fold.seed(&subject), &weights, &[], 0, count as u32);
		Some(DrawView { fold, subject, weights, drawn })
	}

	/// What a client has called at the end of each task of a deal.
	pub fn callback(id: DealId) -> Option<Callback> {
		Callbacks::<T>::get(id)
	}

	/// Whether the callback of a task was sent.
	pub fn called_back(task: TaskId) -> bool {
		CalledBack::<T>::contains_key(task)
	}

	/// Number of the next deal.
	pub fn next_deal() -> DealId {
		NextDealId::<T>::get()
	}

	/// Profiles that new deals may name, by their numbers; those that this runtime can't execute last.
	pub fn active_profiles() -> Vec<ProfileId> {
		let active = |(id, status)| (status == ProfileStatus::Active).then_some(id);
		let mut profiles: Vec<ProfileId> = Profiles::<T>::iter().filter_map(active).collect();
		// The map is in the order of hashes, and clients that don't care take the first.
		profiles.sort_by_key(|id| Profile::by_id(id).map_or(u32::MAX, |profile| profile.number));
		profiles
	}

	/// Whether new deals may name a profile.
	pub fn is_active(profile: &ProfileId) -> bool {
		Profiles::<T>::get(profile) == Some(ProfileStatus::Active)
	}

	/// What a provider has locked in open tasks, and in how many. Reads all open tasks.
	#[cfg(test)]
	pub fn at_risk(provider: &AccountId) -> (assay_primitives::Balance, u32) {
		let stake = |(_, id, task): (TaskList, TaskId, Task)| {
			let deal = Deals::<T>::get(id.deal)?;
			Self::is_locked(&deal, &task, provider).then_some(deal.terms.stake)
		};
		let stakes: Vec<_> = Tasks::<T>::iter().filter_map(stake).collect();
		(stakes.iter().sum(), stakes.len() as u32)
	}
}
