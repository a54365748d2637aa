//! The metadata of the runtime: what clients are compiled against, and its hash for wallets.

use assay_runtime::{Runtime, SS58_PREFIX, TOKEN_DECIMALS, TOKEN_SYMBOL, VERSION};
use codec::Decode;
use frame_metadata::RuntimeMetadataPrefixed;
use merkleized_metadata::{ExtraInfo, generate_metadata_digest};
use polkadot_sdk::{sp_core::H256, sp_io::TestExternalities};
use scale_info::{TypeDef, TypeInfo};
use std::{collections::BTreeSet, path::PathBuf};

/// Latest stable version of the format, in which it is committed.
pub const LATEST: u32 = 16;
/// Version of the format that wallets compute the hash of.
pub const HASHED: u32 = 15;

/// The metadata in a version of the format.
pub fn metadata(version: u32) -> Vec<u8> {
	// Some constants are read from the state; an empty one gives those of a lasting network.
	TestExternalities::default().execute_with(|| {
		let opaque = Runtime::metadata_at_version(version).expect("the SDK knows this version");
		(*opaque).clone()
	})
}

/// Its hash, as wallets compute it.
pub fn metadata_hash() -> String {
	let metadata = RuntimeMetadataPrefixed::decode(&mut &metadata(HASHED)[..]).expect("is its own");
	let network = ExtraInfo {
		spec_version: VERSION.spec_version,
		spec_name: VERSION.spec_name.to_string(),
		base58_prefix: SS58_PREFIX,
		decimals: TOKEN_DECIMALS as u8,
		token_symbol: TOKEN_SYMBOL.into(),
	};
	let digest = generate_metadata_digest(&metadata.1, network).expect("every type is known");
	format!("{:?}", H256::from(digest.hash()))
}

/// Indices of all variants of an enum, so that a list can be held to have one of each.
pub fn variants<T: TypeInfo>() -> BTreeSet<u8> {
	match T::type_info().type_def {
		TypeDef::Variant(all) => all.variants.iter().map(|variant| variant.index).collect(),
		_ => BTreeSet::new(),
	}
}

/// Where the metadata is committed, and where its hash is.
pub fn committed() -> (PathBuf, PathBuf) {
	let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
	(root.join("interface/artifacts/assay.scale"), root.join("runtime/metadata-hash.txt"))
}
