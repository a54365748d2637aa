//! Fees, proxies, and content nested in other calls.

use assay_primitives::{Hash, UNIT, hashing::blake2};
use assay_runtime::{
	Runtime, RuntimeCall, RuntimeEvent,
	configs::{ProxyType, Treasury},
};
use assay_simulation::{
	Chain, account, key,
	market::{MODULE, spec, submit},
};
use polkadot_sdk::{
	frame_support::{assert_ok, traits::InstanceFilter},
	pallet_balances, pallet_proxy, pallet_transaction_payment, pallet_utility,
	sp_core::Get,
	sp_runtime::MultiAddress,
};

fn pay(to: &str) -> RuntimeCall {
	let dest = MultiAddress::Id(account(&key(to)));
	pallet_balances::Call::transfer_keep_alive { dest, value: UNIT }.into()
}

#[test]
fn fee_should_go_to_the_treasury_less_what_is_burnt() {
	let mut chain = Chain::start("development");
	let before = chain.free(&Treasury::get());
	assert_ok!(chain.send(&key("Alice"), pay("Bob")));
	let fee = chain
		.events
		.iter()
		.find_map(|event| match event {
			RuntimeEvent::TransactionPayment(
				pallet_transaction_payment::Event::TransactionFeePaid { actual_fee, .. },
			) => Some(*actual_fee),
			_ => None,
		})
		.expect("the transfer paid a fee");
	assert_eq!(chain.free(&Treasury::get()) - before, fee - fee / 5);
}

#[test]
fn publish_should_be_refused_when_bytes_follow_it_in_the_transaction() {
	let mut chain = Chain::start("development");
	let publish =
		|data: &[u8]| RuntimeCall::from(pallet_content::Call::publish { data: data.into() });
	let inside = pallet_utility::Call::batch_all { calls: vec![publish(MODULE), pay("Bob")] };
	assert_eq!(
		chain.send(&key("Alice"), inside),
		Err(pallet_content::Error::<Runtime>::NotLastInTransaction.into())
	);
	let last = pallet_utility::Call::batch_all { calls: vec![pay("Bob"), publish(MODULE)] };
	assert_ok!(chain.send(&key("Alice"), last));
	let kept = chain.read(|| assay_runtime::Content::lookup(&blake2(MODULE)));
	assert_eq!(kept.map(|(size, _)| size), Some(MODULE.len() as u32));
}

#[test]
fn operator_proxy_should_work_and_move_no_money() {
	let work: Vec<RuntimeCall> = vec![
		pallet_deals::Call::poke { task: assay_primitives::deal::single(0) }.into(),
		pallet_market::Call::withdraw_offer { offer: 0, terms_hash: Hash::zero() }.into(),
	];
	let spending: Vec<RuntimeCall> = vec![
		pay("Bob"),
		pallet_providers::Call::unbond { amount: UNIT }.into(),
		pallet_providers::Call::withdraw {}.into(),
		pallet_content::Call::publish { data: MODULE.to_vec() }.into(),
		submit(spec(), 1, 1, vec![0]),
		pallet_proxy::Call::remove_proxies {}.into(),
	];
	assert!(work.iter().all(|call| ProxyType::Operator.filter(call)));
	assert!(!spending.iter().any(|call| ProxyType::Operator.filter(call)));
	assert!(!ProxyType::NonTransfer.filter(&pay("Bob")));
	assert!(!ProxyType::Client.filter(&pay("Bob")));
	assert!(ProxyType::Client.filter(&submit(spec(), 1, 1, vec![0])));
}

#[test]
fn batch_through_a_proxy_should_not_widen_what_the_proxy_may() {
	let mut chain = Chain::start("development");
	let (owner, helper) = (key("Alice"), key("Eve"));
	let delegate = MultiAddress::Id(account(&helper));
	let add = pallet_proxy::Call::add_proxy { delegate, proxy_type: ProxyType::Operator, delay: 0 };
	assert_ok!(chain.send(&owner, add));
	let before = chain.free(&account(&key("Bob")));
	let batch = pallet_utility::Call::batch { calls: vec![pay("Bob")] };
	let call = Box::new(RuntimeCall::from(batch));
	let real = MultiAddress::Id(account(&owner));
	let proxied = pallet_proxy::Call::proxy { real, force_proxy_type: None, call };
	assert_ok!(chain.send(&helper, proxied));
	assert_eq!(chain.free(&account(&key("Bob"))), before, "the batch was filtered call by call");
}
