//! A network of real processes for tests: a node, daemons, and the command line.
//!
//! Everything runs on loopback [ports] of its own, in a temporary folder. Dropping the
//! network kills what is left; the ends of the logs are told and their folder stays, unless the test
//! came to [`Network::end`].

pub mod history;
mod liar;
mod node;
pub mod partition;
mod ports;
mod programs;
mod solver;
pub mod upgrade;
pub mod waiting;
pub mod wires;
mod worker;

pub use assay_decisions::lies::Misbehave;
pub use liar::Liar;
pub use node::{Node, Setup};
pub use ports::{free_port, free_ports};
pub use programs::{Outcome, Programs};
pub use solver::Solver;
pub use worker::{Behaviour, HONEST, Worker};

use anyhow::{Context, Result};
use assay_client::{Chain, Head, KeySource, Signer, WaitFor};
use assay_interface::transfer;
use assay_primitives::{Balance, UNIT};
use serde_json::Value;
use std::{
	ops::ControlFlow,
	path::{Path, PathBuf},
};
use tempfile::TempDir;
use waiting::{during, eventually};

/// Longest time that a command waits for a job by itself; the chain bounds it before.
const TIMEOUT: &str = "3600s";
/// Exit code where too few offers serve a request.
const NOT_ENOUGH_OFFERS: i32 = 5;

/// A node and its providers.
pub struct Network {
	/// The programs.
	pub programs: Programs,
	/// The node.
	pub node: Node,
	/// The providers, in the order of [`Network::start`].
	pub workers: Vec<Worker>,
	/// Mediators and watchers, in the order in which they were added.
	pub judges: Vec<Worker>,
	/// A connection to the node.
	pub chain: Chain,
	dir: TempDir,
	/// Whether logs and folder are kept at the end.
	kept: bool,
}

impl Network {
	/// Starts a node and one provider for each behaviour; returns when all of them take work.
	pub async fn start(behaviours: &[Behaviour]) -> Result<Self> {
		Self::start_with(behaviours, "").await
	}

	/// The same, with a configuration file for the daemons.
	pub async fn start_with(behaviours: &[Behaviour], config: &str) -> Result<Self> {
		Self::start_timed(behaviours, config, &[]).await
	}

	/// The same, with other durations than those of the development chain.
	pub async fn start_timed(
		behaviours: &[Behaviour],
		config: &str,
		timing: &[(&str, u64)],
	) -> Result<Self> {
		let dir = tempfile::Builder::new().prefix("assay-e2e-").disable_cleanup(true).tempdir()?;
		let programs = Programs::find()?;
		let place = dir.path().join("node");
		let node = match timing {
			[] => Node::start(&programs, &place).await?,
			timing => Node::start_timed(&programs, &place, timing).await?,
		};
		let chain = node.connect().await?;
		let mut workers = Vec::new();
		for (number, behaviour) in (1u16..).zip(behaviours) {
			let mut worker = Worker::new(number, *behaviour, dir.path(), &node.url);
			worker.configure(config)?;
			workers.push(worker);
		}
		let judges = Vec::new();
		let mut network = Self { programs, node, workers, judges, chain, dir, kept: true };
		network.fund().await?;
		network.register().await?;
		network.node.until_grown(Head::Finalized).await?;
		let programs = network.programs.clone();
		let starting = network.workers.iter_mut().map(|worker| worker.start(&programs));
		futures::future::try_join_all(starting).await?;
		Ok(network)
	}

	/// Adds mediators of the development chain, the first ones of it, and starts their daemons.
	pub async fn add_mediators(&mut self, behaviours: &[Behaviour]) -> Result<()> {
		let mut mediators = Vec::new();
		for (number, behaviour) in (0u16..).zip(behaviours) {
			let (dir, url) = (self.dir(), &self.node.url);
			let mut mediator = Worker::mediator(number, *behaviour, dir, url);
			mediator.configure("")?;
			mediators.push(mediator);
		}
		let programs = self.programs.clone();
		let starting = mediators.iter_mut().map(|mediator| mediator.start(&programs));
		futures::future::try_join_all(starting).await?;
		self.judges.extend(mediators);
		Ok(())
	}

	/// Adds all mediators of the development chain, honest ones. Some jobs are drawn for an audit,
	/// and settles late where nobody judges it.
	pub async fn with_mediators(mut self) -> Result<Self> {
		self.add_mediators(&[HONEST; 12]).await?;
		Ok(self)
	}

	/// Adds a watcher with `funds`, and starts its daemon.
	pub async fn add_watcher(&mut self, funds: Balance, config: &str) -> Result<()> {
		let mut watcher = Worker::watcher(self.dir(), &self.node.url);
		watcher.configure(config)?;
		let faucet = Signer::load(&KeySource::Dev("//Alice".into()), true)?;
		let account = Signer::from_uri(&watcher.operator)?.account();
		let fund = transfer(&account, funds);
		self.chain.submit(&faucet, &fund, WaitFor::InBlock).await?;
		watcher.start(&self.programs).await?;
		self.judges.push(watcher);
		Ok(())
	}

	/// Starts a second node of the chain, which authors nothing, and waits until it follows.
	pub async fn follower(&self) -> Result<Node> {
		let args = vec!["--bootnodes".into(), self.node.address().await?];
		let setup = Setup { args, name: "the second node".into(), ..Setup::default() };
		let mut node = Node::spawn(&self.programs, &self.dir().join("second-node"), setup)?;
		node.until_grown(Head::Finalized).await?;
		Ok(node)
	}

	/// Folder of the network.
	pub fn dir(&self) -> &Path {
		self.dir.path()
	}

	async fn fund(&self) -> Result<()> {
		let faucet = Signer::load(&KeySource::Dev("//Alice".into()), true)?;
		let mut calls = Vec::new();
		for worker in &self.workers {
			let stash = Signer::from_uri(&worker.stash)?.account();
			let operator = Signer::from_uri(&worker.operator)?.account();
			calls.push(transfer(&stash, 2_000 * UNIT));
			calls.push(transfer(&operator, 100 * UNIT));
		}
		let Some((last, others)) = calls.split_last() else { return Ok(()) };
		for call in others {
			self.chain.submit(&faucet, call, WaitFor::Broadcast).await?;
		}
		self.chain.submit(&faucet, last, WaitFor::InBlock).await?;
		Ok(())
	}

	async fn register(&self) -> Result<()> {
		let registering = self.workers.iter().map(|worker| worker.register(&self.programs));
		futures::future::try_join_all(registering).await?;
		Ok(())
	}

	/// Runs the command line against the node.
	pub async fn assay<I, A>(&self, args: I) -> Result<Outcome>
	where
		I: IntoIterator<Item = A>,
		A: Into<String>,
	{
		self.assay_as(None, args).await
	}

	/// Runs the command line against the node, signing with a secret URI.
	pub async fn assay_as<I, A>(&self, suri: Option<&str>, args: I) -> Result<Outcome>
	where
		I: IntoIterator<Item = A>,
		A: Into<String>,
	{
		let mut command = tokio::process::Command::new(&self.programs.assay);
		command
			.args(args.into_iter().map(Into::into))
			.env("ASSAY_NODE_URL", &self.node.url)
			.env("XDG_CACHE_HOME", self.dir().join("cache"))
			.env("XDG_DATA_HOME", self.dir().join("data"));
		if let Some(suri) = suri {
			command.env("ASSAY_SURI", suri);
		}
		Outcome::of(command).await
	}

	/// Runs the command line again as long as too few offers serve a request: providers' slots are taken
	/// until the results before can't be questioned any more.
	pub async fn assay_when_free<A: AsRef<str>>(&self, args: &[A]) -> Result<Outcome> {
		eventually(&self.chain, "free providers", async || {
			let outcome = self.assay(args.iter().map(|arg| arg.as_ref().to_owned())).await?;
			let taken = outcome.code == NOT_ENOUGH_OFFERS && outcome.stderr.contains("are needed");
			Ok(match taken {
				true => ControlFlow::Continue(outcome.stderr),
				false => ControlFlow::Break(outcome),
			})
		})
		.await
	}

	/// Accepts the result of a job as soon as that can be done, waits for its end, and describes it.
	pub async fn settle(&self, job: &str) -> Result<Value> {
		let wait = ["job", "wait", job, "--accept", "--timeout", TIMEOUT, "-o", "json"];
		let waited = during(&self.chain, "end of a job", self.assay(wait)).await?;
		let described = self.assay(["job", "describe", job, "-o", "json"]).await?.json()?;
		let over = ["settled", "failed"].iter().any(|end| described["status"] == *end);
		anyhow::ensure!(over, "job {job} stays at:\n{described:#}\n{waited}");
		Ok(described)
	}

	/// Waits until `test` holds for the description of a job.
	pub async fn until(&self, job: &str, mut test: impl FnMut(&Value) -> bool) -> Result<Value> {
		eventually(&self.chain, "such job", async || {
			let described = self.assay(["job", "describe", job, "-o", "json"]).await?;
			if described.code == 0 {
				let value = described.json()?;
				if test(&value) {
					return Ok(ControlFlow::Break(value));
				}
			}
			Ok(ControlFlow::Continue(described.to_string()))
		})
		.await
	}

	/// Ends a test that has passed: what was written is of no use to anybody.
	pub fn end(mut self) -> Result<()> {
		self.dir.disable_cleanup(false);
		self.kept = false;
		Ok(())
	}

	/// The ends of the logs of all that runs.
	fn tails(&self) -> String {
		let workers = self.workers.iter().chain(&self.judges).filter_map(Worker::tail);
		self.node.tail().into_iter().chain(workers).collect::<Vec<_>>().join("\n")
	}
}

impl Drop for Network {
	fn drop(&mut self) {
		if self.kept {
			eprintln!("{}\nthe logs are in {}", self.tails(), self.dir.path().display());
		}
		for worker in self.workers.iter_mut().chain(&mut self.judges) {
			worker.kill();
		}
		self.node.kill();
	}
}

/// A file of the repository.
pub fn file(path: &str) -> PathBuf {
	Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// A file of the repository, as an argument.
pub fn arg(path: &str) -> String {
	file(path).to_string_lossy().into_owned()
}

/// The replica of a provider in the description of a job.
pub fn replica<'a>(job: &'a Value, worker: &Worker) -> Result<&'a Value> {
	let replicas = job["replicas"].as_array().context("a job has replicas")?;
	let stash = worker.address()?;
	let found = replicas.iter().find(|replica| replica["provider"] == stash.as_str());
	found.with_context(|| format!("provider {} was not drawn: {job:#}", worker.number))
}

/// An amount of a description.
pub fn amount(value: &Value) -> u128 {
	value
		.as_str()
		.and_then(|text| text.parse().ok())
		.unwrap_or_else(|| panic!("no amount: {value}"))
}
