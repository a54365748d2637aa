//! Meters modules: `meter base|simd FILE...`, or without files those on standard input, each behind
//! its length (u32, little-endian); the result goes to standard output in the same form, as wasmi
//! gets it.

use anyhow::{Context, Result, bail};
use assay_conformance::wasmi::guard;
use assay_metering::instrument;
use assay_primitives::profile::Profile;
use std::io::{self, ErrorKind, Read, Write};

/// Pages that each program may have.
const PAGES: u32 = 256;

fn main() -> Result<()> {
	let args: Vec<String> = std::env::args().skip(1).collect();
	let profile = match args.first().map(String::as_str) {
		Some("base") => Profile::BASE,
		Some("simd") => Profile::SIMD,
		_ => bail!("usage: meter base|simd [FILE]..."),
	};
	for file in &args[1..] {
		write(&std::fs::read(file).with_context(|| file.clone())?, &profile)?;
	}
	if args.len() == 1 {
		let mut from = io::stdin().lock();
		loop {
			let mut length = [0; 4];
			match from.read_exact(&mut length) {
				Err(error) if error.kind() == ErrorKind::UnexpectedEof => break,
				other => other?,
			}
			let mut module = vec![0; u32::from_le_bytes(length) as usize];
			from.read_exact(&mut module)?;
			write(&module, &profile)?;
		}
	}
	Ok(())
}

fn write(module: &[u8], profile: &Profile) -> Result<()> {
	let metered = instrument(module, profile, PAGES)?.wasm;
	let guarded = guard(&metered)?;
	let mut out = io::stdout().lock();
	out.write_all(&(guarded.len() as u32).to_le_bytes())?;
	out.write_all(&guarded)?;
	Ok(())
}
