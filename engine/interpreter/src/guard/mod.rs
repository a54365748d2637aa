//! What wasmi is given instead of a metered module, so that it neither gets anything wrong nor works for
//! longer than it may. No value and no trap changes by that, and no gas: it is counted before.
//!
//! - [`defects`] has ways around operators that wasmi 2.0.0 gets wrong.
//! - [`blocks`] takes the parameters of blocks away, which it gets wrong too.
//! - [`steps`] counts what is executed, and looks at the gas where the pass need not.
//!
//! [`body`] reads each function once, in a time and to a length that are linear in the function and in
//! the values that its blocks and branches pass on, both of which the profile bounds.

mod blocks;
mod body;
mod defects;
mod sections;
mod steps;

#[cfg(test)]
mod tests;

pub use steps::STEPS_GLOBAL;

use crate::Failure;
use alloc::vec::Vec;
use sections::Sections;

/// Whether blocks lose their parameters. They keep them only where it is shown what for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Parameters {
	Lowered,
	#[cfg(test)]
	Kept,
}

/// The module as the interpreter gets it. `wasm` is valid, metered, and has one memory.
///
/// [`Failure::MeteredTooLong`] if its code takes more than `room` bytes.
pub fn guard(wasm: &[u8], room: usize) -> Result<Vec<u8>, Failure> {
	guard_with(wasm, room, Parameters::Lowered)
}

fn guard_with(wasm: &[u8], room: usize, parameters: Parameters) -> Result<Vec<u8>, Failure> {
	Sections::read(wasm, room, parameters)?.write()
}

/// Writes an unsigned LEB128 number in the shortest form.
fn number(out: &mut Vec<u8>, mut value: u32) {
	while value >= 0x80 {
		out.push(value as u8 | 0x80);
		value >>= 7;
	}
	out.push(value as u8);
}

/// Writes a signed LEB128 number in the shortest form.
fn signed(out: &mut Vec<u8>, mut value: i64) {
	loop {
		let (low, rest) = (value as u8 & 0x7f, value >> 7);
		if matches!((rest, low & 0x40), (0, 0) | (-1, 0x40)) {
			out.push(low);
			return;
		}
		out.push(low | 0x80);
		value = rest;
	}
}

/// An unsigned LEB128 number that the parser has read before, and the bytes behind it.
fn unsigned(bytes: &[u8]) -> (u32, &[u8]) {
	let (mut value, mut shift) = (0, 0);
	for (index, byte) in bytes.iter().enumerate() {
		value |= u32::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
		shift += 7;
		if byte & 0x80 == 0 {
			return (value, &bytes[index + 1..]);
		}
	}
	(value, &[])
}
