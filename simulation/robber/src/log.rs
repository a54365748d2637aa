//! What was sent in which block, as it is written down.

use anyhow::{Context, Result};
use assay_primitives::AccountId;
use assay_runtime::RuntimeCall;
use assay_simulation::Pair;
use codec::{Decode, Encode};
use polkadot_sdk::frame_support::traits::GetCallMetadata;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A call in a block.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Sent {
	/// Who has sent it.
	pub by: String,
	/// Its name.
	pub call: String,
	/// How it is encoded, in hex.
	pub bytes: String,
}

impl Sent {
	/// A call that somebody sends.
	pub fn new(by: &AccountId, call: &RuntimeCall) -> Self {
		let of = call.get_call_metadata();
		let name = format!("{}.{}", of.pallet_name, of.function_name);
		Self { by: by.to_string(), call: name, bytes: hex::encode(call.encode()) }
	}

	/// Whose key it takes, and the call.
	pub fn read(&self, keys: &BTreeMap<String, Pair>) -> Result<(Pair, RuntimeCall)> {
		let key = keys.get(&self.by).with_context(|| format!("nobody here is {}", self.by))?;
		let bytes = hex::decode(&self.bytes).with_context(|| format!("{}: no hex", self.call))?;
		let call = RuntimeCall::decode(&mut &bytes[..])
			.with_context(|| format!("{} is encoded otherwise on this runtime", self.call))?;
		Ok((key.clone(), call))
	}
}

/// A block.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Block {
	/// Its slot.
	pub slot: u64,
	/// Whether audits hit, where that was forced.
	pub audits: Option<bool>,
	/// What is in it.
	pub calls: Vec<Sent>,
}
