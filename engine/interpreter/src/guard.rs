//! Ways around defects of wasmi 2.0.0: what it is given instead of what it gets wrong. No value and no
//! trap changes by that, and no gas: it is counted before.
//!
//! - Where the condition of a `select` compares a local with zero, wasmi drops the comparison and lets
//!   the `select` test the comparison's operand. But it goes on to read the condition from the register
//!   in which the result of the comparison would have been, which holds something else then. An `or`
//!   with zero between the two keeps them apart.
//! - A `v128.store8_lane` or `v128.store16_lane` whose offset exceeds 16 bits is written with an offset
//!   of 32 bits and read with one of 64, unless wasmi is built with 64-bit memories. So it takes other
//!   operands for its vector and for its memory, and writes wherever that points to. In their place
//!   there is the extraction of the lane and a store of the number.

use alloc::{borrow::Cow, vec::Vec};
use core::mem::take;
use wasmparser::{BinaryReaderError, FunctionBody, MemArg, Operator, Parser, Payload};

/// `i32.const 0`, `i32.or`.
const OR_ZERO: [u8; 3] = [0x41, 0x00, 0x72];
/// `i8x16.extract_lane_u`, `i16x8.extract_lane_u`.
const EXTRACT8: [u8; 2] = [0xfd, 0x16];
const EXTRACT16: [u8; 2] = [0xfd, 0x19];
/// `i32.store8`, `i32.store16`.
const STORE8: u8 = 0x3a;
const STORE16: u8 = 0x3b;
/// Id of the code section.
const CODE: u8 = 10;

/// The module as the interpreter gets it; the same if there is nothing to change. The module is valid
/// and has one memory.
pub fn guard(wasm: &[u8]) -> Result<Cow<'_, [u8]>, BinaryReaderError> {
	let mut code = Vec::new();
	let mut range = 0..0;
	let mut changed = false;
	for payload in Parser::new(0).parse_all(wasm) {
		match payload? {
			Payload::CodeSectionStart { count, range: contents, .. } => {
				range = contents;
				number(&mut code, count as usize);
			},
			Payload::CodeSectionEntry(body) => changed |= copy(&body, &mut code)?,
			_ => {},
		}
	}
	if !changed {
		return Ok(Cow::Borrowed(wasm));
	}
	// The metering pass writes lengths in the shortest form.
	let mut old_length = Vec::new();
	number(&mut old_length, range.len());
	let section = range.start - old_length.len() - 1;
	let mut out = Vec::with_capacity(wasm.len() - range.len() + code.len() + 8);
	out.extend_from_slice(&wasm[..section]);
	out.push(CODE);
	number(&mut out, code.len());
	out.extend_from_slice(&code);
	out.extend_from_slice(&wasm[range.end..]);
	Ok(Cow::Owned(out))
}

/// Copies a body with its length; whether there was something to change.
fn copy(body: &FunctionBody<'_>, code: &mut Vec<u8>) -> Result<bool, BinaryReaderError> {
	let (bytes, start) = (body.as_bytes(), body.range().start);
	let mut changed = Vec::new();
	let mut done = 0;
	let mut replaced = false;
	for operator in body.get_operators_reader()?.into_iter_with_offsets() {
		let (operator, at) = operator?;
		let at = at - start;
		if take(&mut replaced) {
			done = at;
		}
		match operator {
			Operator::Select | Operator::TypedSelect { .. } => {
				changed.extend_from_slice(&bytes[done..at]);
				changed.extend_from_slice(&OR_ZERO);
				done = at;
			},
			Operator::V128Store8Lane { memarg, lane } => {
				changed.extend_from_slice(&bytes[done..at]);
				store_lane(&mut changed, EXTRACT8, lane, STORE8, memarg);
				replaced = true;
			},
			Operator::V128Store16Lane { memarg, lane } => {
				changed.extend_from_slice(&bytes[done..at]);
				store_lane(&mut changed, EXTRACT16, lane, STORE16, memarg);
				replaced = true;
			},
			_ => {},
		}
	}
	let rest = &bytes[done..];
	number(code, changed.len() + rest.len());
	code.extend_from_slice(&changed);
	code.extend_from_slice(rest);
	// Whatever was changed put something there.
	Ok(!changed.is_empty())
}

/// The extraction of a lane and a store of it.
fn store_lane(out: &mut Vec<u8>, extract: [u8; 2], lane: u8, store: u8, memarg: MemArg) {
	out.extend_from_slice(&extract);
	out.extend_from_slice(&[lane, store, memarg.align]);
	// A valid offset into a 32-bit memory has 32 bits.
	number(out, memarg.offset as usize);
}

/// Writes an unsigned LEB128 number in the shortest form.
fn number(out: &mut Vec<u8>, mut value: usize) {
	while value >= 0x80 {
		out.push(value as u8 | 0x80);
		value >>= 7;
	}
	out.push(value as u8);
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::format;

	/// A module whose `_start` exits with the value of an expression over local 0, which is 5.
	fn program(expression: &str) -> Vec<u8> {
		let text = format!(
			"(module (memory (export \"memory\") 1)
			 (func $f (export \"f\") (param i32 i32) (result i32)
			  (local.set 1 (i32.sub (local.get 1) (local.get 1))) {expression})
			 (func (export \"_start\")))"
		);
		wat::parse_str(text).expect("well-formed")
	}

	#[test]
	fn module_should_stay_as_it_is_when_it_selects_nothing() {
		let wasm = program("(i32.add (local.get 0) (local.get 1))");
		assert!(matches!(guard(&wasm), Ok(Cow::Borrowed(_))));
	}

	#[test]
	fn module_should_stay_valid_when_it_selects() {
		let select = "(select (i32.const 1) (local.get 0) (i32.eqz (local.get 0)))";
		let typed = "(select (result i32) (i32.const 1) (local.get 0) (i32.eqz (local.get 0)))";
		// Long enough that lengths take more bytes than before.
		for repeat in [1, 2, 7, 40, 2_000] {
			let body = format!("(drop {select}) (drop {typed})").repeat(repeat);
			let wasm = program(&format!("{body} {select}"));
			let guarded = guard(&wasm).expect("well-formed");
			assert!(guarded.len() > wasm.len() + 6 * repeat);
			wasmi::Module::new(&wasmi::Engine::default(), &guarded).expect("valid");
		}
	}

	#[test]
	fn lane_should_be_stored_as_a_number_when_a_vector_stores_it() {
		let body = |first: &str, second: &str| {
			program(&format!(
				"(v128.store (i32.const 0) (v128.const i64x2 0 0))
				 (i32.const 1) (v128.const i64x2 1 2) {first}
				 (i32.const 1) (v128.const i64x2 1 2) {second}
				 (v128.store64_lane offset=70000 1 (i32.const 0) (v128.const i64x2 0 0))
				 (local.get 0)"
			))
		};
		for (offset, lane) in [(0, 0), (3, 1), (65_535, 6), (65_536, 7), (u32::MAX, 5)] {
			let wasm = body(
				&format!("v128.store8_lane offset={offset} {lane}"),
				&format!("v128.store16_lane offset={offset} align=1 {lane}"),
			);
			let expected = body(
				&format!("i8x16.extract_lane_u {lane} i32.store8 offset={offset}"),
				&format!("i16x8.extract_lane_u {lane} i32.store16 offset={offset} align=1"),
			);
			assert_eq!(guard(&wasm).expect("well-formed"), expected);
		}
	}
}
