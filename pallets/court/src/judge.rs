//! What the court takes, and how it runs it.

use crate::{Config, Pallet, WeightInfo};
use alloc::vec::Vec;
use assay_interpreter::{Bounds, Failure, execute_within};
use assay_primitives::{
	court::{CourtLimits, Judge, Mistrial, Unfit, most_list_bytes},
	outcome::Outcome,
	profile::Profile,
	task::{Demand, Input, InputList, TaskSpec},
};
use polkadot_sdk::frame_support::{
	self,
	dispatch::DispatchClass,
	traits::{Contains, Get},
	weights::Weight,
};

/// Bytes of a transaction beside module and input: signature, extensions, the call's other fields.
const ENVELOPE_BYTES: u32 = 1_024;

/// Of what was measured, one part in so many is added. What a program of loads costs depends on how busy
/// the caches of a machine are, and nobody knows that the dearest known program is the dearest.
const RESERVE: u64 = 4;

/// Picoseconds of a step of the interpreter, far above what any takes but those that gas is taken for by operand or by
/// the host. Every run comes to its end within the steps that this pays for: they only bound what a hole in the
/// charges could cost.
const STEP_TIME: u64 = 20_000;

/// How much more than was measured a long module is charged for, in halves. Its functions were never
/// called in that measurement, and so never made ready; where all are, they are read a second time, which takes 306 ms
/// of 381 for the dearest MiB that is known (docs/benchmarks/judgement.md). Once `start_long` is measured with the
/// dearest kind of the benchmark `long`, it is to go.
const CALLED: u64 = 5;

impl<T: Config> Judge for Pallet<T> {
	fn qualifies(spec: &TaskSpec) -> Result<(), Unfit> {
		// Of the profiles only the one that is asked about is read.
		let profiles = [spec.profile].into_iter().filter(T::ActiveProfiles::contains).collect();
		CourtLimits { most: Self::most(), profiles }.admits(spec)
	}
}

impl<T: Config> Pallet<T> {
	/// What a task may need at most.
	pub fn most() -> Demand {
		Demand {
			gas: T::MaxGas::get(),
			memory_pages: T::MaxMemoryPages::get(),
			module_bytes: T::MaxModuleBytes::get().into(),
			input_bytes: T::MaxInputBytes::get().into(),
			output_bytes: T::MaxOutputBytes::get(),
		}
	}

	/// What a task gives. `module` and `input` are the content that it names, which is checked.
	///
	/// Takes as long as the task's limits allow: whoever asks has paid for that.
	///
	/// # Errors
	///
	/// Why there is no answer.
	pub fn judge(
		spec: &TaskSpec,
		module: &[u8],
		input: Option<Vec<u8>>,
	) -> Result<Outcome, Mistrial> {
		Self::qualifies(spec).map_err(Mistrial::Unfit)?;
		let profile =
			Profile::by_id(&spec.profile).ok_or(Mistrial::Unfit(Unfit::ProfileUnknown))?;
		// Lengths come before hashes. An input may be longer than the task says: that is an outcome.
		if module.len() as u64 != spec.module.size {
			return Err(Mistrial::ModuleDiffers);
		}
		let longest = T::MaxInputBytes::get() as usize;
		if input.as_ref().is_some_and(|input| input.len() > longest) {
			return Err(Mistrial::Unfit(Unfit::InputBeyondCourt));
		}
		let bounds = Bounds { steps: Self::steps(spec.limits.gas) };
		match execute_within(module, spec, &profile, input, bounds) {
			Ok(finished) => Ok(finished.outcome),
			Err(Failure::ModuleDiffers) => Err(Mistrial::ModuleDiffers),
			Err(Failure::InputDiffers) => Err(Mistrial::InputDiffers),
			Err(Failure::InputIsList) => Err(Mistrial::Unfit(Unfit::InputIsList)),
			Err(Failure::OtherProfile) => Err(Mistrial::Unfit(Unfit::ProfileUnknown)),
			Err(Failure::TooManySteps) => Err(Mistrial::Failed),
			Err(failure @ (Failure::Memory | Failure::Engine(_))) => {
				frame_support::defensive!("a task that qualifies has no outcome", failure);
				Err(Mistrial::Failed)
			},
		}
	}

	/// Whether the court takes a task, for those who want to know beforehand. See [`Judge`].
	pub fn qualifies(spec: &TaskSpec) -> Result<(), Unfit> {
		<Self as Judge>::qualifies(spec)
	}

	/// What the call weighs that decides a case about this task, before anything is given back; of an item of a
	/// list whatever that is.
	pub fn weight_of(spec: &TaskSpec) -> Weight {
		let (input, list) = match spec.input {
			Input::None => (0, 0),
			Input::Blob(content) => (content.size, 0),
			Input::List(inputs) => (T::MaxInputBytes::get().into(), inputs.list.size),
		};
		let length = |size: u64| usize::try_from(size).unwrap_or(usize::MAX);
		Self::worst(length(spec.module.size), length(input), spec.limits.gas)
			.saturating_add(InputList::weight_of(length(list)))
	}

	/// Most that a call can weigh by what it says.
	pub(crate) fn worst(module: usize, input: usize, gas: u64) -> Weight {
		Self::charge(module, input, gas).saturating_add(T::RulingWeight::get())
	}

	/// Steps that a run is given: those that the weight of its gas pays for.
	pub fn steps(gas: u64) -> u64 {
		let gas = u32::try_from(gas).unwrap_or(u32::MAX);
		Self::reserved(T::WeightInfo::adjudicate(gas)).ref_time() / STEP_TIME
	}

	/// Weight of a run. Saturates where it can't fit a block anyway.
	pub(crate) fn charge(module: usize, input: usize, gas: u64) -> Weight {
		let cut = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
		let gas = u32::try_from(gas).unwrap_or(u32::MAX);
		Self::weight_of_run(cut(module), cut(input), gas)
	}

	/// Bytes weigh most where they are functions, of which a module may have so many. So each of the two
	/// ways of weighing it covers all modules of the lengths that it was measured for, and the lesser one
	/// those in between.
	fn weight_of_run(module: u32, input: u32, gas: u32) -> Weight {
		let long = T::WeightInfo::start_long(module).saturating_mul(CALLED).saturating_div(2);
		let start = T::WeightInfo::start(module).min(long);
		let measured = T::WeightInfo::adjudicate(gas)
			.saturating_add(start)
			.saturating_add(T::WeightInfo::take_input(input));
		Self::reserved(measured)
	}

	fn reserved(measured: Weight) -> Weight {
		measured.saturating_add(measured.saturating_div(RESERVE))
	}

	/// Everything that qualifies must fit a block, and what does not fit must be refused unpaid.
	pub(crate) fn check_limits() {
		let (module, input) = (T::MaxModuleBytes::get(), T::MaxInputBytes::get());
		let gas = u32::try_from(T::MaxGas::get()).expect("gas beyond a u32 never fits a block");
		let list = usize::try_from(most_list_bytes()).expect("some thousand bytes");
		let weight = Self::worst(module as usize, input as usize, gas.into())
			.saturating_add(InputList::weight_of(list));
		let blocks = T::BlockWeights::get();
		let most = blocks.get(DispatchClass::Normal).max_extrinsic.unwrap_or(blocks.max_block);
		assert!(weight.all_lte(most), "the court's largest case does not fit a block: {weight:?}");
		for gas in [0, T::MaxGas::get()] {
			let enough = Self::steps(gas) >= Bounds::enough_steps(gas);
			assert!(enough, "the weight of {gas} gas pays for fewer steps than a run may make");
		}
		let beyond = Self::weight_of_run(0, 0, u32::MAX);
		assert!(!beyond.all_lte(most), "gas that is cut to a u32 must not fit a block");
		let length = module.saturating_add(input).saturating_add(list as u32 + ENVELOPE_BYTES);
		let longest = *T::BlockLength::get().max.get(DispatchClass::Normal);
		assert!(length <= longest, "the court's longest call does not fit a block: {length}");
	}
}
