//! Sealing an input, and opening it.

use crate::{error::Result, random};
use assay_primitives::{
	Hash,
	content::{BLOCK_SIZE, ContentRef},
	hashing::tagged_hash,
	sealed_input::{CHUNK_BYTES, chunks, sealed_size},
};
use crypto_secretbox::{
	XSalsa20Poly1305,
	aead::{Aead, KeyInit},
};
use std::fmt;
use zeroize::Zeroizing;

/// A random key that an input is sealed with. Of one input only.
#[derive(Clone, Eq, PartialEq)]
pub struct ContentKey(Zeroizing<[u8; 32]>);

impl fmt::Debug for ContentKey {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "ContentKey({:?})", self.id())
	}
}

impl ContentKey {
	/// A new key.
	pub fn random() -> Result<Self> {
		Ok(Self(Zeroizing::new(random::bytes()?)))
	}

	/// A key that was kept.
	pub fn from_bytes(bytes: &[u8; 32]) -> Self {
		Self(Zeroizing::new(*bytes))
	}

	/// The secret itself, to be kept.
	pub fn as_bytes(&self) -> &[u8; 32] {
		&self.0
	}

	/// Public name of the key, which commits to it. It tells nothing about the key, which is random.
	pub fn id(&self) -> Hash {
		tagged_hash(b"assay/private-key-id/1", &*self.0)
	}

	/// The cipher of one input: under another name the same key gives another cipher.
	fn cipher(&self, content: &ContentRef) -> XSalsa20Poly1305 {
		let key = tagged_hash(b"assay/private-input/1", &(&*self.0, content));
		let key = Zeroizing::new(<[u8; 32]>::from(key));
		XSalsa20Poly1305::new((&*key).into())
	}
}

/// Why a sealed input does not open.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SealFault {
	/// It has another length than the plaintext's size gives.
	#[error("the sealed input has another length than it must have")]
	Length,
	/// It was changed, or sealed with another key or for another input.
	#[error("the sealed input does not open with the key")]
	Tag,
	/// It holds something else than the task says.
	#[error("what was sealed is not the task's input")]
	Content,
}

/// Position of a chunk, and whether it is the last one: chunks can't be reordered, left out or cut.
fn nonce(position: u64, last: bool) -> [u8; 24] {
	let mut nonce = [0; 24];
	nonce[..8].copy_from_slice(&position.to_le_bytes());
	nonce[8] = last.into();
	nonce
}

/// Seals an input. `None` where it is too large.
pub fn seal_input(key: &ContentKey, plain: &[u8]) -> Option<Vec<u8>> {
	let size = plain.len() as u64;
	let capacity = sealed_size(size)?;
	let cipher = key.cipher(&ContentRef::of(plain));
	let last = chunks(size) - 1;
	let mut sealed = Vec::with_capacity(usize::try_from(capacity).ok()?);
	for position in 0..=last {
		let start = (position as usize) * CHUNK_BYTES;
		let end = plain.len().min(start + CHUNK_BYTES);
		let nonce = nonce(position, position == last);
		// Fails only for lengths that no chunk has.
		sealed.extend(cipher.encrypt(&nonce.into(), &plain[start..end]).ok()?);
	}
	Some(sealed)
}

/// Opens a sealed input, and makes sure that it is `content`. Takes the memory of the plaintext, whose
/// size is checked before anything else.
pub fn open_input(
	key: &ContentKey,
	content: &ContentRef,
	sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealFault> {
	if sealed_size(content.size) != Some(sealed.len() as u64) {
		return Err(SealFault::Length);
	}
	let cipher = key.cipher(content);
	let last = chunks(content.size) - 1;
	let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len()));
	for (position, chunk) in (0u64..).zip(sealed.chunks(BLOCK_SIZE)) {
		let nonce = nonce(position, position == last);
		let opened = cipher.decrypt(&nonce.into(), chunk).map_err(|_| SealFault::Tag)?;
		plain.extend_from_slice(&Zeroizing::new(opened));
	}
	match content.matches(&plain) {
		true => Ok(plain),
		false => Err(SealFault::Content),
	}
}
