//! Rust SDK of assay: what the daemon and the command line are built on.
//!
//! - [`chain`]: a connection that survives its node, typed views, typed calls, transactions.
//! - [`case`]: questioning results, cases and their committees, mediators, the court.
//! - [`content`]: blobs by hash: a local store, sources to fetch from, publishing.
//! - [`job`]: from user input to a request, following a task, fetching and verifying its result.
//! - [`order`]: orders that are signed off chain, and matching them.
//! - [`keys`]: where signing keys come from; [`keystore`]: files of keys under a passphrase.
//! - [`private`]: inputs that only those who run a task can read.
//! - [`units`]: amounts as people write them.
//!
//! Every fallible function gives [`Error`], whose [`Error::code`], [`Error::hint`],
//! [`Error::retryable`] and [`Error::exit_code`] are stable.

pub mod case;
pub mod chain;
pub mod content;
pub mod error;
pub mod job;
pub mod json;
pub mod keys;
pub mod keystore;
pub mod order;
pub mod pool;
pub mod private;
mod random;
pub mod refusals;
mod secret_file;
mod signer;
pub mod units;

#[cfg(test)]
mod testing;

pub use chain::{At, BlockInfo, Chain, ConnectOptions, Head, Submitted, WaitFor};
pub use content::{FetchOptions, Fetcher, Source, Store, StoreLimits};
pub use error::{Error, Result};
pub use keys::{KeySource, Signer};

use std::{env, path::PathBuf};

/// Folder for what this user keeps: `assay` below `XDG_DATA_HOME`, or below `~/.local/share`.
///
/// Errors: [`Error::Usage`] where neither that nor `HOME` is set.
pub fn data_dir() -> Result<PathBuf> {
	data_dir_of("assay")
}

/// The same of another program.
pub fn data_dir_of(program: &str) -> Result<PathBuf> {
	let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
	let base = set("XDG_DATA_HOME").or_else(|| set("HOME").map(|home| home.join(".local/share")));
	let base = base.ok_or_else(|| Error::Usage("neither XDG_DATA_HOME nor HOME is set".into()))?;
	Ok(base.join(program))
}
