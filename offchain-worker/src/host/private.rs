//! Keys of private inputs that clients hand to this provider, or this mediator.
//!
//! Only for tasks that the loop expects a key for, and only the key that the deal commits to: so
//! strangers can neither fill the disk nor put another key in its place. What is decrypted with them
//! is in memory alone, goes to the job's process, and is served to nobody.

use assay_client::{
	Result,
	private::{
		ContentKey, ContentKeys, EncryptionKey, EnvelopeContext, EnvelopeFault, open_envelope,
	},
};
use assay_decisions::record::Key;
use assay_primitives::{AccountId, Hash, task::TaskId};
use std::{
	collections::{BTreeMap, BTreeSet},
	path::Path,
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	time::Duration,
};

/// Age at which a key goes whose task was not seen to end, because the daemon did not run: older than
/// any task can get.
const LONGEST: Duration = Duration::from_secs(30 * 24 * 3600);

/// The keys. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Inbox(Arc<Inner>);

#[derive(Debug)]
struct Inner {
	genesis: Hash,
	/// Accounts that envelopes may be bound to: those of all roles.
	recipients: Vec<AccountId>,
	secret: EncryptionKey,
	keys: ContentKeys,
	state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
	/// Tasks that have to be run by this provider, with the ids of their keys.
	expected: BTreeMap<Key, Hash>,
	/// Keys that are here.
	here: BTreeSet<Hash>,
}

/// Why an envelope is not taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotTaken {
	/// This daemon's account is not drawn for the task, or has not seen it yet.
	#[error("no key is expected for this task")]
	NotExpected,
	/// It gives no key.
	#[error(transparent)]
	Envelope(#[from] EnvelopeFault),
	/// It could not be kept.
	#[error("the key can't be kept")]
	Storage,
}

/// The daemon's encryption key, made at the first need.
pub fn encryption_key(base_path: &Path) -> Result<EncryptionKey> {
	EncryptionKey::load_or_create(&base_path.join("encryption.key"))
}

impl Inbox {
	/// The inbox of a daemon that works for these accounts, with the keys that it was given before.
	pub fn open(base_path: &Path, genesis: Hash, recipients: Vec<AccountId>) -> Result<Self> {
		let secret = encryption_key(base_path)?;
		let keys = ContentKeys::new(base_path.join("inputs"));
		keys.remove_older(LONGEST)?;
		let here = keys.ids()?.into_iter().collect();
		let state = Mutex::new(State { here, ..State::default() });
		Ok(Self(Arc::new(Inner { genesis, recipients, secret, keys, state })))
	}

	/// The key to be declared.
	pub fn public(&self) -> [u8; 32] {
		self.0.secret.public()
	}

	fn state(&self) -> MutexGuard<'_, State> {
		self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// Whether the key of this id is here.
	pub fn has(&self, id: &Hash) -> bool {
		self.state().here.contains(id)
	}

	/// Takes the key of a task from now on.
	pub fn expect(&self, task: Key, id: Hash) {
		self.state().expected.insert(task, id);
	}

	/// The task needs no key any more; the key goes, unless another task needs it.
	pub fn forget(&self, task: &Key) {
		let gone = {
			let mut state = self.state();
			let id = state.expected.remove(task);
			let gone = id.filter(|id| !state.expected.values().any(|other| other == id));
			gone.filter(|id| state.here.remove(id))
		};
		if let Some(id) = gone
			&& let Err(error) = self.0.keys.remove(&id)
		{
			tracing::warn!(%error, "the key of a private input can't be removed");
		}
	}

	/// Opens an envelope for a task and keeps its key. Taking the same key twice is in order.
	pub fn accept(&self, task: TaskId, envelope: &[u8]) -> Result<(), NotTaken> {
		// Forks may give one number to different tasks, so there may be more than one.
		let expected: Vec<(Key, Hash)> = {
			let state = self.state();
			let of_task = state.expected.iter().filter(|(key, _)| key.task == task);
			of_task.map(|(key, id)| (*key, *id)).collect()
		};
		let mut refusal = NotTaken::NotExpected;
		for (key, id) in expected {
			for recipient in &self.0.recipients {
				let (genesis, recipient) = (self.0.genesis, recipient.clone());
				let context =
					EnvelopeContext { genesis, task, task_hash: key.task_hash, recipient };
				match open_envelope(envelope, &self.0.secret, &context, &id) {
					Ok(content_key) => return self.keep(&content_key),
					// Meant for another of the accounts, for which it may have failed in another way.
					Err(EnvelopeFault::Context) if refusal != NotTaken::NotExpected => {},
					Err(fault) => refusal = fault.into(),
				}
			}
		}
		Err(refusal)
	}

	fn keep(&self, key: &ContentKey) -> Result<(), NotTaken> {
		self.0.keys.put(key).map_err(|error| {
			tracing::error!(%error, "the key of a private input can't be kept");
			NotTaken::Storage
		})?;
		self.state().here.insert(key.id());
		Ok(())
	}

	/// A key by its id. Errors: a damaged file.
	pub fn key(&self, id: &Hash) -> Result<Option<ContentKey>> {
		self.0.keys.get(id)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_client::private::{ENVELOPE_BYTES, wrap_key};
	use assay_decisions::scenes::{account, identity, key};

	fn inbox(dir: &Path) -> Inbox {
		Inbox::open(dir, identity().genesis, vec![identity().stash, account(6)]).expect("writable")
	}

	fn envelope(inbox: &Inbox, content_key: &ContentKey, recipient: AccountId) -> Vec<u8> {
		let Key { task, task_hash } = key();
		let context = EnvelopeContext { genesis: identity().genesis, task, task_hash, recipient };
		wrap_key(content_key, &context, &inbox.public()).expect("a key is declared")
	}

	#[test]
	fn key_should_be_taken_only_when_it_is_expected_and_the_one_that_was_committed_to() {
		let dir = tempfile::tempdir().expect("temporary directory");
		let inbox = inbox(dir.path());
		let content_key = ContentKey::random().expect("random");
		let good = envelope(&inbox, &content_key, identity().stash);
		let task = key().task;
		assert_eq!(inbox.accept(task, &good), Err(NotTaken::NotExpected));
		assert!(inbox.0.keys.ids().expect("readable").is_empty(), "nothing was kept");
		inbox.expect(key(), content_key.id());
		let other = ContentKey::random().expect("random");
		let wrong = envelope(&inbox, &other, identity().stash);
		assert_eq!(inbox.accept(task, &wrong), Err(EnvelopeFault::OtherKey.into()));
		let misdirected = envelope(&inbox, &content_key, account(7));
		assert_eq!(inbox.accept(task, &misdirected), Err(EnvelopeFault::Context.into()));
		for junk in [vec![], vec![0; ENVELOPE_BYTES], vec![0; 1 << 20]] {
			assert!(inbox.accept(task, &junk).is_err());
		}
		assert!(!inbox.has(&content_key.id()));
		inbox.accept(task, &good).expect("it is the right one");
		inbox.accept(task, &good).expect("twice is once");
		let judge = envelope(&inbox, &content_key, account(6));
		inbox.accept(task, &judge).expect("the same daemon judges for another account");
		assert_eq!(inbox.key(&content_key.id()).expect("readable"), Some(content_key));
	}

	#[test]
	fn key_should_outlive_a_crash_and_go_with_its_task() {
		let dir = tempfile::tempdir().expect("temporary directory");
		let content_key = ContentKey::random().expect("random");
		let id = content_key.id();
		let first = inbox(dir.path());
		first.expect(key(), id);
		first.accept(key().task, &envelope(&first, &content_key, identity().stash)).expect("good");
		let second = inbox(dir.path());
		assert_eq!(second.public(), first.public());
		assert!(second.has(&id));
		second.expect(key(), id);
		second.forget(&key());
		assert!(!second.has(&id));
		assert_eq!(second.key(&id).expect("readable"), None);
	}
}
