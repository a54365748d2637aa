//! What this provider has promised by its seals: when each of them has to be opened. Enough to keep the
//! promise where the chain can't be read any more.

use super::{
	TaskStore,
	error::{Result, StoreError},
	tables::{PROMISES, decode_key},
};
use assay_decisions::record::Key;
use assay_primitives::BlockNumber;
use codec::{Decode, DecodeAll, Encode};
use redb::ReadableTable;
use std::collections::BTreeMap;

/// When a seal has to be opened, as the final chain showed it last.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq)]
pub struct Promise {
	/// First block in which nobody can seal any more.
	pub from: BlockNumber,
	/// First block in which it is too late, where nothing has happened before `from`.
	pub until: BlockNumber,
}

impl TaskStore {
	/// All promises whose tasks have not ended.
	pub fn promises(&self) -> Result<BTreeMap<Key, Promise>> {
		self.database.read(|read| {
			let mut all = BTreeMap::new();
			for row in read.open_table(PROMISES)?.iter()? {
				let (key, value) = row?;
				let promise = Promise::decode_all(&mut value.value());
				let promise = promise.map_err(|_| StoreError::Corrupt("promise"))?;
				all.insert(decode_key(key.value())?, promise);
			}
			Ok(all)
		})
	}

	/// Notes promises, in one write.
	pub fn promise(&self, promises: &[(Key, Promise)]) -> Result<()> {
		self.database.write(|write| {
			let mut table = write.open_table(PROMISES)?;
			for (key, promise) in promises {
				table.insert(key.to_bytes().as_slice(), promise.encode().as_slice())?;
			}
			Ok(())
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_decisions::{
		record::EndedNote,
		scenes::{identity, key, record},
	};

	#[test]
	fn promise_should_be_kept_over_a_restart_until_its_task_has_ended() {
		let dir = tempfile::tempdir().expect("temporary directory");
		let open = || TaskStore::open(dir.path(), identity()).expect("opens");
		let store = open();
		store.seal(&key(), &record()).expect("writes");
		let promise = |from| Promise { from, until: from + 10 };
		store.promise(&[(key(), promise(20))]).expect("writes");
		store.promise(&[(key(), promise(30))]).expect("writes");
		drop(store);
		let store = open();
		assert_eq!(store.promises().expect("reads"), [(key(), promise(30))].into());
		store.note_all_ended(&[(key(), EndedNote { at: 1, prune_at: 9 })]).expect("writes");
		assert!(store.promises().expect("reads").is_empty());
	}
}
