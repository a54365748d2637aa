//! Modules made to be slow or large to compile: what the worst of them that are accepted take.

#[path = "../common/mod.rs"]
mod common;
mod families;

use assay_primitives::profile::Profile;
use assay_runner::Codegen;
use common::*;
use families::{Family, families, module};

/// What a module took.
struct Figure {
	name: String,
	bytes: usize,
	seconds: f64,
	mebibytes: u64,
}

fn measured(bench: &Bench, family: &Family, name: String, wasm: Vec<u8>) -> Figure {
	let bytes = wasm.len();
	let job = if family.vectors { vectors(job(wasm)) } else { job(wasm) };
	match bench.try_run(&job) {
		Ok(finished) => {
			assert_eq!(finished.refusal, None, "{name}");
			let used = finished.stats.compiling;
			let seconds = used.cpu.as_secs_f64();
			Figure { name, bytes, seconds, mebibytes: used.memory >> 20 }
		},
		Err(error) => {
			println!("{name}: {error}");
			Figure { name, bytes, seconds: f64::INFINITY, mebibytes: 0 }
		},
	}
}

/// A variable that bounds something.
fn number(name: &str) -> u64 {
	std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(u64::MAX)
}

/// The largest size up to `bytes` of a family's module that the profile accepts, by halves.
fn largest(family: &Family, bytes: usize, each: usize) -> Option<Vec<u8>> {
	let profile = if family.vectors { Profile::SIMD } else { Profile::BASE };
	let (work, pieces) = (number("WORK"), number("PIECES"));
	let accepted = |bytes| {
		let wasm = module(family, bytes, each);
		let info = assay_runner::check(&wasm, &profile).ok()?;
		(info.work <= work && info.pieces_squared <= pieces).then_some(wasm)
	};
	let (mut low, mut high) = (0, bytes + 1);
	let mut best = None;
	while high - low > (bytes / 64).max(1) {
		let middle = if best.is_none() && high > bytes { bytes } else { low.midpoint(high) };
		match accepted(middle) {
			Some(wasm) => {
				(low, best) = (middle, Some(wasm));
				if middle == bytes {
					break;
				}
			},
			None => high = middle,
		}
	}
	best
}

/// Prints what modules of all families take. `BYTES` bounds the code, `EACH` lists sizes of
/// bodies, `ONLY` is part of a name, or several with commas between them, `CODEGEN` is `plain`, `quick` or else as usual.
/// `WORK` and `PIECES` bound work and the sum of squared pieces, for what is still optimised.
#[test]
#[ignore = "prints figures"]
fn search() {
	let variable = |name| std::env::var(name).ok();
	let bytes = variable("BYTES").and_then(|text| text.parse().ok()).unwrap_or(1 << 20);
	let each = variable("EACH").unwrap_or_else(|| "261000,20000,2000,200".into());
	let only = variable("ONLY").unwrap_or_default();
	let bench = bench_with(|config| {
		config.prepare_limit = std::time::Duration::from_secs(600);
		config.codegen = match variable("CODEGEN").as_deref() {
			Some("plain") => Codegen::Plain,
			Some("quick") => Codegen::Quick,
			_ => Codegen::Speed,
		};
	});
	let mut figures = Vec::new();
	for family in
		families().iter().filter(|family| only.split(',').any(|it| family.name.contains(it)))
	{
		for each in each.split(',').filter_map(|text| text.parse().ok()) {
			let name = format!("{} of {each}", family.name);
			match largest(family, bytes, each) {
				Some(wasm) => figures.push(measured(&bench, family, name, wasm)),
				None => println!("{name}: refused at any size"),
			}
			if let Some(last) = figures.last() {
				println!(
					"{:6.2} s {:5} MiB {:9} B  {}",
					last.seconds, last.mebibytes, last.bytes, last.name
				);
			}
		}
	}
	figures.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
	println!("slowest:");
	for figure in figures.iter().take(25) {
		let rate = figure.seconds / figure.bytes as f64 * f64::from(1 << 20);
		println!(
			"{:6.2} s {:6.2} s/MiB {:5} MiB {:9} B  {}",
			figure.seconds, rate, figure.mebibytes, figure.bytes, figure.name
		);
	}
}
