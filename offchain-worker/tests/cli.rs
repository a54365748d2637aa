//! The program as its users meet it: exit codes, what goes to which stream, and refusals.

use std::{
	os::unix::fs::PermissionsExt,
	path::Path,
	process::{Command, Output},
};

fn worker(base: &Path) -> Command {
	let mut command = Command::new(env!("CARGO_BIN_EXE_assay-worker"));
	command.env_clear().env("ASSAY_WORKER_BASE_PATH", base);
	command
}

fn text(bytes: &[u8]) -> String {
	String::from_utf8_lossy(bytes).into_owned()
}

fn fails_with(output: &Output, code: i32, part: &str) {
	let error = text(&output.stderr);
	assert_eq!(output.status.code(), Some(code), "{error}");
	assert!(error.contains(part), "no {part:?} in {error}");
	assert!(output.stdout.is_empty(), "errors belong to the other stream");
}

#[test]
fn completions_should_be_printed_for_every_shell() {
	let dir = tempfile::tempdir().expect("temporary directory");
	for shell in ["bash", "zsh", "fish"] {
		let output = worker(dir.path()).args(["completions", shell]).output().expect("runs");
		assert!(output.status.success());
		assert!(text(&output.stdout).contains("assay-worker"));
		assert!(output.stderr.is_empty());
	}
}

#[test]
fn usage_errors_should_exit_with_2() {
	let dir = tempfile::tempdir().expect("temporary directory");
	for args in [&["run", "--suri", "//Alice"][..], &["run", "--misbehave", "nicely"], &["walk"]] {
		let output = worker(dir.path()).args(args).output().expect("runs");
		assert_eq!(output.status.code(), Some(2), "{args:?}");
	}
}

#[test]
fn configuration_should_be_refused_when_a_key_is_misspelt() {
	let dir = tempfile::tempdir().expect("temporary directory");
	let config = dir.path().join("config.toml");
	std::fs::write(&config, "[price]\nbase_price = \"1\"\n").expect("writes");
	let output = worker(dir.path()).arg("status").arg("--config").arg(&config).output();
	fails_with(&output.expect("runs"), 1, "base_price");
}

#[test]
fn unreachable_node_should_exit_with_3() {
	let dir = tempfile::tempdir().expect("temporary directory");
	let output = worker(dir.path())
		.args(["status", "--node-url", "ws://127.0.0.1:1", "--node-url", "ws://127.0.0.1:2"])
		.output()
		.expect("runs");
	fails_with(&output, 3, "ws://127.0.0.1:2");
	assert!(text(&output.stderr).contains("hint:"));
}

#[test]
fn key_should_never_be_quoted_when_it_is_refused() {
	let dir = tempfile::tempdir().expect("temporary directory");
	let key = dir.path().join("key");
	std::fs::write(&key, "bottom drive obey lake curtain").expect("writes");
	std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).expect("chmod");
	let output = worker(dir.path())
		.args(["check", "--node-url", "ws://127.0.0.1:1", "--suri-file"])
		.arg(&key)
		.output()
		.expect("runs");
	assert_eq!(output.status.code(), Some(1), "a part fails, so the whole does");
	let shown = text(&output.stdout) + &text(&output.stderr);
	assert!(shown.contains("FAILED") && !shown.contains("bottom"), "{shown}");
}
