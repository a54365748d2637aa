//! Votes for final blocks, with as many headers as an answer should hold.
//!
//! The SDK's `grandpa_proveFinality` looks a set of validators up in the list of those that have ended, so that it knows
//! nothing of a chain whose set has never changed; and it brings all headers up to the end of a block's set, which of a
//! set that lasts for days are more than an answer may hold.

use crate::types::FullBackend;
use assay_finality::MAX_HEADERS;
use assay_runtime::{BlockNumber, Hash, Header, opaque::Block};
use codec::Encode;
use jsonrpsee::{
	RpcModule,
	core::RegisterMethodError,
	types::{ErrorObjectOwned, Params},
};
use polkadot_sdk::{
	sc_client_api::Backend,
	sc_consensus_grandpa::{
		FinalityProof, FinalityProofError, FinalityProofProvider, GrandpaJustification,
		SharedAuthoritySet, best_justification,
	},
	sp_blockchain::{self, HeaderBackend},
	sp_core::Bytes,
	sp_runtime::generic::BlockId,
};
use std::sync::Arc;

/// Code of an answer that there are no votes.
const NO_VOTES: i32 = -32_820;

type Proof = FinalityProof<Header>;

/// What the votes are read from.
pub struct Votes {
	/// Blocks, and the newest votes.
	pub backend: Arc<FullBackend>,
	/// The present set.
	pub authority_set: SharedAuthoritySet<Hash, BlockNumber>,
	/// Votes of sets that have ended, and of the one that followed the last of them.
	pub finality: Arc<FinalityProofProvider<FullBackend, Block>>,
}

/// Adds `assay_votesFor(number)`: a block and the votes for it, encoded as `grandpa_proveFinality` does. It is the last
/// block of the set that has finalized block `number`, of the present set the newest final one; the headers after block
/// `number` up to it come along where they are no more than [`MAX_HEADERS`]. `null` where the node has no votes.
pub fn register(module: &mut RpcModule<()>, votes: Arc<Votes>) -> Result<(), RegisterMethodError> {
	let answer = move |params: Params| {
		let number: BlockNumber = params.one()?;
		let refused = |error| ErrorObjectOwned::owned(NO_VOTES, format!("{error}"), None::<()>);
		let proof = votes.proof_of(number).map_err(refused)?;
		Ok::<_, ErrorObjectOwned>(proof.map(|proof| Bytes(proof.encode())))
	};
	module.register_blocking_method("assay_votesFor", move |params, _, _| answer(params))?;
	Ok(())
}

impl Votes {
	fn proof_of(&self, number: BlockNumber) -> Result<Option<Proof>, FinalityProofError> {
		let proof = match self.authority_set.set_id() {
			// The first set goes on: there is no list yet for the SDK to look it up in.
			0 => self.newest()?,
			_ => self.finality.prove_finality_proof(number, false)?,
		};
		let Some(proof) = proof else { return Ok(None) };
		let target =
			self.backend.blockchain().expect_block_number_from_id(&BlockId::Hash(proof.block))?;
		match target.checked_sub(number) {
			Some(distance) if distance as usize <= MAX_HEADERS => {
				Ok(Some(Proof { unknown_headers: self.headers(number, target)?, ..proof }))
			},
			Some(_) => Ok(Some(proof)),
			None => Ok(None),
		}
	}

	/// The newest votes of all.
	fn newest(&self) -> Result<Option<Proof>, sp_blockchain::Error> {
		let newest = best_justification::<_, Block>(&*self.backend)?;
		Ok(newest.map(|votes: GrandpaJustification<Block>| Proof {
			block: votes.target().1,
			justification: votes.encode(),
			unknown_headers: Vec::new(),
		}))
	}

	/// Headers after one final block up to another.
	fn headers(
		&self,
		after: BlockNumber,
		to: BlockNumber,
	) -> Result<Vec<Header>, sp_blockchain::Error> {
		let blocks = self.backend.blockchain();
		let header = |number| {
			let hash = blocks.expect_block_hash_from_id(&BlockId::Number(number))?;
			blocks.expect_header(hash)
		};
		(after..to).map(|before| header(before.saturating_add(1))).collect()
	}
}
