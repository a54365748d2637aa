//! What a request says about a sealed input: a hint that is no URL.

use crate::{
	Hash,
	content::{BLOCK_SIZE, ContentRef, MAX_CONTENT_SIZE},
	request::{Request, SEALED_HINT as SCHEME},
	task::Input,
};
use alloc::{borrow::ToOwned, format, string::String, vec::Vec};
use core::fmt;

/// What follows the scheme: the version of what a hint says.
const VERSION: &str = "1";

/// Where a sealed input is, and which key opens it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SealedInput {
	/// The plaintext: the task's own input.
	pub plain: ContentRef,
	/// The ciphertext.
	pub sealed: ContentRef,
	/// Names the key without giving it away.
	pub key_id: Hash,
}

/// The request says that its input is sealed, and not in a way that can be followed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum BadMarker {
	/// Of a version that this program does not know, or malformed.
	Unreadable,
	/// There is more than one.
	Several,
	/// The task has no input of one blob.
	NoInput,
	/// The ciphertext can't be that of the input.
	Length,
}

impl fmt::Display for BadMarker {
	fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
		f.write_str(match self {
			Self::Unreadable => "the request's hint at its sealed input can't be read",
			Self::Several => "the request has more than one hint at a sealed input",
			Self::NoInput => "the task has no single input that could be sealed",
			Self::Length => "the sealed input has another length than it must have",
		})
	}
}

impl core::error::Error for BadMarker {}

/// Bytes that sealing adds to each chunk.
pub const TAG_BYTES: usize = 16;
/// Plaintext of a chunk. Sealed, it is one block of content.
pub const CHUNK_BYTES: usize = BLOCK_SIZE - TAG_BYTES;

/// Chunks of a sealed input of this size.
pub fn chunks(size: u64) -> u64 {
	size.div_ceil(CHUNK_BYTES as u64).max(1)
}

/// Length of a sealed input of this size; `None` beyond what content can have.
pub fn sealed_size(size: u64) -> Option<u64> {
	let sealed = size.checked_add(chunks(size).checked_mul(TAG_BYTES as u64)?)?;
	(sealed <= MAX_CONTENT_SIZE).then_some(sealed)
}

impl SealedInput {
	/// What is to be said about `plain`, sealed as `sealed` with the key of this name.
	pub fn new(plain: ContentRef, sealed: ContentRef, key_id: Hash) -> Self {
		Self { plain, sealed, key_id }
	}

	/// The hint.
	pub fn hint(&self) -> String {
		let Self { sealed, key_id, .. } = self;
		format!("{SCHEME}{VERSION}:{:x}:{}:{key_id:x}", sealed.hash, sealed.size)
	}

	/// What a request says, `None` where its input is public.
	pub fn of(request: &Request) -> Result<Option<Self>, BadMarker> {
		let mut found = None;
		for hint in &request.hints {
			let Some(rest) = hint.strip_prefix(SCHEME.as_bytes()) else { continue };
			let (sealed, key_id) = read(rest).ok_or(BadMarker::Unreadable)?;
			if found.replace((sealed, key_id)).is_some() {
				return Err(BadMarker::Several);
			}
		}
		let Some((sealed, key_id)) = found else { return Ok(None) };
		let Input::Blob(plain) = request.task.input else { return Err(BadMarker::NoInput) };
		match sealed_size(plain.size) == Some(sealed.size) {
			true => Ok(Some(Self { plain, sealed, key_id })),
			false => Err(BadMarker::Length),
		}
	}
}

fn read(text: &[u8]) -> Option<(ContentRef, Hash)> {
	let parts: Vec<&str> = core::str::from_utf8(text).ok()?.split(':').collect();
	let [VERSION, hash, size, key] = parts[..] else { return None };
	let size = size.bytes().all(|byte| byte.is_ascii_digit()).then(|| size.parse().ok())??;
	Some((ContentRef { hash: hash_of(hash)?, size }, hash_of(key)?))
}

fn hash_of(text: &str) -> Option<Hash> {
	let digits = text.as_bytes();
	// A sign would pass for a digit below.
	if digits.len() != 2 * Hash::len_bytes() || !digits.iter().all(u8::is_ascii_hexdigit) {
		return None;
	}
	let mut hash = Hash::zero();
	for (byte, pair) in hash.as_bytes_mut().iter_mut().zip(digits.chunks(2)) {
		*byte = u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok()?;
	}
	Some(hash)
}

/// The hints of a request that are URLs, as far as they are text.
pub fn urls(request: &Request) -> Vec<String> {
	let text = |hint: &[u8]| core::str::from_utf8(hint).ok().map(str::to_owned);
	let hints = request.hints.iter().filter(|hint| !hint.starts_with(SCHEME.as_bytes()));
	hints.filter_map(|hint| text(hint)).collect()
}
