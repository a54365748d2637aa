//! Names the commit in `assay-node --version`.
//!
//! Runs again when a file of this package changes, not on every commit: in a working copy the name
//! can lag behind, in a fresh build it can't.

fn main() {
	polkadot_sdk::substrate_build_script_utils::generate_cargo_keys();
}
