//! How a world ends, and what everybody has gained and lost by then.

use super::World;
use assay_primitives::{AccountId, Balance, BlockNumber};
use assay_runtime::{Balances, Mediation, Runtime, RuntimeHoldReason};
use assay_simulation::{account, cases, deals::poke, market::PRICE};
use polkadot_sdk::frame_support::traits::fungible::InspectHold;
use std::collections::BTreeMap;

/// Blocks after which everything has to have ended.
const LONGEST: BlockNumber = 1_500;

/// What a run costs whoever is honest: a quarter of what all providers ask for one.
const RUN: i128 = PRICE.base as i128 / 4;

impl World {
	/// What the coalition has gained, in all, and what honest accounts have lost, by what they are; runs have
	/// cost something.
	pub fn result(&mut self) -> (i128, BTreeMap<&'static str, i128>) {
		let now = self.worths();
		let change = |who: &AccountId| now[who] as i128 - self.cast.had(who) as i128;
		let ours = self.cast.accounts.iter().filter(|who| self.memory.is_ours(who));
		let gain = ours.map(change).sum();
		(gain, self.lost(RUN))
	}

	/// What honest accounts have lost but for fees, by what they are, where each run costs so much. What was delivered
	/// is paid for.
	pub fn lost(&mut self, run: i128) -> BTreeMap<&'static str, i128> {
		let now = self.worths();
		let client = account(&self.cast.client);
		let sold = self.providers.iter().map(|host| (host.keys.id(), host.runs));
		let judged = self.mediators.iter().map(|host| (host.id(), host.runs));
		let runs: BTreeMap<AccountId, u32> = sold.chain(judged).collect();
		let mut lost: BTreeMap<&'static str, i128> = BTreeMap::new();
		for (who, worth) in now.into_iter().filter(|(who, _)| !self.memory.is_ours(who)) {
			let change = worth as i128 - self.cast.had(&who) as i128;
			let cost = runs.get(&who).map_or(0, |runs| run * i128::from(*runs));
			let fees = self.fees.get(&who).copied().unwrap_or_default();
			let fair = fees + if who == client { self.paid } else { -cost };
			// Whose only business is to pay fees loses nothing else.
			if change + fair < 0 && self.role(&who) != "stranger" {
				*lost.entry(self.role(&who)).or_default() -= change + fair;
			}
		}
		lost
	}

	/// What honest mediators have earned, in all.
	pub fn earned_by_judging(&mut self) -> i128 {
		let now = self.worths();
		let honest = self.cast.judges.iter().filter(|who| !self.memory.is_ours(who));
		honest.map(|who| now[who] as i128 - self.cast.had(who) as i128).sum()
	}

	/// Nobody of the coalition does anything any more. Deadlines are applied until everything has ended;
	/// gives what never ends.
	pub fn finish(&mut self) -> Option<String> {
		for _ in 0..LONGEST {
			let live = self.live();
			if live.tasks.is_empty() && live.cases.is_empty() {
				return self.stuck();
			}
			self.block();
			if live.now.is_multiple_of(4) {
				let who = self.cast.stranger.clone();
				let tasks = live.tasks.iter().map(|view| poke(&[view.id]));
				let open = live.cases.iter().map(|view| cases::poke(view.id));
				let pokes = tasks.chain(open).map(|call| (who.clone(), call)).collect();
				self.apply_all(pokes);
			}
		}
		let live = self.live();
		let tasks: Vec<_> = live.tasks.iter().map(|view| view.id).collect();
		let cases: Vec<_> = live.cases.iter().map(|view| view.id).collect();
		Some(format!("tasks {tasks:?} and cases {cases:?} have no end"))
	}

	/// Money that is still bound where nothing is open any more.
	fn stuck(&mut self) -> Option<String> {
		let cast = self.cast.clone();
		self.chain.read(|| {
			use pallet_deals::HoldReason::{ChallengeBond, Escrow};
			let reasons: [RuntimeHoldReason; 3] = [
				Escrow.into(),
				ChallengeBond.into(),
				pallet_mediation::HoldReason::AppealBond.into(),
			];
			for who in &cast.accounts {
				let bound: Balance =
					reasons.iter().map(|reason| Balances::balance_on_hold(reason, who)).sum();
				if bound > 0 {
					return Some(format!("{bound} of {who} stay on hold"));
				}
				let view = assay_runtime::Providers::provider_view(who);
				if let Some(view) = view.filter(|view| view.locked > 0 || view.slots_used > 0) {
					let (locked, slots) = (view.locked, view.slots_used);
					return Some(format!("{locked} and {slots} slots of {who} stay locked"));
				}
			}
			let owed = pallet_mediation::Escrowed::<Runtime>::get();
			(owed > 0).then(|| format!("{owed} stay in the account {}", Mediation::pot()))
		})
	}
}
