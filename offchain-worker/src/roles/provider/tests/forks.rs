//! Re-organisations: what they take back is sent again, and what they replace is another task.

use super::{
	chain::Node,
	phases::{is_ended, is_sealed},
	place::Place,
	scene::{GAS, Others, Scene, key_of},
};
use crate::{roles::provider::chain::TaskTransaction, testing::pause};
use assay_decisions::{provider::TaskCall, record::Key};
use std::time::Duration;

/// A chain on which nothing is ordered yet, so that its forks can order different tasks.
fn empty() -> Node {
	Scene::new(Others::Deliver).empty()
}

#[tokio::test]
async fn same_seal_should_be_sent_again_when_a_reorganisation_took_it_back() {
	let (place, node) = (Place::new(), Scene::new(Others::Deliver).running());
	let daemon = place.start(&node);
	node.until_sealed().await;
	pause(Duration::from_millis(30)).await;
	assert_eq!(node.count(TaskCall::Reveal), 0, "nothing is final");
	node.fork();
	node.until("settled", is_ended).await;
	let commits = node.commits();
	assert!(commits.len() >= 2, "{commits:?}");
	assert!(commits.iter().all(|seal| *seal == commits[0]));
	assert_eq!(place.script().runs, 1, "the run stands");
	daemon.kill().await;
}

#[tokio::test]
async fn outcome_should_be_another_when_a_fork_gives_the_number_to_another_deal() {
	let (place, node) = (Place::new(), empty());
	let daemon = place.start(&node);
	node.order(GAS);
	node.until_sealed().await;
	let first = node.commits();
	node.fork_to(GAS + 1);
	node.until_sealed().await;
	let commits = node.commits();
	assert!(commits.len() > first.len(), "the other deal is worked on");
	assert_ne!(commits.last(), first.last(), "seals are bound to what was run");
	assert_eq!(place.script().runs, 2);
	assert_eq!(daemon.store.all().expect("reads").len(), 2);
	daemon.kill().await;
}

/// What was signed for a task never counts for the one that has its number by the time.
#[tokio::test]
async fn seal_on_its_way_should_be_refused_when_the_number_is_another_tasks_by_then() {
	let (place, node) = (Place::new(), empty());
	let daemon = place.start(&node);
	node.order(GAS);
	for _ in 0..100 {
		if node.waiting() > 0 {
			break;
		}
		pause(Duration::from_millis(15)).await;
	}
	assert_eq!(node.waiting(), 1, "the seal waits for a block");
	node.fork_to(GAS + 1);
	node.block();
	assert!(!node.is(is_sealed), "it is refused");
	assert_eq!(node.refused(), ["TaskMismatch"]);
	node.until_sealed().await;
	let (before, now) = (key_of(GAS), key_of(GAS + 1));
	let seal_of = |key: &Key| {
		let record = daemon.store.sealed(key).expect("reads").expect("both runs are kept");
		record.seal(&node.identity(), key)
	};
	assert_eq!(node.sealed(), seal_of(&now), "the number's task was run by itself");
	assert_ne!(seal_of(&before), seal_of(&now));
	assert_eq!(place.script().runs, 2);
	let sent = node.sent();
	for transaction in &sent {
		let TaskTransaction::Commit(items) = transaction else { continue };
		let (task, task_hash, seal) = items[0];
		assert_eq!(seal, seal_of(&Key { task, task_hash }), "each names the task that was run");
	}
	daemon.kill().await;
}

/// For however long the other fork was the best, and also if the daemon was started anew on it.
#[tokio::test]
async fn first_run_should_be_sealed_again_when_the_chain_turns_back() {
	for restarts in [false, true] {
		let (place, node) = (Place::new(), empty());
		let mut daemon = place.start(&node);
		node.order(GAS);
		node.until_sealed().await;
		let first = node.sealed();
		node.fork_to(GAS + 1);
		node.until_sealed().await;
		assert_ne!(node.sealed(), first);
		// Longer than a task is remembered that is on neither chain.
		for _ in 0..15 {
			pause(Duration::from_millis(15)).await;
			node.block();
		}
		if restarts {
			daemon.kill().await;
			daemon = place.start(&node);
		}
		node.fork_to(GAS);
		node.until_sealed().await;
		assert_eq!(node.sealed(), first, "restarted: {restarts}");
		assert_eq!(place.script().runs, 2, "no task was run twice");
		let text = daemon.metrics();
		assert!(!text.contains("foreign_seal\"} 1"), "{text}");
		daemon.kill().await;
	}
}
