//! Calls of the court by honest accounts.

use crate::programs::bytes_of;
use assay_primitives::{Balance, case::CaseView, task::Input};
use assay_runtime::{Court, RuntimeCall};
use assay_simulation::fee_of;

/// The call that has the court rule on a case, where all that it carries is known and one input is all that it takes: the
/// tasks of bags are left to committees.
pub fn call(view: &CaseView) -> Option<RuntimeCall> {
	let spec = &view.terms.spec;
	let input = match &spec.input {
		Input::None => None,
		Input::Blob(content) => Some(bytes_of(content)?.clone()),
		Input::List(_) => return None,
	};
	let (case, task_hash, max_gas) = (view.id, view.terms.task_hash, spec.limits.gas);
	let module = bytes_of(&spec.module)?.clone();
	Some(pallet_court::Call::adjudicate { case, task_hash, max_gas, module, input }.into())
}

/// What that call takes, where the court takes the task; to be called within the state.
pub fn fee(view: &CaseView) -> Option<Balance> {
	Court::qualifies(&view.terms.spec).ok()?;
	Some(fee_of(&call(view)?))
}
