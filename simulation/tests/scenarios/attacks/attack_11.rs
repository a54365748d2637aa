//! One owner of all replicas of a task, who claims what it likes, and has nobody to report it.

use super::*;
use assay_primitives::{
	MILLI, Permill, UNIT,
	deal::{Replica, ReplicaState},
	excuse::Excuse,
	outcome::Class,
	price::Price,
};
use assay_simulation::market::{GAS, lie, offer};

/// Shares of the gas limit and of the pay that are looked at: twentieths.
const STEPS: u128 = 20;
/// A token at the gas limit, and nothing beside.
const BY_GAS: Price = Price { base: 0, per_mgas: MILLI };
/// Probability, in millionths, that a committee of the public pool takes a lie for the truth where the liar's owner has
/// a fifth of it: all three are its own, or it splits them and has four of the seven that follow, and nobody appeals.
const CAPTURED: u128 = 24_006;

/// What becomes of an owner of all replicas, over all of its bonds.
struct Outlook {
	/// Where nobody looks: what an honest run is paid that uses as much.
	paid: Balance,
	/// What it loses where somebody does.
	lost: Balance,
	/// How often somebody does, in millionths.
	rate: u128,
}

impl Outlook {
	/// What a lie gains on average, in millionths of millionths.
	fn lie(&self) -> i128 {
		let whole = 1_000_000u128;
		let found = self.rate * (whole - CAPTURED);
		((whole * whole - found) * self.paid) as i128 - (found * self.lost) as i128
	}

	/// What an honest run gains that costs so many twentieths of its pay.
	fn honest(&self, cost: u128) -> i128 {
		(self.paid * (STEPS - cost) * (1_000_000_000_000 / STEPS)) as i128
	}
}

/// All replicas of a task are of one owner, and tell the same lie.
fn outlook(market: &mut Market, claim: Outcome) -> Outlook {
	let owner: Vec<_> = market.providers.iter().map(Provider::id).collect();
	let before = worth(&mut market.chain, &owner);
	run(market, |_| claim);
	let (task, mut now) = (market.task, market.chain.fork());
	let rate = market.chain.read(|| Deals::audit_chance(task)).expect("they agree");
	let mut end = |looked: bool| {
		let (client, providers) = (market.client.clone(), market.providers.clone());
		let mut fork = Market::around(now.fork(), client, providers);
		if looked {
			fork.chain.read(|| {
				pallet_deals::Deals::<Runtime>::mutate(task.deal, |deal| {
					deal.as_mut().expect("it is open").terms.audit_ppm = 1_000_000;
				})
			});
			await_dispute(&mut fork);
			judge(&mut fork, |_| truth());
		} else {
			fork.spare_audit();
		}
		fork.conclude();
		worth(&mut fork.chain, &owner)
	};
	let (paid, lost) = (end(false) - before, before - end(true));
	Outlook { paid, lost, rate: rate.deconstruct().into() }
}

/// A deal of so many candidates at this price.
fn deal(candidates: u32, replicas: u8, price: Price) -> Market {
	let (mut chain, client, providers) = stage(candidates);
	let offers: Vec<_> = providers.iter().map(|it| offer(&mut chain, it, price)).collect();
	let orders = Match {
		request: Signed {
			order: order(&client, replicas, replicas / 2 + 1),
			authorization: Authorization::OnChain,
		},
		sponsor: None,
		resources: BoundedVec::truncate_from(offers.into_iter().map(Resource::Offer).collect()),
		app: None,
		dataset: None,
	};
	let orders = Box::new(orders);
	assert_ok!(chain.send(&client, pallet_market::Call::match_orders { orders }));
	let mut market = Market::around(chain, client, providers);
	market.drawn();
	market
}

/// Whatever share of the gas limit is claimed, needed, and worth what a run costs.
#[test]
fn attack_11_lie_of_all_replicas_should_gain_less_than_any_honest_run() {
	for replicas in [1, 3, 5] {
		let mut market = deal(replicas.into(), replicas, BY_GAS);
		let outlooks: Vec<Outlook> = (1..=STEPS)
			.map(|claimed| {
				let (client, providers) = (market.client.clone(), market.providers.clone());
				let mut fork = Market::around(market.chain.fork(), client, providers);
				let gas_used = (u128::from(GAS) * claimed / STEPS) as u64;
				// Not what a run uses, so that the committee finds another truth.
				outlook(&mut fork, Outcome { gas_used: gas_used - 1, ..lie() })
			})
			.collect();
		for (claimed, claim) in outlooks.iter().enumerate() {
			let cells =
				outlooks.iter().flat_map(|used| (0..=STEPS).map(move |cost| used.honest(cost)));
			let least = cells.min().expect("there are some");
			let (lie, pay) = (claim.lie(), claim.paid as i128 * 1_000_000_000_000);
			assert!(lie < least, "{replicas} replicas, {claimed} twentieths: {lie} of {pay}");
			// As it was when one result in fifty was looked at, whatever it paid.
			let rare = Outlook { rate: 20_000, ..*claim };
			assert!(replicas == 1 || claimed < 19 || rare.lie() > 0, "it would pay");
		}
		let [first, last] = [&outlooks[0], &outlooks[19]].map(|it| it.rate as f64 / 10_000.0);
		println!("{replicas} replicas: audits of {first:.2} % to {last:.2} %");
	}
}

/// Those who never meet claim the same where all gas is used and nothing was written.
#[test]
fn attack_11_focal_claim_should_be_looked_at_as_often_as_the_dearest() {
	let focal = Outcome { gas_used: GAS, ..Outcome::of_no_run(Class::OutOfGas) };
	let mut market = deal(3, 3, BY_GAS);
	let outlook = outlook(&mut market, focal);
	assert!(outlook.lie() < 0 && outlook.rate > 100_000, "{}", outlook.rate);
}

/// Whoever is drawn for a later wave sees what the first has revealed. A copy stands and falls with it: who lies
/// first, and hopes for copies, loses on average, and so does whoever copies a lie.
#[test]
fn copier_of_a_first_answer_should_lose_with_its_liar() {
	let mut market = deal(6, 3, BY_GAS);
	for absent in &market.drawn()[1..] {
		let operator = market.providers[*absent].operator.clone();
		let call = deals::decline(market.task, spec().hash(), Excuse::Busy);
		assert_ok!(market.chain.send(&operator, call));
	}
	let outlook = outlook(&mut market, Outcome { gas_used: GAS - 1, ..lie() });
	let revealed = |replica: &Replica| matches!(replica.state, ReplicaState::Revealed { .. });
	let copies = market.open_task().replicas.iter().filter(|it| revealed(it)).count();
	assert_eq!(copies, 2, "the liar, and one of another wave");
	assert!(outlook.lie() < 0);
}

/// What audits cost beside the work, for whoever uses all of the gas or a hundredth of it.
#[test]
fn audits_should_cost_less_than_a_fifth_of_the_work_when_two_or_more_run_it() {
	for price in [BY_GAS, Price { base: UNIT, per_mgas: MILLI }] {
		for replicas in [2, 3, 5, 7] {
			let mut market = deal(replicas.into(), replicas, price);
			for part in [1, 4, 100] {
				let pay = price.of(GAS / part);
				let tax = market.audit_tax(pay);
				let work = pay * Balance::from(replicas);
				let share = Permill::from_rational(tax, work).deconstruct();
				assert!(share < 190_000, "{replicas} replicas, a part in {part}: {share}");
			}
		}
	}
}
