//! A thousand free calls for one that is paid: a bag that nobody draws is left to end and to be cleared away.

use super::*;
use assay_primitives::{
	content::ContentRef,
	task::{Input, InputList},
};

const TASKS: u32 = 64;

#[test]
fn attack_16_undrawn_tasks_should_not_be_cleared_away_for_nothing() {
	let (mut chain, client, _) = stage(1);
	let inputs: Vec<_> = (0..TASKS).map(|at| ContentRef::of(&at.to_le_bytes())).collect();
	let mut bag = order(&client, 1, 1);
	bag.request.task.input = Input::List(InputList::of(&inputs).0);
	bag.volume = TASKS;
	assert_ok!(match_offers(&mut chain, &client, bag, 1));
	let deal = chain.read(|| pallet_deals::Deals::<Runtime>::get(0)).expect("it is open");
	chain.pass(deal.terms.hard_end - deal.opened_at);
	let stranger = key("Ferdie");
	let before = worth(&mut chain, &[account(&stranger)]);
	let tasks = (0..TASKS).map(|index| TaskId { deal: 0, index }).collect();
	let call = pallet_deals::Call::poke_many { tasks: BoundedVec::truncate_from(tasks) };
	assert_ok!(chain.send(&stranger, call));
	let open = chain.read(|| pallet_deals::Deals::<Runtime>::get(0)).map(|deal| deal.open_tasks);
	assert_eq!(open, Some(0), "all have ended");
	let paid = before - worth(&mut chain, &[account(&stranger)]);
	println!("to clear {TASKS} tasks away costs {paid}");
	// More than a call of no weight costs.
	let free = chain.read(|| assay_runtime::TransactionPayment::weight_to_fee(Default::default()));
	assert!(paid > free && paid > 0, "{paid}");
}
