//! What a client offers with a pool, and the variants that there are.

use super::{MAX_LEAVES, MAX_MEMBERS, RoundNumber};
use crate::{
	Balance, BlockNumber, Hash, Permill, apply,
	content::ContentRef,
	merkle::ListRoot,
	policy::Policy,
	price::{MGAS, Price},
	reasons::ReasonClass,
	request::{Hints, Request},
	task::{Input, Limits, TaskSpec},
};

/// Terms of a pool; they never change.
#[apply(stored)]
pub struct PoolTerms {
	/// What is run: leaf `i` with item `i` of its list of inputs, as task `i` of a bag would be.
	pub task: TaskSpec,
	/// What leaves are paid.
	pub rates: Rates,
	/// How long columns are.
	pub columns: Columns,
	/// What becomes of leaves in work when a round ends.
	pub in_work: InWork,
	/// Blocks in which the others publish after the first.
	pub window: BlockNumber,
	/// Blocks after which anybody may have what is left dealt out anew.
	pub limit: BlockNumber,
	/// Rounds in a row without a leaf after which who had some to do is removed.
	pub idle_rounds: u8,
	/// Most providers that may sign up.
	pub members: u16,
	/// Locked by each of them.
	pub deposit: Balance,
	/// Cases that the client pays for so that leaves are audited, at most. No round begins for whose columns they might not
	/// suffice.
	pub audits: u16,
	/// Most bytes of an input. It is what cases are priced by, so nobody judges a larger one.
	pub input_bytes: u64,
	/// Where module, list and inputs may be had. Those who judge have to get them too.
	pub hints: Hints,
}

/// What leaves are paid, from round to round.
#[apply(stored)]
#[derive(Copy)]
pub struct Rates {
	/// In the first round.
	pub pricing: Pricing,
	/// What is left of a price from one round to the next; all of it where it does not fall.
	pub kept: Permill,
}

/// What a leaf is paid.
#[apply(stored)]
#[derive(Copy)]
pub enum Pricing {
	/// By the gas that it used. It is measured, so nobody gains by who else takes part, or how slowly.
	#[codec(index = 0)]
	Gas {
		/// For each million units.
		per_mgas: Balance,
	},
	/// The same for each.
	#[codec(index = 1)]
	Subtask {
		/// For each.
		each: Balance,
	},
	/// By the average time of all that was published: who has several accounts can stretch it.
	#[codec(index = 2)]
	Hour {
		/// For an hour.
		per_hour: Balance,
		/// Most for a leaf, however long they take.
		most_each: Balance,
	},
}

/// How long the columns of a round are.
#[apply(stored)]
#[derive(Copy)]
pub enum Columns {
	/// Equal ones.
	#[codec(index = 0)]
	Equal,
	/// In proportion to what somebody has done so far, and one more: nobody weighs nothing.
	#[codec(index = 1)]
	Adaptive,
}

/// What becomes of a leaf in work when its round ends.
#[apply(stored)]
#[derive(Copy)]
pub enum InWork {
	/// It stays with its provider, at the head of the next column.
	#[codec(index = 0)]
	Kept {
		/// Ends of rounds after which it is dealt out anew all the same.
		rounds: u8,
	},
	/// It is dealt out anew.
	#[codec(index = 1)]
	Returned,
}

reasons! {
	/// What of a pool's terms can't be.
	pub enum TermsFault {
		0 NoList: "the task names no list of inputs, of which each is a subtask",
		1 Empty: "there are no subtasks",
		2 TooManyLeaves: "there are more than a million subtasks",
		3 NoMembers: "nobody may sign up",
		4 TooManyMembers: "more than 64 providers may sign up",
		5 NothingPaid: "nothing is paid for a subtask",
		6 NoTime: "a window or a limit of no blocks",
		7 LimitWithinWindow: "a round's limit is not longer than its window",
		8 KeptForNoRound: "leaves in work are kept, but for no round",
		9 RemovedBeforePreempted: "who has a long leaf in work would be removed before the leaf is taken from it",
		10 Overflow: "the money for all subtasks exceeds any amount",
		11 TooFewAudits: "there are fewer audits than providers may sign up, so that no round could begin",
	}
}

impl TermsFault {
	/// What kind of reason it is.
	pub fn class(&self) -> ReasonClass {
		ReasonClass::Rejected
	}

	/// What can be done about it: each sentence says what to change.
	pub fn hint(&self) -> Option<&'static str> {
		None
	}
}

impl PoolTerms {
	/// The subtasks, by root and length.
	pub fn leaves(&self) -> ListRoot {
		match &self.task.input {
			Input::List(inputs) => inputs.root,
			Input::None | Input::Blob(_) => ListRoot::default(),
		}
	}

	/// Says what of the terms can't be.
	pub fn check(&self) -> Result<(), TermsFault> {
		let refused = [
			(!matches!(self.task.input, Input::List(_)), TermsFault::NoList),
			(self.leaves().len == 0, TermsFault::Empty),
			(self.leaves().len > MAX_LEAVES, TermsFault::TooManyLeaves),
			(self.members == 0, TermsFault::NoMembers),
			(self.members > MAX_MEMBERS, TermsFault::TooManyMembers),
			(!self.rates.pricing.pays(), TermsFault::NothingPaid),
			(self.window == 0 || self.limit == 0, TermsFault::NoTime),
			(self.limit <= self.window, TermsFault::LimitWithinWindow),
			(self.in_work == InWork::Kept { rounds: 0 }, TermsFault::KeptForNoRound),
			(self.idle_rounds <= self.in_work.rounds(), TermsFault::RemovedBeforePreempted),
			(self.escrow().is_none(), TermsFault::Overflow),
			(self.audits < self.members, TermsFault::TooFewAudits),
		];
		refused.into_iter().find(|(is, _)| *is).map_or(Ok(()), |(_, fault)| Err(fault))
	}

	/// A leaf as large as leaves may be.
	pub fn largest(&self) -> TaskSpec {
		self.task.with_input(ContentRef { hash: Hash::zero(), size: self.input_bytes })
	}

	/// What is asked of whoever runs a leaf by itself, in the words of a deal.
	pub fn request(&self, task: TaskSpec) -> Request {
		Request {
			task,
			policy: Policy::Quorum { replicas: 1, required: 1 },
			canary: false,
			max_price: Price::default(),
			run_blocks: 1,
			tags: 0,
			valid_until: BlockNumber::MAX,
			hints: self.hints.clone(),
		}
	}

	/// The most that all subtasks cost, which is locked for them. `None` where it exceeds the type.
	pub fn escrow(&self) -> Option<Balance> {
		self.rates.most(self.leaves().len, &self.task.limits)
	}
}

impl Rates {
	/// Of a price that does not fall.
	pub fn steady(pricing: Pricing) -> Self {
		Self { pricing, kept: Permill::one() }
	}

	/// What is paid for leaves of a round: the price falls from each to the next, rounded down.
	pub fn in_round(&self, round: RoundNumber) -> Pricing {
		let fall = |price: Balance| (0..round).fold(price, |it, _| self.kept.mul_floor(it));
		match self.pricing {
			Pricing::Gas { per_mgas } => Pricing::Gas { per_mgas: fall(per_mgas) },
			Pricing::Subtask { each } => Pricing::Subtask { each: fall(each) },
			Pricing::Hour { per_hour, most_each } => {
				Pricing::Hour { per_hour: fall(per_hour), most_each: fall(most_each) }
			},
		}
	}

	/// The most that so many leaves cost. `None` where it exceeds the type.
	pub fn most(&self, leaves: u32, limits: &Limits) -> Option<Balance> {
		self.pricing.most(limits)?.checked_mul(leaves.into())
	}
}

impl Pricing {
	/// The most for one leaf. `None` where it exceeds the type.
	pub fn most(&self, limits: &Limits) -> Option<Balance> {
		match *self {
			Self::Gas { per_mgas } => Price { base: 0, per_mgas }.maximum(limits.gas),
			Self::Subtask { each } => Some(each),
			Self::Hour { most_each, .. } => Some(most_each),
		}
	}

	fn pays(&self) -> bool {
		match *self {
			Self::Gas { per_mgas } => per_mgas > 0,
			Self::Subtask { each } => each > 0,
			Self::Hour { per_hour, most_each } => per_hour > 0 && most_each > 0,
		}
	}

	/// The price per hour that pays as much as this price per gas at this speed.
	pub fn hourly(per_mgas: Balance, gas_per_second: u64) -> Balance {
		let mgas = Balance::from(gas_per_second).saturating_mul(3_600) / Balance::from(MGAS);
		per_mgas.saturating_mul(mgas)
	}
}

impl InWork {
	/// Ends of rounds for which a leaf in work is kept.
	pub fn rounds(&self) -> u8 {
		match *self {
			Self::Kept { rounds } => rounds,
			Self::Returned => 0,
		}
	}
}

impl Columns {
	/// Weight of a provider that has done so many leaves.
	pub fn weight(&self, done: u32) -> u64 {
		match self {
			Self::Equal => 1,
			Self::Adaptive => u64::from(done) + 1,
		}
	}
}

#[cfg(test)]
pub(super) mod tests {
	use super::*;
	use crate::{MILLI, profile::Profile, task::InputList};

	pub fn terms(leaves: u32) -> PoolTerms {
		let root = ListRoot { root: Hash::repeat_byte(7), len: leaves };
		let list = ContentRef::of(b"a list");
		let task = TaskSpec {
			module: ContentRef::of(b"module"),
			profile: Profile::BASE.id(),
			args: Default::default(),
			env: Default::default(),
			input: Input::List(InputList { root, list }),
			seed: Hash::zero(),
			limits: Limits { gas: 2 * MGAS, memory_pages: 16, output_bytes: 1_024 },
		};
		PoolTerms {
			task,
			rates: Rates::steady(Pricing::Gas { per_mgas: MILLI }),
			columns: Columns::Adaptive,
			in_work: InWork::Kept { rounds: 3 },
			window: 6,
			limit: 200,
			idle_rounds: 4,
			members: 16,
			deposit: 10 * MILLI,
			audits: 64,
			input_bytes: 1_024,
			hints: Hints::default(),
		}
	}

	#[test]
	fn terms_should_be_refused_when_they_can_not_be() {
		assert_eq!(terms(MAX_LEAVES).check(), Ok(()));
		let with = |change: fn(&mut PoolTerms)| {
			let mut terms = terms(10);
			change(&mut terms);
			terms.check()
		};
		assert_eq!(with(|it| it.task.input = Input::None), Err(TermsFault::NoList));
		assert_eq!(terms(0).check(), Err(TermsFault::Empty));
		assert_eq!(terms(MAX_LEAVES + 1).check(), Err(TermsFault::TooManyLeaves));
		assert_eq!(with(|it| it.members = 0), Err(TermsFault::NoMembers));
		assert_eq!(with(|it| it.members = MAX_MEMBERS + 1), Err(TermsFault::TooManyMembers));
		let free = Pricing::Hour { per_hour: 1, most_each: 0 };
		for pricing in [Pricing::Gas { per_mgas: 0 }, Pricing::Subtask { each: 0 }, free] {
			let rates = Rates::steady(pricing);
			assert_eq!(PoolTerms { rates, ..terms(10) }.check(), Err(TermsFault::NothingPaid));
		}
		assert_eq!(with(|it| it.window = 0), Err(TermsFault::NoTime));
		assert_eq!(with(|it| it.limit = it.window), Err(TermsFault::LimitWithinWindow));
		assert_eq!(
			with(|it| it.in_work = InWork::Kept { rounds: 0 }),
			Err(TermsFault::KeptForNoRound)
		);
		assert_eq!(with(|it| it.idle_rounds = 3), Err(TermsFault::RemovedBeforePreempted));
		assert_eq!(with(|it| it.audits = it.members - 1), Err(TermsFault::TooFewAudits));
		let rates = Rates::steady(Pricing::Subtask { each: Balance::MAX / 9 });
		assert_eq!(PoolTerms { rates, ..terms(10) }.check(), Err(TermsFault::Overflow));
		assert_eq!(TermsFault::Empty.to_string(), "there are no subtasks");
	}

	/// Numbers of the case: a first price of 1,000 that falls to nine tenths.
	#[test]
	fn pool_14_price_should_fall_from_round_to_round() {
		let pricing = Pricing::Subtask { each: 1_000 };
		let rates = Rates { pricing, kept: Permill::from_percent(90) };
		let prices: Vec<_> = (0..5).map(|round| rates.in_round(round)).collect();
		assert_eq!(prices, [1_000, 900, 810, 729, 656].map(|each| Pricing::Subtask { each }));
		let terms = PoolTerms { rates, ..terms(10) };
		assert_eq!(terms.escrow(), Some(10_000));
	}

	#[test]
	fn an_hour_should_pay_what_its_gas_does() {
		assert_eq!(Pricing::hourly(10, 500_000_000), 10 * 500 * 3_600);
	}
}
