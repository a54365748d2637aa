//! The state as one ordered map without a trie: reads cost a lookup, and whatever happened since a mark can
//! be undone, at a cost in proportion to what happened.

use crate::state::{State, Undo};
use codec::{Compact, Decode, Encode};
use polkadot_sdk::{
	sp_core::{
		Blake2Hasher, Hasher,
		storage::{ChildInfo, StateVersion, TrackedStorageKey},
		traits::Externalities,
	},
	sp_io::MultiRemovalResults,
};
use sp_externalities::{Error, Extension, ExtensionStore, set_and_run_with_externalities};
use std::{
	any::{Any, TypeId},
	collections::BTreeMap,
	ops::Bound,
};

type Key = Vec<u8>;
type Value = Vec<u8>;

/// The state of a chain in memory. It has no root: a number that counts stands in its place, so hashes of
/// blocks differ from those of a node.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Flat {
	items: BTreeMap<Key, Value>,
	/// How many roots were asked for.
	roots: u64,
	/// How to take the newest changes back; empty while there is no mark.
	journal: Vec<Change>,
	/// Length of the journal at the beginning of each storage transaction and attempt, outermost first.
	marks: Vec<usize>,
}

/// What was there before a change.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Change {
	/// A value, or none.
	Item(Key, Option<Value>),
	/// A list of this many bytes; a number of items as wide as the present one stands before them.
	Shorter(Key, usize),
	/// One root less.
	Root,
}

impl Flat {
	/// Number of keys, and bytes of keys and values.
	pub fn size(&self) -> (usize, usize) {
		let bytes = self.items.iter().map(|(key, value)| key.len() + value.len()).sum();
		(self.items.len(), bytes)
	}

	fn note(&mut self, change: impl FnOnce() -> Change) {
		if !self.marks.is_empty() {
			self.journal.push(change());
		}
	}

	fn place(&mut self, key: Key, value: Option<Value>) {
		let marked = !self.marks.is_empty();
		let noted = marked.then(|| key.clone());
		let before = match value {
			Some(value) => self.items.insert(key, value),
			None => self.items.remove(&key),
		};
		if let Some(key) = noted {
			self.journal.push(Change::Item(key, before));
		}
	}

	fn revert(&mut self, change: Change) {
		match change {
			Change::Item(key, Some(value)) => {
				self.items.insert(key, value);
			},
			Change::Item(key, None) => {
				self.items.remove(&key);
			},
			Change::Shorter(key, length) => {
				let list = self.items.get_mut(&key).expect("what was appended to is there");
				let (items, width) = prefix(list).expect("what was appended to is a list");
				list.truncate(length);
				list[..width].copy_from_slice(&Compact(items - 1).encode());
			},
			Change::Root => self.roots -= 1,
		}
	}

	fn close(&mut self) -> Result<usize, ()> {
		self.marks.pop().ok_or(())
	}

	/// Appends in place as long as the number of items keeps its width.
	fn append(&mut self, key: Key, item: &[u8]) {
		let length = self.items.get(&key).map(|list| (prefix(list), list.len()));
		match length {
			Some((Some((items, width)), length)) if Compact(items + 1).encode().len() == width => {
				let list = self.items.get_mut(&key).expect("it was read above");
				list[..width].copy_from_slice(&Compact(items + 1).encode());
				list.extend_from_slice(item);
				self.note(|| Change::Shorter(key, length));
			},
			Some((Some((items, width)), _)) => {
				let mut list = Compact(items + 1).encode();
				list.extend_from_slice(&self.items[&key][width..]);
				list.extend_from_slice(item);
				self.place(key, Some(list));
			},
			// What is no list is replaced, as a node does.
			Some((None, _)) | None => {
				let mut list = Compact(1u32).encode();
				list.extend_from_slice(item);
				self.place(key, Some(list));
			},
		}
	}
}

/// Number of items of a list, and how many bytes it takes.
fn prefix(mut list: &[u8]) -> Option<(u32, usize)> {
	let length = list.len();
	let items = Compact::<u32>::decode(&mut list).ok()?.0;
	Some((items, length - list.len()))
}

impl State for Flat {
	fn enter<R>(&mut self, run: impl FnOnce() -> R) -> R {
		set_and_run_with_externalities(self, run)
	}

	fn fork(&mut self) -> Self {
		assert!(self.marks.is_empty(), "a copy could not be undone");
		self.clone()
	}
}

impl Undo for Flat {
	fn mark(&mut self) {
		self.storage_start_transaction();
	}

	fn undo(&mut self) {
		self.storage_rollback_transaction().expect("there is a mark");
	}
}

impl Externalities for Flat {
	fn set_offchain_storage(&mut self, _: &[u8], _: Option<&[u8]>) {}

	fn storage(&mut self, key: &[u8]) -> Option<Value> {
		self.items.get(key).cloned()
	}

	fn storage_hash(&mut self, key: &[u8]) -> Option<Vec<u8>> {
		self.items.get(key).map(|value| Blake2Hasher::hash(value).encode())
	}

	fn exists_storage(&mut self, key: &[u8]) -> bool {
		self.items.contains_key(key)
	}

	fn next_storage_key(&mut self, key: &[u8]) -> Option<Key> {
		let after = (Bound::Excluded(key), Bound::Unbounded);
		self.items.range::<[u8], _>(after).next().map(|(key, _)| key.clone())
	}

	fn place_storage(&mut self, key: Key, value: Option<Value>) {
		self.place(key, value);
	}

	fn storage_append(&mut self, key: Key, item: Value) {
		self.append(key, &item);
	}

	fn clear_prefix(
		&mut self,
		prefix: &[u8],
		limit: Option<u32>,
		cursor: Option<&[u8]>,
	) -> MultiRemovalResults {
		let from = Bound::Included(cursor.unwrap_or(prefix));
		let within = self.items.range::<[u8], _>((from, Bound::Unbounded));
		let mut keys = within.map(|(key, _)| key).take_while(|key| key.starts_with(prefix));
		let taken: Vec<Key> = match limit {
			Some(limit) => keys.by_ref().take(limit as usize).cloned().collect(),
			None => keys.by_ref().cloned().collect(),
		};
		let maybe_cursor = keys.next().cloned();
		let removed = taken.len() as u32;
		for key in taken {
			self.place(key, None);
		}
		MultiRemovalResults { maybe_cursor, backend: removed, unique: removed, loops: removed }
	}

	fn storage_root(&mut self, _: StateVersion) -> Vec<u8> {
		self.note(|| Change::Root);
		self.roots += 1;
		Blake2Hasher::hash(&self.roots.encode()).encode()
	}

	fn storage_start_transaction(&mut self) {
		self.marks.push(self.journal.len());
	}

	fn storage_rollback_transaction(&mut self) -> Result<(), ()> {
		let mark = self.close()?;
		while self.journal.len() > mark {
			let change = self.journal.pop().expect("it is longer than the mark");
			self.revert(change);
		}
		Ok(())
	}

	fn storage_commit_transaction(&mut self) -> Result<(), ()> {
		self.close()?;
		if self.marks.is_empty() {
			self.journal.clear();
		}
		Ok(())
	}

	fn storage_index_transaction(&mut self, _: u32, _: &[u8], _: u32) {}

	fn storage_renew_transaction_index(&mut self, _: u32, _: &[u8]) {}

	fn wipe(&mut self) {}

	fn commit(&mut self) {}

	fn read_write_count(&self) -> (u32, u32, u32, u32) {
		(0, 0, 0, 0)
	}

	fn reset_read_write_count(&mut self) {}

	fn get_whitelist(&self) -> Vec<TrackedStorageKey> {
		Vec::new()
	}

	fn set_whitelist(&mut self, _: Vec<TrackedStorageKey>) {}

	fn get_read_and_written_keys(&self) -> Vec<(Vec<u8>, u32, u32, bool)> {
		Vec::new()
	}

	// The runtime has no child tries.

	fn child_storage(&mut self, _: &ChildInfo, _: &[u8]) -> Option<Value> {
		no_children()
	}

	fn child_storage_hash(&mut self, _: &ChildInfo, _: &[u8]) -> Option<Vec<u8>> {
		no_children()
	}

	fn next_child_storage_key(&mut self, _: &ChildInfo, _: &[u8]) -> Option<Key> {
		no_children()
	}

	fn kill_child_storage(
		&mut self,
		_: &ChildInfo,
		_: Option<u32>,
		_: Option<&[u8]>,
	) -> MultiRemovalResults {
		no_children()
	}

	fn clear_child_prefix(
		&mut self,
		_: &ChildInfo,
		_: &[u8],
		_: Option<u32>,
		_: Option<&[u8]>,
	) -> MultiRemovalResults {
		no_children()
	}

	fn place_child_storage(&mut self, _: &ChildInfo, _: Key, _: Option<Value>) {
		no_children()
	}

	fn child_storage_root(&mut self, _: &ChildInfo, _: StateVersion) -> Vec<u8> {
		no_children()
	}
}

fn no_children<T>() -> T {
	unimplemented!("the runtime has no child tries")
}

impl ExtensionStore for Flat {
	fn extension_by_type_id(&mut self, _: TypeId) -> Option<&mut dyn Any> {
		None
	}

	fn register_extension_with_type_id(
		&mut self,
		_: TypeId,
		_: Box<dyn Extension>,
	) -> Result<(), Error> {
		Err(Error::ExtensionsAreNotSupported)
	}

	fn deregister_extension_by_type_id(&mut self, _: TypeId) -> Result<(), Error> {
		Err(Error::ExtensionsAreNotSupported)
	}
}
