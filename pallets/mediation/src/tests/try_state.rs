//! Corruption is detected.

use super::*;

/// Breaks the state, and expects the check to say so.
fn detects(expected: &str, corrupt: impl FnOnce(CaseId)) {
	ext_with(&[BOND; 5]).execute_with(|| {
		let case = open_and_draw(1);
		assert_ok!(Mediation::do_try_state());
		corrupt(case);
		let error = Mediation::do_try_state().expect_err("the state is broken");
		let text = format!("{error:?}");
		assert!(text.contains(expected), "{text}");
	});
}

fn change(who: AccountId, with: impl FnOnce(&mut Mediator)) {
	Mediators::<Test>::mutate(who, |entry| with(entry.as_mut().expect("registered")));
}

#[test]
fn try_state_should_see_bonds_that_differ_from_holds() {
	detects("the hold", |_| change(stash(0), |one| one.bond.held += 1));
	detects("locked", |_| change(stash(0), |one| one.bond.locked = one.bond.held + 1));
}

#[test]
fn try_state_should_see_seats_of_nobody() {
	detects("2: seats differ", |_| {
		change(stash(0), |one| one.seats.try_push(99).expect("fits"));
	});
	detects("2:", |case| change(members(case)[0].clone(), |one| one.bond.locked = 0));
	detects("2: places", |_| change(stash(0), |one| one.places += 1));
}

#[test]
fn try_state_should_see_positions_out_of_place() {
	detects("3:", |_| Positions::<Test>::remove(0));
	detects("3:", |_| NextPosition::<Test>::put(9));
}

#[test]
fn try_state_should_see_weights_and_sums_that_are_wrong() {
	let bump = |level: u8| {
		Pages::<Test>::mutate((level, 0), |page| page.as_mut().expect("kept").nodes[0][3] += 1);
	};
	detects("4: a weight", move |_| bump(0));
	detects("5: a sum", move |_| bump(1));
}

#[test]
fn try_state_should_see_counts_that_are_wrong() {
	detects("15: what", |_| Counted::<Test>::kill());
	detects("15: who", |_| Free::<Test>::remove(3));
	detects("12: draws", |_| WaitingDirected::<Test>::put(1));
	detects("2: what", |_| change(stash(0), |one| one.directed.locked = 1));
}

#[test]
fn try_state_should_see_operators_of_nobody() {
	detects("a party serves", |_| Operators::<Test>::remove(operator(0)));
	detects("an operator", |_| Operators::<Test>::insert(STRANGER, stash(0)));
}

#[test]
fn try_state_should_see_money_that_is_not_there() {
	detects("7: what is booked", |_| Escrowed::<Test>::put(1));
	detects("7:", |case| {
		Cases::<Test>::mutate(case, |entry| {
			entry.as_mut().expect("open").penalties = 1;
			Escrowed::<Test>::mutate(|booked| *booked += 1);
		});
	});
	detects("8:", |case| {
		Cases::<Test>::mutate(case, |entry| {
			let appeal = Appeal { by: STRANGER, bond: 5, round: 0, against: truth(), heard: false };
			entry.as_mut().expect("open").appeals.try_push(appeal).expect("fits");
		});
	});
}

#[test]
fn try_state_should_see_cases_that_are_lost() {
	detects("2: seats", CaseTermsOf::<Test>::remove);
	detects("9:", |_| {
		Open::<Test>::remove(task(1));
		Escrowed::<Test>::put(0);
		for at in 0..5 {
			change(stash(at), |one| {
				(one.seats, one.places, one.bond.locked) = (Default::default(), 0, 0);
			});
		}
	});
	detects("11:", |case| {
		Cases::<Test>::mutate(case, |entry| {
			entry.as_mut().expect("open").phase = CasePhase::Revealing { until: 99 };
		});
	});
	detects("10:", |case| {
		Rounds::<Test>::mutate(case, 0, |round| round.as_mut().expect("drawn").seats = 2);
	});
}
