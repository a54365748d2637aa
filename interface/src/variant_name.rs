use std::marker::PhantomData;
use subxt::ext::{
	scale_decode::{
		self, IntoVisitor, Visitor,
		visitor::{TypeIdFor, types::Variant},
	},
	scale_encode::{self, Composite, EncodeAsType},
	scale_type_resolver::TypeResolver,
};

/// Name of a variant of an enum that only a pallet knows, such as the reason of a payment. One that a
/// later runtime adds has a name, too.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VariantName(pub String);

impl EncodeAsType for VariantName {
	fn encode_as_type_to<R: TypeResolver>(
		&self,
		type_id: R::TypeId,
		types: &R,
		out: &mut Vec<u8>,
	) -> Result<(), scale_encode::Error> {
		let fields = Composite::new(std::iter::empty());
		let variant = scale_encode::Variant { name: &self.0, fields };
		variant.encode_variant_as_type_to(type_id, types, out)
	}
}

/// Decodes [`VariantName`].
pub struct NameVisitor<R>(PhantomData<R>);

impl IntoVisitor for VariantName {
	type AnyVisitor<R: TypeResolver> = NameVisitor<R>;

	fn into_visitor<R: TypeResolver>() -> NameVisitor<R> {
		NameVisitor(PhantomData)
	}
}

impl<R: TypeResolver> Visitor for NameVisitor<R> {
	type Value<'scale, 'resolver> = VariantName;
	type Error = scale_decode::Error;
	type TypeResolver = R;

	fn visit_variant<'scale, 'resolver>(
		self,
		variant: &mut Variant<'scale, 'resolver, R>,
		_: TypeIdFor<Self>,
	) -> Result<VariantName, Self::Error> {
		Ok(VariantName(variant.name().into()))
	}
}
