//! Whether a candidate serves a request, as far as the book can tell.

use super::{
	Book, ResourceKey,
	entry::{RequestEntry, ResourceEntry, SaleEntry},
};
use assay_primitives::{
	AccountId, Balance,
	order::{
		Accounts, AssetId, AssetKind, AssetState, Assets, OrderId, PROGRAM_TAGS, Refusal,
		RequestOrder,
	},
	provider::{Capacity, Reputation},
	request::Ineligible,
	task::Input,
};

/// An app or dataset that a request uses, and the terms at which it does.
pub(super) struct Used<'a> {
	pub id: AssetId,
	pub tags: u32,
	/// The order to be matched; `None` where the terms in the register serve.
	pub order: Option<(OrderId, &'a SaleEntry)>,
	/// Providers that may use it.
	pub providers: &'a Accounts,
}

/// A request, and what goes with it.
pub(super) struct Wanted<'a> {
	pub entry: &'a RequestEntry,
	pub tags: u32,
	pub app: Option<Used<'a>>,
	pub dataset: Option<Used<'a>>,
}

/// Whether an account is listed. Members of groups are known to the chain alone.
fn allows(accounts: &Accounts, who: &AccountId) -> bool {
	match accounts {
		Accounts::Any | Accounts::Group(_) => true,
		Accounts::Listed(list) => list.contains(who),
	}
}

/// Whether an asset is listed, `None` for what is not registered.
fn allows_asset(assets: &Assets, asset: Option<AssetId>) -> bool {
	match (assets, asset) {
		(Assets::Any, _) => true,
		(_, None) => false,
		(Assets::Listed(list), Some(asset)) => list.contains(&asset),
		(Assets::OwnedByGroup(_), Some(_)) => true,
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
		let ceiling = if dataset { request.max_dataset_price } else { request.max_app_price };
		let other = if dataset { request.app } else { request.dataset };
		let (mut refusal, mut best) =
			(name(Refusal::AppOrderMissing, Refusal::DatasetOrderMissing), None);
		if let Some(terms) = &asset.terms {
			if terms.price > ceiling {
				refusal = name(Refusal::AppPriceAboveCeiling, Refusal::DatasetPriceAboveCeiling);
			} else if !allows(&terms.clients, &request.client) {
				refusal = name(Refusal::AppRefusesClient, Refusal::DatasetRefusesClient);
			} else {
				best = Some((terms.price, None, &terms.providers));
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
			if !allows(sale.clients(), &request.client) {
				refusal = name(Refusal::AppRefusesClient, Refusal::DatasetRefusesClient);
			} else if !allows_asset(sale.others(), other) {
				refusal = name(Refusal::AppRefusesDataset, Refusal::DatasetRefusesApp);
			} else {
				best = Some((*price, Some((*order, sale)), sale.providers()));
				break;
			}
		}
		let (_, order, providers) = best.ok_or(refusal)?;
		Ok(Used { id, tags: asset.tags, order, providers })
	}

	/// Every reason why a candidate does not serve a request, in the order of [`Ineligible`].
	pub(super) fn ineligible(
		&self,
		wanted: &Wanted,
		key: &ResourceKey,
		entry: &ResourceEntry,
	) -> Vec<Ineligible> {
		let order = &wanted.entry.signed.order;
		let request = &order.request;
		let (provider, terms, limits) = (&entry.provider, &entry.terms, &request.task.limits);
		let view = self.providers.get(provider);
		let declared = view.map(|view| &view.declaration);
		let capacity = declared.map(|declared| &declared.capacity);
		let operator = declared.map(|declared| &declared.operator);
		let most = |own: u64, of: fn(&Capacity) -> u64| capacity.map_or(own, |it| own.min(of(it)));
		let gas = most(terms.max_gas, |it| it.max_gas);
		let pages = most(terms.max_memory_pages.into(), |it| it.max_memory_pages.into());
		let slow = capacity.is_some_and(|it| self.too_slow(it, order));
		let buyers = || std::iter::once(&order.client).chain(&order.sponsor);
		let own = buyers().any(|buyer| buyer == provider || Some(buyer) == operator);
		let taken = self.taken.get(provider).copied().unwrap_or(0);
		let busy = view.is_some_and(|view| {
			view.slots_used.saturating_add(taken) >= view.declaration.capacity.slots
		});
		let floor = wanted.entry.too_small.filter(|(_, until)| self.now < *until);
		let poor = view.zip(floor).is_some_and(|(view, (bond, _))| view.free <= bond);
		let serves = declared.is_none_or(|it| it.profiles.contains(&terms.profile));
		let admits =
			|used: &Option<Used>| used.as_ref().is_none_or(|used| allows(used.providers, provider));
		let asset = |used: &Option<Used>| used.as_ref().map(|used| used.id);
		let least = match request.task.input {
			Input::List(_) => wanted.entry.left,
			Input::None | Input::Blob(_) => order.min_volume.min(wanted.entry.left).max(1),
		};
		let signer = entry.signed.as_ref().map(|signed| &signed.order.signer);
		let signs = signer.is_none_or(|it| it == provider || Some(it) == operator);
		let told = wanted.entry.refused.get(key).filter(|(_, until)| self.now < *until);
		let checks = [
			(Ineligible::OfferExpired, self.now > terms.valid_until),
			(Ineligible::Profile, terms.profile != request.task.profile),
			(Ineligible::BasePriceAboveCeiling, terms.price.base > request.max_price.base),
			(Ineligible::GasPriceAboveCeiling, terms.price.per_mgas > request.max_price.per_mgas),
			(Ineligible::GasAboveOffer, limits.gas > gas),
			(Ineligible::MemoryAboveOffer, u64::from(limits.memory_pages) > pages),
			(Ineligible::RunTimeBelowOffer, request.run_blocks < terms.min_run_blocks || slow),
			(
				Ineligible::TagsMissing,
				capacity.is_some_and(|it| it.tags & wanted.tags != wanted.tags),
			),
			(Ineligible::SelfDeal, own),
			(Ineligible::ProviderNotFound, view.is_none()),
			(Ineligible::NoFreeSlot, busy),
			(Ineligible::BondTooSmall, poor),
			(Ineligible::ProfileNotServed, !serves),
			(Ineligible::NotWanted, !allows(&order.providers, provider)),
			(Ineligible::NotAllowedByApp, !admits(&wanted.app)),
			(Ineligible::NotAllowedByDataset, !admits(&wanted.dataset)),
			(Ineligible::ClientNotServed, !allows(&entry.clients, &order.client)),
			(Ineligible::AppNotServed, !allows_asset(&entry.apps, asset(&wanted.app))),
			(Ineligible::DatasetNotServed, !allows_asset(&entry.datasets, asset(&wanted.dataset))),
			(Ineligible::OrderUsedUp, entry.left.saturating_sub(entry.taken) < least),
			(Ineligible::SignerNotOfProvider, view.is_some() && !signs),
		];
		let mut found: Vec<Ineligible> =
			checks.into_iter().filter(|(_, applies)| *applies).map(|(why, _)| why).collect();
		found.extend(told.map(|(why, _)| *why));
		found.sort_unstable();
		found.dedup();
		found
	}

	/// Whether one slot can't execute all of the request's gas in its run time.
	fn too_slow(&self, capacity: &Capacity, order: &RequestOrder) -> bool {
		let thousandths = u128::from(capacity.gas_per_second)
			.saturating_mul(order.request.run_blocks.into())
			.saturating_mul(self.block_millis.into());
		u128::from(order.request.task.limits.gas) > thousandths / 1_000
	}
}
