//! A chain of this pallet, with the rest of the world as small as it can be while money is real:
//! bonds are holds of real balances, and what is burnt leaves the issuance.

use crate as pallet_deals;
pub use assay_mocks::{
	account,
	arbiter::*,
	beacon::{BeaconIsDry, Entropy},
	contents::*,
	providers::{self, Room, Scores},
	publishers::*,
};
use assay_mocks::{beacon::MockBeacon, configure_balances, configure_system, economy::MockEconomy};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash,
	case::Subject,
	content::ContentRef,
	deal::{EndedTask, Opening, Replica, ReplicaState, Task, TaskState, Via},
	excuse::Excuse,
	hashing::tagged_hash,
	merkle::ListRoot,
	money::{Economics, Fees, LeastWage, Seats, Slashes, Stakes},
	outcome::{Class, Digest, Outcome},
	policy::Policy,
	price::Price,
	request::{Candidate, Request},
	seal::{Report, Salt, Seal, seal_digest, seal_report},
	task::{DealId, Input, InputList, Limits, TaskId},
	traits::{CaseId, CourtBill, DealBook, NewDeal, Ruling, Verdicts},
};
use frame_support::{
	assert_ok,
	dispatch::PostDispatchInfo,
	parameter_types,
	traits::{
		ConstBool, ConstU8, ConstU32, ConstU64, ConstU128,
		fungible::{Inspect, InspectHold, Mutate},
		tokens::Preservation,
	},
	weights::{Weight, constants::RocksDbWeight},
};
use frame_system::EnsureRoot;
use polkadot_sdk::*;
use sp_runtime::{DispatchError, DispatchResult, Permill};
use std::collections::BTreeMap;

assay_mocks::runtime! {
	0 => System = frame_system,
	1 => Balances = pallet_balances,
	2 => Providers = providers,
	3 => Deals = pallet_deals,
}

configure_system! {
	type BlockHashCount = ConstU32<16>;
	type DbWeight = RocksDbWeight;
}

/// Existential deposit.
pub const ED: Balance = 10;

configure_balances!(ED);

impl providers::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Settles = ConstBool<true>;
}

parameter_types! {
	pub FeeDestination: AccountId = TREASURY;
	/// Amounts are small here, and nothing is audited before a test says so.
	pub static Constants: Economics = Economics {
		fees: Fees { callback: 50, scored: LEAST_SCORED, ..Economics::DEFAULT.fees },
		stakes: Stakes {
			least: 100,
			factor: 0,
			audit_rate: Permill::zero(),
			audit_least: Permill::zero(),
			..Economics::DEFAULT.stakes
		},
		slashes: Slashes {
			silent: Permill::from_percent(50),
			harm: Permill::from_percent(10),
			jackpot_least: 1_000,
			..Economics::DEFAULT.slashes
		},
		seats: Seats { wage: LeastWage::NONE, ..Economics::DEFAULT.seats },
	};
	pub AuditFund: AccountId = FUND;
	/// Most that a callback may weigh.
	pub static MaxCallbackWeight: Weight = Weight::from_parts(1_000_000_000, 1 << 20);
}

/// Changes the economic constants for what follows.
pub fn change(economics: impl FnOnce(&mut Economics)) {
	Constants::mutate(economics);
}

/// Has so many of the agreed results audited at least, of deals that are opened from now on.
pub fn audit(share: Permill) {
	change(|it| (it.stakes.audit_rate, it.stakes.audit_least) = (share, share));
}

/// What is burnt of a slash at least.
pub fn burn_of(slash: Balance) -> Balance {
	Constants::get().slashes.burn.mul_ceil(slash)
}

/// Blocks for which the mock beacon keeps what a ticket needs.
pub const BEACON_SPAN: BlockNumber = 64;

pub type TestBeacon = MockBeacon<System, BEACON_SPAN>;

/// Rules on a case as an arbiter does: the committee keeps what it cost, the rest goes back.
pub fn rule(case: CaseId, truth: Option<Digest>, spent: Balance) -> DispatchResult {
	let request = Cases::get().remove(case as usize);
	let rest = request.funds - spent;
	if rest > 0 {
		assert_ok!(Balances::transfer(&ARBITER, &request.refund, rest, Preservation::Expendable));
	}
	let Subject::Task(task) = request.subject else { panic!("deals have tasks judged") };
	Deals::decided(&task, case, Ruling { truth, by_court: false, spent }, None)
}

/// The court rules, at no cost.
pub fn rule_by_court(case: CaseId, truth: Digest) -> DispatchResult {
	rule_by_court_for(case, truth, None)
}

/// The court rules, at a cost that the case could not give back.
pub fn rule_by_court_for(case: CaseId, truth: Digest, bill: Option<CourtBill>) -> DispatchResult {
	let request = Cases::get().remove(case as usize);
	assert_ok!(Balances::transfer(
		&ARBITER,
		&request.refund,
		request.funds,
		Preservation::Expendable
	));
	let Subject::Task(task) = request.subject else { panic!("deals have tasks judged") };
	Deals::decided(&task, case, Ruling { truth: Some(truth), by_court: true, spent: 0 }, bill)
}

/// What a replica has to earn at least for its score to grow.
pub const LEAST_SCORED: Balance = 100;

impl pallet_deals::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Beacon = TestBeacon;
	type Stakes = Providers;
	type Capacity = Providers;
	type Reputations = Providers;
	type Exposures = Providers;
	type Contents = MockContents;
	type Callback = RuntimeCall;
	type MaxCallbackWeight = MaxCallbackWeight;
	type Economy = MockEconomy<Constants>;
	type Arbiter = MockArbiter;
	type Publishers = MockPublishers<Test>;
	type AuditFund = AuditFund;
	type AdminOrigin = EnsureRoot<AccountId>;
	type BlockNumberProvider = System;
	type FeeDestination = FeeDestination;
	type RetainBlocks = ConstU32<50>;
	type BeaconWindow = ConstU8<2>;
	type BeaconAuthors = ConstU8<1>;
	type MaxRunBlocks = ConstU32<1_000>;
	type MinRevealBlocks = ConstU32<10>;
	type HardEndSlack = ConstU32<100>;
	type MaxGas = ConstU64<{ 1 << 40 }>;
	type MaxMemoryPages = ConstU32<4_096>;
	type MaxOutputBytes = ConstU64<{ 1 << 26 }>;
	type DepositBase = ConstU128<100>;
	type DepositPerByte = ConstU128<1>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = MockHelper;
}

#[cfg(feature = "runtime-benchmarks")]
pub struct MockHelper;

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper for MockHelper {
	fn provider(index: u32) -> (AccountId, AccountId) {
		let key = |tag: &[u8]| AccountId::from(tagged_hash(tag, &index).0);
		let (stash, operator) = (key(b"stash"), key(b"operator"));
		fund(&stash, 100 * RICH);
		Providers::register(&stash, provider(operator.clone(), 50 * RICH));
		(stash, operator)
	}
	fn client() -> AccountId {
		fund(&CLIENT, 1_000 * RICH);
		CLIENT
	}
	fn reveal_seed(ticket: &assay_primitives::beacon::Ticket, _: u32) {
		System::set_block_number(ticket.taken_at + 4);
	}
}

pub const CLIENT: AccountId = account(200);
pub const SECOND_CLIENT: AccountId = account(201);
pub const STRANGER: AccountId = account(202);
/// Does not exist until it is paid.
pub const TREASURY: AccountId = account(240);

/// Collects the audit tax.
pub const FUND: AccountId = account(242);

/// Free balance that everybody starts with.
pub const RICH: Balance = 1_000_000_000_000;
/// Bond of every provider.
pub const BOND: Balance = 100_000_000_000;
/// P_max of every candidate, and the price of a run that uses all its gas.
pub const P: Balance = 1_000_000_000;
/// Stake of a replica at that price.
pub const S: Balance = 300_000_000;
/// Providers of the mock.
pub const PROVIDERS: u8 = 32;
/// Slots of each.
const SLOTS: u16 = 64;
/// Run time of requests.
pub const T: BlockNumber = 40;
/// Blocks for revealing that follow from it.
pub const R: BlockNumber = 10;
/// Gas limit of requests.
pub const GAS: u64 = 1_000_000;

/// Stash of a provider, from 0.
pub fn stash(index: u8) -> AccountId {
	account(index + 1)
}

/// Operator key of a provider.
pub fn operator(index: u8) -> AccountId {
	account(index + 101)
}

/// Operator key of a stash.
pub fn operator_of(stash: &AccountId) -> AccountId {
	let bytes: &[u8; 32] = stash.as_ref();
	account(bytes[0] + 100)
}

#[cfg(feature = "runtime-benchmarks")]
fn fund(who: &AccountId, amount: Balance) {
	use frame_support::traits::fungible::Mutate;
	Balances::set_balance(who, amount);
}

fn provider(operator: AccountId, bond: Balance) -> providers::Provider {
	providers::Provider { free_slots: SLOTS, ..providers::Provider::new(operator, bond) }
}

/// The mock's externalities at block 1.
pub fn new_test_ext() -> sp_io::TestExternalities {
	let people = [CLIENT, SECOND_CLIENT, STRANGER, ARBITER, FUND, PUBLISHER];
	let keys = (0..PROVIDERS).flat_map(|at| [stash(at), operator(at)]);
	let balances = assay_mocks::endowed(people.into_iter().chain(keys), RICH);
	let genesis = RuntimeGenesisConfig { balances, ..Default::default() };
	let mut ext = assay_mocks::externalities::<Test>(genesis);
	ext.execute_with(|| {
		for at in 0..PROVIDERS {
			Providers::register(&stash(at), provider(operator(at), BOND));
		}
	});
	ext
}

/// Runs a test, and checks all invariants afterwards.
pub fn build_and_execute(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		test();
		check_everything();
	});
}

/// Checks the pallet's invariants, and those that need to look into the mock.
pub fn check_everything() {
	Deals::do_try_state().expect("the invariants hold");
	for at in 0..PROVIDERS {
		let (locked, slots) = Providers::at_risk(&stash(at));
		assert_eq!(Deals::at_risk(&stash(at)), (locked, slots.into()), "stakes of {at}");
	}
}

/// Goes to a later block.
pub fn run_to(block: BlockNumber) {
	System::set_block_number(System::block_number().max(block));
}

pub fn pass(blocks: BlockNumber) {
	run_to(System::block_number() + blocks);
}

pub const PRICE: Price = Price { base: 0, per_mgas: P };

/// A request of one task.
pub fn request(replicas: u8, required: u8) -> Request {
	Request {
		task: assay_mocks::spec(
			ContentRef::of(b"\0asm\x01\0\0\0"),
			Limits { gas: GAS, memory_pages: 16, output_bytes: 1_000 },
		),
		policy: Policy::Quorum { replicas, required },
		canary: false,
		max_price: PRICE,
		run_blocks: T,
		tags: 0,
		valid_until: 1_000_000,
		hints: Default::default(),
	}
}

/// The first `count` providers as candidates of equal price and weight.
pub fn candidates(count: u8) -> Vec<Candidate> {
	(0..count).map(|at| Candidate { provider: stash(at), price: PRICE, weight: 100 }).collect()
}

/// A deal of one task that the client pays itself.
pub fn plain(request: Request, candidates: Vec<Candidate>) -> NewDeal {
	NewDeal::plain(Via::MARKET, CLIENT, request, candidates)
}

/// A deal over a list of inputs.
pub fn bag(tasks: u32, replicas: u8, required: u8, count: u8) -> NewDeal {
	let inputs: Vec<_> = (0..tasks).map(|at| ContentRef::of(&at.to_le_bytes())).collect();
	let mut request = request(replicas, required);
	request.task.input = Input::List(InputList::of(&inputs).0);
	NewDeal { tasks, ..plain(request, candidates(count)) }
}

/// Opens a deal of one task.
pub fn open_deal(
	client: &AccountId,
	request: Request,
	candidates: Vec<Candidate>,
) -> Result<DealId, DispatchError> {
	Deals::open(NewDeal::plain(Via::MARKET, client.clone(), request, candidates))
}

/// Opens a deal.
pub fn open(replicas: u8, required: u8, count: u8) -> TaskId {
	let deal = open_deal(&CLIENT, request(replicas, required), candidates(count));
	TaskId { deal: deal.expect("the deal is in order"), index: 0 }
}

/// Opens a deal and draws its first wave. Returns the drawn stashes in order.
pub fn open_and_draw(replicas: u8, required: u8, count: u8) -> (TaskId, Vec<AccountId>) {
	let task = open(replicas, required, count);
	pass(4);
	assert_ok!(Deals::poke(RuntimeOrigin::signed(STRANGER), task));
	(task, drawn(task, 0))
}

/// A task that has not ended and that somebody has opened.
pub fn live(task: TaskId) -> Option<Task> {
	pallet_deals::Tasks::<Test>::iter().find(|(_, id, _)| *id == task).map(|(.., live)| live)
}

/// A task that has ended and is not pruned.
pub fn kept(task: TaskId) -> Option<EndedTask> {
	pallet_deals::Ended::<Test>::iter().find(|(_, id, _)| *id == task).map(|(.., ended)| ended)
}

/// Stashes drawn for a wave.
pub fn drawn(task: TaskId, wave: u8) -> Vec<AccountId> {
	let deal = pallet_deals::Deals::<Test>::get(task.deal).expect("the deal exists");
	let task = live(task).expect("the task is live");
	let in_wave = task.replicas.iter().filter(|replica| replica.wave == wave);
	in_wave.map(|one| deal.candidates[one.candidate as usize].provider.clone()).collect()
}

/// The outcome that honest replicas get.
pub fn good() -> Outcome {
	Outcome {
		class: Class::Exited(0),
		gas_used: GAS,
		output: ListRoot { root: Hash::repeat_byte(1), len: 2 },
		output_bytes: 10,
	}
}

/// Another outcome, of the same gas.
pub fn bad(variant: u8) -> Outcome {
	Outcome { output: ListRoot { root: Hash::repeat_byte(variant), len: 3 }, ..good() }
}

/// Hash of a task; of one that does not exist, zero.
pub fn spec_hash(task: TaskId) -> Hash {
	let deal = pallet_deals::Deals::<Test>::get(task.deal);
	deal.map(|deal| deal.request.task.hash_of(task.index)).unwrap_or_default()
}

/// The digest that a task agrees on; where there is none, zero.
pub fn agreed_digest(task: TaskId) -> Digest {
	live(task).and_then(|task| task.state.agreed()).unwrap_or_default()
}

pub fn digest_of(task: TaskId, outcome: Outcome) -> Digest {
	outcome.digest(&spec_hash(task))
}

/// The salt that a provider of the mock uses for an outcome.
pub fn salt(task: TaskId, provider: &AccountId, outcome: &Outcome) -> Salt {
	tagged_hash(b"salt", &(task, provider, outcome)).0
}

pub fn seal(task: TaskId, provider: &AccountId, outcome: Outcome) -> Seal {
	let salt = salt(task, provider, &outcome);
	let digest = digest_of(task, outcome);
	Seal {
		digest: seal_digest(&Deals::genesis_hash(), &task, provider, &digest, &salt),
		report: Hash::repeat_byte(9),
	}
}

/// Salt of the reports of the mock.
pub const REPORT_SALT: Salt = [3; 32];

/// Seals an outcome and, beside it, the report that another one is true.
pub fn try_commit_with_report(
	task: TaskId,
	provider: &AccountId,
	lie: Outcome,
	truth: Outcome,
) -> Result<(), DispatchError> {
	let report = Report::Collusion(digest_of(task, truth));
	let genesis = Deals::genesis_hash();
	let report = seal_report(&genesis, &task, provider, &report, &REPORT_SALT);
	let seal = Seal { report, ..seal(task, provider, lie) };
	dispatch(&operator_of(provider), committing(task, seal)).map(|_| ())
}

pub fn commit_with_report(task: TaskId, provider: &AccountId, lie: Outcome, truth: Outcome) {
	assert_ok!(try_commit_with_report(task, provider, lie, truth));
}

pub fn try_open_report(
	task: TaskId,
	provider: &AccountId,
	outcome: Outcome,
) -> Result<(), DispatchError> {
	let (digest, salt) = (agreed_digest(task), REPORT_SALT);
	let call = pallet_deals::Call::open_report { task, digest, outcome, salt };
	dispatch(&operator_of(provider), call).map(|_| ())
}

pub fn try_check(by: &AccountId, task: TaskId) -> Result<(), DispatchError> {
	dispatch(by, pallet_deals::Call::check { task, digest: agreed_digest(task) }).map(|_| ())
}

pub fn try_challenge(by: &AccountId, task: TaskId) -> Result<(), DispatchError> {
	dispatch(by, pallet_deals::Call::challenge { task, digest: agreed_digest(task) }).map(|_| ())
}

pub fn try_accept(by: &AccountId, task: TaskId) -> Result<(), DispatchError> {
	dispatch(by, pallet_deals::Call::accept { task, digest: agreed_digest(task) }).map(|_| ())
}

/// Stake of each replica of a task.
pub fn stake(task: TaskId) -> Balance {
	pallet_deals::Deals::<Test>::get(task.deal).expect("the deal exists").terms.stake
}

pub fn opening(task: TaskId, provider: &AccountId, outcome: Outcome) -> Opening {
	Opening { outcome, salt: salt(task, provider, &outcome) }
}

/// Calls as a transaction does, so that a failed one leaves nothing behind.
pub fn dispatch(
	who: &AccountId,
	call: pallet_deals::Call<Test>,
) -> Result<PostDispatchInfo, DispatchError> {
	assay_mocks::dispatch::<RuntimeCall>(call, RuntimeOrigin::signed(who.clone()))
}

/// The call that hands a seal in.
pub fn committing(task: TaskId, seal: Seal) -> pallet_deals::Call<Test> {
	pallet_deals::Call::commit { task, task_hash: spec_hash(task), seal }
}

pub fn try_commit(
	task: TaskId,
	provider: &AccountId,
	outcome: Outcome,
) -> Result<(), DispatchError> {
	let seal = seal(task, provider, outcome);
	dispatch(&operator_of(provider), committing(task, seal)).map(|_| ())
}

pub fn try_reveal(
	task: TaskId,
	provider: &AccountId,
	outcome: Outcome,
) -> Result<(), DispatchError> {
	let opening = opening(task, provider, outcome);
	dispatch(&operator_of(provider), pallet_deals::Call::reveal { task, opening }).map(|_| ())
}

/// For want of content.
pub fn try_decline(task: TaskId, provider: &AccountId) -> Result<(), DispatchError> {
	try_excuse(task, provider, Excuse::Content)
}

pub fn try_excuse(task: TaskId, provider: &AccountId, excuse: Excuse) -> Result<(), DispatchError> {
	let call = pallet_deals::Call::decline { task, task_hash: spec_hash(task), excuse };
	dispatch(&operator_of(provider), call).map(|_| ())
}

pub fn try_denounce(
	by: &AccountId,
	task: TaskId,
	provider: &AccountId,
	outcome: Outcome,
) -> Result<(), DispatchError> {
	let (digest, salt) = (digest_of(task, outcome), salt(task, provider, &outcome));
	let provider = provider.clone();
	dispatch(by, pallet_deals::Call::denounce { task, provider, digest, salt }).map(|_| ())
}

pub fn try_poke(by: &AccountId, task: TaskId) -> Result<(), DispatchError> {
	dispatch(by, pallet_deals::Call::poke { task }).map(|_| ())
}

pub fn commit(task: TaskId, provider: &AccountId, outcome: Outcome) {
	assert_ok!(try_commit(task, provider, outcome));
}

pub fn reveal(task: TaskId, provider: &AccountId, outcome: Outcome) {
	assert_ok!(try_reveal(task, provider, outcome));
}

pub fn decline(task: TaskId, provider: &AccountId) {
	assert_ok!(try_decline(task, provider));
}

pub fn poke(task: TaskId) {
	assert_ok!(try_poke(&STRANGER, task));
}

/// Has a wave commit and reveal these outcomes, in the order of the draw.
pub fn run_wave(task: TaskId, providers: &[AccountId], outcomes: &[Outcome]) {
	for (provider, outcome) in providers.iter().zip(outcomes) {
		commit(task, provider, *outcome);
	}
	for (provider, outcome) in providers.iter().zip(outcomes) {
		reveal(task, provider, *outcome);
	}
}

/// Has a wave seal these outcomes and all open them but the last one, which applies the deadline itself.
pub fn run_wave_but_the_last(task: TaskId, providers: &[AccountId], outcomes: &[Outcome]) {
	let (last, others) = providers.split_last().expect("somebody was drawn");
	for (provider, outcome) in providers.iter().zip(outcomes) {
		commit(task, provider, *outcome);
	}
	for (provider, outcome) in others.iter().zip(outcomes) {
		reveal(task, provider, *outcome);
	}
	pass(T + R);
	assert_ok!(try_poke(last, task));
}

/// Rules for what was voted, where somebody has dissented, at no cost.
pub fn confirm(task: TaskId) {
	let TaskState::Disputed { case, agreed } = state(task) else { panic!("nobody dissents") };
	assert!(agreed.is_some());
	assert_ok!(rule(case, agreed, 0));
}

pub fn state(task: TaskId) -> TaskState {
	live(task).expect("the task is live").state
}

pub fn replica(task: TaskId, provider: &AccountId) -> ReplicaState {
	let deal = pallet_deals::Deals::<Test>::get(task.deal).expect("the deal exists");
	let live = live(task).expect("the task is live");
	let is_his = |one: &&Replica| deal.candidates[one.candidate as usize].provider == *provider;
	live.replicas.iter().find(is_his).expect("it was drawn").state
}

pub fn ended(task: TaskId) -> EndedTask {
	kept(task).expect("the task has ended")
}

/// Free and held money together.
pub fn worth(who: &AccountId) -> Balance {
	Balances::total_balance(who)
}

/// Money held of a payer: escrow and deposits.
pub fn held(who: &AccountId) -> (Balance, Balance) {
	let of = |reason: pallet_deals::HoldReason| Balances::balance_on_hold(&reason.into(), who);
	(of(pallet_deals::HoldReason::Escrow), of(pallet_deals::HoldReason::StateDeposit))
}

/// This pallet's events so far.
pub fn events() -> Vec<pallet_deals::Event<Test>> {
	System::read_events_for_pallet()
}

/// Everything that was burnt: of stakes and of publishers' bonds by the mock, of challengers' bonds by
/// the pallet.
pub fn burnt() -> Balance {
	let forfeited = events().into_iter().map(|event| match event {
		pallet_deals::Event::BondForfeited { burnt, .. } => burnt,
		_ => 0,
	});
	providers::Burnt::<Test>::get() + forfeited.sum::<Balance>()
}

/// Compares what accounts gained and lost with what the events say.
pub struct Ledger {
	start: BTreeMap<AccountId, Balance>,
	events: usize,
}

impl Ledger {
	pub fn start() -> Self {
		let accounts = frame_system::Account::<Test>::iter_keys();
		Self {
			start: accounts.map(|who| (who.clone(), worth(&who))).collect(),
			events: events().len(),
		}
	}

	/// The sum of all events since the start is what everybody gained, to the last unit; and of each
	/// slash at least the share that must be burnt went to nobody.
	pub fn check(&self) {
		use pallet_deals::Event;
		let mut gains: BTreeMap<AccountId, i128> = Default::default();
		let mut book = |who: &AccountId, amount: Balance, sign: i128| {
			*gains.entry(who.clone()).or_default() += sign * amount as i128;
		};
		let mut shared: BTreeMap<(TaskId, AccountId), Balance> = Default::default();
		let events = events();
		let payers: BTreeMap<_, AccountId> = events
			.iter()
			.filter_map(|event| match event {
				Event::DealOpened { deal, payer, .. } => Some((*deal, payer.clone())),
				_ => None,
			})
			.collect();
		let clients: BTreeMap<_, AccountId> = events
			.iter()
			.filter_map(|event| match event {
				Event::DealOpened { deal, client, .. } => Some((*deal, client.clone())),
				_ => None,
			})
			.collect();
		let payer = |task: TaskId| payers[&task.deal].clone();
		for event in events.into_iter().skip(self.events) {
			match event {
				Event::ReplicaPaid { task, provider, amount, .. } => {
					book(&payer(task), amount, -1);
					book(&provider, amount, 1);
				},
				Event::FeePaid { task, amount } => {
					book(&payer(task), amount, -1);
					book(&TREASURY, amount, 1);
				},
				Event::ReplicaSlashed { provider, amount, task, .. } => {
					book(&provider, amount, -1);
					let most = amount - burn_of(amount);
					shared.insert((task, provider), most);
				},
				Event::CalledBack { task, by, reward, .. } => {
					book(&clients[&task.deal], reward, -1);
					book(&by, reward, 1);
				},
				Event::JackpotPaid { mediator, amount, .. } => {
					book(&FUND, amount, -1);
					book(&mediator, amount, 1);
				},
				Event::CourtRepaid { to, amount, .. } => {
					book(&FUND, amount, -1);
					book(&to, amount, 1);
				},
				Event::TipPaid { deal, solver, amount } => {
					book(&payers[&deal], amount, -1);
					book(&solver, amount, 1);
				},
				Event::AuditTaxPaid { task, amount } => {
					book(&payer(task), amount, -1);
					book(&FUND, amount, 1);
				},
				Event::OwnerPaid { task, owner, amount } => {
					book(&payer(task), amount, -1);
					book(&owner, amount, 1);
				},
				Event::PublisherSlashed { amount, .. } => book(&PUBLISHER, amount, -1),
				Event::PaidByPublisher { provider, amount, .. } => book(&provider, amount, 1),
				Event::TaskDisputed { task, funds, .. } => {
					let case =
						Cases::get().into_iter().rfind(|case| case.subject == Subject::Task(task));
					book(&case.expect("it was opened").refund, funds, -1);
					book(&ARBITER, funds, 1);
				},
				Event::CaseDecided { case, spent, .. } => {
					// What the mock's arbiter gives back of the funds.
					let request = Cases::get().remove(case as usize);
					book(&request.refund, request.funds - spent, 1);
					book(&ARBITER, request.funds - spent, -1);
				},
				Event::BondForfeited { who, amount, .. } => book(&who, amount, -1),
				Event::BondShared { to, amount, .. } => book(&to, amount, 1),
				Event::SlashShared { task, from, to, amount, .. } => {
					book(&to, amount, 1);
					let left = shared.get_mut(&(task, from)).expect("slashed before");
					*left = left.checked_sub(amount).expect("the burnt share is not handed on");
				},
				_ => (),
			}
		}
		let now: Vec<_> = frame_system::Account::<Test>::iter_keys().collect();
		for who in self.start.keys().chain(&now) {
			let before = self.start.get(who).copied().unwrap_or_default();
			let gained = worth(who) as i128 - before as i128;
			assert_eq!(gained, gains.get(who).copied().unwrap_or_default(), "events of {who:?}");
		}
	}
}
