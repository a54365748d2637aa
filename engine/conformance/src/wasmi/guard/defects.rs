//! Ways around operators that wasmi 2.0.0 gets wrong.
//!
//! - Where the condition of a `select` compares a local with zero, wasmi drops the comparison and lets
//!   the `select` test the comparison's operand. But it goes on to read the condition from the register
//!   in which the result of the comparison would have been, which holds something else then. An `or`
//!   with zero between the two keeps them apart.
//! - A `v128.store8_lane` or `v128.store16_lane` whose offset exceeds 16 bits is written with an offset
//!   of 32 bits and read with one of 64, unless wasmi is built with 64-bit memories. So it takes other
//!   operands for its vector and for its memory, and writes wherever that points to. In their place
//!   there is the extraction of the lane and a store of the number.

use super::number;
use wasmparser::{MemArg, Operator};

/// `i32.const 0`, `i32.or`.
const OR_ZERO: [u8; 3] = [0x41, 0x00, 0x72];
/// `i8x16.extract_lane_u`, `i16x8.extract_lane_u`.
const EXTRACT8: [u8; 2] = [0xfd, 0x16];
const EXTRACT16: [u8; 2] = [0xfd, 0x19];
/// `i32.store8`, `i32.store16`.
const STORE8: u8 = 0x3a;
const STORE16: u8 = 0x3b;

/// What is done about an operator.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Repair {
	/// Nothing: it is right.
	Nothing,
	/// What was written goes before it.
	Before,
	/// What was written takes its place.
	Instead,
}

/// Writes what an operator needs to be right.
pub fn repair(operator: &Operator<'_>, out: &mut Vec<u8>) -> Repair {
	match operator {
		Operator::Select | Operator::TypedSelect { .. } => {
			out.extend_from_slice(&OR_ZERO);
			Repair::Before
		},
		Operator::V128Store8Lane { memarg, lane } => {
			store_lane(out, EXTRACT8, *lane, STORE8, memarg);
			Repair::Instead
		},
		Operator::V128Store16Lane { memarg, lane } => {
			store_lane(out, EXTRACT16, *lane, STORE16, memarg);
			Repair::Instead
		},
		_ => Repair::Nothing,
	}
}

/// The extraction of a lane and a store of it.
fn store_lane(out: &mut Vec<u8>, extract: [u8; 2], lane: u8, store: u8, memarg: &MemArg) {
	out.extend_from_slice(&extract);
	out.extend_from_slice(&[lane, store, memarg.align]);
	// A valid offset into a 32-bit memory has 32 bits.
	number(out, memarg.offset as u32);
}
