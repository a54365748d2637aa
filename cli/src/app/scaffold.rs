//! `assay app new`: a folder that builds.

use crate::{
	args::{Language, NewArgs},
	context::Context,
	failure::Failure,
	output,
};
use serde_json::json;
use std::{
	fs,
	io::{self, ErrorKind, Write},
	os::unix::fs::OpenOptionsExt,
	path::Path,
};

/// A file of a template: where it goes, what is in it, whether it can be run.
type File = (&'static str, &'static str, bool);

const RUST: &[File] = &[
	("Cargo.toml", include_str!("templates/rust/Cargo.toml"), false),
	("src/main.rs", include_str!("templates/rust/src/main.rs"), false),
	("build.sh", include_str!("templates/rust/build.sh"), true),
	(".gitignore", "/target\n*.wasm\n", false),
];
const C: &[File] = &[
	("main.c", include_str!("templates/c/main.c"), false),
	("build.sh", include_str!("templates/c/build.sh"), true),
	(".gitignore", "*.o\n*.wasm\n", false),
];
const JS: &[File] = &[
	("main.js", include_str!("templates/js/main.js"), false),
	("build.sh", include_str!("templates/js/build.sh"), true),
	(".gitignore", "*.input\n", false),
];
/// Longest name of a program.
const NAME_BYTES: usize = 64;

/// Writes a template.
pub fn run(args: &NewArgs, context: &Context) -> Result<(), Failure> {
	let name = args.name.as_str();
	if !is_name(name) {
		return Err(Failure::usage(format!("{name:?} can't name a program")).hint(
			"begin with a small letter, and use small letters, digits, - and _: assay app new my-job",
		));
	}
	let folder = Path::new(name);
	match fs::create_dir(folder) {
		Ok(()) => {},
		Err(error) if error.kind() == ErrorKind::AlreadyExists => {
			let text = format!("{name} exists already");
			return Err(Failure::usage(text).hint("choose another name, or remove it"));
		},
		Err(error) => return Err(Failure::new(format!("can't create {name}: {error}"))),
	}
	let files = match args.lang {
		Language::Rust => RUST,
		Language::C => C,
		Language::Js => JS,
	};
	for file in files {
		write(folder, file, name)
			.map_err(|error| Failure::new(format!("can't write {name}/{}: {error}", file.0)))?;
	}
	let next = next(args.lang, name);
	if context.global.output.is_json() {
		let paths: Vec<_> = files.iter().map(|(path, ..)| folder.join(path)).collect();
		let value = json!({ "name": name, "files": paths, "next": next });
		output::json(context.global.output, &value);
		return Ok(());
	}
	if context.global.quiet {
		output::line(name);
		return Ok(());
	}
	output::line(&format!("{name} is ready\n\nnext:"));
	for line in next {
		output::line(&format!("  {line}"));
	}
	Ok(())
}

fn is_name(name: &str) -> bool {
	let rest = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
	name.len() <= NAME_BYTES
		&& name.starts_with(|c: char| c.is_ascii_lowercase())
		&& name.chars().all(rest)
}

fn write(folder: &Path, (path, text, runs): &File, name: &str) -> io::Result<()> {
	let path = folder.join(path);
	if let Some(parent) = path.parent() {
		fs::create_dir_all(parent)?;
	}
	let mode = if *runs { 0o755 } else { 0o644 };
	let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
	file.write_all(text.replace("@NAME@", name).as_bytes())
}

fn next(lang: Language, name: &str) -> Vec<String> {
	match lang {
		Language::Js => vec![
			format!("{name}/build.sh {name}/main.js"),
			format!("assay app run examples/dist/script.wasm --input {name}/{name}.input"),
		],
		Language::Rust | Language::C => vec![
			format!("{name}/build.sh"),
			format!("assay app check {name}/{name}.wasm"),
			format!("echo hello | assay app run {name}/{name}.wasm"),
		],
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn names_should_be_those_that_every_tool_takes() {
		for name in ["a", "my-job", "job_2"] {
			assert!(is_name(name), "{name}");
		}
		let long = "a".repeat(NAME_BYTES + 1);
		for name in ["", "-a", "2a", "A", "a b", "../a", "a/b", "a.b", "ä", &long] {
			assert!(!is_name(name), "{name}");
		}
	}
}
