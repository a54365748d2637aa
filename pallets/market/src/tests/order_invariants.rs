//! Random orders, matches, closings, registrations and time. After each step:
//!
//! * INV1: the state satisfies `do_try_state`.
//! * INV2: money is conserved.
//! * INV3: a call that failed changed nothing.
//! * INV4: no order is consumed beyond its volume, closed ones no further, and every deal has
//!   consumed its tasks of the request, of the app's and the dataset's order and of every resource.
//! * INV5: a match is refused with the first reason that `why_not` lists, or made where it lists none.
//!
//! At the end everything is taken back, after which nothing is on hold (INV6) or stored (INV7).

use super::{sets::*, *};
use pallet_groups::{Groups as GroupsOf, Members};
use pallet_register::{Assets as AssetsOf, Publishers};
use proptest::prelude::*;
use std::collections::BTreeMap;

const RESOURCES: u8 = 3;

/// Which orders a match draws on, each as (salt, volume).
#[derive(Clone, Debug)]
struct Pick {
	request: (u64, u32),
	app: Option<(u64, u32)>,
	dataset: Option<(u64, u32)>,
	resources: Vec<(u8, u64, u32)>,
	sponsored: bool,
	tip: Balance,
	/// Signed by the wrong account.
	forged: bool,
	life: u32,
}

#[derive(Clone, Debug)]
enum Op {
	Match(u8, Pick),
	Presign(u8, u8, Pick),
	Close(u8, u8, Pick),
	Prune,
	Suspend(AssetId),
	Resume(AssetId),
	Sell(AssetId),
	Terms(AssetId, Option<Balance>),
	Restrict(bool),
	FreeSlots(u8, u16),
	Wait(u32),
}

fn pick() -> impl Strategy<Value = Pick> {
	let order = || (0..3u64, 0..4u32);
	let maybe = |often| prop::option::weighted(often, (0..2u64, 1..5u32));
	let resources = prop::collection::vec((0..RESOURCES, 0..3u64, 0..5u32), 0..4);
	let forged = prop::bool::weighted(0.1);
	let tip = prop_oneof![4 => Just(0), 1 => 0..8 * MILLI];
	let life = prop_oneof![6 => Just(30u32), 1 => 0..80u32];
	(order(), maybe(0.5), maybe(0.4), resources, prop::bool::weighted(0.2), tip, forged, life)
		.prop_map(|(request, app, dataset, resources, sponsored, tip, forged, life)| Pick {
			request,
			app,
			dataset,
			resources,
			sponsored,
			tip,
			forged,
			life,
		})
}

fn op() -> impl Strategy<Value = Op> {
	let solver = || prop_oneof![4 => Just(SOLVER), 1 => Just(STRANGER), 1 => Just(CLIENT)];
	prop_oneof![
		12 => (solver(), pick()).prop_map(|(a, b)| Op::Match(a, b)),
		2 => (solver(), 0..4u8, pick()).prop_map(|(a, b, c)| Op::Presign(a, b, c)),
		2 => (solver(), 0..4u8, pick()).prop_map(|(a, b, c)| Op::Close(a, b, c)),
		1 => Just(Op::Prune),
		1 => (0..2u32).prop_map(Op::Suspend),
		2 => (0..2u32).prop_map(Op::Resume),
		1 => (0..2u32).prop_map(Op::Sell),
		2 => (0..2u32, prop::option::of(0..9 * MILLI)).prop_map(|(a, b)| Op::Terms(a, b)),
		1 => prop::bool::weighted(0.7).prop_map(Op::Restrict),
		3 => (0..RESOURCES, 0..9u16).prop_map(|(a, b)| Op::FreeSlots(a, b)),
		1 => (1..20u32).prop_map(Op::Wait),
	]
}

fn set_of(pick: &Pick) -> Set {
	// Blocks are rounded, or no order would be seen twice.
	let until = |life: u32| System::block_number() / 20 * 20 + life;
	let (salt, volume) = pick.request;
	let mut request = RequestOrder {
		app: pick.app.map(|_| APP),
		dataset: pick.dataset.map(|_| DATASET),
		max_app_price: 6 * MILLI,
		max_dataset_price: 8 * MILLI,
		sponsor: pick.sponsored.then(|| account(SPONSOR)),
		tip: pick.tip,
		volume,
		salt,
		..request_order()
	};
	request.request.valid_until = until(pick.life);
	if pick.dataset.is_some() {
		request.request.task.input = Input::Blob(data());
	} else if volume > 1 {
		// Only over a list of inputs a deal has more than one task.
		let inputs = vec![data(); volume as usize];
		let list = assay_primitives::task::InputList::of(&inputs).0;
		request.request.task.input = Input::List(list);
	}
	let resources = pick.resources.iter().map(|(index, salt, volume)| ResourceOrder {
		provider: account(STASH + index),
		signer: account(OPERATOR + index),
		terms: Terms { valid_until: until(30), ..terms() },
		volume: *volume,
		clients: if *salt == 2 { Accounts::Group(group(0)) } else { Accounts::Any },
		apps: Assets::Any,
		datasets: Assets::Any,
		mediators: public(),
		salt: *salt,
	});
	let app = pick.app.map(|(salt, volume)| AppOrder {
		salt,
		volume,
		valid_until: until(30),
		..app_order()
	});
	let dataset = pick.dataset.map(|(salt, volume)| DatasetOrder {
		salt,
		volume,
		valid_until: until(30),
		..dataset_order()
	});
	Set { request, resources: resources.collect(), app, dataset }
}

fn owner(asset: AssetId) -> u8 {
	AssetsOf::<Test>::get(asset).map_or(STRANGER, |asset| number(&asset.owner))
}

/// Signs as the present owners of the assets; leaves their orders out where `salt` is 0.
fn match_of(pick: &Pick) -> Match {
	let set = set_of(pick);
	let mut orders = set.sign();
	orders.app = set.app.filter(|it| it.salt > 0).map(|it| signed_by(owner(APP), it));
	orders.dataset = set.dataset.filter(|it| it.salt > 0).map(|it| signed_by(owner(DATASET), it));
	if pick.forged {
		orders.request = signed_by(STRANGER, set.request);
	}
	orders
}

fn order_of(pick: &Pick, kind: u8) -> Option<(AnyOrder, u8)> {
	let set = set_of(pick);
	Some(match kind {
		0 => (AnyOrder::Request(Box::new(set.request)), CLIENT),
		1 => {
			let order = set.resources.first()?.clone();
			let owner = number(&order.signer);
			(AnyOrder::Resource(Box::new(order)), owner)
		},
		2 => (AnyOrder::App(Box::new(set.app?)), owner(APP)),
		_ => (AnyOrder::Dataset(Box::new(set.dataset?)), owner(DATASET)),
	})
}

fn try_match(solver: u8, pick: &Pick) {
	use crate::Call;
	let orders = match_of(pick);
	let refusals = Pallet::<Test>::why_not(&account(solver), &orders);
	let before: BTreeMap<_, _> = Orders::<Test>::iter().collect();
	let result = call(solver, Call::match_orders { orders: Box::new(orders.clone()) });
	match refusals.first() {
		Some(first) => {
			let expected = DispatchError::from(Error::<Test>::from(*first));
			assert_eq!(result, Err(expected), "INV5: {refusals:?}");
		},
		None => {
			// Nobody runs out of money in so few steps.
			assert_eq!(result, Ok(()), "INV5");
			check_consumed(&orders, &before);
		},
	}
}

/// INV4.
fn check_consumed(orders: &Match, before: &BTreeMap<OrderId, OrderRecord>) {
	let tasks = Ledger::opened().last().expect("just opened").tasks;
	let mut expected = before.clone();
	let mut take = |id: OrderId, volume: u32| {
		let now = Orders::<Test>::get(id).expect("it was drawn on");
		let consumed = before.get(&id).map_or(0, |record| record.consumed);
		assert!(before.get(&id).is_none_or(|record| !record.closed), "INV4");
		assert_eq!(now.consumed, consumed + tasks, "INV4");
		assert!(now.consumed <= volume, "INV4");
		expected.insert(id, now);
	};
	let genesis = genesis();
	take(orders.request.order.id(&genesis), orders.request.order.volume);
	for resource in &orders.resources {
		let Resource::Order(signed) = resource else { continue };
		take(signed.order.id(&genesis), signed.order.volume);
	}
	if let Some(signed) = &orders.app {
		take(signed.order.id(&genesis), signed.order.volume);
	}
	if let Some(signed) = &orders.dataset {
		take(signed.order.id(&genesis), signed.order.volume);
	}
	assert_eq!(Orders::<Test>::iter().collect::<BTreeMap<_, _>>(), expected, "INV4");
}

fn apply(op: Op) {
	use crate::Call;
	let _ = match op {
		Op::Match(solver, pick) => {
			try_match(solver, &pick);
			Ok(())
		},
		Op::Presign(by, kind, pick) => match order_of(&pick, kind) {
			Some((order, owner)) => {
				let signer = if pick.forged { STRANGER } else { owner };
				let authorization = sign(signer, &order.text(&genesis()));
				call(by, Call::presign { order, authorization })
			},
			None => Ok(()),
		},
		Op::Close(by, kind, pick) => match order_of(&pick, kind) {
			Some((order, owner)) => {
				let signer = if pick.forged { STRANGER } else { owner };
				let text = close_text(order.kind(), &order.id(&genesis()), &genesis());
				let authorization = sign(signer, &text);
				call(by, Call::close_order { order, authorization })
			},
			None => Ok(()),
		},
		Op::Prune => prune(),
		Op::Suspend(asset) => call(
			owner(asset),
			pallet_register::Call::suspend_asset { asset, asset_hash: asset_hash(asset) },
		),
		Op::Resume(asset) => call(
			owner(asset),
			pallet_register::Call::resume_asset { asset, asset_hash: asset_hash(asset) },
		),
		Op::Sell(asset) => {
			let old = owner(asset);
			let new = if old == PUBLISHER { DATA_PUBLISHER } else { PUBLISHER };
			let heir = Some(account(new));
			let asset_hash = asset_hash(asset);
			call(old, pallet_register::Call::offer_asset { asset, asset_hash, heir })
				.and_then(|()| call(new, pallet_register::Call::accept_asset { asset, asset_hash }))
		},
		Op::Terms(asset, price) => {
			let terms = price.map(|price| AssetTerms {
				price,
				liability: LIABILITY,
				clients: Accounts::Any,
				providers: Accounts::Any,
				mediators: public(),
			});
			let asset_hash = asset_hash(asset);
			call(owner(asset), pallet_register::Call::set_asset_terms { asset, asset_hash, terms })
		},
		Op::Restrict(served) => {
			let members = vec![account(CLIENT)].try_into().expect("one");
			let call_of = |members| match served {
				true => pallet_groups::Call::add_members { number: 0, members },
				false => pallet_groups::Call::remove_members { number: 0, members },
			};
			call(STRANGER, call_of(members))
		},
		Op::FreeSlots(index, slots) => {
			alter(STASH + index, |it| it.free_slots = slots);
			Ok(())
		},
		Op::Wait(blocks) => {
			System::set_block_number(System::block_number() + blocks);
			Ok(())
		},
	};
}

fn prune() -> Result<(), DispatchError> {
	let orders: Vec<_> = Orders::<Test>::iter_keys().take(64).collect();
	let orders = orders.try_into().expect("at most 64");
	call(STRANGER, crate::Call::prune_orders { orders })
}

fn begin() {
	full();
	(0..RESOURCES).for_each(|index| {
		register(index);
		alter(STASH + index, |it| {
			it.free_slots = 6;
			it.free = 1_000 * UNIT;
		});
	});
	assert_ok!(Groups::create_group(signed(STRANGER), 0));
}

/// INV6 and INV7.
fn take_everything_back() {
	System::set_block_number(System::block_number() + 1_000);
	while Orders::<Test>::iter_keys().next().is_some() {
		assert_ok!(prune());
	}
	for asset in [APP, DATASET] {
		let asset_hash = asset_hash(asset);
		assert_ok!(call(
			owner(asset),
			pallet_register::Call::deregister_asset { asset, asset_hash }
		));
	}
	let members: Vec<_> = Members::<Test>::iter_key_prefix(group(0)).collect();
	if !members.is_empty() {
		let members = members.try_into().expect("few");
		assert_ok!(call(STRANGER, pallet_groups::Call::remove_members { number: 0, members }));
	}
	assert_ok!(call(STRANGER, pallet_groups::Call::dissolve_group { number: 0 }));
	for id in [PUBLISHER, DATA_PUBLISHER] {
		assert_ok!(call(id, pallet_register::Call::unbond { amount: MIN_BOND }));
	}
	System::set_block_number(System::block_number() + UNBONDING);
	for id in [PUBLISHER, DATA_PUBLISHER] {
		assert_ok!(call(id, pallet_register::Call::withdraw {}));
	}
	assert!((0..=POT).all(|id| held(id) == 0), "INV6");
	let stored = (Publishers::<Test>::iter().count(), GroupsOf::<Test>::iter().count());
	assert_eq!(stored, (0, 0), "INV7");
}

fn run(ops: Vec<Op>) {
	let initial = issuance();
	begin();
	for op in ops {
		apply(op);
		check(initial);
	}
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
	prop::collection::vec(op(), 1..40)
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 100, ..Default::default() })]

	#[test]
	fn orders_should_stay_sound_when_anything_happens(ops in ops()) {
		new_test_ext().execute_with(|| {
			let initial = issuance();
			run(ops);
			take_everything_back();
			check(initial);
		});
	}
}

/// The test above is worth what its random sequences reach.
#[test]
fn random_orders_should_reach_deals_of_every_shape() {
	use proptest::{strategy::ValueTree, test_runner::TestRunner};
	let mut runner = TestRunner::deterministic();
	let (mut deals, mut several, mut apps, mut datasets, mut sponsored) = (0, 0, 0, 0, 0);
	for _ in 0..150 {
		let ops = ops().new_tree(&mut runner).expect("the strategy rejects nothing").current();
		new_test_ext().execute_with(|| {
			run(ops);
			let opened = Ledger::opened();
			deals += opened.len();
			several += opened.iter().filter(|deal| deal.tasks > 1).count();
			apps += opened.iter().filter(|deal| deal.app.is_some()).count();
			datasets += opened.iter().filter(|deal| deal.dataset.is_some()).count();
			sponsored += opened.iter().filter(|deal| deal.client != deal.payer).count();
		});
	}
	let reached = [several, apps, datasets, sponsored];
	assert!(deals >= 30 && reached.iter().all(|it| *it >= 3), "{deals} {reached:?}");
}
