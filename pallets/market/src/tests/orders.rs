//! Presigning, closing and pruning.

use super::{sets::*, *};
use crate::Call;
use assay_primitives::task::TaskSpec;
use polkadot_sdk::frame_support::dispatch::GetDispatchInfo;

fn presign(by: u8, order: AnyOrder, authorization: Authorization) -> DispatchResult {
	Market::presign(signed(by), order, authorization)
}

fn close(by: u8, order: AnyOrder, authorization: Authorization) -> DispatchResult {
	Market::close_order(signed(by), order, authorization)
}

fn record(order: &AnyOrder) -> Option<OrderRecord> {
	Orders::<Test>::get(order.id(&genesis()))
}

fn closing(order: &AnyOrder) -> String {
	close_text(order.kind(), &order.id(&genesis()), &genesis())
}

#[test]
fn presign_should_let_orders_be_matched_without_signatures() {
	build_and_execute(|| {
		let set = full();
		for (order, owner) in owned(&set) {
			assert_ok!(presign(owner, order.clone(), Authorization::OnChain));
			let (kind, id) = (order.kind(), order.id(&genesis()));
			let owner = account(owner);
			assert_eq!(last_event(), Event::OrderPresigned { order: id, kind, owner });
		}
		let mut orders = set.sign();
		orders.request.authorization = Authorization::OnChain;
		orders.app.as_mut().expect("a full set").authorization = Authorization::OnChain;
		orders.dataset.as_mut().expect("a full set").authorization = Authorization::OnChain;
		let Resource::Order(resource) = &mut orders.resources[0] else {
			panic!("it is an order");
		};
		resource.authorization = Authorization::OnChain;
		assert_ok!(submit(SOLVER, &orders));
		assert_eq!(held(SOLVER), 0, "records exist already");
		assert_eq!(held(CLIENT), ORDER_DEPOSIT);
	});
}

#[test]
fn mkt_17_signed_authorisation_should_be_relayed_by_anyone() {
	build_and_execute(|| {
		for (order, owner) in owned(&full()) {
			let signature = sign(owner, &order.text(&genesis()));
			assert_ok!(presign(STRANGER, order.clone(), signature));
			let record = record(&order).expect("just presigned");
			assert_eq!(record.presigned_by, Some(account(owner)));
			assert_eq!(record.depositor, account(STRANGER));
		}
	});
}

#[test]
fn mkt_17_signed_closing_should_be_relayed_by_anyone() {
	build_and_execute(|| {
		let set = full();
		for (order, owner) in owned(&set) {
			assert_ok!(close(STRANGER, order.clone(), sign(owner, &closing(&order))));
			assert!(record(&order).is_some_and(|it| it.closed));
			let (kind, id) = (order.kind(), order.id(&genesis()));
			assert_eq!(last_event(), Event::OrderClosed { order: id, kind, consumed: 0 });
		}
		refused(&set.sign(), OrderFault::Closed.of(Kind::Request));
	});
}

#[test]
fn mkt_18_authorisation_should_be_refused_when_it_is_not_the_owners() {
	build_and_execute(|| {
		for ((order, owner), error) in owned(&full()).into_iter().zip(not_authorized()) {
			let foreign = sign(STRANGER, &order.text(&genesis()));
			assert_noop!(presign(STRANGER, order.clone(), Authorization::OnChain), error);
			assert_noop!(presign(STRANGER, order.clone(), foreign), error);
			// A closing is no authorisation.
			let closing = sign(owner, &closing(&order));
			assert_noop!(presign(STRANGER, order.clone(), closing), error);
		}
	});
}

#[test]
fn mkt_18_closing_should_be_refused_when_it_is_not_the_owners() {
	build_and_execute(|| {
		for ((order, owner), error) in owned(&full()).into_iter().zip(not_authorized()) {
			let foreign = sign(STRANGER, &closing(&order));
			assert_noop!(close(STRANGER, order.clone(), Authorization::OnChain), error);
			assert_noop!(close(STRANGER, order.clone(), foreign), error);
			// The order itself is no closing, or whoever sees an order could close it.
			let consent = sign(owner, &order.text(&genesis()));
			assert_noop!(close(STRANGER, order.clone(), consent), error);
		}
	});
}

#[test]
fn mkt_19_malformed_signatures_should_be_refused_as_such() {
	build_and_execute(|| {
		let bad = || Authorization::Signature(vec![1; 64].try_into().expect("short"));
		let errors: [DispatchError; 4] = [
			Error::<Test>::from(OrderFault::SignatureMalformed.of(Kind::Request)).into(),
			Error::<Test>::from(OrderFault::SignatureMalformed.of(Kind::Resource)).into(),
			Error::<Test>::from(OrderFault::SignatureMalformed.of(Kind::App)).into(),
			Error::<Test>::from(OrderFault::SignatureMalformed.of(Kind::Dataset)).into(),
		];
		for ((order, _), error) in owned(&full()).into_iter().zip(errors) {
			assert_noop!(presign(STRANGER, order.clone(), bad()), error);
			assert_noop!(close(STRANGER, order, bad()), error);
		}
	});
}

#[test]
fn resource_should_be_closed_by_stash_operator_and_signer() {
	build_and_execute(|| {
		let order = ResourceOrder { signer: account(OPERATOR + 5), ..resource_order(0) };
		for (salt, closer) in (0..).zip([STASH, OPERATOR, OPERATOR + 5]) {
			let order = AnyOrder::Resource(Box::new(ResourceOrder { salt, ..order.clone() }));
			assert_ok!(close(closer, order.clone(), Authorization::OnChain));
			assert_noop!(
				close(STRANGER, order.clone(), sign(STRANGER, &closing(&order))),
				Error::<Test>::from(OrderFault::NotAuthorized.of(Kind::Resource))
			);
			let order = ResourceOrder {
				salt: salt + 10,
				..match order {
					AnyOrder::Resource(order) => *order,
					_ => panic!("it is a resource"),
				}
			};
			let order = AnyOrder::Resource(Box::new(order));
			assert_ok!(close(STRANGER, order.clone(), sign(closer, &closing(&order))));
		}
	});
}

#[test]
fn order_should_be_presigned_and_closed_once() {
	build_and_execute(|| {
		let order = any(&request_order());
		assert_ok!(presign(CLIENT, order.clone(), Authorization::OnChain));
		assert_noop!(
			presign(CLIENT, order.clone(), Authorization::OnChain),
			Error::<Test>::AlreadyPresigned
		);
		assert_ok!(close(CLIENT, order.clone(), Authorization::OnChain));
		assert_noop!(
			close(CLIENT, order.clone(), Authorization::OnChain),
			Error::<Test>::AlreadyClosed
		);
		assert_noop!(
			presign(CLIENT, order, Authorization::OnChain),
			Error::<Test>::from(OrderFault::Closed.of(Kind::Request))
		);
		assert_eq!(held(CLIENT), ORDER_DEPOSIT);
	});
}

#[test]
fn presign_should_be_refused_when_the_order_could_not_be_matched() {
	build_and_execute(|| {
		let mut order = request_order();
		order.request.valid_until = 1 + MAX_LIFE + 1;
		let refuse = |order: &RequestOrder, refusal: Refusal| {
			assert_noop!(
				presign(CLIENT, any(order), Authorization::OnChain),
				Error::<Test>::from(refusal)
			);
		};
		refuse(&order, OrderFault::LifeTooLong.of(Kind::Request));
		System::set_block_number(2);
		order.request.valid_until = 1;
		refuse(&order, OrderFault::Expired.of(Kind::Request));
		let resource = ResourceOrder { signer: account(STRANGER), ..resource_order(0) };
		let resource = AnyOrder::Resource(Box::new(resource));
		assert_noop!(
			presign(STRANGER, resource, Authorization::OnChain),
			Error::<Test>::from(Ineligible::SignerNotOfProvider)
		);
		let app = AnyOrder::App(Box::new(app_order()));
		assert_noop!(
			presign(CLIENT, app, Authorization::OnChain),
			Error::<Test>::from(AssetFault::NotFound.of(Part::App))
		);
	});
}

#[test]
fn closing_before_the_first_use_should_hold_until_the_last_block() {
	build_and_execute(|| {
		let set = plain();
		assert_ok!(close(CLIENT, any(&set.request), Authorization::OnChain));
		let id = set.request.id(&genesis());
		System::set_block_number(set.request.valid_until());
		refused(&set.sign(), OrderFault::Closed.of(Kind::Request));
		let prune = || Market::prune_orders(signed(STRANGER), vec![id].try_into().expect("one"));
		assert_noop!(prune(), Error::<Test>::NothingToPrune);
		System::set_block_number(set.request.valid_until() + 1);
		assert_ok!(prune());
		assert_eq!(held(CLIENT), 0);
		refused(&set.sign(), OrderFault::Expired.of(Kind::Request));
	});
}

#[test]
fn order_should_be_closed_even_when_it_is_valid_for_longer_than_any_match_allows() {
	build_and_execute(|| {
		let mut set = plain();
		set.request.request.valid_until = 200;
		assert_ok!(close(CLIENT, any(&set.request), Authorization::OnChain));
		System::set_block_number(190);
		set.resources[0].terms.valid_until = 200;
		refused(&set.sign(), OrderFault::Closed.of(Kind::Request));
	});
}

#[test]
fn prune_should_pass_over_what_is_unknown_or_alive_and_return_deposits_to_who_paid() {
	build_and_execute(|| {
		let set = full();
		assert_ok!(set.submit());
		let mut ids: Vec<_> = owned(&set).iter().map(|(order, _)| order.id(&genesis())).collect();
		ids.push(Hash::repeat_byte(1));
		ids.push(ids[0]);
		let prune = || {
			let orders = ids.clone().try_into().expect("few");
			Market::prune_orders(signed(STRANGER), orders)
		};
		System::set_block_number(set.request.valid_until() + 1);
		assert_ok!(prune());
		assert_eq!(last_event(), Event::OrdersPruned { orders: vec![ids[0]] });
		assert_eq!(held(SOLVER), 3 * ORDER_DEPOSIT);
		System::set_block_number(21);
		assert_ok!(prune());
		assert_eq!((held(SOLVER), Orders::<Test>::iter().count()), (0, 0));
	});
}

/// Whoever makes an order chooses how long it is, far beyond what the ledger would take.
#[test]
fn calls_with_orders_should_weigh_the_bytes_that_they_hash() {
	let args = TaskSpec::bounded_args(vec![vec![b'a'; 1_024]; 64]).expect("the type takes it");
	let long = |order: &RequestOrder| {
		let mut order = order.clone();
		order.request.task.args = args.clone();
		order.request.task.env = args.clone();
		order
	};
	let weight = |call: Call<Test>| call.get_dispatch_info().call_weight.ref_time();
	let (short, bytes) = (request_order(), 2 * 64 * 1_024);
	let consent = Authorization::OnChain;
	let calls: [&dyn Fn(RequestOrder) -> Call<Test>; 4] = [
		&|order| Call::submit { request: Box::new(order.request), offers: Default::default() },
		&|order| Call::presign {
			order: AnyOrder::Request(Box::new(order)),
			authorization: consent.clone(),
		},
		&|order| Call::close_order {
			order: AnyOrder::Request(Box::new(order)),
			authorization: consent.clone(),
		},
		&|order| {
			let request = Signed { order, authorization: consent.clone() };
			let resources = Default::default();
			let orders = Match { request, resources, sponsor: None, app: None, dataset: None };
			Call::match_orders { orders: Box::new(orders) }
		},
	];
	for call in calls {
		let more = weight(call(long(&short))) - weight(call(short.clone()));
		// Measured of content that is hashed within the runtime: 2.8 ns for each byte.
		assert!(more >= 4 * 2_800 * bytes, "{more}");
	}
}
