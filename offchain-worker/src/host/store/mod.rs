//! The daemon's memory, in one redb file. Every write is one transaction that has reached the disk
//! when the call returns, so a crash leaves either all of it or nothing.

mod before;
mod database;
mod error;
mod promises;
mod runs;
mod salts;
mod tables;
#[cfg(test)]
mod tests;
mod verdicts;

use assay_decisions::record::{EndedNote, Identity, Key, Sealed};
use assay_primitives::{Hash, content::ContentRef};
use before::SealedBefore;
use codec::{DecodeAll, Encode};
use database::Reopening;
use error::{FORMAT, FORMAT_BEFORE, Result, StoreError};
pub use promises::Promise;
use redb::{Database, ReadableDatabase, ReadableTable, ReadableTableMetadata};
use runs::TASKS;
pub use salts::{fresh_salt, fresh_salts};
use std::{path::Path, sync::Arc};
use tables::{
	ACTIONS, CONTENT, META, PROMISES, SEALED, STARTED, VERDICT_RUNS, VERDICTS, VERIFICATIONS,
	decode_count, decode_key,
};
pub use verdicts::{Outlay, Verification};

/// The file in the base path.
const FILE: &str = "tasks.redb";
/// The store. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct TaskStore {
	database: Arc<Reopening>,
	identity: Arc<Identity>,
}

impl TaskStore {
	/// Opens or creates the store of `identity` in a folder that exists. Refuses one of another
	/// chain or stash, whose seals mean nothing here.
	pub fn open(base_path: &Path, identity: Identity) -> Result<Self> {
		let path = base_path.join(FILE);
		let file = path.clone();
		let database = Reopening::new(path.clone(), Box::new(move || Database::create(&file)))?;
		restrict(&path)?;
		Self::claim(database, identity)
	}

	/// Genesis of the chain that the store of a folder belongs to, where there is one. A node is held
	/// to it even if nothing else names the chain. `None` too while a daemon has the store open, which
	/// holds its nodes to it.
	pub fn known_genesis(base_path: &Path) -> Result<Option<Hash>> {
		let path = base_path.join(FILE);
		if !path.exists() {
			return Ok(None);
		}
		let database = match Database::create(&path) {
			Err(redb::DatabaseError::DatabaseAlreadyOpen) => return Ok(None),
			opened => opened.map_err(|source| StoreError::Open { path, source })?,
		};
		let meta = match database.begin_read()?.open_table(META) {
			Err(redb::TableError::TableDoesNotExist(_)) => return Ok(None),
			other => other?,
		};
		let found = meta.get("chain")?.map(|value| <[u8; 32]>::try_from(value.value()));
		let found = found.transpose().map_err(|_| StoreError::Corrupt("meta"))?;
		Ok(found.map(Hash::from))
	}

	fn claim(database: Reopening, identity: Identity) -> Result<Self> {
		database.write(|write| {
			let mut meta = write.open_table(META)?;
			write.open_table(SEALED)?;
			write.open_table(STARTED)?;
			write.open_table(CONTENT)?;
			for table in [PROMISES, VERDICTS, VERDICT_RUNS, VERIFICATIONS, ACTIONS] {
				write.open_table(table)?;
			}
			let format = meta.get("format")?.map(|value| value.value().to_vec());
			match format {
				None => {
					meta.insert("format", FORMAT.encode().as_slice())?;
				},
				Some(bytes) => match u32::decode_all(&mut bytes.as_slice()) {
					Ok(FORMAT) => {},
					Ok(FORMAT_BEFORE) => {
						bring_up_to_date(&mut write.open_table(SEALED)?)?;
						meta.insert("format", FORMAT.encode().as_slice())?;
					},
					Ok(other) => return Err(StoreError::Format(other)),
					Err(_) => return Err(StoreError::Corrupt("meta")),
				},
			}
			own(&mut meta, "chain", identity.genesis.as_bytes())?;
			let stash: &[u8; 32] = identity.stash.as_ref();
			own(&mut meta, "stash", stash)
		})?;
		Ok(Self { database: Arc::new(database), identity: Arc::new(identity) })
	}

	/// Whose seals these are.
	pub fn identity(&self) -> &Identity {
		&self.identity
	}

	/// Writes a finished run down, unless there is one already, which then stands: two seals of one
	/// task would mean two salts. Returns what the store holds.
	pub fn seal(&self, key: &Key, sealed: &Sealed) -> Result<Sealed> {
		self.keep(TASKS, &key.to_bytes(), sealed)
	}

	/// The run of a task.
	pub fn sealed(&self, key: &Key) -> Result<Option<Sealed>> {
		self.kept(TASKS, &key.to_bytes())
	}

	/// All runs, in the order of their tasks.
	pub fn all(&self) -> Result<Vec<(Key, Sealed)>> {
		self.all_kept(TASKS, decode_key)
	}

	/// Notes that tasks have ended. Whatever their number, it is one write.
	pub fn note_all_ended(&self, notes: &[(Key, EndedNote)]) -> Result<()> {
		if notes.is_empty() {
			return Ok(());
		}
		self.database.write(|write| {
			let mut table = write.open_table(SEALED)?;
			let mut started = write.open_table(STARTED)?;
			let mut promises = write.open_table(PROMISES)?;
			for (key, note) in notes {
				let bytes = key.to_bytes();
				let old = table.get(bytes.as_slice())?.map(|value| decode_sealed(value.value()));
				if let Some(old) = old {
					let sealed = Sealed { ended: Some(*note), ..old? };
					table.insert(bytes.as_slice(), sealed.encode().as_slice())?;
				}
				started.remove(bytes.as_slice())?;
				promises.remove(bytes.as_slice())?;
			}
			Ok(())
		})
	}

	/// Forgets runs.
	pub fn forget(&self, keys: &[Key]) -> Result<()> {
		self.database.write(|write| {
			let mut sealed = write.open_table(SEALED)?;
			let mut started = write.open_table(STARTED)?;
			for key in keys {
				sealed.remove(key.to_bytes().as_slice())?;
				started.remove(key.to_bytes().as_slice())?;
			}
			Ok(())
		})
	}

	/// Notes the start of a run. Returns how often it was started before without finishing.
	pub fn start(&self, key: &Key) -> Result<u32> {
		self.begin(TASKS, &key.to_bytes())
	}

	/// Notes that a run ended without an outcome, in good order.
	pub fn stopped(&self, key: &Key) -> Result<()> {
		self.give_up(TASKS, &key.to_bytes())
	}

	/// Notes that content was used, so that what was not used for long can go first.
	pub fn touch(&self, contents: &[ContentRef], now: u64) -> Result<()> {
		self.database.write(|write| {
			let mut table = write.open_table(CONTENT)?;
			for content in contents {
				table.insert(content.encode().as_slice(), now)?;
			}
			Ok(())
		})
	}

	/// Content that was fetched, with the Unix time of its last use.
	pub fn contents(&self) -> Result<Vec<(ContentRef, u64)>> {
		self.database.read(|read| {
			let mut all = Vec::new();
			for row in read.open_table(CONTENT)?.iter()? {
				let (content, used) = row?;
				let content = ContentRef::decode_all(&mut content.value())
					.map_err(|_| StoreError::Corrupt("content"))?;
				all.push((content, used.value()));
			}
			Ok(all)
		})
	}

	/// Forgets content.
	pub fn forget_content(&self, contents: &[ContentRef]) -> Result<()> {
		self.database.write(|write| {
			let mut table = write.open_table(CONTENT)?;
			for content in contents {
				table.remove(content.encode().as_slice())?;
			}
			Ok(())
		})
	}

	/// Runs that were started and neither finished nor forgotten.
	pub fn interrupted(&self) -> Result<Vec<(Key, u32)>> {
		self.database.read(|read| {
			let mut all = Vec::new();
			for row in read.open_table(STARTED)?.iter()? {
				let (key, value) = row?;
				all.push((decode_key(key.value())?, decode_count(value.value())?));
			}
			Ok(all)
		})
	}

	/// Number of runs.
	pub fn len(&self) -> Result<u64> {
		self.database.read(|read| Ok(read.open_table(SEALED)?.len()?))
	}
}

/// Writes all records of the format before again. A part of the transaction that notes the new format,
/// so that it happens once and as a whole.
fn bring_up_to_date(table: &mut redb::Table<&[u8], &[u8]>) -> Result<()> {
	let mut records = Vec::new();
	for row in table.iter()? {
		let (key, value) = row?;
		let old = SealedBefore::decode_all(&mut value.value());
		let old = old.map_err(|_| StoreError::Corrupt("sealed"))?;
		records.push((key.value().to_vec(), Sealed::from(old)));
	}
	for (key, record) in records {
		table.insert(key.as_slice(), record.encode().as_slice())?;
	}
	Ok(())
}

fn own(table: &mut redb::Table<&str, &[u8]>, what: &'static str, expected: &[u8]) -> Result<()> {
	let found = table.get(what)?.map(|value| value.value().to_vec());
	match found {
		None => {
			table.insert(what, expected)?;
			Ok(())
		},
		Some(found) if found == expected => Ok(()),
		Some(found) => Err(StoreError::Foreign {
			what,
			found: format!("0x{}", hex::encode(found)),
			expected: format!("0x{}", hex::encode(expected)),
		}),
	}
}

/// The file holds salts: nobody else may read it.
fn restrict(path: &Path) -> Result<()> {
	use std::os::unix::fs::PermissionsExt;
	std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
	Ok(())
}

fn decode_sealed(mut bytes: &[u8]) -> Result<Sealed> {
	Sealed::decode_all(&mut bytes).map_err(|_| StoreError::Corrupt("sealed"))
}
