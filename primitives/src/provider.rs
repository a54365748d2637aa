//! What a provider declares, and what the chain keeps of its conduct.

use crate::{AccountId, Balance, BlockNumber, apply, profile::ProfileId};
use polkadot_sdk::sp_core::{ConstU32, bounded::BoundedVec};

/// Most profiles that a provider may serve.
pub const MAX_PROFILES: u32 = 8;
/// Longest public address of a provider's gateway, in bytes.
pub const MAX_ENDPOINT_BYTES: u32 = 128;

/// URL of a provider's HTTP gateway, from which outputs are fetched.
pub type Endpoint = BoundedVec<u8, ConstU32<MAX_ENDPOINT_BYTES>>;

/// What a provider can do at a time.
#[apply(stored)]
#[derive(Copy)]
pub struct Capacity {
	/// Replicas at a time.
	pub slots: u16,
	/// Largest gas limit of a replica.
	pub max_gas: u64,
	/// Largest memory of a replica, in pages of 64 KiB.
	pub max_memory_pages: u32,
	/// Gas per second that one slot executes.
	pub gas_per_second: u64,
	/// Hardware classes and tags, as a bit set.
	pub tags: u32,
}

/// What a provider declares when it registers.
#[apply(stored)]
pub struct Declaration {
	/// Key that the daemon signs with; it can't move the bond.
	pub operator: AccountId,
	/// X25519 key for encrypted inputs.
	pub encryption_key: [u8; 32],
	/// What it can do.
	pub capacity: Capacity,
	/// Profiles that it executes.
	pub profiles: BoundedVec<ProfileId, ConstU32<MAX_PROFILES>>,
	/// Where outputs are fetched.
	pub endpoint: Endpoint,
}

/// Where keys of private inputs are handed over, and for whom they are wrapped.
#[apply(stored)]
pub struct KeyInbox {
	/// X25519 key that they are wrapped for.
	pub encryption_key: [u8; 32],
	/// URL of the gateway that takes them.
	pub endpoint: Endpoint,
}

impl KeyInbox {
	/// Whether there is a key and an address. Whether they are of any use only who has them knows.
	pub fn is_complete(&self) -> bool {
		self.encryption_key != [0; 32] && !self.endpoint.is_empty()
	}
}

impl Declaration {
	/// Where keys are handed to this provider; `None` if it takes none.
	pub fn inbox(&self) -> Option<KeyInbox> {
		let (encryption_key, endpoint) = (self.encryption_key, self.endpoint.clone());
		Some(KeyInbox { encryption_key, endpoint }).filter(KeyInbox::is_complete)
	}
}

/// How a replica ended for its provider.
#[apply(stored)]
#[derive(Copy)]
pub enum Conduct {
	/// Paid, and not the only contributor: score + 1.
	#[codec(index = 0)]
	Agreed,
	/// Paid as the only contributor: no change.
	#[codec(index = 1)]
	Alone,
	/// Revealed another outcome than the one that won: score · 2/3.
	#[codec(index = 2)]
	Wrong,
	/// Drawn and silent: score · 2/3.
	#[codec(index = 3)]
	Silent,
	/// Sealed and not revealed: score · 2/3.
	#[codec(index = 4)]
	Withheld,
	/// Said that content could not be had.
	#[codec(index = 5)]
	Unavailable,
}

/// Record of conduct. The score is that of PoCo; it weighs, and is never safety by itself.
#[apply(stored)]
#[derive(Copy, Default)]
pub struct Reputation {
	/// PoCo's score.
	pub score: u32,
	/// Replicas that were paid.
	pub paid: u32,
	/// Replicas with a wrong outcome.
	pub wrong: u32,
	/// Replicas that stayed silent, before or after sealing.
	pub silent: u32,
	/// Replicas given up for missing content.
	pub unavailable: u32,
}

impl Reputation {
	/// The record after one more replica.
	pub fn after(mut self, conduct: Conduct) -> Self {
		let cut = |score: u32| (u64::from(score) * 2 / 3) as u32;
		match conduct {
			Conduct::Agreed => {
				self.score = self.score.saturating_add(1);
				self.paid = self.paid.saturating_add(1);
			},
			Conduct::Alone => self.paid = self.paid.saturating_add(1),
			Conduct::Wrong => {
				self.score = cut(self.score);
				self.wrong = self.wrong.saturating_add(1);
			},
			Conduct::Silent | Conduct::Withheld => {
				self.score = cut(self.score);
				self.silent = self.silent.saturating_add(1);
			},
			Conduct::Unavailable => self.unavailable = self.unavailable.saturating_add(1),
		}
		self
	}
}

/// Whether a provider works.
#[apply(stored)]
#[derive(Copy)]
pub enum Status {
	/// The operator of the declaration has not accepted; left by `accept_operator`, `update` or
	/// `leave`.
	#[codec(index = 0)]
	Nominating,
	/// The operator signs; left by `resign_operator`, `update` or `leave`.
	#[codec(index = 1)]
	Serving,
	/// The whole bond is unbonding; left by the last `withdraw`, which removes the provider.
	#[codec(index = 2)]
	Leaving,
}

/// A provider as clients see it.
#[apply(shown)]
pub struct ProviderView {
	/// Account that owns the bond.
	pub stash: AccountId,
	/// What it declared.
	pub declaration: Declaration,
	/// Bond that is not locked.
	pub free: Balance,
	/// Bond at risk in tasks.
	pub locked: Balance,
	/// Bond on its way out, still slashable.
	pub unbonding: Balance,
	/// Slots in use.
	pub slots_used: u16,
	/// Conduct.
	pub reputation: Reputation,
	/// Since when.
	pub registered_at: BlockNumber,
	/// Whether it works.
	pub status: Status,
	/// Run time, in blocks, of replicas that are not paid yet that it takes on for one client; `None`
	/// for any.
	pub exposure_limit: Option<BlockNumber>,
	/// Slots for further deals. Fewer than are not in use where it works for very many deals.
	pub free_slots: u16,
}

impl ProviderView {
	/// The bond, all parts of it.
	pub fn bond(&self) -> Balance {
		self.free.saturating_add(self.locked).saturating_add(self.unbonding)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn score_should_fall_as_in_prov_02_when_wrong() {
		let mut reputation = Reputation { score: 30, ..Default::default() };
		for expected in [20, 13, 8, 5, 3, 2, 1, 0] {
			reputation = reputation.after(Conduct::Wrong);
			assert_eq!(reputation.score, expected);
		}
		assert_eq!(reputation.wrong, 8);
	}
}
