//! How fast the engine is, and what its time goes into: tasks for three replicas, from the request to the settlement,
//! at each fidelity; blocks; attempts that are taken back; copies; views; memory.
//!
//! `cargo run --release -p assay-simulation --example speed [ROUNDS] [PROVIDERS]`; see docs/benchmarks/simulation.md.

use assay_primitives::deal::{NextStep, TaskStatus, TaskView};
use assay_runtime::{Deals, Runtime, RuntimeCall};
use assay_simulation::{
	Chain, Fidelity, Flat, Pair, State,
	deals::{next_of_client, next_of_provider, poke},
	key,
	market::{MODULE, Provider, order, publish, register, request, spec, truth},
};
use polkadot_sdk::{sp_core::bounded::BoundedVec, sp_io::TestExternalities};
use std::{
	fs,
	sync::LazyLock,
	time::{Duration, Instant},
};

fn main() {
	let mut numbers = std::env::args().skip(1).map(|it| it.parse().expect("that is a number"));
	let rounds = numbers.next().unwrap_or(5);
	let providers = numbers.next().unwrap_or(12);
	println!("{rounds} rounds, {providers} providers");
	println!();
	println!(
		"| state | fidelity | tasks at a time | calls/s | with views: calls/s | tasks/s | last round / first |"
	);
	println!("|---|---|--:|--:|--:|--:|--:|");
	let setting = |fidelity, deals| Setting { fidelity, deals, providers, rounds };
	measure::<TestExternalities>("with a trie", setting(Fidelity::Signed, 20));
	for fidelity in [Fidelity::Signed, Fidelity::Applied, Fidelity::Dispatched] {
		measure::<Flat>("flat", setting(fidelity, 20));
	}
	for deals in [1, 100] {
		measure::<Flat>("flat", setting(Fidelity::Dispatched, deals));
	}
	println!();
	single(providers);
}

#[derive(Clone, Copy)]
struct Setting {
	fidelity: Fidelity,
	deals: u64,
	providers: u64,
	rounds: u64,
}

fn measure<S: State + Default>(name: &str, setting: Setting) {
	let Setting { fidelity, deals, providers, rounds } = setting;
	let mut scene = Scene::<S>::start(providers, fidelity);
	let begun = busy();
	let mut times = Vec::new();
	for _ in 0..rounds {
		let begun = busy();
		scene.round(deals);
		times.push((busy() - begun).as_secs_f64());
	}
	let seconds = (busy() - begun).as_secs_f64();
	let engine = scene.calls as f64 / scene.in_blocks.as_secs_f64();
	let all = scene.calls as f64 / seconds;
	let tasks = (rounds * deals) as f64 / seconds;
	let growth = times.last().expect("there is a round") / times[0];
	println!(
		"| {name} | {fidelity:?} | {deals} | {engine:.0} | {all:.0} | {tasks:.0} | {growth:.2} |"
	);
}

/// What single things take.
fn single(providers: u64) {
	let mut scene = Scene::<Flat>::start(providers, Fidelity::Dispatched);
	scene.round(20);
	let each = |what: &str, times: u32, run: &mut dyn FnMut()| {
		let begun = busy();
		(0..times).for_each(|_| run());
		let each = (busy() - begun) / times;
		println!("* {what}: {each:.1?}, {:.0} a second", 1.0 / each.as_secs_f64());
	};
	let chain = &mut scene.chain;
	each("an empty block", 2_000, &mut || chain.pass(1));
	chain.events.clear();
	each("an attempt of one empty block", 2_000, &mut || chain.attempt(|chain| chain.pass(1)));
	each("an attempt of ten", 200, &mut || chain.attempt(|chain| chain.pass(10)));
	each("a copy of the chain", 500, &mut || drop(chain.fork()));
	let requests = scene.requests(20);
	let requests: Vec<_> = requests.iter().map(|(who, call)| (Some(who), call.clone())).collect();
	let chain = &mut scene.chain;
	each("an attempt of a block with 20 requests", 100, &mut || {
		drop(chain.attempt(|chain| chain.block(&requests)));
	});
	scene.chain.block(&requests);
	each("views of 20 tasks", 200, &mut || drop(scene.open()));
	println!("* memory of the process: {}", memory());
}

/// Time that this thread has had a processor for, which says the same on a machine that others use too. Where the system
/// does not tell, the time that has passed.
fn busy() -> Duration {
	static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
	let told = fs::read_to_string("/proc/thread-self/schedstat").ok();
	let nanos = told.as_ref().and_then(|line| line.split(' ').next()?.parse().ok());
	nanos.map_or_else(|| BEGUN.elapsed(), Duration::from_nanos)
}

/// What the process has in memory, as the system says it.
fn memory() -> String {
	let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
	let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
	line.map_or("not known here".into(), |line| format!("{} at most", line.trim()))
}

struct Scene<S> {
	chain: Chain<S>,
	client: Pair,
	providers: Vec<Provider>,
	calls: u64,
	/// Time in the engine.
	in_blocks: Duration,
}

impl<S: State + Default> Scene<S> {
	fn start(providers: u64, fidelity: Fidelity) -> Self {
		let mut chain = Chain::of_preset("development", |_| ());
		let providers = (0..providers as u32).map(|index| register(&mut chain, index)).collect();
		let client = key("Charlie");
		publish(&mut chain, &client, MODULE).expect("the module is published");
		chain.fidelity = fidelity;
		Self { chain, client, providers, calls: 0, in_blocks: Duration::ZERO }
	}

	fn requests(&self, deals: u64) -> Vec<(Pair, RuntimeCall)> {
		let count = self.providers.len() as u64;
		let named = |deal: u64| (deal..deal + 3).map(move |at| at % count);
		let offer = |at: u64| (at, self.providers[at as usize].id());
		let offers = |deal| BoundedVec::truncate_from(named(deal).map(offer).collect());
		let submits = (0..deals).map(|deal| order(request(spec(), 3, 2), offers(deal)));
		submits.map(|call| (self.client.clone(), call)).collect()
	}

	/// Opens deals and does what is due until all of them have ended.
	fn round(&mut self, deals: u64) {
		let requests = self.requests(deals);
		self.block(requests);
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
			let call = next_of_provider(&it.id(), &genesis, view, truth())?;
			Some((it.operator.clone(), call))
		};
		let settles = (view.next == NextStep::Poke).then(|| poke(&[view.id]));
		let own = settles.or_else(|| next_of_client(view)).map(|call| (self.client.clone(), call));
		self.providers.iter().filter_map(of_provider).chain(own).collect()
	}

	fn block(&mut self, calls: Vec<(Pair, RuntimeCall)>) {
		self.calls += calls.len() as u64;
		let calls: Vec<_> = calls.iter().map(|(who, call)| (Some(who), call.clone())).collect();
		let begun = busy();
		self.chain.block(&calls);
		self.in_blocks += busy() - begun;
	}
}
