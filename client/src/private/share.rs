//! Handing the key of a private input to whoever has to run the task.

use super::{BadMarker, ContentKey, EnvelopeContext, SealedInput, open_input, urls, wrap_key};
use crate::{
	chain::{At, Chain, Head},
	content::Fetcher,
	error::{Error, Result, foreign},
	job::{Finder, Target},
	units::format_task,
};
use assay_primitives::{
	AccountId,
	case::{MediatorView, Round, Vote},
	deal::{ReplicaState, TaskState, TaskStatus, TaskView},
	provider::KeyInbox,
	request::Request,
	task::TaskId,
};
use futures::future::join_all;
use std::collections::BTreeSet;
use zeroize::Zeroizing;

/// What became of handing a key over.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Delivery {
	/// To whom.
	pub recipient: AccountId,
	/// Why it was not taken; fit for a terminal. It is tried again.
	pub refused: Option<String>,
}

/// What one block asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Sharing {
	/// The key was handed, or tried to be, to those who have to run the task and had it not yet.
	Handed(Vec<Delivery>),
	/// The providers have run it. It may still be questioned, and then judges need the key.
	Idle,
	/// Nobody will need it any more.
	Over,
}

impl From<BadMarker> for Error {
	fn from(bad: BadMarker) -> Self {
		Self::decode("the request's hints", bad)
	}
}

/// Fetches the ciphertext of a task's private input and opens it.
///
/// Errors: those of fetching; [`Error::Decode`] where it is not what the task says.
pub async fn fetch_input(
	fetcher: &Fetcher,
	request: &Request,
	key: &ContentKey,
) -> Result<Zeroizing<Vec<u8>>> {
	let sealed = SealedInput::of(request)?;
	let sealed = sealed.ok_or_else(|| Error::Usage("the task's input is not private".into()))?;
	let bytes = fetcher.fetch_bytes(&sealed.sealed, &urls(request)).await?;
	open_input(key, &sealed.plain, &bytes).map_err(|fault| Error::decode("the sealed input", fault))
}

/// Sends an envelope to where its recipient takes them.
///
/// Errors: [`Error::Usage`] where the key or the address is of no use, [`Error::Refused`] with what was
/// answered.
pub async fn deliver(
	fetcher: &Fetcher,
	key: &ContentKey,
	context: &EnvelopeContext,
	inbox: &KeyInbox,
) -> Result<()> {
	let envelope = wrap_key(key, context, &inbox.encryption_key)?;
	let endpoint = std::str::from_utf8(&inbox.endpoint)
		.map_err(|_| Error::Usage("the recipient's address is no text".into()))?;
	let TaskId { deal, index } = context.task;
	let url = format!("{}/v1/tasks/{deal}/{index}/key", endpoint.trim_end_matches('/'));
	fetcher.post_url(&url, envelope).await.map_err(|error| Error::Refused {
		reason: foreign(&format!("{endpoint}: {error}")),
		code: 0,
	})
}

/// Hands the key of one task to each provider that is drawn for it, wave after wave.
pub struct Sharer {
	chain: Chain,
	fetcher: Fetcher,
	key: ContentKey,
	finder: Finder,
	done: BTreeSet<AccountId>,
}

impl Sharer {
	/// A sharer that has handed nothing over yet. Providers take the same key twice, so another one
	/// can go on where this one ended.
	pub fn new(
		chain: &Chain,
		fetcher: &Fetcher,
		target: impl Into<Target>,
		key: ContentKey,
	) -> Self {
		let finder = Finder::new(chain, target);
		let (chain, fetcher) = (chain.clone(), fetcher.clone());
		Self { chain, fetcher, key, finder, done: BTreeSet::new() }
	}

	/// Looks at one block, which must be final: what another fork draws must not be told. Hands
	/// the key to whoever has to run the task by it and was not given it yet: providers, and members
	/// of a committee. Nobody who runs a stranger's task that has its number is told anything.
	///
	/// Errors: those of reading the chain; [`Error::DealLost`].
	pub async fn step(&mut self, state: &At) -> Result<Sharing> {
		let nothing = Sharing::Handed(Vec::new());
		let place = self.finder.place(state.block(), Head::Finalized).await?;
		let Some(place) = place else { return Ok(nothing) };
		let Some(view) = state.task(place.task).await? else { return Ok(nothing) };
		self.finder.check(&view)?;
		let TaskStatus::Open(task) = &view.status else { return Ok(Sharing::Over) };
		let waiting = match task.state {
			TaskState::Agreed { .. } => return Ok(Sharing::Idle),
			TaskState::Disputed { case, .. } => match state.case(case).await? {
				Some(case) => judges(&case.rounds),
				None => return Ok(nothing),
			},
			_ => waiting(&view),
		};
		let waiting = waiting.into_iter().filter(|one| !self.done.contains(one));
		// At once: a provider that answers slowly holds nobody up.
		let handed = join_all(waiting.map(async |recipient| {
			let refused = self.hand(state, &view, &recipient).await.err();
			Delivery { recipient, refused: refused.map(|error| error.to_string()) }
		}));
		let deliveries = handed.await;
		let taken = deliveries.iter().filter(|one| one.refused.is_none());
		self.done.extend(taken.map(|one| one.recipient.clone()));
		Ok(Sharing::Handed(deliveries))
	}

	/// Hands the key to `recipient` now, whether it was drawn or not: to a mediator, for example.
	///
	/// Errors: [`Error::Usage`] where the key is not that of the task's input, and those of delivery.
	pub async fn hand(&self, state: &At, view: &TaskView, recipient: &AccountId) -> Result<()> {
		check_key(view, &self.key)?;
		let candidates = &view.deal.candidates;
		let mediator = match candidates.iter().any(|one| one.provider == *recipient) {
			// Who may run the task never judges it.
			true => None,
			false => state.mediator(recipient).await?,
		};
		let provider = state.provider(recipient).await?;
		let declared = provider.and_then(|provider| provider.declaration.inbox());
		let inboxes = inboxes(mediator.as_ref(), declared);
		let context = context(&self.chain, view, recipient.clone());
		let mut failure = Error::Usage("it has declared nowhere to hand keys to".into());
		for inbox in inboxes {
			match deliver(&self.fetcher, &self.key, &context, &inbox).await {
				Ok(()) => return Ok(()),
				Err(error) => failure = error,
			}
		}
		Err(failure)
	}
}

/// Refuses to hand a key to those who run a task that it is not the key of.
pub(super) fn check_key(view: &TaskView, key: &ContentKey) -> Result<()> {
	let sealed = SealedInput::of(&view.deal.request)?;
	match sealed.is_some_and(|sealed| sealed.key_id == key.id()) {
		true => Ok(()),
		false => {
			let name = format_task(&view.id);
			Err(Error::Usage(format!("the input of job {name} has another key, or none")))
		},
	}
}

/// Where an account takes keys: as a mediator, by the terms that it has and those that it has declared
/// since, and only where it is none as a provider.
pub(super) fn inboxes(
	mediator: Option<&MediatorView>,
	declared: Option<KeyInbox>,
) -> Vec<KeyInbox> {
	let Some(mediator) = mediator else { return declared.into_iter().collect() };
	let next = mediator.next_terms.iter().map(|(_, terms)| terms);
	let mut inboxes: Vec<_> =
		[&mediator.terms].into_iter().chain(next).filter_map(|terms| terms.inbox.clone()).collect();
	inboxes.dedup();
	match inboxes.is_empty() {
		true => declared.into_iter().collect(),
		false => inboxes,
	}
}

/// What an envelope for `recipient` is bound to.
pub(crate) fn context(chain: &Chain, view: &TaskView, recipient: AccountId) -> EnvelopeContext {
	let (genesis, task, task_hash) = (chain.genesis(), view.id, view.deal.task_hash);
	EnvelopeContext { genesis, task, task_hash, recipient }
}

/// The members of a case's committees that have not sealed.
pub(super) fn judges(rounds: &[Round]) -> Vec<AccountId> {
	let members = rounds.iter().flat_map(|round| &round.members);
	let waiting = members.filter(|member| member.vote == Vote::Drawn);
	waiting.map(|member| member.mediator.clone()).collect()
}

/// The providers that were drawn and have not sealed.
pub(super) fn waiting(view: &TaskView) -> Vec<AccountId> {
	let TaskStatus::Open(task) = &view.status else { return Vec::new() };
	let of = |candidate: u32| view.deal.candidates.get(candidate as usize);
	task.replicas
		.iter()
		.filter(|replica| replica.state == ReplicaState::Drawn)
		.filter_map(|replica| of(replica.candidate))
		.map(|candidate| candidate.provider.clone())
		.collect()
}
