//! A daemon: a provider's, a mediator's or a watcher's.

use crate::{Outcome, Programs, free_port};
use anyhow::{Context, Result, bail, ensure};
use assay_client::{Signer, units};
use std::{
	fmt,
	fs::{self, File},
	path::{Path, PathBuf},
	process::{Child, Command, ExitStatus, Stdio},
	time::{Duration, Instant},
};
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::TcpStream,
};

const START: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(200);

/// How a provider behaves.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Behaviour {
	/// As it should.
	Honest,
	/// Seals and reveals a forged outcome of its own.
	Lie,
	/// Seals and reveals the forged outcome that all who collude agree on.
	Collude,
	/// Colludes, and seals a report of the truth that it opens once the lie is agreed on.
	Betray,
	/// Never seals.
	Silent,
	/// Seals and never reveals.
	Withhold,
	/// Dies when its first seal is in a block.
	CrashAfterCommit,
}

impl Behaviour {
	fn argument(self) -> Option<&'static str> {
		match self {
			Self::Honest => None,
			Self::Lie => Some("lie"),
			Self::Collude => Some("collude"),
			Self::Betray => Some("betray"),
			Self::Silent => Some("silent"),
			Self::Withhold => Some("withhold"),
			Self::CrashAfterCommit => Some("crash-after-commit"),
		}
	}
}

/// What a daemon does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
	/// Runs jobs.
	Provider,
	/// Judges cases.
	Mediator,
	/// Runs what others agreed on again.
	Watcher,
}

impl Role {
	fn name(self) -> &'static str {
		match self {
			Self::Provider => "provider",
			Self::Mediator => "mediator",
			Self::Watcher => "watcher",
		}
	}
}

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
	child: Option<Child>,
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
			child: None,
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
		let mut watcher = Self::new(0, Behaviour::Honest, dir, node_url);
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
		let log = File::options().create(true).append(true).open(self.log())?;
		let mut command = self.command(programs, &self.dir);
		command.args(["run", "--role", self.role.name()]);
		command.args(["--http-listen", &format!("127.0.0.1:{port}")]);
		command.args(["--log", "info,assay_worker=debug"]);
		if let Some(how) = self.behaviour.argument() {
			command.args(["--misbehave", how]);
		}
		self.child = Some(command.stdout(log.try_clone()?).stderr(log).spawn()?);
		let start = Instant::now();
		while !is_healthy(port).await {
			if let Some(status) = self.ended() {
				bail!("{self} ended ({status}), see {}", self.log().display());
			}
			if start.elapsed() > START {
				bail!("{self} does not get ready, see {}", self.log().display());
			}
			tokio::time::sleep(POLL).await;
		}
		Ok(())
	}

	/// Its log.
	pub fn log(&self) -> PathBuf {
		self.dir.join("worker.log")
	}

	/// How it ended, if it has.
	pub fn ended(&mut self) -> Option<ExitStatus> {
		self.child.as_mut().and_then(|child| child.try_wait().ok()?)
	}

	/// Its process, while there is one.
	pub fn pid(&self) -> Option<u32> {
		self.child.as_ref().map(Child::id)
	}

	/// Stops it where it stands, or lets it go on, as a machine without time for it does.
	pub fn freeze(&self, frozen: bool) -> Result<()> {
		let pid = self.pid().context("it is running")?;
		let signal = if frozen { libc::SIGSTOP } else { libc::SIGCONT };
		// SAFETY: kill has no preconditions on memory; the child has not been waited for.
		ensure!(unsafe { libc::kill(pid as i32, signal) } == 0, "{self} can't be signalled");
		Ok(())
	}

	/// Kills it, as a power cut would.
	pub fn kill(&mut self) {
		if let Some(mut child) = self.child.take() {
			// It may have ended by itself.
			let _ = child.kill();
			let _ = child.wait();
		}
	}

	/// Asks it to stop and waits for its exit code.
	pub async fn stop(&mut self, patience: Duration) -> Result<Option<i32>> {
		let mut child = self.child.take().context("it is running")?;
		// SAFETY: kill has no preconditions on memory; the child has not been waited for.
		unsafe { libc::kill(child.id() as i32, libc::SIGTERM) };
		let start = Instant::now();
		loop {
			if let Some(status) = child.try_wait()? {
				return Ok(status.code());
			}
			if start.elapsed() > patience {
				let _ = child.kill();
				bail!("{self} does not stop");
			}
			tokio::time::sleep(POLL).await;
		}
	}
}

impl fmt::Display for Worker {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{} {}", self.role.name(), self.number)
	}
}

impl Drop for Worker {
	fn drop(&mut self) {
		self.kill();
	}
}

/// Whether the daemon on this port says that it takes work.
async fn is_healthy(port: u16) -> bool {
	let ask = async {
		let mut stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
		let request = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
		stream.write_all(request).await.ok()?;
		let mut answer = [0u8; 12];
		stream.read_exact(&mut answer).await.ok()?;
		Some(&answer[9..12] == b"200")
	};
	matches!(tokio::time::timeout(Duration::from_secs(2), ask).await, Ok(Some(true)))
}
