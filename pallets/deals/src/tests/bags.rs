//! Deals over a list of inputs.

use super::*;
use assay_primitives::task::MAX_TASKS;

fn tasks(deal: u64, count: u32) -> Vec<TaskId> {
	(0..count).map(|index| TaskId { deal, index }).collect()
}

/// A bag whose seed is known.
pub(super) fn open_bag(count: u32) -> Vec<TaskId> {
	let deal = Deals::open(bag(count, 2, 2, 6)).expect("in order");
	pass(4);
	tasks(deal, count)
}

pub(super) fn opened(task: TaskId) -> Vec<AccountId> {
	poke(task);
	drawn(task, 0)
}

/// Draws a task, and has all of its replicas tell the truth.
fn finish(task: TaskId) {
	let replicas = opened(task);
	run_wave(task, &replicas, &vec![good(); replicas.len()]);
}

/// DEAL-01: what does not fit opens nothing.
#[test]
fn deal_01_bag_should_be_refused_as_a_whole_when_its_numbers_differ() {
	build_and_execute(|| {
		let refused = |deal: NewDeal, error: Error<Test>| {
			assert_noop!(Deals::open(deal), error);
		};
		let five = || bag(5, 2, 2, 3);
		refused(NewDeal { tasks: 4, ..five() }, Error::<Test>::TaskCountMismatch);
		refused(NewDeal { tasks: 6, ..five() }, Error::<Test>::TaskCountMismatch);
		let single = plain(request(2, 2), candidates(3));
		refused(NewDeal { tasks: 2, ..single.clone() }, Error::<Test>::TaskCountMismatch);
		refused(NewDeal { tasks: 0, ..single }, Error::<Test>::TaskCountMismatch);
		refused(bag(0, 2, 2, 3), Error::<Test>::TaskCountOutOfRange);
		refused(bag(MAX_TASKS + 1, 2, 2, 3), Error::<Test>::TaskCountOutOfRange);
		assert_eq!(crate::Deals::<Test>::iter().count(), 0);
	});
}

#[test]
fn bag_should_lock_the_money_of_all_its_tasks_and_no_stake() {
	build_and_execute(|| {
		let (one, _) = Deals::cost(&bag(1, 2, 2, 6)).expect("it fits");
		let tasks = open_bag(10);
		assert_eq!(held(&CLIENT).0, 10 * one);
		assert!((0..6).all(|at| Providers::free(&stash(at)) == BOND));
		assert_eq!(crate::Tasks::<Test>::iter().count(), 0);
		assert_eq!(crate::Deals::<Test>::get(tasks[0].deal).expect("open").open_tasks, 10);
	});
}

#[test]
fn tasks_should_be_drawn_paid_and_ended_one_by_one() {
	build_and_execute(|| {
		let ledger = Ledger::start();
		let tasks = open_bag(3);
		for task in &tasks {
			finish(*task);
			assert_eq!(ended(*task).ending, Ending::Settled(good()));
		}
		assert_eq!(worth(&CLIENT), RICH - 6 * P - 6 * P / 100);
		assert_eq!(held(&CLIENT).0, 0);
		ledger.check();
	});
}

/// Each draw is its own, though all come from one seed.
#[test]
fn tasks_should_be_drawn_differently() {
	build_and_execute(|| {
		let tasks = open_bag(8);
		let draws: std::collections::BTreeSet<_> = tasks.iter().map(|task| opened(*task)).collect();
		assert!(draws.len() > 1);
	});
}

/// Waves of different tasks do not wait for each other.
#[test]
fn tasks_should_run_at_the_same_time() {
	build_and_execute(|| {
		let tasks = open_bag(2);
		let first = opened(tasks[0]);
		commit(tasks[0], &first[0], good());
		let second = opened(tasks[1]);
		run_wave(tasks[1], &second, &[good(), good()]);
		assert!(matches!(state(tasks[0]), TaskState::Running { .. }));
		assert_eq!(ended(tasks[1]).ending, Ending::Settled(good()));
	});
}

/// The first seal writes the draw, as for a single task.
#[test]
fn commit_should_open_a_task_of_a_bag() {
	build_and_execute(|| {
		let tasks = open_bag(2);
		let chosen = Deals::draw_view(tasks[1]).expect("the seed is known").drawn[0] as u8;
		assert_ok!(try_commit(tasks[1], &stash(chosen), good()));
		assert!(live(tasks[1]).is_some());
		assert!(live(tasks[0]).is_none());
	});
}

/// The digest names the position, so a result of one input is none of another.
#[test]
fn digests_should_be_bound_to_the_position() {
	build_and_execute(|| {
		let tasks = open_bag(2);
		assert_ne!(digest_of(tasks[0], good()), digest_of(tasks[1], good()));
		let views: Vec<_> = tasks.iter().filter_map(|task| Deals::task_view(*task)).collect();
		assert_eq!(views[0].deal.task_hash, spec_hash(tasks[0]));
		assert_eq!(views[1].deal.task_hash, spec_hash(tasks[1]));
		let replicas = opened(tasks[1]);
		run_wave(tasks[1], &replicas, &[good(), good()]);
		let digest = digest_of(tasks[1], good());
		let settled = events().into_iter().any(|event| {
			matches!(event, Event::TaskSettled { task, digest: of, .. } if task == tasks[1] && of == digest)
		});
		assert!(settled);
	});
}

/// DEAL-02: a task that is opened late has no more time than the others.
#[test]
fn deal_02_clocks_should_start_at_the_match() {
	build_and_execute(|| {
		let tasks = open_bag(3);
		opened(tasks[2]);
		let terms = crate::Deals::<Test>::get(tasks[0].deal).expect("open").terms;
		assert_eq!(terms.hard_end, 1 + 10 * T + 100);
		run_to(terms.hard_end - T - R);
		assert_eq!(opened(tasks[0]).len(), 2);
		pass(1);
		let refused = try_commit(tasks[1], &stash(0), good());
		assert_eq!(refused, Err(Error::<Test>::HardEndReached.into()));
	});
}

/// DEAL-18: anyone gets the payer its money back for a task that nobody opened.
#[test]
fn deal_18_unopened_task_should_be_refunded_after_the_hard_end() {
	build_and_execute(|| {
		let tasks = open_bag(3);
		finish(tasks[0]);
		let terms = crate::Deals::<Test>::get(tasks[0].deal).expect("open").terms;
		run_to(terms.hard_end);
		for task in &tasks[1..] {
			poke(*task);
			assert_eq!(ended(*task).ending, Ending::Failed(FailCause::HardEnd));
			// DEAL-17: not twice.
			assert_noop!(try_poke(&STRANGER, *task), Error::<Test>::TaskEnded);
		}
		assert_eq!(held(&CLIENT).0, 0);
		assert_eq!(worth(&CLIENT), RICH - 2 * P - 2 * P / 100);
	});
}

/// DEAL-19 is answered otherwise: one item that is not due does not keep the payer from the rest.
#[test]
fn deal_19_poke_many_should_refund_what_it_can() {
	build_and_execute(|| {
		let tasks = open_bag(2);
		let other = open(1, 1, 1);
		let terms = crate::Deals::<Test>::get(tasks[0].deal).expect("open").terms;
		run_to(terms.hard_end);
		let later = open(1, 1, 1);
		let items = BoundedVec::truncate_from(vec![tasks[0], later, tasks[1], other]);
		let info = dispatch(&STRANGER, Call::poke_many { tasks: items }).expect("a batch");
		assert_eq!(info.pays_fee, frame_support::dispatch::Pays::Yes);
		let error = Error::<Test>::NothingToDo.into();
		System::assert_has_event(Event::ItemFailed { index: 1, error }.into());
		for task in [tasks[0], tasks[1], other] {
			assert_eq!(ended(task).ending, Ending::Failed(FailCause::HardEnd));
		}
		let free = Call::poke_many { tasks: BoundedVec::truncate_from(vec![later]) };
		pass(4);
		let info = dispatch(&STRANGER, free).expect("a batch");
		assert_eq!(info.pays_fee, frame_support::dispatch::Pays::No);
	});
}

/// A pruned task must not look like one that was never opened: its money would go out twice.
#[test]
fn tasks_should_be_kept_until_all_of_the_bag_have_ended() {
	build_and_execute(|| {
		use frame_support::traits::Hooks;
		let tasks = open_bag(2);
		finish(tasks[0]);
		pass(60);
		let prune = |task| dispatch(&STRANGER, Call::prune { task }).map(|_| ());
		assert_noop!(prune(tasks[0]), Error::<Test>::DealStillOpen);
		// Nor by idle blocks, and others do not wait for it.
		let single = open_and_draw(1, 1, 1).0;
		run_wave(single, &drawn(single, 0), &[good()]);
		pass(60);
		for _ in 0..2 {
			Deals::on_idle(System::block_number(), frame_support::weights::Weight::MAX);
			Deals::do_try_state().expect("the queue is sound");
		}
		assert!(kept(tasks[0]).is_some());
		assert!(kept(single).is_none());
		finish(tasks[1]);
		pass(60);
		assert_ok!(prune(tasks[0]));
		assert_noop!(try_poke(&STRANGER, tasks[0]), Error::<Test>::TaskNotFound);
		assert!(held(&CLIENT).1 > 0);
		assert_ok!(prune(tasks[1]));
		assert_eq!(held(&CLIENT), (0, 0));
		assert_eq!(Bags::<Test>::iter().count(), 0);
		assert_eq!(BagsOf::<Test>::iter().count(), 0);
	});
}

/// Who opens a task must not choose with the block who is busy.
#[test]
fn task_should_wait_for_a_busy_candidate_and_pass_it_over_when_that_lasts() {
	build_and_execute(|| {
		let deal = Deals::open(bag(1, 2, 2, 3)).expect("in order");
		pass(4);
		let task = TaskId { deal, index: 0 };
		let first = || stash(Deals::draw_view(task).expect("known").drawn[0] as u8);
		let busy = first();
		Providers::lock(&busy, 99, BOND - S / 2).expect("it is free");
		assert_noop!(try_poke(&STRANGER, task), Error::<Test>::CandidateBusy);
		Providers::release(&busy, 99, BOND - S / 2);
		run_to(1 + (10 * T + 100) / 2);
		// Nobody drew it while the beacon remembered the blocks of its ticket.
		poke(task);
		pass(4);
		let busy = first();
		Providers::lock(&busy, 99, BOND - S / 2).expect("it is free");
		poke(task);
		assert!(!drawn(task, 0).contains(&busy));
		assert_eq!(drawn(task, 0).len(), 2);
		System::assert_has_event(Event::CandidateSkipped { task, provider: busy.clone() }.into());
		Providers::release(&busy, 99, BOND - S / 2);
	});
}

/// The blocks of the ticket may be gone when the last task is opened.
#[test]
fn seed_should_be_remembered_when_the_beacon_has_forgotten_it() {
	build_and_execute(|| {
		let tasks = open_bag(2);
		opened(tasks[0]);
		pass(BEACON_SPAN + 10);
		assert_eq!(opened(tasks[1]).len(), 2);
	});
}

#[test]
fn ticket_should_be_renewed_for_the_whole_bag_when_nobody_came() {
	build_and_execute(|| {
		let tasks = open_bag(2);
		pass(BEACON_SPAN);
		assert_noop!(try_commit(tasks[0], &stash(0), good()), Error::<Test>::TicketExpired);
		poke(tasks[0]);
		assert_eq!(Deals::task_view(tasks[1]).expect("open").next, NextStep::Randomness);
		pass(4);
		assert_eq!(opened(tasks[1]).len(), 2);
		assert_eq!(opened(tasks[0]).len(), 2);
	});
}

/// What a daemon needs: the tasks for which it will be drawn, before anybody has opened them.
#[test]
fn views_should_show_the_draw_of_tasks_that_nobody_has_opened() {
	build_and_execute(|| {
		let tasks = open_bag(6);
		for provider in (0..6).map(stash) {
			let concerned = Deals::tasks_of_candidate(&provider, tasks[0].deal, 0, u32::MAX);
			for view in concerned.expect("it is open").into_views() {
				assert_eq!(view.next, NextStep::Poke);
				let TaskStatus::Open(task) = &view.status else { panic!("it is open") };
				let of = |at: u32| view.deal.candidates[at as usize].provider.clone();
				assert!(task.replicas.iter().any(|one| of(one.candidate) == provider));
				assert!(matches!(view.deal.request.task.input, Input::List(_)));
			}
		}
		let seen = Deals::task_view(tasks[5]).expect("open");
		let TaskStatus::Open(seen) = seen.status else { panic!("it is open") };
		let seen: Vec<_> = seen.replicas.iter().map(|one| stash(one.candidate as u8)).collect();
		assert_eq!(seen, opened(tasks[5]));
		assert_eq!(Deals::task_view(TaskId { index: 6, ..tasks[0] }), None);
	});
}

#[test]
fn bag_should_be_refused_when_a_candidate_has_no_bond_left_for_one_task() {
	build_and_execute(|| {
		Providers::lock(&stash(0), 99, BOND - S / 2).expect("it is free");
		assert_noop!(Deals::open(bag(2, 2, 2, 3)), Error::<Test>::CandidateBusy);
		Providers::release(&stash(0), 99, BOND - S / 2);
	});
}

/// One transaction leaves a thousand of them behind.
#[test]
fn undrawn_tasks_should_be_cleared_away_at_a_fee() {
	build_and_execute(|| {
		use frame_support::dispatch::Pays;
		let tasks = open_bag(3);
		pass(4);
		let info = dispatch(&STRANGER, Call::poke { task: tasks[0] }).expect("the draw is due");
		assert_eq!(info.pays_fee, Pays::No);
		run_to(crate::Deals::<Test>::get(tasks[0].deal).expect("open").terms.hard_end);
		let many = |tasks: &[TaskId]| {
			let tasks = BoundedVec::truncate_from(tasks.to_vec());
			dispatch(&STRANGER, Call::poke_many { tasks }).expect("a batch").pays_fee
		};
		assert_eq!(many(&tasks[1..2]), Pays::Yes);
		let info = dispatch(&STRANGER, Call::poke { task: tasks[2] }).expect("there is no time");
		assert_eq!(info.pays_fee, Pays::Yes);
		while live(tasks[0]).is_some() {
			pass(T);
			assert_eq!(many(&tasks[..1]), Pays::No, "somebody was drawn for it");
		}
		pass(50);
		let prune = |task| dispatch(&STRANGER, Call::prune { task }).expect("it is time").pays_fee;
		assert_eq!(
			tasks.iter().map(|task| prune(*task)).collect::<Vec<_>>(),
			[Pays::No, Pays::Yes, Pays::Yes]
		);
	});
}
