//! What the book promises is there.

use std::{
	collections::BTreeSet,
	fs,
	path::{Path, PathBuf},
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
/// Folders of the repository that hold tests.
const CODE: &[&str] = &[
	"cli",
	"client",
	"decisions",
	"end-to-end",
	"engine",
	"finality",
	"interface",
	"local",
	"node",
	"offchain-worker",
	"pallets",
	"primitives",
	"runtime",
	"simulation",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
	for entry in fs::read_dir(folder).expect("a folder of the repository").flatten() {
		let path = entry.path();
		if path.is_dir() && !path.ends_with("target") && !path.ends_with("node_modules") {
			sources(&path, found);
		} else if path.extension().is_some_and(|extension| extension == "rs") {
			found.push(path);
		}
	}
}

/// Names of all functions in the code.
fn functions() -> BTreeSet<String> {
	let mut files = Vec::new();
	for folder in CODE {
		sources(&Path::new(ROOT).join(folder), &mut files);
	}
	let mut names = BTreeSet::new();
	for file in files {
		let text = fs::read_to_string(&file).expect("a source");
		for rest in text.split("fn ").skip(1) {
			let is_name = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
			names.insert(rest.chars().take_while(is_name).collect());
		}
	}
	names
}

/// What stands between backticks on a page.
fn quoted(page: &str) -> Vec<String> {
	let path = Path::new(ROOT).join("docs").join(page);
	let text = fs::read_to_string(path).expect("a page of the book");
	text.lines().flat_map(|line| line.split('`').skip(1).step_by(2)).map(String::from).collect()
}

/// The name of the test that a quote is, if it is one.
fn test_name(quote: &str) -> Option<&str> {
	let name = quote.rsplit("::").next().unwrap_or_default();
	let name = name.rsplit('/').next().unwrap_or_default();
	name.contains("_should_").then_some(name)
}

#[test]
fn pages_should_name_tests_that_exist() {
	let functions = functions();
	for (page, least) in [("threats.md", 150), ("acceptance.md", 130)] {
		let quotes = quoted(page);
		let names: Vec<_> = quotes.iter().filter_map(|quote| test_name(quote)).collect();
		for name in &names {
			assert!(functions.contains(*name), "{page}: no test is called {name}");
		}
		assert!(names.len() > least, "{page}: {} tests are named", names.len());
	}
}

/// A case is held by a test, or says plainly that it is not.
#[test]
fn acceptance_should_leave_no_case_without_a_test_or_a_word() {
	let path = Path::new(ROOT).join("docs/acceptance.md");
	let text = fs::read_to_string(path).expect("a page of the book");
	let mut cases = Vec::new();
	for row in text.lines().filter(|line| line.starts_with("| ") && line.contains("-")) {
		let [_, case, _, held, _] = *row.split('|').map(str::trim).collect::<Vec<_>>() else {
			panic!("no row of a case: {row}");
		};
		let is_held = held.split('`').skip(1).step_by(2).any(|it| test_name(it).is_some());
		let says_so = held.starts_with("**not held yet**") || held.starts_with("**not built**");
		assert!(is_held || says_so, "{case} is held by nothing");
		cases.push(case.to_string());
	}
	let all = [("MKT", 27), ("DEAL", 38), ("PROV", 4), ("MED", 17), ("ENG", 9), ("POOL", 20)];
	let all =
		all.iter().flat_map(|(room, count)| (1..=*count).map(move |n| format!("{room}-{n:02}")));
	assert_eq!(cases, all.collect::<Vec<_>>());
}

#[test]
fn threats_should_name_files_that_exist() {
	let shorts = [("daemon", "offchain-worker/src")];
	let pallets = ["deals", "providers", "market", "mediation", "court", "content", "beacon"];
	for quote in quoted("threats.md") {
		let path = quote.split("::").next().unwrap_or_default();
		if !path.ends_with(".rs") {
			continue;
		}
		let (first, rest) = path.split_once('/').unwrap_or((path, ""));
		let full = match shorts.iter().find(|(short, _)| *short == first) {
			Some((_, folder)) => format!("{folder}/{rest}"),
			None if pallets.contains(&first) => format!("pallets/{first}/src/tests/{rest}"),
			None => path.to_string(),
		};
		assert!(Path::new(ROOT).join(&full).is_file(), "there is no {full}");
	}
}

/// Whoever follows the page must find what it names; `NAME` is still to be added.
#[test]
fn adding_should_name_files_that_exist() {
	let is_file = |quote: &String| {
		let ending = quote.rsplit('.').next().unwrap_or_default();
		quote.contains('/') && ["rs", "toml", "md"].contains(&ending) && !quote.contains("NAME")
	};
	let named: BTreeSet<String> = quoted("adding.md").into_iter().filter(is_file).collect();
	for path in &named {
		assert!(Path::new(ROOT).join(path).is_file(), "there is no {path}");
	}
	assert!(named.len() > 20, "{} files are named", named.len());
}
