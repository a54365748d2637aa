use super::*;
use frame_support::{dispatch::Pays, traits::Hooks, weights::Weight};

fn finished() -> assay_primitives::task::TaskId {
	let (task, replicas) = open_and_draw(1, 1, 1);
	run_wave(task, &replicas, &[good()]);
	task
}

fn idle(weight: Weight) -> Weight {
	Deals::on_idle(System::block_number(), weight)
}

#[test]
fn prune_should_remove_everything_and_return_the_deposit_when_it_is_time() {
	build_and_execute(|| {
		let task = finished();
		let (_, deposit) = held(&CLIENT);
		assert!(deposit > 0);
		pass(49);
		assert_noop!(dispatch(&STRANGER, Call::prune { task }), Error::<Test>::RetentionNotElapsed);
		pass(1);
		let info = dispatch(&STRANGER, Call::prune { task }).expect("it is time");
		assert_eq!(info.pays_fee, Pays::No);
		assert_eq!(held(&CLIENT), (0, 0));
		assert!(!crate::Deals::<Test>::contains_key(task.deal));
		assert!(kept(task).is_none());
		assert!(!Draws::<Test>::contains_key(task));
		System::assert_has_event(Event::TaskPruned { task }.into());
		System::assert_has_event(
			Event::DepositReturned { deal: task.deal, payer: CLIENT, amount: deposit }.into(),
		);
		assert_noop!(dispatch(&STRANGER, Call::prune { task }), Error::<Test>::TaskNotFound);
	});
}

#[test]
fn prune_should_fail_when_the_task_is_live() {
	build_and_execute(|| {
		let task = open(1, 1, 1);
		pass(10_000);
		assert_noop!(dispatch(&STRANGER, Call::prune { task }), Error::<Test>::RetentionNotElapsed);
	});
}

#[test]
fn blocks_should_prune_by_themselves_when_they_have_time_left() {
	build_and_execute(|| {
		let first = finished();
		let second = finished();
		pass(46);
		idle(Weight::MAX);
		// The first is due four blocks before the second.
		assert!(kept(first).is_none());
		assert!(kept(second).is_some());
		assert_eq!(PruneRange::<Test>::get(), (1, 2));
		pass(4);
		idle(Weight::MAX);
		assert!(kept(second).is_none());
		assert_eq!(PruneRange::<Test>::get(), (2, 2));
	});
}

#[test]
fn blocks_should_step_over_what_calls_have_pruned() {
	build_and_execute(|| {
		let tasks = [finished(), finished(), finished()];
		pass(60);
		assert!(dispatch(&STRANGER, Call::prune { task: tasks[1] }).is_ok());
		idle(Weight::MAX);
		assert_eq!(PruneRange::<Test>::get(), (3, 3));
		assert_eq!(PruneQueue::<Test>::iter().count(), 0);
		assert_eq!(held(&CLIENT), (0, 0));
	});
}

#[test]
fn blocks_should_stay_within_their_weight_and_their_share() {
	build_and_execute(|| {
		for _ in 0..20 {
			finished();
		}
		pass(100);
		assert_eq!(idle(Weight::zero()), Weight::zero());
		assert_eq!(Ended::<Test>::iter().count(), 20);
		let little = <() as WeightInfo>::prune().saturating_mul(3);
		assert!(idle(little).all_lte(little));
		let left = Ended::<Test>::iter().count();
		assert!((17..20).contains(&left), "some were pruned, {left} are left");
		idle(Weight::MAX);
		assert_eq!(Ended::<Test>::iter().count(), left - 16);
	});
}
