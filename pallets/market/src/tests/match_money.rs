//! Who pays, and who can't be made to.

use super::{sets::*, *};

fn sponsored() -> Set {
	let mut set = full();
	set.request.sponsor = Some(account(SPONSOR));
	set
}

#[test]
fn mkt_04_deal_should_have_the_sellers_prices_when_ceilings_are_higher() {
	build_and_execute(|| {
		let mut set = full();
		set.request.max_app_price = 10 * MILLI;
		set.request.max_dataset_price = 10 * MILLI;
		set.request.request.max_price = Price { base: UNIT, per_mgas: UNIT };
		set.resources[0].terms.price = Price { base: 101 * MILLI, per_mgas: 0 };
		assert_ok!(set.submit());
		assert_eq!(usable(CLIENT), ENDOWMENT - 113 * MILLI - UNIT);
	});
}

#[test]
fn mkt_11_match_should_leave_no_trace_when_the_payer_is_one_unit_short() {
	build_and_execute(|| {
		let set = full();
		let spare = ENDOWMENT - (WAGE + 12 * MILLI + UNIT) - EXISTENTIAL_DEPOSIT;
		let orders = set.sign();
		pay_away(CLIENT, spare + 1);
		assert_noop!(submit(SOLVER, &orders), TokenError::NotExpendable);
		assert_eq!((held(SOLVER), consumed(&set.request)), (0, None));
		pay_to(CLIENT, 1);
		assert_ok!(submit(SOLVER, &orders));
	});
}

fn pay_away(from: u8, amount: Balance) {
	transfer(from, STRANGER, amount);
}

fn pay_to(to: u8, amount: Balance) {
	transfer(STRANGER, to, amount);
}

fn transfer(from: u8, to: u8, amount: Balance) {
	use polkadot_sdk::frame_support::traits::{fungible::Mutate, tokens::Preservation};
	let (from, to) = (account(from), account(to));
	assert_ok!(Balances::transfer(&from, &to, amount, Preservation::Preserve));
}

#[test]
fn mkt_12_match_should_be_refused_when_a_bond_is_one_unit_short() {
	build_and_execute(|| {
		let set = plain();
		let request = &set.request.request;
		let stake = <Ledger as assay_primitives::traits::DealBook>::spread(request, WAGE).stake;
		alter(STASH, |it| it.free = stake - 1);
		refused(&set.sign(), because(0, Ineligible::BondTooSmall));
		assert_eq!(usable(CLIENT), ENDOWMENT);
		alter(STASH, |it| it.free = stake);
		assert_ok!(set.submit());
	});
}

#[test]
fn mkt_13_payer_should_lock_all_prices_times_the_volume() {
	build_and_execute(|| {
		let mut set = full();
		alter(STASH, |it| it.free_slots = 3);
		set.request.volume = 3;
		set.request.request.max_price = Price { base: 109 * MILLI, per_mgas: 0 };
		set.resources[0].terms.price = Price { base: 109 * MILLI, per_mgas: 0 };
		for _ in 0..3 {
			assert_ok!(set.submit());
		}
		assert_eq!(usable(CLIENT), ENDOWMENT - 363 * MILLI - 3 * UNIT);
		let deal = &Ledger::opened()[0];
		assert_eq!(deal.tasks, 1, "without a list of inputs there is one task");
		assert_eq!(deal.candidates[0].price.base, 109 * MILLI);
	});
}

#[test]
fn mkt_14_sponsor_should_pay_when_it_has_signed() {
	build_and_execute(|| {
		let set = sponsored();
		assert_ok!(set.submit());
		assert_eq!(usable(CLIENT), ENDOWMENT);
		assert_eq!(usable(SPONSOR), ENDOWMENT - WAGE - 12 * MILLI - UNIT);
		let deal = &Ledger::opened()[0];
		assert_eq!((&deal.client, &deal.payer), (&account(CLIENT), &account(SPONSOR)));
	});
}

#[test]
fn mkt_14_sponsor_should_need_no_signature_when_it_submits() {
	build_and_execute(|| {
		let mut orders = sponsored().sign();
		orders.sponsor = None;
		assert_ok!(submit(SPONSOR, &orders));
		assert_eq!(usable(CLIENT), ENDOWMENT);
	});
}

#[test]
fn mkt_16_match_by_a_stranger_should_take_back_its_deposit_when_it_fails() {
	build_and_execute(|| {
		let set = plain();
		pay_away(CLIENT, ENDOWMENT - UNIT);
		assert_noop!(submit(STRANGER, &set.sign()), TokenError::FundsUnavailable);
		assert_eq!(held(STRANGER), 0);
	});
}

#[test]
fn request_should_not_be_matched_when_its_sponsor_has_withdrawn() {
	build_and_execute(|| {
		let set = sponsored();
		let request = Box::new(set.request.clone());
		let withdraw = |who| Market::withdraw_sponsorship(signed(who), request.clone());
		assert_noop!(withdraw(CLIENT), Error::<Test>::NotSponsor);
		assert_ok!(withdraw(SPONSOR));
		let order = set.request.id(&genesis());
		let sponsor = account(SPONSOR);
		assert_eq!(last_event(), Event::SponsorshipWithdrawn { order, sponsor });
		assert_eq!(held(SPONSOR), ORDER_DEPOSIT);
		assert_noop!(withdraw(SPONSOR), Error::<Test>::AlreadyWithdrawn);
		let mut orders = set.sign();
		refused(&orders, Refusal::SponsorWithdrew);
		orders.sponsor = None;
		assert_noop!(submit(SPONSOR, &orders), Error::<Test>::from(Refusal::SponsorWithdrew));
		// It has said nothing of others.
		assert_ok!(Set { request: RequestOrder { salt: 9, ..set.request }, ..set }.submit());
	});
}

#[test]
fn sponsor_should_pay_what_was_matched_before_it_withdrew() {
	build_and_execute(|| {
		let set = sponsored();
		assert_ok!(set.submit());
		assert_ok!(Market::withdraw_sponsorship(signed(SPONSOR), Box::new(set.request.clone())));
		assert_eq!(Ledger::opened()[0].payer, account(SPONSOR));
		let record = Orders::<Test>::get(set.request.id(&genesis())).expect("it was matched");
		assert!(record.sponsor_withdrew && record.depositor == account(SOLVER));
	});
}

#[test]
fn mkt_21_sponsored_request_should_not_be_matched_without_its_sponsor() {
	build_and_execute(|| {
		let set = sponsored();
		let mut orders = set.sign();
		orders.sponsor = None;
		refused(&orders, Refusal::SponsorMissing);
		orders.sponsor = Some(Authorization::OnChain);
		refused(&orders, Refusal::SponsorNotAuthorized);
		orders.sponsor = Some(sign(CLIENT, &sponsorship_text(&set.request, &genesis())));
		refused(&orders, Refusal::SponsorNotAuthorized);
		// The sponsor's consent to another request is none to this one.
		let other = RequestOrder { salt: 9, ..set.request.clone() };
		orders.sponsor = Some(sign(SPONSOR, &sponsorship_text(&other, &genesis())));
		refused(&orders, Refusal::SponsorNotAuthorized);
		// Its signature as a client of its own is none as a sponsor.
		orders.sponsor = Some(sign(SPONSOR, &set.request.text(&genesis())));
		refused(&orders, Refusal::SponsorNotAuthorized);
		orders.sponsor = Some(Authorization::Signature(vec![1; 7].try_into().expect("short")));
		refused(&orders, Refusal::SponsorSignatureMalformed);
		assert_eq!(usable(CLIENT), ENDOWMENT);
	});
}

#[test]
fn tip_should_go_to_the_submitter_and_be_a_twentieth_of_the_wage_at_most() {
	build_and_execute(|| {
		let mut set = plain();
		set.request.tip = WAGE / 20 + 1;
		refused(&set.sign(), Refusal::TipTooHigh);
		set.request.tip = WAGE / 20;
		assert_ok!(set.submit());
		assert_eq!(Ledger::opened()[0].tip, Some((account(SOLVER), WAGE / 20)));
		assert_eq!(usable(CLIENT), ENDOWMENT - WAGE - WAGE / 20 - UNIT);
	});
}

#[test]
fn solver_without_money_for_deposits_should_be_refused() {
	build_and_execute(|| {
		let set = plain();
		pay_away(SOLVER, ENDOWMENT - 2 * ORDER_DEPOSIT);
		assert_noop!(set.submit(), TokenError::FundsUnavailable);
		pay_to(SOLVER, EXISTENTIAL_DEPOSIT);
		assert_ok!(set.submit());
	});
}

#[test]
fn one_of_two_solvers_should_win_and_the_other_lose_nothing_but_its_fee() {
	build_and_execute(|| {
		let orders = plain().sign();
		alter(STASH, |it| it.free_slots = 2);
		assert_ok!(submit(SOLVER, &orders));
		assert_noop!(
			submit(STRANGER, &orders),
			Error::<Test>::from(OrderFault::UsedUp.of(Kind::Request))
		);
		assert_eq!((held(STRANGER), usable(STRANGER)), (0, ENDOWMENT));
	});
}
