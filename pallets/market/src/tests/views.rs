use super::*;
use assay_primitives::api::{MAX_PAGE, OfferView};

#[test]
fn offers_should_come_in_pages_whatever_the_gaps() {
	build_and_execute(|| {
		for index in 0..5 {
			offer(index, terms());
		}
		assert_ok!(Market::withdraw_offer(signed(STASH + 2), 2, terms_hash(2)));
		for limit in [0, 1, 2, 4, 10] {
			let (mut found, mut after) = (Vec::new(), None);
			loop {
				let page = Pallet::<Test>::offers(after, limit);
				assert!(page.items.len() <= limit.max(1) as usize);
				found.extend(page.items);
				after = page.next;
				if after.is_none() {
					break;
				}
			}
			found.sort_unstable_by_key(|offer| offer.id);
			assert_eq!(found.iter().map(|offer| offer.id).collect::<Vec<_>>(), [0, 1, 3, 4]);
			let view = OfferView {
				id: 4,
				provider: account(STASH + 4),
				terms: terms(),
				mediators: public(),
			};
			assert_eq!(found[3], view);
		}
		// A page goes on where it ended although that offer is gone.
		assert_eq!(Pallet::<Test>::offers(Some(2), 9).next, None);
	});
}

#[test]
fn offers_of_provider_should_be_its_own_in_order() {
	build_and_execute(|| {
		for index in [0, 1, 0, 0] {
			offer(index, terms());
		}
		let of = |id| -> Vec<OfferId> {
			Pallet::<Test>::offers_of_provider(&account(id)).iter().map(|offer| offer.id).collect()
		};
		assert_eq!((of(STASH), of(STASH + 1), of(STRANGER)), (vec![0, 2, 3], vec![1], vec![]));
		assert_ok!(Market::withdraw_offer(signed(STASH), 2, terms_hash(2)));
		assert_eq!(of(STASH), [0, 3]);
	});
}

#[test]
fn page_of_offers_should_read_no_more_than_it_shows() {
	let mut ext = new_test_ext();
	ext.execute_with(|| {
		let provider = account(STASH);
		let offer = Offer {
			depositor: provider.clone(),
			provider,
			terms: terms(),
			mediators: public(),
			deposit: 0,
		};
		for id in 0..OfferId::from(MAX_PAGE) + 5 {
			Offers::<Test>::insert(id, &offer);
		}
		assert_eq!(Pallet::<Test>::offers(None, u32::MAX).items.len(), MAX_PAGE as usize);
	});
	ext.commit_all().expect("no transaction is open");
	let recorder = Default::default();
	ext.execute_with_recorder(Clone::clone(&recorder), || Pallet::<Test>::offers(Some(7), 3));
	let keys: usize = recorder.recorded_keys().values().map(|keys| keys.len()).sum();
	assert!(keys <= 4, "{keys}");
}
