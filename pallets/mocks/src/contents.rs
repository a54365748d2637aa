//! Content that the chain keeps.

use assay_primitives::{Hash, traits::Contents};
use polkadot_sdk::frame_support::parameter_types;

parameter_types! {
	/// Hashes of content that every node serves.
	pub static Promised: Vec<Hash> = Vec::new();
}

/// Keeps what is [`Promised`].
pub struct MockContents;

impl Contents for MockContents {
	fn is_promised(hash: &Hash) -> bool {
		Promised::get().contains(hash)
	}
}
