//! Why a proof is refused.

use core::fmt;

/// Why a proof is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Problem {
	/// It is longer than anything that is true can be.
	TooLarge,
	/// It can't be decoded, or something follows it.
	Malformed,
	/// A set without authorities, with too many, or with a weight of zero.
	BadSet,
	/// The block is not above the one that is trusted already.
	Old,
	/// A block is not the child of the one before it, or not the one that is voted on.
	NotLinked,
	/// The votes are for a later block, and the headers on the way to it were left out.
	HeadersLeftOut,
	/// Somebody votes who is not of the set.
	Stranger,
	/// A vote is not signed by whom it names, for this set and round.
	BadSignature,
	/// An authority votes more often than once, or than twice where it votes for two blocks.
	RepeatedVote,
	/// A vote is not for the block or a descendant of it.
	ForkedVote,
	/// Two thirds of the set or less have voted.
	TooFewVotes,
	/// There are headers that no vote needs.
	UnusedHeaders,
	/// The set is forced, or changes some blocks later, which needs more than votes.
	UnusualChange,
	/// What is stored can't be read out of the proof.
	BadStorageProof,
}

impl Problem {
	/// Whether the same votes may be good ones of a later set.
	pub fn may_be_of_another_set(&self) -> bool {
		matches!(self, Self::Stranger | Self::BadSignature)
	}
}

impl fmt::Display for Problem {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::TooLarge => "the proof is too large",
			Self::Malformed => "the proof can't be decoded",
			Self::BadSet => "the set of authorities is empty, too large, or has weights of zero",
			Self::Old => "the block is not newer than the one that is trusted",
			Self::NotLinked => "the headers do not follow each other",
			Self::HeadersLeftOut => "the votes are for a later block, without the headers up to it",
			Self::Stranger => "there is a vote of somebody who is not of the set",
			Self::BadSignature => "there is a vote with a wrong signature",
			Self::RepeatedVote => "there are too many votes of one authority",
			Self::ForkedVote => "there is a vote for another fork",
			Self::TooFewVotes => "two thirds of the set or less have voted",
			Self::UnusedHeaders => "there are headers that no vote needs",
			Self::UnusualChange => "the set of authorities is forced or changes later",
			Self::BadStorageProof => "what is stored can't be read out of the proof",
		})
	}
}

impl core::error::Error for Problem {}
