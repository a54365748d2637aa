//! A runtime with real balances.

use crate::{self as pallet_register, Event, Pallet};
pub use assay_mocks::account;
use assay_mocks::{configure_balances, configure_system};
use assay_primitives::{AccountId, Balance, BlockNumber, MILLI, UNIT};
use polkadot_sdk::{
	frame_support::traits::{ConstU32, ConstU128},
	frame_system::{self, EnsureRoot},
	pallet_balances,
	sp_io::TestExternalities,
};

assay_mocks::runtime! {
	0 => System = frame_system,
	1 => Balances = pallet_balances,
	2 => Register = pallet_register,
}

pub const EXISTENTIAL_DEPOSIT: Balance = MILLI;
pub const ENDOWMENT: Balance = 1_000 * UNIT;
pub const ASSET_DEPOSIT: Balance = 2 * UNIT;
pub const MIN_BOND: Balance = 10 * UNIT;
pub const UNBONDING: BlockNumber = 30;

pub const CLIENT: u8 = 1;
pub const PUBLISHER: u8 = 30;
pub const DATA_PUBLISHER: u8 = 31;
pub const STRANGER: u8 = 40;

configure_system!();
configure_balances!(EXISTENTIAL_DEPOSIT);

impl pallet_register::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type BlockNumberProvider = System;
	type AdminOrigin = EnsureRoot<AccountId>;
	type AssetDeposit = ConstU128<ASSET_DEPOSIT>;
	type MinPublisherBond = ConstU128<MIN_BOND>;
	type PublisherUnbonding = ConstU32<UNBONDING>;
	type WeightInfo = ();
}

assay_mocks::helpers!(signed, held, usable, last_event);

pub fn new_test_ext() -> TestExternalities {
	let balances =
		assay_mocks::endowed([CLIENT, PUBLISHER, DATA_PUBLISHER, STRANGER].map(account), ENDOWMENT);
	assay_mocks::externalities::<Test>(RuntimeGenesisConfig { balances, ..Default::default() })
}

/// Runs a test and then checks the invariants.
pub fn build_and_execute(test: impl FnOnce()) {
	assay_mocks::execute_and_check(new_test_ext(), test, Pallet::<Test>::do_try_state);
}
