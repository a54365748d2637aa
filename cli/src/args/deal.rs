use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum DealCommand {
	/// Show a deal: its terms, its tasks, and everything that happened, payments included
	Show(DealShowArgs),
	/// List deals of an account
	List(super::ListArgs),
}

#[derive(Args, Clone, Debug)]
pub struct DealShowArgs {
	/// Number of the deal
	pub id: assay_primitives::task::DealId,
	/// Only this task, where the deal has more than one
	#[arg(long, value_name = "INDEX")]
	pub task: Option<u32>,
}

#[derive(Args, Clone, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct AccountArgs {
	/// Whose; the signing account's if left out
	pub address: Option<String>,
	/// Blocks back from now that earnings are added up over; a node keeps the last 256 unless it is
	/// an archive
	#[arg(long, default_value_t = 200)]
	pub blocks: u32,
	#[command(subcommand)]
	pub command: Option<super::AccountCommand>,
}
