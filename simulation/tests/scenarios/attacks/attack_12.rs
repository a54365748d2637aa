//! Lies that the audit fund pays for.

use super::*;
use assay_primitives::{UNIT, policy::Policy};
use assay_runtime::configs::AuditFund;
use assay_simulation::market::{lie, transfer};

/// A lie that is certain to be found costs its liar a stake as small as its price, and the fund a committee.
#[test]
fn attack_12_audit_fund_should_lose_nothing_by_lies() {
	let (mut chain, client, providers) = stage(1);
	let fund = chain.read(AuditFund::get);
	assert_ok!(chain.send(&key("Alice"), transfer(&fund, 1_000 * UNIT)));
	let before = worth(&mut chain, &[fund.clone()]);
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
	assert!(after >= before, "the fund loses {} by a stake of {stake}", before - after);
}
