//! The tree of weights against the flat list that it stands for.

use super::*;
use crate::pool::Urn;
use assay_primitives::{beacon::Seed, draw::weighted, hashing::blake2};
use proptest::prelude::*;

/// What an urn draws in `steps` steps, `barred` taken out before.
fn drawn_by(mut urn: Urn<Test>, seed: &Seed, barred: &[u32], steps: u32) -> Vec<u32> {
	barred.iter().for_each(|position| urn.remove(*position));
	(0..steps).map_while(|step| urn.draw(seed, step)).collect()
}

fn weights() -> Vec<u64> {
	(0..NextPosition::<Test>::get()).map(|at| Mediation::weight_in(at, Mediation::era())).collect()
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 40, ..Default::default() })]

	#[test]
	fn tree_should_draw_what_the_flat_list_draws(
		bonds in prop::collection::vec(MIN_BOND..20 * MIN_BOND, 1..90),
		barred in prop::collection::vec(0u32..100, 0..20),
		seed in any::<[u8; 32]>(),
	) {
		let seed = Seed::from(seed);
		ext_with(&bonds).execute_with(|| {
			let expected: Vec<u64> = bonds.iter().map(|bond| (bond / WEIGHT_UNIT) as u64).collect();
			assert_eq!(weights(), expected);
			let mut urn = Urn::<Test>::open(0, &Judges::Public).expect("the era is known");
			let flat: Vec<(u32, u64)> = (0..).zip(expected.iter().copied()).collect();
			assert_eq!(urn.weights(), flat);
			let drawn = drawn_by(urn, &seed, &barred, 50);
			assert_eq!(drawn, weighted(&seed, &expected, &barred, 0, 50));
			let set: Vec<AccountId> = (0..bonds.len() as u32).step_by(2).take(32).map(stash).collect();
			let odd: Vec<u64> =
				expected.iter().enumerate().map(|(at, weight)| if at % 2 == 0 && at < 64 { *weight } else { 0 }).collect();
			let urn = Urn::<Test>::open(0, &Judges::Named(set.try_into().expect("few"))).expect("the era is known");
			assert_eq!(drawn_by(urn, &seed, &[], 50), weighted(&seed, &odd, &[], 0, 50));
		});
	}

	#[test]
	fn pool_of_an_era_should_be_the_same_until_it_is_forgotten(
		ops in prop::collection::vec((0u8..4, 0u32..12, 0u128..3 * MIN_BOND, 0u32..120), 1..30),
	) {
		ext_with(&[BOND; 8]).execute_with(|| {
			let mut known: Vec<(u32, Vec<u64>)> = Vec::new();
			for (op, at, amount, blocks) in ops {
				let who = signed(stash(at));
				let _ = match op {
					0 => Mediation::bond_more(who, amount),
					1 => Mediation::unbond(who, amount),
					2 if at >= 8 && !Mediators::<Test>::contains_key(stash(at)) => {
						join(at, MIN_BOND + amount);
						Ok(())
					},
					_ => Mediation::leave(who),
				};
				let era = Mediation::era();
				let all = |era| (0..12).map(|at| Mediation::weight_in(at, era)).collect::<Vec<_>>();
				for (of, weights) in &known {
					if of + 1 >= era {
						assert_eq!(&all(*of), weights, "era {of} seen from {era}");
					}
				}
				for of in era..=era + 1 {
					if !known.iter().any(|(known, _)| *known == of) {
						known.push((of, all(of)));
					}
				}
				assert_ok!(Mediation::do_try_state());
				System::set_block_number(System::block_number() + blocks);
			}
		});
	}
}

#[test]
fn urn_should_not_open_when_the_era_is_forgotten() {
	build_and_execute(3, || {
		run_to_era(2);
		assert!(Urn::<Test>::open(0, &Judges::Public).is_none());
		assert!(Urn::<Test>::open(1, &Judges::Public).is_some());
	});
}

#[test]
fn draw_should_be_the_same_when_the_pool_changes_after_the_ticket() {
	let drawn = |change: bool| {
		let mut drawn = Vec::new();
		build_and_execute(30, || {
			// The last block of an era, so that the draw falls into the next one.
			run_to(ERA - 1);
			let case = open(1);
			if change {
				for at in 0..10 {
					assert_ok!(Mediation::leave(signed(stash(at))));
				}
				join(50, RICH / 2);
				assert_ok!(Mediation::bond_more(signed(stash(11)), RICH / 2));
			}
			await_draw(case);
			drawn = members(case);
		});
		drawn
	};
	assert_eq!(drawn(false), drawn(true));
}

#[test]
fn draw_should_be_the_same_when_it_is_made_later() {
	let drawn = |late: u32| {
		let mut drawn = Vec::new();
		build_and_execute(30, || {
			DrawsPerBlock::set(0);
			let case = open(1);
			pass(DRAW_AFTER + late);
			assert_ok!(poke(case));
			drawn = members(case);
		});
		drawn
	};
	assert_eq!(drawn(0), drawn(20));
}

#[test]
fn draw_should_take_a_new_ticket_when_the_pool_of_its_era_is_forgotten() {
	// A beacon that still gives the fold so late would be misconfigured; the pool protects itself.
	build_and_execute(30, || {
		DrawsPerBlock::set(0);
		let case = open(1);
		Rounds::<Test>::mutate(case, 0, |round| {
			round.as_mut().expect("opened").era = 0;
		});
		run_to_era(2);
		Cases::<Test>::mutate(case, |entry| {
			let CasePhase::AwaitingSeed { ticket, .. } = &mut entry.as_mut().expect("open").phase
			else {
				panic!("nothing was drawn")
			};
			ticket.taken_at = 2 * ERA - 10;
		});
		assert_ok!(poke(case));
		assert!(matches!(phase(case), CasePhase::AwaitingSeed { ticket, .. }
			if ticket.taken_at == 2 * ERA));
	});
}

#[test]
fn thousand_mediators_should_cost_a_draw_no_more_than_the_pages_on_its_paths() {
	ext_with(&[BOND; 1_000]).execute_with(|| {
		for seats in [3u32, 31] {
			let seed = Seed::from(blake2(&seats.to_le_bytes()));
			let mut urn = Urn::<Test>::open(0, &Judges::Public).expect("the era is known");
			let drawn = (0..seats).map_while(|step| urn.draw(&seed, step)).count() as u32;
			assert_eq!(drawn, seats);
			let Urn::All(tree) = urn else { panic!("no set was asked for") };
			// One leaf for each seat at most, the four pages above them, and two roots.
			assert!(tree.pages_read() <= seats as usize + 6, "{} pages", tree.pages_read());
		}
	});
}

#[test]
fn pool_should_be_shown_with_each_page_read_once_and_none_without_weight() {
	ext_with(&[BOND; 1_000]).execute_with(|| {
		// All of the second page and half of the third have no weight any more.
		for at in 16..40 {
			assert_ok!(Mediation::leave(signed(stash(at))));
		}
		let era = Mediation::era() + 2;
		run_to_era(era);
		let mut urn = Urn::<Test>::open(era, &Judges::Public).expect("the era is known");
		let shown = urn.weights();
		assert_eq!(shown.len(), 1_000 - 24);
		assert!(shown.iter().all(|(at, weight)| !(16..40).contains(at) && *weight > 0));
		let Urn::All(tree) = urn else { panic!("no set was asked for") };
		// Of 63 leaves one is empty; above them are four pages, and two roots.
		assert!(tree.pages_read() <= 62 + 4 + 2, "{} pages", tree.pages_read());
	});
}
