//! One key file: its format, sealing and opening.

use super::{KeyFileProblem, Passphrase};
use crate::{
	error::Result,
	random,
	signer::Signer,
	units::{format_account, parse_account},
};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use assay_primitives::{AccountId, hashing::tagged_hash};
use crypto_secretbox::{
	XSalsa20Poly1305,
	aead::{Aead, KeyInit},
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Largest file that is read, in bytes. The longest secret URI takes 9 KiB.
pub const MAX_FILE_BYTES: u64 = 16 * 1024;

const FORMAT: &str = "assay key 1";
const KDF: &str = "argon2id";
const SALT_BYTES: usize = 16;
const NONCE_BYTES: usize = 24;
const KEY_BYTES: usize = 32;
const CHECK_BYTES: usize = 16;

/// What trying one passphrase takes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Cost {
	/// Memory, in KiB.
	pub memory_kib: u32,
	/// Passes over it.
	pub passes: u32,
	/// Lanes; they are worked on one after the other.
	pub lanes: u32,
}

impl Cost {
	/// The second recommendation of RFC 9106: 64 MiB, three passes, four lanes. About 0.2 s.
	pub const RECOMMENDED: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 4 };
	/// The least that Argon2 takes. For tests, and for passphrases that are random keys themselves.
	pub const LEAST: Self = Self { memory_kib: 8, passes: 1, lanes: 1 };

	/// The most that a file may ask for: whoever can write one must not exhaust the machine.
	const MOST: Self = Self { memory_kib: 1024 * 1024, passes: 64, lanes: 16 };
	/// Most of memory times passes, in KiB; a few seconds.
	const MOST_WORK: u64 = 4 * 1024 * 1024;

	fn params(&self) -> Result<Params, KeyFileProblem> {
		let most = Self::MOST;
		let work = u64::from(self.memory_kib).saturating_mul(self.passes.into());
		if self.memory_kib > most.memory_kib
			|| self.passes > most.passes
			|| self.lanes > most.lanes
			|| work > Self::MOST_WORK
		{
			return Err(KeyFileProblem::TooCostly);
		}
		Params::new(self.memory_kib, self.passes, self.lanes, Some(KEY_BYTES))
			.map_err(|_| KeyFileProblem::Damaged("its parameters are impossible"))
	}
}

/// A key file, as it was read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeyFile {
	account: AccountId,
	cost: Cost,
	salt: [u8; SALT_BYTES],
	/// Nonce and sealed secret URI.
	sealed: Vec<u8>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Form {
	format: String,
	account: String,
	kdf: KdfForm,
	sealed: String,
	check: String,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct KdfForm {
	name: String,
	memory_kib: u32,
	passes: u32,
	lanes: u32,
	salt: String,
}

/// Of a file whose format is known to be another, nothing else is read.
#[derive(Deserialize)]
struct Head {
	format: String,
}

impl KeyFile {
	/// Seals a secret URI. Errors: [`crate::Error::Key`] where it gives no key.
	pub fn seal(uri: &str, passphrase: &Passphrase, cost: Cost) -> Result<Self> {
		let account = Signer::from_uri(uri)?.account();
		let salt = random::bytes::<SALT_BYTES>()?;
		let nonce = random::bytes::<NONCE_BYTES>()?;
		let failed = |problem: KeyFileProblem| crate::Error::Key(problem.to_string());
		let cipher = cipher(passphrase, &cost, &salt).map_err(failed)?;
		let text = cipher
			.encrypt(&nonce.into(), uri.as_bytes())
			.map_err(|_| failed(KeyFileProblem::Damaged("it can't be sealed")))?;
		Ok(Self { account, cost, salt, sealed: [&nonce[..], &text].concat() })
	}

	/// The account that it signs for. Believed only after opening.
	pub fn account(&self) -> &AccountId {
		&self.account
	}

	/// Opens it.
	pub fn open(&self, passphrase: &Passphrase) -> Result<Zeroizing<String>, KeyFileProblem> {
		let damaged = KeyFileProblem::Damaged;
		let (nonce, text) = self
			.sealed
			.split_first_chunk::<NONCE_BYTES>()
			.ok_or(damaged("its sealed part is too short"))?;
		let cipher = cipher(passphrase, &self.cost, &self.salt)?;
		let opened = cipher.decrypt(&(*nonce).into(), text);
		// Whether the file was damaged has been found from its checksum, so this is the passphrase.
		let opened = Zeroizing::new(opened.map_err(|_| KeyFileProblem::WrongPassphrase)?);
		let uri = std::str::from_utf8(&opened).map_err(|_| damaged("its secret is no text"))?;
		let uri = Zeroizing::new(uri.to_owned());
		let signer = Signer::from_uri(&uri).map_err(|_| damaged("its secret gives no key"))?;
		match signer.account() == self.account {
			true => Ok(uri),
			false => Err(damaged("its secret is of another account than it says")),
		}
	}

	/// Reads a file. Nothing that it says costs memory before [`Self::open`], which is bounded.
	pub fn parse(bytes: &[u8]) -> Result<Self, KeyFileProblem> {
		let damaged = KeyFileProblem::Damaged;
		if bytes.len() as u64 > MAX_FILE_BYTES {
			return Err(damaged("it is too large"));
		}
		let head: Head =
			serde_json::from_slice(bytes).map_err(|_| damaged("it is no key file in JSON"))?;
		if head.format != FORMAT {
			return Err(KeyFileProblem::Version);
		}
		let form: Form = serde_json::from_slice(bytes)
			.map_err(|_| damaged("its fields are not as they should be"))?;
		if form.kdf.name != KDF {
			return Err(KeyFileProblem::Version);
		}
		let hexed = |text: &str| hex::decode(text).map_err(|_| damaged("it has no clean hex"));
		let salt = hexed(&form.kdf.salt)?;
		let file = Self {
			account: parse_account(&form.account).map_err(|_| damaged("its account is none"))?,
			cost: Cost {
				memory_kib: form.kdf.memory_kib,
				passes: form.kdf.passes,
				lanes: form.kdf.lanes,
			},
			salt: salt.try_into().map_err(|_| damaged("its salt has another length"))?,
			sealed: hexed(&form.sealed)?,
		};
		if file.check() != form.check {
			return Err(damaged("its checksum is another"));
		}
		file.cost.params()?;
		Ok(file)
	}

	/// Writes a file.
	pub fn print(&self) -> String {
		let form = Form {
			format: FORMAT.into(),
			account: format_account(&self.account),
			kdf: KdfForm {
				name: KDF.into(),
				memory_kib: self.cost.memory_kib,
				passes: self.cost.passes,
				lanes: self.cost.lanes,
				salt: hex::encode(self.salt),
			},
			sealed: hex::encode(&self.sealed),
			check: self.check(),
		};
		// Strings and numbers can always be written.
		serde_json::to_string_pretty(&form).unwrap_or_default()
	}

	#[cfg(test)]
	pub(super) fn with_cost(mut self, cost: Cost) -> Self {
		self.cost = cost;
		self
	}

	/// Tells a damaged file from a wrong passphrase. Of public values only.
	fn check(&self) -> String {
		let Cost { memory_kib, passes, lanes } = self.cost;
		let all = (&self.account, (memory_kib, passes, lanes), &self.salt, &self.sealed);
		hex::encode(&tagged_hash(b"assay/key-file/1", &all).as_bytes()[..CHECK_BYTES])
	}
}

/// The cipher whose key a passphrase makes.
fn cipher(
	passphrase: &Passphrase,
	cost: &Cost,
	salt: &[u8],
) -> Result<XSalsa20Poly1305, KeyFileProblem> {
	let params = cost.params()?;
	let mut blocks = Vec::new();
	blocks.try_reserve_exact(params.block_count()).map_err(|_| KeyFileProblem::TooCostly)?;
	blocks.resize(params.block_count(), Block::new());
	let mut key = Zeroizing::new([0u8; KEY_BYTES]);
	let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
	let done =
		argon.hash_password_into_with_memory(passphrase.as_bytes(), salt, &mut *key, &mut blocks);
	// The blocks tell the key to whoever reads freed memory.
	blocks.fill(Block::new());
	std::hint::black_box(&blocks);
	done.map_err(|_| KeyFileProblem::Damaged("its parameters are impossible"))?;
	Ok(XSalsa20Poly1305::new((&*key).into()))
}
