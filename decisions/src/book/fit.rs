//! Whether a candidate serves a request, as far as the book can tell.

use super::{
	Book, ResourceKey,
	entry::{RequestEntry, ResourceEntry, SaleEntry},
};
use assay_primitives::{
	AccountId, Balance, BlockNumber,
	judges::Mediators,
	matching::{self, Facts, Provider, allows, allows_asset},
	order::{
		Accounts, AssetId, AssetKind, AssetState, GroupId, OrderId, PROGRAM_TAGS, Refusal,
		RequestOrder,
	},
	profile::ProfileId,
	provider::{Declaration, Reputation, Status},
	request::Ineligible,
	task::Input,
};

/// An app or dataset that a request uses, and the terms at which it does.
pub(super) struct Used<'a> {
	pub id: AssetId,
	pub owner: &'a AccountId,
	pub tags: u32,
	/// The order to be matched; `None` where the terms in the register serve.
	pub order: Option<(OrderId, &'a SaleEntry)>,
	/// Providers that may use it.
	pub providers: &'a Accounts,
	/// Whom its owner lets judge.
	pub mediators: &'a Mediators,
}

/// A request, and what goes with it.
pub(super) struct Wanted<'a> {
	pub entry: &'a RequestEntry,
	pub tags: u32,
	pub app: Option<Used<'a>>,
	pub dataset: Option<Used<'a>>,
}

/// What it does not know it leaves to the chain: who is a member of a group, and how much work for a client
/// is under way.
impl Facts for Book {
	fn now(&self) -> BlockNumber {
		self.now
	}
	fn block_millis(&self) -> u64 {
		self.block_millis
	}
	fn provider(&self, stash: &AccountId, profile: &ProfileId) -> Option<Provider> {
		let view = self.providers.get(stash).filter(|view| view.status != Status::Leaving)?;
		let Declaration { capacity, operator, profiles, .. } = &view.declaration;
		let taken = self.taken.get(stash).copied().unwrap_or(0);
		Some(Provider {
			capacity: *capacity,
			operator: (view.status == Status::Serving).then(|| operator.clone()),
			free_slots: view.free_slots.saturating_sub(taken),
			serves: profiles.contains(profile),
		})
	}
	fn room(&self, provider: &AccountId, _: &AccountId) -> Option<BlockNumber> {
		self.providers.get(provider)?.exposure_limit
	}
	fn is_member(&self, _: GroupId, _: &AccountId) -> bool {
		true
	}
}

impl Wanted<'_> {
	fn of_match(&self) -> matching::Wanted<'_> {
		let order = &self.entry.signed.order;
		matching::Wanted {
			client: &order.client,
			sponsor: order.sponsor.as_ref(),
			request: &order.request,
			tags: self.tags,
			providers: &order.providers,
			app: self.app.as_ref().map(Used::terms),
			dataset: self.dataset.as_ref().map(Used::terms),
			mediators: &order.mediators,
		}
	}

	/// Whom client and owners let judge.
	pub fn mediators(&self) -> Mediators {
		let mut common = self.entry.signed.order.mediators.clone();
		for used in self.app.iter().chain(&self.dataset) {
			common = common.common(used.mediators);
		}
		common
	}
}

impl Used<'_> {
	fn terms(&self) -> matching::Used<'_> {
		matching::Used { id: self.id, owner: self.owner, providers: Some(self.providers) }
	}
}

/// A price as it is compared: with what a bad record adds to it, up to as much again three times.
///
/// A provider that was wrong or silent in one of its last ten replicas counts as a tenth dearer for
/// the one and a fifth for the other. Whoever has no record counts as it is.
pub(super) fn weighed(price: Balance, reputation: &Reputation) -> Balance {
	let bad = u64::from(reputation.wrong) * 2 + u64::from(reputation.silent);
	let all =
		u64::from(reputation.paid) + u64::from(reputation.wrong) + u64::from(reputation.silent);
	// bad is at most twice all, so the share is at most two.
	let thousandths = Balance::from(bad.saturating_mul(1_000) / all.max(1));
	price.saturating_add(price.saturating_mul(thousandths) / 1_000)
}

impl Book {
	/// What a request needs beside candidates. Errors: the refusals that keep it from being matched.
	pub(super) fn wanted<'a>(
		&'a self,
		entry: &'a RequestEntry,
	) -> Result<Wanted<'a>, Vec<Refusal>> {
		let order = &entry.signed.order;
		let mut refusals = Vec::new();
		let app = order.app.and_then(|id| {
			self.used(id, order, false).map_err(|refusal| refusals.push(refusal)).ok()
		});
		let dataset = order.dataset.and_then(|id| {
			self.used(id, order, true).map_err(|refusal| refusals.push(refusal)).ok()
		});
		let of = |used: &Option<Used>| used.as_ref().map_or(0, |used| used.tags);
		let tags = order.request.tags | of(&app) | of(&dataset);
		let declared = if order.app.is_some() { of(&app) } else { order.request.tags };
		if refusals.is_empty() && tags & PROGRAM_TAGS & !declared != 0 {
			refusals.push(Refusal::ProgramTagsMissing);
		}
		if refusals.is_empty() { Ok(Wanted { entry, tags, app, dataset }) } else { Err(refusals) }
	}

	/// The cheapest terms at which a request may use an asset.
	fn used(
		&self,
		id: AssetId,
		request: &RequestOrder,
		dataset: bool,
	) -> Result<Used<'_>, Refusal> {
		let name = |app, data| if dataset { data } else { app };
		let asset = self.assets.get(&id).filter(|it| (it.kind == AssetKind::Dataset) == dataset);
		let asset = asset.ok_or(name(Refusal::AppNotFound, Refusal::DatasetNotFound))?;
		if asset.state != AssetState::Active {
			return Err(name(Refusal::AppSuspended, Refusal::DatasetSuspended));
		}
		let task = &request.request.task;
		let same = match asset.kind {
			AssetKind::App(profile) => profile == task.profile && asset.content == task.module,
			AssetKind::Dataset => task.input == Input::Blob(asset.content),
		};
		if !same {
			return Err(name(Refusal::AppMismatch, Refusal::DatasetMismatch));
		}
		if !asset.needs.are_met(task) {
			return Err(Refusal::AppNeedsMore);
		}
		let ceiling = if dataset { request.max_dataset_price } else { request.max_app_price };
		let other = if dataset { request.app } else { request.dataset };
		let other = other.and_then(|id| Some((id, &self.assets.get(&id)?.owner)));
		let shared = |mediators| request.mediators.common(mediators).is_anybody();
		let (mut refusal, mut best) =
			(name(Refusal::AppOrderMissing, Refusal::DatasetOrderMissing), None);
		if let Some(terms) = &asset.terms {
			if terms.price > ceiling {
				refusal = name(Refusal::AppPriceAboveCeiling, Refusal::DatasetPriceAboveCeiling);
			} else if !allows(self, &terms.clients, &request.client) {
				refusal = name(Refusal::AppRefusesClient, Refusal::DatasetRefusesClient);
			} else if !shared(&terms.mediators) {
				refusal = Refusal::NoCommonMediator;
			} else {
				best = Some((terms.price, None, &terms.providers, &terms.mediators));
			}
		}
		for (price, order) in self.by_asset.get(&id).into_iter().flatten() {
			// Cheapest first, so the first that serves decides.
			if best.as_ref().is_some_and(|(posted, ..)| posted <= price) {
				break;
			}
			let Some(sale) = self.sales.get(order).filter(|it| it.is_dataset() == dataset) else {
				continue;
			};
			if *price > ceiling {
				refusal = name(Refusal::AppPriceAboveCeiling, Refusal::DatasetPriceAboveCeiling);
				break;
			}
			if !allows(self, sale.clients(), &request.client) {
				refusal = name(Refusal::AppRefusesClient, Refusal::DatasetRefusesClient);
			} else if !allows_asset(self, sale.others(), other) {
				refusal = name(Refusal::AppRefusesDataset, Refusal::DatasetRefusesApp);
			} else if !shared(sale.mediators()) {
				refusal = Refusal::NoCommonMediator;
			} else {
				best = Some((*price, Some((*order, sale)), sale.providers(), sale.mediators()));
				break;
			}
		}
		let (_, order, providers, mediators) = best.ok_or(refusal)?;
		Ok(Used { id, owner: &asset.owner, tags: asset.tags, order, providers, mediators })
	}

	/// Every reason why a candidate does not serve a request, in the order of [`Ineligible`].
	pub(super) fn ineligible(
		&self,
		wanted: &Wanted,
		key: &ResourceKey,
		entry: &ResourceEntry,
	) -> Vec<Ineligible> {
		let order = &wanted.entry.signed.order;
		let mut found = matching::ineligible(self, &wanted.of_match(), entry.offered());
		let tasks = order.request.task.input.tasks();
		let spent = entry.left.saturating_sub(entry.taken) < tasks;
		found.extend(spent.then_some(Ineligible::OrderUsedUp));
		// What the chain has said.
		let free = self.providers.get(&entry.provider).map(|view| view.free);
		let floor = wanted.entry.too_small.filter(|(_, until)| self.now < *until);
		let poor = free.zip(floor).is_some_and(|(free, (bond, _))| free <= bond);
		found.extend(poor.then_some(Ineligible::BondTooSmall));
		let refused = wanted.entry.refused.get(key).filter(|(_, until)| self.now < *until);
		found.extend(refused.map(|(why, _)| *why));
		found.sort_unstable();
		found.dedup();
		found
	}
}
