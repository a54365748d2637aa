//! The pass over a whole module, one section after the other.

use crate::{
	Checked, GAS_GLOBAL, Metered, ModuleInfo, RESERVED_PREFIX, RUN_EXPORT, Refusal, STACK_GLOBAL,
	TRAIL_EXPORT, Trail,
	checked::{Body, Sections},
	cost::{self, ByOperand, HELPERS},
	function::{Context, Plan, Purpose, Scan},
	limits,
	origin::Moved,
	refusal::{Bound, Reason},
	rewrite::{Appended, TrailIndices},
	survey::Tally,
};
use alloc::{
	collections::BTreeMap,
	string::{String, ToString},
	vec::Vec,
};
use assay_primitives::{
	abi::{self, Signature, ValueType},
	profile::Profile,
};
use wasm_encoder::{BlockType, BranchHint, BranchHints, Encode, RawSection, SectionId};
use wasmparser::{
	DataKind, DataSectionReader, ElementItems, ElementKind, ElementSectionReader,
	ExportSectionReader, ExternalKind, FromReader, FuncToValidate, FuncType,
	FuncValidatorAllocations, Import, ImportSectionReader, MemorySectionReader, Parser, Payload,
	SectionLimited, TableSectionReader, TypeRef, TypeSectionReader, ValType, ValidPayload,
	Validator, ValidatorResources,
};

/// Items of a section as they are in the module.
#[derive(Clone, Copy, Default)]
struct Items<'m> {
	count: u32,
	bytes: &'m [u8],
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
		Ok(Metered { wasm: pass.assemble(), info: pass.info })
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
			appended: Appended::default(),
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

	/// Bounds on the numbers of things.
	fn section(&mut self, payload: &Payload<'m>) -> Result<(), Refusal> {
		let limits = &self.profile.limits;
		let (bound, at, found, limit) = match payload {
			Payload::TypeSection(s) => (Bound::Types, s.range().start, s.count(), limits.types),
			Payload::ImportSection(s) => {
				(Bound::Imports, s.range().start, s.count(), limits.exports)
			},
			Payload::FunctionSection(s) => {
				let found = s.count().saturating_add(self.functions.len() as u32);
				(Bound::Functions, s.range().start, found, limits.functions)
			},
			Payload::GlobalSection(s) => {
				(Bound::Globals, s.range().start, s.count(), limits.globals)
			},
			Payload::ExportSection(s) => {
				(Bound::Exports, s.range().start, s.count(), limits.exports)
			},
			Payload::ElementSection(s) => {
				(Bound::ElementSegments, s.range().start, s.count(), limits.segments)
			},
			Payload::DataSection(s) => {
				(Bound::DataSegments, s.range().start, s.count(), limits.segments)
			},
			_ => return Ok(()),
		};
		self.above(bound, at, found, limit)
	}

	/// Takes up a section that the validator has passed.
	fn validated(&mut self, payload: &Payload<'m>) -> Result<(), Refusal> {
		match payload {
			Payload::TypeSection(s) => self.type_section(s),
			Payload::ImportSection(s) => self.import_section(s),
			Payload::FunctionSection(s) => {
				self.function_items = self.items(s);
				for ty in s.clone() {
					self.functions.push(ty?);
				}
				Ok(())
			},
			Payload::TableSection(s) => self.table_section(s),
			Payload::MemorySection(s) => self.memory_section(s),
			Payload::GlobalSection(s) => {
				self.global_items = self.items(s);
				self.sections.globals = Some(s.clone());
				Ok(())
			},
			Payload::ExportSection(s) => self.export_section(s),
			Payload::StartSection { func, .. } => {
				self.start = Some(*func);
				Ok(())
			},
			Payload::ElementSection(s) => self.element_section(s),
			Payload::DataCountSection { count, .. } => {
				self.data_count = Some(*count);
				Ok(())
			},
			Payload::CodeSectionStart { .. } => {
				self.append();
				Ok(())
			},
			Payload::DataSection(s) => self.data_section(s),
			_ => Ok(()),
		}
	}

	fn type_section(&mut self, section: &TypeSectionReader<'m>) -> Result<(), Refusal> {
		self.types = limits::types(section, &self.profile.limits)?;
		self.type_items = self.items(section);
		if let Some(tally) = &mut self.tally {
			let at = section.range().start;
			for ty in &self.types {
				tally.note(Bound::Params, at, ty.params().len() as u64);
				tally.note(Bound::Results, at, ty.results().len() as u64);
			}
		}
		Ok(())
	}

	fn import_section(&mut self, section: &ImportSectionReader<'m>) -> Result<(), Refusal> {
		self.import_items = self.items(section);
		self.sections.imports = Some(section.clone());
		for import in section.clone().into_iter_with_offsets() {
			let (at, import) = import?;
			if self.kind == Kind::Command
				&& let Err(refusal) = self.known_import(at, &import)
			{
				self.tolerate(refusal)?;
			}
			self.count_import(import.ty);
		}
		self.info.imports = self.functions.len() as u32;
		Ok(())
	}

	/// Refuses what the host does not have.
	fn known_import(&self, at: usize, import: &Import<'m>) -> Result<(), Refusal> {
		let unknown = || unknown_import(at, import.module, import.name);
		let TypeRef::Func(ty) = import.ty else { return Err(unknown()) };
		let known = abi::signature(import.name).filter(|_| import.module == abi::MODULE);
		match known.zip(self.types.get(ty as usize)).map(|(function, ty)| is_of(function, ty)) {
			Some(true) => Ok(()),
			Some(false) => {
				let name = import.name.to_string();
				Err(Refusal::new(at, Reason::ImportType { name }))
			},
			None => Err(unknown()),
		}
	}

	/// Counts what takes an index before the module's own.
	fn count_import(&mut self, ty: TypeRef) {
		match ty {
			TypeRef::Func(ty) => self.functions.push(ty),
			TypeRef::Global(_) => self.imported_globals += 1,
			_ => {},
		}
	}

	fn table_section(&mut self, section: &TableSectionReader<'m>) -> Result<(), Refusal> {
		self.tables = limits::tables(section, &self.profile.limits)?;
		if let Some(tally) = &mut self.tally {
			let at = section.range().start;
			tally.note(Bound::Tables, at, section.count());
			for (initial, _) in &self.tables {
				tally.note(Bound::TableElements, at, *initial);
			}
		}
		let initial: u64 = self.tables.iter().map(|(initial, _)| u64::from(*initial)).sum();
		self.info.startup_gas += initial;
		Ok(())
	}

	fn memory_section(&mut self, section: &MemorySectionReader<'m>) -> Result<(), Refusal> {
		for memory in section.clone().into_iter_with_offsets() {
			let (at, memory) = memory?;
			// The validator has bounded both by 65,536.
			let minimum = memory.initial as u32;
			let maximum = memory.maximum.map(|maximum| maximum as u32);
			if let Some(limit) = self.memory_pages.filter(|limit| minimum > *limit) {
				return Err(Refusal::new(at, Reason::MemoryAboveTask { minimum, limit }));
			}
			let page = u64::from(self.profile.costs.memory_grow_page);
			self.info.startup_gas += page * u64::from(minimum);
			self.info.memory_minimum = minimum;
			self.info.memory_maximum = maximum;
			self.memory = Some((minimum, maximum));
		}
		Ok(())
	}

	fn export_section(&mut self, section: &ExportSectionReader<'m>) -> Result<(), Refusal> {
		let at = section.range().start;
		self.export_items = self.items(section);
		self.sections.exports = Some(section.clone());
		let (mut memory, mut main) = (false, None);
		for export in section.clone().into_iter_with_offsets() {
			let (at, export) = export?;
			if self.kind == Kind::Command && export.name.starts_with(RESERVED_PREFIX) {
				let name = export.name.to_string();
				return Err(Refusal::new(at, Reason::ReservedExport { name }));
			}
			match (export.name, export.kind) {
				("memory", ExternalKind::Memory) => memory = true,
				("_start", ExternalKind::Func) => main = Some((at, export.index)),
				_ => {},
			}
			if export.kind == ExternalKind::Func {
				self.exported_functions.push(export.index);
			}
		}
		if self.kind == Kind::Any {
			return Ok(());
		}
		if !memory {
			self.tolerate(Refusal::new(at, Reason::NoMemory))?;
		}
		let Some((at, main)) = main else {
			return self.tolerate(Refusal::new(at, Reason::NoStart));
		};
		let ty = self.functions.get(main as usize).and_then(|ty| self.types.get(*ty as usize));
		if ty.is_none_or(|ty| !ty.params().is_empty() || !ty.results().is_empty()) {
			return self.tolerate(Refusal::new(at, Reason::StartType));
		}
		self.main = Some(main);
		Ok(())
	}

	fn element_section(&mut self, section: &ElementSectionReader<'m>) -> Result<(), Refusal> {
		self.element_items = self.items(section);
		self.sections.elements = Some(section.clone());
		for element in section.clone().into_iter_with_offsets() {
			let (at, element) = element?;
			let count = match &element.items {
				ElementItems::Functions(items) => items.count(),
				ElementItems::Expressions(_, items) => items.count(),
			};
			let ElementKind::Active { table_index, offset_expr } = element.kind else { continue };
			let table = self.tables.get(table_index.unwrap_or(0) as usize);
			let size = table.map(|(initial, _)| u64::from(*initial));
			self.within(at, limits::constant(&offset_expr), count.into(), size)?;
			self.info.startup_gas += u64::from(count);
		}
		Ok(())
	}

	fn data_section(&mut self, section: &DataSectionReader<'m>) -> Result<(), Refusal> {
		self.data_items = self.items(section);
		self.sections.data = Some(section.clone());
		for data in section.clone().into_iter_with_offsets() {
			let (at, data) = data?;
			let DataKind::Active { offset_expr, .. } = data.kind else { continue };
			let size = self.memory.map(|(minimum, _)| u64::from(minimum) << 16);
			let length = data.data.len() as u64;
			self.within(at, limits::constant(&offset_expr), length, size)?;
			self.info.startup_gas += cost::bulk(&self.profile.costs, length);
		}
		Ok(())
	}

	/// Refuses an active segment that does not fit, so that instantiation can't trap.
	fn within(
		&self,
		at: usize,
		offset: Option<u32>,
		len: u64,
		size: Option<u64>,
	) -> Result<(), Refusal> {
		let fits = offset.zip(size).is_some_and(|(offset, size)| u64::from(offset) + len <= size);
		match fits || self.kind == Kind::Any {
			true => Ok(()),
			false => Err(Refusal::new(at, Reason::SegmentOutOfBounds)),
		}
	}

	/// Fixes the indices of what is appended, before the first body that refers to it.
	fn append(&mut self) {
		let global = self.imported_globals + self.global_items.count;
		let trail = TrailIndices { number: global + 2, mark: global + 3 };
		self.appended = Appended {
			gas: global,
			stack: global + 1,
			helpers: self.functions.len() as u32,
			trail: self.profile.commits_to_ends().then_some(trail),
		};
	}

	/// Index of the pass's type `() -> ()`; the next one is `i32 -> i32`, then come the blocks'.
	fn own_types(&self) -> u32 {
		self.types.len() as u32
	}

	/// Takes up a function, and gives the allocations back for the next one.
	fn function(
		&mut self,
		function: FuncToValidate<ValidatorResources>,
		body: &wasmparser::FunctionBody<'m>,
		allocations: FuncValidatorAllocations,
	) -> Result<FuncValidatorAllocations, Refusal> {
		let FuncToValidate { resources, index, ty, features } = function;
		let validate = FuncToValidate { resources: &resources, index, ty, features };
		let (types, functions) = (self.types.as_slice(), self.functions.as_slice());
		let context = Context { profile: self.profile, types, functions };
		let scanned = Scan::run(context, validate, body, allocations, self.purpose, &mut ());
		let (plan, allocations) = match scanned {
			Ok(scanned) => scanned,
			Err(refusal) => {
				self.skip_body(refusal)?;
				return Ok(FuncValidatorAllocations::default());
			},
		};
		self.body(&plan, body)?;
		self.places.push(Body::new(body, plan.frame));
		self.resources = Some(resources);
		Ok(allocations)
	}

	fn body(&mut self, plan: &Plan, body: &wasmparser::FunctionBody<'m>) -> Result<(), Refusal> {
		self.takes_reference |= plan.takes_reference;
		self.note_function(plan, body);
		// Each function is bounded, and so is their number.
		self.locals_by_control += plan.locals_by_control;
		let at = body.range().start;
		let limit = self.profile.limits.locals_by_control_per_module;
		self.above(Bound::ModuleLocalsByControl, at, self.locals_by_control, limit)?;
		self.merges += plan.merges;
		let merges = plan.merges + plan.merged_gas;
		let squared = merges.saturating_mul(merges);
		self.info.merges_squared = self.info.merges_squared.saturating_add(squared);
		self.info.work += plan.work;
		let pieces = u64::from(plan.pieces);
		self.info.pieces_squared = self.info.pieces_squared.saturating_add(pieces * pieces);
		self.above(Bound::Work, at, self.info.work, self.profile.limits.work)?;
		let limit = self.profile.limits.merges_per_module;
		self.above(Bound::ModuleMerges, at, self.merges, limit)?;
		let function = self.info.imports + self.defined;
		self.defined += 1;
		if self.purpose == Purpose::Checking {
			return Ok(());
		}
		let slots = self.profile.stack.slots;
		if let Some(frame) = plan.frame.filter(|frame| *frame > slots) {
			if let Some(moved) = self.sought.get_mut(&function) {
				moved.copied(0, plan.code..plan.code);
			}
			let body = self.appended.unreachable_function(frame);
			body.bytes.encode(&mut self.bodies);
			return Ok(());
		}
		let ty = self.functions.get(function as usize).and_then(|ty| self.types.get(*ty as usize));
		let results = match ty.map(|ty| ty.results().to_vec()) {
			Some(results) => self.block_type(&results, body.range().start)?,
			// The validator knows a type for every body.
			None => BlockType::Empty,
		};
		let (bytes, start) = (body.as_bytes(), body.range().start);
		let mut moved = self.sought.contains_key(&function).then(Moved::default);
		let code = self.appended.function(plan, bytes, start, results, moved.as_mut());
		if let Some(moved) = moved {
			self.sought.insert(function, moved);
		}
		code.bytes.encode(&mut self.bodies);
		if !code.unlikely.is_empty() {
			let hint = |at: &u32| BranchHint { branch_func_offset: *at, branch_hint_value: 0 };
			self.hints.function_hints(function, code.unlikely.iter().map(hint));
		}
		Ok(())
	}

	/// Type of a block without parameters that has these results.
	fn block_type(&mut self, results: &[ValType], at: usize) -> Result<BlockType, Refusal> {
		let single = match results {
			[] => return Ok(BlockType::Empty),
			[single] => single,
			_ => {
				let next = self.block_types.len() as u32;
				let index = *self.block_types.entry(results.to_vec()).or_insert(next);
				return Ok(BlockType::FunctionType(self.own_types() + 2 + index));
			},
		};
		match wasm_encoder::ValType::try_from(*single) {
			Ok(ty) => Ok(BlockType::Result(ty)),
			Err(_) => Err(Refusal::new(at, Reason::Malformed(String::from("type of a result")))),
		}
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

/// Writing the sections.
impl Pass<'_, '_> {
	fn assemble(&mut self) -> Vec<u8> {
		let mut module = wasm_encoder::Module::new();
		let mut add = |id: SectionId, data: Vec<u8>| raw(&mut module, id, &data);
		add(SectionId::Type, self.write_types());
		if self.import_items.count > 0 {
			add(SectionId::Import, extended(&self.import_items, 0, &[]));
		}
		add(SectionId::Function, self.write_functions());
		if !self.tables.is_empty() {
			add(SectionId::Table, self.write_tables());
		}
		if self.memory.is_some() {
			add(SectionId::Memory, self.write_memory());
		}
		add(SectionId::Global, self.write_globals());
		add(SectionId::Export, self.write_exports());
		let declared = self.takes_reference && !self.exported_functions.is_empty();
		if declared || self.element_items.count > 0 {
			add(SectionId::Element, self.write_elements(declared));
		}
		if let Some(count) = self.data_count {
			let mut data = Vec::new();
			count.encode(&mut data);
			add(SectionId::DataCount, data);
		}
		if !self.hints.is_empty() {
			module.section(&self.hints);
		}
		raw(&mut module, SectionId::Code, &self.write_code());
		if self.data_items.count > 0 {
			raw(&mut module, SectionId::Data, &extended(&self.data_items, 0, &[]));
		}
		module.finish()
	}

	fn write_types(&self) -> Vec<u8> {
		let mut more = wasm_encoder::TypeSection::new();
		more.ty().function([], []);
		more.ty().function([wasm_encoder::ValType::I32], [wasm_encoder::ValType::I32]);
		let mut block_types: Vec<_> = self.block_types.iter().collect();
		block_types.sort_by_key(|(_, index)| **index);
		for (results, _) in block_types {
			let results: Vec<wasm_encoder::ValType> =
				results.iter().filter_map(|ty| (*ty).try_into().ok()).collect();
			more.ty().function([], results);
		}
		if self.appended.trail.is_some() {
			more.ty().function([], [wasm_encoder::ValType::I64]);
		}
		extended(&self.type_items, more.len(), &section_items(&more))
	}

	fn write_functions(&self) -> Vec<u8> {
		let mut more = Vec::new();
		for _ in 0..HELPERS {
			(self.own_types() + 1).encode(&mut more);
		}
		self.own_types().encode(&mut more);
		if self.appended.trail.is_some() {
			// Its type comes last.
			(self.own_types() + 2 + self.block_types.len() as u32).encode(&mut more);
		}
		extended(&self.function_items, self.own_functions(), &more)
	}

	/// Functions that the pass appends.
	fn own_functions(&self) -> u32 {
		HELPERS + 1 + u32::from(self.appended.trail.is_some())
	}

	fn write_tables(&self) -> Vec<u8> {
		let mut section = wasm_encoder::TableSection::new();
		for (initial, most) in &self.tables {
			section.table(wasm_encoder::TableType {
				element_type: wasm_encoder::RefType::FUNCREF,
				table64: false,
				minimum: (*initial).into(),
				maximum: Some((*most).into()),
				shared: false,
			});
		}
		let items = Items { count: 0, bytes: &[] };
		extended(&items, section.len(), &section_items(&section))
	}

	fn write_memory(&self) -> Vec<u8> {
		let mut section = wasm_encoder::MemorySection::new();
		section.memory(wasm_encoder::MemoryType {
			minimum: self.info.memory_minimum.into(),
			maximum: Some(self.info.memory_bound(self.memory_pages.unwrap_or(0)).into()),
			memory64: false,
			shared: false,
			page_size_log2: None,
		});
		extended(&Items::default(), section.len(), &section_items(&section))
	}

	fn write_globals(&self) -> Vec<u8> {
		use wasm_encoder::{ConstExpr, GlobalSection, GlobalType, ValType};
		let mut more = GlobalSection::new();
		let global = |val_type| GlobalType { val_type, mutable: true, shared: false };
		more.global(global(ValType::I64), &ConstExpr::i64_const(0));
		let slots = i32::try_from(self.profile.stack.slots).unwrap_or(i32::MAX);
		more.global(global(ValType::I32), &ConstExpr::i32_const(slots));
		if self.appended.trail.is_some() {
			let Trail { number, mark } = Trail::default();
			more.global(global(ValType::I64), &ConstExpr::i64_const(number as i64));
			more.global(global(ValType::I64), &ConstExpr::i64_const(mark));
		}
		extended(&self.global_items, more.len(), &section_items(&more))
	}

	/// Only what the runner needs: other exports would keep the engine from optimising.
	fn write_exports(&self) -> Vec<u8> {
		use wasm_encoder::{ExportKind, ExportSection};
		let mut section = ExportSection::new();
		let kept = match self.kind {
			Kind::Command => {
				section.export("memory", ExportKind::Memory, 0);
				Items::default()
			},
			Kind::Any => self.export_items,
		};
		section.export(GAS_GLOBAL, ExportKind::Global, self.appended.gas);
		section.export(STACK_GLOBAL, ExportKind::Global, self.appended.stack);
		let run = self.appended.helpers + HELPERS;
		section.export(RUN_EXPORT, ExportKind::Func, run);
		if self.appended.trail.is_some() {
			section.export(TRAIL_EXPORT, ExportKind::Func, run + 1);
		}
		extended(&kept, section.len(), &section_items(&section))
	}

	/// An export makes a function one that `ref.func` may name. As the exports are dropped, a
	/// declaring segment takes their place.
	fn write_elements(&self, declared: bool) -> Vec<u8> {
		let mut more = wasm_encoder::ElementSection::new();
		if declared {
			let functions = self.exported_functions.as_slice();
			more.declared(wasm_encoder::Elements::Functions(functions.into()));
		}
		extended(&self.element_items, more.len(), &section_items(&more))
	}

	fn write_code(&mut self) -> Vec<u8> {
		let mut bodies = core::mem::take(&mut self.bodies);
		for helper in [ByOperand::Pages, ByOperand::Bytes, ByOperand::Elements] {
			self.appended.helper(helper, &self.profile.costs).bytes.encode(&mut bodies);
		}
		let run = self.appended.run(self.info.startup_gas, self.start, self.main);
		run.bytes.encode(&mut bodies);
		if let Some(trail) = &self.appended.trail {
			trail.read().bytes.encode(&mut bodies);
		}
		let items = Items { count: self.defined, bytes: &bodies };
		extended(&items, self.own_functions(), &[])
	}
}

fn raw(module: &mut wasm_encoder::Module, id: SectionId, data: &[u8]) {
	module.section(&RawSection { id: id as u8, data });
}

/// Contents of a section with items added behind those it had.
fn extended(items: &Items<'_>, added: u32, more: &[u8]) -> Vec<u8> {
	let mut data = Vec::with_capacity(items.bytes.len() + more.len() + 5);
	(items.count + added).encode(&mut data);
	data.extend_from_slice(items.bytes);
	data.extend_from_slice(more);
	data
}

/// Items of an encoded section, without its length and count.
fn section_items(section: &impl Encode) -> Vec<u8> {
	let mut data = Vec::new();
	section.encode(&mut data);
	let skip = leb_len(&data);
	let skip = skip + leb_len(&data[skip..]);
	data.split_off(skip)
}

fn leb_len(bytes: &[u8]) -> usize {
	bytes.iter().take_while(|byte| **byte & 0x80 != 0).count() + 1
}

fn unknown_import(at: usize, module: &str, name: &str) -> Refusal {
	let (module, name) = (module.to_string(), name.to_string());
	Refusal::new(at, Reason::UnknownImport { module, name })
}

/// Whether a type is that of a function of the host.
fn is_of(function: &Signature, ty: &FuncType) -> bool {
	let value = |ty: &ValType| match ty {
		ValType::I32 => Some(ValueType::I32),
		ValType::I64 => Some(ValueType::I64),
		_ => None,
	};
	function.is_of(ty.params().iter().map(value), ty.results().iter().map(value))
}
