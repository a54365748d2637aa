//! Secrets that the user is asked for: from a file, the environment, or the terminal; never from the
//! command line. And keys that they open.

use crate::{args::Global, failure::Failure};
use assay_client::{
	KeySource,
	keystore::{Keystore, Passphrase, Zeroizing},
};
use std::{
	io::{IsTerminal, Read},
	path::Path,
};

/// Variable that holds a passphrase.
const VARIABLE: &str = "ASSAY_PASSPHRASE";
/// Longest secret that is read.
const MAX_BYTES: u64 = 4_096;

/// A passphrase of a key that exists.
pub fn passphrase(global: &Global, what: &str) -> Result<Passphrase, Failure> {
	match given(global)? {
		Some(passphrase) => Ok(passphrase),
		None => Ok(Passphrase::new(prompt(what)?.as_str())),
	}
}

/// A passphrase for a new key; typed twice where it is typed.
pub fn new_passphrase(global: &Global) -> Result<Passphrase, Failure> {
	let passphrase = match given(global)? {
		Some(passphrase) => passphrase,
		None => {
			let first = Passphrase::new(prompt("new passphrase")?.as_str());
			// Before it has to be typed again.
			first.check_strength()?;
			if first != Passphrase::new(prompt("the same again")?.as_str()) {
				return Err(Failure::usage("the two passphrases differ"));
			}
			first
		},
	};
	passphrase.check_strength()?;
	Ok(passphrase)
}

fn given(global: &Global) -> Result<Option<Passphrase>, Failure> {
	match &global.passphrase_file {
		Some(file) => Ok(Some(Passphrase::from_file(file)?)),
		None => Ok(Passphrase::from_env(VARIABLE)?),
	}
}

/// Asks on the terminal, without showing what is typed.
fn prompt(what: &str) -> Result<Zeroizing<String>, Failure> {
	if !std::io::stdin().is_terminal() {
		return Err(Failure::usage(format!("there is no terminal to ask for the {what}"))
			.hint(format!("give --passphrase-file, or {VARIABLE}")));
	}
	let typed = rpassword::prompt_password(format!("{what}: "));
	typed
		.map(Zeroizing::new)
		.map_err(|error| Failure::usage(format!("the {what} could not be read: {error}")))
}

/// A secret from the terminal, or from standard input where that is none.
pub fn read(what: &str) -> Result<Zeroizing<String>, Failure> {
	if std::io::stdin().is_terminal() {
		return prompt(what);
	}
	let mut text = Zeroizing::new(String::new());
	std::io::stdin()
		.take(MAX_BYTES)
		.read_to_string(&mut text)
		.map_err(|error| Failure::usage(format!("the {what} could not be read: {error}")))?;
	Ok(text)
}

/// A secret from a file that nobody else can read.
pub fn file(path: &Path) -> Result<Zeroizing<String>, Failure> {
	Ok(assay_client::keys::read_secret(path)?)
}

/// The folder of this user's keys.
pub fn keystore(global: &Global) -> Result<Keystore, Failure> {
	match &global.keystore {
		Some(dir) => Ok(Keystore::new(dir)),
		None => Ok(Keystore::of_user()?),
	}
}

/// Where a key by its name comes from: the user's own, or a well-known one such as `//Alice`, which
/// only development chains accept. Asks for a passphrase where one is needed.
pub fn key_source(name: &str, global: &Global) -> Result<KeySource, Failure> {
	if name.starts_with("//") {
		return Ok(KeySource::Dev(name.into()));
	}
	let store = keystore(global)?;
	// Asked for only if there is a key to be opened.
	store.get(name)?;
	let passphrase = passphrase(global, &format!("passphrase of the key {name}"))?;
	Ok(KeySource::Sealed { file: store.path(name)?, passphrase })
}
