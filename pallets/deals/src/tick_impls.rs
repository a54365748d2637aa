//! What passing time starts.

use crate::*;
use assay_primitives::{
	AccountId,
	beacon::NoSeed,
	deal::{Deal, FailCause, ReplicaState, TaskState},
	task::{DealId, TaskId},
	traits::Beacon,
};
use frame_support::{ensure, traits::Get, weights::WeightMeter};
use sp_runtime::{DispatchError, traits::BlockNumberProvider};

/// Most tasks that a block prunes by itself.
const MAX_PRUNED_PER_BLOCK: u32 = 16;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_poke(who: AccountId, task: TaskId) -> Result<Effort, DispatchError> {
		let mut live = Self::load(task)?;
		let now = live.now;
		live.poker = Some(who);
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
			TaskState::Agreed { digest, until } if now >= until => {
				Self::close_window(live, digest, until)
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
				let ticket = T::Beacon::request(T::BeaconWindow::get(), T::BeaconAuthors::get());
				Self::deposit_event(Event::TicketRenewed { task: live.id });
				if let Some(bag) = live.bag.take() {
					Bags::<T>::insert(live.id.deal, Bag { ticket, ..bag });
					return Ok(live.effort);
				}
				live.task.state = TaskState::Waiting { ticket };
			},
		}
		Ok(Self::save(live))
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

	pub(crate) fn do_prune(task: TaskId) -> Result<(), Error<T>> {
		let Some(ended) = Ended::<T>::get(task) else {
			let live = Tasks::<T>::contains_key(task);
			return Err(if live {
				Error::<T>::RetentionNotElapsed
			} else {
				Error::<T>::TaskNotFound
			});
		};
		let now = T::BlockNumberProvider::current_block_number();
		ensure!(now >= ended.prune_at, Error::<T>::RetentionNotElapsed);
		let bag = Bags::<T>::get(task.deal);
		if bag.is_some() {
			// What is not kept counts as not opened, as long as any of the bag may be opened.
			let open = Deals::<T>::get(task.deal).map_or(0, |deal| deal.open_tasks);
			ensure!(open == 0, Error::<T>::DealStillOpen);
		}
		Ended::<T>::remove(task);
		Draws::<T>::remove(task);
		CalledBack::<T>::remove(task);
		Self::deposit_event(Event::TaskPruned { task });
		match bag {
			Some(bag) if bag.left > 1 => {
				Bags::<T>::insert(task.deal, Bag { left: bag.left - 1, ..bag });
			},
			_ => Self::remove_deal(task.deal),
		}
		Ok(())
	}

	fn remove_deal(deal: DealId) {
		Bags::<T>::remove(deal);
		if let Some(Deal { client, payer, terms, .. }) = Deals::<T>::take(deal) {
			Self::remove_callback(deal, &client);
			let amount = Self::return_deposit(&payer, terms.deposit);
			if amount > 0 {
				Self::deposit_event(Event::DepositReturned { deal, payer, amount });
			}
		}
	}

	/// Prunes tasks in the order of their end, as far as the meter allows.
	pub(crate) fn prune_due(meter: &mut WeightMeter) {
		if meter.try_consume(T::DbWeight::get().reads_writes(1, 1)).is_err() {
			return;
		}
		let (mut first, next) = PruneRange::<T>::get();
		let before = first;
		let step = T::WeightInfo::prune().saturating_add(T::DbWeight::get().reads_writes(1, 1));
		for _ in 0..MAX_PRUNED_PER_BLOCK {
			if first >= next || meter.try_consume(step).is_err() {
				break;
			}
			if !Self::prune_at(first) {
				break;
			}
			first += 1;
		}
		if first != before {
			// The end may have moved meanwhile.
			PruneRange::<T>::mutate(|range| range.0 = first);
		}
	}

	/// Whether the position of the queue is done with: pruned now, or by a call before.
	fn prune_at(position: u64) -> bool {
		if let Some(task) = PruneQueue::<T>::get(position) {
			match Self::do_prune(task) {
				Err(Error::<T>::RetentionNotElapsed) => return false,
				// Others must not wait for it.
				Err(Error::<T>::DealStillOpen) => Self::queue(task),
				_ => (),
			}
			PruneQueue::<T>::remove(position);
		}
		true
	}

	/// Puts an ended task at the end of the queue for pruning.
	pub(crate) fn queue(task: TaskId) {
		PruneRange::<T>::mutate(|(_, next)| {
			PruneQueue::<T>::insert(*next, task);
			*next = next.saturating_add(1);
		});
	}

	/// Tasks that wait for pruning, oldest first.
	#[cfg(any(test, feature = "try-runtime"))]
	pub(crate) fn queued() -> alloc::vec::Vec<TaskId> {
		let (first, next) = PruneRange::<T>::get();
		(first..next).filter_map(PruneQueue::<T>::get).collect()
	}
}
