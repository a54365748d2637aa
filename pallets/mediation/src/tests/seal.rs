use super::*;

#[test]
fn seal_should_start_revealing_when_it_is_the_last() {
	build_and_execute(5, || {
		let case = open_and_draw(1);
		let members = members(case);
		for who in &members {
			assert!(matches!(phase(case), CasePhase::Sealing { wave: 0, .. }));
			assert_ok!(seal_as(case, who, &truth()));
		}
		let until = System::block_number() + SEAL + REVEAL;
		assert_eq!(phase(case), CasePhase::Revealing { until });
		assert!(emitted(Event::RevealingStarted { case, until }));
	});
}

#[test]
fn seal_should_be_refused_to_everybody_but_members() {
	build_and_execute(5, || {
		let case = open_and_draw(1);
		let outsider = (0..5).map(stash).find(|who| !members(case).contains(who)).expect("two");
		assert_noop!(seal_as(case, &outsider, &truth()), Error::<Test>::NotMember);
		let seal = Hash::zero();
		assert_noop!(seal_with(STRANGER, case, seal), refused(BondFault::NotOperator));
		// A stash signs nothing.
		let stash = members(case)[0].clone();
		assert_noop!(seal_with(stash, case, seal), refused(BondFault::NotOperator));
		let missing = seal_with(operator(0), 77, seal);
		assert_noop!(missing, Error::<Test>::CaseNotFound);
	});
}

/// After a re-organisation the number may be another case's, whose committee the mediator is in too.
#[test]
fn seal_should_be_refused_when_it_is_for_another_task_or_round() {
	build_and_execute(5, || {
		let case = open_and_draw(1);
		let who = members(case)[0].clone();
		let seal = seal_of(case, &who, &truth());
		let (task_hash, round) = name_of(case);
		for (hash, number) in [(Hash::zero(), round), (task_hash, round + 1)] {
			let sealed = Mediation::seal(signed(operator_of(&who)), case, hash, number, seal);
			assert_noop!(sealed, Error::<Test>::CaseMismatch);
		}
		assert_ok!(Mediation::seal(signed(operator_of(&who)), case, task_hash, round, seal));
	});
}

#[test]
fn seal_should_be_refused_a_second_time() {
	build_and_execute(5, || {
		let case = open_and_draw(1);
		let who = members(case)[0].clone();
		assert_ok!(seal_as(case, &who, &truth()));
		assert_noop!(seal_as(case, &who, &lie()), Error::<Test>::AlreadySealed);
	});
}

#[test]
fn seal_should_be_refused_before_the_draw_and_from_the_deadline_on() {
	build_and_execute(3, || {
		let case = open(1);
		assert_noop!(seal_as(case, &stash(0), &truth()), Error::<Test>::WrongPhase);
		await_draw(case);
		let who = members(case)[0].clone();
		pass(SEAL);
		assert_noop!(seal_as(case, &who, &truth()), Error::<Test>::DeadlinePassed);
	});
}

#[test]
fn seal_should_be_refused_to_a_silent_member_that_was_replaced() {
	build_and_execute(6, || {
		let case = open_and_draw(1);
		let first = members(case);
		expire(case);
		assert!(matches!(phase(case), CasePhase::Sealing { wave: 1, .. }));
		assert_noop!(seal_as(case, &first[0], &truth()), Error::<Test>::DeadlinePassed);
	});
}
