//! The encoding of a value by the types of one registry, made that of another by the names of fields
//! and variants.
//!
//! What both registries have alike is copied as it is: a list of bytes costs no more than its copy.
//! Nothing is guessed. What has no counterpart of its name is an error that says where.

use codec::{Compact, Decode, Encode};
use scale_info::{Field, PortableRegistry, TypeDef, TypeDefPrimitive, form::PortableForm};
use std::collections::{HashMap, HashSet};
use subxt::ext::scale_decode::visitor::{IgnoreVisitor, decode_with_visitor};

/// Why a value can't be translated, in words about the chain's side.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(super) enum Fault {
	/// Only this program knows it.
	#[error("is missing")]
	Missing,
	/// Only the chain knows it.
	#[error("is new")]
	New,
	/// Another kind of type, or another number of fields without names.
	#[error("is of another type")]
	Type,
	/// A number that the narrower type can't hold.
	#[error("is too large a number")]
	TooLarge,
	/// The bytes are no value of the type that they should be of.
	#[error("can't be decoded")]
	Bytes,
}

/// A fault, and where it is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Untranslatable {
	/// Names of fields and variants, innermost first.
	within: Vec<String>,
	pub fault: Fault,
}

impl Untranslatable {
	fn within(mut self, name: &str) -> Self {
		self.within.push(name.into());
		self
	}
}

impl From<Fault> for Untranslatable {
	fn from(fault: Fault) -> Self {
		Self { within: Vec::new(), fault }
	}
}

impl std::fmt::Display for Untranslatable {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		let path: Vec<&str> = self.within.iter().rev().map(String::as_str).collect();
		match path.is_empty() {
			true => write!(f, "it {}", self.fault),
			false => write!(f, "{} {}", path.join("."), self.fault),
		}
	}
}

type Result<T> = std::result::Result<T, Untranslatable>;
type Fields = [Field<PortableForm>];

/// Which way a value goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Direction {
	/// From the chain: what it has beside what this program knows is left out.
	Answer,
	/// To the chain: all of it counts, or the answer would be one to something else.
	Question,
}

/// Two registries, and which of their types are alike.
pub(super) struct Translation<'a> {
	from: &'a PortableRegistry,
	to: &'a PortableRegistry,
	direction: Direction,
	alike: HashMap<(u32, u32), bool>,
}

impl<'a> Translation<'a> {
	/// Of what the chain says.
	pub fn answer(chain: &'a PortableRegistry, own: &'a PortableRegistry) -> Self {
		Self::new(chain, own, Direction::Answer)
	}

	/// Of what the chain is asked.
	pub fn question(own: &'a PortableRegistry, chain: &'a PortableRegistry) -> Self {
		Self::new(own, chain, Direction::Question)
	}

	fn new(from: &'a PortableRegistry, to: &'a PortableRegistry, direction: Direction) -> Self {
		Self { from, to, direction, alike: HashMap::new() }
	}

	/// Whether every encoding of the one type is that of the same value of the other. Hashes of types,
	/// as subxt makes them, don't tell: they leave out the order of fields and the numbers of variants.
	pub fn alike(&mut self, from: u32, to: u32) -> bool {
		if let Some(alike) = self.alike.get(&(from, to)) {
			return *alike;
		}
		let mut assumed = HashSet::new();
		let alike = self.agree(from, to, &mut assumed);
		// Of types that differ nothing is learnt about those within them that were taken to agree.
		if alike {
			self.alike.extend(assumed.into_iter().map(|pair| (pair, true)));
		} else {
			self.alike.insert((from, to), false);
		}
		alike
	}

	/// Moves one value from the beginning of `bytes` to the end of `out`.
	pub fn value(
		&mut self,
		from: u32,
		to: u32,
		bytes: &mut &[u8],
		out: &mut Vec<u8>,
	) -> Result<()> {
		if self.alike(from, to) {
			out.extend_from_slice(self.skip(from, bytes)?);
			return Ok(());
		}
		let (own, other) = (self.from, self.to);
		let types = own.resolve(from).zip(other.resolve(to)).ok_or(Fault::Type)?;
		match (&types.0.type_def, &types.1.type_def) {
			(TypeDef::Composite(from), TypeDef::Composite(to)) => {
				self.fields(&from.fields, &to.fields, bytes, out)
			},
			(TypeDef::Variant(from), TypeDef::Variant(to)) => {
				let index = u8::decode(bytes).map_err(|_| Fault::Bytes)?;
				let from = from.variants.iter().find(|variant| variant.index == index);
				let from = from.ok_or(Fault::Bytes)?;
				let to = to.variants.iter().find(|variant| variant.name == from.name);
				let within = |error: Untranslatable| error.within(&from.name);
				let to = to.ok_or_else(|| within(self.unknown().into()))?;
				out.push(to.index);
				let moved = self.fields(&from.fields, &to.fields, bytes, out);
				// Nobody looks for a field in `Some`.
				if to.fields.iter().any(|field| field.name.is_none()) {
					moved
				} else {
					moved.map_err(within)
				}
			},
			(TypeDef::Sequence(from), TypeDef::Sequence(to)) => {
				let length = Compact::<u32>::decode(bytes).map_err(|_| Fault::Bytes)?;
				length.encode_to(out);
				let (from, to) = (from.type_param.id, to.type_param.id);
				(0..length.0).try_for_each(|_| self.value(from, to, bytes, out))
			},
			(TypeDef::Array(from), TypeDef::Array(to)) if from.len == to.len => {
				let (length, from, to) = (from.len, from.type_param.id, to.type_param.id);
				(0..length).try_for_each(|_| self.value(from, to, bytes, out))
			},
			(TypeDef::Tuple(from), TypeDef::Tuple(to)) => {
				let (from, to) = (from.fields.iter(), to.fields.iter());
				self.unnamed(from.map(|id| id.id), to.map(|id| id.id), bytes, out)
			},
			(TypeDef::Primitive(from), TypeDef::Primitive(to)) => number(from, to, bytes, out),
			_ => Err(Fault::Type.into()),
		}
	}

	/// Moves what is told apart by names, in the order of `to`.
	pub fn named(
		&mut self,
		from: &[(&str, u32)],
		to: &[(&str, u32)],
		bytes: &mut &[u8],
		out: &mut Vec<u8>,
	) -> Result<()> {
		let mut found = HashMap::new();
		for (name, id) in from {
			let value = self.skip(*id, bytes).map_err(|error| error.within(name))?;
			let wanted = to.iter().any(|(wanted, _)| wanted == name);
			if !wanted && self.direction == Direction::Question {
				return Err(Untranslatable::from(self.unknown()).within(name));
			}
			found.insert(*name, (*id, value));
		}
		for (name, id) in to {
			let within = |error: Untranslatable| error.within(name);
			let (from, mut value) = *found.get(name).ok_or_else(|| within(self.absent().into()))?;
			self.value(from, *id, &mut value, out).map_err(within)?;
		}
		Ok(())
	}

	fn fields(
		&mut self,
		from: &Fields,
		to: &Fields,
		bytes: &mut &[u8],
		out: &mut Vec<u8>,
	) -> Result<()> {
		match (names(from), names(to)) {
			(Some(from), Some(to)) => self.named(&from, &to, bytes, out),
			_ => {
				let (from, to) = (from.iter(), to.iter());
				self.unnamed(from.map(|field| field.ty.id), to.map(|field| field.ty.id), bytes, out)
			},
		}
	}

	fn unnamed(
		&mut self,
		from: impl ExactSizeIterator<Item = u32>,
		to: impl ExactSizeIterator<Item = u32>,
		bytes: &mut &[u8],
		out: &mut Vec<u8>,
	) -> Result<()> {
		if from.len() != to.len() {
			return Err(Fault::Type.into());
		}
		from.zip(to).try_for_each(|(from, to)| self.value(from, to, bytes, out))
	}

	/// One value at the beginning of `bytes`, which is moved past it.
	fn skip<'b>(&self, id: u32, bytes: &mut &'b [u8]) -> Result<&'b [u8]> {
		let whole = *bytes;
		let visitor = IgnoreVisitor::<PortableRegistry>::new();
		decode_with_visitor(bytes, id, self.from, visitor).map_err(|_| Fault::Bytes)?;
		let (value, _) = whole.split_at(whole.len().saturating_sub(bytes.len()));
		Ok(value)
	}

	/// Whether types are alike. Those within are taken to be while they are looked at, since a type may
	/// contain itself.
	fn agree(&self, from: u32, to: u32, assumed: &mut HashSet<(u32, u32)>) -> bool {
		if !assumed.insert((from, to)) {
			return true;
		}
		let (own, other) = (self.from, self.to);
		let Some((from, to)) = own.resolve(from).zip(other.resolve(to)) else { return false };
		match (&from.type_def, &to.type_def) {
			(TypeDef::Composite(from), TypeDef::Composite(to)) => {
				self.fields_agree(&from.fields, &to.fields, assumed)
			},
			(TypeDef::Variant(from), TypeDef::Variant(to)) => {
				from.variants.len() == to.variants.len()
					&& from.variants.iter().zip(&to.variants).all(|(from, to)| {
						(&from.name, from.index) == (&to.name, to.index)
							&& self.fields_agree(&from.fields, &to.fields, assumed)
					})
			},
			(TypeDef::Sequence(from), TypeDef::Sequence(to)) => {
				self.agree(from.type_param.id, to.type_param.id, assumed)
			},
			(TypeDef::Array(from), TypeDef::Array(to)) => {
				from.len == to.len && self.agree(from.type_param.id, to.type_param.id, assumed)
			},
			(TypeDef::Tuple(from), TypeDef::Tuple(to)) => {
				from.fields.len() == to.fields.len()
					&& from
						.fields
						.iter()
						.zip(&to.fields)
						.all(|(from, to)| self.agree(from.id, to.id, assumed))
			},
			(TypeDef::Primitive(from), TypeDef::Primitive(to)) => from == to,
			(TypeDef::Compact(from), TypeDef::Compact(to)) => {
				self.agree(from.type_param.id, to.type_param.id, assumed)
			},
			_ => false,
		}
	}

	fn fields_agree(&self, from: &Fields, to: &Fields, assumed: &mut HashSet<(u32, u32)>) -> bool {
		from.len() == to.len()
			&& from
				.iter()
				.zip(to)
				.all(|(from, to)| from.name == to.name && self.agree(from.ty.id, to.ty.id, assumed))
	}

	/// What is to be said of something that only `from` has.
	fn unknown(&self) -> Fault {
		match self.direction {
			Direction::Answer => Fault::New,
			Direction::Question => Fault::Missing,
		}
	}

	/// What is to be said of something that only `to` has.
	fn absent(&self) -> Fault {
		match self.direction {
			Direction::Answer => Fault::Missing,
			Direction::Question => Fault::New,
		}
	}
}

/// Names and types of fields; `None` where one has no name.
fn names(fields: &Fields) -> Option<Vec<(&str, u32)>> {
	fields.iter().map(|field| Some((field.name.as_deref()?, field.ty.id))).collect()
}

/// Bytes of a number without sign.
fn width(primitive: &TypeDefPrimitive) -> Option<usize> {
	match primitive {
		TypeDefPrimitive::U8 => Some(1),
		TypeDefPrimitive::U16 => Some(2),
		TypeDefPrimitive::U32 => Some(4),
		TypeDefPrimitive::U64 => Some(8),
		TypeDefPrimitive::U128 => Some(16),
		_ => None,
	}
}

/// Moves a number into another width.
fn number(
	from: &TypeDefPrimitive,
	to: &TypeDefPrimitive,
	bytes: &mut &[u8],
	out: &mut Vec<u8>,
) -> Result<()> {
	let (from, to) = width(from).zip(width(to)).ok_or(Fault::Type)?;
	let (value, rest) = bytes.split_at_checked(from).ok_or(Fault::Bytes)?;
	*bytes = rest;
	let kept = value.len().min(to);
	let (kept, cut) = value.split_at(kept);
	if cut.iter().any(|byte| *byte != 0) {
		return Err(Fault::TooLarge.into());
	}
	out.extend_from_slice(kept);
	out.resize(out.len().saturating_add(to.saturating_sub(kept.len())), 0);
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use scale_info::{MetaType, Registry, TypeInfo};

	fn types<T: TypeInfo + 'static>() -> (PortableRegistry, u32) {
		let mut registry = Registry::new();
		let id = registry.register_type(&MetaType::new::<T>()).id;
		(registry.into(), id)
	}

	/// A value of type `F` by the types of `T`.
	fn answer<F: TypeInfo + Encode + 'static, T: TypeInfo + Decode + 'static>(
		value: F,
	) -> std::result::Result<T, String> {
		let ((from, from_id), (to, to_id)) = (types::<F>(), types::<T>());
		let (bytes, mut out) = (value.encode(), Vec::new());
		let mut rest = &bytes[..];
		let mut translation = Translation::answer(&from, &to);
		translation
			.value(from_id, to_id, &mut rest, &mut out)
			.map_err(|error| error.to_string())?;
		assert!(rest.is_empty(), "all of it is read");
		Ok(T::decode(&mut &out[..]).expect("it is a value of the other type"))
	}

	fn ask<F: TypeInfo + Encode + 'static, T: TypeInfo + 'static>(value: F) -> String {
		let ((from, from_id), (to, to_id)) = (types::<F>(), types::<T>());
		let mut translation = Translation::question(&from, &to);
		let (bytes, mut out) = (value.encode(), Vec::new());
		let done = translation.value(from_id, to_id, &mut &bytes[..], &mut out);
		done.expect_err("it can't be asked").to_string()
	}

	mod old {
		use super::*;

		#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
		pub enum State {
			Open { until: u32 },
			Closed,
		}

		#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
		pub struct Item {
			pub id: u64,
			pub name: Vec<u8>,
			pub state: State,
			pub inner: Option<Box<Item>>,
			pub pair: (u8, u32),
			pub three: [u16; 3],
		}
	}

	mod new {
		use super::*;

		#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
		pub enum State {
			Paused(u8),
			Closed { by: u64 },
			Open { since: u32, until: u64 },
		}

		#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
		pub struct Item {
			pub state: State,
			pub added: Vec<(u8, [u32; 2])>,
			pub three: [u32; 3],
			pub pair: (u8, u64),
			pub inner: Option<Box<Item>>,
			pub name: Vec<u8>,
			pub id: u32,
		}
	}

	fn new_item(state: new::State, inner: Option<Box<new::Item>>) -> new::Item {
		let added = vec![(1, [2, 3]), (4, [5, 6])];
		let name = b"name".to_vec();
		new::Item { state, added, three: [1, 2, 65_535], pair: (7, 8), inner, name, id: 9 }
	}

	fn old_item(state: old::State, inner: Option<Box<old::Item>>) -> old::Item {
		let name = b"name".to_vec();
		old::Item { id: 9, name, state, inner, pair: (7, 8), three: [1, 2, 65_535] }
	}

	#[test]
	fn value_should_be_translated_by_names_whatever_was_added_or_moved() {
		let inner = Box::new(new_item(new::State::Closed { by: 5 }, None));
		let item = new_item(new::State::Open { since: 1, until: 2 }, Some(inner));
		let inner = Box::new(old_item(old::State::Closed, None));
		let expected = old_item(old::State::Open { until: 2 }, Some(inner));
		assert_eq!(answer(item.clone()), Ok(expected.clone()));
		assert_eq!(answer(vec![item.clone(), item]), Ok(vec![expected.clone(), expected]));
	}

	#[test]
	fn same_type_should_be_copied_and_another_order_should_not_count_as_the_same() {
		let item = old_item(old::State::Closed, None);
		assert_eq!(answer(item.clone()), Ok(item));
		let (registry, id) = types::<old::Item>();
		assert!(Translation::answer(&registry, &registry).alike(id, id));

		#[derive(Decode, Encode, TypeInfo)]
		struct Ab {
			a: u32,
			b: u32,
		}
		#[derive(Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
		struct Ba {
			b: u32,
			a: u32,
		}
		assert_eq!(answer(Ab { a: 1, b: 2 }), Ok(Ba { a: 1, b: 2 }));
		#[derive(Decode, Encode, TypeInfo)]
		enum One {
			X,
			Y,
		}
		#[derive(Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
		enum Other {
			Y,
			X,
		}
		assert_eq!((answer(One::X), answer(One::Y)), (Ok(Other::X), Ok(Other::Y)));
	}

	#[test]
	fn what_has_no_counterpart_should_be_named() {
		let nested = vec![new_item(new::State::Paused(1), None)];
		let told = answer::<_, Vec<old::Item>>(nested).expect_err("it occurs");
		assert_eq!(told, "state.Paused is new");
		let large = new_item(new::State::Open { since: 0, until: 1 << 32 }, None);
		let told = answer::<_, old::Item>(large).expect_err("it does not fit");
		assert_eq!(told, "state.Open.until is too large a number");
		let old = old_item(old::State::Closed, None);
		let told = answer::<_, new::Item>(old.clone()).expect_err("a field is not there");
		assert_eq!(told, "state.Closed.by is missing");
		assert_eq!(answer::<_, u64>(old).expect_err("no number"), "it is of another type");
		assert_eq!(answer::<_, (u8, u8)>((1u8, 2u8, 3u8)), Err("it is of another type".into()));
		assert_eq!(answer::<_, [u8; 2]>([1u8; 3]), Err("it is of another type".into()));
		assert_eq!(answer::<_, bool>(1u8), Err("it is of another type".into()));
	}

	#[test]
	fn question_should_be_refused_when_a_part_of_it_would_be_left_out_or_is_lacking() {
		let old = old_item(old::State::Closed, None);
		assert_eq!(ask::<_, new::Item>(old), "state.Closed.by is new");
		let new = new_item(new::State::Closed { by: 1 }, None);
		assert_eq!(ask::<_, old::Item>(new), "added is missing");
	}

	#[test]
	fn bytes_that_end_early_should_be_an_error() {
		let ((from, from_id), (to, to_id)) = (types::<new::Item>(), types::<old::Item>());
		let whole = new_item(new::State::Open { since: 1, until: 2 }, None).encode();
		for length in 0..whole.len() {
			let mut translation = Translation::answer(&from, &to);
			let mut bytes = &whole[..length];
			let done = translation.value(from_id, to_id, &mut bytes, &mut Vec::new());
			let fault = done.expect_err("it is cut").fault;
			assert_eq!(fault, Fault::Bytes, "{length} of {} bytes", whole.len());
		}
	}
}
