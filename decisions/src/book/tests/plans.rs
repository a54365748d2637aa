//! Which orders are to be matched, and why others are not.

use super::*;
use assay_primitives::{
	order::{Refusal, Resource},
	task::InputList,
};

#[test]
fn plan_should_take_the_cheapest_candidates_at_close_prices() {
	let (mut book, ids) = stocked(&[130, 100, 110, 90, 400].map(|price| price * MILLI));
	let id = put_request(&mut book, request(3, 0));
	let plan = book.plan(&id).expect("enough serve it");
	// 90 to 112.5 is the cheapest range with three of them.
	assert_eq!(orders(&plan), [ids[3], ids[1], ids[2]]);
	assert_eq!(plan.payer, client());
	let fits = plan.orders.resources.iter().all(|it| matches!(it, Resource::Order(_)));
	assert!(fits && plan.orders.resources.len() == 3);
	// Who lures with a price that nobody else comes near does not spoil the match.
	book.set_provider(provider(9));
	put_resource(&mut book, resource(9, 1, 0));
	assert_eq!(orders(&book.plan(&id).expect("still")), [ids[3], ids[1], ids[2]]);
}

#[test]
fn plan_should_prefer_a_good_record_when_prices_are_close() {
	let (mut book, ids) = stocked(&[100, 101, 102].map(|price| price * MILLI));
	let mut bad = provider(0);
	bad.reputation = Reputation { score: 3, paid: 9, wrong: 1, ..Default::default() };
	book.set_provider(bad);
	let mut good = provider(2);
	good.reputation = Reputation { score: 9, paid: 9, ..Default::default() };
	book.set_provider(good);
	let id = put_request(&mut book, request(1, 0));
	assert_eq!(orders(&book.plan(&id).expect("all serve it")), [ids[1], ids[2], ids[0]]);
}

#[test]
fn plan_should_name_each_provider_once_and_at_its_best_price() {
	let (mut book, ids) = stocked(&[100 * MILLI, 100 * MILLI]);
	let cheaper = put_resource(&mut book, resource(0, 95 * MILLI, 1));
	let id = put_request(&mut book, request(2, 0));
	let plan = book.plan(&id).expect("two providers");
	assert_eq!(orders(&plan), [cheaper, ids[1]]);
}

#[test]
fn plan_should_respect_restrictions_of_both_sides() {
	let (mut book, _) = stocked(&[100 * MILLI; 4]);
	let only = |who: AccountId| Accounts::Listed(vec![who].try_into().expect("one"));
	let mut choosy = resource(4, 90 * MILLI, 0);
	choosy.clients = only(account(1));
	book.set_provider(provider(4));
	let choosy = put_resource(&mut book, choosy);
	let mut order = request(1, 0);
	order.providers = Accounts::Listed(vec![account(2), account(4)].try_into().expect("two"));
	let id = put_request(&mut book, order);
	let plan = book.plan(&id).expect("one is admitted and admits");
	assert_eq!(plan.providers, [account(2)]);
	let explanation = book.explain(&id, 10).expect("it is there");
	assert_eq!(explanation.fits, 1);
	let of = |id| explanation.unfit.iter().find(|it| it.candidate == ResourceKey::Order(id));
	assert_eq!(of(choosy).expect("it is explained").reasons, [Ineligible::ClientNotServed]);
	assert_eq!(explanation.unfit.len(), 4);
}

#[test]
fn buyers_should_not_be_candidates_of_their_own_requests() {
	let (mut book, _) = stocked(&[100 * MILLI; 3]);
	let mut order = request(1, 0);
	(order.client, order.sponsor) = (account(0), Some(operator(1)));
	let id = put_request(&mut book, order);
	assert_eq!(book.plan(&id).expect("one is left").providers, [account(2)]);
}

#[test]
fn shortage_should_tell_how_many_serve() {
	let (mut book, _) = stocked(&[100 * MILLI, 100 * MILLI, 300 * MILLI]);
	let id = put_request(&mut book, request(3, 0));
	assert_eq!(
		book.plan(&id).expect_err("too far apart"),
		Shortage::Candidates { found: 2, needed: 3 }
	);
	let explanation = book.explain(&id, 10).expect("it is there");
	assert_eq!((explanation.fits, explanation.unfit.len()), (3, 0));
	assert_eq!(explanation.shortage, Some(Shortage::Candidates { found: 2, needed: 3 }));
	assert_eq!(book.plan(&Hash::zero()).expect_err("nothing there"), Shortage::Unknown);
	assert_eq!(book.explain(&Hash::zero(), 10), None);
}

#[test]
fn explanation_should_list_every_reason_and_cut_the_rest() {
	let (mut book, _) = stocked(&[]);
	let mut order = request(1, 0);
	order.request.max_price = Price { base: 10, per_mgas: 10 };
	order.request.tags = 0b100;
	let id = put_request(&mut book, order);
	for number in 0..5 {
		book.set_provider(provider(number));
		put_resource(&mut book, resource(number, 100 * MILLI, 0));
	}
	let explanation = book.explain(&id, 2).expect("it is there");
	assert_eq!((explanation.fits, explanation.unfit.len(), explanation.more), (0, 2, 3));
	let reasons = [Ineligible::BasePriceAboveCeiling, Ineligible::TagsMissing];
	assert_eq!(explanation.unfit[0].reasons, reasons);
}

/// What is left is something, so nobody is told that nothing is.
#[test]
fn candidate_should_be_too_small_and_not_used_up_when_less_is_left_than_the_request_has_inputs() {
	let (mut book, ids) = stocked(&[100 * MILLI]);
	let mut order = request(1, 0);
	order.request.task.input = Input::List(InputList::of(&[ContentRef::of(b"an input"); 6]).0);
	order.volume = 6;
	let id = put_request(&mut book, order);
	let explanation = book.explain(&id, 10).expect("it is there");
	let candidate = ResourceKey::Order(ids[0]);
	let few = |too_small, reasons| IneligibleCandidate { candidate, reasons, too_small };
	assert_eq!(explanation.unfit, [few(true, vec![])]);
	assert_eq!(book.plan(&id).expect_err("five"), Shortage::Candidates { found: 0, needed: 1 });
	book.resources.get_mut(&candidate).expect("it is there").taken = 5;
	let explanation = book.explain(&id, 10).expect("it is there");
	assert_eq!(explanation.unfit, [few(false, vec![Ineligible::OrderUsedUp])]);
}

#[test]
fn slots_and_volume_should_be_reserved_while_a_match_is_under_way() {
	let (mut book, _) = stocked(&[100 * MILLI]);
	let ids: Vec<OrderId> = (0..4).map(|salt| put_request(&mut book, request(1, salt))).collect();
	let plans: Vec<Plan> = ids[..2]
		.iter()
		.map(|id| {
			let plan = book.plan(id).expect("two slots");
			book.begin(&plan);
			plan
		})
		.collect();
	assert_eq!(book.plan(&ids[0]).expect_err("it is being matched"), Shortage::InFlight);
	assert!(book.plan(&ids[2]).is_err(), "both slots are taken");
	book.end(&plans[0], Some("somebody was faster".into()));
	book.plan(&ids[2]).expect("a slot is free again");
	book.end(&plans[1], None);
	assert_eq!(book.due(10).len(), 3, "what came to nothing waits a block");
	book.advance(NOW + 1);
	assert_eq!(book.due(10).len(), 4);
}

#[test]
fn chain_should_be_believed_for_a_while_when_it_refuses_a_candidate() {
	let (mut book, ids) = stocked(&[100, 101, 102, 103].map(|price| price * MILLI));
	let id = put_request(&mut book, request(1, 0));
	let plan = book.plan(&id).expect("all serve it");
	assert_eq!(plan.candidates.len(), 3, "as many as there may be replicas");
	let refusal = |at, why| Refusal::Resource { at, why };
	assert!(
		book.learn(
			&plan,
			&[refusal(0, Ineligible::ClientNotServed), refusal(9, Ineligible::Profile)]
		)
	);
	let next = book.plan(&id).expect("others are left");
	assert_eq!(orders(&next), [ids[1], ids[2], ids[3]]);
	assert!(!book.learn(&next, &[Refusal::NoCommonMediator]), "nothing follows from that");
	book.advance(NOW + 20);
	assert_eq!(orders(&book.plan(&id).expect("asked anew")), orders(&plan));
	// What is closed is closed for all.
	assert!(book.learn(&plan, &[refusal(0, Ineligible::OrderClosed)]));
	assert!(!book.contains(&ids[0]));
}

/// Else whoever registers many providers without free bond keeps a solver busy for as many attempts.
#[test]
fn poor_providers_should_all_be_left_out_when_one_was_too_poor() {
	let (mut book, _) = stocked(&[100 * MILLI; 6]);
	for number in 0..5 {
		let mut poor = provider(number);
		poor.free = 10 * UNIT;
		book.set_provider(poor);
	}
	let id = put_request(&mut book, request(1, 0));
	let plan = book.plan(&id).expect("all serve it");
	let at = plan.providers.iter().position(|it| *it != account(5)).expect("three are named");
	assert!(
		book.learn(&plan, &[Refusal::Resource { at: at as u8, why: Ineligible::BondTooSmall }])
	);
	assert_eq!(book.plan(&id).expect("a rich one is left").providers, [account(5)]);
}

/// Three mediators for each number, which is as many as a committee has seats.
fn judged_by_threes(numbers: &[u16]) -> Mediators {
	let all: Vec<u16> = numbers.iter().flat_map(|it| 10 * it..10 * it + 3).collect();
	judged_by(&all)
}

#[test]
fn mediators_should_be_those_that_all_candidates_have_named() {
	let (mut book, _) = stocked(&[]);
	let public = Mediators::default();
	let sets = [&[1, 2][..], &[3], &[2, 4], &[2]].map(judged_by_threes).into_iter().chain([public]);
	for (number, mediators) in (0..).zip(sets) {
		book.set_provider(provider(number));
		let price = (100 + Balance::from(number)) * MILLI;
		put_resource(&mut book, ResourceOrder { mediators, ..resource(number, price, 0) });
	}
	let mut order = request(3, 0);
	order.mediators = judged_by_threes(&[2, 3]);
	let id = put_request(&mut book, order);
	let plan = book.plan(&id).expect("three name those of 2");
	assert_eq!(plan.providers, [account(0), account(2), account(3)]);
	let id = put_request(&mut book, request(1, 1));
	let plan = book.plan(&id).expect("one lets the public pool judge");
	assert_eq!(plan.providers, [account(4)]);
	let id = put_request(&mut book, request(3, 2));
	assert!(book.plan(&id).is_err(), "silence is no consent");
}
