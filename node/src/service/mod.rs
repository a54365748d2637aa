//! Assembles the node.

mod full;
mod partial;
mod statements;

pub use full::start;
pub use partial::{compile, partial, revert_consensus};

use crate::types::{FullBackend, FullClient, Pool, SelectChain};
use assay_runtime::opaque::Block;
use polkadot_sdk::{
	sc_consensus, sc_consensus_babe, sc_consensus_grandpa, sc_service, sc_telemetry::Telemetry,
	sp_consensus_babe::inherents::BabeCreateInherentDataProviders,
};

type GrandpaImport =
	sc_consensus_grandpa::GrandpaBlockImport<FullBackend, Block, FullClient, SelectChain>;
type BabeImport = sc_consensus_babe::BabeBlockImport<
	Block,
	FullClient,
	GrandpaImport,
	BabeCreateInherentDataProviders<Block>,
	SelectChain,
>;

/// What the parts of consensus hand to each other, and what RPC needs of it.
pub struct Consensus {
	block_import: BabeImport,
	babe: sc_consensus_babe::BabeLink<Block>,
	grandpa: sc_consensus_grandpa::LinkHalf<Block, FullClient, SelectChain>,
	rpc: crate::rpc::Sources,
	telemetry: Option<Telemetry>,
}

/// A node without network, which is all that offline commands need.
pub type Partial = sc_service::PartialComponents<
	FullClient,
	FullBackend,
	SelectChain,
	sc_consensus::DefaultImportQueue<Block>,
	Pool,
	Consensus,
>;

/// Every so many blocks a justification is kept for ever, from which others can sync.
const JUSTIFICATION_PERIOD: u32 = 512;
