//! Durations that a lasting network and a test network need differently.
//!
//! ## Overview
//!
//! The epoch of a lasting network is an hour, because unpredictable epochs need many blocks; on a
//! developer's machine nobody wants to wait an hour for a new validator. Rather than to compile the
//! runtime twice, the durations are part of the genesis: one runtime serves every network, and its
//! metadata shows the durations of the network that it runs on.
//!
//! Nothing can change them afterwards. BABE would stop producing blocks if its epochs changed their
//! length, so there is deliberately no call, not even for root.

use assay_primitives::{apply, stored};
pub use pallet::*;

use assay_primitives::BlockNumber;
use polkadot_sdk::{frame_support, sp_core::Get};

/// Durations fixed at genesis.
#[apply(stored)]
#[derive(Copy, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Timing {
	/// Slots of an epoch, which is also a session.
	pub epoch_slots: u32,
	/// Blocks until an unbonded stake, of a validator or a provider, can be withdrawn.
	pub unbonding_blocks: BlockNumber,
	/// Blocks for which an ended task is kept.
	pub retain_blocks: BlockNumber,
	/// Blocks for which published content is kept.
	pub content_blocks: BlockNumber,
	/// Blocks after which a change of the pool of mediators takes effect, at least.
	pub join_blocks: BlockNumber,
	/// Blocks for challenging a result or appealing a verdict, beside the time of the task.
	pub appeal_blocks: BlockNumber,
	/// Outputs of the beacon that are folded into the seed of a committee.
	pub committee_window: u8,
}

impl Timing {
	/// A network that lasts: epochs of an hour, a week to unbond, a day to look at results, an hour to
	/// become a mediator.
	pub const LASTING: Self = Self {
		epoch_slots: crate::HOURS,
		unbonding_blocks: 7 * crate::DAYS,
		retain_blocks: crate::DAYS,
		content_blocks: 7 * crate::DAYS,
		join_blocks: crate::HOURS,
		appeal_blocks: 20,
		committee_window: 16,
	};
	/// A network on one machine: epochs of ten minutes, five minutes to unbond, an hour for results.
	pub const LOCAL: Self = Self {
		epoch_slots: 200,
		unbonding_blocks: 100,
		retain_blocks: crate::HOURS,
		content_blocks: crate::DAYS,
		join_blocks: 80,
		appeal_blocks: 10,
		committee_window: 4,
	};

	/// Whether a chain can run with these.
	fn is_sane(&self) -> bool {
		const LEAST_EPOCH: u32 = 10;
		self.epoch_slots >= LEAST_EPOCH
			&& self.retain_blocks > 0
			&& self.content_blocks > 0
			&& self.unbonding_blocks > 0
			&& self.join_blocks >= LEAST_JOIN_BLOCKS
			&& self.appeal_blocks > 0
			&& self.committee_window > 0
	}
}

impl Default for Timing {
	fn default() -> Self {
		Self::LASTING
	}
}

/// A pool that changes while a seed is awaited could be ground for; see the mediation pallet.
const LEAST_JOIN_BLOCKS: BlockNumber = SEED_SPAN + 3;
/// Blocks after which a ticket has expired if its seed is not known: the beacon's longest wait, the
/// block of the ticket and the one that reads the seed.
pub const SEED_SPAN: BlockNumber = MAX_BEACON_SPAN + 2;
/// Blocks over which the beacon folds at most.
pub const MAX_BEACON_SPAN: BlockNumber = 64;

/// Slots of an epoch.
pub struct EpochSlots;
impl Get<u64> for EpochSlots {
	fn get() -> u64 {
		Durations::<crate::Runtime>::get().epoch_slots.into()
	}
}

/// Blocks until an unbonded stake can be withdrawn.
pub struct UnbondingBlocks;
impl Get<BlockNumber> for UnbondingBlocks {
	fn get() -> BlockNumber {
		Durations::<crate::Runtime>::get().unbonding_blocks
	}
}

/// Blocks for which an ended task is kept.
pub struct RetainBlocks;
impl Get<BlockNumber> for RetainBlocks {
	fn get() -> BlockNumber {
		Durations::<crate::Runtime>::get().retain_blocks
	}
}

/// Blocks for which published content is kept.
pub struct ContentBlocks;
impl Get<BlockNumber> for ContentBlocks {
	fn get() -> BlockNumber {
		Durations::<crate::Runtime>::get().content_blocks
	}
}

/// Blocks after which a change of the pool of mediators takes effect, at least.
pub struct JoinBlocks;
impl Get<BlockNumber> for JoinBlocks {
	fn get() -> BlockNumber {
		Durations::<crate::Runtime>::get().join_blocks
	}
}

/// Blocks for challenging a result or appealing a verdict, beside the time of the task.
pub struct AppealBlocks;
impl Get<BlockNumber> for AppealBlocks {
	fn get() -> BlockNumber {
		Durations::<crate::Runtime>::get().appeal_blocks
	}
}

/// Outputs of the beacon that are folded into the seed of a committee.
pub struct CommitteeWindow;
impl Get<u8> for CommitteeWindow {
	fn get() -> u8 {
		Durations::<crate::Runtime>::get().committee_window
	}
}

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use core::marker::PhantomData;
	use frame_support::pallet_prelude::*;

	#[pallet::config]
	pub trait Config: polkadot_sdk::frame_system::Config {}

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// The durations. Written at genesis and never again.
	#[pallet::storage]
	pub type Durations<T> = StorageValue<_, Timing, ValueQuery>;

	/// Durations of the network to be.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// The durations; those of a lasting network where nothing is said.
		pub timing: Timing,
		#[serde(skip)]
		#[doc(hidden)]
		pub marker: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			assert!(self.timing.is_sane(), "epochs or durations are too short for a chain");
			Durations::<T>::put(self.timing);
		}
	}
}
