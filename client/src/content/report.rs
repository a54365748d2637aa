//! Why content can't be had.

use super::cid::content_cid_text;
use assay_primitives::content::ContentRef;
use std::fmt;

/// Why a source gave no block.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SourceError {
	/// It does not have it.
	#[error("it does not have it")]
	NotFound,
	/// It gave other bytes.
	#[error("it gave bytes of another hash")]
	WrongBytes,
	/// It gave more bytes than the block has.
	#[error("it gave more than {0} bytes")]
	TooLong(u64),
	/// The address is not allowed.
	#[error("{0}")]
	Forbidden(String),
	/// It answered too late.
	#[error("no answer in time")]
	Timeout,
	/// It answered with a status that says nothing about the block.
	#[error("it answered with status {0}")]
	Status(u16),
	/// It could not be asked.
	#[error("{0}")]
	Transport(String),
}

impl SourceError {
	/// Whether asking again soon can help.
	pub fn retryable(&self) -> bool {
		match self {
			Self::Timeout | Self::Transport(_) => true,
			Self::Status(status) => *status == 429 || *status >= 500,
			_ => false,
		}
	}
}

/// What one source said.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SourceFailure {
	/// Which source.
	pub source: String,
	/// Why it gave nothing.
	pub error: SourceError,
	/// How often it was asked.
	pub attempts: u32,
}

/// Content that could not be had, and what each source said.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FetchReport {
	/// What was asked for.
	pub content: ContentRef,
	/// Blocks of it that were had.
	pub blocks: u64,
	/// The sources that were asked for the block that could not be had.
	pub failures: Vec<SourceFailure>,
}

impl FetchReport {
	/// Whether a later attempt may succeed with the same sources.
	pub fn retryable(&self) -> bool {
		self.failures.iter().any(|failure| failure.error.retryable())
	}
}

impl fmt::Display for FetchReport {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let name = content_cid_text(&self.content);
		write!(f, "{name} ({} bytes) can't be had", self.content.size)?;
		if self.failures.is_empty() {
			return write!(f, ": there is no source to ask");
		}
		for failure in &self.failures {
			write!(f, "; {}: {}", failure.source, failure.error)?;
		}
		Ok(())
	}
}
