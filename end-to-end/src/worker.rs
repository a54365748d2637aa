//! A daemon: a provider's, a mediator's or a watcher's.

use crate::{Outcome, Programs, free_port};
use anyhow::{Context, Result, ensure};
use assay_client::{Signer, units};
use assay_decisions::lies::Misbehave;
use assay_local::{Process, Role, is_healthy};
use clap::ValueEnum;
use std::{
	fmt, fs,
	path::{Path, PathBuf},
	process::{Command, ExitStatus, Stdio},
};

/// How a daemon behaves: as it should, or in one of these ways.
pub type Behaviour = Option<Misbehave>;

/// As it should.
pub const HONEST: Behaviour = None;

/// A daemon and its account.
pub struct Worker {
	/// Providers count from 1, mediators from 0.
	pub number: u16,
	/// What it does.
	pub role: Role,
	/// How it behaves at its next start.
	pub behaviour: Behaviour,
	/// Secret URI of the account with the bond.
	pub stash: String,
	/// Secret URI of the daemon's key.
	pub operator: String,
	/// Its folder.
	pub dir: PathBuf,
	node_url: String,
	http_port: Option<u16>,
	process: Option<Process>,
}

impl Worker {
	/// A provider that is not started yet.
	pub fn new(number: u16, behaviour: Behaviour, dir: &Path, node_url: &str) -> Self {
		Self {
			number,
			role: Role::Provider,
			behaviour,
			stash: format!("//Worker//{number}//stash"),
			operator: format!("//Worker//{number}"),
			dir: dir.join(format!("worker-{number}")),
			node_url: node_url.into(),
			http_port: None,
			process: None,
		}
	}

	/// A mediator of the development chains, which is registered from the first block on and signs for
	/// itself.
	pub fn mediator(number: u16, behaviour: Behaviour, dir: &Path, node_url: &str) -> Self {
		let uri = format!("//Mediator//{number}");
		let mut mediator = Self::new(number, behaviour, dir, node_url);
		mediator.role = Role::Mediator;
		mediator.stash = uri.clone();
		mediator.operator = uri;
		mediator.dir = dir.join(format!("mediator-{number}"));
		mediator
	}

	/// A watcher with an account of its own, which has to be funded.
	pub fn watcher(dir: &Path, node_url: &str) -> Self {
		let mut watcher = Self::new(0, HONEST, dir, node_url);
		watcher.role = Role::Watcher;
		watcher.stash = "//Watcher".into();
		watcher.operator = "//Watcher".into();
		watcher.dir = dir.join("watcher");
		watcher
	}

	/// Address of the account with the bond.
	pub fn address(&self) -> Result<String> {
		Ok(units::format_account(&Signer::from_uri(&self.stash)?.account()))
	}

	/// Where it serves outputs, health and metrics.
	pub fn url(&self) -> Result<String> {
		let port = self.http_port.context("the port is chosen at registration")?;
		Ok(format!("http://127.0.0.1:{port}"))
	}

	/// The daemon's command, up to its arguments. `dir` is where it keeps its state.
	pub fn command(&self, programs: &Programs, dir: &Path) -> Command {
		let mut command = Command::new(&programs.worker);
		command
			.env("ASSAY_SURI", &self.operator)
			.env("ASSAY_STASH_SURI", &self.stash)
			.env("ASSAY_NODE_URL", &self.node_url)
			.env("ASSAY_WORKER_BASE_PATH", dir)
			.env("ASSAY_WORKER_CONFIG", self.dir.join("config.toml"))
			.stdin(Stdio::null());
		if let Some(port) = self.http_port {
			command.env("ASSAY_PUBLIC_URL", format!("http://127.0.0.1:{port}"));
		}
		command
	}

	/// Registers it on the chain, with an offer.
	pub async fn register(&self, programs: &Programs) -> Result<()> {
		let mut command = self.command(programs, &self.dir);
		command.env("ASSAY_PUBLIC_URL", self.url()?).arg("register");
		let outcome = Outcome::of(command.into()).await?;
		ensure!(outcome.code == 0, "provider {} can't register: {outcome}", self.number);
		Ok(())
	}

	/// Chooses its port and writes its configuration file.
	pub fn configure(&mut self, config: &str) -> Result<()> {
		self.http_port = Some(free_port()?);
		fs::create_dir_all(&self.dir)?;
		fs::write(self.dir.join("config.toml"), config)?;
		Ok(())
	}

	/// Starts it and waits until it takes work.
	pub async fn start(&mut self, programs: &Programs) -> Result<()> {
		let port = self.http_port.context("the port is chosen at registration")?;
		let mut command = self.command(programs, &self.dir);
		command.args(["run", "--role", self.role.name()]);
		command.args(["--http-listen", &format!("127.0.0.1:{port}")]);
		command.args(["--log", "info,assay_worker=debug"]);
		if let Some(how) = self.behaviour.and_then(|how| how.to_possible_value()) {
			command.args(["--misbehave", how.get_name()]);
		}
		let process = Process::start(self.to_string(), command, &self.log())?;
		let process = self.process.insert(process);
		let ready = async || is_healthy(port).await.then_some(());
		Ok(assay_local::until(process, "and did not get ready", ready).await?)
	}

	/// Its log.
	pub fn log(&self) -> PathBuf {
		self.dir.join("worker.log")
	}

	/// How it ended, if it has.
	pub fn ended(&mut self) -> Option<ExitStatus> {
		self.process.as_mut().and_then(|process| process.ended().ok()?)
	}

	/// Its process, while there is one.
	pub fn pid(&self) -> Option<u32> {
		self.process.as_ref().map(|process| process.identity().pid)
	}

	/// Stops it where it stands, or lets it go on, as a machine without time for it does.
	pub fn freeze(&self, frozen: bool) -> Result<()> {
		freeze(self.process.as_ref().context("it is running")?, frozen)
	}

	/// At its next start it asks this node before the others.
	pub fn prefer(&mut self, node_url: &str) {
		self.node_url = format!("{node_url},{}", self.node_url);
	}

	/// Kills it, as a power cut would.
	pub fn kill(&mut self) {
		self.process = None;
	}

	/// Asks it to stop and waits for its exit code.
	pub async fn stop(&mut self) -> Result<Option<i32>> {
		let mut process = self.process.take().context("it is running")?;
		Ok(process.stop().await?.code())
	}

	/// The end of its log, for people.
	pub fn tail(&self) -> Option<String> {
		self.process.as_ref().map(|process| format!("{self}:\n{}", process.tail()))
	}
}

/// Stops a process where it stands, or lets it go on.
pub(crate) fn freeze(process: &Process, frozen: bool) -> Result<()> {
	let signal = if frozen { libc::SIGSTOP } else { libc::SIGCONT };
	ensure!(process.identity().signal(signal), "{} can't be signalled", process.name);
	Ok(())
}

impl fmt::Display for Worker {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{} {}", self.role.name(), self.number)
	}
}
