//! Random bytes of the operating system.

use crate::error::{Error, Result};

/// Unpredictable bytes. Errors: [`Error::Io`] on a machine that gives none.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N]> {
	let mut bytes = [0; N];
	fill(&mut bytes)?;
	Ok(bytes)
}

/// Fills a buffer with unpredictable bytes.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<()> {
	getrandom::fill(bytes).map_err(|error| Error::Io {
		what: "ask the system for random numbers".into(),
		source: std::io::Error::other(error.to_string()),
	})
}
