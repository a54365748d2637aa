//! Time: the clock's, and the chain's.

pub use assay_client::chain::BLOCK_TIME;

use assay_client::Error;
use assay_primitives::BlockNumber;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::{Instant, timeout_at};

/// Most blocks for which a transaction is waited for. After them the chain's state tells whether it
/// is still needed; sending it twice costs a fee, and not at all a stake.
const PATIENCE: BlockNumber = 3;

/// Time that `left` blocks take.
pub fn time_of(left: BlockNumber) -> Duration {
	BLOCK_TIME.saturating_mul(left)
}

/// How long a transaction is waited for that can be in one of `left` more blocks.
pub fn patience(left: BlockNumber) -> Duration {
	time_of(left.clamp(1, PATIENCE))
}

/// Seconds since 1970.
pub fn unix_now() -> u64 {
	SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_secs())
}

/// Until when something is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
	what: &'static str,
	after: Duration,
	at: Instant,
}

impl Deadline {
	/// That ends `after` from now; `what` has not come by then.
	pub fn new(what: &'static str, after: Duration) -> Self {
		Self { what, after, at: Instant::now() + after }
	}

	/// What `work` gives.
	///
	/// Errors: [`Error::Timeout`] where that comes too late.
	pub async fn hold<T>(&self, work: impl Future<Output = T>) -> Result<T, Error> {
		let late = |_| Error::Timeout { what: self.what.into(), after: self.after };
		timeout_at(self.at, work).await.map_err(late)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn patience_should_end_after_three_blocks_and_with_the_deadline() {
		for (left, seconds) in [(0, 3), (1, 3), (2, 6), (3, 9), (4, 9), (u32::MAX, 9)] {
			assert_eq!(patience(left), Duration::from_secs(seconds), "{left} blocks");
		}
	}
}
