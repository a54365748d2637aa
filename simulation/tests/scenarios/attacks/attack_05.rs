//! A lie that two tell without having run anything, or having talked to each other.

use super::*;
use assay_primitives::outcome::Class;
use assay_simulation::market::GAS;

/// All gas used and nothing written: the digest of that is known beforehand, and it is the dearest.
fn focal() -> Outcome {
	Outcome { gas_used: GAS, ..Outcome::of_no_run(Class::OutOfGas) }
}

#[test]
fn attack_05_focal_lie_of_two_should_lose_to_one_who_ran_the_program() {
	let (mut chain, client, providers) = stage(3);
	assert_ok!(match_offers(&mut chain, &client, order(&client, 3, 2), 3));
	let mut market = Market::around(chain, client, providers);
	let stake = market.stake();
	let everybody: Vec<_> = market.providers.iter().map(Provider::id).collect();
	let before = wealth(&mut market.chain, &everybody);
	run(&mut market, |at| if at == 0 { truth() } else { focal() });
	assert_eq!(market.state().agreed(), Some(digest(&focal())));
	judge(&mut market, |_| truth());
	market.conclude();
	let after = wealth(&mut market.chain, &everybody);
	assert!(after[0] > before[0], "it has its price");
	for liar in [1, 2] {
		assert_eq!(after[liar], before[liar] - stake);
	}
}
