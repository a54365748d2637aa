//! Runs a WASI command in this process, metered or as it is, over the same host.

use anyhow::{Context, anyhow, bail};
use assay_metering::{GAS_GLOBAL, RUN_EXPORT, instrument};
use assay_primitives::{
	Hash,
	content::ContentRef,
	profile::Profile,
	task::{Args, Input, Limits, TaskSpec},
};
use assay_runner::{Codegen, engine};
use assay_wasi::{
	Errno, FUNCTIONS, Gas, GuestMemory, Host, MODULE, OutOfBounds, OutOfGas, Signature, Stop,
	ValueType,
};
use std::time::Duration;
use wasmtime::{
	Caller, Config, Engine, Error, FuncType, Global, Linker, Memory, Module, Store, Val, ValType,
};

/// Gas that no program here uses up.
const GAS: u64 = 1 << 60;
/// Stack of the thread that runs: more than either engine lets a program use.
const THREAD_STACK: usize = 640 << 20;

/// How a program is executed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Variant {
	/// By wasmtime with its default settings, as it is.
	Plain,
	/// As it is, with the settings that jobs run with.
	Settings,
	/// As a job: metered under the profile of this number, with those settings.
	Job(u32),
}

/// A compiled program.
pub struct Guest {
	variant: Variant,
	engine: Engine,
	module: Module,
}

/// What a run gave.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Ran {
	/// Processor time of the call alone.
	pub time: Duration,
	/// Standard output.
	pub stdout: Vec<u8>,
	/// Gas used, where it was counted.
	pub gas: Option<u64>,
}

/// What host functions reach.
struct State {
	host: Option<Host>,
	memory: Option<Memory>,
	gas: Option<Global>,
	exit: Option<u32>,
}

impl Variant {
	/// The engine that it runs on.
	pub fn engine(self) -> anyhow::Result<Engine> {
		let engine = match self {
			Self::Plain => Engine::new(&Config::new()),
			Self::Settings | Self::Job(_) => engine(Codegen::Speed),
		};
		engine.map_err(|error| anyhow!("{error:#}"))
	}

	/// What it compiles.
	pub fn prepare(self, wasm: &[u8]) -> anyhow::Result<Vec<u8>> {
		match self {
			Self::Plain | Self::Settings => Ok(wasm.to_vec()),
			Self::Job(_) => instrument(wasm, &self.profile()?, u32::MAX)
				.map(|metered| metered.wasm)
				.map_err(|refusal| anyhow!("{refusal:?}")),
		}
	}

	/// By which rules it runs.
	fn profile(self) -> anyhow::Result<Profile> {
		match self {
			Self::Plain | Self::Settings => Ok(Profile::BASE),
			Self::Job(number) => Profile::by_number(number).context("no such profile"),
		}
	}
}

impl Guest {
	/// Compiles a WASI command.
	pub fn new(variant: Variant, wasm: &[u8]) -> anyhow::Result<Self> {
		let engine = variant.engine()?;
		let module =
			Module::new(&engine, variant.prepare(wasm)?).map_err(|error| anyhow!("{error:#}"))?;
		Ok(Self { variant, engine, module })
	}

	/// Runs it in a fresh instance, on a thread with a large stack.
	pub fn run(&self, args: &[&str]) -> anyhow::Result<Ran> {
		std::thread::scope(|scope| {
			std::thread::Builder::new()
				.stack_size(THREAD_STACK)
				.spawn_scoped(scope, || self.run_here(args))?
				.join()
				.map_err(|_| anyhow!("the run panicked"))?
		})
	}

	fn run_here(&self, args: &[&str]) -> anyhow::Result<Ran> {
		let profile = self.variant.profile()?;
		let name = profile.names_programs().then_some("programs");
		let args: Vec<&str> = name.into_iter().chain(args.iter().copied()).collect();
		let host = Host::new(&profile, &spec(&args)?, None);
		let state = State { host: Some(host), memory: None, gas: None, exit: None };
		let mut store = Store::new(&self.engine, state);
		let linker = linker(&self.engine).map_err(|error| anyhow!("{error:#}"))?;
		let instance =
			linker.instantiate(&mut store, &self.module).map_err(|error| anyhow!("{error:#}"))?;
		let entry = if matches!(self.variant, Variant::Job(_)) { RUN_EXPORT } else { "_start" };
		let entry = instance
			.get_typed_func::<(), ()>(&mut store, entry)
			.map_err(|error| anyhow!("{error:#}"))?;
		let gas = instance.get_global(&mut store, GAS_GLOBAL);
		if let Some(gas) = gas {
			gas.set(&mut store, Val::I64(GAS as i64)).map_err(|error| anyhow!("{error:#}"))?;
		}
		store.data_mut().memory = instance.get_memory(&mut store, "memory");
		store.data_mut().gas = gas;
		let begin = cpu_time();
		let result = entry.call(&mut store, ());
		let time = cpu_time() - begin;
		if let Err(error) = result
			&& store.data().exit != Some(0)
		{
			bail!("{error:#}");
		}
		let gas = gas.and_then(|gas| gas.get(&mut store).i64()).map(|left| GAS - left as u64);
		let outputs = store.into_data().host.context("a host call did not return")?.finish();
		Ok(Ran { time, stdout: outputs.contents.into_iter().next().unwrap_or_default(), gas })
	}
}

/// Processor time of this thread.
pub fn cpu_time() -> Duration {
	let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
	// SAFETY: writes one timespec, which is there.
	unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
	Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// A task of a program that needs no input.
pub fn spec(args: &[&str]) -> anyhow::Result<TaskSpec> {
	let args: Result<Vec<_>, _> =
		args.iter().map(|arg| arg.as_bytes().to_vec().try_into()).collect();
	let args = args.ok().and_then(|args| Args::try_from(args).ok()).context("arguments")?;
	Ok(TaskSpec {
		module: ContentRef::of(&[]),
		profile: Profile::BASE.id(),
		args,
		env: Args::default(),
		input: Input::None,
		seed: Hash::repeat_byte(7),
		limits: Limits { gas: 1 << 46, memory_pages: 16_384, output_bytes: 1 << 20 },
	})
}

fn linker(engine: &Engine) -> wasmtime::Result<Linker<State>> {
	let mut linker = Linker::new(engine);
	for signature in FUNCTIONS {
		let params = signature.params.iter().map(|param| match param {
			ValueType::I32 => ValType::I32,
			ValueType::I64 => ValType::I64,
		});
		let results = signature.returns.then_some(ValType::I32);
		let ty = FuncType::new(engine, params, results);
		linker.func_new(MODULE, signature.name, ty, move |caller, params, results| {
			let errno = call(caller, signature, params)?;
			if let Some(result) = results.first_mut() {
				*result = Val::I32(errno.code());
			}
			Ok(())
		})?;
	}
	Ok(linker)
}

fn call(
	mut caller: Caller<'_, State>,
	signature: &Signature,
	params: &[Val],
) -> wasmtime::Result<Errno> {
	let args: Option<Vec<u64>> = params
		.iter()
		.map(|param| match param {
			Val::I32(value) => Some(u64::from(*value as u32)),
			Val::I64(value) => Some(*value as u64),
			_ => None,
		})
		.collect();
	let args = args.ok_or_else(|| Error::msg("a parameter of another type"))?;
	let state = caller.data_mut();
	let memory = state.memory.ok_or_else(|| Error::msg("no memory"))?;
	let gas = state.gas;
	let mut host = state.host.take().ok_or_else(|| Error::msg("a call inside of a call"))?;
	let mut view = View { caller, memory, gas };
	let result = host.call(signature.function, &args, &mut view);
	let state = view.caller.data_mut();
	state.host = Some(host);
	result.map_err(|stop| {
		if let Stop::Exit(code) = stop {
			state.exit = Some(code);
		}
		Error::msg("the run is over")
	})
}

struct View<'a> {
	caller: Caller<'a, State>,
	memory: Memory,
	gas: Option<Global>,
}

impl GuestMemory for View<'_> {
	fn size(&self) -> u64 {
		self.memory.data_size(&self.caller) as u64
	}

	fn read(&self, ptr: u32, into: &mut [u8]) -> Result<(), OutOfBounds> {
		self.memory.read(&self.caller, ptr as usize, into).map_err(|_| OutOfBounds)
	}

	fn write(&mut self, ptr: u32, from: &[u8]) -> Result<(), OutOfBounds> {
		self.memory.write(&mut self.caller, ptr as usize, from).map_err(|_| OutOfBounds)
	}
}

impl Gas for View<'_> {
	fn charge(&mut self, amount: u64) -> Result<(), OutOfGas> {
		let Some(gas) = self.gas else { return Ok(()) };
		let left = gas.get(&mut self.caller).i64().unwrap_or(-1);
		let rest = left.checked_sub_unsigned(amount).filter(|rest| *rest >= 0).ok_or(OutOfGas)?;
		gas.set(&mut self.caller, Val::I64(rest)).map_err(|_| OutOfGas)
	}

	fn left(&mut self) -> u64 {
		let left = self.gas.and_then(|gas| gas.get(&mut self.caller).i64());
		left.and_then(|left| u64::try_from(left).ok()).unwrap_or(0)
	}
}
