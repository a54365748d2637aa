//! Running the modules of a script.

use super::{Backend, Fault, SPECTEST, Script, Source};
use crate::{Expected, Value};
use assay_metering::{Trap, testing::instrument_any};
use assay_primitives::profile::Profile;
use std::{
	collections::{BTreeMap, BTreeSet, HashMap},
	fmt,
};
use wast::{QuoteWat, WastDirective, WastExecute, WastInvoke, Wat, token::Id};

/// Why a directive is not executed.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Skip {
	/// Its module, or one that it imports from, is outside of the profile.
	Outside,
	/// It takes or gives a reference that no profile has.
	Reference,
	/// It, or a module that it imports from, shares more with another one than the engine has: the reference
	/// runs one module at a time.
	Shared,
	/// A module that failed to start has written to the table of another one. Its functions stay there
	/// and have no gas, and the interpreter crashes when they are called. Programs of a profile are
	/// alone and share no tables.
	SharedTable,
}

/// Counts and failures of a script.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Run {
	/// Modules instantiated.
	pub modules: u32,
	/// Calls without expectation.
	pub actions: u32,
	/// Results compared.
	pub returns: u32,
	/// Traps that came.
	pub traps: u32,
	/// Recursions that the profile's stack height has ended.
	pub exhaustions: u32,
	/// Modules that could not be linked, as they should not be.
	pub unlinkable: u32,
	/// What was not executed.
	pub skipped: BTreeMap<Skip, u32>,
	/// What came out wrong.
	pub failures: Vec<String>,
}

impl Run {
	/// Adds what another script gave.
	pub fn add(&mut self, other: Self) {
		self.modules += other.modules;
		self.actions += other.actions;
		self.returns += other.returns;
		self.traps += other.traps;
		self.exhaustions += other.exhaustions;
		self.unlinkable += other.unlinkable;
		for (skip, count) in other.skipped {
			*self.skipped.entry(skip).or_default() += count;
		}
		self.failures.extend(other.failures);
	}
}

impl fmt::Display for Run {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let Self { modules, actions, returns, traps, exhaustions, unlinkable, skipped, .. } = self;
		write!(
			f,
			"{modules} modules, {actions} actions, {returns} returns, {traps} traps, \
			 {exhaustions} exhaustions, {unlinkable} unlinkable, skipped {skipped:?}"
		)
	}
}

/// Why a step did not come to an end.
enum Stop {
	Skip(Skip),
	Fault(Fault),
	Wrong(String),
}

impl From<Fault> for Stop {
	fn from(fault: Fault) -> Self {
		match fault {
			Fault::Shared => Self::Skip(Skip::Shared),
			fault => Self::Fault(fault),
		}
	}
}

type Step<T = ()> = Result<T, Stop>;

/// Runs a script on an engine that nothing has used before.
pub fn execute<B: Backend>(script: &Script<'_>, profile: &Profile, backend: B) -> Run {
	let mut state = State {
		profile,
		backend,
		current: None,
		named: HashMap::new(),
		definitions: HashMap::new(),
		missing: BTreeSet::new(),
		tainted: false,
		run: Run::default(),
	};
	let spectest = wat::parse_str(SPECTEST).expect("well-formed");
	match state.instantiate(&spectest) {
		Ok(instance) => state.backend.register("spectest", instance),
		Err(_) => state.run.failures.push("spectest can't be had".into()),
	}
	for directive in script.directives() {
		let place = script.place(directive.span());
		match state.directive(directive) {
			Ok(()) => {},
			Err(Stop::Skip(skip)) => *state.run.skipped.entry(skip).or_default() += 1,
			Err(Stop::Fault(fault)) => state.run.failures.push(format!("{place}: {fault:?}")),
			Err(Stop::Wrong(what)) => state.run.failures.push(format!("{place}: {what}")),
		}
	}
	state.run
}

struct State<'a, B: Backend> {
	profile: &'a Profile,
	backend: B,
	/// The last module; none where it is outside of the profile.
	current: Option<B::Instance>,
	named: HashMap<String, Option<B::Instance>>,
	/// Modules that were defined and not instantiated.
	definitions: HashMap<Option<String>, Vec<u8>>,
	/// Names that modules outside of the profile would have had.
	missing: BTreeSet<String>,
	/// Whether a module that failed to start has left functions in a table of another one.
	tainted: bool,
	run: Run,
}

impl<B: Backend> State<'_, B> {
	fn directive(&mut self, directive: WastDirective<'_>) -> Step {
		match directive {
			WastDirective::Module(mut module) => self.module(&mut module),
			WastDirective::ModuleDefinition(mut module) => {
				let wasm = module.encode().map_err(|error| Stop::Wrong(error.to_string()))?;
				let name = module.name().map(|id| id.name().to_string());
				self.definitions.insert(name, wasm.clone());
				self.definitions.insert(None, wasm);
				Ok(())
			},
			WastDirective::ModuleInstance { instance, module, .. } => {
				let name = module.map(|id| id.name().to_string());
				let wasm = self.definitions.get(&name).cloned().ok_or(unknown())?;
				self.bind(instance, &wasm)
			},
			WastDirective::Register { name, module, .. } => match self.lookup(module)? {
				Some(instance) => {
					self.missing.remove(name);
					self.backend.register(name, instance);
					Ok(())
				},
				None => {
					self.missing.insert(name.into());
					Err(Stop::Skip(Skip::Outside))
				},
			},
			WastDirective::Invoke(invoke) => {
				self.invoke(&invoke)?;
				self.run.actions += 1;
				Ok(())
			},
			WastDirective::AssertReturn { exec, results, .. } => self.returns(exec, &results),
			WastDirective::AssertTrap { exec, .. } => match self.run(exec) {
				Err(Stop::Fault(Fault::Trap(Trap::Program))) => {
					self.run.traps += 1;
					Ok(())
				},
				other => Err(unexpected("a trap", other)),
			},
			WastDirective::AssertExhaustion { call, .. } => match self.invoke(&call) {
				Err(Stop::Fault(Fault::Trap(Trap::StackExhausted))) => {
					self.run.exhaustions += 1;
					Ok(())
				},
				other => Err(unexpected("exhaustion of the stack", other)),
			},
			WastDirective::AssertUnlinkable { mut module, .. } => self.unlinkable(&mut module),
			// The validator was asked about these.
			WastDirective::AssertMalformed { .. } | WastDirective::AssertInvalid { .. } => Ok(()),
			// Directives of proposals, for modules of proposals.
			_ => Err(Stop::Skip(Skip::Outside)),
		}
	}

	fn module(&mut self, module: &mut QuoteWat<'_>) -> Step {
		let wasm = module.encode().map_err(|error| Stop::Wrong(error.to_string()))?;
		self.bind(module.name(), &wasm)
	}

	/// Instantiates a module and makes it the current one.
	fn bind(&mut self, name: Option<Id<'_>>, wasm: &[u8]) -> Step {
		let instance = self.instantiate(wasm);
		self.current = instance.as_ref().ok().copied();
		if let Some(name) = name {
			self.named.insert(name.name().into(), self.current);
		}
		instance?;
		self.run.modules += 1;
		Ok(())
	}

	fn instantiate(&mut self, wasm: &[u8]) -> Step<B::Instance> {
		let metered = instrument_any(wasm, self.profile, 65_536);
		let metered = metered.map_err(|_| Stop::Skip(Skip::Outside))?;
		let source = Source { original: wasm, metered: &metered.wasm };
		match self.backend.instantiate(source) {
			// It would import from a module that was refused.
			Err(Fault::Link(_)) if !self.missing.is_empty() => Err(Stop::Skip(Skip::Outside)),
			Err(Fault::Trap(trap)) => {
				self.tainted |= imports_table(wasm);
				Err(Fault::Trap(trap).into())
			},
			other => Ok(other?),
		}
	}

	fn lookup(&self, module: Option<Id<'_>>) -> Step<Option<B::Instance>> {
		match module {
			None => Ok(self.current),
			Some(id) => self.named.get(id.name()).copied().ok_or(unknown()),
		}
	}

	fn invoke(&mut self, invoke: &WastInvoke<'_>) -> Step<Vec<Value>> {
		let instance = self.lookup(invoke.module)?.ok_or(Stop::Skip(Skip::Outside))?;
		let args: Option<Vec<Value>> = invoke.args.iter().map(Value::argument).collect();
		let args = args.ok_or(Stop::Skip(Skip::Reference))?;
		if self.tainted {
			return Err(Stop::Skip(Skip::SharedTable));
		}
		Ok(self.backend.invoke(instance, invoke.name, &args)?)
	}

	fn run(&mut self, exec: WastExecute<'_>) -> Step<Vec<Value>> {
		match exec {
			WastExecute::Invoke(invoke) => self.invoke(&invoke),
			WastExecute::Wat(mut module) => {
				let wasm = module.encode().map_err(|error| Stop::Wrong(error.to_string()))?;
				self.instantiate(&wasm).map(|_| Vec::new())
			},
			WastExecute::Get { module, global, .. } => {
				let instance = self.lookup(module)?.ok_or(Stop::Skip(Skip::Outside))?;
				Ok(vec![self.backend.get(instance, global)?])
			},
		}
	}

	fn returns(&mut self, exec: WastExecute<'_>, results: &[wast::WastRet<'_>]) -> Step {
		// A pattern that leaves the sign of a NaN open stands for what a change of signs gives too.
		let signed =
			matches!(&exec, WastExecute::Invoke(invoke) if invoke.name == "f64x2_neg_canon");
		let values = self.run(exec)?;
		let expected = results.iter().map(Expected::result).map(|expected| match signed {
			true => expected.of_any_sign(),
			false => expected,
		});
		let expected: Vec<Expected> = expected.collect();
		if expected.contains(&Expected::Foreign) {
			return Err(Stop::Skip(Skip::Reference));
		}
		let equal = values.len() == expected.len()
			&& expected.iter().zip(&values).all(|(expected, value)| expected.admits(*value));
		if !equal {
			return Err(Stop::Wrong(format!("{values:x?} instead of {expected:x?}")));
		}
		self.run.returns += 1;
		Ok(())
	}

	fn unlinkable(&mut self, module: &mut Wat<'_>) -> Step {
		let wasm = module.encode().map_err(|error| Stop::Wrong(error.to_string()))?;
		match self.instantiate(&wasm) {
			Err(Stop::Fault(Fault::Link(_))) => {
				self.run.unlinkable += 1;
				Ok(())
			},
			Err(Stop::Skip(skip)) => Err(Stop::Skip(skip)),
			other => Err(unexpected("a failure to link", other.map(|_| ()))),
		}
	}
}

fn imports_table(wasm: &[u8]) -> bool {
	use wasmparser::{Parser, Payload, TypeRef};
	let sections = Parser::new(0).parse_all(wasm);
	sections.into_iter().flatten().any(|payload| match payload {
		Payload::ImportSection(section) => {
			section.into_iter().flatten().any(|import| matches!(import.ty, TypeRef::Table(_)))
		},
		_ => false,
	})
}

fn unknown() -> Stop {
	Stop::Wrong("names an unknown module".into())
}

fn unexpected<T: std::fmt::Debug>(what: &str, result: Step<T>) -> Stop {
	match result {
		Err(Stop::Skip(skip)) => Stop::Skip(skip),
		Err(Stop::Wrong(wrong)) => Stop::Wrong(wrong),
		Err(Stop::Fault(fault)) => Stop::Wrong(format!("{fault:?} instead of {what}")),
		Ok(value) => Stop::Wrong(format!("{value:?} instead of {what}")),
	}
}
