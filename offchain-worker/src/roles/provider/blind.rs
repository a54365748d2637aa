//! Keeping what was promised where the chain can't be read: seals are opened in time by what the store
//! knows of them.

use super::{Provider, chain::TaskChain, problems::Kind};
use crate::host::{executor::Executor, store::Promise};
use assay_decisions::{
	can_land,
	lies::Misbehave,
	provider::{self as plan, Place, TaskCall},
	record::Key,
	sending::is_settling,
	view::SharedView,
};
use assay_primitives::{
	AccountId,
	deal::{Opening, ReplicaState, TaskState, TaskStatus},
	seal::Seal,
	task::TaskId,
};

/// What a seal of `me` on the final chain promises, and the seal. From `from` on nobody can seal in its wave, on
/// whatever chain comes, since all have the final block; a view can tell of an earlier end of the wave, and blind nobody
/// knows of one. It ends the time for revealing no earlier.
fn promised(view: &SharedView, me: &AccountId) -> Option<(Promise, Seal)> {
	let TaskStatus::Open(task) = &view.status else { return None };
	let promise = match task.state {
		TaskState::Running { until, .. } => {
			Promise { from: until, until: until.saturating_add(view.deal.terms.reveal_blocks) }
		},
		TaskState::Revealing { until, .. } => Promise { from: view.at, until },
		_ => return None,
	};
	match plan::place(view, task, me) {
		Place::Drawn(ReplicaState::Sealed(seal)) => Some((promise, seal)),
		_ => None,
	}
}

impl<L: TaskChain, X: Executor> Provider<L, X> {
	/// Writes down what the final chain says of own seals, before the chain may be lost from sight.
	pub(super) fn note_promises(&mut self) {
		let mut news = Vec::new();
		for (key, entry) in &mut self.table.entries {
			let Some(view) = &entry.finalized else { continue };
			let Some((promise, seal)) = promised(view, &self.me) else { continue };
			// That a wave reveals is noted once; `from` is then the first final block that showed it.
			let known = self.due.promises.get(key);
			if known.is_some_and(|it| it.until == promise.until && it.from <= promise.from) {
				continue;
			}
			let run = entry.record.run(key, &self.parts.store).ok().flatten();
			if run.is_some_and(|run| run.seal == seal) {
				news.push((*key, promise));
			}
		}
		if news.is_empty() {
			return;
		}
		if let Err(error) = self.parts.store.promise(&news) {
			return self.problems.raise(Kind::Disk, error.to_string());
		}
		self.due.promises.extend(news);
	}

	/// Seals that are to be opened now by what the store says.
	pub(super) fn promised(&mut self) -> Vec<(Key, (TaskId, Opening))> {
		let (Some(best), Some(finalized)) = (self.desk.best, self.desk.finalized) else {
			return Vec::new();
		};
		if self.parts.misbehave == Some(Misbehave::Withhold) {
			return Vec::new();
		}
		let mut due = Vec::new();
		for (key, promise) in self.due.promises.clone() {
			if !can_land(best.number, promise.until) {
				continue;
			}
			self.due.reveal(key, promise.until);
			// What is in no block yet comes after the final one.
			let nobody_seals = finalized.number.saturating_add(1) >= promise.from;
			let local = self.table.entries.get(&key).map(|entry| &entry.local);
			let waits = local.is_some_and(|local| {
				let reveal = TaskCall::Reveal;
				local.sending.contains(&reveal)
					|| is_settling(local.sent, reveal, best.number, promise.until)
			});
			if !nobody_seals || waits {
				continue;
			}
			match self.parts.store.sealed(&key) {
				Ok(Some(record)) if record.ended.is_none() => {
					tracing::warn!(task = ?key.task, "revealing by the store alone");
					let opening = Opening { outcome: record.outcome, salt: record.salt };
					due.push((key, (key.task, opening)));
				},
				Ok(_) => {},
				Err(error) => {
					let what = error.to_string();
					self.problems.raise(Kind::Disk, what);
				},
			}
		}
		due
	}
}
