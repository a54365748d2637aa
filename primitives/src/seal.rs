//! Salted commitments. A seal binds a digest to one task and one provider, so a copied seal is
//! worthless; the salt keeps it from being guessed.

use crate::{
	AccountId, Hash, apply, case::CaseId, hashing::tagged_hash, outcome::Digest, task::TaskId,
};

/// Salt of a seal.
pub type Salt = [u8; 32];

/// Commitment to a digest, with the always present sealed report beside it.
#[apply(stored)]
#[derive(Copy)]
pub struct Seal {
	/// Hides the digest.
	pub digest: Hash,
	/// Hides a [`Report`]; looks the same whether it accuses or not.
	pub report: Hash,
}

/// What a provider says about the digest it will reveal.
#[apply(stored)]
#[derive(Copy)]
pub enum Report {
	/// Nothing to report.
	#[codec(index = 0)]
	Nothing,
	/// The digest that was agreed upon is false, the true one is this.
	#[codec(index = 1)]
	Collusion(Digest),
}

/// Seal of a digest. `genesis` keeps seals of different chains apart.
pub fn seal_digest(
	genesis: &Hash,
	task: &TaskId,
	provider: &AccountId,
	digest: &Digest,
	salt: &Salt,
) -> Hash {
	tagged_hash(b"assay/seal/1", &(genesis, task, provider, digest, salt))
}

/// Seal of a report, under a salt of its own.
pub fn seal_report(
	genesis: &Hash,
	task: &TaskId,
	provider: &AccountId,
	report: &Report,
	salt: &Salt,
) -> Hash {
	tagged_hash(b"assay/report/1", &(genesis, task, provider, report, salt))
}

/// Seal of what a mediator found. Bound to the mediator, the case and the round, so that nobody can
/// hand in another's, nor its own a second time.
pub fn seal_verdict(
	genesis: &Hash,
	case: CaseId,
	round: u8,
	mediator: &AccountId,
	digest: &Digest,
	salt: &Salt,
) -> Hash {
	tagged_hash(b"assay/verdict/1", &(genesis, case, round, mediator, digest, salt))
}
