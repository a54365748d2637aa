//! Handing a content key to one recipient.

use super::ContentKey;
use crate::{error::Result, keystore, random};
use assay_primitives::{AccountId, Hash, task::TaskId};
use codec::{Decode, DecodeAll, Encode};
use crypto_box::{
	PublicKey, SecretKey,
	aead::rand_core::{CryptoRng, Error as RngError, RngCore},
};
use std::{fmt, path::Path};
use zeroize::Zeroizing;

/// Length of every envelope.
pub const ENVELOPE_BYTES: usize = BOX_BYTES + PAYLOAD_BYTES;

/// What a sealed box adds: an ephemeral key and a tag.
const BOX_BYTES: usize = 32 + 16;
const PAYLOAD_BYTES: usize = 1 + 32 + 12 + 32 + 32 + 32;
const VERSION: u8 = 1;

/// What an envelope is for. One for another task, chain or recipient does not open.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EnvelopeContext {
	/// Genesis hash of the chain.
	pub genesis: Hash,
	/// The task.
	pub task: TaskId,
	/// Its hash.
	pub task_hash: Hash,
	/// Stash of the provider, or of the mediator.
	pub recipient: AccountId,
}

#[derive(Decode, Encode)]
struct Payload {
	version: u8,
	genesis: Hash,
	task: TaskId,
	task_hash: Hash,
	recipient: AccountId,
	key: [u8; 32],
}

/// Why an envelope gives no key.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EnvelopeFault {
	/// It has another length than every envelope has.
	#[error("it is no envelope")]
	Length,
	/// It is for somebody else, or was changed.
	#[error("it does not open with this key")]
	NotForUs,
	/// It is of another version.
	#[error("it is of another version")]
	Version,
	/// It is for another task, chain or account.
	#[error("it is for something else")]
	Context,
	/// It holds another key than the deal commits to.
	#[error("it holds another key than the deal commits to")]
	OtherKey,
}

/// The X25519 key that envelopes are opened with. Its public half is declared on chain.
#[derive(Clone)]
pub struct EncryptionKey(SecretKey);

impl fmt::Debug for EncryptionKey {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "EncryptionKey({})", hex::encode(self.public()))
	}
}

impl EncryptionKey {
	/// A new key.
	pub fn random() -> Result<Self> {
		Ok(Self(SecretKey::from_bytes(random::bytes()?)))
	}

	/// The key in a file of mode 0600, which is made if there is none.
	///
	/// Errors: [`crate::Error::Key`], [`crate::Error::KeyFile`], [`crate::Error::Io`].
	pub fn load_or_create(path: &Path) -> Result<Self> {
		if !path.exists() {
			let fresh = Self::random()?;
			let text = Zeroizing::new(hex::encode(fresh.0.to_bytes()) + "\n");
			keystore::write_new(path, text.as_bytes())?;
			return Ok(fresh);
		}
		let text = crate::secret_file::read_private(path, "encryption key")?;
		let bad = || crate::Error::Key(format!("{} holds no encryption key", path.display()));
		let mut bytes = Zeroizing::new([0u8; 32]);
		hex::decode_to_slice(text.trim(), &mut *bytes).map_err(|_| bad())?;
		Ok(Self(SecretKey::from_bytes(*bytes)))
	}

	/// The public half.
	pub fn public(&self) -> [u8; 32] {
		self.0.public_key().to_bytes()
	}
}

/// Numbers that were drawn before, so that the system's failure to give any is an error and no panic.
struct OneKey(Zeroizing<[u8; 32]>);

impl RngCore for OneKey {
	fn next_u32(&mut self) -> u32 {
		rand_u64(self) as u32
	}

	fn next_u64(&mut self) -> u64 {
		rand_u64(self)
	}

	fn fill_bytes(&mut self, to: &mut [u8]) {
		// A sealed box asks for its ephemeral key, once.
		assert_eq!(to.len(), self.0.len(), "one key was drawn");
		to.copy_from_slice(&*self.0);
	}

	fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), RngError> {
		self.fill_bytes(to);
		Ok(())
	}
}

impl CryptoRng for OneKey {}

fn rand_u64(source: &OneKey) -> u64 {
	let mut bytes = [0; 8];
	bytes.copy_from_slice(&source.0[..8]);
	u64::from_le_bytes(bytes)
}

/// Points of small order, in whatever way they are written: everybody shares a secret with them.
pub(super) const SMALL_ORDER: [&str; 7] = [
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000000",
	"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
	"5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

/// Whether a declared key can keep a secret. Zeros, which stand for none, and other points of small
/// order can't.
pub fn is_encryption_key(key: &[u8; 32]) -> bool {
	let mut key = *key;
	// The top bit is not looked at by X25519.
	key[31] &= 0x7f;
	let text = hex::encode(key);
	!SMALL_ORDER.contains(&text.as_str())
}

/// Puts a content key into an envelope for `recipient`, the X25519 key of `context.recipient`.
///
/// Errors: [`crate::Error::Usage`] where that is no key.
pub fn wrap_key(
	key: &ContentKey,
	context: &EnvelopeContext,
	recipient: &[u8; 32],
) -> Result<Vec<u8>> {
	let none = || {
		let who = crate::units::format_account(&context.recipient);
		crate::Error::Usage(format!("{who} has declared no key for private inputs"))
	};
	if !is_encryption_key(recipient) {
		return Err(none());
	}
	let EnvelopeContext { genesis, task, task_hash, recipient: who } = context.clone();
	let key = *key.as_bytes();
	let payload = Payload { version: VERSION, genesis, task, task_hash, recipient: who, key };
	let payload = Zeroizing::new(payload.encode());
	let mut drawn = OneKey(Zeroizing::new(random::bytes()?));
	PublicKey::from_bytes(*recipient).seal(&mut drawn, &payload).map_err(|_| none())
}

/// The content key in an envelope, if it is for `context` and the one that the deal commits to as
/// `key_id`. Costs no more than one agreement on a key, whatever the bytes are.
pub fn open_envelope(
	envelope: &[u8],
	secret: &EncryptionKey,
	context: &EnvelopeContext,
	key_id: &Hash,
) -> Result<ContentKey, EnvelopeFault> {
	if envelope.len() != ENVELOPE_BYTES {
		return Err(EnvelopeFault::Length);
	}
	let opened = secret.0.unseal(envelope).map_err(|_| EnvelopeFault::NotForUs)?;
	let opened = Zeroizing::new(opened);
	let payload = Payload::decode_all(&mut &opened[..]).map_err(|_| EnvelopeFault::Version)?;
	let key = ContentKey::from_bytes(&payload.key);
	if payload.version != VERSION {
		return Err(EnvelopeFault::Version);
	}
	let Payload { genesis, task, task_hash, recipient, .. } = payload;
	if (EnvelopeContext { genesis, task, task_hash, recipient }) != *context {
		return Err(EnvelopeFault::Context);
	}
	match key.id() == *key_id {
		true => Ok(key),
		false => Err(EnvelopeFault::OtherKey),
	}
}
