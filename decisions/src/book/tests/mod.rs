//! The book against orders of all kinds. Here is what its tests share.

mod arrival;
mod assets;
mod bounds;
mod consistency;
mod plans;

use super::{arrival::*, *};
use assay_primitives::{
	MILLI, UNIT,
	api::OfferView,
	content::ContentRef,
	judges::Mediators,
	order::{
		Accounts, AnyOrder, AppOrder, Assets, Authorization, OrderFile, OrderRecord, RequestOrder,
		ResourceOrder,
	},
	policy::Policy,
	price::Price,
	profile::Profile,
	provider::{Capacity, Declaration, Reputation, Status},
	request::{Hints, Ineligible, Request, RequestBounds, Terms},
	task::{Args, Input, Limits as TaskLimits, TaskSpec},
};

/// A ledger's tariff. Not that of the chain: its least stake would hide what follows from prices.
const TARIFF: Tariff = Tariff::EXAMPLE;

const CONSTANTS: Constants = Constants {
	block_millis: 3_000,
	tariff: TARIFF,
	life: 1_000,
	min_publisher_bond: 10 * UNIT,
	tip: Permill::from_percent(5),
	bounds: RequestBounds {
		run_blocks: 100,
		gas: 100 * GAS,
		memory_pages: 1_024,
		output_bytes: 1 << 20,
	},
};

const GENESIS: Hash = Hash::repeat_byte(0xaa);
const NOW: BlockNumber = 10;
/// Whose app is run.
const PUBLISHER: u16 = 500;
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
	let mut book = Book::new(GENESIS, CONSTANTS, limits);
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
	let policy = Policy::Quorum { replicas, required: replicas / 2 + 1 };
	let request = Request {
		task: TaskSpec {
			module: ContentRef::of(b"module"),
			profile: Profile::BASE.id(),
			args: Args::default(),
			env: Args::default(),
			input: Input::None,
			seed: Hash::zero(),
			limits: TaskLimits { gas: GAS, memory_pages: 256, output_bytes: 1 << 20 },
		},
		policy,
		canary: false,
		max_price: Price { base: UNIT, per_mgas: UNIT },
		run_blocks: 20,
		tags: 0,
		valid_until: NOW + 100,
		hints: Hints::default(),
	};
	RequestOrder { salt, ..RequestOrder::plain(client(), request) }
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

fn judged_by(numbers: &[u16]) -> Mediators {
	let all: Vec<_> = numbers.iter().map(|number| account(*number)).collect();
	Mediators::only(all.try_into().expect("few"))
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
	put_app_of(book, order, PUBLISHER)
}

fn put_app_of(book: &mut Book, order: AppOrder, owner: u16) -> OrderId {
	let arrival = arrival(AnyOrder::App(Box::new(order)), account(owner));
	let id = arrival.id();
	book.insert(arrival).expect("there is room");
	id
}
