use super::*;
use assay_primitives::seal::Seal;

#[test]
fn commit_should_seal_and_wait_when_others_have_to_seal_still() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(3, 2, 3);
		commit(task, &replicas[0], good());
		assert_eq!(
			replica(task, &replicas[0]),
			ReplicaState::Sealed(seal(task, &replicas[0], good()))
		);
		assert!(matches!(state(task), TaskState::Running { wave: 0, .. }));
		System::assert_last_event(Event::Committed { task, provider: replicas[0].clone() }.into());
	});
}

/// DEAL-05, for a quorum of one: sealed and revealing in the same block.
#[test]
fn commit_should_start_revealing_when_it_is_the_last_of_the_wave() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(1, 1, 3);
		commit(task, &replicas[0], good());
		let until = System::block_number() + T + R;
		assert_eq!(state(task), TaskState::Revealing { wave: 0, until });
		System::assert_last_event(Event::RevealingStarted { task, wave: 0, until }.into());
	});
}

#[test]
fn commit_should_write_the_draw_when_the_seed_is_known() {
	build_and_execute(|| {
		let task = open(3, 2, 5);
		pass(4);
		let expected = Deals::draw_view(task).expect("the seed is known").drawn;
		let chosen: Vec<_> = expected.iter().map(|at| stash(*at as u8)).collect();
		commit(task, &chosen[1], good());
		assert_eq!(drawn(task, 0), chosen);
		let until = System::block_number() + T;
		System::assert_has_event(
			Event::ReplicasDrawn { task, wave: 0, providers: chosen, until }.into(),
		);
		// The two others have their stakes back; `check_everything` compares the amounts.
		assert_eq!(state(task), TaskState::Running { wave: 0, until });
	});
}

#[test]
fn commit_should_fail_when_the_seed_is_not_known() {
	build_and_execute(|| {
		let task = open(3, 2, 3);
		for _ in 0..3 {
			pass(1);
			assert_noop!(try_commit(task, &stash(0), good()), Error::<Test>::SeedNotKnown);
		}
		pass(1);
		commit(task, &stash(0), good());
	});
}

#[test]
fn commit_should_fail_when_the_ticket_has_expired() {
	build_and_execute(|| {
		let task = open(3, 2, 3);
		pass(BEACON_SPAN + 1);
		assert_noop!(try_commit(task, &stash(0), good()), Error::<Test>::TicketExpired);
	});
}

#[test]
fn commit_should_fail_when_no_wave_fits_any_more() {
	build_and_execute(|| {
		let task = open(3, 2, 3);
		run_to(1 + 10 * T + 100 - T - R + 1);
		assert_noop!(try_commit(task, &stash(0), good()), Error::<Test>::HardEndReached);
	});
}

/// DEAL-03: once per task, with the same or another digest, also in a later wave.
#[test]
fn commit_should_fail_when_the_replica_has_sealed() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(3, 2, 5);
		commit(task, &replicas[0], good());
		for outcome in [good(), bad(7)] {
			assert_noop!(try_commit(task, &replicas[0], outcome), Error::<Test>::ReplicaNotOpen);
		}
		commit(task, &replicas[1], bad(2));
		commit(task, &replicas[2], bad(3));
		for (at, outcome) in [good(), bad(2), bad(3)].into_iter().enumerate() {
			reveal(task, &replicas[at], outcome);
		}
		assert!(matches!(state(task), TaskState::Running { wave: 1, .. }));
		assert_noop!(try_commit(task, &replicas[0], bad(2)), Error::<Test>::ReplicaNotOpen);
	});
}

/// DEAL-04 and DEAL-35: only who was drawn, for the task it was drawn for.
#[test]
fn commit_should_fail_when_the_signer_was_not_drawn() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(3, 2, 5);
		let others: Vec<_> = (0..6).map(stash).filter(|one| !replicas.contains(one)).collect();
		for other in others {
			assert_noop!(try_commit(task, &other, good()), Error::<Test>::NotDrawn);
		}
		let seal = Seal { digest: Default::default(), report: Default::default() };
		for nobody in [CLIENT, STRANGER, replicas[0].clone()] {
			assert_noop!(dispatch(&nobody, committing(task, seal)), Error::<Test>::NotOperator);
		}
	});
}

#[test]
fn commit_should_fail_when_there_is_no_such_task() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(1, 1, 1);
		for wrong in [TaskId { deal: task.deal + 1, ..task }, TaskId { index: 1, ..task }] {
			let seal = Seal { digest: Default::default(), report: Default::default() };
			let call = committing(wrong, seal);
			assert_noop!(dispatch(&operator_of(&replicas[0]), call), Error::<Test>::TaskNotFound);
		}
	});
}

/// After a re-organisation the number may be another task's, for which the provider was drawn too.
#[test]
fn commit_should_fail_when_it_names_another_task_than_the_number() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(1, 1, 1);
		let seal = seal(task, &replicas[0], good());
		for task_hash in [Default::default(), digest_of(task, good())] {
			let call = Call::commit { task, task_hash, seal };
			assert_noop!(dispatch(&operator_of(&replicas[0]), call), Error::<Test>::TaskMismatch);
		}
		commit(task, &replicas[0], good());
	});
}

/// The draw is not written either: who is refused does nothing to a task that it did not mean.
#[test]
fn commit_should_leave_the_draw_unwritten_when_it_names_another_task() {
	build_and_execute(|| {
		let task = open(1, 1, 1);
		pass(4);
		let (task_hash, seal) = (Default::default(), seal(task, &stash(0), good()));
		let call = Call::commit { task, task_hash, seal };
		assert_noop!(dispatch(&operator(0), call), Error::<Test>::TaskMismatch);
		assert!(!Draws::<Test>::contains_key(task));
	});
}

/// Each task of a bag has a hash of its own.
#[test]
fn commit_should_fail_when_it_names_another_task_of_the_bag() {
	build_and_execute(|| {
		let deal = Deals::open(bag(2, 1, 1, 1)).expect("the deal is in order");
		pass(4);
		let [first, second] = [0, 1].map(|index| TaskId { deal, index });
		let task_hash = spec_hash(first);
		assert_ne!(task_hash, spec_hash(second));
		let call = Call::commit { task: second, task_hash, seal: seal(second, &stash(0), good()) };
		assert_noop!(dispatch(&operator(0), call), Error::<Test>::TaskMismatch);
		commit(second, &stash(0), good());
	});
}

/// DEAL-28: late whether or not anybody has applied the deadline.
#[test]
fn commit_should_fail_when_the_deadline_has_passed() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(3, 2, 3);
		pass(T - 1);
		commit(task, &replicas[0], good());
		pass(1);
		assert_noop!(try_commit(task, &replicas[1], good()), Error::<Test>::DeadlinePassed);
		poke(task);
		assert_noop!(try_commit(task, &replicas[1], good()), Error::<Test>::NotRunning);
	});
}
