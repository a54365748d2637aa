use super::*;
use assay_primitives::{
	deal::Via,
	eligibility::MatchCandidate,
	order::{Authorization, Match, RequestOrder, Resource, Signed},
	task::Limits,
	traits::{NewDeal, Stakes},
};

fn submit(request: Request, ids: impl IntoIterator<Item = OfferId>) -> Result<(), DispatchError> {
	Market::submit(signed(CLIENT), Box::new(request), named(ids))
}

fn quorum(replicas: u8, required: u8) -> Policy {
	Policy::Quorum { replicas, required }
}

#[test]
fn submit_should_open_a_deal_with_the_providers_of_all_named_offers() {
	build_and_execute(|| {
		let ids = [offer(0, terms()), offer(1, terms()), offer(2, terms())];
		let request = Request { policy: quorum(2, 2), ..request() };
		assert_ok!(submit(request.clone(), [ids[2], ids[0], ids[1]]));
		let candidate = |index| Candidate {
			provider: account(STASH + index),
			price: terms().price,
			weight: WEIGHT_CAP,
		};
		let candidates = vec![candidate(2), candidate(0), candidate(1)];
		let opened = NewDeal::plain(Via::MARKET, account(CLIENT), request, candidates);
		assert_eq!(Ledger::opened(), [opened]);
		let client = account(CLIENT);
		let offers = vec![ids[2], ids[0], ids[1]].try_into().expect("three");
		assert_eq!(last_event(), Event::RequestMatched { deal: 0, client, offers });
	});
}

/// On another fork the number is the offer of somebody whom the client did not choose.
#[test]
fn submit_should_be_refused_when_an_offer_is_another_providers_than_named() {
	build_and_execute(|| {
		let (id, other) = (offer(0, terms()), offer(1, terms()));
		let swapped = vec![(id, account(STASH + 1)), (other, account(STASH))];
		let offers = swapped.try_into().expect("two");
		let submit = Market::submit(signed(CLIENT), Box::new(request()), offers);
		assert_noop!(submit, Error::<Test>::OfferMismatch);
		assert_ok!(Market::submit(signed(CLIENT), Box::new(request()), named([id, other])));
	});
}

#[test]
fn mkt_04_submit_should_use_the_sellers_price_when_the_ceiling_is_higher() {
	build_and_execute(|| {
		let id = offer(0, terms());
		let max_price = Price { base: UNIT, per_mgas: UNIT };
		assert_ok!(submit(Request { max_price, ..request() }, [id]));
		assert_eq!(Ledger::opened()[0].candidates[0].price, terms().price);
		// 5 + 7 · 10 thousandths, and the ledger's deposit.
		assert_eq!(usable(CLIENT), ENDOWMENT - 75 * MILLI - UNIT);
	});
}

#[test]
fn submit_should_weigh_candidates_by_free_bond_between_one_and_the_cap() {
	build_and_execute(|| {
		let ids = [0, 1, 2].map(|index| offer(index, terms()));
		let bonds = [23 * MILLI, 7 * UNIT + MILLI - 1, Balance::MAX];
		for (index, bond) in (0..).zip(bonds) {
			alter(STASH + index, |provider| provider.free = bond);
		}
		assert_ok!(submit(request(), ids));
		let candidates = &Ledger::opened()[0].candidates;
		let weights: Vec<_> = candidates.iter().map(|candidate| candidate.weight).collect();
		assert_eq!(weights, [23, 7_000, WEIGHT_CAP]);
	});
}

#[test]
fn submit_should_weigh_one_when_the_free_bond_is_below_a_thousandth() {
	build_and_execute(|| {
		let id = offer(0, terms());
		alter(STASH, |it| it.free = 0);
		let offer = Offers::<Test>::get(id).expect("just placed");
		let member = MatchCandidate::new::<Neighbours>(0, &offer.provider, &offer.terms);
		assert_eq!(member.candidate.weight, 1);
	});
}

fn reason(request: Request, change: impl FnOnce(), refusal: Refusal) {
	build_and_execute(|| {
		let id = offer(0, terms());
		assert_ok!(Pallet::<Test>::candidates(&account(CLIENT), &self::request(), &named([id])));
		change();
		assert_noop!(submit(request, [id]), Error::<Test>::from(refusal));
		assert!(Ledger::opened().is_empty());
	});
}

fn provider(change: impl FnOnce(&mut Provider)) -> impl FnOnce() {
	move || alter(STASH, change)
}

fn nothing() {}

#[test]
fn mkt_10_submit_should_be_refused_when_the_offer_is_closed_or_expired() {
	let close =
		|| Market::withdraw_offer(signed(STASH), 0, terms_hash(0)).expect("it is one's own");
	reason(request(), close, because(0, Ineligible::OfferNotFound));
	let expire = || System::set_block_number(21);
	reason(Request { valid_until: 30, ..request() }, expire, because(0, Ineligible::OfferExpired));
}

#[test]
fn submit_should_succeed_when_request_and_offer_are_in_their_last_block() {
	build_and_execute(|| {
		let id = offer(0, terms());
		System::set_block_number(20);
		assert_ok!(submit(Request { valid_until: 20, ..request() }, [id]));
	});
}

#[test]
fn mkt_01_submit_should_be_refused_when_the_profile_is_another() {
	let mut request = request();
	request.task.profile = Hash::repeat_byte(9);
	reason(request, nothing, because(0, Ineligible::Profile));
}

#[test]
fn mkt_02_submit_should_be_refused_when_the_provider_does_not_serve_the_profile_any_more() {
	reason(request(), provider(|it| it.profiles.clear()), because(0, Ineligible::ProfileNotServed));
}

#[test]
fn mkt_03_submit_should_be_refused_when_a_ceiling_is_one_unit_lower_with_a_reason_for_each() {
	let price = terms().price;
	let base = Price { base: price.base - 1, ..price };
	reason(
		Request { max_price: base, ..request() },
		nothing,
		because(0, Ineligible::BasePriceAboveCeiling),
	);
	let gas = Price { per_mgas: price.per_mgas - 1, ..price };
	reason(
		Request { max_price: gas, ..request() },
		nothing,
		because(0, Ineligible::GasPriceAboveCeiling),
	);
}

#[test]
fn submit_should_be_refused_when_limits_are_one_unit_above_the_offer() {
	let mut gas = request();
	gas.task.limits.gas += 1;
	reason(gas, nothing, because(0, Ineligible::GasAboveOffer));
	let mut memory = request();
	memory.task.limits.memory_pages += 1;
	reason(memory, nothing, because(0, Ineligible::MemoryAboveOffer));
}

#[test]
fn submit_should_be_refused_when_the_provider_has_lowered_its_capacity_since() {
	let gas = provider(|it| it.capacity.max_gas = 9_999_999);
	reason(request(), gas, because(0, Ineligible::GasAboveOffer));
	let memory = provider(|it| it.capacity.max_memory_pages = 63);
	reason(request(), memory, because(0, Ineligible::MemoryAboveOffer));
}

#[test]
fn submit_should_be_refused_when_the_run_time_is_one_block_short() {
	reason(
		Request { run_blocks: 4, ..request() },
		nothing,
		because(0, Ineligible::RunTimeBelowOffer),
	);
}

/// Ten million units in five blocks of three seconds take 666 667 a second.
#[test]
fn submit_should_be_refused_when_the_gas_cannot_be_run_in_time() {
	let slow = provider(|it| it.capacity.gas_per_second = 666_666);
	reason(request(), slow, because(0, Ineligible::RunTimeBelowOffer));
	build_and_execute(|| {
		let id = offer(0, terms());
		alter(STASH, |it| it.capacity.gas_per_second = 666_667);
		assert_ok!(submit(request(), [id]));
	});
}

#[test]
fn submit_should_succeed_when_the_declared_speed_is_the_highest_there_is() {
	build_and_execute(|| {
		let id = offer(0, terms());
		alter(STASH, |it| it.capacity.gas_per_second = u64::MAX);
		assert_ok!(submit(request(), [id]));
	});
}

#[test]
fn submit_should_be_refused_when_one_tag_is_missing() {
	reason(Request { tags: 0b101, ..request() }, nothing, because(0, Ineligible::TagsMissing));
	reason(request(), provider(|it| it.capacity.tags = 0b10), because(0, Ineligible::TagsMissing));
}

#[test]
fn mkt_26_submit_should_be_refused_when_client_and_provider_are_the_same_party() {
	build_and_execute(|| {
		let ids = [offer(0, terms()), offer(1, terms())];
		for (client, at) in [(STASH, 0), (OPERATOR, 0), (STASH + 1, 1), (OPERATOR + 1, 1)] {
			assert_noop!(
				Market::submit(signed(client), Box::new(request()), named(ids)),
				Error::<Test>::from(because(at, Ineligible::SelfDeal))
			);
		}
	});
}

#[test]
fn submit_should_be_refused_when_the_provider_is_gone() {
	reason(request(), || remove(STASH), because(0, Ineligible::ProviderNotFound));
}

#[test]
fn submit_should_be_refused_when_no_operator_has_accepted() {
	reason(request(), provider(|it| it.operator = None), because(0, Ineligible::OperatorMissing));
}

#[test]
fn submit_should_be_refused_when_all_slots_are_in_use() {
	reason(request(), provider(|it| it.free_slots = 0), because(0, Ineligible::NoFreeSlot));
}

#[test]
fn mkt_12_submit_should_be_refused_when_the_free_bond_is_one_unit_short() {
	// 30 % of 75 thousandths.
	let stake = 22 * MILLI + MILLI / 2;
	reason(request(), provider(|it| it.free = stake - 1), because(0, Ineligible::BondTooSmall));
	build_and_execute(|| {
		let id = offer(0, terms());
		alter(STASH, |it| it.free = stake);
		assert_ok!(submit(request(), [id]));
	});
}

/// A client must not be able to raise what somebody else has at risk by naming a dear accomplice.
#[test]
fn submit_should_not_raise_the_stake_when_a_dearer_candidate_is_named() {
	build_and_execute(|| {
		let cheap = offer(0, terms());
		let price = Price { base: UNIT, per_mgas: 0 };
		let dear = offer(1, Terms { price, ..terms() });
		// 30 % of 75 thousandths.
		let stake = 22 * MILLI + MILLI / 2;
		alter(STASH, |it| it.free = stake);
		let max_price = Price { base: UNIT, ..terms().price };
		assert_ok!(submit(Request { max_price, ..request() }, [cheap, dear]));
		assert_eq!(Providers::free(&account(STASH)), 0);
		assert_eq!(Providers::free(&account(STASH + 1)), 100 * UNIT - stake);
	});
}

#[test]
fn submit_should_be_refused_when_a_provider_is_named_twice() {
	build_and_execute(|| {
		let first = offer(0, terms());
		let second = offer(0, terms());
		for ids in [[first, second], [first, first]] {
			assert_noop!(
				submit(request(), ids),
				Error::<Test>::from(because(1, Ineligible::DuplicateProvider))
			);
		}
	});
}

#[test]
fn submit_should_name_the_first_reason_in_order_when_there_are_several() {
	build_and_execute(|| {
		let ids = [0, 1, 2].map(|index| offer(index, terms()));
		alter(STASH, |it| it.operator = None);
		assert_noop!(
			submit(request(), ids),
			Error::<Test>::from(because(0, Ineligible::OperatorMissing))
		);
		alter(STASH + 1, |it| it.free = 0);
		assert_noop!(
			submit(request(), ids),
			Error::<Test>::from(because(1, Ineligible::BondTooSmall))
		);
		alter(STASH + 2, |it| it.free_slots = 0);
		assert_noop!(
			submit(request(), ids),
			Error::<Test>::from(because(2, Ineligible::NoFreeSlot))
		);
		let mut request = request();
		request.max_price.per_mgas = 0;
		assert_noop!(
			submit(request.clone(), ids),
			Error::<Test>::from(because(0, Ineligible::GasPriceAboveCeiling))
		);
		assert_noop!(
			submit(request, [0, 1, 2, 3]),
			Error::<Test>::from(because(3, Ineligible::OfferNotFound))
		);
	});
}

#[test]
fn submit_should_be_refused_when_a_price_exceeds_the_type() {
	build_and_execute(|| {
		let id = offer(0, terms());
		// Can't be placed, so it is put there.
		Offers::<Test>::mutate(id, |offer| {
			let price = Price { base: Balance::MAX, per_mgas: 1 };
			offer.as_mut().expect("just placed").terms.price = price;
		});
		let max_price = Price { base: Balance::MAX, per_mgas: Balance::MAX };
		let request = Request { max_price, ..request() };
		let refusal = because(0, Ineligible::GasPriceAboveCeiling);
		assert_noop!(submit(request, [id]), Error::<Test>::from(refusal));
	});
}

#[test]
fn submit_should_be_refused_when_there_are_fewer_offers_than_replicas() {
	build_and_execute(|| {
		let id = offer(0, terms());
		let request = Request { policy: quorum(2, 2), ..request() };
		assert_noop!(
			submit(request.clone(), [id]),
			Error::<Test>::from(Refusal::NotEnoughCandidates)
		);
		assert_noop!(submit(request, []), Error::<Test>::from(Refusal::NotEnoughCandidates));
	});
}

/// Whether it is named with an order or not, and whether it is asked about or submitted.
#[test]
fn first_reason_should_be_the_price_of_gas_when_the_limit_makes_it_exceed_the_type() {
	build_and_execute(|| {
		let price = Price { base: 0, per_mgas: Balance::MAX / 4 };
		let id = offer(0, Terms { price, max_gas: 1_000_000, ..terms() });
		let max_price = Price { base: 0, per_mgas: Balance::MAX / 4 };
		let mut request = Request { max_price, ..request() };
		request.task.limits.gas = 8_000_000;
		let reasons = [Ineligible::GasPriceAboveCeiling, Ineligible::GasAboveOffer];
		let refusal = Error::<Test>::from(because(0, reasons[0]));
		assert_noop!(submit(request.clone(), [id]), refusal);
		let quote = Pallet::<Test>::quote(&account(CLIENT), &request);
		assert_eq!(quote.ineligible[0].1[..2], reasons);
		let resources = vec![Resource::Offer(id)].try_into().expect("one");
		let order =
			RequestOrder { min_candidates: 1, ..RequestOrder::plain(account(CLIENT), request) };
		let request = Signed { order, authorization: Authorization::OnChain };
		let orders = Match { request, sponsor: None, resources, app: None, dataset: None };
		let all = Pallet::<Test>::why_not(&account(CLIENT), &orders);
		let first = all.iter().find(|refusal| matches!(refusal, Refusal::Resource { .. }));
		assert_eq!(first, Some(&because(0, reasons[0])));
	});
}

fn impossible(change: impl FnOnce(&mut Request), fault: RequestFault) {
	let mut request = request();
	change(&mut request);
	reason(request, nothing, fault.into());
}

#[test]
fn submit_should_be_refused_when_the_request_has_expired() {
	let late = || System::set_block_number(11);
	reason(request(), late, OrderFault::Expired.of(Kind::Request));
}

#[test]
fn submit_should_be_refused_when_the_policy_is_impossible() {
	impossible(|it| it.policy = quorum(0, 0), RequestFault::Policy(PolicyFault::NoReplicas));
	impossible(|it| it.policy = quorum(1, 0), RequestFault::Policy(PolicyFault::NoReplicas));
	impossible(|it| it.policy = quorum(21, 21), RequestFault::Policy(PolicyFault::TooManyReplicas));
	impossible(
		|it| it.policy = quorum(2, 3),
		RequestFault::Policy(PolicyFault::RequiredAboveReplicas),
	);
	impossible(
		|it| it.policy = quorum(4, 2),
		RequestFault::Policy(PolicyFault::RequiredBelowMajority),
	);
}

#[test]
fn submit_should_be_refused_when_limits_are_out_of_range() {
	impossible(|it| it.run_blocks = 0, RequestFault::RunTimeOutOfRange);
	impossible(|it| it.run_blocks = MAX_RUN_BLOCKS + 1, RequestFault::RunTimeOutOfRange);
	let limits = |change: fn(&mut Limits)| move |it: &mut Request| change(&mut it.task.limits);
	impossible(limits(|it| it.gas = 0), RequestFault::GasLimitOutOfRange);
	impossible(limits(|it| it.gas = MAX_GAS + 1), RequestFault::GasLimitOutOfRange);
	impossible(limits(|it| it.memory_pages = 0), RequestFault::MemoryLimitOutOfRange);
	impossible(limits(|it| it.memory_pages = MAX_PAGES + 1), RequestFault::MemoryLimitOutOfRange);
	impossible(limits(|it| it.output_bytes = MAX_OUTPUT + 1), RequestFault::OutputLimitOutOfRange);
}

#[test]
fn mkt_11_submit_should_leave_nothing_behind_when_the_payer_is_short() {
	use polkadot_sdk::frame_support::traits::fungible::Mutate;
	build_and_execute(|| {
		let id = offer(0, terms());
		Balances::set_balance(&account(CLIENT), 75 * MILLI + UNIT + EXISTENTIAL_DEPOSIT - 1);
		assert!(submit(request(), [id]).is_err());
		let before = events();
		assert_noop!(submit(request(), [id]), TokenError::NotExpendable);
		assert_eq!(events(), before);
	});
}

#[test]
fn mkt_12_submit_should_undo_the_payers_lock_when_the_ledger_refuses_later() {
	build_and_execute(|| {
		let id = offer(0, terms());
		Ledger::refuse(DispatchError::Other("a stake is short"));
		let submission = crate::Call::submit { request: Box::new(request()), offers: named([id]) };
		let refused = call(CLIENT, submission);
		assert_noop!(refused, DispatchError::Other("a stake is short"));
		assert_eq!(usable(CLIENT), ENDOWMENT);
	});
}

#[test]
fn mkt_24_submit_should_book_a_slot_only_once_when_two_match_in_one_block() {
	build_and_execute(|| {
		let id = offer(0, terms());
		assert_ok!(submit(request(), [id]));
		assert_noop!(
			Market::submit(signed(STRANGER), Box::new(request()), named([id])),
			Error::<Test>::from(because(0, Ineligible::NoFreeSlot))
		);
		assert_eq!(Ledger::opened().len(), 1);
	});
}

#[test]
fn submit_should_be_refused_when_nobody_can_judge_the_task() {
	build_and_execute(|| {
		let id = offer(0, terms());
		Taken::set(request().task.limits.gas - 1);
		let refused = submit(request(), [id]);
		assert_noop!(refused, Error::<Test>::from(Refusal::NobodyJudges));
		Taken::set(request().task.limits.gas);
		assert_ok!(submit(request(), [id]));
	});
}
