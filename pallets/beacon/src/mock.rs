//! A runtime in which tests choose author and VRF output of each block.

use crate as pallet_beacon;
use crate::*;
use assay_mocks::configure_system;
use frame_support::{
	parameter_types,
	traits::{ConstU32, FindAuthor, Hooks},
};
use polkadot_sdk::sp_io::TestExternalities;
use sp_runtime::ConsensusEngineId;

assay_mocks::runtime! {
	0 => System = frame_system,
	1 => Beacon = pallet_beacon,
}

configure_system!();

parameter_types! {
	pub static CurrentVrf: Option<[u8; 32]> = None;
	pub static CurrentAuthor: Option<AccountId> = None;
	pub static AuthorLimit: u32 = 5;
	pub static VrfIndex: Option<usize> = None;
	pub static Span: u32 = 8;
}

/// Gives what [`block`] was told.
pub struct Chosen;

impl BlockVrf for Chosen {
	fn of_block() -> Option<[u8; 32]> {
		CurrentVrf::get()
	}
	fn pallet_index() -> Option<usize> {
		VrfIndex::get()
	}
}

impl FindAuthor<AccountId> for Chosen {
	fn find_author<'a, I>(_: I) -> Option<AccountId>
	where
		I: 'a + IntoIterator<Item = (ConsensusEngineId, &'a [u8])>,
	{
		CurrentAuthor::get()
	}
}

impl Config for Test {
	type Vrf = Chosen;
	type FindAuthor = Chosen;
	type BlockNumberProvider = System;
	type RingSize = ConstU32<16>;
	type MaxSpan = Span;
	type MaxAuthors = AuthorLimit;
	type WeightInfo = ();
}

pub fn new_test_ext() -> TestExternalities {
	assay_mocks::externalities::<Test>(RuntimeGenesisConfig::default())
}

/// Runs a test and checks the invariants after it.
pub fn build_and_execute(test: impl FnOnce()) {
	assay_mocks::execute_and_check(new_test_ext(), test, Beacon::do_try_state);
}

pub fn author(i: u8) -> AccountId {
	assay_mocks::account(i)
}

/// VRF output of a block, as the tests choose it.
pub fn vrf(block: BlockNumber) -> [u8; 32] {
	let mut output = [0xab; 32];
	output[..4].copy_from_slice(&block.to_le_bytes());
	output
}

/// Ends the current block, which `author` wrote with a VRF output or without, and starts the next.
pub fn block(author: u8, with_vrf: bool) {
	finalize(author, with_vrf);
	let next = System::block_number() + 1;
	System::set_block_number(next);
	Beacon::on_initialize(next);
}

/// Ends the current block: the state that views see.
pub fn finalize(i: u8, with_vrf: bool) {
	let now = System::block_number();
	CurrentAuthor::set(Some(author(i)));
	CurrentVrf::set(with_vrf.then(|| vrf(now)));
	Beacon::on_finalize(now);
}

/// Ends blocks by author 1 until the current block is `target`.
pub fn run_to(target: BlockNumber) {
	while System::block_number() < target {
		block(1, true);
	}
}
