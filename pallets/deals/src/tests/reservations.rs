//! Money that is locked without a deal.

use super::*;
use assay_primitives::{
	deal::{FrontEnd, Instance},
	traits::Reservations,
};
use frame_support::traits::fungible::{Inspect, InspectHold};

const POOL: Instance = Instance { front_end: FrontEnd::Pool, number: 3 };
const OTHER_POOL: Instance = Instance { number: 4, ..POOL };

fn free(who: &AccountId) -> Balance {
	Balances::balance(who)
}

fn held() -> Balance {
	Balances::balance_on_hold(&HoldReason::Reservation.into(), &CLIENT)
}

#[test]
fn reservation_should_lock_money_of_the_payer_once_for_each_instance() {
	build_and_execute(|| {
		let before = free(&CLIENT);
		assert_ok!(Deals::reserve(&POOL, &CLIENT, 1_000));
		assert_ok!(Deals::reserve(&OTHER_POOL, &CLIENT, 500));
		let again = Deals::reserve(&POOL, &STRANGER, 1);
		assert_eq!(again, Err(Error::<Test>::AlreadyReserved.into()));
		assert_eq!((Deals::reserved(&POOL), Deals::reserved(&OTHER_POOL)), (1_000, 500));
		assert_eq!((free(&CLIENT), held()), (before - 1_500, 1_500));
		let dear = Deals::reserve(&Instance { number: 5, ..POOL }, &CLIENT, Balance::MAX);
		assert_eq!(dear, Err(Error::<Test>::ClientCannotPay.into()));
	});
}

#[test]
fn task_should_be_examined_as_a_deal_examines_it() {
	build_and_execute(|| {
		let task = request(3, 2).task;
		let with = |change: fn(&mut assay_primitives::task::TaskSpec)| {
			let mut task = task.clone();
			change(&mut task);
			Deals::examine(&task)
		};
		assert_ok!(with(|_| ()));
		let refused = |error: Error<Test>| Err(DispatchError::from(error));
		assert_eq!(with(|it| it.limits.gas = 0), refused(of(RequestFault::GasLimitOutOfRange)));
		assert_eq!(
			with(|it| it.limits.memory_pages = 0),
			refused(of(RequestFault::MemoryLimitOutOfRange))
		);
		assert_eq!(
			with(|it| it.limits.output_bytes = u64::MAX),
			refused(of(RequestFault::OutputLimitOutOfRange))
		);
		assert_eq!(with(|it| it.profile = Hash::zero()), refused(Error::ProfileNotActive));
		assert_eq!(with(|it| it.module.size = 7), refused(Error::ModuleTooSmall));
	});
}

#[test]
fn reservation_should_be_spent_as_far_as_it_goes_and_the_rest_released() {
	build_and_execute(|| {
		let before = (free(&CLIENT), free(&STRANGER));
		assert_ok!(Deals::reserve(&POOL, &CLIENT, 1_000));
		assert_ok!(Deals::reserve(&OTHER_POOL, &CLIENT, 500));
		assert_eq!(Deals::spend(&POOL, &STRANGER, 300), 300);
		assert_eq!(Deals::spend(&POOL, &CLIENT, 100), 0, "it would come back to the payer");
		assert_eq!(Deals::spend(&POOL, &account(77), ED - 1), 0, "there can't be such an account");
		assert_eq!(Deals::reserved(&POOL), 700);
		assert_eq!(Deals::release(&POOL), 700);
		assert_eq!(Deals::release(&POOL), 0, "once");
		assert_eq!(Deals::spend(&POOL, &STRANGER, 1), 0);
		assert_eq!(free(&CLIENT), before.0 - 300 - 500);
		// Nothing of what is locked for another.
		assert_eq!(Deals::spend(&OTHER_POOL, &STRANGER, Balance::MAX), 500);
		assert_eq!(free(&STRANGER), before.1 + 800);
		assert_eq!((Deals::release(&OTHER_POOL), held()), (0, 0));
	});
}

#[test]
fn reservation_should_be_forfeited_in_shares_and_the_rest_burnt() {
	build_and_execute(|| {
		let before = (free(&STRANGER), Balances::total_issuance());
		assert_ok!(Deals::reserve(&POOL, &CLIENT, 1_000));
		let shares = [(STRANGER, 100), (CLIENT, 100), (account(77), ED - 1)];
		let taken = Deals::forfeit(&POOL, 400, &shares);
		assert_eq!((taken.amount, taken.paid), (400, vec![100, 0, 0]));
		assert_eq!(free(&STRANGER), before.0 + 100);
		assert_eq!(Balances::total_issuance(), before.1 - 300);
		assert_eq!((Deals::reserved(&POOL), held()), (600, 600));
		// Shares reach no further than what is forfeited, and that no further than what is there.
		assert_eq!(Deals::forfeit(&POOL, 50, &[(STRANGER, 70)]).paid, [50]);
		assert_eq!(Deals::forfeit(&POOL, Balance::MAX, &[]).amount, 550);
		assert_eq!(Deals::forfeit(&POOL, 1, &[(STRANGER, 1)]).amount, 0);
		assert_eq!((Deals::release(&POOL), held()), (0, 0));
	});
}
