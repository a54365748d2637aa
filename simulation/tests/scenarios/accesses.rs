//! What calls weigh against what they access, over the life of a task: none may access more of the database than its weight
//! pays for. Figures with `--nocapture`.

mod judging;
mod lines;
mod work;

use crate::judgement::{GAS as COURT_GAS, done, spec as court_spec};
use assay_primitives::{
	Hash, UNIT,
	case::{CasePhase, CaseView, ROUNDS, Subject},
	content::ContentRef,
	deal::{Opening, ReplicaState, TaskState, TaskStatus, TaskView, Via},
	excuse::Excuse,
	judges::{Judges, MAX_MEDIATORS, Mediators, Named},
	order::{Authorization, Match, RequestOrder, Resource, Signed},
	outcome::Outcome,
	policy::Policy,
	request::{Candidate, Request},
	seal::Report,
	task::{Input, InputList, TaskId, TaskSpec},
	traits::{CaseId, DealBook, Economy, NewDeal},
};
use assay_runtime::{BlockNumber, Court, Deals, Economics, Mediation, Runtime, RuntimeCall};
use assay_simulation::{
	Chain, Charge, Count, Flat, Pair, account,
	cases::{self, mediator, next_of_mediator},
	deals::{commit, decline, own_replica, poke, reveal, sealed},
	key,
	market::{
		BOND, MODULE, PRICE, Provider, lie, named, order, publish, register_bonded, request, salt,
		spec, truth,
	},
};
use polkadot_sdk::{frame_support::assert_ok, sp_core::bounded::BoundedVec};
use serde_json::{Value, json};

/// Tasks of a batch.
const BATCH: u32 = 64;
/// As many candidates as a deal may have.
const ALL: u32 = 32;
/// Mediators of the preset.
const MEDIATORS: u32 = 12;
/// As many as all rounds of a case can take, and some more.
const CROWD: u32 = 100;
/// Blocks after which nobody can object any more.
const ACCEPTED_AFTER: u32 = 40;
/// Prefixes of what is ours in the state, and of the money.
const OURS: [&str; 13] = [
	"Balances",
	"Beacon",
	"Board",
	"Content",
	"Deals",
	"Economics",
	"Groups",
	"Market",
	"Mediation",
	"Pools",
	"Providers",
	"Register",
	"System::Account",
];

/// A chain of providers and mediators that notes what was accessed and not paid for.
struct Stage {
	chain: Chain<Flat>,
	providers: Vec<Provider>,
	client: Pair,
	stranger: Pair,
	mediators: u32,
	/// What a block accesses in which nothing is due, and what its hooks pay for.
	quiet: (Count, Count),
	unpaid: Vec<String>,
}

/// What is ours of what was accessed.
fn ours(charge: &Charge) -> Count {
	let items = charge.accessed.items();
	let ours = items.iter().filter(|(name, _)| OURS.iter().any(|it| name.starts_with(it)));
	ours.fold(Count::default(), |sum, (_, it)| Count {
		reads: sum.reads + it.reads,
		writes: sum.writes + it.writes,
	})
}

impl Stage {
	/// A chain with so many providers, all of whom limit what they do for one client.
	fn new(providers: u32) -> Self {
		Self::among(providers, MEDIATORS)
	}

	/// The same with so many mediators.
	fn among(providers: u32, mediators: u32) -> Self {
		let mut chain = Chain::<Flat>::of_preset("development", |genesis| {
			for who in (MEDIATORS..mediators).map(|at| account(&mediator(at))) {
				push(&mut genesis["balances"]["balances"], json!([who, 10_000 * UNIT]));
				push(&mut genesis["mediation"]["mediators"], json!([who, who, BOND]));
			}
		});
		let providers: Vec<_> = (0..providers)
			.map(|at| register_bonded(&mut chain, at, 4 * BOND, |capacity, _| capacity.slots = 512))
			.collect();
		for provider in &providers {
			let limit = pallet_providers::Call::limit_exposure { limit: Some(u32::MAX) };
			assert_ok!(chain.send(&provider.stash, limit));
		}
		let (client, stranger) = (key("Charlie"), key("Ferdie"));
		for module in [MODULE.to_vec(), done()] {
			publish(&mut chain, &client, &module).expect("the module is published");
		}
		let quiet = chain.charge_block();
		let quiet = (ours(&quiet), quiet.paid);
		Self { chain, providers, client, stranger, mediators, quiet, unpaid: Vec::new() }
	}

	/// Notes a charge, and whether it is paid for.
	fn note(&mut self, what: &str, charge: &Charge, accessed: Count, paid: Count) {
		let Count { reads, writes } = accessed;
		println!(
			"{what}: {reads} of {} reads, {writes} of {} writes; {} µs",
			paid.reads,
			paid.writes,
			charge.weight.ref_time() / 1_000_000
		);
		if accessed.time() > paid.time() {
			let items = charge.accessed.items();
			let items = items.iter().map(|(name, it)| format!("{name} {} {}", it.reads, it.writes));
			let items = items.collect::<Vec<_>>().join(", ");
			self.unpaid
				.push(format!("{what}: {reads} reads and {writes} writes, paid {paid:?}: {items}"));
		}
	}

	/// Sends a transaction.
	fn send(&mut self, what: &str, signer: &Pair, call: impl Into<RuntimeCall>) {
		let charge = self.chain.charge(signer, call);
		self.note(what, &charge, charge.accessed.count(), charge.paid);
	}

	/// The same, and takes back what it did.
	fn trial(&mut self, what: &str, signer: &Pair, call: impl Into<RuntimeCall>) {
		let call: RuntimeCall = call.into();
		let charge = self.chain.attempt(|chain| chain.charge(signer, call));
		self.note(what, &charge, charge.accessed.count(), charge.paid);
	}

	/// A transaction behind something that changes the state in its block, taken back too.
	fn trial_after(
		&mut self,
		what: &str,
		change: impl Fn(),
		signer: &Pair,
		call: impl Into<RuntimeCall>,
	) {
		let call: RuntimeCall = call.into();
		let charge = self.chain.attempt(|chain| chain.charge_after(change, signer, call));
		self.note(what, &charge, charge.accessed.count(), charge.paid);
	}

	/// An empty block, whose hooks do what is due.
	fn block(&mut self, what: &str) {
		let charge = self.chain.charge_block();
		let (quiet, paid) = self.quiet;
		let found = ours(&charge);
		self.note(what, &charge, found.beyond(quiet), charge.paid.beyond(paid));
	}

	fn pass(&mut self, blocks: u32) {
		self.chain.pass(blocks);
	}

	/// Everything was paid for.
	fn close(self) {
		assert!(self.unpaid.is_empty(), "\n{}", self.unpaid.join("\n"));
	}

	fn request(&self, policy: Policy, tasks: u32) -> Request {
		let plain = request(spec(), 1, 1);
		let inputs: Vec<_> = (0..tasks).map(|at| ContentRef::of(&at.to_le_bytes())).collect();
		let list = Input::List(InputList::of(&inputs).0);
		let input = if tasks > 0 { list } else { Input::None };
		Request { task: TaskSpec { input, ..spec() }, policy, ..plain }
	}

	/// Opens a deal between all providers: a bag where there are tasks.
	fn open(&mut self, policy: Policy, tasks: u32) -> Vec<TaskId> {
		self.open_of(self.request(policy, tasks), tasks, Judges::Public)
	}

	fn open_of(&mut self, request: Request, tasks: u32, judges: Judges) -> Vec<TaskId> {
		let candidate = |one: &Provider| Candidate { provider: one.id(), price: PRICE, weight: 1 };
		let candidates = self.providers.iter().map(candidate).collect();
		let plain = NewDeal::plain(Via::MARKET, account(&self.client), request, candidates);
		let deal = NewDeal { tasks: tasks.max(1), judges, ..plain };
		let deal = self.chain.read(|| Deals::open(deal)).expect("the client is rich");
		self.pass(6);
		(0..tasks.max(1)).map(|index| TaskId { deal, index }).collect()
	}

	fn view(&mut self, task: TaskId) -> TaskView {
		self.chain.read(|| Deals::task_view(task)).expect("it is known")
	}

	fn state(&mut self, task: TaskId) -> TaskState {
		match self.view(task).status {
			TaskStatus::Open(task) => task.state,
			TaskStatus::Ended(ended) => panic!("ended: {ended:?}"),
		}
	}

	/// Tasks in which a provider's replica stands so, with what they run.
	fn standing(
		&mut self,
		at: usize,
		tasks: &[TaskId],
		is: fn(&ReplicaState) -> bool,
	) -> Vec<(TaskId, Hash)> {
		let id = self.providers[at].id();
		let mut found = Vec::new();
		for task in tasks {
			let view = self.view(*task);
			if own_replica(&view, &id).is_some_and(|state| is(&state)) {
				found.push((*task, view.deal.task_hash));
			}
		}
		found
	}

	/// Has all that are drawn seal what each says.
	fn seal(&mut self, what: &str, tasks: &[TaskId], says: impl Fn(usize) -> Outcome) {
		self.seal_beside(what, tasks, says, Report::Nothing)
	}

	/// The same with a report beside it.
	fn seal_beside(
		&mut self,
		what: &str,
		tasks: &[TaskId],
		says: impl Fn(usize) -> Outcome,
		report: Report,
	) {
		let genesis = self.chain.genesis_hash();
		for at in 0..self.providers.len() {
			let due = self.standing(at, tasks, |state| matches!(state, ReplicaState::Drawn));
			let id = self.providers[at].id();
			let seal = |it| sealed(&genesis, it, &id, says(at), report, &salt(at));
			let items: Vec<_> = due.into_iter().map(seal).collect();
			if !items.is_empty() {
				let operator = self.providers[at].operator.clone();
				let what = format!("{what}, {} seals", items.len());
				self.send(&what, &operator, commit(&items));
			}
		}
	}

	/// Has all that have sealed open what each said.
	fn reveal(&mut self, what: &str, tasks: &[TaskId], says: impl Fn(usize) -> Outcome) {
		for at in 0..self.providers.len() {
			let due = self.standing(at, tasks, |state| matches!(state, ReplicaState::Sealed(_)));
			let opening = Opening { outcome: says(at), salt: salt(at) };
			let items: Vec<_> = due.into_iter().map(|(task, _)| (task, opening)).collect();
			if !items.is_empty() {
				let operator = self.providers[at].operator.clone();
				let what = format!("{what}, {} reveals", items.len());
				self.send(&what, &operator, reveal(&items));
			}
		}
	}

	fn run(&mut self, what: &str, tasks: &[TaskId], says: impl Fn(usize) -> Outcome + Copy) {
		self.seal(what, tasks, says);
		self.reveal(what, tasks, says);
	}

	/// Providers that are drawn for a task and have to seal.
	fn drawn(&mut self, task: TaskId) -> Vec<usize> {
		let is = |state: &ReplicaState| matches!(state, ReplicaState::Drawn);
		let all = 0..self.providers.len();
		all.filter(|at| !self.standing(*at, &[task], is).is_empty()).collect()
	}

	/// One of the drawn lies, so that the last who reveals opens a case.
	fn dissent(&mut self, what: &str, task: TaskId, truth: Outcome) {
		let liar = self.drawn(task)[0];
		self.run(what, &[task], |at| if at == liar { lie() } else { truth });
	}

	fn poke(&mut self, what: &str, tasks: &[TaskId]) {
		let stranger = self.stranger.clone();
		self.send(&format!("{what}, {} pokes", tasks.len()), &stranger, poke(tasks));
	}

	/// Has every result of a deal be audited, or none.
	fn audit(&mut self, task: TaskId, ppm: u32) {
		self.chain.read(|| {
			pallet_deals::Deals::<Runtime>::mutate(task.deal, |deal| {
				deal.as_mut().expect("it is known").terms.audit_ppm = ppm;
			})
		});
	}

	fn case_over(&mut self, task: TaskId) -> CaseId {
		let case = self.chain.read(|| Mediation::case_over(Subject::Task(task)));
		case.expect("there is a case")
	}

	fn case(&mut self, case: CaseId) -> CaseView {
		self.chain.read(|| Mediation::case_view(case)).expect("it is kept")
	}

	/// Has whoever sits in a case say `says`, until it stands where it should.
	fn judge(
		&mut self,
		what: &str,
		case: CaseId,
		says: Outcome,
		holds: impl Fn(&CasePhase) -> bool,
	) {
		self.judge_by(what, case, |_| Some(says), holds)
	}

	/// The same where each mediator has something of its own to say, or nothing. What can be done by a poke is tried as
	/// well before a block does it.
	fn judge_by(
		&mut self,
		what: &str,
		case: CaseId,
		says: impl Fn(u32) -> Option<Outcome>,
		holds: impl Fn(&CasePhase) -> bool,
	) {
		let (genesis, stranger) = (self.chain.genesis_hash(), self.stranger.clone());
		for _ in 0..600 {
			let view = self.case(case);
			if holds(&view.case.phase) {
				return;
			}
			let calls: Vec<_> = (0..self.mediators)
				.filter_map(|at| {
					let pair = mediator(at);
					Some((next_of_mediator(&pair, &genesis, &view, says(at)?)?, pair))
				})
				.collect();
			if let Some(((call, pair), others)) = calls.split_last() {
				// The first and the last are charged. One by one the largest committees would not be in time.
				if let Some((first, of)) = others.first() {
					self.trial(&format!("{what}, a vote"), of, first.clone());
				}
				let block: Vec<_> =
					others.iter().map(|(call, of)| (Some(of), call.clone())).collect();
				for result in self.chain.block(&block) {
					assert!(matches!(result, Ok(Ok(()))), "{result:?}");
				}
				self.send(&format!("{what}, the last vote"), pair, call.clone());
				continue;
			}
			if deadline(&view.case.phase).is_some_and(|until| until <= view.at + 1) {
				self.trial(&format!("{what}, a poke"), &stranger, cases::poke(case));
			}
			self.block(&format!("{what}, a block"));
		}
		panic!("waited in vain");
	}

	/// Has other rules hold from now on, which are a record of their own.
	fn change_rules(&mut self) {
		self.chain.read(|| {
			let (version, rules) = Economics::current();
			pallet_economics::Past::<Runtime>::insert(version, rules);
			pallet_economics::Current::<Runtime>::put((version + 1, rules));
		});
	}

	/// A case of the court over a task from which somebody has dissented, what it is about, and what is true.
	fn court_case(&mut self, what: &str) -> (CaseId, TaskSpec, Outcome) {
		let spec = court_spec(&done(), COURT_GAS);
		let truth = self.chain.read(|| Court::judge(&spec, &done(), None)).expect("it qualifies");
		let request = Request { task: spec.clone(), ..self.request(quorum(3, 2), 0) };
		let task = self.open_of(request, 0, Judges::Public)[0];
		self.dissent(what, task, truth);
		(self.case_over(task), spec, truth)
	}

	/// Has all that is kept for a while be due for removal.
	fn expire(&mut self) {
		self.chain.read(|| {
			for (list, task, _) in pallet_deals::Ended::<Runtime>::iter().collect::<Vec<_>>() {
				pallet_deals::Ended::<Runtime>::mutate(list, task, |ended| {
					ended.as_mut().expect("it is kept").prune_at = 1;
				});
			}
		});
	}
}

/// Block from which on a poke ends a phase, where one does.
fn deadline(phase: &CasePhase) -> Option<BlockNumber> {
	match *phase {
		CasePhase::Sealing { until, .. }
		| CasePhase::Revealing { until }
		| CasePhase::AppealWindow { until, .. }
		| CasePhase::Court { until, .. }
		| CasePhase::Ruled { until, .. } => Some(until),
		CasePhase::AwaitingSeed { .. } | CasePhase::Queued { .. } | CasePhase::Closed { .. } => {
			None
		},
	}
}

fn push(list: &mut Value, item: Value) {
	list.as_array_mut().expect("it is a list").push(item);
}

/// Has the court run what a case is about.
fn adjudicate(case: CaseId, spec: &TaskSpec) -> pallet_court::Call<Runtime> {
	let (task_hash, module) = (spec.hash(), done());
	pallet_court::Call::adjudicate { case, task_hash, max_gas: COURT_GAS, module, input: None }
}

fn quorum(replicas: u8, required: u8) -> Policy {
	Policy::Quorum { replicas, required }
}

#[test]
fn batches_should_pay_for_what_they_access() {
	for (candidates, policy) in
		[(3, quorum(3, 3)), (ALL, quorum(3, 2)), (ALL, Policy::Trust { trust: 4 })]
	{
		for tasks in [BATCH, 1] {
			let what = format!("bag of {tasks}, {candidates} candidates, {policy:?}");
			let mut stage = Stage::new(candidates);
			// Every provider seals in a block of its own, and opens in another one.
			let run_blocks = 8 * ALL;
			let request = Request { run_blocks, ..stage.request(policy, tasks) };
			let bag = stage.open_of(request, tasks, Judges::Public);
			let stranger = stage.stranger.clone();
			stage.trial(&format!("{what}, first pokes"), &stranger, poke(&bag));
			stage.run(&what, &bag, |_| truth());
			stage.pass(ACCEPTED_AFTER + run_blocks);
			stage.poke(&what, &bag);
			stage.close();
		}
	}
}

/// The case of each is opened by the last that reveals.
#[test]
fn batches_should_pay_for_what_they_access_when_somebody_dissents() {
	let mut stage = Stage::new(ALL);
	let bag = stage.open(quorum(3, 2), 8);
	stage.run("dissent in a bag", &bag, |at| if at % 2 == 0 { truth() } else { lie() });
	stage.close();
}

#[test]
fn single_tasks_should_pay_for_what_they_access() {
	for (candidates, policy) in [
		(ALL, quorum(3, 2)),
		(3, quorum(3, 3)),
		(ALL, quorum(20, 11)),
		(ALL, Policy::Trust { trust: 4 }),
		(ALL, Policy::Single { check_ppm: 1_000_000, stake_factor: 5 }),
	] {
		let what = format!("a task, {candidates} candidates, {policy:?}");
		let mut stage = Stage::new(candidates);
		let (client, stranger) = (stage.client.clone(), stage.stranger.clone());
		let submit = order(stage.request(policy, 0), named(0..candidates.into()));
		stage.trial(&format!("{what}, submit"), &client, submit);
		let tasks = stage.open(policy, 0);
		let task = tasks[0];
		stage.trial(&format!("{what}, first poke"), &stranger, poke(&tasks));
		stage.seal(&what, &tasks, |_| truth());
		stage.reveal(&what, &tasks, |_| truth());
		let TaskState::Agreed { digest, .. } = stage.state(task) else { panic!("agreed") };
		let accept = pallet_deals::Call::accept { task, digest };
		stage.trial(&format!("{what}, accept"), &client, accept);
		let check = pallet_deals::Call::check { task, digest };
		stage.trial(&format!("{what}, check"), &client, check);
		let challenge = pallet_deals::Call::challenge { task, digest };
		stage.trial(&format!("{what}, challenge"), &stranger, challenge);
		stage.pass(ACCEPTED_AFTER);
		stage.audit(task, 1_000_000);
		stage.trial(&format!("{what}, audit"), &stranger, poke(&tasks));
		stage.audit(task, 1);
		stage.trial(&format!("{what}, seldom an audit"), &stranger, poke(&tasks));
		stage.audit(task, 0);
		stage.poke(&what, &tasks);
		stage.expire();
		stage.trial(&format!("{what}, prune"), &stranger, pallet_deals::Call::prune { task });
		stage.block(&format!("{what}, pruned by a block"));
		stage.close();
	}
}

/// Rules of an earlier time are a record of their own.
#[test]
fn settlements_should_pay_for_rules_that_hold_no_more() {
	let mut stage = Stage::new(3);
	let bag = stage.open(quorum(3, 3), 2);
	stage.change_rules();
	stage.run("old rules", &bag, |_| truth());
	stage.pass(ACCEPTED_AFTER);
	stage.poke("old rules", &bag);
	stage.close();
}

/// Who declines has others drawn, and silence ends a wave.
#[test]
fn later_waves_should_pay_for_what_they_access() {
	let mut stage = Stage::new(ALL);
	let tasks = stage.open(quorum(3, 2), 0);
	for at in stage.drawn(tasks[0]) {
		let operator = stage.providers[at].operator.clone();
		let call = decline(tasks[0], spec().hash(), Excuse::Busy);
		stage.send("decline", &operator, call);
	}
	stage.pass(60);
	stage.poke("silence", &tasks);
	let others = stage.open(quorum(3, 2), 4);
	stage.poke("draws", &others);
	stage.pass(60);
	stage.poke("silence in a bag", &others);
	stage.pass(60);
	stage.poke("silence again", &others);
	stage.close();
}

/// All say something else, so that a case is opened for want of consensus.
#[test]
fn cases_should_pay_for_what_they_access_until_their_end() {
	let mut stage = Stage::new(ALL);
	let tasks = stage.open(quorum(3, 2), 0);
	stage.run("dissent", &tasks, |at| Outcome { gas_used: at as u64 + 1, ..truth() });
	for _ in 0..6 {
		stage.run("more", &tasks, |at| Outcome { gas_used: at as u64 + 1, ..truth() });
	}
	let case = stage.case_over(tasks[0]);
	let verdict = |phase: &CasePhase| matches!(phase, CasePhase::AppealWindow { .. });
	stage.judge("first round", case, truth(), verdict);
	let view = stage.case(case);
	let CasePhase::AppealWindow { verdict: digest, .. } = view.case.phase else {
		panic!("a verdict")
	};
	let appeal = pallet_mediation::Call::<Runtime>::appeal { case, digest, round: view.case.round };
	let stranger = stage.stranger.clone();
	stage.trial("appeal without a second round", &stranger, appeal.clone());
	stage.send("appeal", &stranger, appeal);
	let heard = |phase: &CasePhase| {
		matches!(
			phase,
			CasePhase::AppealWindow { .. } | CasePhase::Court { .. } | CasePhase::Closed { .. }
		)
	};
	stage.judge("second round", case, truth(), heard);
	stage.pass(60);
	let phase = stage.case(case).case.phase;
	if !matches!(phase, CasePhase::Closed { .. }) {
		stage.send("close", &stranger, cases::poke(case));
	}
	stage.close();
}

/// Idle blocks close what nobody pokes.
#[test]
fn blocks_should_pay_for_what_they_access() {
	let mut stage = Stage::new(ALL);
	let tasks = stage.open(quorum(3, 2), 0);
	stage.dissent("dissent", tasks[0], truth());
	let case = stage.case_over(tasks[0]);
	let verdict = |phase: &CasePhase| matches!(phase, CasePhase::AppealWindow { .. });
	stage.judge("a case", case, truth(), verdict);
	let closed = |phase: &CasePhase| matches!(phase, CasePhase::Closed { .. });
	stage.judge("closing", case, truth(), closed);
	for _ in 0..20 {
		stage.block("after the case");
	}
	stage.close();
}

/// The court's ruling, before the draw and after seals.
#[test]
fn court_should_pay_for_what_it_accesses() {
	let mut stage = Stage::new(ALL);
	let (case, spec, truth) = stage.court_case("a case for the court");
	let stranger = stage.stranger.clone();
	let call = adjudicate(case, &spec);
	stage.trial("court before the draw", &stranger, call.clone());
	let revealing = |phase: &CasePhase| matches!(phase, CasePhase::Revealing { .. });
	stage.judge("before the court", case, truth, revealing);
	stage.send("court after seals", &stranger, call);
	let closed = |phase: &CasePhase| matches!(phase, CasePhase::Closed { .. });
	stage.judge("after the court", case, truth, closed);
	stage.close();
}

/// Cuts a set of offers and a named one into a deal.
#[test]
fn matches_should_pay_for_what_they_access() {
	let mut stage = Stage::new(8);
	let client = stage.client.clone();
	let judges = (0..MEDIATORS).map(|at| account(&mediator(at))).collect();
	let judges = Mediators { public: true, named: Named::truncate_from(judges) };
	for mediators in [Mediators::default(), judges] {
		let request = stage.request(quorum(3, 2), 0);
		let order = RequestOrder { mediators, ..RequestOrder::plain(account(&client), request) };
		let orders = Match {
			request: Signed { order, authorization: Authorization::OnChain },
			sponsor: None,
			resources: BoundedVec::truncate_from((0..8).map(Resource::Offer).collect()),
			app: None,
			dataset: None,
		};
		let call = pallet_market::Call::match_orders { orders: Box::new(orders) };
		stage.trial("match", &client, call);
	}
	stage.close();
}

/// What was put off is opened by a poke.
#[test]
fn questions_should_pay_for_what_they_access_when_they_wait() {
	let mut stage = Stage::new(ALL);
	let tasks = stage.open(quorum(3, 2), 0);
	stage.run("asked", &tasks, |_| truth());
	let task = tasks[0];
	let TaskState::Agreed { digest, .. } = stage.state(task) else { panic!("agreed") };
	let fill = |stage: &mut Stage, until: u64| {
		stage.chain.read(|| pallet_mediation::QueueRange::<Runtime>::put((0u64, until)));
	};
	fill(&mut stage, 100_000);
	let stranger = stage.stranger.clone();
	let challenge = pallet_deals::Call::challenge { task, digest };
	stage.send("challenge that waits", &stranger, challenge);
	fill(&mut stage, 0);
	stage.poke("a question that waited", &tasks);
	stage.close();
}

/// The fund that pays audits, for what is due to it.
#[test]
fn audits_should_pay_for_what_they_access_when_the_fund_is_rich() {
	let mut stage = Stage::new(ALL);
	let fund = <Runtime as pallet_deals::Config>::AuditFund::get();
	let gift = assay_simulation::market::transfer(&fund, 1_000 * UNIT);
	let client = key("Alice");
	assert_ok!(stage.chain.send(&client, gift));
	let bag = stage.open(quorum(3, 2), 4);
	stage.run("audited", &bag, |_| lie());
	stage.audit(bag[0], 1_000_000);
	stage.pass(ACCEPTED_AFTER);
	stage.poke("audited", &bag);
	let case = stage.case_over(bag[0]);
	let closed = |phase: &CasePhase| matches!(phase, CasePhase::Closed { .. });
	let verdict = |phase: &CasePhase| matches!(phase, CasePhase::AppealWindow { .. });
	stage.judge("audited", case, truth(), verdict);
	stage.judge("audited", case, truth(), closed);
	stage.close();
}
