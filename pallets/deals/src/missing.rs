//! What becomes of a task whose replicas say that content can't be had.
//!
//! Two thirds of the drawn, three at least, say so and nobody has shown otherwise by sealing: that alone
//! is worth nothing, for they may lie to be paid for an attempt, or to spoil the task. So a seed says
//! which block of each content is to be shown, after the reports were made. Whoever shows them sets the
//! task going again; where nobody does, it ends, and those who tried are paid for the attempt.

use crate::*;
use assay_primitives::{
	AccountId, Balance,
	beacon::{NoSeed, Seed, Ticket},
	content::{ContentRef, Exhibit},
	deal::{
		Deal, Exhibits, FailCause, ReplicaResult, ReplicaState, TaskState, missing_subject,
		shown_leaf,
	},
	task::{Input, TaskId},
	traits::{Beacon, Contents},
};
use frame_support::{ensure, traits::Get};
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
	/// Whether so many have declined for want of it that the content counts as missing until somebody shows it. Never
	/// where somebody has sealed, and so had it, where it has been shown before, or where the chain
	/// itself keeps all of it.
	pub(crate) fn content_is_missing(live: &Live) -> bool {
		let lacking = live.count(lacks_content);
		lacking >= MIN_DECLINED
			&& two_thirds(lacking, live.task.replicas.len())
			&& !live.any(had_content)
			&& !Draws::<T>::get(live.id).is_some_and(|record| record.shown)
			&& !Self::keeps_all(&live.deal)
	}

	/// Starts the time in which the content can be shown.
	pub(crate) fn await_exhibits(mut live: Live) -> Effort {
		let ticket = T::Beacon::request(T::BeaconWindow::get(), T::BeaconAuthors::get());
		let until = live.now.saturating_add(EXHIBIT_BLOCKS);
		live.task.state = TaskState::Missing { ticket, until };
		Self::deposit_event(Event::ContentMissing { task: live.id, until });
		Self::save(live)
	}

	pub(crate) fn do_refute(
		by: AccountId,
		task: TaskId,
		exhibits: Exhibits,
	) -> Result<Effort, DispatchError> {
		let live = Self::load(task)?;
		let TaskState::Missing { ticket, until } = live.task.state else {
			return Err(Error::<T>::NotMissing.into());
		};
		ensure!(live.now < until, Error::<T>::DeadlinePassed);
		let seed = Self::exhibit_seed(&task, &ticket).map_err(|missing| match missing {
			NoSeed::TooEarly => Error::<T>::SeedNotKnown,
			NoSeed::Expired => Error::<T>::TicketExpired,
		})?;
		let shown = Self::shows(&live.deal, task.index, &seed, &exhibits);
		ensure!(shown, Error::<T>::ExhibitMismatch);
		Draws::<T>::mutate_extant(task, |record| record.shown = true);
		Self::deposit_event(Event::ContentShown { task, by });
		Ok(Self::go_on(live))
	}

	/// The seed that says which blocks are to be shown.
	pub(crate) fn exhibit_seed(task: &TaskId, ticket: &Ticket) -> Result<Seed, NoSeed> {
		T::Beacon::fold(ticket).map(|fold| fold.seed(&missing_subject(task)))
	}

	/// Whether exhibits show the block that the seed asks for of every content that the chain does not
	/// keep itself.
	fn shows(deal: &Deal, index: u32, seed: &Seed, exhibits: &Exhibits) -> bool {
		let shows = |content: &ContentRef, exhibit: &Option<Exhibit>| {
			let shown = |it: &Exhibit| content.is_shown_by(shown_leaf(seed, content), it);
			T::Contents::is_promised(content) || exhibit.as_ref().is_some_and(shown)
		};
		let task = &deal.request.task;
		let input = match &task.input {
			Input::None => true,
			Input::Blob(input) => shows(input, &exhibits.input),
			Input::List(inputs) => {
				// A list of the longest deal is far below one block. One that names no such input is
				// there all the same: its tasks have an outcome.
				let list = exhibits.list.as_ref().filter(|bytes| inputs.list.matches(bytes));
				!inputs.is_possible()
					|| list.is_some_and(|bytes| match inputs.input(bytes, index) {
						Ok(input) => shows(&input, &exhibits.input),
						Err(_) => true,
					})
			},
		};
		input && shows(&task.module, &exhibits.module)
	}

	/// Whether every node serves all content of a deal.
	fn keeps_all(deal: &Deal) -> bool {
		T::Contents::task_promised_until(&deal.request.task).is_some()
	}

	/// Gives those who have neither sealed nor declined their whole time again, or looks for others.
	fn go_on(mut live: Live) -> Effort {
		if !live.any(is_drawn) {
			return Self::evaluate(live);
		}
		if !live.wave_fits() {
			return Self::fail(live, FailCause::NoDelivery);
		}
		Self::restart_wave(&mut live);
		Self::save(live)
	}

	/// Lets the present wave seal from now on.
	pub(crate) fn restart_wave(live: &mut Live) {
		let wave = live.wave();
		let until = live.now.saturating_add(live.deal.terms.commit_blocks);
		live.task.state = TaskState::Running { wave, until };
	}

	/// What those are due who declined for want of content, where nobody has shown that they could have had the content.
	/// Returns whether that is how the task ends.
	pub(crate) fn owe_attempts(live: &Live, cause: FailCause, judged: &mut [Judged]) -> bool {
		let open = matches!(live.task.state, TaskState::Missing { .. });
		let missing = open && cause == FailCause::ContentUnavailable;
		for one in judged.iter_mut().filter(|_| missing) {
			if matches!(one.kept.result, ReplicaResult::Declined(excuse) if excuse.lacks_content())
			{
				one.due = Self::attempt_fee(live, one.kept.candidate);
			}
		}
		missing
	}

	/// P_max of a candidate, times the share that an attempt is worth.
	pub(crate) fn attempt_fee(live: &Live, candidate: u32) -> Balance {
		let deal = &live.deal;
		let maximum =
			deal.price(candidate).and_then(|price| price.maximum(deal.request.task.limits.gas));
		Self::economics(live).fees.for_attempt(maximum.unwrap_or(0))
	}
}

/// Whether a replica has sealed at some time, and so shown that the content can be had.
fn had_content(state: &ReplicaState) -> bool {
	match state {
		ReplicaState::Sealed(_)
		| ReplicaState::Revealed { .. }
		| ReplicaState::Withheld
		| ReplicaState::Denounced => true,
		ReplicaState::Drawn | ReplicaState::Declined(_) | ReplicaState::Silent => false,
	}
}

/// Whether so many of the drawn lack content that the others don't count.
pub(crate) fn two_thirds(lacking: usize, drawn: usize) -> bool {
	lacking * 3 >= drawn * 2
}
