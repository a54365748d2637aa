//! Runs modules at one bound of a profile and at every two of them on all executors: `limits PROFILE`, by its number. Prints
//! what each module has, and exits with 1 if executors differ.

use anyhow::{Context, Result, bail};
use assay_conformance::{
	differential::{Executor, Job, Verdict, compare, deep},
	limits::{SHAPES, Shape, module, most, pair},
};
use assay_primitives::profile::Profile;

const USAGE: &str = "usage: limits PROFILE";

fn main() -> Result<()> {
	let args: Vec<String> = std::env::args().skip(1).collect();
	let [profile] = &args[..] else { bail!(USAGE) };
	let profile = profile.parse().ok().and_then(Profile::by_number).context(USAGE)?;
	let executors = Executor::swift();
	println!("| module at the bound of | has | it ended | gas |\n|---|--:|---|--:|");
	let mut differences = 0;
	let mut run = |parts: &[(Shape, u64)]| {
		let job = Job::new(module(parts), profile.clone());
		let names: Vec<_> = parts.iter().map(|(shape, _)| format!("{:?}", shape.bound)).collect();
		let amounts: Vec<_> = parts.iter().map(|(_, amount)| amount.to_string()).collect();
		let (ended, gas) = match deep(|| compare(&executors, &job)) {
			Verdict::Ran(ran) => (format!("{:?}", ran.class), ran.gas_used),
			other => {
				differences += 1;
				eprintln!("{names:?}: {other:?}");
				("**differs**".into(), 0)
			},
		};
		println!("| {} | {} | {ended} | {gas} |", names.join(", "), amounts.join(", "));
	};
	let mut alone = Vec::new();
	for shape in SHAPES {
		let (amount, _) = most(&profile, shape, &[]).context("nothing of it is admitted")?;
		run(&[(shape, amount)]);
		alone.push((shape, amount));
	}
	let mut apart = Vec::new();
	for (at, one) in alone.iter().enumerate() {
		for other in &alone[..at] {
			match pair(&profile, *one, *other) {
				Some(parts) => run(&parts),
				None => apart.push(format!("{:?} and {:?}", one.0.bound, other.0.bound)),
			}
		}
	}
	println!("\nNo module is at both bounds: {}", apart.join(", "));
	std::process::exit(i32::from(differences > 0));
}
