//! The pass over a whole module, one section after the other.

mod bodies;
mod sections;
mod write;

use crate::{
	Checked, Metered, ModuleInfo, Refusal,
	checked::{Body, Sections},
	function::{Plan, Purpose},
	limits,
	origin::Moved,
	refusal::{Bound, Reason},
	rewrite::{Kept, Passed},
	survey::Tally,
};
use alloc::{collections::BTreeMap, vec::Vec};
use assay_primitives::profile::Profile;
use wasm_encoder::BranchHints;
use wasmparser::{
	FromReader, FuncType, FuncValidatorAllocations, Parser, SectionLimited, ValType, ValidPayload,
	Validator, ValidatorResources,
};

/// Items of a section as they are in the module.
#[derive(Clone, Copy, Default)]
struct Items<'m> {
	count: u32,
	bytes: &'m [u8],
}

/// What the pass appends, by how functions come to know what is left of gas and slots.
#[derive(Clone, Copy)]
enum Appended {
	/// From globals.
	Kept(Kept),
	/// It is passed on to them.
	Passed(Passed),
}

/// What a module has to be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
	/// A WASI command, as profiles have it.
	Command,
	/// Anything: for files that test the language, see [`crate::testing`].
	Any,
}

/// State of the pass.
pub struct Pass<'m, 'p> {
	module: &'m [u8],
	profile: &'p Profile,
	/// Pages that the task allows; `None` to check only.
	memory_pages: Option<u32>,
	kind: Kind,
	info: ModuleInfo,

	types: Vec<FuncType>,
	type_items: Items<'m>,
	/// Results of blocks around function bodies, and where their types are behind the pass's own.
	block_types: BTreeMap<Vec<ValType>, u32>,
	import_items: Items<'m>,
	/// Type of each function, imported ones first.
	functions: Vec<u32>,
	function_items: Items<'m>,
	tables: Vec<(u32, u32)>,
	memory: Option<(u32, Option<u32>)>,
	global_items: Items<'m>,
	/// Only where any module is taken.
	imported_globals: u32,
	/// Only where any module is taken.
	export_items: Items<'m>,
	exported_functions: Vec<u32>,
	start: Option<u32>,
	main: Option<u32>,
	element_items: Items<'m>,
	data_count: Option<u32>,
	data_items: Items<'m>,
	appended: Appended,
	bodies: Vec<u8>,
	/// Which of the conditions that the pass inserts are hardly ever met: engines keep what follows from
	/// them out of the way.
	hints: BranchHints,
	/// What it is read for. Bodies are written only for a rewriting.
	purpose: Purpose,
	/// Where the bodies are, and what their frames take.
	places: Vec<Body>,
	/// Sections that an executor reads by itself.
	sections: Sections<'m>,
	/// What validating a body takes; there once there was one.
	resources: Option<ValidatorResources>,
	/// Bodies seen so far.
	defined: u32,
	takes_reference: bool,
	/// Locals times control operators of all functions.
	locals_by_control: u64,
	/// Values merged where control flow joins, in all functions.
	merges: u64,
	/// What was found of each bound, where somebody asks.
	tally: Option<Tally>,
	/// Functions of which somebody asks what became of their bytes.
	sought: BTreeMap<u32, Moved>,
}

impl<'m, 'p> Pass<'m, 'p> {
	/// Checks a module, and writes nothing.
	pub fn check(
		module: &'m [u8],
		profile: &'p Profile,
		memory_pages: Option<u32>,
		kind: Kind,
	) -> Result<Checked<'m, 'p>, Refusal> {
		let mut pass = Self::read(module, profile, memory_pages, Purpose::Checking, kind)?;
		pass.conclude()?;
		Ok(Checked {
			module,
			profile,
			info: pass.info,
			types: pass.types,
			functions: pass.functions,
			tables: pass.tables,
			start: pass.start,
			main: pass.main,
			sections: pass.sections,
			bodies: pass.places,
			resources: pass.resources,
		})
	}

	/// Writes a module that meters itself.
	pub fn run(
		module: &'m [u8],
		profile: &'p Profile,
		memory_pages: u32,
		kind: Kind,
	) -> Result<Metered, Refusal> {
		let pages = Some(memory_pages);
		let mut pass = Self::read(module, profile, pages, Purpose::Rewriting, kind)?;
		pass.conclude()?;
		Ok(Metered { wasm: pass.assemble()?, info: pass.info })
	}

	/// What the pass finds out, without writing anything, and what it has counted until then.
	pub fn survey(module: &'m [u8], profile: &'p Profile, tally: Tally) -> (ModuleInfo, Tally) {
		let mut pass = Self::new(module, profile, None, Purpose::Checking, Kind::Command);
		pass.tally = Some(tally);
		let read = pass.through();
		let mut tally = pass.tally.take().unwrap_or_else(|| Tally::new(profile.limits));
		if read.is_err() {
			tally.leave_out();
		}
		if let Err(refusal) = read.and_then(|()| pass.conclude()) {
			tally.refuse(refusal);
		}
		(pass.info, tally)
	}

	/// Where the bytes of these functions come to when the module is metered.
	pub fn moved(
		module: &'m [u8],
		profile: &'p Profile,
		sought: BTreeMap<u32, Moved>,
	) -> Result<BTreeMap<u32, Moved>, Refusal> {
		let mut pass =
			Self::new(module, profile, Some(u32::MAX), Purpose::Rewriting, Kind::Command);
		pass.sought = sought;
		pass.through()?;
		Ok(pass.sought)
	}

	/// Reads the module through.
	fn read(
		module: &'m [u8],
		profile: &'p Profile,
		memory_pages: Option<u32>,
		purpose: Purpose,
		kind: Kind,
	) -> Result<Self, Refusal> {
		let mut pass = Self::new(module, profile, memory_pages, purpose, kind);
		pass.through()?;
		Ok(pass)
	}

	fn through(&mut self) -> Result<(), Refusal> {
		let (module, profile) = (self.module, self.profile);
		let bytes = module.len() as u64;
		self.above(Bound::ModuleBytes, 0, bytes, profile.limits.module_bytes)?;
		let features = limits::features(profile.features);
		let mut validator = Validator::new_with_features(features);
		let mut allocations = FuncValidatorAllocations::default();
		let mut parser = Parser::new(0);
		parser.set_features(features);
		for payload in parser.parse_all(module) {
			let payload = payload?;
			// Bounds come before validation, which they keep short.
			self.section(&payload)?;
			if let ValidPayload::Func(function, body) = validator.payload(&payload)? {
				allocations = self.function(function, &body, allocations)?;
			}
			self.validated(&payload)?;
		}
		Ok(())
	}

	/// Notes what there is of a bound, and refuses what exceeds it.
	fn above(
		&mut self,
		bound: Bound,
		at: usize,
		found: impl Into<u64>,
		limit: impl Into<u64>,
	) -> Result<(), Refusal> {
		let found = found.into();
		if let Some(tally) = &mut self.tally {
			tally.note(bound, at, found);
		}
		Refusal::above(bound, at, found, limit)
	}

	/// Goes on behind what is outside the profile, where all that is shall be told.
	fn tolerate(&mut self, refusal: Refusal) -> Result<(), Refusal> {
		match &mut self.tally {
			Some(tally) => {
				tally.refuse(refusal);
				Ok(())
			},
			None => Err(refusal),
		}
	}

	/// Likewise behind a function that could not be read to its end.
	fn skip_body(&mut self, refusal: Refusal) -> Result<(), Refusal> {
		self.tolerate(refusal)?;
		self.defined += 1;
		if let Some(tally) = &mut self.tally {
			tally.leave_out();
		}
		Ok(())
	}

	/// Notes what a function has of what is bounded.
	fn note_function(&mut self, plan: &Plan, body: &wasmparser::FunctionBody<'m>) {
		let Some(tally) = &mut self.tally else { return };
		let (at, bytes) = (body.range().start, body.range().len() as u64);
		for (bound, found) in [
			(Bound::BodyBytes, bytes),
			(Bound::Locals, plan.local_slots.into()),
			(Bound::LocalsByControl, plan.locals_by_control),
			(Bound::Nesting, plan.nesting),
			(Bound::BranchTargets, plan.branch_targets.into()),
			(Bound::Merges, plan.merges),
			(Bound::Pieces, plan.pieces.into()),
			(Bound::Loops, plan.loops.into()),
			(Bound::Carried, plan.carried),
		] {
			tally.note(bound, at, found);
		}
	}

	fn new(
		module: &'m [u8],
		profile: &'p Profile,
		memory_pages: Option<u32>,
		purpose: Purpose,
		kind: Kind,
	) -> Self {
		Self {
			module,
			profile,
			memory_pages,
			kind,
			info: ModuleInfo::default(),
			types: Vec::new(),
			type_items: Items::default(),
			block_types: BTreeMap::new(),
			import_items: Items::default(),
			functions: Vec::new(),
			function_items: Items::default(),
			tables: Vec::new(),
			memory: None,
			global_items: Items::default(),
			imported_globals: 0,
			export_items: Items::default(),
			exported_functions: Vec::new(),
			start: None,
			main: None,
			element_items: Items::default(),
			data_count: None,
			data_items: Items::default(),
			appended: Appended::Kept(Kept::default()),
			bodies: Vec::new(),
			hints: BranchHints::new(),
			purpose,
			places: Vec::new(),
			sections: Sections::default(),
			resources: None,
			defined: 0,
			takes_reference: false,
			locals_by_control: 0,
			merges: 0,
			tally: None,
			sought: BTreeMap::new(),
		}
	}

	fn items<T: FromReader<'m>>(&self, section: &SectionLimited<'m, T>) -> Items<'m> {
		let bytes = self.module.get(section.original_position()..section.range().end);
		Items { count: section.count(), bytes: bytes.unwrap_or_default() }
	}

	/// Fixes the indices of what is appended, before the first body that refers to it.
	fn append(&mut self) {
		let gas = self.imported_globals + self.global_items.count;
		let (stack, helpers) = (gas + 1, self.functions.len() as u32);
		self.appended = match self.profile.commits_to_ends() {
			false => Appended::Kept(Kept { gas, stack, helpers }),
			true => Appended::Passed(Passed {
				gas,
				stack,
				number: gas + 2,
				base: gas + 3,
				helpers,
				imports: self.info.imports,
				types: self.own_types() + 2,
			}),
		};
	}

	/// Index of the pass's type `() -> ()`; the next one is that of its helpers. Then come those of functions that take and
	/// give one value more, and those of blocks.
	fn own_types(&self) -> u32 {
		self.types.len() as u32
	}

	/// Index of the first type of a block around a body.
	fn block_types(&self) -> u32 {
		let passing = match self.appended {
			Appended::Kept(_) => 0,
			Appended::Passed(_) => self.types.len() as u32,
		};
		self.own_types() + 2 + passing
	}

	/// What can be said only once all of the module was read.
	fn conclude(&mut self) -> Result<(), Refusal> {
		let end = self.module.len();
		if self.defined == 0 {
			// There was no code section.
			self.append();
		}
		// Without an export section none of its checks ran.
		if self.kind == Kind::Command && self.memory.is_none() {
			return Err(Refusal::new(end, Reason::NoMemory));
		}
		if self.kind == Kind::Command && self.exported_functions.is_empty() {
			return Err(Refusal::new(end, Reason::NoStart));
		}
		self.info.functions = self.functions.len() as u32;
		Ok(())
	}
}
