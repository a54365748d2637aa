use super::*;

fn sealed() -> (CaseId, Vec<AccountId>) {
	let case = open_and_draw(1);
	let members = members(case);
	for who in &members {
		assert_ok!(seal_as(case, who, &truth()));
	}
	(case, members)
}

#[test]
fn reveal_should_reach_a_verdict_when_it_is_the_last() {
	build_and_execute(3, || {
		let (case, members) = sealed();
		for who in &members {
			assert_ok!(reveal_as(case, who, &truth()));
		}
		let until = System::block_number() + APPEAL;
		assert_eq!(phase(case), CasePhase::AppealWindow { verdict: truth(), until });
		assert_eq!(round(case).verdict, Some(truth()));
	});
}

#[test]
fn reveal_should_be_refused_without_a_seal() {
	build_and_execute(6, || {
		let case = open_and_draw(1);
		let members = members(case);
		for who in &members[1..] {
			assert_ok!(seal_as(case, who, &truth()));
		}
		assert_noop!(reveal_as(case, &members[1], &truth()), Error::<Test>::WrongPhase);
		// All three times that it is looked for somebody, one stays silent.
		expire(case);
		expire(case);
		expire(case);
		assert!(matches!(phase(case), CasePhase::Revealing { .. }));
		assert_noop!(reveal_as(case, &members[0], &truth()), Error::<Test>::NothingSealed);
	});
}

#[test]
fn reveal_should_be_refused_with_another_digest_or_salt() {
	build_and_execute(3, || {
		let (case, members) = sealed();
		assert_noop!(reveal_as(case, &members[0], &lie()), Error::<Test>::SealMismatch);
		let key = operator_of(&members[0]);
		let wrong = Mediation::reveal(signed(key), case, truth(), [0; 32]);
		assert_noop!(wrong, Error::<Test>::SealMismatch);
	});
}

#[test]
fn reveal_should_be_refused_twice_to_others_and_too_late() {
	build_and_execute(5, || {
		let (case, members) = sealed();
		assert_ok!(reveal_as(case, &members[0], &truth()));
		assert_noop!(reveal_as(case, &members[0], &truth()), Error::<Test>::NothingSealed);
		let outsider = (0..5).map(stash).find(|who| !members.contains(who)).expect("two");
		assert_noop!(reveal_as(case, &outsider, &truth()), Error::<Test>::NotMember);
		pass(SEAL + REVEAL);
		assert_noop!(reveal_as(case, &members[1], &truth()), Error::<Test>::DeadlinePassed);
	});
}

/// Else whoever has cases opened keeps mediators from others for as long as these last.
#[test]
fn reveal_should_free_the_place_and_leave_the_stake_at_risk() {
	build_and_execute(3, || {
		DrawsPerBlock::set(16);
		let cases: Vec<CaseId> = (0..8).map(open).collect();
		pass(DRAW_AFTER);
		assert!(cases.iter().all(|case| members(*case).len() == 3));
		vote(cases[0], 0);
		assert_eq!(mediator(&stash(0)).places, 7);
		assert_eq!(mediator(&stash(0)).bond.locked, 8 * STAKE);
		let next = open_and_draw(8);
		assert_eq!(members(next).len(), 3);
	});
}
