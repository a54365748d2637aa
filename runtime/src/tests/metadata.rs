//! The metadata that clients are compiled against.

use crate::Runtime;
use polkadot_sdk::sp_io::TestExternalities;
use std::{env, fs, path::PathBuf};

/// Latest stable version of the format.
const VERSION: u32 = 16;
/// Set to rewrite the committed file.
const UPDATE: &str = "ASSAY_UPDATE_METADATA";

fn committed() -> PathBuf {
	PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../client/artifacts/assay.scale")
}

fn metadata() -> Vec<u8> {
	// Some constants are read from the state; an empty one gives those of a lasting network.
	TestExternalities::default().execute_with(|| {
		let opaque = Runtime::metadata_at_version(VERSION).expect("the SDK knows this version");
		(*opaque).clone()
	})
}

#[test]
fn metadata_should_match_the_committed_file() {
	let metadata = metadata();
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
