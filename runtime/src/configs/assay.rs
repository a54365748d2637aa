//! The market for computation: randomness, content, providers, deals, offers, assets, groups.

use super::{MIN_MEDIATOR_BOND, Treasury, deposit};
use crate::{
	AccountId, Babe, Balance, Balances, Beacon, BlockNumber, Content, Court, DAYS, Deals,
	Economics, Groups, HOURS, MILLIS_PER_BLOCK, MINUTES, Mediation, Providers, Register, Runtime,
	RuntimeCall, RuntimeHoldReason, Session, System,
	network::{ContentBlocks, Durations, MAX_BEACON_SPAN, RetainBlocks, Timing, UnbondingBlocks},
};
use assay_primitives::{
	MILLI, UNIT, content::BLOCK_SIZE, eligibility::Chain, request::RequestBounds, traits::Economy,
};
use polkadot_sdk::{
	frame_support::{
		PalletId, parameter_types,
		traits::{ConstU8, ConstU32, ConstU64, ConstU128},
		weights::Weight,
	},
	frame_system::EnsureRoot,
	pallet_session::FindAccountFromAuthorIndex,
	sp_core::Get,
	sp_runtime::{Permill, traits::AccountIdConversion},
};

/// Least bond of a provider.
pub const MIN_PROVIDER_BOND: Balance = 10 * UNIT;
/// Largest gas limit: about a day at a thousand million units a second.
pub const MAX_GAS: u64 = 100_000_000_000_000;
/// Largest memory, in pages of 64 KiB: the 4 GiB that a 32-bit module can address.
pub const MAX_MEMORY_PAGES: u32 = 65_536;
/// Largest output, in bytes: 1 GiB.
pub const MAX_OUTPUT_BYTES: u64 = assay_primitives::content::MAX_CONTENT_SIZE;
/// Longest run time: two hours. A task lasts up to ten of them, and binds stakes and slots as long.
pub const MAX_RUN_BLOCKS: BlockNumber = 2 * HOURS;
/// Shortest window for opening seals, of tasks and of cases: in twelve blocks, of 36 s, finality or the only node of an
/// operator may come back, and eight are left to be in (ADR 0051).
pub const MIN_REVEAL_BLOCKS: BlockNumber = 20;
/// Largest blob in one transaction: one block of content.
pub const MAX_BLOB_BYTES: u32 = BLOCK_SIZE as u32;

/// Most distinct authors that a ticket may ask for: one fewer than there are validators, so that one
/// of them being down holds nothing up. On a chain of one it is that one.
pub struct TicketAuthors;
impl Get<u32> for TicketAuthors {
	fn get() -> u32 {
		(Session::validators().len() as u32).saturating_sub(1).max(1)
	}
}

impl pallet_beacon::Config for Runtime {
	type Vrf = pallet_beacon::BabeVrf<Runtime>;
	type FindAuthor = FindAccountFromAuthorIndex<Runtime, Babe>;
	type BlockNumberProvider = System;
	type RingSize = ConstU32<512>;
	type MaxSpan = ConstU32<MAX_BEACON_SPAN>;
	type MaxAuthors = TicketAuthors;
	type WeightInfo = pallet_beacon::weights::SubstrateWeight<Runtime>;
}

impl pallet_content::Config for Runtime {
	type Currency = Balances;
	type BlockNumberProvider = System;
	type MaxSize = ConstU32<MAX_BLOB_BYTES>;
	type Retention = ContentBlocks;
	type DepositBase = ConstU128<{ deposit(1, 128) }>;
	// Every full node keeps the bytes, but in the body of a block, not in the state.
	type DepositPerByte = ConstU128<{ deposit(0, 1) / 10 }>;
	type WeightInfo = pallet_content::weights::SubstrateWeight<Runtime>;
}

impl pallet_providers::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type BlockNumberProvider = System;
	type MinBond = ConstU128<MIN_PROVIDER_BOND>;
	type UnbondingPeriod = UnbondingBlocks;
	type FallPeriod = ConstU32<DAYS>;
	type WeightInfo = pallet_providers::weights::SubstrateWeight<Runtime>;
}

/// Most that a solver may be tipped, of what a task costs.
pub struct MaxTip;
impl Get<Permill> for MaxTip {
	fn get() -> Permill {
		Economics::current().1.fees.tip
	}
}

parameter_types! {
	/// Most that a callback may weigh: two milliseconds.
	pub const MaxCallbackWeight: Weight = Weight::from_parts(2_000_000_000, 256 * 1_024);
	/// Pays for audits.
	pub AuditFund: AccountId = PalletId(*b"as/audit").into_account_truncating();
}

impl pallet_economics::Config for Runtime {
	type AdminOrigin = EnsureRoot<AccountId>;
	type MediatorBond = ConstU128<MIN_MEDIATOR_BOND>;
}

impl pallet_deals::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Beacon = Beacon;
	type Stakes = Providers;
	type Capacity = Providers;
	type Reputations = Providers;
	type Exposures = Providers;
	type Contents = Content;
	type Callback = RuntimeCall;
	type MaxCallbackWeight = MaxCallbackWeight;
	type Economy = Economics;
	type Arbiter = Mediation;
	type Publishers = Register;
	type AuditFund = AuditFund;
	type AdminOrigin = EnsureRoot<AccountId>;
	type BlockNumberProvider = System;
	type FeeDestination = Treasury;
	type RetainBlocks = RetainBlocks;
	type BeaconWindow = ConstU8<2>;
	// A validator knows its own outputs ahead; one that authored both blocks would know the seed
	// when the ticket is taken. The beacon lowers it on networks of one validator.
	type BeaconAuthors = ConstU8<2>;
	type MaxRunBlocks = ConstU32<MAX_RUN_BLOCKS>;
	type MinRevealBlocks = ConstU32<MIN_REVEAL_BLOCKS>;
	type HardEndSlack = ConstU32<{ 5 * MINUTES }>;
	type MaxGas = ConstU64<MAX_GAS>;
	type MaxMemoryPages = ConstU32<MAX_MEMORY_PAGES>;
	type MaxOutputBytes = ConstU64<MAX_OUTPUT_BYTES>;
	type DepositBase = ConstU128<{ deposit(4, 0) }>;
	type DepositPerByte = ConstU128<{ deposit(0, 1) }>;
	type WeightInfo = pallet_deals::weights::SubstrateWeight<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Helper;
}

/// What front ends need of the other pallets.
pub struct Neighbours;

impl Chain for Neighbours {
	type DealBook = Deals;
	type Capacity = Providers;
	type Stakes = Providers;
	type Exposures = Providers;
	type Register = Register;
	type Groups = Groups;
	type Mediators = Mediation;
	type Court = Court;
	// Ten thousand tokens: beyond that a larger bond is drawn no more often.
	type WeightCap = ConstU64<10_000_000>;
	type BlockMillis = ConstU64<MILLIS_PER_BLOCK>;
	fn now() -> BlockNumber {
		System::block_number()
	}
	fn bounds() -> RequestBounds {
		Deals::request_bounds()
	}
}

impl pallet_market::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Chain = Neighbours;
	type OfferDeposit = ConstU128<{ deposit(2, 1_344) }>;
	type MaxOffersPerProvider = ConstU32<32>;
	type MaxOrderLife = ConstU32<{ 30 * DAYS }>;
	type MaxTasks = ConstU32<{ assay_primitives::task::MAX_TASKS }>;
	type MaxTip = MaxTip;
	type OrderDeposit = ConstU128<{ deposit(1, 160) }>;
	type WeightInfo = pallet_market::weights::SubstrateWeight<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Helper;
}

/// Whether anybody may create pools: where durations are those of a network on one machine. A network that lasts waits until
/// what is open in `docs/threats.md`, 31, is mended, and until what the calls weigh is measured.
pub struct PoolsAreOpen;
impl Get<bool> for PoolsAreOpen {
	fn get() -> bool {
		Durations::<Runtime>::get() == Timing::LOCAL
	}
}

parameter_types! {
	/// Of its deposit what a member of a pool loses that gives its place up.
	pub const LeavingFee: Permill = Permill::from_percent(2);
	/// Of the price of all subtasks what a client puts up for handing over what it has committed to.
	pub const ClientFine: Permill = Permill::from_percent(10);
}

impl pallet_pool::Config for Runtime {
	type Ledger = Deals;
	type Holds = Providers;
	type Stakes = Providers;
	type Capacity = Providers;
	type Reputations = Providers;
	type Arbiter = Mediation;
	type Mediators = Mediation;
	type Beacon = Beacon;
	type Economy = Economics;
	type BlockNumberProvider = System;
	type OpenToAll = PoolsAreOpen;
	type BeaconWindow = ConstU8<2>;
	// As for the draws of replicas.
	type BeaconAuthors = ConstU8<2>;
	// As for opening a seal.
	type MinWindow = ConstU32<MIN_REVEAL_BLOCKS>;
	type MaxPoolBlocks = ConstU32<{ 30 * DAYS }>;
	type DoubtBlocks = ConstU32<HOURS>;
	type ShowBlocks = ConstU32<HOURS>;
	type MinDeposit = ConstU128<UNIT>;
	type LeavingFee = LeavingFee;
	type ClientFine = ClientFine;
	type DepositBase = ConstU128<{ deposit(4, 0) }>;
	type DepositPerByte = ConstU128<{ deposit(0, 1) }>;
	type WeightInfo = pallet_pool::weights::SubstrateWeight<Runtime>;
}

impl pallet_register::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type BlockNumberProvider = System;
	type AdminOrigin = EnsureRoot<AccountId>;
	type AssetDeposit = ConstU128<{ deposit(1, 2_400) }>;
	type MinPublisherBond = ConstU128<{ 10 * UNIT }>;
	type PublisherUnbonding = UnbondingBlocks;
	type WeightInfo = pallet_register::weights::SubstrateWeight<Runtime>;
}

impl pallet_groups::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type GroupDeposit = ConstU128<{ deposit(1, 64) }>;
	type MemberDeposit = ConstU128<{ deposit(1, 68) }>;
	type WeightInfo = pallet_groups::weights::SubstrateWeight<Runtime>;
}

impl pallet_board::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type BlockNumberProvider = System;
	// Nodes store a quarter of a million statements. To keep others out takes as many places.
	type PlaceDeposit = ConstU128<{ 100 * MILLI }>;
	type MaxBoardPlaces = ConstU32<1_024>;
	// Nodes enforce the allowances of final blocks every 31 seconds.
	type MinBoardBlocks = ConstU32<{ 5 * MINUTES }>;
	type WeightInfo = pallet_board::weights::SubstrateWeight<Runtime>;
}
