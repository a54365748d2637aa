//! Writes generated modules to standard output, each behind its length (u32, little-endian).
//!
//! usage: assay-generator SEED FIRST COUNT base|simd [blocks|deep]

use assay_generator::{Features, Shape, module};
use std::{
	io::{self, BufWriter, Write},
	process::ExitCode,
};

fn main() -> ExitCode {
	let args: Vec<String> = std::env::args().skip(1).collect();
	let Some((seed, first, count, features, shape)) = parse(&args) else {
		eprintln!("usage: assay-generator SEED FIRST COUNT base|simd [blocks|deep]");
		return ExitCode::from(2);
	};
	let mut out = BufWriter::new(io::stdout().lock());
	for index in first..first.saturating_add(count) {
		let module = module(seed, index, features, shape);
		let length = (module.len() as u32).to_le_bytes();
		if out.write_all(&length).and_then(|()| out.write_all(&module)).is_err() {
			return ExitCode::FAILURE;
		}
	}
	match out.flush() {
		Ok(()) => ExitCode::SUCCESS,
		Err(_) => ExitCode::FAILURE,
	}
}

fn parse(args: &[String]) -> Option<(u64, u64, u64, Features, Shape)> {
	let [seed, first, count, features, shape @ ..] = args else { return None };
	let features = match features.as_str() {
		"base" => Features::Base,
		"simd" => Features::Simd,
		_ => return None,
	};
	let shape = match shape {
		[] => Shape::Any,
		[name] if name == "blocks" => Shape::Blocks,
		[name] if name == "deep" => Shape::Deep,
		_ => return None,
	};
	Some((seed.parse().ok()?, first.parse().ok()?, count.parse().ok()?, features, shape))
}
