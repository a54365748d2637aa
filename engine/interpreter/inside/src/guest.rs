//! What the host calls, step by step so that it can time each.

use alloc::vec::Vec;
use assay_interpreter::{Bounds, Finished, testing};
use assay_metering::read;
use assay_primitives::{outcome::Outcome, profile::Profile, task::TaskSpec};
use codec::{Decode, Encode};
use core::cell::UnsafeCell;

extern crate alloc;

/// A job as the host writes it.
type Job = (TaskSpec, Profile, Vec<u8>, Option<Vec<u8>>);

struct Cell(UnsafeCell<Option<State>>);

// SAFETY: there are no threads.
unsafe impl Sync for Cell {}

static STATE: Cell = Cell(UnsafeCell::new(None));

#[derive(Default)]
struct State {
	written: Vec<u8>,
	job: Option<Job>,
	answer: Vec<u8>,
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
	core::arch::wasm32::unreachable()
}

fn state() -> &'static mut State {
	// SAFETY: there are no threads, and each function here takes it once.
	let state = unsafe { &mut *STATE.0.get() };
	state.get_or_insert_default()
}

/// Room for a job of this length.
#[unsafe(no_mangle)]
extern "C" fn reserve(length: usize) -> *mut u8 {
	let state = state();
	*state = State { written: alloc::vec![0; length], ..State::default() };
	state.written.as_mut_ptr()
}

/// Decodes the job.
#[unsafe(no_mangle)]
extern "C" fn decode() -> u32 {
	let state = state();
	state.job = Job::decode(&mut state.written.as_slice()).ok();
	state.written = Vec::new();
	state.job.is_some().into()
}

/// Reads the module through; 0 where it is refused.
#[unsafe(export_name = "read")]
extern "C" fn read_module() -> u32 {
	let state = state();
	let Some((spec, profile, module, _)) = &state.job else { return 0 };
	read(module, profile, spec.limits.memory_pages).is_ok().into()
}

/// Does that, and makes all of its functions ready; gives the bytes that they take, 0 where it is refused.
#[unsafe(no_mangle)]
extern "C" fn prepare() -> usize {
	let state = state();
	let Some((spec, profile, module, _)) = &state.job else { return 0 };
	let read = read(module, profile, spec.limits.memory_pages);
	read.ok().and_then(|read| testing::prepare(&read)).unwrap_or(0)
}

/// Reads the module and runs it.
#[unsafe(no_mangle)]
extern "C" fn run() -> u32 {
	let state = state();
	let Some((spec, profile, module, input)) = &state.job else { return 0 };
	let Ok(read) = read(module, profile, spec.limits.memory_pages) else { return 0 };
	let Ok(ran) = assay_interpreter::run(&read, spec, input.clone(), Bounds::NONE) else {
		return 0;
	};
	let outcome = Outcome::new(ran.class, ran.gas_used, &ran.outputs.manifest);
	state.answer = outcome.encode();
	1
}

/// All at once, content checks included: what the court does.
#[unsafe(no_mangle)]
extern "C" fn execute() -> u32 {
	let state = state();
	let Some((spec, profile, module, input)) = state.job.take() else { return 0 };
	match assay_interpreter::execute(&module, &spec, &profile, input) {
		Ok(Finished { outcome, .. }) => {
			state.answer = outcome.encode();
			1
		},
		Err(_) => 0,
	}
}

/// The outcome, encoded.
#[unsafe(no_mangle)]
extern "C" fn answer() -> *const u8 {
	state().answer.as_ptr()
}

/// Its length.
#[unsafe(no_mangle)]
extern "C" fn answer_length() -> usize {
	state().answer.len()
}
