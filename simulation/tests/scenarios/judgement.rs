//! Disputes over the whole runtime: committees that err, the court that says so, and what it weighs.

use super::tasks::refused;
use assay_primitives::{
	Balance, Hash,
	case::{CasePhase, CaseView, Subject, Vote},
	content::ContentRef,
	court::Unfit,
	deal::{Ending, FailCause, Opening, Task, TaskState, TaskStatus, Via, single},
	outcome::{Class, Manifest, Outcome, OutputEntry, OutputKind},
	policy::Policy,
	price::Price,
	profile::Profile,
	request::{Candidate, Hints, Request},
	seal::{Report, seal_verdict},
	task::{Args, Input, InputList, Limits, TaskId, TaskSpec},
	traits::{CaseId, DealBook, NewDeal},
};
use assay_runtime::{
	AccountId, Balances, Court, Deals, Mediation, Runtime, RuntimeCall, RuntimeEvent,
};
use assay_simulation::{
	Chain, account,
	deals::{commit, sealed},
	key,
	market::{BOND, PRICE, Provider, offer, publish, register, register_bonded, salt},
};
use pallet_mediation::WeightInfo as _;
use polkadot_sdk::{
	frame_support::{assert_ok, dispatch::GetDispatchInfo, traits::fungible::Inspect},
	pallet_transaction_payment::Event::TransactionFeePaid,
	sp_core::{bounded::BoundedVec, sr25519::Pair},
	sp_runtime::{
		DispatchResult,
		transaction_validity::{InvalidTransaction, TransactionValidityError},
	},
};

/// A module whose `_start` has this body, with one page of memory.
fn module(body: &[u8]) -> Vec<u8> {
	let head = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x05\x03\x01\0\x01";
	let exports = b"\x07\x13\x02\x06memory\x02\0\x06_start\0\0";
	let size = body.len() as u8;
	[&head[..], &exports[..], &[0x0a, size + 2, 0x01, size], body].concat()
}

/// Returns at once.
pub fn done() -> Vec<u8> {
	module(b"\0\x0b")
}

/// Uses up all of its gas.
fn endless() -> Vec<u8> {
	module(b"\0\x03\x40\x0c\0\x0b\x0b")
}

pub fn spec(module: &[u8], gas: u64) -> TaskSpec {
	TaskSpec {
		module: ContentRef::of(module),
		profile: Profile::BASE.id(),
		args: Args::default(),
		env: Args::default(),
		input: Input::None,
		seed: Default::default(),
		limits: Limits { gas, memory_pages: 16, output_bytes: 1_000 },
	}
}

/// Gas limit of a trial.
pub const GAS: u64 = 1 << 20;
const RUN: u32 = 10;

/// A task about which everybody may say what it wants.
pub struct Trial {
	pub chain: Chain,
	pub genesis: Hash,
	pub client: Pair,
	pub watcher: Pair,
	pub providers: Vec<Provider>,
	pub spec: TaskSpec,
	pub module: Vec<u8>,
	pub input: Option<Vec<u8>>,
	pub task: TaskId,
	pub case: CaseId,
}

/// What a trial is about.
pub struct Setup {
	pub module: Vec<u8>,
	pub gas: u64,
	pub input: Option<Vec<u8>>,
	pub replicas: u8,
	pub run_blocks: u32,
	/// Whether the chain keeps the module.
	pub published: bool,
	/// Its price, and what the client offers.
	pub price: Price,
	/// Bond of each provider.
	pub bond: Balance,
}

impl Default for Setup {
	fn default() -> Self {
		Self {
			module: done(),
			gas: GAS,
			input: None,
			replicas: 3,
			run_blocks: RUN,
			published: true,
			price: PRICE,
			bond: BOND,
		}
	}
}

impl Trial {
	/// Opens a task of `replicas`, all of which give `outcome`.
	pub fn agreed(replicas: u8, outcome: Outcome) -> Self {
		Self::of(done(), replicas, outcome)
	}

	/// The same of a module.
	fn of(module: Vec<u8>, replicas: u8, outcome: Outcome) -> Self {
		Self::with(Setup { module, replicas, ..Setup::default() }, |_| outcome)
	}

	/// A task whose replicas all give what `outcome` makes of the truth.
	pub fn with(setup: Setup, outcome: impl FnOnce(Outcome) -> Outcome) -> Self {
		let Setup { module, gas, input, replicas, run_blocks, published, price, bond } = setup;
		let mut chain = Chain::start("development");
		let providers: Vec<_> = (0..replicas)
			.map(|at| register_bonded(&mut chain, at.into(), bond, |_, _| ()))
			.collect();
		let (client, watcher) = (key("Charlie"), key("Eve"));
		if published {
			publish(&mut chain, &client, &module).expect("the module is published");
		}
		let cheap = price != PRICE;
		let offers: Vec<_> = (0..u64::from(replicas))
			.map(|at| if cheap { offer(&mut chain, &providers[at as usize], price) } else { at })
			.zip(providers.iter().map(Provider::id))
			.collect();
		let named =
			input.as_deref().map_or(Input::None, |input| Input::Blob(ContentRef::of(input)));
		let spec = TaskSpec { input: named, ..spec(&module, gas) };
		let request = Request {
			task: spec.clone(),
			policy: Policy::Quorum { replicas, required: replicas },
			canary: false,
			max_price: price,
			run_blocks,
			tags: 0,
			valid_until: 10_000,
			hints: Hints::default(),
		};
		let offers = BoundedVec::truncate_from(offers);
		let submit = pallet_market::Call::submit { request: Box::new(request), offers };
		assert_ok!(chain.send(&client, submit));
		let genesis = chain.genesis_hash();
		let task = single(0);
		let case = 0;
		let mut it =
			Self { chain, genesis, client, watcher, providers, spec, module, input, task, case };
		it.wait(|it| !it.open().replicas.is_empty());
		let outcome = outcome(it.truth());
		it.run(outcome);
		it
	}

	/// Builds blocks until something holds.
	pub fn wait(&mut self, holds: impl Fn(&mut Self) -> bool) {
		for _ in 0..400 {
			if holds(self) {
				return;
			}
			self.chain.pass(1);
		}
		panic!("waited in vain");
	}

	fn run(&mut self, outcome: Outcome) {
		for at in 0..self.providers.len() {
			let (id, task) = (self.providers[at].id(), (self.task, self.spec.hash()));
			let item = sealed(&self.genesis, task, &id, outcome, Report::Nothing, &salt(at));
			assert_ok!(self.chain.send(&self.providers[at].operator, commit(&[item])));
		}
		for at in 0..self.providers.len() {
			let opening = Opening { outcome, salt: salt(at) };
			let call = pallet_deals::Call::reveal { task: self.task, opening };
			assert_ok!(self.chain.send(&self.providers[at].operator, call));
		}
		assert!(matches!(self.open().state, TaskState::Agreed { .. }));
	}

	pub fn digest(&self, outcome: &Outcome) -> Hash {
		outcome.digest(&self.spec.hash())
	}

	pub fn status(&mut self) -> TaskStatus {
		let task = self.task;
		self.chain.read(|| Deals::task_view(task)).expect("it is known").status
	}

	pub fn open(&mut self) -> Task {
		match self.status() {
			TaskStatus::Open(task) => task,
			TaskStatus::Ended(ended) => panic!("ended: {ended:?}"),
		}
	}

	pub fn ending(&mut self) -> Ending {
		match self.status() {
			TaskStatus::Ended(ended) => ended.ending,
			TaskStatus::Open(task) => panic!("open: {task:?}"),
		}
	}

	pub fn challenge(&mut self) {
		let TaskState::Agreed { digest, .. } = self.open().state else { panic!("it is agreed") };
		let call = pallet_deals::Call::challenge { task: self.task, digest };
		assert_ok!(self.chain.send(&self.watcher, call));
		let task = self.task;
		self.case = self.chain.read(|| Mediation::case_over(Subject::Task(task))).expect("opened");
	}

	/// The client has the result judged.
	pub fn check(&mut self) {
		let TaskState::Agreed { digest, .. } = self.open().state else { panic!("it is agreed") };
		let call = pallet_deals::Call::check { task: self.task, digest };
		assert_ok!(self.chain.send(&self.client, call));
		let task = self.task;
		self.case = self.chain.read(|| Mediation::case_over(Subject::Task(task))).expect("opened");
	}

	pub fn view(&mut self) -> CaseView {
		let case = self.case;
		self.chain.read(|| Mediation::case_view(case)).expect("it is kept")
	}

	pub fn is_sealing(&mut self) -> bool {
		matches!(self.view().case.phase, CasePhase::Sealing { .. })
	}

	/// Who sits in the present round and has to seal.
	pub fn members(&mut self) -> Vec<Pair> {
		let view = self.view();
		let round = view.rounds.last().expect("there is a round");
		let drawn = round.members.iter().filter(|member| matches!(member.vote, Vote::Drawn));
		drawn.map(|member| mediator(&member.mediator)).collect()
	}

	/// Has the present round vote, each member for what `vote` says.
	pub fn vote(&mut self, vote: impl Fn(usize) -> Hash) {
		self.wait(Self::is_sealing);
		let (members, round, case) = (self.members(), self.view().case.round, self.case);
		for (at, member) in members.iter().enumerate() {
			let id = account(member);
			let seal = seal_verdict(&self.genesis, case, round, &id, &vote(at), &salt(at));
			assert_ok!(self.chain.send(member, sealing(case, &self.spec, round, seal)));
		}
		for (at, member) in members.iter().enumerate() {
			let (digest, salt) = (vote(at), salt(at));
			let call = pallet_mediation::Call::reveal { case, digest, salt };
			assert_ok!(self.chain.send(member, call));
		}
	}

	pub fn adjudicate(&mut self, module: Vec<u8>, max_gas: u64) -> DispatchResult {
		let watcher = self.watcher.clone();
		self.adjudicate_as(&watcher, module, max_gas)
	}

	/// Somebody has the court rule.
	pub fn adjudicate_as(&mut self, who: &Pair, module: Vec<u8>, max_gas: u64) -> DispatchResult {
		let input = self.input.clone();
		self.adjudicate_with(who, module, input, max_gas)
	}

	/// The same with whatever he says is the content.
	pub fn adjudicate_with(
		&mut self,
		who: &Pair,
		module: Vec<u8>,
		input: Option<Vec<u8>>,
		max_gas: u64,
	) -> DispatchResult {
		let (case, task_hash) = (self.case, self.spec.hash());
		let call = pallet_court::Call::adjudicate { case, task_hash, max_gas, module, input };
		self.chain.send(who, call)
	}

	/// What the court would say.
	pub fn truth(&mut self) -> Outcome {
		let (spec, module, input) = (self.spec.clone(), self.module.clone(), self.input.clone());
		self.chain.read(|| Court::judge(&spec, &module, input)).expect("it qualifies")
	}

	/// All money of some accounts, bonds included.
	pub fn worth(&mut self, who: &[AccountId]) -> Balance {
		self.chain.read(|| who.iter().map(Balances::total_balance).sum())
	}

	pub fn watchers(&self) -> [AccountId; 1] {
		[account(&self.watcher)]
	}
}

/// Hands in the seal of a verdict about a task.
pub fn sealing(
	case: CaseId,
	spec: &TaskSpec,
	round: u8,
	seal: Hash,
) -> pallet_mediation::Call<Runtime> {
	pallet_mediation::Call::seal { case, task_hash: spec.hash(), round, seal }
}

/// Key of a mediator of the preset.
pub fn mediator(who: &AccountId) -> Pair {
	let mut keys = (0..12).map(|at| key(&format!("Mediator//{at}")));
	keys.find(|pair| account(pair) == *who).expect("all mediators are of the preset")
}

pub fn lie() -> Outcome {
	Outcome { gas_used: 77, ..Outcome::of_no_run(Class::Exited(0)) }
}

/// What an event pays back to a party for having the court rule.
fn court_cost(event: &RuntimeEvent) -> Balance {
	use pallet_mediation::{Event::Paid, PayReason::CourtCost};
	match event {
		RuntimeEvent::Mediation(Paid { amount, reason: CourtCost, .. }) => *amount,
		_ => 0,
	}
}

/// All providers of the task, and then all members of the committee, give the same false result. One
/// stranger with a bond is enough to overturn it, and is better off for it: by what the providers lose.
/// What members lose is for others, or whoever challenges could live on cases of his own making.
#[test]
fn court_should_overturn_a_lie_of_all_providers_and_the_whole_committee() {
	let mut trial = Trial::agreed(3, lie());
	let (stake, watchers) = (trial.terms().stake, trial.watchers());
	let before = trial.worth(&watchers);
	trial.challenge();
	let false_digest = trial.digest(&lie());
	trial.vote(|_| false_digest);
	assert!(matches!(trial.view().case.phase, CasePhase::AppealWindow { .. }));
	let module = trial.module.clone();
	assert_ok!(trial.adjudicate(module, GAS));

	assert_eq!(trial.ending(), Ending::Failed(FailCause::NoDelivery));
	for at in 0..3 {
		let id = trial.providers[at].id();
		let view =
			trial.chain.read(|| assay_runtime::Providers::provider_view(&id)).expect("registered");
		assert_eq!((view.free, view.locked), (assay_simulation::market::BOND - stake, 0));
	}
	let slashed = trial.chain.events.iter().filter(|event| {
		matches!(event, RuntimeEvent::Mediation(pallet_mediation::Event::Slashed { .. }))
	});
	assert_eq!(slashed.count(), 3, "the whole committee is punished");
	assert!(trial.worth(&watchers) > before, "telling the truth pays");
	let from_members = trial.chain.events.iter().any(|event| {
		use pallet_mediation::{Event::Paid, PayReason::CourtReward};
		matches!(event, RuntimeEvent::Mediation(Paid { reason: CourtReward, .. }))
	});
	assert!(!from_members, "who challenges earns nothing by what members lose");
	let back: Balance = trial.chain.events.iter().map(court_cost).sum();
	let watcher = account(&trial.watcher);
	let fee = trial.chain.events.iter().rev().find_map(|event| match event {
		RuntimeEvent::TransactionPayment(TransactionFeePaid { who, actual_fee, .. }) => {
			(*who == watcher).then_some(*actual_fee)
		},
		_ => None,
	});
	let fee = fee.expect("the call was paid for");
	println!("of the {fee} that the court has cost {back} come back");
	assert!(0 < back && back <= fee, "{back} of {fee}");
	let truth = trial.truth();
	let digest = trial.digest(&truth);
	let CasePhase::Closed { ruling, .. } = trial.view().case.phase else { panic!("closed") };
	assert_eq!((ruling.truth, ruling.by_court), (Some(digest), true));
}

impl Trial {
	fn terms(&mut self) -> assay_primitives::deal::DealTerms {
		let deal = self.task.deal;
		let deal = self.chain.read(|| pallet_deals::Deals::<Runtime>::get(deal));
		deal.expect("it is kept").terms
	}

	/// One owner has all replicas, the client, the challenger, and who goes to the court.
	fn planter(&self) -> Vec<AccountId> {
		let keys = self.providers.iter().flat_map(|it| [it.id(), account(&it.operator)]);
		let others = [account(&self.client), account(&self.watcher), account(&key("Ferdie"))];
		keys.chain(others).collect()
	}
}

/// A program whose blocks take parameters, which the reference interpreter got wrong: the court found a digest
/// that nobody computes, and took the stakes of all three.
#[test]
fn court_should_confirm_honest_providers_when_blocks_take_parameters() {
	let module = include_bytes!("../../../engine/conformance/tests/named/parameters.wasm");
	// What engines other than the interpreter give: 5 as eight bytes.
	let written = ContentRef::of(&5u64.to_le_bytes());
	let entry = |kind, content| OutputEntry { path: Default::default(), kind, content };
	let outputs = Manifest(vec![
		entry(OutputKind::Stdout, written),
		entry(OutputKind::Stderr, ContentRef::of(b"")),
	]);
	// A page of memory, the operators with two calls, and the host's call that moves 20 bytes.
	let honest = Outcome::new(Class::Exited(0), 65_536 + 26 + 520, &outputs);
	let mut trial = Trial::of(module.to_vec(), 3, honest);
	let stake = trial.terms().stake;
	let providers: Vec<_> = trial.providers.iter().map(Provider::id).collect();
	trial.challenge();
	let false_digest = trial.digest(&lie());
	trial.vote(|_| false_digest);
	assert_ok!(trial.adjudicate(module.to_vec(), GAS));
	assert_eq!(trial.truth(), honest);
	assert_eq!(trial.ending(), Ending::Settled(honest));
	for id in providers {
		let view =
			trial.chain.read(|| assay_runtime::Providers::provider_view(&id)).expect("registered");
		assert!(
			stake > 0 && view.free >= assay_simulation::market::BOND,
			"nothing was taken: {view:?}"
		);
		assert_eq!(view.locked, 0);
	}
}

/// Whoever has a lie of its own agreed on and challenged has planted a case with a known answer. It pays for that with
/// its own stake, of which it gets no more back than a finder may: what copying committees lose goes to whoever is no
/// party and has the court rule.
#[test]
fn planted_lie_should_cost_its_planter_whether_or_not_the_committee_is_lazy() {
	let mut lazy = Trial::agreed(1, lie());
	let planter = lazy.planter();
	let before = lazy.worth(&planter);
	let wage = lazy.terms().wage;
	lazy.challenge();
	let agreed = lazy.digest(&lie());
	lazy.vote(|_| agreed);
	let module = lazy.module.clone();
	assert_ok!(lazy.adjudicate_as(&key("Ferdie"), module, GAS));
	let with_lazy = before.checked_sub(lazy.worth(&planter)).expect("its own stake is burnt");

	let mut diligent = Trial::agreed(1, lie());
	let planter = diligent.planter();
	let before = diligent.worth(&planter);
	diligent.challenge();
	let truth = diligent.truth();
	let truth = diligent.digest(&truth);
	diligent.vote(|_| truth);
	diligent.wait(|it| matches!(it.view().case.phase, CasePhase::Closed { .. }));
	let loss = before.checked_sub(diligent.worth(&planter)).expect("honest members are paid");
	println!(
		"a planted lie costs {:.1} wages where the committee is lazy, and {:.1} where it is not",
		with_lazy as f64 / wage as f64,
		loss as f64 / wage as f64
	);
	assert!(with_lazy > 0 && loss > 0, "nobody plants what costs him his own stake");
}

/// With twelve mediators a committee of seven is the last that can be drawn.
#[test]
fn case_should_end_when_the_pool_is_smaller_than_the_next_round() {
	let mut trial = Trial::agreed(3, lie());
	trial.challenge();
	for _ in 0..2 {
		trial.vote(|at| Hash::repeat_byte((at % 3) as u8));
	}
	let last = trial.view().terms.last_block;
	trial.wait(|it| matches!(it.view().case.phase, CasePhase::Closed { .. }));
	assert!(trial.chain.now() <= last);
	let rounds: Vec<_> = trial.view().rounds.iter().map(|round| round.members.len()).collect();
	assert_eq!(rounds, [3, 7], "there is no third round");
	// Nobody could tell, so what the providers agreed on stands.
	assert_eq!(trial.ending(), Ending::Settled(lie()));
}

/// Its seat is its own until the case is closed: it is silent at its cost, and another takes its place.
#[test]
fn mediator_should_lose_by_leaving_during_a_case() {
	let mut trial = Trial::agreed(3, lie());
	trial.challenge();
	trial.wait(Trial::is_sealing);
	let gone = trial.members()[0].clone();
	let bond = |it: &mut Trial, who: &Pair| {
		let id = account(who);
		it.chain.read(|| pallet_mediation::Mediators::<Runtime>::get(&id)).map(|one| one.bond.held)
	};
	let before = bond(&mut trial, &gone).expect("registered");
	assert_ok!(trial.chain.send(&gone, pallet_mediation::Call::leave {}));
	let withdraw = trial.chain.send(&gone, pallet_mediation::Call::withdraw {});
	assert!(withdraw.is_err(), "its stake stays");
	let truth = trial.truth();
	let truth = trial.digest(&truth);
	let (round, case, genesis) = (trial.view().case.round, trial.case, trial.genesis);
	let mut sealed: Vec<Pair> = Vec::new();
	for _ in 0..200 {
		for member in trial.members().into_iter().filter(|it| account(it) != account(&gone)) {
			let seal = seal_verdict(&genesis, case, round, &account(&member), &truth, &salt(0));
			let call = sealing(case, &trial.spec, round, seal);
			assert_ok!(trial.chain.send(&member, call));
			sealed.push(member);
		}
		if !trial.is_sealing() {
			break;
		}
		trial.chain.pass(1);
	}
	assert_eq!(sealed.len(), 3, "somebody took the place");
	for member in &sealed {
		let call = pallet_mediation::Call::reveal { case, digest: truth, salt: salt(0) };
		assert_ok!(trial.chain.send(member, call));
	}
	trial.wait(|it| matches!(it.view().case.phase, CasePhase::Closed { .. }));
	let stake = trial.view().terms.stake;
	assert_eq!(bond(&mut trial, &gone), Some(before - stake / 10), "silence costs a tenth");
}

/// One liar of a bag's only replica, and one stranger who has the list.
#[test]
fn court_should_overturn_a_lie_about_one_task_of_a_bag() {
	let mut chain = Chain::start("development");
	let provider = register(&mut chain, 0);
	let (client, watcher, module) = (key("Charlie"), key("Eve"), done());
	publish(&mut chain, &client, &module).expect("the module is published");
	let (inputs, list) = InputList::of(&[ContentRef::of(b"one"), ContentRef::of(b"two")]);
	let spec = TaskSpec { input: Input::List(inputs), ..spec(&module, GAS) };
	let request = Request {
		task: spec.clone(),
		policy: Policy::Quorum { replicas: 1, required: 1 },
		canary: false,
		max_price: PRICE,
		run_blocks: RUN,
		tags: 0,
		valid_until: 10_000,
		hints: Hints::default(),
	};
	let candidate = Candidate { provider: provider.id(), price: PRICE, weight: 1 };
	let deal = NewDeal::plain(Via::MARKET, account(&client), request, vec![candidate]);
	let bag = NewDeal { tasks: 2, ..deal };
	assert_ok!(chain.read(|| Deals::open(bag)));
	chain.pass(8);
	let (task, task_hash) = (TaskId { deal: 0, index: 1 }, spec.hash_of(1));
	let item = (task, task_hash);
	let genesis = chain.genesis_hash();
	let seal = sealed(&genesis, item, &provider.id(), lie(), Report::Nothing, &salt(0));
	assert_ok!(chain.send(&provider.operator, commit(&[seal])));
	let opening = Opening { outcome: lie(), salt: salt(0) };
	assert_ok!(chain.send(&provider.operator, pallet_deals::Call::reveal { task, opening }));
	let digest = lie().digest(&task_hash);
	assert_ok!(chain.send(&watcher, pallet_deals::Call::challenge { task, digest }));
	let case = chain.read(|| Mediation::case_over(Subject::Task(task))).expect("opened");
	let call = |input: &[u8]| {
		let (list, module, input) = (list.clone(), module.clone(), Some(input.to_vec()));
		pallet_court::Call::adjudicate_item { case, task_hash, max_gas: GAS, list, module, input }
	};
	let other = chain.send(&watcher, call(b"one"));
	assert!(refused(other, pallet_court::Error::<Runtime>::InputDiffers));
	assert_ok!(chain.send(&watcher, call(b"two")));
	let status = chain.read(|| Deals::task_view(task)).expect("it is known").status;
	let TaskStatus::Ended(ended) = status else { panic!("open: {status:?}") };
	assert_eq!(ended.ending, Ending::Failed(FailCause::NoDelivery));
	assert!(ended.replicas[0].slashed > 0);
}

/// Nobody pays for a call that can't be in any block.
#[test]
fn court_call_should_be_invalid_when_it_fits_no_block() {
	let mut trial = Trial::agreed(1, lie());
	trial.challenge();
	let before = trial.worth(&trial.watchers());
	let (case, task_hash) = (trial.case, trial.spec.hash());
	let module = trial.module.clone();
	let call = |max_gas| -> RuntimeCall {
		let (module, input) = (module.clone(), None);
		pallet_court::Call::adjudicate { case, task_hash, max_gas, module, input }.into()
	};
	let watcher = trial.watcher.clone();
	for max_gas in [1 << 26, u64::from(u32::MAX), u64::MAX] {
		let results = trial.chain.block(&[(Some(&watcher), call(max_gas))]);
		let invalid = TransactionValidityError::Invalid(InvalidTransaction::ExhaustsResources);
		assert_eq!(results, [Err(invalid)], "{max_gas}");
	}
	assert_eq!(trial.worth(&trial.watchers()), before);
	assert_ok!(trial.adjudicate(module.clone(), GAS));
}

#[test]
fn court_should_refuse_what_is_not_the_tasks_content_or_profile() {
	let mut trial = Trial::agreed(1, lie());
	type Error = pallet_court::Error<Runtime>;
	let module = trial.module.clone();
	assert!(refused(trial.adjudicate(module.clone(), GAS), Error::CaseNotFound));
	trial.challenge();
	assert!(refused(trial.adjudicate(endless(), GAS), Error::ModuleDiffers));
	assert!(refused(trial.adjudicate(module.clone(), GAS - 1), Error::GasUnderstated));
	let retire = |status| -> RuntimeCall {
		let profile = Profile::BASE.id();
		let call = pallet_deals::Call::set_profile_status { profile, status };
		polkadot_sdk::pallet_sudo::Call::sudo { call: Box::new(call.into()) }.into()
	};
	let root = key("Alice");
	assert_ok!(trial.chain.send(&root, retire(pallet_deals::ProfileStatus::Retired)));
	assert!(refused(trial.adjudicate(module.clone(), GAS), Error::from(Unfit::ProfileRetired)));
	assert_ok!(trial.chain.send(&root, retire(pallet_deals::ProfileStatus::Active)));
	assert_ok!(trial.adjudicate(module, GAS));
}

/// Seconds that this thread has been on a processor, which other work on the machine does not change much.
fn on_processor() -> f64 {
	let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
	let nanos = stat.split(' ').next().and_then(|first| first.parse::<f64>().ok());
	nanos.unwrap_or_default() / 1e9
}

/// Figures of `docs/benchmarks/judgement.md`, with `--nocapture`.
#[test]
fn court_should_use_up_what_it_is_charged_for() {
	let mut chain = Chain::start("development");
	let module = endless();
	println!("| gas | weight, ms | native, ms | ns per gas |");
	for power in [20, 22, 24] {
		let spec = spec(&module, 1 << power);
		let call = pallet_court::Call::<Runtime>::adjudicate {
			case: 0,
			task_hash: spec.hash(),
			max_gas: 1 << power,
			module: module.clone(),
			input: None,
		};
		let weight = call.get_dispatch_info().call_weight.ref_time() as f64 / 1e9;
		let start = on_processor();
		let outcome = chain.read(|| Court::judge(&spec, &module, None)).expect("it qualifies");
		let took = on_processor() - start;
		println!(
			"| 2^{power} | {weight:.0} | {:.0} | {:.1} |",
			took * 1e3,
			took * 1e9 / f64::from(1u32 << power)
		);
		assert_eq!((outcome.class, outcome.gas_used), (Class::OutOfGas, 1 << power));
	}
}

/// Figures of `docs/benchmarks/judgement.md`, with `--nocapture`.
#[test]
fn draws_should_weigh_less_than_a_block_whatever_the_round() {
	type Weights = <Runtime as pallet_mediation::Config>::WeightInfo;
	let most = assay_runtime::weights::MAX_BLOCK_WEIGHT.ref_time();
	for seats in assay_primitives::case::ROUNDS {
		let weight = Weights::draw(seats).ref_time();
		println!("draw of {seats}: {:.2} ms", weight as f64 / 1e9);
		assert!(weight < most / 10);
	}
}
