//! Each invariant is seen to fail.

use super::*;
use assay_primitives::deal::Replica;
use frame_support::traits::{fungible::MutateHold, tokens::Precision};

/// Breaks something in a state with a waiting, a running, a revealing and an ended task.
fn detects(number: &str, break_it: impl FnOnce([TaskId; 4])) {
	new_test_ext().execute_with(|| {
		let (ended, replicas) = open_and_draw(3, 2, 5);
		run_wave(ended, &replicas, &[good(); 3]);
		let (revealing, replicas) = open_and_draw(3, 2, 5);
		for replica in &replicas {
			commit(revealing, replica, good());
		}
		let (running, replicas) = open_and_draw(3, 2, 5);
		commit(running, &replicas[0], good());
		let waiting = open(3, 2, 5);
		check_everything();
		break_it([waiting, running, revealing, ended]);
		let error = Deals::do_try_state().expect_err("the corruption is seen");
		let sp_runtime::TryRuntimeError::Other(text) = error else { panic!("{error:?}") };
		assert!(text.starts_with(number), "{text}");
	});
}

fn change(task: TaskId, change: impl FnOnce(&mut assay_primitives::deal::Task)) {
	crate::Tasks::<Test>::mutate(TaskList::Client(CLIENT), task, |task| {
		change(task.as_mut().expect("it is live"))
	});
}

#[test]
fn invariant_1_should_be_checked() {
	for reason in [HoldReason::Escrow, HoldReason::StateDeposit] {
		detects("1:", move |_| {
			Balances::release(&reason.into(), &CLIENT, 1, Precision::Exact).expect("held");
		});
		detects("1:", move |_| {
			Balances::hold(&reason.into(), &STRANGER, 1).expect("funded");
		});
	}
}

#[test]
fn invariant_17_should_be_checked() {
	use assay_primitives::{
		deal::{FrontEnd, Instance},
		traits::Reservations,
	};
	let pool = Instance { front_end: FrontEnd::Pool, number: 3 };
	detects("17:", |_| {
		Balances::hold(&HoldReason::Reservation.into(), &STRANGER, 1).expect("funded");
	});
	detects("17:", |_| {
		Deals::reserve(&pool, &CLIENT, 5).expect("funded");
		Balances::release(&HoldReason::Reservation.into(), &CLIENT, 1, Precision::Exact)
			.expect("held");
	});
}

#[test]
fn invariant_2_should_be_checked() {
	detects("2:", |[waiting, ..]| crate::Tasks::<Test>::remove(TaskList::Client(CLIENT), waiting));
	detects("2:", |[waiting, _, _, ended]| {
		let record = kept(ended).expect("ended");
		Ended::<Test>::insert(TaskList::Client(CLIENT), waiting, record);
	});
	detects("2:", |[.., ended]| {
		let record = kept(ended).expect("ended");
		Ended::<Test>::insert(TaskList::Client(CLIENT), TaskId { deal: 77, index: 0 }, record);
	});
}

#[test]
fn invariant_13_should_be_checked() {
	detects("13:", |[waiting, ..]| {
		let task = live(waiting).expect("live");
		crate::Tasks::<Test>::insert(TaskList::Client(STRANGER), waiting, task);
	});
}

#[test]
fn invariant_14_should_be_checked() {
	detects("14:", |[waiting, ..]| BagsOf::<Test>::insert(stash(0), waiting.deal, ()));
}

#[test]
fn invariant_15_should_be_checked() {
	detects("15:", |_| Providers::change(&stash(0), |it| it.work.clear()));
	detects("15:", |_| Providers::change(&stash(0), |it| it.work = [(77, 1)].into()));
}

#[test]
fn invariant_3_should_be_checked() {
	detects("3:", |_| NextDealId::<Test>::put(1));
}

#[test]
fn invariant_4_should_be_checked() {
	let push = |task, candidate, wave| {
		change(task, |task| {
			let replica = Replica { candidate, wave, state: ReplicaState::Drawn };
			task.replicas.try_push(replica).expect("there is room");
		})
	};
	detects("4:", |[_, running, ..]| {
		let twice = live(running).expect("live").replicas[0].candidate;
		push(running, twice, 0);
	});
	detects("4:", |[_, running, ..]| push(running, 31, 0));
	detects("4:", |[_, running, ..]| change(running, |task| task.replicas[0].wave = 1));
	detects("4:", |[_, running, ..]| (10..18).for_each(|at| push(running, at, 0)));
}

#[test]
fn invariant_5_should_be_checked() {
	detects("5:", |[waiting, running, ..]| {
		Draws::<Test>::insert(waiting, Draws::<Test>::get(running).expect("drawn"))
	});
	detects("5:", |[_, running, ..]| Draws::<Test>::remove(running));
	detects("5:", |[_, running, ..]| change(running, |task| task.replicas.clear()));
	detects("5:", |[_, running, ..]| {
		change(running, |task| task.state = TaskState::Running { wave: 1, until: 99 })
	});
}

#[test]
fn invariant_6_should_be_checked() {
	detects("6:", |[_, running, ..]| {
		change(running, |task| {
			task.replicas.iter_mut().for_each(|one| one.state = ReplicaState::Silent)
		})
	});
	detects("6:", |[_, _, revealing, _]| {
		change(revealing, |task| task.replicas[0].state = ReplicaState::Drawn)
	});
	detects("6:", |[_, running, ..]| {
		change(running, |task| task.state = TaskState::Disputed { case: 0, agreed: None })
	});
}

#[test]
fn invariant_7_should_be_checked() {
	detects("7:", |[_, _, revealing, _]| {
		let digest = digest_of(revealing, good());
		change(revealing, |task| {
			task.state = TaskState::Agreed { digest, until: 99 };
			task.replicas.iter_mut().for_each(|one| one.state = ReplicaState::Withheld);
		})
	});
}

#[test]
fn invariant_8_should_be_checked() {
	detects("8:", |_| PruneQueue::<Test>::remove(0));
	detects("8:", |_| PruneRange::<Test>::put((2, 1)));
	detects("8:", |[_, running, ..]| PruneQueue::<Test>::insert(0, running));
}

#[test]
fn invariant_9_should_be_checked() {
	detects("9:", |[_, running, ..]| {
		let record = Draws::<Test>::get(running).expect("drawn");
		Draws::<Test>::insert(TaskId { deal: 77, index: 0 }, record);
	});
	detects("9:", |[_, running, ..]| {
		let at = live(running).expect("live").replicas[0].candidate;
		Draws::<Test>::mutate(running, |record| {
			let record = record.as_mut().expect("drawn");
			record.skipped.try_push(at).expect("there is room");
		});
	});
}

#[test]
fn invariant_10_should_be_checked() {
	detects("10:", |[waiting, ..]| {
		let deal = crate::Deals::<Test>::mutate(waiting.deal, |deal| {
			let deal = deal.as_mut().expect("it is open");
			let missing = deal.terms.escrow - 1;
			deal.terms.escrow = 1;
			missing
		});
		Balances::release(&HoldReason::Escrow.into(), &CLIENT, deal, Precision::Exact)
			.expect("held");
	});
}
