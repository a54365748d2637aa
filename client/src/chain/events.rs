//! Events of blocks, and the words of the errors in them.

use crate::{
	error::{Error, Result, foreign},
	refusals::Reason,
};
use assay_interface::{DispatchError as EventError, Event, deals, mediation};
use subxt::{
	ArcMetadata, SubstrateConfig,
	error::{DispatchError, EventsError},
	events::{Events, Phase},
	ext::{
		scale_decode::error::ErrorKind,
		scale_encode::EncodeAsType,
		scale_value::{Composite, ValueDef, scale::decode_as_type},
	},
};

/// An event, and what it belongs to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EventRecord {
	/// Position among all events of the block.
	pub index: u32,
	/// Position of the transaction that caused it; `None` for hooks.
	pub transaction: Option<u32>,
	/// What happened.
	pub event: Event,
	/// The error that it tells of, as the chain calls it.
	pub failure: Option<Failure>,
}

/// Error of a pallet, as an event carries it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Failure {
	/// Pallet whose error it is; `System` for errors of no pallet.
	pub pallet: String,
	/// Name of the error.
	pub name: String,
	/// Its documentation.
	pub docs: String,
}

/// Pallet, name and documentation of an error, and the reason within it.
pub(super) fn describe(error: &DispatchError, metadata: &ArcMetadata) -> (Failure, Option<Reason>) {
	let system =
		|name: String, docs: String| (Failure { pallet: "System".into(), name, docs }, None);
	match error {
		DispatchError::Module(error) => match error.details() {
			Ok(details) => {
				let (pallet, name) = (details.pallet.name(), &details.variant.name);
				let bytes = &error.bytes()[2..];
				let field = details.variant.fields.first();
				let within = field.and_then(|field| innermost(bytes, field.ty.id, metadata));
				let reason =
					field.and_then(|field| Reason::read(metadata.types(), field.ty.id, bytes));
				// A chain that has given a number to another reason is believed about its name.
				let reason = reason.filter(|reason| Some(reason.name()) == within);
				let docs = reason.map_or_else(
					|| foreign(details.variant.docs.join(" ").trim()),
					|reason| reason.to_string(),
				);
				let name = within.unwrap_or_else(|| name.clone());
				(Failure { pallet: pallet.into(), name, docs }, reason)
			},
			Err(_) => system("Unknown".into(), error.details_string()),
		},
		DispatchError::Token(error) => system(format!("{error:?}"), error.to_string()),
		DispatchError::Arithmetic(error) => system(format!("{error:?}"), error.to_string()),
		error => system(format!("{error:?}"), error.to_string()),
	}
}

/// Names of the innermost variants of what an error holds, one after the other.
fn innermost(mut bytes: &[u8], type_id: u32, metadata: &ArcMetadata) -> Option<String> {
	fn name(value: &ValueDef<u32>) -> String {
		let of = |fields: &Composite<u32>| -> String {
			fields.values().map(|field| name(&field.value)).collect()
		};
		match value {
			ValueDef::Variant(variant) => {
				let inner = of(&variant.values);
				if inner.is_empty() { variant.name.clone() } else { inner }
			},
			ValueDef::Composite(fields) => of(fields),
			_ => String::new(),
		}
	}
	let value = decode_as_type(&mut bytes, type_id, metadata.types()).ok()?;
	Some(name(&value.value)).filter(|name| !name.is_empty())
}

/// The error that an event carries.
fn error_of(event: &Event) -> Option<&EventError> {
	match event {
		Event::Deals(
			deals::Event::ItemFailed { error, .. }
			| deals::Event::CalledBack { result: Err(error), .. },
		)
		| Event::Mediation(mediation::Event::RulingNotTaken { error, .. }) => Some(error),
		_ => None,
	}
}

fn failure_of(event: &Event, metadata: &ArcMetadata) -> Result<Option<Failure>> {
	let Some(error) = error_of(event) else { return Ok(None) };
	let unreadable = |why: String| Error::decode("the error in an event", why);
	let type_id =
		metadata.dispatch_error_ty().ok_or_else(|| unreadable("it has no type".into()))?;
	let bytes = error.encode_as_type(type_id, metadata.types());
	let bytes = bytes.map_err(|error| unreadable(error.to_string()))?;
	let error = DispatchError::decode_from(bytes, metadata.clone());
	Ok(Some(describe(&error.map_err(|error| unreadable(error.to_string()))?, metadata).0))
}

/// Decodes the events of a block, as far as this program knows them: those of other pallets, and those
/// that a later runtime has added, are left out.
pub(super) fn decode_all(
	events: &Events<SubstrateConfig>,
	metadata: &ArcMetadata,
) -> Result<Vec<EventRecord>> {
	let mut records = Vec::new();
	for found in events.iter() {
		let found = found.map_err(|error| Error::decode("an event", error))?;
		let event: Event = match found.decode_as() {
			Ok(event) => event,
			Err(EventsError::CannotDecodeEventEnum { reason, .. })
				if matches!(reason.kind(), ErrorKind::CannotFindVariant { .. }) =>
			{
				continue;
			},
			Err(error) => return Err(Error::decode("an event", error)),
		};
		let transaction = match found.phase() {
			Phase::ApplyExtrinsic(position) => Some(position),
			_ => None,
		};
		let failure = failure_of(&event, metadata)?;
		records.push(EventRecord { index: found.index(), transaction, event, failure });
	}
	Ok(records)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::error::Error;
	use assay_interface::METADATA;
	use assay_primitives::{
		court::Unfit,
		order::{AssetFault, Kind, OrderFault, Part, Refusal},
		policy::PolicyFault,
		request::{Ineligible, RequestFault},
	};
	use subxt::{Metadata, ext::scale_decode::DecodeAsType};

	/// A dispatch error as a runtime encodes it.
	fn error(metadata: &Metadata, pallet: &str, name: &str, within: [u8; 3]) -> Vec<u8> {
		const MODULE: u8 = 3;
		let pallet = metadata.pallet_by_name(pallet).expect("it is there");
		let mut errors = pallet.error_variants().expect("it has errors").iter();
		let error = errors.find(|error| error.name == name).expect("it has this one");
		[vec![MODULE, pallet.error_index(), error.index], within.to_vec()].concat()
	}

	#[test]
	fn reason_within_an_error_should_be_told_by_its_name_and_its_own_words() {
		let metadata = Metadata::decode_from(METADATA).expect("it is committed").arc();
		let read = |pallet, name, within| {
			let bytes = error(&metadata, pallet, name, within);
			let error = DispatchError::decode_from(bytes, metadata.clone());
			describe(&error.expect("it is an error"), &metadata)
		};
		let busy = Refusal::Resource { at: 3, why: Ineligible::NoFreeSlot };
		let (failure, reason) = read("Market", "Refused", [46, 3, 11]);
		assert_eq!((&*failure.name, reason), ("NoFreeSlot", Some(Reason::Refused(busy))));
		assert_eq!(failure.docs, "resource 3: its provider is busy");
		let (failure, reason) = read("Market", "Refused", [56, 1, 1]);
		let fault = Refusal::Request(RequestFault::Policy(PolicyFault::TooManyReplicas));
		assert_eq!((&*failure.name, reason), ("TooManyReplicas", Some(Reason::Refused(fault))));
		let (failure, reason) = read("Market", "Refused", [54, 0, 3]);
		let used_up = Reason::Refused(OrderFault::UsedUp.of(Kind::Request));
		assert_eq!((&*failure.name, reason), ("RequestUsedUp", Some(used_up)));
		let (failure, reason) = read("Market", "Refused", [55, 1, 1]);
		let suspended = Reason::Refused(AssetFault::Suspended.of(Part::Dataset));
		assert_eq!((&*failure.name, reason), ("DatasetSuspended", Some(suspended)));
		let (failure, reason) = read("Market", "Ineligible", [25, 0, 0]);
		let signer = Reason::Ineligible(Ineligible::SignerNotOfProvider);
		assert_eq!((&*failure.name, reason), ("SignerNotOfProvider", Some(signer)));
		let (failure, reason) = read("Deals", "Refused", [56, 3, 0]);
		let gas = Reason::Refused(Refusal::Request(RequestFault::GasLimitOutOfRange));
		assert_eq!((&*failure.name, reason), ("GasLimitOutOfRange", Some(gas)));
		let (failure, reason) = read("Court", "Unfit", [4, 0, 0]);
		assert_eq!(
			(&*failure.name, reason),
			("GasBeyondCourt", Some(Reason::Unfit(Unfit::GasBeyondCourt)))
		);
		let (failure, reason) = read("Deals", "Unexpected", [1, 0, 0]);
		assert_eq!((&*failure.name, reason), ("ReplicasFull", None));
		let (failure, reason) = read("Market", "OfferNotFound", [0; 3]);
		assert_eq!((&*failure.pallet, &*failure.name, reason), ("Market", "OfferNotFound", None));
		let Failure { pallet, name, docs } = failure;
		let error = Error::Dispatch { pallet, name, docs, reason };
		assert_eq!((error.exit_code(), error.hint()), (4, None));
	}

	#[test]
	fn error_in_an_event_should_be_told_as_the_chain_calls_it() {
		let metadata = Metadata::decode_from(METADATA).expect("it is committed").arc();
		let bytes = error(&metadata, "Deals", "Refused", [56, 1, 4]);
		let type_id = metadata.dispatch_error_ty().expect("it has one");
		let error = EventError::decode_as_type(&mut &bytes[..], type_id, metadata.types());
		let error = error.expect("it is an error");
		let failed = Event::Deals(deals::Event::ItemFailed { index: 3, error });
		let failure = failure_of(&failed, &metadata).expect("it is readable").expect("it failed");
		assert_eq!((&*failure.pallet, &*failure.name), ("Deals", "TrustOutOfRange"));
		let other = Event::Deals(deals::Event::TipPaid {
			deal: 1,
			solver: assay_primitives::AccountId::from([1; 32]).into(),
			amount: 2,
		});
		assert_eq!(failure_of(&other, &metadata).expect("it has none"), None);
	}
}
