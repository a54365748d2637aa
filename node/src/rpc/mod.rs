//! RPC methods beside those that every SDK node has. Of our own there is one, for what no runtime knows: what clients
//! read is a runtime API, typed in the metadata.

mod closed;
mod votes;

pub use closed::ClosedServer;
pub use votes::Votes;

use crate::types::{FullClient, Pool, SelectChain};
use assay_runtime::opaque::Block;
use jsonrpsee::RpcModule;
use polkadot_sdk::{
	pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer},
	sc_consensus_babe::BabeWorkerHandle,
	sc_consensus_babe_rpc::{Babe, BabeApiServer},
	sc_consensus_grandpa::{GrandpaJustificationStream, SharedVoterState},
	sc_consensus_grandpa_rpc::{Grandpa, GrandpaApiServer},
	sc_rpc::{
		SubscriptionTaskExecutor,
		statement::{StatementApiServer, StatementStore},
	},
	sc_statement_store::Store,
	sp_keystore::KeystorePtr,
	substrate_frame_rpc_system::{System, SystemApiServer},
};
use std::sync::Arc;

/// What the methods read from.
pub struct Sources {
	/// Client.
	pub client: Arc<FullClient>,
	/// Transaction pool.
	pub pool: Arc<Pool>,
	/// Fork choice.
	pub select_chain: SelectChain,
	/// Keys of this node.
	pub keystore: KeystorePtr,
	/// BABE's epochs.
	pub babe: BabeWorkerHandle<Block>,
	/// State of GRANDPA's rounds.
	pub voter_state: SharedVoterState,
	/// Justifications as they are made.
	pub justifications: GrandpaJustificationStream<Block>,
	/// GRANDPA's voters, and proofs of finality of older blocks.
	pub votes: Arc<Votes>,
}

/// All methods in one module. Called for each transport.
pub fn module(
	sources: &Sources,
	statements: Arc<Store>,
	executor: SubscriptionTaskExecutor,
) -> Result<RpcModule<()>, Box<dyn std::error::Error + Send + Sync>> {
	let mut module = RpcModule::new(());
	let client = &sources.client;
	module.merge(System::new(client.clone(), sources.pool.clone()).into_rpc())?;
	module.merge(TransactionPayment::new(client.clone()).into_rpc())?;
	module.merge(
		Babe::new(
			client.clone(),
			sources.babe.clone(),
			sources.keystore.clone(),
			sources.select_chain.clone(),
		)
		.into_rpc(),
	)?;
	module.merge(StatementStore::new(statements, executor.clone()).into_rpc())?;
	module.merge(
		Grandpa::new(
			executor,
			sources.votes.authority_set.clone(),
			sources.voter_state.clone(),
			sources.justifications.clone(),
			sources.votes.finality.clone(),
		)
		.into_rpc(),
	)?;
	votes::register(&mut module, sources.votes.clone())?;
	Ok(module)
}
