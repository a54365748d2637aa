//! Promises taken by their first block: the node of long content is published, and its leaves are kept back.

use super::{await_case, checked, mediators, open_task, wealth};
use crate::judgement::done;
use assay_primitives::{
	case::CasePhase,
	content::{BLOCK_SIZE, ContentRef, Layout},
	deal::{TaskState, single},
	excuse::Excuse,
	outcome::{Class, Outcome},
	task::{Input, Limits, TaskSpec},
};
use assay_simulation::{
	Chain, deals, key,
	market::{named, order, publish, register, request, spec},
};
use polkadot_sdk::frame_support::assert_ok;

/// Bytes of two leaves.
fn withheld() -> Vec<u8> {
	vec![7; BLOCK_SIZE + 120]
}

/// A small task over input of which only the node is published.
fn open(chain: &mut Chain, replicas: u8) -> TaskSpec {
	let client = key("Charlie");
	let layout = Layout::of(&withheld());
	assert_ok!(publish(chain, &client, &done()));
	assert_ok!(publish(chain, &client, &layout.node.expect("two leaves")));
	let limits = Limits { gas: 1 << 20, memory_pages: 64, output_bytes: 1_000 };
	let (module, input) = (ContentRef::of(&done()), Input::Blob(layout.content));
	let spec = TaskSpec { module, input, limits, ..spec() };
	let request = request(spec.clone(), replicas, replicas);
	assert_ok!(chain.send(&client, order(request, named(0..replicas.into()))));
	spec
}

#[test]
fn attack_14_content_should_be_missing_when_only_its_node_is_promised() {
	let mut chain = Chain::start("development");
	let providers: Vec<_> = (0..3).map(|at| register(&mut chain, at)).collect();
	let spec = open(&mut chain, 3);
	chain.pass(8);
	for provider in &providers {
		assert_ok!(
			chain.send(&provider.operator, deals::decline(single(0), spec.hash(), Excuse::Content))
		);
	}
	let state = open_task(&mut chain, single(0)).state;
	assert!(matches!(state, TaskState::Missing { .. }), "{state:?}");
}

#[test]
fn attack_14_silence_should_cost_nothing_when_leaves_are_kept_back() {
	let mut chain = Chain::start("development");
	let provider = register(&mut chain, 0);
	let spec = open(&mut chain, 1);
	let members = mediators(&mut chain);
	let before = wealth(&mut chain, &members);
	let client = key("Charlie");
	let outcome = Outcome::of_no_run(Class::Exited(0));
	let case = checked(&mut chain, &client, &provider, &spec, outcome);
	await_case(&mut chain, case, |view| matches!(view.case.phase, CasePhase::Court { .. }));
	let (task_hash, max_gas) = (spec.hash(), spec.limits.gas);
	let (module, input) = (done(), Some(withheld()));
	let call = pallet_court::Call::adjudicate { case, task_hash, max_gas, module, input };
	assert_ok!(chain.send(&client, call));
	assert_eq!(wealth(&mut chain, &members), before);
}
