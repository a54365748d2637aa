//! Content that replicas say can't be had, and that somebody shows or not.

use super::*;
use assay_primitives::{
	content::{BLOCK_SIZE, Exhibit, Layout},
	deal::{Exhibits, missing_subject, shown_leaf},
	task::MAX_TASKS,
	traits::Beacon,
};
use codec::MaxEncodedLen;
use frame_support::dispatch::GetDispatchInfo;

const MODULE: &[u8] = b"\0asm\x01\0\0\0";
const INPUT: &[u8] = b"some input";
/// Blocks until the beacon's fold is known.
const FOLD: u32 = 4;

fn with_input(input: Input) -> Request {
	let mut request = request(5, 3);
	request.task.input = input;
	request
}

fn blob() -> Request {
	with_input(Input::Blob(ContentRef::of(INPUT)))
}

/// Opens a deal of five replicas out of `candidates`, of which four decline.
fn reported(request: Request, count: u8) -> (TaskId, Vec<AccountId>) {
	let task = single(open_deal(&CLIENT, request, candidates(count)).expect("in order"));
	pass(4);
	poke(task);
	let replicas = drawn(task, 0);
	for replica in &replicas[..4] {
		decline(task, replica);
	}
	(task, replicas)
}

fn raw(bytes: &[u8]) -> Option<Exhibit> {
	Some(Exhibit { node: None, leaf: bytes.to_vec() })
}

fn both() -> Exhibits {
	Exhibits { module: raw(MODULE), list: None, input: raw(INPUT) }
}

fn try_refute(task: TaskId, exhibits: Exhibits) -> Result<(), DispatchError> {
	dispatch(&STRANGER, Call::refute { task, exhibits }).map(|_| ())
}

fn is_missing(task: TaskId) -> bool {
	matches!(state(task), TaskState::Missing { .. })
}

#[test]
fn reports_of_two_thirds_should_open_the_time_for_showing_and_end_nothing() {
	build_and_execute(|| {
		let (task, _) = reported(blob(), 7);
		let until = System::block_number() + EXHIBIT_BLOCKS;
		let is_until = matches!(state(task), TaskState::Missing { until: it, .. } if it == until);
		assert!(is_until);
		System::assert_last_event(Event::ContentMissing { task, until }.into());
		let view = Deals::task_view(task).expect("live");
		assert_eq!(view.next, NextStep::Exhibits(until, None));
		pass(FOLD);
		let TaskState::Missing { ticket, .. } = state(task) else { panic!("it is missing") };
		let seed = TestBeacon::fold(&ticket).expect("known").seed(&missing_subject(&task));
		let view = Deals::task_view(task).expect("live");
		assert_eq!(view.next, NextStep::Exhibits(until, Some(seed)));
		assert_noop!(try_poke(&STRANGER, task), Error::<Test>::NothingToDo);
	});
}

/// The party that named the content pays the attempt; whoever would still have run it is released.
#[test]
fn task_should_fail_and_pay_attempts_when_nobody_shows_the_content() {
	build_and_execute(|| {
		let ledger = Ledger::start();
		let (task, replicas) = reported(blob(), 7);
		pass(EXHIBIT_BLOCKS);
		assert_eq!(Deals::task_view(task).expect("live").next, NextStep::Poke);
		assert_noop!(try_refute(task, both()), Error::<Test>::DeadlinePassed);
		assert_noop!(try_commit(task, &replicas[4], good()), Error::<Test>::DeadlinePassed);
		poke(task);
		let ended = ended(task);
		assert_eq!(ended.ending, Ending::Failed(FailCause::ContentUnavailable));
		for one in &ended.replicas[..4] {
			assert_eq!(
				(one.result, one.paid, one.slashed),
				(ReplicaResult::Declined(Excuse::Content), P / 20, 0)
			);
		}
		assert_eq!(ended.replicas[4].result, ReplicaResult::Released);
		assert_eq!(ended.paid, 4 * P / 20 + 4 * P / 20 / 100, "and the fee on it");
		let notes = providers::Notes::<Test>::get();
		assert_eq!(notes.len(), 4);
		assert!(notes.iter().all(|(_, conduct)| *conduct == Conduct::Unavailable));
		ledger.check();
	});
}

/// Nobody is slashed: who shows it may have kept it back before.
#[test]
fn task_should_go_on_and_pay_no_attempt_when_the_content_is_shown() {
	build_and_execute(|| {
		let ledger = Ledger::start();
		let (task, replicas) = reported(blob(), 7);
		assert_noop!(try_refute(task, both()), Error::<Test>::SeedNotKnown);
		pass(FOLD);
		assert_ok!(try_refute(task, both()));
		System::assert_last_event(Event::ContentShown { task, by: STRANGER }.into());
		let until = System::block_number() + T;
		assert_eq!(state(task), TaskState::Running { wave: 0, until });
		run_wave(task, &replicas[4..], &[good()]);
		let second = drawn(task, 1);
		run_wave(task, &second, &[good(), good()]);
		let ended = ended(task);
		assert_eq!(ended.ending, Ending::Settled(good()));
		let declined = ended
			.replicas
			.iter()
			.filter(|one| one.result == ReplicaResult::Declined(Excuse::Content));
		assert!(declined.map(|one| (one.paid, one.slashed)).all(|it| it == (0, 0)));
		ledger.check();
	});
}

/// One exhibit ends the matter: decliners can't stop the task again and again.
#[test]
fn content_should_not_be_missing_twice() {
	build_and_execute(|| {
		let (task, replicas) = reported(blob(), 7);
		pass(FOLD);
		assert_ok!(try_refute(task, both()));
		decline(task, &replicas[4]);
		for provider in drawn(task, 1) {
			decline(task, &provider);
		}
		let ended = ended(task);
		assert_eq!(ended.ending, Ending::Failed(FailCause::NoDelivery));
		assert_eq!(ended.paid, 0);
	});
}

#[test]
fn refute_should_fail_when_anything_shown_is_not_what_is_asked_for() {
	build_and_execute(|| {
		let (task, _) = reported(blob(), 5);
		pass(FOLD);
		let wrong = [
			Exhibits::default(),
			Exhibits { module: None, ..both() },
			Exhibits { input: None, ..both() },
			Exhibits { input: raw(MODULE), ..both() },
			Exhibits { module: raw(b""), ..both() },
			Exhibits {
				module: Some(Exhibit { node: Some(MODULE.to_vec()), leaf: MODULE.to_vec() }),
				..both()
			},
		];
		for exhibits in wrong {
			assert_noop!(try_refute(task, exhibits), Error::<Test>::ExhibitMismatch);
		}
		assert_ok!(try_refute(task, both()));
		assert_noop!(try_refute(task, both()), Error::<Test>::NotMissing);
	});
}

#[test]
fn refute_should_ask_for_the_drawn_block_of_long_content() {
	build_and_execute(|| {
		let bytes: Vec<u8> = (0..3 * BLOCK_SIZE as u32 + 9).map(|at| (at % 251) as u8).collect();
		let layout = Layout::of(&bytes);
		let (task, _) = reported(with_input(Input::Blob(layout.content)), 5);
		pass(FOLD);
		let TaskState::Missing { ticket, .. } = state(task) else { panic!("it is missing") };
		let seed = TestBeacon::fold(&ticket).expect("known").seed(&missing_subject(&task));
		let asked = shown_leaf(&seed, &layout.content) as usize;
		let show = |at: usize| {
			let leaf = bytes.chunks(BLOCK_SIZE).nth(at).expect("four blocks").to_vec();
			Exhibits { input: Some(Exhibit { node: layout.node.clone(), leaf }), ..both() }
		};
		for other in (0..4).filter(|at| *at != asked) {
			assert_noop!(try_refute(task, show(other)), Error::<Test>::ExhibitMismatch);
		}
		assert_ok!(try_refute(task, show(asked)));
	});
}

#[test]
fn refute_should_need_the_list_and_the_tasks_own_input() {
	build_and_execute(|| {
		let inputs = [ContentRef::of(b"first"), ContentRef::of(b"second")];
		let (list, bytes) = InputList::of(&inputs);
		let deal = NewDeal { tasks: 2, ..plain(with_input(Input::List(list)), candidates(5)) };
		let deal = Deals::open(deal).expect("in order");
		let task = TaskId { deal, index: 1 };
		pass(4);
		poke(task);
		for replica in &drawn(task, 0)[..4] {
			decline(task, replica);
		}
		pass(FOLD);
		let show = |list: &[u8], input: &[u8]| Exhibits {
			list: Some(list.to_vec()),
			input: raw(input),
			..both()
		};
		assert_noop!(try_refute(task, both()), Error::<Test>::ExhibitMismatch);
		let other = show(&bytes, b"first");
		assert_noop!(try_refute(task, other), Error::<Test>::ExhibitMismatch);
		let cut = show(&bytes[1..], b"second");
		assert_noop!(try_refute(task, cut), Error::<Test>::ExhibitMismatch);
		assert_ok!(try_refute(task, show(&bytes, b"second")));
	});
}

/// Such a list is there, and gives every task an outcome.
#[test]
fn refute_should_be_content_with_a_list_that_is_none() {
	build_and_execute(|| {
		let (mut list, _) = InputList::of(&[ContentRef::of(b"first"), ContentRef::of(b"second")]);
		list.list = ContentRef::of(b"no list");
		let deal = NewDeal { tasks: 2, ..plain(with_input(Input::List(list)), candidates(5)) };
		let task = single(Deals::open(deal).expect("in order"));
		pass(4);
		poke(task);
		for replica in &drawn(task, 0)[..4] {
			decline(task, replica);
		}
		pass(FOLD);
		let shown = Exhibits { module: raw(MODULE), list: Some(b"no list".to_vec()), input: None };
		assert_ok!(try_refute(task, shown));
	});
}

/// Content that every node serves can't be missing, so decliners neither stop the task nor are paid.
#[test]
fn reports_should_be_worth_nothing_when_the_chain_keeps_the_content() {
	build_and_execute(|| {
		Promised::set(vec![ContentRef::of(MODULE).hash, ContentRef::of(INPUT).hash]);
		let (task, replicas) = reported(blob(), 7);
		assert!(matches!(state(task), TaskState::Running { wave: 0, .. }));
		run_wave(task, &replicas[4..], &[good()]);
		run_wave(task, &drawn(task, 1), &[good(), good()]);
		assert_eq!(ended(task).ending, Ending::Settled(good()));
	});
}

/// Publishing is a way of showing.
#[test]
fn refute_should_ask_only_for_what_the_chain_does_not_keep() {
	build_and_execute(|| {
		let (task, _) = reported(blob(), 5);
		pass(FOLD);
		Promised::set(vec![ContentRef::of(MODULE).hash]);
		assert_noop!(try_refute(task, Exhibits::default()), Error::<Test>::ExhibitMismatch);
		let input = Exhibits { module: None, ..both() };
		Promised::set(vec![ContentRef::of(MODULE).hash, ContentRef::of(INPUT).hash]);
		assert_ok!(try_refute(task, Exhibits::default()));
		assert!(!input.is_empty());
	});
}

/// Its own stake says that it has the content; the others are not waited for.
#[test]
fn commit_should_set_the_task_going_again_when_content_is_said_to_be_missing() {
	build_and_execute(|| {
		let (task, replicas) = reported(blob(), 7);
		pass(3);
		assert_noop!(try_commit(task, &replicas[0], good()), Error::<Test>::ReplicaNotOpen);
		commit(task, &replicas[4], good());
		assert!(matches!(state(task), TaskState::Revealing { wave: 0, .. }));
		reveal(task, &replicas[4], good());
		run_wave(task, &drawn(task, 1), &[good(), good()]);
		assert_eq!(ended(task).ending, Ending::Settled(good()));
	});
}

#[test]
fn decline_should_still_count_while_content_is_said_to_be_missing() {
	build_and_execute(|| {
		let (task, replicas) = reported(blob(), 5);
		decline(task, &replicas[4]);
		assert!(is_missing(task));
		pass(EXHIBIT_BLOCKS);
		poke(task);
		let paid = ended(task).replicas.iter().map(|one| one.paid).sum::<u128>();
		assert_eq!(paid, 5 * P / 20);
	});
}

/// No wave starts that can't end before the hard end, and nobody is punished for that.
#[test]
fn refute_should_end_the_task_when_there_is_no_time_left() {
	build_and_execute(|| {
		let mut request = blob();
		request.run_blocks = 12;
		let (task, replicas) = reported(request, 5);
		let end = crate::Deals::<Test>::get(task.deal).expect("open").terms.hard_end;
		crate::Tasks::<Test>::mutate(TaskList::Client(CLIENT), task, |live| {
			let live = live.as_mut().expect("it is live");
			let TaskState::Missing { until, .. } = &mut live.state else { panic!("missing") };
			*until = end;
		});
		pass(FOLD);
		crate::Deals::<Test>::mutate(task.deal, |deal| {
			let deal = deal.as_mut().expect("open");
			deal.terms.hard_end = System::block_number() + 5;
		});
		let late = try_commit(task, &replicas[4], good());
		assert_eq!(late, Err(Error::<Test>::HardEndReached.into()));
		assert_ok!(try_refute(task, both()));
		let ended = ended(task);
		assert_eq!(ended.ending, Ending::Failed(FailCause::NoDelivery));
		assert_eq!((ended.replicas[4].result, ended.paid), (ReplicaResult::Released, 0));
	});
}

#[test]
fn refute_should_fail_when_nothing_is_missing() {
	build_and_execute(|| {
		let (task, _) = open_and_draw(3, 2, 3);
		assert_noop!(try_refute(task, both()), Error::<Test>::NotMissing);
		let nowhere = TaskId { deal: 9, index: 0 };
		assert_noop!(try_refute(nowhere, both()), Error::<Test>::TaskNotFound);
	});
}

/// Whoever opens a deal chooses how long its list is, and hashing an item takes longer than its bytes.
#[test]
fn refute_should_weigh_each_item_of_a_list_beside_its_bytes() {
	let weight = |exhibits: Exhibits| {
		let task = TaskId { deal: 1, index: 0 };
		Call::<Test>::refute { task, exhibits }.get_dispatch_info().call_weight
	};
	let bytes = vec![0; ContentRef::max_encoded_len() * MAX_TASKS as usize];
	let list = weight(Exhibits { list: Some(bytes.clone()), ..Exhibits::default() });
	let leaf = weight(Exhibits { module: raw(&bytes), ..Exhibits::default() });
	let one = list.saturating_sub(leaf).ref_time() / u64::from(MAX_TASKS);
	assert!(one >= 1_000_000, "{one} ps for two hashes and an item");
	let long = weight(Exhibits { list: Some(bytes.repeat(50)), ..Exhibits::default() });
	let leaf = weight(Exhibits { module: raw(&bytes.repeat(50)), ..Exhibits::default() });
	assert_eq!(
		long.saturating_sub(leaf),
		list.saturating_sub(weight(Exhibits { module: raw(&bytes), ..Exhibits::default() })),
		"more items than a deal has tasks are not hashed"
	);
}
