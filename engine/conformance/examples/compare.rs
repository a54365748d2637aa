//! Runs programs on all executors: `compare PROFILE GAS FILE...`, by the number of the profile. Says for each file whether
//! they agree, and on standard error what each gives; exits with 1 if any do not.

use anyhow::{Context, Result, bail};
use assay_conformance::differential::{Executor, Job, Verdict, compare, deep};
use assay_primitives::profile::Profile;

const USAGE: &str = "usage: compare PROFILE GAS FILE...";

fn main() -> Result<()> {
	let args: Vec<String> = std::env::args().skip(1).collect();
	let [profile, gas, files @ ..] = &args[..] else { bail!(USAGE) };
	let profile = profile.parse().ok().and_then(Profile::by_number).context(USAGE)?;
	let gas = gas.parse().context("gas")?;
	let executors: Vec<Executor> = Executor::all().into_iter().chain(Executor::swift()).collect();
	let mut different = 0;
	for file in files {
		let module = std::fs::read(file).with_context(|| file.clone())?;
		let job = Job::new(module, profile.clone()).with_gas(gas);
		let verdict = deep(|| compare(&executors, &job));
		let (short, long) = match &verdict {
			Verdict::Ran(ran) => ("agree", format!("{ran:?}")),
			Verdict::Refused(refusal) => ("refused", refusal.to_string()),
			Verdict::Differs(said) => ("differ", said.clone()),
		};
		different += u32::from(short == "differ");
		println!("{short}");
		eprintln!("{file}: {short}\n{long}");
	}
	std::process::exit(i32::from(different > 0));
}
