//! Counts steps: what a run executes, by itself and whatever its gas says.
//!
//! The pass charges gas and looks at it in few places. Whoever pays for a run in advance, as the court
//! does, must not depend on those being right or near enough to each other. So each stretch of code
//! that is executed as a whole takes its steps from a global of its own at its beginning, and traps
//! where none are left: no run executes more than it was given. What is put in the place of parameters and
//! of the values of tables are steps like others, though the gas knows nothing of them. What works by operand, and the host,
//! have their gas looked at first and take no steps.
//!
//! A run whose gas is negative has come to its end and only has not seen it yet. Where the pass looks, it
//! is about to do something new; frames that return need not look, and there may be many. Here they
//! do, behind each call. So beyond its gas a run executes no more than what is left of one function
//! before its next call or loop.

use super::{number, signed};
use crate::Failure;
use alloc::{string::ToString, vec::Vec};
use wasmparser::Operator;

/// Export of the mutable `i64` global that holds the steps that are left; negative when they ran out.
pub const STEPS_GLOBAL: &str = "assay:steps";

/// Steps of an operator that takes longer than most.
const LONG: u32 = 6;

/// Operators that are written.
const UNREACHABLE: u8 = 0x00;
const IF: u8 = 0x04;
const END: u8 = 0x0b;
const GLOBAL_GET: u8 = 0x23;
const GLOBAL_SET: u8 = 0x24;
const I64_CONST: u8 = 0x42;
const I64_LT_S: u8 = 0x53;
const I64_SUB: u8 = 0x7d;
const I64: u8 = 0x7e;
const MUTABLE: u8 = 0x01;
/// Type of a block without parameters and results.
const EMPTY: u8 = 0x40;

/// A mutable `i64` global that begins as the largest number.
pub fn global() -> Vec<u8> {
	let mut out = alloc::vec![I64, MUTABLE, I64_CONST];
	signed(&mut out, i64::MAX);
	out.push(END);
	out
}

/// What is known of the module's globals.
#[derive(Clone, Copy, Debug, Default)]
pub struct Globals {
	/// How many there are, imported ones included. The counter comes behind them.
	pub count: u32,
	/// The one that holds the gas.
	pub gas: Option<u32>,
	/// Whether there is one that holds the slots.
	pub metered: bool,
}

impl Globals {
	pub fn counter(&self) -> Result<Counter, Failure> {
		match self.gas {
			Some(gas) if self.metered => Ok(Counter { gas, steps: self.count }),
			_ => Err(Failure::Engine("not a metered module".to_string())),
		}
	}
}

/// Writes what counts.
#[derive(Clone, Copy, Debug)]
pub struct Counter {
	gas: u32,
	steps: u32,
}

impl Counter {
	/// Takes steps, and traps where there are not enough left.
	pub fn take(&self, out: &mut Vec<u8>, steps: u32) {
		out.push(GLOBAL_GET);
		number(out, self.steps);
		out.push(I64_CONST);
		signed(out, steps.into());
		out.extend_from_slice(&[I64_SUB, GLOBAL_SET]);
		number(out, self.steps);
		stop_below_zero(out, self.steps);
	}

	/// Traps where the gas has run out.
	pub fn look(&self, out: &mut Vec<u8>) {
		stop_below_zero(out, self.gas);
	}
}

fn stop_below_zero(out: &mut Vec<u8>, global: u32) {
	out.push(GLOBAL_GET);
	number(out, global);
	out.extend_from_slice(&[I64_CONST, 0, I64_LT_S, IF, EMPTY, UNREACHABLE, END]);
}

/// Steps of an operator: none where nothing is executed, more where it takes longer.
pub fn of(operator: &Operator<'_>) -> u32 {
	use Operator::*;
	match operator {
		Block { .. } | Loop { .. } | Else | End | Nop | Drop => 0,
		_ if is_short(operator) => 1,
		_ => LONG,
	}
}

/// Operators that move a value, branch, or compute with integers in a step.
fn is_short(operator: &Operator<'_>) -> bool {
	use Operator::*;
	matches!(
		operator,
		Unreachable
			| If { .. }
			| Br { .. }
			| BrIf { .. }
			| BrTable { .. }
			| Return | Select
			| TypedSelect { .. }
			| LocalGet { .. }
			| LocalSet { .. }
			| LocalTee { .. }
			| GlobalGet { .. }
			| GlobalSet { .. }
			| I32Const { .. }
			| I64Const { .. }
			| F32Const { .. }
			| F64Const { .. }
			| I32Eqz | I32Eq
			| I32Ne | I32LtS
			| I32LtU | I32GtS
			| I32GtU | I32LeS
			| I32LeU | I32GeS
			| I32GeU | I64Eqz
			| I64Eq | I64Ne
			| I64LtS | I64LtU
			| I64GtS | I64GtU
			| I64LeS | I64LeU
			| I64GeS | I64GeU
			| I32Add | I32Sub
			| I32Mul | I32And
			| I32Or | I32Xor
			| I32Shl | I32ShrS
			| I32ShrU | I64Add
			| I64Sub | I64Mul
			| I64And | I64Or
			| I64Xor | I64Shl
			| I64ShrS | I64ShrU
			| I32WrapI64
			| I64ExtendI32S
			| I64ExtendI32U
	)
}
