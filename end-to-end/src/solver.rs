//! A solver.

use crate::{
	Network, free_port,
	waiting::{eventually, found},
};
use anyhow::{Context, Result, bail, ensure};
use assay_client::{
	Chain, Signer, WaitFor,
	keys::KeySource,
	order::{OrderFile, SolverUrl},
};
use assay_interface::transfer;
use assay_local::Process;
use assay_primitives::{UNIT, order::OrderId};
use serde_json::Value;
use std::{ops::ControlFlow, path::PathBuf, process::Command};

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
	chain: Chain,
	process: Option<Process>,
}

impl Solver {
	/// Gives a solver money and starts it with these options.
	pub async fn start(network: &Network, number: u16, options: &[&str]) -> Result<Self> {
		let port = free_port()?;
		let url = format!("http://127.0.0.1:{port}");
		let suri = format!("//Solver//{number}");
		let faucet = Signer::load(&KeySource::Dev("//Alice".into()), true)?;
		let account = Signer::from_uri(&suri)?.account();
		let call = transfer(&account, 500 * UNIT);
		network.chain.submit(&faucet, &call, WaitFor::InBlock).await?;
		let mut solver = Self {
			endpoint: SolverUrl::new(&url)?,
			url,
			suri,
			number,
			dir: network.dir().join(format!("solver-{number}")),
			port,
			options: options.iter().map(|option| option.to_string()).collect(),
			chain: network.chain.clone(),
			process: None,
		};
		std::fs::create_dir_all(&solver.dir)?;
		solver.restart(network).await?;
		Ok(solver)
	}

	/// Starts it, with what it had stored.
	pub async fn restart(&mut self, network: &Network) -> Result<()> {
		let mut command = Command::new(&network.programs.worker);
		command
			.env("ASSAY_SURI", &self.suri)
			.env("ASSAY_NODE_URL", &network.node.url)
			.env("ASSAY_WORKER_BASE_PATH", &self.dir)
			.args(self.head())
			.args(["--log", "info,assay_worker=debug"])
			.args(&self.options);
		let name = format!("solver {}", self.number);
		let process = Process::start(name, command, &self.dir.join("solver.log"))?;
		let process = self.process.insert(process);
		let serves = async || self.endpoint.get("health").await.ok();
		assay_local::until(process, "and did not serve", serves).await?;
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
	pub async fn outcome(&self, id: &OrderId) -> Result<Value> {
		let id = format!("{id:?}");
		eventually(&self.chain, "outcome of a request", async || {
			let answer = self.endpoint.get("v1/matches").await?;
			let all = answer["matches"].as_array().context("a list")?;
			Ok(match all.iter().find(|it| it["request"] == id.as_str()) {
				Some(found) => ControlFlow::Break(found.clone()),
				None => ControlFlow::Continue(format!("nothing of {id} at {}", self.url)),
			})
		})
		.await
	}

	/// Waits until its book holds so many orders of resources.
	pub async fn until_resources(&self, number: u64) -> Result<()> {
		let health = eventually(&self.chain, "such book", async || {
			let health = self.endpoint.get("health").await?;
			Ok(found(health, |health| health["resources"] == number))
		});
		health.await.map(drop)
	}

	/// Why an order is refused.
	pub async fn refusal(&self, file: &OrderFile) -> Result<String> {
		match self.endpoint.send(file).await {
			Ok(taken) => bail!("it was taken: {taken:?}"),
			Err(error) => Ok(error.to_string()),
		}
	}

	/// Asks it to stop, and waits until it has.
	pub async fn stop(&mut self) -> Result<()> {
		let Some(mut process) = self.process.take() else { return Ok(()) };
		let status = process.stop().await?;
		ensure!(status.success(), "the solver ended with {status}");
		Ok(())
	}
}
