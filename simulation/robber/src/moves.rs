//! What a coalition can do.

use crate::generate::calls;
use rand_chacha::rand_core::RngCore;
use serde::{Deserialize, Serialize};

/// Bytes that a call is made from.
const CHOICES: usize = 24;

/// A move. None is written for an attack that is known.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Move {
	/// A call of a member of the coalition.
	Call {
		/// Which member.
		who: u8,
		/// Which call of the runtime.
		kind: u16,
		/// What its arguments are made from.
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
	/// An honest client orders a task.
	Order,
}

impl Move {
	/// Any move. Calls of our own pallets are made more often than others.
	pub fn any(rng: &mut impl RngCore) -> Self {
		let byte = |rng: &mut dyn RngCore| rng.next_u32() as u8;
		match rng.next_u32() % 16 {
			0 | 1 => Self::Pass { blocks: 1 + byte(rng) % 4 },
			2 => Self::Pass { blocks: 1 + byte(rng) % 40 },
			3 => Self::Order,
			4 if byte(rng) % 2 == 0 => Self::Bring { blob: byte(rng) },
			4 => Self::Withhold { blob: byte(rng) },
			5 if byte(rng) % 4 == 0 => Self::Skip { slots: byte(rng) % 8 },
			5 if byte(rng) % 2 == 0 => Self::Silence { who: byte(rng) },
			_ => {
				let mut choices = vec![0; CHOICES];
				rng.fill_bytes(&mut choices);
				Self::Call { who: byte(rng), kind: any_kind(rng), choices }
			},
		}
	}
}

/// A sequence of moves that differs a little from another.
pub fn mutated(moves: &[Move], other: &[Move], rng: &mut impl RngCore) -> Vec<Move> {
	/// Longer sequences cost more and say no more.
	const LONGEST: usize = 80;
	/// As often as a scarce place may have to be filled.
	const REPETITIONS: u32 = 24;
	let mut found = moves.to_vec();
	for _ in 0..=rng.next_u32() % 3 {
		let at = rng.next_u32() as usize % (found.len() + 1);
		match rng.next_u32() % 8 {
			0..=2 => found.insert(at, Move::any(rng)),
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
			_ if at < found.len() => found[at].change(rng),
			_ => found.push(Move::any(rng)),
		}
	}
	found.truncate(LONGEST);
	found
}

impl Move {
	fn change(&mut self, rng: &mut impl RngCore) {
		match self {
			Self::Call { who, choices, .. } => match rng.next_u32() % 4 {
				0 => *who = rng.next_u32() as u8,
				_ if choices.is_empty() => {},
				_ => {
					let at = rng.next_u32() as usize % choices.len();
					choices[at] = rng.next_u32() as u8;
				},
			},
			Self::Pass { blocks } => *blocks = 1 + rng.next_u32() as u8 % 40,
			Self::Skip { slots } => *slots = rng.next_u32() as u8 % 8,
			Self::Bring { blob } | Self::Withhold { blob } => *blob = rng.next_u32() as u8,
			Self::Silence { who } => *who = rng.next_u32() as u8,
			Self::Order => {},
		}
	}
}

fn any_kind(rng: &mut impl RngCore) -> u16 {
	const OURS: [&str; 6] = ["Content", "Providers", "Deals", "Market", "Mediation", "Court"];
	let ours: Vec<usize> =
		(0..calls().len()).filter(|at| OURS.contains(&calls()[*at].pallet.as_str())).collect();
	let at = rng.next_u32() as usize;
	match rng.next_u32() % 8 {
		0 => (at % calls().len()) as u16,
		_ => ours[at % ours.len()] as u16,
	}
}
