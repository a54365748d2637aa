//! Orders that fit each other, and their signatures.

use super::*;
pub use crate::Orders;
pub use assay_primitives::{
	AccountId,
	content::ContentRef,
	judges::{Judges, Mediators},
	order::{
		Accounts, AnyOrder, AppOrder, AssetId, AssetTerms, Assets, Authorization, DatasetOrder,
		Kind, Match, Needs, Order, OrderFault, OrderId, OrderRecord, PROGRAM_TAGS, Refusal,
		RequestOrder, Resource, ResourceOrder, Signed, close_text, sponsorship_text,
	},
	profile::Profile,
	task::Input,
};
pub use polkadot_sdk::sp_runtime::DispatchResult;

pub const APP: AssetId = 0;
pub const DATASET: AssetId = 1;

/// What a request of [`request`] costs at the price of [`terms`], without the ledger's deposit.
pub const WAGE: Balance = 75 * MILLI;

/// Most that a publisher answers with for a task.
pub const LIABILITY: Balance = 9 * MILLI;

/// Orders before they are signed.
#[derive(Clone)]
pub struct Set {
	pub request: RequestOrder,
	pub resources: Vec<ResourceOrder>,
	pub app: Option<AppOrder>,
	pub dataset: Option<DatasetOrder>,
}

pub fn genesis() -> Hash {
	Pallet::<Test>::genesis_hash()
}

pub fn listed<T>(
	items: impl IntoIterator<Item = T>,
) -> polkadot_sdk::frame_support::BoundedVec<T, polkadot_sdk::sp_core::ConstU32<16>> {
	items.into_iter().collect::<Vec<_>>().try_into().unwrap_or_else(|_| panic!("few"))
}

pub fn only(ids: impl IntoIterator<Item = u8>) -> Accounts {
	Accounts::Listed(listed(ids.into_iter().map(account)))
}

pub fn judged_by(ids: impl IntoIterator<Item = u8>) -> Mediators {
	Mediators::only(ids.into_iter().map(account).collect::<Vec<_>>().try_into().expect("few"))
}

pub fn request_order() -> RequestOrder {
	RequestOrder { min_candidates: 1, ..RequestOrder::plain(account(CLIENT), request()) }
}

/// Registers provider number `index` and gives the order that its operator signs.
pub fn resource_order(index: u8) -> ResourceOrder {
	let (stash, operator) = register(index);
	ResourceOrder {
		provider: account(stash),
		signer: account(operator),
		terms: terms(),
		volume: 10,
		clients: Accounts::Any,
		apps: Assets::Any,
		datasets: Assets::Any,
		mediators: public(),
		salt: 0,
	}
}

pub fn module() -> ContentRef {
	request().task.module
}

pub fn data() -> ContentRef {
	ContentRef { hash: Hash::repeat_byte(7), size: 50 }
}

pub fn bond(id: u8) {
	assert_ok!(Register::bond_more(signed(id), MIN_BOND));
}

pub fn register_app(tags: u32, terms: Option<AssetTerms>) -> AssetId {
	let id = pallet_register::NextAssetId::<Test>::get();
	let profile = Profile::BASE.id();
	assert_ok!(Register::register_app(
		signed(PUBLISHER),
		module(),
		profile,
		tags,
		Needs::default(),
		terms
	));
	id
}

pub fn register_dataset(tags: u32, terms: Option<AssetTerms>) -> AssetId {
	let id = pallet_register::NextAssetId::<Test>::get();
	assert_ok!(Register::register_dataset(signed(DATA_PUBLISHER), data(), tags, terms));
	id
}

pub fn app_order() -> AppOrder {
	AppOrder {
		app: APP,
		content: module(),
		price: 5 * MILLI,
		liability: LIABILITY,
		volume: 10,
		clients: Accounts::Any,
		datasets: Assets::Any,
		providers: Accounts::Any,
		mediators: public(),
		valid_until: 20,
		salt: 0,
	}
}

pub fn dataset_order() -> DatasetOrder {
	DatasetOrder {
		dataset: DATASET,
		content: data(),
		price: 7 * MILLI,
		liability: LIABILITY,
		volume: 10,
		clients: Accounts::Any,
		apps: Assets::Any,
		providers: Accounts::Any,
		mediators: public(),
		valid_until: 20,
		salt: 0,
	}
}

/// A request and one resource.
pub fn plain() -> Set {
	Set { request: request_order(), resources: vec![resource_order(0)], app: None, dataset: None }
}

/// All four kinds of orders, with both assets registered.
pub fn full() -> Set {
	full_with_tags(0, 0)
}

pub fn full_with_tags(app: u32, dataset: u32) -> Set {
	bond(PUBLISHER);
	bond(DATA_PUBLISHER);
	assert_eq!(register_app(app, None), APP);
	assert_eq!(register_dataset(dataset, None), DATASET);
	let mut request = RequestOrder {
		app: Some(APP),
		dataset: Some(DATASET),
		max_app_price: 5 * MILLI,
		max_dataset_price: 7 * MILLI,
		..request_order()
	};
	request.request.task.input = Input::Blob(data());
	let resources = vec![resource_order(0)];
	Set { request, resources, app: Some(app_order()), dataset: Some(dataset_order()) }
}

/// The number of the account that an order's account has.
pub fn number(who: &AccountId) -> u8 {
	(0..=u8::MAX).find(|id| account(*id) == *who).expect("all accounts have numbers")
}

pub fn signed_by<O: Order>(id: u8, order: O) -> Signed<O> {
	let authorization = sign(id, &order.text(&genesis()));
	Signed { order, authorization }
}

pub fn as_resource(order: ResourceOrder) -> Resource {
	Resource::Order(Box::new(signed_by(number(&order.signer), order)))
}

impl Set {
	/// All orders signed by who owns them.
	pub fn sign(&self) -> Match {
		let Self { request, resources, app, dataset } = self.clone();
		let resources: Vec<_> = resources.into_iter().map(as_resource).collect();
		let sponsor = request
			.sponsor
			.as_ref()
			.map(|who| sign(number(who), &sponsorship_text(&request, &genesis())));
		Match {
			request: signed_by(number(&request.client), request),
			sponsor,
			resources: resources.try_into().expect("few"),
			app: app.map(|order| signed_by(PUBLISHER, order)),
			dataset: dataset.map(|order| signed_by(DATA_PUBLISHER, order)),
		}
	}

	/// Signs and submits all orders.
	pub fn submit(&self) -> DispatchResult {
		submit(SOLVER, &self.sign())
	}
}

pub fn submit(solver: u8, orders: &Match) -> DispatchResult {
	Market::match_orders(signed(solver), Box::new(orders.clone()))
}

/// A refusal must leave nothing behind.
#[track_caller]
pub fn refused(orders: &Match, refusal: Refusal) {
	assert_noop!(submit(SOLVER, orders), Error::<Test>::from(refusal));
}

pub fn consumed(order: &impl Order) -> Option<u32> {
	Orders::<Test>::get(order.id(&genesis())).map(|record| record.consumed)
}

pub fn any(order: &RequestOrder) -> AnyOrder {
	AnyOrder::Request(Box::new(order.clone()))
}

/// All orders of a set, each with the number of its owner.
pub fn owned(set: &Set) -> [(AnyOrder, u8); 4] {
	let app = set.app.clone().expect("a full set");
	let dataset = set.dataset.clone().expect("a full set");
	[
		(any(&set.request), CLIENT),
		(AnyOrder::Resource(Box::new(set.resources[0].clone())), OPERATOR),
		(AnyOrder::App(Box::new(app)), PUBLISHER),
		(AnyOrder::Dataset(Box::new(dataset)), DATA_PUBLISHER),
	]
}

/// What a wrong signature is called, for each of [`owned`].
pub fn not_authorized() -> [DispatchError; 4] {
	[
		Error::<Test>::from(OrderFault::NotAuthorized.of(Kind::Request)).into(),
		Error::<Test>::from(OrderFault::NotAuthorized.of(Kind::Resource)).into(),
		Error::<Test>::from(OrderFault::NotAuthorized.of(Kind::App)).into(),
		Error::<Test>::from(OrderFault::NotAuthorized.of(Kind::Dataset)).into(),
	]
}
