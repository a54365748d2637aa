use super::{denounce::denounce, *};

#[test]
fn case_view_should_tell_what_the_case_waits_for() {
	build_and_execute(5, || {
		let case = open(1);
		let next = || Mediation::case_view(case).expect("kept").next;
		assert_eq!(next(), CaseStep::Randomness);
		await_draw(case);
		let now = System::block_number();
		assert_eq!(next(), CaseStep::Seals(3, now + SEAL));
		for who in members(case) {
			assert_ok!(seal_as(case, &who, &truth()));
		}
		assert_eq!(next(), CaseStep::Reveals(3, now + SEAL + REVEAL));
		for who in members(case) {
			assert_ok!(reveal_as(case, &who, &truth()));
		}
		assert_eq!(next(), CaseStep::Appeals(now + APPEAL));
		pass(APPEAL);
		assert_eq!(next(), CaseStep::Poke);
		assert_ok!(poke(case));
		assert_eq!(next(), CaseStep::Nothing(now + APPEAL + RETAIN));
		assert!(Mediation::case_view(77).is_none());
	});
}

#[test]
fn lists_should_hold_what_they_are_asked_for() {
	build_and_execute(5, || {
		let cases: Vec<CaseId> = (0..3).map(open).collect();
		pass(DRAW_AFTER);
		let ids = |before, limit| {
			let page = Mediation::cases(before, limit);
			(page.items.iter().map(|view| view.id).collect::<Vec<_>>(), page.next)
		};
		assert_eq!(ids(None, 2), (vec![2, 1], Some(1)));
		assert_eq!(ids(Some(1), 2), (vec![0], None));
		assert_eq!(ids(Some(99), 9).0, [2, 1, 0]);
		for who in members(cases[0]) {
			let mine = |after, limit| Mediation::cases_of_mediator(&who, after, limit);
			let whole = mine(None, 9);
			assert!(whole.items.iter().any(|view| view.id == cases[0]) && whole.next.is_none());
			let (first, rest) = (mine(None, 1), mine(mine(None, 1).next, 9));
			assert_eq!([first.items, rest.items].concat(), whole.items);
		}
		let some = Mediation::mediators(None, 2);
		let rest = Mediation::mediators(some.next.clone(), 100);
		let whole = Mediation::mediators(None, 100);
		assert_eq!((some.items.len(), whole.items.len(), whole.next), (2, 5, None));
		assert_eq!([some.items, rest.items].concat(), whole.items);
		assert!(Mediation::mediator_view(&STRANGER).is_none());
		assert!(Mediation::cases_of_mediator(&STRANGER, None, 9).items.is_empty());
	});
}

/// A closed case, and who sat in it.
fn closed(deal: u64) -> (CaseId, Vec<AccountId>) {
	let case = open(deal);
	vote(case, 0);
	let members = members(case);
	expire(case);
	(case, members)
}

/// Numbers of a page of the past cases of a mediator.
fn past(who: &AccountId, before: Option<CaseId>, limit: u32) -> Vec<CaseId> {
	let page = Mediation::past_cases_of_mediator(who, before, limit);
	page.items.iter().map(|case| case.id).collect()
}

#[test]
fn past_cases_should_be_listed_by_mediator_until_they_are_pruned() {
	build_and_execute(5, || {
		let all: Vec<(CaseId, Vec<AccountId>)> = (0..4).map(closed).collect();
		let running = open(9);
		await_draw(running);
		for who in (0..5).map(stash) {
			let sat = all.iter().rev().filter(|(_, members)| members.contains(&who));
			let sat: Vec<CaseId> = sat.map(|(case, _)| *case).collect();
			assert_eq!(past(&who, None, 9), sat);
			let pages = [past(&who, None, 1), past(&who, sat.first().copied(), 9)].concat();
			assert_eq!(pages, sat);
		}
		let (first, members) = &all[0];
		pass(RETAIN);
		assert_ok!(Mediation::prune(signed(STRANGER), *first));
		assert!(members.iter().all(|who| !past(who, None, 9).contains(first)));
		assert!(past(&STRANGER, None, 9).is_empty());
	});
}

/// It holds nothing of the mediator any more, though others go on.
#[test]
fn case_should_be_past_when_the_mediator_was_denounced_in_it() {
	build_and_execute(5, || {
		let case = open_and_draw(1);
		let who = members(case)[0].clone();
		assert_ok!(seal_as(case, &who, &truth()));
		assert!(past(&who, None, 9).is_empty());
		assert_ok!(denounce(STRANGER, case, &who));
		assert_eq!(past(&who, None, 9), [case]);
		assert!(Mediation::cases_of_mediator(&who, None, 9).items.is_empty());
	});
}

#[test]
fn oldest_past_case_should_make_room_when_there_is_none() {
	build_and_execute(5, || {
		let mut mediator = mediator(&stash(0));
		let most = CaseId::from(MAX_PAST);
		(0..most + 2).for_each(|case| mediator.remember(case));
		assert!(mediator.past.iter().copied().eq(2..most + 2));
	});
}

#[test]
fn committee_draw_should_be_repeatable_from_what_it_shows() {
	build_and_execute(50, || {
		let case = open_with(CaseRequest { excluded: vec![stash(3), operator(4)], ..request(1) });
		pass(DRAW_AFTER - 1);
		assert!(Mediation::committee_draw(case, 0).is_none());
		System::set_block_number(System::block_number() + 1);
		let before = Mediation::committee_draw(case, 0).expect("the seed is known");
		assert_eq!(before.drawn_at, None);
		assert_ok!(poke(case));
		let view = Mediation::committee_draw(case, 0).expect("drawn");
		assert_eq!(view.drawn_at, Some(System::block_number()));
		assert_eq!(view.barred.len(), 2);
		assert_eq!(view.fold, before.fold);
		let order: Vec<u32> = view.order.iter().map(|step| step.position).collect();
		assert_eq!(view.repeat(order.len() as u32), order);
		let shown: Vec<u32> = before.order.iter().map(|step| step.position).collect();
		assert!(shown.starts_with(&order));
		let first: Vec<AccountId> =
			view.order.iter().take(3).map(|step| step.mediator.clone()).collect();
		assert_eq!(first, members(case));
		let refolded =
			assay_primitives::beacon::Fold::compute(view.fold.ticket, view.fold.entries.clone());
		assert_eq!(refolded, Some(view.fold));
	});
}
