//! Runtimes that differ from the one that this crate was tested against.

use assay_interface::METADATA;
use codec::{Decode, Encode};
use scale_info::{Field, Type, TypeDef, TypeDefPrimitive, form::PortableForm};
use subxt::Metadata;
use subxt::ext::{
	frame_metadata::{
		RuntimeMetadata, RuntimeMetadataPrefixed,
		v16::{RuntimeApiMethodMetadata, RuntimeMetadataV16},
	},
	scale_value::{
		Composite, Value, ValueDef,
		scale::{decode_as_type, encode_as_type},
	},
};

/// Name of what was added.
const ADDED: &str = "added";

/// The committed metadata with a change.
pub(crate) fn edited(change: impl FnOnce(&mut RuntimeMetadataV16)) -> Vec<u8> {
	let RuntimeMetadataPrefixed(magic, metadata) =
		Decode::decode(&mut &METADATA[..]).expect("it is committed");
	let RuntimeMetadata::V16(mut metadata) = metadata else { panic!("another version") };
	change(&mut metadata);
	RuntimeMetadataPrefixed(magic, RuntimeMetadata::V16(metadata)).encode()
}

/// A type of `assay-primitives` by its path there.
pub(crate) fn type_at<'a>(
	metadata: &'a mut RuntimeMetadataV16,
	path: &str,
) -> &'a mut Type<PortableForm> {
	let path = format!("assay_primitives::{path}");
	let mut all = metadata.types.types.iter_mut().map(|known| &mut known.ty);
	all.find(|ty| ty.path.segments.join("::") == path).expect("the type is in the metadata")
}

/// The fields of a type that is a struct.
pub(crate) fn fields_of<'a>(
	metadata: &'a mut RuntimeMetadataV16,
	path: &str,
) -> &'a mut Vec<Field<PortableForm>> {
	match &mut type_at(metadata, path).type_def {
		TypeDef::Composite(composite) => &mut composite.fields,
		_ => panic!("{path} is no struct"),
	}
}

/// A field that no type has yet: a number of 64 bits.
pub(crate) fn added(metadata: &RuntimeMetadataV16) -> Field<PortableForm> {
	let number = TypeDef::Primitive(TypeDefPrimitive::U64);
	let found = metadata.types.types.iter().find(|known| known.ty.type_def == number);
	let id = found.expect("there are such numbers").id;
	Field::new(Some(ADDED.into()), id.into(), None, Vec::new())
}

/// A method of a runtime API.
pub(crate) fn method<'a>(
	metadata: &'a mut RuntimeMetadataV16,
	api: &str,
	name: &str,
) -> &'a mut RuntimeApiMethodMetadata<PortableForm> {
	let api = metadata.apis.iter_mut().find(|known| known.name == api).expect("an API");
	api.methods.iter_mut().find(|method| method.name == name).expect("a method of it")
}

/// A value of this crate as a chain with such metadata encodes it, after `edit` has seen all that it
/// is made of.
pub(crate) fn reencode(
	bytes: &[u8],
	type_id: u32,
	metadata: &Metadata,
	edit: &impl Fn(&mut Value<u32>),
) -> Vec<u8> {
	let own = super::values::metadata();
	let mut value = decode_as_type(&mut &bytes[..], type_id, own.types()).expect("it is ours");
	each(&mut value, edit);
	let mut out = Vec::new();
	encode_as_type(&value, type_id, metadata.types(), &mut out).expect("it is one of theirs, too");
	out
}

fn each(value: &mut Value<u32>, edit: &impl Fn(&mut Value<u32>)) {
	edit(value);
	if let Some(parts) = parts(value) {
		match parts {
			Composite::Named(parts) => parts.iter_mut().for_each(|(_, part)| each(part, edit)),
			Composite::Unnamed(parts) => parts.iter_mut().for_each(|part| each(part, edit)),
		}
	}
}

/// What a value is made of.
fn parts(value: &mut Value<u32>) -> Option<&mut Composite<u32>> {
	match &mut value.value {
		ValueDef::Composite(parts) => Some(parts),
		ValueDef::Variant(variant) => Some(&mut variant.values),
		_ => None,
	}
}

/// Adds the field to whatever has named ones.
pub(crate) fn add_to_all(value: &mut Value<u32>) {
	if let Some(Composite::Named(parts)) = parts(value)
		&& !parts.is_empty()
	{
		parts.push((ADDED.into(), Value::u128(7).map_context(|()| 0)));
	}
}
