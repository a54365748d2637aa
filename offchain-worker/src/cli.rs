//! The command line. Every option can also be given by a variable of the environment; secrets only
//! by a file or the environment, never as an argument that other users of the machine can see.

use crate::{
	host::logs::LogFormat,
	roles::{name::RoleName, solver::args::SolverOptions},
};
use assay_decisions::lies::Misbehave;
use assay_primitives::{AccountId, Hash, task::TaskId};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::{
	net::{IpAddr, Ipv4Addr, SocketAddr},
	path::PathBuf,
	time::Duration,
};

/// The daemon of assay: runs the jobs that the chain draws it for, judges disputes, watches others, or
/// matches their orders.
#[derive(Debug, Parser)]
#[command(name = "assay-worker", version, about, max_term_width = 100)]
pub struct Cli {
	#[command(subcommand)]
	pub command: Command,
	#[command(flatten)]
	pub global: Global,
}

/// Options of every subcommand.
#[derive(Args, Clone, Debug, Default)]
pub struct Global {
	/// WebSocket address of a node; repeat it for fail-over
	#[arg(
		long = "node-url",
		alias = "url",
		env = "ASSAY_NODE_URL",
		value_delimiter = ',',
		global = true
	)]
	pub node_urls: Vec<String>,
	/// Hash of the genesis block; a node of any other chain is refused
	#[arg(long, env = "ASSAY_GENESIS", global = true)]
	pub genesis: Option<Hash>,
	/// Folder for everything that the daemon keeps
	#[arg(long, short = 'd', env = "ASSAY_WORKER_BASE_PATH", global = true)]
	pub base_path: Option<PathBuf>,
	/// File with the secret URI of the operator key; else it is taken from ASSAY_SURI
	#[arg(long, env = "ASSAY_SURI_FILE", global = true)]
	pub suri_file: Option<PathBuf>,
	/// Key file of the operator key, as `assay key new` makes it; else --suri-file
	#[arg(long, env = "ASSAY_KEY_FILE", global = true)]
	pub key_file: Option<PathBuf>,
	/// File with the passphrase of the key file, of mode 0600; else it is taken from ASSAY_PASSPHRASE
	#[arg(long, env = "ASSAY_PASSPHRASE_FILE", global = true)]
	pub passphrase_file: Option<PathBuf>,
	/// Account that owns the bond; found by the operator key if left out
	#[arg(long, env = "ASSAY_STASH", global = true)]
	pub stash: Option<AccountId>,
	/// URL under which clients reach this daemon's HTTP server
	#[arg(long, env = "ASSAY_PUBLIC_URL", global = true)]
	pub public_url: Option<String>,
	/// Configuration in TOML
	#[arg(long, short = 'c', env = "ASSAY_WORKER_CONFIG", global = true)]
	pub config: Option<PathBuf>,
	/// Log filter, for example `info,assay_worker=debug`
	#[arg(long = "log", short = 'l', env = "ASSAY_LOG", global = true)]
	pub log: Option<String>,
	/// Form of the log
	#[arg(long, value_enum, env = "ASSAY_LOG_FORMAT", default_value = "text", global = true)]
	pub log_format: LogFormat,
	/// Run jobs even where this machine's kernel offers no sandbox
	#[arg(long, global = true)]
	pub insecure: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
	/// Follow the chain and run the jobs that it draws this provider for
	Run(Box<RunArgs>),
	/// Register this provider with its bond, and place its first offer
	Register(RegisterArgs),
	/// Place, change or withdraw an offer with the configured terms
	Offer(OfferArgs),
	/// Show what the chain and the local store know about this provider
	#[command(visible_alias = "info")]
	Status(StatusArgs),
	/// Show the sealed reports of this provider's store, or open one by hand
	Report(ReportArgs),
	/// Collect signed orders of others, and submit those that make a deal: `run --role solver`, with its
	/// HTTP server at --http-listen
	Solve(Box<SolveArgs>),
	/// Test the sandbox, the store, the nodes, the key, and what each role needs
	Check(CheckArgs),
	/// Print shell completions
	Completions {
		/// Which shell
		shell: clap_complete::Shell,
	},
}

#[derive(Args, Clone, Debug)]
pub struct RunArgs {
	/// What to do; repeat it for several roles [default: provider]
	#[arg(long = "role", value_enum, value_delimiter = ',', env = "ASSAY_WORKER_ROLES")]
	pub roles: Vec<RoleName>,
	/// Address of the HTTP server for outputs, health and metrics
	#[arg(long, env = "ASSAY_HTTP_LISTEN")]
	pub http_listen: Option<SocketAddr>,
	/// Serve metrics on this port of the loopback interface, and no longer beside the outputs
	#[arg(long)]
	pub prometheus_port: Option<u16>,
	/// Serve the metrics' port on all interfaces
	#[arg(long, requires = "prometheus_port")]
	pub prometheus_external: bool,
	/// Jobs that run at the same time
	#[arg(long)]
	pub max_concurrent_jobs: Option<usize>,
	/// Source of content, in the order of trying: node, gateway=URL, dir=PATH or s3=URL
	#[arg(long = "fetch", value_name = "SOURCE")]
	pub fetch: Vec<String>,
	/// Follow hints that point into private networks
	#[arg(long)]
	pub allow_private_hints: bool,
	/// Time that running jobs are given to finish after SIGTERM, in seconds
	#[arg(long, value_parser = seconds, value_name = "SECONDS")]
	pub drain_timeout: Option<Duration>,
	/// Break the rules on purpose, to see the chain punish it; refused on all but development chains
	#[arg(long, value_enum, help_heading = "Development only")]
	pub misbehave: Option<Misbehave>,
	/// Address of the HTTP server for orders
	#[arg(
		long,
		env = "ASSAY_SOLVER_LISTEN",
		default_value_t = SOLVER_LISTEN,
		help_heading = "Role solver"
	)]
	pub solver_listen: SocketAddr,
	#[command(flatten)]
	pub solver: SolverOptions,
}

/// Where a solver listens unless told otherwise.
const SOLVER_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9660);

impl Default for RunArgs {
	fn default() -> Self {
		Self {
			roles: Vec::new(),
			http_listen: None,
			prometheus_port: None,
			prometheus_external: false,
			max_concurrent_jobs: None,
			fetch: Vec::new(),
			allow_private_hints: false,
			drain_timeout: None,
			misbehave: None,
			solver_listen: SOLVER_LISTEN,
			solver: SolverOptions::default(),
		}
	}
}

#[derive(Args, Clone, Debug)]
pub struct SolveArgs {
	/// Address of the HTTP server for orders, health and metrics
	#[arg(long, env = "ASSAY_SOLVER_LISTEN", default_value_t = SOLVER_LISTEN)]
	pub http_listen: SocketAddr,
	#[command(flatten)]
	pub options: SolverOptions,
}

/// What can be registered; a watcher need not be.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub enum RegisterRole {
	/// A provider, with its first offer.
	#[default]
	Provider,
	/// A mediator.
	Mediator,
}

#[derive(Args, Clone, Debug, Default)]
pub struct RegisterArgs {
	/// As what to register
	#[arg(long, value_enum, default_value = "provider")]
	pub role: RegisterRole,
	/// Bond, in tokens; the configured one if left out
	#[arg(long)]
	pub bond: Option<String>,
	/// File with the secret URI of the stash; else ASSAY_STASH_SURI, else the operator key is both
	#[arg(long, env = "ASSAY_STASH_SURI_FILE")]
	pub stash_suri_file: Option<PathBuf>,
	/// Key file of the stash; else --stash-suri-file
	#[arg(long, env = "ASSAY_STASH_KEY_FILE")]
	pub stash_key_file: Option<PathBuf>,
	/// File with the passphrase of the stash's key file; else it is taken from ASSAY_STASH_PASSPHRASE
	#[arg(long, env = "ASSAY_STASH_PASSPHRASE_FILE")]
	pub stash_passphrase_file: Option<PathBuf>,
	/// Take on at most so much unpaid work for one client, in blocks of run time; 0 for any amount; what
	/// is configured, or else what the chain has, if left out
	#[arg(long, value_name = "BLOCKS")]
	pub exposure_blocks: Option<u32>,
	/// Register without placing an offer
	#[arg(long)]
	pub no_offer: bool,
}

#[derive(Args, Clone, Debug, Default)]
pub struct OfferArgs {
	/// Change this offer instead of placing a new one
	#[arg(long, conflicts_with = "withdraw")]
	pub update: Option<u64>,
	/// Withdraw this offer
	#[arg(long)]
	pub withdraw: Option<u64>,
}

#[derive(Args, Clone, Debug, Default)]
pub struct StatusArgs {
	/// Form of the answer
	#[arg(long, short = 'o', value_enum, default_value = "table")]
	pub output: Output,
}

#[derive(Args, Clone, Debug, Default)]
pub struct CheckArgs {
	/// What is to be done here; repeat it for several roles [default: provider]
	#[arg(long = "role", value_enum, value_delimiter = ',', env = "ASSAY_WORKER_ROLES")]
	pub roles: Vec<RoleName>,
}

#[derive(Args, Clone, Debug, Default)]
pub struct ReportArgs {
	/// Open the report of this task, as DEAL/INDEX or DEAL; a running daemon does so by itself
	#[arg(long, value_name = "TASK", value_parser = task)]
	pub open: Option<TaskId>,
	/// Answer in JSON
	#[arg(long)]
	pub json: bool,
}

/// Form of an answer.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub enum Output {
	/// For people.
	#[default]
	Table,
	/// For programs.
	Json,
}

fn task(text: &str) -> Result<TaskId, String> {
	let (deal, index) = text.split_once('/').unwrap_or((text, "0"));
	let number = |_| format!("{text} is no task; say DEAL/INDEX, for example 12/0");
	let deal = deal.parse().map_err(number)?;
	let index = index.parse().map_err(number)?;
	Ok(TaskId { deal, index })
}

fn seconds(text: &str) -> Result<Duration, String> {
	let text = text.strip_suffix('s').unwrap_or(text);
	let seconds: u64 = text.parse().map_err(|_| "not a number of seconds".to_string())?;
	Ok(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::CommandFactory;

	#[test]
	fn command_line_should_be_consistent() {
		Cli::command().debug_assert();
	}

	#[test]
	fn node_urls_should_be_repeatable() {
		let cli = Cli::try_parse_from([
			"assay-worker",
			"run",
			"--node-url",
			"ws://a:1",
			"--node-url",
			"ws://b:2",
			"--fetch",
			"node",
			"--fetch",
			"dir=/x",
			"--drain-timeout",
			"90s",
		])
		.expect("valid");
		assert_eq!(cli.global.node_urls, ["ws://a:1", "ws://b:2"]);
		let Command::Run(run) = cli.command else { panic!("run was asked for") };
		assert_eq!(run.fetch, ["node", "dir=/x"]);
		assert_eq!(run.drain_timeout, Some(Duration::from_secs(90)));
	}

	#[test]
	fn roles_should_be_repeatable() {
		let parse = |args: &[&str]| {
			let all = ["assay-worker", "run"].iter().chain(args);
			let cli = Cli::try_parse_from(all).expect("valid");
			let Command::Run(run) = cli.command else { panic!("run was asked for") };
			run.roles
		};
		assert_eq!(parse(&[]), []);
		let both = [RoleName::Provider, RoleName::Watcher];
		assert_eq!(parse(&["--role", "provider", "--role", "watcher"]), both);
		assert_eq!(parse(&["--role", "provider,watcher"]), both);
	}

	#[test]
	fn tasks_should_be_named_by_deal_and_index() {
		assert_eq!(task("12"), Ok(TaskId { deal: 12, index: 0 }));
		assert_eq!(task("12/3"), Ok(TaskId { deal: 12, index: 3 }));
		for bad in ["", "/", "12/", "a/1", "1/2/3", "-1"] {
			assert!(task(bad).is_err_and(|why| why.contains("DEAL/INDEX")), "{bad}");
		}
	}

	#[test]
	fn solver_should_have_the_same_options_as_a_role_and_as_a_command() {
		let options = ["--min-tip", "0.5", "--at-once", "3", "--watch-only"];
		let parse = |head: &[&str]| {
			let all = ["assay-worker"].iter().chain(head).chain(&options);
			Cli::try_parse_from(all).expect("valid").command
		};
		let Command::Solve(solve) = parse(&["solve", "--http-listen", "127.0.0.1:1"]) else {
			panic!("solve was asked for")
		};
		let Command::Run(run) =
			parse(&["run", "--role", "solver", "--solver-listen", "127.0.0.1:1"])
		else {
			panic!("run was asked for")
		};
		assert_eq!(run.roles, [RoleName::Solver]);
		assert_eq!((run.solver_listen, &run.solver), (solve.http_listen, &solve.options));
		assert_eq!((run.solver.at_once, run.solver.watch_only), (3, true));
		assert_ne!(run.solver, SolverOptions::default());
		let Command::Run(run) =
			Cli::try_parse_from(["assay-worker", "run"]).expect("valid").command
		else {
			panic!("run was asked for")
		};
		assert_eq!(run.solver, SolverOptions::default());
	}

	#[test]
	fn seed_should_be_refused_as_an_argument() {
		for flag in ["--suri", "--seed", "--uri"] {
			assert!(Cli::try_parse_from(["assay-worker", "run", flag, "//Alice"]).is_err());
		}
	}
}
