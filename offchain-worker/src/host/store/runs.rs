//! Runs for tasks and runs for cases: begun, written down once, and forgotten, in the same way.

use super::{
	TaskStore,
	error::{Result, StoreError},
	tables::{SEALED, STARTED, VERDICT_RUNS, VERDICTS, decode_count},
};
use codec::{Codec, Decode, DecodeAll, Encode};
use redb::{ReadableTable, TableDefinition};

type Table = TableDefinition<'static, &'static [u8], &'static [u8]>;

/// The tables of a kind of runs.
#[derive(Clone, Copy)]
pub(super) struct Kind {
	/// Those that were written down, and what they are called where one can't be read.
	written: Table,
	what: &'static str,
	/// How often one was begun that has not ended.
	begun: Table,
}

/// Runs for tasks.
pub(super) const TASKS: Kind = Kind { written: SEALED, what: "sealed", begun: STARTED };
/// Runs for rounds of cases.
pub(super) const CASES: Kind = Kind { written: VERDICTS, what: "verdict", begun: VERDICT_RUNS };

impl TaskStore {
	/// Writes a finished run down, unless there is one already, which then stands. Gives what is there.
	pub(super) fn keep<V: Codec + Clone>(&self, kind: Kind, key: &[u8], run: &V) -> Result<V> {
		self.database.write(|write| {
			let mut table = write.open_table(kind.written)?;
			let old = table.get(key)?.map(|value| kind.decode(value.value()));
			if let Some(old) = old {
				return old;
			}
			table.insert(key, run.encode().as_slice())?;
			write.open_table(kind.begun)?.remove(key)?;
			Ok(run.clone())
		})
	}

	/// What was written down.
	pub(super) fn kept<V: Decode>(&self, kind: Kind, key: &[u8]) -> Result<Option<V>> {
		self.database.read(|read| {
			let found = read.open_table(kind.written)?.get(key)?;
			found.map(|value| kind.decode(value.value())).transpose()
		})
	}

	/// All that was written down, in the order of the keys.
	pub(super) fn all_kept<K, V: Decode>(
		&self,
		kind: Kind,
		key: impl Fn(&[u8]) -> Result<K>,
	) -> Result<Vec<(K, V)>> {
		self.database.read(|read| {
			let mut all = Vec::new();
			for row in read.open_table(kind.written)?.iter()? {
				let (bytes, value) = row?;
				all.push((key(bytes.value())?, kind.decode(value.value())?));
			}
			Ok(all)
		})
	}

	/// Notes that a run begins. Gives how often it was begun before without ending, so that one which kills its daemon is
	/// noticed.
	pub(super) fn begin(&self, kind: Kind, key: &[u8]) -> Result<u32> {
		self.database.write(|write| {
			let mut table = write.open_table(kind.begun)?;
			let before = match table.get(key)? {
				Some(value) => decode_count(value.value())?,
				None => 0,
			};
			table.insert(key, before.saturating_add(1).encode().as_slice())?;
			Ok(before)
		})
	}

	/// Notes that a run has ended without an outcome, in good order.
	pub(super) fn give_up(&self, kind: Kind, key: &[u8]) -> Result<()> {
		self.database.write(|write| {
			write.open_table(kind.begun)?.remove(key)?;
			Ok(())
		})
	}
}

impl Kind {
	fn decode<V: Decode>(&self, mut bytes: &[u8]) -> Result<V> {
		V::decode_all(&mut bytes).map_err(|_| StoreError::Corrupt(self.what))
	}
}
