//! `assay key`: keys in files under a passphrase.

use crate::{
	args::{Global, ImportKeyArgs, KeyCommand, NewKeyArgs, RemoveKeyArgs},
	context::Context,
	failure::Failure,
	output,
	secret::{self, keystore},
};
use assay_client::{
	Error, Signer,
	keystore::{Cost, KeyFile, Zeroizing, new_phrase},
	units::format_account,
};
use serde_json::json;

/// Runs a command of this group.
pub fn run(command: KeyCommand, context: &Context) -> Result<(), Failure> {
	let global = &context.global;
	match command {
		KeyCommand::New(args) => new(&args, context),
		KeyCommand::Import(args) => import(&args, context),
		KeyCommand::List => list(context),
		KeyCommand::Show(args) => {
			let file = keystore(global)?.get(&args.name)?;
			print(&args.name, &file, context);
			Ok(())
		},
		KeyCommand::Export(args) => {
			let uri = unlock(&args.name, global)?;
			output::line(&uri);
			Ok(())
		},
		KeyCommand::Remove(args) => remove(&args, context),
	}
}

fn unlock(name: &str, global: &Global) -> Result<Zeroizing<String>, Failure> {
	let store = keystore(global)?;
	let file = store.get(name)?;
	let passphrase = secret::passphrase(global, &format!("passphrase of the key {name}"))?;
	let path = store.path(name)?;
	file.open(&passphrase).map_err(|problem| Error::KeyFile { path, problem }.into())
}

fn new(args: &NewKeyArgs, context: &Context) -> Result<(), Failure> {
	add(&args.name, &new_phrase()?, context)?;
	if !context.global.quiet {
		eprintln!("keep a copy of its phrase in a safe place: assay key export {}", args.name);
	}
	Ok(())
}

fn import(args: &ImportKeyArgs, context: &Context) -> Result<(), Failure> {
	let uri = match &args.secret_file {
		Some(file) => secret::file(file)?,
		None => secret::read("secret URI")?,
	};
	let uri = uri.trim();
	// Before a passphrase is asked for.
	Signer::from_uri(uri)?;
	add(&args.name, uri, context)
}

fn add(name: &str, uri: &str, context: &Context) -> Result<(), Failure> {
	let store = keystore(&context.global)?;
	let path = store.path(name)?;
	if path.exists() {
		let problem = assay_client::keystore::KeyFileProblem::Exists;
		return Err(Error::KeyFile { path, problem }.into());
	}
	let passphrase = secret::new_passphrase(&context.global)?;
	let file = store.add(name, uri, &passphrase, Cost::RECOMMENDED)?;
	print(name, &file, context);
	Ok(())
}

fn remove(args: &RemoveKeyArgs, context: &Context) -> Result<(), Failure> {
	let store = keystore(&context.global)?;
	if !args.yes {
		// Whoever can open it knows which one it is; a file that can't be opened takes --yes.
		unlock(&args.name, &context.global)?;
	}
	store.remove(&args.name)?;
	Ok(())
}

fn list(context: &Context) -> Result<(), Failure> {
	let entries = keystore(&context.global)?.list()?;
	if context.global.output.is_json() {
		let keys = entries.iter().map(|entry| {
			json!({
				"name": entry.name,
				"account": entry.account.as_ref().ok().map(format_account),
				"file": entry.path,
				"problem": entry.account.as_ref().err().map(ToString::to_string),
			})
		});
		output::json(context.global.output, &keys.collect::<Vec<_>>());
		return Ok(());
	}
	output::table(
		&["name", "account"],
		entries.iter().map(|entry| {
			let account = match &entry.account {
				Ok(account) => format_account(account),
				Err(problem) => problem.to_string(),
			};
			vec![entry.name.clone(), account]
		}),
	);
	Ok(())
}

fn print(name: &str, file: &KeyFile, context: &Context) {
	let account = format_account(file.account());
	if !context.json(|| json!({ "name": name, "account": account })) {
		output::line(&account);
	}
}
