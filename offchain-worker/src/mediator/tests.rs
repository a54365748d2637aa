//! Decisions about cases, and the loop against a chain that is made up.

use super::{
	ledger::{CaseLedger, Order, Standing},
	plan::*,
	*,
};
use crate::{
	cli::{Global, RunArgs},
	config::Modules,
	daemon::executor::FetchFailure,
	plan::{Refusal, case_refusal},
	testing::{pause as sleep, *},
};
use assay_primitives::{
	Hash, MILLI,
	case::{CaseStep, MediatorRecord, MediatorStatus, MediatorView},
	outcome::Outcome,
	task::TaskId,
	traits::{CaseId, Ruling},
};
use std::sync::{Mutex, MutexGuard};
use tokio::time::timeout;

const SEALING: CasePhase = CasePhase::Sealing { wave: 0, until: 40 };
const REVEALING: CasePhase = CasePhase::Revealing { until: 40 };
const SEAL: Hash = Hash::repeat_byte(8);

/// The decision of mediator 1, which has sealed [`SEAL`] if `sealed`.
fn decision(best: &CaseView, finalized: Option<&CaseView>, sealed: bool, local: &Local) -> Step {
	decide(&Sight {
		me: &account(1),
		best,
		finalized,
		own_seal: sealed.then_some(SEAL),
		local,
		refusal: None,
		reveal_without_finality: true,
		misbehave: None,
	})
}

fn at(block: BlockNumber, phase: CasePhase, vote: Vote) -> CaseView {
	case_view(block, phase, &[(2, Vote::Drawn), (1, vote)])
}

#[test]
fn drawn_member_should_run_then_seal_and_stop_at_the_deadline() {
	let local = Local::default();
	let drawn = at(20, SEALING, Vote::Drawn);
	assert_eq!(decision(&drawn, None, false, &local), Step::Run { until: 40 });
	assert_eq!(decision(&drawn, None, true, &local), Step::Send(Call::Seal));
	for (job, wait) in [
		(Job::Queued, Wait::Job),
		(Job::Running, Wait::Job),
		(Job::Failed { retry_at: 21 }, Wait::RetryJob),
	] {
		let local = Local { job, ..Default::default() };
		assert_eq!(decision(&drawn, None, false, &local), Step::Wait(wait));
	}
	let again = Local { job: Job::Failed { retry_at: 20 }, ..Default::default() };
	assert_eq!(decision(&drawn, None, false, &again), Step::Run { until: 40 });
	let often = Local { failures: MAX_RUN_FAILURES, ..again };
	assert_eq!(decision(&drawn, None, false, &often), Step::Wait(Wait::Failures));
	for sealed in [false, true] {
		let late = at(39, SEALING, Vote::Drawn);
		assert_eq!(decision(&late, None, sealed, &local), Step::Wait(Wait::DeadlinePassed));
	}
	let others = case_view(20, SEALING, &[(2, Vote::Drawn)]);
	assert_eq!(decision(&others, None, false, &local), Step::Wait(Wait::NotMember));
}

#[test]
fn seal_should_be_revealed_only_when_revealing_is_final_or_time_runs_out() {
	let local = Local::default();
	let best = at(30, REVEALING, Vote::Sealed(SEAL));
	let wait = Step::Wait(Wait::Finality);
	assert_eq!(decision(&best, None, true, &local), wait);
	let sealing = at(28, SEALING, Vote::Sealed(SEAL));
	assert_eq!(decision(&best, Some(&sealing), true, &local), wait);
	let mut earlier = at(28, REVEALING, Vote::Sealed(SEAL));
	assert_eq!(decision(&best, Some(&earlier), true, &local), Step::Send(Call::Reveal));
	earlier.case.round = 1;
	assert_eq!(decision(&best, Some(&earlier), true, &local), wait, "another round");
	let last = at(37, REVEALING, Vote::Sealed(SEAL));
	assert_eq!(decision(&last, None, true, &local), Step::Send(Call::Reveal));
	let late = at(39, REVEALING, Vote::Sealed(SEAL));
	assert_eq!(decision(&late, None, true, &local), Step::Wait(Wait::DeadlinePassed));
	let waiting = at(30, SEALING, Vote::Sealed(SEAL));
	assert_eq!(decision(&waiting, Some(&waiting), true, &local), Step::Wait(Wait::OthersSeal));
}

#[test]
fn seal_of_somebody_else_should_never_be_revealed() {
	let foreign = Hash::repeat_byte(9);
	for sealed in [false, true] {
		let best = at(37, REVEALING, Vote::Sealed(foreign));
		let step = decision(&best, Some(&best), sealed, &Local::default());
		assert_eq!(step, Step::ForeignSeal { on_chain: foreign });
	}
}

#[test]
fn transaction_should_be_sent_again_only_after_its_effect_had_time() {
	let drawn = |now| at(now, SEALING, Vote::Drawn);
	let sending = Local { sending: Some(Call::Seal), ..Default::default() };
	let wait = Step::Wait(Wait::Transaction);
	assert_eq!(decision(&drawn(20), None, true, &sending), wait);
	let sent = |at| Local { sent: Some((Call::Seal, at)), ..Default::default() };
	assert_eq!(decision(&drawn(21), None, true, &sent(20)), wait);
	assert_eq!(decision(&drawn(22), None, true, &sent(20)), Step::Send(Call::Seal));
	assert_eq!(decision(&drawn(37), None, true, &sent(36)), Step::Send(Call::Seal), "in a hurry");
}

#[test]
fn deadlines_should_be_left_to_idle_blocks_for_a_while() {
	let best = |now| {
		let mut view = case_view(now, REVEALING, &[(2, Vote::Silent), (1, Vote::Revealed(SEAL))]);
		view.next = CaseStep::Poke;
		view
	};
	let local = Local { poke_seen: Some(40), ..Default::default() };
	for now in 40..44 {
		assert_eq!(decision(&best(now), None, true, &local), Step::Wait(Wait::OthersReveal));
	}
	assert_eq!(decision(&best(44), None, true, &local), Step::Send(Call::Poke));
	let calm = case_view(44, REVEALING, &[(1, Vote::Revealed(SEAL))]);
	assert_eq!(decision(&calm, None, true, &local), Step::Wait(Wait::OthersReveal));
}

#[test]
fn case_should_be_refused_by_module_and_by_limits_and_never_after_it_was_run() {
	let settings = Settings::merge(&global(), &RunArgs::default(), Default::default());
	let limits = settings.expect("defaults are valid").limits;
	let view = at(20, SEALING, Vote::Drawn);
	let module = view.brief.spec.module.hash;
	let refused = |modules: &Modules, limits| case_refusal(&view.brief, limits, modules);
	assert_eq!(refused(&Modules::default(), &limits), None);
	let listed = Modules { allow: vec![module], deny: vec![] };
	assert_eq!(refused(&listed, &limits), None);
	let other = Modules { allow: vec![Hash::zero()], deny: vec![] };
	assert_eq!(refused(&other, &limits), Some(Refusal::Module(module)));
	let denied = Modules { allow: vec![module], deny: vec![module] };
	assert_eq!(refused(&denied, &limits), Some(Refusal::Module(module)));
	let mut small = limits;
	small.max_gas = 1;
	let refusal = refused(&Modules::default(), &small).expect("too much gas");
	assert_eq!(refusal.name(), "gas");
	let mut forged = view.brief.clone();
	forged.task_hash = Hash::zero();
	let refused = case_refusal(&forged, &limits, &Modules::default());
	assert_eq!(refused, Some(Refusal::TaskHash));
	for (sealed, step) in [(false, Step::Refuse(refusal.clone())), (true, Step::Send(Call::Seal))] {
		let sight = Sight {
			me: &account(1),
			best: &view,
			finalized: None,
			own_seal: sealed.then_some(SEAL),
			local: &Local::default(),
			refusal: Some(&refusal),
			reveal_without_finality: true,
			misbehave: None,
		};
		assert_eq!(decide(&sight), step);
	}
}

fn global() -> Global {
	Global { base_path: Some("/nowhere".into()), ..Default::default() }
}

/// What the made-up chain says of its only case.
struct State {
	number: BlockNumber,
	/// Tells cases of the same number on two forks apart.
	gas: u64,
	phase: CasePhase,
	vote: Vote,
	/// Orders that are lost before one arrives.
	losses: u32,
	orders: Vec<Order>,
	runs: u32,
	failures: u32,
}

#[derive(Clone)]
struct World(Arc<Mutex<State>>);

impl World {
	fn new() -> Self {
		Self(Arc::new(Mutex::new(State {
			number: 20,
			gas: spec().limits.gas,
			phase: SEALING,
			vote: Vote::Drawn,
			losses: 0,
			orders: Vec::new(),
			runs: 0,
			failures: 0,
		})))
	}

	fn state(&self) -> MutexGuard<'_, State> {
		self.0.lock().expect("no panic")
	}
}

impl State {
	fn view(&self) -> CaseView {
		let mut view = at(self.number, self.phase.clone(), self.vote);
		view.brief.spec.limits.gas = self.gas;
		view.brief.task_hash = view.brief.spec.hash();
		view
	}

	/// One transaction, by the rules of the pallet as far as the tests need them.
	fn apply(&mut self, order: &Order) {
		match (order, &self.phase, self.vote) {
			(Order::Seal(key, seal), CasePhase::Sealing { .. }, Vote::Drawn) => {
				assert_eq!(*key, key_of(&self.view()), "it is refused for another case");
				self.vote = Vote::Sealed(*seal);
				self.phase = CasePhase::Revealing { until: self.number + 20 };
			},
			(Order::Reveal(5, digest, salt), CasePhase::Revealing { .. }, Vote::Sealed(seal)) => {
				let genesis = identity().genesis;
				let opened =
					assay_primitives::seal::seal_verdict(&genesis, 5, 0, &account(1), digest, salt);
				assert_eq!(opened, seal, "what is revealed must open what was sealed");
				self.vote = Vote::Revealed(*digest);
				let ruling = Ruling { truth: Some(*digest), by_court: false, spent: 0 };
				self.phase =
					CasePhase::Closed { ruling, at: self.number, prune_at: self.number + 100 };
			},
			_ => panic!("{order:?} in {:?}", self.phase),
		}
	}
}

impl CaseLedger for World {
	async fn cases(&self, _: BlockInfo) -> Result<Vec<CaseView>, Error> {
		let state = self.state();
		let closed = matches!(state.phase, CasePhase::Closed { .. });
		Ok(if closed { vec![] } else { vec![state.view()] })
	}

	async fn case(&self, _: BlockInfo, _: CaseId) -> Result<Option<CaseView>, Error> {
		Ok(Some(self.state().view()))
	}

	async fn request(&self, _: BlockInfo, _: TaskId) -> Result<Request, Error> {
		Ok(deal(spec()).request)
	}

	async fn standing(&self, _: BlockInfo) -> Result<Standing, Error> {
		let mediator = MediatorView {
			stash: account(1),
			operator: account(1),
			status: MediatorStatus::Serving,
			bond: UNIT,
			locked: 0,
			unbonding: None,
			terms: assay_primitives::case::MediatorTerms {
				capacity: 1,
				limits: Default::default(),
				profiles: Default::default(),
				inbox: None,
			},
			next_terms: None,
			position: 0,
			weight: 1,
			next_weight: 1,
			cases: vec![],
			record: MediatorRecord::default(),
			registered_at: 0,
		};
		Ok(Standing { mediator: Some(mediator), signs_for: Some(account(1)), balance: MILLI })
	}

	async fn judge(&self, order: Order, within: Duration) -> Result<BlockInfo, Error> {
		let mut state = self.state();
		state.orders.push(order.clone());
		if state.losses > 0 {
			state.losses -= 1;
			return Err(Error::Timeout { what: "lost".into(), after: within });
		}
		state.apply(&order);
		Ok(block(state.number))
	}
}

impl Rerun for World {
	async fn get(&self, _: Request, _: u32) -> Result<u64, FetchFailure> {
		Ok(0)
	}

	async fn rerun(&self, _: Request, _: u32, _: Cancel) -> Result<Outcome, RunFailure> {
		let mut state = self.state();
		state.runs += 1;
		if state.failures > 0 {
			state.failures -= 1;
			return Err(RunFailure::Content("the disk is gone".into()));
		}
		Ok(outcome(7))
	}
}

fn block(number: BlockNumber) -> BlockInfo {
	BlockInfo { number, hash: Hash::from_low_u64_be(number.into()), parent: Hash::zero() }
}

struct Place {
	_dir: tempfile::TempDir,
	store: TaskStore,
	content: assay_client::Store,
	metrics: Metrics,
}

impl Place {
	fn new() -> Self {
		let dir = tempfile::tempdir().expect("temporary directory");
		let store = TaskStore::open(dir.path(), identity()).expect("opens");
		let content = assay_client::Store::open(dir.path().join("content"), Default::default());
		let content = content.expect("opens");
		Self { _dir: dir, store, content, metrics: Metrics::new().expect("fresh") }
	}

	/// Runs a daemon over new blocks until `test` holds, and kills it then.
	async fn until(
		&self,
		world: &World,
		misbehave: Option<Misbehave>,
		test: impl Fn(&State) -> bool,
	) {
		let settings = Settings::merge(&global(), &RunArgs::default(), Default::default());
		let mediator = Mediator::new(Parts {
			ledger: world.clone(),
			executor: world.clone(),
			settings: Arc::new(settings.expect("defaults are valid")),
			store: self.store.clone(),
			content: self.content.clone(),
			metrics: self.metrics.clone(),
			status: StatusWriter::new().0,
			misbehave,
			me: account(1),
			operator: account(1),
			leads: true,
		});
		let (heads, seen) = watch::channel(Heads::default());
		let (_stop, stopped) = watch::channel(0);
		let daemon = tokio::spawn(mediator.expect("opens").run(seen, stopped));
		let grow = async {
			loop {
				let best = {
					let mut state = world.state();
					if test(&state) {
						return;
					}
					state.number += 1;
					state.number
				};
				let now = Some(block(best));
				let _ = heads.send(Heads { best: now, finalized: now, outage: None });
				sleep(Duration::from_millis(20)).await;
			}
		};
		timeout(PATIENCE, grow).await.expect("it gets there");
		// The last block is read, and what it shows written down.
		let now = Some(block(world.state().number + 1));
		let _ = heads.send(Heads { best: now, finalized: now, outage: None });
		sleep(Duration::from_millis(50)).await;
		daemon.abort();
	}
}

fn closed(state: &State) -> bool {
	matches!(state.phase, CasePhase::Closed { .. })
}

#[tokio::test]
async fn mediator_should_judge_a_case_from_draw_to_end() {
	let (world, place) = (World::new(), Place::new());
	place.until(&world, None, closed).await;
	let truth = outcome(7).digest(&spec().hash());
	let state = world.state();
	assert_eq!((state.vote, state.runs, state.orders.len()), (Vote::Revealed(truth), 1, 2));
	assert_eq!(place.metrics.verdicts.with_label_values(&["coherent"]).get(), 1);
	let (_, verdict) = place.store.verdicts().expect("reads").pop().expect("one");
	assert!(verdict.closed_at.is_some());
}

#[tokio::test]
async fn mediator_should_go_on_with_the_same_seal_when_it_was_killed() {
	let (world, place) = (World::new(), Place::new());
	world.state().losses = 1;
	place.until(&world, None, |state| !state.orders.is_empty()).await;
	place.until(&world, None, closed).await;
	let state = world.state();
	assert_eq!(state.runs, 1, "the run is done once");
	let seals: Vec<&Order> =
		state.orders.iter().filter(|order| order.kind() == Call::Seal).collect();
	assert!(seals.len() >= 2 && seals.iter().all(|seal| **seal == *seals[0]), "{seals:?}");
}

/// Each seal is signed for the task that was run, and none is made twice.
#[tokio::test]
async fn mediator_should_seal_each_task_by_its_own_run_when_a_fork_changes_the_case() {
	let (world, place) = (World::new(), Place::new());
	let gas = world.state().gas;
	let mut keys = Vec::new();
	for (sent, gas) in [(1, gas), (2, gas + 1)] {
		{
			let mut state = world.state();
			(state.losses, state.gas) = (1, gas);
		}
		keys.push(key_of(&world.state().view()));
		place.until(&world, None, |state| state.orders.len() >= sent).await;
	}
	world.state().gas = gas;
	place.until(&world, None, closed).await;
	let state = world.state();
	assert_eq!(state.runs, 2, "the first run stands");
	let genesis = identity().genesis;
	let mut sealed = Vec::new();
	for order in &state.orders {
		let Order::Seal(key, seal) = order else { continue };
		let verdict = place.store.verdict(key).expect("reads").expect("it was run");
		assert_eq!(*seal, verdict.seal(&genesis, key));
		sealed.push(*key);
	}
	assert_eq!(sealed, [keys[0], keys[1], keys[0]]);
}

#[tokio::test]
async fn mediator_should_vote_nothing_when_its_machine_fails_and_try_again() {
	let (world, place) = (World::new(), Place::new());
	world.state().failures = 2;
	place.until(&world, None, closed).await;
	assert_eq!(world.state().runs, 3);
	let truth = outcome(7).digest(&spec().hash());
	assert_eq!(world.state().vote, Vote::Revealed(truth));
}

#[tokio::test]
async fn colluding_mediators_should_say_the_same_false_thing() {
	let said = |number: u8| said(outcome(7), &account(number), Some(Misbehave::Collude));
	let (world, place) = (World::new(), Place::new());
	place.until(&world, Some(Misbehave::Collude), closed).await;
	let lie = said(1).digest(&spec().hash());
	assert_eq!(world.state().vote, Vote::Revealed(lie));
	assert_eq!(said(1), said(2));
	assert_ne!(lie, outcome(7).digest(&spec().hash()));
}
