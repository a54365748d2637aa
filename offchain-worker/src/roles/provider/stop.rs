//! Stopping: the first signal drains, the second stops at once.

use super::{Event, Provider, chain::TaskChain, report};
use crate::host::executor::Executor;
use std::time::Duration;

/// Time that killed jobs are given to be gone.
const KILL_TIME: Duration = Duration::from_secs(5);

impl<L: TaskChain, X: Executor> Provider<L, X> {
	/// Takes no new work from now on.
	pub(super) fn take_no_more(&mut self) {
		let left = self.jobs.clear_queue();
		tracing::info!(
			running = self.jobs.running(),
			unrevealed = self.due.seals(),
			"draining: jobs are finished and seals revealed; signal again to stop at once"
		);
		for key in left {
			let task = report::name(&key.task);
			tracing::warn!(%task, "not begun; start the daemon again in time, or lose a quarter of a stake");
		}
	}

	/// Whether everything that was begun is finished.
	pub(super) fn nothing_is_left(&self) -> bool {
		let sending = self.table.entries.values().any(|entry| !entry.local.sending.is_empty());
		self.jobs.running() == 0 && !sending && self.due.is_empty()
	}

	/// Stops what runs.
	pub(super) fn stop_now(&mut self) {
		self.due.tell();
		if self.jobs.running() > 0 {
			tracing::warn!(jobs = self.jobs.running(), "stopping jobs");
		}
		self.jobs.cancel_all();
	}

	pub(super) async fn wait_for_jobs(&mut self) {
		let gone = async {
			while self.jobs.running() > 0 {
				match self.desk.next().await {
					Some(Event::Ran(key, _)) => self.jobs.finish(&key),
					Some(_) => {},
					None => return,
				}
			}
		};
		if tokio::time::timeout(KILL_TIME, gone).await.is_err() {
			tracing::warn!("jobs did not stop in time");
		}
	}
}
