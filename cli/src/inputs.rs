//! Files that are the inputs of many tasks.

use crate::{content, failure::Failure};
use std::{
	fs,
	path::{Path, PathBuf},
};

/// Extension of files that list inputs.
const LIST: &str = "list";

/// The files that paths stand for, in their order.
pub fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
	let mut files = Vec::new();
	for path in paths {
		files.extend(expand(path)?);
	}
	Ok(files)
}

/// A file is itself, a folder its files by name, and a list the files that it names, beside it.
fn expand(path: &Path) -> Result<Vec<PathBuf>, Failure> {
	let unreadable = |path: &Path, error: &dyn std::fmt::Display| {
		Failure::usage(format!("can't read {}: {error}", path.display()))
	};
	if path.is_dir() {
		let mut files = Vec::new();
		for entry in fs::read_dir(path).map_err(|error| unreadable(path, &error))? {
			let file = entry.map_err(|error| unreadable(path, &error))?.path();
			if file.is_file() {
				files.push(file);
			}
		}
		if files.is_empty() {
			return Err(Failure::usage(format!("{} has no files in it", path.display())));
		}
		files.sort();
		return Ok(files);
	}
	if path.extension().is_some_and(|extension| extension == LIST) {
		let text =
			String::from_utf8(content::read(path)?).map_err(|error| unreadable(path, &error))?;
		let beside = path.parent().unwrap_or_else(|| Path::new(""));
		let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
		return Ok(lines.map(|line| beside.join(line)).collect());
	}
	Ok(vec![path.to_path_buf()])
}
