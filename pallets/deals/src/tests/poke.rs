use super::*;
use frame_support::{
	dispatch::Pays,
	weights::{Weight, constants::RocksDbWeight},
};

/// First block in which no wave fits any more, for a deal opened in block 1.
const TOO_LATE: u32 = 1 + 10 * T + 100 - T - R + 1;

#[test]
fn poke_should_draw_when_the_seed_is_known() {
	build_and_execute(|| {
		let task = open(3, 2, 5);
		pass(3);
		assert_noop!(try_poke(&STRANGER, task), Error::<Test>::NothingToDo);
		pass(1);
		let expected = Deals::draw_view(task).expect("known").drawn;
		poke(task);
		let expected: Vec<_> = expected.iter().map(|at| stash(*at as u8)).collect();
		assert_eq!(drawn(task, 0), expected);
		let until = System::block_number() + T;
		assert_eq!(state(task), TaskState::Running { wave: 0, until });
	});
}

#[test]
fn poke_should_be_free_when_it_has_an_effect() {
	build_and_execute(|| {
		let task = open(3, 2, 5);
		pass(4);
		let info = dispatch(&STRANGER, Call::poke { task }).expect("the draw is due");
		assert_eq!(info.pays_fee, Pays::No);
		assert!(info.actual_weight.expect("it is refunded").all_lte(Deals::worst_poke()));
	});
}

#[test]
fn poke_should_take_a_new_ticket_when_the_old_one_has_expired() {
	build_and_execute(|| {
		BeaconIsDry::set(true);
		let task = open(3, 2, 5);
		pass(BEACON_SPAN);
		assert_noop!(try_poke(&STRANGER, task), Error::<Test>::NothingToDo);
		pass(1);
		poke(task);
		System::assert_last_event(Event::TicketRenewed { task }.into());
		assert_noop!(try_poke(&STRANGER, task), Error::<Test>::NothingToDo);
		BeaconIsDry::set(false);
		pass(4);
		poke(task);
		assert!(matches!(state(task), TaskState::Running { .. }));
	});
}

/// DEAL-12: at the edge the opposite is admitted.
#[test]
fn poke_should_fail_the_task_when_there_is_no_time_for_a_wave() {
	build_and_execute(|| {
		let before = worth(&CLIENT);
		let (first, second) = (open(3, 2, 5), open(3, 2, 5));
		run_to(TOO_LATE - 1);
		// The beacon has forgotten the old ticket, so this renews it, and does not end the task.
		poke(first);
		pass(1);
		poke(second);
		for task in [first, second] {
			if task == first {
				poke(task);
			}
			assert_eq!(ended(task).ending, Ending::Failed(FailCause::HardEnd));
			assert_eq!(ended(task).paid, 0);
		}
		assert_eq!(held(&CLIENT).0, 0);
		assert_eq!(worth(&CLIENT), before);
	});
}

#[test]
fn poke_should_start_revealing_when_sealing_is_over() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(3, 2, 3);
		commit(task, &replicas[1], good());
		pass(T - 1);
		assert_noop!(try_poke(&STRANGER, task), Error::<Test>::NothingToDo);
		pass(1);
		poke(task);
		let until = System::block_number() + R;
		assert_eq!(state(task), TaskState::Revealing { wave: 0, until });
		assert_eq!(replica(task, &replicas[0]), ReplicaState::Silent);
		assert_eq!(replica(task, &replicas[2]), ReplicaState::Silent);
	});
}

#[test]
fn poke_should_draw_the_next_wave_when_nobody_sealed() {
	build_and_execute(|| {
		let (task, _) = open_and_draw(3, 2, 7);
		pass(T);
		poke(task);
		let until = System::block_number() + T;
		assert_eq!(state(task), TaskState::Running { wave: 1, until });
		// As many as are lacking.
		assert_eq!(drawn(task, 1).len(), 2);
	});
}

#[test]
fn poke_should_mark_who_withheld_when_revealing_is_over() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(3, 2, 3);
		for replica in &replicas {
			commit(task, replica, good());
		}
		reveal(task, &replicas[0], good());
		reveal(task, &replicas[1], good());
		pass(T + R - 1);
		assert_noop!(try_poke(&STRANGER, task), Error::<Test>::NothingToDo);
		pass(1);
		poke(task);
		let ended = ended(task);
		assert_eq!(ended.ending, Ending::Settled(good()));
		assert_eq!(ended.replicas[2].result, ReplicaResult::Withheld);
		assert_eq!(ended.replicas[2].slashed, S);
	});
}

/// DEAL-33: not before the window has passed, then by anyone, a party included.
#[test]
fn poke_should_settle_when_the_challenge_window_is_over() {
	build_and_execute(|| {
		ChallengeWindow::set(20);
		let (task, replicas) = open_and_draw(3, 2, 3);
		run_wave(task, &replicas, &[good(); 3]);
		let until = System::block_number() + 20;
		let digest = digest_of(task, good());
		assert_eq!(state(task), TaskState::Agreed { digest, until });
		pass(19);
		assert_noop!(try_poke(&replicas[0], task), Error::<Test>::NothingToDo);
		pass(1);
		assert!(try_poke(&replicas[0], task).is_ok());
		assert_eq!(ended(task).ending, Ending::Settled(good()));
	});
}

/// DEAL-34 and DEAL-16: whatever has ended stays as it is.
#[test]
fn calls_should_fail_when_the_task_has_ended() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(3, 2, 3);
		run_wave(task, &replicas, &[good(); 3]);
		let provider = &replicas[0];
		assert_noop!(try_poke(&STRANGER, task), Error::<Test>::TaskEnded);
		assert_noop!(try_commit(task, provider, good()), Error::<Test>::TaskEnded);
		assert_noop!(try_decline(task, provider), Error::<Test>::TaskEnded);
		assert_noop!(try_reveal(task, provider, good()), Error::<Test>::TaskEnded);
		assert_noop!(try_denounce(&STRANGER, task, provider, good()), Error::<Test>::TaskEnded);
		assert_noop!(
			try_poke(&STRANGER, TaskId { deal: 9, index: 0 }),
			Error::<Test>::TaskNotFound
		);
	});
}

/// Whoever ends a task gets a share of its slashes, and no more than that.
#[test]
fn poke_should_be_rewarded_when_it_ends_a_task_with_slashes() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(3, 2, 3);
		commit(task, &replicas[0], good());
		commit(task, &replicas[1], good());
		pass(T);
		poke(task);
		reveal(task, &replicas[0], good());
		pass(R);
		let before = worth(&SECOND_CLIENT);
		assert!(try_poke(&SECOND_CLIENT, task).is_ok());
		// S / 2 of one who was silent, S of one who withheld: 5 percent each.
		let reward = S / 2 / 20 + S / 20;
		assert_eq!(worth(&SECOND_CLIENT), before + reward);
	});
}

/// No wave is started that could not end in time; the task ends instead.
#[test]
fn poke_should_start_no_wave_when_it_would_outlive_the_hard_end() {
	build_and_execute(|| {
		let (task, _) = open_and_draw(1, 1, 10);
		run_to(TOO_LATE - 1);
		poke(task);
		assert!(matches!(state(task), TaskState::Running { wave: 1, .. }));
		run_to(1 + 10 * T + 100);
		poke(task);
		assert_eq!(ended(task).ending, Ending::Failed(FailCause::NoDelivery));
		assert_eq!(ended(task).replicas.len(), 2);
	});
}

/// What a call of no effect on others may cost is what its weight says, whoever chose the number of candidates.
#[test]
fn poke_should_weigh_each_candidate_when_all_are_released_without_a_draw() {
	let weight = |count| {
		let mut found = Weight::zero();
		build_and_execute(|| {
			BeaconIsDry::set(true);
			let task = open(1, 1, count);
			run_to(TOO_LATE);
			let info = dispatch(&STRANGER, Call::poke { task }).expect("no wave fits");
			assert_eq!(ended(task).ending, Ending::Failed(FailCause::HardEnd));
			found = info.actual_weight.expect("it is refunded");
			assert!(found.all_lte(Deals::worst_poke()));
		});
		found
	};
	// The record of each, and what it has open for the client, are read and written.
	let each = RocksDbWeight::get().reads_writes(2, 2).ref_time();
	let more = weight(32).saturating_sub(weight(1)).ref_time();
	assert!(more >= 31 * each, "{more} for 31 candidates");
}

/// Blocks that were looked through in vain are paid for like those that gave a seed.
#[test]
fn poke_should_weigh_the_blocks_that_it_read_when_the_ticket_has_expired() {
	build_and_execute(|| {
		BeaconIsDry::set(true);
		let task = open(3, 2, 5);
		pass(BEACON_SPAN + 1);
		let info = dispatch(&STRANGER, Call::poke { task }).expect("it is renewed");
		System::assert_last_event(Event::TicketRenewed { task }.into());
		let read = RocksDbWeight::get().reads(BEACON_SPAN.into());
		let base = <Test as Config>::WeightInfo::poke();
		let found = info.actual_weight.expect("it is refunded");
		let more = found.saturating_sub(base).ref_time();
		assert!(more >= read.ref_time(), "{more}");
	});
}
