//! `assay key`, as a user calls it.

mod support;

use serde_json::Value;
use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
const PASSPHRASE: &str = "correct horse";

fn assay(dir: &Path, args: &[&str]) -> Command {
	let mut command = Command::new(env!("CARGO_BIN_EXE_assay"));
	command.args(args).env_clear().env("ASSAY_PASSPHRASE", PASSPHRASE).env("XDG_DATA_HOME", dir);
	command
}

fn stdout(command: &mut Command) -> String {
	stdout_given(command, "")
}

fn stdout_given(command: &mut Command, input: &str) -> String {
	let done = support::run(command, input);
	assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
	String::from_utf8(done.stdout).expect("text")
}

fn failure(command: &mut Command, code: i32) -> String {
	failure_given(command, "", code)
}

fn failure_given(command: &mut Command, input: &str, code: i32) -> String {
	let done = support::run(command, input);
	let text = String::from_utf8(done.stderr).expect("text");
	assert_eq!(done.status.code(), Some(code), "{text}");
	assert!(!text.contains(PASSPHRASE), "{text}");
	text
}

fn folder() -> tempfile::TempDir {
	tempfile::tempdir().expect("temporary directory")
}

#[test]
fn key_should_live_from_its_making_to_its_removal() {
	let dir = folder();
	let dir = dir.path();
	let account = stdout(&mut assay(dir, &["key", "new", "main"]));
	let path = dir.join("assay/keys/main.json");
	let mode = fs::metadata(&path).expect("the file").permissions().mode();
	assert_eq!(mode & 0o777, 0o600);
	assert_eq!(stdout(&mut assay(dir, &["key", "show", "main"])), account);
	let listed = stdout(&mut assay(dir, &["key", "list", "-o", "json"]));
	let listed: Value = serde_json::from_str(&listed).expect("JSON");
	assert_eq!(listed[0]["name"], "main");
	assert_eq!(listed[0]["account"], account.trim());

	// What is exported is the same key.
	let phrase = stdout(&mut assay(dir, &["key", "export", "main"]));
	assert_eq!(phrase.split_whitespace().count(), 12);
	let imported = stdout_given(&mut assay(dir, &["key", "import", "copy"]), &phrase);
	assert_eq!(imported, account);
	let file = fs::read_to_string(&path).expect("the file");
	assert!(!file.contains(phrase.split(' ').next().expect("a word")), "{file}");

	let exists = failure(&mut assay(dir, &["key", "new", "main"]), 2);
	assert!(exists.contains("exists already") && exists.contains("E-0005"), "{exists}");
	stdout(&mut assay(dir, &["key", "remove", "main"]));
	assert!(!path.exists());
	let gone = failure(&mut assay(dir, &["key", "show", "main"]), 2);
	assert!(gone.contains("no such key"), "{gone}");
}

#[test]
fn wrong_passphrase_and_damaged_file_should_be_told_apart() {
	let dir = folder();
	let dir = dir.path();
	stdout_given(&mut assay(dir, &["key", "import", "alice"]), "//Alice\n");
	let export = &["key", "export", "alice"][..];
	let wrong = failure(assay(dir, export).env("ASSAY_PASSPHRASE", "another one"), 2);
	assert!(wrong.contains("the passphrase is wrong"), "{wrong}");
	// Nothing is removed on a wrong passphrase.
	failure(assay(dir, &["key", "remove", "alice"]).env("ASSAY_PASSPHRASE", "another one"), 2);
	assert_eq!(stdout(&mut assay(dir, &["key", "show", "alice"])).trim(), ALICE);

	let path = dir.join("assay/keys/alice.json");
	let text = fs::read_to_string(&path).expect("the file");
	fs::write(&path, &text[..text.len() / 2]).expect("writable");
	let damaged = failure(&mut assay(dir, export), 2);
	assert!(damaged.contains("damaged"), "{damaged}");
	let huge = text.replace("65536", "4294967295");
	fs::write(&path, huge).expect("writable");
	let damaged = failure(&mut assay(dir, export), 2);
	assert!(damaged.contains("damaged"), "{damaged}");
	fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("chmod");
	let open = failure(&mut assay(dir, export), 2);
	assert!(open.contains("0644"), "{open}");
	// What can't be opened can still be removed, by whoever insists.
	stdout(&mut assay(dir, &["key", "remove", "alice", "--yes"]));
}

#[test]
fn passphrase_should_come_from_a_file_and_never_be_short_or_missing() {
	let dir = folder();
	let file = dir.path().join("passphrase");
	fs::write(&file, format!("{PASSPHRASE}\n")).expect("writable");
	fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("chmod");
	let file = file.to_string_lossy().into_owned();
	let make = &["key", "new", "a", "--passphrase-file", &file][..];
	stdout(assay(dir.path(), make).env_remove("ASSAY_PASSPHRASE"));
	stdout(&mut assay(dir.path(), &["key", "export", "a"]));
	let short =
		failure(assay(dir.path(), &["key", "new", "b"]).env("ASSAY_PASSPHRASE", "short"), 2);
	assert!(short.contains("at least 8"), "{short}");
	let none = failure(assay(dir.path(), &["key", "new", "b"]).env_remove("ASSAY_PASSPHRASE"), 2);
	assert!(none.contains("--passphrase-file"), "{none}");
}

#[test]
fn names_and_secrets_should_be_refused_when_malformed() {
	let dir = folder();
	failure(&mut assay(dir.path(), &["key", "new", "../x"]), 2);
	let bad = failure_given(&mut assay(dir.path(), &["key", "import", "x"]), "0xbadsecret", 2);
	assert!(!bad.contains("badsecret"), "{bad}");
	assert!(!dir.path().join("assay").exists(), "nothing was written");
}
