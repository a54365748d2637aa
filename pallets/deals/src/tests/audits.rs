//! Audits: what the chain has judged by chance, and who pays for it.

use super::{
	disputes::{CH, agreed, with_arbiter},
	*,
};
use assay_primitives::{judges::Judges, traits::Beacon};

/// One job in fifty, where nobody is there to judge.
#[test]
fn agreed_result_should_stand_when_an_audit_finds_nobody_to_judge() {
	build_and_execute(|| {
		let ledger = Ledger::start();
		audited();
		Finders::set(vec![account(150)]);
		let (task, replicas) = agreed([good(); 3]);
		pass(23);
		poke(task);
		assert_eq!(Cases::get()[0].reason, CaseReason::Audit);
		assert_ok!(rule(0, None, 0));
		assert_eq!(ended(task).ending, Ending::Settled(good()));
		assert!(replicas.iter().all(|one| worth(one) == RICH + P));
		// The fund has its money back and the tax on top, and nobody found anything.
		assert_eq!((worth(&FUND), worth(&account(150))), (RICH + CH, 0));
		ledger.check();
	});
}

fn audited() {
	audit(Permill::one());
}

/// A lie of all replicas that an audit looks at, and the mediators who find it.
pub(super) fn lie_in_audit() -> (TaskId, [AccountId; 3]) {
	audited();
	let mediators = [account(150), account(151), account(152)];
	Finders::set(mediators.to_vec());
	let (task, _) = agreed([bad(2); 3]);
	pass(23);
	poke(task);
	(task, mediators)
}

/// Nobody asks, and the chain looks all the same.
#[test]
fn med_09_two_liars_should_be_found_when_the_chain_audits() {
	build_and_execute(|| {
		let ledger = Ledger::start();
		audited();
		let before = worth(&CLIENT);
		let (task, replicas) = agreed([bad(2); 3]);
		pass(23);
		poke(task);
		assert_eq!(Cases::get()[0].reason, CaseReason::Audit);
		assert_eq!(worth(&FUND), RICH - CH);
		assert_ok!(rule(0, Some(digest_of(task, good())), CH));
		assert_eq!(worth(&CLIENT), before + 3 * (stake(task) / 10));
		assert!(worth(&FUND) > RICH);
		assert!(replicas.iter().all(|one| worth(one) == RICH - stake(task)));
		ledger.check();
	});
}

/// Who finds a lie that nobody has asked about gets a part of the fund, and no more than the liars have
/// lost to nobody.
#[test]
fn deal_22_jackpot_should_be_paid_to_the_committee_that_found_a_lie() {
	build_and_execute(|| {
		let ledger = Ledger::start();
		let (task, mediators) = lie_in_audit();
		assert_ok!(rule(0, Some(digest_of(task, good())), CH));
		let slashes = Constants::get().slashes;
		let most = slashes.burn.mul_floor(3 * stake(task));
		assert!(slashes.jackpot.mul_floor(RICH) > most, "the fund would give more");
		assert!(mediators.iter().all(|who| worth(who) == most / 3));
		ledger.check();
	});
}

#[test]
fn jackpot_should_not_be_paid_when_the_result_was_true_or_somebody_asked() {
	build_and_execute(|| {
		Finders::set(vec![account(150)]);
		audited();
		let (task, _) = agreed([good(); 3]);
		pass(23);
		poke(task);
		assert_ok!(rule(0, Some(digest_of(task, good())), CH));
		let (task, _) = agreed([bad(2); 3]);
		assert_ok!(try_check(&CLIENT, task));
		assert_ok!(rule(1, Some(digest_of(task, good())), CH));
		assert_eq!(worth(&account(150)), 0);
	});
}

/// Mediators whom the parties have named may have had the lie planted that they find.
#[test]
fn jackpot_should_not_be_paid_when_the_judges_were_named() {
	build_and_execute(|| {
		let ledger = Ledger::start();
		with_arbiter();
		audited();
		Finders::set(vec![account(150)]);
		let named = (150..153).map(account).collect::<Vec<_>>();
		let judges = Judges::Named(named.try_into().expect("three"));
		let before = worth(&CLIENT);
		let deal = NewDeal { judges, ..plain(request(3, 2), candidates(3)) };
		let task = TaskId { deal: Deals::open(deal).expect("in order"), index: 0 };
		pass(4);
		poke(task);
		run_wave(task, &drawn(task, 0), &[bad(2); 3]);
		pass(23);
		poke(task);
		assert_eq!(Cases::get()[0].reason, CaseReason::Audit);
		assert_ok!(rule(0, Some(digest_of(task, good())), CH));
		assert_eq!((worth(&account(150)), worth(&FUND)), (0, RICH), "the reserve has paid");
		assert!(worth(&CLIENT) <= before + 3 * (stake(task) / 10));
		ledger.check();
	});
}

/// On average the tax pays what audits cost.
#[test]
fn audit_should_be_paid_by_the_tax_when_the_result_is_true() {
	build_and_execute(|| {
		audited();
		let before = worth(&CLIENT);
		let (task, replicas) = agreed([good(); 3]);
		pass(23);
		poke(task);
		assert_ok!(rule(0, Some(digest_of(task, good())), CH));
		assert_eq!(worth(&FUND), RICH);
		assert!(replicas.iter().all(|one| worth(one) == RICH + P));
		assert_eq!(worth(&CLIENT), before - 3 * P - 3 * P / 100 - CH);
	});
}

/// An empty fund must not tell liars that nobody looks.
#[test]
fn audit_should_be_paid_by_the_reserve_when_the_fund_is_empty() {
	build_and_execute(|| {
		audited();
		let (task, _) = agreed([bad(2); 3]);
		assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(FUND), ARBITER, RICH - ED));
		let before = worth(&CLIENT);
		pass(23);
		poke(task);
		assert_eq!(worth(&CLIENT), before - CH);
		assert_ok!(rule(0, Some(digest_of(task, good())), CH));
		assert!(worth(&CLIENT) > before);
	});
}

/// Who has paid for an audit owes nothing for those of others.
#[test]
fn tax_should_not_be_owed_when_the_reserve_has_paid_the_audit() {
	build_and_execute(|| {
		audited();
		let before = worth(&CLIENT);
		let (task, _) = agreed([good(); 3]);
		assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(FUND), ARBITER, RICH - ED));
		pass(23);
		poke(task);
		assert_ok!(rule(0, Some(digest_of(task, good())), CH));
		assert_eq!((worth(&CLIENT), worth(&FUND)), (before - 3 * P - 3 * P / 100 - CH, ED));
	});
}

#[test]
fn audit_should_wait_for_its_seed_and_be_certain_when_the_beacon_has_forgotten() {
	build_and_execute(|| {
		audit(Permill::from_parts(1));
		let (task, _) = agreed([good(); 3]);
		BeaconIsDry::set(true);
		pass(23);
		assert_noop!(try_poke(&STRANGER, task), Error::<Test>::NothingToDo);
		assert!(matches!(
			Deals::task_view(task).expect("it is open").next,
			assay_primitives::deal::NextStep::Randomness
		));
		pass(BEACON_SPAN);
		let before = worth(&CLIENT);
		poke(task);
		// The reserve pays, not the fund.
		assert_eq!((worth(&CLIENT), worth(&FUND)), (before - CH, RICH));
		assert_ok!(rule(0, Some(digest_of(task, good())), CH));
		assert_eq!(ended(task).ending, Ending::Settled(good()));
	});
}

/// The seed of an audit is not known to anyone while replicas may still reveal, nor when the client
/// accepts.
#[test]
fn accept_should_shorten_the_window_and_leave_the_audit_its_draw() {
	build_and_execute(|| {
		audited();
		ArbiterIsOpen::set(true);
		ChallengeWindow::set(200);
		let (task, replicas) = open_and_draw(3, 2, 3);
		run_wave(task, &replicas, &[good(); 3]);
		assert_noop!(try_accept(&STRANGER, task), Error::<Test>::NotClient);
		assert_ok!(try_accept(&CLIENT, task));
		let TaskState::Agreed { until, .. } = state(task) else { panic!("it is agreed") };
		assert_eq!(until, System::block_number() + 1);
		// Nothing of what the draw depends on exists while anything can still be done about it.
		assert_eq!(Deals::audit_ticket(until).first_block(), until);
		assert!(TestBeacon::fold(&Deals::audit_ticket(until)).is_err());
		pass(1);
		assert_noop!(try_challenge(&STRANGER, task), Error::<Test>::DeadlinePassed);
		pass(2);
		poke(task);
		assert!(matches!(state(task), TaskState::Disputed { .. }));
		assert_ok!(rule(0, Some(digest_of(task, good())), CH));
	});
}
