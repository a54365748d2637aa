use super::*;
use assay_primitives::{
	MILLI,
	content::MAX_CONTENT_SIZE,
	deal::Via,
	money,
	task::{MAX_ARG_BYTES, TaskSpec},
};
use frame_support::traits::fungible::Inspect;

fn refused(change: impl FnOnce(&mut Request), error: Error<Test>) {
	build_and_execute(|| {
		let mut request = request(3, 2);
		change(&mut request);
		assert_noop!(open_deal(&CLIENT, request, candidates(5)), error);
	});
}

fn refused_candidates(change: impl FnOnce(&mut Vec<Candidate>), error: Error<Test>) {
	build_and_execute(|| {
		let mut candidates = candidates(5);
		change(&mut candidates);
		assert_noop!(open_deal(&CLIENT, request(3, 2), candidates), error);
	});
}

#[test]
fn open_should_lock_escrow_deposit_and_every_stake_when_in_order() {
	build_and_execute(|| {
		let task = open(3, 2, 5);
		let deal = crate::Deals::<Test>::get(task.deal).expect("it was opened");
		// Five candidates, though 2n + 1 = 7 replicas would be allowed; one percent on top.
		assert_eq!(deal.terms.escrow, 5 * P + 5 * P / 100);
		assert_eq!(held(&CLIENT), (deal.terms.escrow, deal.terms.deposit));
		assert_eq!(deal.terms.stake, S);
		assert_eq!((deal.terms.commit_blocks, deal.terms.reveal_blocks), (T, R));
		assert_eq!(deal.terms.hard_end, 1 + 10 * T + 100);
		for at in 0..5 {
			assert_eq!(Providers::free(&stash(at)), BOND - S);
		}
		assert_eq!(Providers::free(&stash(5)), BOND);
		assert!(matches!(state(task), TaskState::Waiting { .. }));
		assert_eq!(Deals::next_deal(), task.deal + 1);
		System::assert_last_event(
			Event::DealOpened {
				deal: task.deal,
				via: Via::MARKET,
				client: CLIENT,
				payer: CLIENT,
				tasks: 1,
				candidates: (0..5).map(stash).collect(),
				stake: S,
				escrow: deal.terms.escrow,
				deposit: deal.terms.deposit,
			}
			.into(),
		);
	});
}

#[test]
fn open_should_lock_no_more_than_the_dearest_replicas_when_prices_differ() {
	build_and_execute(|| {
		let mut candidates = candidates(5);
		for (at, candidate) in candidates.iter_mut().enumerate() {
			candidate.price = Price { base: 0, per_mgas: (at as u128 + 1) * 1_000 };
		}
		// At most 2 · 1 + 1 replicas.
		let (escrow, _) = Deals::cost(&plain(request(1, 1), candidates.clone())).expect("it fits");
		assert_eq!(escrow, 12_000 + 120);
		let deal = open_deal(&CLIENT, request(1, 1), candidates).expect("in order");
		// The stake follows the cheapest candidate: 30 percent of 1000.
		assert_eq!(crate::Deals::<Test>::get(deal).expect("open").terms.stake, 300);
	});
}

#[test]
fn stake_should_be_rounded_down_and_never_below_the_least() {
	build_and_execute(|| {
		assert_eq!(Deals::tariff().stake(&request(1, 1).policy, 1_001), 300);
		assert_eq!(Deals::tariff().stake(&request(1, 1).policy, 0), 100);
		assert_eq!(Deals::tariff().stake(&request(1, 1).policy, 1_000 * MILLI), 300 * MILLI);
	});
}

/// A client names a victim with a large bond, an accomplice, and a second one at the highest price
/// that it likes: what the victim has at risk is a part of what the victim itself would earn.
#[test]
fn stake_should_not_grow_when_the_client_adds_a_dear_accomplice() {
	build_and_execute(|| {
		let mut candidates = candidates(3);
		candidates[2].price = Price { base: 0, per_mgas: 300 * P };
		let mut request = request(3, 2);
		request.max_price = candidates[2].price;
		assert!(open_deal(&CLIENT, request, candidates).is_ok());
		assert_eq!(Providers::free(&stash(0)), BOND - S);
	});
}

#[test]
fn open_should_fail_when_the_request_has_expired() {
	refused(|request| request.valid_until = 0, OrderFault::Expired.of(Kind::Request).into());
}

#[test]
fn open_should_succeed_when_it_is_the_last_block_of_the_request() {
	build_and_execute(|| {
		let request = Request { valid_until: System::block_number(), ..request(3, 2) };
		assert!(open_deal(&CLIENT, request, candidates(3)).is_ok());
	});
}

#[test]
fn open_should_fail_when_the_policy_asks_for_what_cannot_be() {
	let policy = |replicas, required| {
		move |request: &mut Request| request.policy = Policy::Quorum { replicas, required }
	};
	refused(policy(0, 0), impossible(PolicyFault::NoReplicas));
	refused(policy(3, 0), impossible(PolicyFault::NoReplicas));
	refused(policy(21, 20), impossible(PolicyFault::TooManyReplicas));
	refused(policy(3, 4), impossible(PolicyFault::RequiredAboveReplicas));
	refused(policy(4, 2), impossible(PolicyFault::RequiredBelowMajority));
}

#[test]
fn open_should_fail_when_limits_are_zero_or_above_the_chain() {
	refused(|request| request.run_blocks = 0, of(RequestFault::RunTimeOutOfRange));
	refused(|request| request.run_blocks = 1_001, of(RequestFault::RunTimeOutOfRange));
	refused(|request| request.task.limits.gas = 0, of(RequestFault::GasLimitOutOfRange));
	refused(
		|request| request.task.limits.gas = (1 << 40) + 1,
		of(RequestFault::GasLimitOutOfRange),
	);
	refused(
		|request| request.task.limits.memory_pages = 0,
		of(RequestFault::MemoryLimitOutOfRange),
	);
	refused(
		|request| request.task.limits.memory_pages = 4_097,
		of(RequestFault::MemoryLimitOutOfRange),
	);
	refused(
		|request| request.task.limits.output_bytes = (1 << 26) + 1,
		of(RequestFault::OutputLimitOutOfRange),
	);
}

#[test]
fn open_should_fail_when_content_has_an_impossible_size() {
	refused(|request| request.task.module.size = 7, Error::ModuleTooSmall);
	refused(|request| request.task.module.size = (16 << 20) + 1, Error::ModuleTooLarge);
	let input = |size| {
		move |request: &mut Request| {
			request.task.input = Input::Blob(ContentRef { size, ..ContentRef::of(b"") })
		}
	};
	refused(input(MAX_CONTENT_SIZE + 1), Error::InputTooLarge);
	build_and_execute(|| {
		let mut request = request(3, 2);
		input(MAX_CONTENT_SIZE)(&mut request);
		assert!(open_deal(&CLIENT, request, candidates(3)).is_ok());
	});
}

#[test]
fn open_should_fail_when_arguments_are_too_long_together() {
	let args = |count: usize| {
		let arg = vec![b'x'; MAX_ARG_BYTES as usize];
		TaskSpec::bounded_args(vec![arg; count]).expect("each is short enough")
	};
	refused(
		|request| {
			request.task.args = args(8);
			request.task.env = TaskSpec::bounded_args([b"A=".to_vec()]).expect("short");
		},
		Error::ArgumentsTooLong,
	);
	build_and_execute(|| {
		let mut request = request(3, 2);
		request.task.args = args(8);
		assert!(open_deal(&CLIENT, request, candidates(3)).is_ok());
	});
}

#[test]
fn open_should_fail_when_the_profile_is_unknown_or_retired() {
	refused(|request| request.task.profile = Default::default(), Error::ProfileNotActive);
	build_and_execute(|| {
		let profile = request(3, 2).task.profile;
		Profiles::<Test>::insert(profile, ProfileStatus::Retired);
		assert_noop!(
			open_deal(&CLIENT, request(3, 2), candidates(5)),
			Error::<Test>::ProfileNotActive
		);
	});
}

#[test]
fn open_should_fail_when_candidates_are_too_few_or_too_many() {
	refused_candidates(|candidates| candidates.truncate(2), Refusal::NotEnoughCandidates.into());
	refused_candidates(
		|candidates| *candidates = [mock::candidates(32), mock::candidates(1)].concat(),
		Error::TooManyCandidates,
	);
}

#[test]
fn open_should_fail_when_a_candidate_is_named_twice() {
	refused_candidates(
		|candidates| candidates[4].provider = stash(0),
		because(4, Ineligible::DuplicateProvider),
	);
}

#[test]
fn open_should_fail_when_a_candidate_has_no_weight() {
	refused_candidates(|candidates| candidates[2].weight = 0, Error::CandidateWithoutWeight);
}

#[test]
fn open_should_fail_when_a_price_is_above_the_ceiling() {
	refused_candidates(
		|candidates| candidates[1].price.base = 1,
		because(1, Ineligible::BasePriceAboveCeiling),
	);
	refused_candidates(
		|candidates| candidates[1].price.per_mgas = P + 1,
		because(1, Ineligible::GasPriceAboveCeiling),
	);
}

#[test]
fn open_should_fail_when_the_client_is_a_party_of_a_candidate() {
	build_and_execute(|| {
		for client in [stash(2), operator(2)] {
			assert_noop!(
				open_deal(&client, request(3, 2), candidates(5)),
				because(2, Ineligible::SelfDeal)
			);
		}
		// The same provider may buy from others.
		assert!(open_deal(&stash(9), request(3, 2), candidates(5)).is_ok());
	});
}

#[test]
fn open_should_fail_when_prices_exceed_the_type() {
	build_and_execute(|| {
		let ceiling = Price { base: u128::MAX, per_mgas: u128::MAX };
		let request = Request { max_price: ceiling, ..request(3, 2) };
		for price in [ceiling, Price { base: u128::MAX, per_mgas: 0 }] {
			let candidates: Vec<_> =
				candidates(3).into_iter().map(|one| Candidate { price, ..one }).collect();
			assert_eq!(Deals::cost(&plain(request.clone(), candidates.clone())), None);
			assert_noop!(
				open_deal(&CLIENT, request.clone(), candidates),
				Error::<Test>::from(Refusal::PriceTooLarge)
			);
		}
	});
}

/// MKT-11: one unit short, and nothing is left behind.
#[test]
fn open_should_fail_when_the_client_is_one_unit_short() {
	build_and_execute(|| {
		let (escrow, deposit) = Deals::cost(&plain(request(3, 2), candidates(3))).expect("it fits");
		// The existential deposit has to stay free.
		let needed = escrow + deposit + ED;
		let poor = account(230);
		let fund = |amount| {
			use frame_support::traits::fungible::Mutate;
			Balances::set_balance(&poor, amount);
		};
		fund(needed - 1);
		assert_noop!(
			open_deal(&poor, request(3, 2), candidates(3)),
			Error::<Test>::ClientCannotPay
		);
		fund(needed);
		assert!(open_deal(&poor, request(3, 2), candidates(3)).is_ok());
		assert_eq!(Balances::balance(&poor), ED);
	});
}

/// MKT-12: a candidate's stake can't be locked, so the client's lock is undone too.
#[test]
fn open_should_leave_nothing_when_a_candidate_cannot_lock_its_stake() {
	build_and_execute(|| {
		Providers::change(&stash(4), |it| it.free = S - 1);
		assert!(open_deal(&CLIENT, request(3, 2), candidates(5)).is_err());
		assert_eq!(held(&CLIENT), (0, 0));
		assert_eq!(Providers::free(&stash(0)), BOND);
		assert_eq!(Deals::next_deal(), 0);
		Providers::change(&stash(4), |it| it.free = BOND);
	});
}

/// DEAL-31: what one deal settles for never touches what another has locked.
#[test]
fn escrow_should_be_per_deal_when_one_client_has_several() {
	build_and_execute(|| {
		let first = open(1, 1, 3);
		let (one, _) = held(&CLIENT);
		let second = open(3, 2, 7);
		let (both, _) = held(&CLIENT);
		pass(4);
		poke(first);
		let replicas = drawn(first, 0);
		run_wave(first, &replicas, &[good()]);
		assert_eq!(held(&CLIENT).0, both - one);
		assert!(live(second).is_some());
		assert_eq!(second, TaskId { deal: 1, index: 0 });
	});
}

/// A case binds places for judging, whatever the work is worth to the parties.
#[test]
fn deal_should_set_the_least_wage_aside_when_candidates_ask_for_less() {
	build_and_execute(|| {
		ArbiterIsOpen::set(true);
		change(|economics| {
			economics.seats.wage =
				money::LeastWage { place: 1_000, per_block: 10, per_ggas: 1_000_000 };
		});
		let least = 1_000 + 10 * Balance::from(T) + 1_000;
		let mut free = candidates(3);
		free.iter_mut().for_each(|one| one.price = Price { base: 0, per_mgas: 0 });
		let request = request(3, 2);
		let stake = Deals::tariff().stake(&request.policy, least);
		let deal = open_deal(&CLIENT, request, free).expect("the deal is in order");
		let terms = crate::Deals::<Test>::get(deal).expect("it is open").terms;
		assert_eq!((terms.wage, terms.reserve, terms.stake), (least, 3 * least, stake));
		assert!(stake > 5 * least, "a lie costs more than to find it");
	});
}
