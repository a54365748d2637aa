use super::*;

#[test]
fn mkt_27_withdraw_offer_should_return_the_deposit_when_the_offer_rests() {
	build_and_execute(|| {
		let id = offer(0, terms());
		assert_ok!(Market::withdraw_offer(signed(STASH), id, terms_hash(id)));
		assert_eq!((held(STASH), usable(STASH)), (0, ENDOWMENT));
		assert!(!Offers::<Test>::contains_key(id));
		assert!(!OffersOf::<Test>::contains_key(account(STASH)));
		let provider = account(STASH);
		assert_eq!(last_event(), Event::OfferWithdrawn { offer: id, provider });
	});
}

#[test]
fn mkt_27_withdraw_offer_should_not_touch_a_deal_when_it_is_matched_already() {
	build_and_execute(|| {
		let id = offer(0, terms());
		assert_ok!(Market::submit(signed(CLIENT), Box::new(request()), named([id])));
		let opened = Ledger::opened();
		assert_ok!(Market::withdraw_offer(signed(STASH), id, terms_hash(id)));
		assert_eq!(Ledger::opened(), opened);
		assert_noop!(
			Market::submit(signed(CLIENT), Box::new(request()), named([id])),
			Error::<Test>::from(because(0, Ineligible::OfferNotFound))
		);
	});
}

#[test]
fn withdraw_offer_should_pay_the_depositor_when_the_stash_signs() {
	build_and_execute(|| {
		let (stash, operator) = register(0);
		assert_ok!(Market::place_offer(signed(operator), terms(), public()));
		assert_ok!(Market::place_offer(signed(operator), terms(), public()));
		alter(stash, |provider| provider.operator = None);
		assert_ok!(Market::withdraw_offer(signed(stash), 0, terms_hash(0)));
		assert_eq!((held(operator), usable(operator)), (OFFER_DEPOSIT, ENDOWMENT - OFFER_DEPOSIT));
		assert_eq!((usable(stash), count(stash)), (ENDOWMENT, 1));
	});
}

#[test]
fn withdraw_offer_should_succeed_when_a_former_operator_wants_its_deposit() {
	build_and_execute(|| {
		let (stash, operator) = register(0);
		assert_ok!(Market::place_offer(signed(operator), terms(), public()));
		remove(stash);
		assert_ok!(Market::withdraw_offer(signed(operator), 0, terms_hash(0)));
		assert_eq!(held(operator), 0);
	});
}

#[test]
fn withdraw_offer_should_return_what_was_deposited_when_the_constant_was_another() {
	build_and_execute(|| {
		let id = offer(0, terms());
		Offers::<Test>::mutate(id, |offer| {
			offer.as_mut().expect("just placed").deposit = OFFER_DEPOSIT / 2;
		});
		assert_ok!(Market::withdraw_offer(signed(STASH), id, terms_hash(id)));
		assert_eq!(held(STASH), OFFER_DEPOSIT - OFFER_DEPOSIT / 2);
	});
}

#[test]
fn withdraw_offer_should_be_refused_when_signed_by_others_or_done_already() {
	build_and_execute(|| {
		let id = offer(0, terms());
		register(1);
		for signer in [STASH + 1, OPERATOR + 1, STRANGER] {
			let withdraw = Market::withdraw_offer(signed(signer), id, terms_hash(id));
			assert_noop!(withdraw, Error::<Test>::NotOfferOwner);
		}
		assert_ok!(Market::withdraw_offer(signed(OPERATOR), id, terms_hash(id)));
		let again = Market::withdraw_offer(signed(OPERATOR), id, terms_hash(id));
		assert_noop!(again, Error::<Test>::OfferNotFound);
	});
}
