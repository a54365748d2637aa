//! Finds as lists of calls and balances: what a test repeats without knowing what a robber is.

use crate::{
	log::Block,
	moves::Move,
	play::Find,
	scene::{Coalition, Setting},
	world::World,
};
use anyhow::{Context, Result, ensure};
use assay_primitives::AccountId;
use assay_simulation::{Fidelity, Pair, account};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fs, path::Path};

/// What an account had, and has.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Owned {
	/// Whose.
	pub who: String,
	/// What it is.
	pub role: String,
	/// At the beginning.
	pub before: String,
	/// At the end.
	pub after: String,
}

/// A find as a list of calls and balances.
#[derive(Debug, Deserialize, Serialize)]
pub struct Recording {
	/// What was found.
	pub find: Find,
	/// The world.
	pub world: String,
	/// Who played.
	pub coalition: Coalition,
	/// Balances of all who have more or less than before.
	pub balances: Vec<Owned>,
	/// All blocks.
	pub blocks: Vec<Block>,
}

impl Recording {
	/// Plays moves, with fees, and writes down what was sent and what came of it.
	pub fn of(setting: &Setting, moves: &[Move], find: Find) -> Self {
		let mut world = World::start(setting, Fidelity::Applied);
		world.log = Some(Vec::new());
		for one in moves {
			world.apply(one);
		}
		world.block();
		world.finish();
		let blocks = world.log.take().unwrap_or_default();
		let balances = owned(&mut world);
		let (name, coalition) = (setting.scene.name.into(), setting.coalition);
		Self { find, world: name, coalition, balances, blocks }
	}

	/// Reads one.
	pub fn read(path: &Path) -> Result<Self> {
		let text = fs::read(path).with_context(|| format!("can't read {}", path.display()))?;
		let not = || format!("{} is no recording", path.display());
		serde_json::from_slice(&text).with_context(not)
	}

	/// Writes it.
	pub fn write(&self, path: &Path) -> Result<()> {
		let text = serde_json::to_string_pretty(self)?;
		fs::write(path, text).with_context(|| format!("can't write {}", path.display()))
	}

	/// Sends the same calls in the same slots.
	///
	/// # Errors
	///
	/// Where somebody ends with another balance, or a call can't be read.
	pub fn check(&self) -> Result<()> {
		let setting = Setting::find(&self.world, self.coalition)?;
		let mut world = World::start(&setting, Fidelity::Applied);
		let cast = world.cast.clone();
		let pairs = cast.members.iter().chain(&cast.others);
		let keys: BTreeMap<String, Pair> =
			pairs.map(|pair| (account(pair).to_string(), pair.clone())).collect();
		for block in &self.blocks {
			let calls: Vec<_> =
				block.calls.iter().map(|sent| sent.read(&keys)).collect::<Result<_>>()?;
			world.repeat(block.slot, block.audits, &calls);
		}
		let now = owned(&mut world);
		for (one, other) in self.balances.iter().zip(&now) {
			ensure!(one == other, "{} has {} now, and had {}", other.who, other.after, one.after);
		}
		let (then, now) = (self.balances.len(), now.len());
		ensure!(then == now, "{now} accounts have more or less than before, and not {then}");
		Ok(())
	}
}

fn owned(world: &mut World) -> Vec<Owned> {
	let cast = world.cast.clone();
	let worths = world.worths();
	let one = |who: &AccountId| {
		let (before, after) = (cast.had(who), worths[who]);
		let role = world.role(who).to_string();
		let who = who.to_string();
		let owned = || Owned { who, role, before: before.to_string(), after: after.to_string() };
		(before != after).then(owned)
	};
	cast.accounts.iter().filter_map(one).collect()
}
