//! Tasks that can't be run: they are given up in time, and only when there is no other way.

use super::{
	phases::is_ended,
	place::Place,
	scene::{Others, Scene},
};
use crate::{
	host::status::{State as Health, Status},
	testing::{PATIENCE, pause},
};
use assay_decisions::provider::TaskCall;
use assay_primitives::{deal::ReplicaState, excuse::Excuse};
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// Blocks left to the deadline of sealing at which it is given up to fetch content: three, and the one
/// that the transaction takes.
const MARGIN: u32 = 4;

#[tokio::test]
async fn refused_task_should_be_declined_at_once_when_drawn() {
	let (mut place, node) = (Place::new(), Scene::new(Others::Idle).running());
	place.config = "[limits]\nmax_module_bytes = 1";
	let daemon = place.start(&node);
	node.until_sent(TaskCall::Decline).await;
	node.block();
	daemon.has_read(&node).await;
	assert_eq!(node.count(TaskCall::Decline), 1);
	assert_eq!(node.replica(), ReplicaState::Declined(Excuse::Limits), "the client is told");
	assert_eq!(place.script().runs, 0);
	let text = daemon.metrics();
	assert!(text.contains("assay_worker_declined_total{reason=\"module_size\"} 1"), "{text}");
	daemon.kill().await;
}

#[tokio::test]
async fn content_should_be_declined_when_nobody_has_it() {
	let (place, node) = (Place::new(), Scene::new(Others::Idle).running());
	place.script().missing = true;
	let until = node.deadline();
	let daemon = place.start(&node);
	while node.number() < until - MARGIN {
		daemon.has_read(&node).await;
		assert_eq!(node.count(TaskCall::Decline), 0, "at {}", node.number());
		node.block();
	}
	for _ in 0..3 {
		daemon.has_read(&node).await;
		node.block();
	}
	assert_eq!(node.count(TaskCall::Decline), 1);
	assert_eq!(node.replica(), ReplicaState::Declined(Excuse::Content), "in time");
	assert_eq!((node.count(TaskCall::Commit), place.script().runs), (0, 0));
	daemon.kill().await;
}

#[tokio::test]
async fn fetch_should_end_when_no_blocks_are_left_for_it() {
	let mut place = Place::new();
	let node = Scene { run_blocks: 3, ..Scene::new(Others::Idle) }.running();
	place.config = "[tasks]\ndecline_margin_blocks = 1";
	place.script().stuck = true;
	let began = Instant::now();
	let daemon = place.start(&node);
	// Two blocks are left after the one of the draw, so six seconds.
	assert_eq!(node.deadline() - node.number(), 3);
	let given_up = async {
		while !daemon.metrics().contains("assay_worker_fetches_total{result=\"unavailable\"} 1") {
			pause(Duration::from_millis(50)).await;
		}
	};
	timeout(PATIENCE, given_up).await.expect("it ends");
	assert!(began.elapsed() >= Duration::from_secs(6), "there was time left");
	daemon.kill().await;
}

#[tokio::test]
async fn no_outcome_should_be_sealed_when_the_disk_is_full() {
	let (place, node) = (Place::new(), Scene::new(Others::Deliver).running());
	place.script().disk_full = true;
	let mut daemon = place.start(&node);
	daemon.wait("told", |status| status.problems.iter().any(|it| it.contains("no space"))).await;
	node.block();
	pause(Duration::from_millis(30)).await;
	assert_eq!(node.count(TaskCall::Commit), 0);
	assert_eq!(daemon.store.all().expect("reads").len(), 0);
	// The next look at the disk, which is fine in truth, clears the problem.
	place.script().disk_full = false;
	daemon.wait("well", |status| status.state == Health::Ok).await;
	node.until("settled", is_ended).await;
	daemon.kill().await;
}

#[tokio::test]
async fn outputs_should_keep_new_tasks_out_and_known_ones_go_on_when_they_take_all_the_room() {
	let (mut place, node) = (Place::new(), Scene::new(Others::Deliver).running());
	place.config = "max_bytes = 1";
	let mut daemon = place.start(&node);
	node.until("settled", is_ended).await;
	assert_eq!((node.count(TaskCall::Commit), node.count(TaskCall::Reveal)), (1, 1));
	let full = |status: &Status| status.problems.iter().any(|it| it.contains("store.max_bytes"));
	daemon.wait("told", |status| full(status) && !status.takes_work).await;
	daemon.kill().await;
}

#[tokio::test]
async fn job_should_be_stopped_and_declined_when_its_time_is_over() {
	let (place, node) = (Place::new(), Scene::new(Others::Idle).running());
	place.script().takes = 100_000;
	let until = node.deadline();
	let daemon = place.start(&node);
	while node.number() < until - 1 {
		daemon.has_read(&node).await;
		node.block();
	}
	let cancelled = async {
		while place.script().cancelled == 0 {
			pause(Duration::from_millis(5)).await;
		}
	};
	timeout(PATIENCE, cancelled).await.expect("it is stopped");
	assert_eq!(node.count(TaskCall::Commit), 0);
	assert_eq!(node.count(TaskCall::Decline), 1);
	assert_eq!(node.replica(), ReplicaState::Declined(Excuse::Time), "in time");
	daemon.kill().await;
}
