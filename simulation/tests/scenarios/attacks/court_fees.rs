//! Who pays what the court costs: whoever had lied, and for them the fund for audits, up to what they have lost to nobody. A
//! robber has wars among his own accounts, or makes the call dear, to have it from the fund.

use crate::judgement::{GAS, Setup, Trial, done, lie, mediator};
use assay_primitives::{Balance, MICRO, MILLI, UNIT, case::CasePhase, deal::Ending, price::Price};
use assay_runtime::{
	AccountId, Balances, Executive, Runtime, RuntimeCall, RuntimeEvent, configs::AuditFund,
};
use assay_simulation::{account, key, tipped};
use pallet_deals::{Event as Deals, ShareReason};
use pallet_mediation::{Event as Mediation, PayReason};
use polkadot_sdk::{
	frame_support::{assert_ok, traits::fungible::Inspect},
	frame_system, pallet_balances,
	pallet_transaction_payment::{Event::TransactionFeePaid, Multiplier, NextFeeMultiplier},
	pallet_utility,
	sp_core::sr25519::Pair,
	sp_runtime::{FixedPointNumber, MultiAddress},
};

/// What a provider's daemon asks where its operator says nothing.
const USUAL: Price = Price { base: MILLI, per_mgas: 10 * MICRO };

/// A program with so many bytes that nobody runs.
fn filled(bytes: usize) -> Vec<u8> {
	let mut size = bytes + 1;
	let mut module = done();
	module.push(0);
	while size > 127 {
		module.push(size as u8 | 128);
		size >>= 7;
	}
	module.push(size as u8);
	module.resize(module.len() + bytes + 1, 0);
	module
}

/// A lie of all replicas, which somebody challenges. The fund has much.
fn war(replicas: u8, bytes: usize, price: Price) -> Trial {
	let module = filled(bytes);
	let setup = Setup { module, replicas, price, ..Setup::default() };
	let mut trial = Trial::with(setup, |_| lie());
	let (dest, value) = (MultiAddress::Id(AuditFund::get()), 1_000 * UNIT);
	let endow = pallet_balances::Call::<Runtime>::transfer_keep_alive { dest, value };
	assert_ok!(trial.chain.send(&key("Alice"), endow));
	trial.challenge();
	trial
}

impl Trial {
	fn court_call(&self, max_gas: u64) -> RuntimeCall {
		let (case, task_hash) = (self.case, self.spec.hash());
		let (module, input) = (self.module.clone(), self.input.clone());
		pallet_court::Call::adjudicate { case, task_hash, max_gas, module, input }.into()
	}

	/// The whole committee says what the replicas have said.
	fn confirm(&mut self) {
		let said = self.digest(&lie());
		self.vote(|_| said);
	}

	fn fund(&mut self) -> Balance {
		self.worth(&[AuditFund::get()])
	}

	/// Everybody but the fund, whatever his part.
	fn everybody(&self) -> Vec<AccountId> {
		let providers = self.providers.iter().flat_map(|it| [it.id(), account(&it.operator)]);
		let people = [&self.client, &self.watcher, &key("Ferdie")].map(account);
		providers.chain(people).collect()
	}

	/// What the last transaction has cost, without its tip.
	fn fee(&self) -> Balance {
		let fee = self.chain.events.iter().rev().find_map(|event| match event {
			RuntimeEvent::TransactionPayment(TransactionFeePaid { actual_fee, tip, .. }) => {
				Some(actual_fee - tip)
			},
			_ => None,
		});
		fee.expect("it was paid for")
	}

	/// What came back of it: out of false votes, out of stakes, and out of the fund.
	fn back(&self) -> [Balance; 3] {
		let mut back = [0; 3];
		for event in &self.chain.events {
			match event {
				RuntimeEvent::Mediation(Mediation::Paid {
					reason: PayReason::CourtReward | PayReason::CourtCost,
					amount,
					..
				}) => back[0] += amount,
				RuntimeEvent::Deals(Deals::SlashShared {
					reason: ShareReason::Court,
					amount,
					..
				}) => back[1] += amount,
				RuntimeEvent::Deals(Deals::CourtRepaid { amount, .. }) => back[2] += amount,
				_ => (),
			}
		}
		back
	}

	/// What providers have lost to nobody.
	fn burnt(&self) -> Balance {
		let burnt = self.chain.events.iter().filter_map(|event| match event {
			RuntimeEvent::Providers(pallet_providers::Event::Slashed { burnt, .. }) => Some(*burnt),
			_ => None,
		});
		burnt.sum()
	}
}

/// Nobody has voted falsely, so that the call was at the cost of whoever made it.
#[test]
fn court_should_cost_a_stranger_next_to_nothing_when_somebody_has_lied() {
	let mut trial = war(3, 0, USUAL);
	let stranger = key("Ferdie");
	let before = trial.worth(&[account(&stranger)]);
	let call = trial.court_call(GAS);
	assert_ok!(trial.chain.send(&stranger, call));
	let (fee, [votes, stakes, fund]) = (trial.fee(), trial.back());
	let lost = before - trial.worth(&[account(&stranger)]);
	println!("of {fee} stakes gave {stakes} back, the fund {fund}: {lost} are left");
	assert_eq!((votes, fund), (0, 0));
	assert!(stakes <= fee && lost <= fee / 20, "{stakes} of {fee}");
	assert!(matches!(trial.ending(), Ending::Failed(_)));
}

/// One owner of all: he lies, challenges, and has the dearest court rule that he can. What the fund pays him he has lost.
#[test]
fn war_among_ones_own_accounts_should_cost_more_than_the_fund_pays() {
	for (replicas, bytes, votes) in
		[(1, 0, false), (3, 0, false), (1, 300_000, false), (3, 300_000, false), (3, 900_000, true)]
	{
		let mut trial = war(replicas, bytes, USUAL);
		if votes {
			trial.confirm();
		}
		let (robbers, fund) = (trial.everybody(), trial.fund());
		let before = trial.worth(&robbers);
		let call = trial.court_call(GAS);
		assert_ok!(trial.chain.send(&key("Ferdie"), call));
		let (fee, back) = (trial.fee(), trial.back());
		let paid = fund - trial.fund();
		let lost = before as i128 - trial.worth(&robbers) as i128;
		println!("{replicas} replicas, {bytes} bytes: {fee} paid, {back:?} back, {lost} lost");
		assert!(back.iter().sum::<Balance>() <= fee.max(back[0]), "{back:?} of {fee}");
		assert!(paid <= trial.burnt(), "the fund lost {paid}, they {}", trial.burnt());
		// What members lose for voting falsely is not the robber's.
		assert!(lost + back[0] as i128 >= paid as i128, "{lost} lost, {paid} paid by the fund");
	}
}

/// The robber owns the block's author as well.
#[test]
fn tip_should_never_come_back() {
	let back = |tip| {
		let mut trial = war(3, 300_000, USUAL);
		let (call, stranger) = (trial.court_call(GAS), key("Ferdie"));
		let result = trial.chain.build(|| {
			Executive::inherents_applied();
			Executive::apply_extrinsic(tipped(&stranger, &call, tip))
		});
		assert_eq!(result, Ok(Ok(())));
		assert!(trial.back().iter().sum::<Balance>() <= trial.fee());
		trial.back()
	};
	assert_eq!(back(0), back(5 * UNIT));
}

/// A longer transaction, or one that pays for more gas, is dearer and nothing that the task needs.
#[test]
fn call_should_give_no_more_back_when_more_is_brought_than_the_task_needs() {
	let back = |beside: usize, max_gas| {
		let mut trial = war(3, 0, USUAL);
		let remark = frame_system::Call::<Runtime>::remark { remark: vec![0; beside] };
		let calls = vec![remark.into(), trial.court_call(max_gas)];
		let batch = pallet_utility::Call::<Runtime>::batch_all { calls };
		assert_ok!(trial.chain.send(&key("Ferdie"), batch));
		assert!(trial.back().iter().sum::<Balance>() <= trial.fee());
		(trial.back(), trial.fee())
	};
	let ((usual, cheap), (other, dear)) = (back(0, GAS), back(900_000, 16 * GAS));
	assert!(dear > 5 * cheap, "{dear} and {cheap}");
	assert_eq!(usual, other);
}

/// Whoever fills blocks until fees are many times what they were has the fund pay no more than liars lose.
#[test]
fn fund_should_pay_no_more_than_liars_lose_however_high_fees_are() {
	for times in [1, 4, 20] {
		let mut trial = war(3, 100_000, USUAL);
		let multiplier = Multiplier::saturating_from_integer(times);
		trial.chain.read(|| NextFeeMultiplier::<Runtime>::put(multiplier));
		let fund = trial.fund();
		let call = trial.court_call(GAS);
		assert_ok!(trial.chain.send(&key("Ferdie"), call));
		let (fee, back, burnt) = (trial.fee(), trial.back(), trial.burnt());
		println!("fees are {times} times what they were: {fee} paid, {back:?} back");
		assert!(back.iter().sum::<Balance>() <= fee, "{back:?} of {fee}");
		assert!(back[2] <= burnt && fund - trial.fund() == back[2], "{back:?}, {burnt} burnt");
	}
}

/// Parties bring cases about, and members are paid for judging.
#[test]
fn nobody_of_the_case_should_be_paid_by_stakes_or_fund_for_having_the_court_rule() {
	let callers: [fn(&mut Trial) -> Pair; 5] = [
		|trial| trial.client.clone(),
		|trial| trial.watcher.clone(),
		|trial| trial.providers[0].operator.clone(),
		|trial| trial.providers[1].stash.clone(),
		|trial| {
			let members = trial.view().rounds[0].members.clone();
			mediator(&members[0].mediator)
		},
	];
	for (at, caller) in callers.into_iter().enumerate() {
		let mut trial = war(3, 0, USUAL);
		trial.confirm();
		assert!(matches!(trial.view().case.phase, CasePhase::AppealWindow { .. }));
		let caller = caller(&mut trial);
		let (id, fund) = (account(&caller), trial.fund());
		let money = trial.chain.read(|| Balances::balance(&id));
		if money < UNIT {
			let (dest, value) = (MultiAddress::Id(id), 5 * UNIT);
			let endow = pallet_balances::Call::<Runtime>::transfer_keep_alive { dest, value };
			assert_ok!(trial.chain.send(&key("Alice"), endow));
		}
		let call = trial.court_call(GAS);
		assert_ok!(trial.chain.send(&caller, call));
		let ([votes, stakes, paid], fee) = (trial.back(), trial.fee());
		assert!(0 < votes && votes <= fee, "caller {at}: {votes} of {fee}");
		assert_eq!((stakes, paid), (0, 0), "caller {at}");
		assert!(trial.fund() >= fund);
	}
}
