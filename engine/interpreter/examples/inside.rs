//! Measures the interpreter natively and inside of wasm, under wasmtime as nodes run their runtime.
//!
//! usage: inside INSIDE.wasm PROGRAMS.wasm, made by scripts/bench-interpreter.sh

use assay_interpreter::{Bounds, Finished, execute, run};
use assay_metering::read;
use assay_primitives::{
	Hash,
	content::ContentRef,
	outcome::{Class, Outcome},
	profile::{CostTable, Profile},
	task::{Input, Limits, TaskSpec},
};
use codec::{Decode, Encode};
use std::{
	fs,
	time::{Duration, Instant},
};
use wasmtime_lts::{
	Config, Engine, Instance, Module, OptLevel, Store, StoreLimits, StoreLimitsBuilder, TypedFunc,
};

/// Most repetitions of a measurement, of which the fastest counts.
const TIMES: usize = 5;

/// Pages that nodes give to a call of the runtime beside what it starts with.
const HEAP_PAGES: usize = 2_048;

/// Programs by number, with a size that takes about 2^24 operators.
const PROGRAMS: [(&str, u32); 8] = [
	("sieve", 3),
	("fib", 26),
	("sort", 4),
	("sha256", 3_000),
	("crc32", 20),
	("multiply", 1),
	("words", 15),
	("collatz", 12_000),
];

/// Time that this thread has spent on a processor: others may be busy beside it.
struct Clock(u64);

impl Clock {
	fn now() -> u64 {
		let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
		// SAFETY: the clock exists on Linux, and the place for its time lives until the call returns.
		let done = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut now) };
		assert_eq!(done, 0, "the thread's clock can be read");
		now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
	}

	fn start() -> Self {
		Self(Self::now())
	}

	fn elapsed(&self) -> Duration {
		Duration::from_nanos(Self::now() - self.0)
	}
}

struct Job {
	module: Vec<u8>,
	spec: TaskSpec,
	profile: Profile,
	input: Option<Vec<u8>>,
}

impl Job {
	fn new(module: &[u8], input: Vec<u8>, profile: &Profile) -> Self {
		let spec = TaskSpec {
			module: ContentRef::of(module),
			profile: profile.id(),
			args: Default::default(),
			env: Default::default(),
			input: Input::Blob(ContentRef::of(&input)),
			seed: Hash::zero(),
			limits: Limits { gas: 1 << 40, memory_pages: 256, output_bytes: 65_536 },
		};
		Self { module: module.to_vec(), spec, profile: profile.clone(), input: Some(input) }
	}

	fn encode(&self) -> Vec<u8> {
		(&self.spec, &self.profile, &self.module, &self.input).encode()
	}

	fn execute(&self) -> Finished {
		execute(&self.module, &self.spec, &self.profile, self.input.clone()).expect("it runs")
	}
}

/// Prices that count operators: what only marks structure is free, as it is in a profile.
fn counting() -> Profile {
	let costs = CostTable {
		division: 1,
		call: 1,
		call_indirect: 1,
		bulk: 1,
		memory_grow_page: 0,
		bulk_bytes: u32::MAX,
		host_call: 0,
		host_byte: 0,
		..Profile::BASE.costs
	};
	Profile { costs, ..Profile::BASE }
}

/// The interpreter inside of wasm.
struct Inside {
	store: Store<StoreLimits>,
	instance: Instance,
}

impl Inside {
	fn new(engine: &Engine, module: &Module) -> Self {
		let initial = module.get_export("memory").and_then(|ty| ty.memory().cloned());
		let pages = initial.map_or(0, |ty| ty.minimum() as usize) + HEAP_PAGES;
		let limits = StoreLimitsBuilder::new().memory_size(pages << 16).build();
		let mut store = Store::new(engine, limits);
		store.limiter(|limits| limits);
		let instance = Instance::new(&mut store, module, &[]).expect("it imports nothing");
		Self { store, instance }
	}

	fn call(&mut self, name: &str) -> Result<u32, String> {
		let function: TypedFunc<(), u32> =
			self.instance.get_typed_func(&mut self.store, name).expect("exported");
		function.call(&mut self.store, ()).map_err(|error| format!("{error:#}"))
	}

	fn timed(&mut self, name: &str) -> (u32, Duration) {
		let start = Clock::start();
		let result = self.call(name).unwrap_or_else(|error| panic!("{name}: {error}"));
		(result, start.elapsed())
	}

	fn give(&mut self, job: &Job) {
		let bytes = job.encode();
		let reserve: TypedFunc<u32, u32> =
			self.instance.get_typed_func(&mut self.store, "reserve").expect("exported");
		let at = reserve.call(&mut self.store, bytes.len() as u32).expect("there is room");
		let memory = self.instance.get_memory(&mut self.store, "memory").expect("exported");
		memory.write(&mut self.store, at as usize, &bytes).expect("inside");
		assert_eq!(self.call("decode"), Ok(1));
	}

	fn outcome(&mut self) -> Outcome {
		let at = self.call("answer").expect("it answers") as usize;
		let length = self.call("answer_length").expect("it answers") as usize;
		let memory = self.instance.get_memory(&mut self.store, "memory").expect("exported");
		let bytes = &memory.data(&self.store)[at..at + length];
		Outcome::decode(&mut &*bytes).expect("an outcome")
	}
}

/// Settings of the SDK's executor.
fn engine() -> Engine {
	let mut config = Config::new();
	config
		.cranelift_opt_level(OptLevel::SpeedAndSize)
		.max_wasm_stack(1 << 20)
		.wasm_reference_types(false)
		.wasm_simd(false)
		.wasm_relaxed_simd(false)
		.wasm_bulk_memory(false)
		.wasm_multi_value(false)
		.wasm_multi_memory(false)
		.wasm_memory64(false)
		.wasm_tail_call(false)
		.wasm_extended_const(false);
	Engine::new(&config).expect("the settings fit")
}

fn fastest(mut measure: impl FnMut() -> Duration) -> Duration {
	(0..TIMES).map(|_| measure()).min().unwrap_or_default()
}

fn nanoseconds(time: Duration, by: u64) -> f64 {
	time.as_nanos() as f64 / by as f64
}

fn programs(engine: &Engine, inside: &Module, programs: &[u8]) {
	println!(
		"| program | operators | gas | natively, ns per operator | inside | inside, ns per gas |"
	);
	println!("|---|--:|--:|--:|--:|--:|");
	let (mut native_log, mut inside_log) = (0.0, 0.0);
	for (number, (name, size)) in PROGRAMS.into_iter().enumerate() {
		let mut input = vec![number as u8];
		input.extend(size.to_le_bytes());
		let counted = Job::new(programs, input.clone(), &counting()).execute();
		assert_eq!(counted.outcome.class, Class::Exited(0));
		let startup = counted.info.map_or(0, |info| info.startup_gas);
		let operators = counted.outcome.gas_used - startup;
		let job = Job::new(programs, input, &Profile::BASE);
		let expected = job.execute();
		assert_eq!(expected.contents, counted.contents);
		let native = fastest(|| {
			let pages = job.spec.limits.memory_pages;
			let read = read(&job.module, &job.profile, pages).expect("accepted");
			let start = Clock::start();
			run(&read, &job.spec, job.input.clone(), Bounds::NONE).expect("it runs");
			start.elapsed()
		});
		let inside = fastest(|| {
			let mut inside = Inside::new(engine, inside);
			inside.give(&job);
			let (done, time) = inside.timed("run");
			assert_eq!(done, 1);
			assert_eq!(inside.outcome(), expected.outcome);
			time
		});
		let gas = expected.outcome.gas_used;
		let (native, per_operator) =
			(nanoseconds(native, operators), nanoseconds(inside, operators));
		native_log += native.ln();
		inside_log += per_operator.ln();
		let per_gas = nanoseconds(inside, gas);
		println!(
			"| {name} | {operators} | {gas} | {native:.2} | {per_operator:.2} | {per_gas:.2} |"
		);
	}
	let mean = |log: f64| (log / PROGRAMS.len() as f64).exp();
	println!("| geometric mean | | | {:.2} | {:.2} | |", mean(native_log), mean(inside_log));
}

/// Programs that make each unit of gas as dear as they can, with 2^24 of it.
fn hostile() -> Vec<(&'static str, Vec<u8>)> {
	let program = |fields: &str| {
		let wasi = "wasi_snapshot_preview1";
		let text = format!(
			"(module
			 (import \"{wasi}\" \"path_create_directory\" (func $mkdir (param i32 i32 i32) (result i32)))
			 (import \"{wasi}\" \"path_filestat_get\"
			  (func $stat (param i32 i32 i32 i32 i32) (result i32)))
			 (import \"{wasi}\" \"random_get\" (func $random (param i32 i32) (result i32)))
			 (import \"{wasi}\" \"clock_time_get\" (func $time (param i32 i64 i32) (result i32)))
			 (memory (export \"memory\") 1) {fields})"
		);
		wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
	};
	let main = |body: &str| program(&format!("(func (export \"_start\") {body})"));
	let chain = |operator: &str, ty: &str| {
		let steps = format!("{operator} ").repeat(256);
		main(&format!("(local $x {ty}) (loop (local.set $x (local.get $x) {steps}) (br 0))"))
	};
	// A permutation of the cache lines of 96 pages, each holding the address of the next one.
	let chase = |pages: u32| {
		let mask = (pages.next_power_of_two() << 16) - 1;
		format!(
			"(local $i i32) (local $at i32)
			 (drop (memory.grow (i32.const {})))
			 (loop (local.set $i (i32.and (i32.add (i32.mul (local.get $at) (i32.const 1597))
			   (i32.const 51749056)) (i32.const {})))
			  (i32.store (local.get $at) (local.get $i)) (local.tee $at (local.get $i)) (br_if 0))
			 (loop (local.set $at (local.get $at) {}) (br 0))",
			pages - 1,
			mask & !63,
			"i32.load ".repeat(256)
		)
	};
	let vector = |operators: &str| chain(operators, "v128");
	let pair = |operator: &str| vector(&format!("(v128.const i64x2 5 6) {operator}"));
	let wide = "i64 ".repeat(1_990);
	vec![
		("loop of one branch", main("(loop (br 0))")),
		(
			"branches that take 32 values over one",
			main(&format!(
				"i32.const 1 loop (param i32) (result i32) {} br 0 end drop",
				format!(
					"block (result {}) i32.const 1 {} br 0 end {}",
					"i32 ".repeat(32),
					"i32.const 1 ".repeat(32),
					"drop ".repeat(32)
				)
				.repeat(20)
			)),
		),
		(
			"calls with 1,990 locals",
			program(&format!(
				"(func $f (local {wide})) (func (export \"_start\") (loop (call $f) (br 0)))"
			)),
		),
		(
			"calls with 32 results",
			program(&format!(
				"(type $t (func (result {0}))) (func $f (type $t) {1})
			 (func (export \"_start\") (loop (call $f) {2} (br 0)))",
				"i64 ".repeat(32),
				"(i64.const 1)".repeat(32),
				"drop ".repeat(32)
			)),
		),
		(
			"indirect calls",
			program(
				"(table funcref (elem $f)) (func $f)
			 (func (export \"_start\") (loop (call_indirect (i32.const 0)) (br 0)))",
			),
		),
		("chain of loads over 4 MiB", main(&chase(64))),
		("chain of loads over 8 MiB", main(&chase(128))),
		("i64.rem_u", chain("(i64.const 7) i64.rem_u (i64.const -1) i64.xor", "i64")),
		("i64.popcnt", chain("i64.popcnt", "i64")),
		("f64.sqrt", chain("f64.sqrt (f64.const 1.5) f64.add", "f64")),
		("f64.nearest", chain("f64.nearest (f64.const 1.5) f64.add", "f64")),
		("f32.floor", chain("f32.floor (f32.const 1.5) f32.add", "f32")),
		("f64.min", chain("(f64.const nan) f64.min", "f64")),
		("i8x16.popcnt", vector("i8x16.popcnt")),
		("i8x16.swizzle", pair("i8x16.swizzle")),
		("i8x16.narrow_i16x8_s", pair("i8x16.narrow_i16x8_s")),
		("i8x16.avgr_u", pair("i8x16.avgr_u")),
		("i16x8.q15mulr_sat_s", pair("i16x8.q15mulr_sat_s")),
		("i8x16.shuffle", pair("i8x16.shuffle 0 17 2 19 4 21 6 23 8 25 10 27 12 29 14 31")),
		("i8x16.bitmask, i8x16.splat", vector("i8x16.bitmask i8x16.splat")),
		("f32x4.nearest", vector("f32x4.nearest")),
		("f32x4.sqrt", vector("f32x4.sqrt")),
		("f32x4.min", pair("f32x4.min")),
		("f64x2.ceil", vector("f64x2.ceil")),
		("i32x4.trunc_sat_f32x4_u", vector("i32x4.trunc_sat_f32x4_u")),
		("i32x4.dot_i16x8_s", pair("i32x4.dot_i16x8_s")),
		("i8x16.shr_s", vector("(i32.const 3) i8x16.shr_s")),
		("i64.trunc_sat_f64_s", chain("f64.convert_i64_s i64.trunc_sat_f64_s", "i64")),
		(
			"memory.fill",
			main("(loop (memory.fill (i32.const 1) (i32.const 1) (i32.const 65535)) (br 0))"),
		),
		(
			"memory.copy",
			main("(loop (memory.copy (i32.const 1) (i32.const 0) (i32.const 65530)) (br 0))"),
		),
		("memory.grow", main("(loop (drop (memory.grow (i32.const 1))) (br 0))")),
		("random_get", main("(loop (drop (call $random (i32.const 0) (i32.const 65536))) (br 0))")),
		(
			"clock_time_get",
			main("(loop (drop (call $time (i32.const 0) (i64.const 0) (i32.const 0))) (br 0))"),
		),
		(
			"deep paths",
			main(
				"(local $n i32)
			 (loop (i32.store16 (local.get $n) (i32.const 0x2f61))
			  (br_if 0 (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 2))) (i32.const 4096))))
			 (local.set $n (i32.const 1))
			 (loop (drop (call $mkdir (i32.const 3) (i32.const 0) (local.get $n)))
			  (br_if 0 (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 2))) (i32.const 4000))))
			 (loop (drop (call $stat (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 3999)
			  (i32.const 5000))) (br 0))",
			),
		),
	]
}

fn dearest(engine: &Engine, inside: &Module) {
	println!("\n| hostile program | inside, ns per gas | heap, MiB | largest block, MiB |");
	println!("|---|--:|--:|--:|");
	for (name, module) in hostile() {
		// The wider one has all operators of the other, at the same prices.
		let mut job = Job::new(&module, Vec::new(), &Profile::SIMD);
		job.spec.limits.gas = 1 << 24;
		let (mut heap, mut largest) = (0, 0);
		let time = fastest(|| {
			let mut inside = Inside::new(engine, inside);
			inside.give(&job);
			let (done, time) = inside.timed("execute");
			assert_eq!(done, 1);
			assert_eq!(inside.outcome().class, Class::OutOfGas, "{name}");
			heap = inside.call("heap_bytes").unwrap_or(0);
			largest = inside.call("largest_block").unwrap_or(0);
			time
		});
		let mebibytes = |bytes: u32| f64::from(bytes) / f64::from(1 << 20);
		let (heap, largest) = (mebibytes(heap), mebibytes(largest));
		println!("| {name} | {:.1} | {heap:.1} | {largest:.1} |", nanoseconds(time, 1 << 24));
	}
}

/// Modules of about a megabyte that are as dear as they can be for their length.
fn bulky() -> Vec<(String, Vec<u8>)> {
	let program = |name: &str, fields: String| {
		let text =
			format!("(module (memory (export \"memory\") 1) {fields} (func (export \"_start\")))");
		(name.to_string(), wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}")))
	};
	let functions = |body: &str, times: usize, functions: usize| {
		format!("(func (local i32) {}) ", body.repeat(times)).repeat(functions)
	};
	let (many, consts, drops) = ("i32 ".repeat(32), "i32.const 1 ".repeat(32), "drop ".repeat(32));
	let passing = |between: &str| {
		let block = format!("block (type 1) end {between}").repeat(250);
		let body = format!("(func {consts} {block} {drops})").repeat(1_100);
		let types = format!("(type (func)) (type (func (param {many}) (result {many})))");
		format!("{types} {body}")
	};
	vec![
		program("blocks that pass 32 values on", passing("")),
		program("sums", functions("(drop (i32.add (local.get 0) (i32.const 1)))", 30_000, 6)),
		program("loads", functions("(drop (i32.load (local.get 0)))", 30_000, 5)),
		program("blocks with branches", functions("(block (br 0))", 25_000, 7)),
		program("conditions", functions("(if (local.get 0) (then))", 25_000, 6)),
		program("tees", functions("(drop (local.tee 0 (local.get 0)))", 30_000, 6)),
		program("empty functions", "(func)".repeat(49_000)),
		program("calls", format!("(func $f) {}", functions("(call $f)", 60_000, 8))),
	]
}

fn modules(engine: &Engine, inside: &Module, files: &[String]) {
	println!(
		"\n| module | bytes | as executed | read, ns per byte | prepare, ns per byte | heap, MiB | outcome |"
	);
	println!("|---|--:|--:|--:|--:|--:|---|");
	let read = |file: &String| {
		let name = file.rsplit('/').next().unwrap_or(file);
		(name.to_string(), fs::read(file).expect("readable"))
	};
	for (name, module) in files.iter().map(read).chain(bulky()) {
		let job = Job::new(&module, Vec::new(), &Profile::BASE);
		let (mut prepared, mut prepare, mut heap) = (0, Duration::MAX, 0);
		let reading = fastest(|| {
			let mut inside = Inside::new(engine, inside);
			inside.give(&job);
			let (_, time) = inside.timed("read");
			let all;
			(prepared, all) = inside.timed("prepare");
			prepare = prepare.min(all.saturating_sub(time));
			heap = inside.call("heap_bytes").unwrap_or(0);
			time
		});
		let class = job.execute().outcome.class;
		let bytes = module.len() as u64;
		let (reading, prepare) = (nanoseconds(reading, bytes), nanoseconds(prepare, bytes));
		let heap = f64::from(heap) / f64::from(1 << 20);
		println!(
			"| {name} | {bytes} | {prepared} | {reading:.0} | {prepare:.0} | {heap:.1} | {class:?} |"
		);
	}
}

fn main() {
	let files: Vec<String> = std::env::args().skip(1).collect();
	let [inside, programs_file, more @ ..] = files.as_slice() else {
		panic!("usage: inside INSIDE.wasm PROGRAMS.wasm [MODULE.wasm]...");
	};
	let engine = engine();
	let blob = fs::read(inside).expect("readable");
	let start = Instant::now();
	let inside = Module::new(&engine, &blob).expect("it compiles");
	let (size, time) = (blob.len() >> 10, start.elapsed());
	println!("The interpreter as a module of its own: {size} KiB, compiled in {time:.1?}\n");
	programs(&engine, &inside, &fs::read(programs_file).expect("readable"));
	dearest(&engine, &inside);
	modules(&engine, &inside, more);
}
