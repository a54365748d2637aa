//! Blocks, accounts, time and the token.

use crate::{
	AccountId, Babe, Balance, Block, Hash, MILLIS_PER_BLOCK, Nonce, PalletInfo, Runtime,
	RuntimeCall, RuntimeEvent, RuntimeFreezeReason, RuntimeHoldReason, RuntimeOrigin, RuntimeTask,
	SS58_PREFIX, System, UncheckedExtrinsic, VERSION, network,
	weights::{DbWeight, RuntimeBlockLength, RuntimeBlockWeights},
};
use assay_primitives::MILLI;
use polkadot_sdk::{
	frame_support::{
		derive_impl, parameter_types,
		traits::{ConstU16, ConstU32, ConstU64, ConstU128, VariantCountOf},
	},
	frame_system::{
		self,
		offchain::{CreateBare, CreateTransactionBase},
	},
	pallet_balances, pallet_sudo, pallet_timestamp,
	sp_runtime::traits::AccountIdLookup,
	sp_version::RuntimeVersion,
};

/// Least balance of an account: a thousandth of a token.
pub const EXISTENTIAL_DEPOSIT: Balance = MILLI;
/// Blocks whose hashes are kept, hence the longest life of a mortal transaction: more than three
/// hours, so that one signed on an offline machine still arrives in time.
pub const BLOCK_HASH_COUNT: u32 = 4_096;

parameter_types! {
	/// Version of this code.
	pub const Version: RuntimeVersion = VERSION;
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
	type Block = Block;
	type AccountId = AccountId;
	type AccountData = pallet_balances::AccountData<Balance>;
	type Nonce = Nonce;
	type Hash = Hash;
	type Lookup = AccountIdLookup<AccountId, ()>;
	type BlockWeights = RuntimeBlockWeights;
	type BlockLength = RuntimeBlockLength;
	type BlockHashCount = ConstU32<BLOCK_HASH_COUNT>;
	type DbWeight = DbWeight;
	type Version = Version;
	type SS58Prefix = ConstU16<SS58_PREFIX>;
	type MaxConsumers = ConstU32<16>;
	type SystemWeightInfo = frame_system::weights::SubstrateWeight<Runtime>;
	type ExtensionsWeightInfo = frame_system::SubstrateExtensionsWeight<Runtime>;
}

impl network::Config for Runtime {}

impl pallet_timestamp::Config for Runtime {
	type Moment = u64;
	type OnTimestampSet = Babe;
	type MinimumPeriod = ConstU64<{ MILLIS_PER_BLOCK / 2 }>;
	type WeightInfo = pallet_timestamp::weights::SubstrateWeight<Runtime>;
}

impl pallet_balances::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeHoldReason = RuntimeHoldReason;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type Balance = Balance;
	type DustRemoval = ();
	type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
	type AccountStore = System;
	// Locks are of no use to any pallet here; reserves are what proxy and multisig still need.
	type MaxLocks = ConstU32<0>;
	type MaxReserves = ConstU32<8>;
	type ReserveIdentifier = [u8; 8];
	type FreezeIdentifier = RuntimeFreezeReason;
	type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
	type DoneSlashHandler = ();
	type WeightInfo = pallet_balances::weights::SubstrateWeight<Runtime>;
}

impl pallet_sudo::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type WeightInfo = pallet_sudo::weights::SubstrateWeight<Runtime>;
}

impl<C> CreateTransactionBase<C> for Runtime
where
	RuntimeCall: From<C>,
{
	type Extrinsic = UncheckedExtrinsic;
	type RuntimeCall = RuntimeCall;
}

// How offchain workers submit reports of equivocations.
impl<C> CreateBare<C> for Runtime
where
	RuntimeCall: From<C>,
{
	fn create_bare(call: RuntimeCall) -> UncheckedExtrinsic {
		UncheckedExtrinsic::new_bare(call)
	}
}
