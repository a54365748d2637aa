//! Which output paths may be written, and where links may lead.

use crate::error::{Error, Result};
use assay_primitives::outcome::{Manifest, OutputEntry, OutputKind};
use std::collections::BTreeMap;

/// Longest component of a path, in bytes; what file systems take.
const MAX_COMPONENT: usize = 255;
/// Longest path, in bytes.
const MAX_PATH: usize = 4_096;
/// Deepest nesting.
const MAX_DEPTH: usize = 64;

/// Components of a path below the output directory. Errors: [`Error::UnsafePath`].
pub(super) fn components(path: &[u8]) -> Result<Vec<&[u8]>> {
	let refuse = |why: &'static str| {
		let path = String::from_utf8_lossy(path).into_owned();
		Err(Error::UnsafePath { path, why })
	};
	if path.is_empty() {
		return refuse("it is empty");
	}
	if path.len() > MAX_PATH {
		return refuse("it is too long");
	}
	if path.contains(&0) {
		return refuse("it contains a zero byte");
	}
	let parts: Vec<&[u8]> = path.split(|byte| *byte == b'/').collect();
	if parts.len() > MAX_DEPTH {
		return refuse("it is nested too deeply");
	}
	for part in &parts {
		match *part {
			b"" => return refuse("it has an empty component, or is absolute"),
			b"." | b".." => return refuse("it has a component that is no name"),
			part if part.len() > MAX_COMPONENT => return refuse("a component is too long"),
			_ => {},
		}
	}
	Ok(parts)
}

/// Checks all paths of a manifest before anything is written: each is safe, no two are the same, and
/// nothing lies below what is not a directory.
pub(super) fn check_manifest(manifest: &Manifest) -> Result<()> {
	let mut seen: BTreeMap<&[u8], OutputKind> = BTreeMap::new();
	for entry in &manifest.0 {
		let path = entry.path.as_slice();
		let refuse = |why: &'static str| {
			let path = String::from_utf8_lossy(path).into_owned();
			Err(Error::UnsafePath { path, why })
		};
		if !is_below_out(entry) {
			if !path.is_empty() {
				return refuse("only what lies below `out` has a path");
			}
			continue;
		}
		components(path)?;
		if seen.insert(path, entry.kind).is_some() {
			return refuse("it is listed twice");
		}
	}
	for path in seen.keys() {
		for (at, _) in path.iter().enumerate().filter(|(_, byte)| **byte == b'/') {
			match seen.get(&path[..at]) {
				None | Some(OutputKind::Directory) => {},
				Some(_) => {
					let path = String::from_utf8_lossy(path).into_owned();
					let why = "it lies below what is not a directory";
					return Err(Error::UnsafePath { path, why });
				},
			}
		}
	}
	Ok(())
}

/// Whether it is one of the program's files, and not a stream or the state in which it was stopped.
pub(super) fn is_below_out(entry: &OutputEntry) -> bool {
	!matches!(entry.kind, OutputKind::Stdout | OutputKind::Stderr | OutputKind::End)
}

/// Whether a link at `path` with this target stays below the output directory however it is
/// followed, given that all other links do.
///
/// Such a target goes up first and down after, never up again: what lies above a link that was
/// followed on the way is not known from the text.
pub(super) fn link_stays_inside(path: &[u8], target: &[u8]) -> bool {
	if target.is_empty() || target.len() > MAX_PATH || target.contains(&0) {
		return false;
	}
	let depth = path.iter().filter(|byte| **byte == b'/').count();
	let parts = target.split(|byte| *byte == b'/');
	let mut ups = 0;
	let mut down = false;
	for part in parts {
		match part {
			b"" | b"." => return false,
			b".." if down => return false,
			b".." => ups += 1,
			_ => down = true,
		}
	}
	ups <= depth
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_primitives::content::ContentRef;

	fn entry(kind: OutputKind, path: &str) -> OutputEntry {
		OutputEntry { kind, path: path.into(), content: ContentRef::of(b"") }
	}

	fn manifest(entries: &[(OutputKind, &str)]) -> Manifest {
		Manifest(entries.iter().map(|(kind, path)| entry(*kind, path)).collect())
	}

	#[test]
	fn paths_should_be_refused_when_they_could_leave_the_directory() {
		for path in [
			"",
			"/",
			"/etc/passwd",
			"..",
			"../x",
			"a/..",
			"a/../../b",
			"a//b",
			"a/",
			"./a",
			"a/./b",
			"a\0b",
		] {
			assert!(
				matches!(components(path.as_bytes()), Err(Error::UnsafePath { .. })),
				"{path:?}"
			);
		}
		assert!(components("x".repeat(256).as_bytes()).is_err());
		assert!(components(["a"; 65].join("/").as_bytes()).is_err());
		assert!(components(["a".repeat(250).as_str(); 17].join("/").as_bytes()).is_err());
	}

	#[test]
	fn paths_should_be_accepted_when_they_are_plain_names() {
		for path in ["a", "a/b/c.txt", "..a", "a..", "...", "-rf", "a b", "ü", "a\\..\\b"] {
			components(path.as_bytes()).expect(path);
		}
		components(&[b'a', 0xff, b'/', b'b']).expect("names are bytes");
	}

	#[test]
	fn manifest_should_be_refused_when_paths_collide() {
		use OutputKind::*;
		for entries in [
			&[(File, "a"), (File, "a")][..],
			&[(File, "a"), (Directory, "a")],
			&[(File, "a"), (File, "a/b")],
			&[(Symlink, "a"), (File, "a/b/c")],
			&[(Directory, "a"), (Symlink, "a/b"), (File, "a/b/c")],
			&[(Stdout, "a")],
			&[(Stderr, "../a")],
			&[(File, "")],
		] {
			assert!(check_manifest(&manifest(entries)).is_err(), "{entries:?}");
		}
		let good = [(Stdout, ""), (Stderr, ""), (Directory, "a"), (File, "a/b"), (File, "a.b")];
		check_manifest(&manifest(&good)).expect("nothing collides");
	}

	#[test]
	fn links_should_stay_inside_however_they_are_followed() {
		for (path, target, inside) in [
			("l", "a", true),
			("l", "a/b", true),
			("d/l", "../a", true),
			("d/e/l", "../../a/b", true),
			("d/l", "..", true),
			("l", "..", false),
			("l", "../x", false),
			("d/l", "../../x", false),
			("l", "/etc/passwd", false),
			("l", "", false),
			("l", "a//b", false),
			("l", "./a", false),
			("l", "a\0b", false),
			// `a/up` may be a link to `..`, so what lies above it is not known.
			("l", "a/up/..", false),
			("l", "a/..", false),
		] {
			assert_eq!(link_stays_inside(path.as_bytes(), target.as_bytes()), inside, "{target:?}");
		}
	}
}
