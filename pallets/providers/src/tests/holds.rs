use super::*;
use assay_primitives::{
	deal::{FrontEnd, Instance},
	traits::{Holds, Stakes},
};
use polkadot_sdk::frame_support::traits::fungible::Inspect;

const POOL: Instance = Instance { front_end: FrontEnd::Pool, number: 3 };
const OTHER_POOL: Instance = Instance { number: 4, ..POOL };

fn stash() -> AccountId {
	account(STASH)
}

fn hold(by: &Instance, amount: Balance) -> polkadot_sdk::sp_runtime::DispatchResult {
	Pallet::<Test>::hold(&stash(), by, amount)
}

#[test]
fn hold_should_take_bond_and_no_slot() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_ok!(hold(&POOL, 10 * UNIT));
		assert_ok!(hold(&OTHER_POOL, 20 * UNIT));
		assert_eq!(Pallet::<Test>::free(&stash()), 0);
		assert_eq!(Pallet::<Test>::held(&stash(), &POOL), 10 * UNIT);
		assert_eq!((provider(STASH).bond.locked, provider(STASH).slots_used()), (30 * UNIT, 0));
	});
}

#[test]
fn hold_should_be_refused_when_it_is_not_covered_empty_held_already_or_of_who_can_not_work() {
	build_and_execute(|| {
		assert_noop!(hold(&POOL, 1), refused(BondFault::NotRegistered));
		assert_ok!(Providers::register(signed(STASH), declaration(OPERATOR), 30 * UNIT));
		assert_noop!(hold(&POOL, 1), Error::<Test>::from(Ineligible::OperatorMissing));
		assert_ok!(Providers::accept_operator(signed(OPERATOR), stash()));
		assert_noop!(hold(&POOL, 30 * UNIT + 1), refused(BondFault::NotCovered));
		assert_noop!(hold(&POOL, 0), refused(BondFault::ZeroAmount));
		assert_ok!(Pallet::<Test>::lock(&stash(), DEAL, 10 * UNIT));
		assert_noop!(hold(&POOL, 20 * UNIT + 1), refused(BondFault::NotCovered));
		assert_ok!(hold(&POOL, 20 * UNIT));
		assert_noop!(hold(&POOL, 1), Error::<Test>::AlreadyHeld);
		Pallet::<Test>::release(&stash(), DEAL, 10 * UNIT);
		Pallet::<Test>::unhold(&stash(), &POOL);
		assert_ok!(Providers::leave(signed(STASH)));
		assert_noop!(hold(&POOL, 1), refused(BondFault::Leaving));
	});
}

#[test]
fn held_bond_should_neither_leave_nor_be_locked_until_it_is_given_back() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_ok!(hold(&POOL, 20 * UNIT));
		let leave = || Providers::leave(signed(STASH));
		assert_noop!(leave(), refused(BondFault::StakeLocked));
		assert_noop!(Providers::unbond(signed(STASH), 20 * UNIT), refused(BondFault::NotCovered));
		let lock = Pallet::<Test>::lock(&stash(), DEAL, 10 * UNIT + 1);
		assert_eq!(lock, Err(refused(BondFault::NotCovered).into()));
		assert_eq!(Pallet::<Test>::unhold(&stash(), &POOL), 20 * UNIT);
		assert_eq!(Pallet::<Test>::unhold(&stash(), &POOL), 0, "once");
		assert_ok!(leave());
	});
}

#[test]
fn forfeit_should_take_of_the_hold_alone_pay_shares_and_burn_the_rest() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_ok!(Pallet::<Test>::lock(&stash(), DEAL, 5 * UNIT));
		assert_ok!(hold(&POOL, 10 * UNIT));
		assert_ok!(hold(&OTHER_POOL, 10 * UNIT));
		let issued = || <Balances as Inspect<AccountId>>::total_issuance();
		let before = issued();
		let shares = [(account(STRANGER), UNIT), (stash(), UNIT)];
		let taken = Pallet::<Test>::forfeit(&stash(), &POOL, 4 * UNIT, &shares);
		assert_eq!((taken.amount, taken.paid), (4 * UNIT, vec![UNIT, 0]));
		assert_eq!(usable(STRANGER), ENDOWMENT + UNIT);
		assert_eq!(before - issued(), 3 * UNIT);
		let event = Event::Slashed { provider: stash(), amount: 4 * UNIT, burnt: 3 * UNIT };
		assert_eq!(last_event(), event);
		assert_eq!(Pallet::<Test>::held(&stash(), &POOL), 6 * UNIT);
		// More than there is takes all there is, and nothing of what is at risk for others.
		let taken = Pallet::<Test>::forfeit(&stash(), &POOL, Balance::MAX, &[]);
		assert_eq!(taken.amount, 6 * UNIT);
		assert_eq!(Pallet::<Test>::forfeit(&stash(), &POOL, 1, &[]).amount, 0);
		assert_eq!(provider(STASH).bond.locked, 15 * UNIT);
		assert_eq!(Pallet::<Test>::held(&stash(), &OTHER_POOL), 10 * UNIT);
		Pallet::<Test>::release(&stash(), DEAL, 5 * UNIT);
	});
}
