//! How requests and offers fit, by what the state tells.

use crate::{Config, Error, MAX_INELIGIBLE, Offer, Offers, Pallet};
use alloc::{collections::BTreeMap, vec::Vec};
use assay_primitives::{
	AccountId, Balance, BlockNumber, MILLI,
	deal::Via,
	matching::{Facts, Offered, Priced, Provider, Spread, Wanted, best_set, ineligible},
	money::maxima,
	order::{GroupId, Refusal},
	policy::{MAX_CANDIDATES, Policy},
	profile::ProfileId,
	request::{Candidate, Ineligible, OfferFit, OfferId, Quote, Request, Terms},
	traits::{Capacity, DealBook, Exposures, Groups, NewDeal, Stakes},
};
use core::marker::PhantomData;
use polkadot_sdk::frame_support::{ensure, traits::Get};

/// What the state tells.
pub(crate) struct State<T>(PhantomData<T>);

/// See [`State`].
pub(crate) fn state<T: Config>() -> State<T> {
	State(PhantomData)
}

impl<T: Config> Facts for State<T> {
	fn now(&self) -> BlockNumber {
		Pallet::<T>::now()
	}
	fn block_millis(&self) -> u64 {
		T::BlockMillis::get()
	}
	fn provider(&self, stash: &AccountId, profile: &ProfileId) -> Option<Provider> {
		Some(Provider {
			capacity: T::Capacity::declared(stash)?,
			operator: T::Capacity::operator_of(stash),
			free_slots: T::Capacity::free_slots(stash),
			serves: T::Capacity::serves(stash, profile),
		})
	}
	fn room(&self, provider: &AccountId, client: &AccountId) -> Option<BlockNumber> {
		T::Exposures::room(provider, client)
	}
	fn is_member(&self, group: GroupId, account: &AccountId) -> bool {
		T::Groups::is_member(group, account)
	}
}

/// A candidate of a match.
pub(crate) struct Member {
	/// Position in the match.
	pub at: u8,
	pub candidate: Candidate,
	/// Bond that can be locked.
	pub free: Balance,
}

/// An offer that serves a request, as far as it goes by itself.
struct Fit {
	offer: OfferId,
	candidate: Candidate,
	/// Most that a replica can cost.
	maximum: Balance,
	/// Bond that can be locked.
	free: Balance,
}

impl Priced for Fit {
	fn provider(&self) -> &AccountId {
		&self.candidate.provider
	}
	fn maximum(&self) -> Balance {
		self.maximum
	}
	fn free(&self) -> Balance {
		self.free
	}
}

/// What became of the offers that a quote examined.
#[derive(Default)]
struct Examined {
	fits: Vec<Fit>,
	ineligible: Vec<(OfferId, Vec<Ineligible>)>,
}

impl<T: Config> Pallet<T> {
	/// The providers of the named offers as candidates.
	///
	/// # Errors
	///
	/// The first reason, in the order of [`Ineligible`], for which any of the offers does not serve the
	/// request.
	pub(crate) fn candidates(
		client: &AccountId,
		request: &Request,
		named: &[(OfferId, AccountId)],
	) -> Result<Vec<Candidate>, Error<T>> {
		let wanted = Wanted::plain(client, request);
		let mut members: Vec<Member> = Vec::with_capacity(named.len());
		let mut reasons: Vec<(Ineligible, u8)> = Vec::new();
		for (at, (id, provider)) in (0u8..).zip(named) {
			let unknown = Refusal::Resource { at, why: Ineligible::OfferNotFound };
			let offer = Offers::<T>::get(id).ok_or(unknown)?;
			// On another fork the number is another's, whom the client may have had reasons not to choose.
			ensure!(offer.provider == *provider, Error::<T>::OfferMismatch);
			let taken = members.iter().any(|other| other.candidate.provider == *provider);
			let offered = Offered { provider, terms: &offer.terms, order: None };
			let found = ineligible(&state::<T>(), &wanted, offered).into_iter();
			let found = found.chain(taken.then_some(Ineligible::DuplicateProvider));
			reasons.extend(found.map(|why| (why, at)));
			members.push(Self::member(at, provider, &offer.terms));
		}
		// The stake depends on all candidates, hence can be checked only now.
		if reasons.iter().min().is_none_or(|(why, _)| *why > Ineligible::BondTooSmall) {
			reasons.extend(Self::apart(request, &members).ok_or(Refusal::PriceTooLarge)?);
		}
		match reasons.into_iter().min() {
			Some((why, at)) => Err(Refusal::Resource { at, why }.into()),
			None => Ok(members.into_iter().map(|member| member.candidate).collect()),
		}
	}

	/// Why the prices and bonds of candidates do not go together. `None` where a price exceeds the type,
	/// or there are no candidates.
	pub(crate) fn apart(request: &Request, members: &[Member]) -> Option<Vec<(Ineligible, u8)>> {
		let gas = request.task.limits.gas;
		let prices = members.iter().map(|member| &member.candidate.price);
		let lowest = *maxima(prices, gas)?.first()?;
		let spread = Self::spread(&request.policy, lowest);
		let of = |member: &Member| {
			let (at, maximum) = (member.at, member.candidate.price.maximum(gas));
			spread.excludes(maximum, member.free).map(move |why| (why, at))
		};
		Some(members.iter().flat_map(of).collect())
	}

	fn spread(policy: &Policy, lowest: Balance) -> Spread {
		let stake = T::DealBook::stake(policy, lowest);
		Spread { lowest, ceiling: T::DealBook::price_ceiling(policy, lowest), stake }
	}

	/// What a request would meet: which offers serve it, cheapest first, and why the others don't.
	///
	/// The offers under `fits` can be submitted together as they are. They are the cheapest set that is
	/// enough for the policy, of as many as possible up to [`MAX_CANDIDATES`], whose bonds cover the
	/// stake that its cheapest member implies, and whose prices this stake deters; where no set is enough
	/// the largest. Offers that would serve but are too many for the set appear nowhere. At most
	/// [`MAX_INELIGIBLE`] others are listed.
	pub fn quote(client: &AccountId, request: &Request) -> Quote {
		let Examined { fits, mut ineligible } = Self::examine(client, request);
		let fits = Self::one_per_provider(&request.policy, fits, &mut ineligible);
		let fits = Self::best_set(&request.policy, fits, &mut ineligible);
		ineligible.sort_unstable_by_key(|(id, _)| *id);
		ineligible.truncate(MAX_INELIGIBLE);
		let lowest = fits.iter().map(|fit| fit.maximum).min().unwrap_or(0);
		let candidates: Vec<_> = fits.iter().map(|fit| fit.candidate.clone()).collect();
		let deal = NewDeal::plain(Via::MARKET, client.clone(), request.clone(), candidates);
		let cost = T::DealBook::cost(&deal);
		let needed = request.policy.first_wave() as usize;
		let possible = Self::validate_request(request).is_ok();
		let (escrow, deposit) = cost.unwrap_or((Balance::MAX, Balance::MAX));
		Quote {
			enough: possible && cost.is_some() && fits.len() >= needed,
			fits: fits.into_iter().map(Fit::into_view).collect(),
			ineligible,
			escrow,
			deposit,
			stake: T::DealBook::stake(&request.policy, lowest),
		}
	}

	/// Every offer by itself. Whether a bond covers the stake depends on the other offers, so it is
	/// judged here only where there are other reasons already, at the offer's own price.
	fn examine(client: &AccountId, request: &Request) -> Examined {
		let wanted = Wanted::plain(client, request);
		let mut examined = Examined::default();
		for (id, Offer { provider, terms, .. }) in Offers::<T>::iter() {
			let offered = Offered { provider: &provider, terms: &terms, order: None };
			let mut reasons = ineligible(&state::<T>(), &wanted, offered);
			let Member { candidate, free, .. } = Self::member(0, &provider, &terms);
			match terms.price.maximum(request.task.limits.gas) {
				Some(maximum) if reasons.is_empty() => {
					examined.fits.push(Fit { offer: id, candidate, maximum, free });
				},
				maximum => {
					if maximum
						.is_none_or(|maximum| free < T::DealBook::stake(&request.policy, maximum))
					{
						reasons.push(Ineligible::BondTooSmall);
						reasons.sort_unstable();
					}
					examined.ineligible.push((id, reasons));
				},
			}
		}
		examined.fits.sort_unstable_by_key(|fit| (fit.maximum, fit.offer));
		examined
	}

	/// Keeps the first, that is the cheapest, offer of each provider.
	fn one_per_provider(
		policy: &Policy,
		fits: Vec<Fit>,
		ineligible: &mut Vec<(OfferId, Vec<Ineligible>)>,
	) -> Vec<Fit> {
		let mut seen = BTreeMap::new();
		fits.into_iter()
			.filter(|fit| {
				let first = *seen.entry(fit.candidate.provider.clone()).or_insert(fit.offer);
				if first != fit.offer {
					let poor = fit.free < T::DealBook::stake(policy, fit.maximum);
					let reasons = poor.then_some(Ineligible::BondTooSmall).into_iter();
					let reasons = reasons.chain([Ineligible::DuplicateProvider]).collect();
					ineligible.push((fit.offer, reasons));
				}
				first == fit.offer
			})
			.collect()
	}

	/// Keeps the best set. `fits` are sorted by price.
	fn best_set(
		policy: &Policy,
		fits: Vec<Fit>,
		ineligible: &mut Vec<(OfferId, Vec<Ineligible>)>,
	) -> Vec<Fit> {
		let (needed, most) = (policy.first_wave() as usize, MAX_CANDIDATES as usize);
		let spread = |lowest| Self::spread(policy, lowest);
		let spread = best_set(fits.iter(), needed, most, spread).spread;
		let mut set = Vec::new();
		for fit in fits {
			// Without a set nobody covers even its own stake.
			let why = spread.map_or(Some(Ineligible::BondTooSmall), |spread| {
				spread.excludes(Some(fit.maximum), fit.free).next()
			});
			match why {
				Some(why) => ineligible.push((fit.offer, alloc::vec![why])),
				None if set.len() < most => set.push(fit),
				None => (),
			}
		}
		set
	}

	/// What a provider is in a match, at these terms.
	pub(crate) fn member(at: u8, provider: &AccountId, terms: &Terms) -> Member {
		let free = T::Stakes::free(provider);
		let millis = u64::try_from(free / MILLI).unwrap_or(u64::MAX);
		let weight = millis.clamp(1, T::WeightCap::get().max(1));
		let candidate = Candidate { provider: provider.clone(), price: terms.price, weight };
		Member { at, candidate, free }
	}
}

impl Fit {
	fn into_view(self) -> OfferFit {
		let Candidate { provider, price, .. } = self.candidate;
		OfferFit { offer: self.offer, provider, price, maximum: self.maximum }
	}
}
