//! What is written down of a run before anybody hears of it.

use assay_primitives::{
	AccountId, BlockNumber, Hash,
	outcome::{Manifest, Outcome},
	seal::{Report, Salt, Seal, seal_digest, seal_report},
	task::TaskId,
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

/// A record as format 1 had it, when nobody could report.
#[derive(Decode, Encode)]
pub(super) struct SealedBefore {
	pub outcome: Outcome,
	pub manifest: Manifest,
	pub salt: Salt,
	pub report_salt: Salt,
	pub sealed_at: u64,
	pub ended: Option<EndedNote>,
}

impl From<SealedBefore> for Sealed {
	fn from(old: SealedBefore) -> Self {
		let SealedBefore { outcome, manifest, salt, report_salt, sealed_at, ended } = old;
		Self { outcome, manifest, salt, report_salt, sealed_at, ended, report: None }
	}
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
	/// A record with fresh salts.
	pub fn new(outcome: Outcome, manifest: Manifest, now: u64) -> std::io::Result<Self> {
		let (salt, report_salt) = (random()?, random()?);
		Ok(Self { outcome, manifest, salt, report_salt, sealed_at: now, ended: None, report: None })
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

/// 32 bytes from the kernel's generator.
pub(super) fn random() -> std::io::Result<[u8; 32]> {
	let mut bytes = [0u8; 32];
	let mut filled = 0;
	while filled < bytes.len() {
		let rest = &mut bytes[filled..];
		// SAFETY: the pointer and the length describe `rest`, which is writable.
		let got = unsafe { libc::getrandom(rest.as_mut_ptr().cast(), rest.len(), 0) };
		match usize::try_from(got) {
			Ok(got) => filled += got,
			Err(_) => {
				let error = std::io::Error::last_os_error();
				if error.kind() != std::io::ErrorKind::Interrupted {
					return Err(error);
				}
			},
		}
	}
	Ok(bytes)
}
