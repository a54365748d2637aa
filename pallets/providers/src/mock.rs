//! A runtime with real balances.

use crate::{self as pallet_providers, Event, Pallet};
pub use assay_mocks::account;
use assay_mocks::{configure_balances, configure_system};
use assay_primitives::{
	Balance, BlockNumber, Hash, MILLI, UNIT,
	profile::Profile,
	provider::{Capacity, Declaration},
};
use polkadot_sdk::{
	frame_support::{
		BoundedVec, assert_ok,
		traits::{ConstU32, ConstU128},
	},
	frame_system, pallet_balances,
	sp_io::TestExternalities,
};

assay_mocks::runtime! {
	0 => System = frame_system,
	1 => Balances = pallet_balances,
	2 => Providers = pallet_providers,
}

pub const MIN_BOND: Balance = 10 * UNIT;
pub const UNBONDING_PERIOD: BlockNumber = 100;
pub const FALL_PERIOD: BlockNumber = 50;
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

configure_system!();
configure_balances!(EXISTENTIAL_DEPOSIT);

impl pallet_providers::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type BlockNumberProvider = System;
	type MinBond = ConstU128<MIN_BOND>;
	type UnbondingPeriod = ConstU32<UNBONDING_PERIOD>;
	type FallPeriod = ConstU32<FALL_PERIOD>;
	type WeightInfo = ();
}

assay_mocks::helpers!(signed, held, usable);

pub fn new_test_ext() -> TestExternalities {
	let balances = assay_mocks::endowed((STASH..=STRANGER).map(account), ENDOWMENT);
	assay_mocks::externalities::<Test>(RuntimeGenesisConfig { balances, ..Default::default() })
}

/// Runs a test and then checks the invariants.
pub fn build_and_execute(test: impl FnOnce()) {
	assay_mocks::execute_and_check(new_test_ext(), test, Pallet::<Test>::do_try_state);
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

pub fn pass_blocks(blocks: BlockNumber) {
	System::set_block_number(System::block_number() + blocks);
}

/// Events of the pallet so far, oldest first.
pub fn events() -> Vec<Event<Test>> {
	System::read_events_for_pallet()
}

/// The most recent event of the pallet.
pub fn last_event() -> Event<Test> {
	events().pop().expect("an event was deposited")
}
