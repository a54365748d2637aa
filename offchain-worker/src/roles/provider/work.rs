//! The deals that a provider has slots for: all that its stake is in. They are read first and by themselves.
//! There are never more of them than the slots that it declared, whatever bags name it beside.

use super::{
	deal_tasks::{Concerning, Depth, Unopened},
	state::State,
	watchlist::READS,
};
use crate::host::clock::Deadline;
use assay_client::Error;
use assay_decisions::view::SharedView;
use assay_primitives::task::DealId;
use futures::{StreamExt, stream};
use std::{collections::BTreeSet, pin::pin, time::Duration};

/// Longest time for reading them. Seals are opened by the store if that takes longer than a block.
const WORK_TIME: Duration = Duration::from_secs(12);

/// What could be read of the deals that have slots of a provider.
#[derive(Debug, Default)]
pub struct Work {
	/// Tasks that somebody has opened, and single tasks that wait for their draw.
	pub opened: Vec<SharedView>,
	/// Tasks of its bags that nobody has opened.
	pub unopened: Unopened,
	/// The deals.
	pub deals: BTreeSet<DealId>,
	/// Why there may be more.
	pub missed: Option<Error>,
}

impl Work {
	/// Reads it after the block of `state`. What can't be read keeps back nothing else.
	pub async fn read<S: State>(state: impl Future<Output = Result<S, Error>>) -> Self {
		let (mut work, within) = (Self::default(), Deadline::new("own work", WORK_TIME));
		work.missed = match within.hold(state).await.flatten() {
			Ok(state) => work.fill(&state, &within).await.err(),
			Err(error) => Some(error),
		};
		work
	}

	async fn fill<S: State>(&mut self, state: &S, within: &Deadline) -> Result<(), Error> {
		let deals = within.hold(state.work()).await.flatten()?;
		self.deals = deals.iter().copied().collect();
		let read = |deal| Concerning::read(state, deal, Depth::Whole);
		// The newest first: tasks of older ones are known, and can be asked for one by one.
		let deals = stream::iter(deals.into_iter().rev());
		let mut found = pin!(deals.map(read).buffer_unordered(READS));
		let mut missed = Ok(());
		while let Some(tasks) = within.hold(found.next()).await? {
			match tasks {
				Ok(tasks) => {
					self.opened.extend(tasks.opened);
					self.unopened.add(tasks.unopened);
				},
				Err(error) => missed = Err(error),
			}
		}
		missed
	}
}
