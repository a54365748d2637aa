//! When a transaction is sent, and sent again, and when a seal is opened: for tasks and for cases alike.

use crate::{can_land, lies::Misbehave, wait::Wait};
use assay_primitives::BlockNumber;

/// Blocks that the effect of a transaction may take to show, before it is sent again.
const RESEND_AFTER: BlockNumber = 2;
/// Blocks left to a deadline at which every block without effect is a reason to send again.
const HURRY: BlockNumber = 5;
/// Where revealing without finality is allowed: blocks left at which it is no longer waited for. The time for
/// sealing is over by then, so that no fork of this height can punish the opening. All but one of them can hold it; five
/// may hold nothing: the first two of each of two validators who come back, and one that begins a session (ADR 0051).
pub const LAST_RESORT: BlockNumber = 8;

/// A transaction that was included or failed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Sent<C> {
	/// Which.
	pub call: C,
	/// Best block at that time.
	pub at: BlockNumber,
	/// How often it was sent in a row.
	pub tries: u32,
}

impl<C: Copy + PartialEq> Sent<C> {
	/// The next one of the kind, at `now`.
	pub fn next(last: Option<Self>, call: C, now: BlockNumber) -> Self {
		let before = last.filter(|last| last.call == call).map_or(0, |last| last.tries);
		Self { call, at: now, tries: before.saturating_add(1) }
	}

	/// First block in which it may be sent again: later and later, since each costs a fee, but close
	/// to the deadline `until` at once, since a stake costs more.
	fn again_at(&self, until: BlockNumber) -> BlockNumber {
		if self.at.saturating_add(HURRY) >= until {
			return self.at.saturating_add(1);
		}
		let doublings = self.tries.saturating_sub(1).min(3);
		let hurry_at = until.saturating_sub(HURRY);
		self.at.saturating_add(RESEND_AFTER << doublings).min(hurry_at)
	}
}

/// Whether the effect of a call with the deadline `until` may still show at block `now`, the last transaction being
/// `sent`.
pub fn is_settling<C: Copy + PartialEq>(
	sent: Option<Sent<C>>,
	call: C,
	now: BlockNumber,
	until: BlockNumber,
) -> bool {
	sent.filter(|sent| sent.call == call).is_some_and(|sent| now < sent.again_at(until))
}

/// Lets a transaction with the deadline `until` pass.
///
/// # Errors
///
/// It waits while one is on its way (`sending`), or the effect of the last one, `sent`, may still show.
pub fn gate<C: Copy + PartialEq>(
	sending: bool,
	sent: Option<Sent<C>>,
	call: C,
	now: BlockNumber,
	until: BlockNumber,
) -> Result<C, Wait> {
	match sending || is_settling(sent, call, now, until) {
		true => Err(Wait::Transaction),
		false => Ok(call),
	}
}

/// How somebody opens what it has sealed.
#[derive(Clone, Copy, Debug)]
pub struct Reveal {
	/// The best block.
	pub now: BlockNumber,
	/// First block in which it is too late.
	pub until: BlockNumber,
	/// Whether the finalized chain has this very seal, in a phase in which nobody can seal any more.
	pub for_good: bool,
	/// Whether that is no longer waited for when the time runs out.
	pub without_finality: bool,
	/// What it was told to do wrong.
	pub misbehave: Option<Misbehave>,
}

impl Reveal {
	/// What keeps the seal closed. Only what can't be taken back is shown: on a chain where others may still
	/// seal, the opening would hand them the digest, and a stake to whoever denounces it.
	pub fn kept_by(&self) -> Option<Wait> {
		if self.misbehave == Some(Misbehave::Withhold) {
			return Some(Wait::Misbehaving);
		}
		if !can_land(self.now, self.until) {
			return Some(Wait::DeadlinePassed);
		}
		let last_resort =
			self.without_finality && self.now.saturating_add(LAST_RESORT) >= self.until;
		(!last_resort && !self.for_good).then_some(Wait::Finality)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const SENT: Sent<u8> = Sent { call: 1, at: 30, tries: 1 };

	fn at(now: BlockNumber) -> Reveal {
		let misbehave = None;
		Reveal { now, until: 40, for_good: false, without_finality: false, misbehave }
	}

	#[test]
	fn call_should_settle_later_and_later_until_the_deadline_is_near() {
		let settles_for = |tries| {
			let sent = Some(Sent { tries, ..SENT });
			(30..).find(|now| !is_settling(sent, 1, *now, 100)).expect("it ends") - 30
		};
		assert_eq!([1, 2, 3, 4, 99].map(settles_for), [2, 4, 8, 16, 16]);
		assert!(is_settling(Some(SENT), 1, 30, 32) && !is_settling(Some(SENT), 1, 31, 32));
		let often = Some(Sent { tries: 9, ..SENT });
		assert!(!is_settling(often, 1, 35, 40), "as soon as it hurries");
		assert!(!is_settling(Some(SENT), 2, 30, 100), "another call");
		assert!(!is_settling(None, 1, 30, 100));
	}

	#[test]
	fn tries_should_be_counted_of_one_kind_in_a_row() {
		let next = Sent::next(Some(Sent { tries: 3, ..SENT }), 2, 31);
		assert_eq!(next, Sent { call: 2, at: 31, tries: 1 });
		assert_eq!(Sent::next(Some(next), 2, 32).tries, 2);
	}

	#[test]
	fn seal_should_be_opened_when_it_is_for_good_or_time_runs_out() {
		assert_eq!(at(30).kept_by(), Some(Wait::Finality));
		assert_eq!(Reveal { for_good: true, ..at(30) }.kept_by(), None);
		assert_eq!(at(37).kept_by(), Some(Wait::Finality), "however late");
		let hasty = |now| Reveal { without_finality: true, ..at(now) }.kept_by();
		assert_eq!(
			[31, 32, 39].map(hasty),
			[Some(Wait::Finality), None, Some(Wait::DeadlinePassed)]
		);
		let chances = (0..40).filter(|now| hasty(*now).is_none()).count();
		assert!(chances > 5, "more blocks than may take nothing");
		let told = Reveal { misbehave: Some(Misbehave::Withhold), for_good: true, ..at(30) };
		assert_eq!(told.kept_by(), Some(Wait::Misbehaving));
	}
}
