use super::*;

pub(super) fn denounce(by: AccountId, case: CaseId, who: &AccountId) -> sp_runtime::DispatchResult {
	Mediation::denounce(signed(by), case, who.clone(), truth(), salt_of(who))
		.map(|_| ())
		.map_err(|error| error.error)
}

#[test]
fn denounce_should_void_the_vote_punish_and_pay() {
	build_and_execute(5, || {
		let case = open_and_draw(1);
		let who = members(case)[0].clone();
		assert_ok!(seal_as(case, &who, &truth()));
		let (before, issued) = (free(&STRANGER), issuance());
		assert_ok!(denounce(STRANGER, case, &who));
		let penalty = STAKE / 5;
		assert_eq!(free(&STRANGER) - before, penalty / 2);
		assert_eq!(issued - issuance(), penalty / 10);
		assert_eq!(held(&who), BOND - penalty);
		assert_eq!(mediator(&who).bond.locked, 0);
		assert!(mediator(&who).seats.is_empty());
		assert_eq!(Cases::<Test>::get(case).map(|case| case.penalties), Some(penalty * 4 / 10));
		assert_eq!(round(case).members[0].vote, Vote::Denounced);
		// Another takes its place at the deadline.
		let rest = drawn(case);
		for who in &rest {
			assert_ok!(seal_as(case, who, &truth()));
		}
		assert!(matches!(phase(case), CasePhase::Sealing { wave: 1, .. }));
		assert_eq!(drawn(case).len(), 1);
	});
}

#[test]
fn denounce_should_be_refused_to_the_member_itself() {
	build_and_execute(3, || {
		let case = open_and_draw(1);
		let who = members(case)[0].clone();
		assert_ok!(seal_as(case, &who, &truth()));
		let own = Error::<Test>::SelfDenouncement;
		assert_noop!(denounce(operator_of(&who), case, &who), own);
		assert_noop!(denounce(who.clone(), case, &who), Error::<Test>::SelfDenouncement);
	});
}

#[test]
fn denounce_should_be_refused_when_nothing_is_opened_too_early() {
	build_and_execute(4, || {
		let case = open(1);
		assert_noop!(denounce(STRANGER, case, &stash(0)), Error::<Test>::WrongPhase);
		await_draw(case);
		let members = members(case);
		assert_noop!(denounce(STRANGER, case, &members[0]), Error::<Test>::NothingSealed);
		assert_noop!(denounce(STRANGER, case, &CLIENT), Error::<Test>::NotMember);
		assert_ok!(seal_as(case, &members[0], &lie()));
		assert_noop!(denounce(STRANGER, case, &members[0]), Error::<Test>::SealMismatch);
		assert_ok!(seal_as(case, &members[1], &truth()));
		pass(SEAL);
		assert_noop!(denounce(STRANGER, case, &members[1]), Error::<Test>::DeadlinePassed);
		expire(case);
	});
}
