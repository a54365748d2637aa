//! Who holds which bytes.

use crate::programs::parts;
use assay_primitives::{
	BlockNumber, Hash,
	content::ContentRef,
	task::{Input, TaskSpec},
};
use std::collections::{BTreeMap, BTreeSet};

/// Who holds which bytes.
#[derive(Clone, Debug, Default)]
pub struct Blobs {
	/// From which block on everybody can fetch them.
	from: BTreeMap<Hash, BlockNumber>,
	/// Those that every node serves, since they are on the chain.
	promised: BTreeSet<Hash>,
	/// Blocks of long content that are on the chain.
	published: BTreeSet<Hash>,
}

impl Blobs {
	/// Whether an honest node can get what a task needs.
	pub fn has(&self, spec: &TaskSpec, now: BlockNumber) -> bool {
		let known =
			|content: &ContentRef| self.from.get(&content.hash).is_some_and(|at| *at <= now);
		let input = match spec.input {
			Input::None => true,
			Input::Blob(content) => known(&content),
			Input::List(list) => known(&list.list),
		};
		input && known(&spec.module)
	}

	/// Everybody can have these bytes from now on.
	pub fn bring(&mut self, hash: Hash, now: BlockNumber) {
		self.from.entry(hash).or_insert(now);
	}

	/// Every node serves these bytes from now on.
	pub fn promise(&mut self, hash: Hash, now: BlockNumber) {
		self.bring(hash, now);
		self.promised.insert(hash);
	}

	/// A block is on the chain. Of long content all are needed.
	pub fn publish(&mut self, data: &[u8], now: BlockNumber) {
		let hash = ContentRef::of(data).hash;
		let parts = || parts().iter().map(|part| ContentRef::of(part).hash);
		if !parts().any(|part| part == hash) {
			return self.promise(hash, now);
		}
		self.published.insert(hash);
		let whole = parts().next().filter(|_| parts().all(|part| self.published.contains(&part)));
		if let Some(node) = whole {
			// Long content is named by its node.
			self.promise(node, now);
		}
	}

	/// Nobody can have them any more, but who has them already.
	pub fn withhold(&mut self, hash: &Hash) {
		if !self.promised.contains(hash) {
			self.from.remove(hash);
		}
	}
}
