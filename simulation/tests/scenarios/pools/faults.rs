//! Lies, false inputs and what is kept back.

use super::*;
use assay_primitives::{
	Signature,
	pool::{Handover, Wrong},
};
use assay_runtime::RuntimeEvent;
use pallet_pool::Event;
use polkadot_sdk::sp_core::Pair as _;

impl Race {
	/// How somebody was found wrong last.
	fn fall(&self) -> Option<(u16, Wrong, Balance)> {
		self.chain.events.iter().rev().find_map(|event| match event {
			RuntimeEvent::Pools(Event::FoundWrong { member, why, amount, .. }) => {
				Some((*member, *why, *amount))
			},
			_ => None,
		})
	}

	/// The first member publishes the truth and the second one nothing but lies; of the third nothing is heard. Both are
	/// audited, and another round goes on.
	fn with_a_liar() -> (Self, Vec<Leaf>, Vec<Leaf>) {
		let mut race = Self::begun(24, 3);
		let truth = race.publish_but(0, 0);
		let lies = lies(&race.leaves(1, 8));
		assert_ok!(race.publish_leaves(1, &lies));
		race.poke_until(|view| matches!(view.pool.stage, Stage::Drawing { .. }));
		race.audit_all();
		race.advance_to_race();
		(race, truth, lies)
	}
}

#[test]
fn audit_should_catch_a_liar_who_loses_all_and_whose_leaves_are_done_again() {
	let (mut race, truth, lies) = Race::with_a_liar();
	let client = race.client.clone();
	assert_ok!(race.show(&truth));
	let case = race.case();
	race.judge(case);
	assert_eq!(race.fall(), None, "what is true stands");
	let before = race.free(&client);
	assert_ok!(race.show(&lies));
	let case = race.case();
	race.judge(case);
	let (member, why, amount) = race.fall().expect("the liar is found");
	assert!(matches!(why, Wrong::Outcome { .. }));
	assert_eq!((member, amount), (1, DEPOSIT));
	assert_eq!(race.bond(1), BOND - DEPOSIT);
	assert_eq!(race.view().members[1].due, 0);
	// The whole case came back to who had locked it: a part as what it did not cost, the rest out of the deposit.
	assert_eq!(race.free(&client) - before, race.view().pool.judging.case);
	while race.place(1) != MemberPlace::Expelled {
		let rounds = race.view().pool.rounds;
		for member in [0, 2] {
			if !race.columns()[usize::from(member)].is_empty() {
				race.publish_but(member, 0);
			}
		}
		race.poke_until(|view| view.pool.rounds > rounds);
	}
	let left: usize = race.columns().iter().map(Vec::len).sum();
	let done = race.view().members.iter().map(|member| member.done).sum::<u32>();
	assert_eq!((left as u32, race.view().members[1].done), (24 - done, 0), "its lies are back");
	assert_eq!(race.columns()[1].len(), 0);
	for member in [0, 2] {
		if !race.columns()[usize::from(member)].is_empty() {
			race.publish_but(member, 0);
		}
	}
	race.poke_until(|view| matches!(view.pool.stage, Stage::Doubted { .. }));
	let done = race.view().members.iter().map(|member| member.done).sum::<u32>();
	assert_eq!(done, 24);
	let (first, liar) = (race.providers[0].stash.clone(), race.providers[1].stash.clone());
	let before = (race.free(&first), race.free(&liar));
	race.settle();
	assert!(race.free(&first) > before.0);
	assert_eq!(race.free(&liar), before.1);
	race.assert_nothing_left();
}

#[test]
fn leaf_that_is_kept_back_should_cost_as_much_as_a_lie() {
	let (mut race, truth, _) = Race::with_a_liar();
	assert_ok!(race.show(&truth));
	let stranger = race.stranger.clone();
	let until = race.view().looks[0].1.until;
	let close = Call::close_audit { pool: 0, round: 0, member: 1 };
	assert!(race.send(&stranger, close.clone()).is_err(), "there is time");
	let now = race.chain.now();
	race.chain.pass(until - now);
	assert_ok!(race.send(&stranger, close));
	assert_eq!(race.fall(), Some((1, Wrong::KeptBack { round: 0 }, DEPOSIT)));
	assert_eq!(race.bond(1), BOND - DEPOSIT);
}

#[test]
fn anybody_should_have_a_lie_judged_and_be_paid_for_it() {
	let mut race = Race::begun(24, 3);
	let truth = race.publish_but(0, 0);
	let lies = lies(&race.leaves(1, 8));
	assert_ok!(race.publish_leaves(1, &lies));
	let record = race.record();
	race.poke_until(|view| matches!(view.pool.stage, Stage::Drawing { .. }));
	let doubt = |race: &mut Race, leaves: &[Leaf], row: usize| {
		let (spot, subtask) = (leaves[row].spot, leaves[row].subtask);
		let (exhibit, input) = (exhibit(leaves, row as u32), race.input(subtask));
		let (pool_hash, record) = (race.view().hash, record.clone());
		let stranger = race.stranger.clone();
		let call = Call::challenge { pool: 0, pool_hash, spot, record, exhibit, input };
		assert_ok!(race.send(&stranger, call));
		let case = race.chain.read(|| Mediation::case_over(Subject::Leaf(id(spot))));
		race.judge(case.expect("it is open"));
	};
	let stranger = race.stranger.clone();
	let honest = race.providers[0].stash.clone();
	let before = (race.free(&stranger), race.free(&honest));
	doubt(&mut race, &truth, 3);
	assert!(race.free(&stranger) < before.0 - race.view().pool.judging.wage);
	assert!(race.free(&honest) > before.1, "the bond pays whose leaf is true");
	let before = race.free(&stranger);
	doubt(&mut race, &lies, 5);
	assert!(matches!(race.fall(), Some((1, Wrong::Outcome { .. }, DEPOSIT))));
	// Within the day's bound on what falls pay, and less the fees of all these calls.
	let gained = race.free(&stranger) - before;
	assert!(gained > DEPOSIT / 3 && gained < DEPOSIT / 2, "{gained}");
}

#[test]
fn anybody_should_show_an_input_that_is_not_what_the_client_had_promised() {
	let mut race = Race::begun(24, 3);
	let (client, stranger) = (race.client.clone(), race.stranger.clone());
	let signed = |race: &mut Race, input: ContentRef| {
		let handover = Handover { pool: 0, input, proof: race.input(7).proof };
		let payload = handover.payload(&race.view().hash);
		let signature = Signature::Sr25519(client.sign(payload.as_bytes()));
		Call::show_input { handover, signature }
	};
	let promised = race.input(7).input;
	let kept = signed(&mut race, promised);
	assert!(race.send(&stranger, kept).is_err(), "it is what was promised");
	let fine = race.view().pool.fine;
	let broken = signed(&mut race, ContentRef::of(b"something else"));
	assert_ok!(race.send(&stranger, broken.clone()));
	let by = account(&stranger);
	let reward = fine - fine.div_ceil(10);
	let fined = Event::ClientFined { pool: 0, by, amount: fine, reward };
	assert!(race.chain.events.contains(&RuntimeEvent::Pools(fined)));
	assert_eq!(race.view().pool.fine, 0);
	assert!(race.send(&stranger, broken).is_err(), "once");
}
