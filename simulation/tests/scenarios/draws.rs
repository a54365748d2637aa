//! What agents and the chain draw: the same for the same seed, whoever else is there and does nothing. SIM-03.

use assay_primitives::{
	AccountId, Balance, Hash,
	deal::{NextStep, TaskStatus, TaskView},
	hashing::tagged_hash,
	task::TaskId,
};
use assay_runtime::{Deals, Runtime, RuntimeCall, RuntimeEvent};
use assay_simulation::{
	Chain, Fidelity, Flat, Pair, account,
	deals::{next_of_client, next_of_provider, poke},
	key,
	market::{Provider, lie, order, register, request, spec, transfer, truth},
};
use codec::Encode;
use polkadot_sdk::sp_core::bounded::BoundedVec;
use rand_chacha::{
	ChaCha12Rng,
	rand_core::{RngCore, SeedableRng},
};

const PROVIDERS: u32 = 5;
const CLIENTS: [&str; 2] = ["Charlie", "Dave"];
const BLOCKS: u32 = 60;

/// What an agent draws for a purpose: it follows from the seed, who it is and the purpose.
fn stream(seed: u64, who: &AccountId, purpose: impl Encode) -> ChaCha12Rng {
	let hash = tagged_hash(b"assay/simulation/stream/1", &(who, purpose)).0;
	let mut rng = ChaCha12Rng::seed_from_u64(seed);
	rng.set_stream(u64::from_le_bytes(*hash.first_chunk().expect("a hash has 32 bytes")));
	rng
}

/// A client that orders as it draws, or only looks on.
struct Client {
	key: Pair,
	draws: ChaCha12Rng,
	idle: bool,
}

impl Client {
	fn new(name: &str, seed: u64, idle: bool) -> Self {
		let key = key(name);
		let draws = stream(seed, &account(&key), "orders");
		Self { key, draws, idle }
	}

	/// What it orders in this block. An idle one draws all the same.
	fn orders(&mut self, providers: &[Provider]) -> Option<RuntimeCall> {
		let draw = self.draws.next_u32();
		if self.idle || !draw.is_multiple_of(4) {
			return None;
		}
		let first = self.draws.next_u32() as usize % providers.len();
		let chosen = (first..first + 4).map(|at| at % providers.len());
		let offers = chosen.map(|at| (at as u64, providers[at].id())).collect();
		Some(order(request(spec(), 3, 2), BoundedVec::truncate_from(offers)))
	}
}

/// What came of a run.
struct Played {
	/// Who did what, and who was drawn for each task.
	draws: Vec<(AccountId, RuntimeCall)>,
	drawn: Vec<(TaskId, Vec<AccountId>)>,
	/// What those own in the end that did something.
	owned: Vec<Balance>,
	/// All events.
	events: Vec<RuntimeEvent>,
	/// The newest block.
	hash: Hash,
}

struct World {
	seed: u64,
	chain: Chain<Flat>,
	clients: Vec<Client>,
	providers: Vec<Provider>,
	sent: Vec<(AccountId, RuntimeCall)>,
}

impl World {
	fn start(seed: u64, fidelity: Fidelity, idle: u32) -> Self {
		let mut chain = Chain::<Flat>::of_preset("development", |_| ());
		// From the beginning: signatures are drawn with the system's randomness, and are in the blocks.
		chain.fidelity = fidelity;
		let providers = (0..PROVIDERS).map(|index| register(&mut chain, index)).collect();
		// Who only looks on comes first, so that whatever it took would be missing for the others. It has money.
		let lookers: Vec<_> =
			(0..idle).map(|at| Client::new(&format!("Idle{at}"), seed, true)).collect();
		let alice = key("Alice");
		let gift =
			|client: &Client| transfer(&account(&client.key), 1_000 * assay_primitives::UNIT);
		let gifts: Vec<_> = lookers.iter().map(|client| (Some(&alice), gift(client))).collect();
		chain.block(&gifts);
		let others = CLIENTS.map(|name| Client::new(name, seed, false));
		let clients = lookers.into_iter().chain(others).collect();
		Self { seed, chain, clients, providers, sent: Vec::new() }
	}

	/// What is due about a task.
	fn due(&mut self, view: &TaskView) -> Vec<(Pair, RuntimeCall)> {
		let genesis = self.chain.genesis_hash();
		let says =
			|it: &Provider| match stream(self.seed, &it.id(), view.id).next_u32().is_multiple_of(6)
			{
				true => lie(),
				false => truth(),
			};
		let of_provider = |it: &Provider| {
			Some((it.operator.clone(), next_of_provider(&it.id(), &genesis, view, says(it))?))
		};
		let client = |it: &&Client| account(&it.key) == view.deal.client;
		let client = self.clients.iter().find(client).expect("it has ordered").key.clone();
		let settles = (view.next == NextStep::Poke).then(|| poke(&[view.id]));
		let own = settles.or_else(|| next_of_client(view)).map(|call| (client, call));
		self.providers.iter().filter_map(of_provider).chain(own).collect()
	}

	fn views(&mut self) -> Vec<TaskView> {
		let mut views: Vec<_> = self.chain.read(|| {
			let all = pallet_deals::Tasks::<Runtime>::iter_keys();
			all.filter_map(|(_, id)| Deals::task_view(id)).collect()
		});
		views.sort_by_key(|view| view.id);
		views
	}

	fn block(&mut self) {
		let views = self.views();
		let open = |view: &&TaskView| matches!(view.status, TaskStatus::Open(_));
		let mut calls: Vec<_> = views.iter().filter(open).flat_map(|view| self.due(view)).collect();
		for client in &mut self.clients {
			calls.extend(client.orders(&self.providers).map(|call| (client.key.clone(), call)));
		}
		let borrowed: Vec<_> = calls.iter().map(|(who, call)| (Some(who), call.clone())).collect();
		self.chain.block(&borrowed);
		self.sent.extend(calls.into_iter().map(|(who, call)| (account(&who), call)));
	}

	fn played(mut self) -> Played {
		let drawn = |view: TaskView| {
			let TaskStatus::Open(task) = &view.status else { return (view.id, Vec::new()) };
			let of = |candidate: u32| view.deal.candidates[candidate as usize].provider.clone();
			(view.id, task.replicas.iter().map(|replica| of(replica.candidate)).collect())
		};
		let drawn = self.views().into_iter().map(drawn).collect();
		let active = self.clients.iter().filter(|it| !it.idle).map(|it| account(&it.key));
		let parties: Vec<_> = active.chain(self.providers.iter().map(Provider::id)).collect();
		let owned = parties.iter().map(|who| self.chain.free(who)).collect();
		let hash = self.chain.hash();
		Played { draws: self.sent, drawn, owned, events: self.chain.events, hash }
	}
}

impl Played {
	/// Everybody who does something did the same, was drawn for the same, and has the same.
	fn assert_same(&self, other: &Self) {
		let differ = self.draws.iter().zip(&other.draws).find(|(one, other)| one != other);
		assert_eq!(differ, None);
		assert_eq!(self.draws.len(), other.draws.len());
		assert_eq!(self.drawn, other.drawn);
		assert_eq!(self.owned, other.owned);
	}
}

fn play(seed: u64, fidelity: Fidelity, idle: u32) -> Played {
	let mut world = World::start(seed, fidelity, idle);
	for _ in 0..BLOCKS {
		world.block();
	}
	world.played()
}

#[test]
fn runs_should_be_byte_equal_when_the_seed_is_the_same_and_only_then() {
	for fidelity in [Fidelity::Dispatched, Fidelity::Applied] {
		let once = play(7, fidelity, 0);
		assert!(once.draws.len() > 50, "{} calls", once.draws.len());
		assert!(once.drawn.iter().any(|(_, drawn)| !drawn.is_empty()));
		let again = play(7, fidelity, 0);
		again.assert_same(&once);
		let other = again.events.iter().zip(&once.events).find(|(one, other)| one != other);
		assert_eq!(other, None, "{fidelity:?}");
		assert_eq!(again.events.encode(), once.events.encode());
		assert_eq!(again.hash, once.hash, "{fidelity:?}");
		let other = play(8, fidelity, 0);
		assert!(other.draws != once.draws && other.events != once.events);
		// Blocks have no calls in them that are only dispatched.
		assert_eq!(other.hash == once.hash, fidelity == Fidelity::Dispatched);
	}
}

#[test]
fn draws_should_be_the_same_when_others_look_on() {
	let alone = play(7, Fidelity::Dispatched, 0);
	for idle in [1, 5] {
		let watched = play(7, Fidelity::Dispatched, idle);
		watched.assert_same(&alone);
		assert!(watched.events != alone.events, "they are there");
	}
}
