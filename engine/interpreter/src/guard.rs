//! A way around a defect of wasmi 2.0.0.
//!
//! Where the condition of a `select` compares a local with zero, wasmi drops the comparison and lets the
//! `select` test the comparison's operand. But it goes on to read the condition from the register in
//! which the result of the comparison would have been, which holds something else then. An `or` with zero
//! between the two changes no value and keeps them apart. Gas is not affected: it is counted before.

use alloc::{borrow::Cow, vec::Vec};
use wasmparser::{BinaryReaderError, FunctionBody, Operator, Parser, Payload};

/// `i32.const 0`, `i32.or`.
const OR_ZERO: [u8; 3] = [0x41, 0x00, 0x72];
/// Id of the code section.
const CODE: u8 = 10;

/// The module with an `or` before each `select`; the same if it has none. The module is valid.
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

/// Copies a body with its length; whether there was something to insert.
fn copy(body: &FunctionBody<'_>, code: &mut Vec<u8>) -> Result<bool, BinaryReaderError> {
	let (bytes, start) = (body.as_bytes(), body.range().start);
	let mut places = Vec::new();
	for operator in body.get_operators_reader()?.into_iter_with_offsets() {
		if let (Operator::Select | Operator::TypedSelect { .. }, at) = operator? {
			places.push(at - start);
		}
	}
	number(code, bytes.len() + OR_ZERO.len() * places.len());
	let mut done = 0;
	for at in &places {
		code.extend_from_slice(&bytes[done..*at]);
		code.extend_from_slice(&OR_ZERO);
		done = *at;
	}
	code.extend_from_slice(&bytes[done..]);
	Ok(!places.is_empty())
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
			assert_eq!(guarded.len() > wasm.len() + 6 * repeat, true);
			wasmi::Module::new(&wasmi::Engine::default(), &guarded).expect("valid");
		}
	}
}
