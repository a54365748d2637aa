//! A task from its content to its outcome.

use crate::{Bounds, Failure, Finished, Ran, run};
use alloc::vec::Vec;
use assay_metering::read;
use assay_primitives::{
	outcome::{Class, Outcome},
	profile::Profile,
	task::{InputMatch, TaskSpec},
};
use assay_wasi::Host;

/// What the task gives under its profile.
///
/// `module` and `input` are the content that `spec` names; that they are is checked. What a program
/// has written counts as its output however it ended. Where no program ran, because the input or the
/// module is not as it should be, there are no outputs and no gas was used; the input is looked at
/// first.
pub fn execute(
	module: &[u8],
	spec: &TaskSpec,
	profile: &Profile,
	input: Option<Vec<u8>>,
) -> Result<Finished, Failure> {
	execute_within(module, spec, profile, input, Bounds::NONE)
}

/// Like [`execute`] where time is paid for in advance: [`Failure::TooManySteps`] where a bound is exceeded.
pub fn execute_within(
	module: &[u8],
	spec: &TaskSpec,
	profile: &Profile,
	input: Option<Vec<u8>>,
	bounds: Bounds,
) -> Result<Finished, Failure> {
	if spec.profile != profile.id() {
		return Err(Failure::OtherProfile);
	}
	match spec.input.compare(input.as_deref()) {
		InputMatch::Same if Host::input_gas(profile, input.as_deref()).is_ok() => {},
		// It says that it is a tree, and is none.
		InputMatch::Same => return Ok(Finished::without_run(Class::InputMismatch, None)),
		InputMatch::OtherSize => return Ok(Finished::without_run(Class::InputMismatch, None)),
		InputMatch::Other => return Err(Failure::InputDiffers),
		InputMatch::List => return Err(Failure::InputIsList),
	}
	if !spec.module.matches(module) {
		return Err(Failure::ModuleDiffers);
	}
	let read = match read(module, profile, spec.limits.memory_pages) {
		Ok(read) => read,
		Err(refusal) => return Ok(Finished::without_run(Class::ModuleInvalid, Some(refusal))),
	};
	let Ran { class, gas_used, outputs, steps } = run(&read, spec, input, bounds)?;
	let outcome = Outcome::new(class, gas_used, &outputs.manifest);
	Ok(Finished {
		outcome,
		manifest: outputs.manifest,
		contents: outputs.contents,
		refusal: None,
		info: Some(read.info),
		steps,
	})
}
