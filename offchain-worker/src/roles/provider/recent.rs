//! What a provider has seen of the newest blocks.

use super::views::{Coverage, Views, Wanted};
use crate::host::reading::Reading;
use assay_client::BlockInfo;
use assay_decisions::view::Deals;
use assay_primitives::{BlockNumber, Hash};
use std::{collections::VecDeque, sync::Arc};

/// Blocks whose views are kept: those that are read as the best come again as final ones.
const RECENT: usize = 6;

/// What was seen.
#[derive(Debug, Default)]
pub struct RecentBlocks {
	/// Whether more is being read.
	pub reading: Reading,
	/// The best block that was read last.
	pub best: BlockNumber,
	/// The newest final block whose views are known.
	pub finalized: BlockNumber,
	/// URL of the node in use.
	pub node: Option<String>,
	/// Views of the newest blocks, by the blocks' hashes.
	recent: VecDeque<(Hash, Views)>,
	/// Their deals.
	deals: Deals,
}

impl RecentBlocks {
	/// A block that is to be read, with what it shows where that is known.
	pub fn wanted(&self, block: Option<BlockInfo>) -> Wanted {
		let block = block?;
		let before = self.recent.iter().find(|(hash, _)| *hash == block.hash);
		Some((block, before.map(|(_, views)| views.clone())))
	}

	/// Keeps what a block shows, where that is all.
	pub fn keep(&mut self, block: &BlockInfo, views: &mut Views) {
		if self.recent.iter().any(|(hash, _)| *hash == block.hash) {
			return;
		}
		// Nobody else has them yet.
		self.deals.share(views.tasks.iter_mut().filter_map(Arc::get_mut));
		if views.coverage != Coverage::Whole {
			return;
		}
		if self.recent.len() >= RECENT {
			self.recent.pop_front();
		}
		self.recent.push_back((block.hash, views.clone()));
	}

	/// Forgets deals that nobody has any more.
	pub fn sweep(&mut self) {
		self.deals.sweep();
	}
}
