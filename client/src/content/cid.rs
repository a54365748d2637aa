//! Names of blocks as IPFS tools write them.

use assay_primitives::{
	Hash,
	content::{ContentRef, raw_cid},
};
use cid::Cid;

fn text(bytes: &[u8]) -> String {
	match Cid::try_from(bytes) {
		Ok(cid) => cid.to_string(),
		// Our own encoding always reads back; hexadecimal serves should that ever change.
		Err(_) => format!("f{}", hex::encode(bytes)),
	}
}

/// CIDv1 of content: raw up to 1 MiB, DAG-PB above.
pub fn content_cid_text(content: &ContentRef) -> String {
	text(&content.cid())
}

/// CIDv1 of a raw block.
pub fn raw_cid_text(hash: &Hash) -> String {
	text(&raw_cid(hash))
}
