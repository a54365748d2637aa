//! One run of a module.

use crate::{
	Bounds, Failure,
	instance::Instance,
	run::{Program, State},
	stop::Stop,
};
use alloc::vec::Vec;
use assay_metering::{Checked, Ending};
use assay_primitives::{outcome::Class, task::TaskSpec};
use assay_wasi::{Host, Left, Outputs};

/// How a run ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Ran {
	/// How.
	pub class: Class,
	/// Gas used.
	pub gas_used: u64,
	/// What it left.
	pub outputs: Outputs,
	/// Steps that were made, see [`Bounds::steps`].
	pub steps: u64,
}

/// Runs a module as the program of `spec`.
///
/// The caller has checked that it is the module that `spec` names, read under the profile and for the pages
/// that `spec` names, and that `input` is the input that `spec` names.
pub fn run(
	module: &Checked<'_, '_>,
	spec: &TaskSpec,
	input: Option<Vec<u8>>,
	bounds: Bounds,
) -> Result<Ran, Failure> {
	let (profile, limits) = (module.profile(), &spec.limits);
	let startup_gas = module.info.startup_gas;
	let starting = match Host::pay_start(profile, spec, startup_gas, input.as_deref()) {
		Ok(input_gas) => startup_gas + input_gas,
		Err(outputs) => {
			let class = Class::OutOfGas;
			return Ok(Ran { class, gas_used: limits.gas, outputs, steps: 0 });
		},
	};
	let mut host = Host::new(profile, spec, input);
	let mut state = State::new(limits.gas, profile.stack.slots, bounds.steps);
	let ended = start(module, &mut state, &mut host, (starting, limits.memory_pages));
	let (gas, slots) = match ended {
		// Metered code tells no more than that.
		Err(Stop::Trap) if profile.commits_to_ends() => state.noted,
		_ => (state.gas, state.slots),
	};
	let ending = match ended {
		Ok(()) => Ending::Returned,
		Err(stop) => stop.ending()?,
	};
	let (class, gas_used) = ending.outcome(gas, slots, limits.gas);
	// Steps are only ever taken.
	let steps = bounds.steps - state.steps;
	let left = Left { memory: state.instance.memory.bytes(), slots, trail: state.trail.number };
	Ok(Ran { class, gas_used, outputs: host.conclude(class, left), steps })
}

/// Charges what starting costs, before anything is there, then calls what is to be called.
fn start(
	module: &Checked<'_, '_>,
	state: &mut State,
	host: &mut Host,
	(starting, memory_pages): (u64, u32),
) -> Result<(), Stop> {
	state.charge(starting)?;
	state.note();
	let mut program = Program::new(module)?;
	state.instance = Instance::new(module, memory_pages)?;
	for function in module.start.into_iter().chain(module.main) {
		state.run(&mut program, host, function)?;
	}
	// Functions come back without anybody having looked.
	state.charge(0)
}
