//! What always holds.
//!
//! # Invariants
//!
//! 1. A mediator has exactly its recorded bond on hold; what is locked and what is unbonding are each
//!    within it, the latter in chunks that are not empty and in the order of their maturity. Of one that
//!    is leaving all is unbonding.
//! 2. What is locked is a stake for each of its seats, and every seat is one of an open case in which
//!    it is a member that was not denounced; and the other way round. Its places are those in which it has
//!    still to seal or to reveal. What of all that is of cases whose judges are named is counted.
//! 3. Positions, mediators and vacant positions fit together, and none is beyond the next new one.
//! 4. The newest weight of every position is the one that its mediator should have.
//! 5. Every sum in the tree is that of the page below it, in every version.
//! 6. Operators and mediators whose operator signs point to each other; no operator is another's stash.
//! 7. The account owns at least the existential deposit and what open cases own: their funds and
//!    penalties. These are what is booked.
//! 8. An appellant has on hold exactly the bonds of its appeals in open cases.
//! 9. Every case has terms, every case that is not closed stands in `Open` under its task, and
//!    every closed one in the queue for pruning. Those that are open and do not wait for a first committee in a line are
//!    the timed ones.
//! 10. Rounds belong to cases. All held ones are drawn, with an odd number of seats, each more than the
//!     one before. A case that waits for its seed has an undrawn round, and it alone.
//! 11. While a round seals somebody has to seal; while it reveals somebody has to reveal and nobody
//!     has to seal; after a ruling of the court nobody has to seal; afterwards nobody has to do anything.
//! 12. Every round that waits for its seed stands in the queue for draws, in which those whose judges are named are counted.
//! 13. Every ruling that was not taken is of a closed case.
//! 14. Every case that waits until it can be drawn stands in one line, once: that of its set if its judges are named,
//!     otherwise one of the public pool. Lines are as long as they say; those of sets are in the ring, and the one of cases
//!     that wait for stakes is not empty.
//! 15. What the pool takes is counted by the newest weights and the latest terms, and so is, for each level of what is left
//!     of a bond, who can sit: by each profile that is known, of those positions that are counted by it. All of them are
//!     of the runtime.

use crate::{
	lines::DEAR,
	takers::shift,
	types::{count, is_busy, is_drawn, is_sealed},
	*,
};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use assay_primitives::{
	case::{CasePhase, Vote},
	profile::{Profile, ProfileId},
	traits::CaseId,
};
use frame_support::{
	ensure,
	traits::fungible::{Inspect, InspectHold},
};
use pallet_bonds::{Bonds, Parties, Party};
use sp_runtime::TryRuntimeError;

type Checked = Result<(), TryRuntimeError>;

/// A seat of a mediator.
#[derive(Clone)]
struct Seat {
	stake: Balance,
	/// Whether there is something to do still.
	busy: bool,
	/// Whether the judges are named.
	directed: bool,
}

/// What seats hold together.
fn held<'a>(seats: impl Iterator<Item = &'a Seat>) -> Directed {
	seats.fold(Directed::default(), |all, seat| Directed {
		seats: all.seats + 1,
		places: all.places + u16::from(seat.busy),
		locked: all.locked + seat.stake,
	})
}

impl<T: Config> Pallet<T> {
	/// Checks all invariants.
	pub fn do_try_state() -> Checked {
		let seats = Self::seats();
		for (stash, mediator) in Mediators::<T>::iter() {
			Self::check_mediator(&stash, &mediator, &seats)?;
		}
		let known = |stash: &AccountId| Mediators::<T>::contains_key(stash);
		ensure!(seats.keys().all(known), "2: a member is not registered");
		Self::check_positions()?;
		Self::check_tree()?;
		Self::check_counts()?;
		for (operator, stash) in Operators::<T>::iter() {
			MediatorBonds::<T>::check_pointer(&operator, &stash)?;
		}
		Self::check_money()?;
		Self::check_lines()?;
		for (id, case) in Cases::<T>::iter() {
			Self::check_case(id, case.phase)?;
		}
		let cases = |(id, _, _): (CaseId, u8, _)| Cases::<T>::contains_key(id);
		ensure!(Rounds::<T>::iter().all(cases), "10: a round has no case");
		let is_closed = |id| {
			let phase = Cases::<T>::get(id).map(|case| case.phase);
			matches!(phase, Some(CasePhase::Closed { .. }))
		};
		ensure!(
			Untaken::<T>::iter_keys().all(is_closed),
			"13: an untaken ruling of no closed case"
		);
		Ok(())
	}

	/// Cases of the seats of each mediator.
	fn seats() -> BTreeMap<AccountId, BTreeMap<CaseId, Seat>> {
		let mut seats: BTreeMap<AccountId, BTreeMap<CaseId, Seat>> = BTreeMap::new();
		for live in Open::<T>::iter_values().filter_map(|id| Self::load(id).ok()) {
			let (id, stake, directed) = (live.id, live.terms.stake, live.is_directed());
			for round in Rounds::<T>::iter_prefix_values(id) {
				let sits = round.members.into_iter().filter(|one| one.vote != Vote::Denounced);
				for member in sits {
					let busy = is_busy(&member.vote);
					let seat = Seat { stake, busy, directed };
					seats.entry(member.mediator).or_default().insert(id, seat);
				}
			}
		}
		seats
	}

	fn check_mediator(
		stash: &AccountId,
		mediator: &Mediator,
		seats: &BTreeMap<AccountId, BTreeMap<CaseId, Seat>>,
	) -> Checked {
		MediatorBonds::<T>::check(stash, &mediator.bond)?;
		let stays = !mediator.is_leaving() || mediator.bond.staying() == 0;
		ensure!(stays, "1: a part of a bond stays without its mediator");
		let mine = seats.get(stash).cloned().unwrap_or_default();
		let listed: BTreeSet<CaseId> = mediator.seats.iter().copied().collect();
		ensure!(listed == mine.keys().copied().collect(), "2: seats differ from memberships");
		ensure!(listed.len() == mediator.seats.len(), "2: a seat is listed twice");
		let past: BTreeSet<CaseId> = mediator.past.iter().copied().collect();
		ensure!(past.len() == mediator.past.len(), "2: a case is past twice");
		ensure!(past.is_disjoint(&listed), "2: a past case holds a stake");
		let all = held(mine.values());
		ensure!(all.places == mediator.places, "2: places differ from what is to be done");
		ensure!(all.locked == mediator.bond.locked, "2: locked differs from the stakes");
		let directed = held(mine.values().filter(|seat| seat.directed));
		ensure!(directed == mediator.directed, "2: what named judges hold is counted wrongly");
		let at = Positions::<T>::get(mediator.position);
		ensure!(at.as_ref() == Some(stash), "3: a mediator is not at its position");
		let newest = Self::weight_in(mediator.position, Self::era().saturating_add(ERAS_AHEAD));
		ensure!(newest == Self::due_weight(mediator), "4: a weight is not what it should be");
		Ok(MediatorBonds::<T>::check_operator(stash, mediator)?)
	}

	fn check_positions() -> Checked {
		let next = NextPosition::<T>::get();
		let mut taken: BTreeSet<u32> = BTreeSet::new();
		for (position, stash) in Positions::<T>::iter() {
			let mediator = Mediators::<T>::get(stash).ok_or("3: a position of nobody")?;
			ensure!(mediator.position == position, "3: a mediator stands elsewhere");
			taken.insert(position);
		}
		for at in 0..Vacant::<T>::count() {
			let position = Vacant::<T>::get(at).ok_or("3: the stack of positions has gaps")?;
			ensure!(taken.insert(position), "3: a vacant position is taken");
			for era in Self::era().saturating_sub(1)..=Self::era().saturating_add(ERAS_AHEAD) {
				ensure!(Self::weight_in(position, era) == 0, "4: a vacant position has weight");
			}
		}
		ensure!(taken.len() == next as usize, "3: positions are lost");
		ensure!(taken.iter().all(|position| *position < next), "3: a position is too high");
		Ok(())
	}

	fn check_tree() -> Checked {
		let era = Self::era();
		for ((level, index), page) in Pages::<T>::iter() {
			if level + 1 >= LEVELS {
				continue;
			}
			let (parent, child) = (index / FAN as u32, index as usize % FAN);
			let above = Pages::<T>::get((level + 1, parent)).ok_or("5: a page has no parent")?;
			let (page, above) = (page.in_era(era), above.in_era(era));
			for version in 0..4 {
				let sum: u64 = page.nodes.iter().map(|node| node[version]).sum();
				ensure!(sum == above.nodes[child][version], "5: a sum is wrong");
			}
		}
		Ok(())
	}

	fn check_counts() -> Checked {
		let known = Known::<T>::get();
		let counted = |least: Option<Balance>| {
			let mut counts = Counts::default();
			for mediator in Mediators::<T>::iter_values() {
				let terms = mediator.latest_terms();
				let sits = least.is_none_or(|least| mediator.has_room(terms, least));
				let counted = Self::counted(Some(&mediator)).filter(|_| sits);
				shift(&mut counts, &known, None, counted);
			}
			counts
		};
		ensure!(Counted::<T>::get() == counted(None), "15: what the pool takes is counted wrongly");
		let of_runtime = |profile: &ProfileId| Profile::by_id(profile).is_some();
		ensure!(known.keys().all(of_runtime), "15: counted by a profile that is none");
		for (level, least) in Self::levels().enumerate() {
			let due = counted(Some(least));
			ensure!(Free::<T>::get(level as u8) == due, "15: who can sit is counted wrongly");
		}
		let directed = Waiting::<T>::iter_values().filter(|(.., directed)| *directed).count();
		let known = WaitingDirected::<T>::get() as usize;
		ensure!(known == directed, "12: draws of named judges are counted wrongly");
		Ok(())
	}

	fn check_lines() -> Checked {
		let mut all = 0;
		for (set, line) in Lines::<T>::iter() {
			let turns = Ring::<T>::entries().filter(|it| *it == set).count();
			ensure!(turns == usize::from(set != DEAR), "14: a set has not exactly one turn");
			ensure!(set != DEAR || line.cases > 0, "14: nobody waits for stakes");
			let (mut before, mut at) = (None, line.ends.map(|(first, _)| first));
			for _ in 0..line.cases {
				let case = at.ok_or("14: a line is shorter than it says")?;
				let place = Links::<T>::get(case).ok_or("14: a line is torn")?;
				ensure!(place.before == before, "14: neighbours do not know each other");
				let phase = Cases::<T>::get(case).map(|case| case.phase);
				ensure!(matches!(phase, Some(CasePhase::Queued { .. })), "14: nobody waits here");
				(before, at) = (Some(case), place.behind);
			}
			ensure!(at.is_none(), "14: a line is longer than it says");
			ensure!(before == line.ends.map(|(_, last)| last), "14: a line ends elsewhere");
			all += line.cases as usize;
		}
		ensure!(Links::<T>::iter_keys().count() == all, "14: a case stands in the line of no set");
		ensure!(Timed::<T>::iter_keys().all(Cases::<T>::contains_key), "9: a timed case is gone");
		let sets = Ring::<T>::entries().all(Lines::<T>::contains_key);
		ensure!(sets, "14: a set without a line has a turn");
		Ok(())
	}

	fn check_money() -> Checked {
		let mut owed: Balance = 0;
		let mut bonds: BTreeMap<AccountId, Balance> = BTreeMap::new();
		for id in Open::<T>::iter_values() {
			let live = Self::load(id).map_err(|_| "9: an open case does not exist")?;
			owed += live.terms.funds + live.case.penalties;
			for appeal in &live.case.appeals {
				*bonds.entry(appeal.by.clone()).or_default() += appeal.bond;
			}
		}
		ensure!(owed == Escrowed::<T>::get(), "7: what is booked differs from what is owed");
		let minimum = T::Currency::minimum_balance();
		let owned = T::Currency::balance(&Self::pot());
		ensure!(owed == 0 || owned >= owed + minimum, "7: the account owns less than its cases");
		for who in frame_system::Account::<T>::iter_keys() {
			let held = T::Currency::balance_on_hold(&HoldReason::AppealBond.into(), &who);
			ensure!(held == bonds.remove(&who).unwrap_or(0), "8: an appeal bond is not held");
		}
		ensure!(bonds.is_empty(), "8: an appellant has no account");
		Ok(())
	}

	fn check_case(id: CaseId, phase: CasePhase) -> Checked {
		let live = Self::load(id).map_err(|_| "9: a case has no terms")?;
		ensure!(id < NextCase::<T>::get(), "9: a case has a number of the future");
		let open = Open::<T>::get(live.terms.subject) == Some(id);
		let closed = matches!(phase, CasePhase::Closed { .. });
		ensure!(open != closed, "9: a case is open and closed, or neither");
		let timed = !closed && !matches!(phase, CasePhase::Queued { round: 0 });
		ensure!(Timed::<T>::contains_key(id) == timed, "9: the timed cases are wrong");
		ensure!(
			Ends::<T>::entries().any(|it| it == id) == closed,
			"9: the queue for pruning is wrong"
		);
		let numbers = 0..=live.case.round;
		let rounds: Vec<_> = numbers.filter_map(|round| Rounds::<T>::get(id, round)).collect();
		ensure!(rounds.len() == Rounds::<T>::iter_prefix(id).count(), "10: a round is too many");
		let waiting = matches!(phase, CasePhase::AwaitingSeed { .. });
		for (at, round) in rounds.iter().enumerate() {
			let last = at + 1 == rounds.len();
			ensure!(round.draw.is_some() != (waiting && last), "10: a round is not drawn");
			ensure!(round.seats % 2 == 1, "10: the seats of a round are even");
			ensure!(at == 0 || round.seats > rounds[at - 1].seats, "10: a round is not larger");
			let (drawn, sealed) = (count(round, is_drawn), count(round, is_sealed));
			match phase {
				// The court may come at any time.
				CasePhase::Closed { .. } => (),
				CasePhase::Sealing { .. } if last => {
					ensure!(drawn > 0, "11: a round seals and nobody has to");
				},
				CasePhase::Ruled { .. } if last => {
					ensure!(drawn == 0, "11: the court has ruled and somebody has to seal");
				},
				CasePhase::Revealing { .. } if last => {
					ensure!(drawn == 0 && sealed > 0, "11: a round reveals and nobody has to");
				},
				_ => ensure!(drawn == 0 && sealed == 0, "11: somebody is not done"),
			}
		}
		if let CasePhase::Queued { .. } = phase {
			let lines = Places::<T>::entries().chain(Returned::<T>::entries());
			let (queued, in_line) =
				(lines.filter(|it| *it == id).count(), Self::stands_in_line(id));
			ensure!(queued + usize::from(in_line) == 1, "14: a case waits in no line, or in two");
			ensure!(in_line || !live.is_directed(), "14: a case does not wait for its set");
		}
		if let CasePhase::AwaitingSeed { ticket, .. } = phase {
			let entry = (id, live.case.round, ticket.taken_at, live.is_directed());
			ensure!(Draws::<T>::entries().any(|it| it == entry), "12: a round waits in no queue");
		}
		Ok(())
	}
}
