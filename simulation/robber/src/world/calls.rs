//! Calls of the coalition: mostly such as the chain would take.

use super::{Waiting, World, paid};
use crate::{
	generate::{Generator, calls},
	memory::Memory,
	moves::CHOICES,
};
use assay_primitives::hashing::tagged_hash;
use assay_simulation::{account, apply, would_pass};
use rand_chacha::{
	ChaCha12Rng,
	rand_core::{RngCore, SeedableRng},
};

/// Draws after which no call is made.
const DRAWS: u8 = 8;
/// One call of so many is made whatever the chain says of it.
const STRANGE: u32 = 6;

/// A call, and what the coalition knows when it has made it.
type Drawn = (Waiting, Memory);

impl World {
	/// A call of the coalition's, for the next block. What the chain would refuse there is mostly drawn anew, from other
	/// bytes and by the next member, and not made where nothing fits.
	pub(super) fn call(&mut self, who: u8, kind: u16, choices: &[u8]) {
		let at = usize::from(kind) % calls().len();
		match self.drawn(who, at, choices) {
			Some((waiting, memory)) => {
				self.memory = memory;
				self.waiting.push(waiting);
			},
			None => self.noted.kinds.entry(at as u16).or_default().unfit += 1,
		}
	}

	fn drawn(&mut self, who: u8, at: usize, choices: &[u8]) -> Option<Drawn> {
		let (live, cast) = (self.live(), self.cast.clone());
		let (fidelity, gas) = (self.chain.fidelity, self.scene.gas);
		let (memory, waiting) = (&self.memory, &self.waiting);
		let everybody = [&cast.accounts[..], &cast.judges[..]];
		let draw = |who: u8, bytes: &[u8]| -> Option<Drawn> {
			let member = cast.members.get(usize::from(who) % cast.members.len().max(1))?;
			let (caller, mut memory) = (account(member), memory.clone());
			let mut generator =
				Generator::new(&live, &mut memory, &cast.members, everybody, &caller, (gas, bytes));
			let call = generator.call(at)?;
			let made = Some((at as u16, generator.about(at)));
			Some((Waiting { who: member.clone(), call, made }, memory))
		};
		let passes = |one: &Waiting| would_pass(paid(fidelity, &one.call), &one.who, &one.call);
		let mut rng = ChaCha12Rng::from_seed(tagged_hash(b"again", &(who, choices)).0);
		let strange = rng.next_u32().is_multiple_of(STRANGE);
		let mut bytes = choices.to_vec();
		self.chain.try_next(|| {
			for Waiting { who, call, .. } in waiting {
				// Whatever comes of it, it comes first.
				let _ = apply(paid(fidelity, call), who, call);
			}
			(0..DRAWS).find_map(|draws| {
				if draws > 0 {
					bytes.resize(CHOICES, 0);
					rng.fill_bytes(&mut bytes);
				}
				let drawn = draw(who.wrapping_add(draws), &bytes)?;
				(strange || passes(&drawn.0)).then_some(drawn)
			})
		})
	}
}
