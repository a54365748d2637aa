//! The command line itself. Secrets come from a file or the environment, never from an argument that
//! other users of the machine can see.

mod app;
mod case;
mod deal;
mod job;
mod key;
mod net;
mod order;
mod policy;
mod pool;
mod request;
mod rest;

pub use app::*;
pub use case::*;
pub use deal::*;
pub use job::*;
pub use key::*;
pub use net::*;
pub use order::*;
pub use policy::*;
pub use pool::*;
pub use request::*;
pub use rest::*;

use crate::output::Format;
use assay_primitives::Hash;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Buy computation from strangers, and check it.
#[derive(Debug, Parser)]
#[command(name = "assay", version, about, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Cli {
	#[command(subcommand)]
	pub command: Command,
	#[command(flatten)]
	pub global: Global,
}

const EXIT_CODES: &str = "\
Exit codes:
  0    success
  1    failure without a better code
  2    usage error
  3    chain or RPC unreachable, or another chain
  4    transaction rejected
  5    not matched
  6    the job failed: trap, out of gas, exit code other than 0
  7    verification mismatch, or no decision
  8    timeout while waiting; the job goes on
  9    insufficient balance or bond
  130  interrupted; a submitted job goes on

Start with:  assay net up";

/// Options of every command.
#[derive(Args, Clone, Debug)]
pub struct Global {
	/// WebSocket address of a node; repeat it for fail-over
	#[arg(
		long = "node-url",
		alias = "url",
		env = "ASSAY_NODE_URL",
		value_delimiter = ',',
		global = true,
		default_value = "ws://127.0.0.1:9944"
	)]
	pub node_urls: Vec<String>,
	/// Hash of the genesis block; a node of any other chain is refused
	#[arg(long, env = "ASSAY_GENESIS", global = true)]
	pub genesis: Option<Hash>,
	/// Key to sign with, of those that `assay key list` shows; or //Alice and the like on a development
	/// chain; else --suri-file, else ASSAY_SURI, else //Alice on a development chain
	#[arg(long, value_name = "NAME", env = "ASSAY_KEY", global = true)]
	pub key: Option<String>,
	/// File with the passphrase of the key; else ASSAY_PASSPHRASE; else it is asked for
	#[arg(long, value_name = "FILE", env = "ASSAY_PASSPHRASE_FILE", global = true)]
	pub passphrase_file: Option<PathBuf>,
	/// Folder of keys; assay/keys in the user's data folder if left out
	#[arg(long, value_name = "DIR", env = "ASSAY_KEYSTORE", global = true)]
	pub keystore: Option<PathBuf>,
	/// File with the secret URI to sign with, where no --key is given
	#[arg(long, env = "ASSAY_SURI_FILE", global = true)]
	pub suri_file: Option<PathBuf>,
	/// Form of what is printed
	#[arg(long, short = 'o', value_enum, default_value = "table", global = true)]
	pub output: Format,
	/// The same as `--output json`
	#[arg(long, global = true, conflicts_with = "output")]
	pub json: bool,
	/// No progress on standard error; commands that create something print only its number
	#[arg(long, short = 'q', global = true)]
	pub quiet: bool,
	/// Log filter for standard error, for example `assay_client=debug`
	#[arg(long = "log", short = 'l', env = "ASSAY_LOG", global = true)]
	pub log: Option<String>,
	/// Run jobs even where this machine's kernel offers no sandbox
	#[arg(long, global = true)]
	pub insecure: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
	/// Run jobs, fetch and verify what they give
	#[command(subcommand)]
	Job(JobCommand),
	/// Doubts about results: look at cases, appeal, check who was drawn to judge
	#[command(subcommand)]
	Case(CaseCommand),
	/// Judge: put up a bond, and be drawn to run again what others doubt
	#[command(subcommand)]
	Mediator(MediatorCommand),
	/// Make programs: check them, run them on this machine, estimate what a job costs, publish them
	#[command(subcommand)]
	App(AppCommand),
	/// Many subtasks of one program that providers race for: forecasts, as pools are not on the chain yet
	#[command(subcommand)]
	Pool(PoolCommand),
	/// Look at providers and their offers
	#[command(subcommand)]
	Provider(ProviderCommand),
	/// Publish and fetch content by hash
	#[command(subcommand)]
	Content(ContentCommand),
	/// Write, sign, check and close orders that are signed off chain
	#[command(subcommand)]
	Order(OrderCommand),
	/// Write, sign and send requests, the orders of clients
	#[command(subcommand)]
	Request(RequestCommand),
	/// Sets of accounts that orders can be restricted to
	#[command(subcommand)]
	Group(GroupCommand),
	/// The bond behind apps and datasets
	#[command(subcommand)]
	Publisher(PublisherCommand),
	/// Match signed orders, which opens a deal
	Match(Box<MatchArgs>),
	/// Publish data for others to read
	#[command(subcommand)]
	Dataset(AssetCommand),
	/// Show deals as a whole, with what happened when
	#[command(subcommand)]
	Deal(DealCommand),
	/// Show what an account has, what is held of it, what it earned; send tokens
	Account(AccountArgs),
	/// Keys to sign with, in files under a passphrase
	#[command(subcommand)]
	Key(KeyCommand),
	/// A local network: a node and providers on this machine
	#[command(subcommand)]
	Net(NetCommand),
	/// Print shell completions
	Completions {
		/// Which shell
		shell: clap_complete::Shell,
	},
}

impl Global {
	/// Takes abbreviations for what they stand for.
	pub fn resolved(mut self) -> Self {
		if self.json {
			self.output = Format::Json;
		}
		self
	}
}

/// Logs go to standard error, and only where they are asked for.
pub fn init_logging(global: &Global) {
	let Some(filter) = &global.log else { return };
	let filter = tracing_subscriber::EnvFilter::new(filter);
	// A second initialization can only happen in tests, where the first one serves.
	let _ =
		tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
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
	fn secrets_should_be_refused_as_arguments() {
		for flag in ["--suri", "--seed", "--mnemonic"] {
			assert!(Cli::try_parse_from(["assay", "job", "list", flag, "//Alice"]).is_err());
		}
	}

	/// Parses what a page's shell examples call of this program, up to comments and whatever else the
	/// shell is told; there are at least `least`.
	fn assert_commands_parse(name: &str, page: &str, least: usize) {
		let page = page.replace("\\\n", " ");
		let examples =
			page.split("```").skip(1).step_by(2).filter_map(|it| it.strip_prefix("sh\n"));
		let lines = examples.flat_map(str::lines).filter(|line| line.starts_with("assay "));
		let commands: Vec<&str> =
			lines.map(|line| line.split(['#', '<', '&']).next().unwrap_or_default()).collect();
		for command in &commands {
			let parsed = Cli::try_parse_from(command.split_whitespace());
			assert!(parsed.is_ok(), "{name}: {command}: {}", parsed.expect_err("it failed"));
		}
		assert!(commands.len() >= least, "{name} has its commands, not {}", commands.len());
	}

	#[test]
	fn commands_of_the_pages_should_parse() {
		assert_commands_parse("README.md", include_str!("../../../README.md"), 5);
		assert_commands_parse("client.md", include_str!("../../../docs/client.md"), 25);
		assert_commands_parse("mediation.md", include_str!("../../../docs/mediation.md"), 12);
		assert_commands_parse("jobs.md", include_str!("../../../docs/jobs.md"), 3);
		assert_commands_parse("orders.md", include_str!("../../../docs/orders.md"), 10);
	}

	#[test]
	fn scripts_that_the_readme_names_should_be_there() {
		let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
		let readme = include_str!("../../../README.md");
		let words = readme.split(|letter: char| letter.is_whitespace() || "`()".contains(letter));
		let scripts: Vec<&str> =
			words.filter(|word| word.contains("scripts/") && word.ends_with(".sh")).collect();
		assert!(scripts.len() >= 4, "demo, tests, and twice the environment: {scripts:?}");
		for script in scripts {
			assert!(root.join(script).is_file(), "README.md names {script}");
		}
	}

	#[test]
	fn callback_should_be_set_or_shown_or_sent_but_not_at_once() {
		let parse = |line: &str| Cli::try_parse_from(line.split_whitespace());
		assert!(parse("assay job callback 7").is_ok());
		assert!(parse("assay job callback 7 --set remark --reward 1").is_ok());
		assert!(parse("assay job callback 7 --reward 1").is_err());
		assert!(parse("assay job callback 7 --show --set remark").is_err());
		assert!(parse("assay job submit app.wasm --callback-reward 1").is_err());
		assert!(parse("assay job submit app.wasm --callback remark --callback-reward 1").is_ok());
		assert!(parse("assay provider limit-exposure").is_err());
		assert!(parse("assay provider limit-exposure 5 --none").is_err());
		assert!(parse("assay provider limit-exposure 0").is_err());
		assert!(parse("assay app price 3").is_err());
		assert!(parse("assay app price 3 1 --by-order").is_err());
		assert!(parse("assay job run app.wasm --policy single --check 4").is_err());
	}

	#[test]
	fn acceptance_should_be_asked_for_only_where_somebody_waits() {
		let parse = |more: &str| {
			Cli::try_parse_from(format!("assay job run app.wasm {more}").split_whitespace())
		};
		assert!(parse("--wait --accept").is_ok());
		assert!(parse("--wait --settled").is_ok());
		assert!(parse("--accept").is_err());
		assert!(Cli::try_parse_from("assay job wait 3 --accept".split(' ')).is_ok());
		assert!(Cli::try_parse_from("assay job check 3 --no-run".split(' ')).is_err());
	}

	#[test]
	fn check_should_go_on_beside_what_it_was_divided_into() {
		let parse = |line: &str| Cli::try_parse_from(line.split(' '));
		for line in [
			"job verify 3",
			"job review 3 --no-run -y",
			"job check 3",
			"job check 3 --by-committee",
		] {
			assert!(parse(&format!("assay {line}")).is_ok(), "{line}");
		}
		assert!(parse("assay job verify 3 --by-committee").is_err());
	}

	/// All commands, each with its name.
	fn commands(command: &clap::Command, found: &mut Vec<clap::Command>) {
		found.push(command.clone());
		for one in command.get_subcommands() {
			commands(one, found);
		}
	}

	/// Lines that are broken by hand are broken once more by a narrower terminal.
	#[test]
	fn help_should_leave_the_wrapping_of_paragraphs_to_the_terminal() {
		let mut all = Vec::new();
		commands(&Cli::command(), &mut all);
		let helps = all.iter().filter_map(|one| {
			Some((one.get_name(), one.get_after_long_help().or(one.get_after_help())?))
		});
		let mut seen = 0;
		for (name, help) in helps {
			let text = help.to_string();
			let is_prose = |line: &str| !line.is_empty() && !line.starts_with(' ');
			let lines: Vec<&str> = text.lines().collect();
			for pair in lines.windows(2) {
				assert!(!(is_prose(pair[0]) && is_prose(pair[1])), "{name}: {pair:?}");
			}
			seen += 1;
		}
		assert!(seen > 8, "{seen} texts are looked at");
	}
}
