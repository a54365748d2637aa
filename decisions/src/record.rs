//! What is written down of a run before anybody hears of it.

use assay_primitives::{
	AccountId, BlockNumber, Hash,
	outcome::{Digest, Manifest, Outcome},
	seal::{Report, Salt, Seal, seal_digest, seal_report, seal_verdict},
	task::TaskId,
	traits::CaseId,
};
use codec::{Decode, Encode};

/// A task, and the hash that tells it from another of the same number on another fork.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Key {
	pub task: TaskId,
	pub task_hash: Hash,
}

impl Key {
	/// Bytes of a key.
	pub const LEN: usize = 8 + 4 + 32;

	/// Sorts by deal, then index.
	pub fn to_bytes(self) -> [u8; Self::LEN] {
		let mut bytes = [0; Self::LEN];
		bytes[..8].copy_from_slice(&self.task.deal.to_be_bytes());
		bytes[8..12].copy_from_slice(&self.task.index.to_be_bytes());
		bytes[12..].copy_from_slice(self.task_hash.as_bytes());
		bytes
	}

	/// `None` unless `bytes` has the right length.
	pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
		let (deal, rest) = bytes.split_first_chunk::<8>()?;
		let (index, rest) = rest.split_first_chunk::<4>()?;
		let hash: [u8; 32] = rest.try_into().ok()?;
		Some(Self {
			task: TaskId { deal: u64::from_be_bytes(*deal), index: u32::from_be_bytes(*index) },
			task_hash: hash.into(),
		})
	}
}

/// A finished run and the salts of its seal. Never changed, except for how the task ended.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
pub struct Sealed {
	/// The outcome that is sealed.
	pub outcome: Outcome,
	/// The outputs of the run.
	pub manifest: Manifest,
	/// Salt of the digest.
	pub salt: Salt,
	/// Salt of the report.
	pub report_salt: Salt,
	/// Unix seconds.
	pub sealed_at: u64,
	/// Set when the task has ended on the finalized chain.
	pub ended: Option<EndedNote>,
	/// The true outcome, where the sealed one is a lie that this provider reports once others have
	/// agreed with it.
	pub report: Option<Outcome>,
}

/// When a task ended.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq)]
pub struct EndedNote {
	/// Unix seconds.
	pub at: u64,
	/// Block from which the chain forgets it.
	pub prune_at: BlockNumber,
}

/// Who seals what, and on which chain.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Identity {
	pub genesis: Hash,
	pub stash: AccountId,
}

impl Sealed {
	/// A record with the salts of digest and report, which nobody else may know or guess.
	pub fn new(
		outcome: Outcome,
		manifest: Manifest,
		[salt, report_salt]: [Salt; 2],
		now: u64,
	) -> Self {
		Self { outcome, manifest, salt, report_salt, sealed_at: now, ended: None, report: None }
	}

	/// The same, with a report that `truth` is what came out.
	pub fn reporting(self, truth: Outcome) -> Self {
		Self { report: Some(truth), ..self }
	}

	/// The seal that goes to the chain. The same record always gives the same.
	pub fn seal(&self, identity: &Identity, key: &Key) -> Seal {
		let Identity { genesis, stash } = identity;
		let digest = self.outcome.digest(&key.task_hash);
		let report = match &self.report {
			Some(truth) => Report::Collusion(truth.digest(&key.task_hash)),
			None => Report::Nothing,
		};
		Seal {
			digest: seal_digest(genesis, &key.task, stash, &digest, &self.salt),
			report: seal_report(genesis, &key.task, stash, &report, &self.report_salt),
		}
	}
}

/// A round of a case, and the hash that tells it from another of the same number on another fork.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct CaseKey {
	pub case: CaseId,
	/// From 0.
	pub round: u8,
	pub task_hash: Hash,
}

impl CaseKey {
	/// Sorts by case, then round.
	pub fn to_bytes(self) -> Vec<u8> {
		let Self { case, round, task_hash } = self;
		[&case.to_be_bytes()[..], &[round], task_hash.as_bytes()].concat()
	}

	/// `None` unless `bytes` has the right length.
	pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
		let (case, rest) = bytes.split_first_chunk::<8>()?;
		let (round, rest) = rest.split_first()?;
		let hash: [u8; 32] = rest.try_into().ok()?;
		Some(Self { case: u64::from_be_bytes(*case), round: *round, task_hash: hash.into() })
	}
}

/// A finished run for a case, and the salt of its seal. Never changed, except for the end of the case.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
pub struct Verdict {
	/// Whose vote it is: the stash of the mediator.
	pub mediator: AccountId,
	/// The outcome that is sealed.
	pub outcome: Outcome,
	/// Salt of the seal.
	pub salt: Salt,
	/// Unix seconds.
	pub sealed_at: u64,
	/// Unix seconds at which the case was found closed, or gone, on the final chain.
	pub closed_at: Option<u64>,
}

impl Verdict {
	/// A record with the salt of the seal, which nobody else may know or guess.
	pub fn new(mediator: AccountId, outcome: Outcome, salt: Salt, now: u64) -> Self {
		Self { mediator, outcome, salt, sealed_at: now, closed_at: None }
	}

	/// What was found.
	pub fn digest(&self, key: &CaseKey) -> Digest {
		self.outcome.digest(&key.task_hash)
	}

	/// The seal that goes to the chain. The same record always gives the same.
	pub fn seal(&self, genesis: &Hash, key: &CaseKey) -> Hash {
		let digest = self.digest(key);
		seal_verdict(genesis, key.case, key.round, &self.mediator, &digest, &self.salt)
	}
}
