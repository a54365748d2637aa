//! What the program's commands do.

use crate::{
	SearchArgs,
	play::{Find, Ground},
	record::Recording,
	scene::{SCENES, SETTINGS, Setting},
	search::{Plan, Progress, search as search_on},
	trace::{Origin, Trace},
};
use anyhow::{Context, Result, bail, ensure};
use assay_primitives::UNIT;
use assay_simulation::Fidelity;
use serde::{Deserialize, Serialize};
use std::{
	collections::BTreeMap,
	fs,
	path::{Path, PathBuf},
	time::{Duration, Instant},
};

/// File that a search goes on with.
const CORPUS: &str = "corpus.json";

/// A search that was ended.
#[derive(Deserialize, Serialize)]
struct Kept {
	origin: Origin,
	settings: Vec<String>,
	progress: Progress,
}

#[derive(Deserialize)]
struct Head {
	origin: Origin,
	settings: Vec<String>,
}

pub fn search(args: &SearchArgs) -> Result<()> {
	let settings = chosen(&args.world)?;
	fs::create_dir_all(&args.out).with_context(|| format!("can't make {}", args.out.display()))?;
	let corpus = args.out.join(CORPUS);
	let before = if corpus.exists() { resume(&corpus, &settings)? } else { Progress::default() };
	// An invariant that is broken is a find, and is told at the end.
	std::panic::set_hook(Box::new(|_| ()));
	let begun = Instant::now();
	let end = args.hours.map(|hours| Duration::from_secs_f64(hours * 3_600.0));
	let (mut told, calls_before) = (Duration::ZERO, before.calls);
	let plan = Plan {
		seed: args.seed,
		calls: args.calls,
		threads: args.threads,
		fidelity: Fidelity::Dispatched,
		settings,
	};
	let progress = search_on(&plan, before, |progress| {
		let passed = begun.elapsed();
		if passed >= told {
			eprintln!("{}", line(progress, progress.calls - calls_before, passed));
			told = passed + Duration::from_secs(10);
		}
		end.is_none_or(|end| passed < end)
	});
	println!("{}", line(&progress, progress.calls - calls_before, begun.elapsed()));
	println!("never carried out: {}", progress.never_done().join(", "));
	write(&progress, &plan.settings, args)?;
	let origin = Origin::of(progress.corpus.iter().flat_map(|entry| &entry.moves));
	let settings = plan.settings.iter().map(Setting::to_string).collect();
	let kept = Kept { origin, settings, progress };
	fs::write(&corpus, serde_json::to_vec(&kept)?)
		.with_context(|| format!("can't write {}", corpus.display()))
}

/// The settings of these worlds.
fn chosen(names: &[String]) -> Result<Vec<Setting>> {
	if let Some(name) = names.iter().find(|name| SCENES.iter().all(|scene| scene.name != **name)) {
		let known = SCENES.map(|scene| scene.name).join(", ");
		bail!("there is no world named {name}; there are {known}");
	}
	let is_chosen = |setting: &&Setting| {
		names.is_empty() || names.iter().any(|name| name == setting.scene.name)
	};
	Ok(SETTINGS.iter().filter(is_chosen).copied().collect())
}

fn resume(corpus: &Path, settings: &[Setting]) -> Result<Progress> {
	let text = fs::read(corpus).with_context(|| format!("can't read {}", corpus.display()))?;
	let not = || format!("{} is no corpus", corpus.display());
	let head: Head = serde_json::from_slice(&text).with_context(not)?;
	head.origin.check(corpus)?;
	let here: Vec<_> = settings.iter().map(Setting::to_string).collect();
	ensure!(
		head.settings == here,
		"{} is of {}, and this search is of {}; name another folder",
		corpus.display(),
		head.settings.join(", "),
		here.join(", ")
	);
	let kept: Kept = serde_json::from_slice(&text).with_context(not)?;
	Ok(kept.progress)
}

fn line(progress: &Progress, calls: u64, passed: Duration) -> String {
	let speed = calls as f64 / passed.as_secs_f64().max(0.001);
	format!(
		"{} sequences, {} calls ({speed:.0}/s), {} situations, corpus of {}, {} finds",
		progress.played,
		progress.calls,
		progress.seen.len(),
		progress.corpus.len(),
		progress.finds.len(),
	)
}

/// Shrinks what was found and writes it down.
fn write(progress: &Progress, settings: &[Setting], args: &SearchArgs) -> Result<()> {
	let mut written: BTreeMap<String, u32> = BTreeMap::new();
	for found in &progress.finds {
		let setting = settings[found.setting];
		let (mut find, mut moves) = (found.find.clone(), found.moves.clone());
		if !args.raw {
			let ground = Ground::new(setting, Fidelity::Dispatched);
			let fewer = ground.shrink(&moves, &find);
			let again = ground.play(&fewer).finds.into_iter().find(|it| it.covers(&find));
			if let Some(again) = again {
				(find, moves) = (again, fewer);
			}
		}
		let name = format!("{setting}-{}-{}", find.kind(), find.size());
		// What two have come down to may be of one size, and is not the same.
		let same = written.entry(name.clone()).or_default();
		*same += 1;
		let name = if *same > 1 { format!("{name}-{same}") } else { name };
		let path = args.out.join(format!("{name}.json"));
		println!("{}: {find}; {} moves, after {} calls", path.display(), moves.len(), found.calls);
		Trace::new(&setting, moves, find, found.calls).write(&path)?;
	}
	Ok(())
}

pub fn replay(file: &Path, draws: u32) -> Result<()> {
	ensure!(draws >= 2, "an interval takes two draws at least");
	let trace = Trace::read(file)?;
	for line in trace.describe()? {
		println!("{line}");
	}
	println!("found after {} calls: {}", trace.after, trace.find);
	let ground = trace.ground(Fidelity::Applied)?;
	let now = ground.play(&trace.moves).finds;
	if now.is_empty() {
		println!("nothing comes of it now");
	}
	for find in now {
		println!("now, with fees: {find}");
	}
	if let Find::Gain { .. } = trace.find {
		let estimate = ground.estimate(&trace.moves, draws);
		let tokens = |amount: f64| amount / UNIT as f64;
		println!(
			"{draws} draws give {:.4} ± {:.4} tokens",
			tokens(estimate.mean),
			2.0 * tokens(estimate.error)
		);
		let needed = estimate.needed();
		ensure!(
			needed <= draws,
			"{draws} draws are too few to tell that from nothing; it takes {needed}: --draws {needed}"
		);
	}
	Ok(())
}

pub fn export(file: &Path, out: &Path) -> Result<()> {
	let trace = Trace::read(file)?;
	let recording = Recording::of(&trace.setting()?, &trace.moves, trace.find);
	recording.write(out)?;
	recording.check().context("what was written down can't be repeated")?;
	println!("{}: {} blocks", out.display(), recording.blocks.len());
	Ok(())
}

pub fn check(file: &Path) -> Result<()> {
	let recording = Recording::read(file)?;
	recording.check()?;
	println!("{}: {}; balances are the same", file.display(), recording.find);
	Ok(())
}

pub fn compare(folder: &Path) -> Result<()> {
	std::panic::set_hook(Box::new(|_| ()));
	let mut traces: Vec<(PathBuf, Trace)> = Vec::new();
	for entry in fs::read_dir(folder).with_context(|| format!("can't read {}", folder.display()))? {
		let path = entry?.path();
		let is_trace = path.extension().is_some_and(|it| it == "json")
			&& path.file_name().is_some_and(|name| name != CORPUS);
		if is_trace {
			let trace = Trace::read(&path)?;
			traces.push((path, trace));
		}
	}
	traces.sort_by_key(|(_, trace)| trace.after);
	for (path, trace) in traces {
		let ground = trace.ground(Fidelity::Dispatched)?;
		let here = ground.play(&trace.moves).finds;
		if !here.iter().any(|find| find.equals(&trace.find)) {
			println!("{}\t{}\t{}", trace.after, trace.find, path.display());
		}
	}
	Ok(())
}
