//! Publishing content on chain, block by block.

use super::content_cid_text;
use crate::{
	chain::{Call, Chain, WaitFor, call},
	error::{Error, Result},
	keys::Signer,
};
use assay_primitives::{
	BlockNumber, Hash,
	content::{BLOCK_SIZE, ContentRef, Layout},
};
use futures::{StreamExt, TryStreamExt, stream};

/// Content that every node serves now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Published {
	/// What it is.
	pub content: ContentRef,
	/// Blocks that were published for it.
	pub new_blocks: u32,
	/// Blocks that were there already.
	pub old_blocks: u32,
	/// First block height at which any of its blocks may be gone.
	pub expires_at: BlockNumber,
}

/// Transactions on their way at a time; a block of the chain holds three of 1 MiB.
const IN_FLIGHT: usize = 3;
/// Blocks of the chain for which a published block must still be kept to be left alone.
const MIN_REMAINING: BlockNumber = 600;

/// Publishes `bytes`: each leaf, and the node above them. What is there already and is kept for a
/// while yet is skipped. Returns when all of it is in blocks of the best chain.
///
/// Errors: those of transactions, [`Error::Usage`] for empty content.
pub async fn publish(chain: &Chain, signer: &Signer, bytes: &[u8]) -> Result<Published> {
	if bytes.is_empty() {
		return Err(Error::Usage("empty content can't be published, and need not be".into()));
	}
	let layout = Layout::of(bytes);
	let leaves = bytes.chunks(BLOCK_SIZE).zip(layout.leaves.iter().map(|(hash, _)| *hash));
	let node = layout.node.as_deref().map(|node| (node, layout.content.hash));
	let mut blocks: Vec<(&[u8], Hash)> = leaves.chain(node).collect();
	blocks.sort_by_key(|(_, hash)| *hash);
	blocks.dedup_by_key(|(_, hash)| *hash);
	let sent: Vec<bool> = stream::iter(blocks.iter())
		.map(|(block, hash)| publish_block(chain, signer, block, hash))
		.buffered(IN_FLIGHT)
		.try_collect()
		.await?;
	let at = chain.at_best().await?;
	let mut expires_at = BlockNumber::MAX;
	for (_, hash) in &blocks {
		let kept = at.content(hash).await?;
		let (_, until) = kept.ok_or_else(|| {
			let name = content_cid_text(&layout.content);
			Error::decode("published content", format!("{name} is not on the best chain any more"))
		})?;
		expires_at = expires_at.min(until);
	}
	let new_blocks = sent.iter().filter(|new| **new).count() as u32;
	let old_blocks = sent.len() as u32 - new_blocks;
	Ok(Published { content: layout.content, new_blocks, old_blocks, expires_at })
}

/// Whether a transaction was needed.
async fn publish_block(chain: &Chain, signer: &Signer, block: &[u8], hash: &Hash) -> Result<bool> {
	let at = chain.at_best().await?;
	let call: Call = match at.content(hash).await? {
		Some((_, until)) if until > at.block().number.saturating_add(MIN_REMAINING) => {
			return Ok(false);
		},
		Some(_) => call::content::extend(block),
		None => call::content::publish(block),
	};
	match chain.submit(signer, &call, WaitFor::InBlock).await {
		// Somebody else was first, which serves as well.
		Err(Error::Dispatch { name, .. }) if name == "AlreadyPublished" => Ok(false),
		sent => sent.map(|_| true),
	}
}
