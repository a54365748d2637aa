//! Waiting for what a network does. Its own clock is the chain, whose slots are those of the wall clock: on a
//! slower machine what is waited for takes more blocks, of which it is granted many times as many as the
//! protocol says; a chain that stands still is given up by the clock.

use anyhow::{Context, Error, Result, bail};
use assay_client::{Chain, Head};
use assay_local::{POLL, STILL};
use assay_primitives::BlockNumber;
use std::{ops::ControlFlow, time::Instant};

/// Most blocks that anything takes. What the protocol bounds ends within far fewer.
const PATIENCE: BlockNumber = 400;

/// Asks until something is found; what is there instead of it is told when it does not come about.
pub async fn eventually<T>(
	chain: &Chain,
	what: &str,
	mut ask: impl AsyncFnMut() -> Result<ControlFlow<T, String>>,
) -> Result<T> {
	let mut clock = Clock::new(chain);
	loop {
		let seen = match ask().await? {
			ControlFlow::Break(found) => return Ok(found),
			ControlFlow::Continue(seen) => seen,
		};
		clock.tick().await.with_context(|| format!("no {what}: {seen}"))?;
		tokio::time::sleep(POLL).await;
	}
}

/// What `test` finds in something that is read again and again.
pub fn found<T: std::fmt::Debug>(
	value: T,
	test: impl FnOnce(&T) -> bool,
) -> ControlFlow<T, String> {
	if test(&value) {
		ControlFlow::Break(value)
	} else {
		ControlFlow::Continue(format!("{value:#?}"))
	}
}

/// Does something that waits by itself, as long as the chain moves and does not move too far.
pub async fn during<T>(
	chain: &Chain,
	what: &str,
	work: impl Future<Output = Result<T>>,
) -> Result<T> {
	let mut clock = Clock::new(chain);
	let mut work = std::pin::pin!(work);
	loop {
		tokio::select! {
			result = &mut work => return result,
			() = tokio::time::sleep(POLL) => clock.tick().await.with_context(|| format!("no {what}"))?,
		}
	}
}

/// Waits until so many blocks have been made.
pub async fn pass(chain: &Chain, blocks: BlockNumber) -> Result<()> {
	let from = chain.head(Head::Best).await?.number;
	reach(chain, from.saturating_add(blocks)).await
}

/// Waits until there is a block of this height.
pub async fn reach(chain: &Chain, number: BlockNumber) -> Result<()> {
	eventually(chain, "block of this height", async || {
		let best = chain.head(Head::Best).await?.number;
		Ok(found(best, |best| *best >= number).map_break(drop))
	})
	.await
}

/// Blocks since a wait began, and when the last one came.
struct Clock<'a> {
	chain: &'a Chain,
	first: Option<BlockNumber>,
	last: BlockNumber,
	moved: Instant,
}

impl<'a> Clock<'a> {
	fn new(chain: &'a Chain) -> Self {
		Self { chain, first: None, last: 0, moved: Instant::now() }
	}

	async fn tick(&mut self) -> Result<()> {
		// A node that is down is asked again, until it has been down for too long.
		let best = tokio::time::timeout(STILL, self.chain.head(Head::Best)).await;
		if let Ok(Ok(head)) = best {
			let first = *self.first.get_or_insert(head.number);
			if head.number != self.last {
				(self.last, self.moved) = (head.number, Instant::now());
			}
			if head.number.saturating_sub(first) > PATIENCE {
				bail!("{PATIENCE} blocks have passed since block {first}");
			}
		}
		if self.moved.elapsed() > STILL {
			return Err(Error::msg(format!("the chain stands still at block {}", self.last)));
		}
		Ok(())
	}
}
