//! A node with the real runtime behind it, that loses transactions, re-organises and goes away as a
//! test says. All rules are those of the runtime; what a daemon sends is signed with its key and put
//! into real blocks. Signed when the block is built, so that a pool never holds a stale nonce.

use crate::host::{chain::Included, heads::Heads};
use assay_client::{BlockInfo, Error};
use assay_primitives::Hash;
use assay_simulation::{Block, Chain, Failure, History, Pair, Refused, RuntimeCall, execute};
use codec::{Decode, Encode};
use std::time::Duration;
use tokio::sync::oneshot;

/// What a daemon sends.
pub trait Transaction: Clone {
	/// The call that the client makes of it.
	fn call(&self) -> RuntimeCall;
}

type Answer = oneshot::Sender<Result<Included, Error>>;

/// The node's side of everything.
pub struct Backend<O> {
	pub history: History,
	/// The daemon's key.
	pub signer: Pair,
	pool: Vec<(O, Answer)>,
	/// Transactions that get lost.
	pub lose: usize,
	/// Which get lost beside them.
	pub loses: fn(&O) -> bool,
	/// Nothing can be read.
	pub down: bool,
	/// Everything that was ever sent.
	pub sent: Vec<O>,
	/// How long each of it was to be waited for.
	pub waited: Vec<Duration>,
	/// Names of the errors with which the runtime has refused any of it.
	pub refused: Vec<String>,
}

/// What a daemon is told that can't reach a node.
pub fn unreachable() -> Error {
	Error::Unreachable { tried: vec![] }
}

fn info(block: Block) -> BlockInfo {
	let Block { number, hash, parent } = block;
	BlockInfo { number, hash, parent }
}

impl<O: Transaction> Backend<O> {
	/// A node whose first and only final block is the newest of `chain`, with a daemon that signs with
	/// `signer`.
	pub fn new(chain: Chain, signer: Pair) -> Self {
		Self {
			history: History::new(chain),
			signer,
			pool: Vec::new(),
			lose: 0,
			loses: |_| false,
			down: false,
			sent: Vec::new(),
			waited: Vec::new(),
			refused: Vec::new(),
		}
	}

	/// Newest blocks.
	pub fn heads(&mut self) -> Heads {
		let (best, finalized) = (self.history.best(), self.history.finalized());
		let (best, finalized) = (Some(info(best)), Some(info(finalized)));
		Heads { best, finalized, ..Default::default() }
	}

	/// Hash of block 0.
	pub fn genesis(&mut self) -> Hash {
		self.history.now().genesis_hash()
	}

	/// What a runtime API says after a block.
	pub fn read<T: Decode>(
		&mut self,
		block: BlockInfo,
		name: &str,
		of: impl Encode,
	) -> Result<T, Error> {
		match self.down {
			true => Err(unreachable()),
			false => Ok(self.history.at(&block.hash).view(name, of)),
		}
	}

	/// Takes a transaction into the pool. The block that it is in, or else that it gets lost, tells what
	/// comes of it.
	pub fn send(
		&mut self,
		transaction: O,
		within: Duration,
	) -> oneshot::Receiver<Result<Included, Error>> {
		let (answer, answered) = oneshot::channel();
		self.note(&transaction, within);
		self.pool.push((transaction, answer));
		answered
	}

	/// Notes that something was sent.
	pub fn note(&mut self, transaction: &O, within: Duration) {
		self.sent.push(transaction.clone());
		self.waited.push(within);
	}

	/// Transactions that wait for a block.
	pub fn waiting(&self) -> usize {
		self.pool.len()
	}

	/// A block with the calls of `first`, all that wait in the pool, and the calls of `then`. Those of
	/// `first` must succeed.
	pub fn build(&mut self, first: &[(Pair, RuntimeCall)], then: &[(Pair, RuntimeCall)]) {
		let (mut calls, mut waiting) = (Vec::new(), Vec::new());
		for (transaction, answer) in std::mem::take(&mut self.pool) {
			if self.is_lost(&transaction) {
				let (hash, reason) = (Hash::zero(), "lost".into());
				// A daemon that was killed waits no longer.
				let _ = answer.send(Err(Error::Dropped { hash, reason }));
				continue;
			}
			calls.push(transaction.call());
			waiting.push(answer);
		}
		let signer = self.signer.clone();
		let (block, results) = self.history.build(|| {
			for (signer, call) in first {
				execute(signer, call).expect("the test knows that it can be");
			}
			let results: Vec<_> = calls.iter().map(|call| execute(&signer, call)).collect();
			for (signer, call) in then {
				// Refused where the block has changed what it was meant for.
				let _ = execute(signer, call);
			}
			results
		});
		for (answer, result) in waiting.into_iter().zip(results) {
			let _ = answer.send(self.answer(block, result));
		}
	}

	fn is_lost(&mut self, transaction: &O) -> bool {
		if (self.loses)(transaction) {
			return true;
		}
		let lost = self.lose > 0;
		self.lose = self.lose.saturating_sub(1);
		lost
	}

	/// What a client tells of a transaction in a block.
	fn answer(
		&mut self,
		block: Block,
		result: Result<Vec<(usize, Failure)>, Refused>,
	) -> Result<Included, Error> {
		match result {
			Ok(failed) => {
				let failed = failed.into_iter().map(|(at, failure)| (at, failure.name));
				Ok(Included { block: info(block), failed: failed.collect() })
			},
			Err(Refused::Failed(Failure { pallet, name })) => {
				self.refused.push(name.clone());
				Err(Error::Dispatch { pallet, name, docs: String::new(), reason: None })
			},
			Err(Refused::Invalid(error)) => {
				Err(Error::Refused { reason: format!("{error:?}"), code: 0 })
			},
		}
	}
}
