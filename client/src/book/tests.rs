//! The book against orders of all kinds, and against what looking at everything would give.

use super::{arrival::*, *};
use crate::{
	job::{JobOptions, MaxPrice},
	keys::Signer,
	order::{self, OrderFile},
	testing::TARIFF,
};
use assay_primitives::{
	MILLI, UNIT,
	api::OfferView,
	content::ContentRef,
	judges::Mediators,
	order::{
		Accounts, AnyOrder, AppOrder, Asset, AssetKind, AssetState, AssetTerms, Assets,
		Authorization, Needs, OrderRecord, Refusal, RequestOrder, Resource, ResourceOrder,
	},
	policy::Policy,
	price::Price,
	profile::Profile,
	provider::{Capacity, Declaration, Reputation, Status},
	request::{Ineligible, Terms},
};
use proptest::prelude::*;

const GENESIS: Hash = Hash::repeat_byte(0xaa);
const NOW: BlockNumber = 10;
const GAS: u64 = 10_000_000;

fn account(number: u16) -> AccountId {
	let mut bytes = [0x77; 32];
	bytes[..2].copy_from_slice(&number.to_le_bytes());
	bytes.into()
}

fn client() -> AccountId {
	account(60_000)
}

fn operator(number: u16) -> AccountId {
	account(30_000 + number)
}

fn book() -> Book {
	limited(Limits::default())
}

fn limited(limits: Limits) -> Book {
	let mut book = Book::new(GENESIS, 3_000, TARIFF, limits);
	book.advance(NOW);
	book
}

fn provider(number: u16) -> ProviderView {
	ProviderView {
		stash: account(number),
		declaration: Declaration {
			operator: operator(number),
			encryption_key: [0; 32],
			capacity: Capacity {
				slots: 2,
				max_gas: 100 * GAS,
				max_memory_pages: 1_024,
				gas_per_second: 1_000_000_000,
				tags: 0b11,
			},
			profiles: vec![Profile::BASE.id()].try_into().expect("one"),
			endpoint: Default::default(),
		},
		free: 100 * UNIT,
		locked: 0,
		unbonding: 0,
		slots_used: 0,
		reputation: Reputation::default(),
		registered_at: 0,
		status: Status::Serving,
		exposure_limit: None,
		free_slots: 2,
	}
}

fn terms(base: Balance) -> Terms {
	Terms {
		profile: Profile::BASE.id(),
		price: Price { base, per_mgas: 0 },
		max_gas: 10 * GAS,
		max_memory_pages: 1_024,
		min_run_blocks: 1,
		valid_until: 100,
	}
}

fn resource(number: u16, base: Balance, salt: u64) -> ResourceOrder {
	ResourceOrder {
		provider: account(number),
		signer: operator(number),
		terms: terms(base),
		volume: 5,
		clients: Accounts::Any,
		apps: Assets::Any,
		datasets: Assets::Any,
		mediators: Default::default(),
		salt,
	}
}

fn request(replicas: u8, salt: u64) -> RequestOrder {
	let mut options = JobOptions::new(ContentRef::of(b"module"), MaxPrice::PerReplica(UNIT));
	options.limits.gas = GAS;
	options.run_blocks = 20;
	options.policy = Policy::Quorum { replicas, required: replicas / 2 + 1 };
	let mut order = order::request(&client(), &options, 1, NOW).expect("possible");
	order.request.max_price = Price { base: UNIT, per_mgas: UNIT };
	order.salt = salt;
	order
}

/// As if it had been verified.
fn arrival(order: AnyOrder, owner: AccountId) -> Arrival {
	let left = order.volume();
	let mut file = OrderFile::new(GENESIS, order);
	file.authorization = Some(Authorization::OnChain);
	Arrival { id: file.id(), file, owner, left }
}

fn put_request(book: &mut Book, order: RequestOrder) -> OrderId {
	let arrival = arrival(AnyOrder::Request(Box::new(order.clone())), order.client);
	let id = arrival.id();
	book.insert(arrival).expect("there is room");
	id
}

fn put_resource(book: &mut Book, order: ResourceOrder) -> OrderId {
	let arrival = arrival(AnyOrder::Resource(Box::new(order.clone())), order.signer);
	let id = arrival.id();
	book.insert(arrival).expect("there is room");
	id
}

/// Providers from 0 on with these prices.
fn stocked(prices: &[Balance]) -> (Book, Vec<OrderId>) {
	let mut book = book();
	let numbers = 0u16..;
	book.set_providers(numbers.clone().zip(prices).map(|(number, _)| provider(number)).collect());
	let ids = numbers
		.zip(prices)
		.map(|(number, price)| put_resource(&mut book, resource(number, *price, 0)));
	let ids = ids.collect();
	(book, ids)
}

fn orders(plan: &Plan) -> Vec<OrderId> {
	let order = |key: &ResourceKey| match key {
		ResourceKey::Order(id) => *id,
		ResourceKey::Offer(_) => panic!("no offers are there"),
	};
	plan.candidates.iter().map(order).collect()
}

// Arrival

fn signer() -> Signer {
	Signer::from_uri("//Alice").expect("development key")
}

fn signed(change: impl FnOnce(&mut RequestOrder)) -> OrderFile {
	let mut order = request(1, 0);
	order.client = signer().account();
	change(&mut order);
	let mut file = OrderFile::new(GENESIS, AnyOrder::Request(Box::new(order)));
	file.authorization = Some(order::sign(&file.order, &GENESIS, &signer()));
	file
}

fn judge(file: OrderFile, record: Option<OrderRecord>) -> Result<Arrival, NotKept> {
	Arrival::screen(&file, &GENESIS, NOW, 1_000)?;
	Arrival::verify(file, Known { now: NOW, owner: signer().account(), record })
}

fn record(consumed: u32, closed: bool, presigned_by: Option<AccountId>) -> Option<OrderRecord> {
	Some(OrderRecord {
		consumed,
		closed,
		presigned_by,
		sponsor_withdrew: false,
		until: 100,
		depositor: account(0),
		deposit: 0,
	})
}

#[test]
fn signed_order_should_be_kept_and_tampered_ones_refused() {
	let good = signed(|_| {});
	assert_eq!(judge(good.clone(), None).expect("it holds").left, 1);
	let mut tampered = good.clone();
	let AnyOrder::Request(order) = &mut tampered.order else { panic!("a request") };
	order.request.max_price.base = 1;
	assert_eq!(judge(tampered, None).expect_err("changed"), NotKept::NotAuthorized);
	let mut unsigned = good.clone();
	unsigned.authorization = None;
	assert_eq!(judge(unsigned.clone(), None).expect_err("unsigned"), NotKept::NotSigned);
	let by = |who| record(0, false, Some(who));
	judge(unsigned.clone(), by(signer().account())).expect("presigned on chain");
	assert_eq!(judge(unsigned, by(account(1))).expect_err("by another"), NotKept::NotSigned);
	let mut malformed = good.clone();
	malformed.authorization = Some(Authorization::Signature(vec![9; 65].try_into().expect("65")));
	assert_eq!(judge(malformed, None).expect_err("no scheme 9"), NotKept::SignatureMalformed);
	let mut foreign = good;
	foreign.genesis = Hash::zero();
	assert_eq!(judge(foreign, None).expect_err("another network"), NotKept::WrongNetwork);
}

#[test]
fn order_should_be_refused_when_it_is_of_another_network_though_its_file_says_ours() {
	let mut file = signed(|_| {});
	file.authorization = Some(order::sign(&file.order, &Hash::zero(), &signer()));
	assert_eq!(judge(file, None).expect_err("signed elsewhere"), NotKept::NotAuthorized);
}

#[test]
fn order_should_be_refused_when_it_was_used_closed_or_is_of_another_time() {
	let good = || signed(|_| {});
	assert_eq!(judge(good(), record(1, false, None)).expect_err("used"), NotKept::UsedUp);
	assert_eq!(judge(good(), record(0, true, None)).expect_err("closed"), NotKept::Closed);
	let expired = signed(|order| order.request.valid_until = NOW - 1);
	assert_eq!(judge(expired, None).expect_err("too late"), NotKept::Expired);
	let long = signed(|order| order.request.valid_until = NOW + 1_001);
	assert_eq!(judge(long, None).expect_err("too long"), NotKept::LifeTooLong);
	let half = signed(|order| order.volume = 3);
	assert_eq!(judge(half, record(1, false, None)).expect("two are left").left, 2);
}

#[test]
fn order_should_be_refused_when_no_chain_would_match_it() {
	let changes: [fn(&mut RequestOrder); 8] = [
		|order| order.volume = 0,
		|order| order.min_volume = 2,
		|order| order.min_candidates = 33,
		|order| order.request.run_blocks = 0,
		|order| order.request.task.limits.gas = 0,
		|order| order.request.task.limits.memory_pages = 0,
		|order| order.request.max_price.base = Balance::MAX,
		|order| order.request.policy = Policy::Quorum { replicas: 2, required: 1 },
	];
	for (at, change) in changes.into_iter().enumerate() {
		let refusal = judge(signed(change), None).expect_err("impossible");
		assert!(matches!(refusal, NotKept::Impossible(_)), "{at}: {refusal:?}");
	}
}

#[test]
fn sponsor_should_have_signed_where_one_is_named() {
	let bob = Signer::from_uri("//Bob").expect("development key");
	let sponsored = || signed(|order| order.sponsor = Some(bob.account()));
	assert_eq!(judge(sponsored(), None).expect_err("it has not"), NotKept::SponsorMissing);
	let with = |consent| {
		let mut file = sponsored();
		file.sponsor = Some(consent);
		judge(file, None)
	};
	let consent = |signer: &Signer| {
		let AnyOrder::Request(order) = sponsored().order else { panic!("a request") };
		order::sponsor(&order, &GENESIS, signer)
	};
	let missing = with(Authorization::OnChain).expect_err("nobody submits it himself");
	assert_eq!(missing, NotKept::SponsorMissing);
	let wrong = with(consent(&signer())).expect_err("the client's own");
	assert_eq!(wrong, NotKept::SponsorNotAuthorized);
	with(consent(&bob)).expect("the sponsor's");
}

// Plans

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
		poor.free = UNIT;
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

fn judged_by(numbers: &[u16]) -> Mediators {
	let all: Vec<_> = numbers.iter().map(|number| account(*number)).collect();
	Mediators::only(all.try_into().expect("few"))
}

#[test]
fn mediators_should_be_those_that_all_candidates_have_named() {
	let (mut book, _) = stocked(&[]);
	let public = Mediators::default();
	let sets = [&[1, 2][..], &[3], &[2, 4], &[2]].map(judged_by).into_iter().chain([public]);
	for (number, mediators) in (0..).zip(sets) {
		book.set_provider(provider(number));
		let price = (100 + Balance::from(number)) * MILLI;
		put_resource(&mut book, ResourceOrder { mediators, ..resource(number, price, 0) });
	}
	let mut order = request(3, 0);
	order.mediators = judged_by(&[2, 3]);
	let id = put_request(&mut book, order);
	let plan = book.plan(&id).expect("three name 2");
	assert_eq!(plan.providers, [account(0), account(2), account(3)]);
	let id = put_request(&mut book, request(1, 1));
	let plan = book.plan(&id).expect("one lets the public pool judge");
	assert_eq!(plan.providers, [account(4)]);
	assert!(book.plan(&put_request(&mut book, request(3, 2))).is_err(), "silence is no consent");
}

// Assets

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

fn app_order(price: Balance, salt: u64) -> AppOrder {
	AppOrder {
		app: 7,
		content: ContentRef::of(b"module"),
		price,
		liability: 0,
		volume: 2,
		clients: Accounts::Any,
		datasets: Assets::Any,
		providers: Accounts::Any,
		mediators: Default::default(),
		valid_until: 100,
		salt,
	}
}

fn put_app(book: &mut Book, order: AppOrder) -> OrderId {
	let arrival = arrival(AnyOrder::App(Box::new(order)), account(500));
	let id = arrival.id();
	book.insert(arrival).expect("there is room");
	id
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

// Bounds

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

/// What must hold of every book.
fn check(book: &Book) {
	let held = book.requests.len() + book.resource_orders + book.sales.len();
	assert_eq!(book.by_end.len(), held);
	assert_eq!(book.owners.len(), held);
	assert_eq!(book.by_owner.values().map(BTreeSet::len).sum::<usize>(), held);
	assert!(book.by_owner.values().all(|list| !list.is_empty()));
	let signed = book.resources.values().filter(|entry| entry.signed.is_some()).count();
	assert_eq!(signed, book.resource_orders);
	let waiting = book.requests.values().filter(|entry| !entry.in_flight).count();
	assert_eq!(book.queue.len(), waiting);
	let sales: usize = book.by_asset.values().map(BTreeSet::len).sum();
	assert_eq!(sales, book.sales.len());
	let all = Price { base: Balance::MAX, per_mgas: Balance::MAX };
	let indexed = book.index.cheapest(&Profile::BASE.id(), &all, 1).count();
	assert_eq!(indexed, book.resources.len());
	assert!(book.by_owner.values().all(|list| list.len() <= book.limits.per_account));
}

/// Whether looking at everything finds a match, and if so a plan has to be one.
fn compare(book: &Book, id: &OrderId) {
	let Some(entry) = book.requests.get(id) else { return };
	if entry.in_flight {
		return;
	}
	let wanted = book.wanted(entry).expect("no assets are named");
	let needed = entry.signed.order.request.policy.first_wave() as usize;
	let mut fits: Vec<(Balance, AccountId)> = book
		.resources
		.iter()
		.filter(|(key, resource)| book.ineligible(&wanted, key, resource).is_empty())
		.filter_map(|(_, it)| Some((it.terms.price.maximum(GAS)?, it.provider.clone())))
		.collect();
	fits.sort_unstable();
	let within = |lowest: Balance| {
		let most = lowest + lowest / 4;
		let near = fits.iter().filter(|(price, _)| (lowest..=most).contains(price));
		near.map(|(_, who)| who).collect::<std::collections::HashSet<_>>().len()
	};
	let lowest = fits.iter().map(|(price, _)| *price).find(|price| within(*price) >= needed);
	match (lowest, book.plan(id)) {
		(None, Err(Shortage::Candidates { .. })) => {},
		(Some(lowest), Ok(plan)) => {
			let mut seen = std::collections::HashSet::new();
			assert!(plan.providers.iter().all(|who| seen.insert(who.clone())));
			assert!(plan.providers.len() >= needed);
			for key in &plan.candidates {
				let resource = &book.resources[key];
				assert!(book.ineligible(&wanted, key, resource).is_empty());
				let price = resource.terms.price.maximum(GAS).expect("it fits");
				assert!((lowest..=lowest + lowest / 4).contains(&price), "{price} from {lowest}");
			}
		},
		(expected, found) => panic!("{expected:?} was expected, {found:?} was found"),
	}
}

#[derive(Clone, Debug)]
enum Op {
	Resource(u16, u32, u64, u32),
	Request(u8, u64, u32),
	Offers(Vec<(u64, u16, u32)>),
	Provider(u16, u16, u32),
	Begin(usize),
	End(usize, bool),
	Consume(usize, u32),
	Remove(usize),
	Learn(usize, u32),
	Wait(u32),
}

fn op() -> impl Strategy<Value = Op> {
	let price = || 50..200u32;
	prop_oneof![
		6 => (0..8u16, price(), 0..3u64, 11..40u32)
			.prop_map(|(a, b, c, d)| Op::Resource(a, b, c, d)),
		4 => (1..4u8, 0..6u64, 11..40u32).prop_map(|(a, b, c)| Op::Request(a, b, c)),
		1 => prop::collection::vec((0..4u64, 0..8u16, price()), 0..4).prop_map(Op::Offers),
		2 => (0..8u16, 0..4u16, 0..3u32).prop_map(|(a, b, c)| Op::Provider(a, b, c)),
		3 => (0..8usize).prop_map(Op::Begin),
		2 => (0..4usize, any::<bool>()).prop_map(|(a, b)| Op::End(a, b)),
		2 => (0..12usize, 0..6u32).prop_map(|(a, b)| Op::Consume(a, b)),
		1 => (0..12usize).prop_map(Op::Remove),
		1 => (0..4usize, 0..4u32).prop_map(|(a, b)| Op::Learn(a, b)),
		2 => (1..6u32).prop_map(Op::Wait),
	]
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(96))]

	/// Whatever comes, the book's lists agree with each other, and its plans are what looking at
	/// everything would allow.
	#[test]
	fn book_should_be_consistent_and_find_what_there_is(
		ops in prop::collection::vec(op(), 1..60),
	) {
		let mut book = limited(Limits { per_account: 3, ..Limits::default() });
		book.set_providers((0..6).map(provider).collect());
		let mut under_way: Vec<Plan> = Vec::new();
		for op in ops {
			let ids: Vec<OrderId> = book.by_end.iter().map(|(_, id)| *id).collect();
			let requests: Vec<OrderId> = book.queue.iter().map(|(_, id)| *id).collect();
			match op {
				Op::Resource(number, price, salt, until) => {
					let mut order = resource(number, Balance::from(price) * MILLI, salt);
					order.terms.valid_until = until;
					let signer = order.signer.clone();
					let _ = book.insert(arrival(AnyOrder::Resource(Box::new(order)), signer));
				},
				Op::Request(replicas, salt, until) => {
					let mut order = request(replicas, salt);
					order.request.valid_until = until;
					let _ = book.insert(arrival(AnyOrder::Request(Box::new(order)), client()));
				},
				Op::Offers(offers) => {
					let mut seen = std::collections::HashSet::new();
					let offers = offers.into_iter().filter(|(id, ..)| seen.insert(*id));
					let view = |(id, number, price): (u64, u16, u32)| {
						let terms = terms(Balance::from(price) * MILLI);
						let mediators = Default::default();
						OfferView { id, provider: account(number), terms, mediators }
					};
					book.set_offers(offers.map(view).collect());
				},
				Op::Provider(number, used, wrong) => {
					let mut view = provider(number);
					view.slots_used = used;
					view.free_slots = view.free_slots.saturating_sub(used);
					view.reputation.wrong = wrong;
					book.set_provider(view);
				},
				Op::Begin(at) => {
					if let Some(plan) = requests.get(at).and_then(|id| book.plan(id).ok()) {
						book.begin(&plan);
						under_way.push(plan);
					}
				},
				Op::End(at, failed) => {
					if at < under_way.len() {
						let plan = under_way.swap_remove(at);
						book.end(&plan, failed.then(|| "lost".into()));
					}
				},
				Op::Consume(at, consumed) => {
					if let Some(id) = ids.get(at) {
						book.set_consumed(id, consumed);
					}
				},
				Op::Remove(at) => {
					if let Some(id) = ids.get(at) {
						prop_assert!(book.remove(id));
					}
				},
				Op::Learn(at, resource) => {
					if let Some(plan) = under_way.get(at) {
						let refusal = Refusal::Resource { at: resource as u8, why: Ineligible::BondTooSmall };
						book.learn(plan, &[refusal]);
					}
				},
				Op::Wait(blocks) => {
					book.advance(book.now() + blocks);
				},
			}
			check(&book);
			let waiting: Vec<OrderId> = book.queue.iter().map(|(_, id)| *id).collect();
			for id in &waiting {
				compare(&book, id);
			}
		}
		for plan in under_way {
			book.end(&plan, None);
		}
		prop_assert!(book.taken.is_empty(), "all slots were given back");
		book.advance(1_000);
		check(&book);
		prop_assert_eq!(book.counts().requests + book.counts().resources, 0);
	}
}

/// Ten thousand candidates, most of which serve. Prints the figure with `--nocapture`.
#[test]
fn plan_should_be_made_at_once_when_the_book_is_large() {
	let mut book = limited(Limits { per_account: 64, ..Limits::default() });
	book.set_providers((0..500).map(provider).collect());
	for salt in 0..20u32 {
		for number in 0..500u16 {
			let price = 100 * MILLI + Balance::from(number) * 17 + Balance::from(salt) * MILLI;
			put_resource(&mut book, resource(number, price, salt.into()));
		}
	}
	assert_eq!(book.counts().resources, 10_000);
	let id = put_request(&mut book, request(3, 0));
	let start = std::time::Instant::now();
	for _ in 0..20 {
		assert!(book.plan(&id).is_ok());
	}
	let each = start.elapsed() / 20;
	println!("a plan among 10 000 candidates takes {each:?}");
	assert!(each < std::time::Duration::from_millis(50), "{each:?}");
}

#[test]
fn book_should_go_on_by_the_numbers_of_another_runtime() {
	let mut book = limited(Limits::default());
	let tariff = Tariff { min_stake: 5, ..TARIFF };
	book.adopt(6_000, tariff, 7);
	assert_eq!((book.block_millis, book.tariff, book.life()), (6_000, tariff, 7));
}
