//! Finds as files: what was played, in which world, and what came of it.

use crate::{
	moves::{Move, call_of},
	play::{Find, Ground},
	scene::{Coalition, Setting},
	world::World,
};
use anyhow::{Context, Result, bail};
use assay_simulation::Fidelity;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fs, path::Path};

/// What a file says of where it is from.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Origin {
	/// Version of the runtime.
	pub version: u32,
	/// Commit, where the search was told.
	pub commit: String,
	/// Calls that it makes, with what they take.
	pub calls: BTreeMap<String, String>,
}

/// A find that can be played again.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Trace {
	/// Where it is from.
	pub origin: Origin,
	/// The world.
	pub world: String,
	/// Who plays.
	pub coalition: Coalition,
	/// What it does.
	pub moves: Vec<Move>,
	/// What came of it.
	pub find: Find,
	/// Calls that the search had made before.
	pub after: u64,
}

/// What is read first, since the rest of a file may mean nothing here.
#[derive(Deserialize)]
struct Head {
	origin: Origin,
}

impl Origin {
	/// Of moves that are made here.
	pub fn of<'a>(moves: impl IntoIterator<Item = &'a Move>) -> Self {
		let call = |one: &Move| match one {
			Move::Call { kind, .. } => {
				let call = call_of(*kind);
				Some((call.path(), call.takes()))
			},
			_ => None,
		};
		let commit = std::env::var("ASSAY_COMMIT").unwrap_or_else(|_| "unknown".into());
		let calls = moves.into_iter().filter_map(call).collect();
		Self { version: assay_runtime::VERSION.spec_version, commit, calls }
	}

	/// What is otherwise here, a line each.
	pub fn differences(&self) -> Vec<String> {
		let here: BTreeMap<_, _> =
			crate::generate::calls().iter().map(|call| (call.path(), call.takes())).collect();
		let differs = |(name, then): (&String, &String)| match here.get(name) {
			None => Some(format!("{name} is gone")),
			Some(now) if now != then => Some(format!("{name} took ({then}) and takes ({now})")),
			Some(_) => None,
		};
		self.calls.iter().filter_map(differs).collect()
	}

	/// Refuses what was made for other calls.
	pub fn check(&self, path: &Path) -> Result<()> {
		let differences = self.differences();
		if differences.is_empty() {
			return Ok(());
		}
		let (path, commit, version) = (path.display(), &self.commit, self.version);
		let here = assay_runtime::VERSION.spec_version;
		bail!(
			"{path} was made on commit {commit}, version {version}; this is version {here}, where\n  {}\ncheck \
			 out that commit to play it",
			differences.join("\n  ")
		)
	}
}

impl Trace {
	/// A find of this build.
	pub fn new(setting: &Setting, moves: Vec<Move>, find: Find, after: u64) -> Self {
		let (world, coalition) = (setting.scene.name.into(), setting.coalition);
		Self { origin: Origin::of(&moves), world, coalition, moves, find, after }
	}

	/// Writes it.
	pub fn write(&self, path: &Path) -> Result<()> {
		let text = serde_json::to_string_pretty(self)?;
		fs::write(path, text).with_context(|| format!("can't write {}", path.display()))
	}

	/// Reads one.
	///
	/// # Errors
	///
	/// Where it was made for other calls, in a world that is not known, or by more than a world has.
	pub fn read(path: &Path) -> Result<Self> {
		let text = fs::read(path).with_context(|| format!("can't read {}", path.display()))?;
		let not = || format!("{} is no trace", path.display());
		let head: Head = serde_json::from_slice(&text).with_context(not)?;
		head.origin.check(path)?;
		let trace: Self = serde_json::from_slice(&text).with_context(not)?;
		trace.setting().with_context(|| format!("{} can't be played", path.display()))?;
		Ok(trace)
	}

	/// Where it is played, and by whom.
	pub fn setting(&self) -> Result<Setting> {
		Setting::find(&self.world, self.coalition)
	}

	/// What is done, a line for each move; calls with what they are made of.
	pub fn describe(&self) -> Result<Vec<String>> {
		let mut world = World::start(&self.setting()?, Fidelity::Applied);
		let mut lines = Vec::new();
		for one in &self.moves {
			world.apply(one);
			lines.push(match (one, world.last_call()) {
				(Move::Call { .. }, Some((who, call))) => format!("{who}: {call:?}"),
				(Move::Call { .. }, None) => "a call that can't be made".into(),
				(other, _) => format!("{other:?}"),
			});
		}
		Ok(lines)
	}

	/// The world at a fidelity.
	pub fn ground(&self, fidelity: Fidelity) -> Result<Ground> {
		Ok(Ground::new(self.setting()?, fidelity))
	}
}
