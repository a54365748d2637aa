//! Telling a deal of one's own from a stranger's that has its number.
//!
//! Deals are numbered in the order in which they open, so after a re-organisation a number may mean
//! another deal. What stays is the transaction: it is on a chain at most once, and the block that it
//! is in tells the number that its deal has there. Neither the request nor the task's hash would do:
//! a client may ask for the same twice.

use crate::{
	chain::{BlockInfo, Chain, EventRecord, Head, Search, Submitted, Trace},
	error::{Error, Result},
};
use assay_interface::{Event, deals};
use assay_primitives::{
	BlockNumber, Hash,
	deal::{TaskView, single},
	request::Request,
	task::{DealId, TaskId},
};
use std::collections::HashMap;

/// A deal that was opened from here.
#[derive(Clone, Debug)]
pub struct Own {
	/// Number that it had when it was seen last.
	pub deal: DealId,
	/// What was asked for.
	pub request: Request,
	trace: Trace,
	block: Option<BlockInfo>,
}

impl Own {
	/// The deal that `transaction`, signed by its client, has opened.
	///
	/// Errors: [`Error::Decode`] where it has opened none.
	pub fn new(request: Request, transaction: &Submitted) -> Result<Self> {
		let (deal, _) = opened(&transaction.events)?;
		let (trace, block) = (transaction.trace.clone(), transaction.block);
		Ok(Self { deal, request, trace, block })
	}

	/// Its first task, under the number that it had last.
	pub fn task(&self) -> TaskId {
		single(self.deal)
	}

	/// Block that it was opened in, on the fork where it was seen last.
	pub fn opened_in(&self) -> Option<BlockInfo> {
		self.block
	}

	/// Whether a view shows it, or a deal that can't be told from it by what was asked for.
	pub fn is_shown_by(&self, view: &TaskView) -> bool {
		let deal = &view.deal;
		deal.client == self.trace.account
			&& deal.request == self.request
			&& deal.task_hash == self.request.task.hash_of(view.id.index)
	}
}

/// Number and tasks of the deal that a transaction has opened, by what was reported.
pub(crate) fn opened(events: &[EventRecord]) -> Result<(DealId, u32)> {
	let opened = events.iter().find_map(|record| match &record.event {
		Event::Deals(deals::Event::DealOpened { deal, tasks, .. }) => Some((*deal, *tasks)),
		_ => None,
	});
	opened.ok_or_else(|| Error::decode("the opening of a deal", "no deal was reported"))
}

/// What it means for a deal that its transaction can't be included again, or failed when it was.
pub(super) fn lost(deal: DealId, error: Error) -> Error {
	match error {
		Error::Dropped { reason, .. } => Error::DealLost { deal, why: reason },
		Error::Dispatch { .. } => Error::DealLost { deal, why: format!("it failed: {error}") },
		other => other,
	}
}

/// What is followed, fetched or acted upon.
#[derive(Clone, Debug)]
pub enum Target {
	/// Whatever has this number. Somebody has typed it, and only he knows what he means.
	Number(TaskId),
	/// What was submitted from here, wherever it is now.
	Own(Box<Own>),
}

impl Target {
	/// The task, or the first of a bag, under the number that it had last.
	pub fn task(&self) -> TaskId {
		match self {
			Self::Number(task) => *task,
			Self::Own(own) => own.task(),
		}
	}
}

impl From<TaskId> for Target {
	fn from(task: TaskId) -> Self {
		Self::Number(task)
	}
}

impl From<DealId> for Target {
	fn from(deal: DealId) -> Self {
		Self::Number(single(deal))
	}
}

impl From<&Own> for Target {
	fn from(own: &Own) -> Self {
		Self::Own(Box::new(own.clone()))
	}
}

impl From<&Target> for Target {
	fn from(target: &Target) -> Self {
		target.clone()
	}
}

/// What became of a deal's number.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Place {
	/// The task that is meant.
	pub task: TaskId,
	/// Number that its deal had before, where that was another.
	pub moved_from: Option<DealId>,
}

/// Says at each block which number the target has there.
pub struct Finder {
	chain: Chain,
	target: Target,
	search: Option<Search>,
	/// Number of the deal by the block that it was opened in.
	numbers: HashMap<Hash, DealId>,
}

impl Finder {
	/// Looks for `target` on any fork.
	pub fn new(chain: &Chain, target: impl Into<Target>) -> Self {
		let (chain, target) = (chain.clone(), target.into());
		let (search, numbers) = match &target {
			Target::Number(_) => (None, HashMap::new()),
			Target::Own(own) => {
				let numbers = own.block.map(|block| (block.hash, own.deal));
				let search = Search::new(&chain, own.trace.clone(), own.block);
				(Some(search), numbers.into_iter().collect())
			},
		};
		Self { chain, target, search, numbers }
	}

	/// The target, with the number that was found last.
	pub fn target(&self) -> &Target {
		&self.target
	}

	/// Where the target is after `block`; `None` where it is not there, and may still come.
	///
	/// Errors: [`Error::DealLost`] where `block` is final (`head`) and it can't come any more.
	pub async fn place(&mut self, block: BlockInfo, head: Head) -> Result<Option<Place>> {
		let (Some(search), Target::Own(own)) = (&mut self.search, &mut self.target) else {
			return Ok(Some(Place { task: self.target.task(), moved_from: None }));
		};
		let found = search.find(block, head).await.map_err(|error| lost(own.deal, error))?;
		let Some(opened_in) = found else { return Ok(None) };
		let deal = match self.numbers.get(&opened_in.hash) {
			Some(deal) => *deal,
			None => {
				let at = self.chain.at(opened_in).await?;
				match at.transaction_events(&search.trace().hash).await {
					Ok(events) => opened(&events)?.0,
					// It may succeed on another fork.
					Err(Error::Dispatch { .. }) if head == Head::Best => return Ok(None),
					Err(error) => return Err(lost(own.deal, error)),
				}
			},
		};
		self.numbers.insert(opened_in.hash, deal);
		let moved_from = (deal != own.deal).then_some(own.deal);
		own.deal = deal;
		own.block = Some(opened_in);
		Ok(Some(Place { task: own.task(), moved_from }))
	}

	/// Whether the target was in a block of this height or of a lower one, on the fork where it was
	/// seen last.
	pub(super) fn was_in_by(&self, height: BlockNumber) -> bool {
		match &self.target {
			Target::Own(own) => own.block.is_some_and(|block| block.number <= height),
			Target::Number(_) => false,
		}
	}

	/// Whether a view shows what is meant. A view of a stranger's deal is never handed on.
	pub fn check(&self, view: &TaskView) -> Result<()> {
		match &self.target {
			Target::Own(own) if !own.is_shown_by(view) => {
				Err(Error::decode(format!("deal {}", view.id.deal), "it is somebody else's"))
			},
			_ => Ok(()),
		}
	}
}
