//! Tables of what was measured.

use crate::side_by_side::{Ratios, Times, mean};
use benchmark_programs::Class;
use std::{
	fmt::{self, Display, Formatter, Write},
	fs,
	path::Path,
	time::Duration,
};

/// Everything that was measured; displayed as Markdown.
pub struct Report<'a> {
	/// What it was measured on.
	pub machine: &'a str,
	/// When.
	pub date: Option<&'a str>,
	/// How often each program ran.
	pub rounds: u32,
	/// Times of the programs.
	pub times: &'a [Times],
	/// Table of starting and compiling.
	pub criterion: Option<String>,
	/// Tables of the interpreter.
	pub interpreter: Option<String>,
}

impl Display for Report<'_> {
	fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
		writeln!(f, "# Results\n")?;
		let date = self.date.map(|date| format!(" on {date}")).unwrap_or_default();
		writeln!(
			f,
			"Written by `scripts/bench-engine.sh`{date}; [what it measures](README.md).\n"
		)?;
		writeln!(f, "Machine: {}.\n", self.machine)?;
		writeln!(f, "Shortest processor time of {} turns each.\n", self.rounds)?;
		writeln!(f, "{}\n![job ÷ plain](overhead.svg)\n", means(self.times))?;
		write!(f, "{}", programs(self.times))?;
		if let Some(table) = &self.criterion {
			write!(f, "\n## Starting and compiling\n\n{table}")?;
		}
		if let Some(tables) = &self.interpreter {
			write!(f, "\n## Interpreter\n\n{tables}")?;
		}
		Ok(())
	}
}

/// Table of the programs.
pub fn programs(times: &[Times]) -> String {
	let mut table = String::from(
		"| program | class | native ms | plain ms | settings ms | job ms | job ÷ plain | job ÷ native \
		 | million gas/s |\n|---|---|--:|--:|--:|--:|--:|--:|--:|\n",
	);
	for time in times {
		let _ = writeln!(
			table,
			"| {} | {} | {:.1} | {:.1} | {:.1} | {:.1} | {:.2} | {:.2} | {:.0} |",
			time.program.name,
			time.program.class.name(),
			ms(time.native),
			ms(time.plain),
			ms(time.settings),
			ms(time.job),
			time.overhead(),
			time.against_native(),
			time.gas as f64 / time.job.as_secs_f64() / 1e6,
		);
	}
	table
}

/// Table of how many times as long as under plain wasmtime jobs take under profiles of these numbers.
pub fn ratios(profiles: &[u32], ratios: &[Ratios]) -> String {
	let mut table = String::from("| program | plain ms |");
	profiles.iter().for_each(|number| _ = write!(table, " profile {number} ÷ plain |"));
	let _ = writeln!(table, "\n|---|--:|{}", "--:|".repeat(profiles.len()));
	let mut logs = vec![0.0; profiles.len()];
	for one in ratios {
		let _ = write!(table, "| {} | {:.1} |", one.program.name, ms(one.plain));
		for (ratio, log) in one.overheads().zip(&mut logs) {
			let _ = write!(table, " {ratio:.2} |");
			*log += ratio.ln();
		}
		table.push('\n');
	}
	table.push_str("| geometric mean | |");
	for log in logs {
		let _ = write!(table, " {:.2} |", (log / ratios.len() as f64).exp());
	}
	table
}

/// Table of geometric means by class.
pub fn means(times: &[Times]) -> String {
	let mut table = String::from(
		"| class | job ÷ plain, geometric mean | largest | job ÷ native, geometric mean |\n\
		 |---|--:|--:|--:|\n",
	);
	for class in Class::ALL {
		let Some(overhead) = mean(times, class, Times::overhead) else { continue };
		let of_class = times.iter().filter(|time| time.program.class == class);
		let largest = of_class.map(Times::overhead).fold(0.0, f64::max);
		let native = mean(times, class, Times::against_native).unwrap_or(f64::NAN);
		let _ =
			writeln!(table, "| {} | {overhead:.2} | {largest:.2} | {native:.2} |", class.name());
	}
	table
}

fn ms(time: Duration) -> f64 {
	time.as_secs_f64() * 1e3
}

/// Table of what criterion has measured, from its directory; `None` where it has not run.
pub fn criterion(directory: &Path) -> Option<String> {
	let mut rows = Vec::new();
	for group in fs::read_dir(directory).ok()?.flatten() {
		for bench in fs::read_dir(group.path()).into_iter().flatten().flatten() {
			rows.extend(row(&bench.path().join("new")));
		}
	}
	rows.sort();
	let head = "| what | median | fastest | throughput at the median |\n|---|--:|--:|--:|\n";
	(!rows.is_empty()).then(|| head.to_string() + &rows.concat())
}

fn row(directory: &Path) -> Option<String> {
	let read = |name: &str| -> Option<serde_json::Value> {
		serde_json::from_slice(&fs::read(directory.join(name)).ok()?).ok()
	};
	let (about, estimates, sample) =
		(read("benchmark.json")?, read("estimates.json")?, read("sample.json")?);
	let median = estimates["median"]["point_estimate"].as_f64()?;
	let (iters, times) = (sample["iters"].as_array()?, sample["times"].as_array()?);
	let fastest = iters
		.iter()
		.zip(times)
		.filter_map(|(iters, time)| Some(time.as_f64()? / iters.as_f64()?))
		.fold(f64::INFINITY, f64::min);
	let throughput = match about["throughput"]["Bytes"].as_f64() {
		Some(bytes) => format!("{:.2} MB/s", bytes / median * 1e3),
		None => String::new(),
	};
	let name = about["full_id"].as_str()?;
	Some(format!("| {name} | {:.2} ms | {:.2} ms | {throughput} |\n", median / 1e6, fastest / 1e6))
}
