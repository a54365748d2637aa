//! Functions whose blocks take parameters: what engines get wrong about values below, above and between
//! them. `wasm-smith` rarely makes such blocks.
//!
//! A module holds many small functions without traps. `_start` calls each of them with several arguments,
//! stores all results, and writes them to standard output together, so that a difference tells where
//! it comes from.

use crate::{Features, Random, Shape, abi::MODULE, command::constant};
use std::collections::BTreeMap;
use wasm_encoder::{
	BlockType, CodeSection, EntityType, ExportKind, ExportSection, Function, FunctionSection,
	GlobalSection, GlobalType, ImportSection, InstructionSink, MemArg, MemArgTarget, MemorySection,
	MemoryType, Module, TypeSection, ValType,
};

/// Functions of a module.
pub const FUNCTIONS: usize = 64;
/// Times that each of them is called.
const CALLS: usize = 3;
/// Bytes of a result.
const RESULT: usize = 16;
/// Where functions keep values in memory, where `_start` says what to write, and from where on it keeps results.
const SCRATCH: u64 = 0;
const BUFFER: i32 = 1_024;
const RESULTS: usize = 2_048;
/// Branches back that a call may make.
const ROUNDS: i32 = 12;
/// Most blocks within each other.
const NESTING: usize = 6;
/// Most operands below all others.
const DEEP: u64 = 600;
/// Functions from here on may call those before.
const CALLERS: usize = 48;

type Signature = (Vec<ValType>, Vec<ValType>);

/// Types of functions and blocks, each once.
#[derive(Default)]
struct Types {
	indices: BTreeMap<(Vec<u8>, Vec<u8>), u32>,
	section: TypeSection,
}

impl Types {
	fn index(&mut self, (params, results): &Signature) -> u32 {
		let key = |types: &[ValType]| types.iter().map(|ty| letter(*ty)).collect();
		let next = self.section.len();
		let index = *self.indices.entry((key(params), key(results))).or_insert(next);
		if index == next {
			self.section.ty().function(params.iter().copied(), results.iter().copied());
		}
		index
	}
}

fn letter(ty: ValType) -> u8 {
	match ty {
		ValType::I32 => b'i',
		ValType::I64 => b'l',
		ValType::F32 => b'f',
		ValType::F64 => b'd',
		_ => b'v',
	}
}

fn at(offset: u64) -> MemArg {
	MemArg { offset, align: 0, target: MemArgTarget::Memory(0), ordering: None }
}

/// The types that values may have.
fn values(features: Features) -> &'static [ValType] {
	const ALL: [ValType; 6] =
		[ValType::I32, ValType::I64, ValType::I32, ValType::F32, ValType::F64, ValType::V128];
	if features == Features::Simd { &ALL } else { &ALL[..5] }
}

/// A module of such functions.
pub fn module(random: &mut Random, features: Features, shape: Shape) -> Vec<u8> {
	let mut types = Types::default();
	let write = types.index(&(vec![ValType::I32; 4], vec![ValType::I32]));
	let main = types.index(&(vec![], vec![]));
	let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
	let mut signatures: Vec<Signature> = Vec::new();
	for index in 0..FUNCTIONS {
		let signature = (some(random, features, 0, 4), some(random, features, 1, 3));
		functions.function(types.index(&signature));
		let callees = if index < CALLERS { &[][..] } else { &signatures[..CALLERS] };
		let deep = if shape == Shape::Deep { 1 + random.below(DEEP) } else { 0 };
		code.function(&Body::make(random, features, &mut types, &signature, callees, deep));
		signatures.push(signature);
	}
	functions.function(main);
	code.function(&start(random, &signatures));

	let (mut imports, mut memories) = (ImportSection::new(), MemorySection::new());
	imports.import(MODULE, "fd_write", EntityType::Function(write));
	memories.memory(MemoryType {
		minimum: 1,
		maximum: Some(1),
		memory64: false,
		shared: false,
		page_size_log2: None,
	});
	let mut globals = GlobalSection::new();
	for ty in values(features) {
		globals.global(
			GlobalType { val_type: *ty, mutable: true, shared: false },
			&match ty {
				ValType::I32 => wasm_encoder::ConstExpr::i32_const(5),
				ValType::I64 => wasm_encoder::ConstExpr::i64_const(6),
				ValType::F32 => wasm_encoder::ConstExpr::f32_const(1.5f32.into()),
				ValType::F64 => wasm_encoder::ConstExpr::f64_const(2.5f64.into()),
				_ => wasm_encoder::ConstExpr::v128_const(7),
			},
		);
	}
	let mut exports = ExportSection::new();
	exports.export("memory", ExportKind::Memory, 0);
	exports.export("_start", ExportKind::Func, 1 + FUNCTIONS as u32);
	let mut module = Module::new();
	module.section(&types.section).section(&imports).section(&functions);
	module.section(&memories).section(&globals).section(&exports).section(&code);
	module.finish()
}

/// Some types.
fn some(random: &mut Random, features: Features, least: u64, most: u64) -> Vec<ValType> {
	let count = least + random.below(most - least + 1);
	(0..count).map(|_| random.pick(values(features))).collect()
}

/// The body of `_start`.
fn start(random: &mut Random, signatures: &[Signature]) -> Function {
	let mut function = Function::new([]);
	let mut sink = function.instructions();
	let mut address = RESULTS;
	for (index, (params, results)) in signatures.iter().enumerate() {
		for _ in 0..CALLS {
			for param in params {
				any(&mut sink, *param, random);
			}
			sink.call(1 + index as u32);
			for result in results.iter().rev() {
				keep(&mut sink, *result, address as u64);
				address += RESULT;
			}
		}
	}
	sink.i32_const(BUFFER).i32_const(RESULTS as i32).i32_store(at(0));
	sink.i32_const(BUFFER).i32_const((address - RESULTS) as i32).i32_store(at(4));
	sink.i32_const(1).i32_const(BUFFER).i32_const(1).i32_const(BUFFER + 8).call(0).drop();
	sink.end();
	function
}

/// A constant of this type.
fn any(sink: &mut InstructionSink<'_>, ty: ValType, random: &mut Random) {
	let ty = match ty {
		ValType::I32 => wasmparser::ValType::I32,
		ValType::I64 => wasmparser::ValType::I64,
		ValType::F32 => wasmparser::ValType::F32,
		ValType::F64 => wasmparser::ValType::F64,
		_ => wasmparser::ValType::V128,
	};
	constant(sink, ty, random);
}

/// Stores the topmost value: its address is put below it by way of a global.
fn keep(sink: &mut InstructionSink<'_>, ty: ValType, address: u64) {
	let global = global(ty);
	sink.global_set(global).i32_const(0).global_get(global);
	match ty {
		ValType::I32 => sink.i32_store(at(address)),
		ValType::I64 => sink.i64_store(at(address)),
		ValType::F32 => sink.f32_store(at(address)),
		ValType::F64 => sink.f64_store(at(address)),
		_ => sink.v128_store(at(address)),
	};
}

/// The global of this type.
fn global(ty: ValType) -> u32 {
	match ty {
		ValType::I32 => 0,
		ValType::I64 => 1,
		ValType::F32 => 3,
		ValType::F64 => 4,
		_ => 5,
	}
}

/// A place that branches lead to.
struct Label {
	/// What a branch takes along.
	types: Vec<ValType>,
	/// Whether it leads back.
	back: bool,
}

/// A function in the making.
struct Body<'r> {
	random: &'r mut Random,
	features: Features,
	types: &'r mut Types,
	callees: &'r [Signature],
	code: Function,
	locals: Vec<ValType>,
	/// The local that counts branches back.
	rounds: u32,
	stack: Vec<ValType>,
	labels: Vec<Label>,
	/// Statements that may still be made.
	left: u32,
}

impl<'r> Body<'r> {
	fn make(
		random: &'r mut Random,
		features: Features,
		types: &'r mut Types,
		(params, results): &Signature,
		callees: &'r [Signature],
		deep: u64,
	) -> Function {
		// One of each type, so that there is always one to take.
		let declared = values(features);
		let mut locals = params.clone();
		locals.extend_from_slice(declared);
		let rounds = locals.len() as u32;
		let mut with_rounds = declared.to_vec();
		with_rounds.push(ValType::I32);
		let left = 4 + random.below(36) as u32;
		let mut body = Self {
			random,
			features,
			types,
			callees,
			code: Function::new_with_locals_types(with_rounds),
			locals,
			rounds,
			stack: Vec::new(),
			labels: vec![Label { types: results.clone(), back: false }],
			left,
		};
		body.code.instructions().i32_const(ROUNDS).local_set(rounds);
		for _ in 0..deep {
			let ty = body.random.pick(values(features));
			body.value(ty);
		}
		body.block(deep as usize, results);
		if deep > 0 {
			body.sink().return_();
		}
		body.code.instructions().end();
		body.code
	}

	fn sink(&mut self) -> InstructionSink<'_> {
		self.code.instructions()
	}

	/// Statements, and then these values alone above the height.
	fn block(&mut self, height: usize, results: &[ValType]) {
		for _ in 0..1 + self.random.below(8) {
			if self.left == 0 {
				break;
			}
			self.left -= 1;
			if !self.statement(height) {
				// What follows can't be reached, and may take values that are not there.
				self.stack.truncate(height);
				if self.random.once_in(3) {
					self.unreachable();
				}
				break;
			}
		}
		self.leave(height, results);
	}

	/// Brings the stack to this height and these values above it.
	fn leave(&mut self, height: usize, results: &[ValType]) {
		if self.stack[height..] == *results {
			return;
		}
		while self.stack.len() > height {
			self.take();
		}
		for ty in results {
			self.value(*ty);
		}
	}

	/// Takes the topmost value away, mostly into a local.
	fn take(&mut self) {
		let Some(ty) = self.stack.pop() else { return };
		if self.random.once_in(4) {
			self.sink().drop();
		} else {
			let local = self.local(ty);
			self.sink().local_set(local);
		}
	}

	fn local(&mut self, ty: ValType) -> u32 {
		let known: Vec<u32> =
			(0..).zip(&self.locals).filter(|(_, other)| **other == ty).map(|(at, _)| at).collect();
		self.random.pick(&known)
	}

	/// A value of this type, made in some way.
	fn value(&mut self, ty: ValType) {
		match self.random.below(5) {
			0 => {
				let random = &mut *self.random;
				any(&mut self.code.instructions(), ty, random);
			},
			1 => {
				self.sink().global_get(global(ty));
			},
			2 => {
				let local = self.local(ty);
				self.sink().local_get(local);
				self.stack.push(ty);
				self.compute();
				return;
			},
			_ => {
				let local = self.local(ty);
				self.sink().local_get(local);
			},
		}
		self.stack.push(ty);
	}

	fn values(&mut self, types: &[ValType]) {
		types.iter().for_each(|ty| self.value(*ty));
	}

	/// Puts these values on top, unless they are there and may be used.
	fn bring(&mut self, height: usize, types: &[ValType]) {
		let there = self.stack.len() >= height + types.len() && self.stack.ends_with(types);
		if !there || self.random.once_in(3) {
			self.values(types);
		}
	}

	/// Changes the topmost value, and keeps its type.
	fn compute(&mut self) {
		let Some(ty) = self.stack.last().copied() else { return };
		let (choice, tee) = (self.random.below(6), self.local(ty));
		let mut sink = self.code.instructions();
		match (ty, choice) {
			(_, 0) => sink.local_tee(tee),
			(ValType::I32, 1) => sink.i32_const(13).i32_mul(),
			(ValType::I32, 2) => sink.i32_eqz(),
			(ValType::I32, 3) => sink.i32_extend8_s(),
			(ValType::I32, 4) => sink.local_get(tee).i32_sub(),
			(ValType::I32, _) => sink.i32_const(1).i32_add(),
			(ValType::I64, 1) => sink.i64_extend32_s(),
			(ValType::I64, 2) => sink.i64_const(77).i64_xor(),
			(ValType::I64, 3) => sink.local_get(tee).i64_sub(),
			(ValType::I64, 4) => sink.i64_popcnt(),
			(ValType::I64, _) => sink.i64_const(3).i64_rotl(),
			(ValType::F32, 1) => sink.f32_neg(),
			(ValType::F32, 2) => sink.local_get(tee).f32_sub(),
			(ValType::F32, 3) => sink.f32_const(0.5f32.into()).f32_mul(),
			(ValType::F32, _) => sink.f32_floor(),
			(ValType::F64, 1) => sink.f64_abs(),
			(ValType::F64, 2) => sink.local_get(tee).f64_add(),
			(ValType::F64, 3) => sink.f64_const(3.0f64.into()).f64_mul(),
			(ValType::F64, _) => sink.f64_ceil(),
			(_, 1) => sink.i8x16_abs(),
			(_, 2) => sink.local_get(tee).i32x4_add(),
			(_, 3) => sink.i64x2_neg(),
			(_, _) => sink.v128_not(),
		};
	}

	/// From the topmost value to one of another type.
	fn convert(&mut self) {
		let Some(ty) = self.stack.pop() else { return };
		let simd = self.features == Features::Simd;
		let (choice, mut sink) = (self.random.below(4), self.code.instructions());
		let to = match (ty, choice) {
			(ValType::I32, 0) => (sink.i64_extend_i32_s(), ValType::I64).1,
			(ValType::I32, 1) => (sink.f32_convert_i32_u(), ValType::F32).1,
			(ValType::I32, 2) if simd => (sink.i32x4_splat(), ValType::V128).1,
			(ValType::I32, _) => (sink.f64_convert_i32_s(), ValType::F64).1,
			(ValType::I64, 0) => (sink.i64_eqz(), ValType::I32).1,
			(ValType::I64, 1) => (sink.f64_reinterpret_i64(), ValType::F64).1,
			(ValType::I64, _) => (sink.i32_wrap_i64(), ValType::I32).1,
			(ValType::F32, 0) => (sink.f64_promote_f32(), ValType::F64).1,
			(ValType::F32, 1) => (sink.i32_reinterpret_f32(), ValType::I32).1,
			(ValType::F32, _) => (sink.i64_trunc_sat_f32_s(), ValType::I64).1,
			(ValType::F64, 0) => (sink.f32_demote_f64(), ValType::F32).1,
			(ValType::F64, 1) => (sink.i64_reinterpret_f64(), ValType::I64).1,
			(ValType::F64, _) => (sink.i32_trunc_sat_f64_u(), ValType::I32).1,
			(_, 0) => (sink.i64x2_extract_lane(1), ValType::I64).1,
			(_, 1) => (sink.f32x4_extract_lane(2), ValType::F32).1,
			(_, _) => (sink.v128_any_true(), ValType::I32).1,
		};
		self.stack.push(to);
	}

	/// A statement; whether what follows can be reached.
	fn statement(&mut self, height: usize) -> bool {
		let above = self.stack.len() - height;
		match self.random.below(20) {
			0..=2 => {
				let ty = self.random.pick(values(self.features));
				self.value(ty);
			},
			3 | 4 if above > 0 => self.compute(),
			5 if above > 0 => self.convert(),
			6 if above > 0 => self.take(),
			7 if above > 0 => self.exchange(),
			8 if above > 1 => self.select(),
			9..=14 if self.labels.len() < NESTING => self.nested(height),
			15 | 16 => self.branch_if(height),
			17 if self.labels.len() > 1 => return self.branch(height),
			18 if self.labels.len() > 1 => return self.branch_table(height),
			19 => self.call(),
			_ => {
				let ty = self.random.pick(values(self.features));
				self.value(ty);
			},
		}
		true
	}

	/// Takes the topmost value through memory or a global, and leaves what was there.
	fn exchange(&mut self) {
		let Some(ty) = self.stack.last().copied() else { return };
		let address = SCRATCH + 16 * self.random.below(8);
		if self.random.once_in(2) {
			self.sink().global_set(global(ty)).global_get(global(ty));
			return;
		}
		let mut sink = self.code.instructions();
		keep(&mut sink, ty, address);
		sink.i32_const(0);
		match ty {
			ValType::I32 => sink.i32_load(at(address)),
			ValType::I64 => sink.i64_load(at(address)),
			ValType::F32 => sink.f32_load(at(address)),
			ValType::F64 => sink.f64_load(at(address)),
			_ => sink.v128_load(at(address)),
		};
	}

	fn select(&mut self) {
		let Some(ty) = self.stack.last().copied() else { return };
		self.value(ty);
		self.value(ValType::I32);
		self.sink().select();
		self.stack.truncate(self.stack.len() - 2);
	}

	fn call(&mut self) {
		if self.callees.is_empty() {
			return;
		}
		let callee = self.random.below(self.callees.len() as u64) as usize;
		let (params, results) = self.callees[callee].clone();
		self.values(&params);
		self.sink().call(1 + callee as u32);
		self.stack.truncate(self.stack.len() - params.len());
		self.stack.extend(results);
	}

	/// A block that takes some of what is on the stack.
	fn nested(&mut self, height: usize) {
		let kind = self.random.below(4);
		if self.stack.len() == height || self.random.once_in(4) {
			let more = some(self.random, self.features, 1, 3);
			self.values(&more);
		}
		let most = (self.stack.len() - height).min(4) as u64;
		let count = self.random.below(most + 1) as usize;
		let params = self.stack[self.stack.len() - count..].to_vec();
		let results = match self.random.below(3) {
			0 => params.clone(),
			_ => some(self.random, self.features, 0, 3),
		};
		// Without the other side an `if` gives what it takes.
		let one_sided = kind == 3 && params == results && self.random.once_in(2);
		if kind == 3 {
			self.value(ValType::I32);
			self.stack.pop();
		}
		let ty = BlockType::FunctionType(self.types.index(&(params.clone(), results.clone())));
		let mut sink = self.code.instructions();
		match kind {
			0 => sink.block(ty),
			1 | 2 => sink.loop_(ty),
			_ => sink.if_(ty),
		};
		let inner = self.stack.len() - count;
		let back = matches!(kind, 1 | 2);
		let types = if back { params.clone() } else { results.clone() };
		self.labels.push(Label { types, back });
		self.block(inner, &results);
		if kind == 3 && !one_sided {
			self.sink().else_();
			self.stack.truncate(inner);
			self.stack.extend_from_slice(&params);
			self.block(inner, &results);
		}
		self.labels.pop();
		self.sink().end();
	}

	/// A label, how far out it is, and whether it leads back.
	fn label(&mut self) -> (u32, Vec<ValType>, bool) {
		let depth = self.random.below(self.labels.len() as u64) as usize;
		let label = &self.labels[self.labels.len() - 1 - depth];
		(depth as u32, label.types.clone(), label.back)
	}

	/// Whether there may be another branch back, which counts as one.
	fn may_go_back(&mut self) {
		let rounds = self.rounds;
		let mut sink = self.code.instructions();
		sink.local_get(rounds).i32_const(1).i32_sub().local_tee(rounds).i32_const(0).i32_gt_s();
	}

	fn branch_if(&mut self, height: usize) {
		let (depth, types, back) = self.label();
		self.bring(height, &types);
		if back {
			self.may_go_back();
		} else {
			self.value(ValType::I32);
			self.stack.pop();
		}
		self.sink().br_if(depth);
	}

	/// A branch; one that leads back is taken while it may be.
	fn branch(&mut self, height: usize) -> bool {
		let (depth, types, back) = self.label();
		self.bring(height, &types);
		if !back {
			self.sink().br(depth);
			return false;
		}
		let ty = BlockType::FunctionType(self.types.index(&(types.clone(), types)));
		self.may_go_back();
		self.sink().if_(ty).br(depth + 1).end();
		true
	}

	/// A table of branches to all labels that take the same as one that does not lead back.
	fn branch_table(&mut self, height: usize) -> bool {
		let (default, types, back) = self.label();
		if back {
			return true;
		}
		let last = self.labels.len() as u32 - 1;
		let same = (0..=last).filter(|depth| self.labels[(last - depth) as usize].types == types);
		let same: Vec<u32> = same.collect();
		let targets: Vec<u32> =
			(0..1 + self.random.below(6)).map(|_| self.random.pick(&same)).collect();
		self.bring(height, &types);
		self.value(ValType::I32);
		self.stack.pop();
		let most = targets.len() as i32;
		self.sink().i32_const(most + 1).i32_rem_u().i32_const(-1);
		self.may_go_back();
		self.sink().select().br_table(targets, default);
		false
	}

	/// Operators on values that are not there, as there may be where nothing is executed.
	fn unreachable(&mut self) {
		let local = self.local(ValType::I64);
		let depth = self.random.below(self.labels.len() as u64) as u32;
		let (choice, mut sink) = (self.random.below(5), self.code.instructions());
		match choice {
			0 => sink.drop().drop(),
			1 => sink.i32_add().drop(),
			2 => sink.local_set(local),
			3 => sink.br(depth),
			_ => sink.br_if(depth).unreachable(),
		};
	}
}
