//! How much the book takes, what it follows, and what it gives out.

use super::{consistency::check, *};
use assay_primitives::order::Resource;

#[test]
fn account_should_lose_its_shortest_order_when_it_has_too_many() {
	let mut book = limited(Limits { per_account: 2, ..Limits::default() });
	let until = |until, salt| {
		let mut order = resource(0, MILLI, salt);
		order.terms.valid_until = until;
		order
	};
	let first = put_resource(&mut book, until(50, 0));
	let second = put_resource(&mut book, until(60, 1));
	let offer = |book: &mut Book, order: ResourceOrder| {
		let signer = order.signer.clone();
		book.insert(arrival(AnyOrder::Resource(Box::new(order)), signer))
	};
	assert_eq!(offer(&mut book, until(50, 2)), Err(NotKept::AccountFull));
	offer(&mut book, until(55, 3)).expect("it lasts longer than the first");
	assert!(!book.contains(&first) && book.contains(&second));
	put_resource(&mut book, resource(1, MILLI, 0));
	put_request(&mut book, request(1, 0));
	assert_eq!(
		(book.counts().resources, book.counts().requests),
		(3, 1),
		"others are not affected"
	);
}

#[test]
fn book_should_refuse_when_it_is_full() {
	let mut book = limited(Limits { resources: 2, ..Limits::default() });
	put_resource(&mut book, resource(0, MILLI, 0));
	put_resource(&mut book, resource(1, MILLI, 0));
	let third = arrival(AnyOrder::Resource(Box::new(resource(2, MILLI, 0))), operator(2));
	assert_eq!(book.insert(third), Err(NotKept::BookFull));
	let again = arrival(AnyOrder::Resource(Box::new(resource(1, MILLI, 0))), operator(1));
	assert_eq!(book.insert(again), Ok(()), "it is there already");
	assert_eq!(book.advance(101).len(), 2, "both have ended");
	assert_eq!(book.counts(), Counts::default());
	check(&book);
}

#[test]
fn requests_should_leave_a_crowded_book_when_nobody_can_pay_for_them() {
	let mut book = limited(Limits { requests: 7, ..Limits::default() });
	let of = |number, salt| RequestOrder { client: account(number), ..request(2, salt) };
	let sponsored = RequestOrder { sponsor: Some(account(9)), ..of(2, 0) };
	let of = [of(1, 0), of(1, 1), of(3, 0)].map(|order| put_request(&mut book, order));
	assert!(!book.is_crowded());
	let sponsored = put_request(&mut book, sponsored);
	assert!(book.is_crowded());
	let mut all = [1, 3, 9].map(account);
	all.sort();
	assert_eq!(book.payers(None, 2), all[..2]);
	assert_eq!(book.payers(Some(&all[1]), 2), [all[2].clone(), all[0].clone()], "they take turns");
	assert_eq!(book.payers(Some(&all[2]), 9), all, "each once");
	book.remove_unpaid(&account(1));
	assert!(of.iter().map(|id| book.contains(id)).eq([false, false, true]));
	book.remove_unpaid(&account(2));
	assert!(book.contains(&sponsored), "its sponsor pays");
	book.remove_unpaid(&account(9));
	assert!(!book.contains(&sponsored));
	check(&book);
}

#[test]
fn offers_should_follow_the_chain() {
	let mut book = book();
	book.set_providers(vec![provider(0), provider(1)]);
	let view = |id, number, base| OfferView {
		id,
		provider: account(number),
		terms: terms(base),
		mediators: Default::default(),
	};
	book.set_offers(vec![view(1, 0, 100 * MILLI), view(2, 1, 110 * MILLI)]);
	let id = put_request(&mut book, request(2, 0));
	let plan = book.plan(&id).expect("two offers");
	assert_eq!(plan.orders.resources.to_vec(), [Resource::Offer(1), Resource::Offer(2)]);
	book.set_offers(vec![view(2, 1, 90 * MILLI), view(3, 0, 80 * MILLI)]);
	let plan = book.plan(&id).expect("two offers");
	assert_eq!(plan.orders.resources.to_vec(), [Resource::Offer(3), Resource::Offer(2)]);
	book.set_offers(vec![]);
	assert_eq!(book.counts().offers, 0);
	assert!(book.plan(&id).is_err());
}

#[test]
fn files_should_be_what_came() {
	let (mut book, ids) = stocked(&[MILLI]);
	let request = put_request(&mut book, request(1, 0));
	let sale = put_app(&mut book, app_order(5, 0));
	for id in [ids[0], request, sale] {
		assert_eq!(book.file(&id).expect("it is there").id(), id);
		assert_eq!(book.describe(&id).expect("it is there")["order"], serde_json::json!(id));
	}
	assert_eq!(book.page(None, 10).len(), 3);
	let mut all = [ids[0], request, sale];
	all.sort_unstable();
	let page = book.page(Some(all[0]), 1);
	assert_eq!(page[0]["order"], serde_json::json!(all[1]));
	assert_eq!(book.export()["orders"].as_array().expect("a list").len(), 3);
}

#[test]
fn book_should_go_on_by_the_numbers_of_another_runtime() {
	let mut book = limited(Limits::default());
	let constants = Constants {
		block_millis: 6_000,
		tariff: Tariff { min_stake: 5, ..TARIFF },
		life: 7,
		min_publisher_bond: 8,
		..CONSTANTS
	};
	book.adopt(constants);
	assert_eq!(book.constants(), constants);
}
