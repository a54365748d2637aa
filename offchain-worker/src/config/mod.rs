//! Settings of a run: options first, then the environment (which clap reads), then the file, then
//! defaults.

mod file;
#[cfg(test)]
mod tests;

use crate::cli::{Global, Role, RunArgs};
use anyhow::{Context, Result, bail, ensure};
use assay_client::units;
use assay_decisions::limits::{Clients, Modules, WorkLimits};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash, MICRO, MILLI, UNIT,
	case::{CaseLimits, MAX_CAPACITY, MediatorTerms},
	content::MAX_CONTENT_SIZE,
	policy::PPM,
	price::Price,
	profile::Profile,
	provider::{Capacity, MAX_ENDPOINT_BYTES},
	request::Terms,
};
pub use file::File;
use std::{
	net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
	path::{Path, PathBuf},
	str::FromStr,
	time::Duration,
};

/// Everything that a run is configured by.
#[derive(Clone, Debug)]
pub struct Settings {
	pub node_urls: Vec<String>,
	pub genesis: Option<Hash>,
	pub base_path: PathBuf,
	pub suri_file: Option<PathBuf>,
	pub key_file: Option<PathBuf>,
	pub passphrase_file: Option<PathBuf>,
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
	pub limits: WorkLimits,
	pub clients: Clients,
	pub fetch: FetchSettings,
	pub store: StoreSettings,
	pub http: HttpSettings,
	pub tasks: TaskSettings,
	/// Each once, never none.
	pub roles: Vec<Role>,
	pub mediator: MediatorSettings,
	pub watcher: WatcherSettings,
	pub orders: OrderSettings,
	pub insecure: bool,
}

/// Terms of an offer beside price and capacity.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct OfferSettings {
	pub min_run_blocks: BlockNumber,
	pub valid_for_blocks: BlockNumber,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FetchSettings {
	/// `node`, `gateway=URL`, `dir=PATH` or `s3=URL`, in the order of trying.
	pub sources: Vec<String>,
	pub allow_private_hints: bool,
	/// Attempts at each source, each time that content is asked for.
	pub attempts: u32,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct StoreSettings {
	/// Below this much free space no new task is started.
	pub min_free_bytes: u64,
	/// Above this size content that nobody needs any more is removed first.
	pub max_bytes: u64,
	/// Time that outputs stay after their task has left the chain.
	pub retain: Duration,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct HttpSettings {
	pub listen: SocketAddr,
	pub max_connections: usize,
	/// Where metrics are served, if not beside the outputs.
	pub metrics_listen: Option<SocketAddr>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TaskSettings {
	/// Content that is not here is declined when this many blocks are left.
	pub decline_margin_blocks: BlockNumber,
	pub drain_timeout: Duration,
	/// Reveal in the last blocks before the deadline even if finality has stalled.
	pub reveal_without_finality: bool,
}

/// How cases are judged.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MediatorSettings {
	pub stash: Option<AccountId>,
	pub bond: Balance,
	/// What is declared on the chain, beside where keys are handed over.
	pub terms: MediatorTerms,
	/// Whether cases with private inputs are judged.
	pub private_inputs: bool,
	/// Runs at a time.
	pub max_concurrent: usize,
	pub modules: Modules,
}

/// What is watched.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct WatcherSettings {
	/// Share of agreed tasks that is run again, in millionths.
	pub sample_ppm: u32,
	pub budget_per_day: Balance,
	/// What a challenge or an appeal has to be expected to earn.
	pub min_gain: Balance,
	/// Runs at a time.
	pub max_concurrent: usize,
	pub court: bool,
	pub appeal: bool,
}

/// Orders that are signed off chain.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OrderSettings {
	/// Where they are published; nowhere if empty.
	pub publish: Vec<OrderTarget>,
	/// Tasks of each order.
	pub volume: u32,
	pub valid_for_blocks: BlockNumber,
	/// An order or offer with no more blocks left is renewed.
	pub refresh_before: BlockNumber,
	/// Whether offers that rest on chain are renewed.
	pub refresh_offers: bool,
}

/// Where an order is published.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum OrderTarget {
	/// The nodes' board.
	Board,
	/// A solver's URL.
	Solver(String),
}

const MAX_JOBS: usize = 256;

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
		let capacity = capacity(&file)?;
		let limits = limits(&file, &capacity)?;
		let max_concurrent_jobs = run
			.max_concurrent_jobs
			.or(file.capacity.max_concurrent_jobs)
			.unwrap_or_else(|| threads().min(usize::from(capacity.slots)));
		ensure!(
			(1..=MAX_JOBS).contains(&max_concurrent_jobs),
			"max-concurrent-jobs must be between 1 and {MAX_JOBS}"
		);
		let public_url = global.public_url.clone().or(file.provider.public_url.clone());
		if let Some(url) = &public_url {
			check_endpoint(url)?;
		}
		let or_file = |given: &[String], file: &[String], default: &str| {
			let pick = if given.is_empty() { file } else { given };
			if pick.is_empty() { vec![default.to_string()] } else { pick.to_vec() }
		};
		Ok(Self {
			node_urls: or_file(&global.node_urls, &file.node.urls, "ws://127.0.0.1:9944"),
			genesis: match (&global.genesis, &file.node.genesis) {
				(Some(hash), _) => Some(*hash),
				(None, Some(text)) => Some(parse("node.genesis", text)?),
				(None, None) => None,
			},
			base_path: base_path(global, &file)?,
			suri_file: global.suri_file.clone().or(file.provider.suri_file.clone()),
			key_file: global.key_file.clone().or(file.provider.key_file.clone()),
			passphrase_file: global
				.passphrase_file
				.clone()
				.or(file.provider.passphrase_file.clone()),
			stash: match (&global.stash, &file.provider.stash) {
				(Some(stash), _) => Some(stash.clone()),
				(None, Some(text)) => Some(parse("provider.stash", text)?),
				(None, None) => None,
			},
			public_url,
			bond: amount_of("provider.bond", &file.provider.bond, 100 * UNIT)?,
			price: Price {
				base: amount_of("price.base", &file.price.base, 1_000 * MICRO)?,
				per_mgas: amount_of("price.per_mgas", &file.price.per_mgas, 10 * MICRO)?,
			},
			capacity,
			max_concurrent_jobs,
			offer: offer(&file)?,
			limits,
			exposure_blocks: file.limits.exposure_blocks,
			clients: Clients {
				allow: accounts("clients.allow", &file.clients.allow)?,
				deny: accounts("clients.deny", &file.clients.deny)?,
			},
			fetch: FetchSettings {
				sources: or_file(&run.fetch, &file.fetch.sources, "node"),
				allow_private_hints: run.allow_private_hints
					|| file.fetch.allow_private_hints.unwrap_or(false),
				attempts: file.fetch.attempts.unwrap_or(3).max(1),
			},
			store: StoreSettings {
				min_free_bytes: file.store.min_free_bytes.unwrap_or(256 << 20),
				max_bytes: file.store.max_bytes.unwrap_or(16 << 30),
				retain: Duration::from_secs(file.store.retain_seconds.unwrap_or(24 * 3600)),
			},
			http: http(run, &file)?,
			tasks: TaskSettings {
				decline_margin_blocks: file.tasks.decline_margin_blocks.unwrap_or(3).max(1),
				drain_timeout: run
					.drain_timeout
					.or(file.tasks.drain_seconds.map(Duration::from_secs))
					.unwrap_or(Duration::from_secs(120)),
				reveal_without_finality: file.tasks.reveal_without_finality.unwrap_or(true),
			},
			roles: roles(run, &file),
			mediator: mediator(&file, &limits, capacity.gas_per_second)?,
			watcher: watcher(&file)?,
			orders: orders(&file)?,
			insecure: global.insecure,
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

fn base_path(global: &Global, file: &File) -> Result<PathBuf> {
	if let Some(path) = global.base_path.clone().or(file.provider.base_path.clone()) {
		return Ok(path);
	}
	let data = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from);
	let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share"));
	let data = data.or_else(home).context("no --base-path given, and no HOME to put it into")?;
	Ok(data.join("assay-worker"))
}

/// Slots for each processor. A slot is taken until a result can't be questioned any more, most of which
/// is waiting.
const SLOTS_PER_THREAD: usize = 4;

/// Processors that this process may use.
fn threads() -> usize {
	std::thread::available_parallelism().map_or(1, usize::from)
}

fn capacity(file: &File) -> Result<Capacity> {
	let section = &file.capacity;
	let capacity = Capacity {
		slots: section.slots.unwrap_or_else(|| {
			u16::try_from(threads().saturating_mul(SLOTS_PER_THREAD)).unwrap_or(u16::MAX)
		}),
		max_gas: section.max_gas.unwrap_or(100_000_000_000),
		max_memory_pages: section.max_memory_pages.unwrap_or(16_384),
		gas_per_second: section.gas_per_second.unwrap_or(500_000_000),
		tags: section.tags.unwrap_or(0),
	};
	ensure!(capacity.slots > 0, "capacity.slots must be at least 1");
	ensure!(capacity.gas_per_second > 0, "capacity.gas_per_second must be at least 1");
	ensure!(
		(1..=65_536).contains(&capacity.max_memory_pages),
		"capacity.max_memory_pages must be between 1 and 65536"
	);
	Ok(capacity)
}

fn offer(file: &File) -> Result<OfferSettings> {
	let offer = OfferSettings {
		min_run_blocks: file.offer.min_run_blocks.unwrap_or(5),
		valid_for_blocks: file.offer.valid_for_blocks.unwrap_or(28_800),
	};
	ensure!(offer.valid_for_blocks > 0, "offer.valid_for_blocks must be at least 1");
	Ok(offer)
}

fn orders(file: &File) -> Result<OrderSettings> {
	let section = &file.orders;
	let target = |text: &String| match text.as_str() {
		"board" => Ok(OrderTarget::Board),
		url if url.starts_with("http://") || url.starts_with("https://") => {
			Ok(OrderTarget::Solver(url.into()))
		},
		other => bail!("orders.publish: `{other}` is neither `board` nor an http(s):// URL"),
	};
	let settings = OrderSettings {
		publish: section.publish.iter().map(target).collect::<Result<_>>()?,
		volume: section.volume.unwrap_or(100),
		valid_for_blocks: section.valid_for_blocks.unwrap_or(1_200),
		refresh_before: section.refresh_before_blocks.unwrap_or(200),
		refresh_offers: section.refresh_offers.unwrap_or(false),
	};
	ensure!(settings.volume > 0, "orders.volume must be at least 1");
	ensure!(
		settings.valid_for_blocks > settings.refresh_before,
		"orders.valid_for_blocks must be above orders.refresh_before_blocks"
	);
	Ok(settings)
}

fn limits(file: &File, capacity: &Capacity) -> Result<WorkLimits> {
	let section = &file.limits;
	let limits = WorkLimits {
		max_module_bytes: section.max_module_bytes.unwrap_or(16 << 20),
		max_input_bytes: section.max_input_bytes.unwrap_or(256 << 20),
		max_output_bytes: section.max_output_bytes.unwrap_or(256 << 20),
		max_gas: capacity.max_gas,
		max_memory_pages: capacity.max_memory_pages,
		wall: Duration::from_secs(section.wall_seconds.unwrap_or(3_600)),
	};
	let largest = limits.max_module_bytes.max(limits.max_input_bytes).max(limits.max_output_bytes);
	ensure!(largest <= MAX_CONTENT_SIZE, "no limit may be above {MAX_CONTENT_SIZE} bytes");
	ensure!(!limits.wall.is_zero(), "limits.wall_seconds must be at least 1");
	Ok(limits)
}

fn roles(run: &RunArgs, file: &File) -> Vec<Role> {
	let named = if run.roles.is_empty() { &file.roles } else { &run.roles };
	let mut roles = if named.is_empty() { vec![Role::Provider] } else { named.clone() };
	roles.sort_unstable();
	roles.dedup();
	roles
}

fn mediator(file: &File, limits: &WorkLimits, gas_per_second: u64) -> Result<MediatorSettings> {
	let section = &file.mediator;
	let capacity = section.capacity.unwrap_or(4);
	ensure!(
		(1..=MAX_CAPACITY).contains(&capacity.into()),
		"mediator.capacity must be between 1 and {MAX_CAPACITY}"
	);
	let profiles = match section.profiles.is_empty() {
		true => Profile::ALL.iter().map(Profile::id).collect(),
		false => hashes("mediator.profiles", &section.profiles)?,
	};
	if let Some(unknown) = profiles.iter().find(|id| Profile::by_id(id).is_none()) {
		bail!("mediator.profiles: this build does not execute {unknown:?}");
	}
	let Ok(profiles) = profiles.try_into() else { bail!("mediator.profiles are too many") };
	let max_concurrent = section.max_concurrent.unwrap_or(1);
	ensure!(
		(1..=MAX_JOBS).contains(&max_concurrent),
		"mediator.max_concurrent must be between 1 and {MAX_JOBS}"
	);
	let min_wage = amount_of("mediator.min_wage", &section.min_wage, 0)?;
	let limits = CaseLimits { gas_per_second, min_wage, ..limits.of_cases() };
	Ok(MediatorSettings {
		stash: section.stash.as_ref().map(|text| parse("mediator.stash", text)).transpose()?,
		bond: amount_of("mediator.bond", &section.bond, 100 * UNIT)?,
		terms: MediatorTerms { capacity, limits, profiles, inbox: None },
		private_inputs: section.private_inputs.unwrap_or(true),
		max_concurrent,
		modules: Modules {
			allow: hashes("mediator.allow_modules", &section.allow_modules)?,
			deny: hashes("mediator.deny_modules", &section.deny_modules)?,
		},
	})
}

fn watcher(file: &File) -> Result<WatcherSettings> {
	let section = &file.watcher;
	let sample = section.sample.unwrap_or(0.05);
	ensure!((0.0..=1.0).contains(&sample), "watcher.sample must be between 0 and 1");
	let max_concurrent = section.max_concurrent.unwrap_or(1);
	ensure!(
		(1..=MAX_JOBS).contains(&max_concurrent),
		"watcher.max_concurrent must be between 1 and {MAX_JOBS}"
	);
	Ok(WatcherSettings {
		// Between 0 and a million, as was just checked.
		sample_ppm: (sample * f64::from(PPM)).round() as u32,
		budget_per_day: amount_of("watcher.budget_per_day", &section.budget_per_day, 10 * UNIT)?,
		min_gain: amount_of("watcher.min_gain", &section.min_gain, MILLI)?,
		max_concurrent,
		court: section.court.unwrap_or(true),
		appeal: section.appeal.unwrap_or(true),
	})
}

fn hashes(name: &str, texts: &[String]) -> Result<Vec<Hash>> {
	texts.iter().map(|text| parse(name, text)).collect()
}

fn http(run: &RunArgs, file: &File) -> Result<HttpSettings> {
	let default = SocketAddr::from((Ipv4Addr::LOCALHOST, 9650));
	let listen = run.http_listen.or(file.http.listen).unwrap_or(default);
	let external = run.prometheus_external || file.http.prometheus_external.unwrap_or(false);
	let host: IpAddr = match (external, listen.is_ipv6()) {
		(true, false) => Ipv4Addr::UNSPECIFIED.into(),
		(true, true) => Ipv6Addr::UNSPECIFIED.into(),
		(false, false) => Ipv4Addr::LOCALHOST.into(),
		(false, true) => Ipv6Addr::LOCALHOST.into(),
	};
	let max_connections = file.http.max_connections.unwrap_or(128);
	ensure!(max_connections > 0, "http.max_connections must be at least 1");
	Ok(HttpSettings {
		listen,
		max_connections,
		metrics_listen: run
			.prometheus_port
			.or(file.http.prometheus_port)
			.map(|port| SocketAddr::new(host, port)),
	})
}

fn parse<T: FromStr>(name: &str, text: &str) -> Result<T> {
	text.parse().map_err(|_| anyhow::anyhow!("{name}: `{text}` can't be read"))
}

fn accounts(name: &str, texts: &[String]) -> Result<Vec<AccountId>> {
	texts.iter().map(|text| parse(name, text)).collect()
}

fn amount_of(name: &str, text: &Option<String>, default: Balance) -> Result<Balance> {
	match text {
		Some(text) => units::parse_amount(text).with_context(|| name.to_string()),
		None => Ok(default),
	}
}
