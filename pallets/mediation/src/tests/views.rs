use super::*;

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
		assert_eq!(next(), CaseStep::Reveals(3, now + REVEAL));
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
		let ids: Vec<CaseId> = Mediation::cases(2).into_iter().map(|view| view.id).collect();
		assert_eq!(ids, [2, 1]);
		for who in members(cases[0]) {
			let mine = Mediation::cases_of_mediator(&who);
			assert!(mine.iter().any(|view| view.id == cases[0]));
		}
		assert_eq!(Mediation::mediators(2).len(), 2);
		assert_eq!(Mediation::mediators(100).len(), 5);
		assert!(Mediation::mediator_view(&STRANGER).is_none());
		assert!(Mediation::cases_of_mediator(&STRANGER).is_empty());
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
