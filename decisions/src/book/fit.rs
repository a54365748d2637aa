//! Whether a candidate serves a request, as far as the book can tell.

use super::{
	Book, ResourceKey,
	entry::{RequestEntry, ResourceEntry, SaleEntry},
};
use assay_primitives::{
	AccountId, Balance, BlockNumber,
	eligibility::{Asked, Bench, Note, UsedAsset, check, examine_tags, noted},
	matching::{self, Facts, Provider},
	order::{Asset, AssetId, GroupId, OrderId, Part, Refusal, Sale, suffices},
	profile::ProfileId,
	provider::{Declaration, Reputation, Status},
	request::Ineligible,
	task::MAX_TASKS,
};

/// An app or dataset that a request uses, and the terms at which it does.
pub(super) struct Bought<'a> {
	used: UsedAsset,
	/// The order to be matched; `None` where the terms in the register serve.
	pub order: Option<(OrderId, &'a SaleEntry)>,
}

/// A request, and what goes with it.
pub(super) struct Wanted<'a> {
	pub entry: &'a RequestEntry,
	pub tags: u32,
	pub app: Option<Bought<'a>>,
	pub dataset: Option<Bought<'a>>,
	/// The client's and the owners'.
	pub bench: Bench,
}

/// What it does not know it leaves to the chain: who is a member of a group, how much work for a client
/// is under way, and what nobody has looked up.
impl Facts for Book {
	fn now(&self) -> BlockNumber {
		self.now
	}
	fn block_millis(&self) -> u64 {
		self.constants.block_millis
	}
	fn provider(&self, stash: &AccountId, profile: &ProfileId) -> Option<Provider> {
		let view = self.providers.get(stash).filter(|view| view.status != Status::Leaving)?;
		let Declaration { capacity, profiles, .. } = &view.declaration;
		let taken = self.taken.get(stash).copied().unwrap_or(0);
		Some(Provider {
			capacity: *capacity,
			free_slots: view.free_slots.saturating_sub(taken),
			serves: profiles.contains(profile),
		})
	}
	fn room(&self, provider: &AccountId, _: &AccountId) -> Option<BlockNumber> {
		self.providers.get(provider)?.exposure_limit
	}
	fn operator(&self, stash: &AccountId) -> Option<AccountId> {
		let view = self.providers.get(stash).filter(|view| view.status == Status::Serving)?;
		Some(view.declaration.operator.clone())
	}
	fn is_member(&self, _: &GroupId, _: &AccountId) -> bool {
		true
	}
	fn asset(&self, id: AssetId) -> Option<Asset> {
		self.assets.get(&id).cloned()
	}
	fn is_bonded(&self, publisher: &AccountId, least: Balance) -> bool {
		let least = least.max(self.constants.min_publisher_bond);
		self.publishers.get(publisher).is_none_or(|bond| *bond >= least)
	}
	fn can_judge(&self, stash: &AccountId, parties: &[AccountId]) -> bool {
		let serves = |operator: &Option<AccountId>| {
			operator.as_ref().is_some_and(|operator| !parties.contains(operator))
		};
		!parties.contains(stash) && self.mediators.get(stash).is_none_or(serves)
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
			app: self.app.as_ref().map(|bought| bought.used.terms()),
			dataset: self.dataset.as_ref().map(|bought| bought.used.terms()),
			mediators: &order.mediators,
		}
	}

	/// Whether as much is left of a candidate, beside matches under way, as the request has inputs.
	pub fn is_served_by_volume(&self, candidate: &ResourceEntry) -> bool {
		candidate.free() >= self.entry.signed.order.request.task.input.tasks()
	}

	/// What it uses of others.
	pub fn bought(&self) -> impl Iterator<Item = &Bought<'_>> {
		self.app.iter().chain(&self.dataset)
	}
}

impl Bought<'_> {
	/// Tasks that are left of what it takes them from.
	fn left(&self) -> u32 {
		self.order.map_or(u32::MAX, |(_, entry)| entry.left)
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
	/// What a request needs beside candidates. Errors: the refusals that keep it from being matched, in
	/// the order of the chain's.
	pub(super) fn wanted<'a>(
		&'a self,
		entry: &'a RequestEntry,
	) -> Result<Wanted<'a>, Vec<Refusal>> {
		match noted(|note| self.look_up(entry, note)) {
			(Ok(wanted), refusals) if refusals.is_empty() => Ok(wanted),
			(Ok(_), refusals) => Err(refusals),
			(Err(refusal), _) => Err(vec![refusal]),
		}
	}

	/// Errors: those of `note`.
	fn look_up<'a>(&'a self, entry: &'a RequestEntry, note: Note) -> Result<Wanted<'a>, Refusal> {
		let order = &entry.signed.order;
		let mut bench = Bench::of(order);
		let app = self.buy(entry, Part::App, &mut bench, note)?;
		let dataset = self.buy(entry, Part::Dataset, &mut bench, note)?;
		let (program, input) =
			(app.as_ref().map(|it| &it.used), dataset.as_ref().map(|it| &it.used));
		let tags = examine_tags(&order.request, program, input, note)?;
		bench.examine(self, note)?;
		let wanted = Wanted { entry, tags, app, dataset, bench };
		let tasks = order.request.task.input.tasks();
		let left = wanted.bought().map(Bought::left).chain([entry.left]);
		check(suffices(left, tasks, MAX_TASKS), Refusal::VolumeTooSmall, note)?;
		Ok(wanted)
	}

	/// The cheapest terms at which a request may use an asset, if it does; where there are none, those that
	/// have the least against them. Their owner joins the bench.
	///
	/// Errors: those of `note`.
	fn buy<'a>(
		&'a self,
		entry: &'a RequestEntry,
		part: Part,
		bench: &mut Bench,
		note: Note,
	) -> Result<Option<Bought<'a>>, Refusal> {
		let order = &entry.signed.order;
		let tasks = order.request.task.input.tasks();
		let beside = part.beside().owned(self, order);
		let beside = beside.as_ref().map(|(id, owner)| (*id, owner));
		let Some(asked) = Asked::of(order, part, beside) else { return Ok(None) };
		let asset = match part.find(self, asked.id) {
			Ok(asset) => asset,
			Err(refusal) => return note(refusal).map(|()| None),
		};
		asked.examine_asset(&asset, None, note)?;
		let mut best: Option<(usize, Vec<Refusal>, Bought, Bench)> = None;
		for (order, sale) in self.sales_of(&asked, &asset) {
			let (_, refusals) = noted(|note| asked.examine_sale(self, &asset, Some(&sale), note));
			let joined = bench.with(&sale.mediators, [asset.owner.clone()]);
			let dear = sale.price > asked.ceiling;
			let used = UsedAsset::new(asset.clone(), Some(sale));
			let bought = Bought { used, order };
			let short = bought.left() < tasks;
			let unjudged = joined.examine(self, &mut Err).is_err();
			let against = refusals.len() + usize::from(short) + usize::from(unjudged);
			if best.as_ref().is_none_or(|(least, ..)| against <= *least) {
				best = Some((against, refusals, bought, joined));
			}
			// All others cost more.
			if against == 0 || dear {
				break;
			}
		}
		let Some((_, refusals, bought, joined)) = best else {
			asked.examine_sale(self, &asset, None, note)?;
			return Ok(Some(Bought { used: UsedAsset::new(asset, None), order: None }));
		};
		refusals.into_iter().try_for_each(note)?;
		*bench = joined;
		Ok(Some(bought))
	}

	/// Terms at which an asset can be had, cheapest first: those that the register shows before equal ones
	/// of orders. What a former owner has signed is void.
	fn sales_of<'a>(
		&'a self,
		asked: &Asked,
		asset: &Asset,
	) -> impl Iterator<Item = (Option<(OrderId, &'a SaleEntry)>, Sale)> {
		let mut posted = Sale::posted(asset);
		let orders = self.by_asset.get(&asked.id).into_iter().flatten();
		let mut all: Vec<_> = orders.map(|(price, id)| (*price, Some(*id))).collect();
		all.extend(posted.as_ref().map(|sale| (sale.price, None)));
		all.sort_unstable();
		all.into_iter().filter_map(move |(_, order)| {
			let Some(id) = order else { return Some((None, posted.take()?)) };
			let entry = self.sales.get(&id).filter(|entry| entry.part() == asked.part)?;
			let own = self.owners.get(&id) == Some(&asset.owner);
			own.then(|| (Some((id, entry)), entry.sale()))
		})
	}

	/// Whether a candidate serves a request.
	pub(super) fn serves(&self, wanted: &Wanted, key: &ResourceKey, entry: &ResourceEntry) -> bool {
		wanted.is_served_by_volume(entry) && self.ineligible(wanted, key, entry).is_empty()
	}

	/// Every reason why a candidate does not serve a request, in the order of [`Ineligible`]. Whether enough is left
	/// of it the chain says of all orders together: see [`Wanted::is_served_by_volume`].
	pub(super) fn ineligible(
		&self,
		wanted: &Wanted,
		key: &ResourceKey,
		entry: &ResourceEntry,
	) -> Vec<Ineligible> {
		let mut found = matching::ineligible(self, &wanted.of_match(), entry.offered());
		// To matches under way, for orders with nothing left go.
		found.extend((entry.free() == 0).then_some(Ineligible::OrderUsedUp));
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
