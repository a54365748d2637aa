//! The state as one map without a trie: reads cost a lookup, and whatever happened since a mark can
//! be undone, at a cost in proportion to what happened.

use crate::{
	accesses::Accesses,
	state::{State, Undo},
};
use codec::{Compact, CompactLen, Decode, Encode};
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
	collections::{BTreeMap, HashMap},
	hash::{self, BuildHasherDefault},
	mem,
	ops::Bound,
	sync::Arc,
};

type Key = Arc<[u8]>;
type Value = Vec<u8>;

/// The state of a chain in memory. It has no root: a number that counts stands in its place, so hashes of
/// blocks differ from those of a node.
///
/// Each key has a place for its value, and keeps it when the value goes: most come back, and to undo a change is to
/// put a value back into its place.
#[derive(Clone, Debug, Default)]
pub struct Flat {
	/// The place of each key.
	places: HashMap<Key, usize, BuildHasherDefault<KeyHasher>>,
	/// The same in the order of the keys.
	order: BTreeMap<Key, usize>,
	values: Vec<Option<Value>>,
	/// How many of them are there.
	live: usize,
	/// How many roots were asked for.
	roots: u64,
	/// How many keys were looked up, or stepped to.
	reads: u64,
	/// Keys that were accessed, once anybody has asked for them.
	accessed: Option<Accesses>,
	/// How to take the newest changes back; empty while there is no mark.
	journal: Vec<Change>,
	/// Length of the journal at the beginning of each storage transaction and attempt, outermost first.
	marks: Vec<usize>,
}

/// What was there before a change.
#[derive(Clone, Debug)]
enum Change {
	/// A value at a place, or none.
	Value(usize, Option<Value>),
	/// A list of this many bytes; a number of items as wide as the present one stands before them.
	Shorter(usize, usize),
	/// One root less.
	Root,
}

/// Keys begin with hashes, and most go on with hashes of what they are about, so that little has to be mixed.
#[derive(Default)]
struct KeyHasher(u64);

impl KeyHasher {
	fn mix(&mut self, word: u64) {
		self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
	}
}

impl hash::Hasher for KeyHasher {
	fn write(&mut self, bytes: &[u8]) {
		let (words, rest) = bytes.as_chunks::<8>();
		for word in words {
			self.mix(u64::from_le_bytes(*word));
		}
		let mut last = [0; 8];
		last[..rest.len()].copy_from_slice(rest);
		self.mix(u64::from_le_bytes(last));
	}

	fn finish(&self) -> u64 {
		// The low bits, by which a place is chosen, depend on the fewest.
		self.0.rotate_left(26)
	}
}

/// The same contents, and as many roots.
impl PartialEq for Flat {
	fn eq(&self, other: &Self) -> bool {
		self.roots == other.roots && self.live == other.live && self.items().eq(other.items())
	}
}

impl Eq for Flat {}

impl Flat {
	/// How many keys were looked up, or stepped to, since the beginning.
	pub fn reads(&self) -> u64 {
		self.reads
	}

	/// Number of keys, and bytes of keys and values.
	pub fn size(&self) -> (usize, usize) {
		let bytes = self.items().map(|(key, value)| key.len() + value.len()).sum();
		(self.live, bytes)
	}

	fn items(&self) -> impl Iterator<Item = (&Key, &Value)> {
		self.order.iter().filter_map(|(key, place)| Some((key, self.values[*place].as_ref()?)))
	}

	/// Keys that have a value, from a bound on, with their places.
	fn keys_from(&self, from: Bound<&[u8]>) -> impl Iterator<Item = (&Key, usize)> {
		let keys = self.order.range::<[u8], _>((from, Bound::Unbounded));
		keys.map(|(key, place)| (key, *place)).filter(|(_, place)| self.values[*place].is_some())
	}

	fn value(&self, key: &[u8]) -> Option<&Value> {
		self.values[*self.places.get(key)?].as_ref()
	}

	/// Counts that a key is looked up or stepped to.
	fn read(&mut self, key: &[u8]) {
		self.reads += 1;
		if let Some(accessed) = &mut self.accessed {
			accessed.note_read(key);
		}
	}

	fn write(&mut self, key: &[u8]) {
		if let Some(accessed) = &mut self.accessed {
			accessed.note_written(key);
		}
	}

	fn note(&mut self, change: Change) {
		if !self.marks.is_empty() {
			self.journal.push(change);
		}
	}

	/// The place of a key, which may get its first value.
	fn place_of(&mut self, key: &[u8]) -> usize {
		if let Some(place) = self.places.get(key) {
			return *place;
		}
		let (key, place) = (Key::from(key), self.values.len());
		self.places.insert(key.clone(), place);
		self.order.insert(key, place);
		self.values.push(None);
		place
	}

	fn put(&mut self, place: usize, value: Option<Value>) -> Option<Value> {
		self.live += usize::from(value.is_some());
		let before = mem::replace(&mut self.values[place], value);
		self.live -= usize::from(before.is_some());
		before
	}

	fn set(&mut self, place: usize, value: Option<Value>) {
		let before = self.put(place, value);
		self.note(Change::Value(place, before));
	}

	fn revert(&mut self, change: Change) {
		match change {
			Change::Value(place, before) => drop(self.put(place, before)),
			Change::Shorter(place, length) => {
				let list = self.values[place].as_mut().expect("what was appended to is there");
				let (items, width) = prefix(list).expect("what was appended to is a list");
				list.truncate(length);
				Compact(items - 1).using_encoded(|items| list[..width].copy_from_slice(items));
			},
			Change::Root => self.roots -= 1,
		}
	}

	fn close(&mut self) -> Result<usize, ()> {
		self.marks.pop().ok_or(())
	}

	/// Appends in place as long as the number of items keeps its width.
	fn append(&mut self, place: usize, item: &[u8]) {
		let list = self.values[place].as_mut();
		let found = list.and_then(|list| Some((prefix(list)?, list)));
		// What is no list is replaced, as a node does.
		let Some(((items, width), list)) = found else {
			let list = [&Compact(1u32).encode()[..], item].concat();
			return self.set(place, Some(list));
		};
		let (length, items) = (list.len(), Compact(items + 1));
		if Compact::<u32>::compact_len(&items.0) == width {
			items.using_encoded(|items| list[..width].copy_from_slice(items));
			list.extend_from_slice(item);
			self.note(Change::Shorter(place, length));
		} else {
			let list = [&items.encode()[..], &list[width..], item].concat();
			self.set(place, Some(list));
		}
	}

	/// Forgets keys without a value where they are more than the others, and nothing can be undone.
	fn tidy(&mut self) {
		const FEW: usize = 1_000;
		if !self.marks.is_empty() || self.values.len() < 2 * self.live + FEW {
			return;
		}
		let values = &mut self.values;
		let old = mem::take(&mut self.order).into_iter();
		let kept = old.filter_map(|(key, place)| Some((key, values[place].take()?)));
		let (keys, kept): (Vec<_>, Vec<_>) = kept.unzip();
		self.order = keys.into_iter().zip(0..).collect();
		self.places = self.order.iter().map(|(key, place)| (key.clone(), *place)).collect();
		self.values = kept.into_iter().map(Some).collect();
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
		self.read(key);
		self.value(key).cloned()
	}

	fn storage_hash(&mut self, key: &[u8]) -> Option<Vec<u8>> {
		self.read(key);
		self.value(key).map(|value| Blake2Hasher::hash(value).encode())
	}

	fn exists_storage(&mut self, key: &[u8]) -> bool {
		self.read(key);
		self.value(key).is_some()
	}

	fn next_storage_key(&mut self, key: &[u8]) -> Option<Vec<u8>> {
		let next = self.keys_from(Bound::Excluded(key)).next().map(|(key, _)| key.to_vec());
		self.read(next.as_deref().unwrap_or(key));
		next
	}

	fn place_storage(&mut self, key: Vec<u8>, value: Option<Value>) {
		self.write(&key);
		if value.is_some() || self.value(&key).is_some() {
			let place = self.place_of(&key);
			self.set(place, value);
		}
	}

	fn storage_append(&mut self, key: Vec<u8>, item: Value) {
		self.write(&key);
		let place = self.place_of(&key);
		self.append(place, &item);
	}

	fn clear_prefix(
		&mut self,
		prefix: &[u8],
		limit: Option<u32>,
		cursor: Option<&[u8]>,
	) -> MultiRemovalResults {
		let limit = limit.map_or(usize::MAX, |limit| limit as usize);
		let (taken, maybe_cursor): (Vec<(Key, usize)>, _) = {
			let from = Bound::Included(cursor.unwrap_or(prefix));
			let mut keys = self.keys_from(from).take_while(|(key, _)| key.starts_with(prefix));
			let taken = keys.by_ref().take(limit).map(|(key, place)| (key.clone(), place));
			(taken.collect(), keys.next().map(|(key, _)| key.to_vec()))
		};
		let removed = taken.len() as u32;
		for (key, place) in taken {
			self.write(&key);
			self.set(place, None);
		}
		MultiRemovalResults { maybe_cursor, backend: removed, unique: removed, loops: removed }
	}

	fn storage_root(&mut self, _: StateVersion) -> Vec<u8> {
		self.note(Change::Root);
		self.roots += 1;
		self.tidy();
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

	fn reset_read_write_count(&mut self) {
		self.accessed = Some(Accesses::default());
	}

	fn get_whitelist(&self) -> Vec<TrackedStorageKey> {
		Vec::new()
	}

	fn set_whitelist(&mut self, _: Vec<TrackedStorageKey>) {}

	fn get_read_and_written_keys(&self) -> Vec<(Vec<u8>, u32, u32, bool)> {
		self.accessed.as_ref().map(Accesses::entries).unwrap_or_default()
	}

	// The runtime has no child tries.

	fn child_storage(&mut self, _: &ChildInfo, _: &[u8]) -> Option<Value> {
		no_children()
	}

	fn child_storage_hash(&mut self, _: &ChildInfo, _: &[u8]) -> Option<Vec<u8>> {
		no_children()
	}

	fn next_child_storage_key(&mut self, _: &ChildInfo, _: &[u8]) -> Option<Vec<u8>> {
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

	fn place_child_storage(&mut self, _: &ChildInfo, _: Vec<u8>, _: Option<Value>) {
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
