//! Networks that the node knows by name. Their genesis comes from presets inside the runtime, so any
//! tool that reads the runtime can build the same chain specification.

use crate::{cache::Cache, service};
use assay_runtime::{SS58_PREFIX, TOKEN_DECIMALS, TOKEN_SYMBOL, WASM_BINARY};
use polkadot_sdk::{
	sc_chain_spec::{ChainType, Properties},
	sc_service,
	sp_genesis_builder::{DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET},
};
use serde_json::Value;
use std::{fs, path::PathBuf};

/// Chain specification without extensions.
pub type ChainSpec = sc_service::GenericChainSpec;

/// Place of the runtime in a raw specification: the key `:code`.
const RAW_CODE: &str = "/genesis/raw/top/0x3a636f6465";

/// Where a specification comes from.
pub enum Source {
	/// It is built into the node.
	BuiltIn(Network),
	/// It is in a file.
	File(PathBuf),
}

impl Source {
	/// The specification as it is.
	pub fn load(&self) -> Result<ChainSpec, String> {
		match self {
			Self::BuiltIn(network) => network.spec(),
			Self::File(path) => ChainSpec::from_json_file(path.clone()),
		}
	}

	/// The specification with its genesis state, from `cache` where it was built before: the runtime
	/// builds it, and compiling a runtime for that takes longer than all else at a node's start.
	pub fn load_built(&self, cache: &Cache) -> Result<ChainSpec, String> {
		let Some(key) = self.key()? else { return self.load() };
		let spec = cache.genesis(&key, || {
			let spec = self.load()?.as_json(true)?;
			// Who waits for the state needs the compiled runtime next.
			compile(&spec, cache)?;
			Ok(spec)
		})?;
		ChainSpec::from_json_bytes(spec)
	}

	/// What tells the state apart from all others; none if it is in the file already.
	fn key(&self) -> Result<Option<Vec<u8>>, String> {
		let version = env!("SUBSTRATE_CLI_IMPL_VERSION").as_bytes();
		match self {
			Self::BuiltIn(network) => {
				let names = [network.name, network.id, network.preset].join("\n");
				Ok(Some([version, names.as_bytes(), code()?].concat()))
			},
			Self::File(path) => {
				let bytes =
					fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
				let spec: Value = serde_json::from_slice(&bytes)
					.map_err(|error| format!("{}: {error}", path.display()))?;
				let unbuilt = spec.pointer("/genesis/runtimeGenesis").is_some();
				Ok(unbuilt.then(|| [version, &bytes[..]].concat()))
			},
		}
	}
}

/// Compiles the runtime of a raw specification into the cache.
fn compile(spec: &str, cache: &Cache) -> Result<(), String> {
	let spec: Value = serde_json::from_str(spec).map_err(|error| error.to_string())?;
	let code = spec.pointer(RAW_CODE).and_then(Value::as_str).ok_or("it has no runtime")?;
	let code = polkadot_sdk::sp_core::bytes::from_hex(code).map_err(|error| error.to_string())?;
	service::compile(&code, cache)
}

fn code() -> Result<&'static [u8], String> {
	WASM_BINARY.ok_or_else(|| {
		"This node was built without the runtime's wasm (SKIP_WASM_BUILD); \
		 name a chain specification file with --chain"
			.into()
	})
}

/// A network that is built into the node.
pub struct Network {
	name: &'static str,
	id: &'static str,
	kind: ChainType,
	preset: &'static str,
}

impl Network {
	fn spec(&self) -> Result<ChainSpec, String> {
		Ok(ChainSpec::builder(code()?, None)
			.with_name(self.name)
			.with_id(self.id)
			.with_protocol_id(self.id)
			.with_chain_type(self.kind.clone())
			.with_genesis_config_preset_name(self.preset)
			.with_properties(properties())
			.build())
	}
}

/// One validator, Alice; for a single node on one machine.
pub const DEVELOPMENT: Network = Network {
	name: "assay Development",
	id: "assay_dev",
	kind: ChainType::Development,
	preset: DEV_RUNTIME_PRESET,
};

/// Two validators, Alice and Bob; for a few nodes on one machine.
pub const LOCAL: Network = Network {
	name: "assay Local Testnet",
	id: "assay_local",
	kind: ChainType::Local,
	preset: LOCAL_TESTNET_RUNTIME_PRESET,
};

/// What wallets show; must agree with the runtime's own constants.
fn properties() -> Properties {
	let mut properties = Properties::new();
	properties.insert("tokenSymbol".into(), TOKEN_SYMBOL.into());
	properties.insert("tokenDecimals".into(), TOKEN_DECIMALS.into());
	properties.insert("ss58Format".into(), SS58_PREFIX.into());
	properties
}
