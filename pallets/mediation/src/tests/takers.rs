//! How much of those who judge takes a task.

use super::*;
use assay_primitives::{profile::Profile, takers::Question, traits::MediatorPool};
use frame_support::{traits::Hooks, weights::Weight};

/// Whether a task of so much gas is taken.
fn takes(judges: &Judges, parties: &[AccountId], gas: u64) -> bool {
	let mut spec = spec();
	spec.limits.gas = gas;
	let question = Question { spec: &spec, sealed: false, run_blocks: RUN, wage: WAGE };
	Mediation::take(judges, parties, &question)
}

fn pool_takes(gas: u64) -> bool {
	takes(&Judges::Public, &[], gas)
}

fn declare(index: u32, limits: CaseLimits) {
	assert_ok!(Mediation::update(signed(stash(index)), MediatorTerms { limits, ..terms(8) }));
}

const SMALL: u64 = CaseLimits::SMALL.max_gas;
const ORDINARY: u64 = CaseLimits::ORDINARY.max_gas;

#[test]
fn pool_should_take_a_task_when_two_thirds_of_its_weight_do() {
	build_and_execute(9, || {
		assert!(pool_takes(ORDINARY) && !pool_takes(ORDINARY + 1));
		(0..3).for_each(|index| declare(index, CaseLimits::SMALL));
		assert!(pool_takes(ORDINARY), "two thirds do");
		assert_ok!(Mediation::unbond(signed(stash(7)), BOND / 4));
		assert!(!pool_takes(ORDINARY), "less than two thirds do");
		assert!(pool_takes(SMALL));
		assert_ok!(Mediation::leave(signed(stash(0))));
		assert!(pool_takes(ORDINARY), "of those who stay more do");
	});
}

/// A runtime that learns a profile counted nobody by it, but for who changed afterwards, and took out of the counts what it
/// had never put in.
#[test]
fn counts_should_follow_when_the_runtime_learns_a_profile() {
	build_and_execute(40, || {
		let base = Profile::BASE.id();
		let (counted, free) = (Counted::<Test>::get(), Free::<Test>::get(3));
		// As an older runtime had it, which did not know the profile.
		Known::<Test>::mutate(|known| known.remove(&base));
		Counted::<Test>::mutate(|counts| counts.remove(&base));
		for level in 0..4 {
			Free::<Test>::mutate(level, |counts| {
				counts.remove(&base);
			});
		}
		assert_ok!(Mediation::do_try_state());
		Mediation::on_runtime_upgrade();
		for block in 0..3 {
			assert_ok!(Mediation::do_try_state());
			// Some are counted already, and some are not.
			let (one, other) = (10 + block, 38 - block);
			assert_ok!(Mediation::bond_more(signed(stash(one)), WEIGHT_UNIT));
			assert_ok!(Mediation::unbond(signed(stash(one)), WEIGHT_UNIT));
			assert_ok!(Mediation::resign_operator(signed(operator(other))));
			assert_ok!(Mediation::do_try_state());
			assert_ok!(Mediation::accept_operator(signed(operator(other)), stash(other)));
			Mediation::on_idle(System::block_number(), Weight::MAX);
		}
		assert_eq!(Counted::<Test>::get(), counted);
		assert_eq!(Free::<Test>::get(3), free);
	});
}

/// However large a part of the weight they are.
#[test]
fn pool_should_take_no_task_when_those_who_do_are_no_committee() {
	build_and_execute(3, || {
		assert!(pool_takes(SMALL));
		assert_ok!(Mediation::resign_operator(signed(operator(0))));
		assert!(!pool_takes(SMALL));
	});
	build_and_execute(0, || assert!(!pool_takes(1)));
}

#[test]
fn pool_should_take_no_task_whose_gas_no_time_for_sealing_is_enough_for() {
	build_and_execute(4, || {
		(0..4).for_each(|index| declare(index, CaseLimits::LARGE));
		// A thousand blocks at most, of which half are for 1.5 thousand million units each.
		assert!(pool_takes(750_000_000_000) && !pool_takes(750_000_000_001));
	});
}

#[test]
fn pool_should_not_count_on_who_asks_for_more_than_the_wage() {
	build_and_execute(4, || {
		assert!(pool_takes(SMALL));
		for index in 0..2 {
			declare(index, CaseLimits { min_wage: WAGE + 1, ..CaseLimits::default() });
		}
		assert!(!pool_takes(SMALL));
	});
}

#[test]
fn slash_should_count_the_weight_that_is_left() {
	build_and_execute(12, || {
		let before = Counted::<Test>::get();
		let case = open_and_draw(1);
		vote(case, 1);
		vote(case, 0);
		expire(case);
		assert_ne!(Counted::<Test>::get(), before);
	});
}

#[test]
fn set_should_take_a_task_when_two_thirds_of_it_do_and_are_no_party() {
	build_and_execute(8, || {
		let set: Vec<AccountId> = (0..6).map(stash).chain([STRANGER]).collect();
		let judges = Judges::Named(Named::truncate_from(set));
		let takes = |parties: &[AccountId]| takes(&judges, parties, SMALL);
		(0..2).for_each(|index| declare(index, CaseLimits { max_gas: 1, ..CaseLimits::default() }));
		assert!(takes(&[]) && takes(&[stash(0)]));
		assert!(!takes(&[stash(0), stash(1), stash(3), stash(4)]), "two are no committee");
		assert!(!takes(&[stash(3)]) && !takes(&[operator(3)]));
		declare(6, CaseLimits { max_gas: 1, ..CaseLimits::default() });
		assert!(takes(&[]), "who is not named does not matter");
		assert_ok!(Mediation::bond_more(signed(stash(0)), 1_000 * WEIGHT_UNIT));
		assert!(!takes(&[]), "by weight less than two thirds");
		assert!(takes(&[stash(0)]));
		// It has no place for cases of those who name it.
		assert_ok!(Mediation::update(signed(stash(5)), terms(1)));
		assert!(!takes(&[stash(0)]));
	});
}
