//! The parts that every runtime for tests has.

use assay_primitives::{AccountId, Balance};
use polkadot_sdk::{
	frame_system, pallet_balances,
	sp_io::{TestExternalities, storage},
	sp_runtime::{
		BuildStorage, DispatchError, DispatchResult, StateVersion, TryRuntimeError,
		traits::Dispatchable,
	},
};

/// Declares the runtime `Test` of these pallets.
#[macro_export]
macro_rules! runtime {
	($($index:tt => $name:ident = $pallet:ident),* $(,)?) => {
		#[polkadot_sdk::frame_support::runtime]
		mod runtime {
			#[runtime::runtime]
			#[runtime::derive(
				RuntimeCall,
				RuntimeEvent,
				RuntimeError,
				RuntimeOrigin,
				RuntimeFreezeReason,
				RuntimeHoldReason,
				RuntimeSlashReason,
				RuntimeLockId,
				RuntimeTask,
				RuntimeViewFunction
			)]
			pub struct Test;

			$(
				#[runtime::pallet_index($index)]
				pub type $name = $pallet;
			)*
		}
	};
}

/// Configures `System` of the runtime `Test`, whose accounts have balances, with what is given in place of
/// the defaults.
#[macro_export]
macro_rules! configure_system {
	($($own:tt)*) => {
		const _: () = {
			use polkadot_sdk::{frame_support::derive_impl, frame_system, pallet_balances, sp_runtime};

			#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
			impl frame_system::Config for Test {
				type AccountId = assay_primitives::AccountId;
				type Lookup = sp_runtime::traits::IdentityLookup<Self::AccountId>;
				type Block = frame_system::mocking::MockBlockU32<Test>;
				type AccountData = pallet_balances::AccountData<assay_primitives::Balance>;
				$($own)*
			}
		};
	};
}

/// Configures `Balances` of the runtime `Test`, with this existential deposit.
#[macro_export]
macro_rules! configure_balances {
	($deposit:tt) => {
		const _: () = {
			use frame_support::{derive_impl, traits::ConstU128};
			use polkadot_sdk::{frame_support, pallet_balances};

			#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
			impl pallet_balances::Config for Test {
				type Balance = assay_primitives::Balance;
				type ExistentialDeposit = ConstU128<$deposit>;
				type AccountStore = System;
			}
		};
	};
}

/// What tests of a pallet ask of the runtime `Test`, whose accounts `account` names by a byte: those of `signed`, `held`,
/// `usable` and `last_event` that are named.
#[macro_export]
macro_rules! helpers {
	($($name:ident),+) => { $($crate::helpers!(@ $name);)+ };
	(@ signed) => {
		pub fn signed(id: u8) -> RuntimeOrigin {
			RuntimeOrigin::signed(account(id))
		}
	};
	(@ held) => {
		pub fn held(id: u8) -> assay_primitives::Balance {
			use polkadot_sdk::frame_support::traits::fungible::InspectHold;
			Balances::total_balance_on_hold(&account(id))
		}
	};
	(@ usable) => {
		pub fn usable(id: u8) -> assay_primitives::Balance {
			use polkadot_sdk::frame_support::traits::fungible::Inspect;
			Balances::balance(&account(id))
		}
	};
	(@ last_event) => {
		/// The most recent event of the pallet.
		pub fn last_event() -> Event<Test> {
			System::read_events_for_pallet().pop().expect("an event was deposited")
		}
	};
}

/// A chain at its first block.
pub fn externalities<T: frame_system::Config>(genesis: impl BuildStorage) -> TestExternalities {
	let genesis = genesis.build_storage().expect("the genesis is valid");
	let mut ext = TestExternalities::new(genesis);
	ext.execute_with(|| frame_system::Pallet::<T>::set_block_number(1u32.into()));
	ext
}

/// Balances of a genesis in which everybody has as much.
pub fn endowed<T>(
	who: impl IntoIterator<Item = AccountId>,
	amount: Balance,
) -> pallet_balances::GenesisConfig<T>
where
	T: frame_system::Config<AccountId = AccountId> + pallet_balances::Config<Balance = Balance>,
{
	let balances = who.into_iter().map(|who| (who, amount)).collect();
	pallet_balances::GenesisConfig { balances, ..Default::default() }
}

/// Runs a test, and the invariants after it.
pub fn execute_and_check(
	mut ext: TestExternalities,
	test: impl FnOnce(),
	invariants: impl FnOnce() -> Result<(), TryRuntimeError>,
) {
	ext.execute_with(|| {
		test();
		invariants().expect("the invariants hold");
	});
}

/// Calls as a transaction does, so that a failed call leaves nothing behind.
pub fn dispatch<C: Dispatchable>(
	call: impl Into<C>,
	origin: C::RuntimeOrigin,
) -> Result<C::PostInfo, DispatchError> {
	call.into().dispatch(origin).map_err(|failed| failed.error)
}

/// Root of the state as it is now.
pub fn root() -> Vec<u8> {
	storage::root(StateVersion::V1)
}

/// Like [`dispatch`]; a call that fails must change nothing.
pub fn dispatch_or_noop<C: Dispatchable>(
	call: impl Into<C>,
	origin: C::RuntimeOrigin,
) -> DispatchResult {
	let before = root();
	let result = dispatch(call, origin);
	if result.is_err() {
		assert_eq!(root(), before, "a failed call changed something");
	}
	result.map(|_| ())
}
