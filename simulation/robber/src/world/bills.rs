//! What the court and audits have cost, and who has paid for it. Counted from events alone, so that no rule is asked whether
//! it holds.

use assay_primitives::{
	AccountId,
	task::TaskId,
	traits::{CaseId, CaseReason},
};
use assay_runtime::RuntimeEvent;
use pallet_deals::{Event as Deals, ShareReason, SlashReason};
use pallet_mediation::{Event as Mediation, PayReason};
use polkadot_sdk::pallet_transaction_payment::Event::TransactionFeePaid;
use std::collections::{BTreeMap, BTreeSet};

/// Amounts below that are rounding.
const ROUNDING: i128 = 1_000;

/// What a task has cost beside its price.
#[derive(Clone, Debug, Default)]
struct Bill {
	/// Fee of the call by which the court ruled.
	fee: i128,
	/// Whether whoever made that call has something to gain or lose by the deal.
	by_party: bool,
	/// What of the fee false votes have given back, or more.
	votes: i128,
	/// What stakes have, and of that those of others than liars.
	stakes: i128,
	of_others: i128,
	/// What the fund has.
	fund: i128,
	/// What finders of a lie got out of the fund.
	jackpot: i128,
	liars: BTreeSet<AccountId>,
	/// What liars have lost to nobody.
	lost: i128,
	is_audited: bool,
	/// What the case has cost.
	spent: i128,
}

/// Of all tasks.
#[derive(Clone, Debug, Default)]
pub struct Bills {
	tasks: BTreeMap<TaskId, Bill>,
	cases: BTreeMap<CaseId, TaskId>,
	/// On what the court has ruled in a call whose fee is not known yet.
	ruled: Option<CaseId>,
}

impl Bills {
	/// Notes an event. `is_party` says whether an account is a party of the deal of a task.
	pub fn note(&mut self, event: &RuntimeEvent, is_party: impl Fn(&AccountId, TaskId) -> bool) {
		match event {
			RuntimeEvent::Court(pallet_court::Event::Ruled { case, by, .. }) => {
				self.ruled = Some(*case);
				if let Some(task) = self.cases.get(case) {
					self.tasks.entry(*task).or_default().by_party = is_party(by, *task);
				}
			},
			RuntimeEvent::TransactionPayment(TransactionFeePaid { actual_fee, .. }) => {
				if let Some(case) = self.ruled.take()
					&& let Some(bill) = self.of_case(case)
				{
					bill.fee += *actual_fee as i128;
				}
			},
			RuntimeEvent::Mediation(Mediation::Paid {
				case,
				amount,
				reason: PayReason::CourtReward | PayReason::CourtCost,
				..
			}) => {
				if let Some(bill) = self.of_case(*case) {
					bill.votes += *amount as i128;
				}
			},
			RuntimeEvent::Deals(event) => self.note_deals(event),
			_ => {},
		}
	}

	fn of_case(&mut self, case: CaseId) -> Option<&mut Bill> {
		Some(self.tasks.entry(*self.cases.get(&case)?).or_default())
	}

	fn note_deals(&mut self, event: &Deals<assay_runtime::Runtime>) {
		match event {
			Deals::TaskDisputed { task, case, reason, .. } => {
				self.cases.insert(*case, *task);
				self.tasks.entry(*task).or_default().is_audited = *reason == CaseReason::Audit;
			},
			Deals::CaseDecided { task, spent, .. } => {
				self.tasks.entry(*task).or_default().spent += *spent as i128;
			},
			Deals::ReplicaSlashed { task, provider, amount, reason: SlashReason::Wrong } => {
				let bill = self.tasks.entry(*task).or_default();
				bill.liars.insert(provider.clone());
				bill.lost += *amount as i128;
			},
			Deals::SlashShared { task, from, amount, reason, .. } => {
				let bill = self.tasks.entry(*task).or_default();
				let (amount, lied) = (*amount as i128, bill.liars.contains(from));
				bill.lost -= if lied { amount } else { 0 };
				if *reason == ShareReason::Court {
					bill.stakes += amount;
					bill.of_others += if lied { 0 } else { amount };
				}
			},
			Deals::CourtRepaid { task, amount, .. } => {
				self.tasks.entry(*task).or_default().fund += *amount as i128;
			},
			Deals::JackpotPaid { task, amount, .. } => {
				self.tasks.entry(*task).or_default().jackpot += *amount as i128;
			},
			_ => {},
		}
	}

	/// What of the court's cost came back that should not have, in words.
	pub fn overpaid(&self) -> Option<String> {
		self.tasks.iter().find_map(|(task, bill)| {
			let Bill { fee, votes, stakes, of_others, fund, by_party, .. } = *bill;
			let back = stakes + fund;
			let most = if by_party { 0 } else { (fee - votes).max(0) };
			let wrong = if back > most + ROUNDING {
				"more came back than it has cost"
			} else if by_party && votes > fee + ROUNDING {
				"a party has earned by it"
			} else if of_others > 0 {
				"others than liars have paid for it"
			} else {
				return None;
			};
			Some(format!(
				"the court has cost {fee} in {task:?}; false votes gave {votes} back, stakes {stakes}, \
				 the fund {fund}: {wrong}"
			))
		})
	}

	/// What the fund has paid for lies beyond what they have cost liars, in words.
	pub fn overspent(&self) -> Option<String> {
		self.tasks.iter().find_map(|(task, bill)| {
			let (paid, lost) = (bill.fund + bill.jackpot, bill.lost);
			let more = paid > lost.max(0) + ROUNDING;
			more.then(|| format!("the fund pays {paid} for {task:?}, whose liars have lost {lost}"))
		})
	}

	/// What the fund may have paid in all: for audits that found nothing, and for what liars have lost.
	pub fn of_fund(&self) -> i128 {
		let of = |bill: &Bill| {
			let idle = bill.is_audited && bill.liars.is_empty();
			bill.fund + bill.jackpot + if idle { bill.spent } else { 0 }
		};
		self.tasks.values().map(of).sum()
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_primitives::{Balance, UNIT, outcome::Class};
	use assay_runtime::Runtime;

	const TASK: TaskId = TaskId { deal: 1, index: 0 };
	const FEE: Balance = UNIT;

	fn who(byte: u8) -> AccountId {
		[byte; 32].into()
	}

	fn share(from: u8, amount: Balance) -> RuntimeEvent {
		let (from, to, reason) = (who(from), who(9), ShareReason::Court);
		Deals::<Runtime>::SlashShared { task: TASK, from, to, amount, reason }.into()
	}

	/// The first account has lied and lost all of `stake`, and the court has ruled.
	fn ruled(stake: Balance, others: &[RuntimeEvent], by_party: bool) -> Bills {
		let (case, task, by, provider) = (3, TASK, who(9), who(1));
		let reason = CaseReason::Challenge;
		let (digest, class, gas_used) = (Default::default(), Class::Exited(0), 1);
		let all: [RuntimeEvent; 4] = [
			Deals::<Runtime>::TaskDisputed { task, case, reason, funds: 0 }.into(),
			pallet_court::Event::Ruled { case, by: by.clone(), digest, class, gas_used }.into(),
			TransactionFeePaid { who: by, actual_fee: FEE, tip: 0 }.into(),
			Deals::ReplicaSlashed { task, provider, amount: stake, reason: SlashReason::Wrong }
				.into(),
		];
		let mut bills = Bills::default();
		for event in all.iter().chain(others) {
			bills.note(event, |_, _| by_party);
		}
		bills
	}

	#[test]
	fn court_should_be_overpaid_when_more_comes_back_than_it_has_cost() {
		assert_eq!(ruled(5 * UNIT, &[share(1, FEE)], false).overpaid(), None);
		let twice = ruled(5 * UNIT, &[share(1, FEE), share(1, UNIT / 10)], false);
		assert!(twice.overpaid().is_some_and(|it| it.ends_with("more came back than it has cost")));
		let by_votes = Mediation::<Runtime>::Paid {
			case: 3,
			to: who(9),
			amount: FEE,
			reason: PayReason::CourtReward,
		};
		assert!(ruled(5 * UNIT, &[by_votes.into(), share(1, FEE)], false).overpaid().is_some());
	}

	#[test]
	fn court_should_be_overpaid_when_a_party_or_the_silent_give_it_back() {
		assert!(ruled(5 * UNIT, &[share(1, FEE)], true).overpaid().is_some());
		let silent = ruled(5 * UNIT, &[share(2, FEE)], false).overpaid();
		assert!(silent.is_some_and(|it| it.ends_with("others than liars have paid for it")));
	}

	#[test]
	fn fund_should_have_overspent_when_it_pays_more_than_liars_have_lost() {
		let repaid = |amount| Deals::<Runtime>::CourtRepaid { task: TASK, to: who(9), amount };
		let bills = ruled(UNIT / 2, &[repaid(UNIT / 2).into()], false);
		assert_eq!((bills.overspent(), bills.of_fund()), (None, UNIT as i128 / 2));
		assert!(ruled(UNIT / 2, &[repaid(UNIT).into()], false).overspent().is_some());
	}
}
