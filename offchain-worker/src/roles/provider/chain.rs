//! The chain as a provider needs it. A trait, so that the loop can be tested against a chain that
//! forks and loses transactions at will.

use super::{
	state::Seen,
	watchlist::{Look, READS, Watchlist},
	work::Work,
};
use crate::host::chain::{Included, SigningChain, included};
use assay_client::{
	BlockInfo, Error, WaitFor, case,
	chain::{EventRecord, Submitted},
	refusals::CANDIDATE_BUSY,
};
use assay_decisions::provider as plan;
use assay_interface::{Call, Event, Ours, deals, ours};
use assay_primitives::{
	AccountId, Balance, Hash,
	deal::{Opening, TaskView},
	excuse::Excuse,
	outcome::{Digest, Outcome},
	provider::ProviderView,
	seal::{Salt, Seal},
	task::{DealId, TaskId},
};
use futures::{StreamExt, TryStreamExt, stream};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use tokio::sync::Mutex;

/// A transaction, for one task or for several.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum TaskTransaction {
	/// With the hashes of the tasks that were run.
	Commit(Vec<(TaskId, Hash, Seal)>),
	Reveal(Vec<(TaskId, Opening)>),
	/// With the hash of the task that is given up, and what the client is told.
	Decline(TaskId, Hash, Excuse),
	/// The lie that was sealed, the true outcome, and the salt of the report beside the seal.
	OpenReport(TaskId, Digest, Outcome, Salt),
	Poke(Vec<TaskId>),
}

/// The error with which opening a task of a bag fails as long as one who was drawn has no slot free.
pub const BUSY: &str = CANDIDATE_BUSY.name;

impl TaskTransaction {
	/// What kind it is.
	pub fn kind(&self) -> plan::TaskCall {
		match self {
			Self::Commit(_) => plan::TaskCall::Commit,
			Self::Reveal(_) => plan::TaskCall::Reveal,
			Self::Decline(..) => plan::TaskCall::Decline,
			Self::OpenReport(..) => plan::TaskCall::OpenReport,
			Self::Poke(_) => plan::TaskCall::Poke,
		}
	}
}

/// What the provider has.
#[derive(Clone, Debug)]
pub struct Account {
	pub provider: Option<ProviderView>,
	/// The provider that the operator key signs for, since it has accepted to.
	pub signs_for: Option<AccountId>,
	/// Free balance of the operator key, from which fees are paid.
	pub balance: Balance,
}

/// The chain as a provider needs it.
pub trait TaskChain: Clone + Send + Sync + 'static {
	/// What the provider has slots for after a block.
	fn work(&self, block: BlockInfo) -> impl Future<Output = Work> + Send;
	/// Tasks that it may be drawn for beside its `work`, of the bags whose turn it is. What is `finalized`
	/// tells which numbers of deals stay what they are.
	fn bags(
		&self,
		block: BlockInfo,
		finalized: BlockInfo,
		work: &BTreeSet<DealId>,
	) -> impl Future<Output = Look> + Send;
	/// Tasks by their numbers after a block; `None` for those that are not there.
	fn lookup(
		&self,
		block: BlockInfo,
		tasks: Vec<TaskId>,
	) -> impl Future<Output = Result<Vec<Option<TaskView>>, Error>> + Send;
	/// Bond and balance after a block.
	fn account(&self, block: BlockInfo) -> impl Future<Output = Result<Account, Error>> + Send;
	/// Signs and sends, and waits for the block, no longer than `within`.
	fn send(
		&self,
		transaction: TaskTransaction,
		within: Duration,
	) -> impl Future<Output = Result<Included, Error>> + Send;
	/// URL of the node in use.
	fn node(&self) -> impl Future<Output = Option<String>> + Send;
}

/// The real one. It remembers which bags to look at.
#[derive(Clone)]
pub struct ProviderChain {
	own: SigningChain,
	watchlist: Arc<Mutex<Watchlist>>,
}

impl TaskChain for ProviderChain {
	async fn work(&self, block: BlockInfo) -> Work {
		Work::read(self.seen(block)).await
	}

	async fn bags(&self, block: BlockInfo, finalized: BlockInfo, work: &BTreeSet<DealId>) -> Look {
		let states = async {
			let best = self.seen(block).await?;
			match finalized.hash == block.hash {
				true => Ok((best, None)),
				false => Ok((best, Some(self.seen(finalized).await?))),
			}
		};
		self.watchlist.lock().await.look(states, work).await
	}

	async fn lookup(
		&self,
		block: BlockInfo,
		tasks: Vec<TaskId>,
	) -> Result<Vec<Option<TaskView>>, Error> {
		let at = self.own.chain.at(block).await?;
		let read = |task| at.task(task);
		stream::iter(tasks).map(read).buffered(READS).try_collect().await
	}

	async fn account(&self, block: BlockInfo) -> Result<Account, Error> {
		let at = self.own.chain.at(block).await?;
		let provider = at.provider(&self.own.stash).await?;
		let operator = self.own.signer.account();
		let signs_for = at.provider_of(&operator).await?;
		let balance = at.balance(&operator).await?.free;
		Ok(Account { provider, signs_for, balance })
	}

	async fn send(
		&self,
		transaction: TaskTransaction,
		within: Duration,
	) -> Result<Included, Error> {
		let name = transaction.kind().name();
		let (block, events) = included(name, within, self.submit(&transaction)).await?;
		let failed = |record: EventRecord| match record.event {
			Event::Deals(deals::Event::ItemFailed { index, .. }) => {
				Some((usize::try_from(index).unwrap_or(usize::MAX), record.failure?.name))
			},
			_ => None,
		};
		let failed = events.into_iter().filter_map(failed);
		Ok(Included { block, failed: failed.collect() })
	}

	async fn node(&self) -> Option<String> {
		self.own.chain.url().await
	}
}

impl ProviderChain {
	/// A connection that has not looked at anything.
	pub fn new(own: SigningChain) -> Self {
		Self { own, watchlist: Arc::default() }
	}

	async fn seen(&self, block: BlockInfo) -> Result<Seen<'_>, Error> {
		Ok(Seen { at: self.own.chain.at(block).await?, provider: &self.own.stash })
	}

	async fn submit(&self, transaction: &TaskTransaction) -> Result<Submitted, Error> {
		let (chain, signer) = (&self.own.chain, &self.own.signer);
		let call = match transaction {
			TaskTransaction::Commit(items) => match items.as_slice() {
				&[(task, task_hash, seal)] => {
					deals::Call::commit { task: Ours(task), task_hash, seal: Ours(seal) }
				},
				items => {
					let item = |(task, hash, seal)| (Ours(task), hash, Ours(seal));
					deals::Call::commit_many { items: items.iter().copied().map(item).collect() }
				},
			},
			TaskTransaction::Reveal(items) => match items.as_slice() {
				&[(task, opening)] => {
					deals::Call::reveal { task: Ours(task), opening: Ours(opening) }
				},
				items => {
					let item = |(task, opening)| (Ours(task), Ours(opening));
					deals::Call::reveal_many { items: items.iter().copied().map(item).collect() }
				},
			},
			TaskTransaction::Decline(task, task_hash, excuse) => deals::Call::decline {
				task: Ours(*task),
				task_hash: *task_hash,
				excuse: Ours(*excuse),
			},
			// Looks first whether the case can be paid for, so that no fee is spent in vain.
			TaskTransaction::OpenReport(task, lie, truth, salt) => {
				let (truth, salt, wait) = (*truth, *salt, WaitFor::InBlock);
				let opened = case::open_report(chain, signer, *task, lie, truth, salt, wait);
				return Ok(opened.await?.transaction);
			},
			TaskTransaction::Poke(tasks) => match tasks.as_slice() {
				[task] => deals::Call::poke { task: Ours(*task) },
				tasks => deals::Call::poke_many { tasks: ours(tasks.iter().copied()) },
			},
		};
		chain.submit(signer, &Call::Deals(call), WaitFor::InBlock).await
	}
}
