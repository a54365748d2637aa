//! Votes for final blocks, without the headers on the way to them.
//!
//! `grandpa_proveFinality` brings all headers up to the end of the block's set of validators, which of a set that lasts
//! for days are more than an answer may hold. Who follows sets needs the block at each one's end alone.

use crate::types::FullBackend;
use assay_runtime::{BlockNumber, opaque::Block};
use codec::Encode;
use jsonrpsee::{
	RpcModule,
	core::RegisterMethodError,
	types::{ErrorObjectOwned, Params},
};
use polkadot_sdk::{sc_consensus_grandpa::FinalityProofProvider, sp_core::Bytes};
use std::sync::Arc;

/// Code of an answer that there are no votes.
const NO_VOTES: i32 = -32_820;

/// Adds `assay_votesFor(number)`: a block and the votes for it, encoded as `grandpa_proveFinality` does, without headers.
/// It is the last block of the set that has finalized block `number`, of the present set the newest final one. `null`
/// where the node has no votes for it.
pub fn register(
	module: &mut RpcModule<()>,
	finality: Arc<FinalityProofProvider<FullBackend, Block>>,
) -> Result<(), RegisterMethodError> {
	let votes = move |params: Params| {
		let number: BlockNumber = params.one()?;
		let proof = finality.prove_finality_proof(number, false);
		let refused = |error| ErrorObjectOwned::owned(NO_VOTES, format!("{error}"), None::<()>);
		Ok::<_, ErrorObjectOwned>(proof.map_err(refused)?.map(|proof| Bytes(proof.encode())))
	};
	module.register_method("assay_votesFor", move |params, (), _| votes(params))?;
	Ok(())
}
