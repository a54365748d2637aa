//! Content by hash: a local store of blocks, sources to fetch them from, and publishing on chain.
//!
//! Everything is verified by whoever reads it. Sources are tried in order; where content can be had
//! is never part of its name.

mod addresses;
mod cid;
mod fetch;
mod parse;
mod publish;
mod report;
mod source;
mod store;
#[cfg(test)]
mod tests;

pub use cid::{content_cid_text, raw_cid_text};
pub use fetch::{FetchOptions, Fetcher};
pub use parse::parse_cid;
pub use publish::{Published, publish, served_until};
pub use report::{FetchReport, SourceError, SourceFailure};
pub use source::Source;
pub use store::{Store, StoreLimits};
