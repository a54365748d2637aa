//! Who runs a task.

use crate::*;
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Hash,
	beacon::{Fold, NoSeed, Ticket},
	deal::{Deal, DealTerms, Replica, ReplicaState, TaskState, draw_subject},
	draw::weighted,
	task::DealId,
	traits::{Beacon, Exposures, Stakes},
};
use frame_support::{defensive, ensure, storage::with_storage_layer};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
	/// Draws the first wave of a task that waits for it, if the seed is known.
	pub(crate) fn draw_if_waiting(live: &mut Live) -> Result<(), Error<T>> {
		let TaskState::Waiting { ticket } = live.task.state else { return Ok(()) };
		ensure!(live.wave_fits(), Error::<T>::HardEndReached);
		let fold = Self::fold_of(live, &ticket).map_err(|missing| match missing {
			NoSeed::TooEarly => Error::<T>::SeedNotKnown,
			NoSeed::Expired => Error::<T>::TicketExpired,
		})?;
		Self::draw_first(live, fold)
	}

	/// The fold of a waiting task's ticket. A bag remembers it for its other tasks.
	pub(crate) fn fold_of(live: &Live, ticket: &Ticket) -> Result<Fold, NoSeed> {
		match live.bag.as_ref().and_then(|bag| bag.randomness) {
			Some(randomness) => Ok(Fold { ticket: *ticket, entries: Vec::new(), randomness }),
			None => live.folds.find(ticket, T::Beacon::fold),
		}
	}

	/// Draws the first wave.
	pub(crate) fn draw_first(live: &mut Live, fold: Fold) -> Result<(), Error<T>> {
		let seed = fold.seed(&draw_subject(&live.id));
		let drawn = Self::first_wave(&live.deal, &seed);
		let candidates = live.deal.candidates.len() as u32;
		live.effort.drew = Some(candidates);
		live.effort.folded = fold.entries.len() as u32;
		let Fold { ticket, randomness, .. } = fold;
		let mut record =
			DrawRecord { ticket, randomness, skipped: Default::default(), shown: false };
		match live.bag.take() {
			Some(bag) => {
				Self::lock_drawn(live, &mut record, drawn.len())?;
				Self::remember(live, bag, randomness);
			},
			None => Self::keep_drawn(live, drawn)?,
		}
		Draws::<T>::insert(live.id, record);
		Self::start_wave(live, 0);
		Ok(())
	}

	/// All candidates have been locked since the deal was opened; releases those that were not drawn.
	fn keep_drawn(live: &mut Live, drawn: Vec<u32>) -> Result<(), Error<T>> {
		for (at, candidate) in live.deal.candidates.iter().enumerate() {
			if !drawn.contains(&(at as u32)) {
				Self::unreserve(live, &candidate.provider);
			}
		}
		for candidate in drawn {
			Self::add_replica(live, candidate, 0)?;
		}
		Ok(())
	}

	/// Nobody was locked when the bag was opened; locks `count` of the candidates in the order of the
	/// draw. Fails where one of them can't be locked now, or passes it over when that has lasted.
	fn lock_drawn(live: &mut Live, record: &mut DrawRecord, count: usize) -> Result<(), Error<T>> {
		let (seed, weights) = (record.seed(&live.id), live.deal.weights());
		for candidate in weighted(&seed, &weights, &[], 0, weights.len() as u32) {
			if live.task.replicas.len() == count {
				break;
			}
			let Some(provider) = Self::candidate(live, candidate) else { break };
			if with_storage_layer(|| Self::reserve(live, &provider)).is_ok() {
				Self::add_replica(live, candidate, 0)?;
				continue;
			}
			ensure!(live.passes_over(), Error::<T>::CandidateBusy);
			// As many as there are candidates fit.
			let _ = record.skipped.try_push(candidate);
			Self::deposit_event(Event::CandidateSkipped { task: live.id, provider });
		}
		ensure!(live.task.replicas.len() == count, Error::<T>::CandidateBusy);
		Ok(())
	}

	fn remember(live: &mut Live, bag: Bag, randomness: Hash) {
		if bag.randomness.is_none() {
			live.effort.written = live.effort.written.saturating_add(1);
			let (client, deal) = (&live.deal.client, live.id.deal);
			Bags::<T>::insert(client, deal, Bag { randomness: Some(randomness), ..bag });
		}
	}

	/// Draws up to `count` more candidates and starts a wave with them. Who can't lock its stake any
	/// more is skipped for good. Returns whether anyone was drawn.
	///
	/// The draw continues the first one, step by step, so its whole order can be repeated from the
	/// seed; see [`DrawRecord`].
	pub(crate) fn draw_more(live: &mut Live, wave: u8, count: u32) -> bool {
		let Some(mut record) = Draws::<T>::get(live.id) else {
			defensive!("every task that has left Waiting has a draw record");
			return false;
		};
		let (seed, weights) = (record.seed(&live.id), live.deal.weights());
		let mut taken = Self::taken(live, &record);
		let mut drawn = 0;
		live.effort.tried = Some(0);
		while drawn < count {
			let step = taken.len() as u32;
			let Some(candidate) = weighted(&seed, &weights, &taken, step, 1).first().copied()
			else {
				break;
			};
			taken.push(candidate);
			live.effort.tried = Some(live.effort.tried.map_or(1, |tried| tried.saturating_add(1)));
			let Some(provider) = Self::candidate(live, candidate) else { break };
			if with_storage_layer(|| Self::reserve(live, &provider)).is_ok() {
				if Self::add_replica(live, candidate, wave).is_err() {
					Self::unreserve(live, &provider);
					defensive!("the policy allows no more replicas than fit");
					break;
				}
				drawn += 1;
			} else {
				// As many as there are candidates fit.
				let _ = record.skipped.try_push(candidate);
				Self::deposit_event(Event::CandidateSkipped { task: live.id, provider });
			}
		}
		Draws::<T>::insert(live.id, record);
		if drawn > 0 {
			Self::start_wave(live, wave);
		}
		drawn > 0
	}

	fn reserve(live: &Live, provider: &AccountId) -> DispatchResult {
		Self::reserve_for(live.id.deal, &live.deal.client, &live.deal.terms, provider)
	}

	/// Locks a candidate's stake for a replica, and counts it as work that is not paid yet.
	pub(crate) fn reserve_for(
		deal: DealId,
		client: &AccountId,
		terms: &DealTerms,
		provider: &AccountId,
	) -> DispatchResult {
		T::Stakes::lock(provider, deal, terms.stake)?;
		T::Exposures::begin(provider, client, terms.commit_blocks)
	}

	/// Undoes [`Self::reserve_for`].
	pub(crate) fn unreserve(live: &Live, provider: &AccountId) {
		T::Stakes::release(provider, live.id.deal, live.deal.terms.stake);
		Self::discount(&live.deal, provider);
	}

	/// Counts a replica no longer as work that is not paid yet.
	pub(crate) fn discount(deal: &Deal, provider: &AccountId) {
		T::Exposures::end(provider, &deal.client, deal.terms.commit_blocks);
	}

	/// Candidates whose turn has come, drawn or skipped.
	pub(crate) fn taken(live: &Live, record: &DrawRecord) -> Vec<u32> {
		let drawn = live.task.replicas.iter().map(|replica| replica.candidate);
		drawn.chain(record.skipped.iter().copied()).collect()
	}

	fn candidate(live: &Live, position: u32) -> Option<AccountId> {
		live.deal.candidates.get(position as usize).map(|candidate| candidate.provider.clone())
	}

	fn add_replica(live: &mut Live, candidate: u32, wave: u8) -> Result<(), Error<T>> {
		live.task
			.replicas
			.try_push(Replica { candidate, wave, state: ReplicaState::Drawn })
			.map_err(|_| Error::<T>::Unexpected(Unexpected::ReplicasFull))
	}

	fn start_wave(live: &mut Live, wave: u8) {
		let until = live.now.saturating_add(live.deal.terms.commit_blocks);
		live.task.state = TaskState::Running { wave, until };
		let providers = live.providers(|replica| replica.wave == wave);
		Self::deposit_event(Event::ReplicasDrawn { task: live.id, wave, providers, until });
	}
}
