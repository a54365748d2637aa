//! For files that test the language; nothing that handles modules of others may use it.

use crate::{
	flatten::flatten,
	instance::Instance,
	run::{Program, State},
	stop::Stop,
	value::Cell,
};
use alloc::vec::Vec;
use assay_metering::{Checked, Trap};
use assay_primitives::{
	content::ContentRef,
	profile::Profile,
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

	/// What a global holds.
	pub fn global(&self, index: u32) -> Option<Cell> {
		self.state.instance.globals.get(index as usize).copied()
	}

	fn fault(&self, stop: Stop) -> Fault {
		match stop {
			Stop::Trap | Stop::OutOfGas | Stop::StackExhausted => {
				Fault::Trap(Trap::of(self.state.gas, self.state.slots))
			},
			_ => Fault::Defect,
		}
	}
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
