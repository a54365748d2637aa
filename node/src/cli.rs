//! The command line.

use clap::{Parser, Subcommand};
use polkadot_sdk::sc_cli::{
	BuildSpecCmd, ChainInfoCmd, CheckBlockCmd, ExportBlocksCmd, ExportChainSpecCmd, ExportStateCmd,
	ImportBlocksCmd, KeySubcommand, PurgeChainCmd, RevertCmd, RunCmd,
};

/// Runs a node, unless a sub-command is named.
#[derive(Debug, Parser)]
pub struct Cli {
	/// What to do instead.
	#[command(subcommand)]
	pub command: Option<Command>,

	/// Options of a running node.
	#[clap(flatten)]
	pub run: RunCmd,
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
