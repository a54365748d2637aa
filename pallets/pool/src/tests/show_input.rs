use super::*;
use assay_primitives::{Signature, content::ContentRef, pool::Handover};
use polkadot_sdk::{
	sp_core::{Pair, sr25519},
	sp_runtime::{DispatchResult, MultiSigner, traits::IdentifyAccount},
};

/// A client that can sign.
fn pair() -> sr25519::Pair {
	sr25519::Pair::from_seed(&[7; 32])
}

/// Creates the pool 0 of that client.
fn create_signed() {
	use polkadot_sdk::frame_support::traits::fungible::Mutate;
	let client = MultiSigner::from(pair().public()).into_account();
	Balances::set_balance(&client, ENDOWMENT);
	assert_ok!(Pools::create(RuntimeOrigin::signed(client), Box::new(terms(10)), START, END));
	all_sign_up(2);
}

/// An input, handed over as subtask `at`.
fn handover(input: u32, at: u32) -> Handover {
	let all = inputs(10);
	let proof = ListRoot::prove(&all, at).expect("a subtask");
	Handover { pool: 0, input: ContentRef::of(&input.to_le_bytes()), proof }
}

fn show(handover: &Handover, pool: Hash) -> DispatchResult {
	let signature: Signature = pair().sign(handover.payload(&pool).as_bytes()).into();
	Pools::show_input(signed(STRANGER), handover.clone(), signature)
}

#[test]
fn pool_01_client_should_lose_what_it_has_put_up_when_an_input_is_another() {
	build_and_execute(|| {
		create_signed();
		let fine = pool().fine;
		let before = (issuance(), usable(STRANGER));
		let locked = Ledger::reserved(&Pools::instance(0));
		assert_ok!(show(&handover(3, 2), pool().hash()));
		let reward = fine / 10 * 9;
		let by = account(STRANGER);
		assert_eq!(last_event(), Event::ClientFined { pool: 0, by, amount: fine, reward });
		assert_eq!(usable(STRANGER) - before.1, reward);
		assert_eq!(before.0 - issuance(), fine - reward);
		assert_eq!(locked - Ledger::reserved(&Pools::instance(0)), fine);
		// Leaves are paid all the same.
		assert_eq!(pool().fine, 0);
		assert_noop!(show(&handover(4, 2), pool().hash()), Error::<Test>::AlreadyFined);
	});
}

#[test]
fn pool_01_client_should_lose_nothing_when_the_input_is_as_committed_or_not_signed() {
	build_and_execute(|| {
		create_signed();
		assert_noop!(show(&handover(2, 2), pool().hash()), Error::<Test>::InputAsCommitted);
		// Signed for a pool of the same number on another fork.
		let elsewhere = show(&handover(3, 2), Hash::repeat_byte(1));
		assert_eq!(elsewhere, Err(Error::<Test>::NotSigned.into()));
		let false_one = handover(3, 2);
		let other = sr25519::Pair::from_seed(&[8; 32]);
		let signature = other.sign(false_one.payload(&pool().hash()).as_bytes()).into();
		let shown = Pools::show_input(signed(STRANGER), false_one.clone(), signature);
		assert_eq!(shown, Err(Error::<Test>::NotSigned.into()));
		let nowhere = Handover { pool: 1, ..false_one };
		assert_noop!(show(&nowhere, pool().hash()), Error::<Test>::PoolNotFound);
	});
}
