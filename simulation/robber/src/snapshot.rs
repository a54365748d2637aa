//! What honest accounts go by, and what comes of it.

use crate::{blobs::Blobs, live::Live};
use assay_runtime::RuntimeCall;
use assay_simulation::Pair;

/// What an honest account sends in one block.
pub type Due = Vec<(Pair, RuntimeCall)>;

/// What the chain says: at its best block, and at its newest final one.
#[derive(Clone, Copy)]
pub struct Snapshot<'a> {
	/// At the best block.
	pub best: &'a Live,
	/// At the final one.
	pub last: &'a Live,
	/// Who holds which bytes.
	pub blobs: &'a Blobs,
}
