//! The chain that the daemon of a test follows, and its connection to it.

use super::{
	phases::is_sealed,
	scene::{Cast, LONGEST_DRAW, ME, TASK},
};
use crate::{
	host::{chain::Included, heads::Heads},
	roles::provider::{
		chain::{Account, TaskChain, TaskTransaction},
		state,
		watchlist::{Look, Watchlist},
		work::Work,
	},
	testing::{
		PATIENCE,
		node::{self, Backend, unreachable},
		pause,
	},
};
use assay_client::{BlockInfo, Error};
use assay_decisions::{provider as plan, record::Identity};
use assay_primitives::{
	AccountId, Balance, BlockNumber, UNIT,
	api::{DealTasks, Page},
	deal::{ReplicaState, TaskState, TaskStatus, TaskView},
	seal::Seal,
	task::{DealId, TaskId},
};
use assay_simulation::{
	Chain, Pair, RuntimeCall, account,
	deals::{self, own_replica},
	execute, key,
	market::transfer,
};
use codec::{Decode, Encode};
use std::{
	collections::BTreeSet,
	sync::{Arc, Mutex, MutexGuard},
	time::Duration,
};
use tokio::{
	sync::{Mutex as AsyncMutex, watch},
	time::timeout,
};

impl node::Transaction for TaskTransaction {
	fn call(&self) -> RuntimeCall {
		match self {
			Self::Commit(items) => deals::commit(items),
			Self::Reveal(items) => deals::reveal(items),
			Self::Decline(task, task_hash, excuse) => deals::decline(*task, *task_hash, *excuse),
			Self::OpenReport(task, lie, truth, salt) => {
				deals::open_report(*task, *lie, *truth, *salt)
			},
			Self::Poke(tasks) => deals::poke(tasks),
		}
	}
}

/// Longest wait for what comes block by block.
const LONGEST: usize = 100;

/// What of its state a node does not give, while it tells of blocks and takes transactions.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Silence {
	#[default]
	Nothing,
	/// The provider's work is refused.
	Work,
	/// Bags are asked for in vain.
	Bags,
	/// Everything is.
	All,
}

/// The node's side of everything.
pub struct Inner {
	pub backend: Backend<TaskTransaction>,
	cast: Cast,
	pub silence: Silence,
}

impl Inner {
	/// The task after the newest block.
	fn view(&mut self) -> Option<TaskView> {
		self.backend.history.now().view("AssayApi_task", TASK)
	}

	/// A block with these transactions, all that wait in the pool, and what the others send.
	fn build(&mut self, first: &[(Pair, RuntimeCall)]) {
		let genesis = self.backend.genesis();
		let view = self.view();
		let others = view.map(|view| self.cast.calls(&genesis, &view)).unwrap_or_default();
		self.backend.build(first, &others);
	}

	/// Orders the task with a gas limit, and waits until it is drawn for.
	fn order(&mut self, gas: u64) {
		let (client, order) = (self.cast.client.clone(), self.cast.order(gas));
		let history = &mut self.backend.history;
		history.build(|| execute(&client, &order).expect("the request is matched"));
		let poke = deals::poke(&[TASK]);
		let mut drawn = || history.build(|| execute(&client, &poke)).1.is_ok();
		assert!((0..LONGEST_DRAW).any(|_| drawn()), "the draw is known");
	}
}

/// The node. Clones are one.
#[derive(Clone)]
pub struct Node {
	inner: Arc<Mutex<Inner>>,
	pub heads: Arc<watch::Sender<Heads>>,
}

impl Node {
	/// A node whose first block is the newest of `chain`.
	pub fn new(chain: Chain, cast: Cast) -> Self {
		let backend = Backend::new(chain, cast.providers[ME].operator.clone());
		let inner = Inner { backend, cast, silence: Silence::Nothing };
		let heads = Arc::new(watch::channel(Heads::default()).0);
		let node = Self { inner: Arc::new(Mutex::new(inner)), heads };
		node.tell();
		node
	}

	pub fn lock(&self) -> MutexGuard<'_, Inner> {
		self.inner.lock().expect("no test panicked")
	}

	/// The node as a daemon that starts now sees it.
	pub fn chain(&self) -> Connection {
		Connection { node: self.clone(), watchlist: Arc::default() }
	}

	/// Whose daemon it is, on which chain.
	pub fn identity(&self) -> Identity {
		let mut inner = self.lock();
		let genesis = inner.backend.genesis();
		Identity { genesis, stash: inner.cast.providers[ME].id() }
	}

	/// Account of the key that the daemon signs with.
	pub fn operator(&self) -> AccountId {
		account(&self.lock().backend.signer)
	}

	fn tell(&self) {
		let heads = self.lock().backend.heads();
		self.heads.send_replace(heads);
	}

	/// Height of the newest block.
	pub fn number(&self) -> BlockNumber {
		self.lock().backend.history.best().number
	}

	/// The task after the newest block.
	pub fn view(&self) -> TaskView {
		self.lock().view().expect("it was ordered")
	}

	/// Whether the task is as wanted after the newest block.
	pub fn is(&self, wanted: impl Fn(&TaskView) -> bool) -> bool {
		self.lock().view().as_ref().is_some_and(wanted)
	}

	/// What the daemon's provider has done about the task, which is open.
	pub fn replica(&self) -> ReplicaState {
		own_replica(&self.view(), &self.identity().stash).expect("it was drawn")
	}

	/// Its seal, which is not opened.
	pub fn sealed(&self) -> Seal {
		match self.replica() {
			ReplicaState::Sealed(seal) => seal,
			other => panic!("{other:?}"),
		}
	}

	/// First block in which nobody can seal any more, or can open a seal.
	pub fn deadline(&self) -> BlockNumber {
		let TaskStatus::Open(task) = self.view().status else { panic!("the task has ended") };
		match task.state {
			TaskState::Running { until, .. } | TaskState::Revealing { until, .. } => until,
			state => panic!("{state:?}"),
		}
	}

	/// A block with all transactions that are waiting.
	pub fn block(&self) {
		self.block_after(&[]);
	}

	/// The same, in which others come first.
	pub fn block_after(&self, first: &[(Pair, RuntimeCall)]) {
		self.lock().build(first);
		self.tell();
	}

	/// Blocks in which the task is ordered with a gas limit and drawn for, and nothing else happens.
	pub fn order(&self, gas: u64) {
		self.lock().order(gas);
		self.tell();
	}

	/// A seal of the daemon's provider by whoever else has its key.
	pub fn foreign_seal(&self, seal: Seal) -> (Pair, RuntimeCall) {
		let commit = deals::commit(&[(TASK, self.view().deal.task_hash, seal)]);
		(self.lock().backend.signer.clone(), commit)
	}

	/// Leaves the operator's key with a token, or gives it ten.
	pub fn funded(&self, is_funded: bool) {
		let operator = self.lock().backend.signer.clone();
		let free = self.lock().backend.history.now().free(&account(&operator));
		let (alice, amount) = (key("Alice"), 10 * UNIT);
		let paid = match is_funded {
			true => (alice, transfer(&account(&operator), amount)),
			false => (operator, transfer(&account(&alice), free - UNIT)),
		};
		self.block_after(&[paid]);
	}

	pub fn finalize(&self) {
		self.finalize_all_but(0);
	}

	/// All blocks but some of the newest.
	pub fn finalize_all_but(&self, newest: usize) {
		self.lock().backend.history.finalize_all_but(newest);
		self.tell();
	}

	/// Takes back all blocks that are not final; the next ones are on another fork. Nobody hears of it
	/// before the next one.
	pub fn fork(&self) {
		self.lock().backend.history.take_back();
	}

	/// The same, and on the other fork the task's number is that of the task with this gas limit.
	pub fn fork_to(&self, gas: u64) {
		self.fork();
		self.lock().order(gas);
	}

	/// From now on all reports get lost, or none.
	pub fn lose_reports(&self, lost: bool) {
		self.lock().backend.loses = match lost {
			true => {
				|transaction: &TaskTransaction| transaction.kind() == plan::TaskCall::OpenReport
			},
			false => |_| false,
		};
	}

	/// Names of the errors with which the runtime has refused what the daemon sent.
	pub fn refused(&self) -> Vec<String> {
		self.lock().backend.refused.clone()
	}

	/// Everything that was ever sent.
	pub fn sent(&self) -> Vec<TaskTransaction> {
		self.lock().backend.sent.clone()
	}

	/// Nothing can be read from now on, or everything.
	pub fn down(&self, is_down: bool) {
		self.lock().backend.down = is_down;
	}

	/// Transactions that wait for a block.
	pub fn waiting(&self) -> usize {
		self.lock().backend.waiting()
	}

	/// Waits for a transaction of a kind.
	pub async fn until_sent(&self, kind: plan::TaskCall) {
		let sent = async {
			while self.count(kind) == 0 {
				pause(Duration::from_millis(5)).await;
			}
		};
		timeout(PATIENCE, sent).await.expect("it is sent");
	}

	/// Makes blocks, none of them final, until the task is sealed.
	pub async fn until_sealed(&self) {
		for _ in 0..LONGEST {
			pause(Duration::from_millis(15)).await;
			self.block();
			if self.is(is_sealed) {
				return;
			}
		}
		panic!("never sealed");
	}

	/// Makes blocks, all final, until the task is as wanted.
	pub async fn until(&self, what: &str, wanted: impl Fn(&TaskView) -> bool) {
		for _ in 0..LONGEST {
			if self.is(&wanted) {
				return;
			}
			pause(Duration::from_millis(15)).await;
			self.block();
			self.finalize();
		}
		panic!("never {what}: {:?}", self.view().status);
	}

	/// Makes blocks, all final, and gives the daemon time for each.
	pub async fn blocks(&self, count: usize) {
		for _ in 0..count {
			self.block();
			self.finalize();
			pause(Duration::from_millis(15)).await;
		}
	}

	/// All seals that were sent, in their order.
	pub fn commits(&self) -> Vec<Seal> {
		let seal = |transaction: &TaskTransaction| match transaction {
			TaskTransaction::Commit(items) => Some(items[0].2),
			_ => None,
		};
		self.lock().backend.sent.iter().filter_map(seal).collect()
	}

	/// How many transactions of a kind were sent.
	pub fn count(&self, kind: plan::TaskCall) -> usize {
		self.lock().backend.sent.iter().filter(|transaction| transaction.kind() == kind).count()
	}
}

/// What a daemon has of the node. It remembers which deals to look at, as the real client does.
#[derive(Clone)]
pub struct Connection {
	node: Node,
	watchlist: Arc<AsyncMutex<Watchlist>>,
}

impl Connection {
	/// Never, where the node hangs.
	async fn read<T: Decode>(
		&self,
		block: BlockInfo,
		name: &str,
		of: impl Encode,
	) -> Result<T, Error> {
		if self.silence() == Silence::All {
			std::future::pending::<()>().await;
		}
		self.node.lock().backend.read(block, name, of)
	}

	fn silence(&self) -> Silence {
		self.node.lock().silence
	}

	fn seen(&self, block: BlockInfo) -> Seen<'_> {
		Seen { of: self, block, provider: self.node.identity().stash }
	}

	/// What opening a report would cost more than the operator has: the client looks at that first.
	fn lacks(&self, transaction: &TaskTransaction) -> Option<Error> {
		let TaskTransaction::OpenReport(..) = transaction else { return None };
		let account = self.node.operator();
		let mut inner = self.node.lock();
		let wage = inner.view()?.deal.terms.wage;
		let chain = inner.backend.history.now();
		let needed: Balance = chain.view("CaseApi_case_cost", wage);
		let free = chain.free(&account);
		(free < needed).then_some(Error::InsufficientBalance { account, free, needed })
	}
}

/// The state after a block.
struct Seen<'a> {
	of: &'a Connection,
	block: BlockInfo,
	provider: AccountId,
}

/// Most entries that the client asks for at a time.
const MOST: u32 = u32::MAX;

impl state::State for Seen<'_> {
	fn block(&self) -> BlockInfo {
		self.block
	}

	async fn next_deal(&self) -> Result<DealId, Error> {
		self.of.read(self.block, "AssayApi_next_deal", ()).await
	}

	async fn work(&self) -> Result<Vec<DealId>, Error> {
		self.of.read(self.block, "AssayApi_deals_of_provider", &self.provider).await
	}

	async fn deals(&self, after: Option<DealId>) -> Result<Page<DealId, DealId>, Error> {
		let of = (&self.provider, after, MOST);
		self.of.read(self.block, "AssayApi_deals_of_candidate", of).await
	}

	async fn new_deals(&self, from: DealId) -> Result<Page<DealId, DealId>, Error> {
		let of = (&self.provider, from, MOST);
		self.of.read(self.block, "AssayApi_new_deals_of_candidate", of).await
	}

	async fn tasks(&self, deal: DealId, from: u32) -> Result<Option<DealTasks>, Error> {
		let of = (&self.provider, deal, from, MOST);
		self.of.read(self.block, "AssayApi_tasks_of_candidate", of).await
	}
}

impl TaskChain for Connection {
	async fn work(&self, block: BlockInfo) -> Work {
		let seen = match self.silence() {
			Silence::Work => Err(unreachable()),
			_ => Ok(self.seen(block)),
		};
		Work::read(async { seen }).await
	}

	async fn bags(&self, block: BlockInfo, finalized: BlockInfo, work: &BTreeSet<DealId>) -> Look {
		let states = async {
			if self.silence() == Silence::Bags {
				std::future::pending::<()>().await;
			}
			Ok((self.seen(block), Some(self.seen(finalized))))
		};
		self.watchlist.lock().await.look(states, work).await
	}

	async fn lookup(
		&self,
		block: BlockInfo,
		tasks: Vec<TaskId>,
	) -> Result<Vec<Option<TaskView>>, Error> {
		let mut found = Vec::new();
		for task in tasks {
			found.push(self.read(block, "AssayApi_task", task).await?);
		}
		Ok(found)
	}

	async fn account(&self, block: BlockInfo) -> Result<Account, Error> {
		let (stash, operator) = (self.node.identity().stash, self.node.operator());
		Ok(Account {
			provider: self.read(block, "AssayApi_provider", &stash).await?,
			signs_for: self.read(block, "AssayApi_provider_of", &operator).await?,
			balance: self.node.lock().backend.history.at(&block.hash).free(&operator),
		})
	}

	async fn send(
		&self,
		transaction: TaskTransaction,
		within: Duration,
	) -> Result<Included, Error> {
		if let Some(error) = self.lacks(&transaction) {
			self.node.lock().backend.note(&transaction, within);
			return Err(error);
		}
		let answered = self.node.lock().backend.send(transaction, within);
		answered.await.unwrap_or_else(|_| Err(unreachable()))
	}

	async fn node(&self) -> Option<String> {
		None
	}
}
