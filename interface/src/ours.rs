use codec::{Decode, DecodeAll, Encode};
use std::{fmt, marker::PhantomData, ops::Deref};
use subxt::ext::{
	scale_decode::{
		self, IntoVisitor, Visitor,
		visitor::{DecodeAsTypeResult, IgnoreVisitor, decode_with_visitor},
	},
	scale_encode::{self, EncodeAsType},
	scale_type_resolver::TypeResolver,
};

/// A value of a type that chain and clients share, which says itself how it is encoded.
///
/// It is decoded from exactly the bytes that the chain's metadata gives it: what has another shape
/// there is an error, and nothing else.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Ours<T>(pub T);

/// Each of several values as [`Ours`].
pub fn ours<T>(values: impl IntoIterator<Item = T>) -> Vec<Ours<T>> {
	values.into_iter().map(Ours).collect()
}

impl<T> From<T> for Ours<T> {
	fn from(value: T) -> Self {
		Self(value)
	}
}

impl<T> Deref for Ours<T> {
	type Target = T;

	fn deref(&self) -> &T {
		&self.0
	}
}

impl<T: PartialEq> PartialEq<T> for Ours<T> {
	fn eq(&self, other: &T) -> bool {
		self.0 == *other
	}
}

impl<T: fmt::Debug> fmt::Debug for Ours<T> {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		self.0.fmt(formatter)
	}
}

impl<T: Encode> EncodeAsType for Ours<T> {
	fn encode_as_type_to<R: TypeResolver>(
		&self,
		_: R::TypeId,
		_: &R,
		out: &mut Vec<u8>,
	) -> Result<(), scale_encode::Error> {
		self.0.encode_to(out);
		Ok(())
	}
}

/// Decodes [`Ours`].
pub struct OursVisitor<T, R>(PhantomData<(T, R)>);

impl<T: Decode> IntoVisitor for Ours<T> {
	type AnyVisitor<R: TypeResolver> = OursVisitor<T, R>;

	fn into_visitor<R: TypeResolver>() -> OursVisitor<T, R> {
		OursVisitor(PhantomData)
	}
}

impl<T: Decode, R: TypeResolver> Visitor for OursVisitor<T, R> {
	type Value<'scale, 'resolver> = Ours<T>;
	type Error = scale_decode::Error;
	type TypeResolver = R;

	fn unchecked_decode_as_type(
		self,
		input: &mut &[u8],
		type_id: R::TypeId,
		types: &R,
	) -> DecodeAsTypeResult<Self, Result<Ours<T>, Self::Error>> {
		let whole = *input;
		let passed = decode_with_visitor(input, type_id, types, IgnoreVisitor::new());
		let mut own = &whole[..whole.len() - input.len()];
		let decoded = passed
			.map_err(Self::Error::from)
			.and_then(|_| T::decode_all(&mut own).map(Ours).map_err(Self::Error::custom));
		DecodeAsTypeResult::Decoded(decoded)
	}
}
