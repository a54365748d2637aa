//! What programs read of what the chain knows, one shape for command line and daemon.

use crate::units::{DECIMALS, SYMBOL, format_account};
use assay_primitives::{
	api::OfferView, bond::Chunk, case::MediatorView, price::Price, provider::ProviderView,
};
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

/// A provider.
pub fn provider(view: &ProviderView) -> Value {
	let capacity = &view.declaration.capacity;
	let reputation = &view.reputation;
	json!({
		"account": format_account(&view.stash),
		"operator": format_account(&view.declaration.operator),
		"endpoint": String::from_utf8_lossy(&view.declaration.endpoint),
		"profiles": view.declaration.profiles.to_vec(),
		"bond": {
			"all": view.bond().to_string(),
			"free": view.free.to_string(),
			"locked": view.locked.to_string(),
			"unbonding": view.unbonding.to_string(),
		},
		"slots": { "used": view.slots_used, "all": capacity.slots },
		"maxGas": capacity.max_gas,
		"maxMemoryPages": capacity.max_memory_pages,
		"gasPerSecond": capacity.gas_per_second,
		"tags": capacity.tags,
		"reputation": {
			"score": reputation.score,
			"paid": reputation.paid,
			"wrong": reputation.wrong,
			"silent": reputation.silent,
			"unavailable": reputation.unavailable,
		},
		"exposureLimit": view.exposure_limit,
		"registeredAt": view.registered_at,
	})
}

/// The price of a replica.
pub fn price(price: &Price) -> Value {
	json!({ "base": price.base.to_string(), "perMgas": price.per_mgas.to_string() })
}

/// An offer of a provider.
pub fn offer(offer: &OfferView) -> Value {
	let terms = &offer.terms;
	json!({
		"offer": offer.id,
		"provider": format_account(&offer.provider),
		"profile": terms.profile,
		"price": price(&terms.price),
		"maxGas": terms.max_gas,
		"maxMemoryPages": terms.max_memory_pages,
		"minRunBlocks": terms.min_run_blocks,
		"validUntil": terms.valid_until,
	})
}
