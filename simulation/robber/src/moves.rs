//! What a coalition can do.

use crate::generate::{CallType, calls};
use rand_chacha::rand_core::RngCore;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// Bytes that a call is made from.
pub const CHOICES: usize = 64;
/// Longer sequences cost more and say no more.
const LONGEST: usize = 96;

/// A move. None is written for an attack that is known.
#[derive(Clone, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
pub enum Move {
	/// A call of a member of the coalition.
	Call {
		/// Which member.
		who: u8,
		/// Which call of the runtime; in files by its name.
		#[serde(serialize_with = "to_name", deserialize_with = "from_name")]
		kind: u16,
		/// What its arguments are made from.
		#[serde(serialize_with = "to_hex", deserialize_with = "from_hex")]
		choices: Vec<u8>,
	},
	/// Time passes.
	Pass {
		/// Blocks.
		blocks: u8,
	},
	/// Slots stay empty, so that other randomness follows.
	Skip {
		/// Slots.
		slots: u8,
	},
	/// Bytes can be had by everybody.
	Bring {
		/// Which.
		blob: u8,
	},
	/// Bytes can't be had any more.
	Withhold {
		/// Which.
		blob: u8,
	},
	/// A member does nothing any more but what it is told.
	Silence {
		/// Which member.
		who: u8,
	},
	/// Members that would do as daemons do say something else from now on.
	Agree {
		/// Which of those who can seal; from 64 on all who do so as the same, and from 128 on all of them.
		who: u8,
		/// What: one of the answers that somebody may give.
		answer: u8,
		/// Whether they seal a report of the truth beside it.
		report: bool,
		/// Whether only where all who are drawn are members.
		#[serde(default)]
		sure: bool,
	},
	/// An honest client orders tasks.
	Order {
		/// How they are verified.
		kind: u8,
	},
	/// From now on audits hit. What follows is weighed by how often that is so.
	Audit,
	/// From now on blocks are not final.
	Stall,
	/// Blocks that are not final are undone, and others follow.
	Undo,
	/// What an honest account has signed for blocks that were undone gets into one that was not.
	Replay {
		/// Which.
		which: u8,
	},
}

fn to_name<S: Serializer>(kind: &u16, to: S) -> Result<S::Ok, S::Error> {
	to.serialize_str(&call_of(*kind).path())
}

fn from_name<'de, D: Deserializer<'de>>(from: D) -> Result<u16, D::Error> {
	let name = String::deserialize(from)?;
	let at = calls().iter().position(|call| call.path() == name);
	let unknown = || Error::custom(format!("this runtime has no call {name}"));
	at.and_then(|at| u16::try_from(at).ok()).ok_or_else(unknown)
}

fn to_hex<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
	to.serialize_str(&hex::encode(bytes))
}

fn from_hex<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
	hex::decode(String::deserialize(from)?).map_err(Error::custom)
}

/// The call with a number.
pub fn call_of(kind: u16) -> &'static CallType {
	&calls()[usize::from(kind) % calls().len()]
}

/// Pallets of this chain, a test says which. Most calls of the others are refused whoever makes them.
const OURS: [&str; 11] = [
	"Board",
	"Content",
	"Court",
	"Deals",
	"Groups",
	"Market",
	"Mediation",
	"Pools",
	"Providers",
	"Register",
	"Validators",
];

/// Whether a call is of this chain, and not of what it is made with.
pub fn is_ours(call: &CallType) -> bool {
	OURS.contains(&call.pallet.as_str())
}

/// How often calls are made.
#[derive(Clone, Debug)]
pub struct Odds {
	up_to: Vec<u32>,
}

impl Odds {
	/// By what was tried of each call, and carried out: those of our own pallets more often than others, and those
	/// more often that were carried out more often.
	pub fn new(tried: &[(u32, u32)]) -> Self {
		Self::by(|at, call| {
			let (tried, done) = tried.get(at).copied().unwrap_or_default();
			let ours = if is_ours(call) { 4 } else { 1 };
			// What is refused today is what a hole would let through.
			ours * (8 + 24 * (done + 1) / (tried + 2))
		})
	}

	/// Mostly these calls, by their names, and any other of our pallets now and then.
	pub fn mostly(names: &[(&str, u32)]) -> Self {
		const MUCH: u32 = 24;
		Self::by(|_, call| {
			let path = call.path();
			let named = names.iter().find(|(name, _)| *name == path);
			u32::from(is_ours(call)) + named.map_or(0, |(_, weight)| MUCH * weight)
		})
	}

	fn by(weight: impl Fn(usize, &CallType) -> u32) -> Self {
		let mut sum = 0;
		let up_to = calls().iter().enumerate().map(|(at, call)| {
			sum += weight(at, call);
			sum
		});
		Self { up_to: up_to.collect() }
	}

	fn kind(&self, rng: &mut impl RngCore) -> u16 {
		let all = self.up_to.last().copied().unwrap_or(1);
		let drawn = rng.next_u32() % all;
		self.up_to.partition_point(|up_to| *up_to <= drawn) as u16
	}
}

/// How often moves are made, out of the sum of all.
#[derive(Clone, Copy, Debug)]
pub struct Mix {
	/// A few blocks go by.
	pub pass: u32,
	/// Many do.
	pub wait: u32,
	/// An honest client orders.
	pub order: u32,
	/// Bytes come, or go.
	pub content: u32,
	/// A member falls silent.
	pub silence: u32,
	/// Members agree on an answer.
	pub agree: u32,
	/// Slots, audits, forks.
	pub rare: u32,
	/// Calls.
	pub call: u32,
}

impl Mix {
	/// What a search tries.
	pub const ANY: Self =
		Self { pass: 5, wait: 2, order: 3, content: 2, silence: 1, agree: 2, rare: 1, call: 16 };
}

fn byte(rng: &mut impl RngCore) -> u8 {
	rng.next_u32() as u8
}

impl Move {
	/// A move of a mix.
	pub fn any(mix: &Mix, odds: &Odds, rng: &mut impl RngCore) -> Self {
		let Mix { pass, wait, order, content, silence, agree, rare, call } = *mix;
		let mut drawn =
			rng.next_u32() % (pass + wait + order + content + silence + agree + rare + call);
		let mut is = |weight: u32| {
			let hit = drawn < weight;
			drawn = drawn.saturating_sub(weight);
			hit
		};
		if is(pass) {
			Self::Pass { blocks: 1 + byte(rng) % 4 }
		} else if is(wait) {
			Self::Pass { blocks: 1 + byte(rng) % 40 }
		} else if is(order) {
			Self::Order { kind: byte(rng) }
		} else if is(content) {
			Self::of_content(rng)
		} else if is(silence) {
			Self::Silence { who: byte(rng) }
		} else if is(agree) {
			Self::agreement(rng)
		} else if is(rare) {
			Self::rare(rng)
		} else {
			Self::any_call(odds, rng)
		}
	}

	fn of_content(rng: &mut impl RngCore) -> Self {
		match byte(rng).is_multiple_of(2) {
			true => Self::Bring { blob: byte(rng) },
			false => Self::Withhold { blob: byte(rng) },
		}
	}

	/// Members agree on an answer.
	pub fn agreement(rng: &mut impl RngCore) -> Self {
		let [report, sure] = [4, 3].map(|one_in| byte(rng).is_multiple_of(one_in));
		Self::Agree { who: byte(rng), answer: byte(rng), report, sure }
	}

	fn rare(rng: &mut impl RngCore) -> Self {
		match byte(rng) % 8 {
			0 | 1 => Self::Skip { slots: byte(rng) % 8 },
			2 | 3 => Self::Audit,
			4 | 5 => Self::Stall,
			6 => Self::Undo,
			_ => Self::Replay { which: byte(rng) },
		}
	}

	fn any_call(odds: &Odds, rng: &mut impl RngCore) -> Self {
		let mut choices = vec![0; CHOICES];
		rng.fill_bytes(&mut choices);
		Self::Call { who: byte(rng), kind: odds.kind(rng), choices }
	}

	/// Whether honest play from the same world has it too: it is no choice of the coalition's.
	pub fn is_honest(&self) -> bool {
		use Move::*;
		matches!(self, Pass { .. } | Skip { .. } | Order { .. } | Audit | Stall | Undo)
	}

	fn change(&mut self, odds: &Odds, rng: &mut impl RngCore) {
		match self {
			Self::Call { who, kind, choices } => match rng.next_u32() % 8 {
				0 => *who = byte(rng),
				1 => *kind = odds.kind(rng),
				_ if choices.is_empty() => {},
				// The first bytes say the most.
				at => {
					let bound = if at < 5 { choices.len().min(8) } else { choices.len() };
					choices[rng.next_u32() as usize % bound] = byte(rng);
				},
			},
			Self::Pass { blocks } => *blocks = 1 + byte(rng) % 40,
			Self::Skip { slots } => *slots = byte(rng) % 8,
			Self::Bring { blob } | Self::Withhold { blob } => *blob = byte(rng),
			Self::Silence { who } => *who = byte(rng),
			Self::Agree { who, answer, report, sure } => match byte(rng) % 8 {
				0 | 1 => *who = byte(rng),
				2 => *report = !*report,
				3 => *sure = !*sure,
				_ => *answer = byte(rng),
			},
			Self::Order { kind } => *kind = byte(rng),
			Self::Replay { which } => *which = byte(rng),
			Self::Audit | Self::Stall | Self::Undo => {},
		}
	}
}

/// A sequence of moves that differs a little from another.
pub fn mutated(moves: &[Move], other: &[Move], odds: &Odds, rng: &mut impl RngCore) -> Vec<Move> {
	/// As often as a scarce place may have to be filled.
	const REPETITIONS: u32 = 24;
	let mut found = moves.to_vec();
	for _ in 0..=rng.next_u32() % 3 {
		let at = rng.next_u32() as usize % (found.len() + 1);
		match rng.next_u32() % 8 {
			0..=2 => found.insert(at, Move::any(&Mix::ANY, odds, rng)),
			3 if at < found.len() => {
				found.remove(at);
			},
			4 if at < found.len() => {
				let times = 1 + rng.next_u32() % REPETITIONS;
				let again = found[at].clone();
				found.splice(at..at, (0..times).map(|_| again.clone()));
			},
			5 => {
				let from = rng.next_u32() as usize % (other.len() + 1);
				found.truncate(at);
				found.extend_from_slice(&other[from..]);
			},
			_ if at < found.len() => found[at].change(odds, rng),
			_ => found.push(Move::any(&Mix::ANY, odds, rng)),
		}
	}
	found.truncate(LONGEST);
	found
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::generate::pallets;
	use std::{collections::BTreeSet, fs, path::Path};

	/// What root alone may call.
	const ROOTS: [&str; 1] = ["Economics"];

	#[test]
	fn calls_of_every_pallet_of_this_chain_should_be_made_more_often() {
		let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pallets");
		let folders = fs::read_dir(folder).expect("there are pallets");
		let name = |it: std::io::Result<fs::DirEntry>| it.ok()?.file_name().into_string().ok();
		let crates: BTreeSet<String> =
			folders.filter_map(name).map(|name| format!("pallet_{name}")).collect();
		let here = pallets().into_iter().filter(|(_, of)| crates.contains(of));
		let here: BTreeSet<String> = here.map(|(name, _)| name).collect();
		assert_eq!(here, OURS.into_iter().chain(ROOTS).map(String::from).collect());
	}
}
