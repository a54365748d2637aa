//! What the book promises is there.

use std::{
	collections::{BTreeMap, BTreeSet},
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

/// Files and folders of the repository, as paths from its root.
fn tree(folder: &Path, found: &mut BTreeSet<String>) {
	const NOT_OURS: &[&str] = &["target", "node_modules", ".git"];
	for entry in fs::read_dir(folder).expect("a folder of the repository").flatten() {
		let (path, name) = (entry.path(), entry.file_name());
		if NOT_OURS.iter().any(|other| name == *other) {
			continue;
		}
		let inner = path.strip_prefix(ROOT).expect("it is below the root");
		found.insert(inner.to_string_lossy().into_owned());
		if path.is_dir() {
			tree(&path, found);
		}
	}
}

/// The path that a quote is, if it is one: with a folder of the repository or the ending of a file, or any at all where
/// nothing else has a slash. `NAME` is still to be added.
fn path_of<'a>(quote: &'a str, all: bool, tree: &BTreeSet<String>) -> Option<&'a str> {
	let path = quote.split("::").next().unwrap_or_default().trim_end_matches('/');
	let (first, _) = path.split_once('/')?;
	let plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
	let is_plain = path.chars().all(plain) && path.starts_with(|c: char| c.is_ascii_lowercase());
	let ending = path.rsplit_once('.').map(|(_, ending)| ending);
	let is_file = ending.is_some_and(|ending| ["rs", "toml", "md", "sh"].contains(&ending));
	let wanted =
		all || is_file || tree.contains(first) || tree.contains(&format!("pallets/{first}"));
	(is_plain && wanted && !path.contains("NAME")).then_some(path)
}

/// Whether there is such a file or folder. Pages leave out what their subject says, and the tests of a pallet are named
/// by their file alone.
fn is_there(path: &str, tree: &BTreeSet<String>) -> bool {
	let (pallet, file) = path.split_once('/').unwrap_or((path, ""));
	let of_pallet = format!("pallets/{pallet}/src/tests/{file}");
	let ends = |it: &String| it.strip_suffix(path).is_some_and(|rest| rest.ends_with('/'));
	tree.contains(path)
		|| [of_pallet.clone(), of_pallet + ".rs"].iter().any(|it| tree.contains(it))
		|| tree.iter().any(ends)
}

#[test]
fn pages_should_name_files_and_folders_that_exist() {
	let mut tree_of_all = BTreeSet::new();
	tree(Path::new(ROOT), &mut tree_of_all);
	// A committee's draw is hashed with the first; a script makes the second.
	let others = ["mediation/committee", "examples/dist"];
	for page in pages() {
		for quote in quoted(&page).iter().filter(|quote| !others.contains(&quote.as_str())) {
			let Some(path) = path_of(quote, page == "threats.md", &tree_of_all) else { continue };
			assert!(is_there(path, &tree_of_all), "{page}: there is no {path}");
		}
	}
	let named = |page: &str| {
		let quotes = quoted(page);
		let paths = quotes.iter().filter_map(|quote| path_of(quote, false, &tree_of_all));
		paths.collect::<BTreeSet<_>>().len()
	};
	assert!(named("adding.md") > 40 && named("architecture.md") > 30, "they are full of paths");
}

/// Names of pages of the book, decisions aside: these tell what there was.
fn pages() -> Vec<String> {
	let folder = fs::read_dir(Path::new(ROOT).join("docs")).expect("the book").flatten();
	let names = folder.map(|entry| entry.file_name().to_string_lossy().into_owned());
	names.filter(|name| name.ends_with(".md")).collect()
}

/// What a pallet has of one kind, by the chain's metadata.
type Names = BTreeSet<String>;

/// All that a page may name of each pallet, by its name in small letters.
fn pallets() -> BTreeMap<String, Names> {
	let pallets = assay_interface::metadata().pallets().map(|pallet| {
		let variants = [pallet.call_variants(), pallet.event_variants(), pallet.error_variants()];
		let variants = variants.into_iter().flatten().flatten().map(|it| it.name.clone());
		let storage = pallet.storage().map_or(&[][..], |storage| storage.entries());
		let storage = storage.iter().map(|it| it.name().to_string());
		let constants = pallet.constants().map(|it| it.name().to_string());
		let views = pallet.view_functions().map(|it| it.name().to_string());
		let names = variants.chain(storage).chain(constants).chain(views).collect();
		(pallet.name().to_ascii_lowercase(), names)
	});
	pallets.collect()
}

/// `setKeys` is `set_keys` to whoever sends it from JavaScript.
fn snake(name: &str) -> String {
	let letter = |c: char| match c.is_ascii_uppercase() {
		true => format!("_{}", c.to_ascii_lowercase()),
		false => c.to_string(),
	};
	name.chars().map(letter).collect()
}

/// What a quote names of a pallet, and the pallet.
fn of_pallet<'a>(
	quote: &'a str,
	pallets: &'a BTreeMap<String, Names>,
) -> Option<(&'a str, &'a Names)> {
	let (pallet, rest) = quote.split_once('.')?;
	let names = pallets.get(&pallet.to_ascii_lowercase())?;
	let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
	let name = rest.split(|c| !is_name(c)).next().unwrap_or_default();
	(name != "rs").then_some((name, names))
}

#[test]
fn pages_should_name_calls_that_exist() {
	let pallets = pallets();
	let mut named = BTreeSet::new();
	for page in pages() {
		for quote in quoted(&page) {
			let Some((name, names)) = of_pallet(&quote, &pallets) else { continue };
			let exists = names.contains(name) || names.contains(&snake(name));
			assert!(exists, "{page}: the chain has no {quote}");
			named.insert(quote);
		}
	}
	assert!(named.len() > 40, "{} calls are named", named.len());
}

/// In the table of calls without a command the first of a row says the pallet of those that follow.
#[test]
fn calls_without_a_command_should_exist() {
	let (pallets, path) = (pallets(), Path::new(ROOT).join("docs/client.md"));
	let text = fs::read_to_string(path).expect("a page of the book");
	let (_, rest) = text.split_once("## Calls without a command").expect("the page has them");
	let rows = rest.lines().take_while(|line| !line.starts_with("## "));
	let mut seen = 0;
	for row in rows.filter(|line| line.starts_with("| `")) {
		let calls = row.split('|').nth(1).unwrap_or_default().split('`').skip(1).step_by(2);
		let mut of_row = None;
		for call in calls {
			let (name, names) = match (of_pallet(call, &pallets), of_row) {
				(Some(found), _) => found,
				(None, Some(names)) => (call, names),
				(None, None) => panic!("no pallet is named before {call}"),
			};
			let exists = names.contains(name) || names.contains(&snake(name));
			assert!(exists, "the chain has no {call}: {row}");
			(of_row, seen) = (Some(names), seen + 1);
		}
	}
	assert!(seen > 15, "{seen} calls are named");
}
