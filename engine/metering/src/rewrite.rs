//! Writing what is injected.

use crate::{
	cost::{self, ByOperand},
	floats::{CANONICAL_F32, CANONICAL_F64, Shape},
	function::{Charge, EditKind, Look, Plan},
	origin::Moved,
	trail::{self, Local, Sampled},
};
use alloc::vec::Vec;
use assay_primitives::profile::CostTable;
use wasm_encoder::{BlockType, Encode, Ieee32, Ieee64, InstructionSink, ValType};

/// Indices of what the pass appends.
#[derive(Clone, Copy, Debug, Default)]
pub struct Appended {
	/// The gas global.
	pub gas: u32,
	/// The stack global.
	pub stack: u32,
	/// The first of the helper functions.
	pub helpers: u32,
	/// What samples take, where the profile has them.
	pub trail: Option<TrailIndices>,
}

/// Indices of what taking samples needs.
#[derive(Clone, Copy, Debug)]
pub struct TrailIndices {
	/// The global that holds the number.
	pub number: u32,
	/// The global that holds the mark.
	pub mark: u32,
}

impl TrailIndices {
	/// Leaves whether a sample is due, or no gas is left, where that is on the stack.
	fn due(&self, sink: &mut InstructionSink<'_>) {
		sink.global_get(self.mark).i64_lt_s();
	}

	/// Takes a sample. Nothing is called: what lives on in the function would have to be saved around that, also
	/// where no sample is taken.
	fn take(&self, sink: &mut InstructionSink<'_>, gas: u32, Sampled([last, before]): Sampled) {
		sink.global_get(self.number).i64_const(trail::TURN.into()).i64_rotl();
		sink.global_get(gas).i64_add();
		match last {
			Some(local) => {
				get_long(sink, local);
				sink.i64_const(trail::APART.into()).i64_rotl();
			},
			None => _ = sink.i64_const(0),
		}
		if let Some(local) = before {
			get_long(sink, local);
			sink.i64_xor();
		}
		sink.i64_xor().i64_const(trail::FACTOR as i64).i64_mul().global_set(self.number);
		sink.global_get(gas).i64_const(-trail::INTERVAL).i64_and().global_set(self.mark);
	}
}

/// The value of a local, as 64 bits.
fn get_long(sink: &mut InstructionSink<'_>, local: Local) {
	sink.local_get(local.index.into());
	if !local.long {
		sink.i64_extend_i32_u();
	}
}

impl Appended {
	/// Takes `cost` from the gas global. Leaves the operand stack as it is.
	///
	/// It can't wrap: what is left is checked before it could become very negative, and a cost is far
	/// below 2^63.
	fn charge(&self, sink: &mut InstructionSink<'_>, cost: u64) {
		sink.global_get(self.gas).i64_const(cost as i64).i64_sub().global_set(self.gas);
	}

	/// Takes `charge` from the local that holds what is left.
	fn charge_kept(&self, sink: &mut InstructionSink<'_>, local: u32, charge: Charge) {
		sink.local_get(local).i64_const(charge.cost as i64).i64_sub().local_set(local);
		if charge.observed {
			sink.local_get(local).global_set(self.gas);
		}
		if charge.look != Look::None {
			sink.local_get(local);
			self.look(sink, charge.look, Some(local));
		}
	}

	/// Looks at the gas that is left, which is on the stack, and may be in a local alone.
	fn look(&self, sink: &mut InstructionSink<'_>, look: Look, kept: Option<u32>) {
		let sampled = match (look, self.trail) {
			(Look::Sampling(sampled), Some(trail)) => Some((sampled, trail)),
			_ => None,
		};
		match sampled {
			Some((_, trail)) => trail.due(sink),
			None => _ = sink.i64_const(0).i64_lt_s(),
		}
		sink.if_(BlockType::Empty);
		if let Some(local) = kept {
			sink.local_get(local).global_set(self.gas);
		}
		match sampled {
			Some((sampled, trail)) => {
				self.check_gas(sink);
				trail.take(sink, self.gas, sampled);
			},
			None => _ = sink.unreachable(),
		}
		sink.end();
	}

	fn reload(&self, sink: &mut InstructionSink<'_>, scratch: &Scratch) {
		if let Some(local) = scratch.gas {
			sink.global_get(self.gas).local_set(local);
		}
	}

	fn check_gas(&self, sink: &mut InstructionSink<'_>) {
		sink.global_get(self.gas).i64_const(0).i64_lt_s();
		sink.if_(BlockType::Empty).unreachable().end();
	}

	fn enter(&self, sink: &mut InstructionSink<'_>, frame: u32) {
		sink.global_get(self.stack).i32_const(frame as i32).i32_sub().global_set(self.stack);
		sink.global_get(self.stack).i32_const(0).i32_lt_s();
		sink.if_(BlockType::Empty).unreachable().end();
	}

	fn leave(&self, sink: &mut InstructionSink<'_>, frame: u32) {
		sink.global_get(self.stack).i32_const(frame as i32).i32_add().global_set(self.stack);
	}

	/// Body of a rewritten function. `start` is the offset of `body` in
	/// the module, `results` the type of a block with the function's results and no parameters.
	/// `moved` is told which bytes of the body begin where.
	pub fn function(
		&self,
		plan: &Plan,
		body: &[u8],
		start: usize,
		results: BlockType,
		moved: Option<&mut Moved>,
	) -> Vec<u8> {
		let scratch = Scratch::of(plan);
		let mut out = scratch.locals(&body[..plan.code - start]);
		let mut sink = InstructionSink::new(&mut out);
		if let Some(frame) = plan.frame {
			self.enter(&mut sink, frame);
		}
		self.reload(&mut sink, &scratch);
		let wrapped = wrapped(plan);
		if wrapped {
			// The block catches every way out of the function: branches to its own label land at
			// the end of the block, and so do the returns, which are replaced.
			sink.block(results);
		}
		self.copy(plan, &scratch, body, start, &mut out, moved);
		let mut sink = InstructionSink::new(&mut out);
		if let Some(local) = scratch.gas {
			sink.local_get(local).global_set(self.gas);
		}
		if plan.looks_at_end {
			self.check_gas(&mut sink);
		}
		if let Some(frame) = plan.frame {
			self.leave(&mut sink, frame);
		}
		if wrapped {
			sink.end();
		}
		out
	}

	/// Body in place of one whose frame exceeds all slots there are. It ends at its entry whatever
	/// it contains, so engines are spared frames that they may not be able to represent.
	pub fn unreachable_function(&self, frame: u32) -> Vec<u8> {
		let mut out = Vec::new();
		no_locals(&mut out);
		let mut sink = InstructionSink::new(&mut out);
		self.enter(&mut sink, frame);
		sink.unreachable().end();
		out
	}

	/// Copies the operators with the planned changes between them.
	fn copy(
		&self,
		plan: &Plan,
		scratch: &Scratch,
		body: &[u8],
		start: usize,
		out: &mut Vec<u8>,
		mut moved: Option<&mut Moved>,
	) {
		let mut done = plan.code - start;
		for edit in &plan.edits {
			let at = edit.at - start;
			if let Some(moved) = &mut moved {
				moved.copied(out.len(), start + done..edit.at);
			}
			out.extend_from_slice(&body[done..at]);
			done = at;
			let mut sink = InstructionSink::new(out);
			match edit.kind {
				EditKind::Charge(charge) => match scratch.gas {
					Some(local) => self.charge_kept(&mut sink, local, charge),
					None => {
						self.charge(&mut sink, charge.cost);
						if charge.look != Look::None {
							sink.global_get(self.gas);
							self.look(&mut sink, charge.look, None);
						}
					},
				},
				EditKind::Reload => self.reload(&mut sink, scratch),
				EditKind::Helper(helper) => {
					sink.call(self.helpers + helper as u32);
					self.reload(&mut sink, scratch);
				},
				EditKind::Return(depth) if wrapped(plan) => {
					sink.br(depth);
					// `return` is one byte.
					done += 1;
				},
				EditKind::Return(_) => {},
				EditKind::Settle(shape) => scratch.settle(&mut sink, shape),
			}
		}
		if let Some(moved) = moved {
			moved.copied(out.len(), start + done..start + body.len());
		}
		out.extend_from_slice(&body[done..]);
	}

	/// Body of a helper of type `i32 -> i32`: charges by its parameter and returns it.
	pub fn helper(&self, helper: ByOperand, costs: &CostTable) -> Vec<u8> {
		let mut out = Vec::new();
		no_locals(&mut out);
		let mut sink = InstructionSink::new(&mut out);
		sink.global_get(self.gas).local_get(0).i64_extend_i32_u();
		match helper {
			ByOperand::Pages => {
				sink.i64_const(costs.memory_grow_page.into()).i64_mul();
			},
			ByOperand::Bytes => {
				let unit = i64::from(cost::bulk_bytes(costs));
				sink.i64_const(unit - 1).i64_add().i64_const(unit).i64_div_u();
			},
			ByOperand::Elements => {},
		}
		sink.i64_sub().global_set(self.gas);
		self.check_gas(&mut sink);
		sink.local_get(0).end();
		out
	}

	/// Body of the function that runs the program.
	pub fn run(&self, startup_gas: u64, start: Option<u32>, main: Option<u32>) -> Vec<u8> {
		let mut out = Vec::new();
		no_locals(&mut out);
		let mut sink = InstructionSink::new(&mut out);
		self.charge(&mut sink, startup_gas);
		self.check_gas(&mut sink);
		for function in start.into_iter().chain(main) {
			sink.call(function);
		}
		// Functions come back without looking.
		self.check_gas(&mut sink);
		sink.end();
		out
	}
}

/// Whether something has to be done on every way out of the function.
fn wrapped(plan: &Plan) -> bool {
	plan.frame.is_some() || plan.keeps_gas || plan.looks_at_end
}

/// Locals that the pass adds behind those of a function.
struct Scratch {
	types: Vec<ValType>,
	first: u32,
	/// The one that holds the gas that is left.
	gas: Option<u32>,
}

impl Scratch {
	fn of(plan: &Plan) -> Self {
		let mut scratch = Self { types: Vec::new(), first: plan.locals, gas: None };
		if plan.keeps_gas {
			scratch.types.push(ValType::I64);
			scratch.gas = Some(plan.locals);
		}
		for edit in &plan.edits {
			if let EditKind::Settle(shape) = edit.kind
				&& !scratch.types.contains(&holding(shape))
			{
				scratch.types.push(holding(shape));
			}
		}
		scratch
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
	fn settle(&self, sink: &mut InstructionSink<'_>, shape: Shape) {
		let at = self.types.iter().position(|ty| *ty == holding(shape)).unwrap_or(0);
		let local = self.first + at as u32;
		sink.local_tee(local);
		// A comparison that one flag of the processor answers.
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

fn no_locals(out: &mut Vec<u8>) {
	0u32.encode(out);
}
