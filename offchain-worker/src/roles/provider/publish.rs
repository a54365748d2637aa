//! Orders of this provider: signed with the configured terms, posted where solvers find them, and
//! renewed before they end or are used up. Offers that rest on chain are renewed likewise.
//!
//! What was published is written down first, so that a restart goes on with it and does not offer the
//! same capacity twice. An order whose terms are not the configured ones any more is closed on chain.

use crate::{
	config::{OrderTarget, Settings},
	host::trouble::Troubles,
};
use anyhow::{Context, Result};
use assay_client::{
	At, Chain, Head, Signer, WaitFor,
	order::{self, OrderFile, ResourceOptions, SolverUrl, statement},
	refusals::ALREADY_CLOSED,
};
use assay_interface::{Call, market};
use assay_primitives::{
	AccountId, BlockNumber,
	order::{Accounts, AnyOrder, Authorization, ResourceOrder, left},
	profile::ProfileId,
	provider::ProviderView,
	request::Terms,
};
use std::{collections::BTreeMap, fs, path::PathBuf, sync::Arc};

/// Blocks between looks.
const EVERY: BlockNumber = 5;
/// File of what was published, in the base path.
const FILE: &str = "published.json";

/// Why no order is published.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Skip {
	/// The provider is not registered, or leaving.
	NotRegistered,
	/// The chain names another operator.
	NotOperator,
	/// No bond is free.
	NoFreeBond,
	/// More clients are allowed than an order can list.
	AllowListTooLong,
}

impl Skip {
	/// A word for programs.
	pub fn code(self) -> &'static str {
		match self {
			Self::NotRegistered => "not-registered",
			Self::NotOperator => "not-operator",
			Self::NoFreeBond => "no-free-bond",
			Self::AllowListTooLong => "allow-list-too-long",
		}
	}

	fn words(self) -> &'static str {
		match self {
			Self::NotRegistered => "the provider is not registered",
			Self::NotOperator => "the operator key does not sign for the provider",
			Self::NoFreeBond => "no bond is free, so nobody could draw this provider",
			Self::AllowListTooLong => {
				"clients.allow is longer than what an order can list; use a group of the chain"
			},
		}
	}
}

/// An order that was published, and where it has arrived.
struct Published {
	file: OrderFile,
	sent: Vec<OrderTarget>,
}

/// Publishes orders.
pub struct Publisher {
	chain: Chain,
	signer: Arc<Signer>,
	stash: AccountId,
	settings: Arc<Settings>,
	/// By profile, and under `None` none.
	orders: BTreeMap<ProfileId, Published>,
	logged: Option<Skip>,
}

impl Publisher {
	/// A publisher that goes on with what was published before.
	pub fn new(
		chain: Chain,
		signer: Arc<Signer>,
		stash: AccountId,
		settings: Arc<Settings>,
	) -> Self {
		let orders = BTreeMap::new();
		let mut publisher = Self { chain, signer, stash, settings, orders, logged: None };
		for file in publisher.load() {
			if let AnyOrder::Resource(order) = &file.order {
				let profile = order.terms.profile;
				publisher.orders.insert(profile, Published { file, sent: Vec::new() });
			}
		}
		publisher
	}

	/// Whether there is anything to be done.
	pub fn is_wanted(settings: &Settings) -> bool {
		!settings.orders.publish.is_empty() || settings.orders.refresh_offers
	}

	/// Publishes for as long as the process lives.
	pub async fn run(mut self) {
		if !self.settings.clients.deny.is_empty() && !self.settings.orders.publish.is_empty() {
			tracing::warn!(
				code = "deny-not-in-orders",
				"clients.deny can't be said in an order: their tasks are declined when drawn, which \
				 costs a fee"
			);
		}
		let mut blocks = self.chain.blocks(Head::Best);
		let mut next = 0;
		let mut troubles = Troubles::default();
		while let Some(block) = blocks.next().await {
			let Ok(block) = block else { continue };
			if block.number < next {
				continue;
			}
			next = block.number.saturating_add(EVERY);
			let problem = self.step().await.err();
			let problem = problem.map(|error| format!("orders can't be published: {error:#}"));
			troubles.set("orders", problem);
		}
	}

	async fn step(&mut self) -> Result<()> {
		let at = self.chain.at_best().await?;
		if self.settings.orders.refresh_offers {
			self.refresh_offers(&at).await?;
		}
		if self.settings.orders.publish.is_empty() {
			return Ok(());
		}
		let view = at.provider(&self.stash).await?;
		let skip = skip(view.as_ref(), &self.signer.account(), &self.settings);
		if skip != self.logged {
			self.logged = skip;
			match skip {
				Some(skip) => {
					tracing::warn!(code = skip.code(), "no orders are published: {}", skip.words());
				},
				None => tracing::info!("orders are published"),
			}
		}
		let (None, Some(view)) = (skip, view) else { return Ok(()) };
		for profile in view.declaration.profiles.clone() {
			self.renew(&at, profile).await?;
			self.send(&profile).await;
		}
		Ok(())
	}

	/// Sees to it that there is an order for a profile that can be matched for a while.
	async fn renew(&mut self, at: &At, profile: ProfileId) -> Result<()> {
		let now = at.block().number;
		let wanted = self.order(profile, now)?;
		if let Some(published) = self.orders.get(&profile) {
			let AnyOrder::Resource(old) = &published.file.order else { return Ok(()) };
			if same_terms(old, &wanted) {
				let record = at.order(&published.file.id()).await?;
				let (left, fault) = left(old.volume, record.as_ref());
				let before = self.settings.orders.refresh_before;
				if fault.is_none() && !is_spent(old, left, now, before) {
					return Ok(());
				}
			} else if now <= old.terms.valid_until {
				// It promises what is not offered any more.
				let order = published.file.order.clone().into();
				let authorization = Authorization::OnChain.into();
				let close = Call::Market(market::Call::close_order { order, authorization });
				match self.chain.submit(&self.signer, &close, WaitFor::InBlock).await {
					Ok(_) => tracing::info!("closed an order with other terms"),
					Err(error) if ALREADY_CLOSED.is(&error) => {},
					Err(error) => return Err(error).context("an old order can't be closed"),
				}
			}
		}
		let mut file = OrderFile::new(self.chain.genesis(), AnyOrder::Resource(Box::new(wanted)));
		file.authorization = Some(order::sign(&file.order, &file.genesis, &self.signer));
		tracing::info!(order = ?file.id(), until = file.order.valid_until(), "a new order");
		self.orders.insert(profile, Published { file, sent: Vec::new() });
		// Before anybody sees it: what is not written down would be offered again.
		self.save()
	}

	/// Sends an order to where it has not arrived yet.
	async fn send(&mut self, profile: &ProfileId) {
		let targets = self.settings.orders.publish.clone();
		let Some(published) = self.orders.get_mut(profile) else { return };
		for target in targets {
			if published.sent.contains(&target) {
				continue;
			}
			let file = &published.file;
			let sent = match &target {
				OrderTarget::Board => {
					let name = format!("resource/{profile:?}");
					let account = self.signer.account();
					let channel = statement::named_channel(&file.genesis, &account, &name);
					order::post(&self.chain, &self.signer, file, &channel).await.map(|_| ())
				},
				OrderTarget::Solver(url) => match SolverUrl::new(url) {
					Ok(solver) => solver.send(file).await.map(|_| ()),
					Err(error) => Err(error),
				},
			};
			match sent {
				Ok(()) => published.sent.push(target),
				Err(error) => tracing::warn!(?target, "an order was not taken: {error}"),
			}
		}
	}

	/// Renews resting offers that are about to end.
	async fn refresh_offers(&self, at: &At) -> Result<()> {
		let now = at.block().number;
		let offers = at.offers_of_provider(&self.stash).await?;
		for offer in offers {
			if offer.terms.valid_until > now.saturating_add(self.settings.orders.refresh_before) {
				continue;
			}
			let terms = Terms { profile: offer.terms.profile, ..self.settings.terms(now) };
			let (number, terms_hash, until) = (offer.id, offer.terms.hash(), terms.valid_until);
			let (terms, mediators) = (terms.into(), self.settings.offer.mediators.clone().into());
			let update = market::Call::update_offer { offer: number, terms_hash, terms, mediators };
			match self.chain.submit(&self.signer, &Call::Market(update), WaitFor::InBlock).await {
				Ok(_) => tracing::info!(offer = offer.id, until, "renewed"),
				Err(error) => tracing::warn!(offer = offer.id, "can't be renewed: {error}"),
			}
		}
		Ok(())
	}

	fn order(&self, profile: ProfileId, now: BlockNumber) -> Result<ResourceOrder> {
		let settings = &self.settings;
		let options = ResourceOptions {
			provider: self.stash.clone(),
			signer: self.signer.account(),
			profile,
			price: settings.price,
			max_gas: settings.capacity.max_gas,
			max_memory_pages: settings.capacity.max_memory_pages,
			min_run_blocks: settings.offer.min_run_blocks,
			valid_blocks: settings.orders.valid_for_blocks,
			volume: settings.orders.volume,
		};
		let mut order = order::resource(&options, now)?;
		order.mediators = settings.offer.mediators.clone();
		if !settings.clients.allow.is_empty() {
			let list = settings.clients.allow.clone().try_into();
			// Too long a list was a reason to skip.
			order.clients = Accounts::Listed(list.unwrap_or_default());
		}
		Ok(order)
	}

	fn path(&self) -> PathBuf {
		self.settings.host.base_path.join(FILE)
	}

	fn load(&self) -> Vec<OrderFile> {
		let Ok(text) = fs::read_to_string(self.path()) else { return Vec::new() };
		let lines: Vec<String> = serde_json::from_str(&text).unwrap_or_default();
		let files = lines.iter().filter_map(|line| order::read_file(line.as_bytes()).ok());
		let account = self.signer.account();
		files
			.filter(|file| file.genesis == self.chain.genesis())
			.filter(|file| match &file.order {
				AnyOrder::Resource(order) => {
					order.provider == self.stash && order.signer == account
				},
				_ => false,
			})
			.collect()
	}

	fn save(&self) -> Result<()> {
		let lines: Vec<String> =
			self.orders.values().map(|it| order::print_file(&it.file)).collect();
		let (path, draft) = (self.path(), self.path().with_extension("new"));
		fs::write(&draft, serde_json::to_string(&lines)?)
			.and_then(|()| fs::rename(&draft, &path))
			.with_context(|| format!("can't write {}", path.display()))
	}
}

/// Why nothing is published now.
fn skip(view: Option<&ProviderView>, operator: &AccountId, settings: &Settings) -> Option<Skip> {
	let Some(view) = view else { return Some(Skip::NotRegistered) };
	if view.declaration.operator != *operator && view.stash != *operator {
		return Some(Skip::NotOperator);
	}
	if view.free == 0 {
		return Some(Skip::NoFreeBond);
	}
	let long = settings.clients.allow.len() > assay_primitives::order::MAX_LISTED as usize;
	long.then_some(Skip::AllowListTooLong)
}

/// Whether two orders offer the same, whenever they end.
fn same_terms(one: &ResourceOrder, other: &ResourceOrder) -> bool {
	let plain = |order: &ResourceOrder| ResourceOrder {
		terms: Terms { valid_until: 0, ..order.terms },
		volume: 0,
		salt: 0,
		..order.clone()
	};
	plain(one) == plain(other)
}

/// Whether an order is about to end, or to be used up.
fn is_spent(order: &ResourceOrder, left: u32, now: BlockNumber, before: BlockNumber) -> bool {
	order.terms.valid_until <= now.saturating_add(before) || left <= order.volume / 5
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		cli::{Global, RunArgs},
		config::parse_file,
	};
	use assay_primitives::{
		UNIT,
		profile::Profile,
		provider::{Capacity, Declaration, Reputation, Status},
	};

	fn settings(text: &str) -> Settings {
		let global = Global { base_path: Some("base".into()), ..Global::default() };
		Settings::merge(&global, &RunArgs::default(), parse_file(text).expect("TOML"))
			.expect("valid")
	}

	fn account(id: u8) -> AccountId {
		[id; 32].into()
	}

	fn view() -> ProviderView {
		ProviderView {
			stash: account(1),
			declaration: Declaration {
				operator: account(2),
				encryption_key: [0; 32],
				capacity: Capacity {
					slots: 1,
					max_gas: 1,
					max_memory_pages: 1,
					gas_per_second: 1,
					tags: 0,
				},
				profiles: vec![Profile::BASE.id()].try_into().expect("one"),
				endpoint: Default::default(),
			},
			free: UNIT,
			locked: 0,
			unbonding: 0,
			slots_used: 0,
			reputation: Reputation::default(),
			registered_at: 0,
			status: Status::Serving,
			exposure_limit: None,
			free_slots: 1,
		}
	}

	#[test]
	fn skips_should_have_their_reasons() {
		let plain = settings("");
		let (operator, view) = (account(2), view());
		assert_eq!(skip(Some(&view), &operator, &plain), None);
		assert_eq!(skip(Some(&view), &account(1), &plain), None, "the stash may sign itself");
		assert_eq!(skip(None, &operator, &plain), Some(Skip::NotRegistered));
		assert_eq!(skip(Some(&view), &account(3), &plain), Some(Skip::NotOperator));
		let spent = ProviderView { free: 0, ..view.clone() };
		assert_eq!(skip(Some(&spent), &operator, &plain), Some(Skip::NoFreeBond));
		let many = (0..17).map(|id| format!("\"{}\"", account(id))).collect::<Vec<_>>().join(",");
		let many = settings(&format!("[clients]\nallow = [{many}]"));
		assert_eq!(skip(Some(&view), &operator, &many), Some(Skip::AllowListTooLong));
	}

	#[test]
	fn orders_should_be_renewed_before_they_end_or_are_used_up() {
		let options = ResourceOptions {
			provider: account(1),
			signer: account(2),
			profile: Profile::BASE.id(),
			price: Default::default(),
			max_gas: 1,
			max_memory_pages: 1,
			min_run_blocks: 1,
			valid_blocks: 100,
			volume: 10,
		};
		let order = order::resource(&options, 0).expect("there is randomness");
		assert!(!is_spent(&order, 10, 0, 20) && !is_spent(&order, 3, 79, 20));
		assert!(is_spent(&order, 10, 80, 20) && is_spent(&order, 2, 0, 20));
		let later = order::resource(&options, 50).expect("there is randomness");
		assert!(same_terms(&order, &later), "salt, volume and end aside");
		let mut dearer = later;
		dearer.terms.price.base = 1;
		assert!(!same_terms(&order, &dearer));
	}
}
