//! Dissent opens a case that nobody has asked for. Where no judge can get the content its places are idle, and who had
//! asked for nothing paid for them by the price of the task.

use super::*;
use assay_primitives::{case::ROUNDS, deal::Ending};
use assay_simulation::market::lie;

#[test]
fn client_should_pay_what_idle_places_bind_and_no_more_when_a_stranger_dissents() {
	let mut chain = Chain::start("development");
	let providers: Vec<_> = (0..3).map(|at| register(&mut chain, at)).collect();
	let client = key("Charlie");
	let offers = (0..3).collect();
	assert_ok!(chain.send(&client, assay_simulation::market::submit(spec(), 3, 2, offers)));
	let before = worth(&mut chain, &[account(&client)]);
	let mut market = Market::around(chain, client, providers);
	run(&mut market, |at| if at == 0 { lie() } else { truth() });
	let case = case_over(&mut market).expect("dissent opens it");
	let closed = |view: &CaseView| matches!(view.case.phase, CasePhase::Closed { .. });
	let view = await_case(&mut market.chain, case, closed);
	assert_eq!(view.rounds[0].members.len(), ROUNDS[0] as usize, "nobody could act");
	market.conclude();
	assert_eq!(market.ended_task().ending, Ending::Settled(truth()));
	let spent = before - worth(&mut market.chain, &[account(&market.client)]);
	let idle = spent - market.ended_task().paid;
	let least = market.chain.read(Deals::tariff).least_wage(&request(spec(), 3, 2));
	let wage = market.terms().wage;
	println!("idle places cost {idle}: a wage is {wage}, and binds {least}");
	assert!(wage > 10 * least);
	assert_eq!(idle, Balance::from(ROUNDS[0]) * least, "places are never for nothing");
}
