//! The state transition function of the assay chain: which pallets there are, how they are
//! configured, and what clients can ask.
//!
//! Composition is here, configuration in [`configs`], runtime APIs in [`apis`], genesis in
//! [`genesis_presets`]. Decisions and their reasons: `docs/adr/0010-runtime.md`.

#![cfg_attr(not(feature = "std"), no_std)]
// `impl_runtime_apis!` and the runtime macro nest types deeply.
#![recursion_limit = "512"]

extern crate alloc;

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

pub mod apis;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
pub mod configs;
pub mod genesis_presets;
pub mod network;
pub mod weights;

pub use apis::{RUNTIME_API_VERSIONS, RuntimeApi};
pub use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash, MILLIS_PER_BLOCK, Nonce, Signature,
	token::{DECIMALS as TOKEN_DECIMALS, SS58_PREFIX, SYMBOL as TOKEN_SYMBOL},
};

use alloc::{borrow::Cow, vec::Vec};
use polkadot_sdk::{
	frame_executive, frame_metadata_hash_extension, frame_support, frame_system, pallet_authorship,
	pallet_babe, pallet_balances, pallet_grandpa, pallet_multisig, pallet_offences, pallet_proxy,
	pallet_session::{self, historical as session_historical},
	pallet_sudo, pallet_timestamp, pallet_transaction_payment, pallet_utility,
	sp_runtime::{MultiAddress, generic, impl_opaque_keys, traits::BlakeTwo256},
	sp_version::{self, RuntimeVersion},
};

/// Version of the state transition function. `spec_version` counts as others do: major, minor, patch, in thousands.
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
	spec_name: Cow::Borrowed("assay"),
	impl_name: Cow::Borrowed("assay-node"),
	authoring_version: 1,
	spec_version: 1_001_000,
	impl_version: 1,
	apis: RUNTIME_API_VERSIONS,
	transaction_version: 1,
	system_version: 1,
};

/// Blocks in a minute.
pub const MINUTES: BlockNumber = (60_000 / MILLIS_PER_BLOCK) as BlockNumber;
/// Blocks in an hour.
pub const HOURS: BlockNumber = 60 * MINUTES;
/// Blocks in a day.
pub const DAYS: BlockNumber = 24 * HOURS;
/// Bytes of all transactions of a block.
pub const MAX_BLOCK_BYTES: u32 = 5 * 1024 * 1024;

/// Address in a transaction.
pub type Address = MultiAddress<AccountId, ()>;
/// Header.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// Block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;
/// Types of the node, for which transactions are nothing but bytes: it has to read blocks of runtimes
/// that are older or newer than the one it was built with, and clients expect bytes.
pub mod opaque {
	use super::Header;
	use polkadot_sdk::sp_runtime::{OpaqueExtrinsic, generic};

	/// Block whose transactions are bytes.
	pub type Block = generic::Block<Header, OpaqueExtrinsic>;
}
/// Block with its justification.
pub type SignedBlock = generic::SignedBlock<Block>;
/// What a signed transaction carries beside its call. The order is part of the signed bytes: any
/// change needs a new `transaction_version`.
pub type TxExtension = (
	frame_system::AuthorizeCall<Runtime>,
	frame_system::CheckNonZeroSender<Runtime>,
	frame_system::CheckSpecVersion<Runtime>,
	frame_system::CheckTxVersion<Runtime>,
	frame_system::CheckGenesis<Runtime>,
	frame_system::CheckMortality<Runtime>,
	frame_system::CheckNonce<Runtime>,
	frame_system::CheckWeight<Runtime>,
	pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
	frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
	frame_system::WeightReclaim<Runtime>,
);
/// Transaction as it arrives.
pub type UncheckedExtrinsic =
	generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;
/// What a transaction's signature is over.
pub type SignedPayload = generic::SignedPayload<RuntimeCall, TxExtension>;
/// Executes blocks.
pub type Executive = frame_executive::Executive<
	Runtime,
	Block,
	frame_system::ChainContext<Runtime>,
	Runtime,
	AllPalletsWithSystem,
>;

impl_opaque_keys! {
	/// Keys of a validator. The names are those that network tools know.
	pub struct SessionKeys {
		/// Authors blocks.
		pub babe: Babe,
		/// Finalizes blocks.
		pub grandpa: Grandpa,
	}
}

/// The chain. Babe and Authorship come before Session because they read the old session's
/// validators; Balances comes before Validators and Validators before Session, because each needs
/// the genesis of the one before.
#[frame_support::runtime]
mod runtime {
	use super::*;

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
	pub struct Runtime;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;

	#[runtime::pallet_index(15)]
	pub type Network = network;

	#[runtime::pallet_index(1)]
	pub type Timestamp = pallet_timestamp;

	#[runtime::pallet_index(2)]
	pub type Babe = pallet_babe;

	#[runtime::pallet_index(3)]
	pub type Authorship = pallet_authorship;

	#[runtime::pallet_index(4)]
	pub type Balances = pallet_balances;

	#[runtime::pallet_index(5)]
	pub type TransactionPayment = pallet_transaction_payment;

	#[runtime::pallet_index(6)]
	pub type Validators = pallet_validators;

	#[runtime::pallet_index(7)]
	pub type Offences = pallet_offences;

	#[runtime::pallet_index(8)]
	pub type Historical = session_historical;

	#[runtime::pallet_index(9)]
	pub type Session = pallet_session;

	#[runtime::pallet_index(10)]
	pub type Grandpa = pallet_grandpa;

	#[runtime::pallet_index(11)]
	pub type Utility = pallet_utility;

	#[runtime::pallet_index(12)]
	pub type Proxy = pallet_proxy;

	#[runtime::pallet_index(13)]
	pub type Multisig = pallet_multisig;

	#[runtime::pallet_index(14)]
	pub type Sudo = pallet_sudo;

	#[runtime::pallet_index(20)]
	pub type Beacon = pallet_beacon;

	#[runtime::pallet_index(21)]
	pub type Content = pallet_content;

	#[runtime::pallet_index(22)]
	pub type Providers = pallet_providers;

	#[runtime::pallet_index(23)]
	pub type Deals = pallet_deals;

	#[runtime::pallet_index(24)]
	pub type Market = pallet_market;

	#[runtime::pallet_index(25)]
	pub type Mediation = pallet_mediation;

	#[runtime::pallet_index(26)]
	pub type Court = pallet_court;

	#[runtime::pallet_index(27)]
	pub type Register = pallet_register;

	#[runtime::pallet_index(28)]
	pub type Groups = pallet_groups;

	#[runtime::pallet_index(29)]
	pub type Board = pallet_board;

	#[runtime::pallet_index(30)]
	pub type Economics = pallet_economics;

	#[runtime::pallet_index(31)]
	pub type Pools = pallet_pool;
}
