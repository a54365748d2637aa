//! Options of the role `solver`.

use anyhow::{Result, ensure};
use assay_client::units::parse_amount;
use assay_decisions::book::Limits;
use assay_primitives::Balance;
use clap::Args;

/// What a solver takes on, and what it leaves alone.
#[derive(Args, Clone, Debug, Eq, PartialEq)]
#[command(next_help_heading = "Role solver")]
pub struct SolverOptions {
	/// Connections at a time
	#[arg(long, default_value_t = 256)]
	pub connections: usize,
	/// Orders that one address may send each minute
	#[arg(long, default_value_t = 600, value_name = "ORDERS")]
	pub per_minute: u32,
	/// Orders that one address may send at once
	#[arg(long, default_value_t = 120, value_name = "ORDERS")]
	pub burst: u32,
	/// Orders of each kind that one account may have in the book
	#[arg(long, default_value_t = 64, value_name = "ORDERS")]
	pub per_account: usize,
	/// Most requests in the book
	#[arg(long, default_value_t = 16_384, value_name = "ORDERS")]
	pub max_requests: usize,
	/// Most resource orders in the book
	#[arg(long, default_value_t = 65_536, value_name = "ORDERS")]
	pub max_resources: usize,
	/// Matches that are tried at a time
	#[arg(long, default_value_t = 8)]
	pub at_once: usize,
	/// Leave requests alone that tip less than this for each task, in tokens
	#[arg(long, value_name = "TOKENS", default_value = "0")]
	pub min_tip: String,
	/// Take no orders from the nodes' board of statements
	#[arg(long)]
	pub no_statements: bool,
	/// Match no offers that rest on chain
	#[arg(long)]
	pub no_offers: bool,
	/// Keep a book and explain it, but submit nothing
	#[arg(long)]
	pub watch_only: bool,
}

impl Default for SolverOptions {
	fn default() -> Self {
		Self {
			connections: 256,
			per_minute: 600,
			burst: 120,
			per_account: 64,
			max_requests: 16_384,
			max_resources: 65_536,
			at_once: 8,
			min_tip: "0".into(),
			no_statements: false,
			no_offers: false,
			watch_only: false,
		}
	}
}

impl SolverOptions {
	/// Refuses what makes no sense.
	pub fn check(&self) -> Result<()> {
		let positive = [
			(self.connections, "connections"),
			(self.per_minute as usize, "per-minute"),
			(self.burst as usize, "burst"),
			(self.per_account, "per-account"),
			(self.max_requests, "max-requests"),
			(self.max_resources, "max-resources"),
			(self.at_once, "at-once"),
		];
		for (value, name) in positive {
			ensure!(value > 0, "--{name} must be at least 1");
		}
		ensure!(self.at_once <= 256, "--at-once must be at most 256");
		self.min_tip().map(|_| ())
	}

	pub fn min_tip(&self) -> Result<Balance> {
		Ok(parse_amount(&self.min_tip)?)
	}

	pub fn limits(&self) -> Limits {
		Limits {
			requests: self.max_requests,
			resources: self.max_resources,
			per_account: self.per_account,
			..Limits::default()
		}
	}
}
