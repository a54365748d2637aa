//! How requests and offers fit, by what the state tells.

use crate::{Config, DealBookOf, Error, MAX_INELIGIBLE, Offer, Offers, Pallet};
use alloc::{collections::BTreeMap, vec::Vec};
use assay_primitives::{
	AccountId, Balance,
	deal::Via,
	eligibility::{Member, apart, spread, state},
	judges::Mediators,
	matching::{Offered, Priced, Wanted, best_set, ineligible},
	order::Refusal,
	policy::MAX_CANDIDATES,
	request::{Candidate, Ineligible, OfferFit, OfferId, Quote, Request},
	traits::{DealBook, NewDeal},
};
use polkadot_sdk::frame_support::ensure;

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
		let public = Mediators::default();
		let wanted = Wanted::plain(client, request, &public);
		let mut members: Vec<Member> = Vec::with_capacity(named.len());
		let mut reasons: Vec<(Ineligible, u8)> = Vec::new();
		for (at, (id, provider)) in (0u8..).zip(named) {
			let unknown = Refusal::Resource { at, why: Ineligible::OfferNotFound };
			let offer = Offers::<T>::get(id).ok_or(unknown)?;
			// On another fork the number is another's, whom the client may have had reasons not to choose.
			ensure!(offer.provider == *provider, Error::<T>::OfferMismatch);
			let taken = members.iter().any(|other| other.candidate.provider == *provider);
			let Offer { terms, mediators, .. } = &offer;
			let offered = Offered { provider, terms, mediators, order: None };
			let found = ineligible(&state::<T::Chain>(), &wanted, offered).into_iter();
			let found = found.chain(taken.then_some(Ineligible::DuplicateProvider));
			reasons.extend(found.map(|why| (why, at)));
			members.push(Member::new::<T::Chain>(at, provider, &offer.terms));
		}
		// The stake depends on all candidates, hence can be checked only now.
		if reasons.iter().min().is_none_or(|(why, _)| *why > Ineligible::BondTooSmall) {
			reasons.extend(apart::<T::Chain>(request, &members).ok_or(Refusal::PriceTooLarge)?);
		}
		match reasons.into_iter().min() {
			Some((why, at)) => Err(Refusal::Resource { at, why }.into()),
			None => Ok(members.into_iter().map(|member| member.candidate).collect()),
		}
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
		let fits = Self::one_per_provider(request, fits, &mut ineligible);
		let fits = Self::best_set(request, fits, &mut ineligible);
		ineligible.sort_unstable_by_key(|(id, _)| *id);
		ineligible.truncate(MAX_INELIGIBLE);
		let lowest = fits.iter().map(|fit| fit.maximum).min().unwrap_or(0);
		let candidates: Vec<_> = fits.iter().map(|fit| fit.candidate.clone()).collect();
		let deal = NewDeal::plain(Via::MARKET, client.clone(), request.clone(), candidates);
		let cost = DealBookOf::<T>::cost(&deal);
		let needed = request.policy.first_wave() as usize;
		let possible = Self::validate_request(request).is_ok();
		let (escrow, deposit) = cost.unwrap_or((Balance::MAX, Balance::MAX));
		Quote {
			enough: possible && cost.is_some() && fits.len() >= needed,
			fits: fits.into_iter().map(Fit::into_view).collect(),
			ineligible,
			escrow,
			deposit,
			stake: spread::<T::Chain>(request, lowest).stake,
		}
	}

	/// Every offer by itself. Whether a bond covers the stake depends on the other offers, so it is
	/// judged here only where there are other reasons already, at the offer's own price.
	fn examine(client: &AccountId, request: &Request) -> Examined {
		let public = Mediators::default();
		let wanted = Wanted::plain(client, request, &public);
		let mut examined = Examined::default();
		for (id, Offer { provider, terms, mediators, .. }) in Offers::<T>::iter() {
			let (provider, terms, mediators) = (&provider, &terms, &mediators);
			let offered = Offered { provider, terms, mediators, order: None };
			let mut reasons = ineligible(&state::<T::Chain>(), &wanted, offered);
			let Member { candidate, free, .. } = Member::new::<T::Chain>(0, provider, terms);
			match terms.price.maximum(request.task.limits.gas) {
				Some(maximum) if reasons.is_empty() => {
					examined.fits.push(Fit { offer: id, candidate, maximum, free });
				},
				maximum => {
					if maximum
						.is_none_or(|maximum| free < spread::<T::Chain>(request, maximum).stake)
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
		request: &Request,
		fits: Vec<Fit>,
		ineligible: &mut Vec<(OfferId, Vec<Ineligible>)>,
	) -> Vec<Fit> {
		let mut seen = BTreeMap::new();
		fits.into_iter()
			.filter(|fit| {
				let first = *seen.entry(fit.candidate.provider.clone()).or_insert(fit.offer);
				if first != fit.offer {
					let poor = fit.free < spread::<T::Chain>(request, fit.maximum).stake;
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
		request: &Request,
		fits: Vec<Fit>,
		ineligible: &mut Vec<(OfferId, Vec<Ineligible>)>,
	) -> Vec<Fit> {
		let (needed, most) = (request.policy.first_wave() as usize, MAX_CANDIDATES as usize);
		let spread = |lowest| spread::<T::Chain>(request, lowest);
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
}

impl Fit {
	fn into_view(self) -> OfferFit {
		let Candidate { provider, price, .. } = self.candidate;
		OfferFit { offer: self.offer, provider, price, maximum: self.maximum }
	}
}
