//! A queue so full that no question is taken: it must neither keep those waiting about whom nobody asks, nor have
//! a lie settled about which somebody does.

use super::*;
use assay_primitives::{BlockNumber, UNIT, deal::Ending, policy::Policy, request::Request};
use assay_simulation::market::{lie, named, order as submit};

const ONE: Policy = Policy::Quorum { replicas: 1, required: 1 };
/// Every result is audited.
const AUDITED: Policy = Policy::Single { check_ppm: 1_000_000, stake_factor: 5 };
/// Blocks that a draw and a poke take.
const MOMENT: BlockNumber = 20;

/// So many wait that questions are refused, and cases that open by themselves still have room.
fn fill(chain: &mut Chain) {
	chain.read(|| pallet_mediation::QueueRange::<Runtime>::put((0u64, 100_000u64)));
}

fn empty(chain: &mut Chain) {
	chain.read(|| {
		pallet_mediation::QueueRange::<Runtime>::mutate(|range| range.0 = range.1.min(100_000))
	});
}

/// A task of one replica that has said this.
fn agreed(policy: Policy, says: Outcome) -> Market {
	let (mut chain, client, providers) = stage(1);
	let request = Request { policy, ..request(spec(), 1, 1) };
	assert_ok!(chain.send(&client, submit(request, named([0]))));
	let mut market = Market::around(chain, client, providers);
	run(&mut market, |_| says);
	market
}

fn until(market: &mut Market) -> BlockNumber {
	let TaskState::Agreed { until, .. } = market.state() else { panic!("it is agreed") };
	until
}

/// Every window in which others filled the queue was void, for whoever did not fill it too, and for ever.
#[test]
fn result_should_be_paid_at_the_end_of_its_window_when_the_queue_is_full_and_nobody_asks() {
	let mut market = agreed(ONE, truth());
	let (due, before) = (until(&mut market), market.providers[0].id());
	let had = worth(&mut market.chain, std::slice::from_ref(&before));
	fill(&mut market.chain);
	market.conclude();
	assert!(market.chain.now() <= due + MOMENT, "{} and {due}", market.chain.now());
	assert_eq!(market.ended_task().ending, Ending::Settled(truth()));
	assert!(worth(&mut market.chain, &[before]) > had, "the work is paid");
}

#[test]
fn accepted_result_should_be_paid_at_once_when_the_queue_is_full() {
	let mut market = agreed(ONE, truth());
	fill(&mut market.chain);
	let accept = pallet_deals::Call::accept { task: market.task, digest: digest(&truth()) };
	let challenge = pallet_deals::Call::challenge { task: market.task, digest: digest(&truth()) };
	let (client, stranger) = (market.client.clone(), key("Ferdie"));
	let calls = [(Some(&client), accept.into()), (Some(&stranger), challenge.into())];
	let results = market.chain.block(&calls);
	assert_eq!(results[0], Ok(Ok(())));
	assert_ne!(results[1], Ok(Ok(())), "nobody can question what was accepted");
	let accepted = market.chain.now();
	market.conclude();
	assert!(market.chain.now() <= accepted + MOMENT, "{} and {accepted}", market.chain.now());
	assert_eq!(market.ended_task().ending, Ending::Settled(truth()));
}

/// Whoever has seen a lie and finds the queue full says so once. It is kept open for as long as it takes, and judged then.
#[test]
fn lie_should_not_be_settled_when_its_client_finds_the_queue_full() {
	let mut market = agreed(ONE, lie());
	let (task, client) = (market.task, market.client.clone());
	let people = [market.providers[0].id(), account(&client)];
	let [had, owned] = people.clone().map(|who| worth(&mut market.chain, &[who]));
	fill(&mut market.chain);
	let check = pallet_deals::Call::check { task, digest: digest(&lie()) };
	assert_ok!(market.chain.send(&client, check));
	for _ in 0..3 {
		let before = until(&mut market);
		while market.chain.now() < before {
			fill(&mut market.chain);
			market.chain.pass(1);
		}
		fill(&mut market.chain);
		assert_ok!(market.poke(&key("Ferdie")));
		assert!(until(&mut market) > before, "the window lasts as long again");
		assert_eq!(case_over(&mut market), None);
	}
	empty(&mut market.chain);
	assert_ok!(market.poke(&key("Ferdie")));
	judge(&mut market, |_| truth());
	market.conclude();
	let stake = market.stake();
	let [liar, asker] = people;
	let lost = had - worth(&mut market.chain, &[liar]);
	println!("the liar lost {lost} of a stake of {stake}, and waited for it");
	assert_eq!((market.ended_replica(0).slashed, lost), (stake, stake));
	assert!(owned.saturating_sub(worth(&mut market.chain, &[asker])) < UNIT / 10, "fees");
}

/// A fee was enough to keep others from their pay for a window, again and again.
#[test]
fn question_should_cost_its_case_when_it_was_put_off_and_the_result_is_true() {
	let mut market = agreed(ONE, truth());
	let stranger = key("Ferdie");
	let robber = [account(&stranger)];
	let had = worth(&mut market.chain, &robber);
	fill(&mut market.chain);
	let challenge = pallet_deals::Call::challenge { task: market.task, digest: digest(&truth()) };
	assert_ok!(market.chain.send(&stranger, challenge));
	empty(&mut market.chain);
	assert_ok!(market.poke(&stranger));
	judge(&mut market, |_| truth());
	market.conclude();
	let lost = had - worth(&mut market.chain, &robber);
	let wage = market.terms().wage;
	println!("it has cost {lost}, at a wage of {wage}");
	assert!(lost >= 4 * wage, "funds and bond");
	assert_eq!(market.ended_task().ending, Ending::Settled(truth()));
}

/// A window that was opened anew had another draw: whoever did not like the first filled the queue after it.
#[test]
fn audit_should_be_held_when_the_queue_is_filled_after_its_draw() {
	let mut market = agreed(AUDITED, lie());
	let due = until(&mut market);
	while market.chain.now() < due + MOMENT {
		market.chain.pass(1);
	}
	fill(&mut market.chain);
	assert_ok!(market.poke(&key("Ferdie")));
	assert!(matches!(market.state(), TaskState::Disputed { .. }), "{:?}", market.state());
	empty(&mut market.chain);
	judge(&mut market, |_| truth());
	market.conclude();
	let stake = market.stake();
	assert_eq!(market.ended_replica(0).slashed, stake);
}
