//! Mediators that one side names.

use super::*;
use assay_simulation::market::lie;

/// The client has honest providers work whose resting offers name no mediators, names three of its own, has
/// them say that the truth is a lie, and pays nothing.
#[test]
fn attack_02_client_should_not_bring_mediators_of_its_own() {
	let (mut chain, client, providers) = stage(3);
	let own: Vec<_> = (0..3).map(|at| account(&mediator(at))).collect();
	let stashes: Vec<_> = providers.iter().map(Provider::id).collect();
	let before = worth(&mut chain, &stashes);
	let mediators = Mediators::only(own.try_into().expect("three"));
	let order = RequestOrder { mediators, ..order(&client, 3, 2) };
	let matched = match_offers(&mut chain, &client, order, 3);
	if matched.is_ok() {
		let mut market = Market::around(chain, client.clone(), providers);
		run(&mut market, |_| truth());
		let (task, digest) = (market.task, digest(&truth()));
		assert_ok!(market.chain.send(&client, pallet_deals::Call::check { task, digest }));
		judge(&mut market, |_| lie());
		chain = market.chain;
	}
	let after = worth(&mut chain, &stashes);
	assert!(after >= before, "honest providers lose {}", before.saturating_sub(after));
	assert!(matched.is_err(), "whom nobody else has named can't judge");
}
