//! Random books, providers and requests. After each step:
//!
//! * INV1: the state satisfies `do_try_state`.
//! * INV2: money is conserved.
//! * INV3: a call that failed changed nothing.
//! * INV4: what `quote` says of an offer is what `submit` does with it.
//!
//! At the end every offer is removed, after which nothing is on hold (INV5) or stored (INV6).

use super::*;
use assay_primitives::traits::{DealBook, Stakes};
use proptest::prelude::*;

const PROVIDERS: u8 = 5;

#[derive(Clone, Debug)]
enum Op {
	Register(u8, Balance, u16, u32),
	Leave(u8),
	LoseOperator(u8),
	Place(u8, Terms),
	Update(u8, OfferId, Terms),
	Withdraw(u8, OfferId),
	Prune(OfferId),
	Submit(Request, Vec<OfferId>),
	/// Submits what a quote lists.
	Buy(Request),
	Quote(Request),
	Wait(u32),
}

fn any_terms() -> impl Strategy<Value = Terms> {
	let profile = prop_oneof![9 => Just(terms().profile), 1 => Just(Hash::repeat_byte(9))];
	let base = prop_oneof![12 => 0..20 * UNIT, 1 => Just(Balance::MAX)];
	(profile, base, 0..UNIT, 4..12u64, 60..120u32, 0..8u32, 0..100u32).prop_map(
		|(profile, base, per_mgas, mgas, pages, run, valid_until)| Terms {
			profile,
			price: Price { base, per_mgas },
			max_gas: mgas * 1_000_000,
			max_memory_pages: pages,
			min_run_blocks: run,
			valid_until,
		},
	)
}

fn any_request() -> impl Strategy<Value = Request> {
	let replicas = prop_oneof![1 => Just(0u8), 12 => 1..5u8];
	(replicas, 5 * UNIT..40 * UNIT, 0..6 * UNIT, 1..8u64, 0..50u32, 0..4u32).prop_map(
		|(replicas, base, per_mgas, mgas, run_blocks, tags)| {
			let mut request = Request {
				policy: Policy::Quorum { replicas, required: replicas / 2 + 1 },
				max_price: Price { base, per_mgas },
				run_blocks,
				tags: tags & (tags >> 1),
				valid_until: 60,
				..request()
			};
			request.task.limits.gas = mgas * 1_000_000;
			request
		},
	)
}

fn op() -> impl Strategy<Value = Op> {
	let index = || 0..PROVIDERS;
	let signer = || prop_oneof![STASH..STASH + PROVIDERS, OPERATOR..OPERATOR + PROVIDERS];
	let id = || 0..12u64;
	prop_oneof![
		4 => (index(), 0..12 * UNIT, 0..6u16, prop_oneof![3 => Just(3u32), 1 => 0..4u32])
			.prop_map(|(a, b, c, d)| Op::Register(a, b, c, d)),
		1 => index().prop_map(Op::Leave),
		1 => index().prop_map(Op::LoseOperator),
		6 => (signer(), any_terms()).prop_map(|(a, b)| Op::Place(a, b)),
		1 => (signer(), id(), any_terms()).prop_map(|(a, b, c)| Op::Update(a, b, c)),
		1 => (signer(), id()).prop_map(|(a, b)| Op::Withdraw(a, b)),
		1 => id().prop_map(Op::Prune),
		4 => any_request().prop_map(Op::Buy),
		2 => (any_request(), prop::collection::vec(id(), 0..5))
			.prop_map(|(a, b)| Op::Submit(a, b)),
		4 => any_request().prop_map(Op::Quote),
		1 => (1..8u32).prop_map(Op::Wait),
	]
}

fn submit(request: &Request, ids: impl IntoIterator<Item = OfferId>) -> Result<(), DispatchError> {
	call(CLIENT, crate::Call::submit { request: Box::new(request.clone()), offers: named(ids) })
}

fn apply(op: Op) {
	use crate::Call;
	let _ = match op {
		Op::Register(index, free, free_slots, tags) => {
			let (stash, _) = register(index);
			alter(stash, |it| {
				(it.free, it.free_slots, it.capacity.tags) = (free, free_slots, tags);
			});
			Ok(())
		},
		Op::Leave(index) => {
			remove(STASH + index);
			Ok(())
		},
		Op::LoseOperator(index) => {
			register(index);
			alter(STASH + index, |it| it.operator = None);
			Ok(())
		},
		Op::Place(signer, terms) => call(signer, Call::place_offer { terms, mediators: public() }),
		Op::Update(signer, offer, terms) => call(
			signer,
			Call::update_offer { offer, terms_hash: terms_hash(offer), terms, mediators: public() },
		),
		Op::Withdraw(signer, offer) => {
			call(signer, Call::withdraw_offer { offer, terms_hash: terms_hash(offer) })
		},
		Op::Prune(offer) => call(STRANGER, Call::prune_offer { offer }),
		Op::Submit(request, ids) => submit(&request, ids),
		Op::Buy(request) => {
			let quote = Pallet::<Test>::quote(&account(CLIENT), &request);
			submit(&request, quote.fits.into_iter().map(|fit| fit.offer))
		},
		Op::Quote(request) => {
			check_quote(&request);
			Ok(())
		},
		Op::Wait(blocks) => {
			System::set_block_number(System::block_number() + blocks);
			Ok(())
		},
	};
}

/// INV4. Every trial match is undone by failing in the ledger, after all of the market's checks.
fn check_quote(request: &Request) {
	let passed = DispatchError::Other("passed");
	Ledger::refuse(passed);
	let quote = Pallet::<Test>::quote(&account(CLIENT), request);
	if quote.enough && quote.escrow + quote.deposit + EXISTENTIAL_DEPOSIT <= usable(CLIENT) {
		let ids = quote.fits.iter().map(|fit| fit.offer);
		assert_eq!(submit(request, ids), Err(passed), "INV4: fits can be submitted");
	}
	let single = Request { policy: Policy::Quorum { replicas: 1, required: 1 }, ..request.clone() };
	if Pallet::<Test>::validate_request(&single).is_ok() {
		for (id, reasons) in quote.ineligible {
			check_reasons(&single, id, &reasons);
		}
	}
	Ledger::accept();
}

fn check_reasons(request: &Request, id: OfferId, reasons: &[Ineligible]) {
	let first = *reasons.first().expect("INV4: there is a reason");
	let alone = Pallet::<Test>::candidates(&account(CLIENT), request, &named([id]));
	match alone {
		// Only among others it does not serve.
		Ok(candidates) => {
			let maximum = candidates[0].price.maximum(request.task.limits.gas);
			let stake = Ledger::spread(request, maximum.expect("it fits")).stake;
			let covered = Providers::free(&candidates[0].provider) >= stake;
			let among_others = match first {
				Ineligible::BondTooSmall => covered,
				Ineligible::DuplicateProvider | Ineligible::PriceTooFarFromCheapest => true,
				_ => false,
			};
			assert!(among_others, "INV4: {first:?} does not show");
		},
		Err(error) => {
			let expected = DispatchError::from(Error::<Test>::from(because(0, first)));
			assert_eq!(DispatchError::from(error), expected, "INV4: the first reason shows");
		},
	}
}

fn bonds() -> impl Strategy<Value = [Balance; PROVIDERS as usize]> {
	prop::array::uniform5(0..12 * UNIT)
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
	prop::collection::vec(op(), 1..60)
}

fn run(bonds: [Balance; PROVIDERS as usize], ops: Vec<Op>) {
	let initial = issuance();
	for (index, free) in (0..).zip(bonds) {
		apply(Op::Register(index, free, 3, 0b11));
	}
	for op in ops {
		apply(op);
		check(initial);
	}
}

fn clear_the_book() {
	let initial = issuance();
	Providers::clear();
	let ids: Vec<_> = Offers::<Test>::iter_keys().collect();
	for id in ids {
		assert_ok!(call(STRANGER, crate::Call::prune_offer { offer: id }));
	}
	assert!((0..=POT).all(|id| held(id) == 0), "INV5");
	assert_eq!(OffersOf::<Test>::iter().count(), 0, "INV6");
	check(initial);
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 200, ..Default::default() })]

	#[test]
	fn book_should_stay_sound_and_quotes_true_when_anything_happens(
		bonds in bonds(),
		ops in ops(),
	) {
		new_test_ext().execute_with(|| {
			run(bonds, ops);
			clear_the_book();
		});
	}
}

/// The test above is worth what its random sequences reach.
#[test]
fn random_sequences_should_reach_matches_and_nearly_every_reason() {
	use proptest::{strategy::ValueTree, test_runner::TestRunner};
	let mut runner = TestRunner::deterministic();
	let mut reached = std::collections::BTreeSet::new();
	let (mut deals, mut quoted, mut several) = (0, 0, 0);
	for _ in 0..100 {
		let tree = (bonds(), ops(), any_request()).new_tree(&mut runner);
		let (bonds, ops, request) = tree.expect("the strategies reject nothing").current();
		new_test_ext().execute_with(|| {
			run(bonds, ops);
			deals += Ledger::opened().len();
			let quote = Pallet::<Test>::quote(&account(CLIENT), &request);
			quoted += usize::from(quote.enough);
			several += usize::from(quote.fits.len() > 1);
			reached.extend(quote.ineligible.into_iter().flat_map(|(_, reasons)| reasons));
		});
	}
	assert!(deals >= 20 && quoted >= 5 && several >= 5, "{deals} {quoted} {several}");
	// The client is no provider, and a missing number is not quoted.
	let missing = [Ineligible::OfferNotFound, Ineligible::SelfDeal, Ineligible::ProfileNotServed];
	let possible = Ineligible::OfferNotFound as u8..=Ineligible::OperatorMissing as u8;
	assert!(reached.remove(&Ineligible::PriceTooFarFromCheapest));
	assert_eq!(reached.len(), possible.count() - missing.len(), "{reached:?}");
}
