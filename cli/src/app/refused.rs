//! Why a module is refused, where, and what its author can do about it.

use super::anatomy::{Anatomy, name_of};
use crate::{output::plain, program::more_memory};
use assay_primitives::{
	abi::{FUNCTIONS, MODULE},
	profile::{Features, Profile},
};
use assay_runner::{Bound, Reason, Refusal};
use serde_json::{Value, json};
use wasmparser::{Validator, WasmFeatures};

/// A refusal for people.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refused {
	/// Why, as a part of a sentence; fit for a terminal.
	pub reason: String,
	/// Offset of the byte.
	pub offset: u64,
	/// Function with that byte, and its name where the module tells it.
	pub function: Option<(u32, Option<String>)>,
	/// Whether the whole module is meant rather than this place.
	pub whole: bool,
	/// What to do.
	pub todo: String,
}

/// Most characters of a reason: names of a stranger's module are in it.
const REASON_CHARS: usize = 500;

impl Refused {
	/// Explains why `module` is outside `profile`.
	pub fn new(module: &[u8], profile: &Profile, refusal: Refusal) -> Self {
		Self::with(module, &Anatomy::of(module), profile, refusal)
	}

	/// The same of a module that was read already.
	pub fn with(module: &[u8], anatomy: &Anatomy, profile: &Profile, refusal: Refusal) -> Self {
		let Refusal { offset, reason } = refusal;
		let whole = matches!(&reason, Reason::Limit { bound, .. } if of_module(*bound));
		let function = anatomy.function_at(offset).filter(|_| !whole);
		let function = function.map(|index| (index, name_of(module, index)));
		let (reason, todo) = explain(module, profile, offset, &reason);
		Self { reason: plain(&reason, REASON_CHARS), offset, function, whole, todo }
	}

	/// Says that it is the worst of so many.
	pub fn of_many(mut self, count: u32) -> Self {
		if count > 1 && !self.whole {
			self.reason = format!("{}, and {} more are above it", self.reason, count - 1);
		}
		self
	}

	/// Where it was found.
	pub fn place(&self) -> String {
		match &self.function {
			None if self.whole => "the whole program".into(),
			None => format!("byte {:#x}", self.offset),
			Some((index, None)) => format!("byte {:#x}, in function {index}", self.offset),
			Some((index, Some(name))) => {
				format!("byte {:#x}, in function {index} ({name})", self.offset)
			},
		}
	}

	/// Reason and place.
	pub fn sentence(&self) -> String {
		format!("{} (at {})", self.reason, self.place())
	}

	/// For programs.
	pub fn json(&self) -> Value {
		json!({
			"reason": self.reason,
			"offset": self.offset,
			"function": self.function.as_ref().map(|(index, _)| index),
			"functionName": self.function.as_ref().and_then(|(_, name)| name.as_ref()),
			"todo": self.todo,
		})
	}
}

/// Whether a bound is one of the module rather than of a function, a type or a table.
fn of_module(bound: Bound) -> bool {
	match bound {
		Bound::ModuleBytes
		| Bound::ModuleLocalsByControl
		| Bound::ModuleMerges
		| Bound::Work
		| Bound::Functions
		| Bound::Globals
		| Bound::Tables
		| Bound::DataSegments
		| Bound::ElementSegments
		| Bound::Types
		| Bound::Exports
		| Bound::Imports => true,
		Bound::BodyBytes
		| Bound::Locals
		| Bound::LocalsByControl
		| Bound::Params
		| Bound::Results
		| Bound::Nesting
		| Bound::BranchTargets
		| Bound::TableElements
		| Bound::Merges
		| Bound::Pieces
		| Bound::Loops
		| Bound::Carried => false,
	}
}

fn explain(module: &[u8], profile: &Profile, offset: u64, reason: &Reason) -> (String, String) {
	if let Some((what, todo)) = not_a_module(module) {
		return (what.into(), todo.into());
	}
	let todo = match reason {
		Reason::Limit { bound, .. } => limit(*bound).into(),
		Reason::UnknownImport { module, name } => import(module, name),
		Reason::ImportType { .. } => {
			"declare it as WASI preview 1 does, or build with the wasi-libc that your compiler came with"
				.into()
		},
		Reason::NoMemory => {
			"export the memory: linkers do so for programs, so link without --no-export-memory; in text, \
			 (memory (export \"memory\") 1)"
				.into()
		},
		Reason::NoStart => NO_START.into(),
		Reason::StartType => {
			"let `_start` take and return nothing, as the C runtime's does; end with proc_exit for a code"
				.into()
		},
		Reason::ReservedExport { .. } => {
			"rename the export: names that begin with `assay:` are taken".into()
		},
		Reason::MemoryAboveTask { minimum, .. } => more_memory(*minimum),
		Reason::SegmentOutOfBounds => {
			"raise the initial memory or table: the data lies beyond its end".into()
		},
		_ => return malformed(module, profile, offset, reason),
	};
	(reason.to_string(), todo)
}

/// What is no module at all, by its first bytes.
fn not_a_module(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
	match bytes {
		[] => Some(("the file is empty", "look whether the build failed")),
		[0, b'a', b's', b'm', 0x0d, 0, 1, 0, ..] => Some((
			"this is a component, not a core module",
			"build for wasm32-wasip1 rather than wasm32-wasip2; leave out `wasm-tools component new`",
		)),
		[0, b'a', b's', b'm', ..] => None,
		[0x7f, b'E', b'L', b'F', ..] => Some((
			"this is a program for this machine, not WebAssembly",
			"build for WebAssembly: cargo build --target wasm32-wasip1, or clang --target=wasm32-wasi",
		)),
		[b'B', b'C', 0xc0, 0xde, ..] => {
			Some(("this is LLVM bitcode, not WebAssembly", "link it: wasm-ld makes the module"))
		},
		[0x1f, 0x8b, ..] => {
			Some(("this file is compressed with gzip", "unpack it: gunzip FILE.gz"))
		},
		[0x28, 0xb5, 0x2f, 0xfd, ..] => {
			Some(("this file is compressed with zstd", "unpack it: unzstd FILE.zst"))
		},
		[0xfd, b'7', b'z', b'X', b'Z', 0, ..] => {
			Some(("this file is compressed with xz", "unpack it: unxz FILE.xz"))
		},
		[b'P', b'K', 3, 4, ..] => Some((
			"this is a zip archive, not a module",
			"unpack it, and name the .wasm file that is in it",
		)),
		[b'!', b'<', b'a', b'r', b'c', b'h', b'>', ..] => Some((
			"this is a library of object files, not a program",
			"link it with a `main`: in Rust a `fn main` in src/main.rs, not a staticlib",
		)),
		_ => Some(not_a_binary(bytes)),
	}
}

/// Files of text that people take for a module.
fn not_a_binary(bytes: &[u8]) -> (&'static str, &'static str) {
	let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
	let text = bytes.trim_ascii_start();
	let begins = |with: &str| {
		text.get(..with.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(with.as_bytes()))
	};
	// `(;` and `;;` begin comments.
	if begins("(") || begins(";;") {
		return (
			"this is the text form of a module",
			"turn it into the binary form: wat2wasm, or wasm-tools parse",
		);
	}
	if begins("version https://git-lfs") {
		return (
			"this is a pointer of git-lfs, not the file that it stands for",
			"fetch the file itself: git lfs install && git lfs pull",
		);
	}
	if begins("<!doctype") || begins("<html") || begins("<?xml") {
		return (
			"this is a web page, not a module",
			"download the file itself: the page is about it, asks to log in, or tells that it is gone",
		);
	}
	(
		"this is not WebAssembly",
		"name the .wasm file that the build made, for example target/wasm32-wasip1/release/NAME.wasm",
	)
}

const NO_START: &str = "build a program rather than a library: in Rust a `fn main` in src/main.rs, not a \
	cdylib; in C a `main`, without -mexec-model=reactor, -nostartfiles and --no-entry; in Go no \
	-buildmode=c-shared";

/// What AssemblyScript imports unless it is told of WASI.
const ASSEMBLYSCRIPT: [&str; 14] = [
	"abort",
	"seed",
	"trace",
	"console.assert",
	"console.debug",
	"console.error",
	"console.info",
	"console.log",
	"console.time",
	"console.timeEnd",
	"console.warn",
	"Date.now",
	"performance.now",
	"process.exit",
];

fn import(module: &str, name: &str) -> String {
	let name = plain(name, 60);
	match module {
		"env" if name == "memory" => "link without --import-memory and without shared memory".into(),
		"env" if ASSEMBLYSCRIPT.contains(&name.as_str()) => {
			"this looks like AssemblyScript for a browser: install @assemblyscript/wasi-shim from npm, and \
			 build with asc --config node_modules/@assemblyscript/wasi-shim/asconfig.json"
				.into()
		},
		"env" if name == "__linear_memory" || name == "__stack_pointer" => {
			"this is an object file: link it, with clang without -c or with wasm-ld".into()
		},
		"env" => format!(
			"nothing defines `{name}`: link the library that has it, or don't call it. Programs for \
			 browsers and Emscripten import from `env`: build for wasm32-wasip1 instead"
		),
		MODULE => format!(
			"`{name}` is an extension of one runtime: a job has the {} functions of preview 1, and no \
			 network",
			FUNCTIONS.len()
		),
		"wasi_unstable" => "this is an older WASI: rebuild with wasi-libc of 2020 or later".into(),
		"wasi" if name.starts_with("thread") => {
			"jobs have one thread: build for wasm32-wasip1 rather than wasm32-wasip1-threads".into()
		},
		"wbg" | "__wbindgen_placeholder__" | "__wbindgen_externref_xform__" => {
			"wasm-bindgen is for browsers: build for wasm32-wasip1, and switch features such as `js` or \
			 `wasm-bindgen` of your dependencies off"
				.into()
		},
		"go" | "gojs" => "this Go program is for browsers: build with GOOS=wasip1 GOARCH=wasm".into(),
		other if other.starts_with("wasi:") => {
			"this is WASI preview 2: build for wasm32-wasip1 rather than wasm32-wasip2".into()
		},
		_ => "a job has nothing but WASI preview 1: build for wasm32-wasip1, without what needs a host \
		      of its own"
			.into(),
	}
}

fn limit(bound: Bound) -> &'static str {
	match bound {
		Bound::ModuleBytes => {
			"strip it and optimise for size (Rust: strip = true, lto = true, opt-level = \"s\"; C: -Os \
			 -Wl,--strip-all), and move large data into the input"
		},
		Bound::BodyBytes => {
			"split this function, or keep others from being inlined into it (#[inline(never)], \
			 opt-level = \"s\", -Os); put tables into static data instead of code"
		},
		Bound::Locals | Bound::LocalsByControl | Bound::ModuleLocalsByControl => {
			"split this function, or optimise for size (opt-level = \"s\", -Os): compiling it would take \
			 too long on every provider"
		},
		Bound::Merges | Bound::ModuleMerges => {
			"split the large switch or loop of this function, keep variables local to its arms, or \
			 optimise for size (opt-level = \"s\", -Os)"
		},
		Bound::Pieces | Bound::Loops | Bound::Carried => {
			"split this function, or keep others from being inlined into it (#[inline(never)], \
			 opt-level = \"s\", -Os): compiling it would take too long on every provider"
		},
		Bound::Work => {
			"the program has too much code to be compiled in time: optimise for size (lto = true, \
			 opt-level = \"s\", -Os) and leave out what is not used (-Wl,--gc-sections)"
		},
		Bound::Nesting => "split this function: its blocks are nested too deeply",
		Bound::BranchTargets => "split this switch, or look the cases up in a table",
		Bound::Params | Bound::Results => "pass a pointer to a structure instead",
		Bound::Functions | Bound::Types | Bound::Exports | Bound::Imports => {
			"leave out what is not used (lto = true, -Wl,--gc-sections, no --export-all)"
		},
		Bound::Globals | Bound::Tables | Bound::TableElements => {
			"leave out what is not used (lto = true, -Wl,--gc-sections), or call less through pointers"
		},
		Bound::DataSegments | Bound::ElementSegments => {
			"let the linker merge segments (without -Wl,--no-merge-data-segments); Go's writes one for each \
			 piece of data, and has no option for it"
		},
	}
}

/// Features that some compiler may have switched on: which, in words, and how to switch them off.
const FEATURES: [(WasmFeatures, &str, &str); 10] = [
	(
		WasmFeatures::SIMD,
		"SIMD",
		"build with RUSTFLAGS=-Ctarget-feature=-simd128, or in C without -msimd128",
	),
	(
		WasmFeatures::RELAXED_SIMD.union(WasmFeatures::SIMD),
		"relaxed SIMD",
		"build without -mrelaxed-simd or target-feature=+relaxed-simd: its results differ between \
		 machines",
	),
	(
		WasmFeatures::THREADS,
		"threads",
		"compile without -pthread and target-feature=+atomics, for wasm32-wasip1 rather than \
		 wasm32-wasip1-threads",
	),
	(
		WasmFeatures::TAIL_CALL,
		"tail calls",
		"build with -Ctarget-feature=-tail-call, or in C with -mno-tail-call",
	),
	(
		WasmFeatures::EXCEPTIONS.union(WasmFeatures::LEGACY_EXCEPTIONS),
		"exceptions",
		"build with panic = \"abort\", or in C++ with -fno-exceptions and without -fwasm-exceptions; \
		 setjmp needs them too",
	),
	(WasmFeatures::MULTI_MEMORY, "several memories", "use one memory"),
	(WasmFeatures::MEMORY64, "64-bit memory", "build for wasm32 rather than wasm64"),
	(
		WasmFeatures::GC_TYPES.union(WasmFeatures::FUNCTION_REFERENCES).union(WasmFeatures::GC),
		"garbage-collected or external references",
		"build for a target with linear memory, such as wasm32-wasip1; in Rust without \
		 wasm-bindgen's --reference-types",
	),
	(
		WasmFeatures::WIDE_ARITHMETIC,
		"wide arithmetic",
		"build with -Ctarget-feature=-wide-arithmetic, or in C with -mno-wide-arithmetic",
	),
	(WasmFeatures::CUSTOM_PAGE_SIZES, "pages of another size", "link without --page-size"),
];

/// Finds the feature without which the validator stopped here, by trying each.
fn malformed(module: &[u8], profile: &Profile, offset: u64, reason: &Reason) -> (String, String) {
	let base = base(profile.features);
	let error = |more: WasmFeatures| {
		let error = Validator::new_with_features(base | more).validate_all(module).err();
		error.map(|error| error.offset() as u64)
	};
	// One that suffices for all of the module says more than one that only gets further.
	let found: Vec<_> = FEATURES.iter().map(|feature| (feature, error(feature.0))).collect();
	let whole = found.iter().find(|(_, error)| error.is_none());
	let further = || found.iter().find(|(_, error)| error.is_some_and(|at| at > offset));
	if let Some(((more, name, todo), _)) = whole.or_else(further) {
		let other = Profile::ALL.iter().find(|other| {
			other.number != profile.number && self::base(other.features).contains(*more)
		});
		let todo = match other {
			Some(other) => {
				format!("ask for profile {0} with --profile {0}, or {todo}", other.number)
			},
			None => (*todo).into(),
		};
		return (format!("uses {name}, which profile {} has not", profile.number), todo);
	}
	let todo = "the file is damaged, or made by a broken tool: build it again";
	(reason.to_string(), todo.into())
}

/// What the validator of the engine accepts.
fn base(features: Features) -> WasmFeatures {
	let base = WasmFeatures::FLOATS
		| WasmFeatures::MUTABLE_GLOBAL
		| WasmFeatures::SIGN_EXTENSION
		| WasmFeatures::SATURATING_FLOAT_TO_INT
		| WasmFeatures::MULTI_VALUE
		| WasmFeatures::BULK_MEMORY
		| WasmFeatures::REFERENCE_TYPES
		| WasmFeatures::EXTENDED_CONST;
	if features.contains(Features::SIMD) { base | WasmFeatures::SIMD } else { base }
}

#[cfg(test)]
mod tests {
	use super::*;

	fn refused(text: &str) -> Refused {
		let module = wat::parse_str(text).expect("well-formed text");
		let refusal = assay_runner::check(&module, &Profile::BASE).expect_err("refused");
		Refused::new(&module, &Profile::BASE, refusal)
	}

	/// A program with one more item.
	fn with(item: &str) -> Refused {
		refused(&format!(
			"(module {item} (memory (export \"memory\") 1) (func $main (export \"_start\")))"
		))
	}

	#[test]
	fn features_should_be_named_with_what_switches_them_off() {
		for (item, feature, todo) in [
			("(func (result v128) (v128.const i64x2 0 0))", "SIMD", "simd128"),
			(
				"(func (param v128) (result v128) local.get 0 local.get 0 i8x16.relaxed_swizzle)",
				"relaxed SIMD",
				"-mrelaxed-simd",
			),
			("(func $f return_call $f)", "tail calls", "tail-call"),
			("(tag)", "exceptions", "panic = \"abort\""),
			("(memory 1)", "several memories", "one memory"),
			("(func (param externref))", "references", "wasm32-wasip1"),
			(
				"(func (result i64 i64) i64.const 1 i64.const 2 i64.mul_wide_u)",
				"wide arithmetic",
				"wide-arithmetic",
			),
		] {
			let refused = with(item);
			assert!(refused.reason.contains(feature), "{item}: {refused:?}");
			assert!(refused.todo.contains(todo), "{item}: {refused:?}");
		}
		let threads = "(module (memory (export \"memory\") 1 2 shared) (func (export \"_start\")))";
		assert!(refused(threads).todo.contains("-pthread"));
		let wide = "(module (memory (export \"memory\") i64 1) (func (export \"_start\")))";
		assert!(refused(wide).todo.contains("wasm64"));
	}

	#[test]
	fn imports_should_be_explained_by_who_makes_them() {
		let func =
			|module: &str, name: &str| with(&format!("(import \"{module}\" \"{name}\" (func))"));
		let all = format!("{} functions", FUNCTIONS.len());
		for (module, name, todo) in [
			("env", "sqlite3_open", "link the library"),
			(MODULE, "sock_open", all.as_str()),
			("env", "abort", "@assemblyscript/wasi-shim"),
			("env", "console.log", "@assemblyscript/wasi-shim"),
			("env", "__linear_memory", "object file"),
			("wasi_unstable", "fd_write", "older WASI"),
			("wasi", "thread-spawn", "one thread"),
			("wbg", "__wbg_now", "browsers"),
			("gojs", "syscall/js.valueGet", "GOOS=wasip1"),
			("wasi:cli/stdout@0.2.0", "get-stdout", "wasip2"),
			("other", "x", "nothing but WASI"),
		] {
			let refused = func(module, name);
			assert!(refused.todo.contains(todo), "{module}.{name}: {refused:?}");
			assert!(refused.reason.contains(name), "{refused:?}");
		}
		let memory = "(module (import \"env\" \"memory\" (memory 1)) (func (export \"_start\")))";
		assert!(refused(memory).todo.contains("--import-memory"));
	}

	#[test]
	fn libraries_should_be_told_to_become_programs() {
		let library = refused("(module (memory (export \"memory\") 1) (func (export \"run\")))");
		assert!(library.todo.contains("src/main.rs"), "{library:?}");
		let hidden = refused("(module (memory 1) (func (export \"_start\")))");
		assert!(hidden.todo.contains("--no-export-memory"), "{hidden:?}");
		let typed = refused(
			"(module (memory (export \"memory\") 1) (func (export \"_start\") (param i32)))",
		);
		assert!(typed.todo.contains("proc_exit"), "{typed:?}");
	}

	#[test]
	fn function_should_be_named_when_the_module_names_it() {
		let body = "i32.const 0 ".repeat(140_000) + &"drop ".repeat(140_000);
		let refused = with(&format!("(func $interpret_everything {body})"));
		assert_eq!(refused.function, Some((0, Some("interpret_everything".into()))));
		assert!(refused.sentence().contains("function body bytes"), "{}", refused.sentence());
		assert!(refused.todo.contains("split"), "{refused:?}");
	}

	#[test]
	fn other_files_should_be_recognised_by_their_first_bytes() {
		for (bytes, todo) in [
			(&b""[..], "build failed"),
			(b"\x7fELF\x02\x01", "wasm32-wasip1"),
			(b"\0asm\x0d\0\x01\0", "wasm32-wasip2"),
			(b" (module)", "wat2wasm"),
			(b";; a comment first\n(module)", "wat2wasm"),
			(b"\n(; a comment ;) (module)", "wat2wasm"),
			(b"\xef\xbb\xbf(module)", "wat2wasm"),
			(b"\x1f\x8b\x08\0", "gunzip"),
			(b"\x28\xb5\x2f\xfd", "unzstd"),
			(b"\xfd7zXZ\0", "unxz"),
			(b"PK\x03\x04", "unpack"),
			(b"!<arch>\n", "link it"),
			(b"version https://git-lfs/spec/v1\noid sha256:00\n", "git lfs pull"),
			(b"<!DOCTYPE html>\n<html>", "download the file itself"),
			(b"\n<html lang=en>", "download the file itself"),
			(b"#!/bin/sh", ".wasm file"),
			(b"\0asm\x01\0\0\0\x01", "damaged"),
		] {
			let refusal = assay_runner::check(bytes, &Profile::BASE).expect_err("no module");
			let refused = Refused::new(bytes, &Profile::BASE, refusal);
			assert!(refused.todo.contains(todo), "{bytes:?}: {refused:?}");
		}
	}

	#[test]
	fn names_of_strangers_should_reach_no_terminal_as_they_are() {
		let evil = "\\1b]0;evil\\07".repeat(50);
		for item in [
			format!("(import \"env\" \"{evil}\" (func))"),
			format!("(import \"{evil}\" \"{evil}\" (func))"),
			format!("(import \"wasi_snapshot_preview1\" \"{evil}\" (func))"),
		] {
			let refused = with(&item);
			let text = format!("{} {}", refused.sentence(), refused.todo);
			assert!(!text.contains(char::is_control) && text.len() < 3_000, "{text:?}");
		}
	}
}
