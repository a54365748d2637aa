//! The metadata that clients are compiled against, and its hash for wallets.

use assay_simulation::metadata::{HASHED, LATEST, committed, metadata, metadata_hash};
use codec::Decode;
use frame_metadata::{RuntimeMetadata, RuntimeMetadataPrefixed, v15::RuntimeApiMetadata};
use scale_info::form::PortableForm;
use std::fs;

/// Names of the runtime APIs, and of their methods.
pub fn runtime_apis() -> Vec<(String, Vec<String>)> {
	let metadata = RuntimeMetadataPrefixed::decode(&mut &metadata(HASHED)[..]).expect("is its own");
	let RuntimeMetadata::V15(metadata) = metadata.1 else { panic!("another version") };
	let names = |api: RuntimeApiMetadata<PortableForm>| {
		(api.name, api.methods.into_iter().map(|method| method.name).collect())
	};
	metadata.apis.into_iter().map(names).collect()
}

#[test]
fn metadata_should_match_the_committed_file() {
	let known = fs::read(committed().0).unwrap_or_default();
	assert!(known == metadata(LATEST), "the metadata is stale: run scripts/metadata.sh");
}

#[test]
fn metadata_hash_should_match_the_committed_one() {
	let known = fs::read_to_string(committed().1).unwrap_or_default();
	assert_eq!(known.trim(), metadata_hash(), "the hash is stale: run scripts/metadata.sh");
}
