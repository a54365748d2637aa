//! How requests and offers fit.

use crate::{Config, Error, MAX_INELIGIBLE, Offer, Offers, Pallet};
use alloc::{collections::BTreeMap, vec::Vec};
use assay_primitives::{
	AccountId, Balance, MILLI,
	deal::lowest_maximum,
	policy::{MAX_CANDIDATES, Policy},
	provider::Capacity as Declared,
	request::{Candidate, Ineligible, OfferFit, OfferId, Quote, Request, Terms},
	traits::{Capacity, DealBook, Exposures, NewDeal, Stakes},
};
use polkadot_sdk::frame_support::{ensure, traits::Get};

/// An offer that serves a request, as far as it goes by itself.
struct Fit {
	offer: OfferId,
	candidate: Candidate,
	/// Most that a replica can cost.
	maximum: Balance,
	/// Bond that can be locked.
	free: Balance,
}

/// What a set of candidates has in common by its cheapest member.
struct Frame {
	lowest: Balance,
	ceiling: Balance,
	stake: Balance,
}

impl Frame {
	fn of<T: Config>(policy: &Policy, lowest: Balance) -> Self {
		let stake = T::DealBook::stake(policy, lowest);
		Self { lowest, ceiling: T::DealBook::price_ceiling(policy, lowest), stake }
	}

	/// Why an offer is not part of the set.
	fn reason(&self, fit: &Fit) -> Option<Ineligible> {
		if fit.free < self.stake {
			return Some(Ineligible::BondTooSmall);
		}
		let near = (self.lowest..=self.ceiling).contains(&fit.maximum);
		(!near).then_some(Ineligible::PriceTooFarFromCheapest)
	}
}

/// Who buys: none of them may be paid for it.
#[derive(Clone, Copy)]
pub(crate) struct Buyers<'a> {
	pub client: &'a AccountId,
	pub sponsor: Option<&'a AccountId>,
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
		let mut candidates: Vec<Candidate> = Vec::with_capacity(named.len());
		let mut reason: Option<Ineligible> = None;
		for (id, provider) in named {
			let offer = Offers::<T>::get(id).ok_or(Ineligible::OfferNotFound)?;
			// On another fork the number is another's, whom the client may have had reasons not to choose.
			ensure!(offer.provider == *provider, Error::<T>::OfferMismatch);
			let taken = candidates.iter().any(|other| other.provider == offer.provider);
			let buyers = Buyers { client, sponsor: None };
			let found =
				Self::own_reasons(buyers, request, request.tags, &offer.provider, &offer.terms)
					.into_iter()
					.chain(taken.then_some(Ineligible::DuplicateProvider));
			reason = reason.into_iter().chain(found).min();
			candidates.push(Self::candidate(&offer.provider, &offer.terms));
		}
		// The stake depends on all candidates, hence can be checked only now.
		if reason.is_none_or(|reason| reason > Ineligible::BondTooSmall) {
			let gas = request.task.limits.gas;
			let lowest = lowest_maximum(&candidates, gas).ok_or(Error::<T>::PriceTooLarge)?;
			let stake = T::DealBook::stake(&request.policy, lowest);
			let covered = candidates.iter().all(|candidate| Self::covers(candidate, stake));
			ensure!(covered, Ineligible::BondTooSmall);
			let ceiling = T::DealBook::price_ceiling(&request.policy, lowest);
			let near = |candidate: &Candidate| {
				candidate.price.maximum(gas).is_some_and(|maximum| maximum <= ceiling)
			};
			let far = !candidates.iter().all(near);
			reason =
				reason.into_iter().chain(far.then_some(Ineligible::PriceTooFarFromCheapest)).min();
		}
		reason.map_or(Ok(candidates), |reason| Err(reason.into()))
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
		let deal = NewDeal::plain(client.clone(), request.clone(), candidates);
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
		let mut examined = Examined::default();
		for (id, offer) in Offers::<T>::iter() {
			let Offer { provider, terms, .. } = &offer;
			let buyers = Buyers { client, sponsor: None };
			let mut reasons = Self::own_reasons(buyers, request, request.tags, provider, terms);
			let candidate = Self::candidate(provider, terms);
			let free = T::Stakes::free(&offer.provider);
			match offer.terms.price.maximum(request.task.limits.gas) {
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

	/// The set that begins with the cheapest offer from which on there are enough, else the largest.
	/// `fits` are sorted by price.
	fn best_set(
		policy: &Policy,
		fits: Vec<Fit>,
		ineligible: &mut Vec<(OfferId, Vec<Ineligible>)>,
	) -> Vec<Fit> {
		let needed = policy.first_wave() as usize;
		let mut best: Option<(Frame, usize)> = None;
		for (at, fit) in fits.iter().enumerate() {
			let frame = Frame::of::<T>(policy, fit.maximum);
			if fit.free < frame.stake {
				continue;
			}
			let within = fits[at..].iter().take_while(|fit| fit.maximum <= frame.ceiling);
			let size = within.filter(|fit| frame.reason(fit).is_none()).take(needed).count();
			if best.as_ref().is_none_or(|(_, most)| size > *most) {
				best = Some((frame, size));
			}
			if size >= needed {
				break;
			}
		}
		let mut set = Vec::new();
		for fit in fits {
			// Without a set nobody covers even its own stake.
			let reason =
				best.as_ref().map_or(Some(Ineligible::BondTooSmall), |(it, _)| it.reason(&fit));
			match reason {
				Some(why) => ineligible.push((fit.offer, alloc::vec![why])),
				None if set.len() < MAX_CANDIDATES as usize => set.push(fit),
				None => (),
			}
		}
		set
	}

	/// Every reason but those that depend on other offers, in the order of [`Ineligible`].
	pub(crate) fn own_reasons(
		buyers: Buyers<'_>,
		request: &Request,
		wanted: u32,
		provider: &AccountId,
		terms: &Terms,
	) -> Vec<Ineligible> {
		let declared = T::Capacity::declared(provider);
		let operator = T::Capacity::operator_of(provider);
		let found = declared.is_some();
		// A provider may have lowered its capacity since it placed the offer.
		let (max_gas, max_pages, tags) =
			declared.map_or((terms.max_gas, terms.max_memory_pages, wanted), |declared| {
				let gas = terms.max_gas.min(declared.max_gas);
				(gas, terms.max_memory_pages.min(declared.max_memory_pages), declared.tags)
			});
		let too_slow = declared.is_some_and(|declared| Self::too_slow(&declared, request));
		let limits = &request.task.limits;
		let ceiling = &request.max_price;
		let checks = [
			(Ineligible::OfferExpired, Self::now() > terms.valid_until),
			(Ineligible::Profile, terms.profile != request.task.profile),
			(Ineligible::BasePriceAboveCeiling, terms.price.base > ceiling.base),
			(Ineligible::GasPriceAboveCeiling, terms.price.per_mgas > ceiling.per_mgas),
			(Ineligible::GasAboveOffer, limits.gas > max_gas),
			(Ineligible::MemoryAboveOffer, limits.memory_pages > max_pages),
			(Ineligible::RunTimeBelowOffer, request.run_blocks < terms.min_run_blocks || too_slow),
			(Ineligible::TagsMissing, tags & wanted != wanted),
			(Ineligible::SelfDeal, buyers.include(provider, operator.as_ref())),
			(Ineligible::ProviderNotFound, !found),
			(Ineligible::NoFreeSlot, found && T::Capacity::free_slots(provider) == 0),
			(Ineligible::ProfileNotServed, found && !T::Capacity::serves(provider, &terms.profile)),
			(Ineligible::OperatorMissing, found && operator.is_none()),
			(Ineligible::ClientLimitReached, Self::at_limit(buyers.client, provider, request)),
		];
		checks.into_iter().filter(|(_, applies)| *applies).map(|(reason, _)| reason).collect()
	}

	/// Whether the request's run time ends before one slot has executed all of its gas. Silence is
	/// slashed, so nobody may be drawn for what it can't do in time.
	fn too_slow(declared: &Declared, request: &Request) -> bool {
		// Saturates far above every gas limit, which is of 64 bits.
		let thousandths = u128::from(declared.gas_per_second)
			.saturating_mul(request.run_blocks.into())
			.saturating_mul(T::BlockMillis::get().into());
		u128::from(request.task.limits.gas) > thousandths / 1_000
	}

	/// Whether a provider would have more unpaid work open for the client than it takes on.
	fn at_limit(client: &AccountId, provider: &AccountId, request: &Request) -> bool {
		T::Exposures::room(provider, client).is_some_and(|room| room < request.run_blocks)
	}

	pub(crate) fn candidate(provider: &AccountId, terms: &Terms) -> Candidate {
		let millis = T::Stakes::free(provider) / MILLI;
		let weight = u64::try_from(millis).unwrap_or(u64::MAX).clamp(1, T::WeightCap::get().max(1));
		Candidate { provider: provider.clone(), price: terms.price, weight }
	}

	pub(crate) fn covers(candidate: &Candidate, stake: Balance) -> bool {
		T::Stakes::free(&candidate.provider) >= stake
	}
}

impl Buyers<'_> {
	fn include(&self, provider: &AccountId, operator: Option<&AccountId>) -> bool {
		let mut all = core::iter::once(self.client).chain(self.sponsor);
		all.any(|buyer| buyer == provider || Some(buyer) == operator)
	}
}

impl Fit {
	fn into_view(self) -> OfferFit {
		let Candidate { provider, price, .. } = self.candidate;
		OfferFit { offer: self.offer, provider, price, maximum: self.maximum }
	}
}
