//! Which keys of the state something accesses.
//!
//! As in the SDK's benchmarks a key counts once: what was accessed before is in memory.

use assay_runtime::{AllPalletsWithSystem, weights::DbWeight};
use polkadot_sdk::{frame_support::traits::StorageInfoTrait, sp_core::Get};
use std::collections::{BTreeMap, BTreeSet};

/// Keys that were accessed, each once.
#[derive(Clone, Debug, Default)]
pub struct Accesses {
	read: BTreeSet<Vec<u8>>,
	written: BTreeSet<Vec<u8>>,
}

impl Accesses {
	/// Notes that a key is read. What was written before is in memory.
	pub(crate) fn note_read(&mut self, key: &[u8]) {
		if !self.written.contains(key) && !self.read.contains(key) {
			self.read.insert(key.to_vec());
		}
	}

	/// Notes that a key is written.
	pub(crate) fn note_written(&mut self, key: &[u8]) {
		if !self.written.contains(key) {
			self.written.insert(key.to_vec());
		}
	}

	/// In the form in which externalities say it: the key, reads, writes, and whether it is free.
	pub(crate) fn entries(&self) -> Vec<(Vec<u8>, u32, u32, bool)> {
		let keys: BTreeSet<_> = self.read.union(&self.written).collect();
		let entry = |key: &Vec<u8>| {
			let (read, written) = (self.read.contains(key), self.written.contains(key));
			(key.clone(), read.into(), written.into(), false)
		};
		keys.into_iter().map(entry).collect()
	}

	/// What externalities say in that form.
	pub(crate) fn of(entries: Vec<(Vec<u8>, u32, u32, bool)>) -> Self {
		let keys = |is: fn(u32, u32) -> bool| {
			let found = entries.iter().filter(|(_, reads, writes, _)| is(*reads, *writes));
			found.map(|(key, ..)| key.clone()).collect()
		};
		Self { read: keys(|reads, _| reads > 0), written: keys(|_, writes| writes > 0) }
	}

	/// Those that are in memory for nothing that `before` has done.
	pub(crate) fn beyond(mut self, before: &Self) -> Self {
		self.read.retain(|key| !before.read.contains(key) && !before.written.contains(key));
		self.written.retain(|key| !before.written.contains(key));
		self
	}

	/// How many they are.
	pub fn count(&self) -> Count {
		Count { reads: self.read.len() as u64, writes: self.written.len() as u64 }
	}

	/// How often each storage item was accessed.
	pub fn items(&self) -> BTreeMap<String, Count> {
		let known = AllPalletsWithSystem::storage_info();
		let name = |key: &Vec<u8>| {
			let found = known.iter().find(|item| key.starts_with(&item.prefix));
			let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
			found.map_or_else(
				|| text(key),
				|item| format!("{}::{}", text(&item.pallet_name), text(&item.storage_name)),
			)
		};
		let mut items = BTreeMap::<String, Count>::new();
		self.read.iter().for_each(|key| items.entry(name(key)).or_default().reads += 1);
		self.written.iter().for_each(|key| items.entry(name(key)).or_default().writes += 1);
		items
	}
}

/// Accesses of the database.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Count {
	/// Keys that are read.
	pub reads: u64,
	/// Keys that are written.
	pub writes: u64,
}

impl Count {
	/// So many more than another.
	pub fn beyond(self, other: Self) -> Self {
		Self {
			reads: self.reads.saturating_sub(other.reads),
			writes: self.writes.saturating_sub(other.writes),
		}
	}

	/// Time that they take.
	pub fn time(&self) -> u64 {
		DbWeight::get().reads_writes(self.reads, self.writes).ref_time()
	}
}
