//! The metadata that clients are compiled against, and its hash for wallets.

use assay_runtime::{Runtime, SS58_PREFIX, TOKEN_DECIMALS, TOKEN_SYMBOL, VERSION};
use codec::Decode;
use frame_metadata::{RuntimeMetadata, RuntimeMetadataPrefixed, v15::RuntimeApiMetadata};
use merkleized_metadata::{ExtraInfo, generate_metadata_digest};
use polkadot_sdk::sp_io::TestExternalities;
use scale_info::form::PortableForm;
use std::{env, fs, path::PathBuf};

/// Latest stable version of the format.
const LATEST: u32 = 16;
/// Version of the format that wallets compute the hash of.
const HASHED: u32 = 15;
/// Set to rewrite the committed file.
const UPDATE: &str = "ASSAY_UPDATE_METADATA";

fn committed() -> PathBuf {
	PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../client/artifacts/assay.scale")
}

fn hash_file() -> PathBuf {
	PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../runtime/metadata-hash.txt")
}

fn metadata(version: u32) -> Vec<u8> {
	// Some constants are read from the state; an empty one gives those of a lasting network.
	TestExternalities::default().execute_with(|| {
		let opaque = Runtime::metadata_at_version(version).expect("the SDK knows this version");
		(*opaque).clone()
	})
}

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
	let metadata = metadata(LATEST);
	assert!(metadata.starts_with(b"meta"), "metadata begins with its magic number");
	if env::var_os(UPDATE).is_some() {
		fs::create_dir_all(committed().parent().expect("the file is in a directory"))
			.expect("the directory can be made");
		fs::write(committed(), &metadata).expect("the file can be written");
	}
	let known = fs::read(committed()).unwrap_or_default();
	assert!(
		known == metadata,
		"client/artifacts/assay.scale is stale: run this test with {UPDATE}=1 and commit the file",
	);
}

#[test]
fn metadata_hash_should_match_the_committed_one() {
	let metadata = RuntimeMetadataPrefixed::decode(&mut &metadata(HASHED)[..]).expect("is its own");
	let network = ExtraInfo {
		spec_version: VERSION.spec_version,
		spec_name: VERSION.spec_name.to_string(),
		base58_prefix: SS58_PREFIX,
		decimals: TOKEN_DECIMALS as u8,
		token_symbol: TOKEN_SYMBOL.into(),
	};
	let digest = generate_metadata_digest(&metadata.1, network).expect("every type is known");
	let hash = format!("{:?}", polkadot_sdk::sp_core::H256::from(digest.hash()));
	let mut known = fs::read_to_string(hash_file()).unwrap_or_default();
	// Not written for nothing: the runtime is built again when a file beside it is newer.
	if env::var_os(UPDATE).is_some() && known.trim() != hash {
		known = format!("{hash}\n");
		fs::write(hash_file(), &known).expect("the file can be written");
	}
	assert_eq!(known.trim(), hash, "stale: run this test with {UPDATE}=1 and commit the file");
}
