//! Blocks one after another, and where the target is at each: what following a task and following a
//! bag have in common.

use super::own::{Finder, Place, Target};
use crate::{
	chain::{At, BlockInfo, Blocks, Chain, Head},
	error::{Error, Result},
};
use assay_primitives::{BlockNumber, deal::TaskView, task::TaskId};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Blocks for which a number may mean nothing, from the one on which it was looked for: it may have
/// been typed a little early, and what was in the best block then may have been undone since.
const PATIENCE: u32 = 30;

/// How a task is followed.
#[derive(Clone, Copy, Debug)]
pub struct FollowOptions {
	/// Which blocks count.
	pub head: Head,
	/// Longest time until its end; the task goes on after it.
	pub timeout: Duration,
	/// Longest time without any node; then following ends with the reason.
	pub outage: Duration,
	/// What ends it.
	pub until: Until,
}

/// What following waits for.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Until {
	/// A result, though it may still be challenged or be in doubt, or the end without one.
	Agreed,
	/// The end: nothing can change any more, and the money has moved.
	#[default]
	Ended,
}

impl Default for FollowOptions {
	fn default() -> Self {
		Self {
			head: Head::Finalized,
			timeout: Duration::from_secs(3_600),
			outage: Duration::from_secs(60),
			until: Until::Ended,
		}
	}
}

/// Refuses a number that no job has now, so that nobody waits for what does not come.
///
/// Errors: [`Error::TaskNotFound`] where it was one's that the chain has forgotten, [`Error::TaskNotYet`]
/// where no deal has the number yet.
pub async fn exists(at: &At, task: TaskId) -> Result<()> {
	existing(at, task).await.map(|_| ())
}

/// The task with a number. Errors: those of [`exists`].
pub async fn existing(at: &At, task: TaskId) -> Result<TaskView> {
	if let Some(view) = at.task(task).await? {
		return Ok(view);
	}
	let next = at.next_deal().await?;
	match task.deal >= next {
		true => Err(Error::TaskNotYet { task, next }),
		false => Err(Error::TaskNotFound(task)),
	}
}

/// What a block shows.
pub(super) enum Observation {
	/// The state, and where the target is in it.
	Here(At, Place),
	/// The target is not there, and may still come. `undone` is whether it was, on another fork.
	NotYet { block: BlockInfo, undone: bool },
	/// There is no node, or no answer, for now.
	Nothing,
}

pub(super) struct Watch {
	chain: Chain,
	finder: Finder,
	options: FollowOptions,
	blocks: Blocks,
	deadline: Instant,
	/// Since when there has been no node.
	outage: Option<Instant>,
	/// Best block when the number was first looked for: before it is final, that nothing final has
	/// the number says nothing.
	due: Option<BlockNumber>,
	/// Blocks after that one in which nothing had the number.
	missing: u32,
	started: bool,
}

impl Watch {
	pub fn new(chain: &Chain, target: impl Into<Target>, options: FollowOptions) -> Self {
		Self {
			chain: chain.clone(),
			finder: Finder::new(chain, target),
			options,
			blocks: chain.blocks(options.head),
			deadline: Instant::now() + options.timeout,
			outage: None,
			due: None,
			missing: 0,
			started: false,
		}
	}

	pub fn chain(&self) -> &Chain {
		&self.chain
	}

	pub fn target(&self) -> &Target {
		self.finder.target()
	}

	pub fn options(&self) -> &FollowOptions {
		&self.options
	}

	/// Looks at one more block. `what` names what is waited for.
	pub async fn next(&mut self, what: impl FnOnce() -> String) -> Result<Observation> {
		let observation = match self.block().await {
			Some(Ok(block)) => self.look(block).await,
			Some(Err(error)) => Err(error),
			None => return Err(Error::Timeout { what: what(), after: self.options.timeout }),
		};
		match observation {
			Ok(observation) => Ok(observation),
			Err(error) => self.tolerate(error).map(|()| Observation::Nothing),
		}
	}

	/// The next block; `None` where it takes too long.
	async fn block(&mut self) -> Option<Result<BlockInfo>> {
		if !self.started {
			self.started = true;
			self.due = self.chain.head(Head::Best).await.ok().map(|best| best.number);
			return Some(self.chain.head(self.options.head).await);
		}
		let next = timeout_at(self.deadline, self.blocks.next()).await.ok()?;
		Some(next.unwrap_or(Err(Error::Unreachable { tried: Vec::new() })))
	}

	async fn look(&mut self, block: BlockInfo) -> Result<Observation> {
		match self.finder.place(block, self.options.head).await? {
			Some(place) => Ok(Observation::Here(self.chain.at(block).await?, place)),
			None => {
				self.outage = None;
				let undone = self.finder.was_in_by(block.number);
				Ok(Observation::NotYet { block, undone })
			},
		}
	}

	/// Takes note of a view that was read, which must show what is meant.
	pub fn seen(&mut self, view: &TaskView) -> Result<()> {
		self.finder.check(view)?;
		self.outage = None;
		self.missing = 0;
		Ok(())
	}

	/// Takes note that `block` has no such task. `before` is whether an earlier one had.
	///
	/// Errors: [`Error::TaskNotFound`] where it need not be waited for.
	pub fn absent(&mut self, block: BlockInfo, before: bool) -> Result<()> {
		self.outage = None;
		let is_final = self.options.head == Head::Finalized;
		let gone = match self.target() {
			// Its deal was opened on this very chain, so it has ended and was forgotten.
			Target::Own(_) => true,
			Target::Number(_) if before && is_final => true,
			Target::Number(_) => {
				self.missing += u32::from(self.due.is_none_or(|due| block.number > due));
				self.missing > PATIENCE
			},
		};
		match gone {
			true => Err(Error::TaskNotFound(self.target().task())),
			false => Ok(()),
		}
	}

	/// Bears with an error that may pass, for as long as the options say.
	pub fn tolerate(&mut self, error: Error) -> Result<()> {
		let since = *self.outage.get_or_insert_with(Instant::now);
		match error.retryable() && since.elapsed() < self.options.outage {
			true => {
				tracing::debug!(%error, "no view of the task for now");
				Ok(())
			},
			false => Err(error),
		}
	}
}
