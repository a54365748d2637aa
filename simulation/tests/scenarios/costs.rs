//! What work, judging and refusing cost on the runtime. Figures of the documents, with `--nocapture`.

use crate::{
	attacks::{case_over, run, worth},
	judgement::{self, GAS as COURT_GAS, done},
};
use assay_primitives::{
	Balance, MICRO, MILLI, UNIT,
	case::{CaseLimits, CasePhase, CaseView, ROUNDS},
	deal::{Ending, TaskState},
	excuse::Excuse,
	money::{
		Economics, after_burn,
		slashing::{Claimant, Claims, Finder},
	},
	outcome::Outcome,
	policy::Policy,
	price::Price,
	task::{Limits, TaskSpec},
};
use assay_runtime::{
	Balances, Court, Deals, Mediation, Runtime, configs::MAX_COURT_GAS, network::Durations,
};
use assay_simulation::{
	Chain, account,
	cases::{mediator, next_of_mediator},
	deals::decline,
	fee_of, key,
	market::{
		MODULE, Market, RUN_BLOCKS, lie, named, order, publish, register_with, request, spec, truth,
	},
};
use polkadot_sdk::frame_support::{assert_ok, traits::fungible::Inspect};

/// What a provider's daemon asks where its operator says nothing.
const USUAL: Price = Price { base: MILLI, per_mgas: 10 * MICRO };
/// Gas limit of a job where its client says nothing.
pub const LIMIT: u64 = 10_000_000_000;

/// A deal over a task between so many providers at usual prices.
fn deal(spec: TaskSpec, module: &[u8], replicas: u8, required: u8) -> (Market, Balance) {
	let mut chain = Chain::start("development");
	let providers: Vec<_> = (0..replicas)
		.map(|index| {
			register_with(&mut chain, index.into(), |capacity, terms| {
				(capacity.max_gas, terms.max_gas, terms.price) = (LIMIT, LIMIT, USUAL);
			})
		})
		.collect();
	let client = key("Charlie");
	publish(&mut chain, &client, module).expect("the module is published");
	let before = worth(&mut chain, &[account(&client)]);
	let offers = named(0..replicas.into());
	assert_ok!(chain.send(&client, order(request(spec, replicas, required), offers)));
	(Market::around(chain, client, providers), before)
}

/// What a client has spent on a job in all, transactions included, what of it the job itself took, and what
/// providers got.
fn spent(replicas: u8, used: u64) -> [Balance; 3] {
	let limits = Limits { gas: LIMIT, ..spec().limits };
	let (mut market, before) =
		deal(TaskSpec { limits, ..spec() }, MODULE, replicas, replicas / 2 + 1);
	run(&mut market, |_| Outcome { gas_used: used, ..truth() });
	// An audit would cost the fund, and not the client.
	market.spare_audit();
	market.conclude();
	let client = account(&market.client);
	let spent = before - worth(&mut market.chain, &[client]);
	let ended = market.ended_task();
	[spent, ended.paid, ended.replicas.iter().map(|one| one.paid).sum()]
}

/// What a job costs with its transaction, and by itself, in parts of what providers get.
pub fn beside_work(replicas: u8, used: u64) -> [f64; 2] {
	let [spent, paid, got] = spent(replicas, used);
	[spent, paid].map(|it| it as f64 / got as f64)
}

/// The module aside, whose deposit comes back and whose bytes are paid for once.
#[test]
fn client_should_pay_little_beside_what_providers_get() {
	for replicas in [2, 3, 5] {
		for used in [LIMIT / 100, LIMIT / 10, LIMIT] {
			let [all, job] = beside_work(replicas, used);
			println!(
				"{replicas} replicas, {used} gas: {job:.3} and {all:.3} of what providers get"
			);
			assert!(job <= 1.2, "{replicas} replicas, {used} gas: {job:.3}");
			// The transaction that asks for it is the same however little the job uses.
			let usual = replicas > 2 && used >= LIMIT / 10;
			assert!(!usual || all <= 1.2, "{replicas} replicas, {used} gas: {all:.3}");
		}
	}
}

/// A call of the court by somebody, as its fee is taken before anything of it is given back.
fn fee_of_court(module: usize, input: usize, gas: u64) -> Balance {
	let input = (input > 0).then(|| vec![0; input]);
	let module = vec![0; module];
	let task_hash = Default::default();
	let call = pallet_court::Call::adjudicate { case: 0, task_hash, max_gas: gas, module, input };
	fee_of(&call.into())
}

/// What a call of the court takes at most, in tokens, as rows of the page on disputes.
pub fn court_rows() -> [String; 3] {
	let mut chain = Chain::start("development");
	let tokens = |amount: Balance| format!("{:.2}", amount as f64 / UNIT as f64);
	let sizes = [(1 << 10, "1 KiB"), (200 << 10, "200 KiB"), (1 << 20, "1 MiB")];
	let rows = sizes.map(|(bytes, name)| {
		let fees = [(0, 1 << 20), (0, 1 << 24), (2 << 20, 1 << 24)]
			.map(|(input, gas)| tokens(chain.read(|| fee_of_court(bytes, input, gas))));
		format!("| {name} | {} | {} | {} |", fees[0], fees[1], fees[2])
	});
	println!("{rows:#?}");
	rows
}

/// What a committee costs at usual prices, for the largest job that the court takes.
pub fn committee() -> Balance {
	let seats = Economics::DEFAULT.seats;
	let price = USUAL.maximum(MAX_COURT_GAS).expect("it fits");
	3 * price.max(seats.wage.of(MAX_COURT_GAS, RUN_BLOCKS))
}

/// What judging costs by the price of a replica, and what of a call of the court comes back where somebody has challenged a
/// lie of three, in tokens, as rows of the page on disputes.
pub fn repaid_rows() -> [String; 4] {
	let mut chain = Chain::start("development");
	let Economics { seats, slashes, .. } = Economics::DEFAULT;
	let quorum = Policy::Quorum { replicas: 3, required: 2 };
	let first = Balance::from(ROUNDS[0]);
	let rows = [UNIT / 1_000, UNIT / 100, UNIT / 10, UNIT].map(|price| {
		let wage = price.max(seats.wage.of(MAX_COURT_GAS, RUN_BLOCKS));
		let committee = first * wage;
		let all = wage * Balance::from(ROUNDS.iter().sum::<u32>());
		let (seat, stake) =
			chain.read(|| (Mediation::stake(wage), Deals::tariff().stake(&quorum, price)));
		let finder = Finder::Challenger;
		let (reporter_room, truthful, court) = (0, Vec::new(), Balance::MAX);
		let mut claims = Claims { prepaid: committee, finder, reporter_room, truthful, court };
		let nobody = |claims: &mut Claims| {
			let shares = claims.divide_lie(&slashes, stake, false);
			let others = shares.iter().filter(|(to, _)| *to != Claimant::Court);
			stake - others.map(|(_, amount)| amount).sum::<Balance>()
		};
		let lost: Balance = (0..3).map(|_| nobody(&mut claims)).sum();
		let votes = first * after_burn(seats.against.mul_floor(seat), seats.burn);
		let tokens = |amount: Balance| format!("{:.3}", amount as f64 / UNIT as f64);
		let figures = [committee, all, lost, votes + lost].map(tokens);
		format!("| {} | {} |", price as f64 / UNIT as f64, figures.join(" | "))
	});
	println!("{rows:#?}");
	rows
}

/// Before a committee is drawn, so that nobody has worked for nothing and no wage is spent.
#[test]
fn court_should_decide_within_six_blocks_of_a_dissent() {
	let module = done();
	let spec = judgement::spec(&module, COURT_GAS);
	let (mut market, _) = deal(spec.clone(), &module, 3, 2);
	let truth = market.chain.read(|| Court::judge(&spec, &module, None)).expect("it qualifies");
	run(&mut market, |at| if at == 0 { truth } else { judgement::lie() });
	let case = case_over(&mut market).expect("dissent opens it");
	let start = market.chain.now();
	let view = |market: &mut Market| -> CaseView {
		market.chain.read(|| Mediation::case_view(case)).expect("it is kept")
	};
	assert!(matches!(view(&mut market).case.phase, CasePhase::AwaitingSeed { .. }));
	let call = pallet_court::Call::adjudicate {
		case,
		task_hash: spec.hash(),
		max_gas: COURT_GAS,
		module,
		input: None,
	};
	assert_ok!(market.chain.send(&key("Ferdie"), call));
	let blocks = market.chain.now() - start;
	println!("{blocks} blocks from a dissent to the ruling of the court and to the end");
	assert!(blocks <= 6);
	let CasePhase::Closed { ruling, .. } = view(&mut market).case.phase else { panic!("closed") };
	assert_eq!((ruling.by_court, ruling.spent), (true, 0));
	assert_eq!(market.ended_task().ending, Ending::Settled(truth));
}

/// A committee that loses no time, and a network that lasts, where a seed folds sixteen blocks.
#[test]
fn committee_should_decide_within_25_blocks_of_a_dissent() {
	let (mut market, _) = deal(spec(), MODULE, 3, 2);
	market.chain.read(|| Durations::<Runtime>::mutate(|durations| durations.committee_window = 16));
	run(&mut market, |at| if at == 0 { lie() } else { truth() });
	let case = case_over(&mut market).expect("dissent opens it");
	let (start, genesis) = (market.chain.now(), market.chain.genesis_hash());
	let pool: Vec<_> = (0..12).map(mediator).collect();
	let verdict = loop {
		let view = market.chain.read(|| Mediation::case_view(case)).expect("it is kept");
		if let CasePhase::AppealWindow { verdict, .. } = view.case.phase {
			break verdict;
		}
		let calls = pool.iter().filter_map(|pair| {
			Some((Some(pair), next_of_mediator(pair, &genesis, &view, truth())?))
		});
		let results = market.chain.block(&calls.collect::<Vec<_>>());
		assert!(results.iter().all(|result| *result == Ok(Ok(()))), "{results:?}");
		assert!(market.chain.now() < start + 100, "{:?}", view.case.phase);
	};
	let blocks = market.chain.now() - start;
	println!("{blocks} blocks from a dissent to the verdict of a committee");
	assert_eq!(verdict, truth().digest(&spec().hash()));
	assert!(blocks <= 25, "{blocks}");
}

/// Beyond the dearest job that an ordinary mediator judges, at usual prices, a bribe could pay where nobody appeals.
#[test]
fn bribe_of_a_committee_should_not_pay_for_any_ordinary_job() {
	let price = USUAL.maximum(CaseLimits::ORDINARY.max_gas).expect("it fits");
	let mut chain = Chain::start("development");
	let against = Economics::DEFAULT.seats.against;
	let quorum = Policy::Quorum { replicas: 3, required: 2 };
	let members = |price| 3 * against.mul_floor(Mediation::stake(price));
	let liars = |price| 3 * Deals::tariff().stake(&quorum, price);
	chain.read(|| {
		assert!(members(price) > liars(price), "at {price}");
		let line = (1..).map(|tenths| tenths * UNIT / 10).find(|at| members(*at) < liars(*at));
		let line = line.expect("seats are capped");
		println!("{price} is the dearest ordinary job, a bribe could pay from {line} on");
		assert_eq!(line / UNIT, 2);
	});
}

/// The fee is the decliner's. The others decide without it, or another takes its place.
#[test]
fn declining_should_cost_its_fee_and_not_keep_the_task_from_its_end() {
	let (mut market, _) = deal(spec(), MODULE, 4, 3);
	let drawn = market.drawn();
	let (task, dodger) = (market.task, market.providers[drawn[0]].clone());
	let operator = account(&dodger.operator);
	let before = market.chain.read(|| Balances::total_balance(&operator));
	assert_ok!(market.chain.send(&dodger.operator, decline(task, spec().hash(), Excuse::Busy)));
	let after = market.chain.read(|| Balances::total_balance(&operator));
	println!("declining costs {} of a token", (before - after) as f64 / UNIT as f64);
	assert!(after < before);
	run(&mut market, |_| truth());
	assert!(matches!(market.state(), TaskState::Agreed { .. }));
}
