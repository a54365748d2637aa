use super::*;
use crate::MAX_VIEWS;
use assay_primitives::api::OfferView;

#[test]
fn offers_should_be_listed_from_a_number_on_whatever_the_gaps() {
	build_and_execute(|| {
		for index in 0..5 {
			offer(index, terms());
		}
		assert_ok!(Market::withdraw_offer(signed(STASH + 2), 2, terms_hash(2)));
		let ids = |from, limit| -> Vec<_> {
			Pallet::<Test>::offers(from, limit).into_iter().map(|offer| offer.id).collect()
		};
		assert_eq!(ids(0, 10), [0, 1, 3, 4]);
		assert_eq!(ids(1, 2), [1, 3]);
		assert_eq!(ids(2, 1), [3]);
		assert!(ids(5, 10).is_empty());
		assert!(ids(0, 0).is_empty());
		let view = OfferView { id: 4, provider: account(STASH + 4), terms: terms() };
		assert_eq!(Pallet::<Test>::offers(4, 1), [view]);
	});
}

#[test]
fn offers_should_be_bounded_when_the_limit_is_not() {
	new_test_ext().execute_with(|| {
		let provider = account(STASH);
		let offer = Offer { depositor: provider.clone(), provider, terms: terms(), deposit: 0 };
		for id in 0..OfferId::from(MAX_VIEWS) + 5 {
			Offers::<Test>::insert(id, &offer);
		}
		assert_eq!(Pallet::<Test>::offers(0, u32::MAX).len(), MAX_VIEWS as usize);
	});
}
