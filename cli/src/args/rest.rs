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
}

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
