//! A runtime with real balances.

use crate::{self as pallet_providers, Event, Pallet};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash, MILLI, UNIT,
	profile::Profile,
	provider::{Capacity, Declaration},
};
use polkadot_sdk::{
	frame_support::{
		self, BoundedVec, assert_ok, derive_impl, parameter_types,
		traits::fungible::{Inspect, InspectHold},
	},
	frame_system, pallet_balances,
	sp_io::TestExternalities,
	sp_runtime::{BuildStorage, traits::IdentityLookup},
};

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeTask
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(2)]
	pub type Providers = pallet_providers;
}

pub const MIN_BOND: Balance = 10 * UNIT;
pub const UNBONDING_PERIOD: BlockNumber = 100;
pub const EXISTENTIAL_DEPOSIT: Balance = MILLI;
/// What every account of [`STASH`] and so on has at first.
pub const ENDOWMENT: Balance = 1_000 * UNIT;

pub const STASH: u8 = 1;
pub const OPERATOR: u8 = 2;
pub const OTHER_STASH: u8 = 3;
pub const OTHER_OPERATOR: u8 = 4;
pub const STRANGER: u8 = 5;
/// Has no account.
pub const NOBODY: u8 = 9;

parameter_types! {
	pub const ExistentialDeposit: Balance = EXISTENTIAL_DEPOSIT;
	pub const MinBond: Balance = MIN_BOND;
	pub const UnbondingPeriod: BlockNumber = UNBONDING_PERIOD;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type Block = frame_system::mocking::MockBlockU32<Test>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type ExistentialDeposit = ExistentialDeposit;
	type AccountStore = System;
	type RuntimeHoldReason = RuntimeHoldReason;
}

impl pallet_providers::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type BlockNumberProvider = System;
	type MinBond = MinBond;
	type UnbondingPeriod = UnbondingPeriod;
	type WeightInfo = ();
}

pub fn account(id: u8) -> AccountId {
	AccountId::new([id; 32])
}

pub fn signed(id: u8) -> RuntimeOrigin {
	RuntimeOrigin::signed(account(id))
}

pub fn new_test_ext() -> TestExternalities {
	let balances = (STASH..=STRANGER).map(|id| (account(id), ENDOWMENT)).collect();
	let mut storage = frame_system::GenesisConfig::<Test>::default()
		.build_storage()
		.expect("the default genesis is valid");
	pallet_balances::GenesisConfig::<Test> { balances, ..Default::default() }
		.assimilate_storage(&mut storage)
		.expect("the endowments are above the existential deposit");
	let mut ext = TestExternalities::new(storage);
	ext.execute_with(|| System::set_block_number(1));
	ext
}

/// Runs a test and then checks the invariants.
pub fn build_and_execute(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		test();
		assert_ok!(Pallet::<Test>::do_try_state());
	});
}

pub fn declaration(operator: u8) -> Declaration {
	Declaration {
		operator: account(operator),
		encryption_key: [7; 32],
		capacity: Capacity {
			slots: 2,
			max_gas: 1_000_000,
			max_memory_pages: 16,
			gas_per_second: 1_000,
			tags: 0b101,
		},
		profiles: BoundedVec::truncate_from(vec![Profile::BASE.id(), Hash::repeat_byte(1)]),
		endpoint: BoundedVec::truncate_from(b"https://provider.example".to_vec()),
	}
}

/// A provider at `stash` whose operator has accepted.
pub fn serve(stash: u8, operator: u8, bond: Balance) {
	assert_ok!(Providers::register(signed(stash), declaration(operator), bond));
	if stash != operator {
		assert_ok!(Providers::accept_operator(signed(operator), account(stash)));
	}
}

pub fn held(id: u8) -> Balance {
	Balances::total_balance_on_hold(&account(id))
}

pub fn usable(id: u8) -> Balance {
	Balances::balance(&account(id))
}

pub fn pass_blocks(blocks: BlockNumber) {
	System::set_block_number(System::block_number() + blocks);
}

/// Events of the pallet so far, oldest first.
pub fn events() -> Vec<Event<Test>> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Providers(event) => Some(event),
			_ => None,
		})
		.collect()
}

/// The most recent event of the pallet.
pub fn last_event() -> Event<Test> {
	events().pop().expect("an event was deposited")
}
