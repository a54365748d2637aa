//! Some of the subtasks, run on this machine.

use super::subtasks::Subtasks;
use crate::{
	app::local::{self, Program},
	args::PoolEstimateArgs,
	context::Context,
	failure::Failure,
};
use assay_primitives::{beacon::Seed, pool::Shuffle};
use std::time::Duration;

/// What the runs used.
pub struct Sample {
	/// The subtasks that were run, with the gas that each used.
	pub runs: Vec<(u32, u64)>,
	/// Most pages of memory.
	pub memory_pages: u32,
	/// Most bytes of outputs.
	pub output_bytes: u64,
	/// Time of the program in all runs together.
	pub executed: Duration,
	/// Of how many subtasks.
	pub of: u32,
	/// The same gas, from the least on.
	sorted: Vec<u64>,
}

impl Sample {
	/// Runs as many subtasks as are asked for, or all, drawn by the seed.
	pub async fn run(
		program: &Program,
		subtasks: &Subtasks,
		seed: &Seed,
		args: &PoolEstimateArgs,
		context: &Context,
	) -> Result<Self, Failure> {
		let runner = context.runner_with(|config| config.wall_limit = args.timeout)?;
		let of = subtasks.len();
		let order = Shuffle::new(seed, of);
		let count = args.sample.min(of);
		let mut sample = Self::empty(of);
		for (number, drawn) in (0..count).filter_map(|at| order.at(at)).enumerate() {
			let name = subtasks.name(drawn);
			let what = format!("{name} ({} of {count})", number + 1);
			let input = subtasks.input(drawn)?;
			let run = local::run(program, input, runner.clone(), &what, context).await?;
			if let Some(failure) = run.failure(args.program.gas) {
				return Err(failure.about(&format!("subtask {drawn}, {name}")));
			}
			let (outcome, stats) = (&run.finished.outcome, &run.finished.stats);
			sample.runs.push((drawn, outcome.gas_used));
			sample.memory_pages = sample.memory_pages.max(stats.memory_pages);
			sample.output_bytes = sample.output_bytes.max(outcome.output_bytes);
			sample.executed += stats.execute;
		}
		Ok(sample.sorted())
	}

	fn empty(of: u32) -> Self {
		let (memory_pages, output_bytes, executed) = (0, 0, Duration::ZERO);
		Self { runs: vec![], memory_pages, output_bytes, executed, of, sorted: vec![] }
	}

	fn sorted(mut self) -> Self {
		self.sorted = self.runs.iter().map(|(_, gas)| *gas).collect();
		self.sorted.sort_unstable();
		self
	}

	/// The least gas that so many hundredths of the runs did not exceed.
	pub fn quantile(&self, percent: usize) -> u64 {
		let rank = (self.sorted.len() * percent).div_ceil(100).max(1);
		self.sorted.get(rank - 1).copied().unwrap_or(0)
	}

	/// Gas of a run on average, rounded up.
	pub fn mean(&self) -> u64 {
		let sum: u128 = self.sorted.iter().map(|gas| u128::from(*gas)).sum();
		u64::try_from(sum.div_ceil(self.sorted.len().max(1) as u128)).unwrap_or(u64::MAX)
	}

	/// By how much of itself the average of all subtasks may well be another: two standard errors.
	pub fn error(&self) -> f64 {
		let (count, of) = (self.sorted.len() as f64, f64::from(self.of));
		let mean = self.sorted.iter().map(|gas| *gas as f64).sum::<f64>() / count;
		if count < 2.0 || count >= of || mean == 0.0 {
			// Nothing is known of one, and everything of all.
			return if count >= of { 0.0 } else { 1.0 };
		}
		let squares: f64 = self.sorted.iter().map(|gas| (*gas as f64 - mean).powi(2)).sum();
		let variance = squares / (count - 1.0) / count * (1.0 - count / of);
		2.0 * variance.sqrt() / mean
	}

	/// Gas of each subtask: what was measured, and for the others what was measured of some other one, each as often.
	pub fn extended(&self, seed: &Seed) -> Vec<u64> {
		let spread = |place: u32| self.runs[place as usize % self.runs.len()].1;
		let mut gas: Vec<u64> = Shuffle::new(seed, self.of).all().into_iter().map(spread).collect();
		for (subtask, used) in &self.runs {
			gas[*subtask as usize] = *used;
		}
		gas
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn sample(gas: impl IntoIterator<Item = u64>, of: u32) -> Sample {
		let runs = (0..).zip(gas).collect();
		Sample { runs, ..Sample::empty(of) }.sorted()
	}

	#[test]
	fn quantiles_should_be_values_that_were_measured() {
		let of = |count: u64| {
			let sample = sample((1..=count).rev(), 1_000);
			[10, 50, 90, 100].map(|percent| sample.quantile(percent))
		};
		assert_eq!(of(100), [10, 50, 90, 100]);
		assert_eq!(of(10), [1, 5, 9, 10]);
		assert_eq!(of(1), [1, 1, 1, 1]);
		assert_eq!(of(3), [1, 2, 3, 3]);
	}

	#[test]
	fn error_should_shrink_with_the_sample_and_vanish_with_all() {
		let of = |count: u64, all| sample((1..=count).map(|at| at % 10), all).error();
		assert!(of(10, 10_000) > of(1_000, 10_000));
		assert_eq!((of(20, 20), of(1, 20)), (0.0, 1.0));
		assert_eq!(sample([5; 9], 100).error(), 0.0);
	}

	#[test]
	fn other_subtasks_should_be_like_those_of_the_sample() {
		let sample = sample([1, 10, 100], 3_000);
		let gas = sample.extended(&Seed::repeat_byte(3));
		assert_eq!(gas[..3], [1, 10, 100]);
		for value in [1, 10, 100] {
			let count = gas.iter().filter(|gas| **gas == value).count();
			assert!((998..=1_002).contains(&count), "{value}: {count}");
		}
	}
}
