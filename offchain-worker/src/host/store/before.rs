//! Records as earlier formats had them.

use assay_decisions::record::{EndedNote, Sealed};
use assay_primitives::{
	outcome::{Manifest, Outcome},
	seal::Salt,
};
use codec::{Decode, Encode};

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
