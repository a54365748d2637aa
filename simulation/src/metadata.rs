//! The metadata of the runtime: what clients are compiled against, its hash for wallets, and the shapes of views.

use assay_primitives::hashing::tagged_hash;
use assay_runtime::{Runtime, SS58_PREFIX, TOKEN_DECIMALS, TOKEN_SYMBOL, VERSION};
use codec::Decode;
use frame_metadata::{RuntimeMetadata, RuntimeMetadataPrefixed, v16::RuntimeMetadataV16};
use merkleized_metadata::{ExtraInfo, generate_metadata_digest};
use polkadot_sdk::{sp_core::H256, sp_io::TestExternalities};
use scale_info::{Field, PortableRegistry, TypeDef, TypeInfo, form::PortableForm};
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

/// The runtime APIs of ours, whose views change by addition alone.
pub const APIS: [&str; 3] = ["AssayApi", "CaseApi", "PoolApi"];

/// A line for each view of ours: its API with the version of that, its name, and a hash of its shape.
pub fn views(metadata: &RuntimeMetadataV16) -> String {
	let shape = |ty: u32| shape(&metadata.types, ty);
	let mut lines = BTreeSet::new();
	for api in metadata.apis.iter().filter(|api| APIS.contains(&&*api.name)) {
		for view in &api.methods {
			let inputs = view.inputs.iter().map(|it| format!("{}:{},", it.name, shape(it.ty.id)));
			let whole = inputs.collect::<String>() + &shape(view.output.id);
			let hash = tagged_hash(b"assay/view/1", &whole);
			lines.insert(format!("{} {} {} {hash:?}\n", api.name, api.version.0, view.name));
		}
	}
	lines.into_iter().collect()
}

/// The views that two lists don't have alike although the version of their API is the same in both.
pub fn unversioned(before: &str, now: &str) -> BTreeSet<String> {
	let [before, now] = [before, now].map(|list| list.lines().collect::<BTreeSet<_>>());
	let versions = |list: &BTreeSet<&str>| -> BTreeSet<String> {
		list.iter().map(|line| words(line)[..2].join(" ")).collect()
	};
	let (old, new) = (versions(&before), versions(&now));
	let same: BTreeSet<_> = old.intersection(&new).collect();
	let changed = before.symmetric_difference(&now).map(|line| words(line));
	let changed = changed.filter(|line| same.contains(&line[..2].join(" ")));
	changed.map(|line| format!("{}.{}", line[0], line[2])).collect()
}

fn words(line: &str) -> Vec<&str> {
	line.split(' ').collect()
}

/// The metadata as it is now, decoded.
pub fn latest() -> RuntimeMetadataV16 {
	let metadata = RuntimeMetadataPrefixed::decode(&mut &metadata(LATEST)[..]).expect("is its own");
	let RuntimeMetadata::V16(metadata) = metadata.1 else { panic!("another version") };
	metadata
}

/// A type as it is read: by the names of fields and variants, whatever the types themselves are called.
fn shape(types: &PortableRegistry, id: u32) -> String {
	let of = |id: u32| shape(types, id);
	let fields = |all: &[Field<PortableForm>]| {
		let field = |it: &Field<PortableForm>| format!("{:?}{}", it.name, of(it.ty.id));
		all.iter().map(field).collect::<Vec<_>>().join(",")
	};
	match &types.resolve(id).expect("it is in the metadata").type_def {
		TypeDef::Composite(all) => format!("{{{}}}", fields(&all.fields)),
		TypeDef::Variant(all) => {
			let one = all.variants.iter();
			let one = one.map(|it| format!("{}={}({})", it.name, it.index, fields(&it.fields)));
			format!("<{}>", one.collect::<Vec<_>>().join("|"))
		},
		TypeDef::Sequence(list) => format!("[{}]", of(list.type_param.id)),
		TypeDef::Array(list) => format!("[{};{}]", of(list.type_param.id), list.len),
		TypeDef::Tuple(all) => {
			let all = all.fields.iter().map(|it| of(it.id));
			format!("({})", all.collect::<Vec<_>>().join(","))
		},
		TypeDef::Primitive(number) => format!("{number:?}"),
		TypeDef::Compact(number) => format!("compact {}", of(number.type_param.id)),
		TypeDef::BitSequence(bits) => format!("bits {}", of(bits.bit_store_type.id)),
	}
}

/// Indices of all variants of an enum, so that a list can be held to have one of each.
pub fn variants<T: TypeInfo>() -> BTreeSet<u8> {
	match T::type_info().type_def {
		TypeDef::Variant(all) => all.variants.iter().map(|variant| variant.index).collect(),
		_ => BTreeSet::new(),
	}
}

/// Where something of it is committed.
#[derive(Clone, Copy, Debug)]
pub enum Committed {
	/// The metadata.
	Metadata,
	/// Its hash.
	Hash,
	/// The list of views.
	Views,
}

impl Committed {
	/// Its file.
	pub fn path(self) -> PathBuf {
		PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(match self {
			Self::Metadata => "../interface/artifacts/assay.scale",
			Self::Hash => "../runtime/metadata-hash.txt",
			Self::Views => "../interface/artifacts/views.txt",
		})
	}

	/// What stands there; nothing where there is none.
	pub fn text(self) -> String {
		std::fs::read_to_string(self.path()).unwrap_or_default()
	}
}
