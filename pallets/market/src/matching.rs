//! How requests and offers fit, by what the state tells.

use crate::{Config, DealBookOf, Error, MAX_INELIGIBLE, Offer, Offers, Pallet, examine::Basket};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use assay_primitives::{
	AccountId, Balance,
	eligibility::{MatchCandidate, examine_offered, examine_together, noted, state},
	judges::Mediators,
	matching::{BestSet, Priced, Spread, Wanted, best_set, ineligible, terms_serve},
	order::{Refusal, RequestOrder},
	policy::MAX_CANDIDATES,
	request::{Candidate, Ineligible, OfferFit, OfferId, Quote, Request},
	traits::DealBook,
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
	/// Whom its provider lets judge.
	mediators: Mediators,
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
		examine_together::<T::Chain>(request, &members, reasons, &mut Err)?;
		Ok(members.into_iter().map(|member| member.candidate).collect())
	}

	/// What a request would meet: which offers serve it, cheapest first, and why the others don't.
	///
	/// The offers under `fits` can be submitted together as they are. They are the cheapest set that is
	/// enough for the policy, of as many as possible up to [`MAX_CANDIDATES`], whose bonds cover the
	/// stake that its cheapest member implies, and whose prices this stake deters; where no set is enough
	/// the largest. Offers that would serve but are too many for the set appear nowhere. At most
	/// [`MAX_INELIGIBLE`] others are listed.
	pub fn quote(client: &AccountId, request: &Request) -> Quote {
		Self::quote_order(&RequestOrder::plain(client.clone(), request.clone()), &[])
	}

	/// The same for a request order, with all that it says of who may serve and judge it, where it uses apps and
	/// datasets at their posted terms; of the offers `among`, where there are any.
	pub fn quote_order(order: &RequestOrder, among: &[OfferId]) -> Quote {
		let (request, client) = (&order.request, &order.client);
		let (basket, _) = noted(|note| Self::examine_assets(order, None, None, client, note));
		let basket = basket.unwrap_or_else(|_| Basket::without(order));
		let wanted = basket.wanted(order);
		let Examined { fits, mut unfit } = Self::examine(&wanted, among);
		let needed = *order.candidates().start();
		let (spread, mut fits) = Self::best_set(request, needed, fits, &mut unfit);
		let mut bench = basket.bench(order);
		fits.retain(|fit| {
			let joined = bench.join(&state::<T::Chain>(), fit.provider(), &fit.mediators);
			if !joined {
				unfit.refuse(fit.offer, [Ineligible::MediatorsNotShared]);
			}
			joined
		});
		let candidates = fits.iter().map(|fit| fit.candidate.clone()).collect();
		let cost = DealBookOf::<T>::cost(&basket.deal(order, candidates, client));
		let possible = Self::validate_request(request).is_ok();
		let (escrow, deposit) = cost.unwrap_or((Balance::MAX, Balance::MAX));
		Quote {
			enough: possible && cost.is_some() && fits.len() as u32 >= needed,
			fits: fits.into_iter().map(Fit::into_view).collect(),
			ineligible: Self::reasons(&wanted, unfit),
			escrow,
			deposit,
			stake: spread.unwrap_or_else(|| DealBookOf::<T>::spread(request, 0)).stake,
		}
	}

	/// Every offer by itself. Of those whose terms don't serve nothing else is read.
	fn examine(wanted: &Wanted, among: &[OfferId]) -> Examined {
		let mut examined = Examined::default();
		let named = among.iter().filter_map(|id| Some((*id, Offers::<T>::get(id)?)));
		let all = among.is_empty().then(Offers::<T>::iter).into_iter().flatten();
		for (id, offer) in named.chain(all) {
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
			let mediators = offer.mediators.clone();
			return Ok(Fit { offer: id, candidate, maximum, free, mediators });
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

	/// Keeps the best set. `fits` are sorted by price.
	fn best_set(
		request: &Request,
		needed: u32,
		fits: Vec<Fit>,
		unfit: &mut Unfit,
	) -> (Option<Spread>, Vec<Fit>) {
		let spread_from = |lowest| DealBookOf::<T>::spread(request, lowest);
		let BestSet { spread, members } =
			best_set(fits.iter(), needed as usize, MAX_CANDIDATES as usize, spread_from);
		let kept: BTreeSet<OfferId> = members.iter().map(|fit| fit.offer).collect();
		let providers: BTreeSet<_> =
			members.iter().map(|fit| fit.candidate.provider.clone()).collect();
		let (set, others): (Vec<_>, Vec<_>) =
			fits.into_iter().partition(|fit| kept.contains(&fit.offer));
		for fit in others {
			let excluded = spread.iter().flat_map(|it| it.excludes(Some(fit.maximum), fit.free));
			let again = providers.contains(&fit.candidate.provider);
			let again = again.then_some(Ineligible::DuplicateProvider);
			let mut why: BTreeSet<Ineligible> = excluded.chain(again).collect();
			// The rest would serve, and is too much for the set. Without a set nobody covers even its own stake.
			if spread.is_some() && why.is_empty() {
				continue;
			}
			if fit.free < spread_from(fit.maximum).stake {
				why.insert(Ineligible::BondTooSmall);
			}
			unfit.refuse(fit.offer, why);
		}
		(spread, set)
	}
}

impl Fit {
	fn into_view(self) -> OfferFit {
		let Candidate { provider, price, .. } = self.candidate;
		OfferFit { offer: self.offer, provider, price, maximum: self.maximum }
	}
}
