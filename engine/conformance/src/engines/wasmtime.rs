//! Scripts on one version of wasmtime; compiled once for each.

use super::wasmtime::{
	Config, Engine, Error, Func, Global, Instance, Linker, Module, Ref, Store, Trap, V128, Val,
};
use crate::{
	Value,
	script::{Backend, Fault, GAS, SLOTS, Source},
};
use assay_metering::{GAS_GLOBAL, RUN_EXPORT, STACK_GLOBAL};

/// A script's instances in one store.
pub struct Compiled {
	store: Store<()>,
	linker: Linker<()>,
	instances: Vec<Instance>,
}

impl Compiled {
	/// An empty store under these settings.
	pub fn new(config: &Config) -> Self {
		let engine = Engine::new(config).expect("the settings fit");
		let mut linker = Linker::new(&engine);
		linker.allow_shadowing(true);
		Self { store: Store::new(&engine, ()), linker, instances: Vec::new() }
	}

	fn global(&mut self, instance: Instance, name: &str) -> Global {
		instance.get_global(&mut self.store, name).expect("the pass appends it")
	}

	/// Gives all instances their gas and slots back: a trap keeps what it had taken.
	fn refill(&mut self) {
		for instance in self.instances.clone() {
			let gas = self.global(instance, GAS_GLOBAL);
			gas.set(&mut self.store, Val::I64(GAS)).expect("mutable");
			let slots = self.global(instance, STACK_GLOBAL);
			slots.set(&mut self.store, Val::I32(SLOTS)).expect("mutable");
		}
	}

	fn call(&mut self, function: Func, args: &[Val]) -> Result<Vec<Val>, Fault> {
		self.refill();
		let results = function.ty(&self.store).results().len();
		let mut results = vec![Val::I32(0); results];
		match function.call(&mut self.store, args, &mut results) {
			Ok(()) => Ok(results),
			Err(error) => Err(self.fault(&error, Fault::Engine)),
		}
	}

	/// What an error means; `otherwise` what one means that is no trap.
	fn fault(&mut self, error: &Error, otherwise: fn(String) -> Fault) -> Fault {
		let text = format!("{error:#}");
		match error.downcast_ref::<Trap>() {
			Some(Trap::StackOverflow) => Fault::Engine(text),
			Some(_) => self.trap(),
			None => otherwise(text),
		}
	}

	/// Which trap it was, by the one instance whose globals tell.
	fn trap(&mut self) -> Fault {
		let mut traps = self.instances.clone().into_iter().map(|instance| {
			let gas = self.global(instance, GAS_GLOBAL).get(&mut self.store).unwrap_i64();
			let slots = self.global(instance, STACK_GLOBAL).get(&mut self.store).unwrap_i32();
			assay_metering::Trap::of(gas, slots)
		});
		let metered = traps.rfind(|trap| *trap != assay_metering::Trap::Program);
		Fault::Trap(metered.unwrap_or(assay_metering::Trap::Program))
	}
}

impl Backend for Compiled {
	type Instance = Instance;

	fn instantiate(&mut self, source: Source<'_>) -> Result<Instance, Fault> {
		let module = Module::new(self.store.engine(), source.metered)
			.map_err(|error| Fault::Engine(format!("{error:#}")))?;
		let instance = match self.linker.instantiate(&mut self.store, &module) {
			Ok(instance) => instance,
			Err(error) => return Err(self.fault(&error, Fault::Link)),
		};
		self.instances.push(instance);
		let run = instance.get_func(&mut self.store, RUN_EXPORT).expect("the pass appends it");
		self.call(run, &[]).map(|_| instance)
	}

	fn register(&mut self, name: &str, instance: Instance) {
		self.linker.instance(&mut self.store, name, instance).expect("names may be shadowed");
	}

	fn invoke(
		&mut self,
		instance: Instance,
		name: &str,
		args: &[Value],
	) -> Result<Vec<Value>, Fault> {
		let function = instance.get_func(&mut self.store, name);
		let function = function.ok_or_else(|| Fault::Engine(format!("no function {name}")))?;
		let args: Vec<Val> = args.iter().map(|arg| to_engine(*arg)).collect();
		Ok(self.call(function, &args)?.iter().map(from_engine).collect())
	}

	fn get(&mut self, instance: Instance, name: &str) -> Result<Value, Fault> {
		let global = instance.get_global(&mut self.store, name);
		let global = global.ok_or_else(|| Fault::Engine(format!("no global {name}")))?;
		Ok(from_engine(&global.get(&mut self.store)))
	}
}

fn to_engine(value: Value) -> Val {
	match value {
		Value::I32(value) => Val::I32(value as i32),
		Value::I64(value) => Val::I64(value as i64),
		Value::F32(bits) => Val::F32(bits),
		Value::F64(bits) => Val::F64(bits),
		Value::V128(bits) => Val::V128(V128::from(bits)),
		Value::Null | Value::Func => Val::FuncRef(None),
	}
}

fn from_engine(value: &Val) -> Value {
	match value {
		Val::I32(value) => Value::I32(*value as u32),
		Val::I64(value) => Value::I64(*value as u64),
		Val::F32(bits) => Value::F32(*bits),
		Val::F64(bits) => Value::F64(*bits),
		Val::V128(bits) => Value::V128(bits.as_u128()),
		other => match other.ref_() {
			Some(Ref::Func(Some(_))) => Value::Func,
			_ => Value::Null,
		},
	}
}
