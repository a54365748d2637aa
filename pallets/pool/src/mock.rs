//! A chain of this pallet, with real balances. Bonds and reservations are holds, and what is burnt leaves the issuance.

use crate::{self as pallet_pool, Event, MemberPlace, Pool, Stage};
pub use assay_mocks::{
	account,
	arbiter::{ARBITER, ArbiterIsOpen, Cases, ManyWait, MockArbiter},
	beacon::{BeaconIsDry, Entropy},
	providers::{self, Provider},
	reservations::{self, TaskRefusal},
};
use assay_mocks::{beacon::MockBeacon, configure_balances, configure_system, economy::MockEconomy};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash, MILLI, Permill, UNIT,
	case::Subject,
	content::ContentRef,
	judges::Judges,
	merkle::ListRoot,
	money::Economics,
	outcome::{Class, Digest, Manifest, Outcome},
	pool::{
		Columns, Exhibit, InWork, Leaf, LeafId, Matrix, PoolTerms, Pricing, Publication, Rates,
		ShownInput, ShownLeaf, Spot,
	},
	price::MGAS,
	profile::Profile,
	takers,
	task::{Input, InputList, Limits, TaskSpec},
	traits::{CaseId, CaseRequest, Holds, MediatorPool, Ruling, Verdicts},
};
use polkadot_sdk::{
	frame_support::{
		assert_ok, parameter_types,
		traits::{
			ConstBool, ConstU8, ConstU32, ConstU128,
			fungible::{Inspect, Mutate},
			tokens::Preservation,
		},
	},
	frame_system, pallet_balances,
	sp_io::TestExternalities,
	sp_runtime::DispatchResult,
};

assay_mocks::runtime! {
	0 => System = frame_system,
	1 => Balances = pallet_balances,
	2 => Providers = providers,
	3 => Ledger = reservations,
	4 => Pools = pallet_pool,
}

pub const EXISTENTIAL_DEPOSIT: Balance = MILLI;
pub const ENDOWMENT: Balance = 1_000 * UNIT;
/// Of each provider.
pub const BOND: Balance = 100 * UNIT;
/// What members put up.
pub const DEPOSIT: Balance = 10 * UNIT;
pub const MIN_WINDOW: BlockNumber = 6;
pub const MAX_POOL_BLOCKS: BlockNumber = 10_000;
pub const DOUBT: BlockNumber = 100;
pub const SHOW: BlockNumber = 30;
pub const BEACON_SPAN: BlockNumber = 64;
/// Limit of a round.
pub const LIMIT: BlockNumber = 50;
/// First block in which nobody signs up for the first round.
pub const START: BlockNumber = 10;
/// First block in which nothing is published.
pub const END: BlockNumber = 2_000;
/// Gas limit of a leaf.
pub const GAS: u64 = 2 * MGAS;
/// What a leaf costs for each million units of gas.
pub const PER_MGAS: Balance = MILLI;

pub const CLIENT: u8 = 1;
pub const STRANGER: u8 = 2;
/// Operator of the first provider; the others sign themselves.
pub const OPERATOR: u8 = 3;
/// Stash of the first provider.
pub const FIRST: u8 = 10;
/// Providers that there are.
pub const PROVIDERS: u8 = 6;

/// Mediators, of whom enough take every task, or nobody takes any.
pub struct Takers;

impl MediatorPool for Takers {
	fn can_judge(_: &AccountId, _: &[AccountId]) -> bool {
		EnoughTake::get()
	}
	fn take(_: &Judges, _: &[AccountId], _: &takers::Question) -> bool {
		EnoughTake::get()
	}
}

parameter_types! {
	pub static Open: bool = true;
	pub static EnoughTake: bool = true;
	pub static Constants: Economics = Economics::DEFAULT;
	pub const Fee: Permill = Permill::from_percent(2);
	pub const Fine: Permill = Permill::from_percent(10);
}

configure_system!();
configure_balances!(EXISTENTIAL_DEPOSIT);

impl providers::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Settles = ConstBool<true>;
}

impl reservations::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
}

impl pallet_pool::Config for Test {
	type Ledger = Ledger;
	type Holds = Providers;
	type Stakes = Providers;
	type Capacity = Providers;
	type Reputations = Providers;
	type Arbiter = MockArbiter;
	type Mediators = Takers;
	type Beacon = MockBeacon<System, BEACON_SPAN>;
	type Economy = MockEconomy<Constants>;
	type BlockNumberProvider = System;
	type OpenToAll = Open;
	type BeaconWindow = ConstU8<2>;
	type BeaconAuthors = ConstU8<1>;
	type MinWindow = ConstU32<MIN_WINDOW>;
	type MaxPoolBlocks = ConstU32<MAX_POOL_BLOCKS>;
	type DoubtBlocks = ConstU32<DOUBT>;
	type ShowBlocks = ConstU32<SHOW>;
	type MinDeposit = ConstU128<UNIT>;
	type LeavingFee = Fee;
	type ClientFine = Fine;
	type DepositBase = ConstU128<UNIT>;
	type DepositPerByte = ConstU128<1_000>;
	type WeightInfo = ();
}

assay_mocks::helpers!(signed, held, usable, last_event);

/// Stash of the provider at a position.
pub const fn stash(at: u8) -> u8 {
	FIRST + at
}

pub fn new_test_ext() -> TestExternalities {
	let everybody = (CLIENT..=OPERATOR).chain(FIRST..FIRST + PROVIDERS).map(account);
	let balances = assay_mocks::endowed(everybody, ENDOWMENT);
	let mut ext =
		assay_mocks::externalities::<Test>(RuntimeGenesisConfig { balances, ..Default::default() });
	ext.execute_with(|| {
		ArbiterIsOpen::set(true);
		ManyWait::set(false);
		Cases::set(Vec::new());
		for at in 0..PROVIDERS {
			let operator = if at == 0 { OPERATOR } else { stash(at) };
			Providers::register(&account(stash(at)), Provider::new(account(operator), BOND));
		}
	});
	ext
}

/// Runs a test and then checks the invariants.
pub fn build_and_execute(test: impl FnOnce()) {
	assay_mocks::execute_and_check(new_test_ext(), test, Pools::do_try_state);
}

/// The inputs of so many subtasks.
pub fn inputs(leaves: u32) -> Vec<ContentRef> {
	(0..leaves).map(|at| ContentRef::of(&at.to_le_bytes())).collect()
}

pub fn terms(leaves: u32) -> PoolTerms {
	let task = TaskSpec {
		module: ContentRef::of(b"module"),
		profile: Profile::BASE.id(),
		args: Default::default(),
		env: Default::default(),
		input: Input::List(InputList {
			root: ListRoot::of(&inputs(leaves)),
			list: ContentRef::of(b"list"),
		}),
		seed: Hash::zero(),
		limits: Limits { gas: GAS, memory_pages: 16, output_bytes: 1_024 },
	};
	PoolTerms {
		task,
		rates: Rates::steady(Pricing::Gas { per_mgas: PER_MGAS }),
		columns: Columns::Equal,
		in_work: InWork::Returned,
		window: MIN_WINDOW,
		limit: LIMIT,
		idle_rounds: 2,
		members: 8,
		deposit: DEPOSIT,
		audits: 16,
		input_bytes: 64,
		hints: Default::default(),
	}
}

pub fn try_create(terms: PoolTerms) -> DispatchResult {
	Pools::create(signed(CLIENT), Box::new(terms), START, END)
}

/// Creates the pool 0.
pub fn create(terms: PoolTerms) {
	assert_ok!(try_create(terms));
}

pub fn pool() -> Pool {
	crate::Pools::<Test>::get(0).expect("the pool is there")
}

pub fn stage() -> Stage {
	pool().stage
}

pub fn sign_up(id: u8) -> DispatchResult {
	Pools::sign_up(signed(id), 0, pool().hash())
}

/// The first providers sign up.
pub fn all_sign_up(count: u8) {
	for at in 0..count {
		assert_ok!(sign_up(stash(at)));
	}
}

pub fn leave(id: u8) -> DispatchResult {
	Pools::leave(signed(id), 0, pool().hash())
}

pub fn poke() -> DispatchResult {
	Pools::poke(signed(STRANGER), 0).map(|_| ()).map_err(|failed| failed.error)
}

pub fn now() -> BlockNumber {
	System::block_number()
}

pub fn run_to(block: BlockNumber) {
	System::set_block_number(block);
}

pub fn pass(blocks: BlockNumber) {
	run_to(now() + blocks);
}

/// Has the seed become known and the leaves dealt out.
pub fn deal_out() {
	pass(4);
	assert_ok!(poke());
	assert_eq!(stage(), Stage::Racing);
}

/// Has the audits of the last round drawn.
pub fn draw_last() {
	pass(4);
	assert_ok!(poke());
	assert!(matches!(stage(), Stage::Doubted { ticket: None, .. }));
}

/// A pool of so many leaves in its first round among so many members.
pub fn race(terms: PoolTerms, count: u8) {
	create(terms);
	all_sign_up(count);
	run_to(START);
	assert_ok!(poke());
	deal_out();
}

/// The leaves of each member in the round that goes on, in their order.
pub fn columns() -> Vec<Vec<u32>> {
	let pool = pool();
	let history = Pools::history(0, &pool);
	let mut matrix = Matrix::new(pool.terms.leaves().len, pool.terms.in_work);
	for round in history.rounds() {
		matrix.begin(round);
		if round.ends.is_some() {
			matrix.end(round);
		}
	}
	matrix.columns().to_vec()
}

/// Gas that a subtask takes.
pub fn gas(subtask: u32) -> u64 {
	MGAS + u64::from(subtask) * 1_000
}

/// The number of the round that goes on or has just ended.
pub fn round() -> u16 {
	pool().rounds - 1
}

/// The leaves of the beginning of a member's column.
pub fn leaves(member: u16, count: usize) -> Vec<Leaf> {
	let outcome = |it: &u32| (*it, Outcome::new(Class::Exited(0), gas(*it), &Manifest::default()));
	let column = &columns()[usize::from(member)];
	let outcomes: Vec<_> = column.iter().take(count).map(outcome).collect();
	Leaf::column(0, Spot { round: round(), member, row: 0 }, &outcomes)
}

pub fn seed() -> Hash {
	crate::Rounds::<Test>::get(0, round()).expect("a round has begun").seed
}

pub fn publish_as(id: u8, publication: Publication) -> DispatchResult {
	Pools::publish(signed(id), 0, seed(), publication)
}

/// The member publishes so many leaves of its column, as they are.
pub fn publish(member: u16, count: usize) -> DispatchResult {
	publish_as(stash_of(member), Publication::of(&leaves(member, count)))
}

/// Stash of a member.
pub fn stash_of(member: u16) -> u8 {
	let members = crate::MembersOf::<Test>::get(0);
	let stash: &[u8] = members[usize::from(member)].provider.as_ref();
	stash[0]
}

/// All members publish all they have.
pub fn all_publish() {
	let columns = columns();
	for (member, column) in columns.iter().enumerate().filter(|(_, column)| !column.is_empty()) {
		assert_ok!(publish(member as u16, column.len()));
	}
}

/// The leaf of this row with its path, and the one before it.
pub fn exhibit(leaves: &[Leaf], row: u32) -> Exhibit {
	let show = |row: u32| ShownLeaf {
		leaf: leaves[row as usize],
		proof: ListRoot::prove(leaves, row).expect("a row of the column"),
	};
	Exhibit { leaf: show(row), before: row.checked_sub(1).map(show) }
}

/// The input of a subtask, with its path.
pub fn input(subtask: u32) -> ShownInput {
	let inputs = inputs(pool().terms.leaves().len);
	let proof = ListRoot::prove(&inputs, subtask).expect("a subtask");
	ShownInput { input: inputs[subtask as usize], proof }
}

/// What a leaf says that its subtask gives.
pub fn digest(leaf: &Leaf) -> Digest {
	let task = pool().terms.task.with_input(input(leaf.subtask).input);
	leaf.outcome.digest(&task.hash())
}

/// Decides the case that was opened last, which has cost all of its funds but a third.
pub fn decide(truth: Option<Digest>) -> (Balance, DispatchResult) {
	let case = Cases::get().len() - 1;
	let CaseRequest { funds, refund, subject, .. } = Cases::get()[case].clone();
	let back = funds / 3;
	let moved = <Balances as Mutate<AccountId>>::transfer(
		&ARBITER,
		&refund,
		back,
		Preservation::Expendable,
	);
	assert_ok!(moved);
	let Subject::Leaf(leaf) = subject else { panic!("a case over a leaf") };
	let spent = funds - back;
	let ruling = Ruling { truth, by_court: false, spent };
	(spent, <Pools as Verdicts<LeafId>>::decided(&leaf, case as CaseId, ruling, None))
}

/// What was published in the round that goes on.
pub fn record() -> crate::Record {
	let round = crate::Rounds::<Test>::get(0, round()).expect("a round has begun");
	crate::Record::truncate_from(round.open().expect("it goes on").published)
}

pub fn place(member: u16) -> MemberPlace {
	crate::MembersOf::<Test>::get(0)[usize::from(member)].place
}

pub fn deposit_of(at: u8) -> Balance {
	Providers::held(&account(stash(at)), &Pools::instance(0))
}

pub fn issuance() -> Balance {
	<Balances as Inspect<AccountId>>::total_issuance()
}
