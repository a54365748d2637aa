//! What callers start.

use crate::{
	CapacityOf, Chosen, Config, DealBookOf, Error, Event, HoldReason, Named, NextOfferId, Offer,
	Offers, OffersOf, Pallet,
};
use assay_primitives::{
	AccountId, BlockNumber, Hash,
	deal::Via,
	eligibility::{Chain, examine_judgement, examine_request},
	judges::Mediators,
	order::Refusal,
	request::{Ineligible, OfferId, Request, Terms},
	traits::{Capacity, DealBook, NewDeal},
};
use assay_shared::deposits::give_back;
use polkadot_sdk::{
	frame_support::{
		ensure,
		traits::{Get, fungible::MutateHold},
	},
	sp_runtime::{ArithmeticError, DispatchError, DispatchResult},
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_place_offer(
		signer: AccountId,
		terms: Terms,
		mediators: Mediators,
	) -> DispatchResult {
		let provider = Self::provider_for(&signer)?;
		Self::validate_terms(&provider, &terms)?;
		ensure!(mediators.is_anybody(), Error::<T>::from(Refusal::NoCommonMediator));
		let id = NextOfferId::<T>::get();
		let mut own = OffersOf::<T>::get(&provider);
		own.try_push(id).map_err(|_| Error::<T>::TooManyOffers)?;
		let deposit = T::OfferDeposit::get();
		T::Currency::hold(&HoldReason::OfferDeposit.into(), &signer, deposit)?;
		OffersOf::<T>::insert(&provider, own);
		NextOfferId::<T>::put(id.checked_add(1).ok_or(ArithmeticError::Overflow)?);
		let offer = Offer { provider, terms, mediators, deposit, depositor: signer };
		let (provider, mediators) = (offer.provider.clone(), offer.mediators.clone());
		Self::deposit_event(Event::OfferPlaced { offer: id, provider, terms, mediators });
		Offers::<T>::insert(id, offer);
		Ok(())
	}

	pub(crate) fn do_update_offer(
		signer: AccountId,
		id: OfferId,
		named: Hash,
		new: Terms,
		mediators: Mediators,
	) -> DispatchResult {
		let mut offer = Offers::<T>::get(id).ok_or(Error::<T>::OfferNotFound)?;
		ensure!(Self::signs_for(&signer, &offer.provider), Error::<T>::NotOfferOwner);
		ensure!(named == offer.terms.hash(), Error::<T>::OfferMismatch);
		Self::validate_terms(&offer.provider, &new)?;
		ensure!(mediators.is_anybody(), Error::<T>::from(Refusal::NoCommonMediator));
		let old = core::mem::replace(&mut offer.terms, new);
		offer.mediators = mediators.clone();
		Offers::<T>::insert(id, offer);
		Self::deposit_event(Event::OfferUpdated { offer: id, old, new, mediators });
		Ok(())
	}

	pub(crate) fn do_withdraw_offer(signer: AccountId, id: OfferId, named: Hash) -> DispatchResult {
		let offer = Offers::<T>::get(id).ok_or(Error::<T>::OfferNotFound)?;
		// A former operator must not have to leave its deposit behind.
		let allowed = signer == offer.depositor || Self::signs_for(&signer, &offer.provider);
		ensure!(allowed, Error::<T>::NotOfferOwner);
		ensure!(named == offer.terms.hash(), Error::<T>::OfferMismatch);
		let provider = Self::remove_offer(id, offer)?;
		Self::deposit_event(Event::OfferWithdrawn { offer: id, provider });
		Ok(())
	}

	pub(crate) fn do_prune_offer(id: OfferId) -> DispatchResult {
		let offer = Offers::<T>::get(id).ok_or(Error::<T>::OfferNotFound)?;
		let dead = Self::now() > offer.terms.valid_until
			|| CapacityOf::<T>::declared(&offer.provider).is_none();
		ensure!(dead, Error::<T>::OfferStillValid);
		let provider = Self::remove_offer(id, offer)?;
		Self::deposit_event(Event::OfferPruned { offer: id, provider });
		Ok(())
	}

	pub(crate) fn do_submit(client: AccountId, request: Request, named: Chosen) -> DispatchResult {
		Self::validate_request(&request)?;
		let needed = request.policy.first_wave() as usize;
		ensure!(named.len() >= needed, Error::<T>::from(Refusal::NotEnoughCandidates));
		let candidates = Self::candidates(&client, &request, &named)?;
		let deal = NewDeal::plain(Via::MARKET, client.clone(), request, candidates);
		examine_judgement::<T::Chain>(&deal, &[], &mut Err).map_err(Error::<T>::from)?;
		let deal = DealBookOf::<T>::open(deal)?;
		let offers = Named::truncate_from(named.into_iter().map(|(offer, _)| offer).collect());
		Self::deposit_event(Event::RequestMatched { deal, client, offers });
		Ok(())
	}

	/// Whether a request is possible at all. The ledger checks what concerns content and money.
	pub(crate) fn validate_request(request: &Request) -> Result<(), Error<T>> {
		examine_request::<T::Chain>(request, &mut Err).map_err(Error::from)
	}

	/// Refuses terms that could never be matched.
	fn validate_terms(provider: &AccountId, terms: &Terms) -> Result<(), Error<T>> {
		let declared = CapacityOf::<T>::declared(provider).ok_or(Ineligible::ProviderNotFound)?;
		ensure!(Self::now() <= terms.valid_until, Ineligible::OfferExpired);
		let served = CapacityOf::<T>::serves(provider, &terms.profile);
		ensure!(served, Ineligible::ProfileNotServed);
		ensure!(terms.max_gas <= declared.max_gas, Error::<T>::GasAboveCapacity);
		let pages = declared.max_memory_pages;
		ensure!(terms.max_memory_pages <= pages, Error::<T>::MemoryAboveCapacity);
		let longest = T::Chain::bounds().run_blocks;
		ensure!(terms.min_run_blocks <= longest, Error::<T>::RunTimeAboveMaximum);
		// No smaller task can exceed the type then: no offer rests that nobody could take.
		ensure!(terms.price.maximum(terms.max_gas).is_some(), Refusal::PriceTooLarge);
		Ok(())
	}

	/// Removes an offer, gives its deposit back and returns its provider.
	fn remove_offer(id: OfferId, offer: Offer) -> Result<AccountId, DispatchError> {
		let Offer { provider, deposit, depositor, .. } = offer;
		Offers::<T>::remove(id);
		OffersOf::<T>::mutate_exists(&provider, |entry| {
			let Some(own) = entry else { return };
			own.retain(|offer| *offer != id);
			if own.is_empty() {
				*entry = None;
			}
		});
		give_back::<T::Currency>(&HoldReason::OfferDeposit.into(), &depositor, deposit)?;
		Ok(provider)
	}

	/// The provider that an account signs for: itself before any other.
	fn provider_for(signer: &AccountId) -> Result<AccountId, Error<T>> {
		if CapacityOf::<T>::declared(signer).is_some() {
			return Ok(signer.clone());
		}
		CapacityOf::<T>::provider_of(signer).ok_or(Error::<T>::NotProvider)
	}

	pub(crate) fn signs_for(signer: &AccountId, provider: &AccountId) -> bool {
		signer == provider || CapacityOf::<T>::provider_of(signer).as_ref() == Some(provider)
	}

	pub(crate) fn now() -> BlockNumber {
		T::Chain::now()
	}
}
