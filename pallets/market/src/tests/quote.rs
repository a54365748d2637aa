use super::*;
use crate::MAX_INELIGIBLE;
use assay_primitives::{
	order::{Accounts, RequestOrder},
	policy::MAX_CANDIDATES,
	request::OfferFit,
};
use polkadot_sdk::frame_support::BoundedVec;

fn quote(request: &Request) -> assay_primitives::request::Quote {
	Pallet::<Test>::quote(&account(CLIENT), request)
}

fn fits(request: &Request) -> Vec<OfferId> {
	quote(request).fits.into_iter().map(|fit| fit.offer).collect()
}

fn with_base(base: Balance) -> Terms {
	Terms { price: Price { base, per_mgas: 0 }, ..terms() }
}

/// A request that pays up to `base`.
fn up_to(base: Balance) -> Request {
	Request { max_price: Price { base, per_mgas: 0 }, ..request() }
}

#[test]
fn quote_should_list_fits_cheapest_first_with_cost_and_stake() {
	build_and_execute(|| {
		for (index, base) in [(0, 3 * UNIT), (1, UNIT), (2, 2 * UNIT)] {
			offer(index, with_base(base));
		}
		let fit = |index: u8, base| OfferFit {
			offer: index.into(),
			provider: account(STASH + index),
			price: Price { base, per_mgas: 0 },
			maximum: base,
		};
		let quote = quote(&up_to(3 * UNIT));
		assert_eq!(quote.fits, [fit(1, UNIT), fit(2, 2 * UNIT), fit(0, 3 * UNIT)]);
		assert_eq!(quote.ineligible, []);
		assert!(quote.enough);
		assert_eq!((quote.escrow, quote.deposit, quote.stake), (6 * UNIT, UNIT, 300 * MILLI));
	});
}

#[test]
fn mkt_25_quote_should_tell_every_reason_when_nobody_serves() {
	build_and_execute(|| {
		let broken: [(fn(&mut Provider), &[Ineligible]); 4] = [
			(|it| it.free_slots = 0, &[Ineligible::NoFreeSlot]),
			(|it| it.free = 0, &[Ineligible::BondTooSmall]),
			(|it| it.operator = None, &[Ineligible::OperatorMissing]),
			(
				|it| {
					it.capacity.tags = 0;
					it.profiles.clear();
					it.free = 0;
				},
				&[Ineligible::TagsMissing, Ineligible::BondTooSmall, Ineligible::ProfileNotServed],
			),
		];
		for (index, (change, _)) in (0..).zip(broken) {
			offer(index, terms());
			alter(STASH + index, change);
		}
		let other = Terms { profile: Hash::repeat_byte(9), max_gas: 1, ..terms() };
		offer(4, other);
		offer(5, terms());
		remove(STASH + 5);
		let quote = quote(&request());
		let reasons: Vec<_> = quote.ineligible.into_iter().map(|(_, reasons)| reasons).collect();
		let mut expected: Vec<_> = broken.map(|(_, reasons)| reasons.to_vec()).into();
		expected.push(vec![Ineligible::Profile, Ineligible::GasAboveOffer]);
		expected.push(vec![Ineligible::ProviderNotFound, Ineligible::BondTooSmall]);
		assert_eq!(reasons, expected);
		assert!(quote.fits.is_empty() && !quote.enough);
	});
}

#[test]
fn quote_should_tell_when_the_gas_cannot_be_run_in_time() {
	build_and_execute(|| {
		offer(0, terms());
		alter(STASH, |it| it.capacity.gas_per_second = 1);
		assert_eq!(quote(&request()).ineligible, [(0, vec![Ineligible::RunTimeBelowOffer])]);
	});
}

#[test]
fn quote_should_tell_what_is_expired_and_what_is_ones_own() {
	build_and_execute(|| {
		offer(0, terms());
		System::set_block_number(21);
		let request = Request { valid_until: 30, ..request() };
		let quote = Pallet::<Test>::quote(&account(OPERATOR), &request);
		assert_eq!(quote.ineligible, [(0, vec![Ineligible::OfferExpired, Ineligible::SelfDeal])]);
	});
}

#[test]
fn quote_should_keep_the_cheapest_offer_when_a_provider_has_several() {
	build_and_execute(|| {
		for base in [2 * UNIT, UNIT, UNIT] {
			offer(0, with_base(base));
		}
		let quote = quote(&up_to(2 * UNIT));
		assert_eq!(quote.fits.len(), 1);
		assert_eq!(quote.fits[0].offer, 1);
		let twice = vec![Ineligible::DuplicateProvider];
		assert_eq!(quote.ineligible, [(0, twice.clone()), (2, twice)]);
	});
}

#[test]
fn quote_should_keep_poor_offers_when_others_are_dear() {
	build_and_execute(|| {
		for (index, base) in [(0, UNIT), (1, UNIT), (2, 10 * UNIT)] {
			offer(index, with_base(base));
			// Enough for the stake that follows from the cheapest, and for no more.
			alter(STASH + index, |it| it.free = 300 * MILLI);
		}
		let request = up_to(10 * UNIT);
		assert_eq!(fits(&request), [0, 1, 2]);
		assert_eq!(quote(&request).ineligible, []);
		assert_eq!(quote(&request).stake, 300 * MILLI);
		Ledger::refuse(DispatchError::Other("passed"));
		let all = Market::submit(signed(CLIENT), Box::new(request.clone()), named([0, 1, 2]));
		assert_eq!(all, Err(DispatchError::Other("passed")));
		// By itself the dear one implies a stake that its bond does not cover.
		let alone = Market::submit(signed(CLIENT), Box::new(request), named([2]));
		assert_noop!(alone, Error::<Test>::from(because(0, Ineligible::BondTooSmall)));
	});
}

#[test]
fn quote_should_leave_the_cheapest_out_when_it_cannot_cover_its_own_stake() {
	build_and_execute(|| {
		for (index, base) in [(0, UNIT), (1, 10 * UNIT), (2, 20 * UNIT)] {
			offer(index, with_base(base));
		}
		alter(STASH, |it| it.free = 300 * MILLI - 1);
		let request = up_to(20 * UNIT);
		assert_eq!(fits(&request), [1, 2]);
		let apart = vec![Ineligible::BondTooSmall, Ineligible::PriceTooFarFromCheapest];
		assert_eq!(quote(&request).ineligible, [(0, apart)]);
		assert_eq!(quote(&request).stake, 3 * UNIT);
	});
}

#[test]
fn quote_should_list_no_more_fits_than_a_deal_may_have_candidates() {
	build_and_execute(|| {
		for index in 0..MAX_CANDIDATES as u8 + 5 {
			register(index);
			let provider = account(STASH + index);
			let terms = with_base(UNIT + Balance::from(index));
			let offer = Offer {
				depositor: provider.clone(),
				provider,
				terms,
				mediators: public(),
				deposit: 0,
			};
			Offers::<Test>::insert(OfferId::from(index), offer);
			let own: BoundedVec<_, _> = vec![OfferId::from(index)].try_into().expect("one");
			OffersOf::<Test>::insert(account(STASH + index), own);
		}
		NextOfferId::<Test>::put(100);
		let expected: Vec<_> = (0..OfferId::from(MAX_CANDIDATES)).collect();
		assert_eq!(fits(&up_to(2 * UNIT)), expected);
	});
}

#[test]
fn quote_should_list_a_bounded_number_of_others() {
	new_test_ext().execute_with(|| {
		register(0);
		let provider = account(STASH);
		let offer = Offer {
			depositor: provider.clone(),
			provider,
			terms: terms(),
			mediators: public(),
			deposit: 0,
		};
		for id in 0..MAX_INELIGIBLE as OfferId + 10 {
			Offers::<Test>::insert(id, &offer);
		}
		let listed = quote(&up_to(0)).ineligible;
		assert!(listed.iter().map(|(id, _)| *id).eq(0..MAX_INELIGIBLE as OfferId));
		let every = [Ineligible::BasePriceAboveCeiling, Ineligible::GasPriceAboveCeiling];
		assert!(listed.iter().all(|(_, reasons)| reasons.starts_with(&every)));
	});
}

#[test]
fn quote_should_not_be_enough_when_candidates_are_short_or_the_request_is_impossible() {
	build_and_execute(|| {
		offer(0, terms());
		assert!(quote(&request()).enough);
		let two = Policy::Quorum { replicas: 2, required: 2 };
		assert!(!quote(&Request { policy: two, ..request() }).enough);
		let none = Policy::Quorum { replicas: 0, required: 0 };
		assert!(!quote(&Request { policy: none, ..request() }).enough);
		assert!(!quote(&Request { valid_until: 0, ..request() }).enough);
	});
}

#[test]
fn quote_should_not_be_enough_when_the_cost_exceeds_the_type() {
	build_and_execute(|| {
		for index in [0, 1] {
			offer(index, with_base(Balance::MAX / 2 + 1));
			alter(STASH + index, |it| it.free = Balance::MAX);
		}
		let quote = quote(&up_to(Balance::MAX));
		assert_eq!((quote.fits.len(), quote.enough), (2, false));
		assert_eq!((quote.escrow, quote.deposit), (Balance::MAX, Balance::MAX));
	});
}

#[test]
fn quote_should_call_a_price_too_high_and_uncovered_when_it_exceeds_the_type() {
	build_and_execute(|| {
		offer(0, terms());
		let mut request = request();
		request.task.limits.gas = u64::MAX;
		Offers::<Test>::mutate(0, |offer| {
			offer.as_mut().expect("just placed").terms.price.per_mgas = Balance::MAX;
		});
		request.max_price.per_mgas = Balance::MAX;
		let reasons = vec![
			Ineligible::GasPriceAboveCeiling,
			Ineligible::GasAboveOffer,
			Ineligible::RunTimeBelowOffer,
			Ineligible::BondTooSmall,
		];
		assert_eq!(quote(&request).ineligible, [(0, reasons)]);
	});
}

/// The stake follows from the cheapest, and a candidate that is much dearer would not mind losing it.
#[test]
fn quote_should_give_a_set_whose_prices_lie_close_enough_together() {
	build_and_execute(|| {
		Spread::set(25);
		for (index, base) in [(0, 100), (1, 125), (2, 126), (3, 130), (4, 400)] {
			offer(index, with_base(base * MILLI));
		}
		let two = Request { policy: Policy::Quorum { replicas: 2, required: 2 }, ..up_to(UNIT) };
		assert_eq!(fits(&two), [0, 1], "the cheapest that are enough");
		let far = |id| (id, vec![Ineligible::PriceTooFarFromCheapest]);
		assert_eq!(quote(&two).ineligible, [far(2), far(3), far(4)]);
		let three = Request { policy: Policy::Quorum { replicas: 3, required: 2 }, ..two.clone() };
		assert_eq!(fits(&three), [1, 2, 3], "a dearer beginning, for the sake of enough");
		assert_eq!(quote(&three).ineligible, [far(0), far(4)]);
		assert!(quote(&three).enough);
		let four = Request { policy: Policy::Quorum { replicas: 4, required: 3 }, ..two.clone() };
		assert_eq!(fits(&four), [1, 2, 3], "the largest where none is enough");
		assert!(!quote(&four).enough);
		Spread::set(u32::MAX);
		assert_eq!(fits(&four), [0, 1, 2, 3, 4]);
	});
}

#[test]
fn submit_should_be_refused_when_a_candidate_is_too_dear_for_the_common_stake() {
	build_and_execute(|| {
		Spread::set(25);
		for (index, base) in [(0, 100), (1, 125), (2, 126)] {
			offer(index, with_base(base * MILLI));
			alter(STASH + index, |it| it.free_slots = 2);
		}
		let submit = |offers: &[OfferId]| {
			Market::submit(signed(CLIENT), Box::new(up_to(UNIT)), named(offers.to_vec()))
		};
		assert_noop!(
			submit(&[0, 1, 2]),
			Error::<Test>::from(because(2, Ineligible::PriceTooFarFromCheapest))
		);
		assert_ok!(submit(&[1, 2]));
		assert_ok!(submit(&[0, 1]));
	});
}

/// PROV-04 in the market: the offer does not match for that client.
#[test]
fn prov_04_quote_should_tell_when_a_provider_takes_on_no_more_for_the_client() {
	build_and_execute(|| {
		offer(0, terms());
		let request = request();
		Room::set(Some(request.run_blocks));
		assert_eq!(fits(&request), [0]);
		Room::set(Some(request.run_blocks - 1));
		assert_eq!(quote(&request).ineligible, [(0, vec![Ineligible::ClientLimitReached])]);
		let submitted = Market::submit(signed(CLIENT), Box::new(request), named([0]));
		assert_noop!(submitted, Error::<Test>::from(because(0, Ineligible::ClientLimitReached)));
	});
}

#[test]
fn quote_should_not_leave_a_provider_out_for_an_offer_that_is_too_cheap_for_the_others() {
	build_and_execute(|| {
		Spread::set(25);
		for (index, base) in [(0, 10 * UNIT), (0, 100 * UNIT), (1, 100 * UNIT)] {
			offer(index, with_base(base));
		}
		let two = Policy::Quorum { replicas: 2, required: 2 };
		let request = Request { policy: two, ..up_to(100 * UNIT) };
		let quote = quote(&request);
		assert!(quote.enough);
		let fits: Vec<_> = quote.fits.iter().map(|fit| fit.offer).collect();
		assert_eq!(fits, [1, 2]);
		let apart = vec![Ineligible::DuplicateProvider, Ineligible::PriceTooFarFromCheapest];
		assert_eq!(quote.ineligible, [(0, apart)]);
	});
}

#[test]
fn quote_of_an_order_should_name_whom_and_as_many_as_it_wants() {
	build_and_execute(|| {
		Spread::set(25);
		for (index, base) in [(0, 10), (1, 11), (2, 100), (3, 101), (4, 102), (5, 103)] {
			offer(index, with_base(base * UNIT));
		}
		let two = Policy::Quorum { replicas: 2, required: 2 };
		let request = Request { policy: two, ..up_to(200 * UNIT) };
		let plain = RequestOrder::plain(account(CLIENT), request);
		let fits = |order: &RequestOrder| {
			let quote = Pallet::<Test>::quote_order(order, &[]);
			assert!(quote.enough);
			quote.fits.iter().map(|fit| fit.offer).collect::<Vec<_>>()
		};
		assert_eq!(fits(&plain), [0, 1]);
		let three = RequestOrder { min_candidates: 3, ..plain.clone() };
		assert_eq!(fits(&three), [2, 3, 4, 5], "the cheapest two are too few");
		let wanted = [3, 5].map(|index| account(STASH + index)).to_vec();
		let wanted = Accounts::Listed(wanted.try_into().expect("few"));
		let order = RequestOrder { providers: wanted, ..plain };
		assert_eq!(fits(&order), [3, 5]);
		let others = Pallet::<Test>::quote_order(&order, &[]).ineligible;
		let named =
			Pallet::<Test>::quote_order(&RequestOrder { min_candidates: 2, ..three }, &[9, 3, 2]);
		let named: Vec<_> = named.fits.iter().map(|fit| fit.offer).collect();
		assert_eq!(named, [2, 3], "not the cheapest of all");
		assert_eq!(others, [0, 1, 2, 4].map(|offer| (offer, vec![Ineligible::NotWanted])));
	});
}
