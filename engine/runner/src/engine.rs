//! Settings of wasmtime. None of them changes a result: results and gas come from the pass.

use crate::Codegen;
use assay_metering::{Metered, ModuleInfo, base_features};
use assay_primitives::{Hash, hashing::tagged_hash};
use std::{
	hash::{Hash as _, Hasher},
	num::NonZeroUsize,
	time::Duration,
};
use wasmtime::{Config, Engine, Inlining, OptLevel, RegallocAlgorithm, WasmFeatures};

/// Native stack for wasm. The pass ends a program earlier: a slot stands for at most 128 operators,
/// for each of which the compiler may keep a few values of eight bytes, and there are 65,536 slots.
pub const WASM_STACK: usize = 512 << 20;

/// Bytes of a page.
pub const PAGE: usize = assay_primitives::profile::PAGE_SIZE as usize;

/// Most of what a module may have of [`assay_metering::ModuleInfo::merges_squared`] for the allocator
/// of registers that makes the faster code. Its time is the square of the merged values of a function:
/// about a second for each 10^9. Beyond this the one that takes a single pass compiles the module.
const BACKTRACKING: u64 = 6_000_000_000;

/// Most work and most squares of pieces for the optimiser, which takes about three times as long as
/// compiling without it, and a second for each 10^8 squares.
const OPTIMISED_WORK: u64 = 9_000_000;
const OPTIMISED_PIECES: u64 = 150_000_000;

/// What a unit of work takes where nothing is optimised, and how many times as long it takes otherwise.
const WORK_NANOS: u64 = 250;
const OPTIMISING: u64 = 3;

/// Most frames of a backtrace: the profile's slots, of which a function that calls takes more than four.
const FRAMES: usize = 16_384;

/// The engine that compiles and runs jobs. To run one takes a thread whose stack is larger than the
/// 512 MiB that wasm may use.
pub fn engine(codegen: Codegen) -> wasmtime::Result<Engine> {
	Engine::new(&config(codegen))
}

/// The same engine, which can tell where a run ended if `traces`.
pub fn engine_with(codegen: Codegen, traces: bool) -> wasmtime::Result<Engine> {
	Engine::new(&config_with(codegen, traces))
}

fn config_with(codegen: Codegen, traces: bool) -> Config {
	let mut config = config(codegen);
	if traces {
		config.generate_address_map(true).wasm_backtrace_max_frames(NonZeroUsize::new(FRAMES));
	}
	config
}

/// How long a module takes to be compiled.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Compiling {
	/// On one core of an ordinary machine.
	pub time: Duration,
	/// Whether the code is optimised. Otherwise it runs some two to three times as long.
	pub optimised: bool,
}

impl Compiling {
	/// Of a module that is within its profile.
	pub fn of(info: &ModuleInfo) -> Self {
		let optimised = !is_heavy(info);
		let times = if optimised { OPTIMISING } else { 1 };
		let nanos = info.work.saturating_mul(WORK_NANOS).saturating_mul(times);
		Self { time: Duration::from_nanos(nanos), optimised }
	}
}

fn is_heavy(info: &ModuleInfo) -> bool {
	info.work > OPTIMISED_WORK || info.pieces_squared > OPTIMISED_PIECES
}

/// Compiles a metered module by the best means that take a bounded time for it. What any of them
/// makes runs in [`engine`].
pub fn compile(codegen: Codegen, traces: bool, metered: &Metered) -> wasmtime::Result<Vec<u8>> {
	let info = &metered.info;
	let mut config = config_with(if is_heavy(info) { Codegen::Quick } else { codegen }, traces);
	if info.merges_squared > BACKTRACKING {
		config.cranelift_regalloc_algorithm(RegallocAlgorithm::SinglePass);
	}
	Engine::new(&config)?.precompile_module(&metered.wasm)
}

/// The settings.
pub fn config(codegen: Codegen) -> Config {
	// Whether a module may use vectors was decided before the engine sees it.
	let base = base_features!(WasmFeatures) | WasmFeatures::SIMD;
	let level = match codegen {
		Codegen::Speed => OptLevel::Speed,
		Codegen::Plain | Codegen::Quick => OptLevel::None,
	};
	let mut config = Config::new();
	config
		.wasm_features(WasmFeatures::all().difference(base), false)
		.wasm_features(base, true)
		.gc_support(false)
		.shared_memory(false)
		.relaxed_simd_deterministic(true)
		// The pass makes NaNs canonical, where somebody can tell them apart.
		.cranelift_nan_canonicalization(false)
		.cranelift_opt_level(level)
		// The pass says which of its branches are hardly ever taken. That moves code, and does nothing else.
		.wasm_branch_hinting(true)
		.compiler_inlining(Inlining::No)
		.consume_fuel(false)
		.epoch_interruption(false)
		.max_wasm_stack(WASM_STACK)
		.async_stack_size(WASM_STACK)
		.memory_reservation(1 << 32)
		.memory_may_move(false)
		.memory_reservation_for_growth(0)
		// It would need memory files, which the sandbox does not allow.
		.memory_init_cow(false)
		.generate_address_map(false)
		.native_unwind_info(false)
		.wasm_backtrace_max_frames(None);
	if codegen == Codegen::Quick {
		config.cranelift_regalloc_algorithm(RegallocAlgorithm::SinglePass);
	}
	config
}

/// Names everything that decides whether a compiled module can be loaded: version and settings of
/// the engine, and the features of the processor that it compiles for.
pub fn fingerprint(engine: &Engine) -> Hash {
	let mut bytes = Bytes(Vec::new());
	engine.precompile_compatibility_hash().hash(&mut bytes);
	let machine = (std::env::consts::ARCH, std::env::consts::OS);
	tagged_hash(b"assay/engine/1", &(machine, bytes.0))
}

/// Collects what is hashed, for a hash of full length.
struct Bytes(Vec<u8>);

impl Hasher for Bytes {
	fn write(&mut self, bytes: &[u8]) {
		self.0.extend_from_slice(bytes);
	}

	fn finish(&self) -> u64 {
		self.0.len() as u64
	}
}
