//! The section `watcher` of the configuration.

use crate::config::section::{self, Common, check_jobs, sections, tokens};
use anyhow::Result;
use assay_decisions::watcher::MIN_GAIN;
use assay_primitives::{Balance, UNIT, policy::PPM};
use serde::{Deserialize, Deserializer, de::Error};

sections! {
	/// What is watched, and what may be spent on it.
	#[derive(Copy)]
	pub struct Section {
		/// Share of agreed tasks that is run again, in millionths; in the file from 0 to 1.
		#[serde(rename = "sample", deserialize_with = "share")]
		pub sample_ppm: u32 = PPM / 20,
		/// What may be put up within any 24 hours.
		#[serde(deserialize_with = "tokens")]
		pub budget_per_day: Balance = 10 * UNIT,
		/// What a challenge or an appeal has to be expected to earn.
		#[serde(deserialize_with = "tokens")]
		pub min_gain: Balance = MIN_GAIN,
		/// Runs at a time.
		pub max_concurrent: usize = 1,
		/// Whether wrong verdicts are taken to the court, where it takes the task.
		pub court: bool = true,
		/// Whether wrong verdicts are appealed otherwise.
		pub appeal: bool = true,
	}
}

impl section::Section for Section {
	type Settings = Self;

	fn settings(self, _: &Common) -> Result<Self> {
		check_jobs("watcher.max_concurrent", self.max_concurrent)?;
		Ok(self)
	}
}

fn share<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
	let share = f64::deserialize(from)?;
	match (0.0..=1.0).contains(&share) {
		// Between 0 and a million.
		true => Ok((share * f64::from(PPM)).round() as u32),
		false => Err(D::Error::custom("a share is between 0 and 1")),
	}
}
