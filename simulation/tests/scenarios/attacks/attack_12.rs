//! Lies that the audit fund pays for.

use super::*;
use assay_primitives::{UNIT, policy::Policy};
use assay_runtime::configs::AuditFund;
use assay_simulation::market::{lie, transfer};

/// A lie that is certain to be found costs the fund a committee, which the stake gives back. What it loses is what it
/// pays for finding, a small part of what the liar does.
#[test]
fn attack_12_audit_fund_should_not_be_drained_by_lies() {
	let (mut chain, client, providers) = stage(1);
	let fund = chain.read(AuditFund::get);
	assert_ok!(chain.send(&key("Alice"), transfer(&fund, 1_000 * UNIT)));
	let before = worth(&mut chain, std::slice::from_ref(&fund));
	let mut order = order(&client, 1, 1);
	order.request.policy = Policy::Single { check_ppm: 1_000_000, stake_factor: 1 };
	assert_ok!(match_offers(&mut chain, &client, order, 1));
	let mut market = Market::around(chain, client, providers);
	let stake = market.stake();
	run(&mut market, |_| lie());
	await_dispute(&mut market);
	judge(&mut market, |_| truth());
	market.conclude();
	assert_eq!(market.ended_replica(0).slashed, stake);
	let after = worth(&mut market.chain, &[fund]);
	let lost = before.saturating_sub(after);
	assert!(lost <= stake / 100, "the fund loses {lost} by a stake of {stake}");
}
