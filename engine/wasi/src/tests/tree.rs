//! Inputs that are trees.

use super::*;
use crate::{BadTree, TREE_LINE, tree::Tree};
use alloc::{format, string::String};

/// A header as archivers write it, and the contents behind it.
fn entry(kind: u8, path: &str, contents: &[u8], target: &str) -> Vec<u8> {
	let mut header = vec![0; 512];
	header[..path.len()].copy_from_slice(path.as_bytes());
	header[124..135].copy_from_slice(format!("{:011o}", contents.len()).as_bytes());
	header[156] = kind;
	header[157..157 + target.len()].copy_from_slice(target.as_bytes());
	header[257..265].copy_from_slice(b"ustar\x0000");
	sealed(header, contents)
}

/// With its sum, and with contents that are filled up.
fn sealed(mut header: Vec<u8>, contents: &[u8]) -> Vec<u8> {
	header[148..156].fill(b' ');
	let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
	header[148..154].copy_from_slice(format!("{sum:06o}").as_bytes());
	header[154] = 0;
	let filled = contents.len().next_multiple_of(512);
	[header, contents.to_vec(), vec![0; filled - contents.len()]].concat()
}

fn file(path: &str, contents: &[u8]) -> Vec<u8> {
	entry(b'0', path, contents, "")
}

fn directory(path: &str) -> Vec<u8> {
	entry(b'5', path, b"", "")
}

fn link(path: &str, target: &str) -> Vec<u8> {
	entry(b'2', path, b"", target)
}

/// An archive of these entries, as an input.
fn archive(entries: &[Vec<u8>]) -> Vec<u8> {
	[TREE_LINE, &entries.concat(), &[0; 1_024]].concat()
}

/// Names of what is read.
fn read(entries: &[Vec<u8>]) -> Result<Vec<String>, BadTree> {
	let archive = archive(entries);
	let tree = Tree::read(&archive)?.expect("it says so");
	let name = |name: Vec<u8>| String::from_utf8(name).expect("it is UTF-8");
	Ok(tree.nodes.into_iter().map(|node| name(node.name)).collect())
}

#[test]
fn tree_should_be_unpacked_when_the_input_says_that_it_is_one() {
	let mut bench = Bench::second(Some(archive(&[
		directory("./"),
		directory("./lib/"),
		file("./lib/a.py", b"print"),
		file("lib/deep/er/b.py", &[7; 1_000]),
		link("lib/c.py", "deep/../a.py"),
		file("input", b"to be read"),
	])));
	assert_eq!(bench.names("in"), [&b"input"[..], b"lib"]);
	assert_eq!(bench.names("in/lib"), [&b"a.py"[..], b"c.py", b"deep"]);
	assert_eq!(bench.contents("in/lib/a.py"), b"print");
	assert_eq!(bench.contents("in/lib/c.py"), b"print");
	assert_eq!(bench.contents("in/lib/deep/er/b.py"), [7; 1_000]);
	assert_eq!(bench.read(0, 100), Ok(b"to be read".to_vec()), "its file is standard input");
	audit(&bench.host);
}

#[test]
fn tree_should_not_change_when_the_program_tries() {
	let mut bench = Bench::second(Some(archive(&[file("a/b", b"1"), link("a/c", "b")])));
	for path in ["in/a/b", "in/input"] {
		assert_eq!(bench.open(path, 0, rights::FILE).err(), Some(Errno::Rofs), "{path}");
		assert_eq!(bench.unlink(path).err(), Some(Errno::Rofs), "{path}");
	}
	assert_eq!(bench.unlink("in/a/c").err(), Some(Errno::Rofs));
	assert_eq!(bench.make_directory("in/a/d").err(), Some(Errno::Rofs));
	assert_eq!(bench.rename("in/a", "tmp/a").err(), Some(Errno::Rofs));
	assert_eq!(bench.link("in/a/b", "out/b").err(), Some(Errno::Rofs));
}

#[test]
fn standard_input_should_be_empty_when_a_tree_has_none() {
	for entries in
		[vec![], vec![file("a", b"1")], vec![directory("input")], vec![link("input", "a")]]
	{
		let mut bench = Bench::second(Some(archive(&entries)));
		assert_eq!(bench.read(0, 10), Ok(vec![]));
		assert!(bench.stat("in/input").is_ok(), "something has its name");
	}
}

#[test]
fn bytes_should_be_a_file_when_they_do_not_say_that_they_are_a_tree() {
	let plain = file("a", b"1");
	for input in [plain.clone(), vec![], b"assay-tree/1".to_vec(), b"assay-tree/2\n".to_vec()] {
		assert_eq!(Tree::read(&input), Ok(None));
		let mut bench = Bench::second(Some(input.clone()));
		assert_eq!(bench.contents("in/input"), input);
	}
	let mut first = Bench::with(1 << 20, Some(archive(std::slice::from_ref(&plain))));
	assert_eq!(first.contents("in/input"), archive(&[plain]), "former profiles have no trees");
}

#[test]
fn tree_should_be_refused_when_a_name_leads_elsewhere() {
	for path in [
		"/a", "..", "../a", "a/../b", "a/./b", "a//b", "a/..", "./../a", ".//a", "././a", "", "./",
		".", "a/", "./.",
	] {
		assert_eq!(read(&[file(path, b"")]), Err(BadTree::BadName), "{path}");
	}
	for path in ["/", ".//", "a//", "//", "../", "./.."] {
		assert_eq!(read(&[directory(path)]), Err(BadTree::BadName), "{path}");
	}
	let mut header = file("a", b"");
	header[0] = 0xff;
	assert_eq!(read(&[sealed(header, b"")]), Err(BadTree::BadName), "no UTF-8");
	for target in ["", "/", "/etc/passwd"] {
		assert_eq!(read(&[link("a", target)]), Err(BadTree::BadTarget), "{target}");
	}
	assert!(
		read(&[link("a", "../../..")]).is_ok(),
		"following it, programs can't leave their root"
	);
}

#[test]
fn tree_should_be_refused_when_entries_contradict_each_other() {
	for twice in [
		vec![file("a", b"1"), file("a", b"1")],
		vec![file("a", b"1"), file("./a", b"2")],
		vec![directory("a"), directory("a/")],
		vec![directory("a"), file("a", b"")],
		vec![link("a", "b"), file("a", b"")],
		vec![file("a/b", b""), directory("a")],
	] {
		assert_eq!(read(&twice), Err(BadTree::Duplicate));
	}
	for below in [file("a", b""), link("a", "."), link("a", "b")] {
		assert_eq!(read(&[below, file("a/b", b"")]), Err(BadTree::BelowFile));
	}
}

#[test]
fn tree_should_be_refused_when_it_has_more_than_files() {
	// Links of the same file, devices, queues, and extensions of the format.
	for kind in *b"13467xgLKSVD" {
		assert_eq!(
			read(&[entry(kind, "a", b"", "b")]),
			Err(BadTree::OtherKind),
			"{}",
			kind as char
		);
	}
	for kind in *b"25xL3" {
		assert_eq!(read(&[entry(kind, "a", b"long", "b")]), Err(BadTree::BadLength));
	}
}

#[test]
fn tree_should_be_refused_when_it_is_damaged() {
	let good = archive(&[file("a", &[1; 700]), file("b", b"2")]);
	assert!(Tree::read(&good).is_ok());
	let begin = TREE_LINE.len();
	for end in begin + 1..good.len() - 1_024 {
		let cut = Tree::read(&good[..end]);
		// An archive may end behind an entry.
		assert_eq!(cut.is_ok(), end == begin + 512 + 1_024, "{end}");
	}
	// Behind the digits of the sum stands nothing that means anything.
	for at in (begin..begin + 512).filter(|at| *at != begin + 155) {
		let mut other = good.clone();
		other[at] ^= 1;
		assert!(Tree::read(&other).is_err(), "{at}");
	}
	let mut trailing = good.clone();
	trailing.extend_from_slice(b"x");
	assert_eq!(Tree::read(&trailing), Err(BadTree::Trailing));
	for length in ["77777777777", "           ", "-0000000001", "+0000000001", "0000000000x"] {
		let mut header = file("a", b"");
		header[124..135].copy_from_slice(length.as_bytes());
		let archive = archive(&[sealed(header, b"")]);
		let read = Tree::read(&archive);
		assert!(matches!(read, Err(BadTree::Cut | BadTree::BadLength)), "{length}: {read:?}");
	}
}

#[test]
fn long_names_should_be_read_from_both_fields_when_the_format_is_posix() {
	let mut header = file("b", b"");
	header[345..345 + 150].fill(b'd');
	assert_eq!(read(&[sealed(header.clone(), b"")]).expect("good").len(), 2);
	header[257..265].copy_from_slice(b"ustar  \0");
	assert_eq!(read(&[sealed(header, b"")]).expect("good"), ["b"], "that of GNU has times there");
}

#[test]
fn tree_should_cost_its_bytes_and_entries_when_it_is_given() {
	let input = archive(&[file("a/b/c", b"1"), link("d", "a")]);
	let gas = Host::input_gas(&Profile::DRAFT, Some(&input)).expect("good");
	assert_eq!(gas, input.len() as u64 + 4 * 64);
	assert_eq!(Host::input_gas(&Profile::BASE, Some(&input)), Ok(0));
	assert_eq!(Host::input_gas(&Profile::DRAFT, Some(b"plain")), Ok(0));
	assert_eq!(Host::input_gas(&Profile::DRAFT, None), Ok(0));
	let bad = archive(&[file("..", b"")]);
	assert_eq!(Host::input_gas(&Profile::DRAFT, Some(&bad)), Err(BadTree::BadName));
	assert_eq!(Host::input_gas(&Profile::BASE, Some(&bad)), Ok(0));
}

#[test]
fn tree_should_be_refused_when_it_has_too_many_entries() {
	let many = |count: u32| -> Vec<Vec<u8>> {
		(0..count).map(|at| directory(&format!("d{at}"))).collect()
	};
	assert_eq!(read(&many(32_768)).expect("good").len(), 32_768);
	assert_eq!(read(&many(32_769)), Err(BadTree::TooMany));
}
