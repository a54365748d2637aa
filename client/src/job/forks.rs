//! What happens to whoever waits for a deal when the chain re-organises.

use super::*;
use crate::{
	chain::{BlockInfo, EventRecord, Head, Submitted, Trace},
	error::Error,
	keys::Signer,
	testing::{
		self, account,
		forks::{Content, Forks, hash_of},
	},
};
use assay_interface::{Event, Ours, deals};
use assay_primitives::{
	AccountId, BlockNumber, Hash,
	deal::{
		EndedTask, Ending, FailCause, Replica, ReplicaState, Task, TaskState, TaskStatus, TaskView,
		Via, single,
	},
	merkle::ListRoot,
	outcome::{Class, Outcome},
	request::Request,
	task::DealId,
};
use codec::Encode;
use std::time::Duration;

const TRANSACTION: &[u8] = b"opens a deal";
const TWIN: &[u8] = b"opens the same once more";

fn client() -> Signer {
	Signer::from_uri("//Client").expect("a development key")
}

/// A view of the client's deal, or of a stranger's.
fn view(deal: DealId, owner: &AccountId, status: TaskStatus) -> TaskView {
	let mut view = testing::view(status);
	view.id = single(deal);
	view.deal.client = owner.clone();
	if *owner != client().account() {
		view.deal.request.task.seed = Hash::repeat_byte(0xee);
		view.deal.task_hash = view.deal.request.task.hash_of(0);
	}
	view
}

fn running() -> TaskStatus {
	let state = TaskState::Running { wave: 0, until: 90 };
	TaskStatus::Open(Task { state, replicas: Default::default() })
}

fn ended() -> TaskStatus {
	ended_at(3)
}

fn ended_at(ended_at: BlockNumber) -> TaskStatus {
	TaskStatus::Ended(EndedTask {
		ending: Ending::Failed(FailCause::NoDelivery),
		replicas: Default::default(),
		paid: 1,
		ended_at,
		prune_at: 900,
	})
}

fn agreed(owner: &AccountId, deal: DealId) -> TaskView {
	let outcome = Outcome {
		class: Class::Exited(0),
		gas_used: 7,
		output: ListRoot::default(),
		output_bytes: 0,
	};
	let mut view = view(deal, owner, running());
	let digest = outcome.digest(&view.deal.task_hash);
	let state = ReplicaState::Revealed { outcome, report: Hash::zero() };
	let replicas = vec![Replica { candidate: 0, wave: 0, state }];
	view.status = TaskStatus::Open(Task {
		state: TaskState::Agreed { digest, until: 900 },
		replicas: replicas.try_into().expect("one"),
	});
	view
}

fn request() -> Request {
	view(0, &client().account(), running()).deal.request
}

/// What is kept of a transaction that was anchored at `anchor` and opened `deal` in `block`.
fn own(transaction: &[u8], nonce: u64, anchor: BlockInfo, block: BlockInfo, deal: DealId) -> Own {
	Own::new(request(), &submitted(transaction, nonce, anchor, block, deal)).expect("a deal")
}

fn submitted(
	transaction: &[u8],
	nonce: u64,
	anchor: BlockInfo,
	block: BlockInfo,
	deal: DealId,
) -> Submitted {
	let (hash, who) = (hash_of(transaction), client().account());
	let opened = deals::Event::DealOpened {
		deal,
		via: Via::MARKET.into(),
		client: Ours(who.clone()),
		payer: Ours(who.clone()),
		tasks: 1,
		candidates: Vec::new(),
		stake: 0,
		escrow: 0,
		deposit: 0,
	};
	let event = Event::Deals(opened);
	let event = EventRecord { index: 0, transaction: Some(1), event, failure: None };
	let trace = Trace { hash, account: who, nonce, anchor };
	Submitted { hash, trace, block: Some(block), events: vec![event] }
}

fn options(head: Head) -> FollowOptions {
	FollowOptions { head, timeout: Duration::from_secs(600), ..FollowOptions::default() }
}

/// Steps until the end, and the last view. A block that shows nothing may be passed over.
async fn finish(following: Following) -> (Vec<Step>, TaskView) {
	let (mut steps, view) = tell(following).await;
	steps.retain(|step| !matches!(step, Step::Undone { .. }));
	(steps, view)
}

async fn tell(mut following: Following) -> (Vec<Step>, TaskView) {
	let mut steps = Vec::new();
	while let Some(progress) = following.next().await {
		steps.push(progress.expect("the chain goes on").step);
	}
	(steps, following.view().expect("it was seen").clone())
}

/// Deal 4 was the client's on the fork that was undone, and is a stranger's on the one that is final,
/// where the client's is deal 5.
struct Undone {
	forks: Forks,
	own: Own,
	/// The final block with the stranger's deal alone, and the one after it with the client's.
	before: BlockInfo,
	after: BlockInfo,
}

async fn undone(stranger: TaskView, mine: TaskView) -> Undone {
	let forks = Forks::start().await;
	let (me, other) = (client().account(), account(9));
	let anchor = forks.add(forks.genesis, Content::default());
	let lost = forks.add(anchor, Content::default().opens(TRANSACTION, 4, &me));
	let opens = Content::default().opens(b"a stranger's", 4, &other).shows(stranger);
	let before = forks.add(anchor, opens);
	let opens = Content::default().opens(TRANSACTION, 5, &me).shows(mine).nonce(1);
	let after = forks.add(before, opens);
	let own = own(TRANSACTION, 0, anchor, lost, 4);
	Undone { forks, own, before, after }
}

#[tokio::test]
async fn followed_task_should_be_ones_own_when_its_number_has_become_a_strangers() {
	let me = client().account();
	let Undone { forks, own, before, after } =
		undone(view(4, &account(9), ended()), view(5, &me, ended())).await;
	let following = follow(&forks.chain, &own, options(Head::Finalized));
	forks.finalize(before);
	forks.finalize(after);
	let (steps, last) = finish(following).await;
	assert_eq!(steps[0], Step::Moved { from: 4, to: 5 });
	assert!(matches!(steps[1], Step::Opened { .. }), "{steps:?}");
	assert!(steps.last().expect("some").is_last());
	assert_eq!((last.id, last.deal.client), (single(5), me));
	assert_eq!(forks.asked(single(4)), 0, "the stranger's is not even looked at");
}

#[tokio::test]
async fn followed_task_should_stay_the_same_when_nothing_was_undone() {
	let (forks, me) = (Forks::start().await, client().account());
	let shown = view(4, &me, ended());
	let block = Content::default().opens(TRANSACTION, 4, &me).shows(shown).nonce(1);
	let block = forks.add(forks.genesis, block);
	let own = own(TRANSACTION, 0, forks.genesis, block, 4);
	let following = follow(&forks.chain, &own, options(Head::Finalized));
	forks.finalize(forks.extend(block, 4));
	let (steps, last) = finish(following).await;
	assert!(matches!(steps[0], Step::Opened { .. }), "{steps:?}");
	assert_eq!(last.id, single(4));
}

/// The stranger's deal before them is gone, so the second has the number that the first had.
#[tokio::test]
async fn the_same_job_submitted_twice_should_be_followed_twice() {
	let (forks, me) = (Forks::start().await, client().account());
	let stranger = Content::default().opens(b"a stranger's", 3, &account(9));
	let lost = stranger.opens(TRANSACTION, 4, &me).opens(TWIN, 5, &me);
	let lost = forks.add(forks.genesis, lost);
	let both = Content::default().opens(TRANSACTION, 3, &me).opens(TWIN, 4, &me).nonce(2);
	let (first, second) = (view(3, &me, ended()), view(4, &me, ended()));
	let block = forks.add(forks.genesis, both.shows(first).shows(second));
	let mut found = Vec::new();
	for (transaction, nonce, deal) in [(TRANSACTION, 0, 4), (TWIN, 1, 5)] {
		let own = own(transaction, nonce, forks.genesis, lost, deal);
		let following = follow(&forks.chain, &own, options(Head::Finalized));
		forks.finalize(block);
		let (steps, last) = finish(following).await;
		assert_eq!(steps[0], Step::Moved { from: deal, to: deal - 1 });
		assert!(own.is_shown_by(&last), "asked for alike, they can't be told apart by that");
		found.push(last.id.deal);
	}
	assert_eq!(found, [3, 4], "neither is lost, and neither counts twice");
}

#[tokio::test]
async fn following_should_wait_for_a_transaction_that_is_pending_again() {
	let (forks, me) = (Forks::start().await, client().account());
	let lost = forks.add(forks.genesis, Content::default().opens(TRANSACTION, 4, &me));
	let own = own(TRANSACTION, 0, forks.genesis, lost, 4);
	let following = follow(&forks.chain, &own, options(Head::Finalized));
	// Longer than a number is looked for that means nothing.
	let empty = forks.extend(forks.genesis, 100);
	let shown = view(6, &me, ended());
	let block = Content::default().opens(TRANSACTION, 6, &me).shows(shown).nonce(1);
	let block = forks.add(empty, block);
	let finality = async {
		forks.followed().await;
		forks.finalize(empty);
		forks.finalize(block);
	};
	let ((steps, last), ()) = futures::join!(tell(following), finality);
	assert_eq!(steps[..2], [Step::Undone { deal: 4 }, Step::Moved { from: 4, to: 6 }]);
	assert_eq!(last.id, single(6));
}

#[tokio::test]
async fn following_should_end_with_the_reason_when_the_deal_can_not_come_back() {
	let me = client().account();
	let taken = Content::default().nonce(1);
	let failed = Content::default().fails(TRANSACTION).nonce(1);
	for (content, length, reason) in [
		(taken, 2, "another took its nonce"),
		(failed, 2, "it failed"),
		(Content::default(), 128, "not included in time"),
	] {
		let forks = Forks::start().await;
		let lost = forks.add(forks.genesis, Content::default().opens(TRANSACTION, 4, &me));
		let own = own(TRANSACTION, 0, forks.genesis, lost, 4);
		let stranger = content.opens(b"a stranger's", 4, &account(9));
		let stranger = stranger.shows(view(4, &account(9), ended()));
		let block = forks.add(forks.genesis, stranger);
		let mut following = follow(&forks.chain, &own, options(Head::Finalized));
		forks.finalize(forks.extend(block, length));
		let error = loop {
			match following.next().await.expect("it does not end well") {
				Ok(progress) => assert_eq!(progress.step, Step::Undone { deal: 4 }, "{reason}"),
				Err(error) => break error,
			}
		};
		assert!(matches!(error, Error::DealLost { deal: 4, .. }), "{error}");
		assert!(error.to_string().contains(reason), "{error}");
		assert_eq!((error.code(), error.exit_code(), error.retryable()), ("E-0314", 4, false));
		assert!(following.view().is_none());
	}
}

#[tokio::test]
async fn followed_task_should_be_told_anew_when_the_best_fork_changes() {
	let me = client().account();
	let forks = Forks::start().await;
	let anchor = forks.genesis;
	let lost = Content::default().opens(TRANSACTION, 4, &me).shows(view(4, &me, running()));
	let lost = forks.add(anchor, lost);
	let own = own(TRANSACTION, 0, anchor, lost, 4);
	let stranger = Content::default().opens(b"a stranger's", 4, &account(9));
	let before = forks.add(anchor, stranger.shows(view(4, &account(9), ended())));
	let mine = Content::default().opens(TRANSACTION, 5, &me).shows(view(5, &me, ended()));
	let after = forks.add(before, mine);
	forks.best(lost);
	let mut following = follow(&forks.chain, &own, options(Head::Best));
	let first = following.next().await.expect("it goes on").expect("a step");
	assert!(matches!(first.step, Step::Opened { .. }));
	assert_eq!(following.view().map(|view| view.id), Some(single(4)));
	forks.best(before);
	forks.best(after);
	let (steps, last) = finish(following).await;
	assert_eq!(steps[0], Step::Moved { from: 4, to: 5 });
	assert!(matches!(steps[1], Step::Opened { .. }), "{steps:?}");
	assert_eq!(last.id, single(5));
	assert!(forks.was_asked(single(4), lost), "on the fork where it was one's own");
	assert!([before, after].iter().all(|block| !forks.was_asked(single(4), *block)));
}

#[tokio::test]
async fn only_ones_own_result_should_be_accepted_when_numbers_have_changed() {
	let me = client().account();
	let Undone { forks, own, before, after } = undone(agreed(&account(9), 4), agreed(&me, 5)).await;
	forks.best(before);
	let (chain, signer) = (forks.chain.clone(), client());
	let mut fetched = Vec::new();
	let accepting = accept_after(&chain, &signer, &own, Duration::from_secs(600), async |view| {
		fetched.push(view.id);
		Ok::<(), Error>(())
	});
	let advance = async {
		tokio::task::yield_now().await;
		forks.best(after);
	};
	let (accepted, ()) = futures::join!(accepting, advance);
	// The pool of this chain takes nothing, so that is how it ends.
	assert!(matches!(accepted, Err(Error::Refused { .. })), "{accepted:?}");
	assert_eq!(fetched, [single(5)], "made ready once, and before it was accepted");
	let sent = forks.sent();
	let names = |deal| {
		let task = single(deal).encode();
		sent.iter().all(|bytes| bytes.windows(task.len()).any(|window| window == task))
	};
	assert!(!sent.is_empty() && names(5) && !names(4));
}

#[tokio::test]
async fn result_should_not_be_accepted_when_it_could_not_be_made_ready() {
	let me = client().account();
	let Undone { forks, own, after, .. } = undone(agreed(&account(9), 4), agreed(&me, 5)).await;
	forks.best(after);
	let (patience, signer) = (Duration::from_secs(600), client());
	let missing = || Error::Usage("no outputs".into());
	let accepting = accept_after(&forks.chain, &signer, &own, patience, async |_| Err(missing()));
	assert!(matches!(accepting.await, Err(Error::Usage(_))));
	assert!(forks.sent().is_empty());
}

#[tokio::test]
async fn bag_should_be_followed_under_its_new_number() {
	let me = client().account();
	let Undone { forks, own, before, after } =
		undone(view(4, &account(9), ended()), view(5, &me, ended())).await;
	let mut following = follow_bag(&forks.chain, &own, options(Head::Finalized));
	forks.finalize(before);
	forks.finalize(after);
	let progress = following.next().await.expect("it goes on").expect("a block");
	assert_eq!((progress.moved_from, following.number()), (Some(4), 5));
	assert_eq!(progress.ended.len(), 1);
	assert!(following.next().await.is_none());
	assert!(following.views().iter().flatten().all(|view| view.deal.client == me));
}

#[tokio::test]
async fn submission_should_be_confirmed_with_the_number_that_is_final() {
	let me = client().account();
	let Undone { forks, own, after, .. } =
		undone(view(4, &account(9), running()), view(5, &me, running())).await;
	let anchor = forks.chain.block(after.parent).await.expect("a block");
	let anchor = forks.chain.block(anchor.parent).await.expect("a block");
	let lost = own.opened_in().expect("it was in a block");
	let transaction = submitted(TRANSACTION, 0, anchor, lost, 4);
	let submission = Submission { task: single(4), tasks: 1, transaction, own };
	let none = submission.confirm(&forks.chain, Duration::ZERO).await.expect("the chain answers");
	assert!(none.is_none(), "nothing is final yet");
	forks.finalize(after);
	let confirmed = submission.confirm(&forks.chain, Duration::from_secs(600)).await;
	let confirmed = confirmed.expect("the chain answers").expect("it is final");
	assert_eq!((confirmed.task, confirmed.own.deal), (single(5), 5));
}

/// With finality far behind, a number means nothing in final blocks for longer than it is waited for
/// otherwise.
#[tokio::test]
async fn number_should_be_waited_for_until_the_best_block_of_the_beginning_is_final() {
	let (forks, me) = (Forks::start().await, client().account());
	let early = forks.extend(forks.genesis, 60);
	let opens = Content::default().opens(TRANSACTION, 4, &me).shows(view(4, &me, ended()));
	let opened = forks.add(early, opens);
	forks.best(opened);
	let mut following = follow(&forks.chain, single(4), options(Head::Finalized));
	let finality = async {
		forks.until(|forks| forks.asked(single(4)) > 0).await;
		forks.finalize(early);
		forks.until(|forks| forks.asked(single(4)) > 40).await;
		forks.finalize(opened);
	};
	let (first, ()) = futures::join!(following.next(), finality);
	let first = first.expect("it goes on").expect("it is there");
	assert!(matches!(first.step, Step::Opened { .. }));
	let mut none = follow(&forks.chain, single(40), options(Head::Finalized));
	let finality = async {
		forks.until(|forks| forks.asked(single(40)) > 0).await;
		forks.finalize(forks.extend(opened, 161));
	};
	let (end, ()) = futures::join!(none.next(), finality);
	let error = end.expect("an answer").expect_err("there is none");
	assert!(matches!(error, Error::TaskNotFound(_)), "{error}");
}

/// Whoever comes late is told when things happened, and not when he came.
#[tokio::test]
async fn steps_should_be_told_with_their_own_blocks_when_following_begins_later() {
	let (forks, me) = (Forks::start().await, client().account());
	let at = |mut view: TaskView| {
		view.deal.opened_at = 1;
		view
	};
	let opens = Content::default().opens(TRANSACTION, 4, &me).shows(at(view(4, &me, running())));
	let opened = forks.add(forks.genesis, opens);
	let settles = Content::default().shows(at(agreed(&me, 4)));
	let settled = forks.add(forks.extend(opened, 5), settles);
	let ends = Content::default().shows(at(view(4, &me, ended_at(9))));
	let end = forks.add(forks.extend(settled, 8), ends);
	forks.finalize(forks.extend(end, 12));
	let mut following = follow(&forks.chain, single(4), options(Head::Finalized));
	let mut told = Vec::new();
	while let Some(progress) = following.next().await {
		let Progress { block, step, .. } = progress.expect("the chain goes on");
		told.push((block.number, step));
	}
	let when = |which: fn(&Step) -> bool| {
		let found = told.iter().find(|(_, step)| which(step));
		found.map(|(block, _)| *block).unwrap_or_else(|| panic!("not told: {told:?}"))
	};
	assert_eq!(when(|step| matches!(step, Step::Opened { .. })), 1);
	assert_eq!(when(|step| matches!(step, Step::Revealed { .. })), 6);
	assert_eq!(when(|step| matches!(step, Step::Agreed { .. })), 6);
	assert_eq!(when(Step::is_last), 9);
}

#[tokio::test]
async fn number_should_be_refused_at_once_when_no_job_has_it() {
	let (forks, me) = (Forks::start().await, client().account());
	let opens = Content::default().opens(TRANSACTION, 4, &me).shows(view(4, &me, running()));
	let at = forks.chain.at(forks.add(forks.genesis, opens)).await.expect("a block");
	exists(&at, single(4)).await.expect("it is there");
	let forgotten = exists(&at, single(3)).await.expect_err("it was pruned");
	assert!(matches!(forgotten, Error::TaskNotFound(_)), "{forgotten}");
	for early in [5, 40] {
		let error = exists(&at, single(early)).await.expect_err("nobody has it yet");
		assert!(matches!(&error, Error::TaskNotYet { task, next: 5 } if *task == single(early)));
		assert!(error.to_string().contains(&format!("no job {early} yet")), "{error}");
	}
}
