//! Who can judge jobs of a program, if its providers don't agree or somebody doubts them.

use crate::program::{gas_text, memory_text};
use assay_primitives::{
	case::CaseLimits,
	court::CourtLimits,
	profile::{PAGE_SIZE, Profile},
	task::Demand,
};
use assay_runner::ModuleInfo;
use serde_json::{Value, json};

/// What is known of the jobs of a program.
pub struct Docket<'a> {
	/// The program, which is within the profile.
	pub module: &'a [u8],
	/// What it asks for.
	pub info: &'a ModuleInfo,
	/// Its rules.
	pub profile: &'a Profile,
	/// The gas that jobs are allowed, where it is known.
	pub gas: Option<u64>,
}

/// Why the chain's court and why committees of mediators can't judge; none where they can.
#[derive(Debug)]
pub struct Judges {
	court: Vec<String>,
	committee: Vec<String>,
	/// What the court takes.
	limits: CourtLimits,
}

impl Docket<'_> {
	/// Who can judge, by these limits and by what mediators take unless they set something else.
	pub fn judges(&self, limits: CourtLimits) -> Judges {
		let committee = CaseLimits::default();
		let mut court = Vec::new();
		if !limits.profiles.contains(&self.profile.id()) {
			court.push(format!("it does not execute profile {}", self.profile.number));
		}
		court.extend(self.above(
			limits.most.module_bytes,
			limits.most.gas,
			limits.most.memory_pages,
		));
		let (module, gas) = (committee.max_module_bytes, committee.max_gas);
		let committee = self.above(module, gas, committee.max_memory_pages);
		Judges { court, committee, limits }
	}

	fn above(&self, module_bytes: u64, most_gas: u64, pages: u32) -> Vec<String> {
		let bytes = self.module.len() as u64;
		let mut why = Vec::new();
		if bytes > module_bytes {
			why.push(format!("the program has {bytes} bytes, it takes {module_bytes}"));
		}
		let gas = self.gas.unwrap_or(0).max(self.info.startup_gas);
		if gas > most_gas {
			why.push(format!(
				"a job may use {} gas, it takes {}",
				gas_text(gas),
				gas_text(most_gas)
			));
		}
		if self.info.memory_minimum > pages {
			let (minimum, most) =
				(memory_text(self.info.memory_minimum.into()), memory_text(pages.into()));
			why.push(format!("the program starts with {minimum}, it takes {most}"));
		}
		why
	}
}

impl Judges {
	/// For people, a line for each.
	pub fn lines(&self) -> Vec<String> {
		let Demand { gas, memory_pages, output_bytes, input_bytes, .. } = self.limits.most;
		let mut lines = Vec::new();
		lines.push(match self.court.as_slice() {
			[] => format!(
				"the court     yes, where the job allows at most {} gas, {} MiB of memory and {} KiB of \
				 output: assay job run --for-court; its input has at most {} MiB",
				gas_text(gas),
				(u64::from(memory_pages) * PAGE_SIZE) >> 20,
				output_bytes >> 10,
				input_bytes >> 20,
			),
			why => format!("the court     no: {}", why.join("; ")),
		});
		lines.push(match self.committee.as_slice() {
			[] => format!(
				"a committee   yes, up to {} gas and {} MiB of memory, unless its mediators take less",
				gas_text(CaseLimits::default().max_gas),
				(u64::from(CaseLimits::default().max_memory_pages) * PAGE_SIZE) >> 20,
			),
			why => {
				format!("a committee   none, unless its mediators take more: {}", why.join("; "))
			},
		});
		if !self.court.is_empty() && !self.committee.is_empty() {
			lines.push("nobody can judge such jobs: replicas that don't agree end them".into());
		}
		lines
	}

	/// For programs.
	pub fn json(&self) -> Value {
		let limits = CaseLimits::default();
		json!({
			"court": {
				"can": self.court.is_empty(),
				"why": self.court,
				"gas": self.limits.most.gas,
				"memoryPages": self.limits.most.memory_pages,
				"inputBytes": self.limits.most.input_bytes,
				"outputBytes": self.limits.most.output_bytes,
			},
			"committee": {
				"can": self.committee.is_empty(),
				"why": self.committee,
				"gas": limits.max_gas,
				"memoryPages": limits.max_memory_pages,
				"inputBytes": limits.max_input_bytes,
				"outputBytes": limits.max_output_bytes,
			},
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const PROGRAM: &str =
		"(module (memory (export \"memory\") 1) (func (export \"_start\") (nop) (nop)))";

	fn judges(text: &str, gas: Option<u64>, change: impl FnOnce(&mut CourtLimits)) -> Judges {
		let module = wat::parse_str(text).expect("well-formed text");
		let info = assay_runner::check(&module, &Profile::BASE).expect("fits");
		let mut limits =
			assay_client::case::court_limits_of_this_build().expect("the metadata has a court");
		change(&mut limits);
		Docket { module: &module, info: &info, profile: &Profile::BASE, gas }.judges(limits)
	}

	#[test]
	fn court_and_committee_should_judge_a_small_program() {
		let judges = judges(PROGRAM, None, |_| {});
		assert!(judges.court.is_empty() && judges.committee.is_empty(), "{judges:?}");
		assert!(judges.lines()[0].contains("--for-court"), "{:?}", judges.lines());
	}

	#[test]
	fn court_should_be_left_out_for_each_reason_when_something_is_beyond_it() {
		let why = |gas, change: fn(&mut CourtLimits)| judges(PROGRAM, gas, change).court.join(";");
		assert!(why(Some(1 << 30), |_| {}).contains("gas"));
		assert!(
			why(None, |limits| limits.most.gas = 65_535).contains("gas"),
			"start-up gas counts"
		);
		assert!(why(None, |limits| limits.most.module_bytes = 10).contains("bytes, it takes 10"));
		assert!(why(None, |limits| limits.most.memory_pages = 0).contains("starts with"));
		assert!(why(None, |limits| limits.profiles.clear()).contains("profile 1"));
	}

	#[test]
	fn nobody_should_judge_what_is_beyond_all() {
		let judges = judges(PROGRAM, Some(u64::MAX), |_| {});
		assert!(judges.lines().last().is_some_and(|line| line.contains("nobody")), "{judges:?}");
		assert_eq!(judges.json()["committee"]["can"], false);
	}
}
