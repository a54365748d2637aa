//! What wasmi is given instead of a metered module, so that it gets nothing wrong. No value and no trap changes by
//! that, and no gas: it is counted before.
//!
//! - [`defects`] has ways around operators that wasmi 2.0.0 gets wrong.
//! - [`blocks`] takes the parameters of blocks away, which it gets wrong too.
//!
//! [`body`] reads each function once.

mod blocks;
mod body;
mod defects;
mod sections;

#[cfg(test)]
mod tests;

use anyhow::Result;
use sections::Sections;

/// Whether blocks lose their parameters. They keep them only where it is shown what for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Parameters {
	Lowered,
	#[cfg(test)]
	Kept,
}

/// The module as wasmi gets it. `wasm` is valid, metered, and has one memory.
pub fn guard(wasm: &[u8]) -> Result<Vec<u8>> {
	guard_with(wasm, Parameters::Lowered)
}

fn guard_with(wasm: &[u8], parameters: Parameters) -> Result<Vec<u8>> {
	Ok(Sections::read(wasm, parameters)?.write())
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
