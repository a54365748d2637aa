//! Randomness fixed after a commitment: the fold of the VRF outputs of blocks that follow it.
//!
//! A ticket taken in block `b` covers the blocks from `b + 2` on: at least `window` blocks whose
//! author gave a VRF output, by at least `authors` distinct authors. The seed is known when the last
//! of them has been authored, and until then nobody knows it who does not author all of them.

use crate::{AccountId, BlockNumber, Hash, apply, hashing::tagged_hash};
use alloc::vec::Vec;

/// Seed of a draw.
pub type Seed = Hash;

/// Blocks between the one that a ticket is taken in and the first one that it covers.
pub const TICKET_DELAY: BlockNumber = 2;

/// A claim on randomness that is not known yet.
#[apply(stored)]
#[derive(Copy)]
pub struct Ticket {
	/// Block that the ticket was taken in.
	pub taken_at: BlockNumber,
	/// Least number of VRF outputs to fold.
	pub window: u8,
	/// Least number of distinct authors.
	pub authors: u8,
}

/// What the beacon kept of one block.
#[apply(stored)]
pub struct Entry {
	/// The block.
	pub block: BlockNumber,
	/// Its author, where the block names one.
	pub author: Option<AccountId>,
	/// Its VRF output, where the block has one.
	pub vrf: Option<[u8; 32]>,
}

/// Why a ticket gives no seed.
#[apply(stored)]
#[derive(Copy)]
pub enum NoSeed {
	/// Too few blocks or authors so far; ask again in a later block.
	TooEarly,
	/// The blocks are no longer kept, or too many went by without enough authors. Take a new ticket.
	Expired,
}

/// All that went into a seed, so that anyone can compute it again.
#[apply(shown)]
pub struct Fold {
	/// The ticket.
	pub ticket: Ticket,
	/// The blocks that were folded, those without a VRF output included.
	pub entries: Vec<Entry>,
	/// The result.
	pub randomness: Hash,
}

impl Fold {
	/// Folds `entries`, which must be consecutive blocks from the ticket's first one on, until the
	/// ticket is satisfied. `None` where they don't suffice.
	pub fn compute(ticket: Ticket, entries: impl IntoIterator<Item = Entry>) -> Option<Self> {
		let mut randomness = tagged_hash(b"assay/fold/1", &ticket);
		let mut folded = Vec::new();
		let mut authors: Vec<AccountId> = Vec::new();
		let mut outputs = 0u32;
		for entry in entries {
			let vrf = entry.vrf;
			if vrf.is_some()
				&& let Some(author) = entry.author.as_ref()
				&& !authors.contains(author)
			{
				authors.push(author.clone());
			}
			folded.push(entry);
			let Some(vrf) = vrf else { continue };
			outputs += 1;
			randomness = tagged_hash(b"assay/fold/1", &(randomness, vrf));
			if outputs >= u32::from(ticket.window) && authors.len() >= usize::from(ticket.authors) {
				return Some(Self { ticket, entries: folded, randomness });
			}
		}
		None
	}

	/// The seed for one use. `subject` must name the use and the thing, or two draws coincide.
	pub fn seed(&self, subject: &[u8]) -> Seed {
		tagged_hash(b"assay/seed/1", &(self.randomness, subject))
	}
}

impl Ticket {
	/// First block that the ticket covers.
	pub fn first_block(&self) -> BlockNumber {
		self.taken_at.saturating_add(TICKET_DELAY)
	}
}
