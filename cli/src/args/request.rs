use super::{FileArgs, MatchOptions, NewRequestArgs, SignArgs};
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum RequestCommand {
	/// Write a request to a file, unsigned
	New(Box<NewRequestArgs>),
	/// Write a request as a TOML file describes it
	From(RequestFromArgs),
	/// Sign the request in a file, or add the signature that a wallet gave
	Sign(SignArgs),
	/// Show a request: the text that is signed, its hash, who has signed; no node is asked
	Show(FileArgs),
	/// Match a signed request with resting offers and signed orders, which opens a deal
	Send(SendRequestArgs),
}

#[derive(Args, Clone, Debug)]
#[command(after_help = "\
The file has the options of `assay request new` by their names, and `module` unless it has `app`, \
for example:

  module = \"app.wasm\"
  input = \"data.bin\"
  replicas = 3
  max-price = \"0.5\"
  arg = [\"--fast\"]
  provider = [\"5Grw…\", \"5FHn…\"]

Paths are relative to the file.")]
pub struct RequestFromArgs {
	/// The description, in TOML
	pub description: PathBuf,
	/// File to write
	#[arg(long, short = 'f', value_name = "FILE")]
	pub file: PathBuf,
}

#[derive(Args, Clone, Debug)]
pub struct SendRequestArgs {
	/// File of the request
	pub file: PathBuf,
	/// File of a resource order, or number of a resting offer; repeat it for more. The cheapest
	/// resting offers that fit if left out
	#[arg(long = "resource", short = 's', value_name = "FILE|ID")]
	pub resources: Vec<String>,
	#[command(flatten)]
	pub options: MatchOptions,
}

#[derive(Debug, Subcommand)]
pub enum GroupCommand {
	/// Create a group of accounts, empty
	Create {
		/// Number by which you tell your groups apart
		#[arg(default_value_t = 0)]
		number: u32,
	},
	/// Add accounts to a group of yours
	Add(MembersArgs),
	/// Remove accounts from a group of yours
	Remove(MembersArgs),
	/// Say whether an account is a member; exits with 1 if not
	Check {
		/// Number of the group
		number: u32,
		/// The account
		address: String,
		/// Whose group; yours if left out
		#[arg(long, value_name = "ADDRESS")]
		owner: Option<String>,
	},
	/// Remove a group of yours that has no members
	Dissolve {
		/// Number of the group
		number: u32,
	},
}

#[derive(Args, Clone, Debug)]
pub struct MembersArgs {
	/// Number of the group
	pub number: u32,
	/// The accounts
	#[arg(required = true, value_name = "ADDRESS")]
	pub addresses: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub enum PublisherCommand {
	/// Show a publisher's bond
	Show {
		/// Whose; the signing account's if left out
		address: Option<String>,
	},
	/// Add to the bond
	Bond {
		/// Tokens
		amount: String,
	},
	/// Let a part of the bond leave; it can still be slashed until it may be withdrawn
	Unbond {
		/// Tokens
		amount: String,
	},
	/// Take back what has left the bond
	Withdraw,
}
