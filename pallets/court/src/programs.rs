//! Programs for benchmarks: those that make each unit of gas as dear as their kind of operators can, none of
//! which comes to an end, and modules that do so with each byte.

use alloc::{borrow::Cow, vec::Vec};
use wasm_encoder::{
	BlockType, CodeSection, ConstExpr, ElementSection, Elements, EntityType, ExportKind,
	ExportSection, Function, FunctionSection, ImportSection, MemArg, MemorySection, MemoryType,
	Module, RefType, TableSection, TableType, TypeSection, ValType,
};

/// Pages that a chain of loads goes through, four times what a cache of a core holds, for a quarter of 2^24 gas.
const PAGES: u32 = 64;
/// Operators in a row, between which there is neither branch nor charge.
const CHAIN: usize = 256;
/// Bytes of a function that only fills a module: below what a body may have.
const FILLER_BYTES: usize = 29_000;
/// Bytes of a function without a body: its type, its length, no locals, its end.
const EMPTY_BYTES: usize = 4;
/// As many functions as there may be, but for those that do something.
const MOST_EMPTY: usize = 49_900;
/// Bytes of all empty functions that there may be; a longer module has dense functions beside.
pub const EMPTY_FUNCTIONS: u32 = (MOST_EMPTY * EMPTY_BYTES) as u32;

/// Values that blocks of a program pass on.
const PASSED: usize = 16;
/// As many as a block may pass on.
const MOST_PASSED: usize = 32;
/// Types of blocks that pass on as many, and of one that only gives them.
const PASSING: u32 = 3;
const PASSING_MOST: u32 = 4;
const GIVING_MOST: u32 = 5;

/// What a program spends its gas on.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
	/// Remainders of division.
	Integers,
	/// Square roots.
	Floats,
	/// Loads that each give the address of the next one, past what caches hold.
	Memory,
	/// A loop of a single branch.
	Branches,
	/// A table of branches, by a target that changes.
	Tables,
	/// Calls through a table of functions.
	Calls,
	/// Filling almost a page at a time.
	Bulk,
	/// Walks of paths of 2,000 names: the dearest that is known.
	Paths,
	/// An `if` with an `else`, both empty, again and again.
	Ifs,
	/// Blocks that pass values on, which costs no gas, and something between them that does.
	Parameters,
	/// The same with as many values as may be.
	MostParameters,
	/// Branches that take as many values along, over one that they drop.
	Over,
	/// Counts of bits in each byte of a vector, and halves of others: the dearest of operators on vectors.
	Vectors,
}

impl Kind {
	/// All of them.
	pub const ALL: [Self; 13] = [
		Self::Integers,
		Self::Floats,
		Self::Memory,
		Self::Branches,
		Self::Tables,
		Self::Calls,
		Self::Bulk,
		Self::Paths,
		Self::Ifs,
		Self::Parameters,
		Self::MostParameters,
		Self::Over,
		Self::Vectors,
	];
}

/// What long functions are made of.
#[derive(Clone, Copy, Debug)]
pub enum Filler {
	/// Constants that are added up.
	Sums,
	/// An `if` with an `else` in every few bytes: each way is a piece that gas is taken for.
	Ifs,
	/// Blocks that pass values on.
	Parameters,
}

impl Filler {
	/// All of them.
	pub const ALL: [Self; 3] = [Self::Sums, Self::Ifs, Self::Parameters];
}

/// A module of about `bytes` bytes, where that is enough for it. It is filled with empty functions, which
/// take longest to validate and to meter for their length, and beyond them with dense ones.
pub fn module(kind: Kind, bytes: usize) -> Vec<u8> {
	let main = body(kind);
	let bare = encode(&main, 0, &[]).len();
	let room = bytes.saturating_sub(bare + 16);
	let empty = (room / EMPTY_BYTES).min(MOST_EMPTY);
	let mut left = room - empty * EMPTY_BYTES;
	let mut dense = Vec::new();
	while left > 16 {
		let length = left.min(FILLER_BYTES);
		dense.push(sum(length - 10));
		left -= length;
	}
	encode(&main, empty, &dense)
}

/// A module of about `bytes` bytes of long functions, each of which is called once and returns at once: whoever
/// translates what is called has to translate all of it, and runs next to nothing. It comes to its end.
pub fn long_module(filler: Filler, bytes: usize) -> Vec<u8> {
	let function = skipped(filler);
	// Beside its body a function has its length, its type, and the call.
	let count = (bytes.saturating_sub(512) / (function.byte_len() + 8)).max(1);
	let mut main = Function::new([]);
	for at in 0..count as u32 {
		main.instructions().call(LONG + at);
	}
	main.instructions().end();
	encode(&main, 0, &alloc::vec![function; count])
}

/// Functions of the host.
const IMPORTS: u32 = 2;
/// Where long functions begin: behind those of the host, the program, and a function without a body.
const LONG: u32 = IMPORTS + 2;

fn encode(main: &Function, empty: usize, long: &[Function]) -> Vec<u8> {
	let mut types = TypeSection::new();
	types.ty().function([], []);
	types.ty().function([ValType::I32; 3], [ValType::I32]);
	types.ty().function([ValType::I32; 5], [ValType::I32]);
	types.ty().function([ValType::I32; PASSED], [ValType::I32; PASSED]);
	types.ty().function([ValType::I32; MOST_PASSED], [ValType::I32; MOST_PASSED]);
	types.ty().function([], [ValType::I32; MOST_PASSED]);
	let mut imports = ImportSection::new();
	let host = "wasi_snapshot_preview1";
	imports.import(host, "path_create_directory", EntityType::Function(1));
	imports.import(host, "path_filestat_get", EntityType::Function(2));

	let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
	let mut add = |function: &Function| {
		functions.function(0);
		code.function(function);
	};
	add(main);
	let mut nothing = Function::new([]);
	nothing.instructions().end();
	// One more than asked for: calls go there.
	(0..=empty).for_each(|_| add(&nothing));
	long.iter().for_each(add);

	let mut tables = TableSection::new();
	tables.table(TableType {
		element_type: RefType::FUNCREF,
		table64: false,
		minimum: 1,
		maximum: None,
		shared: false,
	});
	let mut memories = MemorySection::new();
	memories.memory(MemoryType {
		minimum: 1,
		maximum: None,
		memory64: false,
		shared: false,
		page_size_log2: None,
	});
	let mut exports = ExportSection::new();
	exports.export("memory", ExportKind::Memory, 0);
	exports.export("_start", ExportKind::Func, IMPORTS);
	let mut elements = ElementSection::new();
	let callee = Elements::Functions(Cow::Owned(alloc::vec![IMPORTS + 1]));
	elements.active(None, &ConstExpr::i32_const(0), callee);
	let mut module = Module::new();
	module.section(&types).section(&imports).section(&functions).section(&tables);
	module.section(&memories).section(&exports).section(&elements).section(&code);
	module.finish()
}

/// Constants that are added up: as many operators as fit into about `length` bytes.
fn sum(length: usize) -> Function {
	let mut function = Function::new([]);
	let mut code = function.instructions();
	code.i32_const(0);
	for _ in 0..length / 3 {
		code.i32_const(1).i32_add();
	}
	code.drop().end();
	function
}

fn at(align: u32) -> MemArg {
	MemArg { offset: 0, align, memory_index: 0 }
}

fn body(kind: Kind) -> Function {
	match kind {
		Kind::Integers => integers(),
		Kind::Floats => floats(),
		Kind::Memory => loads(),
		Kind::Branches => branches(),
		Kind::Tables => branch_tables(),
		Kind::Calls => calls(),
		Kind::Bulk => fills(),
		Kind::Paths => paths(),
		Kind::Ifs => ifs(),
		Kind::Parameters => parameters(PASSED, PASSING),
		Kind::MostParameters => parameters(MOST_PASSED, PASSING_MOST),
		Kind::Over => over(),
		Kind::Vectors => vectors(),
	}
}

/// What is never run behind a branch that is always taken. That it is can't be known before.
fn skipped(filler: Filler) -> Function {
	let mut function = Function::new([(1, ValType::I32)]);
	let mut code = function.instructions();
	code.block(BlockType::Empty).local_get(0).i32_eqz().br_if(0);
	match filler {
		Filler::Sums => {
			code.i32_const(0);
			for _ in 0..9_000 {
				code.i32_const(1).i32_add();
			}
			code.drop();
		},
		Filler::Ifs => {
			for _ in 0..1_800 {
				code.local_get(0).if_(BlockType::Empty).else_().end();
			}
		},
		Filler::Parameters => {
			(0..MOST_PASSED).for_each(|_| _ = code.i32_const(1));
			for _ in 0..250 {
				code.block(BlockType::FunctionType(PASSING_MOST)).end();
			}
			(0..MOST_PASSED).for_each(|_| _ = code.drop());
		},
	}
	code.end().end();
	function
}

fn ifs() -> Function {
	let mut function = Function::new([(1, ValType::I32)]);
	let mut code = function.instructions();
	code.loop_(BlockType::Empty);
	for _ in 0..CHAIN {
		code.local_get(0).i32_eqz().local_tee(0).if_(BlockType::Empty).else_().end();
	}
	code.br(0).end().end();
	function
}

fn parameters(count: usize, ty: u32) -> Function {
	let mut function = Function::new([]);
	let mut code = function.instructions();
	(0..count).for_each(|_| _ = code.i32_const(1));
	code.loop_(BlockType::FunctionType(ty));
	// With more, a function would pass on more than the profile admits.
	for _ in 0..CHAIN / 2 {
		code.block(BlockType::FunctionType(ty)).end().i32_const(1).i32_add();
	}
	code.br(0).end();
	(0..count).for_each(|_| _ = code.drop());
	code.end();
	function
}

fn over() -> Function {
	let mut function = Function::new([]);
	let mut code = function.instructions();
	code.loop_(BlockType::Empty);
	for _ in 0..CHAIN / 16 {
		code.block(BlockType::FunctionType(GIVING_MOST)).i32_const(1);
		(0..MOST_PASSED).for_each(|_| _ = code.i32_const(1));
		code.br(0).end();
		(0..MOST_PASSED).for_each(|_| _ = code.drop());
	}
	code.br(0).end().end();
	function
}

fn vectors() -> Function {
	let mut function = Function::new([(1, ValType::V128)]);
	let mut code = function.instructions();
	code.loop_(BlockType::Empty).local_get(0);
	for _ in 0..CHAIN {
		code.i8x16_popcnt().local_get(0).i8x16_narrow_i16x8_s();
	}
	code.local_set(0).br(0).end().end();
	function
}

fn integers() -> Function {
	let mut function = Function::new([(1, ValType::I64)]);
	let mut code = function.instructions();
	code.loop_(BlockType::Empty).local_get(0);
	for _ in 0..CHAIN {
		code.i64_const(7).i64_rem_u().i64_const(-1).i64_xor();
	}
	code.local_set(0).br(0).end().end();
	function
}

fn floats() -> Function {
	let mut function = Function::new([(1, ValType::F64)]);
	let mut code = function.instructions();
	code.loop_(BlockType::Empty).local_get(0);
	for _ in 0..CHAIN {
		code.f64_sqrt().f64_const(1.5.into()).f64_add();
	}
	code.local_set(0).br(0).end().end();
	function
}

/// Writes a permutation of cache lines, each with the address of the next one, and follows it.
fn loads() -> Function {
	let lines = ((PAGES << 16) - 1) & !63;
	let (next, here) = (0, 1);
	let mut function = Function::new([(2, ValType::I32)]);
	let mut code = function.instructions();
	code.i32_const(PAGES as i32 - 1).memory_grow(0).drop();
	code.loop_(BlockType::Empty);
	code.local_get(here).i32_const(1_597).i32_mul().i32_const(51_749_056).i32_add();
	code.i32_const(lines as i32).i32_and().local_set(next);
	code.local_get(here).local_get(next).i32_store(at(2));
	code.local_get(next).local_tee(here).br_if(0).end();
	code.loop_(BlockType::Empty).local_get(here);
	for _ in 0..CHAIN {
		code.i32_load(at(2));
	}
	code.local_set(here).br(0).end().end();
	function
}

fn branches() -> Function {
	let mut function = Function::new([]);
	function.instructions().loop_(BlockType::Empty).br(0).end().end();
	function
}

fn branch_tables() -> Function {
	const TARGETS: u32 = 16;
	let mut function = Function::new([(1, ValType::I32)]);
	let mut code = function.instructions();
	code.loop_(BlockType::Empty);
	for _ in 0..TARGETS {
		code.block(BlockType::Empty);
	}
	code.local_get(0).i32_const(7).i32_add().local_tee(0).i32_const(TARGETS as i32 - 1).i32_and();
	code.br_table(0..TARGETS, 0);
	for _ in 0..TARGETS {
		code.end();
	}
	code.br(0).end().end();
	function
}

fn calls() -> Function {
	let mut function = Function::new([]);
	let mut code = function.instructions();
	code.loop_(BlockType::Empty).i32_const(0).call_indirect(0, 0).br(0).end().end();
	function
}

fn fills() -> Function {
	let mut function = Function::new([]);
	let mut code = function.instructions();
	code.loop_(BlockType::Empty);
	code.i32_const(1).i32_const(1).i32_const(65_535).memory_fill(0);
	code.br(0).end().end();
	function
}

/// Writes a path of directories within each other, makes them, and looks for the innermost.
fn paths() -> Function {
	const MKDIR: u32 = 0;
	const STAT: u32 = 1;
	const ROOT: i32 = 3;
	const LENGTH: i32 = 4_000;
	let mut function = Function::new([(1, ValType::I32)]);
	let mut code = function.instructions();
	code.loop_(BlockType::Empty);
	code.local_get(0).i32_const(0x2f61).i32_store16(at(1));
	code.local_get(0).i32_const(2).i32_add().local_tee(0);
	code.i32_const(LENGTH + 96).i32_lt_u().br_if(0).end();
	code.i32_const(1).local_set(0);
	code.loop_(BlockType::Empty);
	code.i32_const(ROOT).i32_const(0).local_get(0).call(MKDIR).drop();
	code.local_get(0).i32_const(2).i32_add().local_tee(0);
	code.i32_const(LENGTH).i32_lt_u().br_if(0).end();
	code.loop_(BlockType::Empty);
	code.i32_const(ROOT).i32_const(0).i32_const(0).i32_const(LENGTH - 1).i32_const(LENGTH + 1_000);
	code.call(STAT).drop().br(0).end().end();
	function
}
