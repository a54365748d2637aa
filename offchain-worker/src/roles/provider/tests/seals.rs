//! The usual way of a task, and what may happen to the transactions on it.

use super::{
	phases::{ended, is_ended, is_revealed},
	place::{Place, killed_once},
	scene::{GAS, Others, Scene, TASK, key_of},
};
use crate::{host::status::State as Health, testing::pause};
use assay_decisions::{provider::TaskCall, scenes::record};
use std::time::Duration;

#[tokio::test]
async fn task_should_be_run_sealed_revealed_and_closed() {
	let (place, node) = (Place::new(), Scene::new(Others::Deliver).ordered());
	let daemon = place.start(&node);
	node.block();
	node.until("settled", is_ended).await;
	daemon.has_read(&node).await;
	assert_eq!((node.count(TaskCall::Commit), node.count(TaskCall::Reveal)), (1, 1));
	assert!(node.refused().is_empty(), "{:?}", node.refused());
	assert_eq!(place.script().runs, 1);
	let record = daemon.store.sealed(&key_of(GAS)).expect("reads").expect("is there");
	let note = record.ended.expect("the end is noted");
	assert_eq!(note.prune_at, ended(&node.view()).expect("it has ended").prune_at);
	let text = daemon.metrics();
	for line in [
		"assay_worker_jobs_total{result=\"exited\"} 1",
		"assay_worker_replicas_total{result=\"agreed\"} 1",
		"assay_worker_transactions_total{call=\"commit\"} 1",
		"assay_worker_transactions_total{call=\"reveal\"} 1",
		"assay_worker_commit_margin_blocks_count 1",
		"assay_worker_reveal_margin_blocks_count 1",
	] {
		assert!(text.contains(line), "no {line} in {text}");
	}
	daemon.kill().await;
}

#[tokio::test]
async fn outcome_should_be_told_and_served_only_when_it_is_public_for_good() {
	let (place, node) = (Place::new(), Scene::new(Others::Deliver).running());
	let daemon = place.start(&node);
	let public = || daemon.outputs.public_run(TASK).is_some();
	let told = || {
		let text = daemon.metrics();
		["jobs_total{result=\"exited\"} 1", "gas_total 1000000", "job_seconds_count 1"]
			.map(|line| text.contains(&format!("assay_worker_{line}\n")))
	};
	let mut blocks = 0;
	while !node.is(is_revealed) {
		pause(Duration::from_millis(15)).await;
		assert!(!public() && told() == [false; 3], "at block {}", node.number());
		node.block();
		if !node.is(is_revealed) {
			node.finalize();
		}
		blocks += 1;
		assert!(blocks < 40, "never revealed");
	}
	assert_eq!(place.script().runs, 1);
	daemon.has_read(&node).await;
	assert!(!public() && told() == [false; 3], "the opening is not final");
	node.finalize();
	daemon.has_read(&node).await;
	assert!(public());
	assert_eq!(told(), [true; 3]);
	node.until("settled", is_ended).await;
	daemon.has_read(&node).await;
	assert_eq!(told(), [true; 3], "it is told once");
	daemon.kill().await;
	let again = place.start(&node);
	assert!(again.outputs.public_run(TASK).is_some(), "also after a restart");
	again.kill().await;
}

#[tokio::test]
async fn nothing_should_be_lost_or_doubled_when_it_is_killed_at_any_block() {
	for kill_at in 0.. {
		let (place, node) = (Place::new(), Scene::new(Others::Deliver).running());
		let Some(daemon) = killed_once(&place, &node, kill_at, is_ended).await else {
			assert!(kill_at > 3, "there is a block for the seal, the opening and the end");
			break;
		};
		let commits = node.commits();
		assert!(commits.iter().all(|seal| *seal == commits[0]), "killed at {kill_at}");
		daemon.kill().await;
	}
}

#[tokio::test]
async fn transactions_should_be_sent_again_when_they_get_lost() {
	let (place, node) = (Place::new(), Scene::new(Others::Deliver).running());
	node.lock().backend.lose = 2;
	let daemon = place.start(&node);
	node.until("settled", is_ended).await;
	assert_eq!(node.count(TaskCall::Commit), 3);
	assert!(node.lock().backend.waited.iter().all(|within| *within <= Duration::from_secs(9)));
	let commits = node.commits();
	assert!(commits.iter().all(|seal| *seal == commits[0]));
	let text = daemon.metrics();
	assert!(text.contains("assay_worker_transaction_failures_total{reason=\"E-0203\"} 2"));
	daemon.kill().await;
}

#[tokio::test]
async fn foreign_seal_should_be_told_and_not_revealed() {
	let (place, node) = (Place::new(), Scene::new(Others::Deliver).running());
	let seal = record().seal(&node.identity(), &key_of(GAS));
	let mut daemon = place.start(&node);
	node.block_after(&[node.foreign_seal(seal)]);
	assert_eq!(node.sealed(), seal);
	node.finalize();
	daemon.wait("degraded", |status| status.state == Health::Degraded).await;
	assert!(daemon.status.borrow().problems[0].contains("did not make"));
	node.blocks(5).await;
	assert_eq!(node.count(TaskCall::Reveal), 0);
	assert_eq!(node.sealed(), seal, "nobody opens it");
	assert!(daemon.metrics().contains("assay_worker_faults_total{kind=\"foreign_seal\"} 1"));
	daemon.kill().await;
}
