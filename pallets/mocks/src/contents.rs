//! Content that the chain keeps.

use assay_primitives::{BlockNumber, Hash, content::ContentRef, traits::Contents};
use polkadot_sdk::frame_support::parameter_types;

parameter_types! {
	/// Hashes of content that every node serves.
	pub static Promised: Vec<Hash> = Vec::new();
	/// The last block in which they do.
	pub static PromisedUntil: BlockNumber = BlockNumber::MAX;
}

/// Keeps what is [`Promised`].
pub struct MockContents;

impl Contents for MockContents {
	fn promised_until(content: &ContentRef) -> Option<BlockNumber> {
		Promised::get().contains(&content.hash).then(PromisedUntil::get)
	}
}
