use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum KeyCommand {
	/// Make a new key, protected by a passphrase
	New(NewKeyArgs),
	/// Take over a secret URI: a phrase, or a 0x seed, with derivation if any
	Import(ImportKeyArgs),
	/// List the keys of this user
	List,
	/// Show the account of a key; no passphrase is asked for
	Show(KeyNameArgs),
	/// Print the secret URI of a key
	Export(KeyNameArgs),
	/// Remove a key for good
	Remove(RemoveKeyArgs),
}

#[derive(Args, Clone, Debug)]
pub struct KeyNameArgs {
	/// Name of the key
	pub name: String,
}

#[derive(Args, Clone, Debug)]
pub struct NewKeyArgs {
	/// Name of the key
	pub name: String,
}

#[derive(Args, Clone, Debug)]
pub struct ImportKeyArgs {
	/// Name of the key
	pub name: String,
	/// File with the secret URI, of mode 0600; asked for, or read from standard input, if left out
	#[arg(long, value_name = "FILE")]
	pub secret_file: Option<PathBuf>,
}

#[derive(Args, Clone, Debug)]
pub struct RemoveKeyArgs {
	/// Name of the key
	pub name: String,
	/// Don't ask for its passphrase first
	#[arg(long, short = 'y')]
	pub yes: bool,
}
