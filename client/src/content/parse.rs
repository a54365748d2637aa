//! Names of blocks as others write them.

use crate::error::{Error, Result};
use assay_primitives::{
	Hash,
	content::{CODEC_DAG_PB, CODEC_RAW, MULTIHASH_BLAKE2B_256},
};
use cid::Cid;

/// Hash in a CID that our content may have: version 1, raw or DAG-PB, blake2b-256.
pub fn parse_cid(text: &str) -> Result<Hash> {
	let bad = |why: String| Error::Usage(format!("{text:?} is not the CID of our content: {why}"));
	let cid = Cid::try_from(text).map_err(|error| bad(error.to_string()))?;
	if cid.version() != cid::Version::V1 {
		return Err(bad("only version 1 is used".into()));
	}
	if cid.codec() != CODEC_RAW && cid.codec() != CODEC_DAG_PB {
		return Err(bad(format!("unknown codec {:#x}", cid.codec())));
	}
	let digest: Option<[u8; 32]> = cid.hash().digest().try_into().ok();
	match (cid.hash().code(), digest) {
		(MULTIHASH_BLAKE2B_256, Some(digest)) => Ok(digest.into()),
		(code, _) => Err(bad(format!("unknown hash {code:#x}"))),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::content::{content_cid_text, raw_cid_text};
	use assay_primitives::{content::ContentRef, hashing::blake2};

	#[test]
	fn cid_should_parse_back() {
		let hash = blake2(b"block");
		let raw = raw_cid_text(&hash);
		assert!(raw.starts_with("bafk2bz"), "{raw}");
		assert_eq!(parse_cid(&raw).expect("own output"), hash);
		let large = ContentRef { hash, size: 2 << 20 };
		assert_ne!(content_cid_text(&large), raw);
		assert_eq!(parse_cid(&content_cid_text(&large)).expect("own output"), hash);
	}

	#[test]
	fn cid_should_be_refused_when_of_another_kind() {
		for text in [
			"",
			"../../etc/passwd",
			// Version 0, sha2-256.
			"QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n",
			// Version 1, raw, sha2-256.
			"bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e",
		] {
			assert!(parse_cid(text).is_err(), "{text:?}");
		}
	}
}
