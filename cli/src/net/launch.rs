//! The commands with which node and daemons are started.

use crate::args::UpArgs;
use assay_local::{NodePorts, Role};
use std::{path::Path, process::Command};

/// Log filter of the node.
const NODE_LOG: &str = "info";

/// A development node that authors alone, with compiled runtimes in `cache`.
pub fn node(program: &Path, args: &UpArgs, dir: &Path, cache: &Path) -> Command {
	let ports = NodePorts { rpc: args.rpc_port, peers: args.port, metrics: args.prometheus_port };
	let mut command = assay_local::node(program, "dev", dir, &ports, &args.rpc_cors);
	command.args(["--alice", "--force-authoring", "--log", NODE_LOG]);
	command.arg("--wasm-runtime-cache").arg(cache);
	command
}

/// A daemon on the way to being started.
pub struct Plan {
	/// What it does.
	pub role: Role,
	/// Providers count from 1, mediators from 0 as the chain's presets do.
	pub number: u16,
	/// Secret URI of the account that owns the bond.
	pub stash: String,
	/// Secret URI of the key that its daemon signs with.
	pub operator: String,
	/// Port of its HTTP server.
	pub http_port: u16,
	/// How it breaks the rules.
	pub misbehave: Option<String>,
}

impl Plan {
	/// Plans provider `number` of a network.
	pub fn new(number: u16, args: &UpArgs) -> Self {
		let misbehave = args.misbehave.iter().rev().find(|(other, _)| *other == number);
		Self {
			role: Role::Provider,
			number,
			stash: format!("//Provider//{number}//stash"),
			operator: format!("//Provider//{number}"),
			http_port: args.http_port.saturating_add(number - 1),
			misbehave: misbehave.map(|(_, how)| how.clone()),
		}
	}

	/// Plans a mediator of the chain's presets, which is registered from the first block on and signs for
	/// itself.
	pub fn mediator(number: u16, args: &UpArgs) -> Self {
		let uri = format!("//Mediator//{number}");
		Self {
			role: Role::Mediator,
			number,
			stash: uri.clone(),
			operator: uri,
			http_port: args.http_port.saturating_add(args.providers).saturating_add(number),
			misbehave: None,
		}
	}

	/// Name of its folder and its log.
	pub fn name(&self) -> String {
		format!("{}-{}", self.role.name(), self.number)
	}

	/// Where it serves.
	pub fn url(&self) -> String {
		format!("http://127.0.0.1:{}", self.http_port)
	}

	/// Its daemon's configuration. Prices differ a little, so that there is something to choose.
	pub fn config(&self, jobs: u16) -> String {
		let per_mgas = 900_000 + 20_000 * u32::from(self.number % 10);
		format!(
			"[capacity]\nslots = {slots}\n\n[price]\nbase = \"1m\"\nper_mgas = \"{per_mgas}p\"\n",
			slots = jobs.saturating_mul(4),
		)
	}

	/// The daemon's command `subcommand`, up to what is special to it.
	pub fn worker(&self, program: &Path, node_url: &str, dir: &Path) -> Command {
		let mut command = Command::new(program);
		command
			.env("ASSAY_SURI", &self.operator)
			.env("ASSAY_STASH_SURI", &self.stash)
			.env("ASSAY_NODE_URL", node_url)
			.env("ASSAY_WORKER_BASE_PATH", dir)
			.env("ASSAY_WORKER_CONFIG", dir.join("config.toml"))
			.env("ASSAY_PUBLIC_URL", self.url())
			.env_remove("ASSAY_SURI_FILE")
			.env_remove("ASSAY_STASH");
		command
	}
}
