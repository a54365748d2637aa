//! Which orders are to be matched.

use super::{
	Book, ResourceKey,
	entry::{RequestEntry, ResourceEntry, Sale},
	fit::{Bought, Wanted, weighed},
};
use assay_primitives::{
	AccountId, Balance, BlockNumber,
	matching::{Priced, Spread, best_set},
	order::{AppOrder, DatasetOrder, Match, OrderId, Refusal, Resource, Signed},
	request::Ineligible,
};
use std::cmp::Reverse;

/// Candidates among which the best are chosen.
const POOL: usize = 96;
/// Blocks for which it is believed what the chain said of a candidate.
const BELIEVED: BlockNumber = 20;
/// Longest pause between attempts at a request, in blocks.
const LONGEST_PAUSE: BlockNumber = 8;

/// Orders that should make a deal.
#[derive(Clone, Debug)]
pub struct Plan {
	/// The request.
	pub request: OrderId,
	/// What is to be submitted.
	pub orders: Match,
	/// The candidates, in the order of the match.
	pub candidates: Vec<ResourceKey>,
	/// Their providers.
	pub providers: Vec<AccountId>,
	/// App and dataset orders in it.
	pub sales: Vec<OrderId>,
	/// Who pays.
	pub payer: AccountId,
	/// Tasks that it takes of each order at most.
	pub tasks: u32,
}

/// Why a request can't be matched now.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Shortage {
	/// It is not in the book.
	Unknown,
	/// A match of it is under way.
	InFlight,
	/// The app or the dataset that it names can't be used.
	Refusals(Vec<Refusal>),
	/// Too few candidates serve it at prices that are close enough to each other.
	Candidates {
		/// As many as there are.
		found: u32,
		/// As many as it takes.
		needed: u32,
	},
}

impl std::fmt::Display for Shortage {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		match self {
			Self::Unknown => write!(f, "it is not in the book"),
			Self::InFlight => write!(f, "a match of it is under way"),
			Self::Refusals(refusals) => write!(f, "{refusals:?}"),
			Self::Candidates { found, needed } => {
				write!(f, "{found} candidates serve it at close prices, {needed} are needed")
			},
		}
	}
}

/// A candidate that serves a request.
struct Fit<'a> {
	key: ResourceKey,
	entry: &'a ResourceEntry,
	/// Most that a replica can cost.
	maximum: Balance,
	/// Bond that could be locked when its provider was last seen.
	free: Balance,
}

impl Priced for Fit<'_> {
	fn provider(&self) -> &AccountId {
		&self.entry.provider
	}
	fn maximum(&self) -> Balance {
		self.maximum
	}
	fn free(&self) -> Balance {
		self.free
	}
}

impl Book {
	/// The best match of a request: the cheapest candidates that are close enough in price, those with
	/// a good record first. Pure; [`Self::begin`] reserves what it takes.
	pub fn plan(&self, id: &OrderId) -> Result<Plan, Shortage> {
		let entry = self.requests.get(id).ok_or(Shortage::Unknown)?;
		if entry.in_flight {
			return Err(Shortage::InFlight);
		}
		let wanted = self.wanted(entry).map_err(Shortage::Refusals)?;
		let order = &entry.signed.order;
		let (needed, most) = order.candidates().into_inner();
		let pool = self.pool(&wanted, needed as usize)?;
		let chosen = self.choose(&wanted, pool, most as usize);
		let found = chosen.len() as u32;
		if found < needed {
			return Err(Shortage::Candidates { found, needed });
		}
		Ok(Self::assemble(*id, entry, &wanted, &chosen))
	}

	/// Candidates that serve a request and go together, each of another provider. The cheapest such set
	/// that is large enough.
	fn pool(&self, wanted: &Wanted, needed: usize) -> Result<Vec<Fit<'_>>, Shortage> {
		let request = &wanted.entry.signed.order.request;
		let (profile, gas) = (&request.task.profile, request.task.limits.gas);
		let serving = |(maximum, key)| {
			let entry = self.resources.get(&key)?;
			let free = self.providers.get(&entry.provider)?.free;
			let fit = Fit { key, entry, maximum, free };
			self.serves(wanted, &key, entry).then_some(fit)
		};
		let cheapest = self.index.cheapest(profile, &request.max_price, gas).filter_map(serving);
		let spread = |lowest| Spread::of(&self.constants.tariff, request, lowest);
		let pool = best_set(cheapest, needed, POOL, spread).members;
		if pool.len() >= needed {
			return Ok(pool);
		}
		Err(Shortage::Candidates { found: pool.len() as u32, needed: needed as u32 })
	}

	/// The best of a pool, whom somebody can judge that all of them let.
	fn choose<'a>(&self, wanted: &Wanted, mut pool: Vec<Fit<'a>>, most: usize) -> Vec<Fit<'a>> {
		let rank = |fit: &Fit| {
			let record = self.providers.get(&fit.entry.provider).map(|view| view.reputation);
			let record = record.unwrap_or_default();
			// Of equal ones that with the better score, then the one with the least room to spare, so
			// that large ones are left for large requests.
			let price = weighed(fit.maximum, &record);
			(price, Reverse(record.score), fit.entry.terms.max_gas, fit.key)
		};
		pool.sort_by_cached_key(rank);
		let mut bench = wanted.bench.clone();
		let mut chosen = Vec::new();
		for fit in pool {
			if chosen.len() >= most {
				break;
			}
			if bench.join(self, &fit.entry.provider, &fit.entry.mediators) {
				chosen.push(fit);
			}
		}
		// Without the cheapest of the pool more is at stake.
		if let Some(lowest) = chosen.iter().map(|fit| fit.maximum).min() {
			let request = &wanted.entry.signed.order.request;
			let spread = Spread::of(&self.constants.tariff, request, lowest);
			chosen.retain(|fit| spread.takes(fit));
		}
		chosen
	}

	fn assemble(id: OrderId, entry: &RequestEntry, wanted: &Wanted, chosen: &[Fit]) -> Plan {
		let resources: Vec<Resource> = chosen
			.iter()
			.filter_map(|fit| match (&fit.entry.signed, fit.key) {
				(Some(signed), _) => Some(Resource::Order(signed.clone())),
				(None, ResourceKey::Offer(id)) => Some(Resource::Offer(id)),
				// Every order is kept with its consent.
				(None, ResourceKey::Order(_)) => None,
			})
			.collect();
		let left = chosen.iter().map(|fit| fit.entry.free()).min();
		Plan {
			request: id,
			orders: Match {
				request: entry.signed.clone(),
				sponsor: entry.sponsor.clone(),
				// At most as many as a match may have.
				resources: resources.try_into().unwrap_or_default(),
				app: wanted.app.as_ref().and_then(app_order),
				dataset: wanted.dataset.as_ref().and_then(dataset_order),
			},
			candidates: chosen.iter().map(|fit| fit.key).collect(),
			providers: chosen.iter().map(|fit| fit.entry.provider.clone()).collect(),
			sales: wanted.bought().filter_map(|bought| Some(bought.order?.0)).collect(),
			payer: entry.payer().clone(),
			tasks: entry.left.min(left.unwrap_or(0)),
		}
	}

	/// Requests whose time has come, those that have waited longest first, at most `limit`.
	pub fn due(&self, limit: usize) -> Vec<OrderId> {
		let due = self.queue.iter().take_while(|(at, _)| *at <= self.now);
		due.map(|(_, id)| *id).take(limit).collect()
	}

	/// Reserves what a plan takes, until [`Self::end`].
	pub fn begin(&mut self, plan: &Plan) {
		if let Some(entry) = self.requests.get_mut(&plan.request) {
			entry.in_flight = true;
			self.queue.remove(&(entry.try_at, plan.request));
		}
		for (key, provider) in plan.candidates.iter().zip(&plan.providers) {
			if let Some(entry) = self.resources.get_mut(key) {
				entry.taken = entry.taken.saturating_add(plan.tasks);
			}
			let taken = self.taken.entry(provider.clone()).or_default();
			*taken = taken.saturating_add(1);
		}
	}

	/// Gives back what a plan had reserved. `why` is why it came to nothing; the request is tried again
	/// after a pause that grows.
	pub fn end(&mut self, plan: &Plan, why: Option<String>) {
		for (key, provider) in plan.candidates.iter().zip(&plan.providers) {
			if let Some(entry) = self.resources.get_mut(key) {
				entry.taken = entry.taken.saturating_sub(plan.tasks);
			}
			if let Some(taken) = self.taken.get_mut(provider) {
				*taken = taken.saturating_sub(1);
				if *taken == 0 {
					self.taken.remove(provider);
				}
			}
		}
		if let Some(entry) = self.requests.get_mut(&plan.request) {
			entry.in_flight = false;
			match why {
				Some(why) => self.postpone(&plan.request, why),
				None => {
					entry.tries = 0;
					self.requeue(&plan.request, 0);
				},
			}
		}
	}

	/// Notes why a request could not be matched, and when it is tried again.
	pub fn postpone(&mut self, id: &OrderId, why: String) {
		let Some(entry) = self.requests.get_mut(id) else { return };
		entry.last = Some(why);
		let pause = 1 << entry.tries.min(8);
		entry.tries = entry.tries.saturating_add(1);
		self.requeue(id, pause.min(LONGEST_PAUSE));
	}

	fn requeue(&mut self, id: &OrderId, pause: BlockNumber) {
		let at = self.now.saturating_add(pause);
		if let Some(entry) = self.requests.get_mut(id) {
			self.queue.remove(&(entry.try_at, *id));
			entry.try_at = at;
			self.queue.insert((at, *id));
		}
	}

	/// Takes note of what the chain has refused of a plan. Returns whether another plan may come of it.
	pub fn learn(&mut self, plan: &Plan, refusals: &[Refusal]) -> bool {
		let until = self.now.saturating_add(BELIEVED);
		let mut learned = false;
		for refusal in refusals {
			let Refusal::Resource { at, why } = refusal else { continue };
			let Some(key) = plan.candidates.get(*at as usize) else { continue };
			learned = true;
			let provider = self.resources.get(key).map(|entry| entry.provider.clone());
			let free = provider.and_then(|it| self.providers.get(&it)).map(|view| view.free);
			if let ResourceKey::Order(id) = key
				&& matches!(
					why,
					Ineligible::OrderClosed | Ineligible::OrderUsedUp | Ineligible::NotAuthorized
				) {
				let id = *id;
				self.remove(&id);
				continue;
			}
			let Some(entry) = self.requests.get_mut(&plan.request) else { continue };
			if *why == Ineligible::BondTooSmall {
				// Whoever has no more than this one has too little as well.
				let known = entry.too_small.map_or(0, |(bond, _)| bond);
				entry.too_small = Some((known.max(free.unwrap_or(0)), until));
			}
			entry.refused.insert(*key, (*why, until));
		}
		let now = self.now;
		if let Some(entry) = self.requests.get_mut(&plan.request) {
			entry.refused.retain(|_, (_, until)| now < *until);
		}
		learned
	}
}

fn app_order(bought: &Bought) -> Option<Signed<AppOrder>> {
	match &bought.order?.1.sale {
		Sale::App(signed) => Some(signed.clone()),
		Sale::Dataset(_) => None,
	}
}

fn dataset_order(bought: &Bought) -> Option<Signed<DatasetOrder>> {
	match &bought.order?.1.sale {
		Sale::Dataset(signed) => Some(signed.clone()),
		Sale::App(_) => None,
	}
}
