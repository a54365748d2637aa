//! The features of a profile, and the checks of whole sections.

use crate::refusal::{Bound, Reason, Refusal};
use alloc::{string::ToString, vec::Vec};
use assay_primitives::profile::{Features, ModuleLimits, Profile};
use wasmparser::{
	BinaryReaderError, ConstExpr, FuncType, Operator, TableSectionReader, TypeSectionReader,
	WasmFeatures,
};

/// Most pages that a 32-bit memory can have.
pub const MAX_PAGES: u32 = 65_536;

/// Features of every profile, as flags of the validator here or of one that an engine brings, whose type is
/// another one. Reference types are there for tables of functions: without `GC_TYPES` there is no
/// `externref`.
#[macro_export]
macro_rules! base_features {
	($flags:ty) => {
		<$flags>::FLOATS
			| <$flags>::MUTABLE_GLOBAL
			| <$flags>::SIGN_EXTENSION
			| <$flags>::SATURATING_FLOAT_TO_INT
			| <$flags>::MULTI_VALUE
			| <$flags>::BULK_MEMORY
			| <$flags>::REFERENCE_TYPES
			| <$flags>::EXTENDED_CONST
	};
}

/// What the validator accepts.
pub fn features(features: Features) -> WasmFeatures {
	let base = base_features!(WasmFeatures);
	if features.contains(Features::SIMD) { base | WasmFeatures::SIMD } else { base }
}

/// What the validator says of vectors where the profile has none. Only the words of a refusal hang
/// on it.
const NO_SIMD: &str = "SIMD support is not enabled";

impl From<BinaryReaderError> for Refusal {
	fn from(error: BinaryReaderError) -> Self {
		let reason = match error.message() {
			NO_SIMD => Reason::NeedsProfile { number: Profile::SIMD.number },
			message => Reason::Malformed(message.to_string()),
		};
		Self::new(error.offset(), reason)
	}
}

/// The function types of the section, within the bounds.
pub fn types(
	section: &TypeSectionReader<'_>,
	limits: &ModuleLimits,
) -> Result<Vec<FuncType>, Refusal> {
	let at = section.range().start;
	Refusal::above(Bound::Types, at, section.count(), limits.types)?;
	let mut types = Vec::new();
	for ty in section.clone().into_iter_err_on_gc_types() {
		let ty = ty?;
		Refusal::above(Bound::Params, at, ty.params().len() as u64, limits.params)?;
		Refusal::above(Bound::Results, at, ty.results().len() as u64, limits.params)?;
		types.push(ty);
	}
	Ok(types)
}

/// The tables of the section as (initial, most) elements, within the bounds. A table that declares
/// no bound gets the profile's.
pub fn tables(
	section: &TableSectionReader<'_>,
	limits: &ModuleLimits,
) -> Result<Vec<(u32, u32)>, Refusal> {
	Refusal::above(Bound::Tables, section.range().start, section.count(), limits.tables)?;
	let mut tables = Vec::new();
	for table in section.clone().into_iter_with_offsets() {
		let (at, table) = table?;
		Refusal::above(Bound::TableElements, at, table.ty.initial, limits.table_elements)?;
		let most = table.ty.maximum.unwrap_or(u64::MAX).min(limits.table_elements.into());
		// Neither exceeds `table_elements`, which is a u32.
		tables.push((table.ty.initial as u32, most as u32));
	}
	Ok(tables)
}

/// Value of a constant expression of type i32.
///
/// `None` for what the validator has refused already: without imported globals only constants and
/// their sums, differences and products are left.
pub fn constant(expr: &ConstExpr<'_>) -> Option<u32> {
	let mut stack = Vec::new();
	for operator in expr.get_operators_reader() {
		let value = match operator.ok()? {
			Operator::I32Const { value } => value,
			Operator::I32Add => binary(&mut stack, i32::wrapping_add)?,
			Operator::I32Sub => binary(&mut stack, i32::wrapping_sub)?,
			Operator::I32Mul => binary(&mut stack, i32::wrapping_mul)?,
			Operator::End => break,
			_ => return None,
		};
		stack.push(value);
	}
	stack.pop().map(|value| value as u32)
}

fn binary(stack: &mut Vec<i32>, apply: fn(i32, i32) -> i32) -> Option<i32> {
	let right = stack.pop()?;
	let left = stack.pop()?;
	Some(apply(left, right))
}
