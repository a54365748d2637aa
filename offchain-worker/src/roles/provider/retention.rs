//! What is kept for how long: outputs stay as long as anybody may ask for them.

use super::table::TaskTable;
use crate::host::{
	executor::inputs::list_of, outputs::Outputs, settings::StoreSettings, store::TaskStore,
};
use assay_client::private::SealedInput;
use assay_decisions::record::{EndedNote, Key};
use assay_primitives::{BlockNumber, content::ContentRef, request::Request, task::Input};
use std::collections::{BTreeMap, HashSet};

/// Runs that may go, oldest first: the chain has forgotten their task, and their time is over or
/// the room is needed.
pub fn expired(
	all: &BTreeMap<Key, EndedNote>,
	table: &TaskTable,
	settings: &StoreSettings,
	finalized: BlockNumber,
	now: u64,
	over_limit: bool,
) -> Vec<Key> {
	let mut due: Vec<(u64, Key)> = all
		.iter()
		.filter(|(key, _)| !table.entries.contains_key(key))
		.filter_map(|(key, ended)| {
			let forgotten = finalized >= ended.prune_at;
			let old = now >= ended.at.saturating_add(settings.retain.as_secs());
			(forgotten && (old || over_limit)).then_some((ended.at, *key))
		})
		.collect();
	due.sort();
	due.into_iter().map(|(_, key)| key).collect()
}

/// Removes runs: outputs first, so that a crash leaves a record without outputs and never the
/// other way round.
pub fn remove(keys: &[Key], outputs: &Outputs, store: &TaskStore) -> anyhow::Result<()> {
	if keys.is_empty() {
		return Ok(());
	}
	for key in keys {
		outputs.remove(key)?;
	}
	store.forget(keys)?;
	tracing::info!(count = keys.len(), "removed outputs of tasks that ended long ago");
	Ok(())
}

/// Content that a known task names.
pub fn needed(table: &TaskTable) -> HashSet<ContentRef> {
	let mut needed = HashSet::new();
	for entry in table.entries.values() {
		needed.extend(entry.local.item);
		if let Some(view) = &entry.best {
			needed.extend(contents(&view.deal.request));
		}
	}
	needed
}

/// Module and input of a task as they are published, a private input by its ciphertext; or the list that
/// names its input.
fn contents(request: &Request) -> Vec<ContentRef> {
	let spec = &request.task;
	if let Ok(Some(input)) = SealedInput::of(request) {
		return vec![spec.module, input.sealed];
	}
	let input = match spec.input {
		Input::None => None,
		Input::Blob(input) => Some(input),
		Input::List(_) => list_of(spec),
	};
	[Some(spec.module), input].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_primitives::{Hash, task::TaskId};
	use std::time::Duration;

	fn key(deal: u64) -> Key {
		Key { task: TaskId { deal, index: 0 }, task_hash: Hash::zero() }
	}

	#[test]
	fn only_what_the_chain_forgot_should_go_and_only_in_time_unless_room_is_needed() {
		let retain = Duration::from_secs(100);
		let settings = StoreSettings { min_free_bytes: 0, max_bytes: 0, retain };
		let note = |deal, at, prune_at| (key(deal), EndedNote { at, prune_at });
		let all =
			[note(2, 1_000, 50), note(3, 900, 50), note(4, 1_000, 51), note(5, 1_000, 50)].into();
		let mut table = TaskTable::default();
		table.expect(key(5), Default::default());
		let expired = |finalized, now, over| {
			let keys = super::expired(&all, &table, &settings, finalized, now, over);
			keys.iter().map(|key| key.task.deal).collect::<Vec<_>>()
		};
		assert_eq!(expired(49, 5_000, true), Vec::<u64>::new());
		assert_eq!(expired(50, 1_000, false), [3]);
		assert_eq!(expired(50, 1_100, false), [3, 2]);
		assert_eq!(expired(50, 1_000, true), [3, 2]);
		assert_eq!(expired(51, 1_100, false), [3, 2, 4]);
	}
}
