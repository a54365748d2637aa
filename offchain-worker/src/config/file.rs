//! The configuration file. Whatever it leaves out keeps its default; whatever it misspells is an
//! error, because a limit that silently does not apply costs money.

use super::section::{sections, some_text, texts, tokens};
use crate::roles::name::RoleName;
use anyhow::{Result, bail};
use assay_client::order;
use assay_decisions::{limits::WorkLimits, provider::PlanSettings};
use assay_primitives::{AccountId, Balance, BlockNumber, Hash, MICRO, UNIT, judges::Mediators};
use serde::{Deserialize, Deserializer, de::Error};
use std::{
	net::{Ipv4Addr, SocketAddr},
	path::PathBuf,
	str::FromStr,
	time::Duration,
};

macro_rules! declare_file {
	($($(#[$doc:meta])* $name:ident: $role:ident $(with $section:ident)?,)*) => {
		/// All sections; those of roles are named as the roles are.
		#[derive(Clone, Debug, Default, Deserialize)]
		#[serde(default, deny_unknown_fields)]
		pub struct File {
			pub roles: Vec<RoleName>,
			pub node: NodeSection,
			pub provider: ProviderSection,
			pub price: PriceSection,
			pub capacity: CapacitySection,
			pub offer: OfferSettings,
			pub limits: LimitsSection,
			pub clients: ClientsSection,
			pub fetch: FetchSection,
			pub store: StoreSection,
			pub http: HttpSection,
			pub tasks: TaskSettings,
			pub orders: OrderSettings,
			$($(pub $role: crate::roles::$role::$section::Section,)?)*
		}
	};
}

each_role!(declare_file);

sections! {
	/// Where the chain is.
	pub struct NodeSection {
		pub urls: Vec<String> = Vec::new(),
		/// `0x` and 64 hexadecimal digits.
		#[serde(deserialize_with = "some_text")]
		pub genesis: Option<Hash> = None,
	}

	/// Who provides.
	pub struct ProviderSection {
		pub base_path: Option<PathBuf> = None,
		pub suri_file: Option<PathBuf> = None,
		pub key_file: Option<PathBuf> = None,
		pub passphrase_file: Option<PathBuf> = None,
		#[serde(deserialize_with = "some_text")]
		pub stash: Option<AccountId> = None,
		pub public_url: Option<String> = None,
		#[serde(deserialize_with = "tokens")]
		pub bond: Balance = 100 * UNIT,
	}

	/// What a replica costs.
	pub struct PriceSection {
		#[serde(deserialize_with = "tokens")]
		pub base: Balance = 1_000 * MICRO,
		#[serde(deserialize_with = "tokens")]
		pub per_mgas: Balance = 10 * MICRO,
	}

	/// What the machine can do.
	pub struct CapacitySection {
		pub slots: u16 = default_slots(),
		pub max_concurrent_jobs: Option<usize> = None,
		pub max_gas: u64 = WorkLimits::default().max_gas,
		pub max_memory_pages: u32 = WorkLimits::default().max_memory_pages,
		pub gas_per_second: u64 = 500_000_000,
		pub tags: u32 = 0,
	}

	/// Terms of an offer beside price and capacity.
	pub struct OfferSettings {
		pub min_run_blocks: BlockNumber = 5,
		pub valid_for_blocks: BlockNumber = 28_800,
		/// Whom it lets judge, in offers and orders alike.
		#[serde(deserialize_with = "mediators")]
		pub mediators: Mediators = Mediators::default(),
	}

	/// What is not worked on, whatever is offered.
	pub struct LimitsSection {
		pub max_module_bytes: u64 = WorkLimits::default().max_module_bytes,
		pub max_input_bytes: u64 = WorkLimits::default().max_input_bytes,
		pub max_output_bytes: u64 = WorkLimits::default().max_output_bytes,
		#[serde(rename = "wall_seconds", deserialize_with = "seconds")]
		pub wall: Duration = WorkLimits::default().wall,
		/// Unpaid work for one client, in blocks of run time, as the chain knows it; 0 for any amount.
		pub exposure_blocks: Option<BlockNumber> = None,
	}

	/// An empty `allow` allows everybody; `deny` wins.
	pub struct ClientsSection {
		#[serde(deserialize_with = "texts")]
		pub allow: Vec<AccountId> = Vec::new(),
		#[serde(deserialize_with = "texts")]
		pub deny: Vec<AccountId> = Vec::new(),
	}

	/// Where content is had.
	pub struct FetchSection {
		/// `node`, `gateway=URL`, `dir=PATH` or `s3=URL`, in the order of trying.
		pub sources: Vec<String> = Vec::new(),
		pub allow_private_hints: bool = false,
		/// Attempts at each source, each time that content is asked for.
		pub attempts: u32 = 3,
	}

	/// What is kept.
	pub struct StoreSection {
		/// Below this much free space no new task is started.
		pub min_free_bytes: u64 = 256 << 20,
		/// Above this size content that nobody needs any more is removed first.
		pub max_bytes: u64 = 16 << 30,
		/// Time that outputs stay after their task has left the chain.
		#[serde(rename = "retain_seconds", deserialize_with = "seconds")]
		pub retain: Duration = Duration::from_secs(24 * 3_600),
	}

	/// What is served.
	pub struct HttpSection {
		pub listen: SocketAddr = (Ipv4Addr::LOCALHOST, 9650).into(),
		pub max_connections: usize = 128,
		pub prometheus_port: Option<u16> = None,
		pub prometheus_external: bool = false,
	}

	/// How tasks are dealt with.
	pub struct TaskSettings {
		/// Content that is not here is declined when this many blocks are left.
		pub decline_margin_blocks: BlockNumber = PlanSettings::default().decline_margin,
		#[serde(rename = "drain_seconds", deserialize_with = "seconds")]
		pub drain_timeout: Duration = Duration::from_secs(120),
		/// Reveal in the last blocks before the deadline even if finality has stalled.
		pub reveal_without_finality: bool = PlanSettings::default().reveal_without_finality,
		/// Run results of one's own again that others doubt, and question what was agreed on or ruled against
		/// them, within a budget that follows from what each has at stake.
		pub defend: bool = true,
	}

	/// Orders that are signed off chain.
	pub struct OrderSettings {
		/// Where they are published; nowhere if empty.
		#[serde(deserialize_with = "texts")]
		pub publish: Vec<OrderTarget> = Vec::new(),
		/// Tasks of each order.
		pub volume: u32 = 100,
		pub valid_for_blocks: BlockNumber = 1_200,
		/// An order or offer with no more blocks left is renewed.
		#[serde(rename = "refresh_before_blocks")]
		pub refresh_before: BlockNumber = 200,
		/// Whether offers that rest on chain are renewed.
		pub refresh_offers: bool = false,
	}
}

/// Where an order is published.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum OrderTarget {
	/// The nodes' board.
	Board,
	/// A solver's URL.
	Solver(String),
}

impl FromStr for OrderTarget {
	type Err = anyhow::Error;

	fn from_str(text: &str) -> Result<Self> {
		match text {
			"board" => Ok(Self::Board),
			url if url.starts_with("http://") || url.starts_with("https://") => {
				Ok(Self::Solver(url.into()))
			},
			other => bail!("`{other}` is neither `board` nor an http(s):// URL"),
		}
	}
}

/// Whom to let judge; a list that is empty would let nobody.
fn mediators<'de, D: Deserializer<'de>>(from: D) -> Result<Mediators, D::Error> {
	let mediators =
		order::mediators(&Vec::<String>::deserialize(from)?).map_err(D::Error::custom)?;
	match mediators.is_anybody() {
		true => Ok(mediators),
		false => Err(D::Error::custom("`mediators` must name somebody, or be left out")),
	}
}

fn seconds<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
	u64::deserialize(from).map(Duration::from_secs)
}

/// Slots for each processor. A slot is taken until a result can't be questioned any more, most of which
/// is waiting.
const SLOTS_PER_THREAD: usize = 4;

/// Processors that this process may use.
pub fn threads() -> usize {
	std::thread::available_parallelism().map_or(1, usize::from)
}

fn default_slots() -> u16 {
	u16::try_from(threads().saturating_mul(SLOTS_PER_THREAD)).unwrap_or(u16::MAX)
}
