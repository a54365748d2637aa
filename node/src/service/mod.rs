//! Assembles the node.

mod full;
mod partial;
mod statements;

pub use full::start;
pub use partial::{compile, partial, revert_consensus};

use assay_runtime::{RuntimeApi, opaque::Block};
use polkadot_sdk::{
	sc_consensus, sc_consensus_babe, sc_consensus_grandpa, sc_executor, sc_service,
	sc_telemetry::Telemetry, sc_transaction_pool,
	sp_consensus_babe::inherents::BabeCreateInherentDataProviders, sp_io,
};

/// Functions that the runtime may call.
pub type HostFunctions = sp_io::SubstrateHostFunctions;
/// Runs the runtime.
pub type Executor = sc_executor::WasmExecutor<HostFunctions>;
/// Client.
pub type FullClient = sc_service::TFullClient<Block, RuntimeApi, Executor>;
/// Database.
pub type FullBackend = sc_service::TFullBackend<Block>;
/// Fork choice: the longest chain, which for BABE is the one with most primary slots.
pub type SelectChain = sc_consensus::LongestChain<FullBackend, Block>;
/// Transaction pool.
pub type Pool = sc_transaction_pool::TransactionPoolHandle<Block, FullClient>;

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
