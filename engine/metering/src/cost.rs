//! What an operator costs and what else it means to the pass.

use assay_primitives::profile::{CostTable, WorkTable};
use wasmparser::Operator;

/// What an operator is charged for by its topmost operand, read as unsigned.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ByOperand {
	/// The operand counts pages of memory.
	Pages = 0,
	/// The operand counts bytes of memory.
	Bytes = 1,
	/// The operand counts elements of a table.
	Elements = 2,
}

/// Number of kinds of [`ByOperand`], each of which is a helper function of a metered module.
pub const HELPERS: u32 = 3;

impl ByOperand {
	/// What it costs with this operand.
	pub fn cost(self, table: &CostTable, operand: u32) -> u64 {
		match self {
			Self::Pages => u64::from(operand) * u64::from(table.memory_grow_page),
			Self::Bytes => bulk(table, operand.into()),
			Self::Elements => operand.into(),
		}
	}
}

/// What the operator costs whatever its operands are.
pub fn of(table: &CostTable, operator: &Operator<'_>) -> u64 {
	use Operator::*;
	if is_vector(operator) {
		let cost = if takes_steps(operator) { table.vector_steps } else { table.vector };
		return cost.into();
	}
	let cost = match operator {
		Block { .. } | Loop { .. } | Else | End | Nop | Drop => table.free,
		I32DivS | I32DivU | I32RemS | I32RemU | I64DivS | I64DivU | I64RemS | I64RemU | F32Div
		| F64Div | F32Sqrt | F64Sqrt => table.division,
		Call { .. } => table.call,
		CallIndirect { .. } => table.call_indirect,
		MemoryGrow { .. } => table.bulk,
		_ if of_range(operator) => table.bulk,
		_ => table.operator,
	};
	cost.into()
}

macro_rules! define_is_vector {
	($(@$proposal:ident $operator:ident $({ $($arg:ident: $ty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {
		/// Whether the operator is one of those on 128-bit vectors.
		pub fn is_vector(operator: &Operator<'_>) -> bool {
			matches!(operator, $(Operator::$operator { .. })|*)
		}
	};
}
wasmparser::for_each_visit_simd_operator!(define_is_vector);

/// Operators on vectors that machines do lane by lane or in many steps.
fn takes_steps(operator: &Operator<'_>) -> bool {
	use Operator::*;
	matches!(operator, F32x4Div | F64x2Div | F32x4Sqrt | F64x2Sqrt)
}

/// Whether the operator neither traps nor calls nor has anything charged beside its piece. Those that
/// are not named count as if they did.
pub fn is_quiet(operator: &Operator<'_>) -> bool {
	use Operator::*;
	matches!(
		operator,
		Block { .. }
			| Loop { .. }
			| If { .. }
			| Else | End
			| Br { .. }
			| BrIf { .. }
			| BrTable { .. }
			| Return | Nop
			| Drop | Select
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
			| F32Eq | F32Ne
			| F32Lt | F32Gt
			| F32Le | F32Ge
			| F64Eq | F64Ne
			| F64Lt | F64Gt
			| F64Le | F64Ge
			| I32Clz | I32Ctz
			| I32Popcnt
			| I32Add | I32Sub
			| I32Mul | I32And
			| I32Or | I32Xor
			| I32Shl | I32ShrS
			| I32ShrU | I32Rotl
			| I32Rotr | I64Clz
			| I64Ctz | I64Popcnt
			| I64Add | I64Sub
			| I64Mul | I64And
			| I64Or | I64Xor
			| I64Shl | I64ShrS
			| I64ShrU | I64Rotl
			| I64Rotr | F32Abs
			| F32Neg | F32Ceil
			| F32Floor
			| F32Trunc
			| F32Nearest
			| F32Sqrt | F32Add
			| F32Sub | F32Mul
			| F32Div | F32Min
			| F32Max | F32Copysign
			| F64Abs | F64Neg
			| F64Ceil | F64Floor
			| F64Trunc
			| F64Nearest
			| F64Sqrt | F64Add
			| F64Sub | F64Mul
			| F64Div | F64Min
			| F64Max | F64Copysign
			| I32WrapI64
			| I64ExtendI32S
			| I64ExtendI32U
			| I32Extend8S
			| I32Extend16S
			| I64Extend8S
			| I64Extend16S
			| I64Extend32S
			| F32ConvertI32S
			| F32ConvertI32U
			| F32ConvertI64S
			| F32ConvertI64U
			| F32DemoteF64
			| F64ConvertI32S
			| F64ConvertI32U
			| F64ConvertI64S
			| F64ConvertI64U
			| F64PromoteF32
			| I32ReinterpretF32
			| I64ReinterpretF64
			| F32ReinterpretI32
			| F64ReinterpretI64
			| I32TruncSatF32S
			| I32TruncSatF32U
			| I32TruncSatF64S
			| I32TruncSatF64U
			| I64TruncSatF32S
			| I64TruncSatF32U
			| I64TruncSatF64S
			| I64TruncSatF64U
	)
}

/// The work of compiling the operator, whatever it refers to.
pub fn work(table: &WorkTable, operator: &Operator<'_>) -> u64 {
	use Operator::*;
	let more = match operator {
		Call { .. } => table.call,
		CallIndirect { .. } => table.call.saturating_add(table.engine),
		TableGet { .. }
		| TableSet { .. }
		| TableSize { .. }
		| RefFunc { .. }
		| Loop { .. }
		| MemoryGrow { .. } => table.engine,
		_ if of_range(operator) => table.engine,
		_ => match offset(operator) {
			Some(FAR..) => table.access.saturating_mul(3),
			Some(_) => table.access,
			None if is_vector(operator) || accesses(operator) => table.access,
			None => 0,
		},
	};
	u64::from(table.operator) + u64::from(more)
}

/// Operators on a range of memory or of a table, `memory.grow` not among them.
fn of_range(operator: &Operator<'_>) -> bool {
	use Operator::*;
	matches!(
		operator,
		MemoryCopy { .. }
			| MemoryFill { .. }
			| MemoryInit { .. }
			| DataDrop { .. }
			| TableGrow { .. }
			| TableFill { .. }
			| TableCopy { .. }
			| TableInit { .. }
			| ElemDrop { .. }
	)
}

/// Offset from which on an access may need a check of its own, beyond what guard pages catch.
const FAR: u64 = 1 << 25;

/// Offset of an operator that reads or writes memory.
fn offset(operator: &Operator<'_>) -> Option<u64> {
	use Operator::*;
	match operator {
		I32Load { memarg }
		| I64Load { memarg }
		| F32Load { memarg }
		| F64Load { memarg }
		| I32Load8S { memarg }
		| I32Load8U { memarg }
		| I32Load16S { memarg }
		| I32Load16U { memarg }
		| I64Load8S { memarg }
		| I64Load8U { memarg }
		| I64Load16S { memarg }
		| I64Load16U { memarg }
		| I64Load32S { memarg }
		| I64Load32U { memarg }
		| I32Store { memarg }
		| I64Store { memarg }
		| F32Store { memarg }
		| F64Store { memarg }
		| I32Store8 { memarg }
		| I32Store16 { memarg }
		| I64Store8 { memarg }
		| I64Store16 { memarg }
		| I64Store32 { memarg }
		| V128Load { memarg }
		| V128Load8x8S { memarg }
		| V128Load8x8U { memarg }
		| V128Load16x4S { memarg }
		| V128Load16x4U { memarg }
		| V128Load32x2S { memarg }
		| V128Load32x2U { memarg }
		| V128Load8Splat { memarg }
		| V128Load16Splat { memarg }
		| V128Load32Splat { memarg }
		| V128Load64Splat { memarg }
		| V128Load32Zero { memarg }
		| V128Load64Zero { memarg }
		| V128Store { memarg }
		| V128Load8Lane { memarg, .. }
		| V128Load16Lane { memarg, .. }
		| V128Load32Lane { memarg, .. }
		| V128Load64Lane { memarg, .. }
		| V128Store8Lane { memarg, .. }
		| V128Store16Lane { memarg, .. }
		| V128Store32Lane { memarg, .. }
		| V128Store64Lane { memarg, .. } => Some(memarg.offset),
		_ => None,
	}
}

/// Operators that become more than an instruction: they read or write a global, compute with floats,
/// can trap, or convert between integers and floats.
fn accesses(operator: &Operator<'_>) -> bool {
	use Operator::*;
	matches!(
		operator,
		GlobalGet { .. }
			| GlobalSet { .. }
			| MemorySize { .. }
			| I32DivS | I32DivU
			| I32RemS | I32RemU
			| I64DivS | I64DivU
			| I64RemS | I64RemU
			| F32Ceil | F32Floor
			| F32Trunc
			| F32Nearest
			| F32Sqrt | F32Add
			| F32Sub | F32Mul
			| F32Div | F32Min
			| F32Max | F64Ceil
			| F64Floor
			| F64Trunc
			| F64Nearest
			| F64Sqrt | F64Add
			| F64Sub | F64Mul
			| F64Div | F64Min
			| F64Max | F32DemoteF64
			| F64PromoteF32
			| I32TruncF32S
			| I32TruncF32U
			| I32TruncF64S
			| I32TruncF64U
			| I64TruncF32S
			| I64TruncF32U
			| I64TruncF64S
			| I64TruncF64U
			| I32TruncSatF32S
			| I32TruncSatF32U
			| I32TruncSatF64S
			| I32TruncSatF64U
			| I64TruncSatF32S
			| I64TruncSatF32U
			| I64TruncSatF64S
			| I64TruncSatF64U
			| F32ConvertI32S
			| F32ConvertI32U
			| F32ConvertI64S
			| F32ConvertI64U
			| F64ConvertI32S
			| F64ConvertI32U
			| F64ConvertI64S
			| F64ConvertI64U
	)
}

/// What has to be charged by operand right before the operator.
pub fn by_operand(operator: &Operator<'_>) -> Option<ByOperand> {
	use Operator::*;
	match operator {
		MemoryGrow { .. } => Some(ByOperand::Pages),
		MemoryCopy { .. } | MemoryFill { .. } | MemoryInit { .. } => Some(ByOperand::Bytes),
		TableGrow { .. } | TableFill { .. } | TableCopy { .. } | TableInit { .. } => {
			Some(ByOperand::Elements)
		},
		_ => None,
	}
}

/// Units for `bytes` moved at once.
pub fn bulk(table: &CostTable, bytes: u64) -> u64 {
	bytes.div_ceil(bulk_bytes(table).into())
}

/// Bytes for one unit, which a profile can't set to nothing.
pub fn bulk_bytes(table: &CostTable) -> u32 {
	table.bulk_bytes.max(1)
}
