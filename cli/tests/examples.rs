//! Every example program, run as its author would, gives what is kept beside it.

use std::{
	collections::BTreeMap,
	fs,
	path::{Path, PathBuf},
	process::Command,
};

/// Programs with their inputs and arguments. Those that need a C compiler may have been left out, where
/// ASSAY_WITHOUT_C says so.
const EXAMPLES: [(&str, &str, &[&str], bool); 5] = [
	("wordstats", "alice.txt", &["10"], false),
	("picture", "astronaut.png", &["resize", "256", "256"], false),
	("digits", "held-out.csv", &[], false),
	("align", "pair.fasta", &[], true),
	("script", "stations.js", &[], true),
];

fn examples() -> PathBuf {
	Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples")
}

/// Files below a folder by their paths.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
	let mut found = BTreeMap::new();
	let mut open = vec![folder.to_path_buf()];
	while let Some(next) = open.pop() {
		for entry in fs::read_dir(&next).expect("a folder") {
			let path = entry.expect("an entry").path();
			if path.is_dir() {
				open.push(path);
			} else {
				let name = path.strip_prefix(folder).expect("below it").to_path_buf();
				found.insert(name, fs::read(&path).expect("readable"));
			}
		}
	}
	found
}

#[test]
fn examples_should_give_what_is_kept_beside_them_when_run_on_this_machine() {
	let desk = tempfile::tempdir().expect("a temporary directory can be made");
	for (name, input, arguments, needs_c) in EXAMPLES {
		let module = examples().join("dist").join(format!("{name}.wasm"));
		if needs_c && !module.exists() && std::env::var_os("ASSAY_WITHOUT_C").is_some() {
			eprintln!("{name} is left out: it was not built");
			continue;
		}
		assert!(module.exists(), "run scripts/build-examples.sh: {} is missing", module.display());
		let out = desk.path().join(name);
		let mut command = Command::new(env!("CARGO_BIN_EXE_assay"));
		command
			.env("XDG_CACHE_HOME", desk.path().join("cache"))
			.args(["app", "run"])
			.arg(&module)
			.arg("--input")
			.arg(examples().join(name).join("data").join(input))
			.arg("--output-dir")
			.arg(&out);
		for argument in arguments {
			command.args(["--arg", argument]);
		}
		if std::env::var_os("ASSAY_TEST_INSECURE").is_some() {
			command.arg("--insecure");
		}
		let run = command.output().expect("it was started");
		let said = String::from_utf8_lossy(&run.stderr);
		assert!(run.status.success(), "{name}: {said}");
		assert!(
			files(&examples().join(name).join("expected")) == files(&out),
			"{name} wrote something else"
		);
	}
}
