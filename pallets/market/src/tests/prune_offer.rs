use super::*;

#[test]
fn prune_offer_should_return_the_deposit_when_the_last_block_has_gone_by() {
	build_and_execute(|| {
		let (stash, operator) = register(0);
		assert_ok!(Market::place_offer(signed(operator), terms(), public()));
		System::set_block_number(20);
		assert_noop!(Market::prune_offer(signed(STRANGER), 0), Error::<Test>::OfferStillValid);
		System::set_block_number(21);
		assert_ok!(Market::prune_offer(signed(STRANGER), 0));
		assert_eq!((held(operator), usable(operator)), (0, ENDOWMENT));
		assert_eq!((usable(STRANGER), count(stash)), (ENDOWMENT, 0));
		let provider = account(stash);
		assert_eq!(last_event(), Event::OfferPruned { offer: 0, provider });
	});
}

#[test]
fn prune_offer_should_succeed_when_the_provider_is_gone() {
	build_and_execute(|| {
		let id = offer(0, Terms { valid_until: u32::MAX, ..terms() });
		assert_noop!(Market::prune_offer(signed(STRANGER), id), Error::<Test>::OfferStillValid);
		remove(STASH);
		assert_ok!(Market::prune_offer(signed(STRANGER), id));
		assert_eq!(held(STASH), 0);
	});
}

#[test]
fn prune_offer_should_be_refused_when_there_is_no_such_offer() {
	build_and_execute(|| {
		assert_noop!(Market::prune_offer(signed(STRANGER), 0), Error::<Test>::OfferNotFound);
	});
}
