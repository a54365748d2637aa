//! Random sequences of a kind, and what they break.

use super::Kind;
use crate::{
	moves::{Move, Odds},
	play::{Find, words_of},
	scene::Setting,
	tries::Tries,
	world::{Noted, World},
};
use assay_simulation::Fidelity;
use rand_chacha::{
	ChaCha12Rng,
	rand_core::{RngCore, SeedableRng},
};
use std::{
	collections::{BTreeMap, BTreeSet},
	panic::{AssertUnwindSafe, catch_unwind},
};

/// Moves after which a sequence ends, however few calls came of them.
const MOST_MOVES: usize = 1_000;
/// Moves between two looks at what must hold at each block.
const LOOK: usize = 16;

/// The worlds of a kind at their beginning.
pub struct Stage {
	/// The kind.
	pub kind: &'static Kind,
	odds: Odds,
	worlds: Vec<(Setting, World)>,
}

/// What came of a sequence.
pub struct Course {
	/// Calls that were applied before the coalition was done.
	pub calls: u64,
	/// What was seen.
	pub seen: BTreeSet<String>,
	/// Calls of the coalition, by kind.
	pub kinds: BTreeMap<u16, Tries>,
	/// What did not hold.
	pub breach: Option<Breach>,
}

/// What did not hold, and after which moves.
pub struct Breach {
	/// Where.
	pub setting: Setting,
	/// What was done.
	pub moves: Vec<Move>,
	/// What came of it.
	pub find: Find,
}

impl Stage {
	/// Builds the worlds of a kind.
	pub fn new(kind: &'static Kind) -> Self {
		let start = |setting: &Setting| (*setting, World::start(setting, Fidelity::Dispatched));
		let worlds = kind.settings.iter().map(start).collect();
		Self { kind, odds: Odds::mostly(kind.calls), worlds }
	}

	/// Plays the sequence with this number, of at least so many calls, and then until everything has ended.
	pub fn play(&self, seed: u64, number: u64, least: u64) -> Course {
		let (setting, start) = &self.worlds[number as usize % self.worlds.len()];
		let mut rng = ChaCha12Rng::seed_from_u64(seed);
		rng.set_stream(number);
		let (mut world, mut moves) = (start.fork(), Vec::new());
		let run = AssertUnwindSafe(|| {
			let early = self.act(&mut world, &mut rng, &mut moves, least);
			let calls = world.noted.calls;
			(calls, early.or_else(|| self.conclude(&mut world, setting)))
		});
		let (calls, find) = match catch_unwind(run) {
			Ok(result) => result,
			Err(panic) => {
				(world.noted.calls, Some(Find::Broken { what: words_of(panic.as_ref()) }))
			},
		};
		let breach = find.map(|find| Breach { setting: *setting, moves, find });
		let Noted { seen, kinds, .. } = std::mem::take(&mut world.noted);
		Course { calls, seen, kinds, breach }
	}

	/// Plays moves of before again.
	pub fn replay(&self, setting: &Setting, moves: &[Move]) -> Option<Find> {
		let of = |it: &&(Setting, World)| it.0.to_string() == setting.to_string();
		let mut world = self.worlds.iter().find(of)?.1.fork();
		let run = AssertUnwindSafe(|| {
			let early = moves.iter().enumerate().find_map(|(at, one)| {
				world.apply(one);
				self.look(&mut world, at)
			});
			early.or_else(|| self.conclude(&mut world, setting))
		});
		catch_unwind(run)
			.unwrap_or_else(|panic| Some(Find::Broken { what: words_of(panic.as_ref()) }))
	}

	/// What the coalition does. Where members agree on anything, they mostly do so before all else.
	fn act(
		&self,
		world: &mut World,
		rng: &mut ChaCha12Rng,
		moves: &mut Vec<Move>,
		least: u64,
	) -> Option<Find> {
		if !rng.next_u32().is_multiple_of(4) {
			let first = Move::agreement(rng);
			world.apply(&first);
			moves.push(first);
		}
		while world.noted.calls < least && moves.len() < MOST_MOVES {
			let one = Move::any(&self.kind.mix, &self.odds, rng);
			moves.push(one.clone());
			world.apply(&one);
			let early = self.look(world, moves.len() - 1);
			if early.is_some() {
				return early;
			}
		}
		None
	}

	fn look(&self, world: &mut World, at: usize) -> Option<Find> {
		let due = at % LOOK == LOOK - 1;
		due.then(|| self.kind.promises.iter().find_map(|it| it.broken_now(world)))?
	}

	fn conclude(&self, world: &mut World, setting: &Setting) -> Option<Find> {
		world.block();
		if let Some(what) = world.finish() {
			return Some(Find::Stuck { what });
		}
		self.kind.promises.iter().find_map(|it| it.broken_at_end(world, setting))
	}
}
