//! Rust SDK of assay: what the daemon and the command line are built on.
//!
//! - [`chain`]: a connection that survives its node, typed views, typed calls, transactions.
//! - [`case`]: questioning results, cases and their committees, mediators, the court.
//! - [`content`]: blobs by hash: a local store, sources to fetch from, publishing.
//! - [`job`]: from user input to a request, following a task, fetching and verifying its result.
//! - [`order`]: orders that are signed off chain, and matching them.
//! - [`keys`]: where signing keys come from.
//! - [`units`]: amounts as people write them.
//!
//! Every fallible function gives [`Error`], whose [`Error::code`], [`Error::hint`],
//! [`Error::retryable`] and [`Error::exit_code`] are stable.

pub mod case;
pub mod chain;
pub mod content;
pub mod error;
pub mod job;
pub mod keys;
pub mod order;
pub mod units;

#[cfg(test)]
mod testing;

pub use chain::{At, BlockInfo, Chain, ConnectOptions, Head, Submitted, WaitFor};
pub use content::{FetchOptions, Fetcher, Source, Store, StoreLimits};
pub use error::{Error, Result};
pub use keys::{KeySource, Signer};
