//! Cases that a court may decide.

use assay_primitives::{
	AccountId,
	outcome::Digest,
	traits::{CaseId, CaseTask, Cases, CourtCall},
};
use polkadot_sdk::{
	frame_support::{parameter_types, weights::Weight},
	sp_runtime::DispatchError,
};
use std::collections::BTreeMap;

/// A ruling as the pallet behind the cases gets it.
pub type Ruling = (CaseId, AccountId, Digest);

/// What follows from a ruling weighs.
pub const RULED: Weight = Weight::from_parts(1_000_000, 0);

parameter_types! {
	/// Tasks of open cases.
	pub static OpenCases: BTreeMap<CaseId, CaseTask> = BTreeMap::new();
	/// Rulings of the court.
	pub static Rulings: Vec<Ruling> = Vec::new();
	/// What of the calls their tasks needed: weight and bytes.
	pub static Needed: Vec<(Weight, u64)> = Vec::new();
	/// What the pallet behind the cases answers to a ruling, where it refuses it.
	pub static Refusal: Option<DispatchError> = None;
}

/// Cases that tests open. A ruling closes its case.
pub struct MockCases;

impl MockCases {
	/// Forgets what another test did in this thread.
	pub fn clear() {
		OpenCases::set(BTreeMap::new());
		Rulings::set(Vec::new());
		Needed::set(Vec::new());
		Refusal::set(None);
	}
}

impl Cases for MockCases {
	fn open_task(case: CaseId) -> Option<CaseTask> {
		OpenCases::get().get(&case).cloned()
	}

	fn court_ruled(case: CaseId, call: CourtCall, truth: Digest) -> Result<Weight, DispatchError> {
		if let Some(error) = Refusal::get() {
			return Err(error);
		}
		let closed = OpenCases::mutate(|cases| cases.remove(&case));
		assert!(closed.is_some(), "a ruling on a case that is not open");
		let CourtCall { by, weight, bytes } = call;
		Rulings::mutate(|rulings| rulings.push((case, by.clone(), truth)));
		Needed::mutate(|needed| needed.push((weight, bytes)));
		Ok(RULED)
	}
}
