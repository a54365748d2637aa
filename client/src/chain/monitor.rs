//! How far each of several nodes has come, so that one that stands still is left for one that does not.
//!
//! A node whose process hangs, or whose disk or network does, keeps its connection and answers nothing, or
//! answers the same block for ever. A request's own time limit is longer than the shortest window in
//! which a reveal can be sent, so heads are asked of all nodes all the time. So is what they call final, since
//! a node that lies about it goes on.

use super::{
	finality::Doubt,
	rpc::{Connection, Failover},
};
use std::{
	sync::{Arc, Weak},
	time::Duration,
};
use subxt::rpcs::{RpcClientT, client::RawValue};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

/// Block times without a new block after which a node stands still.
const PATIENCE: u32 = 2;
/// Blocks that another node is ahead by before one that still answers counts as left behind: a node is
/// one behind whenever it hears of a block later.
const LAG: u64 = 2;
/// Times in a block time that each node is asked.
const RATE: u32 = 2;

/// How far a node has come.
#[derive(Clone)]
pub(super) struct Progress {
	/// For questions about its head; `None` until it is reached.
	pub connection: Option<Arc<Connection>>,
	height: u64,
	/// When a block came that is higher than those before; at first, when it was asked to be watched.
	advanced: Instant,
	answered: Instant,
	/// Whether what it calls final is so; `None` where that is believed.
	word: Option<Word>,
}

/// What is known of a node's word for what is final.
#[derive(Clone, Copy, Debug)]
struct Word {
	/// When it was last shown to be true; at first, when it was asked to be watched.
	held: Instant,
	ever: bool,
	/// Whether it was shown to be false since.
	broken: bool,
}

impl Progress {
	/// Of a node that is watched from now on, its word for what is final too.
	pub fn new(now: Instant, finality: bool) -> Self {
		let word = finality.then_some(Word { held: now, ever: false, broken: false });
		Self { connection: None, height: 0, advanced: now, answered: now, word }
	}

	/// Notes what came of a look at what it calls final.
	pub fn note_final(&mut self, looked: Result<(), Doubt>, now: Instant) {
		let Some(word) = &mut self.word else { return };
		match looked {
			Ok(()) => *word = Word { held: now, ever: true, broken: false },
			Err(doubt) => word.broken |= doubt.is_certain(),
		}
	}

	/// Whether what it calls final is not so, or was not shown for a while.
	pub fn is_doubted(&self, now: Instant, block_time: Duration) -> bool {
		self.word.is_some_and(|word| word.broken || now - word.held >= block_time * PATIENCE)
	}

	fn note(&mut self, height: u64, now: Instant) {
		self.answered = now;
		if height > self.height {
			(self.height, self.advanced) = (height, now);
		}
	}

	/// Whether it has answered lately.
	pub fn is_awake(&self, now: Instant, block_time: Duration) -> bool {
		now - self.answered < block_time * PATIENCE
	}

	fn stands_still(&self, now: Instant, block_time: Duration) -> bool {
		now - self.advanced >= block_time * PATIENCE
	}
}

/// The node to change to from the one at `current`: the highest of those that go on and whose word holds, where that one
/// has stood still, and does not answer or is left behind, or its word for what is final does not hold and the other's
/// did. A height alone never draws anybody away from a node that goes on, since a node may claim any.
pub(super) fn better(
	nodes: &[Progress],
	current: usize,
	now: Instant,
	block_time: Duration,
) -> Option<usize> {
	let used = nodes.get(current)?;
	let doubted = used.is_doubted(now, block_time);
	let still = used.stands_still(now, block_time);
	let asleep = still && !used.is_awake(now, block_time);
	let goes_on = |node: &Progress| {
		let behind = still && node.height >= used.height.saturating_add(LAG);
		let holds = node.word.is_some_and(|word| word.ever) && !node.is_doubted(now, block_time);
		// One that shows nothing may have nothing to show: finality stalls, or it has just been started. It is better
		// than one that stands still, and no better than any other.
		!node.stands_still(now, block_time)
			&& !node.word.is_some_and(|word| word.broken)
			&& (asleep || behind || (doubted && holds))
	};
	let others = nodes.iter().enumerate().filter(|(at, node)| *at != current && goes_on(node));
	others.max_by_key(|(_, node)| node.height).map(|(at, _)| at)
}

/// Asks every node for its head until nobody uses the connection any more.
pub(super) fn start(failover: &Arc<Failover>, block_time: Duration) {
	for position in 0..failover.urls().len() {
		tokio::spawn(watch(Arc::downgrade(failover), position, block_time));
	}
}

async fn watch(failover: Weak<Failover>, position: usize, block_time: Duration) {
	let mut ticks = interval(block_time / RATE);
	ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
	loop {
		ticks.tick().await;
		let Some(failover) = failover.upgrade() else { return };
		if let Ok(Some(height)) = timeout(block_time, failover.height_of(position)).await {
			failover.progress()[position].note(height, Instant::now());
		}
		let _ = timeout(block_time, failover.look_at_final(position)).await;
		failover.leave_if_worse(block_time).await;
	}
}

/// The height of the best block that a node tells.
pub(super) async fn height(connection: &Connection) -> Option<u64> {
	let answer = connection.client.request_raw("chain_getHeader", None).await.ok()?;
	let header: Head = serde_json::from_str(RawValue::get(&answer)).ok()?;
	u64::from_str_radix(header.number.strip_prefix("0x")?, 16).ok()
}

/// The part of a header that is read.
#[derive(serde::Deserialize)]
struct Head {
	number: String,
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::testing::node::{Answer, Node};
	use proptest::prelude::*;
	use serde_json::json;
	use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

	const BLOCK: Duration = Duration::from_secs(3);

	/// Height, and block times since it grew and since the node answered.
	fn node((height, advanced, answered): (u64, u32, u32), now: Instant) -> Progress {
		let ago = |blocks| now - BLOCK * blocks;
		let (advanced, answered) = (ago(advanced), ago(answered));
		Progress { connection: None, height, advanced, answered, word: None }
	}

	/// What becomes of a node that goes on, by whether its word holds and block times since it last did, beside others.
	fn choice_by_word(all: &[(Option<bool>, u32)]) -> Option<usize> {
		let now = Instant::now() + Duration::from_secs(3_600);
		let nodes = all.iter().map(|(holds, ago)| {
			let (ever, broken) = (holds.is_some(), *holds == Some(false));
			let word = Some(Word { held: now - BLOCK * *ago, ever, broken });
			Progress { word, ..node((10, 0, 0), now) }
		});
		better(&nodes.collect::<Vec<_>>(), 0, now, BLOCK)
	}

	#[test]
	fn node_should_be_left_when_its_word_does_not_hold_and_that_of_another_does() {
		const TRUE: (Option<bool>, u32) = (Some(true), 0);
		assert_eq!(choice_by_word(&[(Some(false), 0), TRUE]), Some(1), "at once");
		assert_eq!(choice_by_word(&[(Some(true), 2), TRUE]), Some(1), "it shows nothing any more");
		assert_eq!(choice_by_word(&[(None, 2), TRUE]), Some(1), "it never did");
		assert_eq!(choice_by_word(&[(Some(true), 1), TRUE]), None, "not yet");
		assert_eq!(choice_by_word(&[(None, 0), TRUE]), None, "not yet");
		assert_eq!(choice_by_word(&[TRUE, TRUE]), None);
	}

	#[test]
	fn node_that_stands_still_should_be_left_when_no_node_shows_anything() {
		let now = Instant::now() + Duration::from_secs(3_600);
		let mute = |still| {
			let word = Some(Word { held: now - BLOCK * 9, ever: false, broken: false });
			Progress { word, ..node((10, still, still), now) }
		};
		assert_eq!(better(&[mute(2), mute(0)], 0, now, BLOCK), Some(1));
		assert_eq!(better(&[mute(0), mute(0)], 0, now, BLOCK), None, "it goes on");
		let mut lies = mute(0);
		lies.note_final(Err(Doubt::Forked), now);
		assert_eq!(better(&[mute(2), lies], 0, now, BLOCK), None);
	}

	#[test]
	fn node_should_be_kept_when_no_word_holds() {
		let lies = (Some(false), 0);
		for other in [lies, (Some(true), 2), (None, 0), (None, 2)] {
			assert_eq!(choice_by_word(&[lies, other]), None, "{other:?}");
		}
	}

	#[test]
	fn word_should_hold_again_when_it_is_shown_to() {
		let now = Instant::now();
		let mut node = Progress::new(now, true);
		node.note_final(Err(Doubt::Nothing("no answer".into())), now);
		assert!(!node.is_doubted(now, BLOCK) && node.is_doubted(now + BLOCK * PATIENCE, BLOCK));
		node.note_final(Err(Doubt::Forked), now);
		assert!(node.is_doubted(now, BLOCK));
		node.note_final(Ok(()), now);
		assert!(!node.is_doubted(now, BLOCK));
		let mut believed = Progress::new(now, false);
		believed.note_final(Err(Doubt::Forked), now);
		assert!(!believed.is_doubted(now + BLOCK * 9, BLOCK));
	}

	fn choice(all: &[(u64, u32, u32)]) -> Option<usize> {
		let now = Instant::now() + Duration::from_secs(3_600);
		let nodes: Vec<_> = all.iter().map(|one| node(*one, now)).collect();
		better(&nodes, 0, now, BLOCK)
	}

	#[test]
	fn node_should_be_left_when_it_stands_still_and_another_goes_on() {
		assert_eq!(choice(&[(10, 2, 2), (10, 0, 0)]), Some(1), "hung");
		assert_eq!(choice(&[(10, 2, 0), (12, 0, 0)]), Some(1), "left behind");
		assert_eq!(
			choice(&[(10, 9, 9), (11, 1, 0), (12, 0, 0), (90, 2, 0)]),
			Some(2),
			"the highest"
		);
	}

	#[test]
	fn node_should_be_kept_when_it_goes_on_or_nobody_does() {
		assert_eq!(choice(&[(10, 1, 0), (1_000_000, 0, 0)]), None, "a claim alone");
		assert_eq!(choice(&[(10, 9, 0), (10, 9, 0)]), None, "a quiet chain");
		assert_eq!(choice(&[(10, 2, 0), (11, 0, 0)]), None, "it hears of blocks later");
		assert_eq!(choice(&[(10, 9, 9)]), None, "there is no other");
	}

	proptest! {
		#[test]
		fn choice_should_never_be_a_node_that_stands_still(
			all in prop::collection::vec((0u64..20, 0u32..5, 0u32..5), 1..5),
		) {
			match choice(&all) {
				Some(at) => {
					prop_assert!(at > 0 && all[at].1 < PATIENCE, "changed to {at}");
					prop_assert!(all[0].1 >= PATIENCE, "left a node that goes on");
				},
				None => {
					let hung = all[0].1 >= PATIENCE && all[0].2 >= PATIENCE;
					let other = all[1..].iter().any(|one| one.1 < PATIENCE);
					prop_assert!(!(hung && other), "kept a hung node");
				},
			}
		}
	}

	/// A node whose height grows with each question, for as long as `lives` says.
	async fn growing(lives: Arc<AtomicBool>, name: &'static str) -> Node {
		let height = AtomicU64::new(1);
		Node::start(1, move |method| match (lives.load(Ordering::SeqCst), method) {
			(false, _) => Answer::Silence,
			(true, "chain_getHeader") => {
				let height = height.fetch_add(1, Ordering::SeqCst);
				Answer::Result(json!({ "number": format!("{height:#x}") }))
			},
			(true, "chain_getFinalizedHead") => Answer::Silence,
			(true, _) => Answer::Result(json!(name)),
		})
		.await
	}

	#[tokio::test]
	async fn requests_should_move_to_another_node_when_theirs_hangs() {
		let lives = Arc::new(AtomicBool::new(true));
		let first = growing(lives.clone(), "first").await;
		let second = growing(Arc::new(AtomicBool::new(true)), "second").await;
		let urls = vec![first.url.clone(), second.url.clone()];
		// An hour for a request: only what the heads say can end it.
		let hour = Duration::from_secs(3_600);
		let failover = Arc::new(Failover::new(urls, None, Duration::from_secs(5), hour, None));
		start(&failover, Duration::from_secs(1));
		let ask = async || {
			let answer = failover.request_raw("system_chain", None).await.expect("one lives");
			serde_json::from_str::<String>(RawValue::get(&answer)).expect("a name")
		};
		assert_eq!(ask().await, "first");
		let waits = failover.clone();
		let waiting = tokio::spawn(async move {
			waits.subscribe_raw("chain_getFinalizedHead", None, "nothing").await.is_err()
		});
		assert_eq!(ask().await, "first", "the subscription was asked for before");
		lives.store(false, Ordering::SeqCst);
		assert_eq!(ask().await, "second");
		assert!(waiting.await.expect("no panic"), "it ends with its node");
		assert_eq!(failover.url().await, Some(second.url.clone()));
	}

	#[tokio::test]
	async fn transaction_should_reach_every_node_when_it_is_spread() {
		let seen = Arc::new(AtomicU64::new(0));
		let node = async || {
			let seen = seen.clone();
			Node::start(1, move |method| {
				if method == "author_submitExtrinsic" {
					seen.fetch_add(1, Ordering::SeqCst);
				}
				Answer::Result(json!({ "number": "0x1" }))
			})
			.await
		};
		let (first, second, third) = (node().await, node().await, node().await);
		let urls = [&first, &second, &third].map(|node| node.url.clone()).to_vec();
		let wait = Duration::from_secs(5);
		let failover = Arc::new(Failover::new(urls, None, wait, wait, None));
		failover.connect().await.expect("all are up");
		start(&failover, Duration::from_millis(100));
		while failover.progress().iter().any(|node| node.connection.is_none()) {
			tokio::time::sleep(Duration::from_millis(10)).await;
		}
		failover.spread(&[1, 2, 3]).await;
		while seen.load(Ordering::SeqCst) < 2 {
			tokio::time::sleep(Duration::from_millis(10)).await;
		}
		assert_eq!(seen.load(Ordering::SeqCst), 2, "the one in use was sent it by the caller");
	}
}
