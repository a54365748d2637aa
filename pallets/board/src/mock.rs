//! A runtime with real balances.

use crate::{self as pallet_board, Event, Pallet};
pub use assay_mocks::account;
use assay_mocks::{configure_balances, configure_system};
use assay_primitives::{Balance, BlockNumber, MILLI, UNIT};
use polkadot_sdk::{
	frame_support::traits::{ConstU32, ConstU128},
	frame_system, pallet_balances,
	sp_io::TestExternalities,
};

assay_mocks::runtime! {
	0 => System = frame_system,
	1 => Balances = pallet_balances,
	2 => Board = pallet_board,
}

pub const EXISTENTIAL_DEPOSIT: Balance = MILLI;
pub const ENDOWMENT: Balance = 1_000 * UNIT;
pub const PLACE_DEPOSIT: Balance = 4 * UNIT;
pub const MAX_PLACES: u32 = 16;
pub const MIN_BOARD_BLOCKS: BlockNumber = 5;

pub const CLIENT: u8 = 1;
pub const SPONSOR: u8 = 32;
pub const STRANGER: u8 = 40;

configure_system!();
configure_balances!(EXISTENTIAL_DEPOSIT);

impl pallet_board::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type BlockNumberProvider = System;
	type PlaceDeposit = ConstU128<PLACE_DEPOSIT>;
	type MaxBoardPlaces = ConstU32<MAX_PLACES>;
	type MinBoardBlocks = ConstU32<MIN_BOARD_BLOCKS>;
	type WeightInfo = ();
}

assay_mocks::helpers!(signed, held, usable, last_event);

pub fn new_test_ext() -> TestExternalities {
	let balances = assay_mocks::endowed([CLIENT, SPONSOR, STRANGER].map(account), ENDOWMENT);
	assay_mocks::externalities::<Test>(RuntimeGenesisConfig { balances, ..Default::default() })
}

/// Runs a test and then checks the invariants.
pub fn build_and_execute(test: impl FnOnce()) {
	assay_mocks::execute_and_check(new_test_ext(), test, Pallet::<Test>::do_try_state);
}
