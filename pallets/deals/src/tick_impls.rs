//! What passing time starts.

use crate::{dispatchable_impls::MAX_FOLD, *};
use assay_primitives::{
	AccountId,
	beacon::NoSeed,
	deal::{Deal, FailCause, ReplicaState, TaskState},
	task::{DealId, TaskId},
	traits::Beacon,
};
use frame_support::{
	dispatch::Pays,
	ensure,
	traits::Get,
	weights::{Weight, WeightMeter},
};
use sp_runtime::{DispatchError, traits::BlockNumberProvider};

/// A task that nothing keeps any more.
struct Prunable {
	deal: Deal,
	bag: Option<Bag>,
	/// Whether anybody was drawn for it.
	drawn: bool,
}

impl Prunable {
	/// Candidates that have the deal in their lists until it is pruned: those of a bag's last task.
	fn listed(&self) -> u32 {
		let last = self.bag.as_ref().is_some_and(|bag| bag.left <= 1);
		if last { self.deal.candidates.len() as u32 } else { 0 }
	}
}

/// Most tasks that a block prunes by itself.
const MAX_PRUNED_PER_BLOCK: u32 = 16;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_poke(
		who: AccountId,
		task: TaskId,
		folds: &Folds,
	) -> Result<Effort, DispatchError> {
		let mut live = Self::load(task)?;
		let now = live.now;
		(live.poker, live.folds) = (Some(who), folds.clone());
		match live.task.state {
			TaskState::Waiting { .. } => Self::poke_waiting(live),
			TaskState::Running { until, .. } if now >= until => {
				Self::mark_missed(&mut live);
				Ok(Self::after_sealing(live))
			},
			TaskState::Revealing { until, .. } if now >= until => {
				Self::mark_missed(&mut live);
				Ok(Self::evaluate(live))
			},
			TaskState::Agreed { digest, until } => match Self::ask_again(live, until) {
				Ok(effort) => Ok(effort),
				Err(live) if now >= until => Self::close_window(*live, digest, until),
				Err(_) => Err(Error::<T>::NothingToDo.into()),
			},
			TaskState::Missing { until, .. } if now >= until => {
				Ok(Self::fail(live, FailCause::ContentUnavailable))
			},
			_ => Err(Error::<T>::NothingToDo.into()),
		}
	}

	fn poke_waiting(mut live: Live) -> Result<Effort, DispatchError> {
		let TaskState::Waiting { ticket } = live.task.state else {
			return Err(Error::<T>::NothingToDo.into());
		};
		if !live.wave_fits() {
			return Ok(Self::fail(live, FailCause::HardEnd));
		}
		match Self::fold_of(&live, &ticket) {
			Ok(fold) => Self::draw_first(&mut live, fold)?,
			Err(NoSeed::TooEarly) => return Err(Error::<T>::NothingToDo.into()),
			Err(NoSeed::Expired) => {
				// As many blocks were looked through for too few authors.
				live.effort.folded = MAX_FOLD;
				let ticket = T::Beacon::request(T::BeaconWindow::get(), T::BeaconAuthors::get());
				Self::deposit_event(Event::TicketRenewed { task: live.id });
				if let Some(bag) = live.bag.take() {
					Bags::<T>::insert(&live.deal.client, live.id.deal, Bag { ticket, ..bag });
					return Ok(live.effort);
				}
				live.task.state = TaskState::Waiting { ticket };
			},
		}
		Ok(Self::save(live))
	}

	/// Weight of applying a deadline, whatever it is.
	pub(crate) fn poke_weight() -> Weight {
		// Whether a question waits.
		T::WeightInfo::poke().saturating_add(T::DbWeight::get().reads(1))
	}

	/// Starts revealing where the deadline for sealing has passed and somebody sealed.
	pub(crate) fn close_sealing_if_due(live: &mut Live) {
		let TaskState::Running { until, .. } = live.task.state else { return };
		if live.now >= until && live.any(is_sealed) {
			Self::mark_missed(live);
			Self::start_revealing(live);
		}
	}

	/// Marks who has not done its part of the phase that is over.
	fn mark_missed(live: &mut Live) {
		let revealing = matches!(live.task.state, TaskState::Revealing { .. });
		let missed: fn(&ReplicaState) -> bool = if revealing { is_sealed } else { is_drawn };
		for provider in live.providers(|replica| missed(&replica.state)) {
			let (task, sealed) = (live.id, revealing);
			Self::deposit_event(Event::DeadlineMissed { task, provider, sealed });
		}
		let verdict = if revealing { ReplicaState::Withheld } else { ReplicaState::Silent };
		for replica in live.task.replicas.iter_mut().filter(|replica| missed(&replica.state)) {
			replica.state = verdict;
		}
	}

	/// Removes an ended task, and with the last one its deal. Returns the weight, and whether it is paid for.
	pub(crate) fn do_prune(task: TaskId) -> Result<(Weight, Pays), Error<T>> {
		let due = Self::prunable(task)?;
		let weight = Self::prune_weight(due.listed());
		let pays = if due.drawn { Pays::No } else { Pays::Yes };
		Self::remove_task(task, due);
		Ok((weight, pays))
	}

	/// Weight of pruning a task where so many candidates have its bag in their lists until then. To take
	/// it off one of them is a write, and what it takes beside the database is less than another one.
	pub(crate) fn prune_weight(listed: u32) -> Weight {
		let lists = T::DbWeight::get().writes(u64::from(listed).saturating_mul(2));
		T::WeightInfo::prune().saturating_add(lists)
	}

	fn prunable(task: TaskId) -> Result<Prunable, Error<T>> {
		let deal = Deals::<T>::get(task.deal).ok_or(Error::<T>::TaskNotFound)?;
		let list = TaskList::of(task.deal, &deal);
		let Some(ended) = Ended::<T>::get(&list, task) else {
			let live = Tasks::<T>::contains_key(&list, task);
			return Err(if live {
				Error::<T>::RetentionNotElapsed
			} else {
				Error::<T>::TaskNotFound
			});
		};
		let now = T::BlockNumberProvider::current_block_number();
		ensure!(now >= ended.prune_at, Error::<T>::RetentionNotElapsed);
		let bag = Bags::<T>::get(&deal.client, task.deal);
		// What is not kept counts as not opened, as long as any of the bag may be opened.
		ensure!(bag.is_none() || deal.open_tasks == 0, Error::<T>::DealStillOpen);
		Ok(Prunable { deal, bag, drawn: !ended.replicas.is_empty() })
	}

	fn remove_task(task: TaskId, Prunable { deal, bag, .. }: Prunable) {
		Ended::<T>::remove(TaskList::of(task.deal, &deal), task);
		Draws::<T>::remove(task);
		CalledBack::<T>::remove(task);
		Self::deposit_event(Event::TaskPruned { task });
		match bag {
			Some(bag) if bag.left > 1 => {
				let bag = Bag { left: bag.left - 1, ..bag };
				Bags::<T>::insert(&deal.client, task.deal, bag);
			},
			bag => Self::remove_deal(task.deal, deal, bag.is_some()),
		}
	}

	fn remove_deal(id: DealId, deal: Deal, is_bag: bool) {
		let Deal { client, payer, candidates, terms, .. } = deal;
		if is_bag {
			Bags::<T>::remove(&client, id);
			for candidate in &candidates {
				BagsOf::<T>::remove(&candidate.provider, id);
			}
		}
		Deals::<T>::remove(id);
		Self::remove_callback(id, &client);
		let amount = Self::return_deposit(&payer, terms.deposit);
		if amount > 0 {
			Self::deposit_event(Event::DepositReturned { deal: id, payer, amount });
		}
	}

	/// Prunes tasks in the order of their end, as far as the meter allows.
	pub(crate) fn prune_due(meter: &mut WeightMeter) {
		if meter.try_consume(T::DbWeight::get().reads_writes(1, 1)).is_err() {
			return;
		}
		let step = T::WeightInfo::prune().saturating_add(T::DbWeight::get().reads_writes(1, 1));
		Ends::<T>::work_off(meter, step, MAX_PRUNED_PER_BLOCK, Self::prune_next);
	}

	/// Whether a task of the queue is done with: pruned now, or by a call before.
	fn prune_next(task: TaskId, meter: &mut WeightMeter) -> bool {
		match Self::prunable(task) {
			Ok(due) => {
				let more = Self::prune_weight(due.listed()).saturating_sub(Self::prune_weight(0));
				if meter.try_consume(more).is_err() {
					return false;
				}
				Self::remove_task(task, due);
			},
			Err(Error::<T>::RetentionNotElapsed) => return false,
			// Others must not wait for it.
			Err(Error::<T>::DealStillOpen) => Ends::<T>::push(task),
			Err(_) => (),
		}
		true
	}
}
