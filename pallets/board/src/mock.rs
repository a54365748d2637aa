//! A runtime with real balances.

use crate::{self as pallet_board, Event, Pallet};
use assay_primitives::{AccountId, Balance, BlockNumber, MILLI, UNIT};
use polkadot_sdk::{
	frame_support::{
		self, assert_ok, derive_impl,
		traits::{
			ConstU32, ConstU128,
			fungible::{Inspect, InspectHold},
		},
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
	pub type Board = pallet_board;
}

pub const EXISTENTIAL_DEPOSIT: Balance = MILLI;
pub const ENDOWMENT: Balance = 1_000 * UNIT;
pub const PLACE_DEPOSIT: Balance = 4 * UNIT;
pub const MAX_PLACES: u32 = 16;
pub const MIN_BOARD_BLOCKS: BlockNumber = 5;

pub const CLIENT: u8 = 1;
pub const SPONSOR: u8 = 32;
pub const STRANGER: u8 = 40;

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
	type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
	type AccountStore = System;
	type RuntimeHoldReason = RuntimeHoldReason;
}

impl pallet_board::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type BlockNumberProvider = System;
	type PlaceDeposit = ConstU128<PLACE_DEPOSIT>;
	type MaxBoardPlaces = ConstU32<MAX_PLACES>;
	type MinBoardBlocks = ConstU32<MIN_BOARD_BLOCKS>;
	type WeightInfo = ();
}

pub fn account(id: u8) -> AccountId {
	AccountId::new([id; 32])
}

pub fn signed(id: u8) -> RuntimeOrigin {
	RuntimeOrigin::signed(account(id))
}

pub fn new_test_ext() -> TestExternalities {
	let balances = [CLIENT, SPONSOR, STRANGER].map(|id| (account(id), ENDOWMENT)).to_vec();
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

pub fn held(id: u8) -> Balance {
	Balances::total_balance_on_hold(&account(id))
}

pub fn usable(id: u8) -> Balance {
	Balances::balance(&account(id))
}

/// The most recent event of the pallet.
pub fn last_event() -> Event<Test> {
	let last = System::events().into_iter().rev().find_map(|record| match record.event {
		RuntimeEvent::Board(event) => Some(event),
		_ => None,
	});
	last.expect("an event was deposited")
}
