//! The real runtime with a case about a task, as a mediator sees it.

use crate::{
	host::{
		executor::rerun::{FetchFailure, Rerun, RunFailure},
		heads::Heads,
	},
	roles::mediator::{
		chain::{CaseChain, CaseTransaction, Standing},
		key_of,
	},
	testing::node::{self, Backend, unreachable},
};
use assay_client::{BlockInfo, Error};
use assay_decisions::{
	record::{CaseKey, Identity},
	scenes::{outcome, spec},
};
use assay_primitives::{
	AccountId, Hash,
	api::Page,
	case::{CasePhase, CaseView, MediatorView, Vote},
	deal::{TaskView, single},
	outcome::Outcome,
	pool::{PoolId, PoolTerms, PoolView},
	request::Request,
	task::{TaskId, TaskSpec},
	traits::CaseId,
};
use assay_runner::Cancel;
use assay_simulation::{
	Pair, RuntimeCall, account,
	cases::{self, MEDIATORS, mediator, next_of_mediator},
	deals::{next_of_challenger, next_of_provider},
	execute, key,
	market::{Provider, register, submit},
};
use std::{
	sync::{Arc, Mutex, MutexGuard},
	time::Duration,
};

/// The only case of the chain.
const CASE: CaseId = 0;
/// Gas limit of the task that it is about.
pub const GAS: u64 = 1_000_000;
/// Longest way from an order to the committee's draw, in blocks.
const LONGEST: usize = 40;

fn spec_of(gas: u64) -> TaskSpec {
	let mut spec = spec();
	spec.limits.gas = gas;
	spec
}

/// What running the task gives.
pub fn truth() -> Outcome {
	outcome(7)
}

impl node::Transaction for CaseTransaction {
	fn call(&self) -> RuntimeCall {
		match self {
			Self::Seal(CaseKey { case, round, task_hash }, seal) => {
				cases::seal(*case, *task_hash, *round, *seal)
			},
			Self::Reveal(case, digest, salt) => cases::reveal(*case, *digest, *salt),
			Self::Poke(case) => cases::poke(*case),
		}
	}
}

/// The node's side of everything, and the made-up executor.
pub struct Inner {
	pub backend: Backend<CaseTransaction>,
	client: Pair,
	providers: Vec<Provider>,
	/// What the other mediators say.
	pub others: Outcome,
	/// Whether blocks become final.
	pub finality: bool,
	/// Runs that the machine fails.
	pub failures: u32,
	pub runs: u32,
}

impl Inner {
	/// The case after the newest block.
	fn view(&mut self) -> Option<CaseView> {
		self.backend.history.now().view("CaseApi_case", CASE)
	}

	/// What all but the daemon send next: the providers agree on a lie, somebody challenges it, and the
	/// other mediators judge it.
	fn calls(&mut self) -> Vec<(Pair, RuntimeCall)> {
		let genesis = self.backend.genesis();
		let task: Option<TaskView> = self.backend.history.now().view("AssayApi_task", single(0));
		let mut calls = Vec::new();
		if let Some(task) = task {
			let lie = Outcome { gas_used: 8, ..truth() };
			for provider in &self.providers {
				let call = next_of_provider(&provider.id(), &genesis, &task, lie);
				calls.extend(call.map(|call| (provider.operator.clone(), call)));
			}
			calls.extend(next_of_challenger(&task).map(|call| (key("Eve"), call)));
		}
		if let Some(case) = self.view() {
			for other in (1..MEDIATORS).map(mediator) {
				let call = next_of_mediator(&other, &genesis, &case, self.others);
				calls.extend(call.map(|call| (other, call)));
			}
		}
		calls
	}

	/// A block with all that wait in the pool, and what the others send.
	fn build(&mut self) {
		let others = self.calls();
		self.backend.build(&[], &others);
	}

	/// Has the task with a gas limit ordered, run and challenged, until the committee is drawn.
	fn open(&mut self, gas: u64) {
		let submit = submit(spec_of(gas), 3, 2, vec![0, 1, 2]);
		let client = self.client.clone();
		let history = &mut self.backend.history;
		history.build(|| execute(&client, &submit).expect("the request is matched"));
		for _ in 0..LONGEST {
			if self.view().is_some_and(|view| matches!(view.case.phase, CasePhase::Sealing { .. }))
			{
				return;
			}
			let others = self.calls();
			self.backend.history.build(|| {
				for (signer, call) in &others {
					execute(signer, call).expect("it is its turn");
				}
			});
		}
		panic!("no committee is drawn");
	}
}

/// The chain, and the made-up executor. Clones are one.
#[derive(Clone)]
pub struct World(Arc<Mutex<Inner>>);

impl World {
	/// A chain on which the daemon's mediator was drawn for the case.
	pub fn new() -> Self {
		let mut chain = cases::start();
		let providers = (0..3).map(|index| register(&mut chain, index)).collect();
		let (backend, client) = (Backend::new(chain, mediator(0)), key("Charlie"));
		let mut inner = Inner {
			backend,
			client,
			providers,
			others: truth(),
			finality: true,
			failures: 0,
			runs: 0,
		};
		inner.open(GAS);
		Self(Arc::new(Mutex::new(inner)))
	}

	pub fn lock(&self) -> MutexGuard<'_, Inner> {
		self.0.lock().expect("no test panicked")
	}

	/// Account of the daemon's mediator, which signs for itself.
	pub fn me(&self) -> AccountId {
		account(&self.lock().backend.signer)
	}

	/// Whose daemon it is, on which chain.
	pub fn identity(&self) -> Identity {
		Identity { genesis: self.genesis(), stash: self.me() }
	}

	pub fn genesis(&self) -> Hash {
		self.lock().backend.genesis()
	}

	/// The case after the newest block.
	pub fn view(&self) -> CaseView {
		self.lock().view().expect("it is kept")
	}

	/// By what the daemon knows it.
	pub fn key(&self) -> CaseKey {
		key_of(&self.view())
	}

	/// Vote of the daemon's mediator.
	pub fn vote(&self) -> Vote {
		cases::vote(&self.view(), &self.me()).expect("it was drawn")
	}

	/// A block, which is final at once.
	pub fn block(&self) -> Heads {
		let mut inner = self.lock();
		inner.build();
		if inner.finality {
			inner.backend.history.finalize();
		}
		inner.backend.heads()
	}

	/// Newest blocks.
	pub fn heads(&self) -> Heads {
		self.lock().backend.heads()
	}

	/// Takes back the task and its case, neither of which is final, and has the task with another gas
	/// limit come to a case under the same numbers.
	pub fn fork_to(&self, gas: u64) {
		let mut inner = self.lock();
		inner.backend.history.take_back();
		inner.open(gas);
	}
}

/// Most entries that the client asks for at a time.
const MOST: u32 = u32::MAX;

impl CaseChain for World {
	async fn cases(&self, block: BlockInfo) -> Result<Vec<CaseView>, Error> {
		let of = (self.me(), None::<CaseId>, MOST);
		let page: Page<CaseView, CaseId> =
			self.lock().backend.read(block, "CaseApi_cases_of_mediator", of)?;
		assert_eq!(page.next, None, "there is one case at most");
		Ok(page.items)
	}

	async fn case(&self, block: BlockInfo, case: CaseId) -> Result<Option<CaseView>, Error> {
		self.lock().backend.read(block, "CaseApi_case", case)
	}

	async fn request(&self, block: BlockInfo, task: TaskId) -> Result<Request, Error> {
		let view: Option<TaskView> = self.lock().backend.read(block, "AssayApi_task", task)?;
		Ok(view.ok_or(Error::TaskNotFound(task))?.deal.request)
	}

	async fn pool(&self, block: BlockInfo, pool: PoolId) -> Result<PoolTerms, Error> {
		let view: Option<PoolView> = self.lock().backend.read(block, "PoolApi_pool", pool)?;
		Ok(view.ok_or(Error::PoolNotFound(pool))?.pool.terms)
	}

	async fn standing(&self, block: BlockInfo) -> Result<Standing, Error> {
		let me = self.me();
		let mut inner = self.lock();
		let mediator: Option<MediatorView> = inner.backend.read(block, "CaseApi_mediator", &me)?;
		let signs_for = inner.backend.read(block, "CaseApi_mediator_of", &me)?;
		let balance = inner.backend.history.at(&block.hash).free(&me);
		Ok(Standing { mediator, signs_for, balance })
	}

	async fn judge(
		&self,
		transaction: CaseTransaction,
		within: Duration,
	) -> Result<BlockInfo, Error> {
		let answered = self.lock().backend.send(transaction, within);
		let included = answered.await.unwrap_or_else(|_| Err(unreachable()))?;
		Ok(included.block)
	}
}

impl Rerun for World {
	async fn get(&self, _: Request, _: u32) -> Result<u64, FetchFailure> {
		Ok(0)
	}

	async fn rerun(&self, _: Request, _: u32, _: Cancel) -> Result<Outcome, RunFailure> {
		let mut inner = self.lock();
		inner.runs += 1;
		if inner.failures > 0 {
			inner.failures -= 1;
			return Err(RunFailure::Content("the disk is gone".into()));
		}
		Ok(truth())
	}
}
