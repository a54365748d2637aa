//! Records of the pallet.

use assay_primitives::{
	AccountId, Balance, BlockNumber,
	provider::{Declaration, ProviderView, Reputation, Status},
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use polkadot_sdk::{frame_support::BoundedVec, sp_core::ConstU32};
use scale_info::TypeInfo;

/// Most amounts of one provider that may be unbonding at a time.
pub const MAX_UNBONDINGS: u32 = 8;

/// Amounts that are unbonding, oldest first.
pub type UnbondingChunks = BoundedVec<Chunk, ConstU32<MAX_UNBONDINGS>>;

/// A provider as it is stored.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Provider {
	/// What it declared last.
	pub declaration: Declaration,
	/// Whether it works.
	pub status: Status,
	/// Amount on hold: free, locked and unbonding together.
	pub bond: Balance,
	/// Part of the bond that is at risk in tasks.
	pub locked: Balance,
	/// Part of the bond that is on its way out.
	pub unbonding: Balance,
	/// Replicas that it is reserved or drawn for.
	pub slots_used: u16,
	/// Its conduct.
	pub reputation: Reputation,
	/// Block of registration.
	pub registered_at: BlockNumber,
	/// Run time, in blocks, of replicas that are not paid yet that it takes on for one client; `None`
	/// for any, which is not counted.
	pub exposure_limit: Option<BlockNumber>,
}

/// An amount that is unbonding.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Chunk {
	/// How much.
	pub amount: Balance,
	/// First block in which it can be withdrawn.
	pub at: BlockNumber,
}

impl Provider {
	/// A provider without any history, whose operator has not accepted.
	pub fn new(declaration: Declaration, bond: Balance, registered_at: BlockNumber) -> Self {
		Self {
			declaration,
			status: Status::Nominating,
			bond,
			locked: 0,
			unbonding: 0,
			slots_used: 0,
			reputation: Reputation::default(),
			registered_at,
			exposure_limit: None,
		}
	}

	/// Bond that is neither at risk nor on its way out.
	pub fn free(&self) -> Balance {
		// Saturates only where the invariant bond >= locked + unbonding is broken already.
		self.bond.saturating_sub(self.locked).saturating_sub(self.unbonding)
	}

	/// Slots that are not in use; none where fewer are declared than are in use.
	pub fn free_slots(&self) -> u16 {
		match self.status {
			Status::Leaving => 0,
			Status::Nominating | Status::Serving => {
				self.declaration.capacity.slots.saturating_sub(self.slots_used)
			},
		}
	}

	/// Whether it has not begun to leave.
	pub fn is_registered(&self) -> bool {
		self.status != Status::Leaving
	}

	/// The provider as clients see it.
	pub fn view(self, stash: AccountId) -> ProviderView {
		ProviderView {
			stash,
			free: self.free(),
			locked: self.locked,
			unbonding: self.unbonding,
			slots_used: self.slots_used,
			reputation: self.reputation,
			registered_at: self.registered_at,
			declaration: self.declaration,
			status: self.status,
			exposure_limit: self.exposure_limit,
		}
	}
}
