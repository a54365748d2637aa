//! The chain, with the key that signs and the account that it signs for.

use assay_client::{
	BlockInfo, Chain, Error, Signer,
	chain::{EventRecord, Submitted},
};
use assay_primitives::AccountId;
use std::{sync::Arc, time::Duration};

/// The chain as a bonded account's operator has it.
#[derive(Clone)]
pub struct SigningChain {
	pub chain: Chain,
	pub signer: Arc<Signer>,
	pub stash: AccountId,
}

/// What became of a transaction.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Included {
	/// The block that it is in.
	pub block: BlockInfo,
	/// Items of a batch that failed, by position, with the name of the error.
	pub failed: Vec<(usize, String)>,
}

/// Waits until what is submitted is in a block, no longer than `within`. Gives the block, and what happened in it.
///
/// Errors: those of submitting, and [`Error::Timeout`] where it is in no block by then.
pub async fn included(
	name: &str,
	within: Duration,
	submit: impl Future<Output = Result<Submitted, Error>>,
) -> Result<(BlockInfo, Vec<EventRecord>), Error> {
	let late = || Error::Timeout { what: format!("the inclusion of {name}"), after: within };
	let submitted = tokio::time::timeout(within, submit).await.map_err(|_| late())??;
	Ok((submitted.block.ok_or_else(late)?, submitted.events))
}
