//! Judges whom the parties have named may be anybody's: what they are paid is the affair of those who named them, and
//! neither of a bond that they have fall, nor of the fund for audits.

use super::*;
use assay_primitives::{UNIT, policy::Policy, price::Price};
use assay_simulation::market::{BOND, lie, terms, transfer};

/// Three mediators of the preset, who are the robber's here.
fn own_judges() -> (Mediators, Vec<AccountId>) {
	let accounts: Vec<_> = (0..3).map(|at| account(&mediator(at))).collect();
	(Mediators::only(BoundedVec::truncate_from(accounts.clone())), accounts)
}

/// Has each provider offer at its price, with these judges. Returns the first offer's number.
fn offers(chain: &mut Chain, of: &[(&Provider, Balance)], judges: &Mediators) -> OfferId {
	let first = chain.read(pallet_market::NextOfferId::<Runtime>::get);
	for (provider, base) in of {
		let terms = terms(Price { base: *base, per_mgas: 0 });
		let place = pallet_market::Call::place_offer { terms, mediators: judges.clone() };
		assert_ok!(chain.send(&provider.operator, place));
	}
	first
}

/// A stolen operator key names the thief's judges in an offer, and lies in one deal with two accomplices at high
/// prices. What the three judges earned came out of the thief's reserve, and back out of the victim's bond.
#[test]
fn stolen_key_should_be_worth_a_tenth_of_the_bond_at_most_when_the_thief_names_the_judges() {
	let (mut chain, client, providers) = stage(3);
	let (judges, accounts) = own_judges();
	let (cheap, dear) = (90 * UNIT, 112 * UNIT);
	let of = [(&providers[0], cheap), (&providers[1], dear), (&providers[2], dear)];
	let first = offers(&mut chain, &of, &judges);
	let mut order = order(&client, 3, 2);
	(order.mediators, order.request.max_price.base) = (judges, dear);
	assert_ok!(match_named(&mut chain, &client, order, first..first + 3));
	let mut market = Market::around(chain, client, providers);
	let mut thieves = vec![account(&market.client)];
	let accomplices = market.providers[1..].iter();
	thieves.extend(accomplices.flat_map(|it| [it.id(), account(&it.operator)]));
	thieves.extend(accounts);
	let before = worth(&mut market.chain, &thieves);
	run(&mut market, |at| if at == 0 { lie() } else { truth() });
	judge(&mut market, |_| truth());
	market.conclude();
	let (stake, lost) = (market.stake(), market.ended_replica(0).slashed);
	let gained = worth(&mut market.chain, &thieves).saturating_sub(before);
	println!("{lost} of a bond of {BOND} fell, of which {gained} to the thief");
	assert_eq!(lost, stake, "the key does harm");
	assert!(gained <= BOND / 10, "{gained}");
}

/// One owner has a provider lie where every result is audited, and its own judges find it: again and again, for what a
/// fall pays whoever finds it is less from the second one of a day on.
#[test]
fn audits_fund_should_lose_nothing_to_judges_whom_the_parties_have_named() {
	let (mut chain, client, providers) = stage(1);
	let (judges, accounts) = own_judges();
	let fund = [<Runtime as pallet_deals::Config>::AuditFund::get()];
	assert_ok!(chain.send(&key("Alice"), transfer(&fund[0], 1_000 * UNIT)));
	let first = offers(&mut chain, &[(&providers[0], UNIT)], &judges);
	let mut order = order(&client, 1, 1);
	(order.mediators, order.request.max_price.base) = (judges, UNIT);
	order.request.policy = Policy::Single { check_ppm: 1_000_000, stake_factor: 5 };
	let mut robbers = vec![account(&client), providers[0].id()];
	robbers.extend(accounts);
	let (before, owned) = (worth(&mut chain, &fund), worth(&mut chain, &robbers));
	for deal in 0..3 {
		let order = RequestOrder { salt: deal, ..order.clone() };
		assert_ok!(match_named(&mut chain, &client, order, first..first + 1));
		let mut market = Market::around(chain, client.clone(), providers.clone());
		market.task = single(deal);
		run(&mut market, |_| lie());
		await_dispute(&mut market);
		judge(&mut market, |_| truth());
		market.conclude();
		chain = market.chain;
	}
	let (after, left) = (worth(&mut chain, &fund), worth(&mut chain, &robbers));
	println!("the fund had {before}, and has {after}; the robbers lost {}", owned - left);
	assert!(after >= before, "{}", before - after);
	assert!(left < owned, "a lie costs whoever plants it");
}
