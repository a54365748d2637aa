//! Decisions about cases, and the loop against the real runtime.

mod chain;
mod decisions;
mod judging;
