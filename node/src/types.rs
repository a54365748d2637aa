//! What the node is made of.

use assay_runtime::{RuntimeApi, opaque::Block};
use polkadot_sdk::{sc_consensus, sc_executor, sc_service, sc_transaction_pool, sp_io};

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
