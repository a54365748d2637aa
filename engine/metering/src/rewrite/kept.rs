//! Code that keeps gas and slots in globals, as the first version of the pass writes it.

use super::{RETURN, Scratch, Source, Writing, cost_of};
use crate::{
	cost::ByOperand,
	function::{Charge, EditKind, Look, Plan},
};
use assay_primitives::profile::CostTable;
use wasm_encoder::{BlockType, InstructionSink, ValType};

/// Indices of what the pass appends.
#[derive(Clone, Copy, Debug, Default)]
pub struct Kept {
	/// The gas global.
	pub gas: u32,
	/// The stack global.
	pub stack: u32,
	/// The first of the helper functions.
	pub helpers: u32,
}

impl Kept {
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
			self.check_gas(out);
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
			sink.local_get(local).i64_const(0).i64_lt_s();
			let mut sink = out.unlikely_if();
			sink.local_get(local).global_set(self.gas).unreachable().end();
		}
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

	/// Body of a rewritten function, `results` being the type of a block with its results and no parameters.
	pub fn function(&self, plan: &Plan, mut source: Source<'_>, results: BlockType) -> Writing {
		let mut scratch = Scratch::new(plan.locals);
		if plan.keeps_gas {
			scratch.gas = Some(scratch.add(ValType::I64));
		}
		scratch.settling(plan);
		let mut out = Writing::with(scratch.locals(source.declarations(plan)));
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
		for edit in &plan.edits {
			source.copy(edit.at, &mut out);
			self.edit(plan, &scratch, edit.kind, &mut source, &mut out);
		}
		source.rest(&mut out);
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

	fn edit(
		&self,
		plan: &Plan,
		scratch: &Scratch,
		edit: EditKind,
		source: &mut Source<'_>,
		out: &mut Writing,
	) {
		match edit {
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
				source.skip(RETURN);
			},
			EditKind::Return(_) => {},
			EditKind::Settle(shape) => scratch.settle(out, shape),
			// Functions keep their types.
			EditKind::Replace { .. } => {},
		}
	}

	/// Body in place of one whose frame exceeds all slots there are. It ends at its entry whatever
	/// it contains, so engines are spared frames that they may not be able to represent.
	pub fn unreachable_function(&self, frame: u32) -> Writing {
		let mut out = Writing::without_locals();
		self.enter(&mut out, frame);
		out.sink().unreachable().end();
		out
	}

	/// Body of a helper of type `i32 -> i32`: charges by its parameter and returns it.
	pub fn helper(&self, helper: ByOperand, costs: &CostTable) -> Writing {
		let mut out = Writing::without_locals();
		let mut sink = out.sink();
		sink.global_get(self.gas).local_get(0).i64_extend_i32_u();
		cost_of(helper, costs, &mut sink);
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
