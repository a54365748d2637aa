//! The chain as a mediator needs it. A trait, so that the loop can be tested against one that loses
//! transactions at will.

use crate::host::chain::{SigningChain, included};
use assay_client::{BlockInfo, Error, WaitFor};
use assay_decisions::{mediator::CaseCall, record::CaseKey};
use assay_interface::{Call, mediation};
use assay_primitives::{
	AccountId, Balance, Hash,
	case::{CaseView, MediatorView},
	outcome::Digest,
	pool::{PoolId, PoolTerms},
	request::Request,
	seal::Salt,
	task::TaskId,
	traits::CaseId,
};
use std::time::Duration;

/// A transaction about a case.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum CaseTransaction {
	/// Names the round, and the task that was run for it.
	Seal(CaseKey, Hash),
	Reveal(CaseId, Digest, Salt),
	Poke(CaseId),
}

impl CaseTransaction {
	/// What kind it is.
	pub fn kind(&self) -> CaseCall {
		match self {
			Self::Seal(..) => CaseCall::Seal,
			Self::Reveal(..) => CaseCall::Reveal,
			Self::Poke(_) => CaseCall::Poke,
		}
	}
}

/// What the mediator has.
#[derive(Clone, Debug)]
pub struct Standing {
	pub mediator: Option<MediatorView>,
	/// The mediator that the operator key signs for.
	pub signs_for: Option<AccountId>,
	/// Free balance of the operator key, from which fees are paid.
	pub balance: Balance,
}

/// The chain as a mediator needs it.
pub trait CaseChain: Clone + Send + Sync + 'static {
	/// Open cases that the mediator sits in, after a block.
	fn cases(&self, block: BlockInfo) -> impl Future<Output = Result<Vec<CaseView>, Error>> + Send;
	/// A case after a block.
	fn case(
		&self,
		block: BlockInfo,
		case: CaseId,
	) -> impl Future<Output = Result<Option<CaseView>, Error>> + Send;
	/// What the client of a task asked for.
	fn request(
		&self,
		block: BlockInfo,
		task: TaskId,
	) -> impl Future<Output = Result<Request, Error>> + Send;
	/// What the client of a pool has offered.
	fn pool(
		&self,
		block: BlockInfo,
		pool: PoolId,
	) -> impl Future<Output = Result<PoolTerms, Error>> + Send;
	/// Bond and balance after a block.
	fn standing(&self, block: BlockInfo) -> impl Future<Output = Result<Standing, Error>> + Send;
	/// Signs and sends, and waits for the block, no longer than `within`.
	fn judge(
		&self,
		transaction: CaseTransaction,
		within: Duration,
	) -> impl Future<Output = Result<BlockInfo, Error>> + Send;
}

impl CaseChain for SigningChain {
	async fn cases(&self, block: BlockInfo) -> Result<Vec<CaseView>, Error> {
		self.chain.at(block).await?.cases_of_mediator(&self.stash).await
	}

	async fn case(&self, block: BlockInfo, case: CaseId) -> Result<Option<CaseView>, Error> {
		self.chain.at(block).await?.case(case).await
	}

	async fn request(&self, block: BlockInfo, task: TaskId) -> Result<Request, Error> {
		let view = self.chain.at(block).await?.task(task).await?;
		Ok(view.ok_or(Error::TaskNotFound(task))?.deal.request)
	}

	async fn pool(&self, block: BlockInfo, pool: PoolId) -> Result<PoolTerms, Error> {
		let view = self.chain.at(block).await?.pool(pool).await?;
		Ok(view.ok_or(Error::PoolNotFound(pool))?.pool.terms)
	}

	async fn standing(&self, block: BlockInfo) -> Result<Standing, Error> {
		let at = self.chain.at(block).await?;
		let operator = self.signer.account();
		Ok(Standing {
			mediator: at.mediator(&self.stash).await?,
			signs_for: at.mediator_of(&operator).await?,
			balance: at.balance(&operator).await?.free,
		})
	}

	async fn judge(
		&self,
		transaction: CaseTransaction,
		within: Duration,
	) -> Result<BlockInfo, Error> {
		let kind = transaction.kind();
		let call = match transaction {
			CaseTransaction::Seal(CaseKey { case, round, task_hash }, seal) => {
				mediation::Call::seal { case, task_hash, round, seal }
			},
			CaseTransaction::Reveal(case, digest, salt) => {
				mediation::Call::reveal { case, digest, salt }
			},
			CaseTransaction::Poke(case) => mediation::Call::poke { case },
		};
		let call = Call::Mediation(call);
		let submit = self.chain.submit(&self.signer, &call, WaitFor::InBlock);
		Ok(included(kind.name(), within, submit).await?.0)
	}
}
