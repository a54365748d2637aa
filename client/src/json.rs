//! What programs read of what the chain knows, one shape for command line and daemon.

use crate::units::{DECIMALS, SYMBOL, format_account};
use assay_primitives::{bond::Chunk, case::MediatorView};
use serde_json::{Value, json};

/// A mediator.
pub fn mediator(view: &MediatorView) -> Value {
	json!({
		"account": format_account(&view.stash),
		"operator": format_account(&view.operator),
		"status": view.status.to_string(),
		"bond": view.bond.to_string(),
		"locked": view.locked.to_string(),
		"unbonding": view.unbonding.iter().map(|Chunk { amount, at }| {
			json!({ "amount": amount.to_string(), "at": at })
		}).collect::<Vec<_>>(),
		"weight": view.weight,
		"nextWeight": view.next_weight,
		"capacity": view.terms.capacity,
		"profiles": view.terms.profiles.to_vec(),
		"limits": {
			"gas": view.terms.limits.max_gas,
			"memoryPages": view.terms.limits.max_memory_pages,
			"moduleBytes": view.terms.limits.max_module_bytes,
			"inputBytes": view.terms.limits.max_input_bytes,
			"outputBytes": view.terms.limits.max_output_bytes,
			"gasPerSecond": view.terms.limits.gas_per_second,
			"minWage": view.terms.limits.min_wage.to_string(),
		},
		"inbox": view.terms.inbox.as_ref().map(|inbox| json!({
			"encryptionKey": hex::encode(inbox.encryption_key),
			"endpoint": String::from_utf8_lossy(&inbox.endpoint),
		})),
		"cases": view.cases,
		"record": {
			"coherent": view.record.coherent,
			"against": view.record.against,
			"failed": view.record.failed,
		},
		"registeredAt": view.registered_at,
		"symbol": SYMBOL,
		"decimals": DECIMALS,
	})
}
