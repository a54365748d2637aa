//! Code that passes on what is left of gas and slots, as the second version of the pass writes it.
//!
//! Each function of the module takes one more parameter and gives one more result, a value of 64 bits that stays
//! in a register: `gas · 2^17 + slots`. Its gas is what is left above a base, which is the mark below which the
//! next sample is due; so its sign tells both that a sample is due and that no gas is left. Globals are
//! written where a sample is taken and where the host is called. That is all that a program that traps has
//! to say of its gas and slots.

use super::{RETURN, Scratch, Source, Writing, cost_of};
use crate::{
	cost::{ByOperand, HELPERS},
	function::{Charge, EditKind, Look, Plan, Replacement},
	trail::{self, Local, Sampled},
};
use assay_primitives::profile::CostTable;
use core::cell::Cell;
use wasm_encoder::{BlockType, Encode, InstructionSink, ValType};

/// Bits of the slots. Above them is the gas, whose sign is that of the whole: slots are never negative but where
/// a function is entered for which there are too few.
const SLOTS: u32 = 17;
/// Of what is passed on, the bits that are slots.
const SLOT_BITS: i64 = (1 << SLOTS) - 1;
/// Bits that are set where gas is negative, or where slots are: up to all of them were taken. It is a constant that
/// machines have in an instruction, and so are sums of gas and slots.
const NEGATIVE: i64 = -(1 << 31) + LACKING;
/// The one that is set where slots are.
const LACKING: i64 = 1 << (SLOTS - 1);

const _: () =
	assert!(trail::INTERVAL << SLOTS == 1 << 31, "gas that is not due has no higher bits");

/// Most samples of a function whose code stands in place. Those beyond are taken by a helper, for compilers' sake.
const MAX_SAMPLES: u32 = 512;

/// Indices of what the pass appends.
#[derive(Clone, Copy, Debug, Default)]
pub struct Passed {
	/// The gas global.
	pub gas: u32,
	/// The stack global.
	pub stack: u32,
	/// The global that holds the number of the trail.
	pub number: u32,
	/// The global that holds what is added to the gas that is passed on.
	pub base: u32,
	/// The first of the helper functions. Behind them come the one that runs the program, the one that gives the
	/// trail, and those that call imported functions.
	pub helpers: u32,
	/// Functions that the module imports.
	pub imports: u32,
	/// The first of the types of the module's functions, with what is passed on.
	pub types: u32,
}

/// How many functions are appended beside those that call imported ones.
pub const OWN: u32 = HELPERS + 2;

impl Passed {
	/// What to call for a function of the module.
	pub fn callee(&self, function: u32) -> u32 {
		match function < self.imports {
			true => self.helpers + OWN + function,
			false => function,
		}
	}

	/// The first of the functions that are called from outside.
	pub fn outside(&self) -> u32 {
		self.helpers + OWN + self.imports
	}

	/// Body of a rewritten function, `results` being the type of a block with its results and no parameters.
	pub fn function(&self, plan: &Plan, mut source: Source<'_>, results: BlockType) -> Writing {
		let passed = plan.params;
		let mut scratch = Scratch::new(plan.locals + 1);
		scratch.settling(plan);
		let index = plan.calls_indirectly.then(|| scratch.add(ValType::I32));
		let mut out = Writing::with(scratch.locals(source.declarations(plan)));
		let samples = Cell::new(0);
		let writer = Writer { own: self, plan, passed, scratch, index, samples };
		let mut edits = plan.edits.as_slice();
		if let Some(frame) = plan.frame {
			let first = match edits.split_first() {
				Some((edit, rest)) if edit.at == plan.code => match edit.kind {
					EditKind::Charge(charge) => {
						edits = rest;
						Some(charge)
					},
					_ => None,
				},
				_ => None,
			};
			writer.enter(&mut out, frame, first);
		}
		// The block catches every way out of the function: branches to its own label land at
		// the end of the block, and so do the returns, which are replaced.
		out.sink().block(results);
		for edit in edits {
			source.copy(edit.at, &mut out);
			writer.edit(edit.kind, &mut source, &mut out);
		}
		source.rest(&mut out);
		let mut sink = out.sink();
		sink.local_get(passed);
		if let Some(frame) = plan.frame {
			sink.i64_const(frame.into()).i64_add();
		}
		sink.end();
		out
	}

	/// Body in place of one whose frame exceeds all slots there are. It ends at its entry whatever
	/// it contains, so engines are spared frames that they may not be able to represent.
	pub fn unreachable_function(&self, plan: &Plan, frame: u32) -> Writing {
		let mut out = Writing::without_locals();
		let mut sink = out.sink();
		self.note(&mut sink, plan.params);
		sink.global_get(self.stack).i32_const(frame as i32).i32_sub().global_set(self.stack);
		sink.unreachable().end();
		out
	}

	/// The gas that is left, by what is passed on in a local.
	fn left(&self, sink: &mut InstructionSink<'_>, passed: u32) {
		sink.local_get(passed).i64_const(SLOTS.into()).i64_shr_s().global_get(self.base).i64_add();
	}

	/// The slots that are left, as 64 bits.
	fn slots(sink: &mut InstructionSink<'_>, passed: u32) {
		sink.local_get(passed).i64_const(SLOT_BITS).i64_and();
	}

	/// Writes gas and slots to where others read them.
	fn note(&self, sink: &mut InstructionSink<'_>, passed: u32) {
		Self::slots(sink, passed);
		sink.i32_wrap_i64().global_set(self.stack);
		self.left(sink, passed);
		sink.global_set(self.gas);
	}

	/// Passes the gas on that is noted, above the base.
	fn resume(&self, sink: &mut InstructionSink<'_>, passed: u32) {
		sink.global_get(self.gas);
		self.pass_on(sink, passed);
	}

	/// Passes the gas on that is on the stack, above the base.
	fn pass_on(&self, sink: &mut InstructionSink<'_>, passed: u32) {
		sink.global_get(self.base).i64_sub().i64_const(SLOTS.into()).i64_shl();
		Self::slots(sink, passed);
		sink.i64_or().local_set(passed);
	}

	/// Ends the run where less than nothing is noted.
	fn check(&self, sink: &mut InstructionSink<'_>) {
		sink.global_get(self.gas);
		trap_if_negative(sink);
	}

	/// Has a sample be due at the next look.
	fn have_due(&self, sink: &mut InstructionSink<'_>) {
		sink.global_get(self.gas).i64_const(1).i64_add().global_set(self.base);
	}

	/// Notes what is left, ends the run if that is less than nothing, and takes a sample.
	fn due(&self, sink: &mut InstructionSink<'_>, passed: u32, sampled: [Option<Local>; 2]) {
		self.note(sink, passed);
		self.check(sink);
		self.sample(sink, passed, sampled);
	}

	/// Takes a sample. Nothing is called: what lives on in the function would have to be saved around that, also where
	/// no sample is taken.
	fn sample(&self, sink: &mut InstructionSink<'_>, passed: u32, sampled: [Option<Local>; 2]) {
		sink.global_get(self.number).i64_const(trail::TURN.into()).i64_rotl();
		sink.global_get(self.gas).i64_add();
		let [last, before] = sampled;
		if let Some(local) = last {
			get_long(sink, local);
			sink.i64_const(trail::APART.into()).i64_rotl().i64_xor();
		}
		if let Some(local) = before {
			get_long(sink, local);
			sink.i64_xor();
		}
		sink.i64_const(trail::FACTOR as i64).i64_mul().global_set(self.number);
		sink.global_get(self.gas).i64_const(-trail::INTERVAL).i64_and().global_set(self.base);
		// What is above that mark. Slots are fetched again, so that nothing else has to be kept meanwhile.
		sink.global_get(self.gas).i64_const(trail::INTERVAL - 1).i64_and();
		sink.i64_const(SLOTS.into()).i64_shl();
		sink.global_get(self.stack).i64_extend_i32_u().i64_or().local_set(passed);
	}

	/// Body of a function that calls an imported one with so many parameters.
	pub fn calling(&self, import: u32, params: u32) -> Writing {
		let mut out = Writing::without_locals();
		let mut sink = out.sink();
		self.note(&mut sink, params);
		(0..params).for_each(|param| _ = sink.local_get(param));
		sink.call(import);
		// What was charged meanwhile may be far more than fits.
		sink.global_get(self.gas).global_get(self.base).i64_lt_s().if_(BlockType::Empty);
		self.have_due(&mut sink);
		sink.end();
		self.resume(&mut sink, params);
		sink.local_get(params).end();
		out
	}

	/// Body of a helper: charges by its first parameter, and returns that and what is passed on.
	pub fn helper(&self, helper: ByOperand, costs: &CostTable) -> Writing {
		let (operand, passed, left) = (0, 1, 2);
		let mut out = Writing::with(locals(ValType::I64));
		let mut sink = out.sink();
		self.left(&mut sink, passed);
		sink.local_get(operand).i64_extend_i32_u();
		cost_of(helper, costs, &mut sink);
		sink.i64_sub().local_tee(left).global_get(self.base).i64_lt_s();
		// With the base where it makes the gas that is passed on -1, whatever was charged.
		let mut sink = out.unlikely_if();
		sink.local_get(left).i64_const(1).i64_add().global_set(self.base);
		sink.local_get(left).global_set(self.gas);
		self.resume(&mut sink, passed);
		self.due(&mut sink, passed, [None; 2]);
		sink.else_().local_get(left);
		self.pass_on(&mut sink, passed);
		sink.end().local_get(operand).local_get(passed).end();
		out
	}

	/// Body of the function that runs the program.
	pub fn run(&self, startup_gas: u64, start: Option<u32>, main: Option<u32>) -> Writing {
		let passed = 0;
		let mut out = Writing::with(locals(ValType::I64));
		let mut sink = out.sink();
		sink.global_get(self.gas).i64_const(startup_gas as i64).i64_sub().global_set(self.gas);
		self.check(&mut sink);
		self.begin(&mut sink);
		sink.local_set(passed);
		for function in start.into_iter().chain(main) {
			sink.local_get(passed).call(self.callee(function)).local_set(passed);
		}
		self.note(&mut sink, passed);
		// Functions come back without looking.
		self.check(&mut sink);
		sink.end();
		out
	}

	/// What is passed on by whoever is called from outside.
	fn begin(&self, sink: &mut InstructionSink<'_>) {
		self.have_due(sink);
		sink.global_get(self.stack).i64_extend_i32_u().i64_const(-1 << SLOTS).i64_or();
	}

	/// Body of a function with so many parameters that is called from outside, in the place of one of the module's.
	pub fn exported(&self, function: u32, params: u32) -> Writing {
		let mut out = Writing::with(locals(ValType::I64));
		let mut sink = out.sink();
		(0..params).for_each(|param| _ = sink.local_get(param));
		self.begin(&mut sink);
		sink.call(self.callee(function)).local_set(params);
		self.note(&mut sink, params);
		sink.end();
		out
	}

	/// Body of a function that gives the number of the trail. Were its global exported, engines would have to take it for
	/// the one that holds the gas.
	pub fn read_trail(&self) -> Writing {
		let mut out = Writing::without_locals();
		out.sink().global_get(self.number).end();
		out
	}
}

/// Declares one local.
fn locals(ty: ValType) -> alloc::vec::Vec<u8> {
	let mut bytes = alloc::vec![1, 1];
	ty.encode(&mut bytes);
	bytes
}

/// Traps if the number on the stack is negative, as then its sign alone is NaN. A branch would begin a block, which engines
/// don't know to be out of the way; and dividing by zero takes registers that it has no choice of.
fn trap_if_negative(sink: &mut InstructionSink<'_>) {
	sink.i64_const(63).i64_shr_s().f64_reinterpret_i64().i32_trunc_f64_s().drop();
}

/// 1 where slots are negative, else 0.
fn lacking(sink: &mut InstructionSink<'_>, passed: u32) {
	sink.local_get(passed).i64_const(i64::from(SLOTS) - 1).i64_shr_u().i64_const(1).i64_and();
}

/// The value of a local, as 64 bits.
fn get_long(sink: &mut InstructionSink<'_>, local: Local) {
	sink.local_get(local.index.into());
	if !local.long {
		sink.i64_extend_i32_u();
	}
}

/// Writes one function.
struct Writer<'p> {
	own: &'p Passed,
	plan: &'p Plan,
	/// The local with what is passed on.
	passed: u32,
	scratch: Scratch,
	/// A local for the index of an indirect call.
	index: Option<u32>,
	/// Samples whose code was written.
	samples: Cell<u32>,
}

impl Writer<'_> {
	/// Where a local of the function is.
	fn local(&self, index: u32) -> u32 {
		index + u32::from(index >= self.plan.params)
	}

	/// Takes a sample, or ends the run.
	fn due(&self, sink: &mut InstructionSink<'_>, sampled: Sampled) {
		self.samples.update(|samples| samples + 1);
		if sampled != Sampled::default() || self.samples.get() <= MAX_SAMPLES {
			return self.own.due(sink, self.passed, self.locals(sampled));
		}
		// No elements cost nothing, and looking at that takes the same sample.
		let helper = self.own.helpers + ByOperand::Elements as u32;
		sink.i32_const(0).local_get(self.passed).call(helper).local_set(self.passed).drop();
	}

	/// The locals of a sample.
	fn locals(&self, Sampled(locals): Sampled) -> [Option<Local>; 2] {
		// There are far fewer than 2^16.
		let moved = |local: Local| Local { index: self.local(local.index.into()) as u16, ..local };
		locals.map(|local| local.map(moved))
	}

	/// Takes the slots of the frame, and with them the charge of the first piece.
	fn enter(&self, out: &mut Writing, frame: u32, first: Option<Charge>) {
		let passed = self.passed;
		let cost = first.map_or(0, |charge| charge.cost) as i64;
		let taken = (cost << SLOTS) + i64::from(frame);
		out.sink().local_get(passed).i64_const(taken).i64_sub().local_tee(passed);
		let looked = match first.map(|charge| charge.look) {
			Some(Look::Sampling(sampled)) => Some(self.locals(sampled)),
			_ => None,
		};
		let asked = if looked.is_some() { NEGATIVE } else { LACKING };
		out.sink().i64_const(asked).i64_and().i64_const(0).i64_ne();
		let mut sink = out.unlikely_if();
		// Slots come before gas. What they lack was taken from it.
		Passed::slots(&mut sink, passed);
		lacking(&mut sink, passed);
		sink.i64_const(SLOTS.into()).i64_shl().i64_sub().i32_wrap_i64().global_set(self.own.stack);
		self.own.left(&mut sink, passed);
		lacking(&mut sink, passed);
		sink.i64_const(cost + 1).i64_mul().i64_add().global_set(self.own.gas);
		match looked {
			Some(locals) => {
				sink.global_get(self.own.gas);
				sink.global_get(self.own.stack).i64_extend_i32_s().i64_or();
				trap_if_negative(&mut sink);
				self.own.sample(&mut sink, passed, locals);
			},
			None => _ = sink.unreachable(),
		}
		sink.end();
	}

	fn charge(&self, out: &mut Writing, charge: Charge) {
		let mut sink = out.sink();
		sink.local_get(self.passed).i64_const((charge.cost as i64) << SLOTS).i64_sub();
		match charge.look {
			Look::Sampling(sampled) => {
				sink.local_tee(self.passed).i64_const(0).i64_lt_s();
				let mut sink = out.unlikely_if();
				self.due(&mut sink, sampled);
				sink.end();
			},
			Look::None | Look::Plain => _ = sink.local_set(self.passed),
		}
	}

	fn edit(&self, edit: EditKind, source: &mut Source<'_>, out: &mut Writing) {
		let passed = self.passed;
		match edit {
			EditKind::Charge(charge) => self.charge(out, charge),
			EditKind::Helper(helper) => {
				let helper = self.own.helpers + helper as u32;
				out.sink().local_get(passed).call(helper).local_set(passed);
			},
			EditKind::Return(depth) => {
				out.sink().br(depth);
				source.skip(RETURN);
			},
			EditKind::Settle(shape) => self.scratch.settle(out, shape),
			EditKind::Replace { with, length } => {
				self.replace(with, source, out);
				source.skip(length.into());
			},
			// What is left comes back with the results.
			EditKind::Reload => {},
		}
	}

	fn replace(&self, with: Replacement, source: &Source<'_>, out: &mut Writing) {
		let (own, passed) = (self.own, self.passed);
		match with {
			Replacement::Local(index) => {
				// Which of the three it is stays.
				out.bytes.extend(source.next());
				self.local(index).encode(&mut out.bytes);
			},
			Replacement::Call(function) => {
				out.sink().local_get(passed).call(own.callee(function)).local_set(passed);
			},
			Replacement::CallIndirect { ty, table } => {
				let mut sink = out.sink();
				// What is passed on comes below the index.
				if let Some(index) = self.index {
					sink.local_set(index).local_get(passed).local_get(index);
				}
				sink.call_indirect(table, own.types + ty).local_set(passed);
			},
			Replacement::Refer(function) => _ = out.sink().ref_func(own.callee(function)),
		}
	}
}
