//! Builds the runtime's wasm beside its native form.

/// Hash of the metadata, by which hardware wallets check what they sign. It is committed and tested
/// rather than computed here: that would compile the runtime twice.
#[cfg(feature = "std")]
const HASH_FILE: &str = "metadata-hash.txt";

fn main() {
	#[cfg(feature = "std")]
	{
		println!("cargo:rerun-if-changed={HASH_FILE}");
		let hash = std::fs::read_to_string(HASH_FILE).expect("the file is committed");
		// SAFETY: a build script has one thread here. The build of the wasm inherits the variable.
		unsafe { std::env::set_var("RUNTIME_METADATA_HASH", hash.trim()) };
		substrate_wasm_builder::WasmBuilder::init_with_defaults().build();
	}
}
