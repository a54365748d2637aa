use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum ProviderCommand {
	/// List providers with their bonds, load and conduct
	List,
	/// Show one provider
	Show {
		/// Its stash account
		address: String,
	},
	/// List resting offers
	Offers,
	/// Limit how much unpaid work of one client you take on; signed with the stash's key
	#[command(after_help = EXPOSURE_HELP)]
	LimitExposure {
		/// Blocks of run time: the sum over all replicas of one client that are not paid yet
		#[arg(required_unless_present = "none", value_parser = clap::value_parser!(u32).range(1..))]
		blocks: Option<u32>,
		/// Take the limit away
		#[arg(long, conflicts_with = "blocks")]
		none: bool,
	},
}

const EXPOSURE_HELP: &str = "\
Money is locked before the work, so what you risk with a client is time: tasks that end undecided, \
or for missing content, pay little. Each replica counts with the run time that its request grants, \
from the match until its task has ended. What would exceed the limit does not match any more; \
`quote` and `why-not` tell the client so.

A limit is introduced, or taken away, only while none of your slots is in use; the number can be \
changed at any time.

  assay provider limit-exposure 3600       three hours
  assay provider limit-exposure --none";

#[derive(Debug, Subcommand)]
pub enum ContentCommand {
	/// Publish a file on the chain
	Put {
		/// The file
		file: PathBuf,
	},
	/// Fetch content by hash and size, verified
	Get(ContentGetArgs),
	/// Compute the reference of a file; nothing is sent
	Ref {
		/// The file
		file: PathBuf,
	},
}

#[derive(Args, Clone, Debug)]
pub struct ContentGetArgs {
	/// Hash of the root block
	pub hash: assay_primitives::Hash,
	/// Size in bytes
	pub size: u64,
	/// File to write
	#[arg(long, short = 'f')]
	pub file: PathBuf,
	/// HTTP gateway to ask beside the node
	#[arg(long = "gateway", value_name = "URL")]
	pub gateways: Vec<String>,
}

#[derive(Clone, Debug, Subcommand)]
pub enum AccountCommand {
	/// Show what is free and what is held for which reason
	Balance {
		/// Whose; the signing account's if left out
		address: Option<String>,
	},
	/// Send tokens
	#[command(visible_alias = "transfer")]
	Send {
		/// To whom
		address: String,
		/// Tokens, for example 1.5 or 200m
		amount: String,
	},
}
