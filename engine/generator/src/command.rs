//! From any module to a command that shows what it does.

use crate::{Random, abi::MODULE};
use std::convert::Infallible;
use wasm_encoder::{
	AbstractHeapType, BlockType, CodeSection, DataCountSection, DataSection, ElementSection,
	EntityType, ExportKind, ExportSection, Function, FunctionSection, GlobalSection, HeapType,
	ImportSection, InstructionSink, MemArg, MemArgTarget, MemorySection, MemoryType, Module,
	StartSection, TableSection, TypeSection, ValType,
	reencode::{Error, Reencode},
};
use wasmparser::{ConstExpr, DataKind, ElementKind, FuncType, Operator, Parser, Payload, TypeRef};

type Result<T> = core::result::Result<T, Error<Infallible>>;

/// Bytes at the start of memory for the results of one call.
const RESULTS: u32 = 256;
/// Where the buffer to write is described, and how much was written.
const BUFFER: i32 = 256;
/// Where globals go, at the end.
const GLOBALS: u32 = 512;
/// A word at the address that is given.
const WORD: MemArg =
	MemArg { offset: 0, align: 2, target: MemArgTarget::Memory(0), ordering: None };
/// Most pages that the memory may have.
const PAGES: u64 = 4;

/// Indices behind the added import are one higher; references are to functions.
struct Shift {
	imports: u32,
}

impl Reencode for Shift {
	type Error = Infallible;

	fn function_index(&mut self, function: u32) -> Result<u32> {
		Ok(function + u32::from(function >= self.imports))
	}

	fn abstract_heap_type(&mut self, _: wasmparser::AbstractHeapType) -> Result<AbstractHeapType> {
		Ok(AbstractHeapType::Func)
	}
}

/// The sections as they are taken over.
#[derive(Default)]
struct Parts {
	types: TypeSection,
	imports: ImportSection,
	functions: FunctionSection,
	tables: TableSection,
	globals: GlobalSection,
	elements: ElementSection,
	code: CodeSection,
	data: DataSection,
	start: Option<u32>,
	/// Types in the words of the parser, and those of defined functions.
	signatures: Vec<FuncType>,
	defined: Vec<u32>,
	table_sizes: Vec<u64>,
	global_types: Vec<wasmparser::ValType>,
	pages: u64,
	maximum: Option<u64>,
}

/// Makes the module a command: one import more, `fd_write`; a memory of one to four pages; `_start`
/// that calls its functions; no segment out of bounds.
pub fn wrap(module: &[u8], random: &mut Random) -> Result<Vec<u8>> {
	let mut shift = Shift { imports: imports(module)? };
	let mut parts = Parts::default();
	for payload in Parser::new(0).parse_all(module) {
		parts.take(&mut shift, payload?)?;
	}
	Ok(parts.finish(shift.imports, random))
}

/// Functions that the module imports.
fn imports(module: &[u8]) -> Result<u32> {
	let mut count = 0;
	for payload in Parser::new(0).parse_all(module) {
		if let Payload::ImportSection(section) = payload? {
			for import in section.into_imports() {
				count += u32::from(matches!(import?.ty, TypeRef::Func(_)));
			}
		}
	}
	Ok(count)
}

impl Parts {
	fn take(&mut self, shift: &mut Shift, payload: Payload<'_>) -> Result<()> {
		match payload {
			Payload::TypeSection(section) => {
				for ty in section.clone().into_iter_err_on_gc_types() {
					self.signatures.push(ty?);
				}
				shift.parse_type_section(&mut self.types, section)?;
			},
			Payload::ImportSection(section) => {
				shift.parse_import_section(&mut self.imports, section)?;
			},
			Payload::FunctionSection(section) => {
				for ty in section.clone() {
					self.defined.push(ty?);
				}
				shift.parse_function_section(&mut self.functions, section)?;
			},
			Payload::TableSection(section) => {
				for table in section.clone() {
					self.table_sizes.push(table?.ty.initial);
				}
				shift.parse_table_section(&mut self.tables, section)?;
			},
			Payload::MemorySection(section) => {
				for memory in section {
					let memory = memory?;
					(self.pages, self.maximum) = (memory.initial, memory.maximum);
				}
			},
			Payload::GlobalSection(section) => {
				for global in section.clone() {
					self.global_types.push(global?.ty.content_type);
				}
				shift.parse_global_section(&mut self.globals, section)?;
			},
			Payload::StartSection { func, .. } => self.start = Some(shift.function_index(func)?),
			Payload::ElementSection(section) => {
				for element in section {
					self.element(shift, element?)?;
				}
			},
			Payload::CodeSectionEntry(body) => shift.parse_function_body(&mut self.code, body)?,
			Payload::DataSection(section) => {
				for data in section {
					self.segment(shift, data?)?;
				}
			},
			_ => {},
		}
		Ok(())
	}

	/// Pages that the memory starts with.
	fn initial(&self) -> u64 {
		self.pages.clamp(1, PAGES)
	}

	/// An active segment stays one if it fits.
	fn element(&mut self, shift: &mut Shift, mut element: wasmparser::Element<'_>) -> Result<()> {
		if let ElementKind::Active { table_index, offset_expr } = &element.kind {
			let count = match &element.items {
				wasmparser::ElementItems::Functions(items) => items.count(),
				wasmparser::ElementItems::Expressions(_, items) => items.count(),
			};
			let size = self.table_sizes.get(table_index.unwrap_or(0) as usize);
			if !fits(offset_expr, count.into(), size.copied().unwrap_or(0)) {
				element.kind = ElementKind::Passive;
			}
		}
		shift.parse_element(&mut self.elements, element)
	}

	fn segment(&mut self, shift: &mut Shift, mut data: wasmparser::Data<'_>) -> Result<()> {
		if let DataKind::Active { offset_expr, .. } = &data.kind {
			let size = self.initial() << 16;
			if !fits(offset_expr, data.data.len() as u64, size) {
				data.kind = DataKind::Passive;
			}
		}
		shift.parse_data(&mut self.data, data)
	}

	fn finish(mut self, imports: u32, random: &mut Random) -> Vec<u8> {
		let write = self.types.len();
		self.types.ty().function([ValType::I32; 4], [ValType::I32]);
		let main = self.types.len();
		self.types.ty().function([], []);
		self.imports.import(MODULE, "fd_write", EntityType::Function(write));
		self.functions.function(main);
		let body = self.main(imports, random);
		self.code.function(&body);

		let mut memories = MemorySection::new();
		let maximum = self.maximum.unwrap_or(PAGES).clamp(self.initial(), PAGES);
		memories.memory(MemoryType {
			minimum: self.initial(),
			maximum: Some(maximum),
			memory64: false,
			shared: false,
			page_size_log2: None,
		});
		let mut exports = ExportSection::new();
		exports.export("memory", ExportKind::Memory, 0);
		exports.export("_start", ExportKind::Func, imports + 1 + self.defined.len() as u32);

		let mut module = Module::new();
		module.section(&self.types).section(&self.imports).section(&self.functions);
		module.section(&self.tables).section(&memories).section(&self.globals).section(&exports);
		if let Some(function_index) = self.start {
			module.section(&StartSection { function_index });
		}
		module.section(&self.elements).section(&DataCountSection { count: self.data.len() });
		module.section(&self.code).section(&self.data);
		module.finish()
	}

	/// The body of `_start`. Local 0 counts rounds, the others hold results by type.
	fn main(&self, write: u32, random: &mut Random) -> Function {
		let types =
			[ValType::I32, ValType::I32, ValType::I64, ValType::F32, ValType::F64, ValType::V128];
		let vectors = self.signatures.iter().any(|ty| {
			ty.params().iter().chain(ty.results()).any(|ty| *ty == wasmparser::ValType::V128)
		}) || self.global_types.contains(&wasmparser::ValType::V128);
		let types = &types[..if vectors { 6 } else { 5 }];
		let mut function = Function::new_with_locals_types(types.iter().copied());
		let mut sink = function.instructions();
		for _ in 0..1 + random.below(8) {
			let Some(last) = self.defined.len().checked_sub(1) else { break };
			let callee = random.below(last as u64 + 1) as usize;
			self.calls(&mut sink, callee, write, random);
			show(&mut sink, write, false);
		}
		for (index, ty) in self.global_types.iter().enumerate().take(64) {
			if let Some(local) = local(*ty) {
				sink.global_get(index as u32).local_set(local);
				store(&mut sink, *ty, GLOBALS + 16 * index as u32);
			}
		}
		show(&mut sink, write, true);
		sink.end();
		function
	}

	/// Calls a function some times and stores what it returns.
	fn calls(
		&self,
		sink: &mut InstructionSink<'_>,
		callee: usize,
		write: u32,
		random: &mut Random,
	) {
		let ty = &self.signatures[self.defined[callee] as usize];
		let rounds = random.pick(&[1, 1, 3, 20, 200]);
		sink.i32_const(rounds).local_set(0).loop_(BlockType::Empty);
		for param in ty.params() {
			constant(sink, *param, random);
		}
		sink.call(write + 1 + callee as u32);
		for (index, result) in ty.results().iter().enumerate().rev() {
			match local(*result) {
				Some(local) => {
					sink.local_set(local);
					store(sink, *result, 16 * index as u32 % RESULTS);
				},
				None => {
					sink.ref_is_null().local_set(1);
					store(sink, wasmparser::ValType::I32, 16 * index as u32 % RESULTS);
				},
			}
		}
		sink.local_get(0).i32_const(1).i32_sub().local_tee(0).br_if(0).end();
	}
}

/// Whether a segment lies inside of what it initialises; only constants are looked at.
fn fits(offset: &ConstExpr<'_>, length: u64, size: u64) -> bool {
	let mut operators = offset.get_operators_reader();
	match (operators.read(), operators.read()) {
		(Ok(Operator::I32Const { value }), Ok(Operator::End)) => {
			u64::from(value as u32) + length <= size
		},
		_ => false,
	}
}

/// The local that holds a value of this type for a moment; none for references.
fn local(ty: wasmparser::ValType) -> Option<u32> {
	match ty {
		wasmparser::ValType::I32 => Some(1),
		wasmparser::ValType::I64 => Some(2),
		wasmparser::ValType::F32 => Some(3),
		wasmparser::ValType::F64 => Some(4),
		wasmparser::ValType::V128 => Some(5),
		wasmparser::ValType::Ref(_) => None,
	}
}

/// Stores the local of this type.
fn store(sink: &mut InstructionSink<'_>, ty: wasmparser::ValType, at: u32) {
	let memory = MemArg { offset: at.into(), align: 0, ..WORD };
	sink.i32_const(0);
	match ty {
		wasmparser::ValType::I32 => sink.local_get(1).i32_store(memory),
		wasmparser::ValType::I64 => sink.local_get(2).i64_store(memory),
		wasmparser::ValType::F32 => sink.local_get(3).f32_store(memory),
		wasmparser::ValType::F64 => sink.local_get(4).f64_store(memory),
		wasmparser::ValType::V128 => sink.local_get(5).v128_store(memory),
		wasmparser::ValType::Ref(_) => sink.drop(),
	};
}

/// Writes the results, or the whole memory, to standard output.
fn show(sink: &mut InstructionSink<'_>, write: u32, all: bool) {
	sink.i32_const(BUFFER).i32_const(0).i32_store(WORD);
	sink.i32_const(BUFFER + 4);
	if all {
		sink.memory_size(0).i32_const(16).i32_shl();
	} else {
		sink.i32_const(RESULTS as i32);
	}
	sink.i32_store(WORD);
	sink.i32_const(1).i32_const(BUFFER).i32_const(1).i32_const(BUFFER + 8).call(write).drop();
}

/// Floats of which something is special: zeros, infinities, NaNs of all sorts, bounds of integers.
const F32: [u32; 12] = [
	0,
	0x8000_0000,
	0x7f80_0000,
	0xff80_0000,
	0x7fc0_0000,
	0xffc0_0000,
	0x7fa0_0001,
	0xffff_ffff,
	0x3f80_0000,
	0x4f00_0000,
	1,
	0xc2f6_e979,
];
const F64: [u64; 12] = [
	0,
	1 << 63,
	0x7ff0 << 48,
	0xfff0 << 48,
	0x7ff8 << 48,
	0xfff8 << 48,
	0x7ff4_0000_0000_0001,
	u64::MAX,
	0x3ff0 << 48,
	0x43e0 << 48,
	1,
	0xc05e_dd2f_1a9f_be77,
];
const INTEGERS: [u64; 10] = [0, 1, 2, 7, 255, 65_535, 0x7fff_ffff, 0x8000_0000, u64::MAX, 1 << 63];

fn integer(random: &mut Random) -> u64 {
	if random.once_in(2) { random.pick(&INTEGERS) } else { random.next() >> random.below(64) }
}

fn f64_bits(random: &mut Random) -> u64 {
	if random.once_in(2) { random.pick(&F64) } else { random.next() }
}

pub fn constant(sink: &mut InstructionSink<'_>, ty: wasmparser::ValType, random: &mut Random) {
	match ty {
		wasmparser::ValType::I32 => sink.i32_const(integer(random) as i32),
		wasmparser::ValType::I64 => sink.i64_const(integer(random) as i64),
		wasmparser::ValType::F32 => {
			let special = random.once_in(2);
			let bits = if special { random.pick(&F32) } else { random.next() as u32 };
			sink.f32_const(bits_f32(bits))
		},
		wasmparser::ValType::F64 => sink.f64_const(bits_f64(f64_bits(random))),
		wasmparser::ValType::V128 => {
			let bits = u128::from(f64_bits(random)) << 64 | u128::from(integer(random));
			sink.v128_const(bits as i128)
		},
		wasmparser::ValType::Ref(_) => sink.ref_null(HeapType::FUNC),
	};
}

fn bits_f32(bits: u32) -> wasm_encoder::Ieee32 {
	wasm_encoder::Ieee32::new(bits)
}

fn bits_f64(bits: u64) -> wasm_encoder::Ieee64 {
	wasm_encoder::Ieee64::new(bits)
}
