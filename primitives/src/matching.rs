//! Whether what is offered serves what is wanted, and which candidates go together.
//!
//! The chain, a solver's book and a client's choice apply the same rules, each to the [`Facts`] that it
//! has. What one of them can't know it answers as if nothing spoke against it.

use crate::{
	AccountId, Balance, BlockNumber, Hash,
	judges::Mediators,
	money::Tariff,
	order::{Accounts, Asset, AssetId, Assets, GroupId, ResourceOrder},
	profile::ProfileId,
	provider::Capacity,
	request::{Ineligible, OfferFit, Request, Terms},
	time::gas_in,
};
use alloc::{collections::BTreeSet, vec::Vec};

/// What is known beside the orders.
pub trait Facts {
	/// Height.
	fn now(&self) -> BlockNumber;
	/// Time between two blocks, in milliseconds.
	fn block_millis(&self) -> u64;
	/// A provider, asked about a profile; `None` where it is not registered any more.
	fn provider(&self, stash: &AccountId, profile: &ProfileId) -> Option<Provider>;
	/// Run time, in blocks, that a provider takes on for a client beyond what it has taken on; `None` for
	/// any.
	fn room(&self, provider: &AccountId, client: &AccountId) -> Option<BlockNumber>;
	/// Key that has accepted to sign for a provider.
	fn operator(&self, stash: &AccountId) -> Option<AccountId>;
	/// Whether an account is a member of a group.
	fn is_member(&self, group: &GroupId, account: &AccountId) -> bool;
	/// An app or a dataset that is registered.
	fn asset(&self, id: AssetId) -> Option<Asset>;
	/// Whether a publisher's bond, without what is leaving, is what the chain wants of everybody, and at
	/// least `least`.
	fn is_bonded(&self, publisher: &AccountId, least: Balance) -> bool;
	/// Whether an account is a mediator that serves, neither it nor who signs for it being one of
	/// `parties`.
	fn can_judge(&self, stash: &AccountId, parties: &[AccountId]) -> bool;
}

/// A provider that is registered.
pub struct Provider {
	/// What it can do.
	pub capacity: Capacity,
	/// Slots that are not in use.
	pub free_slots: u16,
	/// Whether it executes the profile.
	pub serves: bool,
}

/// What is wanted, and by whom.
pub struct Wanted<'a> {
	/// Who buys.
	pub client: &'a AccountId,
	/// Who pays in the client's place. None of both may be paid for it.
	pub sponsor: Option<&'a AccountId>,
	/// What is to be run.
	pub request: &'a Request,
	/// Tags of request, app and dataset together.
	pub tags: u32,
	/// Providers that the client wants.
	pub providers: &'a Accounts,
	/// App that is run.
	pub app: Option<Used<'a>>,
	/// Dataset that is read.
	pub dataset: Option<Used<'a>>,
	/// Whom the client lets judge.
	pub mediators: &'a Mediators,
}

/// An app or a dataset that a request uses.
#[derive(Clone, Copy)]
pub struct Used<'a> {
	/// Its hash, as restrictions name it.
	pub hash: Hash,
	/// Whose it is.
	pub owner: &'a AccountId,
	/// Providers that may use it; `None` where its terms are not known.
	pub providers: Option<&'a Accounts>,
}

/// What is offered.
#[derive(Clone, Copy)]
pub struct Offered<'a> {
	/// Whose bond is at risk.
	pub provider: &'a AccountId,
	/// At which terms.
	pub terms: &'a Terms,
	/// Whom its provider lets judge.
	pub mediators: &'a Mediators,
	/// The order; `None` for an offer that rests on chain, which has no restrictions.
	pub order: Option<&'a ResourceOrder>,
}

impl<'a> Wanted<'a> {
	/// A request that any provider may serve, with nothing of anybody else's.
	pub fn plain(client: &'a AccountId, request: &'a Request, mediators: &'a Mediators) -> Self {
		Self {
			client,
			sponsor: None,
			request,
			tags: request.tags,
			providers: &Accounts::Any,
			app: None,
			dataset: None,
			mediators,
		}
	}
}

impl<'a> Used<'a> {
	/// As restrictions name it.
	pub fn named(&self) -> (Hash, &'a AccountId) {
		(self.hash, self.owner)
	}
}

impl<'a> From<&'a ResourceOrder> for Offered<'a> {
	fn from(order: &'a ResourceOrder) -> Self {
		let ResourceOrder { provider, terms, mediators, .. } = order;
		Self { provider, terms, mediators, order: Some(order) }
	}
}

/// Whether an account is among those that a restriction allows. Asks for one membership at most.
pub fn allows(facts: &impl Facts, accounts: &Accounts, who: &AccountId) -> bool {
	match accounts {
		Accounts::Any => true,
		Accounts::Listed(list) => list.contains(who),
		Accounts::Group(group) => facts.is_member(group, who),
	}
}

/// Whether an asset, given by its hash and its owner, is among those that a restriction allows; `None` for a program
/// or an input that is not registered. Asks for one membership at most.
pub fn allows_asset(
	facts: &impl Facts,
	assets: &Assets,
	asset: Option<(Hash, &AccountId)>,
) -> bool {
	match (assets, asset) {
		(Assets::Any, _) => true,
		(_, None) => false,
		(Assets::Listed(list), Some((hash, _))) => list.contains(&hash),
		(Assets::OwnedByGroup(group), Some((_, owner))) => facts.is_member(group, owner),
	}
}

/// Every reason why what is offered does not serve what is wanted, in the order of [`Ineligible`]. Left out
/// are those that depend on other candidates, and those that an order's own state is.
pub fn ineligible(facts: &impl Facts, wanted: &Wanted, offered: Offered) -> Vec<Ineligible> {
	let found = facts.provider(offered.provider, &offered.terms.profile);
	let operator = facts.operator(offered.provider);
	let mut reasons = of_terms(facts, wanted, offered.terms, found.as_ref());
	let is_provider = |who: &AccountId| who == offered.provider || Some(who) == operator.as_ref();
	let own = is_provider(wanted.client) || wanted.sponsor.is_some_and(is_provider);
	let room = facts.room(offered.provider, wanted.client);
	let full = room.is_some_and(|room| room < wanted.request.run_blocks);
	let usable = |used: Option<Used>| {
		let providers = used.and_then(|used| used.providers);
		providers.is_none_or(|providers| allows(facts, providers, offered.provider))
	};
	let known = |holds: fn(&Provider) -> bool| found.as_ref().is_none_or(holds);
	let checks = [
		(Ineligible::SelfDeal, !own),
		(Ineligible::ProviderNotFound, found.is_some()),
		(Ineligible::NoFreeSlot, known(|it| it.free_slots > 0)),
		(Ineligible::ProfileNotServed, known(|it| it.serves)),
		(Ineligible::OperatorMissing, found.is_none() || operator.is_some()),
		(Ineligible::NotWanted, allows(facts, wanted.providers, offered.provider)),
		(Ineligible::NotAllowedByApp, usable(wanted.app)),
		(Ineligible::NotAllowedByDataset, usable(wanted.dataset)),
	];
	reasons.extend(failed(checks));
	if let Some(order) = offered.order {
		let app = wanted.app.map(|used| used.named());
		let dataset = wanted.dataset.map(|used| used.named());
		reasons.extend(failed([
			(Ineligible::ClientNotServed, allows(facts, &order.clients, wanted.client)),
			(Ineligible::AppNotServed, allows_asset(facts, &order.apps, app)),
			(Ineligible::DatasetNotServed, allows_asset(facts, &order.datasets, dataset)),
			(Ineligible::SignerNotOfProvider, is_provider(&order.signer)),
		]));
	}
	reasons.extend(full.then_some(Ineligible::ClientLimitReached));
	let judged = wanted.mediators.common(offered.mediators).is_anybody();
	reasons.extend((!judged).then_some(Ineligible::MediatorsNotShared));
	reasons
}

/// Whether the terms serve by themselves, as far as that follows from them alone: no fact about the provider is
/// asked for. Where they don't, [`ineligible`] finds a reason too.
pub fn terms_serve(facts: &impl Facts, wanted: &Wanted, terms: &Terms) -> bool {
	of_terms(facts, wanted, terms, None).is_empty()
}

/// What the terms and the provider's capacity leave to be desired.
fn of_terms(
	facts: &impl Facts,
	wanted: &Wanted,
	terms: &Terms,
	found: Option<&Provider>,
) -> Vec<Ineligible> {
	let request = wanted.request;
	let (limits, ceiling) = (&request.task.limits, &request.max_price);
	let capacity = found.map(|found| &found.capacity);
	let can = |holds: &dyn Fn(&Capacity) -> bool| capacity.is_none_or(holds);
	let checks = [
		(Ineligible::OfferExpired, facts.now() <= terms.valid_until),
		(Ineligible::Profile, terms.profile == request.task.profile),
		(Ineligible::BasePriceAboveCeiling, terms.price.base <= ceiling.base),
		// What the type can't hold is beyond any ceiling that could be paid.
		(
			Ineligible::GasPriceAboveCeiling,
			terms.price.per_mgas <= ceiling.per_mgas && terms.price.maximum(limits.gas).is_some(),
		),
		// A provider may have lowered its capacity since it placed the offer.
		(
			Ineligible::GasAboveOffer,
			limits.gas <= terms.max_gas && can(&|it| limits.gas <= it.max_gas),
		),
		(
			Ineligible::MemoryAboveOffer,
			limits.memory_pages <= terms.max_memory_pages
				&& can(&|it| limits.memory_pages <= it.max_memory_pages),
		),
		(
			Ineligible::RunTimeBelowOffer,
			request.run_blocks >= terms.min_run_blocks
				&& can(&|it| in_time(it, request, facts.block_millis())),
		),
		(Ineligible::TagsMissing, can(&|it| it.tags & wanted.tags == wanted.tags)),
	];
	failed(checks).collect()
}

fn failed<const N: usize>(
	checks: [(Ineligible, bool); N],
) -> impl Iterator<Item = Ineligible> + use<N> {
	checks.into_iter().filter(|(_, holds)| !holds).map(|(why, _)| why)
}

/// Whether one slot has executed all of the request's gas before its run time ends. Silence is slashed, so
/// nobody may be drawn for what it can't do in time.
fn in_time(capacity: &Capacity, request: &Request, block_millis: u64) -> bool {
	let most = gas_in(capacity.gas_per_second, request.run_blocks, block_millis);
	u128::from(request.task.limits.gas) <= most
}

/// A candidate as far as money goes.
pub trait Priced {
	/// Whose bond is at risk.
	fn provider(&self) -> &AccountId;
	/// Most that a replica can cost.
	fn maximum(&self) -> Balance;
	/// Bond that can be locked.
	fn free(&self) -> Balance;
}

impl<P: Priced> Priced for &P {
	fn provider(&self) -> &AccountId {
		(*self).provider()
	}
	fn maximum(&self) -> Balance {
		(*self).maximum()
	}
	fn free(&self) -> Balance {
		(*self).free()
	}
}

/// The chain has found that its bond covers the stake.
impl Priced for OfferFit {
	fn provider(&self) -> &AccountId {
		&self.provider
	}
	fn maximum(&self) -> Balance {
		self.maximum
	}
	fn free(&self) -> Balance {
		Balance::MAX
	}
}

/// What the candidates of a deal have in common by the cheapest of them: the stake follows from it, and has
/// to deter the dearest too.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Spread {
	/// P_max of the cheapest.
	pub lowest: Balance,
	/// Highest P_max that any may have.
	pub ceiling: Balance,
	/// What each has to lock.
	pub stake: Balance,
}

impl Spread {
	/// What follows from the cheapest by a chain's tariff.
	pub fn of(tariff: &Tariff, request: &Request, lowest: Balance) -> Self {
		let (policy, from) = (&request.policy, lowest.max(tariff.least_wage(request)));
		let stake = tariff.stake(policy, from);
		Self { lowest, ceiling: tariff.price_ceiling(policy, from), stake }
	}

	/// Every reason why a candidate can't be among the others; `maximum` is `None` beyond the type.
	pub fn excludes(
		&self,
		maximum: Option<Balance>,
		free: Balance,
	) -> impl Iterator<Item = Ineligible> + use<> {
		let near = maximum.is_some_and(|it| (self.lowest..=self.ceiling).contains(&it));
		let bonded = free >= self.stake;
		failed([(Ineligible::BondTooSmall, bonded), (Ineligible::PriceTooFarFromCheapest, near)])
	}

	/// Whether a candidate can be among the others.
	pub fn takes(&self, candidate: &impl Priced) -> bool {
		self.excludes(Some(candidate.maximum()), candidate.free()).next().is_none()
	}
}

/// A candidate that is named together with others.
pub struct Named<'a> {
	/// Its place among them.
	pub at: u8,
	/// Whose bond is at risk.
	pub provider: &'a AccountId,
	/// Most that a replica can cost; `None` beyond the type.
	pub maximum: Option<Balance>,
	/// Bond that can be locked.
	pub free: Balance,
}

/// Every reason why candidates don't make a deal together, the first to be told first, each with the place of
/// whom it is against: those that each has by itself, which are `own`, and those that the others are. Of several
/// of one provider the first may be. Without the spread, which `None` stands for, there is no price at all.
pub fn together(
	mut own: Vec<(Ineligible, u8)>,
	named: &[Named],
	spread_from: impl Fn(Balance) -> Spread,
) -> (Vec<(Ineligible, u8)>, Option<Spread>) {
	let mut seen = BTreeSet::new();
	let again = named.iter().filter(|it| !seen.insert(it.provider));
	own.extend(again.map(|it| (Ineligible::DuplicateProvider, it.at)));
	let prices: Option<Vec<Balance>> = named.iter().map(|it| it.maximum).collect();
	let spread = prices.and_then(|prices| prices.into_iter().min()).map(spread_from);
	if let Some(spread) = &spread {
		for it in named {
			own.extend(spread.excludes(it.maximum, it.free).map(|why| (why, it.at)));
		}
	}
	own.sort_unstable();
	own.dedup();
	(own, spread)
}

/// The candidates that go together best.
pub struct BestSet<P> {
	/// What they have in common; `None` where no candidate covers even its own stake.
	pub spread: Option<Spread>,
	/// The cheapest of each provider, cheapest first.
	pub members: Vec<P>,
}

/// The set that begins with the cheapest candidate from which on there are `needed`, of as many as possible
/// up to `most`; where there is none, the largest.
///
/// `candidates` come cheapest first, and are asked for no more than it takes.
pub fn best_set<P: Priced>(
	mut candidates: impl Iterator<Item = P>,
	needed: usize,
	most: usize,
	spread_from: impl Fn(Balance) -> Spread,
) -> BestSet<P> {
	let mut met = Vec::new();
	let mut best: Option<(Spread, usize)> = None;
	let mut first = 0;
	while let Some(cheapest) = nth(&mut met, &mut candidates, first) {
		let spread = spread_from(cheapest.maximum());
		if cheapest.free() >= spread.stake {
			let mut providers = BTreeSet::new();
			let mut at = first;
			while let Some(candidate) = nth(&mut met, &mut candidates, at)
				&& candidate.maximum() <= spread.ceiling
				&& providers.len() < most.max(needed)
			{
				if spread.takes(candidate) {
					providers.insert(candidate.provider().clone());
				}
				at = at.saturating_add(1);
			}
			let size = providers.len();
			if best.is_none_or(|(_, largest)| size > largest) {
				best = Some((spread, size));
			}
			if size >= needed {
				break;
			}
		}
		first = first.saturating_add(1);
	}
	let spread = best.map(|(spread, _)| spread);
	let mut providers = BTreeSet::new();
	let taken = |candidate: &P| {
		spread.is_some_and(|spread| spread.takes(candidate))
			&& providers.insert(candidate.provider().clone())
	};
	BestSet { spread, members: met.into_iter().filter(taken).take(most).collect() }
}

/// One of those that were met, after which others are asked for.
fn nth<'a, P>(met: &'a mut Vec<P>, more: &mut impl Iterator<Item = P>, at: usize) -> Option<&'a P> {
	if at == met.len() {
		met.extend(more.next());
	}
	met.get(at)
}

#[cfg(test)]
mod tests {
	use super::*;
	use core::cell::Cell;

	/// A candidate of a provider, by its price and its bond.
	struct Candidate(AccountId, Balance, Balance);

	impl Priced for Candidate {
		fn provider(&self) -> &AccountId {
			&self.0
		}
		fn maximum(&self) -> Balance {
			self.1
		}
		fn free(&self) -> Balance {
			self.2
		}
	}

	fn account(id: u8) -> AccountId {
		[id; 32].into()
	}

	/// A quarter of spread, and three times the lowest at stake.
	fn spread(lowest: Balance) -> Spread {
		Spread { lowest, ceiling: lowest + lowest / 4, stake: 3 * lowest }
	}

	fn best(all: &[(u8, Balance, Balance)], needed: usize, most: usize) -> Vec<(u8, Balance)> {
		let candidates = all.iter().map(|(id, price, bond)| Candidate(account(*id), *price, *bond));
		let set = best_set(candidates, needed, most, spread).members;
		set.iter().map(|it| (AsRef::<[u8; 32]>::as_ref(&it.0)[0], it.1)).collect()
	}

	#[test]
	fn best_set_should_begin_with_the_cheapest_that_has_enough_others() {
		let all = [(1, 10, 900), (2, 100, 900), (3, 110, 900), (4, 125, 900), (5, 126, 900)];
		assert_eq!(best(&all, 1, 9), [(1, 10)]);
		assert_eq!(best(&all, 2, 9), [(2, 100), (3, 110), (4, 125)]);
		assert_eq!(best(&all, 2, 2), [(2, 100), (3, 110)]);
		assert_eq!(best(&all, 5, 9), [(2, 100), (3, 110), (4, 125)], "the largest");
		assert_eq!(best(&[], 1, 9), []);
	}

	#[test]
	fn best_set_should_leave_out_who_can_not_cover_the_common_stake() {
		let all = [(1, 100, 299), (2, 101, 303), (3, 102, 302), (4, 103, 303)];
		assert_eq!(best(&all, 2, 9), [(2, 101), (4, 103)]);
		assert_eq!(best(&all[..1], 1, 9), []);
	}

	#[test]
	fn best_set_should_count_a_provider_once_and_at_its_best_price() {
		let all = [(1, 100, 900), (1, 110, 900), (2, 110, 900), (1, 300, 900)];
		assert_eq!(best(&all, 2, 9), [(1, 100), (2, 110)]);
		// What is too cheap for the others does not keep its provider out.
		assert_eq!(best(&[(1, 10, 900), (1, 100, 900), (2, 100, 900)], 2, 9), [(1, 100), (2, 100)]);
	}

	#[test]
	fn best_set_should_ask_for_no_more_candidates_than_it_takes() {
		let asked = Cell::new(0);
		let endless = (0..=u8::MAX).map(|id| {
			asked.set(asked.get() + 1);
			Candidate(account(id), 100, 900)
		});
		assert_eq!(best_set(endless, 2, 5, spread).members.len(), 5);
		assert_eq!(asked.get(), 6);
	}
}
