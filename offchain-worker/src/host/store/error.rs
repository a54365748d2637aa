//! What goes wrong with the store.

use std::path::PathBuf;

/// Version of the tables' contents.
pub(super) const FORMAT: u32 = 2;
/// The version before: its records know of no reports.
pub(super) const FORMAT_BEFORE: u32 = 1;

/// What can go wrong with the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
	#[error("the store {path}: {source}")]
	Open {
		path: PathBuf,
		#[source]
		source: redb::DatabaseError,
	},
	#[error("the store can't be read or written: {0}")]
	Database(#[from] redb::Error),
	#[error(
		"the store holds a record that can't be decoded ({0}); it was not written by this version"
	)]
	Corrupt(&'static str),
	#[error("the store was written in format {0}, this version knows {FORMAT}")]
	Format(u32),
	#[error(
		"the store belongs to another {what} ({found}, not {expected}); give each its own --base-path"
	)]
	Foreign { what: &'static str, found: String, expected: String },
	#[error("no random numbers: {0}")]
	Random(#[from] std::io::Error),
}

pub(super) type Result<T> = std::result::Result<T, StoreError>;

impl StoreError {
	/// Whether the file has to be opened again before it answers anything.
	pub(super) fn is_of_disk(&self) -> bool {
		use redb::Error as E;
		match self {
			Self::Database(E::Io(_) | E::PreviousIo | E::DatabaseClosed) => true,
			Self::Open { source, .. } => matches!(
				source,
				redb::DatabaseError::Storage(
					redb::StorageError::Io(_) | redb::StorageError::PreviousIo
				)
			),
			_ => false,
		}
	}
}

macro_rules! from_redb {
	($($error:ident),*) => {$(
		impl From<redb::$error> for StoreError {
			fn from(error: redb::$error) -> Self {
				Self::Database(error.into())
			}
		}
	)*};
}
from_redb!(TransactionError, TableError, StorageError, CommitError);
