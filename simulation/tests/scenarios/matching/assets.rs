//! What an order may say beside a request: an app, a dataset, a sponsor, who judges, and what is left of it.
//! And the orders of providers.

use super::{MOST_OFFERS, PROVIDERS, mostly};
use assay_decisions::book::{Arrival, Book, Known};
use assay_primitives::{
	Balance, BlockNumber, UNIT,
	bond::Bond,
	content::ContentRef,
	judges::{Mediators, Named},
	order::{
		Accounts, AnyOrder, AppOrder, Asset, AssetId, AssetKind, AssetState, AssetTerms, Assets,
		Authorization, DatasetOrder, Match, Needs, Order, OrderFile, OrderRecord, Part, Publisher,
		RequestOrder, ResourceOrder, Signed, sponsorship_text, wrapped,
	},
	profile::Profile,
	request::{Request, Terms},
	task::Input,
	traits::Register as _,
};
use assay_runtime::{AccountId, Balances, Market, Mediation, Register, Runtime};
use assay_simulation::{
	account,
	cases::mediator,
	key,
	market::{GAS, MODULE},
};
use pallet_market::Orders;
use polkadot_sdk::{
	frame_support::{BoundedVec, traits::fungible::Mutate},
	sp_core::Pair as _,
	sp_runtime::MultiSignature,
};
use proptest::prelude::*;

const APP: AssetId = 70;
const DATASET: AssetId = 80;
const DATA: &[u8] = b"what is read";
/// Most that either may cost.
const CEILING: Balance = 10;
/// A tag that the program itself must support.
const PROGRAM_TAG: u32 = 1 << 24;
/// Mediators whom parties name.
const NAMED: u32 = 6;
/// That one of them which has left.
pub const LEFT: u32 = 5;
/// Those who may be the owner of the app, and the beneficiary.
const OWNS: u32 = 3;
const GETS: u32 = 4;

/// Whom a party lets judge.
#[derive(Clone, Debug)]
pub struct Judged {
	/// Whether it names some where others let the public pool judge, or the other way round.
	odd: bool,
	/// Which of those that all others name.
	named: u8,
}

impl Judged {
	pub fn mediators(&self, named_judge: bool) -> Mediators {
		let named = (0..NAMED).filter(|at| self.named & (1 << at) != 0);
		let named = named.map(|at| account(&mediator(at))).collect();
		Mediators { public: named_judge == self.odd, named: Named::truncate_from(named) }
	}
}

pub fn judged() -> impl Strategy<Value = Judged> {
	let named = prop_oneof![12 => Just(u8::MAX), 1 => Just(0), 2 => any::<u8>()];
	(mostly(false, Just(true)), named).prop_map(|(odd, named)| Judged { odd, named })
}

/// How an asset may be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Sold {
	/// At terms in the register.
	Posted,
	/// By an order.
	Ordered,
	/// Not at all.
	Nowhere,
}

/// An app or a dataset as it comes to be.
#[derive(Clone, Debug)]
struct Draft {
	/// Whether it is registered, as what it is used.
	registered: bool,
	/// Whether it is what the task names.
	fits: bool,
	state: AssetState,
	gas: u64,
	tags: u32,
	/// Whether it is a mediator's.
	judging: bool,
	bond: Balance,
	sold: Sold,
	price: Balance,
	/// Whether clients, and what is used beside it, are those that it is meant for.
	meant: (bool, bool),
	provider: Option<usize>,
	judged: Judged,
	/// Of the order that sells it.
	volume: u32,
}

/// The provider that something is meant for, where it is not for all.
fn perhaps_one() -> impl Strategy<Value = Option<usize>> {
	prop_oneof![8 => Just(None), 1 => (0..PROVIDERS).prop_map(Some)]
}

fn draft() -> impl Strategy<Value = Draft> {
	let what = (
		(mostly(true, Just(false)), mostly(true, Just(false))),
		mostly(
			AssetState::Active,
			prop_oneof![Just(AssetState::Suspended), Just(AssetState::Banned)],
		),
		(mostly(0, 0..2 * GAS), mostly(0, Just(PROGRAM_TAG))),
		(mostly(false, Just(true)), prop_oneof![12 => Just(50 * UNIT), 1 => 0..30 * UNIT]),
	);
	let sold =
		prop_oneof![10 => Just(Sold::Posted), 10 => Just(Sold::Ordered), 1 => Just(Sold::Nowhere)];
	let sale = (
		(sold, mostly(CEILING / 2, CEILING - 1..CEILING + 3)),
		(mostly(true, Just(false)), mostly(true, Just(false))),
		(perhaps_one(), judged(), prop_oneof![20 => Just(2_000), 1 => 1..7u32]),
	);
	(what, sale).prop_map(|(what, sale)| {
		let ((registered, fits), state, (gas, tags), (judging, bond)) = what;
		let ((sold, price), meant, (provider, judged, volume)) = sale;
		Draft {
			registered,
			fits,
			state,
			gas,
			tags,
			judging,
			bond,
			sold,
			price,
			meant,
			provider,
			judged,
			volume,
		}
	})
}

/// What an order says beside a request.
#[derive(Clone, Debug)]
pub struct Extra {
	/// Whether those judge whom all parties name.
	pub named_judge: bool,
	app: Option<Draft>,
	dataset: Option<Draft>,
	min_bond: Balance,
	/// Whether there is a sponsor, and whether it has withdrawn its consent.
	sponsor: Option<bool>,
	/// Whether the result is a mediator's.
	given_to_judge: bool,
	provider: Option<usize>,
	judged: Judged,
	wrong: Vec<Wrong>,
	/// What the providers offer by orders, in the place of resting offers.
	sold: Vec<Option<SoldOrder>>,
}

/// What can be wrong with a request whose client has said yes to it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Wrong {
	Volume,
	Tip,
	Ended,
	Life,
	Closed,
	/// A task of it was matched before.
	Used,
	/// Another account has said yes.
	Unsigned,
}

const WRONG: [Wrong; 7] = [
	Wrong::Volume,
	Wrong::Tip,
	Wrong::Ended,
	Wrong::Life,
	Wrong::Closed,
	Wrong::Used,
	Wrong::Unsigned,
];

/// Mostly nothing, and two things as often as one.
fn wrong() -> impl Strategy<Value = Vec<Wrong>> {
	let some = (1..3usize).prop_flat_map(|many| prop::sample::subsequence(WRONG.to_vec(), many));
	prop_oneof![8 => Just(Vec::new()), 1 => some]
}

/// An order of a provider.
#[derive(Clone, Debug)]
pub struct SoldOrder {
	volume: u32,
	consumed: u32,
	closed: bool,
}

fn sold_order() -> impl Strategy<Value = Option<SoldOrder>> {
	let volume = prop_oneof![1 => Just(2_000), 2 => 0..4u32];
	let order = (volume, mostly(0, 0..4u32), prop::bool::weighted(0.4))
		.prop_map(|(volume, consumed, closed)| SoldOrder { volume, consumed, closed });
	prop_oneof![1 => Just(None), 1 => order.prop_map(Some)]
}

impl SoldOrder {
	/// The order, and what the chain remembers of it.
	pub fn signed(
		&self,
		provider: &AccountId,
		salt: u64,
		terms: Terms,
		mediators: &Mediators,
	) -> (Signed<ResourceOrder>, OrderRecord) {
		let order = ResourceOrder {
			provider: provider.clone(),
			signer: provider.clone(),
			terms,
			volume: self.volume,
			clients: Accounts::Any,
			apps: Assets::Any,
			datasets: Assets::Any,
			mediators: mediators.clone(),
			salt,
		};
		let (consumed, closed) = (self.consumed, self.closed);
		let record = OrderRecord { consumed, closed, ..presigned(provider) };
		(Signed { order, authorization: Authorization::OnChain }, record)
	}
}

pub fn extra() -> impl Strategy<Value = Extra> {
	let sponsor = prop_oneof![
		6 => Just(None),
		2 => Just(Some(false)),
		1 => Just(Some(true)),
	];
	(
		any::<bool>(),
		prop::option::of(draft()),
		prop::option::of(draft()),
		(mostly(0, 0..60 * UNIT), sponsor, mostly(false, Just(true))),
		((perhaps_one(), judged()), wrong(), prop::collection::vec(sold_order(), MOST_OFFERS)),
	)
		.prop_map(
			|(
				named_judge,
				app,
				dataset,
				(min_bond, sponsor, given),
				((provider, judged), wrong, sold),
			)| Extra {
				named_judge,
				app,
				dataset,
				min_bond,
				sponsor,
				given_to_judge: given,
				provider,
				judged,
				wrong,
				sold,
			},
		)
}

/// Nobody, or everybody.
fn whoever(meant: bool) -> Accounts {
	if meant { Accounts::Any } else { Accounts::Listed(BoundedVec::new()) }
}

fn whatever(meant: bool) -> Assets {
	if meant { Assets::Any } else { Assets::Listed(BoundedVec::new()) }
}

fn only(provider: Option<usize>, providers: &[AccountId]) -> Accounts {
	let one = |at: usize| Accounts::Listed(BoundedVec::truncate_from(vec![providers[at].clone()]));
	provider.map_or(Accounts::Any, one)
}

impl Draft {
	fn owner(&self, part: Part) -> AccountId {
		match (self.judging, part) {
			(true, _) => account(&mediator(OWNS)),
			(false, Part::App) => account(&key("Bob")),
			(false, Part::Dataset) => account(&key("Eve")),
		}
	}

	fn content(&self, part: Part) -> ContentRef {
		match (self.fits, part) {
			(true, Part::App) => ContentRef::of(MODULE),
			(true, Part::Dataset) => ContentRef::of(DATA),
			(false, _) => ContentRef::of(b"something else"),
		}
	}

	fn asset(&self, extra: &Extra, part: Part, providers: &[AccountId]) -> Asset {
		let is_app = self.registered == (part == Part::App);
		let terms = AssetTerms {
			price: self.price,
			liability: 1,
			clients: whoever(self.meant.0),
			providers: only(self.provider, providers),
			mediators: self.judged.mediators(extra.named_judge),
		};
		Asset {
			kind: if is_app { AssetKind::App(Profile::BASE.id()) } else { AssetKind::Dataset },
			owner: self.owner(part),
			heir: None,
			content: self.content(part),
			tags: self.tags,
			needs: Needs { gas: self.gas, ..Needs::default() },
			terms: (self.sold == Sold::Posted).then_some(terms),
			state: self.state,
			public_good: false,
			deposit: 0,
		}
	}
}

impl Extra {
	/// What it makes of a request.
	pub fn change(&self, request: &mut Request) {
		if self.dataset.is_some() {
			request.task.input = Input::Blob(ContentRef::of(DATA));
		}
		if self.is(Wrong::Life) {
			request.valid_until = BlockNumber::MAX;
		}
		if self.is(Wrong::Ended) {
			request.valid_until = 0;
		}
	}

	fn is(&self, wrong: Wrong) -> bool {
		self.wrong.contains(&wrong)
	}

	/// What a provider offers by an order, in the place of its resting offer.
	pub fn sold(&self, at: usize) -> Option<&SoldOrder> {
		self.sold[at].as_ref()
	}

	/// What the chain remembers of the request.
	pub fn record(&self, order: &RequestOrder) -> OrderRecord {
		let other = self.is(Wrong::Unsigned).then(|| account(&key("Eve")));
		OrderRecord {
			consumed: u32::from(self.is(Wrong::Used)),
			closed: self.is(Wrong::Closed),
			sponsor_withdrew: self.sponsor == Some(true),
			..presigned(&other.unwrap_or_else(|| order.client.clone()))
		}
	}

	/// What it makes of an order.
	pub fn order(&self, plain: RequestOrder, providers: &[AccountId]) -> RequestOrder {
		RequestOrder {
			app: self.app.as_ref().map(|_| APP),
			dataset: self.dataset.as_ref().map(|_| DATASET),
			max_app_price: CEILING,
			max_dataset_price: CEILING,
			min_publisher_bond: self.min_bond,
			providers: only(self.provider, providers),
			mediators: self.judged.mediators(self.named_judge),
			sponsor: self.sponsor.map(|_| account(&key("Dave"))),
			beneficiary: self.given_to_judge.then(|| account(&mediator(GETS))),
			volume: plain.volume - u32::from(self.is(Wrong::Volume)),
			tip: if self.is(Wrong::Tip) { Balance::MAX } else { 0 },
			..plain
		}
	}

	fn parts(&self) -> impl Iterator<Item = (Part, AssetId, &Draft)> {
		let app = self.app.iter().map(|draft| (Part::App, APP, draft));
		app.chain(self.dataset.iter().map(|draft| (Part::Dataset, DATASET, draft)))
	}

	fn app_order(&self, providers: &[AccountId]) -> Option<AppOrder> {
		let draft = self.app.as_ref().filter(|draft| draft.sold == Sold::Ordered)?;
		Some(AppOrder {
			app: APP,
			content: draft.content(Part::App),
			price: draft.price,
			liability: 1,
			volume: draft.volume,
			clients: whoever(draft.meant.0),
			datasets: whatever(draft.meant.1),
			providers: only(draft.provider, providers),
			mediators: draft.judged.mediators(self.named_judge),
			valid_until: 10_000,
			salt: 0,
		})
	}

	fn dataset_order(&self, providers: &[AccountId]) -> Option<DatasetOrder> {
		let draft = self.dataset.as_ref().filter(|draft| draft.sold == Sold::Ordered)?;
		Some(DatasetOrder {
			dataset: DATASET,
			content: draft.content(Part::Dataset),
			price: draft.price,
			liability: 1,
			volume: draft.volume,
			clients: whoever(draft.meant.0),
			apps: whatever(draft.meant.1),
			providers: only(draft.provider, providers),
			mediators: draft.judged.mediators(self.named_judge),
			valid_until: 10_000,
			salt: 0,
		})
	}

	/// Writes it into the state.
	pub fn register(&self, order: &RequestOrder, providers: &[AccountId]) {
		for (part, id, draft) in self.parts() {
			let asset = draft.asset(self, part, providers);
			let publisher = Publisher { bond: Bond::of(draft.bond), assets: 1 };
			pallet_register::Publishers::<Runtime>::insert(&asset.owner, publisher);
			pallet_register::Assets::<Runtime>::insert(id, asset);
		}
		let genesis = Market::genesis_hash();
		if let Some(app) = self.app_order(providers) {
			let owner = self.app.as_ref().expect("it sells it").owner(Part::App);
			Orders::<Runtime>::insert(app.id(&genesis), presigned(&owner));
		}
		if let Some(data) = self.dataset_order(providers) {
			let owner = self.dataset.as_ref().expect("it sells it").owner(Part::Dataset);
			Orders::<Runtime>::insert(data.id(&genesis), presigned(&owner));
		}
		Orders::<Runtime>::insert(order.id(&genesis), self.record(order));
		if let Some(sponsor) = &order.sponsor {
			Balances::set_balance(sponsor, Balance::MAX / 1_000_000);
		}
	}

	/// Orders of the owners, and the sponsor's consent.
	pub fn complete(&self, orders: &mut Match, providers: &[AccountId]) {
		fn signed<O>(order: O) -> Signed<O> {
			Signed { order, authorization: Authorization::OnChain }
		}
		orders.app = self.app_order(providers).map(signed);
		orders.dataset = self.dataset_order(providers).map(signed);
		orders.sponsor = self.consent(&orders.request.order);
	}

	/// The sponsor's consent.
	pub fn consent(&self, order: &RequestOrder) -> Option<Authorization> {
		self.sponsor?;
		let text = sponsorship_text(order, &Market::genesis_hash());
		Some(MultiSignature::from(key("Dave").sign(wrapped(&text).as_bytes())).into())
	}

	/// Shows a book what the views tell, and the orders.
	pub fn show(&self, book: &mut Book, now: BlockNumber, providers: &[AccountId]) {
		for (_, id, _) in self.parts() {
			let asset = Register::asset(id);
			if let Some(asset) = &asset {
				let owner = &asset.owner;
				book.set_publisher(owner.clone(), Register::publisher(owner));
			}
			book.set_asset(id, asset);
		}
		for at in 0..NAMED {
			let stash = account(&mediator(at));
			let view = Mediation::mediator_view(&stash);
			book.set_mediator(stash, view);
		}
		let app = self.app_order(providers).map(|order| AnyOrder::App(Box::new(order)));
		let data = self.dataset_order(providers).map(|order| AnyOrder::Dataset(Box::new(order)));
		for order in app.into_iter().chain(data) {
			let file = OrderFile::new(Market::genesis_hash(), order);
			let record = Orders::<Runtime>::get(file.id());
			let owner = record.as_ref().and_then(|record| record.presigned_by.clone());
			let owner = owner.expect("it is presigned");
			let arrival = Arrival::verify(file, Known { now, owner, record });
			book.insert(arrival.expect("it is presigned")).expect("there is room");
		}
	}

	/// Whom the owners let judge at whose terms the assets are used, and who they are.
	pub fn owners(&self) -> impl Iterator<Item = (Mediators, AccountId)> {
		let sold = self.parts().filter(|(.., draft)| draft.sold != Sold::Nowhere);
		sold.map(|(part, _, draft)| (draft.judged.mediators(self.named_judge), draft.owner(part)))
	}
}

/// The record of an order that its owner has agreed to.
pub fn presigned(owner: &AccountId) -> OrderRecord {
	OrderRecord {
		consumed: 0,
		closed: false,
		presigned_by: Some(owner.clone()),
		sponsor_withdrew: false,
		until: 10_000,
		depositor: owner.clone(),
		deposit: 0,
	}
}
