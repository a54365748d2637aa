//! Silence without content, paid out by the court: a client keeps its module to itself, has its own true
//! result judged, and brings the module to the court when nobody could run it.

use super::{mediators, owner, wealth};
use crate::judgement::{GAS, Setup, Trial};
use assay_primitives::case::CasePhase;
use polkadot_sdk::frame_support::assert_ok;

#[test]
fn attack_01_silence_without_content_should_cost_mediators_nothing_and_pay_nobody() {
	let setup = Setup { replicas: 1, run_blocks: 3, published: false, ..Setup::default() };
	let mut trial = Trial::with(setup, |truth| truth);
	let members = mediators(&mut trial.chain);
	let before = wealth(&mut trial.chain, &members);
	let owner = owner(&trial);
	let owned = trial.worth(&owner);
	trial.check();
	trial.wait(|it| matches!(it.view().case.phase, CasePhase::Court { .. }));
	let (client, module) = (trial.client.clone(), trial.module.clone());
	assert_ok!(trial.adjudicate_as(&client, module, GAS));
	trial.chain.pass(60);
	let after = wealth(&mut trial.chain, &members);
	let lost: u128 = before.iter().zip(&after).map(|(one, other)| one.saturating_sub(*other)).sum();
	assert_eq!(lost, 0, "nobody could have run the task");
	assert!(trial.worth(&owner) <= owned, "nothing was gained by it");
}
