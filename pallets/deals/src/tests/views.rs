use super::*;
use assay_primitives::{
	api::{MAX_TASK_PAGE, PAGE_BYTES},
	beacon::Fold,
	draw::weighted,
	task::{MAX_ARGS, MAX_ARGS_BYTES, MAX_TASKS, TaskSpec},
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
		let written = live(task).expect("it is live");
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

/// All pages of `limit`.
fn all<I, C: Copy>(
	limit: u32,
	page: impl Fn(Option<C>, u32) -> assay_primitives::api::Page<I, C>,
) -> Vec<I> {
	let (mut found, mut after) = (Vec::new(), None);
	loop {
		let more = page(after, limit);
		assert!(more.items.len() <= limit as usize);
		found.extend(more.items);
		after = match more.next {
			Some(next) => Some(next),
			None => return found,
		};
	}
}

/// Numbers of the open tasks that concern a provider.
fn tasks_of(provider: &AccountId) -> Vec<TaskId> {
	let deals = all(3, |after, limit| Deals::deals_of_candidate(provider, after, limit));
	let tasks = |deal| {
		let page = |from: Option<u32>, limit| {
			let from = from.unwrap_or_default();
			Deals::tasks_of_candidate(provider, deal, from, limit).expect("it is kept").tasks
		};
		all(2, page).into_iter().map(move |task| TaskId { deal, index: task.index })
	};
	deals.into_iter().flat_map(tasks).collect()
}

#[test]
fn deals_of_client_should_come_in_pages_until_they_are_all_there() {
	build_and_execute(|| {
		let mine: Vec<_> = (0..5).map(|_| open(1, 1, 1).deal).collect();
		let other = open_deal(&SECOND_CLIENT, request(1, 1), candidates(1)).expect("in order");
		for limit in [1, 2, 5, 6, u32::MAX] {
			let of = |client| {
				let mut deals =
					all(limit, |after, limit| Deals::deals_of_client(&client, after, limit));
				deals.sort_unstable();
				deals
			};
			assert_eq!((of(CLIENT), of(SECOND_CLIENT)), (mine.clone(), vec![other]));
			assert!(of(STRANGER).is_empty());
		}
	});
}

#[test]
fn deals_of_client_should_have_each_deal_once_when_some_are_bags_and_some_have_ended() {
	build_and_execute(|| {
		let mut mine: Vec<_> = (0..6).map(|_| open(1, 1, 1).deal).collect();
		pass(4);
		for deal in &mine[1..4] {
			let task = TaskId { deal: *deal, index: 0 };
			poke(task);
			run_wave(task, &drawn(task, 0), &[good()]);
		}
		mine.extend((0..3).map(|_| Deals::open(bag(4, 1, 1, 2)).expect("in order")));
		pass(4);
		// One of a bag is opened, and one of another has ended.
		poke(TaskId { deal: mine[7], index: 2 });
		let task = TaskId { deal: mine[8], index: 0 };
		poke(task);
		run_wave(task, &drawn(task, 0), &[good()]);
		for limit in [1, 2, 4, 8, 9, u32::MAX] {
			let page = |after, limit| Deals::deals_of_client(&CLIENT, after, limit);
			let mut deals = all(limit, page);
			deals.sort_unstable();
			assert_eq!(deals, mine, "{limit} at a time");
		}
		pass(50);
		assert!(dispatch(&STRANGER, Call::prune { task: TaskId { deal: 2, index: 0 } }).is_ok());
		let left = Deals::deals_of_client(&CLIENT, None, u32::MAX).items;
		assert_eq!((left.len(), left.contains(&2)), (8, false));
	});
}

#[test]
fn deals_of_provider_should_be_those_that_have_a_slot_of_it() {
	build_and_execute(|| {
		let of = |at| Deals::deals_of_provider(&stash(at));
		let single = open(1, 1, 2);
		let bag = Deals::open(bag(4, 2, 2, 2)).expect("in order");
		assert_eq!((of(0), of(1), of(2)), (vec![single.deal], vec![single.deal], vec![]));
		pass(4);
		poke(single);
		let replicas = drawn(single, 0);
		let (one, other) = if replicas[0] == stash(0) { (0, 1) } else { (1, 0) };
		assert_eq!((of(one), of(other)), (vec![single.deal], vec![]));
		poke(TaskId { deal: bag, index: 1 });
		poke(TaskId { deal: bag, index: 3 });
		assert_eq!((of(one), of(other)), (vec![single.deal, bag], vec![bag]));
		run_wave(single, &replicas, &[good()]);
		assert_eq!((of(one), of(other)), (vec![bag], vec![bag]));
	});
}

#[test]
fn deals_of_candidate_should_have_slots_and_bags_once_in_pages_of_any_size() {
	build_and_execute(|| {
		let mut mine: Vec<_> = (0..4).map(|_| open(1, 1, 1).deal).collect();
		mine.extend((0..5).map(|_| Deals::open(bag(2, 1, 1, 1)).expect("in order")));
		pass(4);
		// The provider has a slot for a bag too.
		poke(TaskId { deal: mine[5], index: 0 });
		for limit in [1, 2, 3, 9, u32::MAX] {
			let page = |after, limit| Deals::deals_of_candidate(&stash(0), after, limit);
			let mut deals = all(limit, page);
			deals.sort_unstable();
			assert_eq!(deals, mine, "{limit} at a time");
		}
		assert!(Deals::deals_of_candidate(&stash(1), None, 9).items.is_empty());
		// Who goes on after what is gone is told some again, and misses none.
		let again = Deals::deals_of_candidate(&stash(0), Some(77), 9);
		assert_eq!(again.items.len(), 5, "all bags");
	});
}

#[test]
fn new_deals_should_be_told_once_and_in_order() {
	build_and_execute(|| {
		let mine: Vec<_> = (0..4).map(|_| open(1, 1, 1).deal).collect();
		let new = |from, limit| Deals::new_deals_of_candidate(&stash(0), from, limit);
		let page = new(1, 2);
		assert_eq!((page.items, page.next), (mine[1..3].to_vec(), Some(3)));
		let page = new(3, 2);
		assert_eq!((page.items, page.next), (mine[3..].to_vec(), None));
		assert_eq!(new(4, 2).items, Vec::<u64>::new());
		assert!(Deals::new_deals_of_candidate(&stash(1), 0, 9).items.is_empty(), "no candidate");
		let task = TaskId { deal: mine[1], index: 0 };
		pass(4);
		poke(task);
		run_wave(task, &drawn(task, 0), &[good()]);
		assert_eq!(new(0, 9).items, [mine[0], mine[2], mine[3]], "nothing of it is open");
	});
}

#[test]
fn tasks_of_deal_should_show_each_task_as_its_own_view_does() {
	build_and_execute(|| {
		let tasks = super::bags::open_bag(5);
		super::bags::opened(tasks[1]);
		let whole = Deals::tasks_of_deal(tasks[0].deal, 0, u32::MAX).expect("it is kept");
		let views: Vec<_> = whole.into_views().collect();
		assert_eq!(views, tasks.iter().filter_map(|id| Deals::task_view(*id)).collect::<Vec<_>>());
		let part = Deals::tasks_of_deal(tasks[0].deal, 1, 2).expect("it is kept").tasks;
		let numbers: Vec<u32> = part.items.iter().map(|task| task.index).collect();
		assert_eq!((numbers, part.next), (vec![1, 2], Some(3)));
		assert_eq!(Deals::tasks_of_deal(9, 0, 1), None);
		let stranger = Deals::tasks_of_candidate(&STRANGER, tasks[0].deal, 0, 9);
		assert!(stranger.expect("it is kept").tasks.items.is_empty());
	});
}

#[test]
fn tasks_of_candidate_should_name_candidates_first_and_then_the_drawn() {
	build_and_execute(|| {
		let task = open(2, 2, 5);
		let concerned =
			|| -> Vec<u8> { (0..7).filter(|at| !tasks_of(&stash(*at)).is_empty()).collect() };
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

/// The keys that a provider's daemon has to have read at a block: of what is new, and of what the provider has
/// slots for.
fn keys_read_at_a_block(ext: &mut sp_io::TestExternalities, from: u64) -> usize {
	let recorder = Default::default();
	ext.commit_all().expect("no transaction is open");
	ext.execute_with_recorder(Clone::clone(&recorder), || {
		let new = Deals::new_deals_of_candidate(&stash(0), from, u32::MAX);
		assert_eq!((new.items, new.next), (vec![], None));
		let work = Deals::deals_of_provider(&stash(0));
		assert_eq!(work, [0, 1]);
		for deal in work {
			let tasks = Deals::tasks_of_candidate(&stash(0), deal, 0, u32::MAX);
			assert!(!tasks.expect("it is kept").tasks.items.is_empty());
		}
	});
	recorder.recorded_keys().values().map(|keys| keys.len()).sum()
}

/// Own work, and `copies` of a deal of strangers, as if they had opened it as often.
fn with_strangers(copies: u64, deal: fn() -> u64) -> (sp_io::TestExternalities, u64) {
	let mut ext = new_test_ext();
	let next = ext.execute_with(|| {
		System::set_block_number(1);
		// All candidates are drawn.
		open(3, 2, 3);
		let own = Deals::open(bag(4, 2, 2, 2)).expect("in order");
		pass(4);
		poke(TaskId { deal: own, index: 0 });
		let first = deal();
		let stranger = crate::Deals::<Test>::get(first).expect("it is open");
		let task = live(TaskId { deal: first, index: 0 });
		let client = &stranger.client;
		let bag = crate::Bags::<Test>::get(client, first);
		for id in first + 1..first + copies {
			crate::Deals::<Test>::insert(id, &stranger);
			if let Some(task) = &task {
				crate::Tasks::<Test>::insert(
					TaskList::of(id, &stranger),
					TaskId { deal: id, index: 0 },
					task,
				);
			}
			if let Some(bag) = &bag {
				crate::Bags::<Test>::insert(client, id, bag);
				for candidate in &stranger.candidates {
					BagsOf::<Test>::insert(&candidate.provider, id, ());
				}
			}
		}
		crate::NextDealId::<Test>::put(first + copies);
		first + copies
	});
	(ext, next)
}

/// Candidates that have nothing to do with provider 0.
fn strangers() -> Vec<assay_primitives::request::Candidate> {
	candidates(7).split_off(4)
}

fn single_of_strangers() -> u64 {
	open_deal(&SECOND_CLIENT, request(2, 2), strangers()).expect("in order")
}

/// The client can pay for whatever it asks.
fn enrich_client() {
	use frame_support::traits::fungible::Mutate;
	Balances::mint_into(&CLIENT, RICH * 10_000).expect("no overflow");
}

fn bag_of_strangers() -> u64 {
	enrich_client();
	let mut bag = bag(1_024, 2, 2, 7);
	bag.candidates = strangers();
	Deals::open(bag).expect("in order")
}

/// Provider 0 is a candidate as well.
fn bag_that_names_it() -> u64 {
	enrich_client();
	Deals::open(bag(1_024, 2, 2, 7)).expect("in order")
}

fn bag_of_others() -> u64 {
	let mut bag = bag(4, 2, 2, 7);
	(bag.client, bag.payer) = (SECOND_CLIENT, SECOND_CLIENT);
	bag.candidates = strangers();
	Deals::open(bag).expect("in order")
}

#[test]
fn work_at_a_block_should_read_no_more_keys_when_ten_thousand_tasks_of_strangers_are_open() {
	let keys = |copies, deal| {
		let (mut ext, next) = with_strangers(copies, deal);
		keys_read_at_a_block(&mut ext, next)
	};
	let quiet = keys(1, single_of_strangers);
	assert!((1..=60).contains(&quiet), "{quiet} keys");
	assert_eq!(keys(10_000, single_of_strangers), quiet, "singles");
	assert_eq!(keys(10, bag_of_strangers), quiet, "10 240 tasks in bags");
	assert_eq!(keys(10, bag_that_names_it), quiet, "the same in bags that name the provider");
}

/// What a client or a provider asks for once must not depend on what others have there.
#[test]
fn lists_of_an_account_should_read_no_more_when_others_have_ten_thousand_deals() {
	let read = |copies, deal| {
		let (mut ext, _) = with_strangers(copies, deal);
		ext.commit_all().expect("no transaction is open");
		let recorder = Default::default();
		ext.execute_with_recorder(Clone::clone(&recorder), || {
			assert_eq!(Deals::deals_of_client(&CLIENT, None, u32::MAX).items.len(), 2);
			assert_eq!(Deals::deals_of_provider(&stash(0)), [0, 1]);
			assert_eq!(Deals::deals_of_candidate(&stash(0), None, u32::MAX).items, [0, 1]);
		});
		let keys: usize = recorder.recorded_keys().values().map(|keys| keys.len()).sum();
		(keys, recorder.to_storage_proof().iter_nodes().count())
	};
	let (keys, nodes) = read(1, single_of_strangers);
	for (copies, deal) in [(10_000, single_of_strangers as fn() -> u64), (10, bag_of_others)] {
		let (more, deeper) = read(copies, deal);
		assert_eq!(more, keys, "keys");
		// The paths to what is read are longer, of which there are about as many.
		assert!(deeper <= nodes + 4 * keys, "{deeper} nodes, {nodes} with one deal");
	}
}

/// A bag with as many tasks and as long arguments as there can be, all of whose tasks concern everybody.
#[test]
fn answer_should_fit_through_the_rpc_when_a_bag_is_as_large_as_can_be() {
	new_test_ext().execute_with(|| {
		enrich_client();
		let arguments = (0..MAX_ARGS).map(|_| vec![7u8; MAX_ARGS_BYTES / MAX_ARGS as usize]);
		let mut large = bag(MAX_TASKS, 20, 11, 20);
		large.request.task.args = TaskSpec::bounded_args(arguments).expect("they fit");
		let id = Deals::open(large).expect("in order");
		pass(4);
		let page = |from: Option<u32>, limit| {
			let from = from.unwrap_or_default();
			let found = Deals::tasks_of_candidate(&stash(0), id, from, limit).expect("kept");
			assert!(found.encoded_size() < PAGE_BYTES, "{} bytes", found.encoded_size());
			found.tasks
		};
		let found = all(u32::MAX, page);
		assert_eq!(found.len(), MAX_TASKS as usize);
		// What was sent before: the deal with each.
		let views = found.len() * Deals::task_view(TaskId { deal: id, index: 0 }).encoded_size();
		assert!(2 * views > 10 << 20, "{views} bytes would fit");
	});
}

/// What a look at the start costs is bounded, whatever there is.
#[test]
fn page_of_deals_should_read_no_more_keys_than_it_was_asked_for() {
	let (mut ext, _) = with_strangers(1_000, single_of_strangers);
	ext.commit_all().expect("no transaction is open");
	for (limit, most) in [(10, 12), (u32::MAX, MAX_TASK_PAGE as usize + 2)] {
		let recorder = Default::default();
		ext.execute_with_recorder(Clone::clone(&recorder), || {
			Deals::deals_of_candidate(&stash(0), None, limit);
			Deals::new_deals_of_candidate(&stash(0), 0, limit);
			Deals::deals_of_client(&CLIENT, Some(3), limit);
		});
		let keys: usize = recorder.recorded_keys().values().map(|keys| keys.len()).sum();
		assert!(keys <= 3 * most, "{keys} keys for {limit}");
	}
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
		Providers::change(&poor, |it| it.free = 0);
		let replicas = drawn(task, 0);
		run_wave(task, &replicas, &[good(), bad(2), bad(3)]);
		assert_eq!(drawn(task, 1), vec![stash(order[4] as u8)]);
		System::assert_has_event(Event::CandidateSkipped { task, provider: poor.clone() }.into());
		assert_eq!(Deals::draw_view(task).expect("drawn").drawn, order[..5]);
		Providers::change(&poor, |it| it.free = BOND);

		// The one that was skipped is out for good.
		run_wave(task, &drawn(task, 1), &[bad(4)]);
		assert_eq!(drawn(task, 2), vec![stash(order[5] as u8)]);
		pass(BEACON_SPAN);
		let late = Deals::draw_view(task).expect("drawn");
		assert_eq!((late.fold.randomness, late.fold.entries.len()), (view.fold.randomness, 0));
		assert_eq!(late.drawn, order[..6]);
	});
}
