use super::*;

#[test]
fn denounce_should_take_the_stake_and_pay_a_tenth_when_the_opening_fits() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(3, 2, 3);
		commit(task, &replicas[0], good());
		let (before, his) = (worth(&STRANGER), worth(&replicas[0]));
		assert!(try_denounce(&STRANGER, task, &replicas[0], good()).is_ok());
		assert_eq!(worth(&STRANGER), before + S / 10);
		assert_eq!(worth(&replicas[0]), his - S);
		assert_eq!(providers::Burnt::<Test>::get(), S - S / 10);
		assert_eq!(replica(task, &replicas[0]), ReplicaState::Denounced);
		let provider = replicas[0].clone();
		System::assert_has_event(
			Event::ReplicaDenounced { task, provider: provider.clone(), by: STRANGER }.into(),
		);
		System::assert_has_event(
			Event::SlashShared {
				task,
				from: provider,
				to: STRANGER,
				amount: S / 10,
				reason: ShareReason::Denouncer,
			}
			.into(),
		);
	});
}

#[test]
fn task_should_go_on_without_the_denounced_when_the_others_agree() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(3, 2, 3);
		commit(task, &replicas[0], good());
		assert!(try_denounce(&replicas[1], task, &replicas[0], good()).is_ok());
		assert_noop!(try_commit(task, &replicas[0], good()), Error::<Test>::ReplicaNotOpen);
		run_wave(task, &replicas[1..], &[good(), good()]);
		let ended = ended(task);
		assert_eq!(ended.ending, Ending::Settled(good()));
		assert_eq!(ended.replicas[0].result, ReplicaResult::Denounced);
		assert_eq!((ended.replicas[0].paid, ended.replicas[0].slashed), (0, S));
		assert_eq!(ended.replicas[1].paid, P);
		let notes = providers::Notes::<Test>::get();
		assert!(notes.contains(&(replicas[0].clone(), Conduct::Withheld)));
	});
}

#[test]
fn denounce_should_fail_when_it_is_done_by_the_provider_itself() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(3, 2, 3);
		commit(task, &replicas[0], good());
		for own in [replicas[0].clone(), operator_of(&replicas[0])] {
			assert_noop!(
				try_denounce(&own, task, &replicas[0], good()),
				Error::<Test>::SelfDenouncement
			);
		}
	});
}

#[test]
fn denounce_should_fail_when_the_opening_does_not_fit() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(3, 2, 3);
		commit(task, &replicas[0], good());
		assert_noop!(
			try_denounce(&STRANGER, task, &replicas[0], bad(2)),
			Error::<Test>::SealMismatch
		);
		assert_noop!(
			try_denounce(&STRANGER, task, &replicas[1], good()),
			Error::<Test>::ReplicaNotSealed
		);
		assert_noop!(try_denounce(&STRANGER, task, &stash(20), good()), Error::<Test>::NotDrawn);
	});
}

/// From the deadline on openings are legal, whether or not the phase has been written.
#[test]
fn denounce_should_fail_when_revealing_is_due() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(3, 2, 3);
		commit(task, &replicas[0], good());
		pass(T);
		assert_noop!(
			try_denounce(&STRANGER, task, &replicas[0], good()),
			Error::<Test>::DeadlinePassed
		);
		poke(task);
		assert_noop!(
			try_denounce(&STRANGER, task, &replicas[0], good()),
			Error::<Test>::NotRunning
		);
	});
}

#[test]
fn denounce_should_fail_when_it_was_done_before() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(3, 2, 3);
		commit(task, &replicas[0], good());
		assert!(try_denounce(&STRANGER, task, &replicas[0], good()).is_ok());
		assert_noop!(
			try_denounce(&CLIENT, task, &replicas[0], good()),
			Error::<Test>::ReplicaNotSealed
		);
	});
}

/// Through a second account a tenth of the stake comes back: leaving by this way is never cheaper
/// than not sealing at all, and a stolen operator key moves little of the bond.
#[test]
fn denounce_should_cost_more_than_silence_when_done_through_a_second_account() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(3, 2, 3);
		commit(task, &replicas[0], good());
		let before = worth(&replicas[0]) + worth(&STRANGER);
		assert!(try_denounce(&STRANGER, task, &replicas[0], good()).is_ok());
		let after = worth(&replicas[0]) + worth(&STRANGER);
		assert_eq!(before - after, S - S / 10);
		assert!(before - after > Constants::get().slashes.silent.mul_floor(S));
	});
}
