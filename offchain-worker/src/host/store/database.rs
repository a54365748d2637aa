//! A redb file that is opened again when the disk has failed it.

use super::error::{Result, StoreError};
use redb::{Database, DatabaseError, ReadTransaction, ReadableDatabase, WriteTransaction};
use std::{
	path::PathBuf,
	sync::{PoisonError, RwLock},
};

/// How the file is opened.
pub type Opener = Box<dyn Fn() -> std::result::Result<Database, DatabaseError> + Send + Sync>;

/// A database that survives failures of its disk.
pub struct Reopening {
	path: PathBuf,
	open: Opener,
	/// `None` after a failure, until the next use opens it again.
	database: RwLock<Option<Database>>,
}

impl Reopening {
	/// Opens the file.
	pub fn new(path: PathBuf, open: Opener) -> Result<Self> {
		let database = open().map_err(|source| StoreError::Open { path: path.clone(), source })?;
		Ok(Self { path, open, database: RwLock::new(Some(database)) })
	}

	/// Does `work` in one transaction that has reached the disk when this returns.
	pub fn write<T>(&self, work: impl Fn(&WriteTransaction) -> Result<T>) -> Result<T> {
		self.with(|database| {
			let transaction = database.begin_write()?;
			let done = work(&transaction)?;
			transaction.commit()?;
			Ok(done)
		})
	}

	/// Does `work` on what is there.
	pub fn read<T>(&self, work: impl Fn(&ReadTransaction) -> Result<T>) -> Result<T> {
		self.with(|database| work(&database.begin_read()?))
	}

	/// Does `work`, and once more on the file newly opened where the disk failed. After a failure a
	/// database answers nothing until it is opened again, and a disk that was full may have room by
	/// now. A transaction happens as a whole or not at all, so the second attempt finds either what
	/// the first one found or what it left.
	fn with<T>(&self, work: impl Fn(&Database) -> Result<T>) -> Result<T> {
		match self.attempt(&work) {
			Err(error) if error.is_of_disk() => {
				*self.database.write().unwrap_or_else(PoisonError::into_inner) = None;
				self.attempt(&work)
			},
			done => done,
		}
	}

	fn attempt<T>(&self, work: &impl Fn(&Database) -> Result<T>) -> Result<T> {
		if let Some(database) = &*self.database.read().unwrap_or_else(PoisonError::into_inner) {
			return work(database);
		}
		let mut slot = self.database.write().unwrap_or_else(PoisonError::into_inner);
		let database = match slot.take() {
			// Another thread was first.
			Some(database) => database,
			None => (self.open)()
				.map_err(|source| StoreError::Open { path: self.path.clone(), source })?,
		};
		work(slot.insert(database))
	}
}
