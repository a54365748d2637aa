//! A chain of this pallet with real balances, a beacon whose outputs tests choose, and somebody who
//! writes down all rulings.

use crate as pallet_mediation;
pub use assay_mocks::{
	account,
	beacon::{BeaconIsDry, Entropy},
	contents::{Promised, PromisedUntil},
	verdicts::{Bills, Rulings, RulingsAreRefused},
};
use assay_mocks::{
	beacon::MockBeacon, configure_balances, configure_system, contents::MockContents,
	economy::MockEconomy, verdicts::MockVerdicts,
};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash,
	case::{CaseLimits, CasePhase, MediatorTerms, Round, Subject, Vote},
	content::ContentRef,
	hashing::blake2,
	judges::Judges,
	money::{Economics, Seats},
	outcome::Digest,
	profile::Profile,
	provider::KeyInbox,
	seal::{Salt, seal_verdict},
	task::{Limits, TaskId, TaskSpec},
	traits::{
		self, Arbiter, CaseId, CaseReason, CaseRequest, CourtCall, CourtFees, NoArbiter, Ruling,
	},
};
use codec::Encode;
use frame_support::{
	BoundedVec, PalletId, assert_ok, parameter_types,
	traits::{
		ConstU32, ConstU64, ConstU128, Hooks,
		fungible::{Inspect, InspectHold, Mutate},
		tokens::Preservation,
	},
	weights::{Weight, WeightMeter},
};
use polkadot_sdk::*;
use sp_runtime::DispatchResult;

assay_mocks::runtime! {
	0 => System = frame_system,
	1 => Balances = pallet_balances,
	2 => Mediation = pallet_mediation,
}

/// Existential deposit.
pub const ED: Balance = 10;

configure_system!();
configure_balances!(ED);

/// Wage of cases.
pub const WAGE: Balance = 10_000;
/// Stake of a member at that wage.
pub const STAKE: Balance = 100 * WAGE;
/// Least bond.
pub const MIN_BOND: Balance = 10 * STAKE;
/// Bond of the mock's mediators.
pub const BOND: Balance = 2 * MIN_BOND;
/// Bond for a weight of one.
pub const WEIGHT_UNIT: Balance = 1_000;
/// Largest weight.
pub const WEIGHT_CAP: u64 = 1_000_000;
/// Length of an era.
pub const ERA: BlockNumber = 80;
/// Unbonding.
pub const UNBONDING: BlockNumber = 300;
/// Blocks that the mock's beacon keeps a ticket for.
pub const SEED_SPAN: BlockNumber = 66;
/// Blocks for a seed.
pub const SEED_BLOCKS: BlockNumber = 150;
/// Run time of cases.
pub const RUN: BlockNumber = 30;
/// Blocks for sealing that follow from it.
pub const SEAL: BlockNumber = 30;
/// Blocks for revealing.
pub const REVEAL: BlockNumber = 10;
/// Blocks for appeals.
pub const APPEAL: BlockNumber = RUN + 20;
/// Blocks for which closed cases are kept.
pub const RETAIN: BlockNumber = 100;
/// Blocks folded into a seed.
pub const WINDOW: u8 = 4;
/// Blocks from a ticket to the draw at the start of a block.
pub const DRAW_AFTER: BlockNumber = 2 + WINDOW as BlockNumber;

parameter_types! {
	pub const MediationPallet: PalletId = PalletId(*b"as/media");
	pub const Constants: Economics = Economics {
		seats: Seats { least: 1_000, ..Economics::DEFAULT.seats },
		..Economics::DEFAULT
	};
	pub VerdictWeight: Weight = Weight::from_parts(1_000_000, 0);
	pub const BeaconWindow: u8 = WINDOW;
	pub const BeaconAuthors: u8 = 1;
	pub static ReserveWages: u32 = 0;
	pub static MinSeats: u32 = 3;
	pub static DrawsPerBlock: u32 = 4;
	pub static CourtFee: Balance = 0;
	pub static MaxQueued: u32 = 32;
	pub static JoinDelay: BlockNumber = ERA;
}

impl pallet_mediation::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Contents = MockContents;
	type BlockMillis = ConstU64<3_000>;
	type MaxJudgingBlocks = ConstU32<1_000>;
	type Beacon = MockBeacon<System, SEED_SPAN>;
	type CourtFees = MockCourtFees;
	type Verdicts = MockVerdicts;
	type BlockNumberProvider = System;
	type PalletId = MediationPallet;
	type MinBond = ConstU128<MIN_BOND>;
	type WeightUnit = ConstU128<WEIGHT_UNIT>;
	type WeightCap = ConstU64<WEIGHT_CAP>;
	type JoinDelay = JoinDelay;
	type SeedSpan = ConstU32<SEED_SPAN>;
	type UnbondingPeriod = ConstU32<UNBONDING>;
	type Economy = MockEconomy<Constants>;
	type ReserveWages = ReserveWages;
	type BeaconWindow = BeaconWindow;
	type BeaconAuthors = BeaconAuthors;
	type MinSeats = MinSeats;
	type SeedBlocks = ConstU32<SEED_BLOCKS>;
	type MinSealBlocks = ConstU32<20>;
	type MinRevealBlocks = ConstU32<REVEAL>;
	type AppealBlocks = ConstU32<20>;
	type RetainBlocks = ConstU32<RETAIN>;
	type MaxQueued = MaxQueued;
	type DrawsPerBlock = DrawsPerBlock;
	type VerdictWeight = VerdictWeight;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = MockHelper;
}

/// All calls of the court cost the same.
pub struct MockCourtFees;

impl CourtFees for MockCourtFees {
	fn of(_: Weight, _: u64) -> Balance {
		CourtFee::get()
	}
}

/// Somebody has the court rule.
pub fn court_rules(
	case: CaseId,
	by: &AccountId,
	truth: Digest,
) -> Result<Weight, sp_runtime::DispatchError> {
	let call = CourtCall { by, weight: Weight::zero(), bytes: 0 };
	<Mediation as traits::Cases>::court_ruled(case, call, truth)
}

#[cfg(feature = "runtime-benchmarks")]
pub struct MockHelper;

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper for MockHelper {
	fn reveal_seed(ticket: &assay_primitives::beacon::Ticket) {
		System::set_block_number(ticket.taken_at + DRAW_AFTER);
	}
}

pub const CLIENT: AccountId = account(200);
pub const STRANGER: AccountId = account(202);
pub const APPELLANT: AccountId = account(203);
/// Has no money.
pub const NOBODY: AccountId = account(204);

/// Free balance that everybody starts with.
pub const RICH: Balance = 1_000_000_000_000;

/// Stash of a mediator.
pub fn stash(index: u32) -> AccountId {
	AccountId::new(blake2(&("stash", index).encode()).0)
}

/// Operator key of a mediator.
pub fn operator(index: u32) -> AccountId {
	AccountId::new(blake2(&("operator", index).encode()).0)
}

/// Operator key of a stash.
pub fn operator_of(who: &AccountId) -> AccountId {
	Mediation::mediator_view(who).expect("registered").operator
}

/// Bonds of mediators in the genesis; the pool is in effect from the first block.
pub fn ext_with(bonds: &[Balance]) -> sp_io::TestExternalities {
	Promised::set(vec![spec().module.hash]);
	PromisedUntil::set(BlockNumber::MAX);
	Bills::set(Vec::new());
	CourtFee::set(0);
	let people = [CLIENT, STRANGER, APPELLANT];
	let keys = (0..bonds.len() as u32).flat_map(|at| [stash(at), operator(at)]);
	let balances = assay_mocks::endowed(people.into_iter().chain(keys), RICH);
	let mediators = bonds
		.iter()
		.enumerate()
		.map(|(at, bond)| (stash(at as u32), operator(at as u32), *bond))
		.collect();
	assay_mocks::externalities::<Test>(RuntimeGenesisConfig {
		balances,
		mediation: pallet_mediation::GenesisConfig { mediators, capacity: 8, ..Default::default() },
		..Default::default()
	})
}

/// Runs a test with `mediators` equal mediators and checks all invariants afterwards.
pub fn build_and_execute(mediators: u32, test: impl FnOnce()) {
	let ext = ext_with(&vec![BOND; mediators as usize]);
	assay_mocks::execute_and_check(ext, test, Mediation::do_try_state);
}

pub fn signed(who: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

pub fn terms(capacity: u16) -> MediatorTerms {
	let profiles = BoundedVec::truncate_from(vec![Profile::BASE.id()]);
	MediatorTerms { capacity, limits: CaseLimits::default(), profiles, inbox: None }
}

/// Where a mediator with this byte for a key takes keys at this address.
pub fn inbox(key: u8, endpoint: &[u8]) -> KeyInbox {
	let endpoint = BoundedVec::truncate_from(endpoint.to_vec());
	KeyInbox { encryption_key: [key; 32], endpoint }
}

/// Starts the next block: draws that are due are made. Nothing else happens by itself.
pub fn next_block() {
	System::set_block_number(System::block_number() + 1);
	Mediation::on_poll(System::block_number(), &mut WeightMeter::new());
}

pub fn pass(blocks: BlockNumber) {
	for _ in 0..blocks {
		next_block();
	}
}

pub fn run_to(block: BlockNumber) {
	while System::block_number() < block {
		next_block();
	}
}

/// Runs to the first block of an era.
pub fn run_to_era(era: u32) {
	run_to(era * ERA);
}

pub fn spec() -> TaskSpec {
	assay_mocks::spec(
		ContentRef { hash: Hash::repeat_byte(7), size: 1_000 },
		Limits { gas: 1_000_000, memory_pages: 16, output_bytes: 1_024 },
	)
}

/// What is true in the tests.
pub fn truth() -> Digest {
	Hash::repeat_byte(0xaa)
}

/// What is not.
pub fn lie() -> Digest {
	Hash::repeat_byte(0xbb)
}

/// A third answer.
pub fn other_lie() -> Digest {
	Hash::repeat_byte(0xcc)
}

pub fn task(deal: u64) -> Subject {
	Subject::Task(TaskId { deal, index: 0 })
}

pub fn request(deal: u64) -> CaseRequest {
	CaseRequest {
		subject: task(deal),
		spec: spec(),
		task_hash: spec().hash(),
		sealed: false,
		reason: CaseReason::Check,
		digests: vec![truth()],
		excluded: vec![CLIENT],
		judges: Judges::Public,
		run_blocks: RUN,
		wage: WAGE,
		funds: Mediation::cost(WAGE),
		refund: CLIENT,
	}
}

/// Moves the funds and opens the case, as deals do.
pub fn try_open(request: CaseRequest) -> Result<CaseId, NoArbiter> {
	let pot = Mediation::account().expect("mediation has an account");
	let funds = request.funds;
	assert_ok!(<Balances as Mutate<_>>::transfer(&CLIENT, &pot, funds, Preservation::Preserve));
	Mediation::open_case(request)
}

pub fn open_with(request: CaseRequest) -> CaseId {
	try_open(request).expect("the case can be opened")
}

/// Opens a case over task 0 of a deal.
pub fn open(deal: u64) -> CaseId {
	open_with(request(deal))
}

/// Opens a case, and waits for its committee.
pub fn open_and_draw(deal: u64) -> CaseId {
	let case = open(deal);
	await_draw(case);
	case
}

pub fn phase(case: CaseId) -> CasePhase {
	crate::Cases::<Test>::get(case).expect("the case is kept").phase
}

/// The present round.
pub fn round(case: CaseId) -> Round {
	let number = crate::Cases::<Test>::get(case).expect("the case is kept").round;
	crate::Rounds::<Test>::get(case, number).expect("a round was opened")
}

/// Stashes of the members of the present round.
pub fn members(case: CaseId) -> Vec<AccountId> {
	round(case).members.into_iter().map(|member| member.mediator).collect()
}

/// Members of the present round that have to seal.
pub fn drawn(case: CaseId) -> Vec<AccountId> {
	let drawn = round(case).members.into_iter().filter(|member| member.vote == Vote::Drawn);
	drawn.map(|member| member.mediator).collect()
}

/// Waits for the draw of the present round.
pub fn await_draw(case: CaseId) {
	for _ in 0..=DRAW_AFTER {
		if !matches!(phase(case), CasePhase::AwaitingSeed { .. }) {
			return;
		}
		next_block();
	}
	panic!("no committee was drawn: {:?}", phase(case));
}

pub fn salt_of(who: &AccountId) -> Salt {
	blake2(who.as_ref()).0
}

pub fn seal_of(case: CaseId, who: &AccountId, digest: &Digest) -> Hash {
	let number = crate::Cases::<Test>::get(case).expect("the case is kept").round;
	let genesis = System::block_hash(0);
	seal_verdict(&genesis, case, number, who, digest, &salt_of(who))
}

/// Hash of the task and the round by which calls name a case; of one that does not exist, zeros.
pub fn name_of(case: CaseId) -> (Hash, u8) {
	let terms = crate::CaseTermsOf::<Test>::get(case).map(|terms| terms.task_hash);
	let round = crate::Cases::<Test>::get(case).map(|case| case.round);
	(terms.unwrap_or_default(), round.unwrap_or_default())
}

/// Hands a seal in for the present round of a case.
pub fn seal_with(operator: AccountId, case: CaseId, seal: Hash) -> DispatchResult {
	let (task_hash, round) = name_of(case);
	Mediation::seal(signed(operator), case, task_hash, round, seal)
		.map(|_| ())
		.map_err(|error| error.error)
}

pub fn seal_as(case: CaseId, who: &AccountId, digest: &Digest) -> DispatchResult {
	seal_with(operator_of(who), case, seal_of(case, who, digest))
}

pub fn reveal_as(case: CaseId, who: &AccountId, digest: &Digest) -> DispatchResult {
	Mediation::reveal(signed(operator_of(who)), case, *digest, salt_of(who))
		.map(|_| ())
		.map_err(|error| error.error)
}

/// Has the present committee seal and reveal: the first `lies` of them the lie, the others the truth.
pub fn vote(case: CaseId, lies: usize) {
	answer(case, |at| if at < lies { lie() } else { truth() });
}

/// Has the present committee seal and reveal three different answers, as evenly as it can.
pub fn split(case: CaseId) {
	answer(case, |at| [truth(), lie(), other_lie()][at % 3]);
}

fn answer(case: CaseId, answer_of: impl Fn(usize) -> Digest) {
	await_draw(case);
	let votes: Vec<(AccountId, Digest)> =
		drawn(case).into_iter().enumerate().map(|(at, who)| (who, answer_of(at))).collect();
	for (who, digest) in &votes {
		assert_ok!(seal_as(case, who, digest));
	}
	for (who, digest) in &votes {
		assert_ok!(reveal_as(case, who, digest));
	}
}

pub fn poke(case: CaseId) -> DispatchResult {
	Mediation::poke(signed(STRANGER), case).map(|_| ()).map_err(|error| error.error)
}

/// The verdict that stands in the present round of a case; where there is none, zero.
pub fn verdict_of(case: CaseId) -> Digest {
	match crate::Cases::<Test>::get(case).map(|case| case.phase) {
		Some(CasePhase::AppealWindow { verdict, .. }) => verdict,
		_ => Hash::zero(),
	}
}

pub fn appeal_as(who: AccountId, case: CaseId) -> DispatchResult {
	Mediation::appeal(signed(who), case, verdict_of(case), name_of(case).1)
		.map(|_| ())
		.map_err(|error| error.error)
}

pub fn appeal(case: CaseId) -> DispatchResult {
	appeal_as(APPELLANT, case)
}

/// Lets the present deadline pass and applies it.
pub fn expire(case: CaseId) {
	let until = match phase(case) {
		CasePhase::AwaitingSeed { until, .. }
		| CasePhase::Ruled { until, .. }
		| CasePhase::Sealing { until, .. }
		| CasePhase::Revealing { until }
		| CasePhase::AppealWindow { until, .. }
		| CasePhase::Court { until, .. } => until,
		CasePhase::Closed { .. } => panic!("the case is closed"),
		CasePhase::Queued { .. } => panic!("the case waits"),
	};
	run_to(until);
	assert_ok!(poke(case));
}

/// The ruling of a closed case.
pub fn ruling(case: CaseId) -> Ruling {
	match phase(case) {
		CasePhase::Closed { ruling, .. } => ruling,
		other => panic!("the case is not closed: {other:?}"),
	}
}

pub fn free(who: &AccountId) -> Balance {
	<Balances as Inspect<_>>::balance(who)
}

pub fn held(who: &AccountId) -> Balance {
	Balances::total_balance_on_hold(who)
}

/// Free and held.
pub fn wealth(who: &AccountId) -> Balance {
	Balances::total_balance(who)
}

pub fn issuance() -> Balance {
	<Balances as Inspect<AccountId>>::total_issuance()
}

/// Events of the pallet so far, oldest first.
pub fn events() -> Vec<crate::Event<Test>> {
	System::read_events_for_pallet()
}

/// Whether the pallet deposited an event.
pub fn emitted(event: crate::Event<Test>) -> bool {
	events().contains(&event)
}
