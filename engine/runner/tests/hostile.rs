//! Modules and programs made to do harm: each ends in a named refusal or a named outcome, in bounded
//! time, and the runner that had them all still serves.

mod common;

use assay_primitives::{outcome::Class, profile::Profile};
use assay_runner::{Attempt, Reason, RunError, check};
use common::*;
use std::time::Duration;

/// Most processor time that refusing a small module may take, many times what it does take.
const SOON: Duration = Duration::from_secs(2);
/// Longest wait for what takes a second on an idle machine.
const PATIENCE: Duration = Duration::from_secs(600);

/// A module with something in each section.
fn rich() -> Vec<u8> {
	let wasm = program(
		"(table 4 8 funcref) (global $g (mut i64) (i64.const 5)) (elem (i32.const 1) $f $h)
		 (elem $e func $f) (data (i32.const 64) \"hello\") (data $d \"passive\") (start $f)
		 (type $t (func (param i32 i64) (result f64 i32)))
		 (func $f (global.set $g (i64.add (global.get $g) (i64.const 7))))
		 (func $h (type $t) (f64.const 1.5) (i32.wrap_i64 (local.get 1)))
		 (func (export \"_start\") (local i32)
		  (loop (br_if 0 (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 9))))
		  (memory.init $d (i32.const 0) (i32.const 0) (i32.const 3)) (table.init $e (i32.const 0) (i32.const 0) (i32.const 1))
		  (if (i32.eqz (local.get 0)) (then (call_indirect (type $t) (i32.const 1) (i64.const 2) (i32.const 1)) (drop) (drop)))
		  (block (block (br_table 0 1 0 (local.get 0)))))",
	);
	// The names, which nobody reads, would make every second case pass.
	let parts = sections(&wasm);
	let parts = parts.iter().filter(|(id, _)| *id != 0);
	joined(&parts.map(|(_, range)| &wasm[range.start - 1..range.end]).collect::<Vec<_>>())
}

/// Processor time of this thread: what others take of it is theirs.
fn processor_time() -> Duration {
	let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
	// SAFETY: writes one timespec, which is there.
	unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
	Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Checks under both profiles; what is refused is refused at a place and with words.
fn examine(wasm: &[u8]) -> bool {
	let mut accepted = true;
	for profile in Profile::ALL {
		let before = processor_time();
		let checked = check(wasm, &profile);
		let took = processor_time() - before;
		assert!(took < SOON, "{took:?}");
		if let Err(refusal) = checked {
			assert!(refusal.offset <= wasm.len() as u64, "{refusal}");
			let words = refusal.to_string();
			assert!(words.contains(" (at byte 0x") && words.len() < 2_000, "{words}");
			assert!(!words.chars().any(char::is_control), "{words:?}");
			accepted = false;
		}
	}
	accepted
}

/// Id, and range of the contents with the length in front, of each section.
fn sections(wasm: &[u8]) -> Vec<(u8, std::ops::Range<usize>)> {
	let mut found = Vec::new();
	let mut at = 8;
	while at < wasm.len() {
		let (mut length, mut shift, mut next) = (0usize, 0, at + 1);
		loop {
			length |= usize::from(wasm[next] & 0x7f) << shift;
			shift += 7;
			next += 1;
			if wasm[next - 1] & 0x80 == 0 {
				break;
			}
		}
		found.push((wasm[at], at + 1..next + length));
		at = next + length;
	}
	found
}

fn joined(sections: &[&[u8]]) -> Vec<u8> {
	let mut wasm = b"\0asm\x01\0\0\0".to_vec();
	sections.iter().for_each(|section| wasm.extend_from_slice(section));
	wasm
}

#[test]
fn module_should_be_refused_when_it_is_cut_anywhere() {
	let wasm = rich();
	assert!(examine(&wasm));
	let ends: Vec<usize> = sections(&wasm).iter().map(|(_, range)| range.end).collect();
	for end in 0..wasm.len() {
		let accepted = examine(&wasm[..end]);
		// Between sections a cut may leave a smaller module; this one then lacks its code or data.
		assert!(!accepted, "cut at {end}, sections end at {ends:?}");
	}
	let longer = [wasm.as_slice(), &[0xff]].concat();
	assert!(!examine(&longer));
}

#[test]
fn module_should_be_refused_when_its_sections_are_doubled_swapped_or_missing() {
	let wasm = rich();
	let parts: Vec<&[u8]> =
		sections(&wasm).iter().map(|(_, range)| &wasm[range.start - 1..range.end]).collect();
	assert_eq!(joined(&parts), wasm);
	for one in 0..parts.len() {
		let mut doubled = parts.clone();
		doubled.insert(one, parts[one]);
		assert!(!examine(&joined(&doubled)), "section {} twice", parts[one][0]);
		let mut missing = parts.clone();
		missing.remove(one);
		// The start section alone can go.
		assert_eq!(examine(&joined(&missing)), parts[one][0] == 8, "without {}", parts[one][0]);
		for other in one + 1..parts.len() {
			let mut swapped = parts.clone();
			swapped.swap(one, other);
			assert!(!examine(&joined(&swapped)), "{} for {}", parts[one][0], parts[other][0]);
		}
	}
	for id in [14, 15, 77, 0xff] {
		assert!(!examine(&joined(&[&parts.concat(), &[id, 1, 0]])), "section {id}");
	}
}

#[test]
fn module_should_be_refused_when_its_counts_and_lengths_lie() {
	let wasm = rich();
	for (id, range) in sections(&wasm) {
		let count = range.start + 1;
		// What follows the length, one byte in these, counts the items; the start section has none.
		for (at, change) in [(range.start, 1i8), (range.start, -1), (count, 1), (count, -1)] {
			let mut bad = wasm.clone();
			bad[at] = bad[at].wrapping_add_signed(change);
			if id != 8 && bad[range.start] & 0x80 == 0 && wasm[range.start] & 0x80 == 0 {
				assert!(!examine(&bad), "section {id}, byte {at} by {change}");
			}
		}
		for lie in
			[&[0xff, 0xff, 0xff, 0xff, 0x0f][..], &[0xff; 6], &[0x80, 0x80, 0x80, 0x80, 0x70]]
		{
			let mut bad = wasm[..range.start].to_vec();
			bad.extend_from_slice(lie);
			bad.extend_from_slice(&wasm[count..]);
			assert!(!examine(&bad), "section {id} with length {lie:x?}");
			let mut bad = wasm[..count].to_vec();
			bad.extend_from_slice(lie);
			bad.extend_from_slice(&wasm[count + 1..]);
			assert!(!examine(&bad), "section {id} with count {lie:x?}");
		}
	}
}

#[test]
fn module_should_be_refused_when_its_names_are_no_text() {
	let wasm = rich();
	let at = wasm.windows(6).position(|bytes| bytes == b"_start").expect("exported");
	for bad in [0xff, 0xc0, 0x80, 0xed, 0xf8] {
		let mut bytes = wasm.clone();
		bytes[at + 2] = bad;
		let refusal = check(&bytes, &Profile::BASE).expect_err("no text");
		assert!(matches!(refusal.reason, Reason::Malformed(_)), "{refusal}");
		assert!(!examine(&bytes));
	}
}

/// Numbers that look random and are the same in each run.
struct Numbers(u64);

impl Numbers {
	fn next(&mut self, below: usize) -> usize {
		self.0 ^= self.0 << 13;
		self.0 ^= self.0 >> 7;
		self.0 ^= self.0 << 17;
		(self.0 >> 20) as usize % below.max(1)
	}
}

#[test]
fn thousands_of_damaged_modules_should_be_refused_soon_or_stay_harmless() {
	let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
	let modules = [rich(), rich(), program(FLOOD), main("(loop (br 0))")];
	let mut accepted = Vec::new();
	for round in 0..6_000 {
		let mut wasm = modules[round % modules.len()].clone();
		for _ in 0..1 + numbers.next(4) {
			let at = numbers.next(wasm.len());
			match numbers.next(4) {
				0 => wasm[at] ^= 1 << numbers.next(8),
				1 => wasm[at] = numbers.next(256) as u8,
				2 => wasm.insert(at, numbers.next(256) as u8),
				_ => {
					wasm.remove(at);
				},
			}
		}
		if examine(&wasm) {
			accepted.push(wasm);
		}
	}
	assert!(!accepted.is_empty() && accepted.len() < 5_000, "{}", accepted.len());
	// Those that are still modules run to an outcome like any other.
	let bench = bench();
	for wasm in accepted.into_iter().step_by(40) {
		let mut job = job(wasm);
		job.spec.limits.gas = 10_000_000;
		bench.run(&job);
	}
	still_serves(&bench);
}

fn still_serves(bench: &Bench) {
	let finished = bench.run(&job(main("(call $exit (i32.const 42))")));
	assert_eq!(finished.outcome.class, Class::Exited(42));
}

#[test]
fn huge_modules_should_be_refused_with_the_bound_when_announced_or_real() {
	let limits = Profile::BASE.limits;
	let oversized = vec![0; limits.module_bytes as usize + 1];
	assert!(!examine(&oversized));
	let bound = |fields: &str| {
		let wasm = program(&format!("{fields} (func (export \"_start\"))"));
		assert!(!examine(&wasm));
		match check(&wasm, &Profile::BASE).expect_err("too much").reason {
			Reason::Limit { bound, .. } => bound.name(),
			other => panic!("{other:?}"),
		}
	};
	assert_eq!(bound("(table 4000000000 funcref)"), "table elements");
	assert_eq!(bound(&"(table 1 funcref)".repeat(17)), "tables");
	assert_eq!(bound(&"(type (func))".repeat(10_001)), "types");
	assert_eq!(bound(&"(data \"\")".repeat(10_001)), "data segments");
	assert_eq!(bound(&"(elem func)".repeat(10_001)), "element segments");
	assert_eq!(
		bound(&format!("(func {} {})", "block ".repeat(1_025), "end ".repeat(1_025))),
		"nesting"
	);
	assert_eq!(bound(&format!("(func (local {}))", "i32 ".repeat(2_001))), "locals");
	let pieces = "(if (i32.const 1) (then))".repeat(8_193);
	assert_eq!(bound(&format!("(func {pieces})")), "charged pieces of a function");
	// A body that announces 4·10^9 locals in a few bytes.
	let wasm = program("(func (local i64 i64 i64 i32)) (func (export \"_start\"))");
	let at = wasm.windows(5).position(|bytes| bytes == [2, 3, 0x7e, 1, 0x7f]).expect("its locals");
	let mut bad = wasm.clone();
	bad.splice(at + 1..at + 2, [0xff, 0xff, 0xff, 0xff, 0x0f]);
	assert!(!examine(&bad));
}

const FLOOD: &str = "(func (export \"_start\") (i32.store (i32.const 4) (i32.const 65528))
	(loop (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))) (br 0)))";

#[test]
fn programs_should_end_in_a_named_outcome_when_they_exhaust_what_they_get() {
	// What does not end by itself ends here, without an outcome.
	let bench = bench_with(|config| config.wall_limit = PATIENCE);
	let class = |fields: &str| {
		let finished = bench.run(&job(program(fields)));
		assert!(finished.stats.peak_memory < 2 << 30, "{fields}");
		finished.outcome.class
	};
	let start = |body: &str| class(&format!("(func (export \"_start\") {body})"));
	assert_eq!(start("(loop (br 0))"), Class::OutOfGas);
	assert_eq!(
		class("(start $s) (func $s (loop (br 0))) (func (export \"_start\"))"),
		Class::OutOfGas
	);
	assert_eq!(class("(func $f (export \"_start\") (call $f))"), Class::StackExhausted);
	let mutual = "(type $t (func)) (table 2 funcref) (elem (i32.const 0) $a $b)
		(func $a (call_indirect (type $t) (i32.const 1))) (func $b (call_indirect (type $t) (i32.const 0)))
		(func (export \"_start\") (call $a))";
	assert_eq!(class(mutual), Class::StackExhausted);
	assert_eq!(start("(loop (drop (memory.grow (i32.const 1))) (br 0))"), Class::OutOfGas);
	assert_eq!(start("(drop (memory.grow (i32.const -1)))"), Class::OutOfGas);
	assert_eq!(start("(memory.fill (i32.const 0) (i32.const 1) (i32.const -1))"), Class::OutOfGas);
	assert_eq!(
		start("(loop (drop (call $random (i32.const 0) (i32.const 65536))) (br 0))"),
		Class::OutOfGas
	);
	assert_eq!(
		start(
			"(loop (drop (call $write (i32.const 99) (i32.const 0) (i32.const 0) (i32.const 8))) (br 0))"
		),
		Class::OutOfGas
	);
	assert_eq!(class(FLOOD), Class::OutputLimit);
	assert_eq!(
		start("(drop (call $write (i32.const -1) (i32.const -1) (i32.const -1) (i32.const -1)))"),
		Class::Exited(0)
	);
	assert_eq!(start("(drop (i32.load (i32.const -4)))"), Class::Trapped);
	assert_eq!(start("(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))"), Class::Trapped);
	assert_eq!(start("(call $exit (i32.const -1))"), Class::Exited(u32::MAX));
	still_serves(&bench);
}

/// A program over the calls on paths, whose exit code is what `body` leaves.
fn paths(data: &str, body: &str) -> Vec<u8> {
	let import = |name: &str, of: &str, ty: &str| {
		format!(
			"(import \"wasi_snapshot_preview1\" \"{of}\" (func ${name} (param {ty}) (result i32)))"
		)
	};
	let imports = [
		import("open", "path_open", "i32 i32 i32 i32 i32 i64 i64 i32 i32"),
		import("link", "path_symlink", "i32 i32 i32 i32 i32"),
		import("mkdir", "path_create_directory", "i32 i32 i32"),
		import("write", "fd_write", "i32 i32 i32 i32"),
		import("close", "fd_close", "i32"),
	]
	.concat();
	let text = format!(
		"(module {imports} (import \"wasi_snapshot_preview1\" \"proc_exit\" (func $exit (param i32)))
		 (memory (export \"memory\") 1) (data (i32.const 0) \"{data}\")
		 (func $at (param i32 i32 i32) (result i32) (call $open (i32.const 3) (i32.const 1) (local.get 0)
		  (local.get 1) (local.get 2) (i64.const 66) (i64.const 0) (i32.const 0) (i32.const 60000)))
		 (func (export \"_start\") (local $i i32) (call $exit (block $done (result i32) {body}))))"
	);
	wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn paths_should_lead_nowhere_when_they_try_to_escape() {
	const PERM: u32 = 63;
	const LOOP: u32 = 32;
	const NAMETOOLONG: u32 = 37;
	const INVAL: u32 = 28;
	const ILSEQ: u32 = 25;
	let bench = bench();
	let code = |wasm: Vec<u8>| match bench.run(&job(wasm)).outcome.class {
		Class::Exited(code) => code,
		other => panic!("{other:?}"),
	};
	let open = |path: &str, length: usize| {
		code(paths(path, &format!("(call $at (i32.const 0) (i32.const {length}) (i32.const 0))")))
	};
	for path in
		["/etc/passwd", "../etc/passwd", "out/../../etc/passwd", "..", "tmp/../..", "./../x"]
	{
		assert_eq!(open(path, path.len()), PERM, "{path}");
	}
	assert_eq!(open("a\\00b", 3), INVAL);
	assert_eq!(open("\\ff\\fe", 2), ILSEQ);
	assert_eq!(open(&"n".repeat(256), 256), NAMETOOLONG);
	assert_eq!(open(&"n/".repeat(2_100), 4_200), NAMETOOLONG);
	let link = |target: &str, opened: &str| {
		let (a, b) = (target.len(), opened.len());
		code(paths(
			&format!("{target}tmp/x{opened}"),
			&format!(
				"(if (local.tee $i (call $link (i32.const 0) (i32.const {a}) (i32.const 3)
				 (i32.const {a}) (i32.const 5))) (then (br $done (local.get $i))))
				 (call $at (i32.const {}) (i32.const {b}) (i32.const 0))",
				a + 5
			),
		))
	};
	assert_eq!(link("/etc/passwd", "tmp/x"), PERM, "no link may name an absolute path");
	assert_eq!(link("../../etc/passwd", "tmp/x"), PERM);
	assert_eq!(link("x", "tmp/x"), LOOP);
	assert_eq!(link("../tmp/x/y", "tmp/x"), LOOP);
	still_serves(&bench);
}

#[test]
fn floods_of_entries_should_end_at_the_quota_or_without_gas() {
	let bench = bench();
	// Names that count up in their first four letters.
	let flood = |call: &str, stop: &str| {
		paths(
			"out/aaaa",
			&format!(
				"(loop $again
				  (i32.store (i32.const 4) (i32.add (i32.const 0x41414141)
				   (i32.or (i32.or (i32.and (local.get $i) (i32.const 15))
				    (i32.shl (i32.and (local.get $i) (i32.const 0xf0)) (i32.const 4)))
				    (i32.or (i32.shl (i32.and (local.get $i) (i32.const 0xf00)) (i32.const 8))
				     (i32.shl (i32.and (local.get $i) (i32.const 0x3000)) (i32.const 12))))))
				  (local.set $i (i32.add (local.get $i) (i32.const 1)))
				  {call} {stop} (br $again)) unreachable"
			),
		)
	};
	let mkdir = "(call $mkdir (i32.const 3) (i32.const 0) (i32.const 8))";
	let until = format!("(if (i32.ne {mkdir} (i32.const 0)) (then (br $done (local.get $i))))");
	let full = bench.run(&job(flood("", &until)));
	assert_eq!(full.outcome.class, Class::Exited(4_097), "as many as may be under /out, and one");
	assert_eq!(full.manifest.0.len(), 2 + 4_096);
	let endless = bench.run(&job(flood(&format!("(drop {mkdir})"), "")));
	assert_eq!(endless.outcome.class, Class::OutOfGas);
	let open = "(call $at (i32.const 0) (i32.const 8) (i32.const 1))";
	let until = format!("(if (i32.ne {open} (i32.const 0)) (then (br $done {open})))");
	let files = bench.run(&job(flood("", &until)));
	assert_eq!(files.outcome.class, Class::Exited(33), "descriptors run out first");
	let link =
		"(drop (call $link (i32.const 0) (i32.const 3) (i32.const 3) (i32.const 0) (i32.const 8)))";
	let links = bench.run(&job(flood(link, "")));
	assert!(matches!(links.outcome.class, Class::OutOfGas | Class::OutputLimit));
	still_serves(&bench);
}

#[test]
fn worker_should_die_when_it_does_what_no_job_may() {
	let bench = bench();
	if bench.runner.config().insecure {
		return;
	}
	for attempt in Attempt::ALL {
		match bench.runner.attempt(attempt) {
			Err(RunError::WorkerDied(how)) => {
				assert!(how.starts_with("killed by signal 31"), "{attempt:?}: {how}");
			},
			other => panic!("{attempt:?}: {other:?}"),
		}
	}
	still_serves(&bench);
}
