//! What a request says about a sealed input: a hint that is no URL.

use super::{ContentKey, sealed_size};
use assay_primitives::{
	Hash,
	content::ContentRef,
	request::{Request, SEALED_HINT as SCHEME},
	task::Input,
};

/// What follows the scheme: the version of what a hint says.
const VERSION: &str = "1";

/// Where a sealed input is, and which key opens it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SealedInput {
	/// The plaintext: the task's own input.
	pub plain: ContentRef,
	/// The ciphertext.
	pub sealed: ContentRef,
	/// [`ContentKey::id`] of the key.
	pub key_id: Hash,
}

/// The request says that its input is sealed, and not in a way that can be followed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadMarker {
	/// Of a version that this program does not know, or malformed.
	#[error("the request's hint at its sealed input can't be read")]
	Unreadable,
	/// There is more than one.
	#[error("the request has more than one hint at a sealed input")]
	Several,
	/// The task has no input of one blob.
	#[error("the task has no single input that could be sealed")]
	NoInput,
	/// The ciphertext can't be that of the input.
	#[error("the sealed input has another length than it must have")]
	Length,
}

impl SealedInput {
	/// What is to be said about `plain`, sealed as `sealed` with `key`.
	pub fn new(plain: ContentRef, sealed: ContentRef, key: &ContentKey) -> Self {
		Self { plain, sealed, key_id: key.id() }
	}

	/// The hint.
	pub fn hint(&self) -> String {
		let (hash, key) = (hex::encode(self.sealed.hash), hex::encode(self.key_id));
		format!("{SCHEME}{VERSION}:{hash}:{}:{key}", self.sealed.size)
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
	let parts: Vec<&str> = std::str::from_utf8(text).ok()?.split(':').collect();
	let [VERSION, hash, size, key] = parts[..] else { return None };
	let size = size.bytes().all(|byte| byte.is_ascii_digit()).then(|| size.parse().ok())??;
	Some((ContentRef { hash: hash_of(hash)?, size }, hash_of(key)?))
}

fn hash_of(text: &str) -> Option<Hash> {
	<[u8; 32]>::try_from(hex::decode(text).ok()?).ok().map(Hash::from)
}

/// The hints of a request that are URLs, as far as they are text.
pub fn urls(request: &Request) -> Vec<String> {
	let text = |hint: &[u8]| std::str::from_utf8(hint).ok().map(str::to_owned);
	let hints = request.hints.iter().filter(|hint| !hint.starts_with(SCHEME.as_bytes()));
	hints.filter_map(|hint| text(hint)).collect()
}
