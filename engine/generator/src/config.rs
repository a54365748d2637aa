//! What `wasm-smith` may generate.

use crate::{
	Features, Random,
	abi::{FUNCTIONS, MODULE, ValueType},
};
use wasm_encoder::{EntityType, ImportSection, Module, TypeSection, ValType};
use wasm_smith::Config;

/// Most elements that a table starts with.
const TABLE: u64 = 1_000;

/// Settings for one module.
pub fn config(random: &mut Random, features: Features) -> Config {
	Config {
		available_imports: Some(imports(random)),
		max_imports: random.pick(&[0, 0, 4, 12]),
		min_funcs: 2,
		max_funcs: random.pick(&[4, 8, 20]),
		max_instructions: random.pick(&[50, 200, 800]),
		max_nesting_depth: random.pick(&[4, 10, 30]),
		// Most programs that may trap do so at once.
		disallow_traps: !random.once_in(4),
		min_memories: 1,
		max_memories: 1,
		max_memory32_bytes: 2 << 16,
		max_tables: 3,
		max_table_elements: TABLE,
		max_data_segments: 8,
		max_element_segments: 8,
		max_exports: 0,
		max_tags: 0,
		allow_start_export: random.once_in(4),
		simd_enabled: features == Features::Simd,
		relaxed_simd_enabled: false,
		bulk_memory_enabled: true,
		reference_types_enabled: true,
		multi_value_enabled: true,
		saturating_float_to_int_enabled: true,
		sign_extension_ops_enabled: true,
		extended_const_enabled: true,
		canonicalize_nans: false,
		exceptions_enabled: false,
		gc_enabled: false,
		compact_imports_enabled: false,
		memory64_enabled: false,
		tail_call_enabled: false,
		threads_enabled: false,
		wide_arithmetic_enabled: false,
		..Config::default()
	}
}

/// A module that imports some functions, to choose from.
fn imports(random: &mut Random) -> Vec<u8> {
	let (mut types, mut imports) = (TypeSection::new(), ImportSection::new());
	for function in FUNCTIONS {
		// A program that leaves shows little.
		if !function.returns && !random.once_in(8) {
			continue;
		}
		let params = function.params.iter().map(|param| match param {
			ValueType::I32 => ValType::I32,
			ValueType::I64 => ValType::I64,
		});
		let results = function.returns.then_some(ValType::I32);
		imports.import(MODULE, function.name, EntityType::Function(types.len()));
		types.ty().function(params, results);
	}
	let mut module = Module::new();
	module.section(&types).section(&imports);
	module.finish()
}
