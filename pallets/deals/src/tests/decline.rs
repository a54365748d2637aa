use super::*;

#[test]
fn decline_should_only_be_noted_when_others_have_to_seal_still() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(3, 2, 3);
		decline(task, &replicas[0]);
		assert_eq!(replica(task, &replicas[0]), ReplicaState::Declined(Excuse::Content));
		assert!(matches!(state(task), TaskState::Running { .. }));
		System::assert_last_event(
			Event::ReplicaDeclined { task, provider: replicas[0].clone(), excuse: Excuse::Content }
				.into(),
		);
		assert_noop!(try_commit(task, &replicas[0], good()), Error::<Test>::ReplicaNotOpen);
		assert_noop!(try_decline(task, &replicas[0]), Error::<Test>::ReplicaNotOpen);
	});
}

#[test]
fn decline_should_question_the_content_when_two_thirds_say_so() {
	build_and_execute(|| {
		let before = worth(&CLIENT);
		let (task, replicas) = open_and_draw(5, 3, 5);
		for replica in &replicas[..3] {
			decline(task, replica);
			let running = matches!(state(task), TaskState::Running { .. });
			assert!(running, "three of five are no two thirds");
		}
		decline(task, &replicas[3]);
		assert!(matches!(state(task), TaskState::Missing { .. }));
		assert_eq!(worth(&CLIENT), before, "nothing is paid yet");
		assert!(providers::Notes::<Test>::get().is_empty(), "nor noted");
	});
}

/// Whoever has sealed shows that the content can be had, and is not robbed of its pay by decliners.
#[test]
fn decline_should_not_end_the_task_when_somebody_has_sealed() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(5, 3, 7);
		commit(task, &replicas[0], good());
		for replica in &replicas[1..] {
			decline(task, replica);
		}
		assert!(matches!(state(task), TaskState::Revealing { .. }));
		reveal(task, &replicas[0], good());
		let second = drawn(task, 1);
		assert_eq!(second.len(), 2, "two equal digests are lacking");
		// Those who decline now meet an answer that was revealed.
		run_wave(task, &second, &[good(), good()]);
		let ended = ended(task);
		assert_eq!(ended.ending, Ending::Settled(good()));
		assert_eq!(ended.replicas[0].paid, P);
	});
}

#[test]
fn decline_should_leave_an_answer_its_pay_when_all_others_decline() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(3, 2, 4);
		commit(task, &replicas[0], good());
		decline(task, &replicas[1]);
		decline(task, &replicas[2]);
		reveal(task, &replicas[0], good());
		decline(task, &drawn(task, 1)[0]);
		let ended = ended(task);
		assert_eq!(ended.ending, Ending::Failed(FailCause::Undecided));
		assert_eq!(ended.replicas[0].paid, P / 2);
		assert!(ended.replicas[1..].iter().all(|one| one.paid == 0));
	});
}

/// A single provider can't fail a task by declining while there are others to ask.
#[test]
fn decline_should_draw_another_when_fewer_than_three_say_so() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(1, 1, 5);
		decline(task, &replicas[0]);
		assert!(matches!(state(task), TaskState::Running { wave: 1, .. }));
		decline(task, &drawn(task, 1)[0]);
		assert!(matches!(state(task), TaskState::Running { wave: 2, .. }));
		decline(task, &drawn(task, 2)[0]);
		assert!(matches!(state(task), TaskState::Missing { .. }));
	});
}

#[test]
fn decline_should_fail_the_task_when_the_only_candidate_says_so() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(1, 1, 1);
		decline(task, &replicas[0]);
		let ended = ended(task);
		assert_eq!(ended.ending, Ending::Failed(FailCause::ContentUnavailable));
		assert_eq!((ended.paid, ended.replicas[0].paid), (0, 0));
	});
}

#[test]
fn decline_should_write_the_draw_when_the_seed_is_known() {
	build_and_execute(|| {
		let task = open(1, 1, 1);
		pass(4);
		decline(task, &stash(0));
		assert_eq!(ended(task).ending, Ending::Failed(FailCause::ContentUnavailable));
	});
}

#[test]
fn decline_should_start_revealing_when_it_is_the_last_and_somebody_sealed() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(2, 2, 5);
		commit(task, &replicas[0], good());
		decline(task, &replicas[1]);
		assert!(matches!(state(task), TaskState::Revealing { .. }));
	});
}

/// What this provider gives up is another task, which had the number on another fork.
#[test]
fn decline_should_fail_when_it_names_another_task_than_the_number() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(1, 1, 1);
		let call = Call::decline { task, task_hash: Default::default(), excuse: Excuse::Content };
		assert_noop!(dispatch(&operator_of(&replicas[0]), call), Error::<Test>::TaskMismatch);
		decline(task, &replicas[0]);
	});
}

/// DEAL-38: withdrawing after delivery is refused.
#[test]
fn decline_should_fail_when_the_replica_has_sealed_or_it_is_late() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(3, 2, 3);
		commit(task, &replicas[0], good());
		assert_noop!(try_decline(task, &replicas[0]), Error::<Test>::ReplicaNotOpen);
		assert_noop!(try_decline(task, &stash(9)), Error::<Test>::NotDrawn);
		let call = Call::decline { task, task_hash: spec_hash(task), excuse: Excuse::Content };
		assert_noop!(dispatch(&CLIENT, call), Error::<Test>::NotOperator);
		pass(T);
		assert_noop!(try_decline(task, &replicas[1]), Error::<Test>::DeadlinePassed);
	});
}

/// What a provider says of itself is told to whoever asked for the work, and kept with the task.
#[test]
fn decline_should_keep_the_excuse_until_the_task_is_pruned() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(1, 1, 1);
		assert_ok!(try_excuse(task, &replicas[0], Excuse::Limits));
		let provider = replicas[0].clone();
		System::assert_has_event(
			Event::ReplicaDeclined { task, provider, excuse: Excuse::Limits }.into(),
		);
		let result = ended(task).replicas[0].result;
		assert_eq!(result, ReplicaResult::Declined(Excuse::Limits));
		assert_eq!(result.name(), "declined");
	});
}

/// Whoever would not run the task says nothing about its content: others are asked, and nobody is paid.
#[test]
fn decline_should_draw_others_and_blame_no_content_when_the_excuse_is_another() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(3, 2, 6);
		for (replica, excuse) in
			replicas.iter().zip([Excuse::Limits, Excuse::Busy, Excuse::Content])
		{
			assert_ok!(try_excuse(task, replica, excuse));
		}
		assert!(matches!(state(task), TaskState::Running { wave: 1, .. }));
		for replica in drawn(task, 1) {
			assert_ok!(try_excuse(task, &replica, Excuse::Time));
		}
		for replica in drawn(task, 2) {
			assert_ok!(try_excuse(task, &replica, Excuse::NotAdmitted));
		}
		let ended = ended(task);
		assert_eq!(ended.ending, Ending::Failed(FailCause::NoDelivery));
		assert_eq!(ended.paid, 0);
	});
}

/// A key that did not come is content that did not come.
#[test]
fn decline_should_question_the_content_when_its_key_was_not_handed_over() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(3, 2, 3);
		for replica in &replicas {
			assert_ok!(try_excuse(task, replica, Excuse::InputKey));
		}
		assert!(matches!(state(task), TaskState::Missing { .. }));
	});
}
