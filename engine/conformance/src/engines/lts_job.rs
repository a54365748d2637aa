//! Jobs on the older wasmtime: a second binding of the WASI host, written apart from the runner's.

use assay_metering::{Ending, GAS_GLOBAL, RUN_EXPORT, STACK_GLOBAL, TRAIL_EXPORT, take_gas};
use assay_primitives::{profile::Profile, task::TaskSpec};
use assay_wasi::{
	Errno, FUNCTIONS, Gas, GuestMemory, Host, Left, MODULE, OutOfBounds, OutOfGas, Signature, Stop,
	ValueType,
};
use wasmtime_lts::{
	Caller, Config, Engine, Extern, FuncType, Global, Linker, Memory, Module, OptLevel, Result,
	Store, Trap, Val, ValType,
};

use crate::ran::Ran;

/// Native stack, as much as the runner gives.
const STACK: usize = assay_runner::testing::WASM_STACK;

/// Settings that give the profile's semantics; the other ones are this version's own.
pub fn config() -> Config {
	let mut config = Config::new();
	config
		.wasm_simd(true)
		.wasm_relaxed_simd(false)
		.cranelift_opt_level(OptLevel::Speed)
		.cranelift_nan_canonicalization(false)
		.max_wasm_stack(STACK)
		.native_unwind_info(false)
		.wasm_backtrace(false);
	config
}

struct State {
	host: Host,
	stop: Option<Stop>,
}

/// Runs a metered module that was compiled.
pub fn run(
	engine: &Engine,
	module: &Module,
	profile: &Profile,
	spec: &TaskSpec,
	input: Option<Vec<u8>>,
) -> Result<Ran> {
	let input_gas = Host::input_gas(profile, input.as_deref()).unwrap_or(0);
	let host = Host::new(profile, spec, input);
	let mut store = Store::new(engine, State { host, stop: None });
	let instance = linker(engine)?.instantiate(&mut store, module)?;
	let gas = instance.get_global(&mut store, GAS_GLOBAL).expect("the pass appends it");
	let slots = instance.get_global(&mut store, STACK_GLOBAL).expect("the pass appends it");
	gas.set(&mut store, Val::I64((spec.limits.gas - input_gas) as i64))?;
	let entry = instance.get_typed_func::<(), ()>(&mut store, RUN_EXPORT)?;
	let ending = match (entry.call(&mut store, ()), store.data_mut().stop.take()) {
		(Ok(()), _) => Ending::Returned,
		(Err(_), Some(Stop::Exit(code))) => Ending::Exited(code),
		(Err(_), Some(Stop::OutputLimit)) => Ending::OutputLimit,
		(Err(_), Some(Stop::OutOfGas)) => Ending::OutOfGas,
		(Err(error), None) => match error.downcast_ref::<Trap>() {
			None | Some(Trap::StackOverflow) => return Err(error),
			Some(_) => Ending::Trapped,
		},
	};
	let gas = gas.get(&mut store).unwrap_i64();
	let slots = slots.get(&mut store).unwrap_i32();
	let (class, gas_used) = ending.outcome(gas, slots, spec.limits.gas);
	let trail = match instance.get_typed_func::<(), i64>(&mut store, TRAIL_EXPORT) {
		Ok(trail) => trail.call(&mut store, ())? as u64,
		Err(_) => 0,
	};
	let memory = instance.get_memory(&mut store, "memory").expect("the pass exports it");
	let memory = memory.data(&store).to_vec();
	let left = Left { memory: &memory, slots, trail };
	Ok(Ran { class, gas_used, outputs: store.into_data().host.conclude(class, left) })
}

fn linker(engine: &Engine) -> Result<Linker<State>> {
	let mut linker = Linker::new(engine);
	for signature in FUNCTIONS {
		let params = signature.params.iter().map(|param| match param {
			ValueType::I32 => ValType::I32,
			ValueType::I64 => ValType::I64,
		});
		let ty = FuncType::new(engine, params, signature.returns.then_some(ValType::I32));
		linker.func_new(MODULE, signature.name, ty, |caller, params, results| {
			let errno = call(caller, signature, params)?;
			results.iter_mut().for_each(|result| *result = Val::I32(errno.code()));
			Ok(())
		})?;
	}
	Ok(linker)
}

fn call(mut caller: Caller<'_, State>, signature: &Signature, params: &[Val]) -> Result<Errno> {
	let args: Vec<u64> = params
		.iter()
		.map(|param| match param {
			Val::I32(value) => u64::from(*value as u32),
			other => other.unwrap_i64() as u64,
		})
		.collect();
	let memory = caller.get_export("memory").and_then(Extern::into_memory);
	let gas = caller.get_export(GAS_GLOBAL).and_then(Extern::into_global);
	let (memory, gas) = (memory.expect("exported"), gas.expect("exported"));
	// The guest is copied out and back: slow, and like nothing that the runner does.
	let mut guest = Copied { memory: memory.data(&caller).to_vec(), gas: left(&gas, &mut caller) };
	let result = caller.data_mut().host.call(signature.function, &args, &mut guest);
	restore(&mut caller, memory, gas, guest)?;
	result.map_err(|stop| {
		caller.data_mut().stop = Some(stop);
		wasmtime_lts::Error::msg("the run is over")
	})
}

fn left(gas: &Global, caller: &mut Caller<'_, State>) -> i64 {
	gas.get(caller).unwrap_i64()
}

fn restore(
	caller: &mut Caller<'_, State>,
	memory: Memory,
	gas: Global,
	guest: Copied,
) -> Result<()> {
	memory.write(&mut *caller, 0, &guest.memory)?;
	gas.set(caller, Val::I64(guest.gas))
}

struct Copied {
	memory: Vec<u8>,
	gas: i64,
}

impl GuestMemory for Copied {
	fn size(&self) -> u64 {
		self.memory.len() as u64
	}

	fn read(&self, ptr: u32, into: &mut [u8]) -> std::result::Result<(), OutOfBounds> {
		let from = self.memory.get(ptr as usize..).and_then(|rest| rest.get(..into.len()));
		into.copy_from_slice(from.ok_or(OutOfBounds)?);
		Ok(())
	}

	fn write(&mut self, ptr: u32, from: &[u8]) -> std::result::Result<(), OutOfBounds> {
		let to = self.memory.get_mut(ptr as usize..).and_then(|rest| rest.get_mut(..from.len()));
		to.ok_or(OutOfBounds)?.copy_from_slice(from);
		Ok(())
	}
}

impl Gas for Copied {
	fn charge(&mut self, amount: u64) -> std::result::Result<(), OutOfGas> {
		let rest = take_gas(self.gas, amount);
		self.gas = rest.unwrap_or(-1);
		rest.map(|_| ()).ok_or(OutOfGas)
	}

	fn left(&mut self) -> u64 {
		u64::try_from(self.gas).unwrap_or(0)
	}
}
