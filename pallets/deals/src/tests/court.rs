//! Who had the court rule gets back what that has cost.

use super::{
	audits::lie_in_audit,
	disputes::{agreed, unburnt, with_arbiter},
	*,
};
use assay_primitives::traits::CourtBill;

/// Whoever the case does not concern and had the court rule on it.
const BYSTANDER: AccountId = account(160);

fn ruled_by_court(task: TaskId, amount: Balance) {
	let TaskState::Disputed { case, .. } = state(task) else { panic!("it is judged") };
	let bill = CourtBill { to: BYSTANDER, amount };
	assert_ok!(rule_by_court_for(case, digest_of(task, good()), Some(bill)));
}

/// First out of what would be burnt of the stakes, then out of the fund as much as is burnt all the same.
#[test]
fn court_should_be_repaid_up_to_what_liars_lose_to_nobody() {
	for owed in [0, 1_000, Balance::MAX / 2] {
		build_and_execute(|| {
			let ledger = Ledger::start();
			let (task, _) = agreed([bad(2); 3]);
			assert_ok!(try_check(&CLIENT, task));
			let client = worth(&CLIENT);
			ruled_by_court(task, owed);
			let stake = stake(task);
			let harm = 3 * (stake / 10);
			assert!(worth(&CLIENT) >= client + harm, "nobody gets less");
			let (left, burn) = (3 * unburnt(stake) - harm, 3 * burn_of(stake));
			let paid = worth(&BYSTANDER);
			assert_eq!(paid, owed.min(left + burn), "of {owed}");
			assert_eq!(RICH - worth(&FUND), owed.min(left + burn) - owed.min(left));
			assert!(RICH - worth(&FUND) <= providers::Burnt::<Test>::get(), "for {owed}");
			ledger.check();
		});
	}
}

/// Silence is no lie, and whoever is late has not brought a case about.
#[test]
fn court_should_not_be_repaid_out_of_the_stakes_of_who_was_silent() {
	build_and_execute(|| {
		let ledger = Ledger::start();
		with_arbiter();
		let (task, replicas) = open_and_draw(3, 2, 3);
		for replica in &replicas[..2] {
			commit(task, replica, good());
		}
		pass(T);
		poke(task);
		for replica in &replicas[..2] {
			reveal(task, replica, good());
		}
		assert_ok!(try_check(&CLIENT, task));
		ruled_by_court(task, 1_000);
		assert_eq!(ended(task).replicas[2].result, ReplicaResult::Silent);
		assert!(ended(task).replicas[2].slashed > 1_000);
		assert_eq!((worth(&BYSTANDER), worth(&FUND)), (0, RICH));
		ledger.check();
	});
}

/// Both are paid for one lie, whose authors may be the same.
#[test]
fn fund_should_pay_finders_and_court_no_more_than_liars_lose_to_nobody() {
	build_and_execute(|| {
		let ledger = Ledger::start();
		let (task, mediators) = lie_in_audit();
		let funds = worth(&FUND);
		ruled_by_court(task, Balance::MAX / 2);
		let found: Balance = mediators.iter().map(worth).sum();
		assert!(found > 0, "the finders have theirs");
		let repaid = |event| match event {
			Event::CourtRepaid { amount, .. } => Some(amount),
			_ => None,
		};
		let repaid: Balance = events().into_iter().filter_map(repaid).sum();
		let burnt = providers::Burnt::<Test>::get();
		assert!(found + repaid <= burnt, "{found} and {repaid} of {burnt}");
		assert!(worth(&FUND) + found + repaid >= funds);
		ledger.check();
	});
}

#[test]
fn court_should_be_repaid_by_stakes_alone_when_the_fund_is_empty() {
	build_and_execute(|| {
		let (task, _) = agreed([bad(2); 3]);
		assert_ok!(try_check(&CLIENT, task));
		assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(FUND), ARBITER, RICH - ED));
		ruled_by_court(task, Balance::MAX / 2);
		let stake = stake(task);
		assert_eq!(worth(&BYSTANDER), 3 * (unburnt(stake) - stake / 10));
		assert_eq!(worth(&FUND), ED);
	});
}
