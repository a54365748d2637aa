//! Bags: deals of many tasks, one for each item of a list of inputs.

use super::{
	own::{Place, Target},
	watch::{Observation, Watch},
};
use crate::{
	chain::{At, BlockInfo, Chain, WaitFor},
	content::{Fetcher, Published, publish},
	error::{Error, Result},
	job::{FollowOptions, Until, accept::agreed_by_all},
	keys::Signer,
};
use assay_interface::{Call, Event, deals, utility};
use assay_primitives::{
	content::ContentRef,
	deal::{Deal, Ending, FIRST_TASK, TaskState, TaskStatus, TaskView},
	merkle::{ListProof, ListRoot},
	outcome::Digest,
	task::{BadList, DealId, InputList, MAX_TASKS, TaskId},
};
use codec::Decode;
use futures::{StreamExt, TryStreamExt, stream};
use std::collections::BTreeSet;

/// Views that are asked for at a time.
const READS: usize = 16;
/// Blobs that are published at a time. They are small, or fewer are.
const MOST_IN_FLIGHT: usize = 64;
/// Bytes of blobs that are published at a time: what one block of the chain holds.
const BYTES_IN_FLIGHT: u64 = 3 << 20;
/// Acceptances in one transaction.
const MOST_ACCEPTED: usize = 16;

/// The inputs of a bag's tasks, and what commits to them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Inputs {
	items: Vec<ContentRef>,
	list: InputList,
	bytes: Vec<u8>,
}

impl Inputs {
	/// Commits to `items`, one for each task. Errors: [`Error::Usage`] for none or too many.
	pub fn of(items: Vec<ContentRef>) -> Result<Self> {
		if items.is_empty() {
			return Err(Error::Usage("a bag needs at least one input".into()));
		}
		if items.len() > MAX_TASKS as usize {
			let (found, most) = (items.len(), MAX_TASKS);
			return Err(Error::Usage(format!("{found} inputs are more than {most}")));
		}
		let (list, bytes) = InputList::of(&items);
		Ok(Self { items, list, bytes })
	}

	/// What a request names.
	pub fn list(&self) -> InputList {
		self.list
	}

	/// The inputs, in the order of the tasks.
	pub fn items(&self) -> &[ContentRef] {
		&self.items
	}

	/// The bytes of the list, to be published beside the inputs.
	pub fn bytes(&self) -> &[u8] {
		&self.bytes
	}

	/// Proof that a task's input is an item of the list; `None` beyond its end.
	pub fn proof(&self, index: u32) -> Option<ListProof> {
		ListRoot::prove(&self.items, index)
	}
}

/// All items of a list, from the bytes that it names.
pub fn read_list(list: &InputList, bytes: &[u8]) -> std::result::Result<Vec<ContentRef>, BadList> {
	match list.input(bytes, FIRST_TASK) {
		// An empty list has no first item, and is what was committed to.
		Ok(_) | Err(BadList::OutOfRange) => {},
		Err(bad) => return Err(bad),
	}
	Vec::decode(&mut &bytes[..]).map_err(|_| BadList::Undecodable)
}

/// Fetches a list and checks it. A list that is not what was committed to is no failure of anybody who
/// fetches: the outcome of its tasks is `InputMismatch`.
pub async fn fetch_list(
	fetcher: &Fetcher,
	list: &InputList,
	hints: &[String],
) -> Result<std::result::Result<Vec<ContentRef>, BadList>> {
	if !list.is_possible() {
		return Ok(Err(BadList::RootMismatch));
	}
	let bytes = fetcher.fetch_bytes(&list.list, hints).await?;
	Ok(read_list(list, &bytes))
}

/// Publishes the inputs of a bag and then their list. What is on the chain already is skipped, so an
/// attempt that broke off is simply repeated. `read` gives the bytes of an input by its position;
/// `on_done` is called with the number of inputs that are done.
///
/// Errors: those of `read` and of transactions; [`Error::Usage`] where an input has changed meanwhile.
pub async fn publish_inputs(
	chain: &Chain,
	signer: &Signer,
	inputs: &Inputs,
	read: impl Fn(usize) -> Result<Vec<u8>>,
	mut on_done: impl FnMut(usize),
) -> Result<Published> {
	let mut seen = BTreeSet::new();
	// Nothing needs no blob, and equal inputs share theirs.
	let wanted: Vec<usize> = inputs
		.items
		.iter()
		.enumerate()
		.filter(|(_, item)| item.size > 0 && seen.insert(**item))
		.map(|(at, _)| at)
		.collect();
	let largest = inputs.items.iter().map(|item| item.size).max().unwrap_or(0);
	let publish_one = async |at: usize| {
		let bytes = read(at)?;
		match inputs.items.get(at) {
			Some(item) if item.matches(&bytes) => publish(chain, signer, &bytes).await,
			_ => Err(Error::Usage(format!("input {at} was changed while it was published"))),
		}
	};
	let publishing = stream::iter(wanted).map(publish_one).buffer_unordered(in_flight(largest));
	let mut publishing = std::pin::pin!(publishing);
	let mut done = 0;
	while let Some(published) = publishing.next().await {
		published?;
		done += 1;
		on_done(done);
	}
	publish(chain, signer, &inputs.bytes).await
}

/// Blobs of up to `largest` bytes that are published at a time.
fn in_flight(largest: u64) -> usize {
	let fit = BYTES_IN_FLIGHT / largest.max(1);
	usize::try_from(fit).unwrap_or(MOST_IN_FLIGHT).clamp(1, MOST_IN_FLIGHT)
}

/// All tasks of a deal after a block; `None` for those that the chain has forgotten.
///
/// Errors: [`Error::TaskNotFound`] where it knows none.
pub async fn tasks_of_deal(at: &At, deal: DealId) -> Result<Vec<Option<TaskView>>> {
	let found = at.tasks_of_deal(deal).await?.unwrap_or_default();
	let count = found.first().map(|view| view.deal.tasks as usize);
	let count = count.ok_or(Error::TaskNotFound(task(deal, FIRST_TASK)))?;
	let mut all = vec![None; count];
	for view in found {
		if let Some(slot) = all.get_mut(view.id.index as usize) {
			*slot = Some(view);
		}
	}
	Ok(all)
}

async fn read_tasks(at: &At, deal: DealId, indices: &[u32]) -> Result<Vec<Option<TaskView>>> {
	let read = |index: &u32| at.task(task(deal, *index));
	stream::iter(indices).map(read).buffered(READS).try_collect().await
}

fn task(deal: DealId, index: u32) -> TaskId {
	TaskId { deal, index }
}

/// How many tasks of a bag stand where.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Tally {
	/// Not opened yet.
	pub waiting: u32,
	/// A wave runs and seals.
	pub running: u32,
	/// A wave reveals.
	pub revealing: u32,
	/// Agreed; the challenge window is open.
	pub agreed: u32,
	/// An arbiter decides.
	pub disputed: u32,
	/// Ended, and the program succeeded.
	pub succeeded: u32,
	/// Ended with an outcome that is a failure of the program.
	pub program_failed: u32,
	/// Ended without an outcome.
	pub failed: u32,
	/// Ended so long ago that the chain has forgotten it.
	pub forgotten: u32,
}

impl Tally {
	/// Counts.
	pub fn of<'a>(views: impl IntoIterator<Item = Option<&'a TaskView>>) -> Self {
		let mut tally = Self::default();
		for view in views {
			*tally.place(view) += 1;
		}
		tally
	}

	fn place(&mut self, view: Option<&TaskView>) -> &mut u32 {
		let Some(view) = view else { return &mut self.forgotten };
		match &view.status {
			TaskStatus::Open(task) => match task.state {
				TaskState::Waiting { .. } => &mut self.waiting,
				// Whoever has got what others miss sets it going again.
				TaskState::Running { .. } | TaskState::Missing { .. } => &mut self.running,
				TaskState::Revealing { .. } => &mut self.revealing,
				TaskState::Agreed { .. } => &mut self.agreed,
				TaskState::Disputed { .. } => &mut self.disputed,
			},
			TaskStatus::Ended(ended) => match &ended.ending {
				Ending::Settled(outcome) if outcome.class.is_success() => &mut self.succeeded,
				Ending::Settled(_) => &mut self.program_failed,
				Ending::Failed(_) => &mut self.failed,
			},
		}
	}

	/// Tasks in all.
	pub fn total(&self) -> u32 {
		self.open() + self.ended()
	}

	/// Tasks that have not ended.
	pub fn open(&self) -> u32 {
		self.waiting + self.running + self.revealing + self.agreed + self.disputed
	}

	/// Tasks that have ended, however.
	pub fn ended(&self) -> u32 {
		self.succeeded + self.program_failed + self.failed + self.forgotten
	}
}

/// What a block brought.
#[derive(Clone, Debug)]
pub struct BagProgress {
	/// The block.
	pub block: BlockInfo,
	/// Where the tasks stand after it.
	pub tally: Tally,
	/// Tasks that are seen to have ended for the first time.
	pub ended: Vec<TaskView>,
	/// Number that the deal had before a re-organisation gave it another.
	pub moved_from: Option<DealId>,
}

/// A bag that is followed. See [`follow_bag`].
pub struct FollowingBag {
	watch: Watch,
	views: Vec<Option<TaskView>>,
	/// Number that the deal had before, which is not told yet.
	moved_from: Option<DealId>,
}

/// Follows all tasks of a deal until they have ended, block by block. Only those that have not ended
/// are asked for. A deal of one's own is found again under another number, as by
/// [`follow`](super::follow).
pub fn follow_bag(
	chain: &Chain,
	target: impl Into<Target>,
	options: FollowOptions,
) -> FollowingBag {
	FollowingBag { watch: Watch::new(chain, target, options), views: Vec::new(), moved_from: None }
}

impl FollowingBag {
	/// What the next block brought; `None` after the end.
	///
	/// Errors: [`Error::TaskNotFound`], [`Error::DealLost`], [`Error::Timeout`],
	/// [`Error::Unreachable`].
	pub async fn next(&mut self) -> Option<Result<BagProgress>> {
		loop {
			if self.is_over() {
				return None;
			}
			match self.advance().await {
				Ok(Some(progress)) => return Some(Ok(progress)),
				Ok(None) => {},
				Err(error) => return Some(Err(error)),
			}
		}
	}

	/// The tasks as they were seen last; `None` for those that the chain has forgotten.
	pub fn views(&self) -> &[Option<TaskView>] {
		&self.views
	}

	/// Number of the deal, which a re-organisation may change.
	pub fn number(&self) -> DealId {
		self.watch.target().task().deal
	}

	/// The deal, once it was seen.
	pub fn deal(&self) -> Option<&Deal> {
		self.views.iter().flatten().map(|view| &view.deal).next()
	}

	/// Where the tasks stand.
	pub fn tally(&self) -> Tally {
		Tally::of(self.views.iter().map(Option::as_ref))
	}

	fn is_over(&self) -> bool {
		let tally = self.tally();
		let open = match self.watch.options().until {
			Until::Agreed => tally.open() - tally.agreed,
			Until::Ended => tally.open(),
		};
		!self.views.is_empty() && open == 0
	}

	async fn advance(&mut self) -> Result<Option<BagProgress>> {
		let deal = self.number();
		match self.watch.next(|| format!("the tasks of deal {deal}")).await? {
			Observation::Nothing => Ok(None),
			Observation::NotYet { .. } => {
				self.views.clear();
				Ok(None)
			},
			Observation::Here(at, place) => self.step(&at, place).await,
		}
	}

	async fn step(&mut self, at: &At, place: Place) -> Result<Option<BagProgress>> {
		if let Some(from) = place.moved_from {
			self.moved_from.get_or_insert(from);
			self.views.clear();
		}
		match self.look(at, place.task.deal).await {
			Ok(ended) => {
				if let Some(view) = self.views.iter().flatten().next() {
					self.watch.seen(view)?;
				}
				let moved_from = self.moved_from.take().filter(|from| *from != place.task.deal);
				let (block, tally) = (at.block(), self.tally());
				Ok(Some(BagProgress { block, tally, ended, moved_from }))
			},
			Err(Error::TaskNotFound(_)) => self.watch.absent(at.block(), false).map(|()| None),
			Err(error) => self.watch.tolerate(error).map(|()| None),
		}
	}

	/// Reads the tasks that have not ended. Gives those that have since.
	async fn look(&mut self, at: &At, deal: DealId) -> Result<Vec<TaskView>> {
		let mut ended = Vec::new();
		let is_ended = |view: &TaskView| matches!(view.status, TaskStatus::Ended(_));
		if self.views.is_empty() {
			self.views = tasks_of_deal(at, deal).await?;
			ended.extend(self.views.iter().flatten().filter(|view| is_ended(view)).cloned());
			return Ok(ended);
		}
		let open = |view: &Option<TaskView>| view.as_ref().is_some_and(|it| !is_ended(it));
		let indices: Vec<u32> =
			(0u32..).zip(&self.views).filter(|(_, view)| open(view)).map(|(at, _)| at).collect();
		let views = read_tasks(at, deal, &indices).await?;
		for (index, view) in indices.into_iter().zip(views) {
			ended.extend(view.iter().filter(|view| is_ended(view)).cloned());
			if let Some(slot) = self.views.get_mut(index as usize) {
				*slot = view;
			}
		}
		Ok(ended)
	}
}

/// Accepts agreed results, several in a transaction, which shortens their challenge windows. What can't
/// be accepted, because replicas disagree or the window is over, stays as it is. Gives the number of
/// those that could.
///
/// Errors: those of transactions.
pub async fn accept_all(
	chain: &Chain,
	signer: &Signer,
	results: &[(TaskId, Digest)],
) -> Result<usize> {
	let accept = async |some: &[(TaskId, Digest)]| {
		let accept = |(task, digest): &(TaskId, Digest)| {
			let (task, digest) = ((*task).into(), *digest);
			Call::Deals(deals::Call::accept { task, digest })
		};
		let calls = some.iter().map(accept).collect();
		let call = Call::Utility(utility::Call::force_batch { calls });
		let sent = chain.submit(signer, &call, WaitFor::InBlock).await?;
		let accepted = sent.events.iter().filter(|record| {
			matches!(record.event, Event::Deals(deals::Event::ResultAccepted { .. }))
		});
		Ok::<usize, Error>(accepted.count())
	};
	let accepting = stream::iter(results.chunks(MOST_ACCEPTED)).map(accept);
	accepting.buffered(READS).try_fold(0, async |sum, some| Ok(sum + some)).await
}

/// Tasks whose results can be accepted, and these: agreed on, and not contested.
pub fn acceptable<'a>(views: impl IntoIterator<Item = &'a TaskView>) -> Vec<(TaskId, Digest)> {
	views.into_iter().filter_map(|view| Some((view.id, agreed_by_all(view)?))).collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::testing::view;
	use assay_primitives::{
		Hash,
		beacon::Ticket,
		deal::{EndedTask, FailCause, Replica, ReplicaState, Task},
		merkle::ListRoot,
		outcome::{Class, Outcome},
	};

	fn items(count: u32) -> Vec<ContentRef> {
		(0..count).map(|at| ContentRef::of(&at.to_le_bytes())).collect()
	}

	fn gave(class: Class, gas_used: u64) -> Outcome {
		Outcome { class, gas_used, output: ListRoot::default(), output_bytes: 0 }
	}

	#[test]
	fn inputs_should_be_proven_and_read_back() {
		for count in [1, 2, 33, MAX_TASKS] {
			let inputs = Inputs::of(items(count)).expect("in range");
			let list = inputs.list();
			assert!(list.is_possible(), "{count}");
			assert_eq!(read_list(&list, inputs.bytes()).as_deref(), Ok(inputs.items()));
			let last = count - 1;
			let proof = inputs.proof(last).expect("in the list");
			assert!(list.root.verify(&inputs.items()[last as usize], &proof));
			assert_eq!(inputs.proof(count), None);
		}
		for count in [0, MAX_TASKS + 1] {
			assert_eq!(Inputs::of(items(count)).expect_err("out of range").exit_code(), 2);
		}
	}

	#[test]
	fn list_should_not_be_fetched_when_its_size_can_not_be_right() {
		let mut list = Inputs::of(items(64)).expect("in range").list();
		for size in [0, list.list.size - 1, list.list.size + 1, 1 << 30] {
			list.list.size = size;
			assert!(!list.is_possible(), "{size}");
		}
	}

	#[test]
	fn list_should_be_refused_when_it_is_not_what_was_committed_to() {
		let list = Inputs::of(items(5)).expect("in range").list();
		let other = Inputs::of(items(6)[1..].to_vec()).expect("in range");
		assert_eq!(read_list(&list, other.bytes()), Err(BadList::RootMismatch));
		assert_eq!(read_list(&list, b"\x14cut"), Err(BadList::Undecodable));
	}

	#[test]
	fn few_large_or_many_small_blobs_should_be_published_at_a_time() {
		assert_eq!(in_flight(0), MOST_IN_FLIGHT);
		assert_eq!(in_flight(1_000), MOST_IN_FLIGHT);
		assert_eq!(in_flight(1 << 20), 3);
		assert_eq!(in_flight(64 << 20), 1);
	}

	#[test]
	fn tally_should_count_every_task_once() {
		let open = |state| view(TaskStatus::Open(Task { state, replicas: Default::default() }));
		let ended = |ending| {
			let replicas = Default::default();
			view(TaskStatus::Ended(EndedTask {
				ending,
				replicas,
				paid: 1,
				ended_at: 2,
				prune_at: 3,
			}))
		};
		let ticket = Ticket { taken_at: 1, window: 2, authors: 1 };
		let views = [
			open(TaskState::Waiting { ticket }),
			open(TaskState::Running { wave: 0, until: 9 }),
			open(TaskState::Revealing { wave: 0, until: 9 }),
			open(TaskState::Agreed { digest: Hash::zero(), until: 9 }),
			open(TaskState::Disputed { case: 1, agreed: None }),
			ended(Ending::Settled(gave(Class::Exited(0), 1))),
			ended(Ending::Settled(gave(Class::Exited(3), 1))),
			ended(Ending::Failed(FailCause::HardEnd)),
		];
		let tally = Tally::of(views.iter().map(Some).chain([None]));
		let one_each = Tally {
			waiting: 1,
			running: 1,
			revealing: 1,
			agreed: 1,
			disputed: 1,
			succeeded: 1,
			program_failed: 1,
			failed: 1,
			forgotten: 1,
		};
		assert_eq!(tally, one_each);
		assert_eq!((tally.open(), tally.ended(), tally.total()), (5, 4, 9));
	}

	#[test]
	fn result_should_be_acceptable_only_when_nobody_revealed_another() {
		let revealed = |candidate, gas_used| {
			let outcome = gave(Class::Exited(0), gas_used);
			let state = ReplicaState::Revealed { outcome, report: Hash::zero() };
			Replica { candidate, wave: 0, state }
		};
		let agreed = |gas: &[u64]| {
			let mut view = view(TaskStatus::Open(Task {
				state: TaskState::Agreed { digest: Hash::zero(), until: 9 },
				replicas: Default::default(),
			}));
			let digest = gave(Class::Exited(0), 5).digest(&view.deal.task_hash);
			let replicas: Vec<Replica> =
				(0u32..).zip(gas).map(|(at, gas)| revealed(at, *gas)).collect();
			let replicas = replicas.try_into().expect("few");
			view.status =
				TaskStatus::Open(Task { state: TaskState::Agreed { digest, until: 9 }, replicas });
			view
		};
		let (all, some) = (agreed(&[5, 5, 5]), agreed(&[5, 6, 5]));
		let digest = gave(Class::Exited(0), 5).digest(&all.deal.task_hash);
		assert_eq!(acceptable([&all, &some]), [(all.id, digest)]);
	}
}
