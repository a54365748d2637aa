//! How fast the engine is: tasks for three replicas, from the request to the settlement, at each fidelity.
//!
//! `cargo run --release -p assay-simulation --example speed [ROUNDS]`; see docs/benchmarks/simulation.md.

use assay_primitives::deal::{NextStep, TaskStatus, TaskView};
use assay_runtime::{Deals, Runtime, RuntimeCall};
use assay_simulation::{
	Chain, Fidelity, Flat, Pair, State,
	deals::{next_of_client, next_of_provider, poke},
	key,
	market::{MODULE, Provider, publish, register, spec, submit, truth},
};
use polkadot_sdk::sp_io::TestExternalities;
use std::time::Instant;

const PROVIDERS: u32 = 12;
const DEALS: u64 = 20;

fn main() {
	let rounds = std::env::args().nth(1).map_or(5, |it| it.parse().expect("ROUNDS is a number"));
	println!("| state | fidelity | tasks/s | calls/s | last round / first |");
	println!("|---|---|--:|--:|--:|");
	measure::<TestExternalities>("with a trie", Fidelity::Signed, rounds);
	for fidelity in [Fidelity::Signed, Fidelity::Applied, Fidelity::Dispatched] {
		measure::<Flat>("flat", fidelity, rounds);
	}
	attempts();
}

fn measure<S: State + Default>(name: &str, fidelity: Fidelity, rounds: u64) {
	let mut scene = Scene::<S>::start(fidelity);
	let begun = Instant::now();
	let mut times = Vec::new();
	for _ in 0..rounds {
		let begun = Instant::now();
		scene.round();
		times.push(begun.elapsed().as_secs_f64());
	}
	let seconds = begun.elapsed().as_secs_f64();
	let tasks = (rounds * DEALS) as f64 / seconds;
	let calls = scene.calls as f64 / seconds;
	let growth = times.last().expect("there is a round") / times[0];
	println!("| {name} | {fidelity:?} | {tasks:.0} | {calls:.0} | {growth:.2} |");
}

/// What it costs to try something and take it back.
fn attempts() {
	const ATTEMPTS: u32 = 2_000;
	let mut scene = Scene::<Flat>::start(Fidelity::Dispatched);
	scene.round();
	let begun = Instant::now();
	for _ in 0..ATTEMPTS {
		scene.chain.attempt(|chain| chain.pass(1));
	}
	let each = begun.elapsed().as_secs_f64() / f64::from(ATTEMPTS);
	println!("\nattempts of one block: {:.0} a second", 1.0 / each);
}

struct Scene<S> {
	chain: Chain<S>,
	client: Pair,
	providers: Vec<Provider>,
	calls: u64,
}

impl<S: State + Default> Scene<S> {
	fn start(fidelity: Fidelity) -> Self {
		let mut chain = Chain::of_preset("development", |_| ());
		let providers = (0..PROVIDERS).map(|index| register(&mut chain, index)).collect();
		let client = key("Charlie");
		publish(&mut chain, &client, MODULE).expect("the module is published");
		chain.fidelity = fidelity;
		Self { chain, client, providers, calls: 0 }
	}

	/// Opens deals and does what is due until all of them have ended.
	fn round(&mut self) {
		let offers = |deal: u64| (0..3).map(|it| (deal + it) % u64::from(PROVIDERS)).collect();
		let submits: Vec<_> = (0..DEALS).map(|deal| submit(spec(), 3, 2, offers(deal))).collect();
		let client = self.client.clone();
		let submits = submits.into_iter().map(|call| (client.clone(), call)).collect();
		self.block(submits);
		loop {
			let open = self.open();
			if open.is_empty() {
				return;
			}
			let due = open.iter().flat_map(|view| self.due(view)).collect();
			self.block(due);
		}
	}

	fn open(&mut self) -> Vec<TaskView> {
		self.chain.read(|| {
			let all = pallet_deals::Tasks::<Runtime>::iter_keys();
			let views = all.filter_map(|(_, id)| Deals::task_view(id));
			views.filter(|view| matches!(view.status, TaskStatus::Open(_))).collect()
		})
	}

	fn due(&mut self, view: &TaskView) -> Vec<(Pair, RuntimeCall)> {
		let genesis = self.chain.genesis_hash();
		let of_provider = |it: &Provider| {
			let call = next_of_provider(it, &genesis, view, truth())?;
			Some((it.operator.clone(), call))
		};
		let settles = (view.next == NextStep::Poke).then(|| poke(&[view.id]));
		let own = settles.or_else(|| next_of_client(view)).map(|call| (self.client.clone(), call));
		self.providers.iter().filter_map(of_provider).chain(own).collect()
	}

	fn block(&mut self, calls: Vec<(Pair, RuntimeCall)>) {
		self.calls += calls.len() as u64;
		let calls: Vec<_> = calls.iter().map(|(who, call)| (Some(who), call.clone())).collect();
		self.chain.block(&calls);
	}
}
