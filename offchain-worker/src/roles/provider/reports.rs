//! A copy of the records that hold reports, in a file of their own: while the daemon runs nobody else
//! can open its store.

use anyhow::{Context, Result};
use assay_decisions::record::{EndedNote, Key, Sealed};
use codec::{DecodeAll, Encode};
use std::{
	collections::BTreeMap,
	fs::{self, OpenOptions},
	io::Write,
	os::unix::fs::OpenOptionsExt,
	path::{Path, PathBuf},
};

/// The file in the base path.
const FILE: &str = "reports";

/// Records that hold reports.
pub struct Reports {
	path: PathBuf,
	records: BTreeMap<Key, Sealed>,
}

impl Reports {
	/// Those among all records of a store.
	pub fn new(base_path: &Path, all: &[(Key, Sealed)]) -> Self {
		let records = all.iter().filter(|(_, it)| it.report.is_some()).cloned().collect();
		let reports = Self { path: base_path.join(FILE), records };
		if !reports.records.is_empty() || reports.path.exists() {
			reports.keep();
		}
		reports
	}

	/// Takes a record in, if it holds a report.
	pub fn note(&mut self, key: Key, record: &Sealed) {
		if record.report.is_some() {
			self.records.insert(key, record.clone());
			self.keep();
		}
	}

	/// Tasks have ended.
	pub fn note_ended(&mut self, notes: &[(Key, EndedNote)]) {
		let mut changed = false;
		for (key, note) in notes {
			if let Some(record) = self.records.get_mut(key) {
				record.ended = Some(*note);
				changed = true;
			}
		}
		if changed {
			self.keep();
		}
	}

	/// Forgets records that the store has forgotten.
	pub fn forget(&mut self, keys: &[Key]) {
		let before = self.records.len();
		self.records.retain(|key, _| !keys.contains(key));
		if self.records.len() != before {
			self.keep();
		}
	}

	/// A daemon does without the file, which only tells its operator what the store holds.
	fn keep(&self) {
		if let Err(error) = self.write() {
			tracing::warn!("the list of reports can't be written: {error:#}");
		}
	}

	/// As a whole or not at all, and for this user alone: it holds salts.
	fn write(&self) -> Result<()> {
		let bytes: Vec<([u8; Key::LEN], &Sealed)> =
			self.records.iter().map(|(key, record)| (key.to_bytes(), record)).collect();
		let fresh = self.path.with_extension("new");
		// One that a crash has left behind may be readable for others.
		let _ = fs::remove_file(&fresh);
		let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
		file.write_all(&bytes.encode())?;
		file.sync_all()?;
		fs::rename(&fresh, &self.path)?;
		Ok(())
	}
}

/// What a running daemon has written down of its reports.
pub fn read(base_path: &Path) -> Result<Vec<(Key, Sealed)>> {
	let path = base_path.join(FILE);
	let bytes = match fs::read(&path) {
		Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
		read => read.with_context(|| format!("can't read {}", path.display()))?,
	};
	let records = <Vec<([u8; Key::LEN], Sealed)>>::decode_all(&mut bytes.as_slice())
		.with_context(|| format!("{} is of another version", path.display()))?;
	let key = |(key, record): ([u8; Key::LEN], Sealed)| Some((Key::from_bytes(&key)?, record));
	Ok(records.into_iter().filter_map(key).collect())
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_decisions::scenes::{key, outcome, record};
	use std::os::unix::fs::PermissionsExt;

	#[test]
	fn list_should_follow_the_store_and_be_for_its_owner_alone() {
		let dir = tempfile::tempdir().expect("temporary directory");
		let path = dir.path().join(FILE);
		let told = || read(dir.path()).expect("readable");
		let mut reports = Reports::new(dir.path(), &[(key(), record())]);
		assert!(!path.exists() && told().is_empty(), "who has nothing to report leaves no trace");
		let betrayal = record().reporting(outcome(8));
		reports.note(key(), &betrayal);
		assert_eq!(told(), [(key(), betrayal.clone())]);
		let mode = fs::metadata(&path).expect("written").permissions().mode();
		assert_eq!(mode & 0o777, 0o600);
		let note = EndedNote { at: 3, prune_at: 9 };
		reports.note_ended(&[(key(), note)]);
		let ended = Sealed { ended: Some(note), ..betrayal };
		assert_eq!(told(), [(key(), ended.clone())]);
		let mut again = Reports::new(dir.path(), &[(key(), ended.clone())]);
		assert_eq!(told(), [(key(), ended)]);
		again.forget(&[key()]);
		assert!(told().is_empty());
		fs::write(&path, [7; 9]).expect("writable");
		assert!(read(dir.path()).is_err());
	}
}
