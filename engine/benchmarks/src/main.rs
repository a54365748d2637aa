//! Measures programs side by side and writes the report. Started by scripts/bench-engine.sh.

use anyhow::{Context, bail};
use assay_benchmarks::{
	machine, plot, programs_wasm, report,
	side_by_side::{Effort, measure},
};
use std::{fs, path::PathBuf};

fn main() -> anyhow::Result<()> {
	let mut effort = Effort { rounds: 12, divide: 1, only: Vec::new() };
	let mut out = None;
	let mut args = std::env::args().skip(1);
	while let Some(arg) = args.next() {
		match arg.as_str() {
			"--quick" => (effort.rounds, effort.divide) = (3, 4),
			"--programs" => {
				let names = args.next().context("--programs needs names")?;
				effort.only = names.split(',').map(String::from).collect();
			},
			"--out" => out = Some(PathBuf::from(args.next().context("--out needs a directory")?)),
			other => bail!("unknown argument {other}"),
		}
	}
	let machine = machine::describe();
	let times = measure(&programs_wasm()?, &effort)?;
	let criterion = std::env::var_os("CARGO_TARGET_DIR")
		.and_then(|target| report::criterion(&PathBuf::from(target).join("criterion")));
	let text = format!(
		"# Results\n\nWritten by `scripts/bench-engine.sh`; [what it measures](README.md).\n\n\
		 Machine: {machine}.\n\nShortest processor time of {} turns each.\n\n{}\n\
		 ![job ÷ plain](overhead.svg)\n\n{}\n## Starting and compiling\n\n{}",
		effort.rounds,
		report::means(&times),
		report::programs(&times),
		criterion.as_deref().unwrap_or("Not measured.\n"),
	);
	println!("{text}");
	if let Some(out) = out {
		fs::create_dir_all(&out)?;
		fs::write(out.join("results.md"), &text)?;
		fs::write(out.join("overhead.svg"), plot::overhead(&times))?;
	}
	Ok(())
}
