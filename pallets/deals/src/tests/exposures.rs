//! Work that is not paid yet, which a provider may limit for each client.

use super::*;

fn exposed(index: u8) -> u32 {
	providers::Exposed::<Test>::get((stash(index), CLIENT))
}

fn all() -> u32 {
	providers::Exposed::<Test>::iter_values().sum()
}

#[test]
fn prov_04_open_should_fail_when_a_candidate_would_have_too_much_open_for_the_client() {
	build_and_execute(|| {
		Room::set(Some(3 * T));
		for _ in 0..3 {
			open(1, 1, 1);
		}
		assert_eq!(exposed(0), 3 * T);
		let more = || open_deal(&CLIENT, request(1, 1), candidates(1));
		assert_noop!(more(), DispatchError::Other("ClientLimitReached"));
		assert_ok!(open_deal(&SECOND_CLIENT, request(1, 1), candidates(1)));
		pass(4);
		let first = TaskId { deal: 0, index: 0 };
		poke(first);
		run_wave(first, &[stash(0)], &[good()]);
		assert_eq!(exposed(0), 2 * T, "what is paid counts no more");
		assert_ok!(more());
	});
}

#[test]
fn work_should_count_for_the_drawn_only_and_until_each_way_a_task_ends() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(3, 2, 5);
		assert_eq!(all(), 3 * T, "who was not drawn does nothing");
		commit(task, &replicas[0], good());
		assert_ok!(try_denounce(&STRANGER, task, &replicas[0], good()));
		assert_eq!(all(), 2 * T);
		pass(T);
		poke(task);
		assert_eq!(all(), 4 * T, "two are silent until the end, and two work");
		pass(2 * T);
		poke(task);
		assert!(kept(task).is_some());
		assert_eq!(all(), 0);
		// Never drawn.
		let task = open(2, 2, 4);
		assert_eq!(all(), 4 * T);
		pass(10 * T + 100);
		poke(task);
		assert_eq!(all(), 0);
	});
}

#[test]
fn bag_should_count_each_task_when_it_is_drawn() {
	build_and_execute(|| {
		Room::set(Some(2 * T));
		let deal = Deals::open(bag(3, 1, 1, 1)).expect("in order");
		assert_eq!(all(), 0);
		pass(4);
		for index in 0..2 {
			poke(TaskId { deal, index });
		}
		let third = TaskId { deal, index: 2 };
		assert_noop!(try_poke(&STRANGER, third), Error::<Test>::CandidateBusy);
		run_wave(TaskId { deal, index: 0 }, &[stash(0)], &[good()]);
		poke(third);
		assert_eq!(all(), 2 * T);
	});
}
