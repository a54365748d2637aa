//! Sequences of moves in one world, and what came of them.

use crate::{
	moves::Move,
	scene::Setting,
	world::{Luck, Noted, World},
};
use assay_primitives::{Balance, MILLI, UNIT};
use assay_simulation::Fidelity;
use serde::{Deserialize, Serialize};
use std::{
	collections::{BTreeMap, HashMap},
	fmt,
	panic::{AssertUnwindSafe, catch_unwind},
	sync::{Arc, Mutex},
};

/// A loss below that is rounding.
const LEAST_LOSS: Balance = MILLI;
/// What a coalition has to gain beyond honest play to be worth a look.
const LEAST_GAIN: Balance = UNIT / 10;
/// Most of a block that hooks may take, in millionths.
const MOST_HOOKS: u64 = 500_000;
/// Draws that what is found first is tried with.
const DRAWS: u32 = 8;
/// Draws after which what is not sure yet is luck.
const MOST_DRAWS: u32 = 64;

/// What came of a sequence.
pub struct Played {
	/// The sequence.
	pub moves: Vec<Move>,
	/// What the coalition has more than honest play from the same world gives it.
	pub gain: i128,
	/// What was found.
	pub finds: Vec<Find>,
	/// What was looked at more closely, by kind and size.
	pub looked: Vec<Look>,
	/// What happened.
	pub noted: Noted,
}

/// Kind and size of what may be a find.
pub type Look = (String, u32);

/// How often each was looked at more closely. That takes as long as many sequences, and says the same in the end.
pub type Looks = BTreeMap<Look, u32>;

/// Looks at the same kind and size.
const LOOKS: u32 = 3;

/// What must not be.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Find {
	/// A coalition has more than honest play gives it.
	Gain {
		/// How much more, in the mean of all draws.
		amount: i128,
		/// The same less two standard errors.
		least: i128,
		/// Draws.
		draws: u32,
	},
	/// Honest accounts have lost something that they did not get anything for.
	Loss {
		/// What they are.
		role: String,
		/// How much, in the mean of all draws.
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
	/// What a kind of attack must not lead to.
	Promise {
		/// What is not kept.
		what: String,
	},
	/// Hooks take more of a block than is left to others.
	Heavy {
		/// How much, in millionths of a block.
		amount: i128,
	},
	/// What a daemon asks costs more than what concerns it.
	Reads {
		/// Keys that are looked up beyond that.
		amount: i128,
	},
}

impl Find {
	/// What two finds of one kind have in common.
	pub fn kind(&self) -> String {
		match self {
			Self::Gain { .. } => "gain".into(),
			Self::Loss { role, .. } => format!("loss-{role}"),
			Self::Broken { .. } => "broken".into(),
			Self::Stuck { .. } => "stuck".into(),
			Self::Promise { .. } => "promise".into(),
			Self::Heavy { .. } => "heavy".into(),
			Self::Reads { .. } => "reads".into(),
		}
	}

	/// How much it is about.
	pub fn amount(&self) -> i128 {
		match self {
			Self::Gain { amount, .. }
			| Self::Loss { amount, .. }
			| Self::Heavy { amount }
			| Self::Reads { amount } => *amount,
			Self::Broken { .. } | Self::Stuck { .. } | Self::Promise { .. } => 0,
		}
	}

	/// How much, roughly: finds of one size are mostly one.
	pub fn size(&self) -> u32 {
		size_of(self.amount())
	}

	/// Whether this is what `other` is, and nearly as much.
	pub fn covers(&self, other: &Self) -> bool {
		self.kind() == other.kind() && self.amount() >= other.amount() - other.amount() / 50
	}

	/// Whether this is what `other` is, and as much but for rounding: the same draws give the same.
	pub fn equals(&self, other: &Self) -> bool {
		let least = other.amount() - LEAST_LOSS as i128 / 10;
		self.kind() == other.kind() && self.amount() >= least
	}
}

/// Twice the power of two that an amount has in thousandths of a token.
fn size_of(amount: i128) -> u32 {
	let thousandths = amount.max(0) as Balance / MILLI;
	Balance::BITS - thousandths.saturating_mul(thousandths).leading_zeros()
}

impl fmt::Display for Find {
	fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
		let tokens = |amount: &i128| *amount as f64 / UNIT as f64;
		match self {
			Self::Gain { amount, least, draws } => write!(
				f,
				"the coalition gains {:.3} tokens, {:.3} at least, over {draws} draws",
				tokens(amount),
				tokens(least)
			),
			Self::Loss { role, amount } => write!(f, "{role}: {:.3} tokens lost", tokens(amount)),
			Self::Broken { what } => write!(f, "broken: {what}"),
			Self::Stuck { what } => write!(f, "stuck: {what}"),
			Self::Promise { what } => write!(f, "not kept: {what}"),
			Self::Heavy { amount } => write!(f, "hooks take {} % of a block", amount / 10_000),
			Self::Reads { amount } => write!(f, "a daemon's views read {amount} keys too many"),
		}
	}
}

/// What one run came to.
#[derive(Clone, Debug, Default)]
struct Run {
	gain: i128,
	lost: BTreeMap<&'static str, i128>,
	wrong: Option<Find>,
	ppm: u32,
	noted: Noted,
}

/// A mean over draws, and how sure it is.
#[derive(Clone, Copy, Debug)]
pub struct Estimate {
	/// The mean.
	pub mean: f64,
	/// Its standard error.
	pub error: f64,
	/// Draws.
	pub draws: u32,
}

impl Estimate {
	fn of(values: &[f64]) -> Self {
		let count = values.len() as f64;
		let mean = values.iter().sum::<f64>() / count;
		let squares = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
		let error = (squares / (count - 1.0).max(1.0) / count).sqrt();
		Self { mean, error, draws: values.len() as u32 }
	}

	/// Two standard errors below the mean.
	pub fn least(&self) -> f64 {
		self.mean - 2.0 * self.error
	}

	/// How many draws it takes to tell the mean from nothing.
	pub fn needed(&self) -> u32 {
		let ratio = 2.0 * self.error / (self.mean - LEAST_GAIN as f64).max(1.0);
		(f64::from(self.draws) * ratio * ratio).ceil().max(2.0) as u32
	}
}

/// A run of honest moves, and what audits do in it.
type Usual = (Option<bool>, Vec<Move>);

/// A world to play in, and what honest play gives in it.
pub struct Ground {
	world: World,
	usual: Mutex<HashMap<Usual, Arc<Run>>>,
}

impl Ground {
	/// A world at its beginning.
	pub fn new(setting: Setting, fidelity: Fidelity) -> Self {
		let world = World::start(&setting, fidelity);
		Self { world, usual: Mutex::default() }
	}

	/// Plays a sequence.
	pub fn play(&self, moves: &[Move]) -> Played {
		let mut played = self.play_all(&[], &[moves.to_vec()], &Looks::new());
		played.pop().expect("it was one")
	}

	/// Plays sequences that begin with the same moves; these are played once.
	pub fn play_all(&self, first: &[Move], rests: &[Vec<Move>], looks: &Looks) -> Vec<Played> {
		let mut fork = self.world.fork();
		let begun = catch_unwind(AssertUnwindSafe(move || {
			for one in first {
				fork.apply(one);
			}
			fork
		}));
		let mut played = Vec::new();
		for rest in rests {
			let moves = [first, rest].concat();
			let run = match &begun {
				Ok(world) => {
					let mut world = world.clone();
					// Calls of the beginning are counted once.
					world.noted.calls *= u64::from(played.is_empty());
					end(world, rest)
				},
				Err(panic) => broken(panic.as_ref()),
			};
			played.push(self.judge(moves, run, looks));
		}
		played
	}

	fn judge(&self, moves: Vec<Move>, run: Run, looks: &Looks) -> Played {
		let Run { gain, lost, wrong, noted, .. } = run;
		let mut finds: Vec<Find> = wrong.into_iter().collect();
		let (mut more, mut looked) = (gain, Vec::new());
		let mut is_new = |kind: &str, amount: i128| {
			let look = (kind.to_string(), size_of(amount));
			let new = looks.get(&look).is_none_or(|times| *times < LOOKS);
			looked.extend(new.then_some(look));
			new
		};
		if gain > 0 || !lost.is_empty() {
			// What honest members earn, and what happens to honest accounts anyway, is no theft.
			let honest = honest(&moves);
			let usual = self.usual(&honest, None);
			more = gain - usual.gain;
			if more >= LEAST_GAIN as i128 && is_new("gain", more) {
				finds.extend(self.surely(&moves, &honest));
			}
			for (role, amount) in &lost {
				let beyond = amount - usual.lost.get(role).copied().unwrap_or_default();
				if beyond >= LEAST_LOSS as i128 && is_new(role, beyond) {
					finds.extend(self.lost(&moves, &honest, role));
				}
			}
		}
		if let Some(deal) = noted.unwanted.first() {
			let what = format!("deal {deal} has an honest provider at terms for others");
			finds.push(Find::Promise { what });
		}
		if noted.heaviest > MOST_HOOKS {
			finds.push(Find::Heavy { amount: noted.heaviest.into() });
		}
		if noted.reads > 0 {
			finds.push(Find::Reads { amount: noted.reads.into() });
		}
		Played { moves, gain: more, finds, looked, noted }
	}

	/// What accounts of a role lose in the mean of some draws.
	fn lost(&self, moves: &[Move], honest: &[Move], role: &str) -> Option<Find> {
		const FEW: u32 = 4;
		let one = |slots| self.draw(moves, honest, slots, |run| lost_of(run, role));
		let amount = Estimate::of(&(1..=FEW).map(one).collect::<Vec<_>>()).mean;
		let (role, is_loss) = (role.to_string(), amount >= LEAST_LOSS as f64);
		is_loss.then_some(Find::Loss { role, amount: amount as i128 })
	}

	fn run(&self, moves: &[Move], audits: Option<bool>) -> Run {
		let mut world = self.world.fork();
		world.luck = Luck { audits, ppm: 0 };
		end(world, moves)
	}

	/// What honest play comes to.
	fn usual(&self, honest: &[Move], audits: Option<bool>) -> Arc<Run> {
		const MOST: usize = 4_096;
		let key = (audits, honest.to_vec());
		if let Some(known) = self.usual.lock().expect("nobody panics with it").get(&key) {
			return known.clone();
		}
		let run = Arc::new(self.run(honest, audits));
		let mut known = self.usual.lock().expect("nobody panics with it");
		if known.len() >= MOST {
			known.clear();
		}
		known.insert(key, run.clone());
		run
	}

	/// A value of one draw, beyond honest play: other slots give other draws. Audits, which are rare, are forced
	/// both ways, and each way weighs as much as it is likely.
	fn draw(
		&self,
		moves: &[Move],
		honest: &[Move],
		slots: u32,
		value: impl Fn(&Run) -> i128,
	) -> f64 {
		let after = |moves: &[Move]| {
			// A byte holds fewer slots than there may be draws.
			let skips = (0..slots).step_by(100).map(|from| (slots - from).min(100) as u8);
			let skips = skips.map(|slots| Move::Skip { slots });
			let rest = moves.iter().filter(|one| **one != Move::Audit).cloned();
			skips.chain(rest).collect::<Vec<_>>()
		};
		let (moves, honest) = (after(moves), after(honest));
		let beyond = |audits: bool| {
			let run = self.run(&moves, Some(audits));
			let usual = self.usual(&honest, Some(audits));
			((value(&run) - value(&usual)) as f64, run.ppm.max(usual.ppm))
		};
		let (quiet, ppm) = beyond(false);
		let share = f64::from(ppm) / 1_000_000.0;
		match ppm {
			0 => quiet,
			_ => quiet * (1.0 - share) + beyond(true).0 * share,
		}
	}

	/// What a sequence gains beyond honest play, over so many draws.
	pub fn estimate(&self, moves: &[Move], draws: u32) -> Estimate {
		let honest = honest(moves);
		let one = |slots| self.draw(moves, &honest, slots, |run| run.gain);
		Estimate::of(&(1..=draws).map(one).collect::<Vec<_>>())
	}

	/// The gain, where it is more than luck. More draws are made as long as they can tell.
	fn surely(&self, moves: &[Move], honest: &[Move]) -> Option<Find> {
		let mut values = Vec::new();
		let mut wanted = 2;
		loop {
			let from = values.len() as u32;
			values.extend(
				(from..wanted).map(|slots| self.draw(moves, honest, slots + 1, |run| run.gain)),
			);
			let estimate = Estimate::of(&values);
			if estimate.mean < LEAST_GAIN as f64 {
				return None;
			}
			if wanted >= DRAWS && estimate.least() >= LEAST_GAIN as f64 {
				let (amount, least) = (estimate.mean as i128, estimate.least() as i128);
				return Some(Find::Gain { amount, least, draws: wanted });
			}
			if wanted >= MOST_DRAWS || (wanted >= DRAWS && estimate.needed() > MOST_DRAWS) {
				return None;
			}
			wanted = (2 * wanted).max(DRAWS);
		}
	}

	/// The shortest sequence with the same find that taking moves away leads to.
	pub fn shrink(&self, moves: &[Move], find: &Find) -> Vec<Move> {
		shrunk(moves, |moves| self.play(moves).finds.iter().any(|it| it.covers(find)))
	}
}

/// The shortest sequence of which something still holds that taking moves away leads to.
pub fn shrunk(moves: &[Move], still: impl Fn(&[Move]) -> bool) -> Vec<Move> {
	let mut best = moves.to_vec();
	let mut size = best.len().div_ceil(2).max(1);
	loop {
		let mut at = 0;
		while at < best.len() {
			let mut fewer = best.clone();
			fewer.drain(at..(at + size).min(best.len()));
			match still(&fewer) {
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

fn honest(moves: &[Move]) -> Vec<Move> {
	moves.iter().filter(|one| one.is_honest()).cloned().collect()
}

fn lost_of(run: &Run, role: &str) -> i128 {
	run.lost.get(role).copied().unwrap_or_default()
}

/// Plays the rest of a sequence, and then until everything has ended. An invariant that is broken ends a run, and
/// not the search.
fn end(mut world: World, moves: &[Move]) -> Run {
	let played = catch_unwind(AssertUnwindSafe(|| {
		for one in moves {
			world.apply(one);
		}
		world.block();
		world.note_reads();
		let wrong = world.finish().map(|what| Find::Stuck { what });
		let (gain, lost) = world.result();
		let (noted, ppm) = (std::mem::take(&mut world.noted), world.luck.ppm);
		Run { gain, lost, wrong, ppm, noted }
	}));
	played.unwrap_or_else(|panic| broken(panic.as_ref()))
}

fn broken(panic: &(dyn std::any::Any + Send)) -> Run {
	Run { wrong: Some(Find::Broken { what: words_of(panic) }), ..Default::default() }
}

/// What a panic says.
pub fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
	let text = panic.downcast_ref::<String>().cloned();
	let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).into()));
	text.unwrap_or_else(|| "a panic without words".into())
}
