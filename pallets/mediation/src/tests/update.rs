use super::*;

fn update(index: u32, capacity: u16) -> sp_runtime::DispatchResult {
	Mediation::update(signed(stash(index)), terms(capacity))
}

#[test]
fn update_should_take_effect_two_eras_on() {
	build_and_execute(3, || {
		assert_ok!(update(0, 2));
		assert!(emitted(Event::TermsChanged { mediator: stash(0), terms: terms(2), era: 2 }));
		assert_eq!(mediator(&stash(0)).terms_in(1).capacity, 8);
		assert_eq!(mediator(&stash(0)).terms_in(2).capacity, 2);
	});
}

#[test]
fn update_should_refuse_another_change_until_the_first_is_in_effect_for_an_era() {
	build_and_execute(3, || {
		assert_ok!(update(0, 2));
		// Within the era it only replaces the change.
		assert_ok!(update(0, 3));
		for era in [1, 2] {
			run_to_era(era);
			assert_noop!(update(0, 4), Error::<Test>::ChangePending);
		}
		run_to_era(3);
		assert_ok!(update(0, 4));
		assert_eq!(mediator(&stash(0)).terms_in(3).capacity, 3);
		assert_eq!(mediator(&stash(0)).terms_in(5).capacity, 4);
	});
}

#[test]
fn update_should_refuse_terms_that_make_no_sense() {
	build_and_execute(1, || {
		assert_noop!(update(0, 0), Error::<Test>::CapacityOutOfRange);
		assert_noop!(
			Mediation::update(signed(STRANGER), terms(1)),
			refused(BondFault::NotRegistered)
		);
		assert_ok!(Mediation::leave(signed(stash(0))));
		assert_noop!(update(0, 1), refused(BondFault::Leaving));
	});
}

#[test]
fn update_should_not_free_from_a_draw_whose_ticket_is_taken() {
	build_and_execute(3, || {
		let case = open(1);
		let other = MediatorTerms {
			profiles: frame_support::BoundedVec::truncate_from(vec![Hash::repeat_byte(9)]),
			..terms(1)
		};
		assert_ok!(Mediation::update(signed(stash(0)), other));
		await_draw(case);
		assert!(members(case).contains(&stash(0)));
	});
}

#[test]
fn update_should_keep_out_of_cases_of_other_profiles_when_in_effect() {
	build_and_execute(4, || {
		let other = MediatorTerms {
			profiles: frame_support::BoundedVec::truncate_from(vec![Hash::repeat_byte(9)]),
			..terms(1)
		};
		assert_ok!(Mediation::update(signed(stash(0)), other));
		run_to_era(2);
		for deal in 0..8 {
			Entropy::set(deal);
			let case = open_and_draw(deal);
			assert!(!members(case).contains(&stash(0)));
		}
	});
}
