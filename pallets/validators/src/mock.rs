//! A runtime with the real session, historical and offences pallets. Sessions end when tests say so.

use crate as pallet_validators;
use crate::*;
pub use assay_mocks::account;
use assay_mocks::{configure_balances, configure_system};
use frame_support::{
	parameter_types,
	traits::{ConstU32, ConstU128, Hooks},
};
use pallet_session::{
	ShouldEndSession, TestSessionHandler, disabling::UpToLimitWithReEnablingDisablingStrategy,
	historical,
};
use polkadot_sdk::{
	pallet_balances, pallet_offences,
	sp_io::TestExternalities,
	sp_staking::offence::{Kind, Offence, OffenceError, ReportOffence},
};
use sp_runtime::{impl_opaque_keys, testing::UintAuthorityId, traits::ConvertInto};

assay_mocks::runtime! {
	0 => System = frame_system,
	1 => Balances = pallet_balances,
	2 => Validators = pallet_validators,
	3 => Offences = pallet_offences,
	4 => Historical = historical,
	5 => Session = pallet_session,
}

configure_system!();
configure_balances!(1);

impl_opaque_keys! {
	pub struct MockKeys {
		pub dummy: UintAuthorityId,
	}
}

parameter_types! {
	pub static EndSession: bool = false;
	pub static MinimumValidators: u32 = 2;
	pub static MaximumValidators: u32 = 4;
}

/// Ends a session when [`next_session`] says so.
pub struct OnDemand;

impl ShouldEndSession<BlockNumber> for OnDemand {
	fn should_end_session(_: BlockNumber) -> bool {
		EndSession::get()
	}
}

impl pallet_session::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type ValidatorId = AccountId;
	type ValidatorIdOf = ConvertInto;
	type ShouldEndSession = OnDemand;
	type NextSessionRotation = pallet_session::PeriodicSessions<ConstU32<1>, ConstU32<0>>;
	type SessionManager = historical::NoteHistoricalRoot<Test, Validators>;
	type SessionHandler = TestSessionHandler;
	type Keys = MockKeys;
	type DisablingStrategy = UpToLimitWithReEnablingDisablingStrategy;
	type WeightInfo = ();
	type Currency = Balances;
	type KeyDeposit = ();
}

impl historical::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type FullIdentification = ();
	type FullIdentificationOf = Identify;
}

impl pallet_offences::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type IdentificationTuple = historical::IdentificationTuple<Test>;
	type OnOffenceHandler = Validators;
}

pub const MIN_BOND: Balance = 1_000;
pub const GENESIS_BOND: Balance = 5_000;
pub const FUNDS: Balance = 100_000;
pub const UNBONDING: BlockNumber = 50;
pub const HISTORY: SessionIndex = 5;
pub const MAX_CANDIDATES: u32 = 6;

impl Config for Test {
	type Currency = Balances;
	type OnSlash = ();
	type BlockNumberProvider = System;
	type MinBond = ConstU128<MIN_BOND>;
	type GenesisBond = ConstU128<GENESIS_BOND>;
	type MinValidators = MinimumValidators;
	type MaxValidators = MaximumValidators;
	type MaxCandidates = ConstU32<MAX_CANDIDATES>;
	type UnbondingPeriod = ConstU32<UNBONDING>;
	type ReportLongevity = ConstU32<UNBONDING>;
	type HistoryDepth = ConstU32<HISTORY>;
	type WeightInfo = ();
}

/// Genesis of a test network.
pub struct Genesis {
	/// What the specification lists.
	pub validators: Vec<(AccountId, Balance)>,
	/// Accounts with session keys.
	pub keys: Vec<u8>,
}

impl Default for Genesis {
	/// Accounts 1 to 4 with bonds from 10,000 down.
	fn default() -> Self {
		let bond = |i: u8| 11_000 - Balance::from(i) * 1_000;
		let validators = (1..=4).map(|i| (account(i), bond(i))).collect();
		Self { validators, keys: vec![1, 2, 3, 4] }
	}
}

impl Genesis {
	pub fn build(self) -> TestExternalities {
		let balances = assay_mocks::endowed((1..=20).map(account), FUNDS);
		let keys = self.keys.into_iter().map(|i| (account(i), account(i), session_keys(i.into())));
		assay_mocks::externalities::<Test>(RuntimeGenesisConfig {
			system: Default::default(),
			balances,
			validators: GenesisConfig { validators: self.validators, ..Default::default() },
			session: pallet_session::GenesisConfig { keys: keys.collect(), ..Default::default() },
		})
	}
}

pub fn new_test_ext() -> TestExternalities {
	Genesis::default().build()
}

/// Runs a test on the default genesis and checks the invariants after it.
pub fn build_and_execute(test: impl FnOnce()) {
	build_and_execute_from(Genesis::default(), test);
}

/// Runs a test on a genesis and checks the invariants after it.
pub fn build_and_execute_from(genesis: Genesis, test: impl FnOnce()) {
	assay_mocks::execute_and_check(genesis.build(), test, Validators::do_try_state);
}

/// Begins the block `blocks` later.
pub fn wait(blocks: BlockNumber) {
	let block = System::block_number() + blocks;
	System::reset_events();
	System::set_block_number(block);
	Session::on_initialize(block);
}

/// Goes on to the next session, in the next block.
pub fn next_session() {
	EndSession::set(true);
	wait(1);
	EndSession::set(false);
}

pub fn session() -> SessionIndex {
	Session::current_index()
}

/// Numbers of the accounts that are active.
pub fn active() -> Vec<u8> {
	Session::validators().iter().map(number).collect()
}

/// Numbers of the accounts that are queued for the next session.
pub fn queued() -> Vec<u8> {
	Session::queued_keys().iter().map(|(who, _)| number(who)).collect()
}

/// Numbers of the active accounts that are disabled.
pub fn disabled() -> Vec<u8> {
	let active = active();
	Session::disabled_validators().into_iter().map(|index| active[index as usize]).collect()
}

pub fn number(who: &AccountId) -> u8 {
	let bytes: &[u8] = who.as_ref();
	bytes[0]
}

pub fn session_keys(seed: u64) -> MockKeys {
	MockKeys { dummy: UintAuthorityId(seed) }
}

/// Registers session keys, as `session.set_keys` does, without the proof of possession.
pub fn set_keys(i: u8, seed: u64) {
	use pallet_session::SessionInterface;
	<Session as SessionInterface>::set_keys(&account(i), session_keys(seed)).expect("new keys");
}

pub fn join(i: u8, bond: Balance) -> sp_runtime::DispatchResult {
	Validators::join(RuntimeOrigin::signed(account(i)), bond)
		.map(|_| ())
		.map_err(|error| error.error)
}

pub fn leave(i: u8) -> sp_runtime::DispatchResult {
	Validators::leave(RuntimeOrigin::signed(account(i)))
}

pub fn withdraw(i: u8) -> sp_runtime::DispatchResult {
	Validators::withdraw(RuntimeOrigin::signed(account(i)))
}

pub fn held(i: u8) -> Balance {
	use frame_support::traits::fungible::InspectHold;
	Balances::balance_on_hold(&HoldReason::Bond.into(), &account(i))
}

/// Two conflicting signatures by `offenders` in a slot of a session.
pub struct TestOffence {
	pub offenders: Vec<AccountId>,
	pub session: SessionIndex,
	pub slot: u64,
	/// Fraction for one offender, in percent; that many times as much for more of them.
	pub percent: u32,
}

impl Offence<(AccountId, ())> for TestOffence {
	const ID: Kind = *b"test:equivocatio";
	type Slot = u64;

	fn offenders(&self) -> Vec<(AccountId, ())> {
		self.offenders.iter().map(|who| (who.clone(), ())).collect()
	}
	fn session_index(&self) -> SessionIndex {
		self.session
	}
	fn validator_set_count(&self) -> u32 {
		Session::validators().len() as u32
	}
	fn slot(&self) -> u64 {
		self.slot
	}
	fn slash_fraction(&self, offenders: u32) -> Perbill {
		Perbill::from_percent(self.percent * offenders)
	}
}

/// Reports an offence of the current session in slot 1.
pub fn report(i: u8, percent: u32) -> Result<(), OffenceError> {
	report_in(i, percent, session(), 1)
}

/// Reports an offence.
pub fn report_in(
	i: u8,
	percent: u32,
	session: SessionIndex,
	slot: u64,
) -> Result<(), OffenceError> {
	let offence = TestOffence { offenders: vec![account(i)], session, slot, percent };
	Offences::report_offence(vec![], offence)
}
