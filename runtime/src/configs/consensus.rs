//! Authoring, finality, sessions, and what befalls validators that cheat.

use crate::{
	AccountId, Babe, Balances, Grandpa, Historical, MILLIS_PER_BLOCK, Offences, Runtime,
	RuntimeEvent, Session, SessionKeys, Validators, network::EpochSlots,
};
use polkadot_sdk::{
	frame_support::{
		parameter_types,
		traits::{ConstU32, ConstU64},
	},
	pallet_authorship, pallet_babe, pallet_grandpa, pallet_offences,
	pallet_session::{
		self, FindAccountFromAuthorIndex, disabling::UpToLimitWithReEnablingDisablingStrategy,
		historical as session_historical,
	},
	sp_consensus_babe::{AllowedSlots, BabeEpochConfiguration},
	sp_core::Get,
	sp_runtime::traits::OpaqueKeys,
	sp_session,
};

/// Most validators of a session.
pub const MAX_VALIDATORS: u32 = 100;
/// Sessions for which GRANDPA's set numbers are kept, and with them the power to punish. With epochs
/// of an hour that is more than the week that a stake takes to unbond.
const REPORTED_SESSIONS: u64 = 256;

/// How BABE chooses authors: one slot in four has primary authors, drawn by VRF; the others have a
/// single secondary one, which gives a VRF output too. So every block feeds the beacon.
pub const BABE_EPOCH_CONFIG: BabeEpochConfiguration =
	BabeEpochConfiguration { c: (1, 4), allowed_slots: AllowedSlots::PrimaryAndSecondaryVRFSlots };

/// Blocks for which a report of an equivocation stays valid.
pub struct ReportLongevity;
impl Get<u64> for ReportLongevity {
	fn get() -> u64 {
		const SESSIONS: u64 = 10;
		EpochSlots::get().saturating_mul(SESSIONS)
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
	type EquivocationReportSystem =
		pallet_babe::EquivocationReportSystem<Self, Offences, Historical, ReportLongevity>;
	type WeightInfo = ();
}

impl pallet_grandpa::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type MaxAuthorities = ConstU32<MAX_VALIDATORS>;
	type MaxNominators = ConstU32<0>;
	type MaxSetIdSessionEntries = ConstU64<REPORTED_SESSIONS>;
	type KeyOwnerProof = sp_session::MembershipProof;
	type EquivocationReportSystem =
		pallet_grandpa::EquivocationReportSystem<Self, Offences, Historical, ReportLongevity>;
	type WeightInfo = ();
}

impl pallet_authorship::Config for Runtime {
	type FindAuthor = FindAccountFromAuthorIndex<Self, Babe>;
	type EventHandler = ();
}
