//! Key files that can't be used.

/// What is wrong with a key file.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum KeyFileProblem {
	/// There is no such file.
	#[error("there is no such key")]
	NotFound,
	/// A key of the name is there already, and is never overwritten.
	#[error("a key of that name exists already")]
	Exists,
	/// Others can read it.
	#[error("it has mode {0:04o}: others can read it")]
	TooOpen(u32),
	/// It is not what was written.
	#[error("the key file is damaged: {0}")]
	Damaged(&'static str),
	/// It is of a format that this program does not know.
	#[error("the key file is of another version than this program reads")]
	Version,
	/// Trying a passphrase would take more memory or time than this program spends on it.
	#[error("the key file asks for more memory or time than is ever needed")]
	TooCostly,
	/// The passphrase does not open it.
	#[error("the passphrase is wrong")]
	WrongPassphrase,
}

impl KeyFileProblem {
	pub(crate) fn hint(&self) -> &'static str {
		match self {
			Self::NotFound => "assay key list shows the keys that there are",
			Self::Exists => "choose another name, or remove that key first",
			Self::TooOpen(_) => "chmod 600 the file",
			Self::Damaged(_) => {
				"take the file from a backup, or import the secret URI again under another name"
			},
			Self::Version => "update this program",
			Self::TooCostly => {
				"the file was not made by this program; import the secret URI instead"
			},
			Self::WrongPassphrase => "try again; nobody can recover a key without its passphrase",
		}
	}
}
