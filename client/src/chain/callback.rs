//! Calls that clients have made when tasks of theirs have ended.
//!
//! A callback is the beginning of a call; the chain appends what has become of the task, always
//! [`CallbackResult::BYTES`] bytes. So it ends with the length of a last argument that is a vector of
//! bytes, of which these are the contents.

use super::{at::At, call::payload, view::Api};
use crate::error::{Error, Result};
use assay_interface::{Call, system};
use assay_primitives::{
	Balance,
	deal::{Callback, CallbackResult, MAX_CALLBACK_BYTES},
	task::{DealId, TaskId},
};
use codec::Encode;
use subxt::{
	dynamic::Value,
	ext::scale_value::{ValueDef, scale::decode_as_type},
};

impl At {
	/// The beginning of `System.remark_with_event`, which puts what has become of a task into a block
	/// and does nothing else.
	pub fn remark_callback(&self) -> Result<Vec<u8>> {
		let remark = vec![0; CallbackResult::BYTES];
		let remark = Call::System(system::Call::remark_with_event { remark });
		let remark = payload(&remark, self.client.metadata_ref())?;
		let encoded = self.client.transactions().call_data(&remark);
		let mut encoded =
			encoded.map_err(|error| self.chain.subxt_error("a callback to be encoded", error))?;
		encoded.truncate(encoded.len().saturating_sub(CallbackResult::BYTES));
		Ok(encoded)
	}

	/// Pallet and name of the call that begins so.
	///
	/// Errors: [`Error::Usage`] for what is no call of this chain once a result is appended.
	pub fn name_callback(&self, beginning: &[u8]) -> Result<String> {
		let metadata = self.client.metadata_ref();
		let type_id = metadata.outer_enums().call_enum_ty();
		let decode = |mut bytes: &[u8]| {
			let value = decode_as_type(&mut bytes, type_id, metadata.types());
			value.ok().filter(|_| bytes.is_empty()).and_then(|value| call_name(&value))
		};
		name(beginning, decode)
	}

	/// Least reward that a client may set aside for each task.
	pub async fn least_callback_reward(&self) -> Result<Balance> {
		Ok(self.parameters().await?.economics.fees.callback)
	}

	/// The callback of a deal.
	pub async fn callback(&self, deal: DealId) -> Result<Option<Callback>> {
		self.view_of(Api::Assay, "callback", deal).await
	}

	/// Whether the callback of a task was sent.
	pub async fn called_back(&self, task: TaskId) -> Result<bool> {
		self.view_of(Api::Assay, "called_back", task).await
	}
}

/// Finds the name of the whole call, or says what is wrong with its beginning.
fn name(beginning: &[u8], decode: impl Fn(&[u8]) -> Option<String>) -> Result<String> {
	if beginning.len() > MAX_CALLBACK_BYTES as usize {
		return Err(Error::Usage(format!("a callback has at most {MAX_CALLBACK_BYTES} bytes")));
	}
	let result = CallbackResult {
		task: TaskId { deal: 0, index: 0 },
		digest: Default::default(),
		settled: true,
		class: 0,
		code: 0,
	};
	let whole = [beginning, &result.encode()].concat();
	decode(&whole).ok_or_else(|| {
		let bytes = CallbackResult::BYTES;
		Error::Usage(format!(
			"with the {bytes} bytes of a result after it the callback is no call of this chain; it \
			 has to end with the length of a last argument of {bytes} bytes (0xc8)"
		))
	})
}

/// `Pallet.call` of a decoded call.
fn call_name(value: &Value<u32>) -> Option<String> {
	let ValueDef::Variant(pallet) = &value.value else { return None };
	let ValueDef::Variant(call) = &pallet.values.values().next()?.value else { return None };
	Some(format!("{}.{}", pallet.name, call.name))
}

#[cfg(test)]
mod tests {
	use super::*;

	fn named(beginning: &[u8]) -> Result<String> {
		let metadata = assay_interface::metadata();
		let type_id = metadata.outer_enums().call_enum_ty();
		name(beginning, |mut bytes| {
			let value = decode_as_type(&mut bytes, type_id, metadata.types());
			value.ok().filter(|_| bytes.is_empty()).and_then(|value| call_name(&value))
		})
	}

	#[test]
	fn callback_should_be_named_when_a_result_completes_it_and_refused_otherwise() {
		// Pallet 0, call 0 is System.remark; 50 bytes follow.
		assert_eq!(named(&[0, 0, 0xc8]).expect("a call"), "System.remark");
		for bad in [&[][..], &[0, 0], &[0, 0, 0xcc], &[0, 0, 0xc8, 1], &[255, 0, 0xc8]] {
			assert_eq!(named(bad).expect_err("no call").exit_code(), 2, "{bad:?}");
		}
		assert!(named(&[0; 1_025]).expect_err("too long").to_string().contains("1024"));
	}
}
