//! The command with which a node of a local network is started.

use std::{ffi::OsStr, path::Path, process::Command};

/// Ports that a node listens on.
#[derive(Clone, Copy, Debug)]
pub struct NodePorts {
	/// RPC.
	pub rpc: u16,
	/// The network of nodes.
	pub peers: u16,
	/// Metrics.
	pub metrics: u16,
}

/// A node of a local network: what it does on `chain` is said by further arguments.
///
/// Its RPC is for programs of this machine: nothing local needs the unsafe methods, and a web page that
/// is open in a browser is not let in, whatever its origin, unless `origins` names it. Its peers are of this
/// machine too: everybody knows the keys of a local chain.
pub fn node(program: &Path, chain: &str, dir: &Path, ports: &NodePorts, origins: &str) -> Command {
	let mut command = Command::new(program);
	command
		.args(["--chain", chain, "--base-path"])
		.arg(dir)
		.args(["--no-telemetry", "--no-mdns", "--unsafe-force-node-key-generation"])
		.args(["--rpc-methods", "safe", "--rpc-cors", origins, "--rpc-check-origin"])
		.args(["--rpc-port", &ports.rpc.to_string()])
		.args(["--listen-addr", &format!("/ip4/127.0.0.1/tcp/{}", ports.peers)])
		.args(["--prometheus-port", &ports.metrics.to_string()]);
	command
}

/// The same command, run by another one, such as `ip netns exec NAME`.
pub fn within<A: AsRef<OsStr>>(prefix: &[A], command: Command) -> Command {
	let Some((first, rest)) = prefix.split_first() else { return command };
	let mut whole = Command::new(first);
	whole.args(rest).arg(command.get_program()).args(command.get_args());
	for (name, value) in command.get_envs() {
		match value {
			Some(value) => whole.env(name, value),
			None => whole.env_remove(name),
		};
	}
	if let Some(dir) = command.get_current_dir() {
		whole.current_dir(dir);
	}
	whole
}
