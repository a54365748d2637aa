//! How requests and offers fit, by what the state tells.

use crate::{Config, DealBookOf, Error, MAX_INELIGIBLE, Offer, Offers, Pallet};
use alloc::{collections::BTreeMap, vec::Vec};
use assay_primitives::{
	AccountId, Balance,
	deal::Via,
	eligibility::{MatchCandidate, apart, examine_offered, state},
	judges::Mediators,
	matching::{Priced, Wanted, best_set, ineligible, terms_serve},
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
	unfit: Unfit,
}

/// Why an offer does not serve a request.
enum Why {
	/// For these reasons.
	Reasons(Vec<Ineligible>),
	/// For its terms at least. The rest follows from what the state says of its provider, which is asked for only
	/// where the offer is listed.
	Terms(Offer),
}

/// Offers that don't serve a request: the first by their numbers, and no more than a quote lists, however many
/// there are.
#[derive(Default)]
struct Unfit(BTreeMap<OfferId, Why>);

impl Unfit {
	fn add(&mut self, id: OfferId, why: Why) {
		self.0.insert(id, why);
		if self.0.len() > MAX_INELIGIBLE {
			self.0.pop_last();
		}
	}

	fn refuse(&mut self, id: OfferId, reasons: impl IntoIterator<Item = Ineligible>) {
		self.add(id, Why::Reasons(reasons.into_iter().collect()));
	}
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
		let mut members: Vec<MatchCandidate> = Vec::with_capacity(named.len());
		let mut reasons: Vec<(Ineligible, u8)> = Vec::new();
		for (at, (id, provider)) in (0u8..).zip(named) {
			let unknown = Refusal::Resource { at, why: Ineligible::OfferNotFound };
			let offer = Offers::<T>::get(id).ok_or(unknown)?;
			// On another fork the number is another's, whom the client may have had reasons not to choose.
			ensure!(offer.provider == *provider, Error::<T>::OfferMismatch);
			let found = examine_offered::<T::Chain>(&wanted, at, offer.offered(), &mut members);
			reasons.extend(found.into_iter().map(|why| (why, at)));
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
		let public = Mediators::default();
		let wanted = Wanted::plain(client, request, &public);
		let Examined { fits, mut unfit } = Self::examine(&wanted);
		let fits = Self::one_per_provider(request, fits, &mut unfit);
		let fits = Self::best_set(request, fits, &mut unfit);
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
			ineligible: Self::reasons(&wanted, unfit),
			escrow,
			deposit,
			stake: DealBookOf::<T>::spread(request, lowest).stake,
		}
	}

	/// Every offer by itself. Of those whose terms don't serve nothing else is read.
	fn examine(wanted: &Wanted) -> Examined {
		let mut examined = Examined::default();
		for (id, offer) in Offers::<T>::iter() {
			if !terms_serve(&state::<T::Chain>(), wanted, &offer.terms) {
				examined.unfit.add(id, Why::Terms(offer));
				continue;
			}
			match Self::fit(wanted, id, &offer) {
				Ok(fit) => examined.fits.push(fit),
				Err(reasons) => examined.unfit.refuse(id, reasons),
			}
		}
		examined.fits.sort_unstable_by_key(|fit| (fit.maximum, fit.offer));
		examined
	}

	/// An offer by itself, or all reasons why it does not serve. Whether a bond covers the stake depends on the
	/// other offers, so it is judged here only where there are other reasons already, at the offer's own price.
	fn fit(wanted: &Wanted, id: OfferId, offer: &Offer) -> Result<Fit, Vec<Ineligible>> {
		let Offer { provider, terms, .. } = offer;
		let mut reasons = ineligible(&state::<T::Chain>(), wanted, offer.offered());
		let MatchCandidate { candidate, free, .. } =
			MatchCandidate::new::<T::Chain>(0, provider, terms);
		let request = wanted.request;
		let maximum = terms.price.maximum(request.task.limits.gas);
		if let (Some(maximum), true) = (maximum, reasons.is_empty()) {
			return Ok(Fit { offer: id, candidate, maximum, free });
		}
		if maximum.is_none_or(|maximum| free < DealBookOf::<T>::spread(request, maximum).stake) {
			reasons.push(Ineligible::BondTooSmall);
			reasons.sort_unstable();
		}
		Err(reasons)
	}

	/// Every reason of what is listed, in the order of the offers.
	fn reasons(wanted: &Wanted, unfit: Unfit) -> Vec<(OfferId, Vec<Ineligible>)> {
		let listed = |(id, why)| match why {
			Why::Reasons(reasons) => (id, reasons),
			Why::Terms(offer) => (id, Self::fit(wanted, id, &offer).err().unwrap_or_default()),
		};
		unfit.0.into_iter().map(listed).collect()
	}

	/// Keeps the first, that is the cheapest, offer of each provider.
	fn one_per_provider(request: &Request, fits: Vec<Fit>, unfit: &mut Unfit) -> Vec<Fit> {
		let mut seen = BTreeMap::new();
		fits.into_iter()
			.filter(|fit| {
				let first = *seen.entry(fit.candidate.provider.clone()).or_insert(fit.offer);
				if first != fit.offer {
					let poor = fit.free < DealBookOf::<T>::spread(request, fit.maximum).stake;
					let poor = poor.then_some(Ineligible::BondTooSmall).into_iter();
					unfit.refuse(fit.offer, poor.chain([Ineligible::DuplicateProvider]));
				}
				first == fit.offer
			})
			.collect()
	}

	/// Keeps the best set. `fits` are sorted by price.
	fn best_set(request: &Request, fits: Vec<Fit>, unfit: &mut Unfit) -> Vec<Fit> {
		let (needed, most) = (request.policy.first_wave() as usize, MAX_CANDIDATES as usize);
		let spread = |lowest| DealBookOf::<T>::spread(request, lowest);
		let spread = best_set(fits.iter(), needed, most, spread).spread;
		let mut set = Vec::new();
		for fit in fits {
			// Without a set nobody covers even its own stake.
			let why = spread.map_or(Some(Ineligible::BondTooSmall), |spread| {
				spread.excludes(Some(fit.maximum), fit.free).next()
			});
			match why {
				Some(why) => unfit.refuse(fit.offer, [why]),
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
