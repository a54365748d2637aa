//! Sealed inputs and envelopes, and those that are not what they should be.

use super::{
	share::{check_key, inboxes, judges, waiting},
	*,
};
use crate::testing::{account, request, view};
use assay_primitives::{
	Hash,
	case::{Member, Round, Vote},
	content::{BLOCK_SIZE, ContentRef, MAX_CONTENT_SIZE},
	deal::{Replica, ReplicaState, Task, TaskState, TaskStatus},
	excuse::Excuse,
	request::Request,
	task::{Input, TaskId},
};
use crypto_box::{PublicKey, SalsaBox, SecretKey, aead::Aead};
use std::os::unix::fs::PermissionsExt;

fn key() -> ContentKey {
	ContentKey::random().expect("random")
}

fn sample(len: usize) -> Vec<u8> {
	(0..len).map(|i| (i * 31 % 251) as u8).collect()
}

fn context() -> EnvelopeContext {
	EnvelopeContext {
		genesis: Hash::repeat_byte(1),
		task: TaskId { deal: 2, index: 3 },
		task_hash: Hash::repeat_byte(4),
		recipient: account(5),
	}
}

#[test]
fn input_should_come_back_whole_whatever_its_length() {
	let key = key();
	let block = BLOCK_SIZE;
	for len in [0, 1, 15, 16, 17, block - 17, block - 16, block - 15, block, 3 * block + 7] {
		let plain = sample(len);
		let sealed = seal_input(&key, &plain).expect("small enough");
		assert_eq!(sealed_size(len as u64), Some(sealed.len() as u64), "{len}");
		let opened = open_input(&key, &ContentRef::of(&plain), &sealed).expect("just sealed");
		assert!(*opened == plain, "{len}");
	}
}

#[test]
fn sealed_input_should_not_open_when_anything_is_changed() {
	let (key, plain) = (key(), sample(2 * BLOCK_SIZE + 100));
	let content = ContentRef::of(&plain);
	let sealed = seal_input(&key, &plain).expect("small enough");
	let fault = |sealed: &[u8]| open_input(&key, &content, sealed).expect_err("it was changed");
	for at in [0, 20, BLOCK_SIZE, 2 * BLOCK_SIZE + 1, sealed.len() - 1] {
		let mut changed = sealed.clone();
		changed[at] ^= 1;
		assert_eq!(fault(&changed), SealFault::Tag, "{at}");
	}
	let swapped =
		[&sealed[BLOCK_SIZE..2 * BLOCK_SIZE], &sealed[..BLOCK_SIZE], &sealed[2 * BLOCK_SIZE..]];
	assert_eq!(fault(&swapped.concat()), SealFault::Tag);
	for cut in [0, 1, BLOCK_SIZE, sealed.len() - 1] {
		assert_eq!(fault(&sealed[..cut]), SealFault::Length, "{cut}");
	}
	assert_eq!(fault(&[&sealed[..], &[0]].concat()), SealFault::Length);
	let other = ContentKey::random().expect("random");
	assert_eq!(open_input(&other, &content, &sealed), Err(SealFault::Tag));
	// The same key for another input gives another cipher.
	let renamed = ContentRef { hash: Hash::zero(), ..content };
	assert_eq!(open_input(&key, &renamed, &sealed), Err(SealFault::Tag));
}

#[test]
fn size_should_be_bounded_before_anything_is_done() {
	let huge = ContentRef { hash: Hash::zero(), size: u64::MAX };
	assert_eq!(open_input(&key(), &huge, &[]), Err(SealFault::Length));
	assert_eq!(sealed_size(u64::MAX), None);
	assert_eq!(sealed_size(MAX_CONTENT_SIZE), None);
	let largest = MAX_CONTENT_SIZE - 1_024 * 16;
	assert_eq!(sealed_size(largest), Some(MAX_CONTENT_SIZE));
}

#[test]
fn sealing_should_show_nothing_of_the_plaintext_and_differ_each_time() {
	let plain = vec![b'a'; 5_000];
	let (one, other) = (seal_input(&key(), &plain), seal_input(&key(), &plain));
	let (one, other) = (one.expect("small"), other.expect("small"));
	assert_ne!(one, other);
	assert!(!one.windows(8).any(|part| part == b"aaaaaaaa"));
}

fn private(hints: &[&str]) -> Request {
	let mut request = request(ContentRef::of(b"module"));
	request.task.input = Input::Blob(ContentRef::of(b"plain"));
	let hints: Vec<_> =
		hints.iter().map(|hint| hint.as_bytes().to_vec().try_into().expect("short")).collect();
	request.hints = hints.try_into().expect("few");
	request
}

#[test]
fn marker_should_be_read_back_and_be_no_url() {
	let key = key();
	let sealed = seal_input(&key, b"plain").expect("small");
	let marker = SealedInput::new(ContentRef::of(b"plain"), ContentRef::of(&sealed), key.id());
	let request = private(&["https://example.org", &marker.hint()]);
	assert_eq!(SealedInput::of(&request), Ok(Some(marker)));
	assert_eq!(urls(&request), ["https://example.org"]);
	assert_eq!(SealedInput::of(&private(&["https://example.org"])), Ok(None));
	let twice = private(&[&marker.hint(), &marker.hint()]);
	assert_eq!(SealedInput::of(&twice), Err(BadMarker::Several));
	let mut none = request.clone();
	none.task.input = Input::None;
	assert_eq!(SealedInput::of(&none), Err(BadMarker::NoInput));
	let mut longer = request.clone();
	longer.task.input = Input::Blob(ContentRef { size: 6, ..marker.plain });
	assert_eq!(SealedInput::of(&longer), Err(BadMarker::Length));
}

#[test]
fn marker_should_be_refused_when_malformed_and_never_taken_for_public() {
	let marker =
		SealedInput::new(ContentRef::of(b"plain"), ContentRef::of(b"sealed"), key().id()).hint();
	let parts: Vec<&str> = marker.split(':').collect();
	let with = |at: usize, text: &str| {
		let mut parts = parts.clone();
		parts[at] = text;
		parts.join(":")
	};
	for bad in [
		"assay-sealed:".to_string(),
		with(1, "2"),
		with(1, ""),
		with(2, ""),
		with(2, "zz"),
		with(2, &"0".repeat(62)),
		with(3, ""),
		with(3, "-1"),
		with(3, "+1"),
		with(3, "99999999999999999999"),
		with(4, "00"),
		format!("{marker}:"),
		format!("{marker}:x"),
	] {
		assert_eq!(SealedInput::of(&private(&[&bad])), Err(BadMarker::Unreadable), "{bad}");
	}
	let mut bytes = private(&[]);
	bytes.hints = vec![[b"assay-sealed:1:", &[0xff; 20][..]].concat().try_into().expect("short")]
		.try_into()
		.expect("one");
	assert_eq!(SealedInput::of(&bytes), Err(BadMarker::Unreadable));
	assert!(urls(&bytes).is_empty());
}

#[test]
fn envelope_should_open_for_its_recipient_and_its_task_only() {
	let (key, secret) = (key(), EncryptionKey::random().expect("random"));
	let envelope = wrap_key(&key, &context(), &secret.public()).expect("a good key");
	assert_eq!(envelope.len(), ENVELOPE_BYTES);
	let open = |context: &EnvelopeContext| open_envelope(&envelope, &secret, context, &key.id());
	assert_eq!(open(&context()), Ok(key.clone()));
	for other in [
		EnvelopeContext { genesis: Hash::zero(), ..context() },
		EnvelopeContext { task: TaskId { deal: 2, index: 4 }, ..context() },
		EnvelopeContext { task: TaskId { deal: 3, index: 3 }, ..context() },
		EnvelopeContext { task_hash: Hash::zero(), ..context() },
		EnvelopeContext { recipient: account(6), ..context() },
	] {
		assert_eq!(open(&other), Err(EnvelopeFault::Context), "{other:?}");
	}
	let stranger = EncryptionKey::random().expect("random");
	let refused = open_envelope(&envelope, &stranger, &context(), &key.id());
	assert_eq!(refused, Err(EnvelopeFault::NotForUs));
	let committed = ContentKey::random().expect("random").id();
	let refused = open_envelope(&envelope, &secret, &context(), &committed);
	assert_eq!(refused, Err(EnvelopeFault::OtherKey));
	let again = wrap_key(&key, &context(), &secret.public()).expect("a good key");
	assert_ne!(again, envelope, "each has an ephemeral key of its own");
}

#[test]
fn envelope_should_be_refused_when_any_byte_is_changed_or_its_length_is_another() {
	let (key, secret) = (key(), EncryptionKey::random().expect("random"));
	let envelope = wrap_key(&key, &context(), &secret.public()).expect("a good key");
	let open = |bytes: &[u8]| open_envelope(bytes, &secret, &context(), &key.id());
	for at in 0..envelope.len() {
		let mut changed = envelope.clone();
		changed[at] ^= 1;
		assert_eq!(open(&changed), Err(EnvelopeFault::NotForUs), "{at}");
		assert_eq!(open(&envelope[..at]), Err(EnvelopeFault::Length));
	}
	assert_eq!(open(&vec![0; 1 << 20]), Err(EnvelopeFault::Length));
	assert_eq!(open(&[0; ENVELOPE_BYTES]), Err(EnvelopeFault::NotForUs));
}

/// With such a point everybody agrees on the same secret, whatever the own key is.
#[test]
fn points_of_small_order_should_be_no_keys_because_they_keep_no_secret() {
	let agreed = |public: &[u8; 32], secret: u8| {
		let public = PublicKey::from_bytes(*public);
		let secret = SecretKey::from_bytes([secret; 32]);
		SalsaBox::new(&public, &secret).encrypt(&[0; 24].into(), &b"text"[..]).expect("short")
	};
	for text in super::envelope::SMALL_ORDER {
		let mut point = [0; 32];
		hex::decode_to_slice(text, &mut point).expect("32 bytes");
		for top in [0, 0x80] {
			point[31] = (point[31] & 0x7f) | top;
			assert_eq!(agreed(&point, 1), agreed(&point, 2), "{text}");
			assert!(!is_encryption_key(&point), "{text}");
			assert!(wrap_key(&key(), &context(), &point).is_err());
		}
	}
	let good = EncryptionKey::random().expect("random").public();
	assert_ne!(agreed(&good, 1), agreed(&good, 2));
	assert!(is_encryption_key(&good));
}

#[test]
fn keys_should_be_kept_in_private_files_and_come_back() {
	let dir = tempfile::tempdir().expect("temporary directory");
	let keys = ContentKeys::new(dir.path().join("inputs"));
	assert_eq!(keys.ids().expect("no folder yet"), []);
	let key = key();
	assert_eq!(keys.get(&key.id()).expect("readable"), None);
	keys.put(&key).expect("writable");
	keys.put(&key).expect("twice is once");
	assert_eq!(keys.get(&key.id()).expect("readable"), Some(key.clone()));
	assert_eq!(keys.ids().expect("readable"), [key.id()]);
	let file = std::fs::read_dir(keys.dir()).expect("a folder").next().expect("one").expect("it");
	assert_eq!(file.metadata().expect("a file").permissions().mode() & 0o777, 0o600);
	keys.remove_older(std::time::Duration::from_secs(60)).expect("readable");
	assert_eq!(keys.ids().expect("readable"), [key.id()], "it is not that old");
	let day = std::time::Duration::from_secs(24 * 3600);
	let touched = std::fs::File::options().write(true).open(file.path()).expect("it is there");
	touched.set_modified(std::time::SystemTime::now() - day).expect("its own file");
	keys.remove_older(2 * day).expect("readable");
	assert_eq!(keys.ids().expect("readable"), [key.id()]);
	keys.remove_older(day / 2).expect("readable");
	assert_eq!(keys.ids().expect("readable"), []);
	keys.put(&key).expect("writable");
	std::fs::write(file.path(), "00").expect("writable");
	assert!(keys.get(&key.id()).is_err(), "a damaged key is no missing key");
	keys.remove(&key.id()).expect("it is there");
	assert_eq!(keys.get(&key.id()).expect("readable"), None);

	let path = dir.path().join("encryption.key");
	let made = EncryptionKey::load_or_create(&path).expect("made");
	let read = EncryptionKey::load_or_create(&path).expect("read");
	assert_eq!(made.public(), read.public());
	assert!(is_encryption_key(&made.public()));
	std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("chmod");
	assert!(EncryptionKey::load_or_create(&path).is_err());
}

#[test]
fn key_should_go_to_those_who_have_to_run_the_task_and_nobody_else() {
	let replica = |candidate, state| Replica { candidate, wave: 0, state };
	let replicas = vec![
		replica(2, ReplicaState::Drawn),
		replica(0, ReplicaState::Declined(Excuse::InputKey)),
		replica(1, ReplicaState::Drawn),
	];
	let state = TaskState::Running { wave: 0, until: 40 };
	let task = Task { state, replicas: replicas.try_into().expect("few") };
	assert_eq!(waiting(&view(TaskStatus::Open(task))), [account(102), account(101)]);
}

#[test]
fn key_should_go_to_judges_that_have_not_sealed() {
	let member = |number, vote| Member { mediator: account(number), wave: 0, vote };
	let round = |members: Vec<Member>| Round {
		seats: 3,
		era: 0,
		barred: Default::default(),
		draw: None,
		members: members.try_into().expect("few"),
		verdict: None,
	};
	let first = round(vec![member(1, Vote::Silent), member(2, Vote::Sealed(Hash::zero()))]);
	let second = round(vec![member(3, Vote::Drawn), member(4, Vote::Drawn)]);
	assert_eq!(judges(&[first, second]), [account(3), account(4)]);
}

#[test]
fn secrets_should_never_be_shown() {
	let key = ContentKey::from_bytes(&[0xab; 32]);
	assert!(!format!("{key:?}").contains(&"ab".repeat(8)));
	let secret = EncryptionKey::random().expect("random");
	assert!(format!("{secret:?}").contains(&hex::encode(secret.public())));
}

/// The chain must see every hint that a client makes.
#[test]
fn request_should_be_sealed_for_the_chain_when_it_has_the_marker() {
	let plain = ContentRef::of(b"plain");
	let mut request = Request {
		task: assay_primitives::task::TaskSpec { input: Input::Blob(plain), ..request(plain).task },
		..request(plain)
	};
	assert!(!request.is_sealed());
	let marker = SealedInput::new(plain, ContentRef::of(b"sealed"), key().id());
	let hint = marker.hint().into_bytes().try_into().expect("short");
	request.hints = vec![hint].try_into().expect("one");
	assert!(request.is_sealed());
	request.task.input = Input::None;
	assert!(!request.is_sealed(), "there is nothing to be sealed");
}

#[test]
fn key_should_go_to_where_the_mediator_takes_it_and_else_to_where_the_provider_does() {
	use assay_primitives::{
		case::{MediatorRecord, MediatorStatus, MediatorTerms, MediatorView},
		provider::KeyInbox,
	};
	let inbox = |key: u8| KeyInbox {
		encryption_key: [key; 32],
		endpoint: b"http://m".to_vec().try_into().expect("short"),
	};
	let terms = |inbox| MediatorTerms {
		capacity: 1,
		limits: Default::default(),
		profiles: Default::default(),
		inbox,
	};
	let mediator = |now, next: Option<Option<KeyInbox>>| MediatorView {
		stash: account(1),
		operator: account(2),
		status: MediatorStatus::Serving,
		bond: 1,
		locked: 0,
		unbonding: Default::default(),
		terms: terms(now),
		next_terms: next.map(|next| (2, terms(next))),
		position: 0,
		weight: 1,
		next_weight: 1,
		cases: vec![],
		record: MediatorRecord::default(),
		registered_at: 0,
	};
	let of = |now: Option<u8>, next: Option<Option<u8>>, declared: Option<u8>| {
		let view = mediator(now.map(inbox), next.map(|next| next.map(inbox)));
		let keys = inboxes(Some(&view), declared.map(inbox));
		keys.iter().map(|inbox| inbox.encryption_key[0]).collect::<Vec<_>>()
	};
	assert_eq!(of(Some(1), None, Some(9)), [1]);
	assert_eq!(of(Some(1), Some(Some(2)), Some(9)), [1, 2]);
	assert_eq!(of(Some(1), Some(Some(1)), None), [1]);
	assert_eq!(of(None, Some(Some(2)), None), [2]);
	assert_eq!(of(None, Some(None), Some(9)), [9]);
	assert!(of(None, None, None).is_empty());
	assert_eq!(inboxes(None, Some(inbox(9))), [inbox(9)]);
}

#[test]
fn key_should_be_handed_only_to_those_who_run_a_task_whose_input_it_opens() {
	let (mine, other, plain) = (key(), key(), sample(40));
	let state = TaskState::Running { wave: 0, until: 9 };
	let mut view = view(TaskStatus::Open(Task { state, replicas: Default::default() }));
	check_key(&view, &mine).expect_err("its input is public");
	let sealed = seal_input(&mine, &plain).expect("small enough");
	let marker = SealedInput::new(ContentRef::of(&plain), ContentRef::of(&sealed), mine.id());
	view.deal.request.task.input = Input::Blob(ContentRef::of(&plain));
	let hint = marker.hint().into_bytes().try_into().expect("short");
	view.deal.request.hints = vec![hint].try_into().expect("one");
	check_key(&view, &mine).expect("it opens the input");
	let error = check_key(&view, &other).expect_err("a stranger's task");
	assert!(error.to_string().contains("job 4 "), "{error}");
}
