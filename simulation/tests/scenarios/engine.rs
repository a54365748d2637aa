//! The engine of simulations: the flat state and the fidelities of a call do what a node does, and what was
//! attempted leaves nothing behind. SIM-01.

use assay_runtime::{AccountId, Hash, Runtime, RuntimeEvent, RuntimeHoldReason};
use assay_simulation::{
	Chain, Fidelity, Flat, State,
	market::{Market, lie, truth},
};
use codec::Encode;
use polkadot_sdk::{
	pallet_balances,
	sp_core::{storage::StateVersion, traits::Externalities},
	sp_io::{TestExternalities, storage},
};

/// Three replicas, one of which lies, until the task has ended.
fn play<S: State + Default>(fidelity: Fidelity) -> Market<S> {
	let mut chain = Chain::<S>::of_preset("development", |_| ());
	chain.fidelity = fidelity;
	let mut market = Market::open_on(chain, 3, 3, 2);
	continue_to_the_end(&mut market);
	market
}

fn continue_to_the_end<S: State>(market: &mut Market<S>) {
	let drawn = market.drawn();
	let says = |provider| if provider == drawn[0] { lie() } else { truth() };
	for provider in &drawn {
		market.commit(*provider, says(*provider)).expect("it is sealed");
	}
	for provider in &drawn {
		market.reveal(*provider, says(*provider)).expect("it is opened");
	}
	market.conclude();
}

/// Events that are not about transactions and their fees.
fn ours<S: State>(market: &Market<S>) -> Vec<RuntimeEvent> {
	let of_transactions = |event: &RuntimeEvent| {
		use RuntimeEvent::{Balances, System, TransactionPayment};
		matches!(event, Balances(_) | System(_) | TransactionPayment(_))
	};
	market.chain.events.iter().filter(|event| !of_transactions(event)).cloned().collect()
}

fn holds<S: State>(market: &mut Market<S>) -> Vec<(AccountId, RuntimeHoldReason, u128)> {
	market.chain.read(|| {
		let mut all = Vec::new();
		for (who, of_account) in pallet_balances::Holds::<Runtime>::iter() {
			all.extend(of_account.into_iter().map(|hold| (who.clone(), hold.id, hold.amount)));
		}
		all
	})
}

/// All that the state has.
fn contents<S: State>(chain: &mut Chain<S>) -> Vec<(Vec<u8>, Vec<u8>)> {
	chain.read(|| {
		let mut all = Vec::new();
		let mut at = Vec::new();
		while let Some(key) = storage::next_key(&at) {
			all.push((key.clone(), storage::get(&key).expect("the key was found").to_vec()));
			at = key;
		}
		all
	})
}

#[test]
fn events_and_holds_should_be_the_same_when_state_and_fidelity_differ() {
	let mut expected = play::<TestExternalities>(Fidelity::Signed);
	let (events, held) = (ours(&expected), holds(&mut expected));
	let disputed = |event: &RuntimeEvent| {
		matches!(event, RuntimeEvent::Deals(pallet_deals::Event::TaskDisputed { .. }))
	};
	assert!(events.iter().any(disputed), "the task has a liar, whose dissent is judged");
	for fidelity in [Fidelity::Signed, Fidelity::Applied, Fidelity::Dispatched] {
		let mut flat = play::<Flat>(fidelity);
		assert_eq!(ours(&flat), events, "{fidelity:?}");
		assert_eq!(holds(&mut flat), held, "{fidelity:?}");
	}
}

#[test]
fn balances_should_be_the_same_when_only_the_signature_is_missing() {
	let mut signed = play::<Flat>(Fidelity::Signed);
	let mut applied = play::<Flat>(Fidelity::Applied);
	assert_eq!(signed.chain.events, applied.chain.events);
	let accounts = |market: &mut Market<Flat>| {
		let client = assay_simulation::account(&market.client);
		let parties = market.providers.iter().map(|it| it.id()).chain([client]);
		let parties: Vec<_> = parties.collect();
		parties.iter().map(|who| market.chain.free(who)).collect::<Vec<_>>()
	};
	assert_eq!(accounts(&mut signed), accounts(&mut applied));
}

#[test]
fn blocks_should_be_the_same_when_a_run_is_repeated() {
	let hash = |fidelity| -> Hash { play::<Flat>(fidelity).chain.hash() };
	assert_eq!(hash(Fidelity::Dispatched), hash(Fidelity::Dispatched));
	assert_eq!(hash(Fidelity::Applied), hash(Fidelity::Applied));
}

#[test]
fn every_byte_should_be_restored_when_an_attempt_ends() {
	let mut chain = Chain::<Flat>::of_preset("development", |_| ());
	chain.fidelity = Fidelity::Applied;
	let mut market = Market::open_on(chain, 3, 3, 2);
	let (before, hash, slot) =
		(contents(&mut market.chain), market.chain.hash(), market.chain.slot());
	let events = market.chain.events.len();
	market.chain.attempt(|chain| {
		chain.pass(50);
		assert_ne!(chain.hash(), hash);
	});
	assert_eq!(contents(&mut market.chain), before);
	assert_eq!((market.chain.hash(), market.chain.slot()), (hash, slot));
	assert_eq!(market.chain.events.len(), events);
	// And it goes on as if nothing had been.
	continue_to_the_end(&mut market);
	assert_eq!(market.chain.hash(), play::<Flat>(Fidelity::Applied).chain.hash());
}

fn filled() -> Flat {
	let mut flat = Flat::default();
	for key in 0..10u8 {
		flat.set_storage(vec![1, key], vec![key]);
	}
	flat.storage_append(vec![2], vec![7]);
	flat
}

#[test]
fn rollback_should_restore_every_byte_when_transactions_are_nested() {
	let before = filled();
	let mut flat = before.clone();
	flat.storage_start_transaction();
	flat.set_storage(vec![1, 3], vec![9, 9]);
	flat.storage_start_transaction();
	flat.clear_storage(&[1, 3]);
	let _ = flat.clear_prefix(&[1], Some(4), None);
	// Beyond 63 items their number takes two bytes.
	for item in 0..70u8 {
		flat.storage_append(vec![2], vec![item]);
	}
	flat.storage_append(vec![3], vec![1]);
	flat.storage_root(StateVersion::V1);
	flat.storage_commit_transaction().unwrap();
	assert_ne!(flat.size(), before.size());
	flat.storage_rollback_transaction().unwrap();
	assert_eq!(flat, before);
	assert_eq!(flat.storage_rollback_transaction(), Err(()));
}

#[test]
fn append_should_encode_a_list_when_it_grows() {
	let mut flat = Flat::default();
	let list: Vec<u16> = (0..200).collect();
	for item in &list {
		flat.storage_append(vec![2], item.encode());
	}
	assert_eq!(flat.storage(&[2]), Some(list.encode()));
}

#[test]
fn prefix_should_be_cleared_in_parts_when_there_is_a_limit() {
	let mut flat = filled();
	let first = flat.clear_prefix(&[1], Some(4), None);
	assert_eq!((first.unique, first.maybe_cursor.clone()), (4, Some(vec![1, 4])));
	let rest = flat.clear_prefix(&[1], None, first.maybe_cursor.as_deref());
	assert_eq!((rest.unique, rest.maybe_cursor), (6, None));
	assert_eq!(flat.size().0, 1);
}
