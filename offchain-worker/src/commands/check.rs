//! `check`: whether a run would work here, part by part.

use crate::{
	cli::{CheckArgs, Global, RunArgs},
	config::Settings,
	host::{
		connect::{connect, expected_genesis},
		disk,
		executor::runner::sandbox,
		lock::Lock,
	},
	roles,
};
use anyhow::{Context, Result, ensure};
use std::process::ExitCode;

#[derive(Default)]
struct Findings {
	failed: bool,
}

impl Findings {
	fn note(&mut self, part: &str, finding: Result<String>) {
		match finding {
			Ok(text) => println!("ok      {part:<10} {text}"),
			Err(error) => {
				self.failed = true;
				println!("FAILED  {part:<10} {error:#}");
			},
		}
	}
}

/// Checks everything, and fails if any part does.
pub async fn check(global: &Global, args: &CheckArgs) -> Result<ExitCode> {
	let run = RunArgs { roles: args.roles.clone(), ..RunArgs::default() };
	let settings = Settings::load(global, &run)?;
	let mut findings = Findings::default();
	findings.note("base path", base_path(&settings));
	if settings.roles.iter().any(|role| roles::runs(*role)) {
		findings.note("sandbox", sandbox(&settings.host));
	}
	findings.note("node", node(&settings).await);
	for role in &settings.roles {
		findings.note(role.name(), roles::check(*role, &settings).await);
	}
	Ok(if findings.failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn base_path(settings: &Settings) -> Result<String> {
	let path = &settings.host.base_path;
	// A running daemon has the lock, and that is fine.
	let busy = Lock::take(path).is_err();
	let free = disk::free_bytes(path).context("the disk can't be asked")?;
	let least = settings.host.store.min_free_bytes;
	ensure!(free >= least, "{free} bytes are free below {}, {least} needed", path.display());
	let note = if busy { ", in use by a daemon" } else { "" };
	Ok(format!("{}, {free} bytes free{note}", path.display()))
}

async fn node(settings: &Settings) -> Result<String> {
	let chain = connect(&settings.host, expected_genesis(&settings.host)?).await?;
	let head = chain.head(assay_client::Head::Best).await?;
	Ok(format!("{} at block {}, genesis {:?}", chain.name(), head.number, chain.genesis()))
}
