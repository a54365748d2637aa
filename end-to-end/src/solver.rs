//! A solver.

use crate::{Network, free_port};
use anyhow::{Context, Result, bail, ensure};
use assay_client::{
	Signer, WaitFor,
	chain::call::balances,
	keys::KeySource,
	order::{OrderFile, SolverUrl},
};
use assay_primitives::{UNIT, order::OrderId};
use serde_json::Value;
use std::{
	fs::File,
	path::PathBuf,
	process::{Child, Command, Stdio},
	time::{Duration, Instant},
};

const START: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(200);

/// A solver's process.
pub struct Solver {
	/// Where it takes orders.
	pub url: String,
	/// Its endpoint.
	pub endpoint: SolverUrl,
	suri: String,
	number: u16,
	dir: PathBuf,
	port: u16,
	options: Vec<String>,
	child: Option<Child>,
}

impl Solver {
	/// Gives a solver money and starts it with these options.
	pub async fn start(network: &Network, number: u16, options: &[&str]) -> Result<Self> {
		let port = free_port()?;
		let url = format!("http://127.0.0.1:{port}");
		let suri = format!("//Solver//{number}");
		let purse = Signer::load(&KeySource::Dev("//Alice".into()), true)?;
		let account = Signer::from_uri(&suri)?.account();
		let call = balances::transfer_keep_alive(&account, 500 * UNIT);
		network.chain.submit(&purse, &call, WaitFor::InBlock).await?;
		let mut solver = Self {
			endpoint: SolverUrl::new(&url)?,
			url,
			suri,
			number,
			dir: network.dir().join(format!("solver-{number}")),
			port,
			options: options.iter().map(|option| option.to_string()).collect(),
			child: None,
		};
		std::fs::create_dir_all(&solver.dir)?;
		solver.restart(network).await?;
		Ok(solver)
	}

	/// Starts it, with what it had stored.
	pub async fn restart(&mut self, network: &Network) -> Result<()> {
		let log = File::options().create(true).append(true).open(self.dir.join("solver.log"))?;
		let child = Command::new(&network.programs.worker)
			.env("ASSAY_SURI", &self.suri)
			.env("ASSAY_NODE_URL", &network.node.url)
			.env("ASSAY_WORKER_BASE_PATH", &self.dir)
			.args(self.head())
			.args(["--log", "info,assay_worker=debug"])
			.args(&self.options)
			.stdin(Stdio::null())
			.stdout(log.try_clone()?)
			.stderr(log)
			.spawn()?;
		self.child = Some(child);
		let start = Instant::now();
		while self.endpoint.get("health").await.is_err() {
			if let Some(status) = self.child.as_mut().and_then(|child| child.try_wait().ok()?) {
				bail!("the solver ended ({status}), see {}", self.dir.display());
			}
			ensure!(start.elapsed() < START, "the solver is not up, see {}", self.dir.display());
			tokio::time::sleep(POLL).await;
		}
		Ok(())
	}

	/// The command: a role of `run`, or the command of its own, which are the same.
	fn head(&self) -> Vec<String> {
		let address = format!("127.0.0.1:{}", self.port);
		match self.number % 2 {
			0 => ["solve", "--http-listen", &address].map(String::from).into(),
			_ => ["run", "--role", "solver", "--solver-listen", &address].map(String::from).into(),
		}
	}

	/// What became of a request here, once that is known.
	pub async fn outcome(&self, id: &OrderId, patience: Duration) -> Result<Value> {
		let (start, id) = (Instant::now(), format!("{id:?}"));
		loop {
			let answer = self.endpoint.get("v1/matches").await?;
			let all = answer["matches"].as_array().context("a list")?;
			if let Some(found) = all.iter().find(|it| it["request"] == id.as_str()) {
				return Ok(found.clone());
			}
			ensure!(start.elapsed() < patience, "nothing became of {id} at {}", self.url);
			tokio::time::sleep(POLL).await;
		}
	}

	/// Why an order is refused.
	pub async fn refusal(&self, file: &OrderFile) -> Result<String> {
		match self.endpoint.send(file).await {
			Ok(taken) => bail!("it was taken: {taken:?}"),
			Err(error) => Ok(error.to_string()),
		}
	}

	/// Asks it to stop, and waits until it has.
	pub fn stop(&mut self) -> Result<()> {
		let Some(mut child) = self.child.take() else { return Ok(()) };
		// SAFETY: kill has no preconditions on memory; the child has not been waited for.
		unsafe { libc::kill(child.id() as i32, libc::SIGTERM) };
		let status = child.wait()?;
		ensure!(status.success(), "the solver ended with {status}");
		Ok(())
	}
}

impl Drop for Solver {
	fn drop(&mut self) {
		if let Some(mut child) = self.child.take() {
			// It may have ended by itself.
			let _ = child.kill();
			let _ = child.wait();
		}
	}
}
