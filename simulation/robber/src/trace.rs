//! Finds as files: what was played, in which world, and what came of it.

use crate::{
	moves::Move,
	play::{Find, play},
	world::{Coalition, World},
};
use anyhow::{Context, Result, ensure};
use assay_simulation::Fidelity;
use serde::{Deserialize, Serialize};
use std::{fs, path::Path};

/// Most members of a coalition.
const LARGEST: usize = 12;

/// A find that can be played again.
#[derive(Debug, Deserialize, Serialize)]
pub struct Trace {
	/// Version of the runtime that it was found on.
	pub spec_version: u32,
	/// Hash of the runtime's description of its calls: moves name calls by position.
	pub calls: String,
	/// Who plays.
	pub coalition: Coalition,
	/// What it does.
	pub moves: Vec<Move>,
	/// What came of it.
	pub find: Find,
}

/// What tells one set of calls from another.
pub fn calls_hash() -> String {
	let names: Vec<_> =
		crate::generate::calls().iter().map(|call| (&call.pallet, &call.name)).collect();
	let text = format!("{names:?}");
	hex::encode(&assay_primitives::hashing::blake2(text.as_bytes()).0[..8])
}

impl Trace {
	/// A find of this build.
	pub fn new(coalition: Coalition, moves: Vec<Move>, find: Find) -> Self {
		let spec_version = assay_runtime::VERSION.spec_version;
		Self { spec_version, calls: calls_hash(), coalition, moves, find }
	}

	/// Writes it.
	pub fn write(&self, path: &Path) -> Result<()> {
		let text = serde_json::to_string_pretty(self)?;
		fs::write(path, text).with_context(|| format!("can't write {}", path.display()))
	}

	/// Reads one.
	pub fn read(path: &Path) -> Result<Self> {
		let text = fs::read(path).with_context(|| format!("can't read {}", path.display()))?;
		let trace: Self = serde_json::from_slice(&text)
			.with_context(|| format!("{} is not a trace", path.display()))?;
		let (here, there) = (calls_hash(), &trace.calls);
		ensure!(
			here == *there,
			"the trace was made for other calls ({there}, version {}) than this runtime has ({here}, version \
			 {}); check out the commit that it was found on",
			trace.spec_version,
			assay_runtime::VERSION.spec_version,
		);
		let most = LARGEST;
		ensure!(
			trace.coalition.size() <= most,
			"the coalition has {} members, and a world has room for {most}",
			trace.coalition.size()
		);
		Ok(trace)
	}

	/// What is done, a line for each move; calls with what they are made of.
	pub fn describe(&self) -> Vec<String> {
		let mut world = World::start(self.coalition, Fidelity::Applied);
		let mut lines = Vec::new();
		for one in &self.moves {
			world.apply(one);
			lines.push(match (one, world.last_call()) {
				(Move::Call { .. }, Some((who, call))) => format!("{who}: {call:?}"),
				(Move::Call { .. }, None) => "a call that can't be made".into(),
				(other, _) => format!("{other:?}"),
			});
		}
		lines
	}

	/// Plays it again with fees, and gives what comes of it.
	pub fn replay(&self) -> Vec<Find> {
		let world = World::start(self.coalition, Fidelity::Applied);
		play(&world, &self.moves).finds
	}
}
