//! `assay pool`: many subtasks of one program, for which providers race.

mod grid;

pub use grid::{Axis, axis};
