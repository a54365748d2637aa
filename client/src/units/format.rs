//! What people read, written.

use assay_primitives::{AccountId, Balance, UNIT, task::TaskId};

/// Symbol of the token.
pub const SYMBOL: &str = "ASY";
/// Decimal places of the token.
pub const DECIMALS: u32 = 12;
/// SS58 prefix under which accounts are shown.
pub const SS58_PREFIX: u16 = 42;

/// Writes an amount in tokens, as `1.5 ASY`.
pub fn format_amount(amount: Balance) -> String {
	let whole = amount / UNIT;
	let part = format!("{:012}", amount % UNIT);
	match part.trim_end_matches('0') {
		"" => format!("{whole} {SYMBOL}"),
		part => format!("{whole}.{part} {SYMBOL}"),
	}
}

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
