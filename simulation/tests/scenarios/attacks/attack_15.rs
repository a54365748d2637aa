//! One replica without the inequality of `Single`.

use super::*;
use assay_primitives::{Permill, UNIT, money::Economics, policy::Policy};

/// What a lie that only audits can find gains over an honest run, in millionths of millionths of the price: the
/// run saved, against price and stake where it is found. A committee that errs lets liars go, and takes stakes
/// of honest ones.
fn gain(price: Balance, stake: Balance, audit_ppm: u32) -> i128 {
	let error = i128::from(Economics::DEFAULT.stakes.committee_error.deconstruct());
	let found = i128::from(audit_ppm) * (1_000_000 - 2 * error);
	price as i128 * 1_000_000_000_000 - found * (price + stake) as i128
}

#[test]
fn attack_15_lie_of_one_replica_should_not_pay_however_it_is_asked_for() {
	// A token, and as much again for all of the gas.
	let price = 2 * UNIT;
	let policies = [
		Policy::Quorum { replicas: 1, required: 1 },
		Policy::Single { check_ppm: 200_000, stake_factor: 5 },
		Policy::Single { check_ppm: 50_000, stake_factor: 20 },
		Policy::Single { check_ppm: 1_000_000, stake_factor: 1 },
	];
	for policy in policies {
		let (mut chain, client, providers) = stage(1);
		let mut order = order(&client, 1, 1);
		order.request.policy = policy;
		assert_ok!(match_offers(&mut chain, &client, order, 1));
		let terms = Market::around(chain, client, providers).terms();
		let least = Permill::from_parts(terms.audit_ppm);
		let rate = Economics::DEFAULT.audited(least, price, terms.stake);
		let gain = gain(price, terms.stake, rate.deconstruct());
		assert!(gain < 0, "{policy:?}: {gain} at a stake of {}", terms.stake);
	}
	// What weighs votes never hears one alone.
	for trust in [1, 2, 1_000_000] {
		assert!(Policy::Trust { trust }.first_wave() >= 2);
	}
}
