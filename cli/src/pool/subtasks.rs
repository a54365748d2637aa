//! What the subtasks of a pool are: files, or the combinations of a grid.

use super::grid::Grid;
use crate::{app::local, args::SubtaskArgs, failure::Failure, inputs};
use assay_primitives::pool::MAX_LEAVES;
use std::path::PathBuf;

/// The subtasks, in their order.
pub enum Subtasks {
	/// A file each.
	Files(Vec<PathBuf>),
	/// A combination of parameters each.
	Grid(Grid),
}

impl Subtasks {
	/// What the command line names.
	pub fn of(args: &SubtaskArgs) -> Result<Self, Failure> {
		if args.inputs.is_empty() {
			let grid = Grid::of(args.parameters.clone()).map_err(|why| {
				Failure::usage(why).hint("take wider steps, or divide the work into several pools")
			})?;
			return Ok(Self::Grid(grid));
		}
		let files = inputs::files(&args.inputs)?;
		match files.len() {
			0 => Err(Failure::usage("the lists name no files")
				.hint("write a path on each line, relative to the list")),
			count if count > MAX_LEAVES as usize => {
				let text = format!("{count} files are more than the {MAX_LEAVES} of a pool");
				Err(Failure::usage(text).hint("divide the work into several pools"))
			},
			_ => Ok(Self::Files(files)),
		}
	}

	/// How many there are.
	pub fn len(&self) -> u32 {
		match self {
			// No more than a pool may have.
			Self::Files(files) => files.len() as u32,
			Self::Grid(grid) => grid.len(),
		}
	}

	/// How people name one of them.
	pub fn name(&self, at: u32) -> String {
		match self {
			Self::Files(files) => {
				files.get(at as usize).map_or_else(String::new, |it| it.display().to_string())
			},
			Self::Grid(grid) => {
				let pair = |(name, value): (&str, String)| format!("{name}={value}");
				grid.values(at).into_iter().map(pair).collect::<Vec<_>>().join(" ")
			},
		}
	}

	/// Input of one of them; an empty one is none.
	pub fn input(&self, at: u32) -> Result<Option<Vec<u8>>, Failure> {
		match self {
			Self::Files(files) => {
				files.get(at as usize).map_or(Ok(None), |it| local::read_input(it))
			},
			Self::Grid(grid) => Ok(Some(grid.input(at))),
		}
	}

	/// What they are, in a few words.
	pub fn words(&self) -> String {
		match self {
			Self::Files(files) => format!("{}, a file each", files.len()),
			Self::Grid(grid) => {
				format!("{}, the combinations of {}", grid.len(), grid.names().join(", "))
			},
		}
	}
}
