//! One sequence of moves in one world, and what came of it.

use crate::{moves::Move, world::World};
use assay_primitives::{AccountId, Balance, MILLI, UNIT};
use serde::{Deserialize, Serialize};
use std::{
	collections::{BTreeMap, BTreeSet},
	panic::{AssertUnwindSafe, catch_unwind},
};

/// A loss below that is rounding.
const LEAST_LOSS: Balance = MILLI;
/// What a coalition has to gain beyond honest play to be worth a look.
const LEAST_GAIN: Balance = UNIT / 10;

/// What came of a sequence.
pub struct Played {
	/// The sequence.
	pub moves: Vec<Move>,
	/// What the coalition has more than honest play from the same world gives it.
	pub gain: i128,
	/// What was found.
	pub finds: Vec<Find>,
	/// What happened.
	pub seen: BTreeSet<String>,
	/// Calls that were applied.
	pub calls: u64,
}

/// What must not be.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Find {
	/// A coalition has more than honest play gives it.
	Gain {
		/// How much more.
		amount: i128,
	},
	/// An honest account has lost something that it did not get anything for.
	Loss {
		/// Who.
		account: String,
		/// How much.
		amount: i128,
	},
	/// An invariant of the chain does not hold.
	Broken {
		/// What was asserted.
		what: String,
	},
	/// Something has no end.
	Stuck {
		/// What.
		what: String,
	},
}

impl Find {
	/// What two finds of one kind have in common.
	pub fn kind(&self) -> &'static str {
		match self {
			Self::Gain { .. } => "gain",
			Self::Loss { .. } => "loss",
			Self::Broken { .. } => "broken",
			Self::Stuck { .. } => "stuck",
		}
	}

	/// How much it is about.
	pub fn amount(&self) -> i128 {
		match self {
			Self::Gain { amount } | Self::Loss { amount, .. } => *amount,
			Self::Broken { .. } | Self::Stuck { .. } => 0,
		}
	}
}

/// Plays a sequence in a world that is left as it is.
pub fn play(world: &World, moves: &[Move]) -> Played {
	let Run { gain, lost, wrong, seen, calls } = run(world, moves);
	let honest: Vec<Move> = moves.iter().filter(|one| one.is_honest()).cloned().collect();
	let mut finds: Vec<Find> = wrong.into_iter().collect();
	let mut more = gain;
	if gain > 0 || !lost.is_empty() {
		// What honest members earn, and what happens to honest accounts anyway, is no theft.
		let usual = run(world, &honest);
		more = gain - usual.gain;
		if more >= LEAST_GAIN as i128
			&& let Some(amount) = surely(world, moves, &honest)
		{
			finds.push(Find::Gain { amount });
		}
		for (account, amount) in lost {
			let amount = amount - usual.lost.get(&account).copied().unwrap_or_default();
			if amount >= LEAST_LOSS as i128 {
				finds.push(Find::Loss { account: account.to_string(), amount });
			}
		}
	}
	Played { moves: moves.to_vec(), gain: more, finds, seen, calls }
}

/// What the sequence gains at least beyond honest play, where that is more than luck: other draws give other
/// gains, and two standard errors are taken off their mean.
fn surely(world: &World, moves: &[Move], honest: &[Move]) -> Option<i128> {
	const DRAWS: u8 = 8;
	let after = |slots, moves: &[Move]| [&[Move::Skip { slots }], moves].concat();
	let mut gains = Vec::new();
	for slots in 1..=DRAWS {
		let gain = run(world, &after(slots, moves)).gain;
		let usual = run(world, &after(slots, honest)).gain;
		gains.push((gain - usual) as f64);
	}
	let count = gains.len() as f64;
	let mean = gains.iter().sum::<f64>() / count;
	let variance = gains.iter().map(|gain| (gain - mean).powi(2)).sum::<f64>() / (count - 1.0);
	let least = mean - 2.0 * (variance / count).sqrt();
	(least >= LEAST_GAIN as f64).then_some(least as i128)
}

/// What one run came to.
#[derive(Default)]
struct Run {
	gain: i128,
	lost: BTreeMap<AccountId, i128>,
	wrong: Option<Find>,
	seen: BTreeSet<String>,
	calls: u64,
}

/// An invariant that is broken ends a run, and not the search.
fn run(world: &World, moves: &[Move]) -> Run {
	let mut world = world.fork();
	let played = catch_unwind(AssertUnwindSafe(|| {
		for one in moves {
			world.apply(one);
		}
		world.block();
		let wrong = world.finish().map(|what| Find::Stuck { what });
		let (gain, lost) = world.result();
		let (seen, calls) = (std::mem::take(&mut world.seen), world.calls);
		Run { gain, lost, wrong, seen, calls }
	}));
	played.unwrap_or_else(|panic| {
		let text = panic.downcast_ref::<String>().cloned();
		let what = text.unwrap_or_else(|| "a panic without words".into());
		Run { wrong: Some(Find::Broken { what }), ..Default::default() }
	})
}

/// The shortest sequence of the same kind of find that taking moves away, and choices, leads to.
pub fn shrink(world: &World, moves: &[Move], kind: &str) -> Vec<Move> {
	let mut best = moves.to_vec();
	let still = |world: &World, moves: &[Move]| {
		play(world, moves).finds.iter().any(|find| find.kind() == kind)
	};
	let mut size = best.len().div_ceil(2).max(1);
	loop {
		let mut at = 0;
		while at < best.len() {
			let mut fewer = best.clone();
			fewer.drain(at..(at + size).min(best.len()));
			match still(world, &fewer) {
				true => best = fewer,
				false => at += size,
			}
		}
		if size == 1 {
			return best;
		}
		size = size.div_ceil(2).min(size - 1).max(1);
	}
}

impl Move {
	/// Whether honest play from the same world has it too.
	fn is_honest(&self) -> bool {
		matches!(self, Self::Pass { .. } | Self::Skip { .. } | Self::Order)
	}
}
