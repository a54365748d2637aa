//! The tasks that the daemon knows of, as the chain shows them at the best and at the final block.

use crate::host::store::TaskStore;
use assay_client::BlockInfo;
use assay_decisions::{
	provider::{self as plan, Job, Local, Place},
	record::{Identity, Key, Sealed},
	view::SharedView,
};
use assay_primitives::{
	AccountId, BlockNumber, Hash,
	deal::{NextStep, TaskState, TaskStatus},
	seal::Seal,
	task::{DealId, TaskId},
};
use std::{
	collections::{BTreeMap, HashSet},
	sync::Arc,
};

/// Blocks for which a task that is on neither chain is remembered: a re-organisation may bring it
/// back, and its job runs on.
const GRACE: BlockNumber = 10;

/// A task as a block shows it, held as often as it is needed.
pub type View = Arc<SharedView>;

/// A run of one's own, and the seal that follows from it.
#[derive(Debug)]
pub struct OwnRun {
	pub sealed: Sealed,
	pub seal: Seal,
}

/// What the store has of a task. It changes with a run of this process, and is read but once between.
#[derive(Debug, Default)]
pub enum Record {
	/// It was not looked at.
	#[default]
	Unread,
	/// No finished run.
	Nothing,
	/// A finished run.
	Run(Arc<OwnRun>),
}

impl Record {
	/// What was written down of a task.
	pub fn of(sealed: Sealed, key: &Key, identity: &Identity) -> Self {
		let seal = sealed.seal(identity, key);
		Self::Run(Arc::new(OwnRun { sealed, seal }))
	}

	/// The finished run of a task, if there is one.
	pub fn run(&mut self, key: &Key, store: &TaskStore) -> anyhow::Result<Option<&Arc<OwnRun>>> {
		if let Self::Unread = self {
			*self = match store.sealed(key)? {
				Some(sealed) => Self::of(sealed, key, store.identity()),
				None => Self::Nothing,
			};
		}
		Ok(match self {
			Self::Run(run) => Some(run),
			_ => None,
		})
	}

	/// Whether there is a finished run, as far as it was looked at.
	pub fn is_run(&self) -> bool {
		matches!(self, Self::Run(_))
	}
}

/// One task.
#[derive(Debug, Default)]
pub struct Entry {
	pub best: Option<View>,
	pub finalized: Option<View>,
	pub local: Local,
	/// Best block since which it is on neither chain.
	pub gone_since: Option<BlockNumber>,
	/// Name of the step that was logged last.
	pub logged: &'static str,
	/// What the store has of it.
	pub record: Record,
}

/// What becomes of known tasks that were not shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Rest {
	/// They are not there.
	Gone,
	/// They could not be read, and are as they were.
	Unread,
}

impl Entry {
	/// Whether nothing would be lost if it were forgotten: no money of `me` is in it, and nothing is under
	/// way. There may be hundreds of such tasks of a bag, and more single ones that others were drawn for.
	fn is_idle(&self, me: &AccountId) -> bool {
		let Some(view) = &self.best else { return false };
		let TaskStatus::Open(task) = &view.status else { return false };
		let for_others = plan::place(view, task, me) == Place::Candidate
			&& !task.replicas.is_empty()
			&& self.local.drawn_seen.is_none()
			// Its stake is locked until somebody writes the draw.
			&& (view.deal.is_bag() || !matches!(task.state, TaskState::Waiting { .. }));
		let untouched =
			!self.record.is_run() && self.local.job == Job::Idle && self.local.sending.is_empty();
		untouched && (for_others || plan::is_unopened(&view.deal, task))
	}
}

/// All tasks, by number and hash: forks may give one number to different tasks.
#[derive(Debug, Default)]
pub struct TaskTable {
	pub entries: BTreeMap<Key, Entry>,
}

/// Numbers of known tasks that are not among `open`. `known` is sorted.
pub fn missing(known: &[Key], open: &[View]) -> Vec<TaskId> {
	let open: HashSet<Key> = open.iter().map(|view| view.key()).collect();
	let mut missing: Vec<TaskId> =
		known.iter().filter(|key| !open.contains(key)).map(|key| key.task).collect();
	missing.dedup();
	missing
}

impl TaskTable {
	/// Remembers a task that the store knows, until the chain says what became of it.
	pub fn expect(&mut self, key: Key, record: Record) {
		self.entries.entry(key).or_default().record = record;
	}

	/// Tasks that the chain is asked for where its list does not show them: all but idle ones, which it
	/// shows as long as there is room for them.
	pub fn known(&self, me: &AccountId) -> Vec<Key> {
		let known = self.entries.iter().filter(|(_, entry)| !entry.is_idle(me));
		known.map(|(key, _)| *key).collect()
	}

	/// Whether any task of a deal is known.
	pub fn has_deal(&self, deal: DealId) -> bool {
		let key =
			|index, byte| Key { task: TaskId { deal, index }, task_hash: Hash::repeat_byte(byte) };
		self.entries.range(key(0, 0)..=key(u32::MAX, 0xff)).next().is_some()
	}

	/// Takes over what the best block shows. Forgets idle tasks that are not shown any more, and tells
	/// which; if one of them concerns `me` after all, the chain shows it again.
	pub fn best(
		&mut self,
		block: BlockInfo,
		views: Vec<View>,
		rest: Rest,
		me: &AccountId,
	) -> Vec<Key> {
		let mut idle = Vec::new();
		for (key, entry) in self.entries.iter_mut().filter(|_| rest == Rest::Gone) {
			if entry.is_idle(me) {
				idle.push(*key);
			}
			entry.best = None;
		}
		for view in views {
			let key = view.key();
			let open = matches!(view.status, TaskStatus::Open(_));
			if !open && !self.entries.contains_key(&key) {
				continue;
			}
			self.entries.entry(key).or_default().best = Some(view);
		}
		idle.retain(|key| self.entries.get(key).is_some_and(|entry| entry.best.is_none()));
		for key in &idle {
			self.entries.remove(key);
		}
		for entry in self.entries.values_mut() {
			let seen = entry.best.is_some() || entry.finalized.is_some();
			entry.gone_since = match rest {
				_ if seen => None,
				Rest::Gone => Some(entry.gone_since.unwrap_or(block.number)),
				Rest::Unread => entry.gone_since,
			};
			let poke = entry.best.as_ref().is_some_and(|view| view.next == NextStep::Poke);
			entry.local.poke_seen = poke.then(|| entry.local.poke_seen.unwrap_or(block.number));
		}
		idle
	}

	/// Takes over what the final block shows.
	pub fn finalized(&mut self, views: Vec<View>, rest: Rest) {
		for entry in self.entries.values_mut().filter(|_| rest == Rest::Gone) {
			entry.finalized = None;
		}
		for view in views {
			// A task that only the final chain has is one that the best block will show too.
			if let Some(entry) = self.entries.get_mut(&view.key()) {
				entry.finalized = Some(view);
			}
		}
	}

	/// Removes tasks that were on neither chain for long, and tells which.
	pub fn sweep(&mut self, now: BlockNumber) -> Vec<Key> {
		let gone = |entry: &Entry| {
			entry.gone_since.is_some_and(|since| now >= since.saturating_add(GRACE))
		};
		let keys: Vec<Key> =
			self.entries.iter().filter(|(_, entry)| gone(entry)).map(|(key, _)| *key).collect();
		for key in &keys {
			self.entries.remove(key);
		}
		keys
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_decisions::{
		provider::Content,
		scenes::{TASK, account, bag, deal, key, record, view, waiting},
	};
	use assay_primitives::deal::ReplicaState;
	#[test]
	fn expected_task_should_be_closed_when_the_chain_forgot_it() {
		let (mut table, me) = (TaskTable::default(), account(1));
		table.expect(key(), Record::default());
		let block = |number| BlockInfo { number, hash: Hash::zero(), parent: Hash::zero() };
		table.best(block(5), vec![], Rest::Gone, &me);
		assert!(table.sweep(14).is_empty(), "a re-organisation may bring it back");
		table.best(block(14), vec![], Rest::Gone, &me);
		assert_eq!(table.sweep(15), vec![key()]);
		let open = Arc::new(view(20, waiting(), &[], NextStep::Randomness));
		table.best(block(20), vec![open.clone()], Rest::Gone, &me);
		assert!(missing(&table.known(&me), &[open]).is_empty());
		assert_eq!(missing(&table.known(&me), &[]), vec![TASK]);
		let shown = &table.entries[&key()].best.as_ref().expect("seen").status;
		assert!(matches!(shown, TaskStatus::Open(_)));
	}

	#[test]
	fn store_should_be_read_once_for_a_task_until_a_run_has_ended() {
		let dir = tempfile::tempdir().expect("temporary directory");
		let identity = Identity { genesis: Hash::zero(), stash: account(1) };
		let store = TaskStore::open(dir.path(), identity.clone()).expect("opens");
		let mut known = Record::default();
		let seal = |known: &mut Record| {
			let run = known.run(&key(), &store).expect("reads");
			run.map(|run| run.seal)
		};
		assert_eq!(seal(&mut known), None);
		let sealed = store.seal(&key(), &record()).expect("writes");
		assert_eq!(seal(&mut known), None, "it was looked at already");
		let expected = Some(sealed.seal(&identity, &key()));
		assert_eq!(seal(&mut Record::Unread), expected);
		assert_eq!(seal(&mut Record::of(sealed, &key(), &identity)), expected);
	}

	/// A task of a bag for which provider 1 may be drawn, or is.
	fn of_bag(state: TaskState, replicas: &[(u32, ReplicaState)]) -> SharedView {
		let deal = Arc::new(deal(bag(5)));
		SharedView { deal, ..view(20, state, replicas, NextStep::Randomness) }
	}

	#[test]
	fn task_of_a_bag_should_be_forgotten_when_it_is_shown_no_more_and_nothing_was_done() {
		let block = |number| BlockInfo { number, hash: Hash::zero(), parent: Hash::zero() };
		let (me, drawn) = (account(1), [(0, ReplicaState::Drawn)]);
		let identity = Identity { genesis: Hash::zero(), stash: me.clone() };
		let forgotten = |shown: SharedView, change: &dyn Fn(&mut Entry)| {
			let mut table = TaskTable::default();
			let key = shown.key();
			table.best(block(20), vec![Arc::new(shown)], Rest::Gone, &me);
			change(table.entries.get_mut(&key).expect("shown"));
			let asked_for = table.known(&me).contains(&key);
			let forgotten = table.best(block(21), vec![], Rest::Gone, &me) == [key];
			assert_eq!(table.entries.contains_key(&key), !forgotten);
			assert_eq!(asked_for, !forgotten, "only what stays is asked for");
			forgotten
		};
		assert!(forgotten(of_bag(waiting(), &[]), &|_| {}));
		assert!(forgotten(of_bag(waiting(), &[]), &|it| it.local.content = Content::Ready));
		assert!(forgotten(of_bag(waiting(), &drawn), &|it| it.local.drawn_seen = Some(20)));
		let running = || TaskState::Running { wave: 0, until: 50 };
		let others = [(1, ReplicaState::Drawn)];
		assert!(forgotten(of_bag(running(), &others), &|_| {}), "no money in it");
		for begun in [
			&(|it: &mut Entry| it.local.job = Job::Queued) as &dyn Fn(&mut Entry),
			&|it| it.record = Record::of(record(), &key(), &identity),
			&|it| it.local.sending.push(plan::TaskCall::Commit),
		] {
			assert!(!forgotten(of_bag(waiting(), &drawn), begun));
		}
		assert!(!forgotten(of_bag(running(), &drawn), &|_| {}), "its stake is locked");
		let again = |it: &mut Entry| it.local.drawn_seen = Some(20);
		assert!(!forgotten(of_bag(running(), &others), &again), "it was drawn on another fork");
	}

	#[test]
	fn single_task_should_be_forgotten_only_when_others_are_drawn_for_it_on_the_chain() {
		let (me, others) = (account(1), [(1, ReplicaState::Drawn)]);
		let known = |state, replicas: &[(u32, ReplicaState)]| {
			let (mut table, shown) =
				(TaskTable::default(), view(20, state, replicas, NextStep::Randomness));
			let block = BlockInfo { number: 20, hash: Hash::zero(), parent: Hash::zero() };
			table.best(block, vec![Arc::new(shown)], Rest::Gone, &me);
			!table.known(&me).is_empty()
		};
		let running = || TaskState::Running { wave: 0, until: 50 };
		assert!(known(waiting(), &[]) && known(waiting(), &others), "its stake is locked");
		assert!(known(running(), &[(0, ReplicaState::Drawn)]));
		assert!(!known(running(), &others), "a later wave that draws it gives it a slot");
	}

	/// What can't be read is neither gone nor what it was not before.
	#[test]
	fn task_should_be_as_it_was_when_it_could_not_be_read() {
		let (mut table, me) = (TaskTable::default(), account(1));
		let block = |number| BlockInfo { number, hash: Hash::zero(), parent: Hash::zero() };
		let running = || TaskState::Running { wave: 0, until: 50 };
		let shown =
			|| vec![Arc::new(view(20, running(), &[(0, ReplicaState::Drawn)], NextStep::Poke))];
		table.best(block(20), shown(), Rest::Gone, &me);
		table.finalized(shown(), Rest::Gone);
		// One that the store knows and that was never read.
		table.expect(Key { task_hash: Hash::repeat_byte(9), ..key() }, Record::default());
		for number in 21..50 {
			assert!(table.best(block(number), vec![], Rest::Unread, &me).is_empty());
			table.finalized(vec![], Rest::Unread);
			assert!(table.sweep(number).is_empty());
		}
		let entry = &table.entries[&key()];
		assert!(entry.best.is_some() && entry.finalized.is_some());
	}
}
