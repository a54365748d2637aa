//! Publishing content on chain, block by block.

use super::content_cid_text;
use crate::{
	chain::{At, Chain, Head, WaitFor},
	error::{Error, Result},
	keys::Signer,
	refusals::ALREADY_PUBLISHED,
};
use assay_interface::{Call, content};
use assay_primitives::{
	BlockNumber, Hash,
	content::{BLOCK_SIZE, ContentRef, Layout, MAX_PROMISED_LEAVES},
};
use futures::{StreamExt, TryStreamExt, stream};
use std::time::Instant;

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
/// Best blocks for which what was undone is waited for before it is sent again.
const PATIENCE: u32 = 16;
/// How often it is sent.
const ROUNDS: u32 = 3;

/// Publishes `bytes`: each leaf, and the node above them when all leaves are there, for the chain promises
/// the whole only then. What is there already and is kept for a while yet is skipped. Returns when all of
/// it is in blocks of the best chain.
///
/// Errors: those of transactions, [`Error::Usage`] for empty content, [`Error::Timeout`] where forks
/// undo it again and again.
pub async fn publish(chain: &Chain, signer: &Signer, bytes: &[u8]) -> Result<Published> {
	if bytes.is_empty() {
		return Err(Error::Usage("empty content can't be published, and need not be".into()));
	}
	let started = Instant::now();
	let layout = Layout::of(bytes);
	let leaves = bytes.chunks(BLOCK_SIZE).zip(layout.leaves.iter().map(|(hash, _)| *hash));
	let mut blocks: Vec<(&[u8], Hash)> = leaves.collect();
	blocks.sort_by_key(|(_, hash)| *hash);
	blocks.dedup_by_key(|(_, hash)| *hash);
	let mut new_blocks = 0;
	for _ in 0..ROUNDS {
		let sent: Vec<bool> = stream::iter(blocks.iter())
			.map(|(block, hash)| publish_block(chain, signer, block, hash))
			.buffered(IN_FLIGHT)
			.try_collect()
			.await?;
		new_blocks += sent.iter().filter(|new| **new).count();
		let Some(mut expires_at) = kept(chain, &blocks).await? else { continue };
		let mut all = blocks.len();
		if let Some(node) = &layout.node {
			new_blocks += usize::from(publish_node(chain, signer, node, &layout.content).await?);
			let node = [(&node[..], layout.content.hash)];
			let Some(until) = kept(chain, &node).await? else { continue };
			expires_at = expires_at.min(until);
			all += 1;
		}
		let new_blocks = new_blocks.min(all) as u32;
		let old_blocks = all as u32 - new_blocks;
		return Ok(Published { content: layout.content, new_blocks, old_blocks, expires_at });
	}
	let name = content_cid_text(&layout.content);
	Err(Error::Timeout { what: format!("publishing {name}"), after: started.elapsed() })
}

/// Last block in which every node serves all of a content, as far as that can be told: of more leaves than the chain
/// looks at only that of its node. By the reference and not by its hash, which another content may have too.
pub async fn served_until(at: &At, content: &ContentRef) -> Result<Option<BlockNumber>> {
	if content.leaves() > MAX_PROMISED_LEAVES {
		return Ok(at.content(&content.hash).await?.map(|(_, until)| until));
	}
	at.promised_until(content).await
}

/// Waits until all blocks of content are on the best chain, and gives the block height at which the
/// first may be gone; `None` where some don't come. What a re-organisation has undone is pending
/// again, so the next blocks bring it, and to send it at once would cost a second fee.
async fn kept(chain: &Chain, blocks: &[(&[u8], Hash)]) -> Result<Option<BlockNumber>> {
	let mut heads = chain.blocks(Head::Best);
	for _ in 0..PATIENCE {
		if let Some(until) = expiry(&chain.at_best().await?, blocks).await? {
			return Ok(Some(until));
		}
		if let Some(Err(error)) = heads.next().await {
			tracing::debug!(%error, "no block for now");
		}
	}
	Ok(None)
}

async fn expiry(at: &At, blocks: &[(&[u8], Hash)]) -> Result<Option<BlockNumber>> {
	let mut expires_at = BlockNumber::MAX;
	for (_, hash) in blocks {
		let Some((_, until)) = at.content(hash).await? else { return Ok(None) };
		expires_at = expires_at.min(until);
	}
	Ok(Some(expires_at))
}

/// Publishes the node above leaves that are there. One that was there before them promises nothing but
/// itself, and is published again. Whether a transaction was needed.
async fn publish_node(
	chain: &Chain,
	signer: &Signer,
	node: &[u8],
	content: &ContentRef,
) -> Result<bool> {
	if content.leaves() > MAX_PROMISED_LEAVES {
		return publish_block(chain, signer, node, &content.hash).await;
	}
	let at = chain.at_best().await?;
	let soon = at.block().number.saturating_add(MIN_REMAINING);
	if at.promised_until(content).await?.is_some_and(|until| until > soon) {
		return Ok(false);
	}
	let data = node.to_vec();
	let call = match at.content(&content.hash).await? {
		Some(_) => content::Call::extend { data },
		None => content::Call::publish { data },
	};
	chain.submit(signer, &Call::Content(call), WaitFor::InBlock).await.map(|_| true)
}

/// Whether a transaction was needed.
async fn publish_block(chain: &Chain, signer: &Signer, block: &[u8], hash: &Hash) -> Result<bool> {
	let at = chain.at_best().await?;
	let data = block.to_vec();
	let call = match at.content(hash).await? {
		Some((_, until)) if until > at.block().number.saturating_add(MIN_REMAINING) => {
			return Ok(false);
		},
		Some(_) => content::Call::extend { data },
		None => content::Call::publish { data },
	};
	match chain.submit(signer, &Call::Content(call), WaitFor::InBlock).await {
		// Somebody else was first, which serves as well.
		Err(error) if ALREADY_PUBLISHED.is(&error) => Ok(false),
		sent => sent.map(|_| true),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::testing::forks::{Content, Forks};

	#[tokio::test]
	async fn content_should_be_waited_for_when_a_fork_has_undone_it() {
		let forks = Forks::start().await;
		let (block, other) = (Hash::repeat_byte(1), Hash::repeat_byte(2));
		let blocks = [(&b"one"[..], block), (&b"other"[..], other)];
		let some = forks.add(forks.genesis, Content::default().publishes(block));
		let all = forks.add(some, Content::default().publishes(other));
		forks.best(some);
		let comes = async {
			forks.requested(&["AssayApi_content", "chain_subscribeNewHeads"]).await;
			forks.best(all);
		};
		let (found, ()) = futures::join!(kept(&forks.chain, &blocks), comes);
		assert_eq!(found.expect("the chain answers"), Some(9_000));
	}
}
