//! One honest replica among accomplices, who are the majority and lie.

use super::*;
use assay_primitives::{
	deal::{Ending, ReplicaResult},
	traits::CaseReason,
};
use assay_simulation::{
	market::{PRICE, lie},
	salt_of,
};
use polkadot_sdk::sp_runtime::DispatchError;

/// A task of ten accomplices and, as number 0, the victim.
fn outvoted() -> Market {
	let (mut chain, client, providers) = stage(11);
	assert_ok!(match_offers(&mut chain, &client, order(&client, 11, 6), 11));
	let mut market = Market::around(chain, client, providers);
	run(&mut market, |at| if at == 0 { truth() } else { lie() });
	assert_eq!(market.state().agreed(), Some(digest(&lie())), "the client has it, in doubt");
	let case = case_over(&mut market).expect("dissent opens it");
	let view = market.chain.read(|| Mediation::case_view(case)).expect("it is kept");
	assert_eq!(view.terms.reason, CaseReason::Dissent);
	market
}

fn victim(market: &mut Market) -> Balance {
	let id = market.providers[0].id();
	worth(&mut market.chain, &[id])
}

/// The victim sends nothing but its seal and its opening. Everybody who could be of one owner pays.
#[test]
fn attack_06_honest_minority_should_be_paid_by_the_liars_without_asking() {
	let mut market = outvoted();
	let robbers: Vec<AccountId> = market.providers[1..].iter().map(Provider::id).collect();
	let robbers = [robbers, vec![account(&market.client)]].concat();
	let (stake, before) = (market.stake(), victim(&mut market));
	let had = worth(&mut market.chain, &robbers);
	judge(&mut market, |_| truth());
	market.conclude();
	assert_eq!(market.ended_task().ending, Ending::Settled(truth()));
	let price = PRICE.of(truth().gas_used);
	assert_eq!(victim(&mut market), before + 2 * price, "its price, and as much of the stakes");
	let lost = had - worth(&mut market.chain, &robbers);
	assert!(lost >= 9 * stake, "{lost} of {stake} each");
}

/// Without judges a vote stands for want of anything better, and takes nobody's stake.
#[test]
fn attack_06_vote_should_take_no_stake_when_nobody_can_tell() {
	let mut market = outvoted();
	let before = victim(&mut market);
	market.conclude();
	assert_eq!(market.ended_task().ending, Ending::Settled(lie()));
	let replica = market.ended_replica(0);
	assert!(matches!(replica.result, ReplicaResult::Undecided(_)));
	assert_eq!((replica.paid, replica.slashed, victim(&mut market)), (0, 0, before));
}

/// Whoever lied with the others and has sealed the truth may say so until the first judge has.
#[test]
fn attack_06_colluder_should_be_able_to_report_until_a_judge_has_spoken() {
	for late in [false, true] {
		let (mut chain, client, providers) = stage(3);
		assert_ok!(match_offers(&mut chain, &client, order(&client, 3, 2), 3));
		let mut market = Market::around(chain, client, providers);
		market.drawn();
		let (genesis, task) = (market.chain.genesis_hash(), market.task);
		let betrayer = market.providers[1].clone();
		let (id, salt) = (betrayer.id(), salt_of(&betrayer.id(), &spec().hash()));
		let report = Report::Collusion(digest(&truth()));
		let seal = deals::sealed(&genesis, (task, spec().hash()), &id, lie(), report, &salt);
		send(&mut market, &betrayer.operator, deals::commit(&[seal]));
		run(&mut market, |at| if at == 0 { truth() } else { lie() });
		if late {
			judge_until(
				&mut market,
				|_| truth(),
				|view| {
					let votes = view.rounds.iter().flat_map(|round| &round.members);
					votes.into_iter().any(|member| matches!(member.vote, Vote::Revealed(_)))
				},
			);
		}
		let before = worth(&mut market.chain, std::slice::from_ref(&id));
		let call = deals::open_report(task, digest(&lie()), truth(), salt);
		let opened = market.chain.send(&betrayer.operator, call);
		let refused: DispatchError = pallet_deals::Error::<Runtime>::NotAgreed.into();
		assert_eq!(opened, if late { Err(refused) } else { Ok(()) });
		judge(&mut market, |_| truth());
		market.conclude();
		let (after, stake) = (worth(&mut market.chain, &[id]), market.stake());
		match late {
			false => assert!(after > before + PRICE.of(truth().gas_used)),
			true => assert_eq!(after, before - stake),
		}
	}
}

/// Figures of `docs/benchmarks/judgement.md`, with `--nocapture`: blocks from a dissent to its verdict, and to the task's end.
#[test]
fn attack_06_dissent_should_be_decided_within_the_time_of_a_check() {
	let mut market = outvoted();
	let start = market.chain.now();
	judge_until(
		&mut market,
		|_| truth(),
		|view| matches!(view.case.phase, CasePhase::AppealWindow { .. }),
	);
	let verdict = market.chain.now() - start;
	judge(&mut market, |_| truth());
	market.conclude();
	let settled = market.chain.now() - start;
	println!("dissent: {verdict} blocks to the verdict of a committee, {settled} to the end");
	assert!(verdict <= 25);
}
