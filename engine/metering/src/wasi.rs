//! Names and types of the functions that a module may import.

use wasmparser::{FuncType, ValType};

/// Module part of every import.
pub const MODULE: &str = "wasi_snapshot_preview1";

/// Preview 1: name, and type with `i` for i32 and `l` for i64, results behind the colon.
const FUNCTIONS: [(&str, &str); 46] = [
	("args_get", "ii:i"),
	("args_sizes_get", "ii:i"),
	("clock_res_get", "ii:i"),
	("clock_time_get", "ili:i"),
	("environ_get", "ii:i"),
	("environ_sizes_get", "ii:i"),
	("fd_advise", "illi:i"),
	("fd_allocate", "ill:i"),
	("fd_close", "i:i"),
	("fd_datasync", "i:i"),
	("fd_fdstat_get", "ii:i"),
	("fd_fdstat_set_flags", "ii:i"),
	("fd_fdstat_set_rights", "ill:i"),
	("fd_filestat_get", "ii:i"),
	("fd_filestat_set_size", "il:i"),
	("fd_filestat_set_times", "illi:i"),
	("fd_pread", "iiili:i"),
	("fd_prestat_dir_name", "iii:i"),
	("fd_prestat_get", "ii:i"),
	("fd_pwrite", "iiili:i"),
	("fd_read", "iiii:i"),
	("fd_readdir", "iiili:i"),
	("fd_renumber", "ii:i"),
	("fd_seek", "ilii:i"),
	("fd_sync", "i:i"),
	("fd_tell", "ii:i"),
	("fd_write", "iiii:i"),
	("path_create_directory", "iii:i"),
	("path_filestat_get", "iiiii:i"),
	("path_filestat_set_times", "iiiilli:i"),
	("path_link", "iiiiiii:i"),
	("path_open", "iiiiillii:i"),
	("path_readlink", "iiiiii:i"),
	("path_remove_directory", "iii:i"),
	("path_rename", "iiiiii:i"),
	("path_symlink", "iiiii:i"),
	("path_unlink_file", "iii:i"),
	("poll_oneoff", "iiii:i"),
	("proc_exit", "i:"),
	("proc_raise", "i:i"),
	("random_get", "ii:i"),
	("sched_yield", ":i"),
	("sock_accept", "iii:i"),
	("sock_recv", "iiiiii:i"),
	("sock_send", "iiiii:i"),
	("sock_shutdown", "ii:i"),
];

/// Whether `ty` is the type of the function `name`; `None` where there is no such function.
pub fn has_type(name: &str, ty: &FuncType) -> Option<bool> {
	let row = FUNCTIONS.binary_search_by(|(known, _)| known.cmp(&name)).ok()?;
	let (params, results) = FUNCTIONS[row].1.split_once(':')?;
	Some(spells(ty.params(), params) && spells(ty.results(), results))
}

fn spells(types: &[ValType], letters: &str) -> bool {
	types.len() == letters.len()
		&& types.iter().zip(letters.bytes()).all(|(ty, letter)| match letter {
			b'i' => *ty == ValType::I32,
			_ => *ty == ValType::I64,
		})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn functions_should_be_sorted_when_searched_by_halves() {
		assert!(FUNCTIONS.is_sorted());
		assert!(FUNCTIONS.iter().all(|(_, ty)| ty.contains(':')));
	}
}
