//! The command line.

use clap::{Parser, Subcommand};
use polkadot_sdk::{
	sc_cli::{
		BuildSpecCmd, ChainInfoCmd, CheckBlockCmd, ExportBlocksCmd, ExportChainSpecCmd,
		ExportStateCmd, ImportBlocksCmd, KeySubcommand, PurgeChainCmd, RevertCmd, RunCmd,
		SubstrateCli,
	},
	sc_service::BasePath,
};
use std::path::PathBuf;

/// Runs a node, unless a sub-command is named.
#[derive(Debug, Parser)]
pub struct Cli {
	/// What to do instead.
	#[command(subcommand)]
	pub command: Option<Command>,

	/// Options of a running node.
	#[clap(flatten)]
	pub run: RunCmd,

	/// Folder of compiled runtimes and genesis states, which nodes of the same user may share; in the
	/// base path if left out.
	///
	/// What is in it is run unchecked: a folder that others may write to, or that belongs to someone
	/// else, is not used, and the node compiles for itself. It is created for this user alone.
	#[arg(long, value_name = "DIR", env = "ASSAY_WASM_RUNTIME_CACHE", global = true)]
	pub wasm_runtime_cache: Option<PathBuf>,

	/// Refuse what web pages ask over RPC, but for those that --rpc-cors names.
	///
	/// Without it --rpc-cors only tells browsers which pages may read answers over HTTP, and any page
	/// can open a WebSocket. Needs --rpc-cors, which lets all in with --dev. Such a server has no rate
	/// limit, no metrics and no /health.
	#[arg(long)]
	pub rpc_check_origin: bool,
}

impl Cli {
	/// Where a running node that is started by this command line keeps its data; none where that is
	/// for once.
	pub fn lasting_base_path(&self) -> Option<PathBuf> {
		let shared = &self.run.shared_params;
		match &shared.base_path {
			_ if self.run.tmp => None,
			Some(path) => Some(path.clone()),
			None if shared.dev => None,
			None => {
				let path = BasePath::from_project("", "", &Self::executable_name());
				Some(path.path().to_path_buf())
			},
		}
	}
}

/// What to do instead of running a node.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Generate, inspect and insert keys.
	#[command(subcommand)]
	Key(KeySubcommand),

	/// Write a chain specification to a file.
	ExportChainSpec(ExportChainSpecCmd),

	/// Write a chain specification to standard output; older form of export-chain-spec.
	// Deprecated in the SDK, but network tools still call it.
	#[allow(deprecated)]
	BuildSpec(BuildSpecCmd),

	/// Execute a block again and compare the result.
	CheckBlock(CheckBlockCmd),

	/// Write blocks to a file.
	ExportBlocks(ExportBlocksCmd),

	/// Import blocks from a file.
	ImportBlocks(ImportBlocksCmd),

	/// Write the state of a block into a chain specification.
	ExportState(ExportStateCmd),

	/// Remove the whole chain from the disk.
	PurgeChain(PurgeChainCmd),

	/// Take back blocks that are not final.
	Revert(RevertCmd),

	/// Show what the database holds.
	ChainInfo(ChainInfoCmd),
}
