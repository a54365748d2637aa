//! What a block shows of a provider's tasks: first what it has slots for, then what else it may be drawn for,
//! then what it knows beside. Each part has its own time, and none is lost with another.

use super::{
	chain::TaskChain,
	table::{self, Rest, View},
};
use crate::host::clock::Deadline;
use assay_client::{BlockInfo, Error};
use assay_decisions::record::Key;
use assay_primitives::task::TaskId;
use std::time::Duration;

/// Longest time for the tasks that are known and that no list shows.
const KNOWN_TIME: Duration = Duration::from_secs(12);
/// Of those, asked for at a time.
const KNOWN_PART: usize = 64;

/// What the chain shows after two blocks.
#[derive(Debug, Default)]
pub struct Shown {
	pub best: Option<(BlockInfo, Views)>,
	pub finalized: Option<(BlockInfo, Views)>,
	/// URL of the node that was asked.
	pub node: Option<String>,
}

impl Shown {
	/// What the operator is told where not all was read.
	pub fn problem(&self) -> Option<String> {
		let both = [&self.best, &self.finalized].into_iter().flatten();
		both.filter_map(|(_, views)| views.coverage.problem()).next()
	}
}

/// What a block shows of this provider's tasks.
#[derive(Clone, Debug)]
pub struct Views {
	pub tasks: Vec<View>,
	pub coverage: Coverage,
	/// Why there may be more new work than was found.
	pub unlisted: Option<String>,
}

/// How much of what concerns a provider was read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Coverage {
	/// All that it has slots for, and all that it knows beside.
	Whole,
	/// What it knows, but it may have slots for more.
	Known(String),
	/// Not even that.
	Part(String),
}

impl Coverage {
	/// What becomes of known tasks that were not shown.
	pub fn rest(&self) -> Rest {
		match self {
			Self::Whole | Self::Known(_) => Rest::Gone,
			Self::Part(_) => Rest::Unread,
		}
	}

	fn problem(&self) -> Option<String> {
		match self {
			Self::Whole => None,
			Self::Known(why) => Some(format!(
				"the list of tasks can't be read, only known ones are looked after: {why}"
			)),
			Self::Part(why) => Some(format!("the chain can't be read: {why}")),
		}
	}
}

impl Views {
	/// Reads what `block` shows; bags as far as they are looked at where `finalized` is given, the final
	/// block to begin with.
	async fn read<L: TaskChain>(
		chain: &L,
		known: &[Key],
		block: BlockInfo,
		finalized: Option<BlockInfo>,
	) -> Self {
		let work = chain.work(block).await;
		let (mut unopened, mut unlisted) = (work.unopened, None);
		// Nothing new is looked for where not even that could be read.
		if let Some(finalized) = finalized.filter(|_| work.missed.is_none()) {
			let look = chain.bags(block, finalized, &work.deals).await;
			unopened.extend(look.unopened);
			unlisted = look.missed.map(|why| format!("not all bags could be looked at: {why}"));
		}
		let shown = work.opened.into_iter().chain(unopened.into_views());
		let mut tasks: Vec<View> = shown.map(View::new).collect();
		let missing = table::missing(known, &tasks);
		let coverage = match (known_ones(chain, block, missing, &mut tasks).await, work.missed) {
			(Err(why), _) => Coverage::Part(why.to_string()),
			(Ok(()), Some(why)) => Coverage::Known(why.to_string()),
			(Ok(()), None) => Coverage::Whole,
		};
		Self { tasks, coverage, unlisted }
	}
}

/// Adds known tasks to those that a list has shown: open ones that it left out, and those that have ended.
async fn known_ones<L: TaskChain>(
	chain: &L,
	block: BlockInfo,
	missing: Vec<TaskId>,
	tasks: &mut Vec<View>,
) -> Result<(), Error> {
	let within = Deadline::new("the known tasks", KNOWN_TIME);
	for part in missing.chunks(KNOWN_PART) {
		let found = within.hold(chain.lookup(block, part.to_vec())).await.flatten()?;
		tasks.extend(found.into_iter().flatten().map(|view| View::new(view.into())));
	}
	Ok(())
}

/// A block to be read, with its views where they were read before.
pub type Wanted = Option<(BlockInfo, Option<Views>)>;

/// Reads both blocks side by side. Of a final one only what is under way matters, and no bag is looked at.
pub async fn read<L: TaskChain>(
	chain: L,
	known: Vec<Key>,
	best: Wanted,
	finalized: Wanted,
) -> Shown {
	let last = finalized.as_ref().map(|(block, _)| *block);
	let is_same =
		best.as_ref().is_some_and(|(block, _)| Some(block.hash) == last.map(|it| it.hash));
	let final_only = finalized.filter(|_| !is_same);
	let (best, finalized) = tokio::join!(
		views_of(&chain, &known, best, last),
		views_of(&chain, &known, final_only, None)
	);
	let finalized = if is_same { best.clone() } else { finalized };
	Shown { best, finalized, node: chain.node().await }
}

async fn views_of<L: TaskChain>(
	chain: &L,
	known: &[Key],
	wanted: Wanted,
	finalized: Option<BlockInfo>,
) -> Option<(BlockInfo, Views)> {
	let (block, before) = wanted?;
	let views = match before {
		Some(views) => views,
		None => Views::read(chain, known, block, finalized).await,
	};
	Some((block, views))
}
