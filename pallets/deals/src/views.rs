//! What clients and daemons read.

use crate::*;
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Balance,
	beacon::{Fold, NoSeed, Ticket},
	deal::{
		Deal, DrawView, NextStep, Replica, ReplicaState, Task, TaskState, TaskStatus, TaskView,
		draw_subject,
	},
	draw::weighted,
	profile::{Profile, ProfileId},
	task::{DealId, TaskId},
	traits::Beacon,
};
use frame_support::BoundedVec;
use sp_runtime::traits::BlockNumberProvider;

impl<T: Config> Pallet<T> {
	/// A task, open or ended and not pruned yet. Where its seed is known and nobody has written the
	/// draw, the replicas are those that the next `commit` or `poke` will draw.
	pub fn task_view(id: TaskId) -> Option<TaskView> {
		let mut deal = Deals::<T>::get(id.deal)?;
		deal.task_hash = deal.request.task.hash_of(id.index);
		let at = T::BlockNumberProvider::current_block_number();
		let (status, next) = match Self::live_task(&id) {
			Some(task) => {
				let task = Self::with_draw(&id, &deal, task);
				let next = Self::next_step(&id, &deal, &task);
				(TaskStatus::Open(task), next)
			},
			None => {
				let ended = Ended::<T>::get(id)?;
				let next = NextStep::Nothing(ended.prune_at);
				(TaskStatus::Ended(ended), next)
			},
		};
		Some(TaskView { id, deal, status, next, at })
	}

	/// A task that has not ended, opened or not.
	fn live_task(id: &TaskId) -> Option<Task> {
		Tasks::<T>::get(id).or_else(|| Self::unopened(*id, &Bags::<T>::get(id.deal)?))
	}

	/// Tasks of a client that are not pruned, newest first, at most `limit`. Reads all deals.
	pub fn tasks_of_client(client: &AccountId, limit: u32) -> Vec<TaskView> {
		let mut deals: Vec<DealId> = Deals::<T>::iter()
			.filter_map(|(id, deal)| (deal.client == *client).then_some(id))
			.collect();
		deals.sort_unstable_by(|one, other| other.cmp(one));
		deals
			.into_iter()
			.flat_map(Self::tasks_of_deal)
			.filter_map(Self::task_view)
			.take(limit as usize)
			.collect()
	}

	/// Open tasks for which a provider is drawn, or is a candidate while the draw is open, oldest
	/// first. Reads all open tasks.
	pub fn tasks_of_provider(provider: &AccountId) -> Vec<TaskView> {
		let unopened = Bags::<T>::iter_keys()
			.flat_map(Self::tasks_of_deal)
			.filter(|id| !Tasks::<T>::contains_key(id) && !Ended::<T>::contains_key(id));
		let mut views: Vec<TaskView> = Tasks::<T>::iter_keys()
			.chain(unopened)
			.filter_map(Self::task_view)
			.filter(|view| Self::concerns(view, provider))
			.collect();
		views.sort_unstable_by_key(|view| view.id);
		views
	}

	/// All tasks that a deal ever had.
	fn tasks_of_deal(deal: DealId) -> impl Iterator<Item = TaskId> {
		let tasks = Deals::<T>::get(deal).map_or(0, |deal| deal.tasks);
		(0..tasks).map(move |index| TaskId { deal, index })
	}

	/// How the replicas of a task were drawn, or will be once anyone writes it. The fold comes
	/// without its blocks where the beacon no longer keeps them.
	pub fn draw_view(id: TaskId) -> Option<DrawView> {
		let deal = Deals::<T>::get(id.deal)?;
		let (fold, count) = match Draws::<T>::get(id) {
			Some(record) => {
				let replicas = Tasks::<T>::get(id)
					.map(|task| task.replicas.len())
					.or_else(|| Ended::<T>::get(id).map(|ended| ended.replicas.len()))?;
				let DrawRecord { ticket, randomness, skipped, .. } = record;
				let kept = T::Beacon::fold(&ticket).ok();
				let fold = kept.filter(|fold| fold.randomness == randomness);
				let fold = fold.unwrap_or(Fold { ticket, entries: Vec::new(), randomness });
				(fold, replicas + skipped.len())
			},
			None => {
				let fold = Self::waiting_fold(&id, &Self::live_task(&id)?).ok()?;
				let count = Self::first_wave(&deal, &fold.seed(&draw_subject(&id))).len();
				(fold, count)
			},
		};
		let (subject, weights) = (draw_subject(&id), deal.weights());
		let drawn = weighted(&fold.seed(&subject), &weights, &[], 0, count as u32);
		Some(DrawView { fold, subject, weights, drawn })
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

	/// What a provider has locked in open tasks, and in how many. Reads all open tasks; for checks.
	pub fn at_risk(provider: &AccountId) -> (Balance, u32) {
		let stake = |(id, task): (TaskId, Task)| {
			let deal = Deals::<T>::get(id.deal)?;
			Self::is_locked(&deal, &task, provider).then_some(deal.terms.stake)
		};
		let stakes: Vec<Balance> = Tasks::<T>::iter().filter_map(stake).collect();
		(stakes.iter().sum(), stakes.len() as u32)
	}

	fn is_locked(deal: &Deal, task: &Task, provider: &AccountId) -> bool {
		let Some(at) = deal.candidates.iter().position(|one| one.provider == *provider) else {
			return false;
		};
		let holds = |replica: &Replica| {
			replica.candidate == at as u32 && replica.state != ReplicaState::Denounced
		};
		matches!(task.state, TaskState::Waiting { .. }) || task.replicas.iter().any(holds)
	}

	fn concerns(view: &TaskView, provider: &AccountId) -> bool {
		let TaskStatus::Open(task) = &view.status else { return false };
		let Some(at) = view.deal.candidates.iter().position(|one| one.provider == *provider) else {
			return false;
		};
		// No replicas yet: everybody may still be drawn.
		task.replicas.is_empty()
			|| task.replicas.iter().any(|replica| replica.candidate == at as u32)
	}

	fn with_draw(id: &TaskId, deal: &Deal, mut task: Task) -> Task {
		let now = T::BlockNumberProvider::current_block_number();
		let fold = Self::waiting_fold(id, &task).ok().filter(|_| wave_fits(&deal.terms, now));
		if let Some(fold) = fold {
			let drawn = Self::first_wave(deal, &fold.seed(&draw_subject(id)));
			let replica = |candidate| Replica { candidate, wave: 0, state: ReplicaState::Drawn };
			task.replicas = BoundedVec::truncate_from(drawn.into_iter().map(replica).collect());
		}
		task
	}

	fn waiting_fold(id: &TaskId, task: &Task) -> Result<Fold, NoSeed> {
		let TaskState::Waiting { ticket } = task.state else { return Err(NoSeed::TooEarly) };
		match Bags::<T>::get(id.deal).and_then(|bag| bag.randomness) {
			Some(randomness) => Ok(Fold { ticket, entries: Vec::new(), randomness }),
			None => Self::fold(&ticket),
		}
	}

	fn fold(ticket: &Ticket) -> Result<Fold, NoSeed> {
		T::Beacon::fold(ticket)
	}

	fn next_step(id: &TaskId, deal: &Deal, task: &Task) -> NextStep {
		let now = T::BlockNumberProvider::current_block_number();
		let count = |which: fn(&ReplicaState) -> bool| {
			task.replicas.iter().filter(|replica| which(&replica.state)).count() as u32
		};
		match task.state {
			TaskState::Waiting { .. } => {
				let waits = Self::waiting_fold(id, task) == Err(NoSeed::TooEarly);
				if waits && wave_fits(&deal.terms, now) {
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
			TaskState::Agreed { until, .. } if now >= until => {
				let ticket = Self::audit_ticket(until);
				let waits = Self::fold(&ticket) == Err(NoSeed::TooEarly);
				let drawn = deal.terms.audit_ppm > 0;
				if waits && drawn { NextStep::Randomness } else { NextStep::Poke }
			},
			TaskState::Running { until, .. } => NextStep::Seals(count(is_drawn), until),
			TaskState::Revealing { until, .. } => NextStep::Reveals(count(is_sealed), until),
			TaskState::Agreed { until, .. } => NextStep::ChallengeWindow(until),
			TaskState::Disputed { case } => NextStep::Verdict(case),
			TaskState::Missing { ticket, until } => {
				NextStep::Exhibits(until, Self::exhibit_seed(id, &ticket).ok())
			},
		}
	}
}
