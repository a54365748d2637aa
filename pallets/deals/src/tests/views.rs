use crate::{
	mock::{Deals, *},
	*,
};
use assay_primitives::{
	beacon::Fold,
	deal::{NextStep, TaskState, TaskStatus},
	draw::weighted,
	task::TaskId,
};

fn next(task: TaskId) -> NextStep {
	Deals::task_view(task).expect("it is kept").next
}

#[test]
fn task_view_should_say_what_is_next_through_a_whole_life() {
	build_and_execute(|| {
		ChallengeWindow::set(20);
		let task = open(3, 2, 5);
		assert_eq!(next(task), NextStep::Randomness);
		pass(4);
		assert_eq!(next(task), NextStep::Poke);
		poke(task);
		let replicas = drawn(task, 0);
		let until = System::block_number() + T;
		assert_eq!(next(task), NextStep::Seals(3, until));
		commit(task, &replicas[0], good());
		assert_eq!(next(task), NextStep::Seals(2, until));
		commit(task, &replicas[1], good());
		run_to(until);
		assert_eq!(next(task), NextStep::Poke);
		poke(task);
		assert_eq!(next(task), NextStep::Reveals(2, until + R));
		reveal(task, &replicas[0], good());
		reveal(task, &replicas[1], good());
		assert_eq!(next(task), NextStep::ChallengeWindow(until + 20));
		pass(20);
		assert_eq!(next(task), NextStep::Poke);
		poke(task);
		assert_eq!(next(task), NextStep::Nothing(until + 20 + 50));
		pass(50);
		assert!(dispatch(&STRANGER, Call::prune { task }).is_ok());
		assert_eq!(Deals::task_view(task), None);
	});
}

#[test]
fn task_view_should_show_the_draw_when_nobody_has_written_it() {
	build_and_execute(|| {
		let task = open(3, 2, 7);
		pass(4);
		let view = Deals::task_view(task).expect("it is open");
		let TaskStatus::Open(shown) = view.status else { panic!("it is open") };
		assert!(matches!(shown.state, TaskState::Waiting { .. }));
		assert_eq!(shown.replicas.len(), 3);
		poke(task);
		let written = crate::Tasks::<Test>::get(task).expect("it is live");
		assert_eq!(shown.replicas, written.replicas);
	});
}

#[test]
fn task_view_should_name_the_case_when_it_is_disputed() {
	build_and_execute(|| {
		ArbiterIsOpen::set(true);
		let (task, replicas) = open_and_draw(2, 2, 2);
		run_wave(task, &replicas, &[good(), bad(2)]);
		assert_eq!(next(task), NextStep::Verdict(0));
	});
}

#[test]
fn tasks_of_client_should_come_newest_first_and_no_more_than_asked() {
	build_and_execute(|| {
		let mine: Vec<_> = (0..5).map(|_| open(1, 1, 1)).collect();
		let other = open_deal(&SECOND_CLIENT, request(1, 1), candidates(1)).expect("in order");
		let ids = |limit| -> Vec<TaskId> {
			Deals::tasks_of_client(&CLIENT, limit).into_iter().map(|view| view.id).collect()
		};
		assert_eq!(ids(3), vec![mine[4], mine[3], mine[2]]);
		assert_eq!(ids(10).len(), 5);
		assert_eq!(Deals::tasks_of_client(&SECOND_CLIENT, 10)[0].id.deal, other);
		assert!(Deals::tasks_of_client(&STRANGER, 10).is_empty());
	});
}

#[test]
fn tasks_of_provider_should_name_candidates_first_and_then_the_drawn() {
	build_and_execute(|| {
		let task = open(2, 2, 5);
		let concerned = || -> Vec<u8> {
			(0..7).filter(|at| !Deals::tasks_of_provider(&stash(*at)).is_empty()).collect()
		};
		assert_eq!(concerned(), [0, 1, 2, 3, 4]);
		pass(4);
		let mut chosen: Vec<u8> =
			Deals::draw_view(task).expect("known").drawn.iter().map(|at| *at as u8).collect();
		chosen.sort_unstable();
		assert_eq!(concerned(), chosen);
		poke(task);
		assert_eq!(concerned(), chosen);
		run_wave(task, &drawn(task, 0), &[good(), good()]);
		assert!(concerned().is_empty());
	});
}

/// Anyone can repeat the draw from what the view gives, later waves and skipped candidates included.
#[test]
fn draw_view_should_suffice_to_repeat_all_waves() {
	build_and_execute(|| {
		let task = open(3, 2, 7);
		assert_eq!(Deals::draw_view(task), None);
		pass(4);
		let before = Deals::draw_view(task).expect("the seed is known");
		poke(task);
		let view = Deals::draw_view(task).expect("it was drawn");
		assert_eq!(view, before);
		let again = Fold::compute(view.fold.ticket, view.fold.entries.clone()).expect("complete");
		assert_eq!(again.randomness, view.fold.randomness);
		let order = weighted(&again.seed(&view.subject), &view.weights, &[], 0, 7);
		assert_eq!(order[..3], view.drawn);

		// The next in order has no bond left, so the ones after it are drawn.
		let poor = stash(order[3] as u8);
		bonds::Locked::<Test>::mutate(&poor, |(locked, _)| *locked = BOND);
		let replicas = drawn(task, 0);
		run_wave(task, &replicas, &[good(), bad(2), bad(3)]);
		assert_eq!(drawn(task, 1), vec![stash(order[4] as u8)]);
		System::assert_has_event(Event::CandidateSkipped { task, provider: poor.clone() }.into());
		assert_eq!(Deals::draw_view(task).expect("drawn").drawn, order[..5]);
		bonds::Locked::<Test>::mutate(&poor, |(locked, _)| *locked = 0);

		// The one that was skipped is out for good.
		run_wave(task, &drawn(task, 1), &[bad(4)]);
		assert_eq!(drawn(task, 2), vec![stash(order[5] as u8)]);
		pass(BEACON_SPAN);
		let late = Deals::draw_view(task).expect("drawn");
		assert_eq!((late.fold.randomness, late.fold.entries.len()), (view.fold.randomness, 0));
		assert_eq!(late.drawn, order[..6]);
	});
}
