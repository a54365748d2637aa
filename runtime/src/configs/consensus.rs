//! Authoring, finality, sessions, and what befalls validators that cheat.

use crate::{
	AccountId, Babe, Balance, Balances, BlockNumber, MILLIS_PER_BLOCK, Offences, Runtime,
	RuntimeEvent, Session, SessionKeys, System, Validators,
	network::{EpochSlots, UnbondingBlocks},
};
use assay_primitives::UNIT;
use polkadot_sdk::{
	frame_support::traits::{ConstU32, ConstU64, ConstU128},
	pallet_authorship, pallet_babe, pallet_grandpa, pallet_offences,
	pallet_session::{
		self, FindAccountFromAuthorIndex, disabling::UpToLimitWithReEnablingDisablingStrategy,
		historical as session_historical,
	},
	sp_consensus_babe::{AllowedSlots, BabeEpochConfiguration},
	sp_core::Get,
	sp_runtime::traits::{ConvertInto, OpaqueKeys},
	sp_session,
};

/// Most validators of a session.
pub const MAX_VALIDATORS: u32 = 100;
/// Sessions for which GRANDPA remembers its set numbers. With epochs of an hour that is more than
/// twice the week that a bond takes to unbond, so whoever can still be slashed can still be reported,
/// also when half of all slots stay empty; see [`HistoryDepth`].
const GRANDPA_SESSIONS: u64 = 512;
/// Least bond of a validator.
const MIN_VALIDATOR_BOND: Balance = 1_000 * UNIT;
/// Bond of a validator that genesis only knows by its keys.
const GENESIS_BOND: Balance = 10_000 * UNIT;

/// How BABE chooses authors: one slot in four has primary ones, drawn by VRF, every other slot has a
/// single secondary one, which gives a VRF output too. So every block feeds the beacon.
pub const BABE_EPOCH_CONFIG: BabeEpochConfiguration =
	BabeEpochConfiguration { c: (1, 4), allowed_slots: AllowedSlots::PrimaryAndSecondaryVRFSlots };

/// Blocks within which an equivocation may be reported: as long as the bond is there.
pub struct ReportLongevity;
impl Get<u64> for ReportLongevity {
	fn get() -> u64 {
		UnbondingBlocks::get().into()
	}
}
impl Get<BlockNumber> for ReportLongevity {
	fn get() -> BlockNumber {
		UnbondingBlocks::get()
	}
}

/// Sessions whose keys are kept for reports: twice those that unbonding spans, and three around them.
/// Twice, because a session is counted in slots and unbonding in blocks: the more slots stay empty,
/// the more sessions pass within as many blocks.
pub struct HistoryDepth;
impl Get<u32> for HistoryDepth {
	fn get() -> u32 {
		const AROUND: u64 = 3;
		let spanned =
			u64::from(UnbondingBlocks::get()).saturating_mul(2).div_ceil(EpochSlots::get().max(1));
		u32::try_from(spanned.saturating_add(AROUND)).unwrap_or(u32::MAX)
	}
}

impl pallet_babe::Config for Runtime {
	type EpochDuration = EpochSlots;
	type ExpectedBlockTime = ConstU64<MILLIS_PER_BLOCK>;
	type EpochChangeTrigger = pallet_babe::ExternalTrigger;
	type DisabledValidators = Session;
	type MaxAuthorities = ConstU32<MAX_VALIDATORS>;
	type MaxNominators = ConstU32<0>;
	type KeyOwnerProof = sp_session::MembershipProof;
	// Ownership of keys is proven by the validators pallet, which remembers the keys of past
	// sessions even when their owner has changed them.
	type EquivocationReportSystem =
		pallet_babe::EquivocationReportSystem<Self, Offences, Validators, ReportLongevity>;
	type WeightInfo = ();
}

impl pallet_grandpa::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type MaxAuthorities = ConstU32<MAX_VALIDATORS>;
	type MaxNominators = ConstU32<0>;
	type MaxSetIdSessionEntries = ConstU64<GRANDPA_SESSIONS>;
	type KeyOwnerProof = sp_session::MembershipProof;
	type EquivocationReportSystem =
		pallet_grandpa::EquivocationReportSystem<Self, Offences, Validators, ReportLongevity>;
	type WeightInfo = ();
}

impl pallet_authorship::Config for Runtime {
	type FindAuthor = FindAccountFromAuthorIndex<Self, Babe>;
	type EventHandler = ();
}

impl pallet_session::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type ValidatorId = AccountId;
	type ValidatorIdOf = ConvertInto;
	type ShouldEndSession = Babe;
	type NextSessionRotation = Babe;
	type SessionManager = session_historical::NoteHistoricalRoot<Self, Validators>;
	type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
	type Keys = SessionKeys;
	type DisablingStrategy = UpToLimitWithReEnablingDisablingStrategy;
	type Currency = Balances;
	type KeyDeposit = ConstU128<{ super::deposit(3, 192) }>;
	type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
}

impl session_historical::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type FullIdentification = ();
	type FullIdentificationOf = pallet_validators::Identify;
}

impl pallet_offences::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type IdentificationTuple = session_historical::IdentificationTuple<Self>;
	type OnOffenceHandler = Validators;
}

impl pallet_validators::Config for Runtime {
	type Currency = Balances;
	type OnSlash = ();
	type BlockNumberProvider = System;
	type MinBond = ConstU128<MIN_VALIDATOR_BOND>;
	type GenesisBond = ConstU128<GENESIS_BOND>;
	type MinValidators = ConstU32<1>;
	type MaxValidators = ConstU32<MAX_VALIDATORS>;
	type MaxCandidates = ConstU32<{ 2 * MAX_VALIDATORS }>;
	type UnbondingPeriod = UnbondingBlocks;
	type ReportLongevity = ReportLongevity;
	type HistoryDepth = HistoryDepth;
	type WeightInfo = pallet_validators::weights::SubstrateWeight<Runtime>;
}
