//! Benchmarks are compiled with a feature that no build of the tests has, since all crates would be compiled once more.
//! So that they go with the pallets all the same, what can be told from their text is compared;
//! `scripts/bench-weights.sh --check` compiles them.

use std::{collections::BTreeMap, fs, path::Path};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Names of functions, and how many components each has.
type Functions = BTreeMap<String, usize>;

fn source(path: &str) -> Option<String> {
	fs::read_to_string(Path::new(ROOT).join(path)).ok()
}

/// Those that give a weight: others are marked as extra.
fn benchmarks(source: &str) -> Functions {
	let found = source.split("#[benchmark]").skip(1).map(|text| {
		let (_, text) = text.split_once("fn ").expect("a benchmark is a function");
		let (name, rest) = text.split_once('(').expect("a function has arguments");
		let arguments = rest.split(") {").next().unwrap_or_default();
		(name.to_string(), arguments.matches(": Linear<").count())
	});
	found.collect()
}

/// What the trait of a pallet's weights asks for.
fn weights(source: &str) -> Functions {
	let (_, asked) = source.split_once("pub trait WeightInfo {").expect("there is the trait");
	let asked = asked.split("\n}").next().unwrap_or_default();
	let functions = asked.lines().filter_map(|line| line.strip_prefix("\tfn "));
	let function = |line: &str| {
		let (name, arguments) = line.split_once('(').expect("a function has arguments");
		(name.to_string(), arguments.matches(": u32").count())
	};
	functions.map(function).collect()
}

/// Whose weights are by hand still. What begins their work is closed on networks that last.
const BY_HAND: [&str; 1] = ["pool"];

#[test]
fn weights_should_be_what_benchmarks_measure() {
	let read = |path: &str| source(path).expect("it is committed");
	let (list, manifest) = (read("runtime/src/benchmarks.rs"), read("runtime/Cargo.toml"));
	let mut measured = 0;
	for folder in fs::read_dir(Path::new(ROOT).join("pallets")).expect("a folder").flatten() {
		let name = folder.file_name().to_string_lossy().into_owned();
		if !manifest.contains(&format!("\npallet-{name} ")) {
			// In no runtime that could measure it.
			continue;
		}
		if BY_HAND.contains(&name.as_str()) {
			let weights = read(&format!("pallets/{name}/src/weights.rs"));
			assert!(weights.contains("by hand"), "pallets/{name} was measured");
			continue;
		}
		let file = |file: &str| source(&format!("pallets/{name}/src/{file}.rs"));
		let (benchmarks, weights) = (
			file("benchmarking").map(|text| benchmarks(&text)),
			file("weights").map(|text| weights(&text)),
		);
		assert_eq!(benchmarks, weights, "pallets/{name}: measure with scripts/bench-weights.sh");
		if benchmarks.is_some() {
			measured += 1;
			let listed = list.contains(&format!("[pallet_{name}, "));
			assert!(listed, "name pallet_{name} in runtime/src/benchmarks.rs");
			let feature = manifest.contains(&format!("\"pallet-{name}/runtime-benchmarks\""));
			assert!(feature, "have runtime/Cargo.toml pass the feature on to pallet-{name}");
		}
	}
	assert!(measured > 10, "{measured} pallets have benchmarks");
}
