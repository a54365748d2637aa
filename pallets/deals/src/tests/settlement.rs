//! Golden amounts. P = 1 000 000 000 and S = 300 000 000 as in PoCo's suite; what differs from PoCo
//! is that a part of each slash is burnt, that the fee comes on top of what replicas earn, and that a vote
//! alone takes nobody's stake: who loses it here has not opened its seal.

use super::*;
use frame_support::traits::fungible::Inspect;

fn open_priced(replicas: u8, required: u8, prices: &[Price]) -> (TaskId, Vec<usize>) {
	let candidates = prices
		.iter()
		.zip(0..)
		.map(|(price, at)| Candidate { provider: stash(at), price: *price, weight: 1 })
		.collect();
	let mut request = request(replicas, required);
	request.max_price = Price { base: P, per_mgas: P };
	let deal = open_deal(&CLIENT, request, candidates).expect("in order");
	let task = TaskId { deal, index: 0 };
	pass(4);
	poke(task);
	let order = drawn(task, 0);
	let order = order.iter().map(|one| (0..32).position(|at| stash(at) == *one).expect("ours"));
	(task, order.collect())
}

/// DEAL-11, with assay's shares: the loser's S is burnt by a tenth and shared by the winners; the
/// fee is 1 % of 3 P on top.
#[test]
fn winners_should_share_the_slash_when_one_of_four_loses_it() {
	build_and_execute(|| {
		let (client, loser) = (worth(&CLIENT), 3);
		let (task, replicas) = open_and_draw(4, 3, 4);
		let before: Vec<Balance> = replicas.iter().map(worth).collect();
		run_wave_but_the_last(task, &replicas, &[good(); 4]);
		for at in 0..3 {
			assert_eq!(worth(&replicas[at]), before[at] + 1_090_000_000);
		}
		assert_eq!(worth(&replicas[loser]), before[loser] - S);
		assert_eq!(worth(&TREASURY), 30_000_000);
		assert_eq!(worth(&CLIENT), client - 3 * P - 30_000_000);
		assert_eq!(providers::Burnt::<Test>::get(), 30_000_000);
		let ended = ended(task);
		assert_eq!(ended.paid, 3 * P + 30_000_000);
		assert_eq!(ended.replicas[0].paid, 1_090_000_000);
		assert_eq!(ended.replicas[loser].result, ReplicaResult::Withheld);
		let notes = providers::Notes::<Test>::get();
		assert!(notes.contains(&(replicas[0].clone(), Conduct::Agreed)));
		assert!(notes.contains(&(replicas[loser].clone(), Conduct::Withheld)));
		let digest = digest_of(task, good());
		System::assert_last_event(
			Event::TaskSettled { task, digest, class: Class::Exited(0), paid: ended.paid }.into(),
		);
	});
}

/// DEAL-14, with assay's shares: 0.9 S over four winners.
#[test]
fn winners_should_share_the_slash_when_one_of_five_loses_it() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(5, 3, 5);
		run_wave_but_the_last(task, &replicas, &[good(); 5]);
		let paid: Vec<Balance> = ended(task).replicas.iter().map(|one| one.paid).collect();
		assert_eq!(paid, [1_067_500_000, 1_067_500_000, 1_067_500_000, 1_067_500_000, 0]);
	});
}

/// DEAL-25: this deviates from the case on purpose. Who sealed and does not open its seal may have
/// seen the others' openings, so withholding costs as much as being wrong; missing the deadline for
/// sealing, which congestion can cause too, costs half.
#[test]
fn missed_deadlines_should_cost_half_before_sealing_and_all_after() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(4, 3, 4);
		for replica in &replicas[..3] {
			commit(task, replica, good());
		}
		pass(T);
		poke(task);
		reveal(task, &replicas[0], good());
		reveal(task, &replicas[1], good());
		pass(R);
		poke(task);
		// Two agree, three are required, nobody is left to draw.
		let ended = ended(task);
		assert_eq!(ended.ending, Ending::Failed(FailCause::Undecided));
		assert_eq!(
			(ended.replicas[2].result, ended.replicas[2].slashed),
			(ReplicaResult::Withheld, S)
		);
		assert_eq!(
			(ended.replicas[3].result, ended.replicas[3].slashed),
			(ReplicaResult::Silent, S / 2)
		);
	});
}

#[test]
fn shares_should_follow_what_winners_earn_when_their_prices_differ() {
	build_and_execute(|| {
		let prices = [1, 2, 3, 4].map(|base| Price { base: 0, per_mgas: base * 100_000_000 });
		let (task, order) = open_priced(4, 3, &prices);
		let replicas = drawn(task, 0);
		run_wave_but_the_last(task, &replicas, &[good(); 4]);
		// S = 30 % of the cheapest, 0.9 of it shared.
		let (stake, rest) = (30_000_000u128, 27_000_000u128);
		let prices: Vec<Balance> = order.iter().map(|at| prices[*at].per_mgas).collect();
		let total: Balance = prices[..3].iter().sum();
		let ended = ended(task);
		for (replica, price) in ended.replicas.iter().zip(&prices).take(3) {
			assert_eq!(replica.paid, price + rest * price / total);
		}
		assert_eq!(ended.replicas[3].slashed, stake);
	});
}

/// Making others lose must not pay more than the run itself.
#[test]
fn slash_should_be_burnt_when_the_winners_earned_nothing() {
	build_and_execute(|| {
		let (task, _) = open_priced(3, 2, &[Price::default(); 3]);
		let replicas = drawn(task, 0);
		run_wave_but_the_last(task, &replicas, &[good(); 3]);
		let ended = ended(task);
		assert_eq!((ended.paid, ended.replicas[2].slashed), (0, 100));
		assert_eq!((ended.replicas[0].paid, ended.replicas[1].paid), (0, 0));
		assert_eq!(providers::Burnt::<Test>::get(), 100);
	});
}

/// The majority claims hardly any gas, so that it costs its client next to nothing: neither do the
/// slashes bring more than that, however many there are, and though the judges are the majority's friends.
#[test]
fn winners_should_get_no_more_of_all_slashes_than_they_earned() {
	build_and_execute(|| {
		ArbiterIsOpen::set(true);
		let lie = Outcome { gas_used: GAS / 100, ..bad(2) };
		let (task, replicas) = open_and_draw(5, 3, 5);
		run_wave(task, &replicas, &[lie, lie, lie, good(), good()]);
		confirm(task);
		let (ended, earned) = (ended(task), P / 100);
		let paid: Vec<Balance> = ended.replicas.iter().map(|one| one.paid).collect();
		assert_eq!(paid, [2 * earned, 2 * earned, 2 * earned, 0, 0]);
		assert_eq!(providers::Burnt::<Test>::get(), 2 * stake(task) - 3 * earned);
	});
}

#[test]
fn replicas_should_be_paid_by_gas_when_they_used_less_than_the_limit() {
	build_and_execute(|| {
		let short = Outcome { gas_used: GAS / 4 + 1, ..good() };
		let (task, replicas) = open_and_draw(1, 1, 1);
		run_wave(task, &replicas, &[short]);
		let price = P / 4 + P / 1_000_000;
		assert_eq!(ended(task).replicas[0].paid, price);
		assert_eq!(ended(task).paid, price + price / 100);
		assert_eq!(providers::Notes::<Test>::get(), vec![(replicas[0].clone(), Conduct::Alone)]);
	});
}

/// DEAL-30 and DEAL-29: programs that fail are settled and paid like others, never above P_max.
#[test]
fn failed_programs_should_settle_and_pay_the_gas() {
	for class in [
		Class::Exited(1),
		Class::Trapped,
		Class::OutOfGas,
		Class::StackExhausted,
		Class::OutputLimit,
	] {
		build_and_execute(|| {
			let outcome = Outcome { class, ..good() };
			let (task, replicas) = open_and_draw(3, 2, 3);
			run_wave(task, &replicas, &[outcome; 3]);
			assert_eq!(ended(task).ending, Ending::Settled(outcome));
			assert!(ended(task).replicas.iter().all(|one| one.paid == P));
			assert_eq!(held(&CLIENT).0, 0);
		});
	}
}

#[test]
fn content_at_fault_should_cost_the_attempt_fee_only() {
	for class in [Class::ModuleInvalid, Class::InputMismatch] {
		build_and_execute(|| {
			let outcome = Outcome { class, gas_used: 0, ..good() };
			let (task, replicas) = open_and_draw(3, 2, 3);
			run_wave(task, &replicas, &[outcome, outcome, good()]);
			let ended = ended(task);
			assert_eq!(ended.ending, Ending::Settled(outcome));
			assert_eq!(ended.paid, 2 * (P / 20) + 2 * (P / 20) / 100);
			// Nobody has found out who is right.
			assert_eq!((ended.replicas[2].paid, ended.replicas[2].slashed), (0, 0));
			let provider = replicas[0].clone();
			let (amount, reason) = (P / 20, PayReason::Attempt);
			System::assert_has_event(Event::ReplicaPaid { task, provider, amount, reason }.into());
		});
	}
}

/// DEAL-36, without an arbiter: nobody is slashed by the vote alone, and each is paid half of its
/// price for the least gas that anybody revealed.
#[test]
fn all_different_should_be_undecided_when_nobody_decides() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(3, 2, 3);
		let short = Outcome { gas_used: GAS / 2, ..good() };
		run_wave(task, &replicas, &[bad(2), short, bad(3)]);
		let ended = ended(task);
		assert_eq!(ended.ending, Ending::Failed(FailCause::Undecided));
		for one in &ended.replicas {
			assert!(matches!(one.result, ReplicaResult::Undecided(_)));
			assert_eq!((one.paid, one.slashed), (P / 4, 0));
		}
		assert_eq!(ended.paid, 3 * (P / 4) + 3 * (P / 4) / 100);
		assert!(providers::Notes::<Test>::get().is_empty());
	});
}

/// DEAL-37: (none, x) asks for another, and x from it makes both succeed.
#[test]
fn missing_results_should_be_made_up_for_by_a_later_wave() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(2, 2, 5);
		commit(task, &replicas[1], good());
		pass(T);
		poke(task);
		reveal(task, &replicas[1], good());
		let referee = drawn(task, 1);
		assert_eq!(referee.len(), 1);
		run_wave(task, &referee, &[good()]);
		let ended = ended(task);
		assert_eq!(ended.ending, Ending::Settled(good()));
		let results: Vec<_> = ended.replicas.iter().map(|one| one.result).collect();
		use ReplicaResult::{Agreed, Silent};
		assert_eq!(results, [Silent, Agreed, Agreed]);
	});
}

/// DEAL-37: (none, x, none) stays undecided.
#[test]
fn missing_results_should_be_undecided_when_nobody_is_left() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(2, 2, 3);
		commit(task, &replicas[1], good());
		pass(T);
		poke(task);
		reveal(task, &replicas[1], good());
		pass(T);
		poke(task);
		assert_eq!(ended(task).ending, Ending::Failed(FailCause::Undecided));
		assert_eq!(ended(task).replicas[1].paid, P / 2);
	});
}

#[test]
fn client_should_get_a_tenth_of_the_slashes_when_nobody_delivers() {
	build_and_execute(|| {
		let before = worth(&CLIENT);
		let (task, _) = open_and_draw(3, 2, 3);
		pass(T);
		poke(task);
		let ended = ended(task);
		assert_eq!(ended.ending, Ending::Failed(FailCause::NoDelivery));
		assert_eq!(ended.paid, 0);
		let slash = S / 2;
		assert!(ended.replicas.iter().all(|one| one.slashed == slash));
		assert_eq!(worth(&CLIENT), before + 3 * (slash / 10));
		// A twentieth went to whoever ended it.
		assert_eq!(providers::Burnt::<Test>::get(), 3 * (slash - slash / 10 - slash / 20));
	});
}

/// As on the real chain, where failing must never pay the client.
#[test]
fn client_should_get_nothing_of_the_slashes_when_its_share_is_zero() {
	build_and_execute(|| {
		change(|it| it.slashes.harm = Permill::zero());
		let before = worth(&CLIENT);
		let (task, _) = open_and_draw(3, 2, 3);
		pass(T);
		poke(task);
		assert_eq!(ended(task).ending, Ending::Failed(FailCause::NoDelivery));
		assert_eq!(worth(&CLIENT), before);
		assert_eq!(providers::Burnt::<Test>::get(), 3 * (S / 2 - S / 2 / 20));
	});
}

/// A payee that can't receive does not hold up the others; the client keeps what it did not get.
#[test]
fn settlement_should_go_on_when_a_payee_cannot_receive() {
	build_and_execute(|| {
		let before = worth(&CLIENT);
		let price = Price { base: 500, per_mgas: 0 };
		let (task, _) = open_priced(1, 1, &[price]);
		assert!(5 < ED && !frame_system::Account::<Test>::contains_key(TREASURY));
		let replicas = drawn(task, 0);
		run_wave(task, &replicas, &[good()]);
		assert_eq!(ended(task).replicas[0].paid, 500);
		assert_eq!(ended(task).paid, 500);
		assert_eq!(worth(&TREASURY), 0);
		assert_eq!(worth(&CLIENT), before - 500);
		let payee: assay_primitives::AccountId = FeeDestination::get();
		System::assert_has_event(Event::PaymentFailed { task, payee, amount: 5 }.into());
	});
}

/// The client's account is emptied down to its existential deposit and settles all the same.
#[test]
fn settlement_should_succeed_when_the_client_has_nothing_but_the_escrow() {
	build_and_execute(|| {
		use frame_support::traits::fungible::Mutate;
		let (task, replicas) = open_and_draw(1, 1, 1);
		Balances::set_balance(&CLIENT, ED);
		run_wave(task, &replicas, &[good()]);
		// One replica of one candidate uses up the whole escrow.
		assert_eq!(held(&CLIENT).0, 0);
		assert_eq!(Balances::balance(&CLIENT), ED);
		assert_eq!(ended(task).replicas[0].paid, P);
		pass(50);
		assert!(dispatch(&STRANGER, Call::prune { task }).is_ok());
		assert_eq!(held(&CLIENT), (0, 0));
	});
}

/// DEAL-24: the largest task, and the worst division of its slashes.
#[test]
fn settlement_should_stay_bounded_when_a_task_has_the_most_replicas() {
	build_and_execute(|| {
		ArbiterIsOpen::set(true);
		let (task, replicas) = open_and_draw(20, 11, 32);
		let outcomes: Vec<_> = (0..20).map(|at| if at < 11 { good() } else { bad(at) }).collect();
		let late: Vec<_> = (0..32).map(stash).filter(|one| !replicas.contains(one)).collect();
		assert_eq!(late.len(), 12);
		assert!(try_commit(task, &late[0], good()).is_err(), "one more is refused");
		run_wave(task, &replicas, &outcomes);
		confirm(task);
		let ended = ended(task);
		assert_eq!(ended.ending, Ending::Settled(good()));
		let slashed = ended.replicas.iter().filter(|one| one.slashed == stake(task));
		assert_eq!(slashed.count(), 9);
	});
}

/// Nobody profits from the slash of its own provider, whatever other roles it plays in the task.
#[test]
fn own_slash_should_never_pay_when_all_other_parties_are_accomplices() {
	// The slashed provider's accomplices: winners, client and poker together.
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(3, 2, 3);
		for replica in &replicas {
			commit(task, replica, good());
		}
		reveal(task, &replicas[0], good());
		reveal(task, &replicas[1], good());
		pass(T + R);
		let everybody: Vec<_> = [CLIENT, STRANGER, TREASURY].into_iter().chain(replicas).collect();
		let before: Balance = everybody.iter().map(worth).sum();
		poke(task);
		let after: Balance = everybody.iter().map(worth).sum();
		assert_eq!(before - after, S / 10, "a tenth of the slash is gone for good");
	});
}

/// Whoever ends its own task by a poke gets no share of what it loses itself.
#[test]
fn own_slash_should_not_be_shared_when_the_slashed_provider_pokes() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(2, 2, 2);
		let before: Vec<Balance> = replicas.iter().map(worth).collect();
		pass(T);
		assert!(try_poke(&replicas[0], task).is_ok());
		assert_eq!(ended(task).ending, Ending::Failed(FailCause::NoDelivery));
		let (loss, share) = (S / 2, S / 2 / 20);
		assert_eq!(worth(&replicas[0]), before[0] - loss + share);
		assert_eq!(worth(&replicas[1]), before[1] - loss);
		let own = events()
			.into_iter()
			.any(|event| matches!(event, Event::SlashShared { from, to, .. } if from == to));
		assert!(!own);
	});
}
