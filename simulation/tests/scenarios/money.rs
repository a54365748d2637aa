//! What the tariff says that a deal costs, against what the ledger takes.

use crate::policies::policies;
use assay_primitives::{
	Balance, MILLI, UNIT,
	content::ContentRef,
	deal::Via,
	money::{Amounts, Tariff, maxima},
	order::Refusal,
	policy::Policy,
	price::Price,
	request::{Candidate, Ineligible, Request},
	task::{Input, InputList, Limits, TaskSpec},
	traits::{AssetSale, DealBook, NewDeal},
};
use assay_runtime::{AccountId, Balances, Deals, Providers, Runtime};
use assay_simulation::{
	Chain, account, key,
	market::{BOND, GAS, Provider, register, spec},
};
use pallet_deals::HoldReason;
use polkadot_sdk::{
	frame_support::{
		storage::{TransactionOutcome, with_transaction},
		traits::fungible::{Inspect, InspectHold, Mutate},
	},
	sp_runtime::DispatchError,
};
use proptest::{
	prelude::*,
	test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use std::{cell::RefCell, collections::BTreeMap};

/// Deals that are drawn.
const DRAWN: u32 = 10_000;
const PROVIDERS: u32 = 12;

/// A deal, by what its money follows from.
#[derive(Clone, Debug)]
struct Draw {
	policy: Policy,
	gas: u64,
	/// Of each candidate; the first ones of the providers.
	prices: Vec<Price>,
	/// More than one is a bag.
	tasks: u32,
	app: Balance,
	dataset: Balance,
	tip: Balance,
}

/// Mostly near each other, as a ledger wants them.
fn prices() -> impl Strategy<Value = Vec<Price>> {
	let amount = || prop_oneof![0..1_000u64, 0..UNIT as u64 / 1_000, 0..200 * UNIT as u64];
	(amount(), amount(), prop::collection::vec((0..300u64, 0..300u64), 1..=PROVIDERS as usize))
		.prop_map(|(base, per_mgas, more)| {
			let part = |of: u64, more: u64| {
				Balance::from(of) + Balance::from(of) * Balance::from(more) / 1_000
			};
			more.into_iter()
				.map(|(one, other)| Price {
					base: part(base, one),
					per_mgas: part(per_mgas / 1_000, other),
				})
				.collect()
		})
}

fn draw() -> impl Strategy<Value = Draw> {
	let sum = || prop_oneof![Just(0), 1..UNIT];
	let tasks = prop_oneof![3 => Just(1u32), 1 => 2..20u32];
	(policies(1..6, 2..50), 1..=GAS, prices(), tasks, sum(), sum(), 0..MILLI).prop_map(
		|(policy, gas, prices, tasks, app, dataset, tip)| Draw {
			policy,
			gas,
			prices,
			tasks,
			app,
			dataset,
			tip,
		},
	)
}

impl Draw {
	fn deal(&self, client: AccountId, providers: &[Provider]) -> NewDeal {
		let inputs: Vec<_> = (0..self.tasks).map(|at| ContentRef::of(&at.to_le_bytes())).collect();
		let input = match self.tasks {
			1 => Input::None,
			_ => Input::List(InputList::of(&inputs).0),
		};
		let spec = spec();
		let limits = Limits { gas: self.gas, ..spec.limits };
		let most = Price { base: Balance::MAX, per_mgas: Balance::MAX };
		let request = Request {
			task: TaskSpec { input, limits, ..spec },
			policy: self.policy,
			canary: false,
			max_price: most,
			run_blocks: 20,
			tags: 0,
			valid_until: 10_000,
			hints: Default::default(),
		};
		let candidates = self.prices.iter().zip(providers).map(|(price, provider)| Candidate {
			provider: provider.id(),
			price: *price,
			weight: 1,
		});
		let sale = |price: Balance| {
			let owner = account(&key("Bob"));
			(price > 0).then(|| AssetSale { asset: Default::default(), owner, price, liability: 0 })
		};
		NewDeal {
			tasks: self.tasks,
			app: sale(self.app),
			dataset: sale(self.dataset),
			tip: (self.tip > 0).then(|| (account(&key("Dave")), self.tip)),
			..NewDeal::plain(Via::MARKET, client, request, candidates.collect())
		}
	}
}

/// Opens a deal, and takes it back again.
fn check(draw: &Draw, client: &AccountId, providers: &[Provider]) -> &'static str {
	let tariff = Deals::tariff();
	let maxima = maxima(&draw.prices, draw.gas).expect("these prices fit");
	let deal = draw.deal(client.clone(), providers);
	let least = tariff.least_wage(&deal.request);
	let amounts = tariff.amounts(&draw.policy, &maxima, least, draw.app + draw.dataset);
	let amounts = amounts.expect("these prices fit");
	let total = amounts.locked().expect("it fits") * Balance::from(draw.tasks);
	let dearest = maxima[maxima.len() - 1];
	let held = |reason: HoldReason| Balances::balance_on_hold(&reason.into(), client);
	let locked = || -> Vec<Balance> {
		let view = |one: &Provider| Providers::provider_view(&one.id()).expect("registered").locked;
		providers.iter().map(view).collect()
	};
	let (free, staked) = (Balances::balance(client), locked());
	assert_eq!((held(HoldReason::Escrow), staked.iter().sum::<Balance>()), (0, 0));
	let told = Deals::cost(&deal).expect("it fits");
	let deal = match Deals::open(deal) {
		Ok(deal) => deal,
		Err(error) => return refusal(error, draw, &tariff, &amounts, dearest),
	};
	let terms = pallet_deals::Deals::<Runtime>::get(deal).expect("it is open").terms;
	let ledger =
		(terms.stake, terms.wage, terms.reserve, terms.audit_ppm, terms.audit_tax, terms.escrow);
	let said = (
		amounts.stake,
		amounts.wage,
		amounts.reserve,
		amounts.audit_ppm,
		amounts.audit_tax,
		amounts.escrow,
	);
	assert_eq!(ledger, said, "{draw:?}");
	let tips = draw.tip * Balance::from(draw.tasks);
	assert_eq!(told, (total + tips, held(HoldReason::StateDeposit)), "{draw:?}");
	assert_eq!(held(HoldReason::Escrow), total, "{draw:?}");
	assert_eq!(free - Balances::balance(client), total + tips + told.1, "{draw:?}");
	let candidates = draw.prices.len();
	let expected: Vec<_> = (0..providers.len())
		.map(|at| if draw.tasks == 1 && at < candidates { amounts.stake } else { 0 })
		.collect();
	assert_eq!(locked(), expected, "{draw:?}");
	"opened"
}

/// Whether the ledger refuses a deal for what the tariff says of it.
fn refusal(
	error: DispatchError,
	draw: &Draw,
	tariff: &Tariff,
	amounts: &Amounts,
	dearest: Balance,
) -> &'static str {
	type Error = pallet_deals::Error<Runtime>;
	let deterrent = tariff.deterrent(&draw.policy, dearest, amounts.reserve);
	let deters = deterrent.is_some_and(|least| amounts.stake >= least);
	let why = Ineligible::PriceTooFarFromCheapest;
	let too_dear = |at| Error::from(Refusal::Resource { at, why }).into();
	if (0u8..).take(draw.prices.len()).any(|at| error == too_dear(at)) {
		assert!(!deters, "{draw:?}");
		return "too dear";
	}
	let few = (draw.prices.len() as u32) < draw.policy.first_wave();
	if error == Error::from(Refusal::NotEnoughCandidates).into() {
		assert!(few, "{draw:?}");
		return "too few";
	}
	assert!(deters && amounts.stake > BOND, "{error:?}: {draw:?}");
	"beyond the bonds"
}

#[test]
fn ledger_should_lock_what_the_tariff_says_when_deals_open() {
	let mut chain = Chain::start("development");
	let providers: Vec<_> = (0..PROVIDERS).map(|index| register(&mut chain, index)).collect();
	let client = account(&key("Charlie"));
	let seen = RefCell::new(BTreeMap::<&str, u32>::new());
	let config = Config { cases: DRAWN, failure_persistence: None, ..Config::default() };
	let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
	chain.read(|| {
		Balances::set_balance(&client, Balance::MAX / 1_000_000);
		let drawn = TestRunner::new_with_rng(config, rng).run(&draw(), |draw| {
			let ended = with_transaction(|| {
				let ended = check(&draw, &client, &providers);
				TransactionOutcome::Rollback(Ok::<_, DispatchError>(ended))
			});
			*seen.borrow_mut().entry(ended.expect("no layer too many")).or_default() += 1;
			Ok(())
		});
		drawn.expect("the ledger does what the tariff says");
	});
	let seen = seen.into_inner();
	for (what, least) in
		[("opened", DRAWN / 4), ("too dear", 100), ("too few", 100), ("beyond the bonds", 100)]
	{
		assert!(seen.get(what).is_some_and(|times| *times >= least), "{seen:?}");
	}
}
