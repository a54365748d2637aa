//! How much of a pool takes a task: counted by sizes of tasks and by wages, so that to ask costs the same
//! however many mediators there are and whatever they declare.
//!
//! Counting is coarse, and errs on the side of too few: a task counts as one of the next size, a wage as the
//! next lower one.

use crate::{
	Balance, BlockNumber, MILLI, apply,
	case::{CaseLimits, JUDGED_GAS_PER_SECOND, MediatorTerms},
	task::TaskSpec,
};

/// Sizes of tasks, the smallest first. What is beyond the last is counted on nobody.
pub const SIZES: [CaseLimits; 3] = [CaseLimits::SMALL, CaseLimits::ORDINARY, CaseLimits::LARGE];
/// Wages by which those are counted who ask for one, in ascending order.
pub const WAGES: [Balance; 8] =
	[0, MILLI / 4, MILLI, 4 * MILLI, 16 * MILLI, 64 * MILLI, 256 * MILLI, 1_024 * MILLI];

/// What committees are asked to judge.
pub struct Question<'a> {
	/// What is to be run.
	pub spec: &'a TaskSpec,
	/// Whether only those can read the task's input whom the client gives its key.
	pub sealed: bool,
	/// Blocks that a run was granted.
	pub run_blocks: BlockNumber,
	/// What each seat earns.
	pub wage: Balance,
}

/// A part of a pool.
#[apply(stored)]
#[derive(Copy, Default)]
pub struct Share {
	/// Weight in draws.
	pub weight: u64,
	/// Mediators.
	pub heads: u32,
}

impl Share {
	/// Adds a mediator.
	pub fn add(&mut self, weight: u64) {
		self.weight = self.weight.saturating_add(weight);
		self.heads = self.heads.saturating_add(1);
	}

	/// Takes one out that was added with this weight.
	pub fn remove(&mut self, weight: u64) {
		self.weight = self.weight.saturating_sub(weight);
		self.heads = self.heads.saturating_sub(1);
	}
}

/// Who takes tasks of a profile: by whether the input is private, by size, and by wage. Whoever takes more is
/// counted for less as well.
#[apply(stored)]
#[derive(Default)]
pub struct Takers(pub [[[Share; WAGES.len()]; SIZES.len()]; 2]);

impl Takers {
	/// Changes the count of everything that these terms take.
	pub fn change(&mut self, terms: &MediatorTerms, change: impl Fn(&mut Share)) {
		let in_time = terms.limits.gas_per_second >= JUDGED_GAS_PER_SECOND;
		let readable = [true, terms.inbox.is_some()];
		for (sizes, readable) in self.0.iter_mut().zip(readable) {
			for (wages, size) in sizes.iter_mut().zip(&SIZES) {
				let able = readable && in_time && terms.limits.reach(size);
				let able = |wage: &Balance| able && terms.limits.min_wage <= *wage;
				let shares = wages.iter_mut().zip(&WAGES);
				shares.filter(|(_, wage)| able(wage)).for_each(|(share, _)| change(share));
			}
		}
	}

	/// Who is counted on for a question.
	pub fn of(&self, question: &Question) -> Share {
		let size = SIZES.iter().position(|size| size.cover(question.spec));
		let wage = WAGES.iter().rposition(|wage| *wage <= question.wage);
		match (size, wage) {
			(Some(size), Some(wage)) => self.0[usize::from(question.sealed)][size][wage],
			_ => Share::default(),
		}
	}

	/// Whether nobody is counted.
	pub fn is_empty(&self) -> bool {
		self.0.iter().flatten().flatten().all(|share| share.heads == 0)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		Hash,
		content::ContentRef,
		profile::Profile,
		provider::KeyInbox,
		task::{Input, Limits},
	};
	use polkadot_sdk::sp_core::bounded::BoundedVec;

	fn spec(limits: Limits) -> TaskSpec {
		TaskSpec {
			module: ContentRef { hash: Hash::zero(), size: 100 },
			profile: Profile::BASE.id(),
			args: Default::default(),
			env: Default::default(),
			input: Input::None,
			seed: Hash::zero(),
			limits,
		}
	}

	fn terms(limits: CaseLimits) -> MediatorTerms {
		let profiles = BoundedVec::truncate_from(alloc::vec![Profile::BASE.id()]);
		MediatorTerms { capacity: 1, limits, profiles, inbox: None }
	}

	fn count(all: &[MediatorTerms]) -> Takers {
		let mut takers = Takers::default();
		all.iter().for_each(|terms| takers.change(terms, |share| share.add(10)));
		takers
	}

	fn asked(takers: &Takers, limits: Limits, sealed: bool, wage: Balance) -> u32 {
		let spec = spec(limits);
		takers.of(&Question { spec: &spec, sealed, run_blocks: 1, wage }).heads
	}

	const TINY: Limits = Limits { gas: 1, memory_pages: 1, output_bytes: 0 };

	#[test]
	fn task_should_be_counted_on_those_who_take_all_of_its_size() {
		let half = CaseLimits { max_gas: CaseLimits::ORDINARY.max_gas - 1, ..CaseLimits::ORDINARY };
		let takers = count(&[
			terms(CaseLimits::SMALL),
			terms(half),
			terms(CaseLimits::ORDINARY),
			terms(CaseLimits::LARGE),
		]);
		assert_eq!(asked(&takers, TINY, false, 0), 4);
		let gas = |gas| asked(&takers, Limits { gas, ..TINY }, false, 0);
		assert_eq!(gas(CaseLimits::SMALL.max_gas), 4);
		assert_eq!(gas(CaseLimits::SMALL.max_gas + 1), 2, "one takes it and is not counted");
		assert_eq!(gas(CaseLimits::ORDINARY.max_gas + 1), 1);
		assert_eq!(gas(CaseLimits::LARGE.max_gas + 1), 0);
		let memory_pages = CaseLimits::ORDINARY.max_memory_pages + 1;
		assert_eq!(asked(&takers, Limits { memory_pages, ..TINY }, false, 0), 1);
	}

	#[test]
	fn slow_machines_should_not_be_counted() {
		let slow = CaseLimits { gas_per_second: JUDGED_GAS_PER_SECOND - 1, ..CaseLimits::LARGE };
		assert!(count(&[terms(slow)]).is_empty());
	}

	#[test]
	fn wage_should_count_as_the_next_lower_one() {
		let asks = |min_wage| terms(CaseLimits { min_wage, ..CaseLimits::ORDINARY });
		let takers = count(&[asks(0), asks(MILLI / 4), asks(MILLI), asks(WAGES[7] + 1)]);
		let of = |wage| asked(&takers, TINY, false, wage);
		assert_eq!(
			[of(0), of(MILLI / 4 - 1), of(MILLI / 4), of(MILLI), of(u128::MAX)],
			[1, 1, 2, 3, 3]
		);
	}

	#[test]
	fn private_inputs_should_be_counted_on_those_who_take_keys() {
		let mut with_inbox = terms(CaseLimits::ORDINARY);
		let endpoint = BoundedVec::truncate_from(b"http://here".to_vec());
		with_inbox.inbox = Some(KeyInbox { encryption_key: [1; 32], endpoint });
		let mut takers = count(&[terms(CaseLimits::ORDINARY), with_inbox.clone()]);
		assert_eq!((asked(&takers, TINY, false, 0), asked(&takers, TINY, true, 0)), (2, 1));
		takers.change(&with_inbox, |share| share.remove(10));
		takers.change(&terms(CaseLimits::ORDINARY), |share| share.remove(10));
		assert_eq!(takers, Takers::default());
	}
}
