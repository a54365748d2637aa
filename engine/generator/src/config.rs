//! What `wasm-smith` may generate.

use crate::{Features, Random};
use wasm_encoder::{EntityType, ImportSection, Module, TypeSection, ValType};
use wasm_smith::Config;

/// Preview 1 as name and type, with `i` for i32 and `l` for i64; all but `proc_exit` return an i32.
const WASI: [(&str, &str); 46] = [
	("args_get", "ii"),
	("args_sizes_get", "ii"),
	("clock_res_get", "ii"),
	("clock_time_get", "ili"),
	("environ_get", "ii"),
	("environ_sizes_get", "ii"),
	("fd_advise", "illi"),
	("fd_allocate", "ill"),
	("fd_close", "i"),
	("fd_datasync", "i"),
	("fd_fdstat_get", "ii"),
	("fd_fdstat_set_flags", "ii"),
	("fd_fdstat_set_rights", "ill"),
	("fd_filestat_get", "ii"),
	("fd_filestat_set_size", "il"),
	("fd_filestat_set_times", "illi"),
	("fd_pread", "iiili"),
	("fd_prestat_dir_name", "iii"),
	("fd_prestat_get", "ii"),
	("fd_pwrite", "iiili"),
	("fd_read", "iiii"),
	("fd_readdir", "iiili"),
	("fd_renumber", "ii"),
	("fd_seek", "ilii"),
	("fd_sync", "i"),
	("fd_tell", "ii"),
	("fd_write", "iiii"),
	("path_create_directory", "iii"),
	("path_filestat_get", "iiiii"),
	("path_filestat_set_times", "iiiilli"),
	("path_link", "iiiiiii"),
	("path_open", "iiiiillii"),
	("path_readlink", "iiiiii"),
	("path_remove_directory", "iii"),
	("path_rename", "iiiiii"),
	("path_symlink", "iiiii"),
	("path_unlink_file", "iii"),
	("poll_oneoff", "iiii"),
	("proc_exit", "i"),
	("proc_raise", "i"),
	("random_get", "ii"),
	("sched_yield", ""),
	("sock_accept", "iii"),
	("sock_recv", "iiiiii"),
	("sock_send", "iiiii"),
	("sock_shutdown", "ii"),
];

/// Module part of the imports.
pub const MODULE: &str = "wasi_snapshot_preview1";

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
	for (name, params) in WASI {
		// A program that leaves shows little.
		if name == "proc_exit" && !random.once_in(8) {
			continue;
		}
		let params = params.bytes().map(|letter| match letter {
			b'i' => ValType::I32,
			_ => ValType::I64,
		});
		let results = (name != "proc_exit").then_some(ValType::I32);
		imports.import(MODULE, name, EntityType::Function(types.len()));
		types.ty().function(params, results);
	}
	let mut module = Module::new();
	module.section(&types).section(&imports);
	module.finish()
}
