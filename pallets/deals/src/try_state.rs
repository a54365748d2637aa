//! What always holds.
//!
//! # Invariants
//!
//! 1. Held of each account for escrow are the escrows and reserves of its deals' open tasks, less what
//!    their cases took; for state the deposits of its deals; and as bonds those of its challenges, and all that its
//!    questions cost which wait.
//! 2. Every live or ended task has a deal, none is both, and every deal has a task that is not pruned.
//! 3. A deal's `open_tasks` are its live tasks and, of a bag, those that nobody has opened; its number
//!    was given out. Exactly the deals over a list of inputs have a bag.
//! 4. Replicas are different candidates of the deal, in the order of their waves, and no more than
//!    the policy allows.
//! 5. A waiting task has neither replicas nor a draw record; every other one has both, and replicas
//!    in each wave up to its own.
//! 6. While a wave runs, somebody of it has to seal still; while it reveals, somebody has to reveal
//!    and nobody has to seal; afterwards nobody has to do anything. Earlier waves are done.
//! 7. A running, revealing or disputed task has not reached what its policy requires before this
//!    wave; an agreed one has, with the digest that it agreed on.
//! 8. Every ended task stands in the queue for pruning exactly once, and no live one does.
//! 9. Draw records belong to a task. Skipped candidates are no replicas.
//! 10. A deal's escrow covers its dearest replica.
//! 11. Exactly the disputed tasks have a record of their case. It took no more than the reserve where
//!     that paid for it, and questions what was agreed on unless nothing was.
//! 12. Held of each client for callbacks are the rewards that were not paid and the deposits. Callbacks
//!     belong to deals, sent ones to tasks that have ended, and no more were sent than there are tasks.
//! 13. Single tasks and bags stand under the client of their deal, tasks of a bag under that.
//! 14. Exactly the candidates of a deal over a list of inputs have it in their lists.
//! 15. What a provider's record says it works for are the live tasks that have a slot of it.
//! 16. Questions that wait are of agreed tasks.
//! 17. Held of each account as reservations is what is left of its own.

use crate::{
	consensus::{groups, largest},
	*,
};
use alloc::collections::{BTreeMap, BTreeSet};
use assay_primitives::{
	AccountId, Balance,
	deal::{Deal, Replica, ReplicaState, Task, TaskState},
	money::maxima,
	outcome::Digest,
	policy::Votes,
	request::Candidate,
	task::{DealId, TaskId},
	traits::{CaseReason, Stakes},
};
use frame_support::{ensure, traits::fungible::InspectHold};
use sp_runtime::TryRuntimeError;

type Checked = Result<(), TryRuntimeError>;

impl<T: Config> Pallet<T> {
	/// Checks all invariants.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_holds()?;
		Self::check_reservations()?;
		for (id, deal) in Deals::<T>::iter() {
			Self::check_deal(id, &deal)?;
		}
		for (list, id, task) in Tasks::<T>::iter() {
			let deal = Deals::<T>::get(id.deal).ok_or("2: a live task has no deal")?;
			ensure!(!Ended::<T>::contains_key(&list, id), "2: a task is live and ended");
			ensure!(list == TaskList::of(id.deal, &deal), "13: a live task stands elsewhere");
			Self::check_task(&id, &deal, &task)?;
		}
		for (list, id) in Ended::<T>::iter_keys() {
			let deal = Deals::<T>::get(id.deal).ok_or("2: an ended task has no deal")?;
			ensure!(list == TaskList::of(id.deal, &deal), "13: an ended task stands elsewhere");
		}
		for (client, id) in Bags::<T>::iter_keys() {
			let deal = Deals::<T>::get(id).ok_or("3: a bag has no deal")?;
			ensure!(client == deal.client, "13: a bag stands under another client");
		}
		for id in Draws::<T>::iter_keys() {
			let kept = Self::is_live(&id) || Self::has_ended(&id);
			ensure!(kept, "9: a draw record has no task");
		}
		Self::check_lists()?;
		for (id, dispute) in Disputes::<T>::iter() {
			Self::check_dispute(&id, &dispute)?;
		}
		for id in Asked::<T>::iter_keys() {
			let deal = Deals::<T>::get(id.deal).ok_or("16: a question about no deal")?;
			let task = Tasks::<T>::get(TaskList::of(id.deal, &deal), id);
			let agreed = task.is_some_and(|task| matches!(task.state, TaskState::Agreed { .. }));
			ensure!(agreed, "16: a question waits about a task that has not agreed");
		}
		Self::check_callbacks()?;
		Self::check_queue()
	}

	fn is_live(id: &TaskId) -> bool {
		let deal = Deals::<T>::get(id.deal);
		deal.is_some_and(|deal| Tasks::<T>::contains_key(TaskList::of(id.deal, &deal), id))
	}

	fn has_ended(id: &TaskId) -> bool {
		let deal = Deals::<T>::get(id.deal);
		deal.is_some_and(|deal| Ended::<T>::contains_key(TaskList::of(id.deal, &deal), id))
	}

	fn check_lists() -> Checked {
		let mut listed = 0;
		for (id, deal) in Deals::<T>::iter().filter(|(_, deal)| deal.is_bag()) {
			let has_it = |candidate: &Candidate| BagsOf::<T>::contains_key(&candidate.provider, id);
			ensure!(deal.candidates.iter().all(has_it), "14: a candidate lacks a bag in its list");
			listed += deal.candidates.len();
		}
		ensure!(BagsOf::<T>::iter_keys().count() == listed, "14: a list has more than its bags");
		let mut used: BTreeMap<AccountId, BTreeMap<DealId, u16>> = BTreeMap::new();
		for (_, id, task) in Tasks::<T>::iter() {
			let deal = Deals::<T>::get(id.deal).ok_or("2: a live task has no deal")?;
			for candidate in &deal.candidates {
				let slots = used.entry(candidate.provider.clone()).or_default();
				if Self::is_locked(&deal, &task, &candidate.provider) {
					*slots.entry(id.deal).or_default() += 1;
				}
			}
		}
		for (provider, slots) in used {
			let same = T::Stakes::work(&provider).into_iter().eq(slots);
			ensure!(same, "15: a provider's work is not what it is locked for");
		}
		Ok(())
	}

	/// Whether a task takes a slot of a provider.
	pub(crate) fn is_locked(deal: &Deal, task: &Task, provider: &AccountId) -> bool {
		let Some(at) = deal.position(provider) else { return false };
		let holds =
			|replica: &Replica| replica.candidate == at && replica.state != ReplicaState::Denounced;
		matches!(task.state, TaskState::Waiting { .. }) || task.replicas.iter().any(holds)
	}

	fn check_callbacks() -> Checked {
		let mut owed: BTreeMap<AccountId, Balance> = BTreeMap::new();
		for (id, callback) in Callbacks::<T>::iter() {
			let deal = Deals::<T>::get(id).ok_or("12: a callback of no deal")?;
			let sent = CalledBack::<T>::iter_keys().filter(|task| task.deal == id).count() as u32;
			// Of a bag some tasks may have been pruned, with their marks.
			let within = callback.left.checked_add(sent).is_some_and(|all| all <= deal.tasks);
			ensure!(within, "12: more callbacks than tasks");
			let held = callback.held().ok_or("12: rewards leave the type")?;
			*owed.entry(deal.client).or_default() += held;
		}
		for task in CalledBack::<T>::iter_keys() {
			let known = Callbacks::<T>::contains_key(task.deal);
			ensure!(known && Self::has_ended(&task), "12: a callback of no ended task");
		}
		for client in frame_system::Account::<T>::iter_keys() {
			let held = T::Currency::balance_on_hold(&HoldReason::Callback.into(), &client);
			let due = owed.remove(&client).unwrap_or_default();
			ensure!(held == due, "12: what is held for callbacks is not what is owed");
		}
		ensure!(owed.is_empty(), "12: a client has no account");
		Ok(())
	}

	fn check_dispute(id: &TaskId, dispute: &Dispute) -> Checked {
		let deal = Deals::<T>::get(id.deal).ok_or("11: a case about no deal")?;
		let state = Tasks::<T>::get(TaskList::of(id.deal, &deal), id).map(|task| task.state);
		let Some(TaskState::Disputed { agreed, .. }) = state else {
			return Err("11: a case about a task that is not disputed".into());
		};
		let within = match dispute.prepaid {
			(Prepayer::Reserve, funds) => funds <= deal.terms.reserve,
			_ => true,
		};
		ensure!(within, "11: a case took more than the reserve");
		let voted = dispute.reason == CaseReason::NoConsensus;
		ensure!(voted == agreed.is_none(), "11: a case questions nothing");
		Ok(())
	}

	fn check_holds() -> Checked {
		let mut owed: BTreeMap<AccountId, (Balance, Balance, Balance)> = BTreeMap::new();
		for deal in Deals::<T>::iter_values() {
			let (escrow, deposit, _) = owed.entry(deal.payer).or_default();
			*escrow += (deal.terms.escrow + deal.terms.reserve) * Balance::from(deal.open_tasks);
			*deposit += deal.terms.deposit;
		}
		for (id, dispute) in Disputes::<T>::iter() {
			let deal = Deals::<T>::get(id.deal).ok_or("11: a case about no deal")?;
			match dispute.prepaid {
				(Prepayer::Reserve, funds) => owed.entry(deal.payer).or_default().0 -= funds,
				(Prepayer::Account(_) | Prepayer::Fund, _) => (),
			}
			if let Some((who, bond)) = dispute.bond {
				owed.entry(who).or_default().2 += bond;
			}
		}
		for dispute in Asked::<T>::iter_values() {
			let (Prepayer::Account(who), funds) = dispute.prepaid else {
				return Err("16: nobody has asked".into());
			};
			owed.entry(who).or_default().2 += funds + dispute.bond.map_or(0, |(_, bond)| bond);
		}
		// Accounts without a deal are covered too: whoever has ever held anything is among them.
		for payer in frame_system::Account::<T>::iter_keys() {
			let (escrow, deposit, bonds) = owed.remove(&payer).unwrap_or_default();
			let held = |reason: HoldReason| T::Currency::balance_on_hold(&reason.into(), &payer);
			ensure!(held(HoldReason::Escrow) == escrow, "1: escrow held is not escrow owed");
			ensure!(held(HoldReason::StateDeposit) == deposit, "1: deposits differ");
			ensure!(held(HoldReason::ChallengeBond) == bonds, "1: bonds differ");
		}
		ensure!(owed.is_empty(), "1: a payer has no account");
		Ok(())
	}

	fn check_reservations() -> Checked {
		let mut reserved: BTreeMap<AccountId, Balance> = BTreeMap::new();
		for Reservation { payer, left } in Reservations::<T>::iter_values() {
			*reserved.entry(payer).or_default() += left;
		}
		let reason = HoldReason::Reservation.into();
		for payer in frame_system::Account::<T>::iter_keys() {
			let held = T::Currency::balance_on_hold(&reason, &payer);
			let left = reserved.remove(&payer).unwrap_or_default();
			ensure!(held == left, "17: what is reserved is not held");
		}
		ensure!(reserved.into_values().all(|left| left == 0), "17: a payer has no account");
		Ok(())
	}

	fn check_deal(id: u64, deal: &Deal) -> Checked {
		let (of, list) = (|index| TaskId { deal: id, index }, TaskList::of(id, deal));
		let is_live = |index: &u32| Tasks::<T>::contains_key(&list, of(*index));
		let has_ended = |index: &u32| Ended::<T>::contains_key(&list, of(*index));
		let live = (0..deal.tasks).filter(is_live).count() as u32;
		let ended = (0..deal.tasks).filter(has_ended).count() as u32;
		match Bags::<T>::get(&deal.client, id) {
			Some(bag) => {
				ensure!(deal.is_bag(), "3: a bag over no list");
				ensure!(bag.left > 0 && bag.left <= deal.tasks, "2: a bag has no task");
				ensure!(live <= deal.open_tasks, "3: open tasks are miscounted");
				ensure!(ended + deal.open_tasks == bag.left, "2: tasks of a bag are lost");
			},
			None => {
				ensure!(!deal.is_bag() && deal.tasks == 1, "3: a list without a bag");
				ensure!(live + ended == 1, "2: a deal has not exactly one task");
				ensure!(deal.open_tasks == live, "3: open tasks are miscounted");
			},
		}
		ensure!(id < NextDealId::<T>::get(), "3: a deal has a number of the future");
		let prices = deal.candidates.iter().map(|candidate| &candidate.price);
		let maxima = maxima(prices, deal.request.task.limits.gas).unwrap_or_default();
		let dearest = maxima.last().copied().unwrap_or(Balance::MAX);
		ensure!(deal.terms.escrow >= dearest, "10: the escrow covers less than one replica");
		Ok(())
	}

	fn check_task(id: &TaskId, deal: &Deal, task: &Task) -> Checked {
		let replicas = &task.replicas;
		let most = deal.request.policy.max_replicas() as usize;
		ensure!(replicas.len() <= most, "4: more replicas than the policy allows");
		let different: BTreeSet<u32> = replicas.iter().map(|replica| replica.candidate).collect();
		ensure!(different.len() == replicas.len(), "4: a candidate was drawn twice");
		let known = |at: &u32| (*at as usize) < deal.candidates.len();
		ensure!(different.iter().all(known), "4: a replica is not a candidate");
		let sorted = replicas.windows(2).all(|pair| pair[0].wave <= pair[1].wave);
		ensure!(sorted, "4: replicas are not in the order of their waves");
		let record = Draws::<T>::get(id);
		if let TaskState::Waiting { .. } = task.state {
			ensure!(replicas.is_empty() && record.is_none(), "5: a waiting task was drawn");
			return Ok(());
		}
		let record = record.ok_or("5: a drawn task has no draw record")?;
		let skipped = record.skipped.iter().any(|at| different.contains(at));
		ensure!(!skipped, "9: a skipped candidate is a replica");
		ensure!(!replicas.is_empty(), "5: a drawn task has no replicas");
		Self::check_phase(task)?;
		Self::check_agreement(id, deal, task)
	}

	fn check_phase(task: &Task) -> Checked {
		let has = |which: fn(&ReplicaState) -> bool, wave: Option<u8>| {
			let fits = |replica: &&Replica| wave.is_none_or(|wave| replica.wave == wave);
			task.replicas.iter().filter(fits).any(|replica| which(&replica.state))
		};
		let last = task.replicas.iter().map(|replica| replica.wave).max();
		let open = |replica: &Replica| is_drawn(&replica.state) || is_sealed(&replica.state);
		let earlier =
			task.replicas.iter().any(|replica| Some(replica.wave) != last && open(replica));
		ensure!(!earlier, "6: an earlier wave is not done");
		match task.state {
			TaskState::Running { wave, .. } => {
				ensure!(Some(wave) == last, "5: the running wave has no replicas");
				ensure!(has(is_drawn, Some(wave)), "6: a wave runs and nobody has to seal");
			},
			TaskState::Revealing { wave, .. } => {
				ensure!(Some(wave) == last, "5: the revealing wave has no replicas");
				ensure!(has(is_sealed, Some(wave)), "6: nobody has to reveal");
				ensure!(!has(is_drawn, None), "6: somebody has to seal while others reveal");
			},
			TaskState::Missing { .. } => {
				ensure!(!has(is_sealed, None), "6: content is missing that somebody has had");
				let lacking = task.replicas.iter().filter(|one| lacks_content(&one.state)).count();
				ensure!(lacking >= MIN_DECLINED, "6: content is missing for too few");
			},
			_ => ensure!(
				!has(is_drawn, None) && !has(is_sealed, None),
				"6: a task is decided while replicas are open"
			),
		}
		Ok(())
	}

	/// Quorums only: weights of votes change with the scores.
	fn check_agreement(id: &TaskId, deal: &Deal, task: &Task) -> Checked {
		let required = match deal.request.policy.votes() {
			Votes::Equal(required) => required,
			Votes::Weighed(_) => return Ok(()),
		};
		let task_hash = deal.request.task.hash_of(id.index);
		let of = |replicas: &[Replica]| largest(&groups(replicas, &task_hash));
		let before = |wave: u8| -> alloc::vec::Vec<Replica> {
			task.replicas.iter().filter(|replica| replica.wave < wave).cloned().collect()
		};
		let agreed = |digest: Digest| {
			of(&task.replicas).is_some_and(|best| best.size >= required && best.digest == digest)
		};
		match task.state {
			TaskState::Agreed { digest, .. } => {
				ensure!(agreed(digest), "7: a task agreed on what too few revealed");
			},
			TaskState::Running { wave, .. } | TaskState::Revealing { wave, .. } => {
				let size = of(&before(wave)).map_or(0, |best| best.size);
				ensure!(size < required, "7: a task goes on although it agrees");
			},
			TaskState::Disputed { agreed: named, .. } => {
				ensure!(Disputes::<T>::contains_key(id), "11: a disputed task has no case");
				let fits = match named {
					Some(digest) => agreed(digest),
					None => of(&task.replicas).map_or(0, |best| best.size) < required,
				};
				ensure!(fits, "7: a task is disputed for another reason than its replicas give");
			},
			TaskState::Waiting { .. } | TaskState::Missing { .. } => (),
		}
		Ok(())
	}

	fn check_queue() -> Checked {
		let (first, next) = PruneRange::<T>::get();
		ensure!(first <= next, "8: the queue ends before it begins");
		let entries = PruneQueue::<T>::iter().count() as u64;
		ensure!(entries == Ends::<T>::len(), "8: the queue has gaps");
		let mut queued = BTreeSet::new();
		for id in Ends::<T>::entries() {
			ensure!(queued.insert(id), "8: a task is queued twice");
			ensure!(!Self::is_live(&id), "8: a live task is queued");
		}
		let all = Ended::<T>::iter_keys().all(|(_, id)| queued.contains(&id));
		ensure!(all, "8: an ended task is not queued");
		Ok(())
	}
}
