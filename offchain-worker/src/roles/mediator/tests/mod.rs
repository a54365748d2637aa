//! The loop against the real runtime.

mod chain;
mod judging;
