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

	/// Body of a function that gives the number. Were its global exported, engines would have to take it for the one
	/// that holds the gas, and fetch that behind each look anew.
	pub fn read(&self) -> Writing {
		let mut out = Writing::without_locals();
		out.sink().global_get(self.number).end();
		out
	}
}

/// The value of a local, as 64 bits.
fn get_long(sink: &mut InstructionSink<'_>, local: Local) {
	sink.local_get(local.index.into());
	if !local.long {
		sink.i64_extend_i32_u();
	}
}

/// A body in the making.
#[derive(Default)]
pub struct Writing {
	/// Its bytes, from its locals on.
	pub bytes: Vec<u8>,
	/// Where in them an `if` is whose condition is hardly ever met.
	pub unlikely: Vec<u32>,
}

impl Writing {
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
		// A body is far shorter than 2^32.
		self.unlikely.push(self.bytes.len() as u32);
		let mut sink = self.sink();
		sink.if_(BlockType::Empty);
		sink
	}

	/// Ends the run if the condition on the stack is met.
	fn stop_if(&mut self) {
		self.unlikely_if().unreachable().end();
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

	/// Takes `charge` from the gas global, and looks at it.
	fn charge_global(&self, out: &mut Writing, charge: Charge) {
		self.charge(&mut out.sink(), charge.cost);
		if charge.look != Look::None {
			out.sink().global_get(self.gas);
			self.look(out, charge.look, None);
		}
	}

	/// Takes `charge` from the local that holds what is left.
	fn charge_kept(&self, out: &mut Writing, local: u32, charge: Charge) {
		let mut sink = out.sink();
		sink.local_get(local).i64_const(charge.cost as i64).i64_sub().local_set(local);
		if charge.observed {
			sink.local_get(local).global_set(self.gas);
		}
		if charge.look != Look::None {
			sink.local_get(local);
			self.look(out, charge.look, Some(local));
		}
	}

	/// Looks at the gas that is left, which is on the stack, and may be in a local alone.
	fn look(&self, out: &mut Writing, look: Look, kept: Option<u32>) {
		let sampled = match (look, self.trail) {
			(Look::Sampling(sampled), Some(trail)) => Some((sampled, trail)),
			_ => None,
		};
		match sampled {
			// Whether a sample is due, or no gas is left.
			Some((_, trail)) => _ = out.sink().global_get(trail.mark).i64_lt_s(),
			None => _ = out.sink().i64_const(0).i64_lt_s(),
		}
		let mut sink = out.unlikely_if();
		if let Some(local) = kept {
			sink.local_get(local).global_set(self.gas);
		}
		match sampled {
			Some((sampled, trail)) => {
				self.check_gas(out);
				trail.take(&mut out.sink(), self.gas, sampled);
			},
			None => _ = sink.unreachable(),
		}
		out.sink().end();
	}

	fn reload(&self, out: &mut Writing, scratch: &Scratch) {
		if let Some(local) = scratch.gas {
			out.sink().global_get(self.gas).local_set(local);
		}
	}

	fn check_gas(&self, out: &mut Writing) {
		out.sink().global_get(self.gas).i64_const(0).i64_lt_s();
		out.stop_if();
	}

	fn enter(&self, out: &mut Writing, frame: u32) {
		let mut sink = out.sink();
		sink.global_get(self.stack).i32_const(frame as i32).i32_sub().global_set(self.stack);
		sink.global_get(self.stack).i32_const(0).i32_lt_s();
		out.stop_if();
	}

	fn leave(&self, out: &mut Writing, frame: u32) {
		let mut sink = out.sink();
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
	) -> Writing {
		let scratch = Scratch::of(plan);
		let bytes = scratch.locals(&body[..plan.code - start]);
		let mut out = Writing { bytes, unlikely: Vec::new() };
		if let Some(frame) = plan.frame {
			self.enter(&mut out, frame);
		}
		self.reload(&mut out, &scratch);
		let wrapped = wrapped(plan);
		if wrapped {
			// The block catches every way out of the function: branches to its own label land at
			// the end of the block, and so do the returns, which are replaced.
			out.sink().block(results);
		}
		self.copy(plan, &scratch, body, start, &mut out, moved);
		if let Some(local) = scratch.gas {
			out.sink().local_get(local).global_set(self.gas);
		}
		if let Some(frame) = plan.frame {
			self.leave(&mut out, frame);
		}
		if wrapped {
			out.sink().end();
		}
		out
	}

	/// Body in place of one whose frame exceeds all slots there are. It ends at its entry whatever
	/// it contains, so engines are spared frames that they may not be able to represent.
	pub fn unreachable_function(&self, frame: u32) -> Writing {
		let mut out = Writing::without_locals();
		self.enter(&mut out, frame);
		out.sink().unreachable().end();
		out
	}

	/// Copies the operators with the planned changes between them.
	fn copy(
		&self,
		plan: &Plan,
		scratch: &Scratch,
		body: &[u8],
		start: usize,
		out: &mut Writing,
		mut moved: Option<&mut Moved>,
	) {
		let mut done = plan.code - start;
		for edit in &plan.edits {
			let at = edit.at - start;
			if let Some(moved) = &mut moved {
				moved.copied(out.bytes.len(), start + done..edit.at);
			}
			out.bytes.extend_from_slice(&body[done..at]);
			done = at;
			match edit.kind {
				EditKind::Charge(charge) => match scratch.gas {
					Some(local) => self.charge_kept(out, local, charge),
					None => self.charge_global(out, charge),
				},
				EditKind::Reload => self.reload(out, scratch),
				EditKind::Helper(helper) => {
					out.sink().call(self.helpers + helper as u32);
					self.reload(out, scratch);
				},
				EditKind::Return(depth) if wrapped(plan) => {
					out.sink().br(depth);
					// `return` is one byte.
					done += 1;
				},
				EditKind::Return(_) => {},
				EditKind::Settle(shape) => scratch.settle(&mut out.sink(), shape),
			}
		}
		if let Some(moved) = moved {
			moved.copied(out.bytes.len(), start + done..start + body.len());
		}
		out.bytes.extend_from_slice(&body[done..]);
	}

	/// Body of a helper of type `i32 -> i32`: charges by its parameter and returns it.
	pub fn helper(&self, helper: ByOperand, costs: &CostTable) -> Writing {
		let mut out = Writing::without_locals();
		let mut sink = out.sink();
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
		self.check_gas(&mut out);
		out.sink().local_get(0).end();
		out
	}

	/// Body of the function that runs the program.
	pub fn run(&self, startup_gas: u64, start: Option<u32>, main: Option<u32>) -> Writing {
		let mut out = Writing::without_locals();
		self.charge(&mut out.sink(), startup_gas);
		self.check_gas(&mut out);
		for function in start.into_iter().chain(main) {
			out.sink().call(function);
		}
		// Functions come back without looking.
		self.check_gas(&mut out);
		out.sink().end();
		out
	}
}

/// Whether something has to be done on every way out of the function.
fn wrapped(plan: &Plan) -> bool {
	plan.frame.is_some() || plan.keeps_gas
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
