//! The loop against a chain that is made up: it loses transactions, re-organises and goes away.

use super::{
	executor::{Executor, FetchFailure, Fetched, Ran, RunFailure, seal},
	ledger::{Account, Included, Ledger, Order},
	*,
};
use crate::{
	cli::{Global, RunArgs},
	status::{State as Health, StatusReader},
	store::Identity,
	testing::{pause as sleep, *},
};
use assay_client::refusals::{self, Known};
use assay_primitives::{
	Hash,
	deal::{
		EndedReplica, EndedTask, Ending, NextStep, ReplicaResult, ReplicaState, Task, TaskState,
	},
	hashing::blake2,
	outcome::Manifest,
	seal::{Report, Seal, seal_report},
	task::{TaskId, TaskSpec},
};
use assay_runner::{Cancel, Finished};
use std::{
	collections::HashMap,
	sync::{
		Mutex, MutexGuard,
		atomic::{AtomicBool, Ordering},
	},
};
use tokio::{sync::oneshot, task::JoinHandle, time::timeout};

/// What the made-up chain says of its only task after a block.
#[derive(Clone)]
enum Phase {
	Nothing,
	Open(TaskState, Vec<(u32, ReplicaState)>),
	Ended(ReplicaResult),
}

#[derive(Clone)]
struct State {
	number: BlockNumber,
	phase: Phase,
	/// Tells deals of the same number on two forks apart.
	gas: u64,
	/// Blocks in which an agreed result may be questioned.
	window: BlockNumber,
}

impl State {
	fn spec(&self) -> TaskSpec {
		let mut spec = spec();
		spec.limits.gas = self.gas;
		spec
	}

	/// By which calls name the task.
	fn key(&self) -> Key {
		Key { task: TASK, task_hash: self.spec().hash() }
	}

	fn views(&self) -> Vec<TaskView> {
		let spec = self.spec();
		let status = match &self.phase {
			Phase::Nothing => return vec![],
			Phase::Open(state, replicas) => {
				let next = match state {
					TaskState::Revealing { until, .. } => NextStep::Reveals(1, *until),
					TaskState::Running { until, .. } => NextStep::Seals(1, *until),
					_ => NextStep::Randomness,
				};
				let next = match state {
					TaskState::Running { until, .. } | TaskState::Revealing { until, .. }
						if self.number >= *until =>
					{
						NextStep::Poke
					},
					_ => next,
				};
				let mut view = view(self.number, state.clone(), replicas, next);
				view.deal = deal(spec);
				return vec![view];
			},
			Phase::Ended(result) => TaskStatus::Ended(EndedTask {
				ending: Ending::Settled(outcome(7)),
				replicas: vec![EndedReplica { candidate: 0, result: *result, paid: 5, slashed: 0 }]
					.try_into()
					.expect("one fits"),
				paid: 5,
				ended_at: self.number,
				prune_at: self.number + 10,
			}),
		};
		let next = NextStep::Nothing(self.number + 10);
		vec![TaskView { id: TASK, deal: deal(spec), status, next, at: self.number }]
	}

	/// One transaction, by the rules of the deals pallet as far as the tests need them.
	fn apply(&mut self, order: &Order) -> Result<(), Error> {
		let refuse = |known: Known| Err(known.error());
		let Key { task_hash, .. } = self.key();
		let Phase::Open(state, replicas) = &mut self.phase else {
			return refuse(refusals::TASK_NOT_FOUND);
		};
		let named = match order {
			Order::Commit(items) => items[0].1,
			Order::Decline(_, named) => *named,
			_ => task_hash,
		};
		if named != task_hash {
			return refuse(refusals::TASK_MISMATCH);
		}
		let mine = replicas.iter_mut().find(|(candidate, _)| *candidate == 0);
		let Some((_, mine)) = mine else { return refuse(refusals::NOT_DRAWN) };
		match (order, &state, *mine) {
			(Order::Commit(items), TaskState::Running { until, .. }, ReplicaState::Drawn)
				if self.number < *until =>
			{
				*mine = ReplicaState::Sealed(items[0].2);
				let until = self.number + 10;
				*state = TaskState::Revealing { wave: 0, until };
			},
			(Order::Decline(..), TaskState::Running { .. }, ReplicaState::Drawn) => {
				*mine = ReplicaState::Declined;
			},
			(
				Order::Reveal(items),
				TaskState::Revealing { until: end, .. },
				ReplicaState::Sealed(seal),
			) if self.number < *end => {
				let (_, opening) = items[0];
				let digest = opening.outcome.digest(&task_hash);
				let identity = identity();
				let expected = assay_primitives::seal::seal_digest(
					&identity.genesis,
					&TASK,
					&identity.stash,
					&digest,
					&opening.salt,
				);
				if expected != seal.digest {
					return refuse(refusals::SEAL_MISMATCH);
				}
				if self.window == 0 {
					self.phase = Phase::Ended(ReplicaResult::Agreed);
					return Ok(());
				}
				let report = seal.report;
				*mine = ReplicaState::Revealed { outcome: opening.outcome, report };
				*state = TaskState::Agreed { digest, until: self.number + self.window };
			},
			(
				Order::OpenReport(_, lie, truth, salt),
				TaskState::Agreed { digest, until },
				ReplicaState::Revealed { report, .. },
			) if self.number < *until && lie == digest => {
				let Identity { genesis, stash } = identity();
				let claim = Report::Collusion(truth.digest(&task_hash));
				if seal_report(&genesis, &TASK, &stash, &claim, salt) != report {
					return refuse(refusals::SEAL_MISMATCH);
				}
				*state = TaskState::Disputed { case: 1 };
			},
			// Applies the deadline of sealing first.
			(Order::Reveal(_), TaskState::Running { wave, until }, ReplicaState::Sealed(_))
				if self.number >= *until =>
			{
				*state = TaskState::Revealing { wave: *wave, until: self.number + 10 };
				return self.apply(order);
			},
			(Order::Poke(_), TaskState::Running { until, .. }, ReplicaState::Drawn)
				if self.number >= *until =>
			{
				self.phase = Phase::Ended(ReplicaResult::Silent);
			},
			_ => return refuse(refusals::DEADLINE_PASSED),
		}
		Ok(())
	}
}

type Waiting = (Order, oneshot::Sender<Result<Included, Error>>);

#[derive(Default)]
struct Chain {
	states: HashMap<Hash, State>,
	blocks: Vec<BlockInfo>,
	finalized: usize,
	pool: Vec<Waiting>,
	/// Transactions that get lost.
	lose: usize,
	/// What comes of opening a report, if not what the chain's rules say.
	refusal: Option<fn() -> Error>,
	/// Nothing can be read.
	down: bool,
	/// The list of tasks can't be read.
	unlisted: bool,
	fork: u8,
	/// Everything that was ever sent.
	sent: Vec<Order>,
	/// How long each of them was to be waited for.
	waited: Vec<Duration>,
}

/// The made-up chain. Clones are one.
#[derive(Clone)]
struct Fake {
	chain: Arc<Mutex<Chain>>,
	heads: Arc<watch::Sender<Heads>>,
}

impl Fake {
	fn new(phase: Phase) -> Self {
		let fake =
			Self { chain: Arc::default(), heads: Arc::new(watch::channel(Heads::default()).0) };
		let state = State { number: 10, phase, gas: spec().limits.gas, window: 0 };
		fake.push(state, Hash::zero());
		fake.tell();
		fake
	}

	/// The same, where what is agreed on may be questioned.
	fn with_window(phase: Phase, window: BlockNumber) -> Self {
		let fake = Self::new(phase);
		let first = fake.lock().blocks[0].hash;
		fake.lock().states.get_mut(&first).expect("the first block").window = window;
		fake
	}

	fn lock(&self) -> MutexGuard<'_, Chain> {
		self.chain.lock().expect("no test panicked")
	}

	fn push(&self, state: State, parent: Hash) -> BlockInfo {
		let mut chain = self.lock();
		let hash = blake2(&[&state.number.to_le_bytes()[..], &[chain.fork]].concat());
		let block = BlockInfo { number: state.number, hash, parent };
		chain.states.insert(hash, state);
		chain.blocks.push(block);
		block
	}

	fn tell(&self) {
		let chain = self.lock();
		let (best, finalized) = (chain.blocks.last().copied(), chain.blocks.get(chain.finalized));
		let (best, finalized) = (best, finalized.copied());
		drop(chain);
		self.heads.send_replace(Heads { best, finalized, outage: None });
	}

	fn state(&self) -> State {
		let chain = self.lock();
		let best = chain.blocks.last().expect("there is a first block");
		chain.states[&best.hash].clone()
	}

	/// A block with all transactions that are waiting; `change` is what others do in it.
	fn block(&self, change: impl FnOnce(&mut Phase)) {
		let mut state = self.state();
		state.number += 1;
		let (pool, parent) = {
			let mut chain = self.lock();
			let parent = chain.blocks.last().expect("there is a first block").hash;
			(std::mem::take(&mut chain.pool), parent)
		};
		let mut answers = Vec::new();
		for (order, answer) in pool {
			if self.lock().lose > 0 {
				self.lock().lose -= 1;
				let hash = Hash::zero();
				answers.push((answer, Err(Error::Dropped { hash, reason: "lost".into() })));
				continue;
			}
			let refusal = self.lock().refusal.filter(|_| matches!(order, Order::OpenReport(..)));
			let done = refusal.map_or_else(|| state.apply(&order), |refusal| Err(refusal()));
			answers.push((answer, done));
		}
		change(&mut state.phase);
		let block = self.push(state, parent);
		for (answer, done) in answers {
			let _ = answer.send(done.map(|()| Included { block, failed: vec![] }));
		}
		self.tell();
	}

	fn finalize(&self) {
		let mut chain = self.lock();
		chain.finalized = chain.blocks.len() - 1;
		drop(chain);
		self.tell();
	}

	/// Takes the last `count` blocks back; the next ones are on another fork.
	fn fork(&self, count: usize) {
		let mut chain = self.lock();
		let left = chain.blocks.len() - count;
		assert!(left > chain.finalized, "what is final stays");
		chain.blocks.truncate(left);
		chain.fork += 1;
	}

	/// Takes all blocks back but the first, after which the task's number is that of another one, or of
	/// the first again.
	fn fork_to(&self, gas: u64) {
		let undone = self.lock().blocks.len() - 1;
		self.fork(undone);
		let mut chain = self.lock();
		let first = chain.blocks[0].hash;
		let state = chain.states.get_mut(&first).expect("the first block");
		(state.gas, state.phase) = (gas, running());
	}

	/// Makes blocks, none of them final, until the task is sealed.
	async fn until_sealed(&self) {
		for _ in 0..40 {
			sleep(Duration::from_millis(15)).await;
			self.block(|_| {});
			if is_sealed(&self.state().phase) {
				return;
			}
		}
		panic!("never sealed");
	}

	/// The seal of the only replica.
	fn sealed(&self) -> Seal {
		match self.state().phase {
			Phase::Open(_, replicas) => match replicas[0].1 {
				ReplicaState::Sealed(seal) => seal,
				other => panic!("{other:?}"),
			},
			_ => panic!("the task is not open"),
		}
	}

	fn commits(&self) -> Vec<Seal> {
		let chain = self.lock();
		let seal = |order: &Order| match order {
			Order::Commit(items) => Some(items[0].2),
			_ => None,
		};
		chain.sent.iter().filter_map(seal).collect()
	}

	fn count(&self, kind: plan::Call) -> usize {
		self.lock().sent.iter().filter(|order| order.kind() == kind).count()
	}

	/// Makes blocks, all final, until the task is as wanted.
	async fn until(&self, what: &str, wanted: impl Fn(&Phase) -> bool) {
		for _ in 0..40 {
			if wanted(&self.state().phase) {
				return;
			}
			sleep(Duration::from_millis(15)).await;
			self.block(|_| {});
			self.finalize();
		}
		panic!("never {what}");
	}
}

impl Ledger for Fake {
	async fn tasks(&self, block: BlockInfo, _: Option<BlockInfo>) -> Result<Vec<TaskView>, Error> {
		let chain = self.lock();
		if chain.down || chain.unlisted {
			return Err(Error::Unreachable { tried: vec![] });
		}
		let views = chain.states[&block.hash].views();
		Ok(views.into_iter().filter(|view| matches!(view.status, TaskStatus::Open(_))).collect())
	}

	async fn lookup(
		&self,
		block: BlockInfo,
		tasks: Vec<TaskId>,
	) -> Result<Vec<Option<TaskView>>, Error> {
		let chain = self.lock();
		if chain.down {
			return Err(Error::Unreachable { tried: vec![] });
		}
		let views = chain.states[&block.hash].views();
		let find = |task: TaskId| views.iter().find(|view| view.id == task).cloned();
		Ok(tasks.into_iter().map(find).collect())
	}

	async fn account(&self, _: BlockInfo) -> Result<Account, Error> {
		Err(Error::Unreachable { tried: vec![] })
	}

	async fn send(&self, order: Order, within: Duration) -> Result<Included, Error> {
		let (answer, answered) = oneshot::channel();
		{
			let mut chain = self.lock();
			chain.sent.push(order.clone());
			chain.waited.push(within);
			chain.pool.push((order, answer));
		}
		answered.await.unwrap_or(Err(Error::Unreachable { tried: vec![] }))
	}

	async fn node(&self) -> Option<String> {
		None
	}
}

/// What the made-up executor does.
#[derive(Default)]
struct Script {
	missing: bool,
	/// Sources don't answer.
	stuck: bool,
	/// What comes is larger than the configuration admits.
	refuses: bool,
	disk_full: bool,
	/// Milliseconds that a job takes.
	takes: u64,
	runs: usize,
	cancelled: usize,
}

#[derive(Clone)]
struct Workshop {
	script: Arc<Mutex<Script>>,
	outputs: Outputs,
	store: TaskStore,
	misbehave: Option<Misbehave>,
	/// The process is gone, and its jobs with it.
	dead: Arc<AtomicBool>,
}

impl Executor for Workshop {
	async fn fetch(&self, _: TaskView) -> Result<Fetched, FetchFailure> {
		let script = || self.script.lock().expect("no test panicked");
		while script().stuck {
			sleep(Duration::from_millis(5)).await;
		}
		if script().refuses {
			let large = assay_primitives::content::ContentRef { hash: Hash::zero(), size: 2 };
			let refused = plan::refused_input(&large, 1);
			return Ok(Fetched { bytes: 1, complete: true, refused, ..Fetched::default() });
		}
		match self.script.lock().expect("no test panicked").missing {
			true => Err(FetchFailure { reason: "nobody has it".into(), local: false }),
			false => Ok(Fetched { bytes: 1, complete: true, ..Fetched::default() }),
		}
	}

	async fn prepare(&self, _: TaskView) {}

	async fn run(&self, key: Key, view: TaskView, cancel: Cancel) -> Result<Ran, RunFailure> {
		let (takes, disk_full) = {
			let mut script = self.script.lock().expect("no test panicked");
			script.runs += 1;
			(script.takes, script.disk_full)
		};
		for _ in 0..takes {
			if self.dead.load(Ordering::Relaxed) {
				return Err(RunFailure::Runner(assay_runner::RunError::Cancelled));
			}
			if cancel.is_cancelled() {
				self.script.lock().expect("no test panicked").cancelled += 1;
				return Err(RunFailure::Runner(assay_runner::RunError::Cancelled));
			}
			sleep(Duration::from_millis(1)).await;
		}
		if disk_full {
			return Err(RunFailure::Disk(anyhow::anyhow!("no space is left")));
		}
		self.outputs.prepare(&key).expect("creates");
		let finished = Finished {
			outcome: outcome(view.deal.request.task.limits.gas),
			manifest: Manifest::default(),
			refusal: None,
			stats: Default::default(),
		};
		seal(&key, finished, &self.outputs, &self.store, self.misbehave)
	}
}

/// A daemon that runs, and everything around it.
struct Running {
	handle: JoinHandle<Result<()>>,
	stop: mpsc::Sender<()>,
	status: StatusReader,
	store: TaskStore,
	metrics: Metrics,
	outputs: Outputs,
	dead: Arc<AtomicBool>,
}

struct Place {
	/// More of the configuration.
	config: &'static str,
	misbehave: Option<Misbehave>,
	dir: tempfile::TempDir,
	script: Arc<Mutex<Script>>,
}

impl Place {
	fn new() -> Self {
		Self {
			config: "",
			misbehave: None,
			dir: tempfile::tempdir().expect("temporary directory"),
			script: Arc::default(),
		}
	}

	fn script(&self) -> MutexGuard<'_, Script> {
		self.script.lock().expect("no test panicked")
	}

	fn start(&self, fake: &Fake) -> Running {
		let base = self.dir.path();
		let global = Global { base_path: Some(base.into()), ..Default::default() };
		let text = "[capacity]\nmax_gas = 10000000\nslots = 2\n[store]\nmin_free_bytes = 0";
		let file = crate::config::parse_file(&format!("{text}\n{}", self.config)).expect("valid");
		let settings = Settings::merge(&global, &RunArgs::default(), file).expect("valid");
		let store = TaskStore::open(base, identity()).expect("opens");
		let sealed: Vec<Key> =
			store.all().expect("reads").into_iter().map(|(key, _)| key).collect();
		let outputs = Outputs::open(base, &sealed).expect("opens");
		let content = base.join("content");
		let content = assay_client::Store::open(content, Default::default()).expect("opens");
		let (writer, status) = StatusWriter::new();
		let metrics = Metrics::new().expect("metrics");
		let dead = Arc::new(AtomicBool::new(false));
		let executor = Workshop {
			script: self.script.clone(),
			outputs: outputs.clone(),
			store: store.clone(),
			misbehave: self.misbehave,
			dead: dead.clone(),
		};
		let parts = Parts {
			ledger: fake.clone(),
			executor,
			settings: Arc::new(settings),
			store: store.clone(),
			outputs: outputs.clone(),
			content,
			inbox: crate::private::Inbox::open(base, identity().genesis, vec![identity().stash])
				.expect("opens"),
			metrics: metrics.clone(),
			status: writer,
			misbehave: self.misbehave,
			operator: account(1),
		};
		let daemon = Daemon::new(parts).expect("starts");
		let (stop, signals) = mpsc::channel(4);
		let mut heads = fake.heads.subscribe();
		heads.mark_changed();
		let handle = tokio::spawn(daemon.run(heads, Signals::new(signals)));
		Running { handle, stop, status, store, metrics, outputs, dead }
	}
}

impl Running {
	/// As `kill -9` would, as far as one process can.
	async fn kill(self) {
		self.dead.store(true, Ordering::Relaxed);
		self.handle.abort();
		let _ = self.handle.await;
		drop(self.store);
		// Jobs of the made-up executor hold the store until they notice.
		sleep(Duration::from_millis(30)).await;
	}

	async fn wait(&mut self, what: &str, wanted: impl Fn(&crate::status::Status) -> bool) {
		let waited = timeout(PATIENCE, self.status.wait_for(|status| wanted(status)));
		if waited.await.is_err() {
			panic!("never {what}: {:?}", *self.status.borrow());
		}
	}
}

fn running() -> Phase {
	let state = TaskState::Running { wave: 0, until: 60 };
	Phase::Open(state, vec![(0, ReplicaState::Drawn), (1, ReplicaState::Drawn)])
}

fn is_ended(phase: &Phase) -> bool {
	matches!(phase, Phase::Ended(ReplicaResult::Agreed))
}

fn is_sealed(phase: &Phase) -> bool {
	matches!(phase, Phase::Open(TaskState::Revealing { .. }, _))
}

#[tokio::test]
async fn task_should_be_run_sealed_revealed_and_closed() {
	let (place, fake) = (Place::new(), Fake::new(Phase::Open(waiting(), vec![])));
	let daemon = place.start(&fake);
	fake.block(|_| {});
	fake.block(|phase| *phase = running());
	fake.until("settled", is_ended).await;
	sleep(Duration::from_millis(30)).await;
	assert_eq!((fake.count(plan::Call::Commit), fake.count(plan::Call::Reveal)), (1, 1));
	assert_eq!(place.script().runs, 1);
	let record = daemon.store.sealed(&key()).expect("reads").expect("is there");
	let note = record.ended.expect("the end is noted");
	assert!(note.prune_at > 20, "ten blocks after the end");
	let text = daemon.metrics.render().expect("renders");
	for line in [
		"assay_worker_jobs_total{result=\"exited\"} 1",
		"assay_worker_replicas_total{result=\"agreed\"} 1",
		"assay_worker_transactions_total{call=\"commit\"} 1",
		"assay_worker_transactions_total{call=\"reveal\"} 1",
		"assay_worker_commit_margin_blocks_count 1",
		"assay_worker_reveal_margin_blocks_count 1",
	] {
		assert!(text.contains(line), "no {line} in {text}");
	}
	daemon.kill().await;
}

#[tokio::test]
async fn outcome_should_be_told_and_served_only_when_it_is_public_for_good() {
	let (place, fake) = (Place::new(), Fake::new(running()));
	let daemon = place.start(&fake);
	let public = || daemon.outputs.public_run(TASK).is_some();
	let told = || {
		let text = daemon.metrics.render().expect("renders");
		["jobs_total{result=\"exited\"} 1", "gas_total 1000000", "job_seconds_count 1"]
			.map(|line| text.contains(&format!("assay_worker_{line}\n")))
	};
	let mut blocks = 0;
	while !is_ended(&fake.state().phase) {
		sleep(Duration::from_millis(15)).await;
		assert!(!public() && told() == [false; 3], "at block {}", fake.state().number);
		fake.block(|_| {});
		if !is_ended(&fake.state().phase) {
			fake.finalize();
		}
		blocks += 1;
		assert!(blocks < 40, "never settled");
	}
	assert_eq!(place.script().runs, 1);
	sleep(Duration::from_millis(30)).await;
	assert!(!public() && told() == [false; 3], "the end is not final");
	fake.finalize();
	sleep(Duration::from_millis(30)).await;
	assert!(public());
	assert_eq!(told(), [true; 3]);
	daemon.kill().await;
	let again = place.start(&fake);
	assert!(again.outputs.public_run(TASK).is_some(), "also after a restart");
	again.kill().await;
}

#[tokio::test]
async fn refused_task_should_be_declined_at_once_when_drawn() {
	let (mut place, fake) = (Place::new(), Fake::new(running()));
	place.config = "[limits]\nmax_module_bytes = 1";
	let daemon = place.start(&fake);
	sleep(Duration::from_millis(30)).await;
	fake.block(|_| {});
	sleep(Duration::from_millis(30)).await;
	fake.block(|_| {});
	assert_eq!(fake.count(plan::Call::Decline), 1);
	assert_eq!(place.script().runs, 0);
	let text = daemon.metrics.render().expect("renders");
	assert!(text.contains("assay_worker_declined_total{reason=\"module_size\"} 1"), "{text}");
	daemon.kill().await;
}

/// Runs the daemon block by block until the task is where it should come to, and kills and restarts it
/// before one of the blocks. Gives the daemon that runs at the end.
async fn killed_once(
	place: &Place,
	fake: &Fake,
	kill_at: usize,
	done: impl Fn(&Phase) -> bool,
) -> Running {
	place.script().takes = 25;
	let mut daemon = place.start(fake);
	let mut blocks = 0;
	while !done(&fake.state().phase) {
		sleep(Duration::from_millis(15)).await;
		if blocks == kill_at {
			daemon.kill().await;
			daemon = place.start(fake);
		}
		fake.block(|_| {});
		fake.finalize();
		blocks += 1;
		assert!(blocks < 60, "killed at {kill_at}, never there");
	}
	daemon
}

#[tokio::test]
async fn nothing_should_be_lost_or_doubled_when_it_is_killed_at_any_block() {
	for kill_at in 0..8 {
		let (place, fake) = (Place::new(), Fake::new(running()));
		let daemon = killed_once(&place, &fake, kill_at, is_ended).await;
		let commits = fake.commits();
		assert!(commits.iter().all(|seal| *seal == commits[0]), "killed at {kill_at}");
		daemon.kill().await;
	}
}

#[tokio::test]
async fn same_seal_should_be_sent_again_when_a_reorganisation_took_it_back() {
	let (place, fake) = (Place::new(), Fake::new(running()));
	let daemon = place.start(&fake);
	sleep(Duration::from_millis(50)).await;
	fake.block(|_| {});
	for _ in 0..20 {
		if is_sealed(&fake.state().phase) {
			break;
		}
		sleep(Duration::from_millis(15)).await;
		fake.block(|_| {});
	}
	assert!(is_sealed(&fake.state().phase));
	sleep(Duration::from_millis(30)).await;
	assert_eq!(fake.count(plan::Call::Reveal), 0, "nothing is final");
	let undone = fake.lock().blocks.len() - 1;
	fake.fork(undone);
	fake.until("settled", is_ended).await;
	let commits = fake.commits();
	assert!(commits.len() >= 2, "{commits:?}");
	assert!(commits.iter().all(|seal| *seal == commits[0]));
	assert_eq!(place.script().runs, 1, "the run stands");
	daemon.kill().await;
}

#[tokio::test]
async fn outcome_should_be_another_when_a_fork_gives_the_number_to_another_deal() {
	let (place, fake) = (Place::new(), Fake::new(Phase::Nothing));
	let daemon = place.start(&fake);
	fake.block(|phase| *phase = running());
	for _ in 0..20 {
		sleep(Duration::from_millis(15)).await;
		fake.block(|_| {});
		if is_sealed(&fake.state().phase) {
			break;
		}
	}
	let first = fake.commits();
	let undone = fake.lock().blocks.len() - 1;
	fake.fork(undone);
	{
		let mut chain = fake.lock();
		let best = chain.blocks[0].hash;
		chain.states.get_mut(&best).expect("the first block").gas += 1;
	}
	fake.block(|phase| *phase = running());
	for _ in 0..20 {
		sleep(Duration::from_millis(15)).await;
		fake.block(|_| {});
		if is_sealed(&fake.state().phase) {
			break;
		}
	}
	let commits = fake.commits();
	assert!(commits.len() > first.len(), "the other deal is worked on");
	assert_ne!(commits.last(), first.last(), "seals are bound to what was run");
	assert_eq!(place.script().runs, 2);
	assert_eq!(daemon.store.all().expect("reads").len(), 2);
	daemon.kill().await;
}

/// What was signed for a task never counts for the one that has its number by the time.
#[tokio::test]
async fn seal_on_its_way_should_be_refused_when_the_number_is_another_tasks_by_then() {
	let (place, fake) = (Place::new(), Fake::new(Phase::Nothing));
	let daemon = place.start(&fake);
	fake.block(|phase| *phase = running());
	for _ in 0..100 {
		if !fake.lock().pool.is_empty() {
			break;
		}
		sleep(Duration::from_millis(15)).await;
	}
	assert_eq!(fake.lock().pool.len(), 1, "the seal waits for a block");
	let before = fake.state().key();
	fake.fork_to(fake.state().gas + 1);
	fake.block(|_| {});
	assert!(!is_sealed(&fake.state().phase), "it is refused");
	fake.until_sealed().await;
	let now = fake.state().key();
	let seal_of = |key: &Key| {
		let record = daemon.store.sealed(key).expect("reads").expect("both runs are kept");
		record.seal(&identity(), key)
	};
	assert_eq!(fake.sealed(), seal_of(&now), "the number's task was run by itself");
	assert_ne!(seal_of(&before), seal_of(&now));
	assert_eq!(place.script().runs, 2);
	for order in &fake.lock().sent {
		let Order::Commit(items) = order else { continue };
		let (task, task_hash, seal) = items[0];
		assert_eq!(seal, seal_of(&Key { task, task_hash }), "each names the task that was run");
	}
	daemon.kill().await;
}

/// For however long the other fork was the best, and also if the daemon was started anew on it.
#[tokio::test]
async fn first_run_should_be_sealed_again_when_the_chain_turns_back() {
	for restarts in [false, true] {
		let (place, fake) = (Place::new(), Fake::new(running()));
		let mut daemon = place.start(&fake);
		let gas = fake.state().gas;
		fake.until_sealed().await;
		let first = fake.sealed();
		fake.fork_to(gas + 1);
		fake.until_sealed().await;
		assert_ne!(fake.sealed(), first);
		// Longer than a task is remembered that is on neither chain.
		for _ in 0..15 {
			sleep(Duration::from_millis(15)).await;
			fake.block(|_| {});
		}
		if restarts {
			daemon.kill().await;
			daemon = place.start(&fake);
		}
		fake.fork_to(gas);
		fake.until_sealed().await;
		assert_eq!(fake.sealed(), first, "restarted: {restarts}");
		assert_eq!(place.script().runs, 2, "no task was run twice");
		let text = daemon.metrics.render().expect("renders");
		assert!(!text.contains("foreign_seal\"} 1"), "{text}");
		daemon.kill().await;
	}
}

#[tokio::test]
async fn transactions_should_be_sent_again_when_they_get_lost() {
	let (place, fake) = (Place::new(), Fake::new(running()));
	fake.lock().lose = 2;
	let daemon = place.start(&fake);
	fake.until("settled", is_ended).await;
	assert_eq!(fake.count(plan::Call::Commit), 3);
	assert!(fake.lock().waited.iter().all(|within| *within <= Duration::from_secs(9)));
	let commits = fake.commits();
	assert!(commits.iter().all(|seal| *seal == commits[0]));
	let text = daemon.metrics.render().expect("renders");
	assert!(text.contains("assay_worker_transaction_failures_total{reason=\"E-0203\"} 2"));
	daemon.kill().await;
}

#[tokio::test]
async fn foreign_seal_should_be_told_and_not_revealed() {
	let (place, fake) = (Place::new(), Fake::new(running()));
	let seal = record().seal(&identity(), &key());
	let mut daemon = place.start(&fake);
	fake.block(|phase| {
		let state = TaskState::Revealing { wave: 0, until: 70 };
		*phase = Phase::Open(state, vec![(0, ReplicaState::Sealed(seal))]);
	});
	fake.finalize();
	daemon.wait("degraded", |status| status.state == Health::Degraded).await;
	assert!(daemon.status.borrow().problems[0].contains("did not make"));
	for _ in 0..5 {
		fake.block(|_| {});
		fake.finalize();
		sleep(Duration::from_millis(15)).await;
	}
	assert_eq!(fake.count(plan::Call::Reveal), 0);
	let text = daemon.metrics.render().expect("renders");
	assert!(text.contains("assay_worker_faults_total{kind=\"foreign_seal\"} 1"));
	daemon.kill().await;
}

#[tokio::test]
async fn nothing_should_be_lost_when_the_node_goes_away() {
	let (place, fake) = (Place::new(), Fake::new(running()));
	fake.lock().down = true;
	let mut daemon = place.start(&fake);
	daemon.wait("told", |status| !status.problems.is_empty()).await;
	fake.block(|_| {});
	sleep(Duration::from_millis(30)).await;
	assert_eq!(place.script().runs, 0);
	fake.lock().down = false;
	fake.until("settled", is_ended).await;
	daemon.wait("well", |status| status.state == Health::Ok).await;
	daemon.kill().await;
}

/// Makes blocks, all final, and gives the daemon time for each.
async fn blocks(fake: &Fake, count: usize) {
	for _ in 0..count {
		fake.block(|_| {});
		fake.finalize();
		sleep(Duration::from_millis(15)).await;
	}
}

/// Has the daemon seal while another replica has not, and its seal become final: the wave ends at
/// block 60.
async fn sealed_alone(fake: &Fake) {
	fake.until("sealed", is_sealed).await;
	fake.block(|phase| {
		let Phase::Open(state, _) = phase else { panic!("it is open") };
		*state = TaskState::Running { wave: 0, until: 60 };
	});
	fake.finalize();
	sleep(Duration::from_millis(60)).await;
}

#[tokio::test]
async fn seal_should_be_revealed_when_the_list_of_tasks_can_not_be_read() {
	let (place, fake) = (Place::new(), Fake::new(running()));
	let mut daemon = place.start(&fake);
	fake.until("sealed", is_sealed).await;
	fake.lock().unlisted = true;
	fake.until("settled", is_ended).await;
	assert_eq!(fake.count(plan::Call::Reveal), 1);
	let told = |status: &crate::status::Status| {
		status.problems.iter().any(|it| it.contains("only known ones are looked after"))
	};
	blocks(&fake, 1).await;
	daemon.wait("told", told).await;
	fake.lock().unlisted = false;
	blocks(&fake, 1).await;
	daemon.wait("well", |status| status.state == Health::Ok).await;
	daemon.kill().await;
}

#[tokio::test]
async fn seal_should_be_revealed_by_the_store_alone_when_nothing_can_be_read() {
	for restarted in [false, true] {
		let (place, fake) = (Place::new(), Fake::new(running()));
		let mut daemon = place.start(&fake);
		sealed_alone(&fake).await;
		fake.lock().down = true;
		if restarted {
			daemon.kill().await;
			daemon = place.start(&fake);
		}
		while fake.state().number < 58 {
			assert_eq!(fake.count(plan::Call::Reveal), 0, "somebody may still seal");
			blocks(&fake, 1).await;
		}
		blocks(&fake, 6).await;
		assert!(is_ended(&fake.state().phase), "restarted: {restarted}");
		assert!(fake.state().number < 70, "in time");
		assert_eq!(fake.count(plan::Call::Decline), 0);
		daemon.kill().await;
	}
}

/// Finality decides, and not the number of the best block.
#[tokio::test]
async fn nothing_should_be_revealed_by_the_store_when_the_end_of_sealing_is_not_final() {
	let (place, fake) = (Place::new(), Fake::new(running()));
	let daemon = place.start(&fake);
	sealed_alone(&fake).await;
	fake.lock().down = true;
	for _ in 0..50 {
		fake.block(|_| {});
		sleep(Duration::from_millis(5)).await;
	}
	sleep(Duration::from_millis(60)).await;
	assert_eq!(fake.count(plan::Call::Reveal), 0);
	daemon.kill().await;
}

/// What is found out while the chain can't be read is no reason to give up what it shows no more.
#[tokio::test]
async fn nothing_should_be_declined_when_nothing_can_be_read() {
	let (place, fake) = (Place::new(), Fake::new(running()));
	place.script().stuck = true;
	place.script().refuses = true;
	let daemon = place.start(&fake);
	blocks(&fake, 2).await;
	fake.lock().down = true;
	blocks(&fake, 2).await;
	place.script().stuck = false;
	blocks(&fake, 4).await;
	assert_eq!(fake.count(plan::Call::Decline), 0);
	fake.lock().down = false;
	blocks(&fake, 4).await;
	assert_eq!(fake.count(plan::Call::Decline), 1, "it was found out");
	daemon.kill().await;
}

#[tokio::test]
async fn content_should_be_declined_when_nobody_has_it() {
	let (place, fake) = (Place::new(), Fake::new(running()));
	place.script().missing = true;
	let daemon = place.start(&fake);
	for _ in 0..46 {
		sleep(Duration::from_millis(10)).await;
		assert_eq!(fake.count(plan::Call::Decline), 0, "at {}", fake.state().number);
		fake.block(|_| {});
	}
	for _ in 0..3 {
		sleep(Duration::from_millis(20)).await;
		fake.block(|_| {});
	}
	assert_eq!(fake.count(plan::Call::Decline), 1);
	assert_eq!((fake.count(plan::Call::Commit), place.script().runs), (0, 0));
	daemon.kill().await;
}

#[tokio::test]
async fn fetch_should_end_when_no_blocks_are_left_for_it() {
	let state = TaskState::Running { wave: 0, until: 13 };
	let phase = Phase::Open(state, vec![(0, ReplicaState::Drawn)]);
	let (mut place, fake) = (Place::new(), Fake::new(phase));
	place.config = "[tasks]\ndecline_margin_blocks = 1";
	place.script().stuck = true;
	let daemon = place.start(&fake);
	// Two blocks are left after block 10, so six seconds.
	let given_up = || {
		let text = daemon.metrics.render().expect("renders");
		text.contains("assay_worker_fetches_total{result=\"unavailable\"} 1")
	};
	sleep(Duration::from_secs(5)).await;
	assert!(!given_up());
	sleep(Duration::from_millis(1_500)).await;
	assert!(given_up());
	daemon.kill().await;
}

#[tokio::test]
async fn no_outcome_should_be_sealed_when_the_disk_is_full() {
	let (place, fake) = (Place::new(), Fake::new(running()));
	place.script().disk_full = true;
	let mut daemon = place.start(&fake);
	daemon.wait("told", |status| status.problems.iter().any(|it| it.contains("no space"))).await;
	fake.block(|_| {});
	sleep(Duration::from_millis(30)).await;
	assert_eq!(fake.count(plan::Call::Commit), 0);
	assert_eq!(daemon.store.all().expect("reads").len(), 0);
	// The next look at the disk, which is fine in truth, clears the problem.
	place.script().disk_full = false;
	daemon.wait("well", |status| status.state == Health::Ok).await;
	fake.until("settled", is_ended).await;
	daemon.kill().await;
}

#[tokio::test]
async fn job_should_be_stopped_and_declined_when_its_time_is_over() {
	let (place, fake) = (Place::new(), Fake::new(running()));
	place.script().takes = 100_000;
	let daemon = place.start(&fake);
	for _ in 0..52 {
		sleep(Duration::from_millis(10)).await;
		fake.block(|_| {});
	}
	sleep(Duration::from_millis(50)).await;
	assert_eq!(place.script().cancelled, 1);
	assert_eq!(fake.count(plan::Call::Commit), 0);
	assert_eq!(fake.count(plan::Call::Decline), 1);
	let declined = match fake.state().phase {
		Phase::Open(_, replicas) => replicas[0].1 == ReplicaState::Declined,
		_ => false,
	};
	assert!(declined, "in time");
	daemon.kill().await;
}

#[tokio::test]
async fn drain_should_finish_the_job_and_reveal_before_it_ends() {
	let (place, fake) = (Place::new(), Fake::new(running()));
	place.script().takes = 60;
	let mut daemon = place.start(&fake);
	daemon.wait("running", |status| status.jobs.running == 1).await;
	daemon.stop.send(()).await.expect("it listens");
	daemon.wait("draining", |status| status.state == Health::Draining).await;
	fake.until("settled", is_ended).await;
	fake.block(|_| {});
	fake.finalize();
	let ended = timeout(PATIENCE, daemon.handle).await.expect("it ends");
	ended.expect("no panic").expect("no error");
}

#[tokio::test]
async fn second_signal_should_stop_at_once() {
	let (place, fake) = (Place::new(), Fake::new(running()));
	place.script().takes = 100_000;
	let mut daemon = place.start(&fake);
	daemon.wait("running", |status| status.jobs.running == 1).await;
	daemon.stop.send(()).await.expect("it listens");
	daemon.stop.send(()).await.expect("it listens");
	let ended = timeout(PATIENCE, daemon.handle).await.expect("it ends");
	ended.expect("no panic").expect("no error");
	assert_eq!(place.script().cancelled, 1, "the job does not outlive the daemon");
	assert_eq!(fake.count(plan::Call::Commit), 0);
}

fn is_agreed(phase: &Phase) -> bool {
	matches!(phase, Phase::Open(TaskState::Agreed { .. }, _))
}

fn is_disputed(phase: &Phase) -> bool {
	matches!(phase, Phase::Open(TaskState::Disputed { .. }, _))
}

/// A place whose daemon lies with the others and reports it.
fn betrayer() -> Place {
	Place { misbehave: Some(Misbehave::Betray), ..Place::new() }
}

#[tokio::test]
async fn report_should_be_opened_once_when_the_lie_is_agreed_on() {
	let (place, fake) = (betrayer(), Fake::with_window(running(), 20));
	let daemon = place.start(&fake);
	fake.until("in a case", is_disputed).await;
	for _ in 0..5 {
		fake.block(|_| {});
		fake.finalize();
		sleep(Duration::from_millis(15)).await;
	}
	assert_eq!(fake.count(plan::Call::OpenReport), 1);
	let record = daemon.store.sealed(&key()).expect("reads").expect("is there");
	let truth = record.report.expect("it holds one");
	assert_eq!(record.outcome, executor::forge(truth, None));
	let listed = reports::read(place.dir.path()).expect("reads");
	assert_eq!(listed, [(key(), record)], "for the command, while the store is in use");
	daemon.kill().await;
}

#[tokio::test]
async fn report_should_be_opened_when_the_daemon_is_killed_at_any_block() {
	for kill_at in 0..9 {
		let (place, fake) = (betrayer(), Fake::with_window(running(), 20));
		let daemon = killed_once(&place, &fake, kill_at, is_disputed).await;
		let sent = fake.lock().sent.clone();
		let opened: Vec<&Order> =
			sent.iter().filter(|order| order.kind() == plan::Call::OpenReport).collect();
		assert!(opened.iter().all(|order| *order == opened[0]), "killed at {kill_at}");
		daemon.kill().await;
	}
}

#[tokio::test]
async fn report_should_be_opened_after_a_restart_when_the_lie_was_agreed_on_in_between() {
	let (place, fake) = (betrayer(), Fake::with_window(running(), 20));
	fake.lock().refusal = Some(|| Error::Dropped { hash: Hash::zero(), reason: "lost".into() });
	let daemon = place.start(&fake);
	fake.until("agreed", is_agreed).await;
	daemon.kill().await;
	let before = fake.count(plan::Call::OpenReport);
	for _ in 0..3 {
		fake.block(|_| {});
		fake.finalize();
	}
	fake.lock().refusal = None;
	let daemon = place.start(&fake);
	fake.until("in a case", is_disputed).await;
	assert_eq!(fake.count(plan::Call::OpenReport), before + 1);
	assert_eq!(place.script().runs, 1);
	daemon.kill().await;
}

#[tokio::test]
async fn report_should_not_be_sent_again_when_the_chain_refuses_it_for_good() {
	let (place, fake) = (betrayer(), Fake::with_window(running(), 20));
	fake.lock().refusal = Some(|| refusals::SEAL_MISMATCH.error());
	let daemon = place.start(&fake);
	fake.until("agreed", is_agreed).await;
	for _ in 0..18 {
		sleep(Duration::from_millis(15)).await;
		fake.block(|_| {});
		fake.finalize();
	}
	assert_eq!(fake.count(plan::Call::OpenReport), 1);
	daemon.kill().await;
}

#[tokio::test]
async fn report_should_be_tried_again_and_told_to_nobody_when_the_case_can_not_be_paid() {
	let (place, fake) = (betrayer(), Fake::with_window(running(), 20));
	fake.lock().refusal =
		Some(|| Error::InsufficientBalance { account: account(1), free: 1, needed: 5 });
	let daemon = place.start(&fake);
	fake.until("agreed", is_agreed).await;
	for _ in 0..6 {
		sleep(Duration::from_millis(15)).await;
		fake.block(|_| {});
		fake.finalize();
		let status = daemon.status.borrow().clone();
		assert!(status.problems.is_empty(), "{:?}", status.problems);
		assert!(!status.tasks.contains_key("open_report"), "{:?}", status.tasks);
	}
	assert!(fake.count(plan::Call::OpenReport) > 1);
	assert!(is_agreed(&fake.state().phase));
	fake.lock().refusal = None;
	fake.until("in a case", is_disputed).await;
	daemon.kill().await;
}

#[tokio::test]
async fn drain_should_wait_for_a_report_that_is_due() {
	let (place, fake) = (betrayer(), Fake::with_window(running(), 20));
	fake.lock().refusal = Some(|| Error::Dropped { hash: Hash::zero(), reason: "lost".into() });
	let mut daemon = place.start(&fake);
	fake.until("agreed", is_agreed).await;
	sleep(Duration::from_millis(30)).await;
	daemon.stop.send(()).await.expect("it listens");
	daemon.wait("draining", |status| status.state == Health::Draining).await;
	fake.block(|_| {});
	assert!(!daemon.handle.is_finished());
	fake.lock().refusal = None;
	fake.until("in a case", is_disputed).await;
	fake.block(|_| {});
	let ended = timeout(PATIENCE, daemon.handle).await.expect("it ends");
	ended.expect("no panic").expect("no error");
}

#[test]
fn forged_outcome_should_differ_by_liar_and_still_fit() {
	let honest = outcome(7);
	let say = |who, how| executor::said(honest, &account(who), how);
	let (one, two) = (say(1, Some(Misbehave::Lie)), say(2, Some(Misbehave::Lie)));
	assert!(one != honest && one != two);
	assert!(one.fits(&spec()) && two.fits(&spec()));
	assert_eq!(one, say(1, Some(Misbehave::Lie)), "a liar stands by its lie");
	let (one, two) = (say(1, Some(Misbehave::Collude)), say(2, Some(Misbehave::Collude)));
	assert!(one == two && one != honest && one.fits(&spec()), "who colludes says the same");
	assert_eq!(say(3, Some(Misbehave::Betray)), one, "also who betrays the others");
	assert_eq!(say(1, Some(Misbehave::Withhold)), honest);
	assert_eq!(say(1, None), honest);
}

#[test]
fn expected_task_should_be_closed_when_the_chain_forgot_it() {
	let mut board = Board::default();
	board.expect(key());
	let block = |number| BlockInfo { number, hash: Hash::zero(), parent: Hash::zero() };
	board.best(block(5), vec![]);
	assert!(board.sweep(14).is_empty(), "a re-organisation may bring it back");
	board.best(block(14), vec![]);
	assert_eq!(board.sweep(15), vec![key()]);
	let open = view(20, waiting(), &[], NextStep::Randomness);
	board.best(block(20), vec![open.clone()]);
	assert!(board::missing(&board.known(), &[open]).is_empty());
	assert_eq!(board::missing(&board.known(), &[]), vec![TASK]);
	assert!(matches!(
		&board.entries[&key()].best.as_ref().expect("seen").status,
		TaskStatus::Open(Task { .. })
	));
}
