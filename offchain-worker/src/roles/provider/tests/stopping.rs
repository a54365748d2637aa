//! Draining, and stopping at once.

use super::{
	phases::is_revealed,
	place::Place,
	scene::{Others, Scene},
};
use crate::host::status::State as Health;
use assay_decisions::provider::TaskCall;

#[tokio::test]
async fn drain_should_finish_the_job_and_reveal_before_it_ends() {
	let (place, node) = (Place::new(), Scene::new(Others::Deliver).running());
	place.script().takes = 100_000;
	let mut daemon = place.start(&node);
	daemon.wait("running", |status| status.jobs.running == 1).await;
	daemon.stop();
	daemon.wait("draining", |status| status.state == Health::Draining).await;
	place.script().takes = 0;
	node.until("revealed", is_revealed).await;
	node.blocks(4).await;
	daemon.ended().await;
}

#[tokio::test]
async fn second_signal_should_stop_at_once() {
	let (place, node) = (Place::new(), Scene::new(Others::Deliver).running());
	place.script().takes = 100_000;
	let mut daemon = place.start(&node);
	daemon.wait("running", |status| status.jobs.running == 1).await;
	daemon.stop();
	daemon.stop();
	daemon.ended().await;
	assert_eq!(place.script().cancelled, 1, "the job does not outlive the daemon");
	assert_eq!(node.count(TaskCall::Commit), 0);
}
