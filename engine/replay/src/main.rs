//! Runs metered programs with the interpreter's engine and prints a line for each: how it ended, gas
//! and slots left, sums of its memory and of what it wrote. Two machines agree if they print the same.
//!
//! usage: assay-replay GAS <STREAM
//!
//! The stream holds modules behind their lengths (u32, little-endian), as the example `meter` of
//! `assay-conformance` writes them. In place of the WASI host there is a small one: it takes what is
//! written, gives zeros as randomness, and knows neither arguments nor files.

use std::{
	io::{self, ErrorKind, Read},
	process::ExitCode,
};
use wasmi::{
	Caller, Config, Engine, Error, Extern, ExternType, Linker, Memory, Module, Store, Val,
};

/// `ENOSYS` and `EBADF` of preview 1.
const NOT_THERE: i32 = 52;
const NOT_OPEN: i32 = 8;

type Result<T> = core::result::Result<T, Error>;

fn main() -> ExitCode {
	let gas = std::env::args().nth(1).and_then(|gas| gas.parse().ok());
	let Some(gas) = gas else {
		eprintln!("usage: assay-replay GAS <STREAM");
		return ExitCode::from(2);
	};
	match replay_all(gas) {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("{error}");
			ExitCode::FAILURE
		},
	}
}

fn replay_all(gas: i64) -> io::Result<()> {
	let mut from = io::stdin().lock();
	for index in 0.. {
		let mut length = [0; 4];
		match from.read_exact(&mut length) {
			Err(error) if error.kind() == ErrorKind::UnexpectedEof => break,
			other => other?,
		}
		let mut module = vec![0; u32::from_le_bytes(length) as usize];
		from.read_exact(&mut module)?;
		match replay(&module, gas) {
			Ok(line) => println!("{index} {line}"),
			Err(error) => println!("{index} failed: {error}"),
		}
	}
	Ok(())
}

fn replay(module: &[u8], gas: i64) -> Result<String> {
	let mut config = Config::default();
	config.set_max_recursion_depth(1 << 16).set_max_stack_height(8 << 20);
	let engine = Engine::new(&config);
	let module = Module::new(&engine, module)?;
	let mut store = Store::new(&engine, Vec::new());
	let instance = linker(&engine, &module)?.instantiate_and_start(&mut store, &module)?;
	let global = |store: &Store<Vec<u8>>, name| instance.get_global(store, name);
	let missing = || Error::new("not a metered module");
	let left = global(&store, "assay:gas").ok_or_else(missing)?;
	let slots = global(&store, "assay:stack").ok_or_else(missing)?;
	left.set(&mut store, Val::I64(gas)).map_err(|_| missing())?;
	let entry = instance.get_typed_func::<(), ()>(&store, "assay:run")?;
	let end = match entry.call(&mut store, ()) {
		Ok(()) => "returned".to_string(),
		Err(error) => error.to_string(),
	};
	let memory = instance.get_memory(&store, "memory").ok_or_else(missing)?;
	let (memory, written) = (sum(memory.data(&store)), sum(store.data()));
	let (left, slots) = (left.get(&store), slots.get(&store));
	Ok(format!("{end}; {left:?} {slots:?} {memory:016x} {written:016x}"))
}

/// Defines every function that the module imports.
fn linker(engine: &Engine, module: &Module) -> Result<Linker<Vec<u8>>> {
	let mut linker = Linker::new(engine);
	for import in module.imports() {
		let ExternType::Func(ty) = import.ty() else { continue };
		let name = import.name().to_string();
		let function = move |caller: Caller<'_, Vec<u8>>, params: &[Val], results: &mut [Val]| {
			let errno = call(caller, &name, params)?;
			results.iter_mut().for_each(|result| *result = Val::I32(errno));
			Ok(())
		};
		linker.func_new(import.module(), import.name(), ty.clone(), function)?;
	}
	Ok(linker)
}

fn call(mut caller: Caller<'_, Vec<u8>>, name: &str, params: &[Val]) -> Result<i32> {
	let param = |index: usize| match params.get(index) {
		Some(Val::I32(value)) => *value as u32,
		_ => 0,
	};
	let memory = caller.get_export("memory").and_then(Extern::into_memory);
	let memory = memory.ok_or_else(|| Error::new("no memory"))?;
	let done = match name {
		"proc_exit" => return Err(Error::i32_exit(param(0) as i32)),
		"fd_prestat_get" => return Ok(NOT_OPEN),
		"fd_write" => {
			let mut all = Vec::new();
			gather(&memory, &caller, param(1), param(2).min(1_024), &mut all)
				.and_then(|()| {
					put(&memory, &mut caller, param(3), &(all.len() as u32).to_le_bytes())
				})
				.map(|()| caller.data_mut().extend(all))
		},
		"args_sizes_get" | "environ_sizes_get" => put(&memory, &mut caller, param(0), &[0; 4])
			.and_then(|()| put(&memory, &mut caller, param(1), &[0; 4])),
		"args_get" | "environ_get" | "sched_yield" => Some(()),
		"random_get" => {
			let zeros = vec![0; param(1).min(1 << 16) as usize];
			put(&memory, &mut caller, param(0), &zeros)
		},
		_ => return Ok(NOT_THERE),
	};
	Ok(if done.is_some() { 0 } else { NOT_THERE })
}

fn put(memory: &Memory, caller: &mut Caller<'_, Vec<u8>>, at: u32, bytes: &[u8]) -> Option<()> {
	memory.write(caller, at as usize, bytes).ok()
}

/// The bytes of `count` buffers.
fn gather(
	memory: &Memory,
	caller: &Caller<'_, Vec<u8>>,
	at: u32,
	count: u32,
	all: &mut Vec<u8>,
) -> Option<()> {
	let data = memory.data(caller);
	let records = data.get(at as usize..)?.get(..8 * count as usize)?;
	for record in records.chunks_exact(8) {
		let word = |at: usize| record[at..at + 4].try_into().map(u32::from_le_bytes).ok();
		let (at, length) = (word(0)? as usize, word(4)? as usize);
		all.extend_from_slice(data.get(at..)?.get(..length)?);
	}
	Some(())
}

/// FNV-1a.
fn sum(bytes: &[u8]) -> u64 {
	bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
		(sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
	})
}
