//! Benchmarks over gas and over the lengths of content, one by one: the bencher never takes the constant
//! part for less than the shortest run, and a short run is one in which nothing else is long.
//!
//! Those of kinds of operators give no weight. They show which of them the weight of gas has to cover; see
//! `docs/benchmarks/judgement.md`.

use crate::{
	Call, Config, Pallet,
	programs::{EMPTY_FUNCTIONS, Filler, Kind, long_module, module},
};
use alloc::{vec, vec::Vec};
use assay_interpreter::{Bounds, Failure, execute_within};
use assay_primitives::{
	AccountId, Hash,
	content::ContentRef,
	outcome::Class,
	profile::Profile,
	task::{Input, Limits, TaskSpec},
	traits::{CaseId, Cases},
};
use polkadot_sdk::{
	frame_benchmarking::v2::*,
	frame_support::{dispatch::RawOrigin, traits::Get},
};

/// What the runtime has to be able to do for benchmarks.
pub trait BenchmarkHelper {
	/// Opens a case about this task.
	fn open_case(spec: &TaskSpec) -> CaseId;
}

impl BenchmarkHelper for () {
	fn open_case(_: &TaskSpec) -> CaseId {
		0
	}
}

/// Bytes of the shortest module that does something dear.
const SHORTEST: u32 = 1_024;
/// Gas that is enough for calling each long function of a module.
const CALLING: u64 = 1 << 18;
/// Steps of which the time is measured.
const STEPS: u64 = 1 << 22;
/// Of what they are, by number: what works by operand or in the host takes no steps.
const STEP_KINDS: [Kind; 9] = [
	Kind::Integers,
	Kind::Floats,
	Kind::Branches,
	Kind::Tables,
	Kind::Calls,
	Kind::Ifs,
	Kind::MostParameters,
	Kind::Over,
	Kind::Vectors,
];

fn task(module: &[u8], input: &[u8], gas: u64) -> TaskSpec {
	TaskSpec {
		module: ContentRef::of(module),
		// The wider one has all operators of the other, at the same prices.
		profile: Profile::SIMD.id(),
		args: Default::default(),
		env: Default::default(),
		input: Input::Blob(ContentRef::of(input)),
		seed: Hash::zero(),
		limits: Limits { gas, memory_pages: 256, output_bytes: 64 << 10 },
	}
}

/// A case with its content.
struct Dispute {
	case: CaseId,
	task_hash: Hash,
	gas: u64,
	module: Vec<u8>,
}

/// The dearest program, in the shortest module.
fn dispute<T: Config>(gas: u32) -> Dispute {
	let (module, gas) = (module(Kind::Paths, SHORTEST as usize), u64::from(gas));
	let spec = task(&module, &[], gas);
	assert_eq!(Pallet::<T>::qualifies(&spec), Ok(()));
	let case = T::BenchmarkHelper::open_case(&spec);
	Dispute { case, task_hash: spec.hash(), gas, module }
}

/// Does all that comes before the first operator of the dearest module of this length.
fn start_of<T: Config>(module_bytes: u32, input_bytes: u32) -> impl FnOnce() {
	let module = module(Kind::Paths, module_bytes as usize);
	let input = vec![7; input_bytes as usize];
	let spec = task(&module, &input, 1);
	move || {
		let outcome = Pallet::<T>::judge(&spec, &module, Some(input)).expect("it qualifies");
		assert_eq!(outcome.class, Class::OutOfGas);
	}
}

/// Uses up all gas of the court with one kind of operators.
fn spend<T: Config>(kind: Kind) -> impl FnOnce() {
	let (module, gas) = (module(kind, 0), T::MaxGas::get());
	let spec = task(&module, &[], gas);
	move || {
		let outcome = Pallet::<T>::judge(&spec, &module, Some(Vec::new())).expect("it qualifies");
		assert_eq!((outcome.class, outcome.gas_used), (Class::OutOfGas, gas));
	}
}

/// Starts a module of this length, and has it call each of its long functions.
fn call_long<T: Config>(filler: Filler, module_bytes: u32) -> impl FnOnce() {
	let module = long_module(filler, module_bytes as usize);
	let spec = task(&module, &[], CALLING);
	move || {
		let outcome = Pallet::<T>::judge(&spec, &module, Some(Vec::new())).expect("it qualifies");
		assert_eq!(outcome.class, Class::Exited(0));
	}
}

/// Makes [`STEPS`] steps of a kind, for which there is always gas.
fn step<T: Config>(kind: Kind) -> impl FnOnce() {
	let module = module(kind, 0);
	let spec = task(&module, &[], u64::MAX >> 1);
	let bounds = Bounds { steps: STEPS };
	move || {
		let run = execute_within(&module, &spec, &Profile::SIMD, Some(Vec::new()), bounds);
		assert_eq!(run.err(), Some(Failure::TooManySteps));
	}
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// Running the shortest module until all of `g` gas is used, and telling it; without what follows of
	/// that.
	#[benchmark]
	fn adjudicate(g: Linear<65_536, { u32::try_from(T::MaxGas::get()).unwrap_or(u32::MAX) }>) {
		let Dispute { case, task_hash, gas, module } = dispute::<T>(g);
		let caller: AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), case, task_hash, gas, module, Some(Vec::new()));

		assert!(T::Cases::open_task(case).is_none(), "the case is decided");
	}

	/// Starting a module of `m` bytes, as many of them functions as there may be.
	#[benchmark]
	fn start(m: Linear<SHORTEST, EMPTY_FUNCTIONS>) {
		let run = start_of::<T>(m, 0);
		#[block]
		{
			run();
		}
	}

	/// The same with a module that has no room for more functions, which are the dearest of its bytes.
	#[benchmark]
	fn start_long(m: Linear<EMPTY_FUNCTIONS, { T::MaxModuleBytes::get() }>) {
		let run = start_of::<T>(m, 0);
		#[block]
		{
			run();
		}
	}

	/// Starting the shortest module with `i` bytes of input.
	#[benchmark]
	fn take_input(i: Linear<0, { T::MaxInputBytes::get() }>) {
		let run = start_of::<T>(SHORTEST, i);
		#[block]
		{
			run();
		}
	}

	/// A case that does not qualify.
	#[benchmark]
	fn refuse() {
		let module = module(Kind::Branches, 0);
		let spec = task(&module, &[], T::MaxGas::get() + 1);
		let case = T::BenchmarkHelper::open_case(&spec);
		let (caller, task) = (whitelisted_caller::<AccountId>(), spec.hash());
		let result;

		#[block]
		{
			let origin = RawOrigin::Signed(caller).into();
			result = Pallet::<T>::adjudicate(origin, case, task, u64::MAX, module, None);
		}

		assert!(result.is_err());
	}

	/// All gas of the court, by kind `k` of [`Kind::ALL`].
	#[benchmark(extra)]
	fn kinds(k: Linear<0, { Kind::ALL.len() as u32 - 1 }>) {
		let run = spend::<T>(Kind::ALL[k as usize]);
		#[block]
		{
			run();
		}
	}

	/// 2^22 steps of kind `k` of [`STEP_KINDS`].
	#[benchmark(extra)]
	fn steps(k: Linear<0, { STEP_KINDS.len() as u32 - 1 }>) {
		let run = step::<T>(STEP_KINDS[k as usize]);
		#[block]
		{
			run();
		}
	}

	/// The longest module of long functions, by kind `k` of [`Filler::ALL`].
	#[benchmark(extra)]
	fn long(k: Linear<0, { Filler::ALL.len() as u32 - 1 }>) {
		let run = call_long::<T>(Filler::ALL[k as usize], T::MaxModuleBytes::get());
		#[block]
		{
			run();
		}
	}
}
