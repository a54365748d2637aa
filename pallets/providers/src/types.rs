//! Records of the pallet.

use assay_primitives::{
	AccountId, Balance, BlockNumber, apply,
	bond::Bond,
	provider::{Declaration, ProviderView, Reputation, Status},
	stored,
	task::DealId,
};
use polkadot_sdk::{frame_support::BoundedVec, sp_core::ConstU32};

/// Most deals that one provider has slots in use for at a time, however many slots it declares. They are
/// in its record, which every replica reads and writes.
pub const MAX_WORK: u32 = 256;

/// Deals with slots in use, in the order of their numbers, each with how many.
pub type Work = BoundedVec<(DealId, u16), ConstU32<MAX_WORK>>;

/// A provider as it is stored.
#[apply(stored)]
pub struct Provider {
	/// What it declared last.
	pub declaration: Declaration,
	/// Whether it works.
	pub status: Status,
	/// Its bond, of which stakes of tasks are locked.
	pub bond: Bond,
	/// Replicas that it is reserved or drawn for, by their deals.
	pub work: Work,
	/// Its conduct.
	pub reputation: Reputation,
	/// Block of registration.
	pub registered_at: BlockNumber,
	/// Run time, in blocks, of replicas that are not paid yet that it takes on for one client; `None`
	/// for any, which is not counted.
	pub exposure_limit: Option<BlockNumber>,
	/// What its slashes have paid others of late; `None` where it has never fallen.
	pub falls: Option<Falls>,
}

/// What slashes of a provider have paid others within a day.
#[apply(stored)]
#[derive(Copy)]
pub struct Falls {
	/// Block of the first of them.
	pub since: BlockNumber,
	/// How much.
	pub paid: Balance,
}

impl Provider {
	/// A provider without any history, whose operator has not accepted.
	pub fn new(declaration: Declaration, bond: Bond, registered_at: BlockNumber) -> Self {
		Self {
			declaration,
			status: Status::Nominating,
			bond,
			work: Work::default(),
			reputation: Reputation::default(),
			registered_at,
			exposure_limit: None,
			falls: None,
		}
	}

	/// Slots in use.
	pub fn slots_used(&self) -> u16 {
		// No more were ever taken than a declaration had, which is of this type.
		self.work.iter().fold(0, |sum: u16, (_, slots)| sum.saturating_add(*slots))
	}

	/// Slots that are not in use; none where fewer are declared than are in use, and no more than there
	/// is room for other deals.
	pub fn free_slots(&self) -> u16 {
		match self.status {
			Status::Leaving => 0,
			Status::Nominating | Status::Serving => {
				let left = self.declaration.capacity.slots.saturating_sub(self.slots_used());
				let room = MAX_WORK.saturating_sub(self.work.len() as u32);
				left.min(u16::try_from(room).unwrap_or(u16::MAX))
			},
		}
	}

	/// Takes a slot for a deal. Fails where there is no room for another deal.
	pub(crate) fn take_slot(&mut self, deal: DealId) -> Result<(), ()> {
		match self.work.binary_search_by_key(&deal, |(deal, _)| *deal) {
			Ok(at) => {
				self.work[at].1 = self.work[at].1.saturating_add(1);
				Ok(())
			},
			Err(at) => self.work.try_insert(at, (deal, 1)).map_err(|_| ()),
		}
	}

	/// Gives a slot of a deal back. Returns whether there was one.
	pub(crate) fn free_slot(&mut self, deal: DealId) -> bool {
		let Ok(at) = self.work.binary_search_by_key(&deal, |(deal, _)| *deal) else { return false };
		self.work[at].1 = self.work[at].1.saturating_sub(1);
		if self.work[at].1 == 0 {
			self.work.remove(at);
		}
		true
	}

	/// The provider as clients see it.
	pub fn view(self, stash: AccountId) -> ProviderView {
		ProviderView {
			stash,
			free: self.bond.free(),
			locked: self.bond.locked,
			unbonding: self.bond.on_its_way(),
			slots_used: self.slots_used(),
			free_slots: self.free_slots(),
			reputation: self.reputation,
			registered_at: self.registered_at,
			declaration: self.declaration,
			status: self.status,
			exposure_limit: self.exposure_limit,
		}
	}
}
