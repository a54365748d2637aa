//! Random sequences of everything that can happen to cases and mediators. After each step:
//!
//! * INV1: the state satisfies `do_try_state`.
//! * INV2: money is conserved: what the accounts own is what was issued, and that only falls.
//! * INV3: a call that failed changed nothing.
//! * INV4: no account but the members, appellants and the client has more than it began with, but for
//!   rewards that an event shows.
//!
//! At the end only time passes, after which every case is closed (INV5), nothing of any case is owned or
//! held any more (INV6), every ruling was told once (INV7), and everybody gets its bond back (INV8).

use super::*;
use frame_support::{traits::Hooks, weights::Weight};
use polkadot_sdk::sp_runtime::DispatchResult;
use proptest::prelude::*;

const POOL: u32 = 24;

#[derive(Clone, Debug)]
enum Op {
	Open(u8, u8),
	/// Every member of a case that has to does so, some with the lie, some not at all.
	Seal(u8, u64),
	Reveal(u8, u64),
	Denounce(u8, u8, u8),
	Appeal(u8, u8),
	Poke(u8),
	Court(u8, bool),
	Prune(u8),
	Leave(u32),
	Unbond(u32, Balance),
	BondMore(u32, Balance),
	Withdraw(u32),
	Update(u32, u16),
	Resign(u32),
	Accept(u32),
	Dry(bool),
	Wait(u32, bool),
}

fn op() -> impl Strategy<Value = Op> {
	let case = || 0u8..6;
	let index = || 0..POOL;
	prop_oneof![
		4 => (case(), 0u8..40).prop_map(|(a, b)| Op::Open(a, b)),
		8 => (case(), any::<u64>()).prop_map(|(a, b)| Op::Seal(a, b)),
		8 => (case(), any::<u64>()).prop_map(|(a, b)| Op::Reveal(a, b)),
		1 => (case(), 0u8..40, 0u8..4).prop_map(|(a, b, c)| Op::Denounce(a, b, c)),
		3 => (case(), 0u8..3).prop_map(|(a, b)| Op::Appeal(a, b)),
		6 => case().prop_map(Op::Poke),
		1 => (case(), any::<bool>()).prop_map(|(a, b)| Op::Court(a, b)),
		1 => case().prop_map(Op::Prune),
		1 => index().prop_map(Op::Leave),
		1 => (index(), 0..BOND).prop_map(|(a, b)| Op::Unbond(a, b)),
		1 => (index(), 0..BOND).prop_map(|(a, b)| Op::BondMore(a, b)),
		1 => index().prop_map(Op::Withdraw),
		1 => (index(), 0u16..10).prop_map(|(a, b)| Op::Update(a, b)),
		1 => index().prop_map(Op::Resign),
		1 => index().prop_map(Op::Accept),
		1 => any::<bool>().prop_map(Op::Dry),
		10 => (1u32..40, any::<bool>()).prop_map(|(a, b)| Op::Wait(a, b)),
	]
}

fn call(who: AccountId, call: crate::Call<Test>) -> DispatchResult {
	assay_mocks::dispatch_or_noop::<RuntimeCall>(call, signed(who))
}

/// What the bits say a member does: nothing, the lie, or the truth.
fn choice(bits: u64, at: usize) -> Option<Digest> {
	match bits >> (2 * (at % 32)) & 3 {
		0 => None,
		1 => Some(lie()),
		_ => Some(truth()),
	}
}

fn sits(case: CaseId) -> Vec<Member> {
	let number = Cases::<Test>::get(case).map_or(0, |case| case.round);
	Rounds::<Test>::get(case, number).map(|round| round.members.into_inner()).unwrap_or_default()
}

/// The key that signs, even where it has resigned by now.
fn key(who: &AccountId) -> AccountId {
	Mediators::<Test>::get(who).map_or(STRANGER, |mediator| mediator.operator)
}

fn apply(op: Op) {
	use crate::Call;
	let id = |case: u8| CaseId::from(case);
	let person = |at: u8| [CLIENT, STRANGER, APPELLANT][usize::from(at % 3)].clone();
	let _ = match op {
		Op::Open(deal, excluded) => {
			let excluded = (0..u32::from(excluded) / 4).map(stash).chain([CLIENT]).collect();
			if Mediation::case_over(task(deal.into())).is_none() {
				open_with(CaseRequest { excluded, ..request(deal.into()) });
			}
			Ok(())
		},
		Op::Seal(case, bits) => {
			for (at, member) in sits(id(case)).into_iter().enumerate() {
				let Some(digest) = choice(bits, at) else { continue };
				let seal = seal_of(id(case), &member.mediator, &digest);
				let (task_hash, round) = name_of(id(case));
				let seal = Call::seal { case: id(case), task_hash, round, seal };
				let _ = call(key(&member.mediator), seal);
			}
			Ok(())
		},
		Op::Reveal(case, bits) => {
			for (at, member) in sits(id(case)).into_iter().enumerate() {
				if bits >> (at % 64) & 7 == 0 {
					continue;
				}
				for digest in [truth(), lie()] {
					let (case, salt) = (id(case), salt_of(&member.mediator));
					let _ = call(key(&member.mediator), Call::reveal { case, digest, salt });
				}
			}
			Ok(())
		},
		Op::Denounce(case, at, by) => {
			let members = sits(id(case));
			let Some(member) = members.get(usize::from(at) % members.len().max(1)) else { return };
			let (mediator, salt) = (member.mediator.clone(), salt_of(&member.mediator));
			let case = id(case);
			call(person(by), Call::denounce { case, mediator, digest: truth(), salt })
		},
		Op::Appeal(case, by) => {
			let (case, round) = (id(case), name_of(id(case)).1);
			call(person(by), Call::appeal { case, digest: verdict_of(case), round })
		},
		Op::Poke(case) => call(STRANGER, Call::poke { case: id(case) }),
		Op::Court(case, lies) => {
			let digest = if lies { lie() } else { truth() };
			let before = assay_mocks::root();
			let ruled = court_rules(id(case), &STRANGER, digest);
			assert!(ruled.is_ok() || assay_mocks::root() == before, "INV3");
			ruled.map(|_| ())
		},
		Op::Prune(case) => call(STRANGER, Call::prune { case: id(case) }),
		Op::Leave(at) => call(stash(at), Call::leave {}),
		Op::Unbond(at, amount) => call(stash(at), Call::unbond { amount }),
		Op::BondMore(at, amount) => call(stash(at), Call::bond_more { amount }),
		Op::Withdraw(at) => call(stash(at), Call::withdraw {}),
		Op::Update(at, capacity) => call(stash(at), Call::update { terms: terms(capacity) }),
		Op::Resign(at) => call(operator(at), Call::resign_operator {}),
		Op::Accept(at) => call(operator(at), Call::accept_operator { stash: stash(at) }),
		Op::Dry(dry) => {
			BeaconIsDry::set(dry);
			Ok(())
		},
		Op::Wait(blocks, idle) => {
			for _ in 0..blocks {
				next_block();
				if idle {
					Mediation::on_idle(System::block_number(), Weight::MAX);
				}
			}
			Ok(())
		},
	};
}

fn everybody() -> Vec<AccountId> {
	let keys = (0..POOL).flat_map(|at| [stash(at), operator(at)]);
	keys.chain([CLIENT, STRANGER, APPELLANT, Mediation::pot()]).collect()
}

fn check(issued: &mut Balance) {
	assert_ok!(Mediation::do_try_state());
	let owned: Balance = everybody().iter().map(wealth).sum();
	assert_eq!(owned, issuance(), "INV2");
	assert!(issuance() <= *issued, "INV2");
	*issued = issuance();
	assert!((0..POOL).all(|at| wealth(&operator(at)) == RICH), "INV4");
}

fn only_time_passes(issued: &mut Balance) {
	BeaconIsDry::set(false);
	let last = Open::<Test>::iter_values().filter_map(CaseTermsOf::<Test>::get);
	let last = last.map(|terms| terms.last_block).max().unwrap_or(0);
	// Deadlines that were applied late before may add to it.
	let end = last.max(System::block_number()) + 2_000;
	while System::block_number() < end && Open::<Test>::count() > 0 {
		next_block();
		Mediation::on_idle(System::block_number(), Weight::MAX);
	}
	check(issued);
	assert_eq!(Open::<Test>::count(), 0, "INV5");
	assert_eq!(Escrowed::<Test>::get(), 0, "INV6");
	assert_eq!(free(&Mediation::pot()), ED, "INV6");
	assert_eq!(held(&APPELLANT) + held(&STRANGER) + held(&CLIENT), 0, "INV6");
	let told: Vec<CaseId> = Rulings::get().into_iter().map(|(_, case, _)| case).collect();
	assert_eq!(told.len() as u64, NextCase::<Test>::get(), "INV7");
	for at in 0..POOL {
		let _ = call(stash(at), crate::Call::leave {});
	}
	pass(UNBONDING + 3 * ERA);
	for at in 0..POOL {
		let _ = call(stash(at), crate::Call::withdraw {});
		assert_eq!(held(&stash(at)), 0, "INV8");
	}
	check(issued);
	assert_eq!(Mediators::<Test>::count(), 0, "INV8");
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 60, ..Default::default() })]

	#[test]
	fn cases_should_end_and_money_be_conserved_whatever_anybody_does(
		ops in prop::collection::vec(op(), 1..70), entropy in any::<u64>(),
	) {
		Rulings::set(Vec::new());
		BeaconIsDry::set(false);
		ext_with(&[BOND; POOL as usize]).execute_with(|| {
			Entropy::set(entropy);
			let mut issued = issuance();
			for op in ops {
				apply(op);
				check(&mut issued);
			}
			only_time_passes(&mut issued);
		});
	}

	#[test]
	fn committees_of_every_honesty_should_conserve_money_and_end_in_time(
		votes in prop::collection::vec(prop::collection::vec(0u8..4, 31), 4),
		appeals in prop::collection::vec(any::<bool>(), 4),
		wage in prop_oneof![Just(0u128), Just(1), 5..100u128, Just(WAGE), Just(STAKE)],
		pool in prop_oneof![Just(3u32), Just(4), Just(9), Just(12), Just(70)],
	) {
		Rulings::set(Vec::new());
		ext_with(&vec![BOND; pool as usize]).execute_with(|| {
			let before = issuance();
			let funds = Mediation::cost(wage);
			if funds > 0 && funds < ED {
				return;
			}
			let case = open_with(CaseRequest { wage, funds, ..request(1) });
			let last = CaseTermsOf::<Test>::get(case).expect("open").last_block;
			let mut rounds = 0;
			while Open::<Test>::count() > 0 {
				assert!(System::block_number() <= last, "the case goes on after its last block");
				if let CasePhase::Sealing { .. } = phase(case) {
					for (at, who) in drawn(case).iter().enumerate() {
						match votes[rounds.min(3)][at % 31] {
							0 => (),
							1 => seal_as(case, who, &lie()).expect("it has to seal"),
							_ => seal_as(case, who, &truth()).expect("it has to seal"),
						}
					}
				}
				if let CasePhase::Revealing { .. } = phase(case) {
					for member in round(case).members {
						let _ = reveal_as(case, &member.mediator, &truth());
						let lies = matches!(phase(case), CasePhase::Revealing { .. })
							&& reveal_as(case, &member.mediator, &lie()).is_ok();
						if lies || !matches!(phase(case), CasePhase::Revealing { .. }) {
							continue;
						}
					}
					rounds += 1;
				}
				if matches!(phase(case), CasePhase::AppealWindow { .. }) && appeals[rounds.min(3)] {
					let _ = appeal(case);
				}
				next_block();
				Mediation::on_idle(System::block_number(), Weight::MAX);
			}
			assert_ok!(Mediation::do_try_state());
			assert!(issuance() <= before);
			assert_eq!(free(&Mediation::pot()), ED);
			assert_eq!(Rulings::get().len(), 1);
			assert!(RICH - wealth(&CLIENT) <= funds);
		});
	}
}
