//! The loop against the real runtime.

use super::chain::{GAS, World, truth};
use crate::{
	cli::{Global, RunArgs},
	config::Settings,
	host::{drive::drive, heads::Heads, metrics::Metrics, status::StatusWriter, store::TaskStore},
	roles::mediator::{Mediator, Parts, chain::CaseTransaction},
	testing::{PATIENCE, pause},
};
use assay_decisions::{
	lies::{Misbehave, said},
	mediator::CaseCall,
	scenes::account,
};
use assay_primitives::case::{CasePhase, Vote};
use std::{sync::Arc, time::Duration};
use tokio::{sync::watch, time::timeout};

/// Settings of a daemon that keeps nothing.
pub fn global() -> Global {
	Global { base_path: Some("/nowhere".into()), ..Default::default() }
}

struct Place {
	_dir: tempfile::TempDir,
	store: TaskStore,
	content: assay_client::Store,
	metrics: Metrics,
}

impl Place {
	fn new(world: &World) -> Self {
		let dir = tempfile::tempdir().expect("temporary directory");
		let store = TaskStore::open(dir.path(), world.identity()).expect("opens");
		let content = assay_client::Store::open(dir.path().join("content"), Default::default());
		let content = content.expect("opens");
		Self { _dir: dir, store, content, metrics: Metrics::new().expect("fresh") }
	}

	/// Runs a daemon over new blocks until `test` holds, and kills it then.
	async fn until(
		&self,
		world: &World,
		misbehave: Option<Misbehave>,
		test: impl Fn(&World) -> bool,
	) {
		let settings = Settings::merge(&global(), &RunArgs::default(), Default::default());
		let mediator = Mediator::new(Parts {
			chain: world.clone(),
			executor: world.clone(),
			settings: Arc::new(settings.expect("defaults are valid")),
			store: self.store.clone(),
			content: self.content.clone(),
			metrics: self.metrics.clone(),
			status: StatusWriter::new().0,
			misbehave,
			me: world.me(),
			operator: world.me(),
			leads: true,
		});
		let (heads, seen) = watch::channel(Heads::default());
		let (_stop, stopped) = watch::channel(0);
		let daemon = tokio::spawn(drive(mediator.expect("opens"), seen, stopped));
		let _ = heads.send(world.heads());
		let grow = async {
			while !test(world) {
				let _ = heads.send(world.block());
				pause(Duration::from_millis(20)).await;
			}
		};
		timeout(PATIENCE, grow).await.expect("it gets there");
		// What the last block shows is written down.
		pause(Duration::from_millis(50)).await;
		daemon.abort();
		let _ = daemon.await;
	}
}

fn closed(world: &World) -> bool {
	matches!(world.view().case.phase, CasePhase::Closed { .. })
}

#[tokio::test]
async fn mediator_should_judge_a_case_from_draw_to_end() {
	let world = World::new();
	let place = Place::new(&world);
	place.until(&world, None, closed).await;
	let truth = truth().digest(&world.key().task_hash);
	assert_eq!(world.vote(), Vote::Revealed(truth));
	assert_eq!(world.lock().runs, 1);
	assert_eq!(world.lock().backend.sent.len(), 2, "idle blocks apply the deadlines");
	assert_eq!(place.metrics.verdicts.with_label_values(&["coherent"]).get(), 1);
	let (_, verdict) = place.store.verdicts().expect("reads").pop().expect("one");
	assert!(verdict.closed_at.is_some());
}

#[tokio::test]
async fn mediator_should_go_on_with_the_same_seal_when_it_was_killed() {
	let world = World::new();
	let place = Place::new(&world);
	world.lock().backend.lose = 1;
	place.until(&world, None, |world| !world.lock().backend.sent.is_empty()).await;
	place.until(&world, None, closed).await;
	let inner = world.lock();
	assert_eq!(inner.runs, 1, "the run is done once");
	let sent = inner.backend.sent.iter();
	let seals: Vec<&CaseTransaction> =
		sent.filter(|transaction| transaction.kind() == CaseCall::Seal).collect();
	assert!(seals.len() >= 2 && seals.iter().all(|seal| **seal == *seals[0]), "{seals:?}");
}

/// Each seal is signed for the task that was run, none is made twice, and none counts for another task.
#[tokio::test]
async fn mediator_should_seal_each_task_by_its_own_run_when_a_fork_changes_the_case() {
	let world = World::new();
	let place = Place::new(&world);
	let mut keys = Vec::new();
	world.lock().finality = false;
	for (sent, gas) in [(1, GAS), (2, GAS + 1)] {
		world.fork_to(gas);
		keys.push(world.key());
		place.until(&world, None, |world| world.lock().backend.sent.len() >= sent).await;
	}
	world.fork_to(GAS);
	world.lock().finality = true;
	place.until(&world, None, closed).await;
	assert_eq!(world.lock().runs, 2, "the first run stands");
	let genesis = world.genesis();
	let mut sealed = Vec::new();
	for transaction in &world.lock().backend.sent {
		let CaseTransaction::Seal(key, seal) = transaction else { continue };
		let verdict = place.store.verdict(key).expect("reads").expect("it was run");
		assert_eq!(*seal, verdict.seal(&genesis, key));
		sealed.push(*key);
	}
	assert_eq!(sealed, [keys[0], keys[1], keys[0]]);
	assert_eq!(world.lock().backend.refused, ["CaseMismatch", "CaseMismatch"]);
}

#[tokio::test]
async fn mediator_should_vote_nothing_when_its_machine_fails_and_try_again() {
	let world = World::new();
	let place = Place::new(&world);
	world.lock().failures = 2;
	place.until(&world, None, closed).await;
	assert_eq!(world.lock().runs, 3);
	let truth = truth().digest(&world.key().task_hash);
	assert_eq!(world.vote(), Vote::Revealed(truth));
}

/// The chain takes what they say for one and the same.
#[tokio::test]
async fn colluding_mediators_should_say_the_same_false_thing() {
	let said = |who| said(truth(), &account(who), Some(Misbehave::Collude));
	let lie = said(1);
	assert_eq!(lie, said(2));
	assert_ne!(lie, truth());
	let world = World::new();
	let place = Place::new(&world);
	world.lock().others = lie;
	place.until(&world, Some(Misbehave::Collude), closed).await;
	let lie = lie.digest(&world.key().task_hash);
	assert_eq!(world.vote(), Vote::Revealed(lie));
	let CasePhase::Closed { ruling, .. } = world.view().case.phase else { panic!("it is closed") };
	assert_eq!(ruling.truth, Some(lie));
}
