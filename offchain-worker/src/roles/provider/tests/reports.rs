//! Reports of lies that others have agreed on.

use super::{
	chain::Node,
	phases::{is_agreed, is_disputed},
	place::{Place, Running, killed_once, truth},
	scene::{GAS, Others, Scene, key_of},
};
use crate::{
	host::status::State as Health,
	roles::provider::{chain::TaskTransaction, reports},
	testing::pause,
};
use assay_decisions::{
	lies::{Misbehave, forge},
	provider::TaskCall,
	record::Sealed,
};
use assay_primitives::outcome::{Manifest, Outcome};
use assay_simulation::market::PRICE;
use std::time::Duration;

/// A place whose daemon lies with the others and reports it.
fn betrayer() -> Place {
	Place::misbehaving(Misbehave::Betray)
}

fn colluding() -> Node {
	Scene::new(Others::Collude).running()
}

/// Has the others agree with the daemon on a lie.
async fn agreed(place: &Place, node: &Node) -> Running {
	let daemon = place.start(node);
	node.until("agreed", is_agreed).await;
	daemon
}

#[tokio::test]
async fn report_should_be_opened_once_when_the_lie_is_agreed_on() {
	let (place, node) = (betrayer(), colluding());
	let daemon = place.start(&node);
	node.until("in a case", is_disputed).await;
	node.blocks(5).await;
	assert_eq!(node.count(TaskCall::OpenReport), 1);
	assert!(node.refused().is_empty(), "{:?}", node.refused());
	let record = daemon.store.sealed(&key_of(GAS)).expect("reads").expect("is there");
	let truth = record.report.expect("it holds one");
	assert_eq!(record.outcome, forge(truth, None));
	let listed = reports::read(place.dir.path()).expect("reads");
	assert_eq!(listed, [(key_of(GAS), record)], "for the command, while the store is in use");
	daemon.kill().await;
}

#[tokio::test]
async fn report_should_be_opened_when_the_daemon_is_killed_at_any_block() {
	for kill_at in 0.. {
		let (place, node) = (betrayer(), colluding());
		let Some(daemon) = killed_once(&place, &node, kill_at, is_disputed).await else {
			assert!(kill_at > 3, "there is a block for the seal, the opening and the report");
			break;
		};
		let sent = node.sent();
		let opened: Vec<&TaskTransaction> =
			sent.iter().filter(|transaction| transaction.kind() == TaskCall::OpenReport).collect();
		assert!(opened.iter().all(|transaction| *transaction == opened[0]), "killed at {kill_at}");
		daemon.kill().await;
	}
}

#[tokio::test]
async fn report_should_be_opened_after_a_restart_when_the_lie_was_agreed_on_in_between() {
	let (place, node) = (betrayer(), colluding());
	node.lose_reports(true);
	let daemon = agreed(&place, &node).await;
	daemon.kill().await;
	let before = node.count(TaskCall::OpenReport);
	for _ in 0..3 {
		node.block();
		node.finalize();
	}
	node.lose_reports(false);
	let daemon = place.start(&node);
	node.until("in a case", is_disputed).await;
	assert_eq!(node.count(TaskCall::OpenReport), before + 1);
	assert_eq!(place.script().runs, 1);
	daemon.kill().await;
}

/// The report names an outcome that exceeds the task's limits.
#[tokio::test]
async fn report_should_not_be_sent_again_when_the_chain_refuses_it_for_good() {
	let (place, node) = (betrayer(), colluding());
	let truth = truth(&node.view().deal);
	let unfit = Outcome { gas_used: GAS + 1, ..truth };
	let record = Sealed::new(forge(truth, None), Manifest::default(), [[1; 32], [2; 32]], 1);
	place.store(&node).seal(&key_of(GAS), &record.reporting(unfit)).expect("writes");
	let daemon = agreed(&place, &node).await;
	node.blocks(18).await;
	assert_eq!(node.count(TaskCall::OpenReport), 1);
	assert_eq!(node.refused(), ["OutcomeOutOfBounds"]);
	assert!(node.is(is_agreed), "it could still be opened");
	daemon.kill().await;
}

#[tokio::test]
async fn report_should_be_tried_again_and_told_to_nobody_when_the_case_can_not_be_paid() {
	let place = betrayer();
	let node = Scene { price: PRICE, ..Scene::new(Others::Collude) }.running();
	node.funded(false);
	let daemon = agreed(&place, &node).await;
	for _ in 0..6 {
		node.blocks(1).await;
		let status = daemon.status.borrow().clone();
		assert!(status.problems.is_empty(), "{:?}", status.problems);
		assert!(!status.tasks.contains_key("open_report"), "{:?}", status.tasks);
	}
	assert!(node.count(TaskCall::OpenReport) > 1);
	assert!(node.is(is_agreed));
	node.funded(true);
	node.until("in a case", is_disputed).await;
	daemon.kill().await;
}

#[tokio::test]
async fn drain_should_wait_for_a_report_that_is_due() {
	let (place, node) = (betrayer(), colluding());
	node.lose_reports(true);
	let mut daemon = agreed(&place, &node).await;
	pause(Duration::from_millis(30)).await;
	daemon.stop();
	daemon.wait("draining", |status| status.state == Health::Draining).await;
	node.block();
	assert!(!daemon.handle.is_finished());
	node.lose_reports(false);
	node.until("in a case", is_disputed).await;
	node.block();
	daemon.ended().await;
}
