//! The configuration file. Whatever it leaves out keeps its default; whatever it misspells is an
//! error, because a limit that silently does not apply costs money.

use crate::cli::Role;
use serde::Deserialize;
use std::{net::SocketAddr, path::PathBuf};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct File {
	pub roles: Vec<Role>,
	pub node: NodeSection,
	pub provider: ProviderSection,
	pub price: PriceSection,
	pub capacity: CapacitySection,
	pub offer: OfferSection,
	pub limits: LimitsSection,
	pub clients: ClientsSection,
	pub fetch: FetchSection,
	pub store: StoreSection,
	pub http: HttpSection,
	pub tasks: TasksSection,
	pub mediator: MediatorSection,
	pub watcher: WatcherSection,
	pub orders: OrdersSection,
}

/// Where the chain is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NodeSection {
	pub urls: Vec<String>,
	/// `0x` and 64 hexadecimal digits.
	pub genesis: Option<String>,
}

/// Who provides.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProviderSection {
	pub base_path: Option<PathBuf>,
	pub suri_file: Option<PathBuf>,
	pub key_file: Option<PathBuf>,
	pub passphrase_file: Option<PathBuf>,
	/// SS58 address.
	pub stash: Option<String>,
	pub public_url: Option<String>,
	/// Tokens.
	pub bond: Option<String>,
}

/// Tokens, as text, so that no float ever touches an amount.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PriceSection {
	pub base: Option<String>,
	pub per_mgas: Option<String>,
}

/// What the machine can do.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CapacitySection {
	pub slots: Option<u16>,
	pub max_concurrent_jobs: Option<usize>,
	pub max_gas: Option<u64>,
	pub max_memory_pages: Option<u32>,
	pub gas_per_second: Option<u64>,
	pub tags: Option<u32>,
}

/// Terms beside price and capacity.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OfferSection {
	pub min_run_blocks: Option<u32>,
	pub valid_for_blocks: Option<u32>,
}

/// What is not worked on, whatever is offered.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsSection {
	pub max_module_bytes: Option<u64>,
	pub max_input_bytes: Option<u64>,
	pub max_output_bytes: Option<u64>,
	pub wall_seconds: Option<u64>,
	/// Unpaid work for one client, in blocks of run time, as the chain knows it; 0 for any amount.
	pub exposure_blocks: Option<u32>,
}

/// SS58 addresses. An empty `allow` allows everybody; `deny` wins.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClientsSection {
	pub allow: Vec<String>,
	pub deny: Vec<String>,
}

/// Where content is had.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FetchSection {
	pub sources: Vec<String>,
	pub allow_private_hints: Option<bool>,
	pub attempts: Option<u32>,
}

/// What is kept.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StoreSection {
	pub min_free_bytes: Option<u64>,
	pub max_bytes: Option<u64>,
	/// Seconds that outputs are kept after their task has left the chain.
	pub retain_seconds: Option<u64>,
}

/// What is served.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HttpSection {
	pub listen: Option<SocketAddr>,
	pub max_connections: Option<usize>,
	pub prometheus_port: Option<u16>,
	pub prometheus_external: Option<bool>,
}

/// How tasks are dealt with.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TasksSection {
	pub decline_margin_blocks: Option<u32>,
	pub drain_seconds: Option<u64>,
	/// Reveal in the last blocks before the deadline even if finality has stalled.
	pub reveal_without_finality: Option<bool>,
}

/// Who judges, and what.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MediatorSection {
	/// SS58 address.
	pub stash: Option<String>,
	/// Tokens.
	pub bond: Option<String>,
	/// Cases at a time, as the chain knows it.
	pub capacity: Option<u16>,
	/// Tokens: least wage for which a seat is taken.
	pub min_wage: Option<String>,
	/// Runs at a time on this machine.
	pub max_concurrent: Option<usize>,
	/// Ids of profiles, `0x` and 64 hexadecimal digits; empty for all that this build executes.
	pub profiles: Vec<String>,
	/// Hashes of modules. An empty list allows all; `deny_modules` wins. To refuse a case costs a part
	/// of the stake.
	pub allow_modules: Vec<String>,
	pub deny_modules: Vec<String>,
	/// Whether cases with private inputs are judged.
	pub private_inputs: Option<bool>,
}

/// What is watched, and what may be spent on it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WatcherSection {
	/// Share of agreed tasks that is run again, from 0 to 1.
	pub sample: Option<f64>,
	/// Tokens that may be put up within any 24 hours.
	pub budget_per_day: Option<String>,
	/// Tokens that a challenge or an appeal has to be expected to earn.
	pub min_gain: Option<String>,
	/// Runs at a time.
	pub max_concurrent: Option<usize>,
	/// Whether wrong verdicts are taken to the court, where it takes the task.
	pub court: Option<bool>,
	/// Whether wrong verdicts are appealed otherwise.
	pub appeal: Option<bool>,
}

/// Which orders are published.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OrdersSection {
	/// `board`, and URLs of solvers.
	pub publish: Vec<String>,
	pub volume: Option<u32>,
	pub valid_for_blocks: Option<u32>,
	pub refresh_before_blocks: Option<u32>,
	/// Renew offers that rest on chain before they end.
	pub refresh_offers: Option<bool>,
}
