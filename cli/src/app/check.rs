//! `assay app check`.

use super::{
	anatomy::Anatomy,
	file::{self, Content},
	refused::Refused,
};
use crate::{args::CheckArgs, context::Context, failure::Failure, output, program::profiles};
use assay_primitives::profile::Profile;
use assay_runner::{Bound, Effort, ModuleInfo, Reason, Refusal};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A profile, and whether a program fits it.
type ProfileFit = (Profile, Result<(ModuleInfo, Effort), Refused>);

/// What is known of one file.
struct Report {
	path: PathBuf,
	bytes: u64,
	anatomy: Anatomy,
	/// Of each profile.
	results: Vec<ProfileFit>,
}

/// Checks each file; fails if one fits no profile.
pub fn run(args: &CheckArgs, context: &Context) -> Result<(), Failure> {
	let profiles = profiles(args.profile.as_ref());
	let reports: Vec<_> =
		args.modules.iter().map(|path| (path, Report::of(path, &profiles))).collect();
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
	let mut unfit = 0;
	for (_, report) in reports {
		unfit += usize::from(!report?.fits());
	}
	match (unfit, all) {
		(0, _) => Ok(()),
		(_, 1) => Err(Failure::new("the program fits no profile that was asked for")),
		_ => Err(Failure::new(format!("{unfit} of {all} programs fit no profile"))),
	}
}

impl Report {
	fn of(path: &Path, profiles: &[Profile]) -> Result<Self, Failure> {
		let most = profiles.iter().map(|profile| profile.limits.module_bytes).max().unwrap_or(0);
		let (module, bytes) = match file::read(path, most.into())? {
			Content::Whole(module) => {
				let bytes = module.len() as u64;
				(Some(module), bytes)
			},
			Content::Longer(bytes) => (None, bytes),
		};
		let results = profiles.iter().map(|profile| {
			let result = match &module {
				Some(module) => assay_runner::measure(module, profile)
					.map_err(|refusal| Refused::new(module, profile, refusal)),
				None => Err(too_long(bytes, profile)),
			};
			(profile.clone(), result)
		});
		Ok(Self {
			path: path.into(),
			bytes,
			results: results.collect(),
			anatomy: module.as_deref().map(Anatomy::of).unwrap_or_default(),
		})
	}

	fn fits(&self) -> bool {
		self.results.iter().any(|(_, result)| result.is_ok())
	}

	/// The first profile that it fits, or else the first one.
	fn profile(&self) -> Option<&ProfileFit> {
		self.results.iter().find(|(_, result)| result.is_ok()).or(self.results.first())
	}

	/// What there is of what is bounded: name, found, limit.
	fn headroom(&self) -> Vec<(&'static str, u64, u64)> {
		let Some((profile, result)) = self.profile() else { return Vec::new() };
		let limits = &profile.limits;
		let mut rows = self.anatomy.against(limits, self.bytes);
		if let Ok((_, effort)) = result {
			rows.extend([
				(
					"locals by control, one function",
					effort.locals_by_control,
					limits.locals_by_control,
				),
				("merges, one function", effort.merges, limits.merges_per_function),
				("merges, all functions", effort.module_merges, limits.merges_per_module),
				("loops, one function", effort.loops.into(), limits.loops.into()),
				("work of compiling", effort.work, limits.work),
			]);
		}
		rows
	}
}

/// The one refusal that needs no look into the file.
fn too_long(bytes: u64, profile: &Profile) -> Refused {
	let limit = profile.limits.module_bytes.into();
	let reason = Reason::Limit { bound: Bound::ModuleBytes, found: bytes, limit };
	// The first bytes of a module, so that it is not taken for something else: nobody has looked.
	Refused::new(b"\0asm\x01\0\0\0", profile, Refusal { offset: 0, reason })
}

fn describe(path: &Path, report: &Result<Report, Failure>) -> Value {
	let report = match report {
		Ok(report) => report,
		Err(failure) => {
			return json!({ "file": path, "fits": false, "error": failure.message() });
		},
	};
	let profiles: Vec<_> = report
		.results
		.iter()
		.map(|(profile, result)| {
			json!({
				"profile": profile.number,
				"id": profile.id(),
				"fits": result.is_ok(),
				"refusal": result.as_ref().err().map(Refused::json),
			})
		})
		.collect();
	let limits: Vec<_> = report
		.headroom()
		.into_iter()
		.map(|(name, found, limit)| json!({ "name": name, "found": found, "limit": limit }))
		.collect();
	let info = report.profile().and_then(|(_, result)| result.as_ref().ok());
	json!({
		"file": report.path,
		"fits": report.fits(),
		"bytes": report.bytes,
		"profiles": profiles,
		"imports": report.anatomy.imports,
		"memory": report.anatomy.memory.map(|(initial, maximum)| json!({
			"initialPages": initial, "maximumPages": maximum,
		})),
		"startupGas": info.map(|(info, _)| info.startup_gas),
		"limits": limits,
	})
}

fn print(path: &Path, report: &Result<Report, Failure>) {
	let name = path.display();
	let report = match report {
		Ok(report) => report,
		Err(failure) => return output::line(&format!("{name}: {}", failure.message())),
	};
	for (profile, result) in &report.results {
		match result {
			Ok(_) => output::line(&format!("{name}: fits profile {}", profile.number)),
			Err(refused) => {
				output::line(&format!("{name}: does not fit profile {}", profile.number));
				output::line(&format!("  why    {}", refused.reason));
				output::line(&format!("  where  {}", refused.place()));
				output::line(&format!("  do     {}", refused.todo));
			},
		}
	}
	if report.anatomy.functions == 0 {
		return;
	}
	output::line("");
	output::table(
		&["what", "has", "limit", "used"],
		report.headroom().into_iter().map(|(name, found, limit)| {
			vec![name.into(), found.to_string(), limit.to_string(), percent(found, limit)]
		}),
	);
	output::line("");
	if let Some((initial, maximum)) = report.anatomy.memory {
		let most =
			maximum.map_or("no bound of its own".into(), |most| format!("{} at most", mib(most)));
		output::line(&format!("memory   {} at the start, {most}", mib(initial)));
	}
	if let Some((_, Ok((info, _)))) = report.profile() {
		output::line(&format!("start    {} gas before its first operator", info.startup_gas));
	}
	if !report.anatomy.imports.is_empty() {
		let names: Vec<_> = report.anatomy.imports.iter().map(|import| short(import)).collect();
		output::line(&format!("imports  {}", names.join(" ")));
	}
	if report.fits() {
		output::line(&format!("\nnext:\n  assay app run {name} < INPUT"));
		output::line(&format!("  assay app estimate {name} --input INPUT"));
	}
}

/// Everybody imports from the same module.
fn short(import: &str) -> &str {
	import.strip_prefix("wasi_snapshot_preview1.").unwrap_or(import)
}

/// Pages in MiB, to the sixteenth that a page is.
pub fn mib(pages: u64) -> String {
	format!("{} MiB ({pages} pages)", pages as f64 / 16.0)
}

fn percent(found: u64, limit: u64) -> String {
	match (u128::from(found) * 100).checked_div(limit.into()) {
		Some(0) if found > 0 => "<1%".into(),
		Some(percent) => format!("{percent}%"),
		None => "-".into(),
	}
}
