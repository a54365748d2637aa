//! Apps and datasets that a request names.

use super::*;
use assay_primitives::{
	bond::Bond,
	case::{MediatorStatus, MediatorTerms, MediatorView},
	order::{
		Asset, AssetFault, AssetKind, AssetState, AssetTerms, Needs, OrderRecord, Part, Publisher,
		Refusal,
	},
	task::InputList,
};

fn app() -> Asset {
	Asset {
		kind: AssetKind::App(Profile::BASE.id()),
		owner: account(PUBLISHER),
		heir: None,
		content: ContentRef::of(b"module"),
		tags: 0,
		needs: Needs::default(),
		terms: None,
		state: AssetState::Active,
		public_good: false,
		deposit: 0,
	}
}

fn wants_app() -> RequestOrder {
	RequestOrder { app: Some(7), max_app_price: 10, ..request(1, 0) }
}

fn refusals(book: &Book, id: &OrderId) -> Vec<Refusal> {
	match book.plan(id) {
		Err(Shortage::Refusals(refusals)) => refusals,
		other => panic!("{other:?}"),
	}
}

fn publisher(held: Balance) -> Option<Publisher> {
	Some(Publisher { bond: Bond::of(held), assets: 1 })
}

/// What a mediator looks like that signs for itself.
fn mediator(number: u16, weight: u64) -> MediatorView {
	MediatorView {
		stash: account(number),
		operator: operator(number),
		status: MediatorStatus::Serving,
		bond: 0,
		locked: 0,
		unbonding: Default::default(),
		terms: MediatorTerms {
			capacity: 1,
			limits: Default::default(),
			profiles: Default::default(),
			inbox: None,
		},
		next_terms: None,
		position: 0,
		weight: 0,
		next_weight: weight,
		cases: vec![],
		record: Default::default(),
		registered_at: 0,
	}
}

#[test]
fn app_should_be_used_only_when_its_publisher_is_bonded() {
	let (mut book, _) = stocked(&[100 * MILLI]);
	book.set_asset(7, Some(app()));
	put_app(&mut book, app_order(5, 0));
	let id = put_request(&mut book, wants_app());
	book.plan(&id).expect("nobody has looked it up");
	for bond in [None, publisher(10 * UNIT - 1)] {
		book.set_publisher(account(PUBLISHER), bond);
		assert_eq!(
			refusals(&book, &id),
			[AssetFault::BondTooSmall.of(Part::App)],
			"the chain's least"
		);
	}
	book.set_publisher(account(PUBLISHER), publisher(10 * UNIT));
	book.plan(&id).expect("it is as much as the chain wants");
	let careful = RequestOrder { min_publisher_bond: 11 * UNIT, salt: 1, ..wants_app() };
	let careful = put_request(&mut book, careful);
	assert_eq!(
		refusals(&book, &careful),
		[AssetFault::BondTooSmall.of(Part::App)],
		"the request's own"
	);
}

#[test]
fn order_of_an_app_should_be_void_when_the_app_has_another_owner() {
	let (mut book, _) = stocked(&[100 * MILLI]);
	book.set_asset(7, Some(app()));
	put_app(&mut book, app_order(5, 0));
	let id = put_request(&mut book, wants_app());
	book.plan(&id).expect("its owner's");
	book.set_asset(7, Some(Asset { owner: account(501), ..app() }));
	assert_eq!(refusals(&book, &id), [AssetFault::OrderMissing.of(Part::App)]);
	let theirs = put_app_of(&mut book, app_order(5, 1), 501);
	assert_eq!(book.plan(&id).expect("the new owner's").sales, [theirs]);
}

#[test]
fn app_order_should_have_as_many_tasks_left_as_a_list_has_inputs() {
	let (mut book, _) = stocked(&[100 * MILLI]);
	book.set_asset(7, Some(app()));
	put_app(&mut book, app_order(5, 0));
	let mut order = wants_app();
	let (list, _) = InputList::of(&[ContentRef::of(b"input"); 3]);
	(order.request.task.input, order.volume) = (Input::List(list), 3);
	let id = put_request(&mut book, order);
	assert_eq!(refusals(&book, &id), [Refusal::VolumeTooSmall]);
	let large = put_app(&mut book, AppOrder { volume: 3, ..app_order(6, 1) });
	assert_eq!(book.plan(&id).expect("it has three").sales, [large]);
}

#[test]
fn named_mediators_should_be_enough_for_a_committee() {
	let (mut book, _) = stocked(&[]);
	let named = judged_by(&[1, 2, 3, 4]);
	for number in 10..13 {
		book.set_provider(provider(number));
		let of = ResourceOrder { mediators: named.clone(), ..resource(number, 100 * MILLI, 0) };
		put_resource(&mut book, of);
	}
	let id = put_request(&mut book, RequestOrder { mediators: named.clone(), ..request(1, 0) });
	book.plan(&id).expect("nobody has looked them up");
	for (number, weight) in [(1, 0), (2, 1), (3, 1), (4, 1)] {
		book.set_mediator(account(number), Some(mediator(number, weight)));
	}
	book.plan(&id).expect("three of them serve");
	let own =
		RequestOrder { mediators: named.clone(), beneficiary: Some(operator(2)), ..request(1, 1) };
	let own = put_request(&mut book, own);
	assert_eq!(refusals(&book, &own), [Refusal::TooFewMediators], "who signs for one is a party");
	book.set_mediator(account(4), None);
	assert_eq!(refusals(&book, &id), [Refusal::TooFewMediators]);
	// The dearest names others beside them.
	book.set_provider(provider(13));
	let wide = judged_by(&[2, 3, 5, 6]);
	let of = ResourceOrder { mediators: wide.clone(), ..resource(13, 120 * MILLI, 0) };
	put_resource(&mut book, of);
	for number in [5, 6] {
		book.set_mediator(account(number), Some(mediator(number, 1)));
	}
	let id = put_request(&mut book, RequestOrder { mediators: wide, ..request(1, 2) });
	assert_eq!(book.plan(&id).expect("four serve").providers, [account(13)]);
}

#[test]
fn candidate_should_be_left_out_when_nobody_could_judge_with_it() {
	let (mut book, _) = stocked(&[]);
	let named = judged_by(&[10, 2, 3, 4]);
	for (number, price) in [(10, 100), (11, 101), (12, 102), (13, 103)] {
		book.set_provider(provider(number));
		let mediators = if number == 12 { judged_by(&[2, 3]) } else { named.clone() };
		put_resource(&mut book, ResourceOrder { mediators, ..resource(number, price * MILLI, 0) });
	}
	for number in [10, 2, 3, 4] {
		book.set_mediator(account(number), Some(mediator(number, 1)));
	}
	let id = put_request(&mut book, RequestOrder { mediators: named, ..request(2, 0) });
	let plan = book.plan(&id).expect("three are left beside one that mediates too");
	assert_eq!(plan.providers, [account(10), account(11), account(13)]);
	book.set_mediator(account(4), None);
	let plan = book.plan(&id).expect("the one is no candidate then");
	assert_eq!(plan.providers, [account(11), account(13)]);
}

#[test]
fn request_should_leave_the_book_when_its_sponsor_has_withdrawn() {
	let (mut book, _) = stocked(&[100 * MILLI]);
	let id = put_request(&mut book, request(1, 0));
	let mut record = OrderRecord {
		consumed: 0,
		closed: false,
		presigned_by: None,
		sponsor_withdrew: false,
		until: 100,
		depositor: account(0),
		deposit: 0,
	};
	book.set_record(&id, &record);
	assert!(book.contains(&id));
	record.sponsor_withdrew = true;
	book.set_record(&id, &record);
	assert!(!book.contains(&id));
}

#[test]
fn book_should_forget_what_no_request_names_any_more() {
	let (mut book, _) = stocked(&[100 * MILLI]);
	book.set_asset(7, Some(app()));
	book.set_publisher(account(PUBLISHER), None);
	book.set_mediator(account(1), None);
	let order = RequestOrder { mediators: judged_by(&[1]), ..wants_app() };
	let id = put_request(&mut book, order);
	book.forget_unnamed();
	assert!(book.assets.contains_key(&7) && book.knows_mediator(&account(1)));
	assert_eq!(book.publishers.len(), 1);
	book.remove(&id);
	book.forget_unnamed();
	assert!(book.assets.is_empty() && book.publishers.is_empty() && book.mediators.is_empty());
}

#[test]
fn cheapest_terms_of_an_app_should_be_taken() {
	let (mut book, _) = stocked(&[100 * MILLI]);
	let id = put_request(&mut book, wants_app());
	let refusals = |book: &Book| refusals(book, &id);
	assert_eq!(refusals(&book), [AssetFault::NotFound.of(Part::App)]);
	book.set_asset(7, Some(app()));
	assert_eq!(refusals(&book), [AssetFault::OrderMissing.of(Part::App)]);
	put_app(&mut book, app_order(11, 0));
	assert_eq!(refusals(&book), [AssetFault::PriceAboveCeiling.of(Part::App)]);
	let none = Accounts::Listed(Default::default());
	put_app(&mut book, AppOrder { clients: none, ..app_order(5, 1) });
	assert_eq!(refusals(&book), [AssetFault::PriceAboveCeiling.of(Part::App)]);
	put_app(&mut book, AppOrder { mediators: judged_by(&[1]), ..app_order(6, 3) });
	assert_eq!(refusals(&book), [AssetFault::PriceAboveCeiling.of(Part::App)]);
	let fair = put_app(&mut book, app_order(8, 2));
	let plan = book.plan(&id).expect("an order serves");
	assert_eq!(plan.sales, [fair]);
	assert_eq!(plan.orders.app.expect("its order").order.price, 8);
	let terms = AssetTerms {
		price: 7,
		liability: 0,
		clients: Accounts::Any,
		providers: Accounts::Any,
		mediators: Default::default(),
	};
	book.set_asset(7, Some(Asset { terms: Some(terms), ..app() }));
	assert_eq!(book.plan(&id).expect("posted terms are cheaper").orders.app, None);
	let needs = Needs { gas: GAS + 1, ..Needs::default() };
	book.set_asset(7, Some(Asset { needs, ..app() }));
	assert_eq!(refusals(&book), [Refusal::AppNeedsMore]);
	book.set_asset(7, Some(Asset { state: AssetState::Banned, ..app() }));
	assert_eq!(refusals(&book), [AssetFault::Suspended.of(Part::App)]);
	book.set_asset(7, Some(Asset { content: ContentRef::of(b"another"), ..app() }));
	assert_eq!(refusals(&book), [AssetFault::Mismatch.of(Part::App)]);
	book.set_asset(7, Some(app()));
	book.set_consumed(&fair, 2);
	assert!(!book.contains(&fair), "nothing is left of it");
	assert_eq!(refusals(&book), [AssetFault::PriceAboveCeiling.of(Part::App)]);
}
