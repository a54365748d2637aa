//! The search: sequences that lead somewhere new, or gain more, are kept and changed.

use crate::{
	generate::calls,
	moves::{Mix, Move, Odds, is_ours, mutated},
	play::{Find, Ground, Looks, Played},
	scene::Setting,
	tries::Tries,
};
use assay_simulation::Fidelity;
use rand_chacha::{
	ChaCha12Rng,
	rand_core::{RngCore, SeedableRng},
};
use serde::{Deserialize, Serialize};
use std::{
	collections::{BTreeMap, BTreeSet},
	thread,
};

/// Beginnings that are played between two looks at what came of them. What is found does not depend on how many
/// threads share them.
const ROUND: u64 = 8;
/// Sequences with the same beginning.
const RESTS: u32 = 4;

/// What a search is to do.
#[derive(Clone, Debug)]
pub struct Plan {
	/// Where all choices come from.
	pub seed: u64,
	/// Calls after which it ends.
	pub calls: u64,
	/// Threads.
	pub threads: usize,
	/// How calls get into blocks.
	pub fidelity: Fidelity,
	/// Worlds and coalitions that are tried in turn.
	pub settings: Vec<Setting>,
}

/// A sequence that is worth changing.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Entry {
	/// Number of the setting.
	pub setting: usize,
	/// What it gains.
	pub gain: i128,
	/// The sequence.
	pub moves: Vec<Move>,
}

/// A find, and what it took.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Found {
	/// Number of the setting.
	pub setting: usize,
	/// The find.
	pub find: Find,
	/// How it comes about.
	pub moves: Vec<Move>,
	/// Calls that were made before.
	pub calls: u64,
}

/// Where a search is. All of it is kept between two.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct Progress {
	/// Sequences that were played.
	pub played: u64,
	/// Beginnings that were.
	begun: u64,
	/// Calls that were applied.
	pub calls: u64,
	/// What was seen, of each setting.
	pub seen: BTreeSet<(usize, String)>,
	/// Sequences that are worth changing.
	pub corpus: Vec<Entry>,
	/// The best find of each kind and size of each setting.
	pub finds: Vec<Found>,
	/// Of each call how often it was made, and carried out.
	pub kinds: Vec<(u32, u32)>,
	looks: Vec<Vec<(String, u32, u32)>>,
}

/// A beginning, and how it goes on.
struct Item {
	number: u64,
	setting: usize,
	first: Vec<Move>,
	rests: Vec<Vec<Move>>,
}

impl Progress {
	fn note(&mut self, setting: usize, played: Played) {
		self.played += 1;
		self.calls += played.noted.calls;
		for (kind, Tries { made, done, unfit, .. }) in &played.noted.kinds {
			let at = usize::from(*kind);
			if self.kinds.len() <= at {
				self.kinds.resize(at + 1, (0, 0));
			}
			self.kinds[at].0 += made + unfit;
			self.kinds[at].1 += done;
		}
		let before = self.seen.len();
		self.seen.extend(played.noted.seen.into_iter().map(|name| (setting, name)));
		for find in played.finds {
			self.note_find(setting, find, &played.moves);
		}
		if self.looks.len() <= setting {
			self.looks.resize(setting + 1, Vec::new());
		}
		for (kind, size) in played.looked {
			let looks = &mut self.looks[setting];
			match looks.iter_mut().find(|(of, at, _)| *of == kind && *at == size) {
				Some((_, _, times)) => *times += 1,
				None => looks.push((kind, size, 1)),
			}
		}
		let same = self.corpus.iter().filter(|entry| entry.setting == setting);
		let best = same.map(|entry| entry.gain).max().unwrap_or(0);
		if self.seen.len() > before || played.gain > best {
			let (gain, moves) = (played.gain, played.moves);
			self.corpus.push(Entry { setting, gain, moves });
		}
	}

	fn note_find(&mut self, setting: usize, find: Find, moves: &[Move]) {
		let same = |found: &&mut Found| {
			found.setting == setting
				&& found.find.kind() == find.kind()
				&& found.find.size() == find.size()
		};
		let moves = moves.to_vec();
		match self.finds.iter_mut().find(same) {
			Some(found) if find.amount() > found.find.amount() => {
				(found.find, found.moves) = (find, moves);
			},
			Some(_) => {},
			None => self.finds.push(Found { setting, find, moves, calls: self.calls }),
		}
	}

	/// Sequences that nobody has played.
	fn next(&self, plan: &Plan, number: u64, odds: &Odds) -> Item {
		let mut rng = ChaCha12Rng::seed_from_u64(plan.seed);
		rng.set_stream(number);
		let setting = rng.next_u32() as usize % plan.settings.len();
		// What works in one world is worth a try in another.
		let any = rng.next_u32().is_multiple_of(6);
		let of: Vec<_> =
			self.corpus.iter().filter(|entry| any || entry.setting == setting).collect();
		if of.is_empty() || rng.next_u32().is_multiple_of(8) {
			let rests = (0..RESTS).map(|_| fresh(odds, &mut rng)).collect();
			return Item { number, setting, first: Vec::new(), rests };
		}
		let pick = |rng: &mut ChaCha12Rng| {
			let (at, other) =
				(rng.next_u32() as usize % of.len(), rng.next_u32() as usize % of.len());
			// Of two the one that gains more, or the newer one.
			let later = match rng.next_u32() % 3 {
				0 => of[other].gain > of[at].gain,
				1 => other > at,
				_ => false,
			};
			&of[if later { other } else { at }].moves
		};
		let moves = pick(&mut rng);
		let cut = rng.next_u32() as usize % (moves.len() + 1);
		let (first, rest) = moves.split_at(cut);
		let rests = (0..RESTS).map(|_| {
			let other = pick(&mut rng);
			mutated(rest, other, odds, &mut rng)
		});
		Item { number, setting, rests: rests.collect(), first: first.to_vec() }
	}

	/// Calls of ours that nobody has ever carried out, by name: what a search says nothing about.
	pub fn never_done(&self) -> Vec<String> {
		let done = |at: usize| self.kinds.get(at).is_some_and(|(_, done)| *done > 0);
		let all = calls().iter().enumerate();
		all.filter(|(at, call)| is_ours(call) && !done(*at)).map(|(_, call)| call.path()).collect()
	}

	fn looks(&self, settings: usize) -> Vec<Looks> {
		let of = |at: usize| self.looks.get(at).into_iter().flatten();
		let known = |at: usize| of(at).map(|(kind, size, times)| ((kind.clone(), *size), *times));
		(0..settings).map(|at| known(at).collect()).collect()
	}
}

/// Any moves; in most an honest client orders something first.
fn fresh(odds: &Odds, rng: &mut ChaCha12Rng) -> Vec<Move> {
	let order = Move::Order { kind: (rng.next_u32() % 12) as u8 };
	let length = 4 + rng.next_u32() % 24;
	let begin = (!rng.next_u32().is_multiple_of(3)).then_some(order);
	begin.into_iter().chain((0..length).map(|_| Move::any(&Mix::ANY, odds, rng))).collect()
}

/// Searches until so many calls were applied, or `go_on` says that it is enough.
pub fn search(
	plan: &Plan,
	mut progress: Progress,
	mut go_on: impl FnMut(&Progress) -> bool,
) -> Progress {
	let grounds: Vec<_> =
		plan.settings.iter().map(|setting| Ground::new(*setting, plan.fidelity)).collect();
	while progress.calls < plan.calls && go_on(&progress) {
		let odds = Odds::new(&progress.kinds);
		let looks = progress.looks(plan.settings.len());
		let first = progress.begun;
		let round: Vec<_> =
			(first..first + ROUND).map(|number| progress.next(plan, number, &odds)).collect();
		for (item, all) in round.iter().zip(play_round(&grounds, &looks, &round, plan.threads)) {
			for one in all {
				progress.note(item.setting, one);
			}
		}
		progress.begun += ROUND;
	}
	progress
}

/// Plays a round, and gives what came of it in its order.
fn play_round(
	grounds: &[Ground],
	looks: &[Looks],
	round: &[Item],
	threads: usize,
) -> Vec<Vec<Played>> {
	let threads = threads.max(1) as u64;
	let play = |item: &Item| {
		let played = grounds[item.setting].play_all(&item.first, &item.rests, &looks[item.setting]);
		(item.number, played)
	};
	let mut played: BTreeMap<u64, Vec<Played>> = thread::scope(|scope| {
		let part = |of: u64| {
			let mine = round.iter().filter(move |item| item.number % threads == of);
			scope.spawn(move || mine.map(play).collect::<Vec<_>>())
		};
		let running: Vec<_> = (0..threads).map(part).collect();
		let join = |one: thread::ScopedJoinHandle<_>| match one.join() {
			Ok(played) => played,
			Err(panic) => std::panic::resume_unwind(panic),
		};
		running.into_iter().flat_map(join).collect()
	});
	round.iter().filter_map(|item| played.remove(&item.number)).collect()
}
