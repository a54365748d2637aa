//! Content that providers say can't be had, and showing that it can.
//!
//! Where two thirds of the drawn say so, a seed picks one block of each content that the task names.
//! Whoever shows these blocks in time sets the task going again; without that it ends, and the payer
//! owes those who tried an attempt fee.

use super::own::{Finder, Target};
use crate::{
	chain::{At, BlockInfo, Chain, Head, Submitted, WaitFor},
	content::{Store, served_until},
	error::{Error, Result},
	keys::Signer,
	private::SealedInput,
	refusals::{NOT_MISSING, TASK_ENDED, TASK_NOT_FOUND},
};
use assay_interface::{Call, deals};
use assay_primitives::{
	BlockNumber,
	beacon::Seed,
	content::{ContentRef, Exhibit, Layout},
	deal::{Exhibits, NextStep, TaskView, shown_leaf},
	request::Request,
	task::{Input, TaskId},
};
use std::fmt;

/// Content that a task names.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Part {
	/// The program.
	Module,
	/// The list of inputs that a bag is over.
	List,
	/// The input.
	Input,
}

impl fmt::Display for Part {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::Module => "program",
			Self::List => "list of inputs",
			Self::Input => "input",
		})
	}
}

/// What can be shown of the content of a task.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Evidence {
	/// The blocks.
	pub exhibits: Exhibits,
	/// What they are of, and the position of the block.
	pub shown: Vec<(Part, ContentRef, u32)>,
	/// What every node serves already, so that it needs no block.
	pub on_chain: Vec<(Part, ContentRef)>,
	/// What is missing here too. While there is any, the rest is worth nothing.
	pub lacking: Vec<(Part, ContentRef)>,
}

/// Until when content of a task has to be shown, exclusive, and the seed that picks the blocks, once it
/// is known; `None` where nobody says that any is missing.
pub fn missing_until(view: &TaskView) -> Option<(BlockNumber, Option<Seed>)> {
	match view.next {
		NextStep::Exhibits(until, seed) => Some((until, seed)),
		_ => None,
	}
}

/// What a request names that no node serves and that it says no other place of, so that whoever is drawn
/// would not find it. What may be had where a hint says is for those who fetch to find out.
///
/// Errors: [`Error::Usage`] for a hint at a private input that can't be read.
pub async fn unpublished(at: &At, request: &Request) -> Result<Vec<(Part, ContentRef)>> {
	let sealed = SealedInput::of(request)?;
	if request.hints.len() > usize::from(sealed.is_some()) {
		return Ok(Vec::new());
	}
	let input = match (request.task.input, sealed) {
		(Input::None, _) => None,
		(Input::Blob(_), Some(sealed)) => Some((Part::Input, sealed.sealed)),
		(Input::Blob(input), None) => Some((Part::Input, input)),
		// Its items are in its bytes, which may not be here.
		(Input::List(inputs), _) => Some((Part::List, inputs.list)),
	};
	let mut lacking = Vec::new();
	for (part, content) in [Some((Part::Module, request.task.module)), input].into_iter().flatten()
	{
		if served_until(at, &content).await?.is_none() {
			lacking.push((part, content));
		}
	}
	Ok(lacking)
}

/// The block of `content` that a seed picks, with what shows its place; `None` where the store lacks
/// it. The rest of the content need not be there.
pub fn exhibit(store: &Store, content: &ContentRef, seed: &Seed) -> Result<Option<Exhibit>> {
	if *content == ContentRef::of(&[]) {
		return Ok(Some(Exhibit { node: None, leaf: Vec::new() }));
	}
	let Some(root) = store.get_block(&content.hash)? else { return Ok(None) };
	if content.is_raw() {
		return Ok(content.matches(&root).then_some(Exhibit { node: None, leaf: root }));
	}
	let Some(layout) = Layout::from_node(content, &root) else { return Ok(None) };
	let leaf = layout.leaves.get(shown_leaf(seed, content) as usize);
	let leaf = leaf.map(|(hash, _)| store.get_block(hash)).transpose()?.flatten();
	Ok(leaf.map(|leaf| Exhibit { node: Some(root), leaf }))
}

impl Evidence {
	/// What `store` can show of the content of a task.
	///
	/// Errors: [`Error::Usage`] for a private input, whose block would then be public.
	pub async fn gather(at: &At, store: &Store, view: &TaskView, seed: &Seed) -> Result<Self> {
		if SealedInput::of(&view.deal.request)?.is_some() {
			return Err(Error::Usage("showing a private input would publish it".into()));
		}
		let mut found = Self::default();
		let task = &view.deal.request.task;
		found.exhibits.module = found.add(at, store, Part::Module, &task.module, seed).await?;
		let input = match &task.input {
			Input::None => None,
			Input::Blob(input) => Some(*input),
			Input::List(inputs) => {
				// The chain wants all of the list, wherever it is.
				let list = store.get(&inputs.list)?;
				let Some(list) = list else {
					found.lacking.push((Part::List, inputs.list));
					return Ok(found);
				};
				found.shown.push((Part::List, inputs.list, 0));
				// A list without such an item is enough as it is.
				let input = inputs.input(&list, view.id.index).ok();
				found.exhibits.list = Some(list);
				input
			},
		};
		if let Some(input) = input {
			found.exhibits.input = found.add(at, store, Part::Input, &input, seed).await?;
		}
		Ok(found)
	}

	/// Whether the chain will be convinced.
	pub fn is_complete(&self) -> bool {
		self.lacking.is_empty()
	}

	async fn add(
		&mut self,
		at: &At,
		store: &Store,
		part: Part,
		content: &ContentRef,
		seed: &Seed,
	) -> Result<Option<Exhibit>> {
		// By the chain's own rule, or it would take what is shown here for too little.
		if at.promised_until(content).await?.is_some() {
			self.on_chain.push((part, *content));
			return Ok(None);
		}
		let exhibit = exhibit(store, content, seed)?;
		match exhibit {
			Some(_) => self.shown.push((part, *content, shown_leaf(seed, content))),
			None => self.lacking.push((part, *content)),
		}
		Ok(exhibit)
	}
}

/// Waits until it is known which blocks of a task's content have to be shown. Never ends where nobody
/// says that content is missing, nor where a deal of one's own is lost, which following it tells.
///
/// Errors: [`Error::Unreachable`] where there are no more blocks.
pub async fn exhibition(chain: &Chain, target: impl Into<Target>) -> Result<(TaskView, Seed)> {
	let mut finder = Finder::new(chain, target);
	let mut blocks = chain.blocks(Head::Best);
	while let Some(block) = blocks.next().await {
		let view = match block {
			Ok(block) => look(chain, &mut finder, block).await,
			Err(error) => Err(error),
		};
		match view {
			Ok(Some(view)) => {
				if let Some((_, Some(seed))) = missing_until(&view) {
					return Ok((view, seed));
				}
			},
			Ok(None) => {},
			Err(error) => tracing::debug!(%error, "no view of the task for now"),
		}
	}
	Err(Error::Unreachable { tried: Vec::new() })
}

async fn look(chain: &Chain, finder: &mut Finder, block: BlockInfo) -> Result<Option<TaskView>> {
	let Some(place) = finder.place(block, Head::Best).await? else { return Ok(None) };
	let view = chain.at(block).await?.task(place.task).await?;
	view.map(|view| finder.check(&view).map(|()| view)).transpose()
}

/// Shows blocks of the content of a task.
pub async fn refute(
	chain: &Chain,
	signer: &Signer,
	task: TaskId,
	exhibits: &Exhibits,
) -> Result<Submitted> {
	let (task, exhibits) = (task.into(), exhibits.clone().into());
	let call = Call::Deals(deals::Call::refute { task, exhibits });
	chain.submit(signer, &call, WaitFor::InBlock).await
}

/// Whether an error says only that somebody was faster, or that the task has moved on.
pub fn is_moot(error: &Error) -> bool {
	[NOT_MISSING, TASK_ENDED, TASK_NOT_FOUND].iter().any(|known| known.is(error))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		content::StoreLimits,
		refusals::{EXHIBIT_MISMATCH, Known},
		testing::{
			self,
			forks::{Content, Forks},
		},
	};
	use assay_primitives::{
		Hash,
		content::BLOCK_SIZE,
		deal::{Task, TaskState, TaskStatus},
	};

	fn store() -> (tempfile::TempDir, Store) {
		let dir = tempfile::tempdir().expect("temporary directory");
		let store = Store::open(dir.path().join("store"), StoreLimits::default()).expect("open");
		(dir, store)
	}

	fn sample(len: usize) -> Vec<u8> {
		(0..len).map(|at| (at / 7 % 251) as u8).collect()
	}

	#[test]
	fn exhibit_should_be_what_the_chain_asks_for_whatever_the_length() {
		let (_dir, store) = store();
		for len in [0, 1, BLOCK_SIZE, BLOCK_SIZE + 1, 3 * BLOCK_SIZE + 5] {
			let content = store.put(&sample(len)).expect("put");
			for seed in (0u8..12).map(Hash::repeat_byte) {
				let shown = exhibit(&store, &content, &seed).expect("read").expect("it is there");
				assert!(content.is_shown_by(shown_leaf(&seed, &content), &shown), "{len}");
			}
		}
	}

	#[test]
	fn exhibit_should_need_no_other_block_than_the_one_that_is_asked_for() {
		let (_dir, store) = store();
		let bytes = sample(4 * BLOCK_SIZE);
		let content = store.put(&bytes).expect("put");
		let layout = Layout::of(&bytes);
		let seed: Seed = Hash::repeat_byte(3);
		let wanted = shown_leaf(&seed, &content) as usize;
		for (at, (hash, _)) in layout.leaves.iter().enumerate() {
			if at != wanted && *hash != layout.leaves[wanted].0 {
				store.remove_block(hash).expect("remove");
			}
		}
		let shown = exhibit(&store, &content, &seed).expect("read").expect("the block is there");
		assert!(content.is_shown_by(wanted as u32, &shown));
		store.remove_block(&layout.leaves[wanted].0).expect("remove");
		assert_eq!(exhibit(&store, &content, &seed).expect("read"), None);
		let other = ContentRef::of(b"never seen");
		assert_eq!(exhibit(&store, &other, &seed).expect("read"), None);
	}

	#[test]
	fn nothing_should_be_exhibited_when_the_size_was_misstated() {
		let (_dir, store) = store();
		let content = store.put(b"short").expect("put");
		let seed: Seed = Hash::repeat_byte(1);
		for size in [4, 6, 5 << 20] {
			let misstated = ContentRef { size, ..content };
			assert_eq!(exhibit(&store, &misstated, &seed).expect("read"), None, "{size}");
		}
		let long = store.put(&sample(BLOCK_SIZE + 1)).expect("put");
		let node = store.get_block(&long.hash).expect("read").expect("it is there");
		let node = ContentRef { size: node.len() as u64, ..long };
		let shown = exhibit(&store, &node, &seed).expect("read").expect("it is content too");
		assert!(node.is_shown_by(0, &shown) && !long.is_shown_by(0, &shown));
	}

	#[tokio::test]
	async fn content_should_count_as_unpublished_when_neither_chain_nor_hints_have_it() {
		let forks = Forks::start().await;
		let (module, input) = (ContentRef::of(b"module"), ContentRef::of(b"input"));
		let mut request = testing::request(module);
		let nothing = forks.chain.at(forks.genesis).await.expect("a block");
		let lacking =
			async |at: &At, request: &Request| unpublished(at, request).await.expect("asked");
		assert_eq!(lacking(&nothing, &request).await, [(Part::Module, module)]);
		request.task.input = Input::Blob(input);
		let some = forks.add(forks.genesis, Content::default().publishes(module.hash));
		let some = forks.chain.at(some).await.expect("a block");
		assert_eq!(lacking(&some, &request).await, [(Part::Input, input)]);
		let hint = b"https://example.org".to_vec().try_into().expect("short");
		request.hints = vec![hint].try_into().expect("one");
		assert!(lacking(&nothing, &request).await.is_empty());
	}

	#[test]
	fn content_should_count_as_missing_only_while_it_has_to_be_shown() {
		let state = TaskState::Disputed { case: 1, agreed: None };
		let mut view =
			testing::view(TaskStatus::Open(Task { state, replicas: Default::default() }));
		assert_eq!(missing_until(&view), None);
		view.next = NextStep::Exhibits(90, None);
		assert_eq!(missing_until(&view), Some((90, None)));
	}

	#[test]
	fn refutation_should_be_moot_only_when_somebody_was_faster() {
		assert!(is_moot(&NOT_MISSING.error()));
		assert!(!is_moot(&EXHIBIT_MISMATCH.error()));
		assert!(!is_moot(&Known { pallet: "Market", ..NOT_MISSING }.error()));
		assert!(!is_moot(&Error::Usage("".into())));
	}
}
