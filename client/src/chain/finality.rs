//! What nodes call final, and whether the chain's validators have voted for it.
//!
//! Of several nodes one may lie. What it calls final is believed where the votes for it are shown, and by
//! nobody's word: from a block that is trusted on, each set of validators names the next one.

use super::{blocks::Header as NodeHeader, rpc::Connection};
use assay_finality::{
	Checkpoint, FinalityProof, Header, Problem, authorities_key, hash_of, set_id_key,
};
use assay_primitives::{BlockNumber, Hash};
use codec::{DecodeAll, Encode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::{
	collections::BTreeMap,
	fs,
	path::PathBuf,
	sync::{Mutex, MutexGuard, PoisonError},
};
use subxt::rpcs::{RpcClientT, client::RawValue};

/// Final blocks whose hashes are kept, so that a node that is behind another one is known to be right.
const KEPT: BlockNumber = 256;
/// Headers that are asked for at a time, one after the other, to know those hashes.
const FILLED: usize = 16;

/// Why a block is not taken for final.
#[derive(Debug, thiserror::Error)]
pub(super) enum Doubt {
	/// What the node shows is false.
	#[error("{0}")]
	False(Problem),
	/// Another block of this height is final.
	#[error("another block of its height is final")]
	Forked,
	/// It is so far behind what is final that its hash is not known, or not yet.
	#[error("the node is far behind")]
	FarBehind,
	/// The node shows nothing, which may pass.
	#[error("no proof: {0}")]
	Nothing(String),
}

impl Doubt {
	/// Whether it can only come from a node that lies.
	pub fn is_certain(&self) -> bool {
		matches!(self, Self::False(_) | Self::Forked)
	}
}

impl From<Problem> for Doubt {
	fn from(problem: Problem) -> Self {
		match problem {
			Problem::HeadersLeftOut => Self::Nothing(problem.to_string()),
			problem => Self::False(problem),
		}
	}
}

/// What is known to be final.
#[derive(Default)]
struct Known {
	/// The newest block that votes were seen for. `None` until one is trusted.
	checkpoint: Option<Checkpoint>,
	/// Hashes of final blocks up to that one.
	hashes: BTreeMap<BlockNumber, Hash>,
}

/// What is known to be final, kept in a file from set to set.
pub(super) struct Finality {
	file: PathBuf,
	known: Mutex<Known>,
}

impl Finality {
	/// That goes on where `file` ends.
	pub fn new(file: PathBuf) -> Self {
		let restored = fs::read(&file).ok().map(|bytes| Checkpoint::restore(&bytes));
		if let Some(Err(problem)) = restored {
			tracing::warn!(file = %file.display(), %problem, "the trusted block can't be read, beginning anew");
		}
		let checkpoint = restored.and_then(Result::ok);
		Self { file, known: Mutex::new(Known { checkpoint, hashes: BTreeMap::new() }) }
	}

	fn known(&self) -> MutexGuard<'_, Known> {
		self.known.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// Whether something is trusted already.
	pub fn has_begun(&self) -> bool {
		self.known().checkpoint.is_some()
	}

	/// Begins with the first block, whose hash is known, or where no node has its state any more with the one that this
	/// node calls final, which is told.
	pub async fn begin(&self, node: &Connection, genesis: Hash) -> Result<(), Doubt> {
		let checkpoint = match trust(node, genesis).await {
			Ok(checkpoint) => checkpoint,
			Err(why) => {
				let head = ask(node, "chain_getFinalizedHead", json!([])).await?;
				let checkpoint = trust(node, head).await?;
				tracing::warn!(
					node = node.url(), block = checkpoint.number(), hash = ?checkpoint.hash(), %why,
					"the first block's validators can't be read; trusting those that this node names"
				);
				checkpoint
			},
		};
		self.note(checkpoint, BTreeMap::new());
		Ok(())
	}

	/// Sees whether `head` is final, by what `node` shows where that is not known.
	pub async fn confirm(&self, node: &Connection, head: &Header) -> Result<(), Doubt> {
		let mut above = self.known().above(head);
		if let Err(Doubt::FarBehind) = above {
			self.fill(node).await?;
			above = self.known().above(head);
		}
		let Some(mut checkpoint) = above? else { return Ok(()) };
		let proof = votes_for(node, head.number).await?;
		let later = match checkpoint.prove(head, &proof) {
			Err(problem) if problem.may_be_of_another_set() => {
				if !self.follow_sets(node, &mut checkpoint, head.number).await? {
					return Err(problem.into());
				}
				checkpoint.prove(head, &proof)?
			},
			proven => proven?,
		};
		let hashes = later.iter().chain([head]).map(|block| (block.number, hash_of(block)));
		self.note(checkpoint, hashes.collect());
		Ok(())
	}

	/// Gets to know the hashes of some more blocks below the newest one that is final.
	pub async fn fill(&self, node: &Connection) -> Result<(), Doubt> {
		for _ in 0..FILLED {
			let Some((number, lowest)) = self.known().gap() else { break };
			let parent = header(node, lowest).await?.parent_hash;
			self.known().hashes.insert(number.saturating_sub(1), parent);
		}
		Ok(())
	}

	/// Steps to the last set that has ended below block `to`; whether there was any.
	async fn follow_sets(
		&self,
		node: &Connection,
		checkpoint: &mut Checkpoint,
		to: BlockNumber,
	) -> Result<bool, Doubt> {
		let first = checkpoint.set_id();
		loop {
			let set = checkpoint.set_id();
			let number = checkpoint.number().saturating_add(1);
			if number >= to {
				break;
			}
			let votes = FinalityProof::decode(&votes_for(node, number).await?)?;
			let last = header(node, votes.block).await?;
			if last.number >= to {
				break;
			}
			checkpoint.advance(&last, &votes.justification)?;
			if checkpoint.set_id() == set {
				break;
			}
			self.note(checkpoint.clone(), BTreeMap::new());
		}
		Ok(checkpoint.set_id() != first)
	}

	fn note(&self, checkpoint: Checkpoint, hashes: BTreeMap<BlockNumber, Hash>) {
		let mut known = self.known();
		let old = known.checkpoint.as_ref();
		if old.is_none_or(|old| old.set_id() < checkpoint.set_id()) {
			self.write(&checkpoint);
		}
		if old.is_none_or(|old| old.number() < checkpoint.number()) {
			known.checkpoint = Some(checkpoint);
		}
		known.hashes.extend(hashes);
		let newest = known.hashes.keys().next_back().copied().unwrap_or_default();
		known.hashes.retain(|number, _| number.saturating_add(KEPT) > newest);
	}

	/// A file that can't be written costs a longer way at the next start.
	fn write(&self, checkpoint: &Checkpoint) {
		let new = self.file.with_extension("new");
		let written =
			fs::write(&new, checkpoint.encode()).and_then(|()| fs::rename(&new, &self.file));
		if let Err(error) = written {
			tracing::warn!(file = %self.file.display(), %error, "the trusted block can't be written");
		}
	}
}

impl Known {
	/// The last known block of those that lead down from the newest, where more have to be known.
	fn gap(&self) -> Option<(BlockNumber, Hash)> {
		let newest = self.checkpoint.as_ref()?.number();
		let least = newest.saturating_sub(KEPT - 1);
		let known = |number| Some((number, *self.hashes.get(&number)?));
		let lowest = (least..=newest).rev().map_while(known).last();
		lowest.filter(|(number, _)| *number > least)
	}

	/// From where `head` has to be proven; `None` where it is final. Errors: it is not, or is too old to tell.
	fn above(&self, head: &Header) -> Result<Option<Checkpoint>, Doubt> {
		let checkpoint = self.checkpoint.as_ref();
		let checkpoint =
			checkpoint.ok_or_else(|| Doubt::Nothing("no block is trusted yet".into()))?;
		let known = self.hashes.get(&head.number).copied();
		let known =
			known.or_else(|| (head.number == checkpoint.number()).then(|| checkpoint.hash()));
		match known {
			Some(known) if known == hash_of(head) => Ok(None),
			Some(_) => Err(Doubt::Forked),
			None if head.number > checkpoint.number() => Ok(Some(checkpoint.clone())),
			None => Err(Doubt::FarBehind),
		}
	}
}

/// A block with the validators that are stored after it.
async fn trust(node: &Connection, block: Hash) -> Result<Checkpoint, Doubt> {
	let header = header(node, block).await?;
	let keys = [authorities_key(), set_id_key()].map(|key| format!("0x{}", hex::encode(key)));
	let proof: ReadProof = ask(node, "state_getReadProof", json!([keys, block])).await?;
	let nodes: Result<_, _> = proof.proof.into_iter().map(|node| bytes(Some(node))).collect();
	Ok(Checkpoint::begin(&header, nodes?)?)
}

#[derive(serde::Deserialize)]
struct ReadProof {
	proof: Vec<String>,
}

/// Votes for the block of this number, or for a later one of its set.
async fn votes_for(node: &Connection, number: BlockNumber) -> Result<Vec<u8>, Doubt> {
	bytes(ask(node, "assay_votesFor", json!([number])).await?)
}

/// The header of a block. Errors: the node gives another one.
pub(super) async fn header(node: &Connection, block: Hash) -> Result<Header, Doubt> {
	let header: Option<NodeHeader> = ask(node, "chain_getHeader", json!([block])).await?;
	let header = header.ok_or_else(|| Doubt::Nothing(format!("it has no block {block:?}")))?;
	let header = plain(&header)?;
	(hash_of(&header) == block).then_some(header).ok_or(Doubt::False(Problem::NotLinked))
}

/// A header as the chain itself writes it.
pub(super) fn plain(header: &NodeHeader) -> Result<Header, Doubt> {
	Header::decode_all(&mut &header.encode()[..]).map_err(|_| Doubt::False(Problem::Malformed))
}

fn bytes(text: Option<String>) -> Result<Vec<u8>, Doubt> {
	let text = text.ok_or_else(|| Doubt::Nothing("it has no votes".into()))?;
	hex::decode(text.trim_start_matches("0x")).map_err(|_| Doubt::False(Problem::Malformed))
}

/// What one node answers, no other.
pub(super) async fn ask<T: DeserializeOwned>(
	node: &Connection,
	method: &str,
	params: Value,
) -> Result<T, Doubt> {
	let nothing = |error: &dyn std::fmt::Display| Doubt::Nothing(format!("{method}: {error}"));
	let params = RawValue::from_string(params.to_string()).map_err(|error| nothing(&error))?;
	let answer = node.client.request_raw(method, Some(params)).await;
	let answer = answer.map_err(|error| nothing(&error))?;
	serde_json::from_str(answer.get()).map_err(|error| nothing(&error))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		chain::{monitor::start, rpc::Failover},
		testing::node::{Answer, Node},
	};
	use assay_finality::{
		MAX_HEADERS,
		testing::{self as votes, chain, change, child_with, genesis, keys},
	};
	use polkadot_sdk::sp_consensus_grandpa::ConsensusLog;
	use std::{
		collections::HashMap,
		sync::{
			Arc, Mutex as Shared,
			atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
		},
		time::Duration,
	};
	use tempfile::TempDir;

	/// Blocks of each set, where sets change.
	const LASTS: usize = 5;

	/// A chain whose set of four changes with each so many blocks. Block number `n` is at position `n`.
	#[derive(Clone)]
	struct Scene {
		blocks: Vec<Header>,
		lasts: usize,
	}

	impl Scene {
		fn new(count: usize) -> Self {
			Self::with_sets_of(LASTS, count)
		}

		/// Whose set never changes, as on a development chain.
		fn of_one_set(count: usize) -> Self {
			Self::with_sets_of(count, count)
		}

		fn with_sets_of(lasts: usize, count: usize) -> Self {
			let mut blocks = vec![genesis(&keys(0, 4), 0).0];
			for number in 1..count {
				let last = blocks.last().expect("the first");
				blocks.push(match number % lasts {
					0 => {
						let next = (number / lasts) as u8;
						let next = change(&keys(next, next + 4), 0);
						child_with(last, &[ConsensusLog::ScheduledChange(next)])
					},
					_ => chain(last, 1).remove(0),
				});
			}
			Self { blocks, lasts }
		}

		/// What `assay_votesFor` answers with.
		fn proof(&self, number: usize) -> Vec<u8> {
			let set = number.saturating_sub(1) / self.lasts;
			let target = ((set + 1) * self.lasts).min(self.blocks.len() - 1);
			let voters = keys(set as u8, set as u8 + 4);
			let block = &self.blocks[target];
			let votes = votes::votes(&voters[1..], block, set as u64);
			let headers = &self.blocks[number + 1..=target];
			votes::proof(block, &votes, if headers.len() <= MAX_HEADERS { headers } else { &[] })
		}

		fn answer(&self, method: &str, params: &Value) -> Answer {
			let number = || params[0].as_u64().expect("a number") as usize;
			let hexadecimal = |bytes| Answer::Result(json!(format!("0x{}", hex::encode(bytes))));
			match method {
				"chain_getFinalizedHead" => Answer::Result(json!(self.blocks.last().map(hash_of))),
				"chain_getHeader" if params[0].is_null() => {
					Answer::Result(json!({ "number": format!("{:#x}", self.blocks.len()) }))
				},
				"chain_getHeader" => {
					let asked: Hash = serde_json::from_value(params[0].clone()).expect("a hash");
					let found = self.blocks.iter().find(|block| hash_of(block) == asked);
					Answer::Result(json!(found))
				},
				"assay_votesFor" => hexadecimal(self.proof(number())),
				_ => Answer::Error(-32_601, "Method not found"),
			}
		}
	}

	/// A node that answers as `answer` says, what it was asked, and a verifier that trusts the first block.
	struct Setting {
		node: Arc<Connection>,
		asked: Arc<Shared<HashMap<String, usize>>>,
		finality: Finality,
		folder: TempDir,
		_server: Node,
	}

	impl Setting {
		async fn new(answer: impl Fn(&str, &Value) -> Answer + Send + Sync + 'static) -> Self {
			let asked = Arc::new(Shared::new(HashMap::new()));
			let seen = asked.clone();
			let server = Node::start_asked(1, move |method, params| {
				*seen.lock().expect("no panic").entry(method.to_string()).or_default() += 1;
				answer(method, params)
			})
			.await;
			let wait = Duration::from_secs(5);
			let failover = Failover::new(vec![server.url.clone()], None, wait, wait, None);
			let folder = tempfile::tempdir().expect("temporary directory");
			let node = failover.connection().await.expect("it is up");
			let finality = trusting(&folder);
			Self { node, asked, finality, folder, _server: server }
		}

		async fn of(scene: &Scene) -> Self {
			let scene = scene.clone();
			Self::new(move |method, params| scene.answer(method, params)).await
		}

		fn asked(&self, method: &str) -> usize {
			self.asked.lock().expect("no panic").get(method).copied().unwrap_or(0)
		}

		async fn confirm(&self, block: &Header) -> Result<(), Doubt> {
			self.finality.confirm(&self.node, block).await
		}
	}

	/// That trusts the first block of the scene.
	fn trusting(folder: &TempDir) -> Finality {
		let file = folder.path().join("finality");
		fs::write(&file, genesis(&keys(0, 4), 0).1.encode()).expect("writable");
		Finality::new(file)
	}

	#[tokio::test]
	async fn head_should_be_final_when_votes_for_it_are_shown_and_be_known_afterwards() {
		let scene = Scene::new(5);
		let it = Setting::of(&scene).await;
		it.confirm(&scene.blocks[3]).await.expect("votes for block 4");
		it.confirm(&scene.blocks[4]).await.expect("known by then");
		assert_eq!(it.asked("assay_votesFor"), 1);
		let forked = votes::child(&scene.blocks[2], 9);
		assert!(matches!(it.confirm(&forked).await, Err(Doubt::Forked)));
		let made_up = votes::child(&scene.blocks[4], 9);
		let answer = scene.proof(4);
		let liar =
			Setting::new(move |_, _| Answer::Result(json!(format!("0x{}", hex::encode(&answer)))))
				.await;
		let doubt = liar.confirm(&made_up).await.expect_err("nobody has voted for it");
		assert!(doubt.is_certain(), "{doubt}");
	}

	#[tokio::test]
	async fn votes_should_count_and_a_lie_be_told_when_the_set_has_never_changed() {
		let scene = Scene::of_one_set(2 * MAX_HEADERS);
		let it = Setting::of(&scene).await;
		let made_up = votes::child(&scene.blocks[scene.blocks.len() - 2], 9);
		let lie = it.confirm(&made_up).await.expect_err("nobody has voted for it");
		assert!(lie.is_certain(), "{lie}");
		let far = it.confirm(&scene.blocks[3]).await.expect_err("too many headers");
		assert!(!far.is_certain(), "who is far behind does not lie: {far}");
		for block in &scene.blocks[scene.blocks.len() - 3..] {
			it.confirm(block).await.expect("the first set votes");
		}
		let known = it.finality.known().checkpoint.as_ref().map(Checkpoint::number);
		assert_eq!(known, Some(scene.blocks.len() as u32 - 1));
		assert!(matches!(it.confirm(&made_up).await, Err(Doubt::Forked)));
	}

	#[tokio::test]
	async fn nothing_should_be_certain_when_a_node_fails_on_the_way_through_the_sets() {
		let scene = Scene::new(3 * LASTS + 3);
		let head = scene.blocks.last().expect("it has blocks").clone();
		let number = json!([head.number]);
		let it = Setting::new(move |method, params| match method {
			"assay_votesFor" if *params != number => Answer::Error(1, "busy"),
			_ => scene.answer(method, params),
		})
		.await;
		let doubt = it.confirm(&head).await.expect_err("the first sets' votes are missing");
		assert!(!doubt.is_certain(), "{doubt}");
	}

	#[tokio::test]
	async fn sets_that_have_ended_should_be_stepped_over_and_be_kept_in_the_file() {
		let scene = Scene::new(3 * LASTS + 3);
		let it = Setting::of(&scene).await;
		let head = scene.blocks.last().expect("it has blocks");
		it.confirm(head).await.expect("the fourth set votes");
		assert_eq!(it.asked("assay_votesFor"), 5, "the head's, of three sets, of one that goes on");
		let low = &scene.blocks[0];
		assert!(matches!(it.confirm(low).await, Err(Doubt::FarBehind)), "not known yet");
		it.finality.fill(&it.node).await.expect("it has the rest");
		for block in &scene.blocks {
			it.confirm(block).await.expect("below it");
		}
		assert_eq!(it.asked("chain_getHeader"), 4 + scene.blocks.len() - 1, "each once");
		let file = it.folder.path().join("finality");
		let restarted = Setting { finality: Finality::new(file), ..Setting::of(&scene).await };
		restarted.confirm(head).await.expect("from the third set's end");
		assert_eq!(restarted.asked("assay_votesFor"), 1);
		restarted.confirm(&scene.blocks[3]).await.expect("below it");
	}

	#[tokio::test]
	async fn nothing_should_be_believed_when_votes_are_missing_or_of_others() {
		let scene = Scene::new(5);
		let head = scene.blocks[4].clone();
		let refused = async |answer: Answer| {
			let answer = Shared::new(Some(answer));
			let it = Setting::new(move |_, _| {
				answer.lock().expect("no panic").take().unwrap_or(Answer::Result(json!(null)))
			})
			.await;
			let doubt = it.confirm(&head).await.expect_err("refused");
			assert_eq!(it.finality.known().checkpoint.as_ref().map(Checkpoint::number), Some(0));
			doubt
		};
		let shown = |votes| {
			let proof = votes::proof(&head, &votes, &[]);
			Answer::Result(json!(format!("0x{}", hex::encode(proof))))
		};
		assert!(!refused(Answer::Result(json!(null))).await.is_certain(), "it may come");
		assert!(!refused(Answer::Error(1, "not yet finalized")).await.is_certain());
		assert!(!refused(Answer::HangUp).await.is_certain());
		let certain = async |votes| refused(shown(votes)).await.is_certain();
		let strangers = || votes::votes(&keys(9, 13), &head, 0);
		assert!(!certain(strangers()).await, "they may be of a later set");
		assert!(certain(votes::votes(&keys(0, 2), &head, 0)).await, "too few");
		let proof = votes::proof(&head, &strangers(), &[]);
		let proof = json!(format!("0x{}", hex::encode(proof)));
		let it = Setting::new(move |method, params| match method {
			"assay_votesFor" => Answer::Result(proof.clone()),
			_ => scene.answer(method, params),
		})
		.await;
		assert!(it.confirm(&head).await.expect_err("no set ends before").is_certain());
	}

	#[tokio::test]
	async fn requests_should_move_to_another_node_when_theirs_calls_final_what_is_not() {
		let scene = Scene::new(5);
		let lies = Arc::new(AtomicBool::new(false));
		let height = Arc::new(AtomicU64::new(1));
		let node = async |lies: Option<Arc<AtomicBool>>| {
			let (scene, height) = (scene.clone(), height.clone());
			let made_up = votes::child(&scene.blocks[4], 9);
			Node::start_asked(1, move |method, params| {
				let lies = lies.as_ref().is_some_and(|lies| lies.load(SeqCst));
				match method {
					"chain_getHeader" if params[0].is_null() => {
						let height = height.fetch_add(1, SeqCst);
						Answer::Result(json!({ "number": format!("{height:#x}") }))
					},
					"chain_getFinalizedHead" if lies => Answer::Result(json!(hash_of(&made_up))),
					"chain_getHeader" if params[0] == json!(hash_of(&made_up)) => {
						Answer::Result(json!(made_up))
					},
					"assay_votesFor" if params[0] == json!(5) => scene.answer(method, &json!([4])),
					_ => scene.answer(method, params),
				}
			})
			.await
		};
		let (liar, honest) = (node(Some(lies.clone())).await, node(None).await);
		let folder = tempfile::tempdir().expect("temporary directory");
		let wait = Duration::from_secs(5);
		let urls = vec![liar.url.clone(), honest.url.clone()];
		let failover = Failover::new(urls, None, wait, wait, Some(trusting(&folder)));
		let failover = Arc::new(failover);
		failover.connect().await.expect("both are up");
		start(&failover, Duration::from_millis(100));
		lies.store(true, SeqCst);
		while failover.url().await != Some(honest.url.clone()) {
			tokio::time::sleep(Duration::from_millis(10)).await;
		}
	}
}
