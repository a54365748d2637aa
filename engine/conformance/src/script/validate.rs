//! What the validator says to the modules of a script.

use super::Script;
use assay_metering::{Reason, Refusal, testing::instrument_any};
use assay_primitives::profile::Profile;
use std::{collections::BTreeMap, fmt};
use wast::{QuoteWat, QuoteWatTest, WastDirective, WastExecute, Wat};

/// Counts and contradictions of a script.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Validity {
	/// Valid modules that are accepted.
	pub accepted: u32,
	/// Modules that are valid with proposals outside of the profile, refused.
	pub outside: u32,
	/// Invalid modules that are refused.
	pub invalid: u32,
	/// Malformed binaries that are refused.
	pub malformed: u32,
	/// Cases of the text format, which no job has.
	pub text: u32,
	/// Why modules are outside, with how many are.
	pub reasons: BTreeMap<String, u32>,
	/// What contradicts the script or the second validator.
	pub failures: Vec<String>,
}

impl Validity {
	/// Adds what another script gave.
	pub fn add(&mut self, other: Self) {
		self.accepted += other.accepted;
		self.outside += other.outside;
		self.invalid += other.invalid;
		self.malformed += other.malformed;
		self.text += other.text;
		self.failures.extend(other.failures);
		for (reason, count) in other.reasons {
			*self.reasons.entry(reason).or_default() += count;
		}
	}
}

impl fmt::Display for Validity {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let Self { accepted, outside, invalid, malformed, text, .. } = self;
		write!(
			f,
			"{accepted} accepted, {outside} outside, {invalid} invalid, {malformed} malformed, \
			 {text} of the text format"
		)
	}
}

/// Asks the pass about every module of a script.
///
/// `second` is a later version of the validator with the same features. It must accept what the pass
/// accepts, and the pass must accept what it accepts of valid modules, except where the profile's own
/// limits decide and unless `strict` is off. It takes some binaries that are malformed by the suite.
pub fn validate(
	script: &Script<'_>,
	profile: &Profile,
	second: &dyn Fn(&[u8]) -> bool,
	strict: bool,
) -> Validity {
	let mut state = State { profile, second, strict, counts: Validity::default() };
	for mut directive in script.directives() {
		let place = script.place(directive.span());
		match &mut directive {
			WastDirective::Module(module) | WastDirective::ModuleDefinition(module) => {
				state.valid(module, &place);
			},
			// By files from before there were reference types.
			WastDirective::AssertInvalid { module, message: "multiple tables", .. } => {
				state.valid(module, &place);
			},
			WastDirective::AssertInvalid { module, .. } => state.bad(module, false, &place),
			WastDirective::AssertMalformed { module, .. } => state.bad(module, true, &place),
			WastDirective::AssertUnlinkable { module, .. } => state.wat(module, &place),
			WastDirective::AssertTrap { exec: WastExecute::Wat(module), .. } => {
				state.wat(module, &place);
			},
			_ => {},
		}
	}
	state.counts
}

struct State<'a> {
	profile: &'a Profile,
	second: &'a dyn Fn(&[u8]) -> bool,
	strict: bool,
	counts: Validity,
}

impl State<'_> {
	fn check(&mut self, wasm: &[u8], bad: bool, place: &str) -> Result<(), Refusal> {
		let checked = instrument_any(wasm, self.profile, 65_536).map(|_| ());
		let limited = matches!(
			&checked,
			Err(Refusal { reason: Reason::Limit { .. } | Reason::MemoryAboveTask { .. }, .. })
		);
		let second = (self.second)(wasm);
		let lenient = bad || !self.strict;
		if !limited && checked.is_ok() != second && !(lenient && second) {
			self.counts.failures.push(format!("{place}: the validators differ: {checked:?}"));
		}
		if let Err(refusal) = &checked
			&& refusal.offset > wasm.len() as u64
		{
			self.counts.failures.push(format!("{place}: offset beyond the module: {refusal}"));
		}
		checked
	}

	fn valid(&mut self, module: &mut QuoteWat<'_>, place: &str) {
		match module.encode() {
			Ok(wasm) => self.valid_binary(&wasm, place),
			Err(error) => self.counts.failures.push(format!("{place}: {error}")),
		}
	}

	fn wat(&mut self, module: &mut Wat<'_>, place: &str) {
		match module.encode() {
			Ok(wasm) => self.valid_binary(&wasm, place),
			Err(error) => self.counts.failures.push(format!("{place}: {error}")),
		}
	}

	fn valid_binary(&mut self, wasm: &[u8], place: &str) {
		match self.check(wasm, false, place) {
			Ok(()) => self.counts.accepted += 1,
			Err(refusal) => {
				self.counts.outside += 1;
				let reason = generic(&refusal.reason.to_string());
				*self.counts.reasons.entry(reason).or_default() += 1;
			},
		}
	}

	fn bad(&mut self, module: &mut QuoteWat<'_>, malformed: bool, place: &str) {
		let wasm = match module.to_test() {
			Ok(QuoteWatTest::Binary(wasm)) => wasm,
			// What can be parsed is invalid as a binary too; the rest concerns the text format.
			_ => match module.encode() {
				Ok(wasm) => wasm,
				Err(_) => {
					self.counts.text += 1;
					return;
				},
			},
		};
		match (self.check(&wasm, true, place), malformed) {
			(Ok(()), _) => self.counts.failures.push(format!("{place}: should be refused")),
			(Err(_), true) => self.counts.malformed += 1,
			(Err(_), false) => self.counts.invalid += 1,
		}
	}
}

/// A reason without what is special to one module.
fn generic(reason: &str) -> String {
	reason.chars().filter(|c| !c.is_ascii_digit()).take(80).collect()
}
