//! Reads handwritten digits with a small neural network.
//!
//! Standard input: one digit a line, 64 comma-separated grey values of an 8x8 picture from 0 to 16,
//! and optionally its true value. `/out/predictions.csv` gets the answer and the scores of each;
//! standard output says how many are right, and which digits are mistaken for which.

use std::{
	fmt::Write as _,
	fs,
	io::{self, Read},
	process::ExitCode,
};

const INPUTS: usize = 64;
const HIDDEN: usize = 32;
const CLASSES: usize = 10;

/// Weights as `train.py` writes them.
static WEIGHTS: &[u8; 4 * (HIDDEN * (INPUTS + 1) + CLASSES * (HIDDEN + 1))] =
	include_bytes!("../model/weights.bin");

struct Layer {
	inputs: usize,
	weights: Vec<f32>,
	biases: Vec<f32>,
}

impl Layer {
	fn apply(&self, input: &[f32]) -> Vec<f32> {
		let rows = self.weights.chunks_exact(self.inputs);
		rows.zip(&self.biases)
			.map(|(row, bias)| row.iter().zip(input).map(|(w, x)| w * x).sum::<f32>() + bias)
			.collect()
	}
}

struct Model {
	hidden: Layer,
	output: Layer,
}

impl Model {
	fn load() -> Self {
		let mut floats = WEIGHTS
			.chunks_exact(4)
			.map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
		let mut layer = |inputs: usize, outputs: usize| Layer {
			inputs,
			weights: floats.by_ref().take(inputs * outputs).collect(),
			biases: floats.by_ref().take(outputs).collect(),
		};
		Self { hidden: layer(INPUTS, HIDDEN), output: layer(HIDDEN, CLASSES) }
	}

	fn scores(&self, pixels: &[f32]) -> Vec<f32> {
		let hidden: Vec<f32> = self.hidden.apply(pixels).into_iter().map(|x| x.max(0.0)).collect();
		self.output.apply(&hidden)
	}
}

struct Sample {
	pixels: Vec<f32>,
	truth: Option<usize>,
}

fn parse(line: &str) -> Result<Sample, String> {
	let values: Result<Vec<u8>, _> = line.split(',').map(|value| value.trim().parse()).collect();
	let values = values.map_err(|error| error.to_string())?;
	if !(INPUTS..=INPUTS + 1).contains(&values.len()) {
		return Err(format!("{} values instead of {INPUTS}", values.len()));
	}
	if let Some(value) = values[..INPUTS].iter().find(|value| **value > 16) {
		return Err(format!("grey value {value} is above 16"));
	}
	let truth = values.get(INPUTS).map(|value| usize::from(*value));
	if truth.is_some_and(|truth| truth >= CLASSES) {
		return Err("a digit is from 0 to 9".into());
	}
	Ok(Sample {
		pixels: values[..INPUTS].iter().map(|value| f32::from(*value) / 16.0).collect(),
		truth,
	})
}

fn best(scores: &[f32]) -> usize {
	(1..scores.len()).fold(0, |best, i| if scores[i] > scores[best] { i } else { best })
}

fn run() -> Result<(), String> {
	let mut text = String::new();
	io::stdin()
		.read_to_string(&mut text)
		.map_err(|error| format!("can't read the digits: {error}"))?;
	let model = Model::load();
	let mut csv = String::from("digit,scores\n");
	let (mut total, mut known, mut right) = (0, 0, 0);
	let mut confused = [[0u32; CLASSES]; CLASSES];
	for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
		let sample = parse(line).map_err(|error| format!("line {}: {error}", number + 1))?;
		let scores = model.scores(&sample.pixels);
		let answer = best(&scores);
		let scores: Vec<String> = scores.iter().map(|score| format!("{score:.4}")).collect();
		let _ = writeln!(csv, "{answer},{}", scores.join(" "));
		total += 1;
		if let Some(truth) = sample.truth {
			known += 1;
			right += u32::from(truth == answer);
			confused[truth][answer] += 1;
		}
	}
	fs::write("/out/predictions.csv", csv).map_err(|error| format!("can't write: {error}"))?;
	println!("{total} digits, {right} of {known} right");
	for (truth, row) in confused.iter().enumerate() {
		for (answer, count) in
			row.iter().enumerate().filter(|(answer, count)| *answer != truth && **count > 0)
		{
			println!("{count} times {truth} was read as {answer}");
		}
	}
	Ok(())
}

fn main() -> ExitCode {
	match run() {
		Ok(()) => ExitCode::SUCCESS,
		Err(message) => {
			eprintln!("digits: {message}");
			ExitCode::FAILURE
		},
	}
}
