//! Modules made to be slow or large to compile, as families with sizes.

use wasm_encoder::{
	BlockType, CodeSection, ConstExpr, ElementSection, Elements, EntityType, ExportKind,
	ExportSection, Function, FunctionSection, GlobalSection, GlobalType, Ieee64, ImportSection,
	InstructionSink, MemArg, MemorySection, MemoryType, Module, RefType, TableSection, TableType,
	TypeSection, ValType,
};

/// Bytes of a body that leave room below the profile's limit.
const BODY: usize = 255 << 10;
/// Index of the first function of a family: behind the import and `_start`.
const FIRST: u32 = 2;

/// A kind of module.
pub struct Family {
	pub name: &'static str,
	/// Needs profile 2.
	pub vectors: bool,
	/// One function of about this many bytes at most.
	pub body: fn(usize) -> Function,
	/// Type of the functions: an index into [`types`].
	pub ty: u32,
}

/// Types: `() -> ()`, 32 parameters, 32 results, both, `i32 -> i32`, and the host function's; then 32
/// vectors as results, which profile 1 would refuse.
fn types(vectors: bool) -> TypeSection {
	let wide = [ValType::I64; 32];
	let mut types = TypeSection::new();
	types.ty().function([], []);
	types.ty().function(wide, []);
	types.ty().function([], wide);
	types.ty().function(wide, wide);
	types.ty().function([ValType::I32], [ValType::I32]);
	types.ty().function([], [ValType::I32]);
	if vectors {
		types.ty().function([], [ValType::V128; 32]);
	}
	types
}

/// A module with as many functions of a family as fit into `bytes` of code.
pub fn module(family: &Family, bytes: usize, each: usize) -> Vec<u8> {
	let body = (family.body)(each.min(BODY));
	let length = body.byte_len() + 3;
	let count = (bytes / length).clamp(1, 49_000) as u32;
	assemble(family, &body, count)
}

fn assemble(family: &Family, body: &Function, count: u32) -> Vec<u8> {
	let mut module = Module::new();
	module.section(&types(family.vectors));
	let mut imports = ImportSection::new();
	imports.import("wasi_snapshot_preview1", "sched_yield", EntityType::Function(5));
	module.section(&imports);
	let mut functions = FunctionSection::new();
	functions.function(0);
	(0..count).for_each(|_| {
		functions.function(family.ty);
	});
	module.section(&functions);
	let mut tables = TableSection::new();
	tables.table(TableType {
		element_type: RefType::FUNCREF,
		table64: false,
		minimum: 64,
		maximum: None,
		shared: false,
	});
	module.section(&tables);
	let mut memories = MemorySection::new();
	memories.memory(MemoryType {
		minimum: 1,
		maximum: None,
		memory64: false,
		shared: false,
		page_size_log2: None,
	});
	module.section(&memories);
	let mut globals = GlobalSection::new();
	let ty = GlobalType { val_type: ValType::I64, mutable: true, shared: false };
	(0..64).for_each(|_| {
		globals.global(ty, &ConstExpr::i64_const(1));
	});
	module.section(&globals);
	let mut exports = ExportSection::new();
	exports.export("memory", ExportKind::Memory, 0);
	exports.export("_start", ExportKind::Func, 1);
	exports.export("f", ExportKind::Func, FIRST);
	module.section(&exports);
	let mut elements = ElementSection::new();
	elements.active(None, &ConstExpr::i32_const(0), Elements::Functions((&[FIRST]).into()));
	module.section(&elements);
	let mut code = CodeSection::new();
	let mut start = Function::new([]);
	start.instructions().end();
	code.function(&start);
	(0..count).for_each(|_| {
		code.function(body);
	});
	module.section(&code);
	module.finish()
}

fn at(offset: u64) -> MemArg {
	MemArg { offset, align: 0, memory_index: 0 }
}

/// A body that repeats `step` while there is room, between `before` and `after`.
fn repeated(
	locals: &[(u32, ValType)],
	most: usize,
	before: impl Fn(&mut InstructionSink<'_>),
	step: impl Fn(&mut InstructionSink<'_>, u32),
	after: impl Fn(&mut InstructionSink<'_>),
) -> Function {
	let mut function = Function::new(locals.iter().copied());
	before(&mut function.instructions());
	let mut tail = Function::new([]);
	after(&mut tail.instructions());
	let mut round = 0;
	while function.byte_len() + tail.byte_len() + 64 < most {
		step(&mut function.instructions(), round);
		round += 1;
	}
	after(&mut function.instructions());
	function.instructions().end();
	function
}

fn plain(most: usize, step: impl Fn(&mut InstructionSink<'_>, u32)) -> Function {
	repeated(&[(4, ValType::I32), (4, ValType::I64), (4, ValType::F64)], most, |_| {}, step, |_| {})
}

macro_rules! family {
	($name:literal, $body:expr) => {
		Family { name: $name, vectors: false, body: $body, ty: 0 }
	};
	($name:literal, type $ty:literal, $body:expr) => {
		Family { name: $name, vectors: false, body: $body, ty: $ty }
	};
	(vector $name:literal, $body:expr) => {
		Family { name: $name, vectors: true, body: $body, ty: 0 }
	};
}

/// All of them.
pub fn families() -> Vec<Family> {
	let mut all = straight();
	all.extend(branching());
	all.extend(merging());
	all.extend(calling());
	all.extend(vectors());
	all
}

fn straight() -> Vec<Family> {
	vec![
		family!("empty", |_| plain(0, |_, _| {})),
		family!("loads", |most| plain(most, |s, i| {
			s.local_get(0).i32_const(i as i32).i32_load(at(0)).i32_add().local_set(0);
		})),
		family!("stores", |most| plain(most, |s, _| {
			s.local_get(0).local_get(4).i64_store(at(0));
		})),
		family!("far loads", |most| plain(most, |s, i| {
			s.local_get(0).i32_load(at(0xf000_0000 + u64::from(i))).local_set(0);
		})),
		family!("chained loads", |most| plain(most, |s, _| {
			s.local_get(0).i32_load(at(0)).local_set(0);
		})),
		family!("divisions", |most| plain(most, |s, _| {
			s.local_get(4).local_get(5).i64_div_s().local_set(4);
		})),
		family!("divisions kept", |most| plain(most, |s, _| {
			s.local_get(4).local_get(5).i64_rem_s().local_set(5);
		})),
		family!("conversions", |most| plain(most, |s, _| {
			s.local_get(8).i64_trunc_f64_u().f64_convert_i64_u().local_set(8);
		})),
		family!("saturating conversions", |most| plain(most, |s, _| {
			s.local_get(8).i64_trunc_sat_f64_u().f64_convert_i64_u().local_set(8);
		})),
		family!("float sums", |most| plain(most, |s, _| {
			s.local_get(8).local_get(9).f64_add().local_set(8);
		})),
		family!("float minima", |most| plain(most, |s, _| {
			s.local_get(8).local_get(9).f64_min().local_set(8);
		})),
		family!("float constants", |most| plain(most, |s, i| {
			s.f64_const(Ieee64::new(u64::from(i) | 0x3ff0 << 48))
				.local_get(8)
				.f64_mul()
				.local_set(8);
		})),
		family!("globals", |most| plain(most, |s, i| {
			s.global_get(i % 64).global_get((i + 1) % 64).i64_mul().global_set((i + 7) % 64);
		})),
		family!("selects", |most| plain(most, |s, _| {
			s.local_get(4).local_get(5).local_get(0).select().local_set(4);
		})),
		family!("additions", |most| plain(most, |s, _| {
			s.local_get(0).i32_const(1).i32_add().local_set(0);
		})),
		family!("squares", |most| plain(most, |s, _| {
			s.local_get(4).local_get(4).i64_mul().local_set(4);
		})),
		family!("rotations", |most| plain(most, |s, i| {
			s.local_get(4).local_get(5).i64_rotl().local_get(6).i64_xor().local_set(4 + i % 4);
		})),
		family!("many values", |most| spilled(
			most / 8,
			8,
			|s, from| s.i64_load(from),
			|s| s.i64_add()
		)),
		family!("dead code", |most| repeated(
			&[],
			most,
			|s| {
				s.unreachable();
			},
			|s, _| {
				s.i32_const(1).drop();
			},
			|_| {}
		)),
		family!("nops", |most| plain(most, |s, _| {
			s.nop();
		})),
	]
}

/// `count` loaded values of `bytes` each on the operand stack, combined later.
fn spilled(
	count: usize,
	bytes: usize,
	load: impl for<'a, 'f> Fn(&'a mut InstructionSink<'f>, MemArg) -> &'a mut InstructionSink<'f>,
	combine: impl for<'a, 'f> Fn(&'a mut InstructionSink<'f>) -> &'a mut InstructionSink<'f>,
) -> Function {
	// Leaves room for what is around them.
	let count = count.saturating_sub(16);
	let mut function = Function::new([(1, ValType::I32)]);
	let mut s = function.instructions();
	for i in 0..count {
		load(s.local_get(0), at((bytes * i) as u64 % 8_192));
	}
	for _ in 1..count {
		combine(&mut s);
	}
	if count > 0 {
		s.drop();
	}
	s.end();
	function
}

fn branching() -> Vec<Family> {
	vec![
		family!("empty ifs", |most| plain(most, |s, _| {
			s.local_get(0).if_(BlockType::Empty).end();
		})),
		family!("ifs that store", |most| plain(most, |s, _| {
			s.local_get(0).if_(BlockType::Empty).local_get(0).local_get(0).i32_store(at(0)).end();
		})),
		family!("ifs that set", |most| plain(most, |s, i| {
			s.local_get(0).if_(BlockType::Empty);
			s.local_get(i % 4).local_set((i + 1) % 4).end();
		})),
		family!("ifs with else", |most| plain(most, |s, _| {
			s.local_get(0).if_(BlockType::Result(ValType::I32));
			s.local_get(1).else_().local_get(2).end().local_set(0);
		})),
		family!("br_if out", |most| plain(most, |s, _| {
			s.local_get(0).br_if(0);
		})),
		family!("br_if of a block", |most| plain(most, |s, _| {
			s.block(BlockType::Empty).local_get(0).br_if(0).end();
		})),
		family!("returns", |most| plain(most, |s, _| {
			s.local_get(0).if_(BlockType::Empty).return_().end();
		})),
		family!("loops", |most| plain(most, |s, _| {
			s.loop_(BlockType::Empty).local_get(0).br_if(0).end();
		})),
		family!("nested loops", |most| nested(most, 500, true)),
		family!("nested blocks", |most| nested(most, 1_000, false)),
		family!("br_tables", |most| tables(most, 16_000)),
		family!("small br_tables", |most| tables(most, 3)),
		family!("deep br_tables", |most| deep_tables(most)),
		family!("unreachables", |most| plain(most, |s, _| {
			s.local_get(0).if_(BlockType::Empty).unreachable().end();
		})),
	]
}

fn nested(most: usize, depth: usize, loops: bool) -> Function {
	plain(most, |s, _| {
		if most < 10 * depth {
			return void(s);
		}
		for _ in 0..depth {
			if loops {
				s.loop_(BlockType::Empty);
			} else {
				s.block(BlockType::Empty);
			}
		}
		for i in 0..depth {
			s.local_get(0).br_if(i as u32 / 2).end();
		}
	})
}

fn void(s: &mut InstructionSink<'_>) {
	s.nop();
}

fn tables(most: usize, targets: usize) -> Function {
	let targets = targets.min(most / 2);
	plain(most, |s, _| {
		s.block(BlockType::Empty).block(BlockType::Empty).local_get(0);
		s.br_table((0..targets).map(|i| i as u32 % 2), 0).end().end();
	})
}

/// Tables into a thousand blocks that are open.
fn deep_tables(most: usize) -> Function {
	plain(most, |s, _| {
		if most < 20_000 {
			return void(s);
		}
		for _ in 0..1_000 {
			s.block(BlockType::Empty);
		}
		s.local_get(0).br_table(0..1_000, 0);
		for _ in 0..1_000 {
			s.end();
		}
	})
}

fn merging() -> Vec<Family> {
	vec![
		family!("values along br_if", |most| carried(most, ValType::I64)),
		family!("values along br_table", |most| carried_by_table(most)),
		family!("values out of a function", type 2, |most| carried_out(most)),
		family!("results of blocks", |most| plain(most, |s, _| {
			s.block(BlockType::FunctionType(2));
			(0..32).for_each(|i| {
				s.local_get(4 + i % 4);
			});
			s.end();
			(0..32).for_each(|i| {
				s.local_set(4 + i % 4);
			});
		})),
		family!("parameters of loops", |most| plain(most, |s, _| {
			(0..32).for_each(|i| {
				s.local_get(4 + i % 4);
			});
			s.loop_(BlockType::FunctionType(3)).local_get(0).br_if(0).end();
			(0..32).for_each(|_| {
				s.drop();
			});
		})),
		family!("locals by ifs", |most| assigned(most, 1_900, false)),
		family!("100 locals by ifs", |most| assigned(most, 100, false)),
		family!("locals by loops", |most| assigned(most, 1_900, true)),
		family!("30 locals by loops", |most| assigned(most, 30, true)),
		family!("nested ifs that assign all", |most| nests(most, 1_900)),
		family!("nested ifs that assign 200", |most| nests(most, 200)),
	]
}

fn carried(most: usize, _: ValType) -> Function {
	repeated(
		&[(1, ValType::I32)],
		most,
		|s| {
			s.block(BlockType::FunctionType(2));
			(0..32).for_each(|i| {
				s.i32_const(8 * i).i64_load(at(0));
			});
		},
		|s, _| {
			s.local_get(0).br_if(0);
		},
		|s| {
			s.end();
			(0..32).for_each(|_| {
				s.drop();
			});
		},
	)
}

fn carried_by_table(most: usize) -> Function {
	let targets = (most / 2).min(10_000);
	plain(most, |s, _| {
		s.block(BlockType::FunctionType(2));
		(0..32).for_each(|i| {
			s.i32_const(8 * i).i64_load(at(0));
		});
		s.local_get(0).br_table((0..targets).map(|_| 0), 0).end();
		(0..32).for_each(|_| {
			s.drop();
		});
	})
}

fn carried_out(most: usize) -> Function {
	repeated(
		&[(1, ValType::I32)],
		most,
		|s| {
			(0..32).for_each(|i| {
				s.i32_const(8 * i).i64_load(at(0));
			});
		},
		|s, _| {
			s.local_get(0).br_if(0);
		},
		|_| {},
	)
}

/// Ifs or loops, each of which assigns one of many locals, all of which are used at the end.
fn assigned(most: usize, locals: u32, loops: bool) -> Function {
	repeated(
		&[(locals, ValType::I32)],
		most.min(most.saturating_sub(4 * locals as usize)),
		|_| {},
		|s, i| {
			let (one, other) = (3 * i % locals, 7 * i % locals);
			if loops {
				s.loop_(BlockType::Empty).local_get(one).local_set(other).local_get(other);
				s.br_if(0).end();
			} else {
				s.local_get(one).if_(BlockType::Empty).local_get(one).local_set(other);
				s.else_().local_get(other).local_set(one).end();
			}
		},
		|s| {
			(0..locals).for_each(|i| {
				s.local_get(i).drop();
			});
		},
	)
}

fn nests(most: usize, locals: u32) -> Function {
	let depth = 90;
	repeated(
		&[(locals, ValType::I32)],
		most.min(most.saturating_sub(12 * locals as usize + 1_000)),
		|_| {},
		|s, _| {
			(0..depth).for_each(|_| {
				s.local_get(0).if_(BlockType::Empty);
			});
			(0..locals).for_each(|i| {
				s.i32_const(4 * i as i32).i32_load(at(0)).local_set(i);
			});
			(0..depth).for_each(|_| {
				s.end();
			});
		},
		|s| {
			(0..locals).for_each(|i| {
				s.local_get(0).local_get(i).i32_store(at(4 * u64::from(i)));
			});
		},
	)
}

fn calling() -> Vec<Family> {
	vec![
		family!("calls", |most| plain(most, |s, _| {
			s.call(FIRST);
		})),
		family!("host calls", |most| plain(most, |s, _| {
			s.call(0).drop();
		})),
		family!("wide calls", type 1, |most| repeated(&[], most, |_| {}, |s, _| {
			(0..32).for_each(|i| {
				s.local_get(i);
			});
			s.call(FIRST);
		}, |_| {})),
		family!("wide results", type 3, |most| repeated(&[], most, |s| {
			(0..32).for_each(|i| {
				s.local_get(i);
			});
		}, |s, _| {
			s.call(FIRST);
		}, |_| {})),
		family!("indirect calls", |most| plain(most, |s, _| {
			s.local_get(0).call_indirect(0, 0);
		})),
		family!("wide indirect calls", type 3, |most| repeated(&[(1, ValType::I32)], most, |s| {
			(0..32).for_each(|i| {
				s.local_get(i);
			});
		}, |s, _| {
			s.local_get(32).call_indirect(0, 3);
		}, |_| {})),
		family!("references", |most| plain(most, |s, _| {
			s.ref_func(FIRST).drop();
		})),
		family!("references kept", |most| plain(most, |s, _| {
			s.local_get(0).ref_func(FIRST).table_set(0);
		})),
		family!("table reads", |most| plain(most, |s, _| {
			s.local_get(0).table_get(0).ref_is_null().local_set(0);
		})),
		family!("growths", |most| plain(most, |s, _| {
			s.local_get(0).memory_grow(0).local_set(0);
		})),
		family!("copies", |most| plain(most, |s, _| {
			s.local_get(0).local_get(1).local_get(2).memory_copy(0, 0);
		})),
		family!("constant fills", |most| plain(most, |s, _| {
			s.local_get(0).i32_const(0).i32_const(64).memory_fill(0);
		})),
	]
}

fn vector(most: usize, step: impl Fn(&mut InstructionSink<'_>, u32)) -> Function {
	repeated(&[(4, ValType::V128), (1, ValType::I32)], most, |_| {}, step, |_| {})
}

fn vectors() -> Vec<Family> {
	vec![
		family!(vector "products of i64x2", |most| vector(most, |s, _| {
			s.local_get(0).local_get(1).i64x2_mul().local_set(0);
		})),
		family!(vector "shuffles", |most| vector(most, |s, i| {
			let lanes = core::array::from_fn(|lane| ((i as usize * 7 + lane * 3) % 32) as u8);
			s.local_get(0).local_get(1).i8x16_shuffle(lanes).local_set(0);
		})),
		family!(vector "swizzles", |most| vector(most, |s, _| {
			s.local_get(0).local_get(1).i8x16_swizzle().local_set(0);
		})),
		family!(vector "constants", |most| vector(most, |s, i| {
			s.v128_const(i128::from(i) * 0x9e37_79b9_7f4a_7c15).local_get(0).v128_xor().local_set(0);
		})),
		family!(vector "population counts", |most| vector(most, |s, _| {
			s.local_get(0).i8x16_popcnt().local_set(0);
		})),
		family!(vector "byte shifts", |most| vector(most, |s, _| {
			s.local_get(0).local_get(4).i8x16_shr_s().local_set(0);
		})),
		family!(vector "truncations", |most| vector(most, |s, _| {
			s.local_get(0).i32x4_trunc_sat_f32x4_u().local_set(0);
		})),
		family!(vector "minima of floats", |most| vector(most, |s, _| {
			s.local_get(0).local_get(1).f32x4_min().local_set(0);
		})),
		family!(vector "sums of floats", |most| vector(most, |s, _| {
			s.local_get(0).local_get(1).f64x2_add().local_set(0);
		})),
		family!(vector "lanes", |most| vector(most, |s, i| {
			let lane = (i % 16) as u8;
			s.local_get(0).local_get(1).i8x16_extract_lane_u(lane).i8x16_replace_lane(lane);
			s.local_set(0);
		})),
		family!(vector "loads of lanes", |most| vector(most, |s, i| {
			s.local_get(4).local_get(0).v128_load8_lane(at(0), (i % 16) as u8).local_set(0);
		})),
		family!(vector "many vectors", |most| spilled(
			most / 12,
			16,
			|s, from| s.v128_load(from),
			|s| s.i32x4_mul()
		)),
		family!(vector "vectors along br_if", |most| repeated(&[(1, ValType::I32)], most, |s| {
			s.block(BlockType::FunctionType(6));
			(0..32).for_each(|i| {
				s.i32_const(16 * i).v128_load(at(0));
			});
		}, |s, _| {
			s.local_get(0).br_if(0);
		}, |s| {
			s.end();
			(0..32).for_each(|_| {
				s.drop();
			});
		})),
	]
}
