//! How cases end: who is paid, who is slashed, what is told.

use crate::{types::is_busy, *};
use alloc::vec::Vec;
use assay_primitives::{
	case::{Appeal, CasePhase, CaseTerms, Member, Round, Vote},
	money::{Wages, after_burn, appeal_reward, court_reward, idle_places},
	outcome::Digest,
	traits::{CaseId, CaseReason, CourtBill, Ruling, Verdicts},
};
use frame_support::{
	defensive,
	storage::with_storage_layer,
	traits::{
		Get,
		fungible::MutateHold,
		tokens::{Fortitude, Precision, Restriction},
	},
	weights::Weight,
};
use sp_runtime::DispatchResult;

/// How a case ends.
pub(crate) struct End {
	/// The true digest.
	pub truth: Option<Digest>,
	/// What it has cost to have the court say so, where it did.
	pub bill: Option<CourtBill>,
}

/// What members are owed, and what others have lost.
#[derive(Default)]
pub(crate) struct Owed {
	/// Those of the first round who earned a wage.
	first: Vec<AccountId>,
	/// Those of later rounds.
	later: Vec<AccountId>,
	/// What arrived of votes against the truth.
	against: Balance,
}

/// How a member is judged.
enum Judged {
	/// It is owed a wage.
	Earned,
	/// It voted against the truth; so much of its penalty arrived.
	Against(Balance),
	/// Neither.
	Other,
}

impl<T: Config> Pallet<T> {
	/// Ends a case for good: judges the members of all rounds, divides its money, and tells whoever
	/// opened it.
	pub(crate) fn close(mut live: Live, end: End) -> Weight {
		match live.case.phase {
			// The court came before the draw.
			CasePhase::AwaitingSeed { .. } => {
				Rounds::<T>::remove(live.id, live.case.round);
				live.case.round = live.case.round.saturating_sub(1);
			},
			CasePhase::Queued { .. } if Self::stands_in_line(live.id) => Self::leave_line(&live),
			_ => (),
		}
		let rounds: Vec<Round> =
			(0..=live.case.round).filter_map(|round| Rounds::<T>::get(live.id, round)).collect();
		let seats = rounds.iter().map(|round| round.members.len() as u32).sum();
		let owed = Self::judge(&mut live, &rounds, end.truth);
		let right = Self::settle_appeals(&mut live, &end);
		let (spent, bill) = Self::divide(&mut live, &rounds, &end, &owed, &right);
		let ruling = Ruling { truth: end.truth, by_court: end.bill.is_some(), spent };
		Self::keep(&mut live, ruling);
		Self::announce(&live, ruling, bill);
		Self::close_weight(seats)
	}

	/// Weight of closing a case in which so many sit. It may have to be taken out of a line.
	pub(crate) fn close_weight(seats: u32) -> Weight {
		Self::recounted(T::WeightInfo::close(seats))
			.saturating_add(Self::line_weight())
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(T::VerdictWeight::get())
	}

	/// Frees all seats and takes the penalties. Returns who is owed a wage, and what votes against the
	/// truth have cost.
	fn judge(live: &mut Live, rounds: &[Round], truth: Option<Digest>) -> Owed {
		let mut owed = Owed::default();
		for (number, round) in rounds.iter().enumerate() {
			for member in &round.members {
				match Self::judge_member(live, member, truth) {
					Judged::Earned if number == 0 => owed.first.push(member.mediator.clone()),
					Judged::Earned => owed.later.push(member.mediator.clone()),
					Judged::Against(arrived) => {
						owed.against = owed.against.saturating_add(arrived);
					},
					Judged::Other => (),
				}
			}
		}
		owed
	}

	/// Frees a seat and takes its penalty.
	fn judge_member(live: &mut Live, member: &Member, truth: Option<Digest>) -> Judged {
		let who = &member.mediator;
		// Where the court came first.
		let busy = is_busy(&member.vote);
		let (share, reason) = match (member.vote, truth) {
			// Freed and punished when it happened.
			(Vote::Denounced, _) => return Judged::Other,
			(Vote::Revealed(digest), Some(truth)) if digest == truth => {
				Self::unseat(live, who, busy, |record| {
					record.coherent = record.coherent.saturating_add(1);
				});
				return Judged::Earned;
			},
			(Vote::Revealed(_), Some(_)) => {
				Self::unseat(live, who, busy, |record| {
					record.against = record.against.saturating_add(1);
				});
				(Self::judged_by(live).against, SlashReason::Against)
			},
			(Vote::Silent, Some(_)) => (Self::judged_by(live).silent, SlashReason::Silent),
			(Vote::Withheld, Some(_)) => (Self::judged_by(live).withheld, SlashReason::Withheld),
			// It could not act, the court came first, or nothing could be decided: nobody is punished.
			(vote, _) => {
				Self::unseat(live, who, busy, |_| ());
				let earned = truth.is_none() && matches!(vote, Vote::Revealed(_));
				return if earned { Judged::Earned } else { Judged::Other };
			},
		};
		if reason != SlashReason::Against {
			Self::unseat(live, who, busy, |record| {
				record.failed = record.failed.saturating_add(1);
			});
		}
		let arrived = Self::slash(live, who, share, reason);
		Self::book(arrived);
		live.case.penalties = live.case.penalties.saturating_add(arrived);
		if reason == SlashReason::Against { Judged::Against(arrived) } else { Judged::Other }
	}

	/// Gives appeal bonds back, or takes those of appeals that a committee or the court found wrong.
	/// Returns the appeals that were right.
	fn settle_appeals(live: &mut Live, end: &End) -> Vec<Appeal> {
		let mut right = Vec::new();
		for appeal in live.case.appeals.clone() {
			let confirmed = end.truth == Some(appeal.against);
			if confirmed && (appeal.heard || end.bill.is_some()) {
				let arrived = Self::take_appeal_bond(live, &appeal);
				Self::book(arrived);
				live.case.penalties = live.case.penalties.saturating_add(arrived);
				continue;
			}
			Self::return_appeal_bond(live, &appeal);
			if end.truth.is_some() && !confirmed {
				right.push(appeal);
			}
		}
		right
	}

	fn take_appeal_bond(live: &Live, appeal: &Appeal) -> Balance {
		let hold = HoldReason::AppealBond.into();
		let kept = after_burn(appeal.bond, Self::judged_by(live).burn);
		let arrived = T::Currency::transfer_on_hold(
			&hold,
			&appeal.by,
			&Self::pot(),
			kept,
			Precision::Exact,
			Restriction::Free,
			Fortitude::Force,
		)
		.unwrap_or(0);
		let rest = appeal.bond.saturating_sub(arrived);
		let burnt = T::Currency::burn_held(
			&hold,
			&appeal.by,
			rest,
			Precision::BestEffort,
			Fortitude::Force,
		)
		.unwrap_or(0);
		if arrived.saturating_add(burnt) != appeal.bond {
			defensive!("an appeal holds less than its bond");
		}
		let (case, by, amount) = (live.id, appeal.by.clone(), appeal.bond);
		Self::deposit_event(Event::AppealBondLost { case, by, amount, burnt });
		arrived
	}

	fn return_appeal_bond(live: &Live, appeal: &Appeal) {
		let hold = HoldReason::AppealBond.into();
		let released = T::Currency::release(&hold, &appeal.by, appeal.bond, Precision::BestEffort);
		if released != Ok(appeal.bond) {
			defensive!("an appeal holds less than its bond");
		}
		let (case, to, amount) = (live.id, appeal.by.clone(), appeal.bond);
		Self::deposit_event(Event::AppealBondReturned { case, to, amount });
	}

	/// Pays wages, gives back what is left of the funds, and divides what is left of the penalties.
	/// Returns what was spent of the funds, and what the court has cost that is owed to whoever had it rule.
	fn divide(
		live: &mut Live,
		rounds: &[Round],
		end: &End,
		owed: &Owed,
		right: &[Appeal],
	) -> (Balance, Option<CourtBill>) {
		let Owed { first, later, .. } = owed;
		let (id, funds) = (live.id, live.terms.funds);
		let penalties = core::mem::take(&mut live.case.penalties);
		let wages = Wages::of(funds, penalties, live.terms.wage, first.len(), later.len());
		let mut unpaid = wages.due();
		for who in first.iter().chain(later) {
			Self::pay(id, &mut unpaid, who, wages.each, PayReason::Wage);
		}
		let paid = wages.less(unpaid);
		let mut left = penalties.saturating_sub(paid.of_penalties);
		let mut refund = funds.saturating_sub(paid.of_funds);
		let places = idle_places(refund, Self::idle_place(live), live.case.idle);
		refund = refund.saturating_sub(places);
		Self::pay(id, &mut refund, &live.terms.refund, Balance::MAX, PayReason::Refund);
		let lost = refund.saturating_add(places);
		let spent = paid.of_funds.saturating_add(lost);
		let bill = Self::reward(live, rounds, end, owed, right, &mut left);
		Self::burn(id, left.saturating_add(lost));
		(spent, bill)
	}

	/// What a place costs whose member could not act: its wage, for whoever asks chooses that. Dissent nobody has
	/// asked for, so there it is what a place binds, whatever the task is worth.
	fn idle_place(live: &Live) -> Balance {
		let CaseTerms { reason, wage, spec, run_blocks, .. } = &live.terms;
		let binds = Self::judged_by(live).wage.of(spec.limits.gas, *run_blocks);
		if *reason == CaseReason::Dissent { binds.min(*wage) } else { *wage }
	}

	/// Divides penalties: half a bond for each appeal that was right, then what whoever went to the court
	/// gets, the rest in equal parts for the members who were right. Returns what the court has cost that is owed still.
	fn reward(
		live: &Live,
		rounds: &[Round],
		end: &End,
		owed: &Owed,
		right: &[Appeal],
		left: &mut Balance,
	) -> Option<CourtBill> {
		let Owed { first, later, against } = owed;
		let id = live.id;
		end.truth?;
		for appeal in right {
			Self::pay(id, left, &appeal.by, appeal_reward(appeal.bond), PayReason::AppealReward);
		}
		let bill = end.bill.as_ref();
		let unpaid = bill.and_then(|bill| Self::repay_court(live, rounds, bill, *against, left));
		let seats = (first.len() + later.len()) as Balance;
		let bonus = left.checked_div(seats).unwrap_or(0);
		for who in first.iter().chain(later) {
			Self::pay(id, left, who, bonus, PayReason::Bonus);
		}
		unpaid
	}

	/// Pays whoever had the court rule out of what votes against the truth have cost, and nothing of what others lost.
	/// Returns what is owed still, which is nothing to those who take part.
	fn repay_court(
		live: &Live,
		rounds: &[Round],
		bill: &CourtBill,
		against: Balance,
		left: &mut Balance,
	) -> Option<CourtBill> {
		let CourtBill { to, amount: cost } = bill;
		let takes_part = Self::takes_part(live, rounds, to);
		let due = court_reward(*cost, against.min(*left), takes_part);
		if takes_part {
			Self::pay(live.id, left, to, due, PayReason::CourtCost);
			return None;
		}
		let amount = cost.saturating_sub(Self::pay(live.id, left, to, due, PayReason::CourtReward));
		(amount > 0).then(|| CourtBill { to: to.clone(), amount })
	}

	/// Whether an account is a party, has questioned the result, is a member of any round, or signs for one of these.
	fn takes_part(live: &Live, rounds: &[Round], who: &AccountId) -> bool {
		let CaseTerms { excluded, refund, .. } = &live.terms;
		let signs_for = Operators::<T>::get(who);
		let members = rounds.iter().flat_map(|round| &round.members).map(|one| &one.mediator);
		let mut all = excluded.iter().chain([refund]).chain(members);
		all.any(|one| one == who || signs_for.as_ref() == Some(one))
	}

	/// Turns the case into what is kept of it.
	fn keep(live: &mut Live, ruling: Ruling) {
		let prune_at = live.now.saturating_add(T::RetainBlocks::get());
		live.case.phase = CasePhase::Closed { ruling, at: live.now, prune_at };
		Self::save(live);
		Open::<T>::remove(live.terms.subject);
		Timed::<T>::remove(live.id);
		Ends::<T>::push(live.id);
	}

	/// Hands over a ruling again that was not taken.
	pub(crate) fn do_hand_over(case: CaseId) -> DispatchResult {
		let live = Self::load(case)?;
		let bill = Untaken::<T>::get(case).ok_or(Error::<T>::NothingToDo)?;
		let CasePhase::Closed { ruling, .. } = live.case.phase else {
			return Err(Error::<T>::NothingToDo.into());
		};
		T::Verdicts::decided(&live.terms.subject, case, ruling, bill)?;
		Untaken::<T>::remove(case);
		// Its turn may have passed while it could not be removed.
		Ends::<T>::push(case);
		Self::deposit_event(Event::RulingTaken { case });
		Ok(())
	}

	/// Hands the ruling over. The case is closed whatever becomes of that.
	fn announce(live: &Live, ruling: Ruling, bill: Option<CourtBill>) {
		let (case, subject) = (live.id, live.terms.subject);
		let Ruling { truth, by_court, spent } = ruling;
		Self::deposit_event(Event::CaseClosed { case, subject, truth, by_court, spent });
		let decided = || T::Verdicts::decided(&subject, case, ruling, bill.clone());
		if let Err(error) = with_storage_layer(decided) {
			Untaken::<T>::insert(case, bill);
			Self::deposit_event(Event::RulingNotTaken { case, error });
		}
	}
}
