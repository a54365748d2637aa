//! The book for others to read, and for the next start.

use super::{Book, ResourceKey, entry::ResourceEntry};
use assay_primitives::{
	Balance,
	order::{AnyOrder, OrderFile, OrderId},
};
use serde_json::{Value, json};

impl Book {
	/// One order with its consents, as it came.
	pub fn file(&self, id: &OrderId) -> Option<OrderFile> {
		let genesis = self.genesis;
		if let Some(entry) = self.requests.get(id) {
			return Some(OrderFile {
				genesis,
				order: AnyOrder::Request(Box::new(entry.signed.order.clone())),
				authorization: Some(entry.signed.authorization.clone()),
				sponsor: entry.sponsor.clone(),
			});
		}
		if let Some(entry) = self.resources.get(&ResourceKey::Order(*id)) {
			let signed = entry.signed.as_ref()?;
			return Some(OrderFile {
				genesis,
				order: AnyOrder::Resource(Box::new(signed.order.clone())),
				authorization: Some(signed.authorization.clone()),
				sponsor: None,
			});
		}
		let entry = self.sales.get(id)?;
		let authorization = Some(entry.authorization().clone());
		Some(OrderFile { genesis, order: entry.any(), authorization, sponsor: None })
	}

	/// One order in short.
	pub fn describe(&self, id: &OrderId) -> Option<Value> {
		if let Some(entry) = self.requests.get(id) {
			let order = &entry.signed.order;
			let request = &order.request;
			return Some(json!({
				"order": id,
				"kind": "request",
				"client": order.client.to_string(),
				"volume": order.volume,
				"left": entry.left,
				"validUntil": request.valid_until,
				"gas": request.task.limits.gas,
				"memoryPages": request.task.limits.memory_pages,
				"maxPrice": price(request.max_price.base, request.max_price.per_mgas),
				"tip": order.tip.to_string(),
				"replicas": request.policy.first_wave(),
				"inFlight": entry.in_flight,
				"tries": entry.tries,
				"last": entry.last,
			}));
		}
		if let Some(entry) = self.resources.get(&ResourceKey::Order(*id)) {
			return Some(resource(&ResourceKey::Order(*id), entry));
		}
		let entry = self.sales.get(id)?;
		Some(json!({
			"order": id,
			"kind": entry.part().to_string(),
			"asset": entry.asset(),
			"price": entry.price().to_string(),
			"left": entry.left,
			"validUntil": entry.valid_until(),
		}))
	}

	/// Orders with an id above `after`, by id, at most `limit`; without the offers that rest on chain.
	pub fn page(&self, after: Option<OrderId>, limit: usize) -> Vec<Value> {
		let mut ids: Vec<OrderId> = self
			.by_end
			.iter()
			.map(|(_, id)| *id)
			.filter(|id| after.is_none_or(|after| *id > after))
			.collect();
		ids.sort_unstable();
		ids.truncate(limit);
		ids.iter().filter_map(|id| self.describe(id)).collect()
	}

	/// All of it in short: its orders, and the offers that rest on chain.
	pub fn export(&self) -> Value {
		let mut offers: Vec<_> =
			self.resources.iter().filter(|(key, _)| matches!(key, ResourceKey::Offer(_))).collect();
		offers.sort_unstable_by_key(|(key, _)| **key);
		let offers: Vec<Value> =
			offers.into_iter().map(|(key, entry)| resource(key, entry)).collect();
		json!({
			"genesis": self.genesis,
			"block": self.now,
			"orders": self.page(None, usize::MAX),
			"offers": offers,
		})
	}
}

fn resource(key: &ResourceKey, entry: &ResourceEntry) -> Value {
	let terms = &entry.terms;
	let mut value = json!({
		"kind": "resource",
		"provider": entry.provider.to_string(),
		"profile": terms.profile,
		"price": price(terms.price.base, terms.price.per_mgas),
		"maxGas": terms.max_gas,
		"maxMemoryPages": terms.max_memory_pages,
		"minRunBlocks": terms.min_run_blocks,
		"validUntil": terms.valid_until,
	});
	match key {
		ResourceKey::Order(id) => {
			value["order"] = json!(id);
			value["left"] = json!(entry.left);
		},
		ResourceKey::Offer(id) => value["offer"] = json!(id),
	}
	value
}

/// Amounts are text: they have more digits than a float.
fn price(base: Balance, per_mgas: Balance) -> Value {
	json!({ "base": base.to_string(), "perMgas": per_mgas.to_string() })
}
