//! For files that test the language; nothing that handles modules of others may use it.

use crate::{
	flatten::flatten,
	instance::Instance,
	run::{Program, State},
	stop::Stop,
	value::Cell,
};
use alloc::{format, string::String, vec::Vec};
use assay_metering::{Checked, GAS_GLOBAL, RUN_EXPORT, Trap, testing::read_any};
use assay_primitives::{
	content::ContentRef,
	profile::{ModuleLimits, Profile, StackRules},
	task::{Input, Limits, TaskSpec},
};
use assay_wasi::Host;

/// Makes all functions of a module ready, and gives the bytes that they take.
pub fn prepare(module: &Checked<'_, '_>) -> Option<usize> {
	let own = module.imported()..module.functions.len() as u32;
	own.map(|function| flatten(module, function).ok().map(|code| code.bytes())).sum()
}

/// What stopped a call.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fault {
	/// A trap.
	Trap(Trap),
	/// What no module may bring about.
	Defect,
}

/// A module that imports nothing, with its state.
pub struct Testing<'c, 'm, 'p> {
	program: Program<'c, 'm, 'p>,
	state: State,
	host: Host,
	gas: u64,
}

impl<'c, 'm, 'p> Testing<'c, 'm, 'p> {
	/// Instantiates a module, and calls its start function. Each call has this much gas.
	pub fn new(module: &'c Checked<'m, 'p>, gas: u64) -> Result<Self, Fault> {
		let profile = module.profile();
		let state = State::new(gas, profile.stack.slots, u64::MAX);
		let program = Program::new(module).map_err(|_| Fault::Defect)?;
		let host = Host::new(profile, &nothing(profile), None);
		let mut testing = Self { program, state, host, gas };
		let instance = Instance::new(module, u32::MAX);
		testing.state.instance = instance.map_err(|stop| testing.fault(stop))?;
		if let Some(start) = module.start {
			testing.call(start, &[])?;
		}
		Ok(testing)
	}

	/// Calls a function with these values.
	pub fn call(&mut self, function: u32, params: &[Cell]) -> Result<Vec<Cell>, Fault> {
		let ty = self.program.module.type_of(function).ok_or(Fault::Defect)?;
		let results = ty.results().len();
		// A trap leaves frames where they were, and gas and slots taken.
		let slots = self.program.module.profile().stack.slots;
		let instance = core::mem::take(&mut self.state.instance);
		self.state = State::new(self.gas, slots, u64::MAX);
		self.state.instance = instance;
		let run = self.run(function, params, results);
		run.map_err(|stop| self.fault(stop))
	}

	fn run(&mut self, function: u32, params: &[Cell], results: usize) -> Result<Vec<Cell>, Stop> {
		self.state.stack.enter(0, 0, params.len().max(results))?;
		for param in params {
			self.state.stack.push_cell(*param)?;
		}
		self.state.run(&mut self.program, &mut self.host, function)?;
		let mut values = Vec::new();
		for _ in 0..results {
			values.push(self.state.stack.pop_cell()?);
		}
		values.reverse();
		Ok(values)
	}

	/// Steps of the last call.
	pub fn steps(&self) -> u64 {
		u64::MAX - self.state.steps
	}

	/// Sets a global.
	pub fn set_global(&mut self, index: u32, value: Cell) {
		if let Some(global) = self.state.instance.globals.get_mut(index as usize) {
			*global = value;
		}
	}

	/// What a global holds.
	pub fn global(&self, index: u32) -> Option<Cell> {
		self.state.instance.globals.get(index as usize).copied()
	}

	fn fault(&self, stop: Stop) -> Fault {
		match stop {
			Stop::Trap if self.program.module.profile().commits_to_ends() => {
				Fault::Trap(Trap::Program)
			},
			Stop::Trap | Stop::OutOfGas | Stop::StackExhausted => {
				Fault::Trap(Trap::of(self.state.gas, self.state.slots))
			},
			_ => Fault::Defect,
		}
	}
}

/// Steps that the code of a metered module makes, what was inserted included, when it is given so much gas.
/// Functions of the host cost nothing then, so it may do more than it could elsewhere, and never less.
/// `None` where that can't be found out.
pub fn steps_of_metered(wasm: &[u8], profile: &Profile, gas: u64) -> Option<u64> {
	// What was inserted makes frames larger, and slots are counted by what was inserted. It has types and functions
	// of its own, which take and give one value more.
	let stack = StackRules { slots: 1 << 24, ..profile.stack };
	let limits =
		ModuleLimits { params: 1_000, types: 100_000, functions: 200_000, ..profile.limits };
	let profile = Profile { stack, limits, ..profile.clone() };
	let module = read_any(wasm, &profile, u32::MAX).ok()?;
	let exported = |wanted: &str| {
		let mut exports = module.sections.exports.iter().flat_map(|section| section.clone());
		exports.find_map(|export| export.ok().filter(|it| it.name == wanted).map(|it| it.index))
	};
	let (run, left) = (exported(RUN_EXPORT)?, exported(GAS_GLOBAL)?);
	let mut testing = Testing::new(&module, u64::MAX).ok()?;
	testing.set_global(left, [gas, 0]);
	// However it ends.
	let _ = testing.call(run, &[]);
	Some(testing.steps())
}

/// A task of nothing.
fn nothing(profile: &Profile) -> TaskSpec {
	TaskSpec {
		module: ContentRef::of(&[]),
		profile: profile.id(),
		args: Default::default(),
		env: Default::default(),
		input: Input::None,
		seed: Default::default(),
		limits: Limits { gas: 0, memory_pages: 0, output_bytes: 0 },
	}
}

/// Fields of a module in text whose program would work on long after its gas ran out: `depth` frames within each
/// other, each of which calls a function of `length` operators on its way out, `calls` times. That one calls nothing and
/// has no loop.
pub fn overrun(calls: usize, depth: u32, operator: &str, length: usize) -> String {
	let ty = operator.split_once('.').map_or("i32", |(ty, _)| ty);
	format!(
		"(global $v (mut {ty}) ({ty}.const 1)) (global $depth (mut i32) (i32.const {depth}))
		 (func $leaf global.get $v {} global.set $v)
		 (func $frame
		  (global.set $depth (i32.sub (global.get $depth) (i32.const 1)))
		  (if (i32.gt_s (global.get $depth) (i32.const 0)) (then (call $frame)))
		  {})
		 (func (export \"_start\") (call $frame))",
		format!("{operator} ").repeat(length),
		"call $leaf ".repeat(calls)
	)
}

/// The same of recursion without leaves: frames that have more to do behind their call than they are charged for
/// before, as those of two shapes.
pub fn many_returns(depth: u32) -> [String; 2] {
	let rest = "(global.set $v (i32.add (global.get $v) (i32.const 1))) ".repeat(30);
	let call = "(call $f (i32.sub (local.get 0) (i32.const 1)))";
	[
		format!("(if (local.get 0) (then {call})) {rest}"),
		format!("(if (local.get 0) (then {call} {rest}))"),
	]
	.map(|recursion| {
		format!(
			"(global $v (mut i32) (i32.const 0)) (func $f (param i32) {recursion})
			 (func (export \"_start\") (call $f (i32.const {depth})))"
		)
	})
}
