use super::*;
use assay_primitives::pool::{Exhibit, Leaf};
use polkadot_sdk::sp_runtime::DispatchResult;

/// Of a member that is shown to be wrong in the first round, after which another one follows.
struct Lie {
	leaves: Vec<Leaf>,
	record: crate::Record,
}

/// The second of three members publishes its leaves under what `change` makes of them, and the round ends.
fn lie(change: impl FnOnce(&mut Vec<Leaf>, &mut u64)) -> Lie {
	race(terms(24), 3);
	assert_ok!(publish(0, 8));
	let mut leaves = leaves(1, 4);
	let mut gas = Publication::of(&leaves).gas;
	change(&mut leaves, &mut gas);
	assert_ok!(publish_as(stash(1), Publication { gas, ..Publication::of(&leaves) }));
	let record = record();
	pass(MIN_WINDOW + 1);
	assert_ok!(poke());
	Lie { leaves, record }
}

impl Lie {
	fn expose(&self, row: u32) -> DispatchResult {
		self.show(exhibit(&self.leaves, row))
	}

	fn show(&self, exhibit: Exhibit) -> DispatchResult {
		Pools::expose(signed(STRANGER), 0, 0, 1, self.record.clone(), exhibit)
	}
}

/// How somebody was found wrong last, and what it lost.
fn fall() -> (u16, Wrong, Balance) {
	let fell = |event| match event {
		Event::FoundWrong { member, why, amount, .. } => Some((member, why, amount)),
		_ => None,
	};
	let events = System::read_events_for_pallet::<Event<Test>>();
	events.into_iter().rev().find_map(fell).expect("somebody was")
}

fn fault() -> Fault {
	match fall().1 {
		Wrong::Contradiction(fault) => fault,
		other => panic!("{other:?}"),
	}
}

#[test]
fn pool_true_publication_should_show_nothing_false() {
	build_and_execute(|| {
		let truth = lie(|_, _| ());
		for row in 0..4 {
			assert_noop!(truth.expose(row), Error::<Test>::NothingFalse);
		}
		// What was not published shows nothing.
		let mut forged = exhibit(&truth.leaves, 2);
		forged.leaf.leaf.gas += 1;
		assert_noop!(truth.show(forged), Error::<Test>::NothingFalse);
	});
}

#[test]
fn pool_leaf_of_another_pool_place_or_subtask_should_be_found() {
	let found = |change: fn(&mut Leaf)| {
		let mut found = Fault::Unfit;
		build_and_execute(|| {
			let lie = lie(|leaves, _| change(&mut leaves[1]));
			assert_noop!(lie.expose(0), Error::<Test>::NothingFalse);
			assert_ok!(lie.expose(1));
			found = fault();
		});
		found
	};
	assert_eq!(found(|leaf| leaf.pool = 1), Fault::Elsewhere);
	assert_eq!(found(|leaf| leaf.spot.round = 1), Fault::Elsewhere);
	assert_eq!(found(|leaf| leaf.spot.member = 0), Fault::Elsewhere);
	assert_eq!(found(|leaf| leaf.spot.row = 2), Fault::Elsewhere);
	assert_eq!(found(|leaf| leaf.subtask = (leaf.subtask + 1) % 24), Fault::OtherSubtask);
	assert_eq!(found(|leaf| leaf.outcome.gas_used = GAS + 1), Fault::Unfit);
}

#[test]
fn pool_09_who_leaves_out_a_leaf_should_be_found() {
	build_and_execute(|| {
		let lie = lie(|leaves, gas| {
			leaves.remove(1);
			*gas = leaves.last().expect("three are left").gas;
		});
		assert_noop!(lie.expose(0), Error::<Test>::NothingFalse);
		assert_ok!(lie.expose(1));
		assert_eq!(fault(), Fault::Elsewhere);
	});
}

#[test]
fn pool_sum_that_is_off_by_one_should_be_found() {
	build_and_execute(|| {
		// From the third on, so that the last leaf and the total agree.
		let lie = lie(|leaves, gas| {
			leaves[2..].iter_mut().for_each(|leaf| leaf.gas += 1);
			*gas += 1;
		});
		for row in [0, 1, 3] {
			assert_noop!(lie.expose(row), Error::<Test>::NothingFalse);
		}
		assert_ok!(lie.expose(2));
		assert_eq!(fault(), Fault::Gas);
	});
	build_and_execute(|| {
		let lie = lie(|_, gas| *gas += 1);
		assert_noop!(lie.expose(2), Error::<Test>::NothingFalse);
		assert_ok!(lie.expose(3));
		assert_eq!(fault(), Fault::Total);
	});
}

#[test]
fn pool_leaves_of_who_is_wrong_should_go_back_and_its_deposit_be_lost() {
	build_and_execute(|| {
		let lie = lie(|_, gas| *gas += 1);
		let before = (issuance(), usable(STRANGER));
		assert_ok!(lie.expose(3));
		let why = Wrong::Contradiction(Fault::Total);
		assert_eq!((fall(), deposit_of(1)), ((1, why, DEPOSIT), 0));
		let reward = DEPOSIT / 20 * 9;
		let to = account(STRANGER);
		let share = Event::ShareOfDeposit { pool: 0, member: 1, to, amount: reward };
		assert_eq!(last_event(), share, "half of what is not burnt");
		assert_eq!(usable(STRANGER) - before.1, reward);
		assert_eq!(before.0 - issuance(), DEPOSIT - reward);
		let noted = (account(stash(1)), Conduct::Wrong);
		assert_eq!(providers::Notes::<Test>::get(), [noted]);
		assert_noop!(lie.expose(3), Error::<Test>::AlreadyFoundWrong);
		// The seed was under way, so that its order stays what it is.
		deal_out();
		assert_eq!(columns().iter().map(Vec::len).collect::<Vec<_>>(), [4, 4, 4]);
		assert_noop!(publish(1, 4), Error::<Test>::NotMember);
		assert_ok!(publish(0, 4));
		assert_ok!(publish(2, 4));
		// Nobody waits for who was found wrong.
		assert_ok!(poke());
		assert_eq!(place(1), MemberPlace::Expelled);
		let ended = Event::RoundEnded { pool: 0, round: 1, done: 8, pooled: 8 };
		assert!(System::read_events_for_pallet().contains(&ended));
		deal_out();
		assert_eq!(columns().iter().map(Vec::len).collect::<Vec<_>>(), [4, 0, 4]);
		assert_noop!(sign_up(stash(1)), Error::<Test>::AlreadySignedUp);
	});
}

/// Who computes the seed a block before the chain must not be able to choose between two orders.
#[test]
fn order_should_stay_when_somebody_is_found_wrong_while_the_seed_is_drawn() {
	let dealt = |found: bool| {
		let mut order = Vec::new();
		build_and_execute(|| {
			race(PoolTerms { columns: Columns::Adaptive, ..terms(24) }, 3);
			assert_ok!(publish(0, 8));
			let (leaves, publication) = (leaves(1, 4), Publication::of(&leaves(1, 4)));
			assert_ok!(publish_as(stash(1), Publication { gas: 1, ..publication }));
			let lie = Lie { leaves, record: record() };
			pass(MIN_WINDOW + 1);
			assert_ok!(poke());
			assert!(matches!(stage(), Stage::Drawing { .. }));
			if found {
				assert_ok!(lie.expose(3));
			}
			deal_out();
			order = columns();
		});
		order
	};
	assert_eq!(dealt(true), dealt(false));
}

#[test]
fn who_was_wrong_and_has_left_since_should_lose_all_it_has_done() {
	build_and_execute(|| {
		race(terms(24), 3);
		assert_ok!(publish(0, 8));
		assert_ok!(publish_as(stash(1), Publication { gas: 1, ..Publication::of(&leaves(1, 4)) }));
		let lie = Lie { leaves: leaves(1, 4), record: record() };
		assert_ok!(leave(stash(1)));
		pass(MIN_WINDOW + 1);
		assert_ok!(poke());
		deal_out();
		assert_ok!(lie.expose(3));
		assert_eq!(deposit_of(1), 0);
		all_publish();
		assert_ok!(poke());
		assert_eq!(Pools::history(0, &pool()).pooled(), 4, "its own alone");
		deal_out();
		all_publish();
		assert_ok!(poke());
		assert!(matches!(stage(), Stage::Doubted { .. }));
	});
}

#[test]
fn who_is_found_wrong_after_the_last_round_should_not_be_paid() {
	build_and_execute(|| {
		race(terms(8), 2);
		assert_ok!(publish(0, 4));
		let leaves = leaves(1, 4);
		assert_ok!(publish_as(stash(1), Publication { gas: 1, ..Publication::of(&leaves) }));
		let lie = Lie { leaves, record: record() };
		assert_ok!(poke());
		let until = now() + DOUBT;
		draw_last();
		run_to(until - 1);
		assert_noop!(poke(), Error::<Test>::NothingToDo);
		assert_ok!(lie.expose(3));
		pass(1);
		let before = usable(stash(1));
		assert_ok!(poke());
		assert_eq!(usable(stash(1)), before);
		assert!(usable(stash(0)) > ENDOWMENT - BOND);
	});
}

#[test]
fn expose_should_be_refused_when_what_is_shown_is_not_of_the_round() {
	build_and_execute(|| {
		race(terms(24), 3);
		assert_ok!(publish(0, 8));
		let (truth, open) = (leaves(0, 8), record());
		let show = |pool, round, member, record: &crate::Record| {
			let exhibit = exhibit(&truth, 1);
			Pools::expose(signed(STRANGER), pool, round, member, record.clone(), exhibit)
		};
		assert_noop!(show(0, 0, 0, &open), Error::<Test>::RoundNotEnded);
		assert_noop!(show(0, 9, 0, &open), Error::<Test>::RoundNotEnded);
		pass(MIN_WINDOW + 1);
		assert_ok!(poke());
		assert_noop!(show(1, 0, 0, &open), Error::<Test>::PoolNotFound);
		assert_noop!(show(0, 0, 1, &open), Error::<Test>::NothingPublished);
		assert_noop!(show(0, 0, 60, &open), Error::<Test>::NothingPublished);
		let mut other = open.clone();
		other[1] = other[0];
		assert_noop!(show(0, 0, 1, &other), Error::<Test>::RecordMismatch);
		assert_noop!(show(0, 0, 0, &open), Error::<Test>::NothingFalse);
	});
}
