//! Content above a block is named by the hash of its node. So the node itself, under its own short size, has the same
//! hash, and whoever compares hashes alone takes one for the other.

use super::{
	super::{
		judgement::{GAS, Setup, Trial, done},
		tasks::refused,
	},
	wealth,
};
use assay_primitives::{
	AccountId,
	content::{ContentRef, Layout},
	deal::Ending,
	outcome::Outcome,
};
use assay_runtime::Runtime;
use assay_simulation::{account, key};
use polkadot_sdk::frame_support::assert_ok;

/// A content of a block and a half, and its node.
fn long() -> (Vec<u8>, Vec<u8>) {
	let content: Vec<u8> = (0..3 << 19).map(|at: u32| (at % 251) as u8).collect();
	let node = Layout::of(&content).node.expect("it is longer than a block");
	assert_eq!(ContentRef::of(&content).hash, ContentRef::of(&node).hash);
	(content, node)
}

/// Three providers and a committee tell the truth. A stranger has the case opened, and brings the court what has the
/// hash of the input and is not the input.
fn rob_with(input: Vec<u8>, brought: Vec<u8>) {
	let setup = Setup { input: Some(input), ..Setup::default() };
	let mut trial = Trial::with(setup, |truth| truth);
	let providers: Vec<AccountId> = trial.providers.iter().map(|it| it.id()).collect();
	let before = wealth(&mut trial.chain, &providers);
	let truth: Outcome = trial.truth();
	trial.challenge();
	let robber = key("Ferdie");
	let tried = trial.adjudicate_with(&robber, done(), Some(brought), GAS);
	assert!(refused(tried, pallet_court::Error::<Runtime>::InputDiffers));
	let digest = trial.digest(&truth);
	trial.vote(|_| digest);
	let module = trial.module.clone();
	assert_ok!(trial.adjudicate_as(&robber, module, GAS));
	assert_eq!(trial.ending(), Ending::Settled(truth));
	let after = wealth(&mut trial.chain, &providers);
	println!("providers had {before:?}, and have {after:?}");
	for (after, before) in after.iter().zip(&before) {
		assert!(after > before, "they are paid for their work, and lose nothing");
	}
	let robbed = account(&robber);
	let paid = trial.chain.events.iter().any(|event| {
		use assay_runtime::RuntimeEvent::Mediation;
		use pallet_mediation::Event::Paid;
		matches!(event, Mediation(Paid { to, .. }) if *to == robbed)
	});
	assert!(!paid, "there was nothing to find");
}

/// The court called the node a content of another size under the right hash, which is an end of the task: all who had
/// told the truth lost their stakes.
#[test]
fn court_should_refuse_the_node_when_the_task_names_the_content_above_it() {
	let (content, node) = long();
	rob_with(content, node);
}

#[test]
fn court_should_refuse_the_content_when_the_task_names_its_node() {
	let (content, node) = long();
	rob_with(node, content);
}
