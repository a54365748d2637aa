//! Apps and datasets that a request names.

use super::*;
use assay_primitives::order::{Asset, AssetKind, AssetState, AssetTerms, Needs, Refusal};

fn app() -> Asset {
	Asset {
		kind: AssetKind::App(Profile::BASE.id()),
		owner: account(500),
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

#[test]
fn cheapest_terms_of_an_app_should_be_taken() {
	let (mut book, _) = stocked(&[100 * MILLI]);
	let mut order = request(1, 0);
	(order.app, order.max_app_price) = (Some(7), 10);
	let id = put_request(&mut book, order);
	let refusals = |book: &Book| match book.plan(&id) {
		Err(Shortage::Refusals(refusals)) => refusals,
		other => panic!("{other:?}"),
	};
	assert_eq!(refusals(&book), [Refusal::AppNotFound]);
	book.set_asset(7, Some(app()));
	assert_eq!(refusals(&book), [Refusal::AppOrderMissing]);
	put_app(&mut book, app_order(11, 0));
	assert_eq!(refusals(&book), [Refusal::AppPriceAboveCeiling]);
	let none = Accounts::Listed(Default::default());
	put_app(&mut book, AppOrder { clients: none, ..app_order(5, 1) });
	assert_eq!(refusals(&book), [Refusal::AppPriceAboveCeiling]);
	put_app(&mut book, AppOrder { mediators: judged_by(&[1]), ..app_order(6, 3) });
	assert_eq!(refusals(&book), [Refusal::AppPriceAboveCeiling]);
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
	assert_eq!(refusals(&book), [Refusal::AppSuspended]);
	book.set_asset(7, Some(Asset { content: ContentRef::of(b"another"), ..app() }));
	assert_eq!(refusals(&book), [Refusal::AppMismatch]);
	book.set_asset(7, Some(app()));
	book.set_consumed(&fair, 2);
	assert!(!book.contains(&fair), "nothing is left of it");
	assert_eq!(refusals(&book), [Refusal::AppPriceAboveCeiling]);
}
