//! Finding a transaction again after a re-organisation.
//!
//! The number that a transaction was given, of a deal or a case, is true of one block. On another fork
//! the same transaction is in another block, and the number may be a stranger's. Its hash stays.

use super::{
	blocks::BlockInfo,
	connect::{Chain, Head},
	submit::{MORTALITY, Submitted},
};
use crate::error::{Error, Result};
use assay_primitives::{AccountId, BlockNumber, Hash};
use std::{collections::HashMap, time::Duration};
use tokio::time::{Instant, timeout_at};

/// What finds a transaction, whatever block it is in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Trace {
	/// Its hash.
	pub hash: Hash,
	/// Who signed it.
	pub account: AccountId,
	/// Number among the account's transactions. No other with it can be on the same chain.
	pub nonce: u64,
	/// Block that it was anchored at. It can only be in the blocks after that.
	pub anchor: BlockInfo,
}

impl Trace {
	/// Last block that it can be in.
	pub fn last_block(&self) -> BlockNumber {
		let last = u64::from(self.anchor.number).saturating_add(MORTALITY);
		BlockNumber::try_from(last).unwrap_or(BlockNumber::MAX)
	}
}

/// Looks for one transaction on whatever fork a block is. Reads each block once.
pub struct Search {
	chain: Chain,
	trace: Trace,
	/// The block with the transaction on the chain that ends with this block, if there is one.
	known: HashMap<Hash, Option<BlockInfo>>,
}

impl Search {
	/// Nothing is known yet but that the transaction is in `block`, if it is.
	pub fn new(chain: &Chain, trace: Trace, block: Option<BlockInfo>) -> Self {
		let known = block.map(|block| (block.hash, Some(block))).into_iter().collect();
		Self { chain: chain.clone(), trace, known }
	}

	/// What it looks for.
	pub fn trace(&self) -> &Trace {
		&self.trace
	}

	/// The block that has the transaction on the chain that ends with `tip`; `None` where none has.
	/// Where `tip` is final (`head`), `None` says too that a later block may have it.
	///
	/// Errors: [`Error::Dropped`] where `tip` is final and no block can have it any more.
	pub async fn find(&mut self, tip: BlockInfo, head: Head) -> Result<Option<BlockInfo>> {
		let (mut found, fresh) = self.unknown(tip).await?;
		for block in fresh.into_iter().rev() {
			if found.is_none()
				&& block.number <= self.trace.last_block()
				&& self.chain.position(&block, &self.trace.hash).await?.is_some()
			{
				found = Some(block);
			}
			self.known.insert(block.hash, found);
		}
		if found.is_none() && head == Head::Finalized {
			self.still_possible(tip).await?;
		}
		Ok(found)
	}

	/// The blocks up to `tip` of which nothing is known, the newest first, and what is known of the
	/// last one before.
	async fn unknown(&self, tip: BlockInfo) -> Result<(Option<BlockInfo>, Vec<BlockInfo>)> {
		let mut fresh = Vec::new();
		let mut block = tip;
		while block.number > self.trace.anchor.number {
			if let Some(found) = self.known.get(&block.hash) {
				return Ok((*found, fresh));
			}
			fresh.push(block);
			block = self.chain.block(block.parent).await?;
		}
		Ok((None, fresh))
	}

	async fn still_possible(&self, tip: BlockInfo) -> Result<()> {
		let dropped =
			|reason: &str| Err(Error::Dropped { hash: self.trace.hash, reason: reason.into() });
		if tip.number <= self.trace.anchor.number {
			return Ok(());
		}
		let used = self.chain.at(tip).await?.nonce(&self.trace.account).await?;
		if u64::from(used) > self.trace.nonce {
			return dropped("another took its nonce");
		}
		match tip.number >= self.trace.last_block() {
			true => dropped("it was not included in time"),
			false => Ok(()),
		}
	}
}

impl Chain {
	/// Waits until a transaction that is in a block is in a final one, which may be another, and gives
	/// what was reported there. `None` where that takes longer than `patience`, and it goes on.
	///
	/// Errors: [`Error::Dropped`] where a re-organisation undid it and it can't come again,
	/// [`Error::Dispatch`] where it was executed again and failed.
	pub async fn confirm(
		&self,
		submitted: &Submitted,
		patience: Duration,
	) -> Result<Option<Submitted>> {
		let deadline = Instant::now() + patience;
		let mut search = Search::new(self, submitted.trace.clone(), submitted.block);
		let mut blocks = self.blocks(Head::Finalized);
		let mut tip = self.head(Head::Finalized).await;
		loop {
			let found = match tip {
				Ok(tip) => search.find(tip, Head::Finalized).await,
				Err(error) => Err(error),
			};
			match found {
				Ok(Some(block)) => {
					let events = self.at(block).await?.transaction_events(&submitted.hash).await?;
					return Ok(Some(Submitted { block: Some(block), events, ..submitted.clone() }));
				},
				Ok(None) => {},
				Err(error) if passes(&error) => tracing::debug!(%error, "nothing is known for now"),
				Err(error) => return Err(error),
			}
			tip = match timeout_at(deadline, blocks.next()).await {
				Ok(Some(tip)) => tip,
				Ok(None) => return Err(Error::Unreachable { tried: Vec::new() }),
				Err(_) => return Ok(None),
			};
		}
	}
}

/// Whether an error says only that the node can't be asked for now.
pub(super) fn passes(error: &Error) -> bool {
	error.retryable() && !matches!(error, Error::Dropped { .. })
}
