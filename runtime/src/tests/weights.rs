//! What a task costs the chain.

use super::{
	driver::{Chain, account, key},
	market::{MODULE, Market, truth},
};
use assay_primitives::UNIT;
use polkadot_sdk::{pallet_balances, sp_runtime::MultiAddress};

/// Budget of a whole task with three replicas, from its submission to its settlement.
const TRANSFERS: u64 = 50;

/// Prints the figures with `--nocapture`.
#[test]
fn task_of_three_replicas_should_weigh_no_more_than_its_budget() {
	let mut chain = Chain::start("development");
	let transfer = pallet_balances::Call::transfer_keep_alive {
		dest: MultiAddress::Id(account(&key("Bob"))),
		value: UNIT,
	};
	let transfer = chain.weigh(&key("Alice"), transfer).ref_time();

	let mut market = Market::open(3, 3, 3);
	let submit = super::market::submit(super::market::spec(), 3, 3, vec![0, 1, 2]);
	let client = key("Charlie");
	// A second deal, only to be weighed: the first one is already open.
	let submit = market.chain.weigh(&client, submit).ref_time();
	let publish = pallet_content::Call::publish { data: [MODULE, b" again"].concat() };
	let publish = market.chain.weigh(&client, publish).ref_time();
	let drawn = market.drawn();
	market.chain.pass(1);
	let mut commits = Vec::new();
	for provider in &drawn {
		let call = market.commit_call(*provider, truth());
		let operator = market.providers[*provider].operator.clone();
		commits.push(market.chain.weigh(&operator, call).ref_time());
	}
	let mut reveals = Vec::new();
	for provider in &drawn {
		let call = market.reveal_call(*provider, truth());
		let operator = market.providers[*provider].operator.clone();
		reveals.push(market.chain.weigh(&operator, call).ref_time());
	}
	market.ended_task();

	let times = |weight: u64| weight as f64 / transfer as f64;
	let total = submit + commits.iter().sum::<u64>() + reveals.iter().sum::<u64>();
	println!("transfer_keep_alive: {transfer} ps");
	println!("publish of {} bytes: {:.1} transfers", MODULE.len() + 6, times(publish));
	println!("submit: {:.1} transfers", times(submit));
	println!("commits: {:?}", commits.iter().map(|one| times(*one)).collect::<Vec<_>>());
	println!("reveals: {:?}", reveals.iter().map(|one| times(*one)).collect::<Vec<_>>());
	println!("task of three replicas, submit to settlement: {:.1} transfers", times(total));
	assert!(total <= TRANSFERS * transfer, "{:.1} transfers", times(total));
}
