//! Writing what is injected.

use crate::{
	cost::{self, Helper},
	function::{EditKind, Plan},
};
use alloc::vec::Vec;
use assay_primitives::profile::CostTable;
use wasm_encoder::{BlockType, Encode, InstructionSink};

/// Indices of what the pass appends.
#[derive(Clone, Copy, Debug, Default)]
pub struct Appended {
	/// The gas global.
	pub gas: u32,
	/// The stack global.
	pub stack: u32,
	/// The first of the helper functions.
	pub helpers: u32,
}

impl Appended {
	/// Takes `cost` from the gas global and traps below zero. Leaves the operand stack as it is.
	///
	/// It can't wrap: what is left is never negative before, and a cost is far below 2^63.
	fn charge(&self, sink: &mut InstructionSink<'_>, cost: u64) {
		sink.global_get(self.gas).i64_const(cost as i64).i64_sub().global_set(self.gas);
		self.check_gas(sink);
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
	pub fn function(&self, plan: &Plan, body: &[u8], start: usize, results: BlockType) -> Vec<u8> {
		let code = plan.code - start;
		let mut out = body[..code].to_vec();
		if let Some(frame) = plan.frame {
			// The block catches every way out of the function: branches to its own label land at
			// the end of the block, and so do the returns, which are replaced.
			self.enter(&mut InstructionSink::new(&mut out), frame);
			InstructionSink::new(&mut out).block(results);
			self.copy(plan, body, start, &mut out);
			let mut sink = InstructionSink::new(&mut out);
			self.leave(&mut sink, frame);
			sink.end();
		} else {
			self.copy(plan, body, start, &mut out);
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
	fn copy(&self, plan: &Plan, body: &[u8], start: usize, out: &mut Vec<u8>) {
		let mut done = plan.code - start;
		for edit in &plan.edits {
			let at = edit.at - start;
			out.extend_from_slice(&body[done..at]);
			done = at;
			let mut sink = InstructionSink::new(out);
			match edit.kind {
				EditKind::Charge(cost) => self.charge(&mut sink, cost),
				EditKind::Helper(helper) => {
					sink.call(self.helpers + helper as u32);
				},
				EditKind::Return(depth) if plan.frame.is_some() => {
					sink.br(depth);
					// `return` is one byte.
					done += 1;
				},
				EditKind::Return(_) => {},
			}
		}
		out.extend_from_slice(&body[done..]);
	}

	/// Body of a helper of type `i32 -> i32`: charges by its parameter and returns it.
	pub fn helper(&self, helper: Helper, costs: &CostTable) -> Vec<u8> {
		let mut out = Vec::new();
		no_locals(&mut out);
		let mut sink = InstructionSink::new(&mut out);
		sink.global_get(self.gas).local_get(0).i64_extend_i32_u();
		match helper {
			Helper::Pages => {
				sink.i64_const(costs.memory_grow_page.into()).i64_mul();
			},
			Helper::Bytes => {
				let unit = i64::from(cost::bulk_bytes(costs));
				sink.i64_const(unit - 1).i64_add().i64_const(unit).i64_div_u();
			},
			Helper::Elements => {},
		}
		sink.i64_sub().global_set(self.gas);
		self.check_gas(&mut sink);
		sink.local_get(0).end();
		out
	}

	/// Body of the function that runs the program.
	pub fn run(&self, startup_gas: u64, start: Option<u32>, main: u32) -> Vec<u8> {
		let mut out = Vec::new();
		no_locals(&mut out);
		let mut sink = InstructionSink::new(&mut out);
		self.charge(&mut sink, startup_gas);
		if let Some(start) = start {
			sink.call(start);
		}
		sink.call(main).end();
		out
	}
}

fn no_locals(out: &mut Vec<u8>) {
	0u32.encode(out);
}
