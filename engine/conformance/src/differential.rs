//! One program on all executors.

pub use crate::ran::Ran;

use crate::{engines::lts_job, wasmi};
use assay_interpreter::Bounds;
use assay_metering::{Metered, Refusal, instrument, read};
use assay_primitives::{
	content::ContentRef,
	outcome::Class,
	profile::Profile,
	task::{Input, Limits, TaskSpec},
};
use assay_runner::{Codegen, testing};
use assay_wasi::Host;

/// Native stack of a thread that runs programs: what the runner gives wasm, and more.
pub const THREAD_STACK: usize = testing::WASM_STACK + (64 << 20);

/// A program with all that decides what it does.
#[derive(Clone, Debug)]
pub struct Job {
	/// The module.
	pub module: Vec<u8>,
	/// Under which rules.
	pub profile: Profile,
	/// Arguments, limits, seed.
	pub spec: TaskSpec,
	/// The input.
	pub input: Option<Vec<u8>>,
}

impl Job {
	/// A job without arguments and input, of 10^9 units of gas, 256 pages and a MiB of output.
	pub fn new(module: Vec<u8>, profile: Profile) -> Self {
		let spec = TaskSpec {
			module: ContentRef::of(&module),
			profile: profile.id(),
			args: Default::default(),
			env: Default::default(),
			input: Input::None,
			seed: [7; 32].into(),
			limits: Limits { gas: 1_000_000_000, memory_pages: 256, output_bytes: 1 << 20 },
		};
		Self { module, profile, spec, input: None }
	}

	/// The same with this input.
	pub fn with_input(mut self, input: &[u8]) -> Self {
		self.spec.input = Input::Blob(ContentRef::of(input));
		self.input = Some(input.to_vec());
		self
	}

	/// The same with these arguments.
	pub fn with_args(mut self, args: &[&str]) -> Self {
		self.spec.args = TaskSpec::bounded_args(args.iter().copied()).expect("short");
		self
	}

	/// The same under another profile.
	pub fn under(mut self, profile: Profile) -> Self {
		self.spec.profile = profile.id();
		self.profile = profile;
		self
	}

	/// The same with this much gas.
	pub fn with_gas(mut self, gas: u64) -> Self {
		self.spec.limits.gas = gas;
		self
	}
}

/// Something that runs modules.
pub struct Executor {
	name: &'static str,
	kind: Kind,
}

enum Kind {
	Runner(wasmtime::Engine),
	Lts(wasmtime_lts::Engine),
	Wasmi,
	Interpreter,
}

impl Executor {
	/// Every executor that works on this machine, the runner's own first.
	pub fn all() -> Vec<Self> {
		vec![
			Self::runner("wasmtime speed", &testing::config(Codegen::Speed)),
			Self::runner("wasmtime none", &testing::config(Codegen::Plain)),
			Self::runner("wasmtime pulley", &pulley(Codegen::Speed)),
			Self::lts("wasmtime lts", wasmtime_lts::OptLevel::Speed),
			Self::wasmi(),
			Self::interpreter(),
		]
	}

	/// As many, of which only what runs jobs spends time on optimising: the other ones are what compiles soonest.
	/// Without optimising, the runner's own is what compiles heavy modules.
	pub fn swift() -> Vec<Self> {
		vec![
			Self::runner("wasmtime speed", &testing::config(Codegen::Speed)),
			Self::runner("wasmtime quick", &testing::config(Codegen::Quick)),
			Self::runner("wasmtime pulley quick", &pulley(Codegen::Quick)),
			Self::lts("wasmtime lts none", wasmtime_lts::OptLevel::None),
			Self::wasmi(),
			Self::interpreter(),
		]
	}

	fn runner(name: &'static str, config: &wasmtime::Config) -> Self {
		let engine = wasmtime::Engine::new(config).expect("the settings fit");
		Self { name, kind: Kind::Runner(engine) }
	}

	fn lts(name: &'static str, level: wasmtime_lts::OptLevel) -> Self {
		let mut config = lts_job::config();
		config.cranelift_opt_level(level);
		let engine = wasmtime_lts::Engine::new(&config).expect("the settings fit");
		Self { name, kind: Kind::Lts(engine) }
	}

	/// wasmi alone.
	pub fn wasmi() -> Self {
		Self { name: "wasmi", kind: Kind::Wasmi }
	}

	/// The reference alone.
	pub fn interpreter() -> Self {
		Self { name: "interpreter", kind: Kind::Interpreter }
	}

	/// What it is.
	pub fn name(&self) -> &'static str {
		self.name
	}

	/// Runs a module, which was metered too; `None` if it has more than this executor can represent. An error says
	/// nothing about the program.
	pub fn run(&self, metered: &Metered, job: &Job) -> Result<Option<Ran>, String> {
		self.prepare(metered)?.run(metered, job)
	}

	/// Does once what has to be done before a module runs.
	pub fn prepare(&self, metered: &Metered) -> Result<Ready<'_>, String> {
		Ok(match &self.kind {
			Kind::Runner(engine) => {
				let module = wasmtime::Module::new(engine, &metered.wasm);
				Ready::Runner(engine, module.map_err(|error| format!("{error:#}"))?)
			},
			Kind::Lts(engine) => {
				let module = wasmtime_lts::Module::new(engine, &metered.wasm);
				Ready::Lts(engine, module.map_err(|error| format!("{error:#}"))?)
			},
			Kind::Wasmi => Ready::Wasmi,
			Kind::Interpreter => Ready::Interpreter,
		})
	}
}

/// The runner's settings for another target: portable bytecode.
fn pulley(codegen: Codegen) -> wasmtime::Config {
	let mut config = testing::config(codegen);
	config.target("pulley64").expect("known");
	config
}

/// A module as an executor wants it.
pub enum Ready<'e> {
	/// Compiled.
	Runner(&'e wasmtime::Engine, wasmtime::Module),
	/// Compiled by the older version.
	Lts(&'e wasmtime_lts::Engine, wasmtime_lts::Module),
	/// Nothing is kept: wasmi translates when it runs.
	Wasmi,
	/// Likewise the reference.
	Interpreter,
}

impl Ready<'_> {
	/// Runs what it was made of, as [`Executor::run`].
	pub fn run(&self, metered: &Metered, job: &Job) -> Result<Option<Ran>, String> {
		let Job { profile, spec, .. } = job;
		let input = job.input.clone();
		Host::input_gas(profile, input.as_deref()).map_err(|bad| format!("{bad:?}"))?;
		let startup_gas = metered.info.startup_gas;
		// The other ones find that out by themselves.
		if matches!(self, Self::Lts(..) | Self::Wasmi)
			&& let Err(outputs) = Host::pay_start(profile, spec, startup_gas, input.as_deref())
		{
			let (class, gas_used) = (Class::OutOfGas, spec.limits.gas);
			return Ok(Some(Ran { class, gas_used, outputs }));
		}
		match self {
			Self::Runner(engine, module) => {
				let ran = testing::execute(engine, module, profile, startup_gas, spec, input)?;
				Ok(Some(Ran { class: ran.class, gas_used: ran.gas_used, outputs: ran.outputs }))
			},
			Self::Lts(engine, module) => lts_job::run(engine, module, profile, spec, input)
				.map(Some)
				.map_err(|error| format!("{error:#}")),
			Self::Wasmi => {
				wasmi::run(metered, spec, profile, input).map_err(|error| format!("{error:#}"))
			},
			Self::Interpreter => interpret(job).map(Some),
		}
	}
}

/// Runs the module as it is, within the bounds that suffice for every program.
fn interpret(job: &Job) -> Result<Ran, String> {
	let Job { module, profile, spec, input } = job;
	let read = read(module, profile, spec.limits.memory_pages);
	let read = read.map_err(|refusal| format!("metered, and refused: {refusal}"))?;
	let work = profile.work_bound();
	let bounds = Bounds { steps: Bounds::enough_under(profile, spec.limits.gas) };
	let ran = assay_interpreter::run(&read, spec, input.clone(), bounds);
	let ran = ran.map_err(|failure| failure.to_string())?;
	if ran.steps > Bounds::enough_under(profile, ran.gas_used) {
		return Err(format!("{} steps for {} gas", ran.steps, ran.gas_used));
	}
	if ran.steps > work.per_gas * ran.gas_used + work.beyond {
		return Err(format!("{} steps for {} gas, more than {work:?}", ran.steps, ran.gas_used));
	}
	Ok(Ran { class: ran.class, gas_used: ran.gas_used, outputs: ran.outputs })
}

/// What all executors make of a job.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verdict {
	/// The module is outside of the profile.
	Refused(Refusal),
	/// All came to the same end.
	Ran(Box<Ran>),
	/// They did not, or one had none: what each said.
	Differs(String),
}

/// A metered module, ready on all executors.
pub struct Everywhere<'e> {
	/// What the compilers and wasmi run.
	pub metered: Metered,
	ready: Vec<(&'e Executor, Result<Ready<'e>, String>)>,
}

impl<'e> Everywhere<'e> {
	/// Makes it ready.
	pub fn new(executors: &'e [Executor], metered: Metered) -> Self {
		let ready = executors.iter().map(|executor| (executor, executor.prepare(&metered)));
		Self { ready: ready.collect(), metered }
	}

	/// Runs a job whose module it was made of: what all came to, or what each said. Must be called with
	/// [`THREAD_STACK`], see [`deep`].
	pub fn run(&self, job: &Job) -> Result<Ran, String> {
		let run = |ready: &Result<Ready, String>| ready.as_ref()?.run(&self.metered, job);
		let runs: Vec<_> = self.ready.iter().map(|(_, ready)| run(ready)).collect();
		match &runs[0] {
			Ok(Some(first)) if runs.iter().all(|run| agrees(run, first)) => Ok(first.clone()),
			_ => {
				let said = self.ready.iter().zip(&runs);
				let said = said.map(|((executor, _), run)| format!("{}: {run:?}", executor.name()));
				Err(said.collect::<Vec<_>>().join("\n"))
			},
		}
	}
}

/// Runs a job on all executors. Must be called with [`THREAD_STACK`], see [`deep`].
pub fn compare(executors: &[Executor], job: &Job) -> Verdict {
	match instrument(&job.module, &job.profile, job.spec.limits.memory_pages) {
		Ok(metered) => match Everywhere::new(executors, metered).run(job) {
			Ok(ran) => Verdict::Ran(Box::new(ran)),
			Err(said) => Verdict::Differs(said),
		},
		Err(refusal) => Verdict::Refused(refusal),
	}
}

fn agrees(run: &Result<Option<Ran>, String>, first: &Ran) -> bool {
	run.as_ref().is_ok_and(|run| run.as_ref().is_none_or(|run| run == first))
}

/// Does work on a thread with enough native stack for every executor.
pub fn deep<T: Send>(work: impl FnOnce() -> T + Send) -> T {
	std::thread::scope(|scope| {
		let thread = std::thread::Builder::new().stack_size(THREAD_STACK);
		let thread = thread.spawn_scoped(scope, work).expect("threads can be started");
		match thread.join() {
			Ok(result) => result,
			Err(panic) => std::panic::resume_unwind(panic),
		}
	})
}
