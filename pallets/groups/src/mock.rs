//! A runtime with real balances.

use crate::{self as pallet_groups, Event, Pallet};
pub use assay_mocks::account;
use assay_mocks::{configure_balances, configure_system};
use assay_primitives::{Balance, MILLI, UNIT};
use polkadot_sdk::{
	frame_support::traits::ConstU128, frame_system, pallet_balances, sp_io::TestExternalities,
};

assay_mocks::runtime! {
	0 => System = frame_system,
	1 => Balances = pallet_balances,
	2 => Groups = pallet_groups,
}

pub const EXISTENTIAL_DEPOSIT: Balance = MILLI;
pub const ENDOWMENT: Balance = 1_000 * UNIT;
pub const GROUP_DEPOSIT: Balance = 3 * UNIT;
pub const MEMBER_DEPOSIT: Balance = UNIT;

pub const CLIENT: u8 = 1;
pub const STRANGER: u8 = 40;

configure_system!();
configure_balances!(EXISTENTIAL_DEPOSIT);

impl pallet_groups::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type GroupDeposit = ConstU128<GROUP_DEPOSIT>;
	type MemberDeposit = ConstU128<MEMBER_DEPOSIT>;
	type WeightInfo = ();
}

assay_mocks::helpers!(signed, held, last_event);

pub fn new_test_ext() -> TestExternalities {
	let balances = assay_mocks::endowed([CLIENT, STRANGER].map(account), ENDOWMENT);
	assay_mocks::externalities::<Test>(RuntimeGenesisConfig { balances, ..Default::default() })
}

/// Runs a test and then checks the invariants.
pub fn build_and_execute(test: impl FnOnce()) {
	assay_mocks::execute_and_check(new_test_ext(), test, Pallet::<Test>::do_try_state);
}
