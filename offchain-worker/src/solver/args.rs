//! Options of `solve`.

use anyhow::{Result, ensure};
use assay_client::{book::Limits, units::parse_amount};
use assay_primitives::Balance;
use clap::Args;
use std::net::SocketAddr;

#[derive(Args, Clone, Debug)]
pub struct SolveArgs {
	/// Address of the HTTP server for orders, health and metrics
	#[arg(long, env = "ASSAY_SOLVER_LISTEN", default_value = "127.0.0.1:9660")]
	pub http_listen: SocketAddr,
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

impl SolveArgs {
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
