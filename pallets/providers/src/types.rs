//! Records of the pallet.

use assay_primitives::{
	AccountId, BlockNumber,
	bond::Bond,
	provider::{Declaration, ProviderView, Reputation, Status},
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// A provider as it is stored.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Provider {
	/// What it declared last.
	pub declaration: Declaration,
	/// Whether it works.
	pub status: Status,
	/// Its bond, of which stakes of tasks are locked.
	pub bond: Bond,
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

impl Provider {
	/// A provider without any history, whose operator has not accepted.
	pub fn new(declaration: Declaration, bond: Bond, registered_at: BlockNumber) -> Self {
		Self {
			declaration,
			status: Status::Nominating,
			bond,
			slots_used: 0,
			reputation: Reputation::default(),
			registered_at,
			exposure_limit: None,
		}
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

	/// The provider as clients see it.
	pub fn view(self, stash: AccountId) -> ProviderView {
		ProviderView {
			stash,
			free: self.bond.free(),
			locked: self.bond.locked,
			unbonding: self.bond.on_its_way(),
			slots_used: self.slots_used,
			reputation: self.reputation,
			registered_at: self.registered_at,
			declaration: self.declaration,
			status: self.status,
			exposure_limit: self.exposure_limit,
		}
	}
}
