//! The best chain with the states of all its blocks, as a node keeps them: its newest blocks can be
//! taken back, and others come in their place.

use crate::Chain;
use assay_runtime::{BlockNumber, Hash};

/// A block.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Block {
	/// Height.
	pub number: BlockNumber,
	/// Its hash.
	pub hash: Hash,
	/// Hash of the block before.
	pub parent: Hash,
}

/// A block, and the chain that ends with it.
struct Kept {
	block: Block,
	chain: Chain,
}

/// The best chain.
pub struct History {
	/// Oldest first, never empty.
	best: Vec<Kept>,
	/// What was taken back. Whoever has heard of such a block may still ask about it.
	gone: Vec<Kept>,
	/// Position of the newest final block.
	finalized: usize,
	/// Newest slot of all blocks: no other fork has one of the same, so no two blocks are the same.
	slot: u64,
}

impl History {
	/// Begins with the newest block of a chain, which is final.
	pub fn new(mut chain: Chain) -> Self {
		let (hash, slot) = (chain.hash(), chain.slot());
		let block = Block { number: chain.now(), hash, parent: Hash::zero() };
		Self { best: vec![Kept { block, chain }], gone: Vec::new(), finalized: 0, slot }
	}

	fn newest(&mut self) -> &mut Kept {
		self.best.last_mut().expect("the first block is never taken back")
	}

	/// The newest block.
	pub fn best(&mut self) -> Block {
		self.newest().block
	}

	/// The newest final block.
	pub fn finalized(&self) -> Block {
		self.best[self.finalized].block
	}

	/// The chain as it was after a block, whatever fork that is on.
	pub fn at(&mut self, hash: &Hash) -> &mut Chain {
		let all = self.best.iter_mut().chain(&mut self.gone);
		let mut found = all.filter(|kept| kept.block.hash == *hash);
		&mut found.next().expect("the block was built here").chain
	}

	/// The chain as it is.
	pub fn now(&mut self) -> &mut Chain {
		&mut self.newest().chain
	}

	/// Builds a block with what `apply` applies; see [`Chain::build`].
	pub fn build<R>(&mut self, apply: impl FnOnce() -> R) -> (Block, R) {
		let slot = self.slot;
		let Kept { block: before, chain } = self.newest();
		let parent = before.hash;
		let mut chain = chain.fork();
		chain.idle_until(slot);
		let result = chain.build(apply);
		self.slot = chain.slot();
		let block = Block { number: chain.now(), hash: chain.hash(), parent };
		self.best.push(Kept { block, chain });
		(block, result)
	}

	/// Makes the newest block final.
	pub fn finalize(&mut self) {
		self.finalize_all_but(0);
	}

	/// Makes all blocks final but some of the newest.
	pub fn finalize_all_but(&mut self, newest: usize) {
		let last = self.best.len().saturating_sub(newest.saturating_add(1));
		self.finalized = self.finalized.max(last);
	}

	/// Takes back all blocks that are not final.
	pub fn take_back(&mut self) {
		let taken = self.best.drain(self.finalized + 1..);
		self.gone.extend(taken);
	}
}
