//! Who decides disputes: committees of mediators, and the court behind them.

use super::assay::{MAX_RUN_BLOCKS, MIN_REVEAL_BLOCKS};
use crate::{
	Balances, Beacon, Content, Deals, Economics, MILLIS_PER_BLOCK, Mediation, Pools, Runtime,
	RuntimeHoldReason, System, TransactionPayment,
	network::{
		AppealBlocks, CommitteeWindow, JoinBlocks, RetainBlocks, SEED_SPAN, UnbondingBlocks,
	},
};
use assay_primitives::{
	Balance, MILLI, UNIT,
	case::Subject,
	profile::ProfileId,
	traits::{CaseId, CourtBill, CourtFees, Ruling, Verdicts},
};
use polkadot_sdk::{
	frame_support::{
		PalletId, parameter_types,
		traits::{ConstU8, ConstU32, ConstU64, ConstU128, Contains},
		weights::Weight,
	},
	sp_arithmetic::FixedPointNumber,
	sp_runtime::{DispatchResult, SaturatedConversion},
};

/// Least bond of a mediator, and the most that a seat puts at risk.
pub const MIN_MEDIATOR_BOND: Balance = 100 * UNIT;
/// Most gas that the court spends on a task: what fits into a block at the interpreter's pace.
pub const MAX_COURT_GAS: u64 = 1 << 24;

parameter_types! {
	/// Names the account that the money of cases is in.
	pub const MediationId: PalletId = PalletId(*b"as/media");
	/// What telling a ruling costs at most.
	pub VerdictWeight: Weight = Rulings::worst();
	/// What follows from a ruling of the court: all members are judged, and the ledger is told.
	pub RulingWeight: Weight = Mediation::worst_ruling();
}

/// Hands rulings to whoever the subject of the case belongs to.
pub struct Rulings;

impl Rulings {
	/// Most that it costs to take one, whatever it is over: the ledger settles the task, a pool its leaf.
	fn worst() -> Weight {
		Deals::worst_verdict().max(Pools::worst_verdict())
	}
}

impl Verdicts<Subject> for Rulings {
	fn decided(
		subject: &Subject,
		case: CaseId,
		ruling: Ruling,
		bill: Option<CourtBill>,
	) -> DispatchResult {
		match subject {
			Subject::Task(task) => Deals::decided(task, case, ruling, bill),
			Subject::Leaf(leaf) => Pools::decided(leaf, case, ruling, bill),
		}
	}
}

/// Fees of calls of the court.
pub struct CourtFee;

impl CourtFees for CourtFee {
	/// Without what is paid once for a transaction, which may hold several calls, and without a tip. Whoever fills blocks
	/// to have the multiplier rise has paid that by himself.
	fn of(weight: Weight, bytes: u64) -> Balance {
		let run = TransactionPayment::weight_to_fee(weight);
		TransactionPayment::next_fee_multiplier()
			.saturating_mul_int(run)
			.saturating_add(TransactionPayment::length_to_fee(bytes.saturated_into()))
	}
}

impl pallet_mediation::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Contents = Content;
	type BlockMillis = ConstU64<MILLIS_PER_BLOCK>;
	// As long as any task may be granted: no case is slower than the slowest task.
	type MaxJudgingBlocks = ConstU32<MAX_RUN_BLOCKS>;
	type Beacon = Beacon;
	type CourtFees = CourtFee;
	type Verdicts = Rulings;
	type BlockNumberProvider = System;
	type PalletId = MediationId;
	type MinBond = ConstU128<MIN_MEDIATOR_BOND>;
	type WeightUnit = ConstU128<MILLI>;
	// Ten thousand tokens: beyond that a larger bond is drawn no more often.
	type WeightCap = ConstU64<10_000_000>;
	type JoinDelay = JoinBlocks;
	type SeedSpan = ConstU32<SEED_SPAN>;
	type UnbondingPeriod = UnbondingBlocks;
	type Economy = Economics;
	type ReserveWages = ConstU32<0>;
	type BeaconWindow = CommitteeWindow;
	// The beacon lowers it where there are fewer validators.
	type BeaconAuthors = ConstU8<5>;
	type MinSeats = ConstU32<3>;
	type SeedBlocks = ConstU32<300>;
	type MinSealBlocks = ConstU32<20>;
	type MinRevealBlocks = ConstU32<MIN_REVEAL_BLOCKS>;
	type AppealBlocks = AppealBlocks;
	type RetainBlocks = RetainBlocks;
	type MaxQueued = ConstU32<512>;
	type DrawsPerBlock = ConstU32<4>;
	type VerdictWeight = VerdictWeight;
	type WeightInfo = pallet_mediation::weights::SubstrateWeight<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Helper;
}

/// Profiles that deals may name.
pub struct ActiveProfiles;

impl Contains<ProfileId> for ActiveProfiles {
	fn contains(profile: &ProfileId) -> bool {
		Deals::is_active(profile)
	}
}

impl pallet_court::Config for Runtime {
	type Cases = Mediation;
	type ActiveProfiles = ActiveProfiles;
	type MaxGas = ConstU64<MAX_COURT_GAS>;
	type MaxMemoryPages = ConstU32<256>;
	type MaxModuleBytes = ConstU32<{ 1 << 20 }>;
	type MaxInputBytes = ConstU32<{ 2 << 20 }>;
	type MaxOutputBytes = ConstU64<{ 64 << 10 }>;
	type RulingWeight = RulingWeight;
	type WeightInfo = pallet_court::weights::SubstrateWeight<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Helper;
}
