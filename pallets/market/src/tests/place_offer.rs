use super::*;

#[test]
fn place_offer_should_rest_and_hold_a_deposit_when_the_stash_signs() {
	build_and_execute(|| {
		let (stash, _) = register(0);
		assert_ok!(Market::place_offer(signed(stash), terms(), public()));
		let provider = account(stash);
		let depositor = provider.clone();
		let offer = Offer {
			provider: provider.clone(),
			terms: terms(),
			mediators: public(),
			deposit: OFFER_DEPOSIT,
			depositor,
		};
		assert_eq!(Offers::<Test>::get(0), Some(offer));
		assert_eq!((NextOfferId::<Test>::get(), count(stash)), (1, 1));
		assert_eq!((held(stash), usable(stash)), (OFFER_DEPOSIT, ENDOWMENT - OFFER_DEPOSIT));
		assert_eq!(
			last_event(),
			Event::OfferPlaced { offer: 0, provider, terms: terms(), mediators: public() }
		);
	});
}

#[test]
fn place_offer_should_name_the_stash_and_charge_the_key_when_the_operator_signs() {
	build_and_execute(|| {
		let (stash, operator) = register(0);
		assert_ok!(Market::place_offer(signed(operator), terms(), public()));
		let offer = Offers::<Test>::get(0).expect("just placed");
		assert_eq!((offer.provider, offer.depositor), (account(stash), account(operator)));
		assert_eq!((held(stash), held(operator)), (0, OFFER_DEPOSIT));
		assert_eq!(count(stash), 1);
	});
}

#[test]
fn place_offer_should_be_the_signers_own_when_it_is_a_stash_and_signs_for_another() {
	build_and_execute(|| {
		let (stash, _) = register(0);
		let (other, _) = register(1);
		alter(other, |provider| provider.operator = Some(account(stash)));
		assert_ok!(Market::place_offer(signed(stash), terms(), public()));
		assert_eq!(Offers::<Test>::get(0).map(|offer| offer.provider), Some(account(stash)));
	});
}

#[test]
fn place_offer_should_be_refused_when_the_signer_is_no_provider() {
	build_and_execute(|| {
		register(0);
		let place = Market::place_offer(signed(STRANGER), terms(), public());
		assert_noop!(place, Error::<Test>::NotProvider);
	});
}

#[test]
fn place_offer_should_be_refused_when_the_provider_is_leaving() {
	build_and_execute(|| {
		let (stash, operator) = register(0);
		remove(stash);
		for id in [stash, operator] {
			let place = Market::place_offer(signed(id), terms(), public());
			assert_noop!(place, Error::<Test>::NotProvider);
		}
	});
}

#[test]
fn place_offer_should_be_refused_when_there_are_as_many_as_allowed_whoever_signs() {
	build_and_execute(|| {
		let (stash, operator) = register(0);
		assert_ok!(Market::place_offer(signed(operator), terms(), public()));
		for _ in 1..MAX_OFFERS {
			assert_ok!(Market::place_offer(signed(stash), terms(), public()));
		}
		for id in [stash, operator] {
			let place = Market::place_offer(signed(id), terms(), public());
			assert_noop!(place, Error::<Test>::TooManyOffers);
		}
	});
}

#[test]
fn place_offer_should_be_refused_when_the_deposit_is_one_unit_short() {
	build_and_execute(|| {
		use polkadot_sdk::frame_support::traits::fungible::Mutate;
		let (stash, _) = register(0);
		let needed = OFFER_DEPOSIT + EXISTENTIAL_DEPOSIT;
		Balances::set_balance(&account(stash), needed - 1);
		let place = || Market::place_offer(signed(stash), terms(), public());
		assert_noop!(place(), TokenError::FundsUnavailable);
		Balances::set_balance(&account(stash), needed);
		assert_ok!(place());
	});
}

fn refused(change: impl FnOnce(&mut Terms), error: Error<Test>) {
	build_and_execute(|| {
		let (stash, _) = register(0);
		let mut terms = terms();
		change(&mut terms);
		assert_noop!(Market::place_offer(signed(stash), terms, public()), error);
	});
}

#[test]
fn place_offer_should_be_refused_when_the_last_block_has_gone_by() {
	refused(|terms| terms.valid_until = 0, Ineligible::OfferExpired.into());
}

#[test]
fn place_offer_should_be_refused_when_the_profile_is_not_declared() {
	refused(|terms| terms.profile = Hash::repeat_byte(3), Ineligible::ProfileNotServed.into());
}

#[test]
fn place_offer_should_be_refused_when_one_unit_above_capacity() {
	refused(|terms| terms.max_gas = MAX_GAS + 1, Error::GasAboveCapacity);
	refused(|terms| terms.max_memory_pages = MAX_PAGES + 1, Error::MemoryAboveCapacity);
}

#[test]
fn place_offer_should_be_refused_when_no_request_can_grant_its_run_time() {
	refused(|terms| terms.min_run_blocks = MAX_RUN_BLOCKS + 1, Error::RunTimeAboveMaximum);
}

#[test]
fn place_offer_should_be_refused_when_the_price_exceeds_the_type() {
	refused(|terms| terms.price.per_mgas = Balance::MAX / 2, Refusal::PriceTooLarge.into());
	let price = Price { base: Balance::MAX, per_mgas: 1 };
	refused(|terms| terms.price = price, Refusal::PriceTooLarge.into());
}

#[test]
fn place_offer_should_succeed_when_everything_is_at_its_limit() {
	build_and_execute(|| {
		let (stash, _) = register(0);
		let terms = Terms {
			max_gas: MAX_GAS,
			max_memory_pages: MAX_PAGES,
			min_run_blocks: MAX_RUN_BLOCKS,
			valid_until: 1,
			..terms()
		};
		assert_ok!(Market::place_offer(signed(stash), terms, public()));
	});
}

#[test]
fn place_offer_should_never_reuse_a_number() {
	build_and_execute(|| {
		let (stash, _) = register(0);
		for expected in 0..5 {
			assert_ok!(Market::place_offer(signed(stash), terms(), public()));
			assert!(Offers::<Test>::contains_key(expected));
			assert_ok!(Market::withdraw_offer(signed(stash), expected, terms_hash(expected)));
		}
	});
}

#[test]
fn place_offer_should_be_refused_when_numbers_have_run_out() {
	build_and_execute(|| {
		let (stash, _) = register(0);
		NextOfferId::<Test>::put(OfferId::MAX);
		assert_noop!(
			call(stash, crate::Call::place_offer { terms: terms(), mediators: public() }),
			polkadot_sdk::sp_runtime::ArithmeticError::Overflow
		);
	});
}
