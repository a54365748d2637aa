//! What the commands say of processes that a killed `net up` left, and what they do to them.

use assay_local::Identity;
use serde_json::{Value, json};
use std::{
	fs,
	path::Path,
	process::{Child, Command},
};

/// What the command says, if it ends with this exit code.
fn net(base: &Path, command: &str, code: i32) -> String {
	let mut net = Command::new(env!("CARGO_BIN_EXE_assay"));
	net.args(["net", command, "--base-path"]).arg(base);
	let output = net.output().expect("the program is built");
	let told = [output.stdout, output.stderr].concat();
	let told = String::from_utf8_lossy(&told).into_owned();
	assert_eq!(output.status.code(), Some(code), "{told}");
	told
}

fn sleeper() -> (Child, Value) {
	let child = Command::new("sleep").arg("3600").spawn().expect("starts");
	let identity = Identity::of(child.id()).expect("it runs");
	(child, json!(identity))
}

fn named(name: &str, mut identity: Value) -> Value {
	identity["name"] = name.into();
	identity
}

#[test]
fn processes_of_an_earlier_network_should_be_told_and_ended_and_no_others() {
	let dir = tempfile::tempdir().expect("a temporary folder");
	let base = dir.path();
	let (mut left, identity) = sleeper();
	let (mut stranger, mut other) = sleeper();
	// The number of a process that has ended was given to another.
	other["started"] = (other["started"].as_u64().expect("ticks") - 1).into();
	let children = [named("provider 1", identity.clone()), named("provider 2", other.clone())];
	let all = json!({ "up": named("net up", other), "children": children });
	fs::write(base.join("processes.json"), all.to_string()).expect("writes");
	fs::write(base.join(".assay-network"), "").expect("writes");

	for command in ["status", "up"] {
		let told = net(base, command, 1);
		for expected in ["of an earlier one", "provider 1", &left.id().to_string(), "net down"] {
			assert!(told.contains(expected), "{expected}: {told}");
		}
		assert!(!told.contains("provider 2"), "{told}");
	}
	// Nobody waits for it while the command looks whether it has gone.
	let waiting = std::thread::spawn(move || left.wait().expect("it is ours"));
	let told = net(base, "down", 0);
	assert!(told.contains("provider 1") && !told.contains("provider 2"), "{told}");
	assert!(!waiting.join().expect("no panic").success());
	assert_eq!(stranger.try_wait().expect("it is ours"), None, "it was nobody's business");
	stranger.kill().expect("it runs");
	stranger.wait().expect("it is ours");
	for command in ["status", "down"] {
		let told = net(base, command, 1);
		assert!(told.contains("no network runs"), "{told}");
	}
}
