//! Scripts on the reference, which runs one module at a time and imports nothing but the host's functions.
//!
//! What a module imports from `spectest`, and functions of other modules that touch nothing, become its own: it gets
//! them as definitions under the same numbers. What shares more is left out.

use crate::{
	Value,
	script::{Backend, Fault, GAS, Source},
};
use assay_interpreter::testing::{self, Testing};
use assay_metering::{Checked, testing::read_any};
use assay_primitives::profile::Profile;
use std::collections::HashMap;
use wasm_encoder::{ConstExpr, Encode, RawSection};
use wasmparser::{
	BinaryReader, ExternalKind, FromReader, FuncType, FunctionBody, GlobalType, Import, Operator,
	Parser, Payload, SectionLimited, TypeRef, ValType,
};

/// A module with its state. There are few of them, and they stay to the end of the test.
struct Instance {
	checked: &'static Checked<'static, 'static>,
	running: Testing<'static, 'static, 'static>,
	exports: HashMap<String, (ExternalKind, u32)>,
	/// Whether a module that was left out would have changed it.
	shared: bool,
}

/// A script's instances.
pub struct Referenced {
	profile: &'static Profile,
	instances: Vec<Instance>,
	registered: HashMap<String, usize>,
}

impl Referenced {
	/// None yet.
	pub fn new(profile: &Profile) -> Self {
		let profile = Box::leak(Box::new(profile.clone()));
		Self { profile, instances: Vec::new(), registered: HashMap::new() }
	}

	/// What exports a name, and what it is there.
	fn export(&self, import: &Import<'_>) -> Result<(usize, ExternalKind, u32), Fault> {
		let missing = || Fault::Link(format!("no {}.{}", import.module, import.name));
		let from = *self.registered.get(import.module).ok_or_else(missing)?;
		let (kind, index) = *self.instances[from].exports.get(import.name).ok_or_else(missing)?;
		Ok((from, kind, index))
	}

	/// The module with all that it imports as its own.
	fn alone(&mut self, wasm: &[u8]) -> Result<Vec<u8>, Fault> {
		let (mut own, mut types) = (Own::default(), Vec::new());
		for payload in Parser::new(0).parse_all(wasm) {
			match payload.expect("valid") {
				Payload::TypeSection(section) => {
					types =
						section.into_iter_err_on_gc_types().map(|ty| ty.expect("valid")).collect();
				},
				Payload::ImportSection(section) => {
					for import in items(section) {
						self.take(&mut own, &types, &import)?;
					}
				},
				_ => {},
			}
		}
		own.put_into(wasm).ok_or(Fault::Shared)
	}

	fn take(
		&mut self,
		own: &mut Own,
		types: &[FuncType],
		import: &Import<'_>,
	) -> Result<(), Fault> {
		let (from, kind, index) = self.export(import)?;
		let instance = &self.instances[from];
		let other = || Fault::Link(format!("another type: {}.{}", import.module, import.name));
		let taken = match (import.ty, kind) {
			(TypeRef::Func(ty), ExternalKind::Func) => {
				let expected = types.get(ty as usize);
				if expected != instance.checked.type_of(index) {
					return Err(other());
				}
				own.function(ty, function(instance.checked, index))
			},
			(TypeRef::Global(ty), ExternalKind::Global) => {
				if Some(ty) != global_type(instance.checked, index) {
					return Err(other());
				}
				own.global(ty, instance.running.global(index))
			},
			// Those of `spectest` are as new where only one module uses them.
			(TypeRef::Memory(ty), ExternalKind::Memory) if import.module == "spectest" => {
				if ty.initial > 1 || ty.maximum.is_some_and(|most| most < 2) {
					return Err(other());
				}
				own.memory()
			},
			(TypeRef::Table(ty), ExternalKind::Table) if import.module == "spectest" => {
				if ty.initial > 10 || ty.maximum.is_some_and(|most| most < 20) {
					return Err(other());
				}
				own.table()
			},
			(TypeRef::Memory(_), ExternalKind::Memory)
			| (TypeRef::Table(_), ExternalKind::Table) => None,
			_ => return Err(other()),
		};
		// What this module would do to the other one does not happen.
		taken.ok_or_else(|| {
			self.instances[from].shared = true;
			Fault::Shared
		})
	}
}

/// A function that touches nothing.
fn function(checked: &Checked<'_, '_>, index: u32) -> Option<Vec<u8>> {
	let body = body(checked, index)?;
	let mut operators = body.get_operators_reader().ok()?;
	while !operators.eof() {
		if !touches_nothing(&operators.read().ok()?) {
			return None;
		}
	}
	Some(body.as_bytes().to_vec())
}

fn global_type(checked: &Checked<'_, '_>, index: u32) -> Option<GlobalType> {
	let section = checked.sections.globals.clone()?;
	Some(section.into_iter().nth(index as usize)?.ok()?.ty)
}

fn body<'m>(checked: &Checked<'m, '_>, function: u32) -> Option<FunctionBody<'m>> {
	let own = function.checked_sub(checked.imported())?;
	let bodies = Parser::new(0).parse_all(checked.module()).filter_map(|payload| match payload {
		Ok(Payload::CodeSectionEntry(body)) => Some(body),
		_ => None,
	});
	bodies.into_iter().nth(own as usize)
}

/// Whether an operator has only to do with values of its own function.
fn touches_nothing(operator: &Operator<'_>) -> bool {
	matches!(
		operator,
		Operator::I32Const { .. }
			| Operator::I64Const { .. }
			| Operator::F32Const { .. }
			| Operator::F64Const { .. }
			| Operator::LocalGet { .. }
			| Operator::I32Add
			| Operator::I32Mul
			| Operator::I32Sub
			| Operator::Drop
			| Operator::Nop
			| Operator::Unreachable
			| Operator::End
	)
}

/// Ids of sections.
const IMPORT: usize = 2;
const FUNCTION: usize = 3;
const TABLE: usize = 4;
const MEMORY: usize = 5;
const GLOBAL: usize = 6;
const CODE: usize = 10;

/// Definitions in the place of imports.
#[derive(Default)]
struct Own {
	counts: [u32; 16],
	functions: Vec<u8>,
	tables: Vec<u8>,
	memories: Vec<u8>,
	globals: Vec<u8>,
	bodies: Vec<u8>,
}

impl Own {
	fn function(&mut self, ty: u32, body: Option<Vec<u8>>) -> Option<()> {
		let body = body?;
		ty.encode(&mut self.functions);
		body.as_slice().encode(&mut self.bodies);
		self.counts[FUNCTION] += 1;
		Some(())
	}

	/// A global that does not change, with the value that it has.
	fn global(&mut self, ty: GlobalType, value: Option<[u64; 2]>) -> Option<()> {
		let [low, _] = value.filter(|_| !ty.mutable)?;
		let constant = match ty.content_type {
			ValType::I32 => ConstExpr::i32_const(low as i32),
			ValType::I64 => ConstExpr::i64_const(low as i64),
			ValType::F32 => ConstExpr::f32_const(f32::from_bits(low as u32).into()),
			ValType::F64 => ConstExpr::f64_const(f64::from_bits(low).into()),
			_ => return None,
		};
		wasm_encoder::ValType::try_from(ty.content_type).ok()?.encode(&mut self.globals);
		self.globals.push(0);
		constant.encode(&mut self.globals);
		self.counts[GLOBAL] += 1;
		Some(())
	}

	fn memory(&mut self) -> Option<()> {
		self.memories.extend([1, 1, 2]);
		self.counts[MEMORY] += 1;
		Some(())
	}

	fn table(&mut self) -> Option<()> {
		self.tables.extend([0x70, 1, 10, 20]);
		self.counts[TABLE] += 1;
		Some(())
	}

	/// Puts them before what the module defines, so that numbers stay as they are.
	fn put_into(mut self, wasm: &[u8]) -> Option<Vec<u8>> {
		self.counts[CODE] = self.counts[FUNCTION];
		let mut sections: Vec<(u8, Vec<u8>)> = Vec::new();
		for payload in Parser::new(0).parse_all(wasm) {
			if let Some((id, range)) = payload.ok()?.as_section()
				&& usize::from(id) != IMPORT
			{
				sections.push((id, wasm[range].to_vec()));
			}
		}
		for id in [FUNCTION, TABLE, MEMORY, GLOBAL, CODE] {
			if self.counts[id] > 0 {
				self.extend(&mut sections, id)?;
			}
		}
		let mut module = wasm_encoder::Module::new();
		for (id, data) in &sections {
			module.section(&RawSection { id: *id, data });
		}
		Some(module.finish())
	}

	fn extend(&self, sections: &mut Vec<(u8, Vec<u8>)>, id: usize) -> Option<()> {
		let more = match id {
			FUNCTION => &self.functions,
			TABLE => &self.tables,
			MEMORY => &self.memories,
			GLOBAL => &self.globals,
			_ => &self.bodies,
		};
		let place = sections.iter().position(|(there, _)| usize::from(*there) == id);
		let place = place.unwrap_or_else(|| {
			// Before the first one that comes later. The count of data comes before the code.
			let order = |id: usize| if id == 12 { 9 } else { id };
			let later =
				|(there, _): &(u8, Vec<u8>)| *there != 0 && order(usize::from(*there)) > order(id);
			let at = sections.iter().position(later).unwrap_or(sections.len());
			sections.insert(at, (id as u8, vec![0]));
			at
		});
		let section = &mut sections[place].1;
		let mut reader = BinaryReader::new(section, 0);
		let count = reader.read_var_u32().ok()?;
		let mut data = Vec::new();
		(count + self.counts[id]).encode(&mut data);
		data.extend_from_slice(more);
		data.extend_from_slice(&section[reader.original_position()..]);
		*section = data;
		Some(())
	}
}

fn exports(wasm: &[u8]) -> HashMap<String, (ExternalKind, u32)> {
	let mut exports = HashMap::new();
	for payload in Parser::new(0).parse_all(wasm) {
		if let Ok(Payload::ExportSection(section)) = payload {
			for export in items(section) {
				exports.insert(export.name.to_string(), (export.kind, export.index));
			}
		}
	}
	exports
}

fn items<'w, T: FromReader<'w>>(section: SectionLimited<'w, T>) -> impl Iterator<Item = T> {
	section.into_iter().map(|item| item.expect("valid"))
}

fn fault(fault: testing::Fault) -> Fault {
	match fault {
		testing::Fault::Trap(trap) => Fault::Trap(trap),
		testing::Fault::Defect => Fault::Engine("an invariant does not hold".into()),
	}
}

impl Backend for Referenced {
	type Instance = usize;

	fn instantiate(&mut self, source: Source<'_>) -> Result<usize, Fault> {
		let wasm: &'static [u8] = self.alone(source.original)?.leak();
		// Beginning with the value of a global is only for imported ones.
		let checked = read_any(wasm, self.profile, 65_536).map_err(|_| Fault::Shared)?;
		let checked: &'static _ = Box::leak(Box::new(checked));
		let running = Testing::new(checked, GAS as u64).map_err(fault)?;
		self.instances.push(Instance { checked, running, exports: exports(wasm), shared: false });
		Ok(self.instances.len() - 1)
	}

	fn register(&mut self, name: &str, instance: usize) {
		self.registered.insert(name.into(), instance);
	}

	fn invoke(&mut self, instance: usize, name: &str, args: &[Value]) -> Result<Vec<Value>, Fault> {
		let Instance { checked, running, exports, shared } = &mut self.instances[instance];
		if *shared {
			return Err(Fault::Shared);
		}
		let Some((ExternalKind::Func, function)) = exports.get(name).copied() else {
			return Err(Fault::Engine(format!("no function {name}")));
		};
		let params: Vec<[u64; 2]> = args.iter().map(|arg| to_engine(*arg)).collect();
		let results = running.call(function, &params).map_err(fault)?;
		let types = checked.type_of(function).expect("it was called").results();
		Ok(types.iter().zip(results).map(|(ty, value)| from_engine(*ty, value)).collect())
	}

	fn get(&mut self, instance: usize, name: &str) -> Result<Value, Fault> {
		let Instance { checked, running, exports, shared } = &self.instances[instance];
		if *shared {
			return Err(Fault::Shared);
		}
		let Some((ExternalKind::Global, index)) = exports.get(name).copied() else {
			return Err(Fault::Engine(format!("no global {name}")));
		};
		let ty = global_type(checked, index).expect("it is exported").content_type;
		Ok(from_engine(ty, running.global(index).expect("it is exported")))
	}
}

fn to_engine(value: Value) -> [u64; 2] {
	match value {
		Value::I32(value) | Value::F32(value) => [value.into(), 0],
		Value::I64(value) | Value::F64(value) => [value, 0],
		Value::V128(bits) => [bits as u64, (bits >> 64) as u64],
		Value::Null | Value::Func => [0, 0],
	}
}

fn from_engine(ty: ValType, [low, high]: [u64; 2]) -> Value {
	match ty {
		ValType::I32 => Value::I32(low as u32),
		ValType::I64 => Value::I64(low),
		ValType::F32 => Value::F32(low as u32),
		ValType::F64 => Value::F64(low),
		ValType::V128 => Value::V128(u128::from(low) | u128::from(high) << 64),
		ValType::Ref(_) if low == 0 => Value::Null,
		ValType::Ref(_) => Value::Func,
	}
}
