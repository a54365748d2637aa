//! One run of a module that meters itself.

use super::{config, guard::guard, limiter::Limiter};
use crate::ran::Ran;
use anyhow::{Context, Result, anyhow, bail};
use assay_metering::{
	Ending, GAS_GLOBAL, Metered, RUN_EXPORT, STACK_GLOBAL, TRAIL_EXPORT, take_gas,
};
use assay_primitives::{
	profile::{PAGE_SIZE, Profile},
	task::TaskSpec,
};
use assay_wasi::{
	Errno, FUNCTIONS, Gas, GuestMemory, Host, Left, MODULE, OutOfBounds, OutOfGas, Signature, Stop,
	ValueType,
};
use wasmi::{
	Caller, Engine, Error, FuncType, Global, Instance, Linker, Memory, Module, Store, TrapCode,
	Val, ValType, errors::ErrorKind,
};

/// What host functions reach.
struct State {
	/// Taken out while it works on the guest.
	host: Option<Box<Host>>,
	/// Known once the module is instantiated, before any of its code runs.
	guest: Option<(Memory, Global)>,
	stop: Option<Stop>,
	limiter: Limiter,
}

/// Runs a metered module as the program of `spec`; `None` where wasmi can't represent a function of it.
///
/// The caller has checked that it comes from the module that `spec` names, metered under `profile`
/// for the pages that `spec` allows, and that `input` is the input that `spec` names.
pub fn run(
	metered: &Metered,
	spec: &TaskSpec,
	profile: &Profile,
	input: Option<Vec<u8>>,
) -> Result<Option<Ran>> {
	addressable(metered.info.memory_bound(spec.limits.memory_pages))?;
	let guarded = guard(&metered.wasm)?;
	match run_guarded(&guarded, spec, profile, input) {
		Err(error) if is_of_translation(&error) => Ok(None),
		ran => ran.map(Some),
	}
}

fn is_of_translation(error: &anyhow::Error) -> bool {
	let error = error.downcast_ref::<Error>();
	error.is_some_and(|error| matches!(error.kind(), ErrorKind::Translation(_)))
}

/// Runs a module that wasmi can be given.
pub(super) fn run_guarded(
	guarded: &[u8],
	spec: &TaskSpec,
	profile: &Profile,
	input: Option<Vec<u8>>,
) -> Result<Ran> {
	let engine = Engine::new(&config(profile));
	let module = Module::new(&engine, guarded)?;
	let input_gas = Host::input_gas(profile, input.as_deref()).unwrap_or(0);
	let host = Some(Box::new(Host::new(profile, spec, input)));
	let mut store = Store::new(&engine, State { host, guest: None, stop: None, limiter: Limiter });
	store.limiter(|state| &mut state.limiter);
	let linker = linker(&engine)?;
	let instance = linker.instantiate_and_start(&mut store, &module)?;
	let globals = prepare(&mut store, &instance, spec.limits.gas - input_gas)?;
	let entry = instance.get_typed_func::<(), ()>(&store, RUN_EXPORT)?;
	let result = entry.call(&mut store, ());
	let (gas, slots) = globals.read(&store)?;
	let ending = ending(result, store.data_mut().stop.take())?;
	let (class, gas_used) = ending.outcome(gas, slots, spec.limits.gas);
	let trail = match instance.get_typed_func::<(), i64>(&store, TRAIL_EXPORT) {
		Ok(trail) => trail.call(&mut store, ())? as u64,
		Err(_) => 0,
	};
	let host = store.data_mut().host.take().context("a call did not return")?;
	let memory = instance.get_memory(&store, "memory").context("no memory")?;
	let left = Left { memory: memory.data(&store), slots, trail };
	Ok(Ran { class, gas_used, outputs: host.conclude(class, left) })
}

/// Where a memory can't be addressed, a growth that succeeds elsewhere would fail here.
fn addressable(pages: u32) -> Result<()> {
	isize::try_from(PAGE_SIZE.saturating_mul(pages.into())).map(|_| ()).context("memory")
}

/// What the pass has appended.
struct Globals {
	gas: Global,
	stack: Global,
}

impl Globals {
	/// Gas and slots that are left.
	fn read(&self, store: &Store<State>) -> Result<(i64, i32)> {
		match (self.gas.get(store), self.stack.get(store)) {
			(Val::I64(gas), Val::I32(slots)) => Ok((gas, slots)),
			_ => bail!("a global of the pass has another type"),
		}
	}
}

/// Gives the program its gas.
fn prepare(store: &mut Store<State>, instance: &Instance, limit: u64) -> Result<Globals> {
	let missing = "the metered module lacks an export of the pass";
	let gas = instance.get_global(&*store, GAS_GLOBAL).context(missing)?;
	let stack = instance.get_global(&*store, STACK_GLOBAL).context(missing)?;
	let memory = instance.get_memory(&*store, "memory").context(missing)?;
	// Nobody lives to see 2^63 units used, so the cut changes nothing.
	let start = i64::try_from(limit).unwrap_or(i64::MAX);
	gas.set(&mut *store, Val::I64(start)).map_err(|_| anyhow!(missing))?;
	store.data_mut().guest = Some((memory, gas));
	Ok(Globals { gas, stack })
}

/// What the end of the call means. Only traps that the language defines are outcomes: a lack of memory
/// says something about this machine.
fn ending(result: Result<(), Error>, stop: Option<Stop>) -> Result<Ending> {
	let Err(error) = result else { return Ok(Ending::Returned) };
	match stop {
		Some(Stop::Exit(code)) => return Ok(Ending::Exited(code)),
		Some(Stop::OutputLimit) => return Ok(Ending::OutputLimit),
		Some(Stop::OutOfGas) => return Ok(Ending::OutOfGas),
		None => {},
	}
	match error.kind() {
		ErrorKind::TrapCode(
			TrapCode::UnreachableCodeReached
			| TrapCode::MemoryOutOfBounds
			| TrapCode::TableOutOfBounds
			| TrapCode::IndirectCallToNull
			| TrapCode::IntegerDivisionByZero
			| TrapCode::IntegerOverflow
			| TrapCode::BadConversionToInteger
			| TrapCode::BadSignature,
		) => Ok(Ending::Trapped),
		ErrorKind::TrapCode(TrapCode::GrowthOperationLimited | TrapCode::OutOfSystemMemory) => {
			bail!("memory ran out")
		},
		_ => Err(error.into()),
	}
}

fn linker(engine: &Engine) -> Result<Linker<State>> {
	let mut linker = Linker::new(engine);
	for signature in FUNCTIONS {
		let params = signature.params.iter().map(|param| match param {
			ValueType::I32 => ValType::I32,
			ValueType::I64 => ValType::I64,
		});
		let results = signature.returns.then_some(ValType::I32);
		let ty = FuncType::new(params, results);
		linker
			.func_new(MODULE, signature.name, ty, move |caller, params, results| {
				let errno = call(caller, signature, params)?;
				if let Some(result) = results.first_mut() {
					*result = Val::I32(errno.code());
				}
				Ok(())
			})
			.context("a function of the host is there twice")?;
	}
	Ok(linker)
}

/// Most parameters of a WASI function.
const MAX_PARAMS: usize = 9;

fn call(
	mut caller: Caller<'_, State>,
	signature: &Signature,
	params: &[Val],
) -> Result<Errno, Error> {
	let mut args = [0; MAX_PARAMS];
	for (arg, param) in args.iter_mut().zip(params) {
		*arg = match param {
			Val::I32(value) => u64::from(*value as u32),
			Val::I64(value) => *value as u64,
			_ => return Err(Error::new("a parameter of another type")),
		};
	}
	let state = caller.data_mut();
	let (memory, gas) = state.guest.ok_or_else(|| Error::new("a call before the start"))?;
	let mut host = state.host.take().ok_or_else(|| Error::new("a call inside of a call"))?;
	let args = &args[..params.len().min(MAX_PARAMS)];
	let mut guest = Guest { caller, memory, gas };
	let result = host.call(signature.function, args, &mut guest);
	let state = guest.caller.data_mut();
	state.host = Some(host);
	result.map_err(|stop| {
		state.stop = Some(stop);
		Error::i32_exit(0)
	})
}

/// The guest as the WASI host sees it.
struct Guest<'a> {
	caller: Caller<'a, State>,
	memory: Memory,
	gas: Global,
}

impl GuestMemory for Guest<'_> {
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

impl Gas for Guest<'_> {
	fn charge(&mut self, amount: u64) -> Result<(), OutOfGas> {
		let rest = match self.gas.get(&self.caller) {
			Val::I64(left) => take_gas(left, amount),
			_ => None,
		};
		let set = self.gas.set(&mut self.caller, Val::I64(rest.unwrap_or(-1)));
		if rest.is_some() && set.is_ok() { Ok(()) } else { Err(OutOfGas) }
	}

	fn left(&mut self) -> u64 {
		match self.gas.get(&self.caller) {
			Val::I64(left) => u64::try_from(left).unwrap_or(0),
			_ => 0,
		}
	}
}
