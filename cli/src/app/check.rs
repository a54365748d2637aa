//! `assay app check`.

use super::{
	anatomy::Anatomy,
	file::{self, Content},
	judges::{Docket, Judges},
	refused::Refused,
};
use crate::{
	args::CheckArgs,
	context::Context,
	failure::Failure,
	output,
	program::{PAGES_PER_MIB, TooLittle, memory_text, profiles},
};
use assay_client::{
	case::court_limits_of_this_build,
	job::{JobOptions, MaxPrice},
};
use assay_primitives::{content::ContentRef, profile::Profile};
use assay_runner::{Bound, Compiling, Measured, Reason, Refusal, Survey};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Most bytes of a file that is read: far more than a profile allows, so that all else that stands in
/// the way of a large program can be told.
const READ_BYTES: u64 = 256 << 20;
/// What a unit of work takes, roughly, of a program that no profile admits.
const WORK_NANOS: f64 = 250.0;

/// A profile, and what a program is under it.
struct ProfileFit {
	profile: Profile,
	survey: Survey,
	/// All that keeps it from fitting.
	refused: Vec<Refused>,
}

/// What is known of one file.
struct Report {
	path: PathBuf,
	bytes: u64,
	anatomy: Anatomy,
	/// Of each profile.
	fits: Vec<ProfileFit>,
	/// Who can judge jobs of it, under the first profile that it fits.
	judges: Option<Judges>,
	/// Why jobs of it with the limits that were named don't begin, likewise.
	short: Option<TooLittle>,
}

/// Checks each file; fails if one fits no profile.
pub fn run(args: &CheckArgs, context: &Context) -> Result<(), Failure> {
	let profiles = profiles(args.profile.as_ref());
	let reports: Vec<_> =
		args.modules.iter().map(|path| (path, Report::of(path, &profiles, args))).collect();
	if context.global.output.is_json() {
		let all: Vec<_> = reports.iter().map(|(path, report)| describe(path, report)).collect();
		output::json(context.global.output, &all);
	} else {
		for (at, (path, report)) in reports.iter().enumerate() {
			if at > 0 {
				output::line("");
			}
			print(path, report);
		}
	}
	conclude(reports)
}

/// A file that can't be read is a mistake in what was asked for, one that does not fit an answer.
fn conclude(reports: Vec<(&PathBuf, Result<Report, Failure>)>) -> Result<(), Failure> {
	let all = reports.len();
	let (mut unfit, mut short) = (0, None);
	for (_, report) in reports {
		let report = report?;
		unfit += usize::from(!report.fits());
		short = short.or(report.short);
	}
	if let (0, Some(TooLittle { why, todo })) = (unfit, short) {
		return Err(Failure::new(format!("the program can't begin: {why}")).hint(todo));
	}
	match (unfit, all) {
		(0, _) => Ok(()),
		(_, 1) => Err(Failure::new("the program fits no profile that was asked for")),
		_ => Err(Failure::new(format!("{unfit} of {all} programs fit no profile"))),
	}
}

impl Report {
	fn of(path: &Path, profiles: &[Profile], args: &CheckArgs) -> Result<Self, Failure> {
		let (module, bytes) = match file::read(path, READ_BYTES)? {
			Content::Whole(module) => {
				let bytes = module.len() as u64;
				(Some(module), bytes)
			},
			Content::Longer(bytes) => (None, bytes),
		};
		let anatomy = module.as_deref().map(Anatomy::of).unwrap_or_default();
		let fits: Vec<_> = profiles
			.iter()
			.map(|profile| match &module {
				Some(module) => ProfileFit::of(module, &anatomy, profile),
				None => ProfileFit::too_long(bytes, profile),
			})
			.collect();
		let first = fits.iter().find(|fit| fit.refused.is_empty()).zip(module.as_deref());
		let judges = first.map(|(fit, module)| fit.judges(module, args.gas)).transpose()?;
		let short = first.map(|(fit, module)| fit.short(module, args)).transpose()?.flatten();
		Ok(Self { path: path.into(), bytes, anatomy, fits, judges, short })
	}

	fn fits(&self) -> bool {
		self.fits.iter().any(|fit| fit.refused.is_empty())
	}

	/// The first profile that it fits, or else the first one.
	fn shown(&self) -> Option<&ProfileFit> {
		self.fits.iter().find(|fit| fit.refused.is_empty()).or(self.fits.first())
	}

	/// Profiles that say the same, with it.
	fn verdicts(&self) -> Vec<(Vec<u32>, &[Refused])> {
		let mut verdicts: Vec<(Vec<u32>, &[Refused])> = Vec::new();
		for fit in &self.fits {
			match verdicts.iter_mut().find(|(_, refused)| **refused == fit.refused) {
				Some((numbers, _)) => numbers.push(fit.profile.number),
				None => verdicts.push((vec![fit.profile.number], &fit.refused)),
			}
		}
		verdicts
	}
}

impl ProfileFit {
	fn of(module: &[u8], anatomy: &Anatomy, profile: &Profile) -> Self {
		let survey = assay_runner::survey(module, profile);
		let mut refused = Vec::new();
		let mut tell = |refusal, above| {
			refused.push(Refused::with(module, anatomy, profile, refusal).of_many(above));
		};
		for refusal in &survey.others {
			tell(refusal.clone(), 1);
		}
		for Measured { bound, found, limit, offset, above } in
			survey.measured.iter().copied().filter(Measured::exceeds)
		{
			tell(Refusal { offset, reason: Reason::Limit { bound, found, limit } }, above);
		}
		// Where the survey did not come as far as the check.
		if let Some(refusal) = survey.refusal.clone().filter(|_| refused.is_empty()) {
			refused.push(Refused::with(module, anatomy, profile, refusal));
		}
		Self { profile: profile.clone(), survey, refused }
	}

	/// Of a file that is not read: what is known from its length alone.
	fn too_long(bytes: u64, profile: &Profile) -> Self {
		let limit = profile.limits.module_bytes.into();
		let bound = Bound::ModuleBytes;
		let refusal = Refusal { offset: 0, reason: Reason::Limit { bound, found: bytes, limit } };
		// The first bytes of a module, so that it is not taken for something else: nobody has looked.
		let refused = Refused::new(b"\0asm\x01\0\0\0", profile, refusal.clone());
		let survey = Survey {
			refusal: Some(refusal),
			others: Vec::new(),
			info: Default::default(),
			measured: Vec::new(),
			complete: false,
		};
		Self { profile: profile.clone(), survey, refused: vec![refused] }
	}

	fn judges(&self, module: &[u8], gas: Option<u64>) -> Result<Judges, Failure> {
		let docket = Docket { module, info: &self.survey.info, profile: &self.profile, gas };
		Ok(docket.judges(court_limits_of_this_build()?))
	}

	/// Of a task with the limits that were named.
	fn short(&self, module: &[u8], args: &CheckArgs) -> Result<Option<TooLittle>, Failure> {
		let mut options = JobOptions::new(ContentRef::of(module), MaxPrice::PerReplica(0));
		options.profile = self.profile.id();
		options.limits.gas = args.gas.unwrap_or(u64::MAX);
		let memory = args.memory.map(|mib| mib.saturating_mul(PAGES_PER_MIB));
		options.limits.memory_pages = memory.unwrap_or(u32::MAX);
		Ok(TooLittle::of(&self.profile, &self.survey.info, &options.task()?, None))
	}

	/// Units of work, seconds that they take, and whether they are spent on faster code.
	fn compiling(&self) -> Option<(u64, f64, bool)> {
		let work = self.survey.measured.iter().find(|it| it.bound == Bound::Work)?.found;
		Some(match self.refused.is_empty() {
			true => {
				let Compiling { time, optimised } = Compiling::of(&self.survey.info);
				(work, time.as_secs_f64(), optimised)
			},
			false => (work, work as f64 * WORK_NANOS / 1e9, false),
		})
	}
}

fn describe(path: &Path, report: &Result<Report, Failure>) -> Value {
	let report = match report {
		Ok(report) => report,
		Err(failure) => {
			return json!({ "file": path, "fits": false, "error": failure.message() });
		},
	};
	let profiles: Vec<_> = report
		.fits
		.iter()
		.map(|fit| {
			json!({
				"profile": fit.profile.number,
				"id": fit.profile.id(),
				"fits": fit.refused.is_empty(),
				"refusal": fit.refused.first().map(Refused::json),
				"refusals": fit.refused.iter().map(Refused::json).collect::<Vec<_>>(),
			})
		})
		.collect();
	let shown = report.shown();
	let limits: Vec<_> = shown.iter().flat_map(|fit| &fit.survey.measured).map(row_json).collect();
	let compiling = shown.and_then(ProfileFit::compiling);
	let info = shown.filter(|fit| fit.refused.is_empty()).map(|fit| &fit.survey.info);
	json!({
		"file": report.path,
		"fits": report.fits(),
		"bytes": report.bytes,
		"profiles": profiles,
		"imports": report.anatomy.imports,
		"memory": report.anatomy.memory.map(|(initial, maximum)| json!({
			"initialPages": initial, "maximumPages": maximum,
		})),
		"startupGas": info.map(|info| info.startup_gas),
		"limits": limits,
		"limitsComplete": shown.is_some_and(|fit| fit.survey.complete),
		"compiling": compiling.map(|(work, seconds, optimised)| json!({
			"work": work, "seconds": seconds, "optimised": optimised,
		})),
		"judges": report.judges.as_ref().map(Judges::json),
		"tooLittle": report.short.as_ref().map(|short| json!({ "why": short.why, "todo": short.todo })),
	})
}

fn row_json(row: &Measured) -> Value {
	json!({
		"name": row.bound.name(),
		"found": row.found,
		"limit": row.limit,
		"exceeded": row.exceeds(),
	})
}

fn print(path: &Path, report: &Result<Report, Failure>) {
	let name = path.display();
	let report = match report {
		Ok(report) => report,
		Err(failure) => return output::line(&format!("{name}: {}", failure.message())),
	};
	for (numbers, refused) in report.verdicts() {
		print_verdict(&name.to_string(), &numbers, refused);
	}
	let Some(fit) = report.shown().filter(|_| report.anatomy.functions > 0) else { return };
	output::line("");
	print_limits(fit);
	output::line("");
	print_facts(report, fit);
	if report.fits() {
		output::line(&format!("\nnext:\n  assay app run {name} < INPUT"));
		output::line(&format!("  assay app estimate {name} --input INPUT"));
	}
}

fn print_verdict(name: &str, numbers: &[u32], refused: &[Refused]) {
	let listed: Vec<_> = numbers.iter().map(u32::to_string).collect();
	let profiles = match listed.as_slice() {
		[one] => format!("profile {one}"),
		many => format!("profiles {}", many.join(" and ")),
	};
	if refused.is_empty() {
		return output::line(&format!("{name}: fits {profiles}"));
	}
	output::line(&format!("{name}: does not fit {profiles}"));
	for (at, refused) in refused.iter().enumerate() {
		if at > 0 {
			output::line("");
		}
		output::line(&format!("  why    {}", refused.reason));
		output::line(&format!("  where  {}", refused.place()));
		output::line(&format!("  do     {}", refused.todo));
	}
}

fn print_limits(fit: &ProfileFit) {
	output::table(
		&["what", "has", "limit", "used"],
		fit.survey.measured.iter().map(|row| {
			let used = match row.exceeds() {
				true => format!("{} too much", percent(row.found, row.limit)),
				false => percent(row.found, row.limit),
			};
			vec![row.bound.name().into(), row.found.to_string(), row.limit.to_string(), used]
		}),
	);
	if !fit.survey.complete {
		output::line("It could not be read to its end: it may have more of each.");
	}
}

fn print_facts(report: &Report, fit: &ProfileFit) {
	if let Some((initial, maximum)) = report.anatomy.memory {
		let most = maximum
			.map_or("no bound of its own".into(), |most| format!("{} at most", memory_text(most)));
		output::line(&format!("memory   {} at the start, {most}", memory_text(initial)));
	}
	if fit.refused.is_empty() {
		let gas = fit.survey.info.startup_gas;
		output::line(&format!("start    {gas} gas before its first operator"));
	}
	if let Some((work, seconds, optimised)) = fit.compiling() {
		let how = match optimised || !fit.refused.is_empty() {
			true => "",
			false => "; too much to be optimised, so that it runs two to three times as long",
		};
		output::line(&format!(
			"compile  {work} units of work, about {seconds:.2} s of one core, once per provider{how}"
		));
	}
	for (at, line) in report.judges.iter().flat_map(Judges::lines).enumerate() {
		output::line(&format!("{}  {line}", if at == 0 { "judges " } else { "       " }));
	}
	if !report.anatomy.imports.is_empty() {
		let names: Vec<_> = report.anatomy.imports.iter().map(|import| short(import)).collect();
		output::line(&format!("imports  {}", names.join(" ")));
	}
}

/// Everybody imports from the same module.
fn short(import: &str) -> &str {
	import.strip_prefix("wasi_snapshot_preview1.").unwrap_or(import)
}

fn percent(found: u64, limit: u64) -> String {
	match (u128::from(found) * 100).checked_div(limit.into()) {
		Some(0) if found > 0 => "<1%".into(),
		Some(percent) => format!("{percent}%"),
		None => "-".into(),
	}
}
