//! Measures programs side by side and writes the report. Started by scripts/bench-engine.sh.

use anyhow::{Context, bail};
use assay_benchmarks::{
	machine, plot, programs_wasm,
	report::{self, Report},
	side_by_side::{Effort, compare, measure},
};
use std::{fs, path::PathBuf};

/// What the command line asks for.
struct Options {
	effort: Effort,
	/// Directory of the report; printed only where there is none.
	out: Option<PathBuf>,
	/// Day of the measurement, as the report gives it.
	date: Option<String>,
	/// Directory of what criterion has measured.
	criterion: Option<PathBuf>,
	/// File with the tables of the interpreter.
	interpreter: Option<PathBuf>,
	/// Numbers of profiles that are to be compared with plain wasmtime, and nothing else done.
	profiles: Vec<u32>,
}

fn main() -> anyhow::Result<()> {
	let options = options(std::env::args().skip(1))?;
	let machine = machine::describe();
	if !options.profiles.is_empty() {
		let ratios = compare(&programs_wasm()?, &options.profiles, &options.effort)?;
		println!("{machine}\n\n{}", report::ratios(&options.profiles, &ratios));
		return Ok(());
	}
	let interpreter = match &options.interpreter {
		Some(path) => Some(fs::read_to_string(path).context("the interpreter's tables")?),
		None => None,
	};
	let times = measure(&programs_wasm()?, &options.effort)?;
	let text = Report {
		machine: &machine,
		date: options.date.as_deref(),
		rounds: options.effort.rounds,
		times: &times,
		criterion: options.criterion.as_deref().and_then(report::criterion),
		interpreter,
	}
	.to_string();
	println!("{text}");
	if let Some(out) = options.out {
		fs::create_dir_all(&out)?;
		fs::write(out.join("results.md"), &text)?;
		fs::write(out.join("overhead.svg"), plot::overhead(&times))?;
	}
	Ok(())
}

fn options(mut args: impl Iterator<Item = String>) -> anyhow::Result<Options> {
	let effort = Effort { rounds: 12, divide: 1, only: Vec::new() };
	let mut options = Options { effort, out: None, date: None, criterion: None, interpreter: None, profiles: Vec::new() };
	while let Some(arg) = args.next() {
		let mut value = || args.next().with_context(|| format!("{arg} needs a value"));
		match arg.as_str() {
			"--quick" => (options.effort.rounds, options.effort.divide) = (3, 4),
			"--programs" => options.effort.only = value()?.split(',').map(String::from).collect(),
			"--rounds" => options.effort.rounds = value()?.parse()?,
			"--profiles" => {
				let numbers: Result<_, _> = value()?.split(',').map(str::parse).collect();
				options.profiles = numbers?;
			},
			"--out" => options.out = Some(value()?.into()),
			"--date" => options.date = Some(value()?),
			"--criterion" => options.criterion = Some(value()?.into()),
			"--interpreter" => options.interpreter = Some(value()?.into()),
			other => bail!("unknown argument {other}"),
		}
	}
	Ok(options)
}
