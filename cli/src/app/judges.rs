//! Who can judge jobs of a program, if its providers don't agree or somebody doubts them.

use crate::program::{gas_text, memory_text};
use assay_primitives::{
	case::CaseLimits,
	court::{CourtLimits, Unfit},
	profile::{PAGE_SIZE, Profile},
	task::{Demand, Excess},
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
		let demand = self.demand();
		let beyond =
			|excess| format!("{}: {}", Unfit::from(excess), figures(excess, &demand, &limits.most));
		let profile = limits.profile_fault(&self.profile.id()).map(|fault| fault.to_string());
		let court = profile.into_iter().chain(demand.excesses(&limits.most).map(beyond)).collect();
		let most = CaseLimits::default().most();
		let above = demand.excesses(&most).map(|excess| figures(excess, &demand, &most));
		let committee = above.collect();
		Judges { court, committee, limits }
	}

	/// What is known of what a job needs.
	fn demand(&self) -> Demand {
		Demand {
			gas: self.gas.unwrap_or(0).max(self.info.startup_gas),
			memory_pages: self.info.memory_minimum,
			module_bytes: self.module.len() as u64,
			input_bytes: 0,
			output_bytes: 0,
		}
	}
}

/// How far what a job needs is beyond what somebody takes.
fn figures(excess: Excess, asked: &Demand, most: &Demand) -> String {
	let memory = |demand: &Demand| memory_text(demand.memory_pages.into());
	let (asked, most) = match excess {
		Excess::Gas => (format!("{} gas", gas_text(asked.gas)), gas_text(most.gas)),
		Excess::Memory => (format!("{} from the start", memory(asked)), memory(most)),
		Excess::Module => {
			(format!("a program of {} bytes", asked.module_bytes), most.module_bytes.to_string())
		},
		Excess::Input => {
			(format!("an input of {} bytes", asked.input_bytes), most.input_bytes.to_string())
		},
		Excess::Output => {
			(format!("outputs of {} bytes", asked.output_bytes), most.output_bytes.to_string())
		},
	};
	format!("{asked}, at most {most}")
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
		assert!(why(None, |limits| limits.most.module_bytes = 10).contains("bytes, at most 10"));
		assert!(why(None, |limits| limits.most.memory_pages = 0).contains("from the start"));
		assert!(why(None, |limits| limits.profiles.clear()).contains("profile is retired"));
	}

	#[test]
	fn nobody_should_judge_what_is_beyond_all() {
		let judges = judges(PROGRAM, Some(u64::MAX), |_| {});
		assert!(judges.lines().last().is_some_and(|line| line.contains("nobody")), "{judges:?}");
		assert_eq!(judges.json()["committee"]["can"], false);
	}
}
