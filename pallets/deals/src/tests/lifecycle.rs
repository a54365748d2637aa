//! Whole lives of tasks, and what is left of them.

use super::*;

/// DEAL-27: every way to end leaves nothing in escrow and nothing at stake, and the events account
/// for every unit (DEAL-32).
#[test]
fn every_ending_should_empty_the_escrow() {
	type Way = fn() -> (TaskId, Ending);
	let ways: [Way; 8] = [
		|| {
			let (task, replicas) = open_and_draw(3, 2, 5);
			run_wave(task, &replicas, &[good(), bad(2), good()]);
			(task, Ending::Settled(good()))
		},
		|| {
			let (task, replicas) = open_and_draw(3, 2, 3);
			run_wave(task, &replicas, &[good(), bad(2), bad(3)]);
			(task, Ending::Failed(FailCause::Undecided))
		},
		|| {
			let (task, _) = open_and_draw(3, 2, 3);
			pass(T);
			poke(task);
			(task, Ending::Failed(FailCause::NoDelivery))
		},
		|| {
			let (task, replicas) = open_and_draw(3, 2, 3);
			replicas.iter().for_each(|replica| commit(task, replica, good()));
			pass(T + R);
			poke(task);
			(task, Ending::Failed(FailCause::NoDelivery))
		},
		|| {
			let (task, replicas) = open_and_draw(3, 2, 5);
			replicas.iter().for_each(|replica| decline(task, replica));
			pass(EXHIBIT_BLOCKS);
			poke(task);
			(task, Ending::Failed(FailCause::ContentUnavailable))
		},
		|| {
			let task = open(3, 2, 5);
			pass(10 * T + 100);
			poke(task);
			(task, Ending::Failed(FailCause::HardEnd))
		},
		|| {
			let invalid = Outcome {
				class: assay_primitives::outcome::Class::ModuleInvalid,
				gas_used: 0,
				..good()
			};
			let (task, replicas) = open_and_draw(3, 2, 5);
			run_wave(task, &replicas, &[invalid; 3]);
			(task, Ending::Settled(invalid))
		},
		|| {
			ChallengeWindow::set(20);
			let (task, replicas) = open_and_draw(1, 1, 1);
			run_wave(task, &replicas, &[good()]);
			pass(20);
			poke(task);
			(task, Ending::Settled(good()))
		},
	];
	for way in ways {
		build_and_execute(|| {
			let ledger = Ledger::start();
			let (task, ending) = way();
			assert_eq!(ended(task).ending, ending);
			assert_eq!(held(&CLIENT).0, 0, "{ending:?} leaves escrow");
			for at in 0..PROVIDERS {
				assert_eq!(Deals::at_risk(&stash(at)), (0, 0), "{ending:?} leaves stakes");
			}
			ledger.check();
		});
	}
}

#[test]
fn task_should_settle_in_a_later_wave_when_the_first_disagrees() {
	build_and_execute(|| {
		ArbiterIsOpen::set(true);
		let (task, replicas) = open_and_draw(3, 2, 7);
		run_wave(task, &replicas, &[good(), bad(2), bad(3)]);
		let second = drawn(task, 1);
		assert_eq!(second.len(), 1, "one digest is lacking");
		run_wave(task, &second, &[bad(3)]);
		confirm(task);
		let ended = ended(task);
		assert_eq!(ended.ending, Ending::Settled(bad(3)));
		assert_eq!(ended.replicas.iter().filter(|one| one.slashed > 0).count(), 2);
	});
}

/// A beacon that never gives a seed stops the task, and only for so long.
#[test]
fn task_should_fail_at_its_hard_end_when_there_is_never_a_seed() {
	build_and_execute(|| {
		BeaconIsDry::set(true);
		let task = open(3, 2, 5);
		let hard_end = crate::Deals::<Test>::get(task.deal).expect("open").terms.hard_end;
		while live(task).is_some() {
			let _ = try_poke(&STRANGER, task);
			pass(1);
		}
		assert!(System::block_number() <= hard_end);
		assert_eq!(ended(task).ending, Ending::Failed(FailCause::HardEnd));
	});
}

/// DEAL-24: no more than 2n + 1 replicas, however long they disagree.
#[test]
fn waves_should_end_when_the_policy_allows_no_more_replicas() {
	build_and_execute(|| {
		let (task, mut wave) = open_and_draw(2, 2, 20);
		let mut variant = 1;
		while live(task).is_some() {
			let outcomes: Vec<_> = wave
				.iter()
				.map(|_| {
					variant += 1;
					bad(variant)
				})
				.collect();
			run_wave(task, &wave, &outcomes);
			if let Some(live) = live(task) {
				let TaskState::Running { wave: number, .. } = live.state else { panic!("it runs") };
				wave = drawn(task, number);
			}
		}
		assert_eq!(ended(task).replicas.len(), 5);
		assert_eq!(ended(task).ending, Ending::Failed(FailCause::Undecided));
	});
}

/// DEAL-23: the third one's dissent is heard although two agree already.
#[test]
fn dissent_should_be_revealed_when_enough_agree_already() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(3, 2, 3);
		run_wave(task, &replicas, &[bad(2), bad(2), good()]);
		let ended = ended(task);
		assert_eq!(ended.ending, Ending::Settled(bad(2)));
		let dissent = assay_primitives::deal::ReplicaResult::Undecided(digest_of(task, good()));
		assert_eq!((ended.replicas[2].result, ended.replicas[2].slashed), (dissent, 0));
	});
}

/// Provider keys may change between seal and reveal; the seal belongs to the stash.
#[test]
fn reveal_should_work_when_the_operator_has_changed() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(1, 1, 1);
		commit(task, &replicas[0], good());
		Providers::change(&replicas[0], |it| it.operator = Some(account(150)));
		let opening = opening(task, &replicas[0], good());
		assert!(dispatch(&account(150), Call::reveal { task, opening }).is_ok());
		assert_eq!(ended(task).ending, Ending::Settled(good()));
	});
}

/// Equal weights give everybody a fair share of the draws.
#[test]
fn draws_should_reach_everybody_when_the_beacon_varies() {
	build_and_execute(|| {
		let mut hits = [0u32; 6];
		for round in 0..60 {
			Entropy::set(round);
			let (task, replicas) = open_and_draw(2, 2, 6);
			for (at, hits) in hits.iter_mut().enumerate() {
				*hits += u32::from(replicas.contains(&stash(at as u8)));
			}
			run_wave(task, &replicas, &[good(), good()]);
		}
		assert!(hits.iter().all(|hits| (8..=32).contains(hits)), "{hits:?}");
	});
}
