//! Where signing keys come from. A key is never printed, and never taken from a command line.

pub use crate::signer::Signer;
use crate::{
	error::{Error, Result},
	keystore::{self, Passphrase},
	secret_file::read_private,
};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Where a secret URI is read from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum KeySource {
	/// The environment variable of this name.
	Env(String),
	/// A file that nobody else can read.
	File(PathBuf),
	/// A key file that a passphrase opens; see [`crate::keystore`].
	Sealed {
		/// The file.
		file: PathBuf,
		/// What opens it.
		passphrase: Passphrase,
	},
	/// A well-known development key such as `//Alice`; refused on other chains.
	Dev(String),
}

impl Signer {
	/// Loads a key. `development` says whether the chain is a development chain, the only kind on
	/// which [`KeySource::Dev`] and any key derived from the public development phrase are accepted.
	///
	/// Errors: [`Error::Key`] and [`Error::KeyFile`], which never quote what was read.
	pub fn load(source: &KeySource, development: bool) -> Result<Self> {
		let uri = match source {
			KeySource::Env(name) => std::env::var(name).map(Zeroizing::new).map_err(|error| {
				Error::Key(match error {
					std::env::VarError::NotPresent => format!("{name} is not set"),
					std::env::VarError::NotUnicode(_) => format!("{name} is not text"),
				})
			})?,
			KeySource::File(path) => read_secret(path)?,
			KeySource::Sealed { file, passphrase } => keystore::read(file)?
				.open(passphrase)
				.map_err(|problem| Error::KeyFile { path: file.clone(), problem })?,
			KeySource::Dev(uri) => Zeroizing::new(uri.clone()),
		};
		let uri = uri.trim();
		if is_development_uri(uri) && !development {
			let why = "a key of the public development phrase is worthless on this chain";
			return Err(Error::Key(why.into()));
		}
		if matches!(source, KeySource::Dev(_)) && !is_development_uri(uri) {
			let why = "only well-known names such as //Alice may be given in the open";
			return Err(Error::Key(why.into()));
		}
		Self::from_uri(uri)
	}
}

/// Whether a URI is derived from the public development phrase.
fn is_development_uri(uri: &str) -> bool {
	uri.is_empty() || uri.starts_with('/') || uri.starts_with(subxt_signer::DEV_PHRASE)
}

/// Reads a secret URI that lies open in a file which nobody else can read. Errors: [`Error::Key`].
pub fn read_secret(path: &Path) -> Result<Zeroizing<String>> {
	let text = read_private(path, "key")?;
	if text.trim_start().starts_with('{') {
		let shown = path.display();
		let why = format!("{shown} is a key file that needs its passphrase, no plain secret URI");
		return Err(Error::Key(why));
	}
	Ok(text)
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::os::unix::fs::PermissionsExt;

	const SEED: &str = "0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a";

	fn key_file(mode: u32, content: &str) -> (tempfile::TempDir, KeySource) {
		let dir = tempfile::tempdir().expect("temporary directory");
		let path = dir.path().join("key");
		std::fs::write(&path, content).expect("write");
		std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("chmod");
		(dir, KeySource::File(path))
	}

	#[test]
	fn file_should_be_refused_when_others_can_read_it() {
		for mode in [0o644, 0o640, 0o604, 0o660, 0o601] {
			let (_dir, source) = key_file(mode, SEED);
			let error = Signer::load(&source, false).expect_err("mode is too open");
			assert_eq!(error.code(), "E-0004");
			assert!(!error.to_string().contains(&SEED[2..]), "the key must not be quoted");
		}
	}

	#[test]
	fn file_should_be_accepted_when_only_the_owner_can_read_it() {
		let well_known = "0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d";
		for mode in [0o600, 0o400] {
			let (_dir, source) = key_file(mode, &format!("{SEED}\n"));
			let signer = Signer::load(&source, false).expect("valid key");
			// The seed is that of the development key Alice, whose account is well known.
			let account: [u8; 32] = signer.account().into();
			assert_eq!(format!("0x{}", hex::encode(account)), well_known);
		}
	}

	#[test]
	fn malformed_key_should_not_be_quoted_in_the_error() {
		let (_dir, source) = key_file(0o600, "0xnothexatall bottom drive");
		let error = Signer::load(&source, true).expect_err("malformed");
		assert!(!error.to_string().contains("nothex"));
	}

	#[test]
	fn development_keys_should_be_refused_when_the_chain_is_not_for_development() {
		let dev = KeySource::Dev("//Alice".into());
		assert!(Signer::load(&dev, false).is_err());
		assert!(Signer::load(&dev, true).is_ok());
		let (_dir, phrase) = key_file(0o600, &format!("{}//Bob", subxt_signer::DEV_PHRASE));
		assert!(Signer::load(&phrase, false).is_err());
		let seed = KeySource::Dev(SEED.into());
		assert!(Signer::load(&seed, true).is_err(), "a secret must not come in the open");
	}

	#[test]
	fn debug_should_show_the_account_and_nothing_else() {
		let signer = Signer::from_uri("//Alice").expect("development key");
		let shown = format!("{signer:?}");
		assert_eq!(shown, "Signer(5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY)");
	}

	#[test]
	fn environment_should_be_named_in_the_error_when_it_is_not_set() {
		let source = KeySource::Env("ASSAY_TEST_KEY_THAT_IS_NOT_SET".into());
		let error = Signer::load(&source, true).expect_err("not set");
		assert!(error.to_string().contains("ASSAY_TEST_KEY_THAT_IS_NOT_SET"));
	}
}
