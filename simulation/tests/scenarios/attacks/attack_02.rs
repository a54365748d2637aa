//! Mediators that one side names.

use super::*;
use assay_primitives::{
	judges::Mediators,
	order::{Accounts, Authorization, Match, RequestOrder, Resource, Signed},
};
use assay_simulation::market::lie;
use polkadot_sdk::sp_core::bounded::BoundedVec;

/// The client has honest providers work whose resting offers name no mediators, names three of its own, has
/// them say that the truth is a lie, and pays nothing.
#[test]
fn attack_02_client_should_not_bring_mediators_of_its_own() {
	let (mut chain, client, providers) = stage(3);
	let own: Vec<_> = (0..3).map(|at| account(&mediator(at))).collect();
	let stashes: Vec<_> = providers.iter().map(Provider::id).collect();
	let before = worth(&mut chain, &stashes);
	let request = RequestOrder {
		client: account(&client),
		request: request(3, 2),
		app: None,
		dataset: None,
		max_app_price: 0,
		max_dataset_price: 0,
		min_publisher_bond: 0,
		volume: 1,
		min_volume: 1,
		min_candidates: 3,
		providers: Accounts::Any,
		mediators: Mediators::only(own.clone().try_into().expect("three")),
		sponsor: None,
		beneficiary: None,
		tip: 0,
		salt: 0,
	};
	let resources: Vec<_> = (0..3).map(Resource::Offer).collect();
	let orders = Match {
		request: Signed { order: request, authorization: Authorization::OnChain },
		sponsor: None,
		resources: BoundedVec::truncate_from(resources),
		app: None,
		dataset: None,
	};
	let call = pallet_market::Call::match_orders { orders: Box::new(orders) };
	let matched = chain.send(&client, call);
	if matched.is_ok() {
		let mut market = Market::around(chain, client.clone(), providers);
		run(&mut market, |_| truth());
		let (task, digest) = (market.task, agreed(&mut market));
		assert_ok!(market.chain.send(&client, pallet_deals::Call::check { task, digest }));
		judge(&mut market, |_| lie());
		chain = market.chain;
	}
	let after = worth(&mut chain, &stashes);
	assert!(after >= before, "honest providers lose {}", before - after);
	assert!(matched.is_err(), "whom nobody else has named can't judge");
}
