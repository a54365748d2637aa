//! The reference executor as a wasm module of its own, to measure it where the court runs it.
//!
//! Empty for other targets than wasm32. `scripts/bench-interpreter.sh` builds it and drives it from
//! `engine/interpreter/examples/inside.rs`.

#![cfg_attr(target_arch = "wasm32", no_std)]

#[cfg(target_arch = "wasm32")]
mod guest;
#[cfg(target_arch = "wasm32")]
mod heap;
