//! Who pays whom, row by row, in deals with an app, a dataset, a sponsor and a solver.

use super::*;
use assay_primitives::{judges::Judges, traits::AssetSale};

const APP_PRICE: Balance = 7_000;
const DATASET_PRICE: Balance = 5_000;
/// Most that a publisher answers with.
const LIABILITY: Balance = 10 * P;
const APP_OWNER: AccountId = account(210);
const DATASET_OWNER: AccountId = account(211);
const SOLVER: AccountId = account(212);
const TIP: Balance = 900;
/// Attempt fee of a replica at the price of the mock.
const ATTEMPT: Balance = P / 20;
/// Protocol fee on three replicas that use all their gas.
const FEE: Balance = 3 * P / 100;

fn sale(owner: AccountId, price: Balance) -> Option<AssetSale> {
	Some(AssetSale { asset: Hash::repeat_byte(5), owner, price, liability: LIABILITY })
}

/// A deal with everything in it, paid by the second client for the first.
fn full() -> NewDeal {
	NewDeal {
		payer: SECOND_CLIENT,
		beneficiary: Some(STRANGER),
		app: sale(APP_OWNER, APP_PRICE),
		dataset: sale(DATASET_OWNER, DATASET_PRICE),
		tip: Some((SOLVER, TIP)),
		..plain(request(3, 2), candidates(3))
	}
}

fn open_and_draw(deal: NewDeal) -> (TaskId, Vec<AccountId>) {
	let task = TaskId { deal: Deals::open(deal).expect("in order"), index: 0 };
	pass(4);
	poke(task);
	(task, drawn(task, 0))
}

fn run(deal: NewDeal, outcome: Outcome) -> (TaskId, Vec<AccountId>) {
	let (task, replicas) = open_and_draw(deal);
	run_wave(task, &replicas, &[outcome; 3]);
	(task, replicas)
}

/// What the payer has lost so far.
fn paid() -> Balance {
	RICH - worth(&SECOND_CLIENT)
}

#[test]
fn exited_should_pay_replicas_fee_app_dataset_and_tip() {
	build_and_execute(|| {
		let ledger = Ledger::start();
		let (task, replicas) = run(full(), good());
		ledger.check();
		assert_eq!(ended(task).ending, Ending::Settled(good()));
		assert!(replicas.iter().all(|one| worth(one) == RICH + P));
		assert_eq!((worth(&APP_OWNER), worth(&DATASET_OWNER)), (APP_PRICE, DATASET_PRICE));
		assert_eq!((worth(&SOLVER), worth(&TREASURY)), (TIP, FEE));
		assert_eq!(paid(), 3 * P + FEE + APP_PRICE + DATASET_PRICE + TIP);
		// The client buys, the sponsor pays, and the beneficiary has the result only.
		assert_eq!((worth(&CLIENT), worth(&STRANGER)), (RICH, RICH));
	});
}

#[test]
fn failures_of_the_program_should_pay_the_gas_and_neither_app_nor_dataset() {
	for class in [Class::Trapped, Class::OutOfGas, Class::StackExhausted, Class::OutputLimit] {
		build_and_execute(|| {
			let outcome = Outcome { class, gas_used: GAS / 2, ..good() };
			let (_, replicas) = run(full(), outcome);
			assert!(replicas.iter().all(|one| worth(one) == RICH + P / 2));
			assert_eq!((worth(&APP_OWNER), worth(&DATASET_OWNER)), (0, 0));
			assert_eq!(paid(), 3 * P / 2 + FEE / 2 + TIP);
		});
	}
}

/// A program that exits with an error has come to its own end.
#[test]
fn exit_code_should_not_change_who_is_paid() {
	build_and_execute(|| {
		run(full(), Outcome { class: Class::Exited(3), ..good() });
		assert_eq!(worth(&APP_OWNER), APP_PRICE);
	});
}

fn refund(class: Class) -> Outcome {
	Outcome { class, gas_used: 0, ..good() }
}

/// Has the client ask whether `outcome`, on which all replicas agree, is true, and the arbiter confirm it.
/// Returns who was drawn, and what the case cost.
fn confirmed(deal: NewDeal, outcome: Outcome) -> (TaskId, Vec<AccountId>) {
	ArbiterIsOpen::set(true);
	ChallengeWindow::set(10);
	let (task, replicas) = run(deal, outcome);
	let digest = digest_of(task, outcome);
	assert_ok!(try_check(&CLIENT, task));
	assert_ok!(rule(0, Some(digest), 0));
	(task, replicas)
}

/// The publisher's bond pays the attempts and a tenth on top; the client pays the fee on what replicas
/// earn, and the tax.
#[test]
fn invalid_module_should_be_paid_by_the_publishers_bond_when_the_public_pool_has_ruled() {
	build_and_execute(|| {
		PublishersBond::set(P);
		let (_, replicas) = confirmed(full(), refund(Class::ModuleInvalid));
		assert!(replicas.iter().all(|one| worth(one) == RICH + ATTEMPT));
		let (fees, fine) = (3 * ATTEMPT, 3 * ATTEMPT / 10);
		assert_eq!(PublishersBond::get(), P - fees - fine);
		assert_eq!(burnt(), fine);
	});
}

#[test]
fn input_mismatch_should_be_paid_by_the_bond_of_the_dataset_when_the_public_pool_has_ruled() {
	build_and_execute(|| {
		PublishersBond::set(P);
		confirmed(full(), refund(Class::InputMismatch));
		assert_eq!(PublishersBond::get(), P - 3 * ATTEMPT - 3 * ATTEMPT / 10);
	});
}

/// Replicas may all be of one owner, and so may mediators whom the others have named.
#[test]
fn publisher_should_not_pay_for_what_others_agree_on_among_themselves() {
	for class in [Class::ModuleInvalid, Class::InputMismatch] {
		build_and_execute(|| {
			ArbiterIsOpen::set(false);
			ChallengeWindow::set(0);
			PublishersBond::set(P);
			run(full(), refund(class));
			assert_eq!(PublishersBond::get(), P);
			assert_eq!(paid(), 3 * ATTEMPT + 3 * ATTEMPT / 100 + TIP);
		});
		build_and_execute(|| {
			PublishersBond::set(P);
			let named = (77..80).map(account).collect::<Vec<_>>();
			let judges = Judges::Named(named.try_into().expect("three"));
			Cases::set(Vec::new());
			confirmed(NewDeal { judges, ..full() }, refund(class));
			assert_eq!(PublishersBond::get(), P);
		});
	}
}

/// A court is nobody's.
#[test]
fn publisher_should_pay_when_the_court_has_ruled_whoever_was_named() {
	build_and_execute(|| {
		PublishersBond::set(P);
		ArbiterIsOpen::set(true);
		ChallengeWindow::set(10);
		let judges = Judges::Named(vec![account(77); 3].try_into().expect("three"));
		let outcome = refund(Class::ModuleInvalid);
		let (task, _) = run(NewDeal { judges, ..full() }, outcome);
		let digest = digest_of(task, outcome);
		assert_ok!(try_check(&CLIENT, task));
		assert_ok!(rule_by_court(0, digest));
		assert!(PublishersBond::get() < P);
	});
}

#[test]
fn publisher_should_pay_no_more_for_a_task_than_it_has_said() {
	build_and_execute(|| {
		PublishersBond::set(P);
		let app = sale(APP_OWNER, APP_PRICE).map(|sale| AssetSale { liability: ATTEMPT, ..sale });
		let (_, replicas) = confirmed(NewDeal { app, ..full() }, refund(Class::ModuleInvalid));
		assert_eq!(PublishersBond::get(), P - ATTEMPT);
		assert!(replicas.iter().all(|one| worth(one) == RICH + ATTEMPT), "the payer owes the rest");
	});
}

/// What the bond does not cover the payer owes, for the attempts were made.
#[test]
fn attempts_should_be_paid_by_the_payer_as_far_as_the_bond_does_not_suffice() {
	build_and_execute(|| {
		PublishersBond::set(ATTEMPT + ATTEMPT / 2);
		let (_, replicas) = confirmed(full(), refund(Class::ModuleInvalid));
		assert!(replicas.iter().all(|one| worth(one) == RICH + ATTEMPT));
		assert_eq!(PublishersBond::get(), 0);
	});
}

/// A bond pays nothing back to whose it is, so what it pays goes to the others, once.
#[test]
fn publisher_should_be_paid_nothing_when_it_attempts_its_own_app_and_others_what_they_are_due() {
	for at in 0..3 {
		build_and_execute(|| {
			Cases::set(Vec::new());
			PublishersBond::set(2 * ATTEMPT);
			let owner = stash(at);
			let app = sale(owner.clone(), APP_PRICE);
			let (task, replicas) =
				confirmed(NewDeal { app, ..full() }, refund(Class::ModuleInvalid));
			for (replica, ended) in replicas.iter().zip(ended(task).replicas) {
				let due = if *replica == owner { 0 } else { ATTEMPT };
				assert_eq!((worth(replica), ended.paid), (RICH + due, due));
			}
			assert_eq!((PublishersBond::get(), burnt()), (0, 0));
			let told = events().into_iter().filter_map(|event| match event {
				Event::PaidByPublisher { provider, amount, .. } => Some((provider, amount)),
				_ => None,
			});
			let others = replicas.into_iter().filter(|replica| *replica != owner);
			assert!(told.eq(others.map(|replica| (replica, ATTEMPT))));
		});
	}
}

#[test]
fn attempts_should_be_paid_by_the_payer_when_it_named_a_bare_module() {
	build_and_execute(|| {
		PublishersBond::set(P);
		let deal = NewDeal { app: None, ..full() };
		run(deal, refund(Class::ModuleInvalid));
		assert_eq!(PublishersBond::get(), P);
		assert_eq!(paid(), 3 * ATTEMPT + 3 * ATTEMPT / 100 + TIP);
	});
}

/// Input of its own is the client's fault, whoever published the app.
#[test]
fn input_mismatch_should_be_paid_by_the_payer_when_there_is_no_dataset() {
	build_and_execute(|| {
		PublishersBond::set(P);
		run(NewDeal { dataset: None, ..full() }, refund(Class::InputMismatch));
		assert_eq!(PublishersBond::get(), P);
		assert_eq!(paid(), 3 * ATTEMPT + 3 * ATTEMPT / 100 + TIP);
	});
}

/// Whoever has replicas of his own disagree would have others pay for them.
#[test]
fn undecided_should_be_borne_by_the_payer() {
	build_and_execute(|| {
		PublishersBond::set(10 * P);
		let ledger = Ledger::start();
		let (task, replicas) = open_and_draw(full());
		run_wave(task, &replicas, &[good(), bad(2), bad(3)]);
		assert_eq!(ended(task).ending, Ending::Failed(FailCause::Undecided));
		assert!(replicas.iter().all(|one| worth(one) == RICH + P / 2));
		ledger.check();
		assert_eq!(PublishersBond::get(), 10 * P);
		assert_eq!(paid(), 3 * P / 2 + 3 * P / 2 / 100 + TIP);
	});
}

#[test]
fn nothing_but_the_tip_should_be_paid_when_nobody_delivers() {
	build_and_execute(|| {
		change(|it| it.slashes.harm = sp_runtime::Permill::zero());
		PublishersBond::set(P);
		let (task, _) = open_and_draw(full());
		pass(T);
		poke(task);
		assert_eq!(ended(task).ending, Ending::Failed(FailCause::NoDelivery));
		assert_eq!(paid(), TIP);
		assert_eq!(PublishersBond::get(), P);
		assert_eq!(worth(&APP_OWNER), 0);
	});
}

#[test]
fn public_good_should_owe_no_protocol_fee() {
	build_and_execute(|| {
		run(NewDeal { public_good: true, ..full() }, good());
		assert_eq!(worth(&TREASURY), 0);
		assert_eq!(paid(), 3 * P + APP_PRICE + DATASET_PRICE + TIP);
	});
}

/// A publisher that buys from itself pays nobody, and what was locked comes back.
#[test]
fn owner_should_get_nothing_when_it_is_the_payer() {
	build_and_execute(|| {
		run(NewDeal { app: sale(SECOND_CLIENT, APP_PRICE), ..full() }, good());
		assert_eq!(paid(), 3 * P + FEE + DATASET_PRICE + TIP);
		assert_eq!(held(&SECOND_CLIENT).0, 0);
	});
}

/// A payee that can't receive leaves the money with the payer, and stops nobody.
#[test]
fn payments_below_the_existential_deposit_should_stay_with_the_payer() {
	build_and_execute(|| {
		let deal = NewDeal { app: sale(APP_OWNER, ED - 1), tip: Some((SOLVER, ED - 1)), ..full() };
		run(deal, good());
		assert_eq!((worth(&APP_OWNER), worth(&SOLVER)), (0, 0));
		assert_eq!(paid(), 3 * P + FEE + DATASET_PRICE);
		assert_eq!(held(&SECOND_CLIENT).0, 0);
	});
}

#[test]
fn payer_should_be_refused_when_it_is_a_candidate_or_signs_for_one() {
	build_and_execute(|| {
		for (at, payer) in [(1, stash(1)), (2, operator(2))] {
			let deal = NewDeal { payer, ..full() };
			assert_noop!(Deals::open(deal), because(at, Ineligible::SelfDeal));
		}
		let elsewhere = NewDeal { payer: stash(9), ..full() };
		assert_ok!(Deals::open(elsewhere));
	});
}

#[test]
fn amounts_should_be_refused_when_they_exceed_the_type() {
	build_and_execute(|| {
		let huge = [
			NewDeal { app: sale(APP_OWNER, Balance::MAX), ..full() },
			NewDeal { dataset: sale(APP_OWNER, Balance::MAX), ..full() },
			NewDeal { tip: Some((SOLVER, Balance::MAX)), ..full() },
		];
		for deal in huge {
			assert_noop!(Deals::open(deal), Error::<Test>::from(Refusal::PriceTooLarge));
		}
	});
}

/// Who may not judge: everybody who has something to gain or lose.
#[test]
fn parties_should_be_excluded_from_the_committee() {
	build_and_execute(|| {
		ArbiterIsOpen::set(true);
		let named = (77..80).map(account).collect::<Vec<_>>();
		let judges = Judges::Named(named.try_into().expect("three"));
		let (task, replicas) = open_and_draw(NewDeal { judges: judges.clone(), ..full() });
		run_wave(task, &replicas, &[good(), bad(2), bad(3)]);
		let case = Cases::get().remove(0);
		assert_eq!((case.reason, case.judges), (CaseReason::NoConsensus, judges));
		let parties =
			[CLIENT, SECOND_CLIENT, STRANGER, APP_OWNER, DATASET_OWNER, stash(0), operator(1)];
		for party in parties {
			assert!(case.excluded.contains(&party), "{party:?} may not judge");
		}
		assert_eq!(case.refund, SECOND_CLIENT);
		assert_ok!(rule(0, Some(digest_of(task, good())), 0));
	});
}

/// Two calls, not one, and a stake beside: a seal costs a single replica nothing and keeps the path the same
/// for all. The amounts are PoCo's, with the protocol's fee of 1 % on top instead of the owner's share.
#[test]
fn deal_20_single_result_should_be_paid_at_once_and_change_no_score() {
	build_and_execute(|| {
		let deal = open_deal(&CLIENT, request(1, 1), candidates(3)).expect("in order");
		let task = assay_primitives::task::TaskId { deal, index: 0 };
		pass(4);
		poke(task);
		let [replica] = &drawn(task, 0)[..] else { panic!("one is enough") };
		commit(task, replica, good());
		reveal(task, replica, good());
		let ended = ended(task);
		assert_eq!((ended.replicas[0].paid, ended.paid), (P, P + P / 100));
		assert_eq!(worth(&TREASURY), P / 100);
		let notes = providers::Notes::<Test>::get();
		assert_eq!(notes, [(replica.clone(), assay_primitives::provider::Conduct::Alone)]);
	});
}

/// The client does nothing, anybody ends the window, and everything goes where it belongs.
#[test]
fn deal_26_silent_client_should_pay_when_the_window_is_over_and_no_more() {
	build_and_execute(|| {
		ChallengeWindow::set(20);
		ArbiterIsOpen::set(true);
		let (client, provider) = (worth(&CLIENT), worth(&stash(0)));
		let (task, replicas) = crate::mock::open_and_draw(2, 2, 2);
		run_wave(task, &replicas, &[Outcome { gas_used: GAS * 4 / 10, ..good() }; 2]);
		assert_noop!(try_poke(&STRANGER, task), Error::<Test>::NothingToDo);
		pass(20);
		poke(task);
		let price = P * 4 / 10;
		assert_eq!(worth(&stash(0)), provider + price);
		assert_eq!(worth(&CLIENT), client - 2 * price - 2 * price / 100);
		assert_eq!(held(&CLIENT).0, 0, "the escrow is empty");
		assert_eq!(Deals::at_risk(&stash(0)), (0, 0));
	});
}
