//! PoCo's consensus arithmetic, in unsigned integers with floor division.
//!
//! The vote of a provider weighs `max(score / 3, 3) − 1`. A group of equal digests weighs the product
//! of its members' weights, and all votes together `1 + Σ groups`. A digest wins where
//! `group · trust > total · (trust − 1)`, which is the confidence `1 − 1/trust` of Sarmenta's model
//! with k = 3. (iExec PoCo v6, `FacetBase` and `IexecPoco2Facet`; audits/docs of the same repository.)

#[cfg(test)]
use crate::Balance;
use crate::outcome::Digest;
use alloc::vec::Vec;

/// Largest trust. Twenty replicas without a score that all agree reach it: 2^20 > 10^6 − 1.
pub const MAX_TRUST: u32 = 1_000_000;

/// Weights of groups saturate here. Far above what any trust needs, and low enough that a product
/// with the largest trust stays within the type; saturating can only keep a digest from winning.
const CAP: u128 = 1 << 96;

/// Weight of the vote of a provider with this score, at least 2.
pub fn vote_weight(score: u32) -> u32 {
	(score / 3).max(3) - 1
}

/// Weight of the reward that goes with the weight of a vote, `floor(log2)`.
#[cfg(test)]
pub fn reward_weight(vote: u32) -> u32 {
	vote.max(1).ilog2()
}

/// Votes on one task.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tally {
	trust: u32,
	groups: Vec<(Digest, u128)>,
}

impl Tally {
	/// No votes yet. A trust of 0 is one of 1.
	pub fn new(trust: u32) -> Self {
		Self { trust: trust.max(1), groups: Vec::new() }
	}

	/// Adds a vote.
	pub fn add(&mut self, digest: Digest, weight: u32) {
		let group = match self.groups.iter().position(|(known, _)| *known == digest) {
			Some(at) => &mut self.groups[at].1,
			None => {
				self.groups.push((digest, 1));
				let last = self.groups.len() - 1;
				&mut self.groups[last].1
			},
		};
		*group = group.saturating_mul(weight.into()).min(CAP);
	}

	/// Weight of the group of a digest.
	pub fn group(&self, digest: &Digest) -> u128 {
		self.groups.iter().find(|(known, _)| known == digest).map_or(0, |(_, weight)| *weight)
	}

	/// Weight of everything.
	pub fn total(&self) -> u128 {
		self.groups.iter().fold(1, |total: u128, (_, weight)| total.saturating_add(*weight))
	}

	/// The heaviest group, of equal ones the first.
	pub fn best(&self) -> Option<Digest> {
		let heavier = |best: &(Digest, u128), next: &(Digest, u128)| next.1 > best.1;
		self.groups
			.iter()
			.copied()
			.reduce(|best, next| if heavier(&best, &next) { next } else { best })
			.map(|(digest, _)| digest)
	}

	/// The digest that wins, if any. For a trust of 2 or more at most one can.
	pub fn quorum(&self) -> Option<Digest> {
		let best = self.best()?;
		let group = self.group(&best);
		self.wins(group, self.total()).then_some(best)
	}

	/// How many of these further votes, in their order, let the heaviest group win if they all join
	/// it. `None` where not even all of them do.
	pub fn missing(&self, votes: impl IntoIterator<Item = u32>) -> Option<u32> {
		let mut group = self.best().map_or(0, |best| self.group(&best));
		let others = self.total().saturating_sub(group);
		for (before, weight) in votes.into_iter().enumerate() {
			if group > 0 && self.wins(group, others.saturating_add(group)) {
				return Some(before as u32);
			}
			group = group.max(1).saturating_mul(weight.into()).min(CAP);
			if self.wins(group, others.saturating_add(group)) {
				return Some(before as u32 + 1);
			}
		}
		None
	}

	fn wins(&self, group: u128, total: u128) -> bool {
		let trust = u128::from(self.trust);
		group.saturating_mul(trust) > total.saturating_mul(trust - 1)
	}
}

/// How PoCo divides the price of a task and the stakes of its losers.
///
/// assay does not pay this way: it pays each replica that agrees its own price, and stakes of losers
/// by [`crate::money::slashing`]. The function is here so that both can be compared, and so that the
/// consensus arithmetic is checked against PoCo's published figures to the last unit.
#[cfg(test)]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PocoRewards {
	/// What each winner gets beside its own stake.
	pub winners: Vec<Balance>,
	/// What the owner of the pool gets: its share and all dust.
	pub owner: Balance,
}

#[cfg(test)]
impl PocoRewards {
	/// `votes` are the vote weights of the winners; `losers` are all other contributors, each of
	/// whom loses `stake`; `owner_percent` is the pool's share, at most 100. `None` where an amount
	/// leaves the type.
	pub fn of(
		price: Balance,
		stake: Balance,
		owner_percent: u8,
		votes: &[u32],
		losers: u32,
	) -> Option<Self> {
		let total = price.checked_add(stake.checked_mul(losers.into())?)?;
		let percent = 100u8.checked_sub(owner_percent)?;
		let reward = total.checked_mul(percent.into())? / 100;
		let weights: Balance = votes.iter().map(|vote| Balance::from(reward_weight(*vote))).sum();
		let share = |vote: &u32| -> Option<Balance> {
			reward.checked_mul(reward_weight(*vote).into())?.checked_div(weights)
		};
		let winners: Vec<Balance> = votes.iter().map(share).collect::<Option<_>>()?;
		let paid: Balance = winners.iter().sum();
		Some(Self { winners, owner: total.checked_sub(paid)? })
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::Hash;
	use proptest::prelude::*;

	const GOOD: Digest = Hash::repeat_byte(1);
	const BAD: Digest = Hash::repeat_byte(2);

	/// Number of votes after which the sequence first has a quorum.
	fn quorum_at(trust: u32, votes: &[(Digest, u32)]) -> Option<usize> {
		let mut tally = Tally::new(trust);
		votes.iter().position(|(digest, score)| {
			tally.add(*digest, vote_weight(*score));
			tally.quorum().is_some()
		})
	}

	/// Golden numbers, row 1, with PROV-03.
	#[test]
	fn prov_03_weights_should_follow_scores_in_steps() {
		let votes = [(11, 2), (12, 3), (14, 3), (15, 4), (26, 7), (27, 8)];
		for (score, vote) in votes {
			assert_eq!(vote_weight(score), vote, "score {score}");
		}
		let rewards = [(11, 1), (12, 1), (14, 1), (15, 2), (26, 2), (27, 3)];
		for (score, reward) in rewards {
			assert_eq!(reward_weight(vote_weight(score)), reward, "score {score}");
		}
		let golden = [(0, 2, 1), (30, 9, 3), (51, 16, 4), (99, 32, 5), (300, 99, 6)];
		for (score, vote, reward) in golden {
			assert_eq!((vote_weight(score), reward_weight(vote)), (vote, reward));
		}
		assert!(vote_weight(u32::MAX) > 0);
	}

	/// Golden numbers, rows 4 and 5.
	#[test]
	fn deal_06_trust_of_4_should_need_two_equal_or_four_after_a_dissenter() {
		assert_eq!(quorum_at(4, &[(GOOD, 0), (GOOD, 0)]), Some(1));
		let sequence = [(GOOD, 0), (BAD, 0), (GOOD, 0), (GOOD, 0), (GOOD, 0)];
		assert_eq!(quorum_at(4, &sequence), Some(4));
		let mut tally = Tally::new(4);
		for (digest, score) in sequence {
			tally.add(digest, vote_weight(score));
		}
		assert_eq!((tally.group(&GOOD), tally.total()), (16, 19));
	}

	/// Golden numbers, row 3.
	#[test]
	fn deal_07_trust_of_3_should_win_at_the_fourth_with_one_dissenter() {
		let sequence = [(GOOD, 1), (BAD, 1), (GOOD, 1), (GOOD, 1)];
		assert_eq!(quorum_at(3, &sequence), Some(3));
		let mut tally = Tally::new(3);
		for (digest, score) in sequence {
			tally.add(digest, vote_weight(score));
		}
		assert_eq!((tally.group(&GOOD), tally.total()), (8, 11));
	}

	/// Golden numbers, row 11.
	#[test]
	fn deal_08_trust_of_a_square_less_one_should_need_its_root() {
		for n in 2..=5u32 {
			let votes = vec![(GOOD, 0); n as usize];
			assert_eq!(quorum_at(n * n - 1, &votes), Some(n as usize - 1));
		}
	}

	/// The table of replicas that are needed where all agree.
	#[test]
	fn replicas_should_be_as_many_as_the_table_says_when_all_agree() {
		let needed = |trust, score| {
			Tally::new(trust)
				.missing(core::iter::repeat_n(vote_weight(score), 20))
				.expect("within 20")
		};
		let new = [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (8, 3), (9, 4), (16, 4)];
		for (trust, replicas) in new.into_iter().chain([(100, 7), (10_000, 14), (1_000_000, 20)]) {
			assert_eq!(needed(trust, 0), replicas, "trust {trust}");
		}
		let known = [(8, 1), (9, 1), (10, 2), (16, 2), (100, 3), (10_000, 5), (1_000_000, 7)];
		for (trust, replicas) in known {
			assert_eq!(needed(trust, 30), replicas, "trust {trust}");
		}
		for (trust, replicas) in [(16, 1), (100, 2), (10_000, 3), (1_000_000, 4)] {
			assert_eq!(needed(trust, 300), replicas, "trust {trust}");
		}
	}

	/// Rows "with one earlier dissenter": 2^k > 3 · (trust − 1).
	#[test]
	fn dissenter_should_cost_as_many_more_as_the_table_says() {
		for (trust, agreeing) in
			[(3, 3), (4, 4), (6, 4), (7, 5), (11, 5), (12, 6), (22, 6), (100, 9)]
		{
			let mut tally = Tally::new(trust);
			tally.add(BAD, 2);
			let mut count = 0;
			while tally.quorum() != Some(GOOD) {
				tally.add(GOOD, 2);
				count += 1;
			}
			assert_eq!(count, agreeing, "trust {trust}");
		}
	}

	/// Golden numbers, rows 6 and 7, and the case of the reopened task.
	#[test]
	fn deal_11_deal_14_and_deal_15_rewards_should_be_those_of_poco() {
		let billion = 1_000_000_000;
		let three = PocoRewards::of(billion, 300_000_000, 1, &[2; 3], 1).expect("fits");
		assert_eq!((three.winners, three.owner), (vec![429_000_000; 3], 13_000_000));
		let four = PocoRewards::of(billion, 300_000_000, 1, &[2; 4], 1).expect("fits");
		assert_eq!((four.winners, four.owner), (vec![321_750_000; 4], 13_000_000));
		let reopened = PocoRewards::of(1_000, 300, 1, &[2; 2], 2).expect("fits");
		assert_eq!((reopened.winners, reopened.owner), (vec![792; 2], 16));
	}

	#[test]
	fn rewards_should_be_none_when_nobody_won_or_amounts_are_too_large() {
		assert_eq!(PocoRewards::of(1_000, 300, 1, &[], 2).map(|shares| shares.owner), Some(1_600));
		assert_eq!(PocoRewards::of(Balance::MAX, 1, 1, &[2], 1), None);
		assert_eq!(PocoRewards::of(1_000, 300, 101, &[2], 1), None);
	}

	proptest! {
		/// PoCo's fault F10: no trust and no scores overflow.
		#[test]
		fn tally_should_never_overflow_and_never_have_two_winners(
			trust in 2..=MAX_TRUST,
			votes in prop::collection::vec((0..4u8, any::<u32>()), 0..20),
		) {
			let mut tally = Tally::new(trust);
			for (digest, score) in &votes {
				tally.add(Digest::repeat_byte(*digest), vote_weight(*score));
			}
			let winners = (0..4)
				.filter(|digest| {
					let group = tally.group(&Digest::repeat_byte(*digest));
					group > 0 && tally.wins(group, tally.total())
				})
				.count();
			prop_assert!(winners <= 1);
			prop_assert_eq!(winners == 1, tally.quorum().is_some());
		}

		/// The order in which votes come does not matter.
		#[test]
		fn tally_should_not_depend_on_the_order(
			trust in 1..=MAX_TRUST,
			votes in prop::collection::vec((0..3u8, 0..400u32), 1..12),
		) {
			let count = |votes: &[(u8, u32)]| {
				let mut tally = Tally::new(trust);
				for (digest, score) in votes {
					tally.add(Digest::repeat_byte(*digest), vote_weight(*score));
				}
				(tally.total(), tally.quorum().is_some())
			};
			let mut turned = votes.clone();
			turned.reverse();
			prop_assert_eq!(count(&votes), count(&turned));
		}
	}
}
