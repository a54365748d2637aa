mod authors;
mod configuration;
mod expiry;
mod invariants;
mod seeds;
mod timing;
mod try_state;

use crate::{mock::*, *};
use assay_primitives::traits::Beacon as _;

/// Takes a ticket in the current block.
fn ticket(window: u8, authors: u8) -> Ticket {
	Beacon::request(window, authors)
}

/// Blocks that went into a fold.
fn blocks(fold: &Fold) -> Vec<BlockNumber> {
	fold.entries.iter().map(|entry| entry.block).collect()
}
