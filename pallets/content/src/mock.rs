//! A runtime with batches around the pallet's calls.

use crate as pallet_content;
use crate::*;
use assay_mocks::{account, configure_balances, configure_system};
use codec::Encode;
use frame_support::{
	assert_noop,
	traits::{ConstU32, ConstU128},
};
use polkadot_sdk::{pallet_balances, pallet_utility};
use sp_io::TestExternalities;
use sp_runtime::{DispatchError, DispatchResult};

assay_mocks::runtime! {
	0 => System = frame_system,
	1 => Balances = pallet_balances,
	2 => Utility = pallet_utility,
	3 => Content = pallet_content,
}

configure_system!();
configure_balances!(1);

impl pallet_utility::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type PalletsOrigin = OriginCaller;
	type WeightInfo = ();
}

pub const RETENTION: BlockNumber = 100;
pub const DEPOSIT_BASE: Balance = 1_000;
pub const DEPOSIT_PER_BYTE: Balance = 10;
pub const FUNDS: Balance = 100_000_000;

impl Config for Test {
	type Currency = Balances;
	type BlockNumberProvider = System;
	type MaxSize = ConstU32<{ 1 << 20 }>;
	type Retention = ConstU32<RETENTION>;
	type DepositBase = ConstU128<DEPOSIT_BASE>;
	type DepositPerByte = ConstU128<DEPOSIT_PER_BYTE>;
	type WeightInfo = ();
}

pub fn new_test_ext() -> TestExternalities {
	let balances = assay_mocks::endowed([alice(), bob()], FUNDS);
	let genesis = RuntimeGenesisConfig { balances, ..Default::default() };
	let mut ext = assay_mocks::externalities::<Test>(genesis);
	ext.execute_with(|| System::set_extrinsic_index(0));
	ext
}

/// Runs a test, checks the invariants after it, and returns the blobs that the node was told to keep.
pub fn build_and_execute(test: impl FnOnce()) -> Vec<String> {
	let mut ext = new_test_ext();
	ext.execute_with(|| {
		test();
		Content::do_try_state().expect("invariants hold");
	});
	ext.overlayed_changes().transaction_index_ops().iter().map(|op| format!("{op:?}")).collect()
}

/// How the operation that keeps `data` as the end of a transaction prints. Its type isn't in reach.
pub fn insert(extrinsic: u32, data: &[u8]) -> String {
	let (hash, size) = (hash(data).0.to_vec(), data.len());
	format!("Insert {{ extrinsic: {extrinsic}, hash: {hash:?}, size: {size} }}")
}

/// Applies a transaction with `call`, as the executive does, and goes on to the next index.
pub fn apply(who: AccountId, call: RuntimeCall) -> DispatchResult {
	note(&encoded(&call));
	let result = dispatch(who, call);
	next_transaction();
	result
}

/// Applies a transaction that must be refused, and checks that nothing is kept of it.
pub fn refused(who: AccountId, call: RuntimeCall, error: impl Into<DispatchError>) {
	let bytes = encoded(&call);
	refused_as(&bytes, who, call, error);
}

/// Like [`refused`], in a transaction whose encoding is given.
pub fn refused_as(
	bytes: &[u8],
	who: AccountId,
	call: RuntimeCall,
	error: impl Into<DispatchError>,
) {
	note(bytes);
	assert_noop!(dispatch(who, call), error.into());
	next_transaction();
}

/// Encoding of a transaction with `call`, with its length in front.
pub fn encoded(call: &RuntimeCall) -> Vec<u8> {
	let signature = [0x5a; 64];
	(4u8, signature, call).encode().encode()
}

fn note(bytes: &[u8]) {
	System::note_extrinsic(bytes.to_vec());
}

fn dispatch(who: AccountId, call: RuntimeCall) -> DispatchResult {
	assay_mocks::dispatch::<RuntimeCall>(call, RuntimeOrigin::signed(who)).map(|_| ())
}

fn next_transaction() {
	let index = System::extrinsic_index().expect("transactions are being applied");
	System::set_extrinsic_index(index + 1);
}

/// Begins a later block.
pub fn run_to(block: BlockNumber) {
	System::reset_events();
	System::set_block_number(block);
	System::set_extrinsic_index(0);
}

pub fn publish(data: &[u8]) -> RuntimeCall {
	Call::publish { data: data.to_vec() }.into()
}

pub fn extend(data: &[u8]) -> RuntimeCall {
	Call::extend { data: data.to_vec() }.into()
}

pub fn release(data: &[u8]) -> RuntimeCall {
	Call::release { hash: hash(data) }.into()
}

pub fn remark(data: &[u8]) -> RuntimeCall {
	frame_system::Call::remark { remark: data.to_vec() }.into()
}

pub fn batch_all(calls: Vec<RuntimeCall>) -> RuntimeCall {
	pallet_utility::Call::batch_all { calls }.into()
}

pub fn force_batch(calls: Vec<RuntimeCall>) -> RuntimeCall {
	pallet_utility::Call::force_batch { calls }.into()
}

pub fn hash(data: &[u8]) -> Hash {
	assay_primitives::hashing::blake2(data)
}

pub fn deposit(data: &[u8]) -> Balance {
	DEPOSIT_BASE + DEPOSIT_PER_BYTE * data.len() as Balance
}

pub fn held(who: &AccountId) -> Balance {
	use frame_support::traits::fungible::InspectHold;
	Balances::balance_on_hold(&HoldReason::Deposit.into(), who)
}

pub fn alice() -> AccountId {
	account(1)
}

pub fn bob() -> AccountId {
	account(2)
}
