//! Passphrases.

use crate::{
	error::{Error, Result},
	secret_file::read_private,
};
use std::{fmt, path::Path};
use zeroize::Zeroizing;

/// Fewest characters of a passphrase for a new key file.
pub const MIN_PASSPHRASE_CHARS: usize = 8;

/// A passphrase. Never printed, and overwritten in memory when it is dropped.
#[derive(Clone, Eq, PartialEq)]
pub struct Passphrase(Zeroizing<String>);

impl fmt::Debug for Passphrase {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str("Passphrase")
	}
}

impl Passphrase {
	/// Takes over a text.
	pub fn new(text: impl Into<String>) -> Self {
		Self(Zeroizing::new(text.into()))
	}

	/// The first line of a file that nobody else can read. Errors: [`Error::Key`].
	pub fn from_file(path: &Path) -> Result<Self> {
		let text = read_private(path, "passphrase")?;
		Ok(Self::new(text.lines().next().unwrap_or_default()))
	}

	/// The value of a variable of the environment, `None` where it is not set. Errors: [`Error::Key`].
	pub fn from_env(name: &str) -> Result<Option<Self>> {
		match std::env::var(name) {
			Ok(text) => Ok(Some(Self::new(text))),
			Err(std::env::VarError::NotPresent) => Ok(None),
			Err(std::env::VarError::NotUnicode(_)) => {
				Err(Error::Key(format!("{name} is not text")))
			},
		}
	}

	/// Refuses what is too short to protect a new key. Errors: [`Error::Usage`].
	pub fn check_strength(&self) -> Result<()> {
		if self.0.chars().count() < MIN_PASSPHRASE_CHARS {
			let why = format!("a passphrase needs at least {MIN_PASSPHRASE_CHARS} characters");
			return Err(Error::Usage(why));
		}
		Ok(())
	}

	pub(super) fn as_bytes(&self) -> &[u8] {
		self.0.as_bytes()
	}
}
