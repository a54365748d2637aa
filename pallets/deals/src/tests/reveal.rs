use super::*;

fn sealed() -> (assay_primitives::task::TaskId, Vec<assay_primitives::AccountId>) {
	let (task, replicas) = open_and_draw(3, 2, 5);
	for replica in &replicas {
		commit(task, replica, good());
	}
	(task, replicas)
}

#[test]
fn reveal_should_keep_outcome_and_report_when_it_opens_the_seal() {
	build_and_execute(|| {
		let (task, replicas) = sealed();
		reveal(task, &replicas[0], good());
		let report = seal(task, &replicas[0], good()).report;
		assert_eq!(replica(task, &replicas[0]), ReplicaState::Revealed { outcome: good(), report });
		System::assert_last_event(
			Event::Revealed {
				task,
				provider: replicas[0].clone(),
				digest: digest_of(task, good()),
				class: Class::Exited(0),
			}
			.into(),
		);
	});
}

#[test]
fn reveal_should_settle_at_once_when_it_is_the_last_and_nobody_could_challenge() {
	build_and_execute(|| {
		let (task, replicas) = sealed();
		for replica in &replicas {
			reveal(task, replica, good());
		}
		assert_eq!(ended(task).ending, Ending::Settled(good()));
	});
}

/// Agreement does not shut out those who have not revealed yet.
#[test]
fn reveal_should_be_awaited_from_all_when_enough_agree_already() {
	build_and_execute(|| {
		let (task, replicas) = sealed();
		reveal(task, &replicas[0], good());
		reveal(task, &replicas[1], good());
		assert!(matches!(state(task), TaskState::Revealing { .. }));
		reveal(task, &replicas[2], good());
		assert!(ended(task).replicas.iter().all(|one| one.paid == P));
	});
}

/// DEAL-09: the last block of the window, and the first one after it.
#[test]
fn reveal_should_be_admitted_until_the_window_closes() {
	build_and_execute(|| {
		let (task, replicas) = sealed();
		pass(T + R - 1);
		reveal(task, &replicas[0], good());
		pass(1);
		assert_noop!(try_reveal(task, &replicas[1], good()), Error::<Test>::DeadlinePassed);
	});
}

#[test]
fn reveal_should_fail_when_the_wave_is_still_sealing() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(3, 2, 3);
		commit(task, &replicas[0], good());
		assert_noop!(try_reveal(task, &replicas[0], good()), Error::<Test>::NotRevealing);
		pass(T - 1);
		assert_noop!(try_reveal(task, &replicas[0], good()), Error::<Test>::NotRevealing);
	});
}

/// Nobody needs to poke: whoever sealed can go on by itself.
#[test]
fn reveal_should_close_the_sealing_when_its_deadline_has_passed() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(3, 2, 5);
		commit(task, &replicas[0], good());
		commit(task, &replicas[1], good());
		pass(T + 500);
		assert_noop!(try_reveal(task, &replicas[2], good()), Error::<Test>::ReplicaNotSealed);
		reveal(task, &replicas[0], good());
		assert_eq!(replica(task, &replicas[2]), ReplicaState::Silent);
		System::assert_has_event(
			Event::DeadlineMissed { task, provider: replicas[2].clone(), sealed: false }.into(),
		);
		// The other one has the whole window from here, however late it is.
		pass(R - 1);
		reveal(task, &replicas[1], good());
		assert_eq!(ended(task).ending, Ending::Settled(good()));
	});
}

#[test]
fn reveal_should_fail_when_nobody_sealed_until_the_deadline() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(3, 2, 3);
		pass(T);
		assert_noop!(try_reveal(task, &replicas[0], good()), Error::<Test>::NotRevealing);
	});
}

/// DEAL-10.
#[test]
fn reveal_should_fail_when_the_replica_has_revealed() {
	build_and_execute(|| {
		let (task, replicas) = sealed();
		reveal(task, &replicas[0], good());
		assert_noop!(try_reveal(task, &replicas[0], good()), Error::<Test>::ReplicaNotSealed);
	});
}

/// DEAL-35.
#[test]
fn reveal_should_fail_when_the_signer_was_not_drawn() {
	build_and_execute(|| {
		let (task, replicas) = sealed();
		assert_noop!(try_reveal(task, &stash(20), good()), Error::<Test>::NotDrawn);
		let opening = opening(task, &replicas[0], good());
		assert_noop!(
			dispatch(&STRANGER, Call::reveal { task, opening }),
			Error::<Test>::NotOperator
		);
	});
}

#[test]
fn reveal_should_fail_when_outcome_or_salt_differ_from_the_seal() {
	build_and_execute(|| {
		let (task, replicas) = sealed();
		let right = opening(task, &replicas[0], good());
		for wrong in [
			Opening { outcome: bad(2), ..right },
			Opening { salt: [0; 32], ..right },
			opening(task, &replicas[1], good()),
		] {
			assert_noop!(
				dispatch(&operator_of(&replicas[0]), Call::reveal { task, opening: wrong }),
				Error::<Test>::SealMismatch
			);
		}
	});
}

/// A copied seal opens for nobody but the provider that it was made for.
#[test]
fn reveal_should_fail_when_the_seal_was_copied() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(2, 2, 2);
		commit(task, &replicas[0], good());
		let copied = seal(task, &replicas[0], good());
		let thief = operator_of(&replicas[1]);
		assert!(dispatch(&thief, committing(task, copied)).is_ok());
		reveal(task, &replicas[0], good());
		let opening = opening(task, &replicas[0], good());
		assert_noop!(dispatch(&thief, Call::reveal { task, opening }), Error::<Test>::SealMismatch);
	});
}

/// A seal of one task is worth nothing in another of the same specification.
#[test]
fn reveal_should_fail_when_the_seal_is_of_another_task() {
	build_and_execute(|| {
		let (first, _) = open_and_draw(1, 1, 1);
		let (second, _) = open_and_draw(1, 1, 1);
		let replayed = seal(first, &stash(0), good());
		let key = operator(0);
		assert!(dispatch(&key, committing(second, replayed)).is_ok());
		let opening = opening(first, &stash(0), good());
		assert_noop!(
			dispatch(&key, Call::reveal { task: second, opening }),
			Error::<Test>::SealMismatch
		);
	});
}

/// DEAL-29: nothing above the prepaid limits can be claimed.
#[test]
fn reveal_should_fail_when_the_outcome_exceeds_the_limits() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(1, 1, 3);
		for wrong in [
			Outcome { gas_used: GAS + 1, ..good() },
			Outcome { output_bytes: 1_001, ..good() },
			Outcome { class: Class::ModuleInvalid, gas_used: 1, ..good() },
		] {
			let (task, provider) = (task, &replicas[0]);
			if let TaskState::Running { .. } = state(task) {
				commit(task, provider, wrong);
			}
			assert_noop!(try_reveal(task, provider, wrong), Error::<Test>::OutcomeOutOfBounds);
		}
	});
}
