use super::*;
use frame_support::{traits::Hooks, weights::Weight};

#[test]
fn poke_should_be_refused_when_nothing_is_due() {
	build_and_execute(3, || {
		assert_noop!(poke(77), Error::<Test>::CaseNotFound);
		let case = open(1);
		assert_noop!(poke(case), Error::<Test>::NothingToDo);
		await_draw(case);
		assert_noop!(poke(case), Error::<Test>::NothingToDo);
		vote(case, 0);
		pass(APPEAL - 1);
		assert_noop!(poke(case), Error::<Test>::NothingToDo);
		next_block();
		assert_ok!(poke(case));
		assert_noop!(poke(case), Error::<Test>::NothingToDo);
	});
}

#[test]
fn poke_should_draw_when_blocks_have_no_time_for_it() {
	build_and_execute(3, || {
		DrawsPerBlock::set(0);
		let case = open(1);
		pass(DRAW_AFTER);
		assert!(matches!(phase(case), CasePhase::AwaitingSeed { .. }));
		assert_ok!(poke(case));
		assert_eq!(members(case).len(), 3);
		DrawsPerBlock::set(4);
		next_block();
		assert_eq!(Waiting::<Test>::iter().count(), 0);
	});
}

#[test]
fn poke_should_replace_silent_members_twice_and_then_go_on_with_who_sealed() {
	build_and_execute(9, || {
		let case = open_and_draw(1);
		let first = drawn(case);
		assert_ok!(seal_as(case, &first[0], &truth()));
		for wave in [1, 2] {
			expire(case);
			assert!(matches!(phase(case), CasePhase::Sealing { wave: at, .. } if at == wave));
			assert_eq!(drawn(case).len(), 2 - usize::from(wave == 2));
			if wave == 1 {
				assert_ok!(seal_as(case, &drawn(case)[0], &truth()));
			}
		}
		expire(case);
		assert!(matches!(phase(case), CasePhase::Revealing { .. }));
		let silent = round(case).members.iter().filter(|one| one.vote == Vote::Silent).count();
		assert_eq!((silent, round(case).members.len()), (4, 6));
		// Two of three seats are not unanimous.
		expire(case);
		assert!(matches!(phase(case), CasePhase::AwaitingSeed { .. }));
	});
}

#[test]
fn poke_should_take_another_ticket_when_the_beacon_was_dry_and_give_up_in_the_end() {
	build_and_execute(3, || {
		BeaconIsDry::set(true);
		let case = open(1);
		let CasePhase::AwaitingSeed { ticket, until } = phase(case) else { panic!("just opened") };
		pass(SEED_SPAN + 1);
		let CasePhase::AwaitingSeed { ticket: second, until: same } = phase(case) else {
			panic!("there is no seed")
		};
		assert!(second.taken_at > ticket.taken_at);
		assert_eq!(until, same);
		run_to(until);
		// The start of the block has given up already, or a call does.
		let _ = poke(case);
		assert!(matches!(phase(case), CasePhase::Court { standing: None, .. }));
	});
}

#[test]
fn idle_blocks_should_bring_every_case_to_its_end_without_any_call() {
	build_and_execute(12, || {
		let cases: Vec<CaseId> = (0..20).map(open).collect();
		let last = cases.iter().filter_map(CaseTermsOf::<Test>::get).map(|one| one.last_block);
		let last = last.max().expect("twenty cases");
		while System::block_number() < last {
			next_block();
			Mediation::on_idle(System::block_number(), Weight::MAX);
		}
		assert_eq!(Open::<Test>::count(), 0);
		assert_eq!(Rulings::get().len(), 20);
	});
}

#[test]
fn idle_blocks_should_keep_within_their_weight() {
	build_and_execute(12, || {
		for deal in 0..20 {
			open(deal);
		}
		pass(SEAL + DRAW_AFTER);
		for share in [0u64, 1, 3, 1_000] {
			let left = Mediation::worst_poke().saturating_mul(share);
			let used = Mediation::on_idle(System::block_number(), left);
			assert!(used.all_lte(left), "{used:?} of {left:?}");
		}
	});
}
