//! The search: sequences that lead somewhere new, or gain more, are kept and changed.

use crate::{
	moves::{Move, mutated},
	play::{Find, Played, play},
	world::{Coalition, World},
};
use assay_simulation::Fidelity;
use rand_chacha::{
	ChaCha12Rng,
	rand_core::{RngCore, SeedableRng},
};
use std::{
	collections::{BTreeMap, BTreeSet},
	thread,
};

/// Sequences that are played between two looks at what came of them. What is found does not depend on how many
/// threads share them.
const ROUND: u64 = 32;
/// Coalitions that are tried in turn.
pub const COALITIONS: [Coalition; 4] = [
	Coalition { providers: 2, mediators: 0, others: 2 },
	Coalition { providers: 0, mediators: 3, others: 3 },
	Coalition { providers: 3, mediators: 3, others: 2 },
	Coalition { providers: 0, mediators: 0, others: 4 },
];

/// What a search is to do.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
	/// Where all choices come from.
	pub seed: u64,
	/// Calls after which it ends.
	pub calls: u64,
	/// Threads.
	pub threads: usize,
	/// How calls get into blocks.
	pub fidelity: Fidelity,
}

/// Where a search is.
#[derive(Default)]
pub struct Progress {
	/// Sequences that were played.
	pub played: u64,
	/// Calls that were applied.
	pub calls: u64,
	/// What was seen, of each coalition.
	pub seen: BTreeSet<(usize, String)>,
	/// Sequences that are worth changing, with the coalition and the gain.
	pub corpus: Vec<(usize, i128, Vec<Move>)>,
	/// The best find of each kind of each coalition.
	pub finds: BTreeMap<(usize, &'static str), (Find, Vec<Move>)>,
}

impl Progress {
	fn note(&mut self, coalition: usize, played: Played) {
		self.played += 1;
		self.calls += played.calls;
		let before = self.seen.len();
		self.seen.extend(played.seen.into_iter().map(|name| (coalition, name)));
		for find in played.finds {
			let key = (coalition, find.kind());
			let better = self.finds.get(&key).is_none_or(|(old, _)| find.amount() > old.amount());
			if better {
				self.finds.insert(key, (find, played.moves.clone()));
			}
		}
		let same = self.corpus.iter().filter(|(of, ..)| *of == coalition);
		let best = same.map(|(_, gain, _)| *gain).max().unwrap_or(0);
		if self.seen.len() > before || played.gain > best {
			self.corpus.push((coalition, played.gain, played.moves));
		}
	}

	/// A sequence that nobody has played.
	fn next(&self, seed: u64, number: u64) -> (usize, Vec<Move>) {
		let mut rng = ChaCha12Rng::seed_from_u64(seed);
		rng.set_stream(number);
		let coalition = rng.next_u32() as usize % COALITIONS.len();
		let of: Vec<_> = self.corpus.iter().filter(|(of, ..)| *of == coalition).collect();
		if of.is_empty() || rng.next_u32().is_multiple_of(8) {
			let length = 4 + rng.next_u32() % 24;
			return (coalition, (0..length).map(|_| Move::any(&mut rng)).collect());
		}
		let mut pick = || {
			let at = rng.next_u32() as usize % of.len();
			let other = rng.next_u32() as usize % of.len();
			// Of two the one that gains more, half the time.
			match rng.next_u32() % 2 == 0 && of[other].1 > of[at].1 {
				true => &of[other].2,
				false => &of[at].2,
			}
		};
		let (one, other) = (pick(), pick());
		(coalition, mutated(one, other, &mut rng))
	}
}

/// Searches until so many calls were applied, or `go_on` says that it is enough.
pub fn search(plan: Plan, mut go_on: impl FnMut(&Progress) -> bool) -> Progress {
	let mut progress = Progress::default();
	let threads = plan.threads.max(1) as u64;
	let worlds: Vec<_> = COALITIONS.map(|of| World::start(of, plan.fidelity)).into();
	while progress.calls < plan.calls && go_on(&progress) {
		let first = progress.played;
		let round: Vec<_> = (first..first + ROUND)
			.map(|number| (number, progress.next(plan.seed, number)))
			.collect();
		let mut played: Vec<(u64, usize, Played)> = thread::scope(|scope| {
			let part = |of: u64| {
				let mine: Vec<_> = round.iter().filter(|(at, _)| at % threads == of).collect();
				scope.spawn(|| play_all(&worlds, mine))
			};
			let running: Vec<_> = (0..threads).map(part).collect();
			let join = |one: thread::ScopedJoinHandle<_>| match one.join() {
				Ok(played) => played,
				Err(panic) => std::panic::resume_unwind(panic),
			};
			running.into_iter().flat_map(join).collect::<Vec<_>>()
		});
		played.sort_by_key(|(number, ..)| *number);
		for (_, coalition, one) in played {
			progress.note(coalition, one);
		}
	}
	progress
}

type Numbered<'a> = &'a (u64, (usize, Vec<Move>));

fn play_all(worlds: &[World], sequences: Vec<Numbered>) -> Vec<(u64, usize, Played)> {
	let one = |(number, (coalition, moves)): Numbered| {
		(*number, *coalition, play(&worlds[*coalition], moves))
	};
	sequences.into_iter().map(one).collect()
}
