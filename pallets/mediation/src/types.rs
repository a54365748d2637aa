//! Records of the pallet.

use assay_primitives::{
	AccountId, Balance, BlockNumber, apply,
	bond::Bond,
	case::{
		Case, CaseTerms, MAX_CAPACITY, MAX_RESERVES, MediatorRecord, MediatorStatus, MediatorTerms,
		Member, ROUNDS, Round, Vote,
	},
	judges::Judges,
	profile::ProfileId,
	provider::MAX_PROFILES,
	stored,
	takers::{Question, Takers},
	traits::CaseId,
};
use polkadot_sdk::{
	frame_support::{BoundedBTreeMap, BoundedVec},
	sp_core::ConstU32,
};

/// Who takes tasks, by their profiles.
pub type Counts = BoundedBTreeMap<ProfileId, Takers, ConstU32<MAX_PROFILES>>;

/// Positions up to which mediators are counted by profiles.
pub type Profiles = BoundedBTreeMap<ProfileId, u32, ConstU32<MAX_PROFILES>>;

/// Children of a page of the pool's tree.
pub const FAN: usize = 16;
/// Levels of the tree.
pub const LEVELS: u8 = 4;
/// Most mediators.
pub const MAX_POOL: u32 = 1 << 16;
/// Eras after which a change takes effect.
pub const ERAS_AHEAD: u32 = 2;
/// Blocks that a draw may come late after its seed is known before it needs another ticket.
pub const DRAW_SLACK: BlockNumber = 2;
/// Positions whose mediators an idle block counts by a profile that is new.
pub const LEARNT_PER_BLOCK: u32 = 16;
/// Most cases that an idle block looks at.
pub const SWEPT_PER_BLOCK: u32 = 8;
/// Most cases that an idle block removes.
pub const PRUNED_PER_BLOCK: u32 = 4;
/// Most cases that hold a stake of a mediator at a time, those included that it has nothing to do for any more.
pub const MAX_SEATS: u32 = 4 * MAX_CAPACITY;
/// Cases without a stake of a mediator any more that are remembered: its last ones.
pub const MAX_PAST: u32 = 64;
/// Most members of all rounds of a case: seats, and reserves that took the places of silent ones.
pub const MAX_JUDGED: u32 = most_judged();

const fn most_judged() -> u32 {
	let (mut all, mut round) = (0, 0);
	while round < ROUNDS.len() {
		let seats = ROUNDS[round];
		all += seats + reserves(seats);
		round += 1;
	}
	all
}

/// Most reserves of a round with so many seats.
pub(crate) const fn reserves(seats: u32) -> u32 {
	if seats < MAX_RESERVES { seats } else { MAX_RESERVES }
}

/// A mediator as it is stored.
#[apply(stored)]
pub struct Mediator {
	/// Position in the pool, for as long as it is registered.
	pub position: u32,
	/// Key that signs, or is asked to.
	pub operator: AccountId,
	/// Whether it can be drawn.
	pub status: MediatorStatus,
	/// Its bond, of which a stake for each of `seats` is locked. Stakes reach into what is unbonding, or
	/// members could dodge a draw that they see coming.
	pub bond: Bond,
	/// What it takes on.
	pub terms: MediatorTerms,
	/// What it takes on from an era on.
	pub next_terms: Option<(u32, MediatorTerms)>,
	/// Cases that hold a stake of it.
	pub seats: BoundedVec<CaseId, ConstU32<MAX_SEATS>>,
	/// Cases that have held one, in the order in which they gave it back: the last of them, pruned or not.
	pub past: BoundedVec<CaseId, ConstU32<MAX_PAST>>,
	/// Of `seats`, those in which it has still to seal or to reveal: what its capacity is for.
	pub places: u16,
	/// What of all that is held by cases whose judges are named.
	pub directed: Directed,
	/// Conduct.
	pub record: MediatorRecord,
	/// Block of registration.
	pub registered_at: BlockNumber,
}

impl Mediator {
	/// What it has declared last.
	pub fn latest_terms(&self) -> &MediatorTerms {
		self.next_terms.as_ref().map_or(&self.terms, |(_, next)| next)
	}

	/// Whether it has a place, a seat and a stake left under these terms.
	pub fn has_room(&self, terms: &MediatorTerms, stake: Balance) -> bool {
		self.places < terms.capacity
			&& self.seats.len() < MAX_SEATS as usize
			&& self.bond.unlocked() >= stake
	}

	/// The same for a case whose judges are named, where `least` of the bond is for others.
	pub fn has_directed_room(&self, terms: &MediatorTerms, stake: Balance, least: Balance) -> bool {
		let room = self.directed.has_room(terms, self.bond.held, stake, least);
		room && self.has_room(terms, stake)
	}

	/// Takes back what a case holds of it; its place where it was `busy` there.
	pub fn release(&mut self, live: &Live, busy: bool) {
		let stake = live.terms.stake;
		self.seats.retain(|one| *one != live.id);
		self.bond.locked = self.bond.locked.saturating_sub(stake);
		self.places = self.places.saturating_sub(busy.into());
		if live.is_directed() {
			let Directed { seats, places, locked } = self.directed;
			let (seats, places) = (seats.saturating_sub(1), places.saturating_sub(busy.into()));
			self.directed = Directed { seats, places, locked: locked.saturating_sub(stake) };
		}
	}

	/// Lists a case that holds nothing of it any more, in the place of the oldest one where there is no room.
	pub fn remember(&mut self, case: CaseId) {
		if self.past.is_full() {
			self.past.remove(0);
		}
		let _ = self.past.try_push(case);
	}

	/// What it takes on in an era.
	pub fn terms_in(&self, era: u32) -> &MediatorTerms {
		match &self.next_terms {
			Some((from, next)) if *from <= era => next,
			_ => &self.terms,
		}
	}
}

/// What cases hold of a mediator whose judges are named. Of places, seats and bond they get no more than half, and
/// never the least bond: what their parties agree on among themselves may not keep anybody from the public pool.
#[apply(stored)]
#[derive(Copy, Default)]
pub struct Directed {
	/// Cases that hold a stake.
	pub seats: u16,
	/// Of them, those in which there is something to do still.
	pub places: u16,
	/// Stakes.
	pub locked: Balance,
}

impl Directed {
	/// Whether there is room for one more within a bond of which `least` is for others.
	pub fn has_room(
		&self,
		terms: &MediatorTerms,
		bond: Balance,
		stake: Balance,
		least: Balance,
	) -> bool {
		self.places < terms.capacity / 2
			&& u32::from(self.seats) < MAX_SEATS / 2
			&& self.locked.saturating_add(stake) <= bond.saturating_sub(least).min(bond / 2)
	}
}

/// The line of a named set, or of those that wait for stakes.
#[apply(stored)]
#[derive(Default)]
pub struct Line {
	/// The first case in it and the last one, where there are any.
	pub ends: Option<(CaseId, CaseId)>,
	/// How many there are.
	pub cases: u32,
}

/// Who stands before and behind a case in its line.
#[apply(stored)]
#[derive(Default)]
pub struct Neighbours {
	/// Nobody before the first one.
	pub before: Option<CaseId>,
	/// Nobody behind the last one.
	pub behind: Option<CaseId>,
	/// Block in which it came.
	pub since: BlockNumber,
}

/// A page of the tree of weights: sixteen weights, or sums of pages below, in four versions each.
///
/// The versions are those of the era before [`Self::era`], of that era, and of the two after it.
/// Only the last one is ever written.
#[apply(stored)]
pub struct Page {
	/// Era at the time of the last change.
	pub era: u32,
	/// Versions of each child.
	pub nodes: [[u64; 4]; FAN],
}

impl Page {
	/// A page of nothing.
	pub fn empty(era: u32) -> Self {
		Self { era, nodes: [[0; 4]; FAN] }
	}

	/// The page with its versions moved on to `era`.
	pub fn in_era(mut self, era: u32) -> Self {
		let passed = era.saturating_sub(self.era).min(3) as usize;
		for node in self.nodes.iter_mut() {
			*node = core::array::from_fn(|at| node[(at + passed).min(3)]);
		}
		self.era = self.era.max(era);
		self
	}

	/// The children in `era`; `None` for eras that are no longer known.
	pub fn version(&self, era: u32) -> Option<[u64; FAN]> {
		let at = (era + 1).checked_sub(self.era)?.min(3) as usize;
		Some(core::array::from_fn(|child| self.nodes[child][at]))
	}
}

/// A case as a call works on it.
pub struct Live {
	/// Which.
	pub id: CaseId,
	/// What it is about.
	pub terms: CaseTerms,
	/// Its moving part.
	pub case: Case,
	/// Present block.
	pub now: BlockNumber,
}

impl Live {
	/// Whether all parties have named who judges.
	pub fn is_directed(&self) -> bool {
		self.terms.judges != Judges::Public
	}

	/// What committees are asked.
	pub fn question(&self) -> Question<'_> {
		let CaseTerms { spec, sealed, run_blocks, wage, .. } = &self.terms;
		Question { spec, sealed: *sealed, run_blocks: *run_blocks, wage: *wage }
	}
}

/// For what money of a case was paid.
#[apply(stored)]
#[derive(Copy)]
pub enum PayReason {
	/// A seat whose vote agrees with the ruling, or that voted where nothing was decided.
	#[codec(index = 0)]
	Wage,
	/// A share of what others lost.
	#[codec(index = 1)]
	Bonus,
	/// An appeal that was right.
	#[codec(index = 2)]
	AppealReward,
	/// Having the court rule against members.
	#[codec(index = 3)]
	CourtReward,
	/// Opening a seal before it was time.
	#[codec(index = 4)]
	Denouncement,
	/// What was not needed of the funds.
	#[codec(index = 5)]
	Refund,
	/// What a party has paid for having the court rule against members.
	#[codec(index = 6)]
	CourtCost,
}

/// For what a mediator was slashed.
#[apply(stored)]
#[derive(Copy)]
pub enum SlashReason {
	/// Voted against the final ruling.
	#[codec(index = 0)]
	Against,
	/// Never sealed.
	#[codec(index = 1)]
	Silent,
	/// Sealed and never revealed.
	#[codec(index = 2)]
	Withheld,
	/// Let others see its seal opened before it was time.
	#[codec(index = 3)]
	Denounced,
}

/// Members whose vote satisfies `which`.
pub fn count(round: &Round, which: fn(&Vote) -> bool) -> u32 {
	round.members.iter().filter(|member| which(&member.vote)).count() as u32
}

/// Has to seal.
pub fn is_drawn(vote: &Vote) -> bool {
	matches!(vote, Vote::Drawn)
}

/// Has still something to do, and a place for it.
pub fn is_busy(vote: &Vote) -> bool {
	is_drawn(vote) || is_sealed(vote)
}

/// Has to reveal.
pub fn is_sealed(vote: &Vote) -> bool {
	matches!(vote, Vote::Sealed(_))
}

/// The member that a mediator is.
pub fn member<'a>(round: &'a mut Round, mediator: &AccountId) -> Option<&'a mut Member> {
	round.members.iter_mut().find(|member| member.mediator == *mediator)
}
