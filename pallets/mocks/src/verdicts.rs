//! Whoever is told rulings.

use assay_primitives::{
	case::Subject,
	traits::{CaseId, CourtBill, Ruling, Verdicts},
};
use polkadot_sdk::{
	frame_support::parameter_types,
	sp_runtime::{DispatchError, DispatchResult},
};

parameter_types! {
	/// Rulings that were told.
	pub static Rulings: Vec<(Subject, CaseId, Ruling)> = Vec::new();
	/// What the court has cost, as it was told with them.
	pub static Bills: Vec<CourtBill> = Vec::new();
	/// Whether rulings are refused.
	pub static RulingsAreRefused: bool = false;
}

/// Writes down all rulings.
pub struct MockVerdicts;

impl Verdicts<Subject> for MockVerdicts {
	fn decided(
		subject: &Subject,
		case: CaseId,
		ruling: Ruling,
		bill: Option<CourtBill>,
	) -> DispatchResult {
		if RulingsAreRefused::get() {
			return Err(DispatchError::Other("refused"));
		}
		Rulings::mutate(|rulings| rulings.push((*subject, case, ruling)));
		Bills::mutate(|bills| bills.extend(bill));
		Ok(())
	}
}
