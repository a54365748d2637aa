//! Worthless cases fill the pool: a robber has results of its own judged, at a price of nothing and with content that
//! nobody has, until no mediator has a place left; a lie that is questioned meanwhile would stand.

use super::*;
use assay_primitives::{case::ROUNDS, content::ContentRef, price::Price};
use assay_simulation::{
	cases,
	market::{lie, named, order as submit, register_with},
};

/// More than all places of three mediators hold.
const FLOOD: u64 = 20;

/// Has the robber's own provider answer in so many deals, and the robber question all answers.
fn flood(chain: &mut Chain, robber: &Pair, own: &Provider) {
	let spec = TaskSpec { module: ContentRef::of(b"kept back"), ..spec() };
	let (genesis, hash) = (chain.genesis_hash(), spec.hash());
	let all = |call: &dyn Fn(u64) -> RuntimeCall| -> Vec<(Option<&Pair>, RuntimeCall)> {
		(0..FLOOD).map(|deal| (Some(robber), call(deal))).collect()
	};
	let done = |results: Vec<_>| assert!(results.iter().all(|it| *it == Ok(Ok(()))), "{results:?}");
	done(chain.block(&all(&|_| submit(request(spec.clone(), 1, 1), named([0])))));
	chain.pass(8);
	let seal = |deal| {
		deals::sealed(&genesis, (single(deal), hash), &own.id(), truth(), Report::Nothing, &salt(0))
	};
	assert_ok!(chain.send(&own.operator, deals::commit(&(0..FLOOD).map(seal).collect::<Vec<_>>())));
	let opening = Opening { outcome: truth(), salt: salt(0) };
	let openings: Vec<_> = (0..FLOOD).map(|deal| (single(deal), opening)).collect();
	assert_ok!(chain.send(&own.operator, deals::reveal(&openings)));
	let digest = truth().digest(&hash);
	done(
		chain.block(&all(&|deal| pallet_deals::Call::check { task: single(deal), digest }.into())),
	);
}

#[test]
fn attack_03_real_case_should_be_judged_and_worthless_ones_be_paid_for() {
	let mut chain = cases::start();
	let own = register_with(&mut chain, 0, |_, terms| {
		terms.price = Price { base: 0, per_mgas: 0 };
	});
	let liar = register(&mut chain, 1);
	let (robber, client) = (key("Ferdie"), key("Charlie"));
	assert_ok!(publish(&mut chain, &client, MODULE));
	let robbers = [account(&robber), own.id(), account(&own.operator)];
	let before = worth(&mut chain, &robbers);
	flood(&mut chain, &robber, &own);
	assert_ok!(chain.send(&client, submit(request(spec(), 1, 1), named([1]))));
	chain.pass(10);
	let honest = mediators(&mut chain);
	let owned = worth(&mut chain, &honest);

	let mut market = Market::around(chain, client.clone(), vec![liar]);
	market.task = single(FLOOD);
	run(&mut market, |_| lie());
	let (task, digest) = (market.task, digest(&lie()));
	assert_ok!(market.chain.send(&client, pallet_deals::Call::check { task, digest }));
	let case = case_over(&mut market).expect("it was opened");
	let phase = |market: &mut Market| {
		market.chain.read(|| Mediation::case_view(case)).expect("it is kept").case.phase
	};
	assert!(matches!(phase(&mut market), CasePhase::Queued { .. }), "all places are taken");
	judge_until(&mut market, |_| truth(), |it| !matches!(it.case.phase, CasePhase::Queued { .. }));
	let turn = market.chain.now();
	let is_found = |it: &CaseView| matches!(it.case.phase, CasePhase::AppealWindow { .. });
	judge_until(&mut market, |_| truth(), is_found);
	let blocks = market.chain.now() - turn;
	println!("the real case is decided {blocks} blocks after it has its turn");
	assert!(blocks <= 25, "{blocks}");
	judge(&mut market, |_| truth());
	let CasePhase::Closed { ruling, .. } = phase(&mut market) else { panic!("it is closed") };
	assert_eq!(ruling.truth, Some(truth().digest(&spec().hash())));
	market.conclude();
	let stake = market.stake();
	assert_eq!(market.ended_replica(0).slashed, stake, "the lie does not stand");

	market.chain.pass(100);
	let least = market.chain.read(Deals::tariff).least_wage(&request(spec(), 1, 1));
	let lost = before.saturating_sub(worth(&mut market.chain, &robbers));
	let cost = Balance::from(FLOOD) * Balance::from(ROUNDS[0]) * least;
	println!("{FLOOD} worthless cases cost {lost}, of which their places {cost}");
	assert!(lost >= cost, "{lost} of {cost}");
	assert!(
		worth(&mut market.chain, &honest) >= owned,
		"nobody is punished for what he could not do"
	);
}
