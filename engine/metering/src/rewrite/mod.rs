//! Writing what is injected.

mod kept;
mod passed;

pub use kept::Kept;
pub use passed::Passed;

use crate::{
	cost::{ByOperand, bulk_bytes},
	floats::{CANONICAL_F32, CANONICAL_F64, Shape},
	function::{EditKind, Plan},
	origin::Moved,
};
use alloc::vec::Vec;
use assay_primitives::profile::CostTable;
use wasm_encoder::{BlockType, Encode, Ieee32, Ieee64, InstructionSink, ValType};

/// A body in the making.
#[derive(Default)]
pub struct Writing {
	/// Its bytes, from its locals on.
	pub bytes: Vec<u8>,
	/// Where in them a branch is that nearly always goes one way, and whether its condition is met then.
	pub hints: Vec<(u32, bool)>,
}

impl Writing {
	/// Of a function with these locals beside its parameters.
	fn with(locals: Vec<u8>) -> Self {
		Self { bytes: locals, hints: Vec::new() }
	}

	/// Of a function without locals beside its parameters.
	fn without_locals() -> Self {
		let mut writing = Self::default();
		0u32.encode(&mut writing.bytes);
		writing
	}

	fn sink(&mut self) -> InstructionSink<'_> {
		InstructionSink::new(&mut self.bytes)
	}

	/// Begins an `if` without results whose condition, on the stack, is hardly ever met.
	fn unlikely_if(&mut self) -> InstructionSink<'_> {
		self.hint(false);
		let mut sink = self.sink();
		sink.if_(BlockType::Empty);
		sink
	}

	/// Says how the condition of the branch that comes next nearly always is.
	fn hint(&mut self, met: bool) {
		// A body is far shorter than 2^32.
		self.hints.push((self.bytes.len() as u32, met));
	}

	/// Ends the run if the condition on the stack is met.
	fn stop_if(&mut self) {
		self.unlikely_if().unreachable().end();
	}
}

/// Bytes of the operator `return`.
const RETURN: usize = 1;

/// A body as it is in the module, copied piece by piece.
pub struct Source<'b> {
	bytes: &'b [u8],
	/// Where in the module it begins.
	start: usize,
	/// How many of its bytes were copied, or replaced.
	done: usize,
	/// Told which bytes of it come to lie where.
	moved: Option<&'b mut Moved>,
}

impl<'b> Source<'b> {
	/// A body that begins there in the module, nothing of it copied.
	pub fn new(bytes: &'b [u8], start: usize, moved: Option<&'b mut Moved>) -> Self {
		Self { bytes, start, done: 0, moved }
	}

	/// Passes over the declarations of locals.
	fn declarations(&mut self, plan: &Plan) -> &'b [u8] {
		self.done = plan.code - self.start;
		&self.bytes[..self.done]
	}

	/// Copies what comes before this place in the module.
	fn copy(&mut self, to: usize, out: &mut Writing) {
		let to = to - self.start;
		if let Some(moved) = &mut self.moved {
			moved.copied(out.bytes.len(), self.start + self.done..self.start + to);
		}
		out.bytes.extend_from_slice(&self.bytes[self.done..to]);
		self.done = to;
	}

	fn rest(&mut self, out: &mut Writing) {
		self.copy(self.start + self.bytes.len(), out);
	}

	/// Leaves so many bytes out, which were replaced.
	fn skip(&mut self, length: usize) {
		self.done += length;
	}

	/// The byte that comes next.
	fn next(&self) -> Option<u8> {
		self.bytes.get(self.done).copied()
	}
}

/// Locals that the pass adds behind those of a function.
struct Scratch {
	types: Vec<ValType>,
	first: u32,
	/// The one that holds the gas that is left.
	gas: Option<u32>,
	/// Whether NaNs are found by branches.
	branches: bool,
}

/// Most values of a function that a branch each makes canonical. Compilers take longer than in proportion to blocks.
const MAX_BRANCHES: usize = 1_000;

impl Scratch {
	/// None yet, behind this many.
	fn new(first: u32) -> Self {
		Self { types: Vec::new(), first, gas: None, branches: false }
	}

	/// Adds one, and gives its index.
	fn add(&mut self, ty: ValType) -> u32 {
		self.types.push(ty);
		self.first + self.types.len() as u32 - 1
	}

	/// Adds what settling needs.
	fn settling(&mut self, plan: &Plan) {
		let mut settled = 0;
		for edit in &plan.edits {
			let EditKind::Settle(shape) = edit.kind else { continue };
			settled += 1;
			if !self.types.contains(&holding(shape)) {
				self.types.push(holding(shape));
			}
		}
		self.branches = settled <= MAX_BRANCHES;
	}

	/// Declarations of a body, given as they are, with the added ones.
	fn locals(&self, declared: &[u8]) -> Vec<u8> {
		let (runs, length) = leb(declared);
		let mut out = Vec::with_capacity(declared.len() + 8);
		// Far below 2^32, as are the bytes of a body.
		(runs + self.types.len() as u32).encode(&mut out);
		out.extend_from_slice(declared.get(length..).unwrap_or_default());
		for ty in &self.types {
			1u32.encode(&mut out);
			ty.encode(&mut out);
		}
		out
	}

	/// Makes the topmost value canonical where it is a NaN.
	fn settle(&self, out: &mut Writing, shape: Shape) {
		let at = self.types.iter().position(|ty| *ty == holding(shape)).unwrap_or(0);
		let local = self.first + at as u32;
		match shape {
			Shape::F32 | Shape::F64 if self.branches => settle_by_branch(out, shape, local),
			_ => select(&mut out.sink(), shape, local),
		}
	}
}

/// Does so by a branch, which costs a comparison where there is none.
fn settle_by_branch(out: &mut Writing, shape: Shape, local: u32) {
	let mut sink = out.sink();
	sink.local_set(local).block(BlockType::Empty).local_get(local).local_get(local);
	// A comparison that one flag of the processor answers.
	match shape {
		Shape::F32 => sink.f32_ge(),
		_ => sink.f64_ge(),
	};
	out.hint(true);
	let mut sink = out.sink();
	sink.br_if(0);
	match shape {
		Shape::F32 => sink.f32_const(Ieee32::new(CANONICAL_F32)),
		_ => sink.f64_const(Ieee64::new(CANONICAL_F64)),
	};
	sink.local_set(local).end().local_get(local);
}

/// Does so by choosing between the value and the canonical one.
fn select(sink: &mut InstructionSink<'_>, shape: Shape, local: u32) {
	sink.local_tee(local);
	match shape {
		Shape::F32 => {
			sink.f32_const(Ieee32::new(CANONICAL_F32));
			sink.local_get(local).local_get(local).f32_ge().select()
		},
		Shape::F64 => {
			sink.f64_const(Ieee64::new(CANONICAL_F64));
			sink.local_get(local).local_get(local).f64_ge().select()
		},
		Shape::F32x4 => {
			let lane = u128::from(CANONICAL_F32);
			let lanes = lane | lane << 32 | lane << 64 | lane << 96;
			sink.v128_const(lanes as i128);
			sink.local_get(local).local_get(local).f32x4_eq().v128_bitselect()
		},
		Shape::F64x2 => {
			let lane = u128::from(CANONICAL_F64);
			sink.v128_const((lane | lane << 64) as i128);
			sink.local_get(local).local_get(local).f64x2_eq().v128_bitselect()
		},
	};
}

/// Type of the local that a value of these lanes fits into.
fn holding(shape: Shape) -> ValType {
	match shape {
		Shape::F32 => ValType::F32,
		Shape::F64 => ValType::F64,
		Shape::F32x4 | Shape::F64x2 => ValType::V128,
	}
}

/// A number in the variable-length encoding, and its bytes. The validator has read it.
fn leb(bytes: &[u8]) -> (u32, usize) {
	let (mut value, mut shift) = (0, 0);
	for (index, byte) in bytes.iter().enumerate() {
		value |= u32::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
		shift += 7;
		if byte & 0x80 == 0 {
			return (value, index + 1);
		}
	}
	(value, bytes.len())
}

/// Turns the operand on the stack, of 64 bits, into its cost: [`ByOperand::cost`] as code.
fn cost_of(helper: ByOperand, costs: &CostTable, sink: &mut InstructionSink<'_>) {
	match helper {
		ByOperand::Pages => {
			sink.i64_const(costs.memory_grow_page.into()).i64_mul();
		},
		ByOperand::Bytes => {
			let unit = i64::from(bulk_bytes(costs));
			sink.i64_const(unit - 1).i64_add().i64_const(unit).i64_div_u();
		},
		ByOperand::Elements => {},
	}
}
