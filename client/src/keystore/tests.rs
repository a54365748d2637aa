//! Keys in files, and files that are not what they should be.

use super::{file::Cost, *};
use crate::{
	error::Error,
	keys::{KeySource, Signer},
};
use std::os::unix::fs::PermissionsExt;

const URI: &str = "0x9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60//hot";

fn right() -> Passphrase {
	Passphrase::new("correct horse")
}

fn store() -> (tempfile::TempDir, Keystore) {
	let dir = tempfile::tempdir().expect("temporary directory");
	let store = Keystore::new(dir.path().join("keys"));
	(dir, store)
}

fn sealed() -> KeyFile {
	KeyFile::seal(URI, &right(), Cost::LEAST).expect("a key")
}

fn problem(error: Error) -> KeyFileProblem {
	match error {
		Error::KeyFile { problem, .. } => problem,
		other => panic!("another error: {other}"),
	}
}

#[test]
fn key_should_come_back_with_its_passphrase_and_only_so() {
	let file = sealed();
	let read = KeyFile::parse(file.print().as_bytes()).expect("just written");
	assert_eq!(read, file);
	assert_eq!(*read.open(&right()).expect("the right one"), URI);
	assert_eq!(*read.account(), Signer::from_uri(URI).expect("a key").account());
	for wrong in ["", "correct horse ", "Correct horse", "correct hors"] {
		let refused = read.open(&Passphrase::new(wrong));
		assert_eq!(refused, Err(KeyFileProblem::WrongPassphrase), "{wrong:?}");
	}
	assert!(!file.print().contains("9d61b19d"), "the secret is not in the file");
	assert_ne!(sealed().print(), file.print(), "every file has its own salt and nonce");
}

#[test]
fn recommended_cost_should_be_admitted() {
	let file = KeyFile::seal(URI, &right(), Cost::RECOMMENDED).expect("64 MiB are there");
	let read = KeyFile::parse(file.print().as_bytes()).expect("it is admitted");
	assert_eq!(*read.open(&right()).expect("the right one"), URI);
}

#[test]
fn damaged_file_should_be_told_from_a_wrong_passphrase() {
	let text = sealed().print();
	let damaged = |bytes: &[u8]| match KeyFile::parse(bytes) {
		Err(KeyFileProblem::Damaged(_)) => {},
		other => panic!("{other:?} of {}", String::from_utf8_lossy(bytes)),
	};
	for cut in 0..text.len() {
		damaged(&text.as_bytes()[..cut]);
	}
	let sealed_at = text.find("\"sealed\": \"").expect("a field") + 11;
	let salt_at = text.find("\"salt\": \"").expect("a field") + 9;
	for at in [sealed_at, sealed_at + 60, salt_at] {
		let mut bytes = text.clone().into_bytes();
		bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
		damaged(&bytes);
	}
	let other = crate::units::format_account(&Signer::from_uri("//Bob").expect("a key").account());
	let own = crate::units::format_account(sealed().account());
	damaged(text.replace(&own, &other).as_bytes());
	damaged(text.replace("\"account\"", "\"owner\"").as_bytes());
	damaged(&vec![b' '; MAX_FILE_BYTES as usize + 1]);
	damaged(&[0xff; 100]);
	damaged(b"[]");
}

#[test]
fn file_should_be_refused_unread_when_it_is_of_another_version() {
	let text = sealed().print();
	for (from, to) in [("assay key 1", "assay key 2"), ("argon2id", "scrypt")] {
		let other = text.replace(from, to);
		assert_eq!(KeyFile::parse(other.as_bytes()), Err(KeyFileProblem::Version), "{to}");
	}
}

/// A file with any cost and a checksum that fits, as an attacker can make it.
fn costing(memory_kib: u32, passes: u32, lanes: u32) -> Result<KeyFile, KeyFileProblem> {
	let file = sealed().with_cost(Cost { memory_kib, passes, lanes });
	KeyFile::parse(file.print().as_bytes())
}

#[test]
fn file_should_be_refused_before_any_work_when_it_asks_for_too_much() {
	for (memory, passes, lanes) in [
		(u32::MAX, 1, 1),
		(1 << 21, 1, 1),
		(8, u32::MAX, 1),
		(8, 65, 1),
		(1 << 20, 64, 1),
		(1 << 10, 1, 17),
		(1 << 10, 1, u32::MAX),
	] {
		let refused = costing(memory, passes, lanes);
		assert_eq!(refused, Err(KeyFileProblem::TooCostly), "{memory} {passes} {lanes}");
	}
	for (memory, passes, lanes) in [(0, 1, 1), (8, 0, 1), (8, 1, 0), (8, 1, 4)] {
		let refused = costing(memory, passes, lanes);
		assert!(matches!(refused, Err(KeyFileProblem::Damaged(_))), "{memory} {passes} {lanes}");
	}
	assert!(costing(1 << 20, 4, 4).is_ok(), "1 GiB and four passes are the most");
}

#[test]
fn store_should_keep_files_that_only_the_owner_can_read_and_never_overwrite() {
	let (_dir, store) = store();
	assert_eq!(store.list().expect("no folder yet"), []);
	store.add("work", URI, &right(), Cost::LEAST).expect("new");
	let path = store.path("work").expect("a name");
	let mode = |path: &std::path::Path| {
		std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777
	};
	assert_eq!((mode(&path), mode(store.dir())), (0o600, 0o700));
	let before = std::fs::read(&path).expect("it is there");
	let again = store.add("work", "//Bob", &right(), Cost::LEAST).expect_err("it exists");
	assert_eq!(problem(again), KeyFileProblem::Exists);
	let raced = folder::write_new(&path, b"other").expect_err("it exists");
	assert_eq!(problem(raced), KeyFileProblem::Exists);
	assert_eq!(std::fs::read(&path).expect("still there"), before);
	let files = std::fs::read_dir(store.dir()).expect("a folder").count();
	assert_eq!(files, 1, "no temporary file stays");
	let listed = store.list().expect("readable");
	assert_eq!(listed[0].name, "work");
	assert_eq!(listed[0].account, Ok(Signer::from_uri(URI).expect("a key").account()));
	store.remove("work").expect("it is there");
	assert_eq!(problem(store.get("work").expect_err("gone")), KeyFileProblem::NotFound);
	assert_eq!(problem(store.remove("work").expect_err("gone")), KeyFileProblem::NotFound);
}

#[test]
fn names_should_be_refused_when_they_could_leave_the_folder() {
	let (_dir, store) = store();
	for bad in ["", ".", "..", "../x", "a/b", "/etc/passwd", "-x", ".x", "a b", "ü", "a\0b"] {
		assert!(matches!(store.path(bad), Err(Error::Usage(_))), "{bad:?}");
	}
	assert!(store.path(&"x".repeat(65)).is_err());
	for good in ["a", "cold-1", "A_b.c", &"x".repeat(64)] {
		store.path(good).expect(good);
	}
}

#[test]
fn key_should_be_refused_when_others_can_read_its_file() {
	let (_dir, store) = store();
	store.add("work", URI, &right(), Cost::LEAST).expect("new");
	let path = store.path("work").expect("a name");
	std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("chmod");
	assert_eq!(problem(store.get("work").expect_err("open")), KeyFileProblem::TooOpen(0o640));
	assert_eq!(store.list().expect("readable")[0].account, Err(KeyFileProblem::TooOpen(0o640)));
}

#[test]
fn short_passphrase_should_be_refused_for_a_new_key() {
	let (_dir, store) = store();
	for short in ["", "1234567", "äöüäöüä"] {
		let refused = store.add("work", URI, &Passphrase::new(short), Cost::LEAST);
		assert!(matches!(refused, Err(Error::Usage(_))), "{short:?}");
	}
	assert_eq!(store.list().expect("readable"), []);
}

#[test]
fn signer_should_load_from_a_key_file_and_name_what_is_wrong() {
	let (_dir, store) = store();
	store.add("work", URI, &right(), Cost::LEAST).expect("new");
	let file = store.path("work").expect("a name");
	let source = |passphrase| KeySource::Sealed { file: file.clone(), passphrase };
	let signer = Signer::load(&source(right()), false).expect("the right one");
	assert_eq!(signer.account(), Signer::from_uri(URI).expect("a key").account());
	let error = Signer::load(&source(Passphrase::new("wrong")), false).expect_err("wrong");
	assert_eq!((error.code(), error.exit_code()), ("E-0005", 2));
	assert!(error.to_string().contains("passphrase is wrong"), "{error}");
	// A sealed file where a plain one is expected.
	let error = Signer::load(&KeySource::File(file), false).expect_err("it is sealed");
	assert!(error.to_string().contains("passphrase"), "{error}");
}

#[test]
fn development_key_in_a_file_should_be_refused_on_other_chains() {
	let (_dir, store) = store();
	store.add("dev", "//Alice", &right(), Cost::LEAST).expect("new");
	let file = store.path("dev").expect("a name");
	let source = KeySource::Sealed { file, passphrase: right() };
	assert!(Signer::load(&source, true).is_ok());
	assert_eq!(Signer::load(&source, false).expect_err("not here").code(), "E-0004");
}

#[test]
fn phrases_should_be_new_each_time_and_give_keys() {
	let (one, other) = (new_phrase().expect("random"), new_phrase().expect("random"));
	assert_ne!(one, other);
	assert_eq!(one.split(' ').count(), 12);
	Signer::from_uri(&one).expect("a phrase is a secret URI");
}

#[test]
fn passphrase_should_never_be_shown() {
	let source = KeySource::Sealed { file: "x".into(), passphrase: right() };
	assert!(!format!("{source:?}").contains("horse"));
}

#[test]
fn passphrase_file_should_give_its_first_line_and_be_private() {
	let dir = tempfile::tempdir().expect("temporary directory");
	let path = dir.path().join("passphrase");
	std::fs::write(&path, "correct horse\nmore\n").expect("write");
	let chmod = |mode| {
		let mode = std::fs::Permissions::from_mode(mode);
		std::fs::set_permissions(&path, mode).expect("chmod");
	};
	chmod(0o600);
	assert_eq!(Passphrase::from_file(&path).expect("private"), right());
	chmod(0o644);
	assert!(Passphrase::from_file(&path).is_err());
}
