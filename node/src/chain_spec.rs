//! Networks that the node knows by name. Their genesis comes from presets inside the runtime, so any
//! tool that reads the runtime can build the same chain specification.

use assay_runtime::{SS58_PREFIX, TOKEN_DECIMALS, TOKEN_SYMBOL, WASM_BINARY};
use polkadot_sdk::{
	sc_chain_spec::{ChainType, Properties},
	sc_service,
	sp_genesis_builder::{DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET},
};

/// Chain specification without extensions.
pub type ChainSpec = sc_service::GenericChainSpec;

/// A network that is built into the node.
struct Network {
	name: &'static str,
	id: &'static str,
	kind: ChainType,
	preset: &'static str,
}

impl Network {
	fn spec(self) -> Result<ChainSpec, String> {
		let code = WASM_BINARY.ok_or(
			"This node was built without the runtime's wasm (SKIP_WASM_BUILD); \
			 name a chain specification file with --chain",
		)?;
		Ok(ChainSpec::builder(code, None)
			.with_name(self.name)
			.with_id(self.id)
			.with_protocol_id(self.id)
			.with_chain_type(self.kind)
			.with_genesis_config_preset_name(self.preset)
			.with_properties(properties())
			.build())
	}
}

/// One validator, Alice; for a single node on one machine.
pub fn development() -> Result<ChainSpec, String> {
	Network {
		name: "assay Development",
		id: "assay_dev",
		kind: ChainType::Development,
		preset: DEV_RUNTIME_PRESET,
	}
	.spec()
}

/// Two validators, Alice and Bob; for a few nodes on one machine.
pub fn local() -> Result<ChainSpec, String> {
	Network {
		name: "assay Local Testnet",
		id: "assay_local",
		kind: ChainType::Local,
		preset: LOCAL_TESTNET_RUNTIME_PRESET,
	}
	.spec()
}

/// What wallets show; must agree with the runtime's own constants.
fn properties() -> Properties {
	let mut properties = Properties::new();
	properties.insert("tokenSymbol".into(), TOKEN_SYMBOL.into());
	properties.insert("tokenDecimals".into(), TOKEN_DECIMALS.into());
	properties.insert("ss58Format".into(), SS58_PREFIX.into());
	properties
}
