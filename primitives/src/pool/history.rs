//! Where each leaf of a pool is, out of what was published: no order is ever stored.
//!
//! Leaves that are to be dealt out stand in a row, the **pooled**. At first these are all, in their order. The
//! shuffle by the round's seed sends the one at position `i` of the row to place `at(i)`; places are cut into the
//! columns of the members in the order of their numbers. When a round has ended, what is dealt out next is the
//! rest of each column, in the same order; behind it comes what those who were expelled had done, by rounds.
//!
//! So a leaf is followed through a round by one value of a permutation and sums over the members, forwards
//! ([`History::place`]) and backwards ([`History::leaf`]).

use super::{
	InWork, MAX_MEMBERS, MAX_ROUNDS, Member, PoolId, RoundNumber, shares::divide, shuffle::Shuffle,
};
use crate::{apply, beacon::Seed};
use alloc::vec::Vec;
use codec::Encode;

/// Column of a member in a round.
#[apply(stored)]
#[derive(Copy, Default)]
pub struct Column {
	/// How many ends of rounds the leaf at its head has outlasted with this member; 0 where none was kept.
	pub carried: u8,
	/// Leaves that were dealt out to it.
	pub fresh: u32,
}

/// What a member has published of its column, and how it goes on with it.
#[apply(stored)]
#[derive(Copy)]
pub struct Ended {
	/// Leaves, from the head on.
	pub done: u32,
	/// Whether it is in the next round.
	pub standing: Standing,
}

/// Whether a member goes on.
#[apply(stored)]
#[derive(Copy)]
pub enum Standing {
	/// It does.
	#[codec(index = 0)]
	Stays,
	/// It does not; what it has done stands.
	#[codec(index = 1)]
	Leaves,
	/// It was found wrong: what it has done since a round is dealt out anew. It may have left before.
	#[codec(index = 2)]
	Expelled {
		/// First round whose leaves were not paid yet.
		since: RoundNumber,
	},
}

/// A round.
#[apply(shown)]
pub struct Round {
	/// By which leaves are dealt out.
	pub seed: Seed,
	/// Leaves that are.
	pub pooled: u32,
	/// Columns, by the members' numbers.
	pub columns: Vec<Column>,
	/// What came of each, where the round has ended.
	pub ends: Option<Vec<Ended>>,
}

/// All rounds of a pool.
#[apply(shown)]
pub struct History {
	leaves: u32,
	in_work: InWork,
	rounds: Vec<Round>,
}

/// A place in a column.
#[apply(stored)]
#[derive(Copy, Hash, Ord, PartialOrd)]
pub struct Spot {
	/// The round.
	pub round: RoundNumber,
	/// Whose column.
	pub member: Member,
	/// Position in the column, from 0.
	pub row: u32,
}

/// Where a leaf is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Place {
	/// To be dealt out, from this position of the row.
	Pooled(u32),
	/// In a column of the round that is going on; or of the one that has just ended, where it is kept.
	Open(Spot),
	/// Published there.
	Done(Spot),
}

reasons! {
	/// Why a round can't begin or end like this.
	pub enum HistoryFault {
		0 RoundIsOpen: "a round is going on",
		1 NoRound: "no round is going on",
		2 TooManyRounds: "the pool has had all of its rounds",
		3 WrongMembers: "members are as many as before or more, and at most 64",
		4 BeyondColumn: "more was published than the column has",
		5 ExpelledTwice: "a member can't be expelled twice, nor for rounds to come",
		6 ReturnedFromLeaving: "who has left takes no more leaves",
		7 NobodyWorks: "there is nobody to deal leaves out to",
	}
}

impl Column {
	/// Leaves in it.
	pub fn len(&self) -> u32 {
		self.fresh + self.head()
	}

	/// Whether there is nothing to do.
	pub fn is_empty(&self) -> bool {
		self.len() == 0
	}

	/// 1 where the first leaf was kept from the round before.
	fn head(&self) -> u32 {
		u32::from(self.carried > 0)
	}
}

impl Round {
	/// Whether nothing was dealt out: what is in work is awaited, and no round after it has more to deal.
	pub fn is_last(&self) -> bool {
		self.pooled == 0
	}

	/// What came of a member's column; nothing where the round goes on or the member has none.
	fn end(&self, member: usize) -> Option<(&Column, &Ended)> {
		Some((self.columns.get(member)?, self.ends.as_ref()?.get(member)?))
	}

	/// Leaves that a member has published.
	pub(super) fn done(&self, member: usize) -> u32 {
		self.end(member).map_or(0, |(_, ended)| ended.done)
	}

	/// Whether the leaf in work stays with its provider.
	pub(super) fn keeps(&self, member: usize, in_work: InWork) -> bool {
		let Some((column, ended)) = self.end(member) else { return false };
		let outlasted = if ended.done == 0 { column.carried } else { 0 };
		ended.standing == Standing::Stays
			&& ended.done < column.len()
			&& outlasted < in_work.rounds()
	}

	/// Leaves of a column that go back.
	fn rest(&self, member: usize, in_work: InWork) -> u32 {
		let Some((column, ended)) = self.end(member) else { return 0 };
		column.len() - ended.done - u32::from(self.keeps(member, in_work))
	}

	/// Who was expelled at its end, each with the first round whose leaves go back.
	pub(super) fn expelled(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
		let ends = self.ends.iter().flatten().enumerate();
		ends.filter_map(|(member, ended)| match ended.standing {
			Standing::Expelled { since } => Some((member, usize::from(since))),
			_ => None,
		})
	}
}

/// Subject under which the leaves of a round are dealt out.
pub fn round_subject(pool: PoolId, round: RoundNumber) -> Vec<u8> {
	(b"pool/round", pool, round).encode()
}

/// Subject under which it is drawn which leaves of a round are audited.
pub fn audit_subject(pool: PoolId, round: RoundNumber) -> Vec<u8> {
	(b"pool/audit", pool, round).encode()
}

/// Of a leaf that is followed.
enum Trace {
	/// It stands in the row of the round.
	Item(u32),
	/// It is in a column: the member and the row.
	Row(usize, u32),
}

impl History {
	/// Of a pool that has not begun.
	pub fn new(leaves: u32, in_work: InWork) -> Self {
		Self { leaves, in_work, rounds: Vec::new() }
	}

	/// Of rounds that were kept elsewhere, as [`Self::begin`] and [`Self::end`] have made them.
	pub fn of(leaves: u32, in_work: InWork, rounds: Vec<Round>) -> Self {
		Self { leaves, in_work, rounds }
	}

	/// The rounds so far.
	pub fn rounds(&self) -> &[Round] {
		&self.rounds
	}

	/// The round that is going on.
	pub fn open(&self) -> Option<&Round> {
		self.rounds.last().filter(|round| round.ends.is_none())
	}

	/// Leaves that the next round would deal out.
	pub fn pooled(&self) -> u32 {
		let Some((at, last)) = self.rounds.iter().enumerate().next_back() else {
			return self.leaves;
		};
		self.rests(last)
			+ last.expelled().map(|(it, since)| self.undone(it, since, at)).sum::<u32>()
	}

	/// Leaves that a member keeps from the last round, which has ended: 0 or 1.
	fn carried(&self, member: usize) -> u8 {
		let Some(last) = self.rounds.last() else { return 0 };
		match last.keeps(member, self.in_work) {
			true if last.done(member) == 0 => last.columns[member].carried + 1,
			keeps => u8::from(keeps),
		}
	}

	/// Leaves that stay with who has them in work, while no round goes on.
	pub fn kept(&self) -> u32 {
		let Some(last) = self.rounds.last() else { return 0 };
		(0..last.columns.len()).filter(|member| last.keeps(*member, self.in_work)).count() as u32
	}

	/// Whether no leaf is left: none to be dealt out, and none in work.
	pub fn is_over(&self) -> bool {
		self.open().is_none() && self.pooled() == 0 && self.kept() == 0
	}

	/// Leaves that a member has done and that stand.
	pub fn done_by(&self, member: Member) -> u32 {
		let mut done = 0;
		for (at, round) in self.rounds.iter().enumerate() {
			done += round.done(member.into());
			if let Some((_, since)) = round.expelled().find(|(it, _)| *it == usize::from(member)) {
				done -= self.undone(member.into(), since, at);
			}
		}
		done
	}

	/// Rounds in a row, up to the last one that has ended, in which a member had leaves and published none.
	pub fn idle_rounds(&self, member: Member) -> u8 {
		let ends = self.rounds.iter().rev().filter_map(|round| round.end(member.into()));
		let busy = ends.filter(|(column, _)| !column.is_empty());
		busy.take_while(|(_, ended)| ended.done == 0).count().min(u8::MAX.into()) as u8
	}

	/// Begins a round. There is a weight for each member; who weighs nothing is dealt nothing, and goes on with what
	/// it has kept. New members come last.
	pub fn begin(&mut self, seed: Seed, weights: &[u64]) -> Result<&Round, HistoryFault> {
		let before = self.rounds.last().map_or(0, |round| round.columns.len());
		let gone = |member: usize| {
			let mut ends = self.rounds.iter().filter_map(|round| round.end(member));
			ends.any(|(_, ended)| ended.standing != Standing::Stays)
		};
		let pooled = self.pooled();
		let refused = [
			(self.open().is_some(), HistoryFault::RoundIsOpen),
			(self.rounds.len() >= MAX_ROUNDS.into(), HistoryFault::TooManyRounds),
			(weights.len() < before, HistoryFault::WrongMembers),
			(weights.len() > MAX_MEMBERS.into(), HistoryFault::WrongMembers),
			(
				(0..weights.len()).any(|it| weights[it] > 0 && gone(it)),
				HistoryFault::ReturnedFromLeaving,
			),
			(pooled > 0 && weights.iter().all(|weight| *weight == 0), HistoryFault::NobodyWorks),
		];
		if let Some((_, fault)) = refused.into_iter().find(|(is, _)| *is) {
			return Err(fault);
		}
		let shares = divide(pooled, weights, &seed).into_iter().enumerate();
		let columns =
			shares.map(|(member, fresh)| Column { carried: self.carried(member), fresh }).collect();
		self.rounds.push(Round { seed, pooled, columns, ends: None });
		self.rounds.last().ok_or(HistoryFault::NoRound)
	}

	/// Ends the round with what each member has published. Of who is expelled nothing counts.
	pub fn end(&mut self, ends: &[Ended]) -> Result<(), HistoryFault> {
		let open = self.open().ok_or(HistoryFault::NoRound)?;
		let at = self.rounds.len() - 1;
		if ends.len() != open.columns.len() {
			return Err(HistoryFault::WrongMembers);
		}
		if open.columns.iter().zip(ends).any(|(column, ended)| ended.done > column.len()) {
			return Err(HistoryFault::BeyondColumn);
		}
		let before = |member: usize| {
			self.rounds.iter().any(|round| round.expelled().any(|(it, _)| it == member))
		};
		let wrongly = |(member, ended): (usize, &Ended)| match ended.standing {
			Standing::Expelled { since } => usize::from(since) > at || before(member),
			_ => false,
		};
		if ends.iter().enumerate().any(wrongly) {
			return Err(HistoryFault::ExpelledTwice);
		}
		let counted = |ended: &Ended| match ended.standing {
			Standing::Expelled { .. } => Ended { done: 0, ..*ended },
			_ => *ended,
		};
		self.rounds[at].ends = Some(ends.iter().map(counted).collect());
		Ok(())
	}

	/// Where a leaf is; `None` where the pool has no such leaf.
	///
	/// Each round costs the making of a [`Shuffle`], a value of it, and sums over its members; none is looked at twice.
	pub fn place(&self, leaf: u32) -> Option<Place> {
		let mut trace = Trace::Item(leaf);
		let mut at = 0;
		if leaf >= self.leaves {
			return None;
		}
		while let Some(round) = self.rounds.get(at) {
			let (member, row) = match trace {
				Trace::Item(item) => self.located(round, item)?,
				Trace::Row(member, row) => (member, row),
			};
			let spot = Spot { round: at as RoundNumber, member: member as Member, row };
			let Some((_, ended)) = round.end(member) else { return Some(Place::Open(spot)) };
			let keeps = round.keeps(member, self.in_work);
			(at, trace) = if row < ended.done {
				let Some((when, item)) = self.sent_back(&spot) else {
					return Some(Place::Done(spot));
				};
				(when + 1, Trace::Item(item))
			} else if keeps && row == ended.done {
				// Until the next round begins it is still where it was.
				if at + 1 == self.rounds.len() {
					return Some(Place::Open(spot));
				}
				(at + 1, Trace::Row(member, 0))
			} else {
				let before: u32 = (0..member).map(|it| round.rest(it, self.in_work)).sum();
				(at + 1, Trace::Item(before + row - ended.done - u32::from(keeps)))
			};
		}
		match trace {
			Trace::Item(item) => Some(Place::Pooled(item)),
			Trace::Row(..) => None,
		}
	}

	/// Which leaf stands somewhere: the inverse of [`Self::place`], at the same cost.
	pub fn leaf(&self, spot: &Spot) -> Option<u32> {
		let (mut at, mut member, mut row) =
			(usize::from(spot.round), usize::from(spot.member), spot.row);
		loop {
			let round = self.rounds.get(at)?;
			let column = round.columns.get(member).filter(|column| row < column.len())?;
			if row < column.head() {
				at = at.checked_sub(1)?;
				row = self.rounds[at].done(member);
				continue;
			}
			let place = Self::offset(round, member) + row - column.head();
			let item = Shuffle::new(&round.seed, round.pooled).source(place)?;
			let Some(last) = at.checked_sub(1) else { return Some(item) };
			(at, member, row) = self.came_from(last, item)?;
		}
	}

	/// Places before a member's column.
	fn offset(round: &Round, member: usize) -> u32 {
		round.columns.iter().take(member).map(|column| column.fresh).sum()
	}

	/// Column and row to which a round sends a pooled leaf.
	fn located(&self, round: &Round, item: u32) -> Option<(usize, u32)> {
		let mut place = Shuffle::new(&round.seed, round.pooled).at(item)?;
		for (member, column) in round.columns.iter().enumerate() {
			if place < column.fresh {
				return Some((member, column.head() + place));
			}
			place -= column.fresh;
		}
		None
	}

	/// Leaves of all columns of a round that go back.
	fn rests(&self, round: &Round) -> u32 {
		(0..round.columns.len()).map(|member| round.rest(member, self.in_work)).sum()
	}

	/// Leaves that a member has done from round `since` on and before round `until`.
	fn undone(&self, member: usize, since: usize, until: usize) -> u32 {
		let rounds = self.rounds.iter().take(until).skip(since);
		rounds.map(|round| round.done(member)).sum()
	}

	/// Where a published leaf was sent back with all of who had done it: at the end of which round, to which position.
	fn sent_back(&self, spot: &Spot) -> Option<(usize, u32)> {
		let (of, in_round) = (usize::from(spot.member), usize::from(spot.round));
		let mut later = self.rounds.iter().enumerate().skip(in_round + 1);
		let is_it = |(it, since): (usize, usize)| it == of && since <= in_round;
		let (at, round) = later.find(|(_, round)| round.expelled().any(is_it))?;
		let mut item = self.rests(round);
		for (member, since) in round.expelled() {
			if member == of {
				return Some((at, item + self.undone(of, since, in_round) + spot.row));
			}
			item += self.undone(member, since, at);
		}
		None
	}

	/// Round, column and row that a pooled leaf was in before: the inverse of what a round's end does.
	fn came_from(&self, at: usize, mut item: u32) -> Option<(usize, usize, u32)> {
		let round = self.rounds.get(at)?;
		for member in 0..round.columns.len() {
			let rest = round.rest(member, self.in_work);
			if item < rest {
				let kept = u32::from(round.keeps(member, self.in_work));
				return Some((at, member, round.done(member) + kept + item));
			}
			item -= rest;
		}
		for (member, since) in round.expelled() {
			for earlier in since..at {
				let done = self.rounds[earlier].done(member);
				if item < done {
					return Some((earlier, member, item));
				}
				item -= done;
			}
		}
		None
	}
}
