//! Settings of wasmi. None of them changes a result.

use assay_primitives::profile::{Features, Profile};
use wasmi::{CompilationMode, Config};

/// Calls that may be open at once. Each takes at least the slots of an empty frame, except for one
/// at the top of the stack that calls nothing, and the pass's own.
const MAX_CALLS: usize = 1 << 16;

/// Bytes of the value stack, out of reach of what the pass admits.
///
/// A frame here holds at most what the pass counts for it, in cells of 8 bytes (16 for a vector), and
/// those that its injected code uses. Beside all counted slots there may be one frame more: that
/// which finds that there are not enough left for it.
const MAX_STACK_BYTES: usize = 8 << 20;

/// How programs of this profile are interpreted.
pub fn config(profile: &Profile) -> Config {
	let mut config = Config::default();
	config
		// What is called often is translated once either way; what is never called costs nothing.
		.compilation_mode(CompilationMode::LazyTranslation)
		.set_max_recursion_depth(MAX_CALLS)
		.set_max_stack_height(MAX_STACK_BYTES)
		.set_max_cached_stacks(1)
		.consume_fuel(false)
		.ignore_custom_sections(true)
		.allow_start_fn(false)
		.wasm_mutable_global(true)
		.wasm_sign_extension(true)
		.wasm_saturating_float_to_int(true)
		.wasm_multi_value(true)
		.wasm_bulk_memory(true)
		.wasm_reference_types(true)
		.wasm_extended_const(true)
		.floats(true)
		.wasm_multi_memory(false)
		.wasm_tail_call(false)
		.wasm_custom_page_sizes(false)
		.wasm_wide_arithmetic(false)
		.wasm_simd(profile.features.contains(Features::SIMD))
		.wasm_relaxed_simd(false);
	config
}
