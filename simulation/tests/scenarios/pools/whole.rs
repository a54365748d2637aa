//! Pools in which everybody is honest, or just slow.

use super::*;

#[test]
fn three_providers_should_end_a_pool_and_be_paid_by_their_gas() {
	let mut race = Race::begun(24, 3);
	let client = race.client.clone();
	let lengths: Vec<usize> = race.columns().iter().map(Vec::len).collect();
	assert_eq!(lengths, [8, 8, 8]);
	let mut gas = [0; 3];
	let mut done = race.publish_but(0, 0);
	for member in 1..3 {
		done.extend(race.publish_but(member, 2 * usize::from(member)));
	}
	// What is left of both is dealt out anew, as much to each as it has done.
	race.poke_until(|view| view.pool.rounds == 2);
	let left: usize = race.columns().iter().map(Vec::len).sum();
	assert_eq!(left, 6);
	for member in 0..3 {
		if !race.columns()[usize::from(member)].is_empty() {
			done.extend(race.publish_but(member, 0));
		}
	}
	let mut subtasks: Vec<u32> = done.iter().map(|leaf| leaf.subtask).collect();
	subtasks.sort_unstable();
	assert_eq!(subtasks, (0..24).collect::<Vec<_>>(), "each is done once");
	for leaf in &done {
		gas[usize::from(leaf.spot.member)] += leaf.outcome.gas_used;
	}
	race.poke_until(|view| matches!(view.pool.stage, Stage::Doubted { ticket: None, .. }));
	// Whatever is drawn is true.
	let columns = [0, 1, 2].map(|member| of(&done, member));
	for (spot, _) in race.view().looks {
		let column = &columns[usize::from(spot.member)];
		let round: Vec<Leaf> =
			column.iter().filter(|leaf| leaf.spot.round == spot.round).copied().collect();
		assert_ok!(race.show(&round));
		let case = race.case();
		race.judge(case);
	}
	let before: Vec<Balance> =
		race.providers.clone().iter().map(|it| race.free(&it.stash)).collect();
	race.settle();
	for (at, provider) in race.providers.clone().iter().enumerate() {
		let paid = race.free(&provider.stash) - before[at];
		let due = Balance::from(gas[at]) * PER_MGAS / 1_000_000;
		// Each round is rounded down by itself.
		assert!((due - 2..=due).contains(&paid), "{at}: {paid} of {due}");
		assert_eq!(race.bond(at), BOND);
	}
	race.assert_nothing_left();
	let held = race.chain.read(|| {
		use polkadot_sdk::frame_support::traits::fungible::InspectHold;
		let reason = pallet_deals::HoldReason::Reservation.into();
		assay_runtime::Balances::balance_on_hold(&reason, &account(&client))
	});
	assert_eq!(held, 0, "all that was not spent came back");
}

fn of(leaves: &[Leaf], member: u16) -> Vec<Leaf> {
	leaves.iter().filter(|leaf| leaf.spot.member == member).copied().collect()
}

#[test]
fn silent_provider_should_be_removed_for_a_fee_and_its_leaves_be_done_by_others() {
	let mut race = Race::begun(24, 3);
	let mut done = 0;
	while race.place(2) == MemberPlace::Taken {
		for member in 0..2 {
			if !race.columns()[usize::from(member)].is_empty() {
				done += race.publish_but(member, 0).len();
			}
		}
		let rounds = race.view().pool.rounds;
		race.poke_until(|view| view.pool.rounds > rounds || is_over(view));
		if is_over(&race.view()) {
			break;
		}
	}
	assert_eq!(race.place(2), MemberPlace::Left);
	assert_eq!(race.bond(2), BOND - DEPOSIT / 50, "a fee, and nothing else");
	while !is_over(&race.view()) {
		for member in 0..2 {
			if !race.columns()[usize::from(member)].is_empty() {
				done += race.publish_but(member, 0).len();
			}
		}
		let rounds = race.view().pool.rounds;
		race.poke_until(|view| view.pool.rounds > rounds || is_over(view));
	}
	assert_eq!(done, 24);
}

fn is_over(view: &PoolView) -> bool {
	matches!(view.pool.stage, Stage::Doubted { .. })
}

/// A network that lasts takes none until their weights are measured.
#[test]
fn pools_should_be_closed_on_networks_that_last() {
	let open = |lasting: bool| {
		let mut chain = Chain::start_with("development", |genesis| {
			if lasting {
				genesis["network"]["timing"]["unbondingBlocks"] = assay_runtime::DAYS.into();
			}
		});
		chain.read(<Runtime as pallet_pool::Config>::OpenToAll::get)
	};
	use polkadot_sdk::frame_support::traits::Get;
	assert!(open(false) && !open(true));
}
