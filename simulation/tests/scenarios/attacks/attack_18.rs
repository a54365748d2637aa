//! The client has the court rule between seals and openings, so that who has worked gets nothing.

use crate::judgement::{GAS, Setup, Trial, sealing};
use assay_primitives::seal::seal_verdict;
use assay_simulation::{account, market::salt};
use polkadot_sdk::frame_support::assert_ok;

#[test]
fn attack_18_seals_should_be_paid_when_the_court_comes_before_they_are_opened() {
	let mut trial = Trial::with(Setup { replicas: 1, ..Setup::default() }, |truth| truth);
	trial.check();
	trial.wait(Trial::is_sealing);
	let members = trial.members();
	let ids: Vec<_> = members.iter().map(account).take(2).collect();
	let wage = trial.view().terms.wage;
	let (case, genesis, round) = (trial.case, trial.genesis, trial.view().case.round);
	let truth = trial.truth();
	let digest = trial.digest(&truth);
	let before = trial.worth(&ids);
	for (at, (member, id)) in members.iter().zip(&ids).enumerate() {
		let seal = seal_verdict(&genesis, case, round, id, &digest, &salt(at));
		let call = sealing(case, &trial.spec, round, seal);
		assert_ok!(trial.chain.send(member, call));
	}
	let (client, module) = (trial.client.clone(), trial.module.clone());
	assert_ok!(trial.adjudicate_as(&client, module, GAS));
	for (at, member) in members.iter().enumerate().take(2) {
		let call = pallet_mediation::Call::reveal { case, digest, salt: salt(at) };
		// Refused where the case is over.
		let _ = trial.chain.send(member, call);
	}
	trial.chain.pass(20);
	let gained = trial.worth(&ids) as i128 - before as i128;
	// Of two wages, less the fees of four transactions.
	assert!(gained > wage as i128 * 19 / 10, "{gained} of two wages of {wage}");
}
