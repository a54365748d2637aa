//! What a role has of the host while it works: the newest blocks, whether it is told to stop, and room for what takes
//! long.

use super::{clock::patience, heads::Heads, status::Standing};
use assay_client::{BlockInfo, Error};
use assay_primitives::BlockNumber;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// The way of a role from its start to its end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Course {
	/// It takes work.
	Working,
	/// Told to stop, it finishes what was begun, and no longer than until `end`.
	Draining { end: Instant },
	/// Told twice, it stops at once.
	Stopping,
}

/// What a role has of the host; `E` is what is reported to its loop.
#[derive(Debug)]
pub struct Desk<E> {
	/// The newest block.
	pub best: Option<BlockInfo>,
	/// The newest final one.
	pub finalized: Option<BlockInfo>,
	pub course: Course,
	last_block: Instant,
	sender: mpsc::UnboundedSender<E>,
	pub(super) events: mpsc::UnboundedReceiver<E>,
}

impl<E> Default for Desk<E> {
	fn default() -> Self {
		// Unbounded, but every event answers one request of the loop that listens.
		let (sender, events) = mpsc::unbounded_channel();
		Self {
			best: None,
			finalized: None,
			course: Course::Working,
			last_block: Instant::now(),
			sender,
			events,
		}
	}
}

impl<E: Send + 'static> Desk<E> {
	/// Height of the newest block; 0 before there is one.
	pub fn now(&self) -> BlockNumber {
		self.best.map_or(0, |block| block.number)
	}

	/// Time since there was a new block.
	pub fn silent_for(&self) -> Duration {
		self.last_block.elapsed()
	}

	/// What whoever speaks for the process tells of it.
	pub fn standing(&self, problem: Option<String>) -> Standing {
		Standing {
			draining: self.is_draining(),
			best: self.now(),
			finalized: self.finalized.map_or(0, |block| block.number),
			silent_for: self.silent_for(),
			problem,
		}
	}

	/// Whether nothing is begun any more, only finished.
	pub fn is_draining(&self) -> bool {
		self.course != Course::Working
	}

	/// Runs something beside the loop; even a panic in it reports back.
	pub fn beside(
		&self,
		work: impl Future<Output = E> + Send + 'static,
		panicked: impl FnOnce(String) -> E + Send + 'static,
	) {
		let sender = self.sender.clone();
		tokio::spawn(async move {
			let event =
				tokio::spawn(work).await.unwrap_or_else(|error| panicked(error.to_string()));
			// Nobody listens when the role has ended.
			let _ = sender.send(event);
		});
	}

	/// Does what reads and writes the disk beside the loop.
	pub fn beside_blocking<T: Send + 'static>(
		&self,
		work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
		told: fn(anyhow::Result<T>) -> E,
	) {
		let work = async move {
			let done = tokio::task::spawn_blocking(work).await;
			told(done.unwrap_or_else(|error| Err(error.into())))
		};
		self.beside(work, move |panic| told(Err(anyhow::anyhow!(panic))));
	}

	/// Sends a transaction beside the loop, and waits for its block: as long as it can be in one of `left` more, where it
	/// has a deadline, and never for long. `told` reports what became of it.
	pub fn send<T, F>(
		&self,
		left: Option<BlockNumber>,
		send: impl FnOnce(Duration) -> F,
		told: impl FnOnce(Result<T, Error>) -> E + Clone + Send + 'static,
	) where
		F: Future<Output = Result<T, Error>> + Send + 'static,
	{
		let sent = send(patience(left.unwrap_or(BlockNumber::MAX)));
		let panicked = told.clone();
		self.beside(async move { told(sent.await) }, |panic| {
			panicked(Err(Error::Execution(panic)))
		});
	}

	/// What is reported next; for whoever waits for something at its end.
	pub async fn next(&mut self) -> Option<E> {
		self.events.recv().await
	}

	/// Takes newer blocks over; whether there are any.
	pub(super) fn hear(&mut self, heads: &Heads) -> bool {
		let is_new = |head: Option<BlockInfo>, known| head.is_some() && head != known;
		if !is_new(heads.best, self.best) && !is_new(heads.finalized, self.finalized) {
			return false;
		}
		(self.best, self.finalized) = (heads.best, heads.finalized);
		self.last_block = Instant::now();
		true
	}

	/// It was told to stop for the time `times`; whether it begins to drain, for as long as `drain`.
	pub(super) fn stop(&mut self, times: u32, drain: Duration) -> bool {
		match (times, self.course) {
			(0 | 1, Course::Working) => {
				self.course = Course::Draining { end: Instant::now() + drain };
				true
			},
			(0 | 1, _) => false,
			_ => {
				self.course = Course::Stopping;
				false
			},
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_primitives::Hash;

	fn block(number: BlockNumber, hash: u8) -> BlockInfo {
		BlockInfo { number, hash: Hash::repeat_byte(hash), parent: Hash::zero() }
	}

	#[test]
	fn blocks_should_be_news_when_either_head_is_another() {
		let mut desk = Desk::<()>::default();
		let mut hear = |best, finalized| {
			let new = desk.hear(&Heads { best, finalized, ..Default::default() });
			(new, desk.now())
		};
		assert_eq!(hear(None, None), (false, 0));
		assert_eq!(hear(Some(block(7, 1)), None), (true, 7));
		assert_eq!(hear(Some(block(7, 1)), Some(block(5, 3))), (true, 7));
		assert_eq!(hear(Some(block(7, 1)), Some(block(5, 3))), (false, 7));
		assert_eq!(hear(Some(block(7, 2)), Some(block(5, 3))), (true, 7), "another fork");
	}

	#[test]
	fn role_should_drain_once_and_stop_when_told_twice() {
		let mut desk = Desk::<()>::default();
		assert!(!desk.is_draining());
		assert!(desk.stop(1, Duration::from_secs(60)));
		let Course::Draining { .. } = desk.course else { panic!("it finishes what was begun") };
		assert!(!desk.stop(1, Duration::ZERO), "it does already");
		assert!(!desk.stop(2, Duration::ZERO));
		assert_eq!(desk.course, Course::Stopping);
		let mut desk = Desk::<()>::default();
		assert!(!desk.stop(2, Duration::ZERO), "both signals came at once");
		assert_eq!(desk.course, Course::Stopping);
	}
}
