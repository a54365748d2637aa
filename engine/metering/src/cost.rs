//! What an operator costs and what else it means to the pass.

use assay_primitives::profile::CostTable;
use wasmparser::Operator;

/// The helper that charges for an operator by its topmost operand, which it leaves in place.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Helper {
	/// The operand counts pages of memory.
	Pages = 0,
	/// The operand counts bytes of memory.
	Bytes = 1,
	/// The operand counts elements of a table.
	Elements = 2,
}

/// Number of [`Helper`]s.
pub const HELPERS: u32 = 3;

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
		MemoryGrow { .. }
		| MemoryCopy { .. }
		| MemoryFill { .. }
		| MemoryInit { .. }
		| DataDrop { .. }
		| TableGrow { .. }
		| TableFill { .. }
		| TableCopy { .. }
		| TableInit { .. }
		| ElemDrop { .. } => table.bulk,
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

/// The helper that has to run before the operator.
pub fn helper(operator: &Operator<'_>) -> Option<Helper> {
	use Operator::*;
	match operator {
		MemoryGrow { .. } => Some(Helper::Pages),
		MemoryCopy { .. } | MemoryFill { .. } | MemoryInit { .. } => Some(Helper::Bytes),
		TableGrow { .. } | TableFill { .. } | TableCopy { .. } | TableInit { .. } => {
			Some(Helper::Elements)
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
