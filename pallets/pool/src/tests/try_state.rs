//! Each invariant is seen to fail.

use super::*;
use crate::{MembersOf, Rounds};

/// Breaks something in a pool that races in its second round.
fn detects(number: &str, break_it: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		race(terms(12), 3);
		assert_ok!(publish(0, 4));
		assert_ok!(publish(1, 2));
		pass(MIN_WINDOW + 1);
		assert_ok!(poke());
		deal_out();
		assert_ok!(Pools::do_try_state());
		break_it();
		let Err(DispatchError::Other(text)) = Pools::do_try_state() else {
			panic!("the corruption is not seen")
		};
		assert!(text.starts_with(number), "{text}");
	});
}

fn change(at: usize, change: impl FnOnce(&mut crate::MemberRecord)) {
	MembersOf::<Test>::mutate(0, |members| change(&mut members[at]));
}

fn change_pool(change: impl FnOnce(&mut crate::Pool)) {
	crate::Pools::<Test>::mutate(0, |pool| change(pool.as_mut().expect("there")));
}

#[test]
fn try_state_should_find_money_that_does_not_add_up() {
	detects("1:", || change_pool(|pool| pool.fine += 1));
	detects("1:", || assert!(Ledger::release(&Pools::instance(0)) > 0));
	detects("2:", || change(0, |member| member.deposit += 1));
	detects("2:", || assert!(Providers::unhold(&account(FIRST), &Pools::instance(0)) > 0));
	detects("2:", || {
		Providers::unhold(&account(stash(2)), &Pools::instance(0));
		change(2, |member| member.deposit = 0);
	});
	detects("3:", || change(0, |member| member.due = 24 * PER_MGAS + 1));
	detects("3:", || change(2, |member| member.due = 1));
}

#[test]
fn try_state_should_find_rounds_that_do_not_fit() {
	detects("4:", || Rounds::<Test>::remove(0, 0));
	detects("4:", || change_pool(|pool| pool.rounds = 1));
	detects("4:", || change_pool(|pool| pool.stage = Stage::SigningUp));
	let stored = |number: u16| Rounds::<Test>::get(0, number).expect("it has begun");
	detects("4:", || Rounds::<Test>::insert(0, 0, stored(1)));
	detects("4:", || Rounds::<Test>::insert(1, 0, stored(1)));
	detects("5:", || MembersOf::<Test>::mutate(0, |members| members.truncate(2)));
	detects("5:", || change_pool(|pool| pool.terms.members = 2));
	detects("5:", || {
		let mut round = stored(1);
		round.columns.truncate(2);
		Rounds::<Test>::insert(0, 1, round);
	});
}

#[test]
fn try_state_should_find_leaves_that_are_lost_and_work_that_was_not_done() {
	detects("6:", || {
		Rounds::<Test>::mutate(0, 1, |round| round.as_mut().expect("begun").columns[0].fresh += 1);
	});
	detects("7:", || change(0, |member| member.done += 1));
}

#[test]
fn try_state_should_find_audits_that_are_not_counted_and_bonds_that_are_gone() {
	let spot = assay_primitives::pool::Spot { round: 0, member: 0, row: 0 };
	let question = |asker| crate::Question { case: Some(1), digest: Hash::zero(), funds: 1, asker };
	detects("9:", || change_pool(|pool| pool.looks = 1));
	detects("9:", || change_pool(|pool| pool.questions = 1));
	detects("9:", || crate::ClaimsOf::<Test>::insert(0, crate::Claims::default()));
	detects("9:", || {
		crate::Questions::<Test>::insert(0, spot, question(crate::Asker::Audit));
	});
	detects("10:", || {
		let asker = crate::Asker::Account { who: account(STRANGER), bond: 1, doubt: 0 };
		change_pool(|pool| pool.questions = 1);
		crate::Questions::<Test>::insert(0, spot, question(asker));
	});
	detects("8:", || crate::Questions::<Test>::insert(7, spot, question(crate::Asker::Audit)));
}

#[test]
fn try_state_should_find_what_belongs_to_no_pool() {
	detects("8:", || crate::NextPoolId::<Test>::put(0));
	detects("8:", || {
		let members = MembersOf::<Test>::get(0);
		MembersOf::<Test>::insert(1, members);
	});
}
