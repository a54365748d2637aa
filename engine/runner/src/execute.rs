//! One run of one program, inside the worker.

use crate::{engine, trace::Stopped};
use assay_metering::{Ending, GAS_GLOBAL, RUN_EXPORT, STACK_GLOBAL, TRAIL_EXPORT, take_gas};
use assay_primitives::{outcome::Class, profile::Profile, task::TaskSpec};
use assay_wasi::{
	Errno, FUNCTIONS, Gas, GuestMemory, Host, Left, MODULE, OutOfBounds, OutOfGas, Outputs,
	Signature, Stop, ValueType,
};
use wasmtime::{
	Caller, Engine, Error, FuncType, Global, Instance, Linker, Memory, Module, ResourceLimiter,
	Store, Trap, Val, ValType,
};

/// How a run ended.
pub struct Ran {
	/// How.
	pub class: Class,
	/// Gas used.
	pub gas_used: u64,
	/// Pages of linear memory at the end, which is the most that there were.
	pub memory_pages: u32,
	/// What it left.
	pub outputs: Outputs,
	/// Why and where it ended early, where the engine keeps backtraces.
	pub stopped: Option<Stopped>,
}

/// What host functions reach.
struct State {
	/// Taken out while it works on the guest.
	host: Option<Box<Host>>,
	/// Known once the module is instantiated, before any of its code runs.
	guest: Option<(Memory, Global)>,
	/// Why the host ended the run, and in which of its functions.
	stop: Option<(Stop, &'static str)>,
	limiter: Limiter,
}

/// Runs `module`, which was metered under `profile` and costs `startup_gas` before it begins. An error says
/// nothing about the program.
pub fn execute(
	engine: &Engine,
	module: &Module,
	profile: &Profile,
	startup_gas: u64,
	spec: &TaskSpec,
	input: Option<Vec<u8>>,
) -> Result<Ran, String> {
	let input_gas = match Host::pay_start(profile, spec, startup_gas, input.as_deref()) {
		Ok(input_gas) => input_gas,
		Err(outputs) => return Ok(Ran::unstarted(spec, outputs)),
	};
	let limiter = Limiter::new(spec.limits.memory_pages, profile.limits.tables);
	let host = Some(Box::new(Host::new(profile, spec, input)));
	let mut store = Store::new(engine, State { host, guest: None, stop: None, limiter });
	store.limiter(|state| &mut state.limiter);
	let linker = linker(engine).map_err(|error| format!("{error:#}"))?;
	let instance = linker.instantiate(&mut store, module).map_err(|error| format!("{error:#}"))?;
	let run = Run::new(&mut store, &instance, spec.limits.gas, input_gas)?;
	let result = run.entry.call(&mut store, ());
	let (class, gas_used) = run.classify(&mut store, &result)?;
	let State { guest, stop, .. } = store.data();
	let (memory, stop) = (guest.ok_or("no memory")?.0, *stop);
	// A 32-bit memory has at most 65,536 pages.
	let memory_pages = memory.size(&store) as u32;
	let stopped = result.err().and_then(|error| {
		let bytes = u64::from(memory_pages) * engine::PAGE as u64;
		Stopped::of(&error, class, bytes, stop.map(|(_, function)| function))
	});
	let (slots, trail) = (run.slots(&mut store)?, run.trail(&mut store)?);
	let host = store.data_mut().host.take().ok_or("a host call did not return")?;
	let outputs = host.conclude(class, Left { memory: memory.data(&store), slots, trail });
	Ok(Ran { class, gas_used, memory_pages, outputs, stopped })
}

impl Ran {
	/// Where the gas does not pay for what comes before the program's first operator.
	fn unstarted(spec: &TaskSpec, outputs: Outputs) -> Self {
		let (class, gas_used) = (Class::OutOfGas, spec.limits.gas);
		Self { class, gas_used, memory_pages: 0, outputs, stopped: None }
	}
}

/// Handles on what the pass has appended.
struct Run {
	entry: wasmtime::TypedFunc<(), ()>,
	gas: Global,
	stack: Global,
	/// Where the profile has one.
	trail: Option<wasmtime::TypedFunc<(), i64>>,
	limit: u64,
}

impl Run {
	/// Gives the program its gas, of which the input has taken some.
	fn new(
		store: &mut Store<State>,
		instance: &Instance,
		limit: u64,
		input_gas: u64,
	) -> Result<Self, String> {
		let missing = || String::from("the compiled module lacks an export of the pass");
		let entry = instance
			.get_typed_func(&mut *store, RUN_EXPORT)
			.map_err(|error| format!("{error:#}"))?;
		let gas = instance.get_global(&mut *store, GAS_GLOBAL).ok_or_else(missing)?;
		let stack = instance.get_global(&mut *store, STACK_GLOBAL).ok_or_else(missing)?;
		let memory = instance.get_memory(&mut *store, "memory").ok_or_else(missing)?;
		// Nobody lives to see 2^63 units used, so the cut changes nothing.
		let start = i64::try_from(limit).unwrap_or(i64::MAX).saturating_sub_unsigned(input_gas);
		gas.set(&mut *store, Val::I64(start)).map_err(|error| format!("{error:#}"))?;
		store.data_mut().guest = Some((memory, gas));
		let trail = instance.get_typed_func(&mut *store, TRAIL_EXPORT).ok();
		Ok(Self { entry, gas, stack, trail, limit })
	}

	/// Slots of the stack that are left.
	fn slots(&self, store: &mut Store<State>) -> Result<i32, String> {
		match self.stack.get(&mut *store) {
			Val::I32(slots) => Ok(slots),
			_ => Err("the stack global has another type".into()),
		}
	}

	/// What samples have come to.
	fn trail(&self, store: &mut Store<State>) -> Result<u64, String> {
		let Some(trail) = &self.trail else { return Ok(0) };
		let number = trail.call(&mut *store, ()).map_err(|error| format!("{error:#}"))?;
		Ok(number as u64)
	}

	fn classify(
		&self,
		store: &mut Store<State>,
		result: &wasmtime::Result<()>,
	) -> Result<(Class, u64), String> {
		let left = left(self.gas.get(&mut *store))?;
		let slots = self.slots(store)?;
		let ending = match result {
			Ok(()) => Ending::Returned,
			Err(error) => match store.data().stop {
				Some((Stop::Exit(code), _)) => Ending::Exited(code),
				Some((Stop::OutputLimit, _)) => Ending::OutputLimit,
				Some((Stop::OutOfGas, _)) => Ending::OutOfGas,
				None => trapped(error)?,
			},
		};
		Ok(ending.outcome(left, slots, self.limit))
	}
}

/// What a trap means. Only those that the language defines are outcomes: an exhausted native stack
/// or a failed allocation says something about this machine.
fn trapped(error: &Error) -> Result<Ending, String> {
	match error.downcast_ref::<Trap>() {
		Some(
			Trap::MemoryOutOfBounds
			| Trap::TableOutOfBounds
			| Trap::IndirectCallToNull
			| Trap::BadSignature
			| Trap::IntegerOverflow
			| Trap::IntegerDivisionByZero
			| Trap::BadConversionToInteger
			| Trap::UnreachableCodeReached,
		) => Ok(Ending::Trapped),
		_ => Err(format!("{error:#}")),
	}
}

fn left(gas: Val) -> Result<i64, String> {
	match gas {
		Val::I64(left) => Ok(left),
		_ => Err("the gas global has another type".into()),
	}
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

/// Most parameters of a WASI function.
const MAX_PARAMS: usize = 9;

fn call(
	mut caller: Caller<'_, State>,
	signature: &Signature,
	params: &[Val],
) -> wasmtime::Result<Errno> {
	let mut args = [0; MAX_PARAMS];
	for (arg, param) in args.iter_mut().zip(params) {
		*arg = match param {
			Val::I32(value) => u64::from(*value as u32),
			Val::I64(value) => *value as u64,
			_ => return Err(Error::msg("a parameter of another type")),
		};
	}
	let state = caller.data_mut();
	let (memory, gas) = state.guest.ok_or_else(|| Error::msg("a call before the start"))?;
	let mut host = state.host.take().ok_or_else(|| Error::msg("a call inside of a call"))?;
	let args = &args[..params.len().min(MAX_PARAMS)];
	let mut guest = Guest { caller, memory, gas };
	let result = host.call(signature.function, args, &mut guest);
	let state = guest.caller.data_mut();
	state.host = Some(host);
	result.map_err(|stop| {
		state.stop = Some((stop, signature.name));
		Error::msg("the run is over")
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
		let left = left(self.gas.get(&mut self.caller)).unwrap_or(-1);
		let rest = take_gas(left, amount);
		let set = self.gas.set(&mut self.caller, Val::I64(rest.unwrap_or(-1)));
		if rest.is_some() && set.is_ok() { Ok(()) } else { Err(OutOfGas) }
	}

	fn left(&mut self) -> u64 {
		let left = left(self.gas.get(&mut self.caller)).unwrap_or(0);
		u64::try_from(left).unwrap_or(0)
	}
}

/// Bounds memory by the task. Memory that the machine does not give ends the worker's run as a
/// failure of the engine: the program must not see a `memory.grow` fail that succeeds elsewhere.
struct Limiter {
	memory_bytes: usize,
	tables: usize,
}

impl Limiter {
	fn new(pages: u32, tables: u32) -> Self {
		let memory_bytes = (pages as usize).saturating_mul(engine::PAGE);
		Self { memory_bytes, tables: tables as usize }
	}
}

impl ResourceLimiter for Limiter {
	fn memory_growing(
		&mut self,
		_current: usize,
		desired: usize,
		maximum: Option<usize>,
	) -> wasmtime::Result<bool> {
		Ok(desired <= self.memory_bytes && maximum.is_none_or(|maximum| desired <= maximum))
	}

	fn memory_grow_failed(&mut self, error: Error) -> wasmtime::Result<()> {
		// `memory_growing` was asked before, with what a 32-bit memory can have as the most, so this
		// is never the program's failure.
		Err(error.context("memory could not be had"))
	}

	fn table_growing(
		&mut self,
		_current: usize,
		desired: usize,
		maximum: Option<usize>,
	) -> wasmtime::Result<bool> {
		Ok(maximum.is_none_or(|maximum| desired <= maximum))
	}

	fn table_grow_failed(&mut self, error: Error) -> wasmtime::Result<()> {
		Err(error.context("a table could not be had"))
	}

	fn instances(&self) -> usize {
		1
	}

	fn memories(&self) -> usize {
		1
	}

	fn tables(&self) -> usize {
		self.tables
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	/// A module that imports the function under this type.
	fn importing(signature: &Signature, params: &str) -> Vec<u8> {
		let result = if signature.returns { "(result i32)" } else { "" };
		let text = format!(
			"(module (import \"{MODULE}\" \"{}\" (func (param {params}) {result}))
			 (memory (export \"memory\") 1) (func (export \"_start\")))",
			signature.name
		);
		wat::parse_str(text).expect("well-formed")
	}

	#[test]
	fn growth_should_fail_inside_the_program_when_it_exceeds_what_a_memory_can_have() {
		let engine = engine::engine(crate::Codegen::Plain).expect("the settings fit");
		let grow = "(module (memory 1) (func (export \"grow\") (param i32) (result i32)
			(memory.grow (local.get 0))))";
		let wasm = wat::parse_str(grow).expect("well-formed");
		let module = Module::new(&engine, wasm).expect("valid");
		for by in [65_536, i32::MAX, -1] {
			// The engine must ask first: a growth that was granted and then failed ends the run.
			let mut store = Store::new(&engine, Limiter::new(65_536, 16));
			store.limiter(|limiter| limiter);
			let instance = Instance::new(&mut store, &module, &[]).expect("nothing is imported");
			let grow = instance.get_typed_func::<i32, i32>(&mut store, "grow").expect("exported");
			assert_eq!(grow.call(&mut store, by).expect("no error"), -1);
		}
	}

	#[test]
	fn validator_should_know_every_function_of_the_host_when_it_is_imported() {
		for signature in FUNCTIONS {
			assert!(signature.params.len() <= MAX_PARAMS);
			let params = signature.params.iter().map(|param| match param {
				ValueType::I32 => "i32 ",
				ValueType::I64 => "i64 ",
			});
			let params: String = params.collect();
			let module = importing(signature, &params);
			assert_eq!(crate::check(&module, &Profile::BASE).err(), None, "{}", signature.name);
			let wrong = importing(signature, &format!("{params} i32"));
			assert!(crate::check(&wrong, &Profile::BASE).is_err(), "{}", signature.name);
		}
	}
}
