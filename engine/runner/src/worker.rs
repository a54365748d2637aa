//! The worker's side: one sandbox, one piece of work, then exit.

use crate::{
	Codegen, Frame, engine,
	execute::{Ran, execute},
	protocol::{
		Execute, Locate, MESSAGE_BYTES, Prepare, Reply, Role, Setup, receive, receive_bytes, send,
	},
	sandbox::{self, SandboxReport},
	trace,
};
use assay_primitives::{content::MAX_CONTENT_SIZE, profile::Profile};
use std::{
	ffi::OsString,
	fs::File,
	io::{self, Read, Write},
	mem::ManuallyDrop,
	os::{fd::FromRawFd, unix::ffi::OsStringExt},
};
use wasmtime::{Engine, Module};

/// Stack of the thread that works: what wasm may use and what the engine and the host need.
const THREAD_STACK: usize = engine::WASM_STACK + (16 << 20);

/// Exit code after an answer was given.
const DONE: i32 = 0;
/// Exit code where the parent could not be talked to.
const BROKEN: i32 = 3;

/// Entry of the hidden sub-command that a worker process is started with. Never returns.
///
/// Must be called before any thread is started and before arguments are parsed.
pub fn worker_main() -> ! {
	let code = match work() {
		Ok(()) => DONE,
		Err(error) => {
			eprintln!("{error}");
			BROKEN
		},
	};
	// Nothing here is worth destructors, and some of it may not be able to run them any more.
	// SAFETY: takes no pointers and does not return.
	unsafe { libc::_exit(code) }
}

/// A pipe to the parent, left open.
fn pipe(fd: i32) -> ManuallyDrop<File> {
	// SAFETY: the standard streams stay open as long as the process lives, and nothing here closes
	// them, since the file is never dropped.
	ManuallyDrop::new(unsafe { File::from_raw_fd(fd) })
}

fn work() -> io::Result<()> {
	sandbox::one_heap();
	sandbox::close_inherited()?;
	let setup: Setup = receive(&mut *pipe(0), MESSAGE_BYTES)?;
	sandbox::die_with_parent(setup.parent)?;
	let artifact = match &setup.role {
		Role::Execute { artifact } => Some(File::open(OsString::from_vec(artifact.clone()))),
		_ => None,
	};
	let report = sandbox::enter(setup.data_bytes, setup.cpu_seconds);
	// A change of credentials on the way may have undone it.
	sandbox::die_with_parent(setup.parent)?;
	let engine = match engine::engine_with(setup.codegen, setup.traces) {
		Ok(engine) => engine,
		Err(error) => return answer(&Reply::EngineFailed(format!("{error:#}"))),
	};
	let module = match artifact {
		Some(artifact) => match artifact.map_err(wasmtime::Error::from).and_then(|artifact| {
			// SAFETY: only this user can write to the cache directory, and the parent has named a
			// file that it made from an answer of a worker.
			unsafe { Module::deserialize_open_file(&engine, artifact) }
		}) {
			Ok(module) => Some(module),
			Err(error) => return answer(&Reply::UnusableArtifact(format!("{error:#}"))),
		},
		None => None,
	};
	let thread = std::thread::Builder::new()
		.stack_size(THREAD_STACK)
		.spawn(move || sealed(&setup, report, &engine, module.as_ref()))?;
	thread.join().unwrap_or_else(|_| Err(io::Error::other("the worker panicked")))
}

/// The part after which only the listed system calls are left.
fn sealed(
	setup: &Setup,
	mut report: SandboxReport,
	engine: &Engine,
	module: Option<&Module>,
) -> io::Result<()> {
	sandbox::seal(&mut report);
	if !report.is_sufficient() && !setup.insecure {
		return answer(&Reply::NoSandbox(report.missing.join("; ")));
	}
	answer(&Reply::Ready { sandbox: report, engine: engine::fingerprint(engine) })?;
	match (&setup.role, module) {
		(Role::Probe, _) => Ok(()),
		(Role::Attempt(attempt), _) => answer(&Reply::Attempted(attempt.make())),
		(Role::Prepare, _) => prepare(setup.codegen, setup.traces),
		(Role::Locate, _) => locate(),
		(Role::Execute { .. }, Some(module)) => run(engine, module),
		(Role::Execute { .. }, None) => Err(io::Error::other("no module was loaded")),
	}
}

fn prepare(codegen: Codegen, traces: bool) -> io::Result<()> {
	let mut from = pipe(0);
	let work: Prepare = receive(&mut *from, MESSAGE_BYTES)?;
	let Some(profile) = Profile::by_id(&work.profile) else {
		return answer(&Reply::EngineFailed("unknown profile".into()));
	};
	let most = profile.limits.module_bytes.into();
	let module = receive_bytes(&mut *from, work.module_bytes, most)?;
	// The task's bound on memory is enforced while it runs, so that one artifact serves all.
	let metered = match assay_metering::instrument(&module, &profile, u32::MAX) {
		Ok(metered) => metered,
		Err(refusal) => return answer(&Reply::Refused(refusal)),
	};
	drop(module);
	match engine::compile(codegen, traces, &metered) {
		Ok(artifact) => {
			let artifact_bytes = artifact.len() as u64;
			answer(&Reply::Compiled { info: metered.info, artifact_bytes })?;
			pipe(1).write_all(&artifact)?;
			wait_for_the_end(&mut from)
		},
		Err(error) => answer(&Reply::EngineFailed(format!("{error:#}"))),
	}
}

fn run(engine: &Engine, module: &Module) -> io::Result<()> {
	let mut from = pipe(0);
	let Execute { spec, startup_gas, input_bytes } = receive(&mut *from, MESSAGE_BYTES)?;
	let input = match input_bytes {
		Some(length) => Some(receive_bytes(&mut *from, length, MAX_CONTENT_SIZE)?),
		None => None,
	};
	let Some(profile) = Profile::by_id(&spec.profile) else {
		return answer(&Reply::EngineFailed("unknown profile".into()));
	};
	match execute(engine, module, &profile, startup_gas, &spec, input) {
		Ok(Ran { class, gas_used, memory_pages, outputs, stopped }) => {
			let manifest = outputs.manifest;
			answer(&Reply::Ran { class, gas_used, memory_pages, stopped, manifest })?;
			let mut to = pipe(1);
			outputs.contents.iter().try_for_each(|content| to.write_all(content))?;
			wait_for_the_end(&mut from)
		},
		Err(error) => answer(&Reply::EngineFailed(error)),
	}
}

/// Says what places of the metered code are in the module.
fn locate() -> io::Result<()> {
	let mut from = pipe(0);
	let Locate { profile, module_bytes, places } = receive(&mut *from, MESSAGE_BYTES)?;
	let Some(profile) = Profile::by_id(&profile) else {
		return answer(&Reply::EngineFailed("unknown profile".into()));
	};
	let module = receive_bytes(&mut *from, module_bytes, profile.limits.module_bytes.into())?;
	let origins = match assay_metering::origins(&module, &profile, &places) {
		Ok(origins) => origins,
		Err(refusal) => return answer(&Reply::Refused(refusal)),
	};
	let functions = places.iter().map(|place| place.function).collect();
	let names = trace::function_names(&module, &functions);
	let frames = places.iter().zip(origins).map(|(place, offset)| Frame {
		function: place.function,
		name: names.get(&place.function).cloned(),
		offset,
	});
	answer(&Reply::Located(frames.collect()))
}

/// The parent looks how much memory this took before it lets go.
fn wait_for_the_end(from: &mut File) -> io::Result<()> {
	// Not `read_to_end`, which asks a file for its size first.
	from.read(&mut [0]).map(|_| ())
}

fn answer(reply: &Reply) -> io::Result<()> {
	send(&mut *pipe(1), reply)
}
