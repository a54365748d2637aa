//! A development node.

use crate::{Programs, free_port};
use anyhow::{Context, Result, bail, ensure};
use assay_client::{Chain, ConnectOptions, Head};
use serde_json::Value;
use std::{
	fs::File,
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
	time::{Duration, Instant},
};

const START: Duration = Duration::from_secs(90);
const POLL: Duration = Duration::from_millis(200);

/// A node that authors alone.
pub struct Node {
	/// WebSocket address.
	pub url: String,
	program: PathBuf,
	dir: PathBuf,
	/// Name or file of the specification.
	chain: String,
	ports: [u16; 3],
	child: Option<Child>,
}

impl Node {
	/// Starts one and waits until it finalizes blocks.
	pub async fn start(programs: &Programs, dir: &Path) -> Result<Self> {
		Self::start_on(programs, dir, "dev".into()).await
	}

	/// The same, on a chain that differs from the development chain by its durations: those that are
	/// named, as the runtime names them.
	pub async fn start_timed(
		programs: &Programs,
		dir: &Path,
		timing: &[(&str, u64)],
	) -> Result<Self> {
		std::fs::create_dir_all(dir)?;
		let built = Command::new(&programs.node).args(["build-spec", "--chain", "dev"]).output()?;
		let mut spec: Value = serde_json::from_slice(&built.stdout)
			.with_context(|| String::from_utf8_lossy(&built.stderr).into_owned())?;
		let known = spec.pointer_mut("/genesis/runtimeGenesis/patch/network/timing");
		let known = known.context("the specification has durations")?;
		for (name, value) in timing {
			ensure!(known.get(name).is_some(), "there is no duration {name}");
			known[name] = Value::from(*value);
		}
		let path = dir.join("spec.json");
		std::fs::write(&path, serde_json::to_vec(&spec)?)?;
		Self::start_on(programs, dir, path.to_string_lossy().into_owned()).await
	}

	async fn start_on(programs: &Programs, dir: &Path, chain: String) -> Result<Self> {
		std::fs::create_dir_all(dir)?;
		let ports = [free_port()?, free_port()?, free_port()?];
		let url = format!("ws://127.0.0.1:{}", ports[0]);
		let (program, dir) = (programs.node.clone(), dir.to_path_buf());
		let mut node = Self { url, program, dir, chain, ports, child: None };
		node.restart().await?;
		Ok(node)
	}

	/// Starts it, with what it had stored; it must not be running.
	pub async fn restart(&mut self) -> Result<()> {
		let log = File::options().create(true).append(true).open(self.dir.join("node.log"))?;
		let child = Command::new(&self.program)
			.args([
				"--chain",
				&self.chain,
				"--alice",
				"--force-authoring",
				"--no-telemetry",
				"--no-mdns",
			])
			.arg("--unsafe-force-node-key-generation")
			.arg("--base-path")
			.arg(&self.dir)
			.args(["--rpc-port", &self.ports[0].to_string()])
			.args(["--port", &self.ports[1].to_string()])
			.args(["--prometheus-port", &self.ports[2].to_string()])
			.stdin(Stdio::null())
			.stdout(log.try_clone()?)
			.stderr(log)
			.spawn()?;
		self.child = Some(child);
		let start = Instant::now();
		let mut first = None;
		loop {
			if let Ok(chain) = self.connect().await {
				let finalized = chain.head(Head::Finalized).await?.number;
				if finalized > *first.get_or_insert(finalized) {
					return Ok(());
				}
			}
			if let Some(status) = self.child.as_mut().and_then(|child| child.try_wait().ok()?) {
				bail!("the node ended ({status}), see {}", self.dir.join("node.log").display());
			}
			if start.elapsed() > START {
				bail!("the node finalizes nothing, see {}", self.dir.join("node.log").display());
			}
			tokio::time::sleep(POLL).await;
		}
	}

	/// Connects to it.
	pub async fn connect(&self) -> Result<Chain> {
		let mut options = ConnectOptions::new([self.url.as_str()]);
		options.connect_timeout = Duration::from_secs(2);
		Ok(Chain::connect(options).await?)
	}

	/// Its process, while it runs.
	pub fn pid(&self) -> Option<u32> {
		self.child.as_ref().map(Child::id)
	}

	/// Kills it, as a power cut would.
	pub fn kill(&mut self) {
		if let Some(mut child) = self.child.take() {
			// It may have ended by itself.
			let _ = child.kill();
			let _ = child.wait();
		}
	}
}

impl Drop for Node {
	fn drop(&mut self) {
		self.kill();
	}
}
