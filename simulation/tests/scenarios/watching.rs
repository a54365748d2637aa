//! What a watcher expects of a challenge, against what the ledger pays for it.

use crate::judgement::{GAS, Setup, Trial, lie};
use assay_decisions::{
	view::SharedView,
	watcher::{PutUp, Rules, gain_of_challenge, reward_of_challenge},
};
use assay_primitives::{
	Balance, MILLI, Permill, UNIT,
	case::CasePhase,
	deal::TaskState,
	money::{Economics, Slashes},
	price::Price,
	traits::Arbiter,
};
use assay_runtime::{AccountId, Deals, Mediation, Providers, Runtime, RuntimeEvent};
use assay_simulation::{account, key, market::BOND};
use polkadot_sdk::{
	frame_support::assert_ok, pallet_transaction_payment::Event::TransactionFeePaid,
};

/// Who says what is true in the end.
#[derive(Clone, Copy, Debug)]
enum By {
	/// A committee, all of which earn their wage.
	Committee,
	/// A committee of which one only earns a wage.
	Torn,
	/// The court, before anybody is drawn.
	Court,
}

/// Replicas that lie, each at this price and with this bond, and who finds out by which rules.
#[derive(Clone, Copy, Debug)]
struct Case {
	liars: u8,
	base: Balance,
	bond: Balance,
	by: By,
	slashes: Slashes,
}

impl Trial {
	fn shared(&mut self) -> SharedView {
		let task = self.task;
		self.chain.read(|| Deals::task_view(task)).expect("it is known").into()
	}

	fn bond_of(&mut self, who: &AccountId) -> Balance {
		self.chain.read(|| Providers::provider_view(who)).expect("it is registered").bond()
	}

	/// What the watcher has paid for its transactions.
	fn fees(&self) -> Balance {
		let watcher = account(&self.watcher);
		let fee =
			|event: &RuntimeEvent| match event {
				RuntimeEvent::TransactionPayment(TransactionFeePaid {
					who, actual_fee, ..
				}) if *who == watcher => *actual_fee,
				_ => 0,
			};
		self.chain.events.iter().map(fee).sum()
	}

	/// Has a committee say what is true, and its window pass.
	fn ruled_by(&mut self, by: By) {
		let truth = self.truth();
		let (true_digest, false_digest) = (self.digest(&truth), self.digest(&lie()));
		match by {
			By::Court => {
				let (module, court) = (self.module.clone(), key("Ferdie"));
				assert_ok!(self.adjudicate_as(&court, module, GAS));
			},
			By::Committee | By::Torn => {
				let torn = matches!(by, By::Torn);
				self.vote(|at| if torn && at > 0 { false_digest } else { true_digest });
				if torn {
					// The majority errs, and the court says so: its members lose what they are paid from.
					let (module, court) = (self.module.clone(), key("Ferdie"));
					assert_ok!(self.adjudicate_as(&court, module, GAS));
					return;
				}
				let case = self.case;
				let poke = pallet_mediation::Call::<Runtime>::poke { case };
				while !matches!(self.view().case.phase, CasePhase::Closed { .. }) {
					self.chain.pass(1);
					// Until the window is over there is nothing to do.
					let _ = self.chain.send(&key("Ferdie"), poke.clone());
				}
			},
		}
	}
}

/// What the ledger has paid whoever challenged beyond what it was given, and what was expected: of a case that cost so
/// much, and before anything was known of its end.
fn challenged(case: Case) -> (i128, i128, Option<Balance>, PutUp) {
	let price = Price { base: case.base, per_mgas: 0 };
	let setup = Setup { replicas: case.liars, price, bond: case.bond, ..Setup::default() };
	let mut trial = Trial::with(setup, |_| lie());
	trial.chain.read(|| {
		pallet_economics::Current::<Runtime>::mutate(|(_, it)| it.slashes = case.slashes);
	});
	let view = trial.shared();
	assert!(matches!(trial.open().state, TaskState::Agreed { .. }));
	let truth = trial.truth();
	let own = trial.digest(&truth);
	let bonds: Vec<_> = trial.providers.iter().map(|provider| provider.id()).collect();
	let bonds: Vec<_> = bonds.into_iter().map(|who| (who.clone(), trial.bond_of(&who))).collect();
	let bond =
		|who: &AccountId| bonds.iter().find(|(id, _)| id == who).map_or(0, |(_, bond)| *bond);
	let wage = view.deal.terms.wage;
	let put_up = PutUp::of(&view, trial.chain.read(|| <Mediation as Arbiter>::cost(wage)));
	let rules = Rules { slashes: &case.slashes, bond };

	trial.chain.events.clear();
	let watchers = trial.watchers();
	let before = trial.worth(&watchers);
	trial.challenge();
	trial.ruled_by(case.by);
	let after = trial.worth(&watchers) + trial.fees();
	let CasePhase::Closed { ruling, .. } = trial.view().case.phase else { panic!("closed") };
	assert_eq!(ruling.truth, Some(own));
	let earned = after as i128 - before as i128;
	let reward = reward_of_challenge(&view, &own, ruling.spent, &rules);
	let expected = reward as i128 - ruling.spent as i128;
	println!("{case:?}: a case of {}, {earned} earned", ruling.spent);
	(earned, expected, gain_of_challenge(&view, &own, put_up, &rules), put_up)
}

/// A watcher that expects more than it is paid challenges at a loss, and one that expects less lets liars go.
#[test]
fn watcher_should_be_paid_to_the_unit_what_it_expects_for_stakes_cases_and_liars_of_any_size() {
	let usual = Economics::DEFAULT.slashes;
	let (burn, harm) = (Permill::from_percent(23), Permill::from_percent(7));
	let others = Slashes { burn, harm, ..usual };
	// Where a replica costs nearly nothing, the least stake is at risk.
	for (base, bond) in [(MILLI, BOND), (77 * MILLI + 1, BOND), (UNIT, BOND)] {
		for liars in 1..=3 {
			for (by, slashes) in [
				(By::Committee, usual),
				(By::Committee, others),
				(By::Torn, usual),
				(By::Court, usual),
				(By::Court, others),
			] {
				let case = Case { liars, base, bond, by, slashes };
				let (earned, expected, gain, put_up) = challenged(case);
				assert_eq!(earned, expected, "{case:?}");
				if matches!(by, By::Committee) {
					// In 95 of a hundred it earns that; else all that was put up is lost.
					let lost = put_up.total() as i128;
					let mean = (95 * earned - 5 * lost) / 100;
					let gain = gain.map_or(-1, |gain| gain as i128);
					let near = (mean - gain).abs() < 1_000 || (mean < 0 && gain == -1);
					assert!(near, "{case:?}: {gain} expected, {mean} in the mean");
				}
			}
		}
	}
}
