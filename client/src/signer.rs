//! Keys that sign.

use crate::error::{Error, Result};
use assay_primitives::AccountId;
use std::{fmt, str::FromStr};
use subxt_signer::{SecretUri, sr25519::Keypair};

/// An sr25519 key that signs transactions.
#[derive(Clone)]
pub struct Signer {
	pair: Keypair,
}

impl fmt::Debug for Signer {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "Signer({})", crate::units::format_account(&self.account()))
	}
}

impl Signer {
	/// A key from a secret URI: a phrase or `0x` seed with optional derivation and password.
	pub fn from_uri(uri: &str) -> Result<Self> {
		let uri = SecretUri::from_str(uri)
			.map_err(|_| Error::Key("the secret URI is malformed".into()))?;
		let pair = Keypair::from_uri(&uri)
			.map_err(|_| Error::Key("the secret URI gives no valid key".into()))?;
		Ok(Self { pair })
	}

	/// Account that it signs for.
	pub fn account(&self) -> AccountId {
		self.pair.public_key().0.into()
	}

	/// Signs bytes with sr25519.
	pub fn sign(&self, message: &[u8]) -> [u8; 64] {
		self.pair.sign(message).0
	}

	pub(crate) fn pair(&self) -> &Keypair {
		&self.pair
	}
}
