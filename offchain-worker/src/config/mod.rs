//! Settings of a run: options first, then the environment (which clap reads), then the file, then
//! defaults.

mod file;
pub mod section;
#[cfg(test)]
mod tests;

use crate::{
	cli::{Global, RunArgs},
	host::settings::{FetchSettings, HostSettings, HttpSettings, StoreSettings},
	roles::{name::RoleName, solver::args::SolverOptions},
};
use anyhow::{Context, Result, bail, ensure};
use assay_client::data_dir_of;
use assay_decisions::limits::{Clients, WorkLimits};
use assay_primitives::{
	AccountId, Balance, BlockNumber,
	content::MAX_CONTENT_SIZE,
	price::Price,
	profile::Profile,
	provider::{Capacity, MAX_ENDPOINT_BYTES},
	request::Terms,
};
use file::{CapacitySection, HttpSection, LimitsSection, threads};
pub use file::{File, OfferSettings, OrderSettings, OrderTarget, TaskSettings};
use section::{Common, Section, check_jobs};
use std::{
	net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
	path::{Path, PathBuf},
};

/// Everything that a run is configured by.
#[derive(Clone, Debug)]
pub struct Settings {
	/// What all roles stand on.
	pub host: HostSettings,
	pub stash: Option<AccountId>,
	pub public_url: Option<String>,
	pub bond: Balance,
	pub price: Price,
	pub capacity: Capacity,
	pub max_concurrent_jobs: usize,
	pub offer: OfferSettings,
	/// Unpaid work that is taken on for one client, in blocks of run time, 0 for any amount; what the
	/// chain has is left alone where this is `None`.
	pub exposure_blocks: Option<BlockNumber>,
	pub clients: Clients,
	pub tasks: TaskSettings,
	/// Each once, never none.
	pub roles: Vec<RoleName>,
	/// What each role has of its own.
	pub own: OwnSettings,
	pub orders: OrderSettings,
	/// What a solver takes on, and where.
	pub solver: SolverOptions,
	pub solver_listen: SocketAddr,
}

macro_rules! declare_own {
	($($(#[$doc:meta])* $name:ident: $role:ident $(with $section:ident)?,)*) => {
		/// What roles are configured by that have a section of their own.
		#[derive(Clone, Debug)]
		pub struct OwnSettings {
			$($(pub $role: <crate::roles::$role::$section::Section as Section>::Settings,)?)*
		}

		impl OwnSettings {
			fn new(file: &File, common: &Common) -> Result<Self> {
				Ok(Self {
					$($($role: crate::roles::$role::$section::Section::settings(
						file.$role.clone(),
						common,
					)?,)?)*
				})
			}
		}
	};
}

each_role!(declare_own);

impl Settings {
	/// Settings of `run`.
	pub fn load(global: &Global, run: &RunArgs) -> Result<Self> {
		let file = match &global.config {
			Some(path) => read_file(path)?,
			None => File::default(),
		};
		Self::merge(global, run, file)
	}

	/// Settings of the other subcommands.
	pub fn load_global(global: &Global) -> Result<Self> {
		Self::load(global, &RunArgs::default())
	}

	/// Puts options over a file over defaults, and checks the result.
	pub fn merge(global: &Global, run: &RunArgs, file: File) -> Result<Self> {
		let capacity = capacity(&file.capacity)?;
		let limits = limits(&file.limits, &capacity)?;
		let own = OwnSettings::new(&file, &Common { limits: &limits, capacity: &capacity })?;
		let max_concurrent_jobs = run
			.max_concurrent_jobs
			.or(file.capacity.max_concurrent_jobs)
			.unwrap_or_else(|| threads().min(usize::from(capacity.slots)));
		check_jobs("max-concurrent-jobs", max_concurrent_jobs)?;
		let host = host(global, run, &file, limits)?;
		let provider = file.provider;
		let public_url = global.public_url.clone().or(provider.public_url);
		if let Some(url) = &public_url {
			check_endpoint(url)?;
		}
		ensure!(file.offer.valid_for_blocks > 0, "offer.valid_for_blocks must be at least 1");
		check_orders(&file.orders)?;
		Ok(Self {
			host,
			stash: global.stash.clone().or(provider.stash),
			public_url,
			bond: provider.bond,
			price: Price { base: file.price.base, per_mgas: file.price.per_mgas },
			capacity,
			max_concurrent_jobs,
			offer: file.offer,
			exposure_blocks: file.limits.exposure_blocks,
			clients: Clients { allow: file.clients.allow, deny: file.clients.deny },
			tasks: TaskSettings {
				decline_margin_blocks: file.tasks.decline_margin_blocks.max(1),
				drain_timeout: run.drain_timeout.unwrap_or(file.tasks.drain_timeout),
				..file.tasks
			},
			roles: roles(run, &file.roles),
			own,
			orders: file.orders,
			solver: run.solver.clone(),
			solver_listen: run.solver_listen,
		})
	}

	/// Terms of an offer that is placed at block `now`.
	pub fn terms(&self, now: BlockNumber) -> Terms {
		Terms {
			profile: Profile::BASE.id(),
			price: self.price,
			max_gas: self.capacity.max_gas,
			max_memory_pages: self.capacity.max_memory_pages,
			min_run_blocks: self.offer.min_run_blocks,
			valid_until: now.saturating_add(self.offer.valid_for_blocks),
		}
	}
}

/// What the host is configured by.
fn host(global: &Global, run: &RunArgs, file: &File, limits: WorkLimits) -> Result<HostSettings> {
	let or_file = |given: &[String], file: &[String], default: &str| {
		let pick = if given.is_empty() { file } else { given };
		if pick.is_empty() { vec![default.to_string()] } else { pick.to_vec() }
	};
	let provider = &file.provider;
	let path = |given: &Option<PathBuf>, file: &Option<PathBuf>| given.clone().or(file.clone());
	Ok(HostSettings {
		node_urls: or_file(&global.node_urls, &file.node.urls, "ws://127.0.0.1:9944"),
		genesis: global.genesis.or(file.node.genesis),
		base_path: base_path(path(&global.base_path, &provider.base_path))?,
		suri_file: path(&global.suri_file, &provider.suri_file),
		key_file: path(&global.key_file, &provider.key_file),
		passphrase_file: path(&global.passphrase_file, &provider.passphrase_file),
		limits,
		fetch: FetchSettings {
			sources: or_file(&run.fetch, &file.fetch.sources, "node"),
			allow_private_hints: run.allow_private_hints || file.fetch.allow_private_hints,
			attempts: file.fetch.attempts.max(1),
		},
		store: StoreSettings {
			min_free_bytes: file.store.min_free_bytes,
			max_bytes: file.store.max_bytes,
			retain: file.store.retain,
		},
		http: http(run, &file.http)?,
		insecure: global.insecure,
		misbehave: run.misbehave,
	})
}

fn read_file(path: &Path) -> Result<File> {
	let text = std::fs::read_to_string(path)
		.with_context(|| format!("can't read the configuration {}", path.display()))?;
	parse_file(&text).with_context(|| format!("in the configuration {}", path.display()))
}

/// Reads a configuration.
pub fn parse_file(text: &str) -> Result<File> {
	Ok(toml::from_str(text)?)
}

/// Checks a public address: an HTTP URL that fits the chain's bound.
pub fn check_endpoint(url: &str) -> Result<()> {
	let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
	let Some(rest) = rest.filter(|rest| !rest.is_empty() && !rest.starts_with('/')) else {
		bail!("the public URL must begin with http:// or https:// and name a host: {url}");
	};
	ensure!(!rest.contains(['?', '#', '@', ' ']), "the public URL must be a plain address: {url}");
	ensure!(
		url.len() <= MAX_ENDPOINT_BYTES as usize,
		"the public URL is longer than {MAX_ENDPOINT_BYTES} bytes"
	);
	Ok(())
}

fn base_path(given: Option<PathBuf>) -> Result<PathBuf> {
	let own = || data_dir_of("assay-worker").context("no --base-path given");
	given.map_or_else(own, Ok)
}

fn capacity(section: &CapacitySection) -> Result<Capacity> {
	let CapacitySection { slots, max_gas, max_memory_pages, gas_per_second, tags, .. } = *section;
	ensure!(slots > 0, "capacity.slots must be at least 1");
	ensure!(gas_per_second > 0, "capacity.gas_per_second must be at least 1");
	ensure!(
		(1..=65_536).contains(&max_memory_pages),
		"capacity.max_memory_pages must be between 1 and 65536"
	);
	Ok(Capacity { slots, max_gas, max_memory_pages, gas_per_second, tags })
}

fn check_orders(settings: &OrderSettings) -> Result<()> {
	ensure!(settings.volume > 0, "orders.volume must be at least 1");
	ensure!(
		settings.valid_for_blocks > settings.refresh_before,
		"orders.valid_for_blocks must be above orders.refresh_before_blocks"
	);
	Ok(())
}

fn limits(section: &LimitsSection, capacity: &Capacity) -> Result<WorkLimits> {
	let limits = WorkLimits {
		max_module_bytes: section.max_module_bytes,
		max_input_bytes: section.max_input_bytes,
		max_output_bytes: section.max_output_bytes,
		max_gas: capacity.max_gas,
		max_memory_pages: capacity.max_memory_pages,
		wall: section.wall,
	};
	let largest = limits.max_module_bytes.max(limits.max_input_bytes).max(limits.max_output_bytes);
	ensure!(largest <= MAX_CONTENT_SIZE, "no limit may be above {MAX_CONTENT_SIZE} bytes");
	ensure!(!limits.wall.is_zero(), "limits.wall_seconds must be at least 1");
	Ok(limits)
}

fn roles(run: &RunArgs, file: &[RoleName]) -> Vec<RoleName> {
	let named = if run.roles.is_empty() { file } else { &run.roles };
	let mut roles = if named.is_empty() { vec![RoleName::Provider] } else { named.to_vec() };
	roles.sort_unstable();
	roles.dedup();
	roles
}

fn http(run: &RunArgs, section: &HttpSection) -> Result<HttpSettings> {
	let listen = run.http_listen.unwrap_or(section.listen);
	let external = run.prometheus_external || section.prometheus_external;
	let host: IpAddr = match (external, listen.is_ipv6()) {
		(true, false) => Ipv4Addr::UNSPECIFIED.into(),
		(true, true) => Ipv6Addr::UNSPECIFIED.into(),
		(false, false) => Ipv4Addr::LOCALHOST.into(),
		(false, true) => Ipv6Addr::LOCALHOST.into(),
	};
	ensure!(section.max_connections > 0, "http.max_connections must be at least 1");
	let port = run.prometheus_port.or(section.prometheus_port);
	Ok(HttpSettings {
		listen,
		max_connections: section.max_connections,
		metrics_listen: port.map(|port| SocketAddr::new(host, port)),
	})
}
