//! What people read, written.

use assay_primitives::{AccountId, task::TaskId};

/// Writes the number of a job: that of its deal, and of a further task of a bag its position too.
pub fn format_task(task: &TaskId) -> String {
	match task.index {
		0 => task.deal.to_string(),
		index => format!("{}/{index}", task.deal),
	}
}

/// Writes an account in SS58.
pub fn format_account(account: &AccountId) -> String {
	let bytes: &[u8; 32] = account.as_ref();
	subxt::utils::AccountId32(*bytes).to_string()
}
