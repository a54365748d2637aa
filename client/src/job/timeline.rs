//! What the chain reported about a deal, or about an account, in the order in which it happened.
//!
//! Read from the events of blocks, so only as far back as the node keeps the state of blocks; what
//! could not be read is told.

use crate::{
	chain::{At, Chain, EventRecord, Failure},
	error::Result,
};
use assay_interface::{Event, deals, market};
use assay_primitives::{
	AccountId, Balance, BlockNumber,
	deal::TaskStatus,
	task::{DealId, TaskId},
};
use futures::{StreamExt, TryStreamExt, stream};
use std::ops::RangeInclusive;

/// Most blocks that are looked through.
pub const MAX_BLOCKS: BlockNumber = 28_800;
/// Blocks that are read at a time.
const AT_ONCE: usize = 16;

/// Something that happened.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Moment {
	/// Height of the block.
	pub block: BlockNumber,
	/// Position among all events of the block.
	pub index: u32,
	/// What.
	pub event: Event,
	/// The error that it tells of, as the chain calls it.
	pub failure: Option<Failure>,
}

/// What happened, oldest first.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Timeline {
	/// The moments.
	pub moments: Vec<Moment>,
	/// First and last block that were looked through.
	pub span: (BlockNumber, BlockNumber),
	/// Blocks of the span that the node could not show.
	pub missing: u32,
}

/// The deal that an event is about.
pub fn deal_of(event: &Event) -> Option<DealId> {
	match event {
		Event::Market(
			market::Event::RequestMatched { deal, .. }
			| market::Event::OrdersMatched { deal, .. }
			| market::Event::MediatorsNamed { deal, .. },
		) => Some(*deal),
		Event::Deals(deals::Event::DealOpened { deal, .. })
		| Event::Deals(deals::Event::TipPaid { deal, .. })
		| Event::Deals(deals::Event::CallbackSet { deal, .. })
		| Event::Deals(deals::Event::DepositReturned { deal, .. }) => Some(*deal),
		Event::Deals(event) => task_of(event).map(|task| task.deal),
		_ => None,
	}
}

/// The task that an event is about.
pub fn task_of(event: &deals::Event) -> Option<TaskId> {
	use deals::Event::*;
	match event {
		TicketRenewed { task }
		| ReplicasDrawn { task, .. }
		| CandidateSkipped { task, .. }
		| Committed { task, .. }
		| ReplicaDeclined { task, .. }
		| ContentMissing { task, .. }
		| ContentShown { task, .. }
		| CalledBack { task, .. }
		| JackpotPaid { task, .. }
		| CourtRepaid { task, .. }
		| DeadlineMissed { task, .. }
		| ReplicaDenounced { task, .. }
		| RevealingStarted { task, .. }
		| Revealed { task, .. }
		| TaskAgreed { task, .. }
		| QuestionPutOff { task, .. }
		| TaskDisputed { task, .. }
		| CaseDecided { task, .. }
		| ResultAccepted { task }
		| ReportOpened { task, .. }
		| BondForfeited { task, .. }
		| BondShared { task, .. }
		| PublisherSlashed { task, .. }
		| PaidByPublisher { task, .. }
		| AuditTaxPaid { task, .. }
		| OwnerPaid { task, .. }
		| TaskSettled { task, .. }
		| TaskFailed { task, .. }
		| ReplicaPaid { task, .. }
		| FeePaid { task, .. }
		| PaymentFailed { task, .. }
		| EscrowReturned { task, .. }
		| ReplicaSlashed { task, .. }
		| SlashShared { task, .. }
		| TaskPruned { task } => Some(task.0),
		DealOpened { .. }
		| CallbackSet { .. }
		| TipPaid { .. }
		| DepositReturned { .. }
		| ItemFailed { .. }
		| ProfileStatusChanged { .. } => None,
	}
}

/// The timeline of a deal of which a task is known: from its opening to its end, or to now.
///
/// Errors: those of reading. [`crate::Error::TaskNotFound`] where the chain has forgotten the deal.
pub async fn timeline(chain: &Chain, deal: DealId) -> Result<Timeline> {
	let state = chain.at_best().await?;
	let first = assay_primitives::deal::single(deal);
	let view = state.task(first).await?.ok_or(crate::Error::TaskNotFound(first))?;
	let now = state.block().number;
	// The end of a deal of one task is known; what comes after it is its callback, and its removal.
	let called = state.callback(deal).await?.is_some();
	let end = match &view.status {
		TaskStatus::Ended(ended) if view.deal.tasks == 1 && !called => ended.ended_at,
		_ => now,
	};
	happened(chain, view.deal.opened_at, end, |event| deal_of(event) == Some(deal)).await
}

/// What happened in the blocks `from` to `to`, as far as `wanted` says; at most the last
/// [`MAX_BLOCKS`] of them.
pub async fn happened(
	chain: &Chain,
	from: BlockNumber,
	to: BlockNumber,
	wanted: impl Fn(&Event) -> bool,
) -> Result<Timeline> {
	let from = from.max(to.saturating_sub(MAX_BLOCKS - 1));
	let wanted = &wanted;
	let moments = each(chain, from..=to, |at| async move {
		let block = at.block().number;
		let kept = at.events().await?.into_iter().filter(|record| wanted(&record.event));
		let moment =
			|EventRecord { index, event, failure, .. }| Moment { block, index, event, failure };
		Ok(kept.map(moment).collect::<Vec<_>>())
	});
	let moments = moments.await?;
	let missing = moments.iter().filter(|read| read.is_none()).count();
	Ok(Timeline {
		moments: moments.into_iter().flatten().flatten().collect(),
		span: (from, to),
		missing: u32::try_from(missing).unwrap_or(u32::MAX),
	})
}

/// What `read` finds in each of these blocks of the best chain, in their order; `None` where the node can't show it.
///
/// Errors: that no node answers.
pub(super) async fn each<T, F: Future<Output = Result<T>>>(
	chain: &Chain,
	numbers: RangeInclusive<BlockNumber>,
	read: impl Fn(At) -> F,
) -> Result<Vec<Option<T>>> {
	let read = &read;
	let reads = stream::iter(numbers).map(|number| async move {
		match async { read(chain.at_number(number).await?).await }.await {
			Ok(found) => Ok(Some(found)),
			Err(error) if error.retryable() && !matches!(error, crate::Error::Rpc { .. }) => {
				Err(error)
			},
			// A node that has dropped the block's state says so in words of its own.
			Err(_) => Ok(None),
		}
	});
	reads.buffered(AT_ONCE).try_collect().await
}

/// What an account earned and lost in a span of blocks.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Earnings {
	/// For replicas that were run.
	pub replicas: Balance,
	/// As the owner of apps and datasets.
	pub sales: Balance,
	/// For matching orders.
	pub tips: Balance,
	/// Out of what others lost.
	pub shares: Balance,
	/// Lost to slashes and forfeited bonds.
	pub lost: Balance,
}

impl Earnings {
	/// Adds up what `account` got and lost in events.
	pub fn of(account: &AccountId, moments: &[Moment]) -> Self {
		let mut sum = Self::default();
		for moment in moments {
			sum.add(account, &moment.event);
		}
		sum
	}

	/// Whether an event is about money that `account` got or lost.
	pub fn concerns(account: &AccountId, event: &Event) -> bool {
		let mut sum = Self::default();
		sum.add(account, event);
		sum != Self::default()
	}

	fn add(&mut self, account: &AccountId, event: &Event) {
		let Event::Deals(event) = event else { return };
		let add = |to: &mut Balance, whose: &AccountId, amount: &Balance| {
			if whose == account {
				*to = to.saturating_add(*amount);
			}
		};
		match event {
			deals::Event::ReplicaPaid { provider, amount, .. }
			| deals::Event::PaidByPublisher { provider, amount, .. } => {
				add(&mut self.replicas, provider, amount);
			},
			deals::Event::OwnerPaid { owner, amount, .. } => add(&mut self.sales, owner, amount),
			deals::Event::TipPaid { solver, amount, .. } => add(&mut self.tips, solver, amount),
			deals::Event::SlashShared { to, amount, .. }
			| deals::Event::BondShared { to, amount, .. } => {
				add(&mut self.shares, to, amount);
			},
			deals::Event::ReplicaSlashed { provider, amount, .. } => {
				add(&mut self.lost, provider, amount);
			},
			deals::Event::PublisherSlashed { owner, amount, .. } => {
				add(&mut self.lost, owner, amount)
			},
			deals::Event::BondForfeited { who, amount, .. } => add(&mut self.lost, who, amount),
			_ => {},
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::testing::account;
	use assay_interface::VariantName;
	use assay_primitives::Hash;

	const TASK: TaskId = TaskId { deal: 7, index: 2 };

	fn reason() -> VariantName {
		VariantName("Work".into())
	}

	fn paid(who: u8, amount: Balance) -> Event {
		Event::Deals(deals::Event::ReplicaPaid {
			task: TASK.into(),
			provider: account(who).into(),
			amount,
			reason: reason(),
		})
	}

	fn slashed(who: u8, amount: Balance) -> Event {
		let (task, provider) = (TASK.into(), account(who).into());
		Event::Deals(deals::Event::ReplicaSlashed { task, provider, amount, reason: reason() })
	}

	#[test]
	fn events_should_belong_to_their_deal_and_to_no_other() {
		let deal = 7;
		for event in [
			Event::Market(market::Event::RequestMatched {
				deal,
				client: account(1).into(),
				offers: vec![],
			}),
			Event::Deals(deals::Event::TipPaid { deal, solver: account(1).into(), amount: 1 }),
			Event::Deals(deals::Event::TaskPruned { task: TASK.into() }),
			paid(1, 5),
		] {
			assert_eq!(deal_of(&event), Some(7), "{event:?}");
		}
		let profile = Hash::zero();
		let status = reason();
		let other = Event::Deals(deals::Event::ProfileStatusChanged { profile, status });
		assert_eq!(deal_of(&other), None);
	}

	#[test]
	fn earnings_should_count_what_is_ones_own_and_nothing_else() {
		let tip = |who| {
			Event::Deals(deals::Event::TipPaid { deal: 7, solver: account(who).into(), amount: 3 })
		};
		let events =
			[paid(1, 5), paid(2, 50), paid(1, 6), slashed(1, 4), slashed(2, 40), tip(1), tip(2)];
		let moment =
			|event: &Event| Moment { block: 1, index: 0, event: event.clone(), failure: None };
		let moments: Vec<Moment> = events.iter().map(moment).collect();
		let sum = Earnings::of(&account(1), &moments);
		assert_eq!(sum, Earnings { replicas: 11, tips: 3, lost: 4, ..Earnings::default() });
		assert!(Earnings::concerns(&account(2), &events[1]));
		assert!(!Earnings::concerns(&account(1), &events[1]));
	}
}
