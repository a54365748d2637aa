//! `assay app` as its users call it: what it prints, what it writes, how it exits.

mod desk;
mod support;

use desk::Desk;
use std::{
	fs,
	os::unix::fs::PermissionsExt,
	path::{Path, PathBuf},
};

/// Copies standard input to standard output, at most 4 KiB of it, and makes /out/file.
const COPY: &str = r#"(module
	(import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
	(import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
	(import "wasi_snapshot_preview1" "path_open"
		(func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
	(memory (export "memory") 2)
	(data (i32.const 64) "out/file")
	(data (i32.const 0) "\00\01\00\00\00\10\00\00")
	(func (export "_start")
		(drop (memory.grow (i32.const 30)))
		(drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 16)))
		(i32.store (i32.const 4) (i32.load (i32.const 16)))
		(drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))
		(drop (call $open (i32.const 3) (i32.const 0) (i32.const 64) (i32.const 8) (i32.const 1)
			(i64.const 64) (i64.const 0) (i32.const 0) (i32.const 20)))
		(drop (call $write (i32.load (i32.const 20)) (i32.const 0) (i32.const 1) (i32.const 16)))))"#;
const LOOP: &str =
	r#"(module (memory (export "memory") 1) (func (export "_start") (loop (br 0))))"#;
const TRAP: &str = r#"(module (memory (export "memory") 1) (func (export "_start") unreachable))"#;

#[test]
fn check_should_say_what_fits_and_how_much_room_is_left() {
	let desk = Desk::new();
	desk.wasm("copy.wasm", COPY);
	desk.assay("app check copy.wasm")
		.exits(0)
		.says("copy.wasm: fits profiles 1 and 2")
		.says("module bytes")
		.says("units of work, about 0.00 s of one core")
		.says("the court     yes")
		.says("a committee   yes")
		.says("0.125 MiB (2 pages) at the start")
		.says("imports  fd_read fd_write path_open")
		.says("assay app run copy.wasm");
	let all = desk.assay("app check copy.wasm --json").exits(0).json();
	let report = &all[0];
	assert_eq!((&report["fits"], &report["memory"]["initialPages"]), (&true.into(), &2.into()));
	assert_eq!(report["imports"].as_array().map(Vec::len), Some(3));
	// Two pages and 16 bytes of data.
	assert_eq!(report["startupGas"], 2 * 65_536 + 2);
	let limits = report["limits"].as_array().expect("rows");
	let functions = limits.iter().find(|row| row["name"] == "functions").expect("a row");
	assert_eq!((&functions["found"], &functions["limit"]), (&4.into(), &50_000.into()));
	assert_eq!((&functions["exceeded"], &report["limitsComplete"]), (&false.into(), &true.into()));
	assert!(report["compiling"]["work"].as_u64().is_some_and(|work| work > 0), "{report:#}");
	assert_eq!(report["judges"]["court"]["can"], true);
	// More gas than fits into a block.
	desk.assay("app check copy.wasm --gas 10G")
		.exits(0)
		.says("the court     no: the task may use more gas than the court can spend: 10G gas, at most 16777216")
		.says("a committee   yes");
	desk.assay("app check copy.wasm --gas 100000G").exits(0).says("nobody can judge");
}

/// With limits that are below what a program begins with, a job would be paid for and never run.
#[test]
fn limits_should_be_refused_when_they_are_below_what_the_program_begins_with() {
	let desk = Desk::new();
	desk.wasm(
		"copy.wasm",
		&COPY.replace("(memory (export \"memory\") 2)", "(memory (export \"memory\") 17)"),
	);
	desk.file("in.txt", "x");
	let memory =
		"it starts with 1.0625 MiB (17 pages) of memory, and the task allows 1 MiB (16 pages)";
	for line in [
		"app check copy.wasm --memory 1",
		"job run copy.wasm --memory 1",
		"job run copy.wasm --memory 1 --inputs in.txt",
	] {
		desk.assay(line).warns(memory).warns("allow it 2 MiB with --memory");
	}
	// 17 pages and 16 bytes of data.
	let gas = 17 * 65_536 + 2;
	let less = gas - 1;
	let why = format!("it uses {gas} gas before its first operator, and the task allows {less}");
	for line in [
		"app check copy.wasm",
		"job run copy.wasm --input in.txt",
		"job run copy.wasm --inputs in.txt",
	] {
		desk.assay(&format!("{line} --gas {less}")).warns(&why).warns("with --gas");
	}
	desk.assay("app check copy.wasm --memory 1").exits(1);
	desk.assay("job run copy.wasm --memory 1").exits(2);
	let report = desk.assay(&format!("app check copy.wasm --gas {less} --json")).exits(1).json();
	assert_eq!(report[0]["tooLittle"]["why"], why.as_str());
	desk.assay(&format!("app check copy.wasm --memory 2 --gas {gas}")).exits(0);
	// With as much as it needs, it is a node that is missing.
	desk.assay("job run copy.wasm --memory 2").exits(3).warns("assay net up");
}

/// What can be known before it costs anything is looked at before.
#[test]
fn job_run_should_look_at_its_folder_before_it_looks_for_a_node() {
	let desk = Desk::new();
	desk.wasm("copy.wasm", COPY);
	desk.file("in.txt", "x");
	fs::create_dir(desk.0.path().join("used")).expect("made");
	desk.file("used/mine", "mine");
	for inputs in ["--input", "--inputs"] {
		let line = format!("job run copy.wasm {inputs} in.txt --wait --output-dir");
		desk.assay(&format!("{line} used")).exits(2).warns("not empty").warns("new directory");
		desk.assay(&format!("{line} in.txt")).exits(2).warns("is no directory");
		desk.assay(&format!("{line} in.txt/below")).exits(2).warns("can't be made");
		desk.assay(&format!("{line} new/deep")).exits(3);
		assert!(!desk.0.path().join("new").exists(), "looking makes nothing");
	}
}

/// A number in brackets is there to be looked up.
#[test]
fn failures_should_have_a_number_only_when_it_says_something() {
	let desk = Desk::new();
	desk.file("empty", "");
	desk.assay("app check missing").exits(2).warns("[E-0001]");
	let unfit = desk.assay("app check empty").exits(1);
	assert!(!unfit.err().contains("[E-"), "{}", unfit.err());
}

#[test]
fn check_should_list_every_bound_that_is_exceeded() {
	let desk = Desk::new();
	let many = |text: &str, count: usize| text.repeat(count);
	let text = format!(
		"(module (memory (export \"memory\") 1)
		 (func $looping {}) (func $round {})
		 (func $storing (export \"_start\") (local{}))
		 {})",
		many("(loop)", 600),
		many("(loop)", 513),
		many(" i32", 2_001),
		many("(data (i32.const 0) \"x\")", 10_001),
	);
	desk.wasm("large.wasm", &text);
	desk.assay("app check large.wasm")
		.exits(1)
		.says("large.wasm: does not fit profiles 1 and 2")
		.says("locals 2001 above the profile's limit of 2000")
		.says("in function 2 (storing)")
		.says("loops of a function 600 above the profile's limit of 512, and 1 more are above it")
		.says("in function 0 (looping)")
		.says("data segments 10001 above the profile's limit of 10000")
		.says("the whole program")
		.says("117% too much");
	let all = desk.assay("app check large.wasm --json").exits(1).json();
	let profile = &all[0]["profiles"][0];
	assert_eq!(profile["refusals"].as_array().map(Vec::len), Some(3), "{profile:#}");
	assert_eq!(profile["refusals"][0], profile["refusal"]);
	assert!(all[0]["judges"].is_null(), "nobody judges what can't be run");
	// A bound is told beside what is wrong otherwise.
	let text = text.replace("(loop))", "(loop) (return_call $round))");
	desk.wasm("both.wasm", &text);
	desk.assay("app check both.wasm").exits(1).says("uses tail calls").says("locals 2001");
}

#[test]
fn check_should_tell_other_files_apart() {
	let desk = Desk::new();
	for (name, bytes, says) in [
		("module.wasm.gz", &b"\x1f\x8b\x08\0\0\0\0\0"[..], "gunzip"),
		("commented.wat", b";; what it does\n(module)", "wat2wasm"),
		("pointer.wasm", b"version https://git-lfs/spec/v1\noid sha256:0\n", "git lfs pull"),
		("page.wasm", b"<!DOCTYPE html>\n<title>Not found</title>", "web page"),
	] {
		desk.file(name, bytes);
		desk.assay(&format!("app check {name}")).exits(1).says(says);
		desk.assay(&format!("app run {name}")).exits(2).warns(says);
	}
	desk.wasm(
		"browser.wasm",
		r#"(module (import "env" "abort" (func (param i32 i32 i32 i32)))
			(memory (export "memory") 0) (func (export "_start")))"#,
	);
	desk.assay("app check browser.wasm").exits(1).says("AssemblyScript").says("wasi-shim");
}

#[test]
fn check_should_name_reason_place_and_remedy_for_each_file() {
	let desk = Desk::new();
	desk.wasm("copy.wasm", COPY);
	desk.wasm(
		"threads.wasm",
		r#"(module (memory (export "memory") 1 2 shared) (func (export "_start")))"#,
	);
	desk.wasm("env.wasm", r#"(module (import "env" "foo" (func)))"#);
	desk.wasm(
		"tail.wasm",
		r#"(module (memory (export "memory") 1) (func $spin return_call $spin) (func (export "_start")))"#,
	);
	desk.wasm(
		"simd.wasm",
		r#"(module (memory (export "memory") 1) (func (export "_start") (drop (v128.const i64x2 0 0))))"#,
	);
	desk.assay("app check simd.wasm")
		.exits(0)
		.says("does not fit profile 1")
		.says("uses SIMD")
		.says("ask for profile 2 with --profile 2, or")
		.says("simd.wasm: fits profile 2");
	desk.assay("app check simd.wasm --profile 1").exits(1);
	desk.assay("app run simd.wasm").exits(0).warns("profile      2");
	desk.assay("app estimate simd.wasm").exits(0).says("--profile 2 --gas");
	desk.assay("app check copy.wasm threads.wasm env.wasm tail.wasm")
		.exits(1)
		.says("copy.wasm: fits profiles 1 and 2")
		.says("uses threads")
		.says("compile without -pthread")
		.says("import env.foo is not a WASI preview 1 function")
		.says("link the library")
		.says("in function 0 (spin)")
		.warns("3 of 4 programs");
	let all = desk.assay("app check env.wasm tail.wasm -o json").exits(1).json();
	let refusal = &all[1]["profiles"][0]["refusal"];
	assert_eq!((&refusal["function"], &refusal["functionName"]), (&0.into(), &"spin".into()));
	assert!(refusal["todo"].as_str().is_some_and(|todo| todo.contains("tail-call")), "{all:#}");
}

#[test]
fn check_should_survive_whatever_the_file_is() {
	let desk = Desk::new();
	desk.file("empty", "");
	desk.file("text.wat", COPY);
	fs::create_dir(desk.0.path().join("folder")).expect("made");
	// Sparse, so that it costs no disk; it is not read either.
	let huge = fs::File::create(desk.0.path().join("huge")).expect("made");
	huge.set_len(1 << 40).expect("sparse files exist");
	let mut cut = wat::parse_str(COPY).expect("well-formed text");
	cut.truncate(cut.len() / 2);
	desk.file("cut", cut);
	// A section that announces four thousand million functions.
	desk.file("hostile", b"\0asm\x01\0\0\0\x03\x05\xff\xff\xff\xff\x0f");
	desk.assay("app check missing").exits(2).warns("can't read missing").warns("hint: build");
	desk.assay("app check folder").exits(2).warns("is a directory").warns("hint: name the .wasm");
	desk.assay("app check empty").exits(1).says("the file is empty");
	desk.assay("app check text.wat").exits(1).says("wat2wasm");
	desk.assay("app check huge").exits(1).says("module bytes 1099511627776").says("strip it");
	desk.assay("app check cut").exits(1).says("build it again");
	desk.assay("app check hostile").exits(1).says("leave out what is not used");
	desk.assay("app check hostile --profile 99")
		.exits(2)
		.warns("not a profile that this build knows");
	desk.assay("app check").exits(2);
	// One unreadable file does not hide the others.
	desk.assay("app check missing empty").exits(2).says("the file is empty");
}

#[test]
fn run_should_be_a_filter_that_tells_what_it_took() {
	let desk = Desk::new();
	desk.wasm("copy.wasm", COPY);
	let run = desk.assay_with("app run copy.wasm", "good morning\n").exits(0);
	assert_eq!(run.out(), "good morning\n", "standard output is the program's");
	run.warns("the program succeeded").warns("profile      1").warns("2 MiB (32 pages)");
	let quiet = desk.assay_with("app run copy.wasm --quiet", "x").exits(0);
	assert_eq!((quiet.out().as_str(), quiet.err().as_str()), ("x", ""));
	desk.file("in.txt", "from a file");
	let json =
		desk.assay("app run copy.wasm --input in.txt --output-dir out --json").exits(0).json();
	assert_eq!(json["stdout"]["text"], "from a file");
	assert_eq!((&json["memoryPages"], &json["outcome"]["success"]), (&32.into(), &true.into()));
	let read = |name: &str| fs::read_to_string(desk.0.path().join("out").join(name)).expect(name);
	assert_eq!((read("stdout"), read("out/file")), ("from a file".into(), "from a file".into()));
	desk.assay("app run copy.wasm --input in.txt --output-dir out").exits(2).warns("new directory");
	// The seed of a local run is fixed, so its digest is.
	let again = desk.assay("app run copy.wasm --input in.txt --json").exits(0).json();
	assert_eq!(json["outcome"]["digest"], again["outcome"]["digest"]);
}

#[test]
fn run_should_agree_with_the_reference_interpreter() {
	let desk = Desk::new();
	desk.wasm("copy.wasm", COPY);
	desk.wasm("loop.wasm", LOOP);
	let json = desk.assay_with("app run copy.wasm --interpreter --json", "ab").exits(0).json();
	assert_eq!(json["interpreter"]["same"], true);
	assert_eq!(json["interpreter"]["outcome"], json["outcome"]);
	desk.assay("app run loop.wasm --gas 1M --interpreter").exits(6).warns("the same outcome");
}

#[test]
fn run_should_name_each_failure_and_the_next_step() {
	let desk = Desk::new();
	desk.wasm("loop.wasm", LOOP);
	desk.wasm("trap.wasm", TRAP);
	desk.wasm("copy.wasm", COPY);
	desk.wasm("env.wasm", r#"(module (import "env" "foo" (func)))"#);
	desk.assay("app run loop.wasm --gas 5M").exits(6).warns("ran out of gas").warns("--gas 50M");
	desk.assay("app run trap.wasm").exits(6).warns("the program trapped").warns("hint: ");
	desk.assay_with("app run copy.wasm --output-limit 0", "x").exits(6).warns("--output-limit");
	desk.assay("app run copy.wasm --memory 0").exits(6).warns("--memory");
	desk.assay("app run env.wasm").exits(2).warns("env.foo").warns("assay app check env.wasm");
	desk.assay("app run missing.wasm").exits(2).warns("can't read missing.wasm");
	desk.assay("app run copy.wasm --input missing").exits(2).warns("can't read missing");
	desk.assay("app run copy.wasm --env NAME").exits(2).warns("NAME=VALUE");
	desk.assay("app run loop.wasm --gas 99999G --timeout 1s").exits(1).warns("raise --timeout");
	fs::remove_dir_all(desk.0.path().join("cache")).expect("it was there");
	desk.file("cache", "no folder");
	desk.assay("app run copy.wasm").exits(1).warns("cache directory").warns("XDG_CACHE_HOME");
}

#[test]
fn run_should_tell_the_kind_of_trap_and_where_it_was() {
	let desk = Desk::new();
	let module = desk.wasm(
		"deep.wasm",
		r#"(module (memory (export "memory") 1)
			(func $_ZN4sums6divide17h0123456789abcdefE (param i32) (result i32)
				(i32.div_u (i32.const 7) (local.get 0)))
			(func $sum (param i32) (result i32)
				(loop (if (i32.eqz (local.get 0)) (then (return (call 0 (local.get 0)))))
					(local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br 0))
				(unreachable))
			(func $main (export "_start") (drop (call $sum (i32.const 3)))))"#,
	);
	desk.assay("app run deep.wasm")
		.exits(6)
		.warns("the program trapped: it divided an integer by zero, in sums::divide")
		.warns("0  sums::divide  (function 0, byte 0x")
		.warns("1  sum  (function 1, byte 0x")
		.warns("2  main  (function 2, byte 0x")
		.warns("hint: check the divisor");
	let json = desk.assay("app run deep.wasm --json").exits(6).json();
	let trace = &json["trace"];
	assert_eq!((&trace["kind"], &trace["framesLeftOut"]), (&"divisionByZero".into(), &0.into()));
	let wasm = fs::read(module).expect("written");
	let byte = trace["frames"][0]["offset"].as_u64().expect("a number") as usize;
	assert_eq!(wasm[byte], 0x6e, "i32.div_u of the program as it is, not as it is run");
	// The outcome is the same as where nobody asks.
	desk.assay("app run deep.wasm --interpreter").exits(6).warns("the same outcome");
	desk.assay("app estimate deep.wasm").exits(6).warns("in sums::divide");
	desk.wasm(
		"outside.wasm",
		r#"(module (memory (export "memory") 1)
			(func $main (export "_start") (drop (i32.load offset=2 (i32.const 65534)))))"#,
	);
	desk.assay("app run outside.wasm").exits(6).warns("at 0x10000 of 0x10000 bytes, in main");
	let outside = desk.assay("app run outside.wasm --json").exits(6).json();
	assert_eq!(outside["trace"]["address"], 65_536);
	desk.wasm(
		"exits.wasm",
		r#"(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
			(memory (export "memory") 1)
			(func $give_up (call $exit (i32.const 4))) (func (export "_start") (call $give_up)))"#,
	);
	desk.assay("app run exits.wasm").exits(6).warns("exited with code 4").warns("give_up");
	desk.wasm("loop.wasm", LOOP);
	desk.assay("app run loop.wasm --gas 1M").exits(6).warns("ran out of gas, in function 0");
	desk.wasm("copy.wasm", COPY);
	assert!(desk.assay("app run copy.wasm --json").exits(0).json()["trace"].is_null());
}

#[test]
fn estimate_should_give_limits_that_suffice_and_say_why_there_is_no_price() {
	let desk = Desk::new();
	desk.wasm("copy.wasm", COPY);
	desk.file("short", "x");
	desk.file("long", "x".repeat(4_000));
	let json =
		desk.assay("app estimate copy.wasm --input short --input long --json").exits(0).json();
	let (measured, limits) = (&json["measured"], &json["limits"]);
	assert_eq!((&measured["memoryPages"], &measured["outputBytes"]), (&32.into(), &8_000.into()));
	let gas = limits["gas"].as_u64().expect("a number");
	assert!(gas * 4 >= measured["gas"].as_u64().expect("a number") * 5, "a quarter more");
	assert_eq!((&limits["memoryMib"], &limits["outputMib"]), (&3.into(), &1.into()));
	assert!(json["price"].is_null());
	let command = json["command"].as_str().expect("a line");
	assert!(command.starts_with("assay job run copy.wasm --input short --gas "), "{command}");
	// What it advises, it accepts.
	desk.assay(&format!("app run copy.wasm --input long --gas {gas} --memory 3 --output-limit 1"))
		.exits(0);
	desk.assay_with("app estimate copy.wasm", "x").exits(0).says("no price: ").says("assay net up");
	desk.wasm("loop.wasm", LOOP);
	desk.assay("app estimate loop.wasm --gas 1M").exits(6).warns("--gas 10M");
}

/// Builds a template for this machine, which shows what it counts as well as a job would.
fn build(lang: &str, folder: &Path) -> PathBuf {
	let built = folder.join("native");
	let (compiler, source) = match lang {
		"rust" => ("rustc", "src/main.rs"),
		"c" => ("cc", "main.c"),
		_ => {
			// What the interpreter gives to scripts.
			let script = fs::read_to_string(folder.join("main.js")).expect("a source file");
			let given = "const input = require('fs').readFileSync(0); const text = () => input.toString(); \
				const bytes = () => input; \
				const print = console.log; const write = () => {};";
			fs::write(&built, format!("#!/usr/bin/env node\n{given}\n{script}")).expect("written");
			let mode = fs::Permissions::from_mode(0o755);
			fs::set_permissions(&built, mode).expect("it can be run");
			return built;
		},
	};
	let mut compiling = std::process::Command::new(compiler);
	let compiled = compiling.arg(source).arg("-o").arg(&built).current_dir(folder).status();
	assert!(compiled.is_ok_and(|status| status.success()), "{compiler} compiles {source}");
	built
}

#[test]
fn new_should_write_a_folder_that_says_how_it_is_built() {
	let desk = Desk::new();
	for (lang, file) in [("rust", "src/main.rs"), ("c", "main.c"), ("js", "main.js")] {
		desk.assay(&format!("app new my-{lang} --lang {lang}")).exits(0).says("build.sh");
		let folder = desk.0.path().join(format!("my-{lang}"));
		let text = fs::read_to_string(folder.join(file)).expect("a source file");
		assert!(!text.contains("@NAME@"));
		assert!(folder.join("build.sh").is_file());
		let built = build(lang, &folder);
		for (input, counts) in [
			("", "0 lines, 0 bytes"),
			("\n", "1 lines, 1 bytes"),
			("a\nb\n", "2 lines, 4 bytes"),
			("a\nb", "2 lines, 3 bytes"),
		] {
			let out = support::run(&mut std::process::Command::new(&built), input).stdout;
			assert_eq!(String::from_utf8_lossy(&out).trim_end(), counts, "{lang}: {input:?}");
		}
	}
	let json = desk.assay("app new quiet --lang c --json").exits(0).json();
	assert_eq!((&json["name"], &json["files"][0]), (&"quiet".into(), &"quiet/main.c".into()));
	assert!(json["next"][0].as_str().is_some_and(|line| line.contains("build.sh")), "{json:#}");
	desk.assay("app new my-rust").exits(2).warns("exists already").warns("hint: ");
	desk.assay("app new ../escape").exits(2).warns("can't name a program");
	desk.assay("app new ok --lang cobol").exits(2);
}

#[test]
fn job_run_should_refuse_for_the_same_reasons_before_it_looks_for_a_node() {
	let desk = Desk::new();
	desk.wasm("env.wasm", r#"(module (import "env" "foo" (func)))"#);
	desk.wasm(
		"simd.wasm",
		r#"(module (memory (export "memory") 1) (func (export "_start") (drop (v128.const i64x2 0 0))))"#,
	);
	desk.assay("job run simd.wasm").exits(2).warns("--profile 2");
	desk.assay("job run env.wasm").exits(2).warns("env.foo").warns("link the library");
}

#[test]
fn completions_should_know_the_commands() {
	let desk = Desk::new();
	for shell in ["bash", "zsh", "fish"] {
		let text = desk.assay(&format!("completions {shell}")).exits(0).out();
		assert!(text.contains("estimate") && text.contains("output-dir"), "{shell}");
	}
}
