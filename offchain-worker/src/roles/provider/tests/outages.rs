//! Nodes that can't be asked, and what is kept all the same.

use super::{
	chain::{Node, Silence},
	phases::{is_ended, is_revealed, is_sealed, is_sealed_early},
	place::{Place, Running},
	scene::{Others, Scene},
};
use crate::host::status::{State as Health, Status};
use assay_decisions::provider::TaskCall;
use assay_primitives::BlockNumber;

#[tokio::test]
async fn nothing_should_be_lost_when_the_node_goes_away() {
	let (place, node) = (Place::new(), Scene::new(Others::Deliver).running());
	node.down(true);
	let mut daemon = place.start(&node);
	daemon.wait("told", |status| !status.problems.is_empty()).await;
	node.block();
	daemon.heard(&node).await;
	assert_eq!(place.script().runs, 0);
	node.down(false);
	node.until("settled", is_ended).await;
	daemon.wait("well", |status| status.state == Health::Ok).await;
	daemon.kill().await;
}

#[tokio::test]
async fn seal_should_be_revealed_when_the_list_of_tasks_can_not_be_read() {
	let (place, node) = (Place::new(), Scene::new(Others::Deliver).running());
	let mut daemon = place.start(&node);
	node.until("sealed", is_sealed).await;
	node.lock().silence = Silence::Work;
	node.until("revealed", is_revealed).await;
	assert_eq!(node.count(TaskCall::Reveal), 1);
	let told = |status: &Status| {
		status.problems.iter().any(|it| it.contains("only known ones are looked after"))
	};
	node.blocks(1).await;
	daemon.wait("told", told).await;
	node.lock().silence = Silence::Nothing;
	node.blocks(1).await;
	daemon.wait("well", |status| status.state == Health::Ok).await;
	daemon.kill().await;
}

/// Has the daemon seal while another replica has not, and its seal become final. Gives the block from
/// which on nobody can seal.
async fn sealed_alone(node: &Node, daemon: &Running) -> BlockNumber {
	node.until("sealed", is_sealed_early).await;
	daemon.has_read(node).await;
	node.deadline()
}

#[tokio::test]
async fn seal_should_be_revealed_by_the_store_alone_when_nothing_can_be_read() {
	for restarted in [false, true] {
		let (place, node) = (Place::new(), Scene::new(Others::OneDelivers).running());
		let mut daemon = place.start(&node);
		let until = sealed_alone(&node, &daemon).await;
		let reveal_blocks = node.view().deal.terms.reveal_blocks;
		node.down(true);
		if restarted {
			daemon.kill().await;
			daemon = place.start(&node);
		}
		while node.number() < until - 2 {
			assert_eq!(node.count(TaskCall::Reveal), 0, "somebody may still seal");
			node.blocks(1).await;
		}
		node.until("revealed", is_revealed).await;
		assert!(node.number() < until + reveal_blocks, "in time");
		assert_eq!(node.count(TaskCall::Decline), 0, "restarted: {restarted}");
		daemon.kill().await;
	}
}

/// Blocks by which finality is behind.
const LAG: usize = 2;

/// A node that hangs tells of no error, and the daemon waits for what it has asked.
#[tokio::test]
async fn seal_should_be_revealed_by_the_store_when_the_node_never_answers() {
	let (place, node) = (Place::new(), Scene::new(Others::OneDelivers).running());
	let mut daemon = place.start(&node);
	let until = node.deadline();
	let reveal_blocks = node.view().deal.terms.reveal_blocks;
	while !node.is(is_sealed_early) {
		assert!(node.number() < until, "never sealed");
		node.block();
		node.finalize_all_but(LAG);
		daemon.has_read(&node).await;
	}
	// The seal is in the newest block, which is not final.
	node.lock().silence = Silence::All;
	while !node.is(is_revealed) {
		assert!(node.number() < until + reveal_blocks, "never revealed");
		node.block();
		daemon.heard(&node).await;
		node.finalize_all_but(LAG);
		daemon.heard(&node).await;
	}
	assert_eq!(node.count(TaskCall::Reveal), 1);
	daemon.kill().await;
}

/// Anybody may name a provider in any number of bags.
#[tokio::test]
async fn drawn_task_should_be_sealed_when_bags_are_never_answered() {
	let (place, node) = (Place::new(), Scene::new(Others::Deliver).running());
	node.lock().silence = Silence::Bags;
	let mut daemon = place.start(&node);
	node.until_sent(TaskCall::Commit).await;
	let told = |status: &Status| status.problems.iter().any(|it| it.contains("not all bags"));
	daemon.wait("told", told).await;
	node.lock().silence = Silence::Nothing;
	node.block();
	assert!(node.is(is_sealed));
	node.finalize();
	daemon.wait("well", |status| status.state == Health::Ok).await;
	node.until("settled", is_ended).await;
	daemon.kill().await;
}

/// Finality decides, and not the number of the best block.
#[tokio::test]
async fn nothing_should_be_revealed_by_the_store_when_the_end_of_sealing_is_not_final() {
	let (place, node) = (Place::new(), Scene::new(Others::OneDelivers).running());
	let mut daemon = place.start(&node);
	let until = sealed_alone(&node, &daemon).await;
	node.down(true);
	while node.number() < until + 10 {
		node.block();
		daemon.heard(&node).await;
	}
	assert_eq!(node.count(TaskCall::Reveal), 0);
	daemon.kill().await;
}

/// What is found out while the chain can't be read is no reason to give up what it shows no more.
#[tokio::test]
async fn nothing_should_be_declined_when_nothing_can_be_read() {
	let (place, node) = (Place::new(), Scene::new(Others::Idle).running());
	place.script().stuck = true;
	place.script().refuses = true;
	let daemon = place.start(&node);
	node.blocks(2).await;
	node.down(true);
	node.blocks(2).await;
	place.script().stuck = false;
	node.blocks(4).await;
	assert_eq!(node.count(TaskCall::Decline), 0);
	node.down(false);
	node.blocks(4).await;
	assert_eq!(node.count(TaskCall::Decline), 1, "it was found out");
	daemon.kill().await;
}
