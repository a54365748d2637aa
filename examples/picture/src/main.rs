//! Resizes or filters a PNG: `/in/input` in, `/out/picture.png` out.
//!
//! Usage: `picture resize WIDTH HEIGHT`, `picture thumbnail WIDTH HEIGHT`, `picture blur SIGMA`, or
//! `picture edges`.

use image::{DynamicImage, ImageFormat, ImageReader, imageops::FilterType};
use std::{env, fs, io::Cursor, process::ExitCode, str::FromStr};

/// Largest side of a result; beyond it a run would only use up its memory.
const MAX_SIDE: u32 = 8_192;

fn number<T: FromStr>(args: &[String], at: usize, name: &str) -> Result<T, String> {
	let text = args.get(at).ok_or_else(|| format!("{name} is missing"))?;
	text.parse().map_err(|_| format!("{name} is not a number: {text}"))
}

fn size(args: &[String]) -> Result<(u32, u32), String> {
	let (width, height) = (number(args, 1, "WIDTH")?, number(args, 2, "HEIGHT")?);
	if !(1..=MAX_SIDE).contains(&width) || !(1..=MAX_SIDE).contains(&height) {
		return Err(format!("sides are from 1 to {MAX_SIDE} pixels"));
	}
	Ok((width, height))
}

fn transform(picture: DynamicImage, args: &[String]) -> Result<DynamicImage, String> {
	match args.first().map(String::as_str) {
		Some("resize") => {
			let (width, height) = size(args)?;
			Ok(picture.resize_exact(width, height, FilterType::Lanczos3))
		},
		Some("thumbnail") => {
			let (width, height) = size(args)?;
			Ok(picture.thumbnail(width, height))
		},
		Some("blur") => {
			let sigma: f32 = number(args, 1, "SIGMA")?;
			if !(0.1..=50.0).contains(&sigma) {
				return Err("SIGMA is from 0.1 to 50".into());
			}
			Ok(picture.blur(sigma))
		},
		// A Laplacian: what differs from its neighbours stays.
		Some("edges") => {
			Ok(picture.filter3x3(&[-1.0, -1.0, -1.0, -1.0, 8.0, -1.0, -1.0, -1.0, -1.0]))
		},
		_ => Err("say resize WIDTH HEIGHT, thumbnail WIDTH HEIGHT, blur SIGMA or edges".into()),
	}
}

fn run() -> Result<(), String> {
	let args: Vec<String> = env::args().skip(1).collect();
	let bytes =
		fs::read("/in/input").map_err(|error| format!("can't read the picture: {error}"))?;
	let picture = ImageReader::with_format(Cursor::new(&bytes), ImageFormat::Png)
		.decode()
		.map_err(|error| format!("not a picture this program reads: {error}"))?;
	let before = (picture.width(), picture.height());
	let result = transform(picture, &args)?;
	result
		.save_with_format("/out/picture.png", ImageFormat::Png)
		.map_err(|error| format!("can't write the picture: {error}"))?;
	println!("{}x{} -> {}x{}", before.0, before.1, result.width(), result.height());
	Ok(())
}

fn main() -> ExitCode {
	match run() {
		Ok(()) => ExitCode::SUCCESS,
		Err(message) => {
			eprintln!("picture: {message}");
			ExitCode::FAILURE
		},
	}
}
