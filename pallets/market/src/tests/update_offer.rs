use super::*;

#[test]
fn update_offer_should_replace_the_terms_and_keep_the_deposit() {
	build_and_execute(|| {
		let id = offer(0, terms());
		let new = Terms { valid_until: 99, ..terms() };
		assert_ok!(Market::update_offer(signed(STASH), id, terms_hash(id), new, public()));
		assert_eq!(Offers::<Test>::get(id).map(|offer| offer.terms), Some(new));
		assert_eq!(held(STASH), OFFER_DEPOSIT);
		assert_eq!(
			last_event(),
			Event::OfferUpdated { offer: id, old: terms(), new, mediators: public() }
		);
	});
}

#[test]
fn update_offer_should_renew_an_expired_offer_when_the_operator_signs() {
	build_and_execute(|| {
		let id = offer(0, terms());
		System::set_block_number(21);
		let new = Terms { valid_until: 21, ..terms() };
		assert_ok!(Market::update_offer(signed(OPERATOR), id, terms_hash(id), new, public()));
		assert_noop!(Market::prune_offer(signed(STRANGER), id), Error::<Test>::OfferStillValid);
	});
}

#[test]
fn update_offer_should_be_refused_when_signed_by_others() {
	build_and_execute(|| {
		let id = offer(0, terms());
		let (other_stash, other_operator) = register(1);
		for signer in [other_stash, other_operator, STRANGER] {
			let update =
				Market::update_offer(signed(signer), id, terms_hash(id), terms(), public());
			assert_noop!(update, Error::<Test>::NotOfferOwner);
		}
		let update =
			Market::update_offer(signed(STASH), id + 1, terms_hash(id + 1), terms(), public());
		assert_noop!(update, Error::<Test>::OfferNotFound);
	});
}

/// On another fork the number is another of the provider's offers.
#[test]
fn offer_should_be_changed_or_withdrawn_only_when_its_terms_are_named() {
	build_and_execute(|| {
		let id = offer(0, terms());
		let other = Terms { max_gas: terms().max_gas - 1, ..terms() };
		for named in [other.hash(), Hash::zero()] {
			let update = Market::update_offer(signed(STASH), id, named, other, public());
			assert_noop!(update, Error::<Test>::OfferMismatch);
			let withdraw = Market::withdraw_offer(signed(STASH), id, named);
			assert_noop!(withdraw, Error::<Test>::OfferMismatch);
		}
		assert_ok!(Market::update_offer(signed(STASH), id, terms().hash(), other, public()));
		assert_ok!(Market::withdraw_offer(signed(STASH), id, other.hash()));
	});
}

#[test]
fn update_offer_should_be_refused_when_the_operator_has_been_replaced_even_if_it_paid() {
	build_and_execute(|| {
		let (stash, operator) = register(0);
		assert_ok!(Market::place_offer(signed(operator), terms(), public()));
		alter(stash, |provider| provider.operator = None);
		let update = Market::update_offer(signed(operator), 0, terms_hash(0), terms(), public());
		assert_noop!(update, Error::<Test>::NotOfferOwner);
	});
}

#[test]
fn update_offer_should_be_refused_when_the_new_terms_are_impossible() {
	build_and_execute(|| {
		let id = offer(0, terms());
		let new = Terms { max_gas: MAX_GAS + 1, ..terms() };
		let update = Market::update_offer(signed(STASH), id, terms_hash(id), new, public());
		assert_noop!(update, Error::<Test>::GasAboveCapacity);
	});
}

#[test]
fn update_offer_should_be_refused_when_the_provider_is_leaving() {
	build_and_execute(|| {
		let id = offer(0, terms());
		remove(STASH);
		let update = Market::update_offer(signed(STASH), id, terms_hash(id), terms(), public());
		assert_noop!(update, Error::<Test>::from(Ineligible::ProviderNotFound));
	});
}
