use super::{sets::*, *};

fn why_not(orders: &Match) -> Vec<Refusal> {
	Pallet::<Test>::why_not(&account(SOLVER), orders)
}

#[test]
fn why_not_should_find_nothing_when_orders_fit() {
	build_and_execute(|| assert_eq!(why_not(&full().sign()), []));
}

#[test]
fn why_not_should_list_every_refusal_in_the_order_of_checking() {
	build_and_execute(|| {
		let mut set = full();
		set.request.request.valid_until = 0;
		set.request.tip = UNIT;
		set.request.sponsor = Some(account(SPONSOR));
		set.request.max_app_price = 0;
		set.request.min_candidates = 3;
		set.request.mediators = judged_by([MEDIATOR]);
		set.dataset.as_mut().expect("a full set").clients = only([]);
		set.resources[0].clients = only([]);
		set.resources[0].terms.price.base += 1;
		set.resources[0].mediators = judged_by([MEDIATOR + 1]);
		set.resources[0].volume = 0;
		let mut orders = set.sign();
		orders.sponsor = None;
		orders.request.authorization = Authorization::OnChain;
		let expected = [
			OrderFault::Expired.of(Kind::Request),
			Refusal::TipTooHigh,
			OrderFault::NotAuthorized.of(Kind::Request),
			Refusal::SponsorMissing,
			AssetFault::PriceAboveCeiling.of(Part::App),
			AssetFault::RefusesClient.of(Part::Dataset),
			Refusal::NotEnoughCandidates,
			because(0, Ineligible::BasePriceAboveCeiling),
			because(0, Ineligible::ClientNotServed),
			because(0, Ineligible::OrderUsedUp),
			because(0, Ineligible::MediatorsNotShared),
			Refusal::NoCommonMediator,
			Refusal::VolumeTooSmall,
		];
		assert_eq!(why_not(&orders), expected);
		refused(&orders, OrderFault::Expired.of(Kind::Request));
	});
}

#[test]
fn mkt_25_every_resource_should_have_its_reasons_when_nobody_serves() {
	build_and_execute(|| {
		let mut set = plain();
		set.resources = (0..6).map(resource_order).collect();
		set.resources[0].terms.profile = Hash::repeat_byte(9);
		set.resources[1].terms.price.base += 1;
		set.resources[2].terms.max_memory_pages = 1;
		alter(STASH + 3, |it| it.capacity.tags = 0);
		set.resources[4].clients = only([]);
		set.resources[5].terms.valid_until = 0;
		let mut orders = set.sign();
		let id = offer(0, terms());
		orders.resources.try_push(Resource::Offer(id)).expect("few");
		orders.resources.try_push(Resource::Offer(id + 1)).expect("few");
		alter(STASH, |it| it.free_slots = 0);
		let mut expected = vec![
			because(0, Ineligible::Profile),
			because(0, Ineligible::NoFreeSlot),
			because(1, Ineligible::BasePriceAboveCeiling),
			because(2, Ineligible::MemoryAboveOffer),
			because(3, Ineligible::TagsMissing),
			because(4, Ineligible::ClientNotServed),
			because(5, Ineligible::OfferExpired),
			because(6, Ineligible::NoFreeSlot),
			because(6, Ineligible::DuplicateProvider),
			because(7, Ineligible::OfferNotFound),
		];
		let key = |refusal: &Refusal| match refusal {
			Refusal::Resource { at, why } => (*why, *at),
			other => panic!("{other:?}"),
		};
		expected.sort_by_key(key);
		assert_eq!(why_not(&orders), expected);
	});
}

#[test]
fn why_not_should_name_what_is_missing_when_nothing_is_known() {
	build_and_execute(|| {
		let mut set = plain();
		set.request.app = Some(3);
		set.request.dataset = Some(4);
		set.resources.clear();
		let expected = [
			AssetFault::NotFound.of(Part::App),
			AssetFault::NotFound.of(Part::Dataset),
			Refusal::NotEnoughCandidates,
		];
		assert_eq!(why_not(&set.sign()), expected);
	});
}

#[test]
fn why_not_should_tell_which_resource_is_too_dear_for_the_common_stake() {
	build_and_execute(|| {
		let mut set = plain();
		set.resources = (0..3).map(resource_order).collect();
		// 75 and 95 thousandths for ten million units of gas.
		set.request.request.max_price.per_mgas = 9 * MILLI;
		set.resources[2].terms.price.per_mgas = 9 * MILLI;
		assert_eq!(why_not(&set.sign()), []);
		Spread::set(25);
		assert_eq!(why_not(&set.sign()), [because(2, Ineligible::PriceTooFarFromCheapest)]);
		refused(&set.sign(), because(2, Ineligible::PriceTooFarFromCheapest));
		Room::set(Some(0));
		let reasons = why_not(&set.sign());
		let limited = |at| because(at, Ineligible::ClientLimitReached);
		assert!((0..3).all(|at| reasons.contains(&limited(at))), "{reasons:?}");
	});
}
