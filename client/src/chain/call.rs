//! Calls as the connected chain wants them.
//!
//! They are encoded by the chain's own metadata, and their arguments by this program's types. So one
//! whose shape differs in the metadata that this program was built with is refused before anything is
//! signed.

use crate::error::{Error, Result};
use assay_interface::{Call, metadata as pinned, proxy, utility};
use subxt::{
	Metadata,
	ext::{
		scale_encode::{self, EncodeAsFields, EncodeAsType, FieldIter},
		scale_type_resolver::TypeResolver,
	},
	transactions::{DynamicPayload, dynamic},
};

/// Arguments, encoded already.
pub(super) struct Arguments(Vec<u8>);

impl EncodeAsFields for Arguments {
	fn encode_as_fields_to<R: TypeResolver>(
		&self,
		_: &mut dyn FieldIter<'_, R::TypeId>,
		_: &R,
		out: &mut Vec<u8>,
	) -> Result<(), scale_encode::Error> {
		out.extend_from_slice(&self.0);
		Ok(())
	}
}

/// The calls that this one consists of: itself, or those in it, whatever their depth. The type of one
/// that holds others has all calls of the runtime in it, whose shapes do not matter.
fn parts(call: &Call) -> Vec<&Call> {
	match call {
		Call::Utility(
			utility::Call::batch { calls }
			| utility::Call::batch_all { calls }
			| utility::Call::force_batch { calls },
		) => calls.iter().flat_map(parts).collect(),
		Call::Proxy(proxy::Call::proxy { call, .. }) => parts(call),
		call => vec![call],
	}
}

/// Pallet, name and encoded arguments.
fn encode<'a>(call: &Call, metadata: &'a Metadata) -> Result<(&'a str, &'a str, Vec<u8>)> {
	let unknown = |why: String| Error::Incompatible { what: format!("calls ({why})") };
	let type_id = metadata.outer_enums().call_enum_ty();
	let bytes = call.encode_as_type(type_id, metadata.types());
	let bytes = bytes.map_err(|error| unknown(error.to_string()))?;
	let found = match bytes.as_slice() {
		[pallet, name, arguments @ ..] => metadata
			.pallet_by_call_index(*pallet)
			.and_then(|it| Some((it.name(), &*it.call_variant_by_index(*name)?.name, arguments))),
		_ => None,
	};
	let (pallet, name, arguments) = found.ok_or_else(|| unknown("without a name".into()))?;
	Ok((pallet, name, arguments.to_vec()))
}

/// Checks that a call has the shape that this program encodes.
fn check(metadata: &Metadata, pallet: &str, call: &str) -> Result<()> {
	let hash = |metadata: &Metadata| metadata.pallet_by_name(pallet)?.call_hash(call);
	let expected = hash(pinned());
	if expected.is_none() || hash(metadata) != expected {
		return Err(Error::Incompatible { what: format!("call {pallet}.{call}") });
	}
	Ok(())
}

/// A call as subxt wants it.
///
/// Errors: [`Error::Incompatible`] where it, or one in it, has another shape on the chain.
pub(super) fn payload(call: &Call, metadata: &Metadata) -> Result<DynamicPayload<Arguments>> {
	for part in parts(call) {
		let (pallet, name, _) = encode(part, pinned())?;
		check(metadata, pallet, name)?;
	}
	let (pallet, name, arguments) = encode(call, metadata)?;
	Ok(dynamic(pallet, name, Arguments(arguments)))
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_interface::{METADATA, deals};
	use assay_primitives::{AccountId, Hash, seal::Seal, task::TaskId};
	use subxt::utils::MultiAddress;

	const TASK: TaskId = TaskId { deal: 7, index: 0 };

	fn commit() -> Call {
		let seal = Seal { digest: Hash::repeat_byte(1), report: Hash::repeat_byte(2) };
		let (task_hash, seal) = (Hash::repeat_byte(3), seal.into());
		Call::Deals(deals::Call::commit { task: TASK.into(), task_hash, seal })
	}

	fn poke() -> Call {
		Call::Deals(deals::Call::poke { task: TASK.into() })
	}

	fn batch(calls: Vec<Call>) -> Call {
		Call::Utility(utility::Call::force_batch { calls })
	}

	fn by_proxy(call: Call) -> Call {
		let real = MultiAddress::Id(AccountId::from([1; 32]).into());
		let call = Box::new(call);
		Call::Proxy(proxy::Call::proxy { real, force_proxy_type: None, call })
	}

	/// A chain whose seals have another shape.
	fn changed() -> Metadata {
		let mut metadata = Metadata::decode_from(METADATA).expect("it is committed");
		let types = &mut metadata.types_mut().types;
		let mut all = types.iter();
		let task = all.find(|it| it.ty.path.segments.last().is_some_and(|name| name == "TaskId"));
		let other = task.expect("it has tasks").ty.clone();
		let seal = ["assay_primitives", "seal", "Seal"];
		let seal = types.iter_mut().find(|it| it.ty.path.segments == seal);
		seal.expect("it has seals").ty = other;
		metadata
	}

	#[test]
	fn call_should_be_taken_when_the_chain_has_it_as_it_is_here() {
		let metadata = pinned();
		for (call, name) in [
			(commit(), "commit"),
			(batch(vec![commit(), by_proxy(poke())]), "force_batch"),
			(by_proxy(batch(vec![])), "proxy"),
		] {
			assert_eq!(payload(&call, metadata).expect("nothing differs").call_name(), name);
		}
	}

	#[test]
	fn call_should_be_refused_when_it_or_one_in_it_has_another_shape() {
		let metadata = changed();
		for call in [
			commit(),
			batch(vec![poke(), commit()]),
			by_proxy(commit()),
			batch(vec![by_proxy(batch(vec![commit()]))]),
		] {
			let refused = payload(&call, &metadata).err();
			let Some(Error::Incompatible { what }) = refused else { panic!("{call:?}") };
			assert_eq!(what, "call Deals.commit");
		}
		for call in [poke(), batch(vec![poke()]), by_proxy(poke())] {
			payload(&call, &metadata).expect("it has no seal");
		}
	}

	#[test]
	fn call_should_be_refused_when_the_chain_has_it_not() {
		let metadata = pinned();
		assert!(check(metadata, "Deals", "no_such_call").is_err());
		assert!(check(metadata, "NoSuchPallet", "commit").is_err());
	}
}
