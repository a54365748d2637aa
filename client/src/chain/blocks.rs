//! Streams of blocks that outlive the connection that they come from.

use super::connect::{Chain, Head};
use crate::error::{Error, Result};
use assay_primitives::{BlockNumber, Hash, MILLIS_PER_BLOCK, hashing::blake2};
use codec::Encode;
use futures::Stream;
use std::{
	pin::Pin,
	task::{Context, Poll},
	time::Duration,
};
use subxt::{config::substrate::SubstrateHeader, rpcs::client::RpcSubscription};
use tokio::{sync::mpsc, time::timeout};

pub(crate) type Header = SubstrateHeader<Hash>;

/// Time between two blocks.
pub const BLOCK_TIME: Duration = Duration::from_millis(MILLIS_PER_BLOCK);

/// Which block.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct BlockInfo {
	/// Height.
	pub number: BlockNumber,
	/// Hash.
	pub hash: Hash,
	/// Hash of the block before.
	pub parent: Hash,
}

impl BlockInfo {
	pub(crate) fn of(header: &Header) -> Result<Self> {
		let number = BlockNumber::try_from(header.number)
			.map_err(|error| Error::decode("a block number", error))?;
		let hash = blake2(&header.encode());
		Ok(Self { number, hash, parent: header.parent_hash })
	}
}

/// Blocks kept ready for a slow reader; then the subscription waits for it.
const BUFFER: usize = 64;
/// Pause before a broken subscription is renewed.
const PAUSE: Duration = Duration::from_secs(1);
/// Most final blocks that are caught up with after an outage; older ones are skipped.
const MAX_GAP: BlockNumber = 4_096;

/// New blocks. See [`Chain::blocks`].
pub struct Blocks {
	receiver: mpsc::Receiver<Result<BlockInfo>>,
}

impl Blocks {
	pub(super) fn start(chain: Chain, head: Head) -> Self {
		let (sender, receiver) = mpsc::channel(BUFFER);
		tokio::spawn(follow(chain, head, sender));
		Self { receiver }
	}

	/// The next block, or why there is none for now. Never `None` while the runtime lives.
	pub async fn next(&mut self) -> Option<Result<BlockInfo>> {
		self.receiver.recv().await
	}
}

impl Stream for Blocks {
	type Item = Result<BlockInfo>;

	fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
		self.receiver.poll_recv(cx)
	}
}

async fn follow(chain: Chain, head: Head, sender: mpsc::Sender<Result<BlockInfo>>) {
	let mut last = None;
	loop {
		let ended = tokio::select! {
			ended = follow_once(&chain, head, &sender, &mut last) => ended,
			() = sender.closed() => return,
		};
		match ended {
			Ok(()) => tracing::debug!("the block subscription ended, renewing it"),
			Err(Some(error)) => {
				if sender.send(Err(error)).await.is_err() {
					return;
				}
			},
			Err(None) => return,
		}
		tokio::time::sleep(PAUSE).await;
	}
}

/// Follows one subscription. `Err(None)` when nobody listens.
async fn follow_once(
	chain: &Chain,
	head: Head,
	sender: &mpsc::Sender<Result<BlockInfo>>,
	last: &mut Option<BlockInfo>,
) -> Result<(), Option<Error>> {
	let mut headers = subscribe(chain, head).await?;
	// A node tells the current head at once, but after an outage that may be the one seen last.
	loop {
		let header = match timeout(chain.inner.stall_timeout, headers.next()).await {
			Ok(Some(header)) => header,
			Ok(None) => return Ok(()),
			Err(_) => {
				// Quiet chain or dead connection? A request tells, and replaces the latter.
				let now = chain.head(head).await?;
				if last.is_some_and(|last| last.hash == now.hash) {
					continue;
				}
				return Ok(());
			},
		};
		let header = header.map_err(|error| chain.rpc_error("a block subscription", error))?;
		let block = BlockInfo::of(&header)?;
		if last.is_some_and(|last| last.hash == block.hash) {
			continue;
		}
		if head == Head::Finalized {
			// A node that lags behind the one before it repeats what was seen.
			if last.is_some_and(|last| block.number <= last.number) {
				continue;
			}
			chain.inner.failover.confirm(&header).await?;
			send_gap(chain, sender, *last, block).await?;
		}
		sender.send(Ok(block)).await.map_err(|_: mpsc::error::SendError<_>| None)?;
		*last = Some(block);
	}
}

async fn subscribe(chain: &Chain, head: Head) -> Result<RpcSubscription<Header>> {
	let methods = &chain.inner.methods;
	let subscription = match head {
		Head::Best => methods.chain_subscribe_new_heads().await,
		Head::Finalized => methods.chain_subscribe_finalized_heads().await,
	};
	subscription.map_err(|error| chain.rpc_error("a block subscription", error))
}

/// Sends the final blocks between the last one and `block`, which a node reports only in steps: its ancestors, by their
/// hashes.
async fn send_gap(
	chain: &Chain,
	sender: &mpsc::Sender<Result<BlockInfo>>,
	last: Option<BlockInfo>,
	block: BlockInfo,
) -> Result<(), Option<Error>> {
	let Some(last) = last else { return Ok(()) };
	let first = last.number.saturating_add(1).max(block.number.saturating_sub(MAX_GAP));
	let (mut between, mut parent) = (Vec::new(), block.parent);
	for _ in first..block.number {
		let next = chain.block(parent).await?;
		parent = next.parent;
		between.push(next);
	}
	for block in between.into_iter().rev() {
		sender.send(Ok(block)).await.map_err(|_: mpsc::error::SendError<_>| None)?;
	}
	Ok(())
}
