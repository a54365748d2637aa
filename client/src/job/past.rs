//! What a task was like before it was looked at, so that what has happened is told with its own block.

use super::timeline::each;
use crate::{
	chain::{BlockInfo, Chain},
	error::Result,
};
use assay_primitives::{
	BlockNumber,
	deal::{Deal, TaskStatus, TaskView},
};

/// Most blocks that are looked back at: as many as nodes keep the state of unless they are told otherwise.
const LOOK_BACK: BlockNumber = 256;

/// A task as it was after a block.
pub(super) struct Seen {
	pub block: BlockInfo,
	pub view: TaskView,
}

/// The task in the final blocks before `now`, oldest first: from the one after `last` on, or from its deal's opening.
/// Blocks whose state the node does not keep are left out.
///
/// Errors: that no node answers.
pub(super) async fn past(
	chain: &Chain,
	last: Option<BlockNumber>,
	now: &Seen,
) -> Result<Vec<Seen>> {
	let first = last.map_or(now.view.deal.opened_at, |last| last.saturating_add(1));
	let end = end(&now.view).unwrap_or(BlockNumber::MAX).min(now.block.number.saturating_sub(1));
	let first = first.max(end.saturating_sub(LOOK_BACK - 1));
	let task = now.view.id;
	let read = each(chain, first..=end, |at| async move {
		Ok(at.task(task).await?.map(|view| Seen { block: at.block(), view }))
	});
	let views = read.await?.into_iter().flatten().flatten();
	Ok(views.filter(|seen| is_same_deal(&seen.view.deal, &now.view.deal)).collect())
}

/// Whether a number means the same deal in both views, of two forks maybe.
pub(super) fn is_same_deal(one: &Deal, other: &Deal) -> bool {
	(&one.client, &one.request, one.opened_at) == (&other.client, &other.request, other.opened_at)
}

/// The block `number`, which is not after `seen`; that one where no node tells.
pub(super) async fn block(chain: &Chain, number: BlockNumber, seen: BlockInfo) -> BlockInfo {
	if number >= seen.number {
		return seen;
	}
	let hash = chain.block_hash(number).await.ok().flatten();
	match hash {
		Some(hash) => chain.block(hash).await.unwrap_or(seen),
		None => seen,
	}
}

/// Block in which a task has ended.
pub(super) fn end(view: &TaskView) -> Option<BlockNumber> {
	match &view.status {
		TaskStatus::Ended(ended) => Some(ended.ended_at),
		TaskStatus::Open(_) => None,
	}
}
