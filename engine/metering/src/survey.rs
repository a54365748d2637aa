//! All of a module's bounds at once: for authors, who want to know more than the first that fails.

use crate::{
	ModuleInfo, Refusal, check,
	module::Pass,
	refusal::{Bound, Reason},
};
use alloc::{collections::BTreeMap, vec::Vec};
use assay_primitives::profile::{ModuleLimits, Profile};

/// Most reasons beside the bounds that a survey tells.
pub const OTHERS: usize = 20;

/// What a module has of one of the things that a profile bounds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Measured {
	/// Which one.
	pub bound: Bound,
	/// What the module has: of a function, a type or a table, that of the one that has most.
	pub found: u64,
	/// What it may have.
	pub limit: u64,
	/// Byte of the module where that one begins; of the whole module, where it was read last.
	pub offset: u64,
	/// How many functions, types or tables are above the limit.
	pub above: u32,
}

/// A module beside all that a profile bounds.
#[derive(Clone, Debug)]
pub struct Survey {
	/// Why it is outside the profile, as [`check`] has it.
	pub refusal: Option<Refusal>,
	/// All that is wrong with it beside the bounds, as far as that was found; not more than
	/// [`OTHERS`].
	pub others: Vec<Refusal>,
	/// What it asks of whoever runs it, as far as it could be read.
	pub info: ModuleInfo,
	/// One for each bound of which it has something.
	pub measured: Vec<Measured>,
	/// Whether all of it could be read. What was found is the least that it has otherwise.
	pub complete: bool,
}

impl Measured {
	/// Whether the module is outside the profile for this.
	pub fn exceeds(&self) -> bool {
		self.found > self.limit
	}
}

/// The most that was found of each bound.
#[derive(Debug)]
pub struct Tally {
	limits: ModuleLimits,
	most: BTreeMap<Bound, Measured>,
	others: Vec<Refusal>,
	complete: bool,
}

impl Tally {
	/// Nothing yet, beside these limits.
	pub fn new(limits: ModuleLimits) -> Self {
		Self { limits, most: BTreeMap::new(), others: Vec::new(), complete: true }
	}

	/// Notes what is wrong.
	pub fn refuse(&mut self, refusal: Refusal) {
		match refusal.reason {
			Reason::Limit { bound, found, .. } => self.note(bound, refusal.offset as usize, found),
			_ if self.others.len() >= OTHERS => {},
			_ if self.others.iter().any(|other| other.reason == refusal.reason) => {},
			_ => self.others.push(refusal),
		}
	}

	/// Notes that something was not counted.
	pub fn leave_out(&mut self) {
		self.complete = false;
	}

	/// Notes what something at this byte has.
	pub fn note(&mut self, bound: Bound, offset: usize, found: impl Into<u64>) {
		let (found, offset) = (found.into(), offset as u64);
		let limit = bound.limit(&self.limits);
		let none = Measured { bound, found: 0, limit, offset, above: 0 };
		let most = self.most.entry(bound).or_insert(none);
		most.above = most.above.saturating_add(u32::from(found > limit));
		if found > most.found {
			(most.found, most.offset) = (found, offset);
		}
	}
}

/// Checks a module like [`check`], and goes on where a bound is exceeded.
///
/// Takes memory and time in proportion to the module's length, but more than [`check`]: for modules
/// that one has made oneself.
pub fn survey(module: &[u8], profile: &Profile) -> Survey {
	let wide = Profile { limits: countable(&profile.limits), ..profile.clone() };
	let (info, tally) = Pass::survey(module, &wide, Tally::new(profile.limits));
	let Tally { most, others, complete, .. } = tally;
	let measured: Vec<_> = most.into_values().collect();
	let fits = complete && others.is_empty() && !measured.iter().any(Measured::exceeds);
	let refusal = if fits { None } else { check(module, profile).err() };
	Survey { refusal, others, info, measured, complete }
}

/// Limits within which the pass can count: none where counting takes no more than a number.
fn countable(limits: &ModuleLimits) -> ModuleLimits {
	/// How many times as large what takes memory to be counted may be as a profile has it.
	const TIMES: u32 = 16;
	ModuleLimits {
		module_bytes: u32::MAX,
		body_bytes: u32::MAX,
		locals: limits.locals.saturating_mul(TIMES),
		locals_by_control: u64::MAX,
		locals_by_control_per_module: u64::MAX,
		merges_per_function: u64::MAX,
		merges_per_module: u64::MAX,
		pieces: u32::MAX,
		loops: u32::MAX,
		carried: limits.carried.saturating_mul(TIMES),
		work: u64::MAX,
		params: u32::MAX,
		nesting: limits.nesting.saturating_mul(TIMES),
		branch_targets: u32::MAX,
		functions: u32::MAX,
		globals: u32::MAX,
		tables: u32::MAX,
		table_elements: u32::MAX,
		segments: u32::MAX,
		types: u32::MAX,
		exports: u32::MAX,
	}
}

impl Bound {
	/// What a profile with these limits allows.
	pub fn limit(self, limits: &ModuleLimits) -> u64 {
		match self {
			Self::ModuleBytes => limits.module_bytes.into(),
			Self::BodyBytes => limits.body_bytes.into(),
			Self::Locals => limits.locals.into(),
			Self::LocalsByControl => limits.locals_by_control,
			Self::ModuleLocalsByControl => limits.locals_by_control_per_module,
			Self::Params | Self::Results => limits.params.into(),
			Self::Nesting => limits.nesting.into(),
			Self::BranchTargets => limits.branch_targets.into(),
			Self::Functions => limits.functions.into(),
			Self::Globals => limits.globals.into(),
			Self::Tables => limits.tables.into(),
			Self::TableElements => limits.table_elements.into(),
			Self::DataSegments | Self::ElementSegments => limits.segments.into(),
			Self::Types => limits.types.into(),
			Self::Exports | Self::Imports => limits.exports.into(),
			Self::Merges => limits.merges_per_function,
			Self::ModuleMerges => limits.merges_per_module,
			Self::Pieces => limits.pieces.into(),
			Self::Loops => limits.loops.into(),
			Self::Carried => limits.carried.into(),
			Self::Work => limits.work,
		}
	}
}
