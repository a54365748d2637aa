//! A round that is going on: who may publish when.

use super::{Column, Member, Publication};
use crate::{BlockNumber, Hash, apply, hashing::tagged_hash, reasons::ReasonClass, task::Limits};
use alloc::vec::Vec;

/// What of a pool's terms a round goes by.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Clock {
	/// Blocks in which the others publish after the first.
	pub window: BlockNumber,
	/// Blocks after which anybody may end the round.
	pub limit: BlockNumber,
}

/// Phase of a round. `until` is the first block of the time after.
#[apply(stored)]
#[derive(Copy)]
pub enum Phase {
	/// Nobody has finished. Left by who has, or from `until` on by anybody.
	#[codec(index = 0)]
	Working {
		/// The limit.
		until: BlockNumber,
	},
	/// Somebody has, and the others publish. Left when all have, or from `until` on.
	#[codec(index = 1)]
	Challenged {
		/// Who was the first.
		by: Member,
		/// End of the window.
		until: BlockNumber,
	},
}

/// What a member has published, and when; nothing of who has not.
pub type Published = Option<(Publication, BlockNumber)>;

/// What is kept of all that was published in a round when it has ended. Whoever shows a leaf of it brings the record.
pub fn record_hash(published: &[Published]) -> Hash {
	tagged_hash(b"assay/pool-record/1", &published)
}

/// What was published in the round that is going on.
#[apply(shown)]
pub struct OpenRound {
	/// Block in which its seed was known.
	pub begun: BlockNumber,
	/// How far it is.
	pub phase: Phase,
	/// What each member has published, and when.
	pub published: Vec<Published>,
}

reasons! {
	/// Why something is not published.
	pub enum Unpublished {
		0 NoMember: "it is by nobody of the round",
		1 Nothing: "it is the root of no leaves",
		2 BeyondColumn: "it has more leaves than the column",
		3 Impossible: "so many leaves can't use that much gas",
		4 Again: "it was published already",
		5 NotFinished: "only who has finished its column may publish first",
		6 Late: "the time for it is over",
	}
}

impl Unpublished {
	/// What kind of reason it is.
	pub fn class(&self) -> ReasonClass {
		ReasonClass::Rejected
	}

	/// What can be done about it.
	pub fn hint(&self) -> &'static str {
		match self {
			Self::NoMember => "sign up, and publish in the round that begins after that",
			Self::Nothing | Self::BeyondColumn => "publish a beginning of the own column",
			Self::Impossible => "add up the gas of the leaves again",
			Self::Again => "wait for the next round",
			Self::NotFinished => "finish the column, or wait until another member has",
			Self::Late => "go on with what the next round deals out",
		}
	}
}

impl OpenRound {
	/// A round whose seed has become known in block `now`.
	pub fn new(columns: usize, clock: &Clock, now: BlockNumber) -> Self {
		let phase = Phase::Working { until: now.saturating_add(clock.limit) };
		Self { begun: now, phase, published: (0..columns).map(|_| None).collect() }
	}

	/// Takes what a member publishes in block `now`. The first one must have finished its column, and so has the others
	/// publish; where nothing was dealt out there is nothing to hurry for, and each publishes when it is done.
	pub fn publish(
		&mut self,
		member: Member,
		publication: Publication,
		columns: &[Column],
		limits: &Limits,
		clock: &Clock,
		now: BlockNumber,
	) -> Result<(), Unpublished> {
		let column = columns.get(usize::from(member)).ok_or(Unpublished::NoMember)?;
		let already =
			self.published.get(usize::from(member)).ok_or(Unpublished::NoMember)?.is_some();
		let finished = publication.leaves.len == column.len();
		let refused = [
			(publication.leaves.len == 0, Unpublished::Nothing),
			(publication.leaves.len > column.len(), Unpublished::BeyondColumn),
			(!publication.is_possible(limits), Unpublished::Impossible),
			(already, Unpublished::Again),
			(now >= self.until(), Unpublished::Late),
			(self.is_working() && !finished, Unpublished::NotFinished),
		];
		if let Some((_, why)) = refused.into_iter().find(|(is, _)| *is) {
			return Err(why);
		}
		if self.is_working() && columns.iter().any(|column| column.fresh > 0) {
			let until = now.saturating_add(clock.window).saturating_add(1);
			self.phase = Phase::Challenged { by: member, until };
		}
		self.published[usize::from(member)] = Some((publication, now));
		Ok(())
	}

	/// Whether it can be ended in block `now`: its time is over, or everybody who had something to do has published.
	pub fn is_over(&self, columns: &[Column], now: BlockNumber) -> bool {
		let done =
			|(column, published): (&Column, &Option<_>)| column.is_empty() || published.is_some();
		now >= self.until() || columns.iter().zip(&self.published).all(done)
	}

	/// First block of the time after.
	pub fn until(&self) -> BlockNumber {
		match self.phase {
			Phase::Working { until } | Phase::Challenged { until, .. } => until,
		}
	}

	/// Leaves that each member has published.
	pub fn done(&self) -> Vec<u32> {
		let leaves = |it: &Option<(Publication, _)>| it.map_or(0, |(it, _)| it.leaves.len);
		self.published.iter().map(leaves).collect()
	}

	fn is_working(&self) -> bool {
		matches!(self.phase, Phase::Working { .. })
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::merkle::ListRoot;

	const LIMITS: Limits = Limits { gas: 100, memory_pages: 1, output_bytes: 1 };
	const CLOCK: Clock = Clock { window: 10, limit: 100 };

	fn of(leaves: u32) -> Publication {
		Publication { leaves: ListRoot { root: Hash::zero(), len: leaves }, gas: 1 }
	}

	fn fresh<const N: usize>(lengths: [u32; N]) -> [Column; N] {
		lengths.map(|fresh| Column { carried: 0, fresh })
	}

	/// Publishes to a round of four leaves each, begun in block 0.
	fn publish(
		round: &mut OpenRound,
		member: Member,
		leaves: u32,
		now: u32,
	) -> Result<(), Unpublished> {
		round.publish(member, of(leaves), &fresh([4; 4]), &LIMITS, &CLOCK, now)
	}

	#[test]
	fn pool_06_only_who_has_finished_should_be_first_and_once() {
		let mut round = OpenRound::new(4, &CLOCK, 0);
		assert_eq!(publish(&mut round, 0, 3, 5), Err(Unpublished::NotFinished));
		assert_eq!(publish(&mut round, 0, 4, 5), Ok(()));
		assert_eq!(round.phase, Phase::Challenged { by: 0, until: 16 });
		assert_eq!(publish(&mut round, 0, 4, 6), Err(Unpublished::Again));
		// Who finishes in the same block answers.
		assert_eq!(publish(&mut round, 1, 4, 5), Ok(()));
		assert_eq!(round.phase, Phase::Challenged { by: 0, until: 16 });
		assert_eq!(round.done(), [4, 4, 0, 0]);
	}

	#[test]
	fn pool_07_answers_should_be_taken_until_the_window_is_over() {
		let mut round = OpenRound::new(4, &CLOCK, 0);
		assert_eq!(publish(&mut round, 0, 4, 50), Ok(()));
		assert!(!round.is_over(&fresh([4; 4]), 60));
		assert_eq!(publish(&mut round, 1, 2, 60), Ok(()));
		assert_eq!(publish(&mut round, 2, 2, 61), Err(Unpublished::Late));
		assert!(round.is_over(&fresh([4; 4]), 61));
	}

	#[test]
	fn what_can_not_be_of_a_column_should_be_refused() {
		let mut round = OpenRound::new(4, &CLOCK, 0);
		assert_eq!(publish(&mut round, 0, 5, 1), Err(Unpublished::BeyondColumn));
		assert_eq!(publish(&mut round, 0, 0, 1), Err(Unpublished::Nothing));
		assert_eq!(publish(&mut round, 9, 4, 1), Err(Unpublished::NoMember));
		let much = Publication { gas: 401, ..of(4) };
		let refused = round.publish(0, much, &fresh([4; 4]), &LIMITS, &CLOCK, 1);
		assert_eq!(refused, Err(Unpublished::Impossible));
		assert_eq!(publish(&mut round, 0, 4, 100), Err(Unpublished::Late));
		assert_eq!(round, OpenRound::new(4, &CLOCK, 0));
	}

	#[test]
	fn pool_20_who_has_an_empty_column_should_not_be_first() {
		let columns = fresh([1, 0]);
		let mut round = OpenRound::new(2, &CLOCK, 0);
		let refused = round.publish(1, of(0), &columns, &LIMITS, &CLOCK, 1);
		assert_eq!(refused, Err(Unpublished::Nothing));
		assert_eq!(round.publish(0, of(1), &columns, &LIMITS, &CLOCK, 1), Ok(()));
		assert!(round.is_over(&columns, 1), "nobody else has anything to do");
	}

	#[test]
	fn kept_leaves_alone_should_be_awaited_without_a_window() {
		let columns = [Column { carried: 1, fresh: 0 }; 2];
		let mut round = OpenRound::new(2, &CLOCK, 0);
		assert_eq!(round.publish(0, of(1), &columns, &LIMITS, &CLOCK, 1), Ok(()));
		assert_eq!(round.phase, Phase::Working { until: 100 });
		assert!(!round.is_over(&columns, 99));
		assert_eq!(round.publish(1, of(1), &columns, &LIMITS, &CLOCK, 99), Ok(()));
		assert!(round.is_over(&columns, 99));
	}

	#[test]
	fn round_should_end_by_its_limit_when_nobody_finishes() {
		let round = OpenRound::new(4, &CLOCK, 7);
		assert!(!round.is_over(&fresh([4; 4]), 106));
		assert!(round.is_over(&fresh([4; 4]), 107));
	}
}
