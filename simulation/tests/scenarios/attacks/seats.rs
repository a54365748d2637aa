//! Who is left over to judge: places and bonds of honest mediators that a robber has locked, queues that it has
//! filled, rounds that it has nobody left for.

use super::*;
use assay_primitives::{
	MILLI, UNIT,
	case::{CaseLimits, MediatorTerms},
	content::ContentRef,
	deal::Via,
	judges::{Judges, Named},
	price::Price,
	profile::Profile,
	request::{Candidate, Request},
	seal::seal_verdict,
	task::{Input, InputList},
	traits::{DealBook, NewDeal},
};
use assay_simulation::{
	Fidelity,
	market::{BOND, lie, named, order as submit, register_bonded, transfer},
};
use polkadot_sdk::frame_support::weights::constants::ParityDbWeight;

/// Eras that a new mediator waits, in blocks of a local network.
const JOINING: u32 = 3 * 80;
/// A price of nothing: seats earn the least there is.
const NOTHING: Price = Price { base: 0, per_mgas: 0 };

/// A program that the robber keeps to itself: nobody who is drawn can act.
fn kept_back() -> TaskSpec {
	TaskSpec { module: ContentRef::of(b"kept back"), ..spec() }
}

/// A provider of the robber's, which can take as much work as there is.
fn accomplice(chain: &mut Chain) -> Provider {
	register_bonded(chain, 0, 10 * BOND, |capacity, _| capacity.slots = u16::MAX)
}

/// Three mediators of the robber's, in the pool.
fn judges_of_its_own(chain: &mut Chain) -> Vec<Pair> {
	let own: Vec<_> = (0..3).map(|at| key(&format!("Wide{at}"))).collect();
	for pair in &own {
		assert_ok!(chain.send(&key("Alice"), transfer(&account(pair), 2_000 * UNIT)));
		let profiles = BoundedVec::truncate_from(vec![Profile::BASE.id()]);
		let limits = CaseLimits::default();
		let terms = MediatorTerms { capacity: 64, limits, profiles, inbox: None };
		let operator = account(pair);
		let call = pallet_mediation::Call::register { operator, terms, bond: 1_000 * UNIT };
		assert_ok!(chain.send(pair, call));
	}
	chain.pass(JOINING);
	own
}

/// A set of mediators that all parties have named.
fn set(of: impl IntoIterator<Item = Pair>) -> Judges {
	let accounts = of.into_iter().map(|pair| account(&pair)).collect();
	Judges::Named(Named::truncate_from(accounts))
}

/// A deal of one replica, matched with one provider.
fn deal(
	chain: &mut Chain,
	client: &Pair,
	provider: &Provider,
	request: Request,
	judges: Judges,
) -> u64 {
	let price = request.max_price;
	let candidate = Candidate { provider: provider.id(), price, weight: 1 };
	let plain = NewDeal::plain(Via::MARKET, account(client), request, vec![candidate]);
	open(chain, NewDeal { judges, ..plain })
}

fn open(chain: &mut Chain, deal: NewDeal) -> u64 {
	chain.read(|| Deals::open(deal)).expect("all are rich")
}

/// A request of the robber's, at its own price, whose committees have so many blocks.
fn worthless(spec: TaskSpec, price: Price, run_blocks: u32) -> Request {
	Request { max_price: price, run_blocks, ..request(spec, 1, 1) }
}

/// Has the robber's provider answer tasks, all in two blocks.
fn answer(chain: &mut Chain, own: &Provider, spec: &TaskSpec, tasks: &[TaskId]) {
	const BATCH: usize = 64;
	let (genesis, opening) = (chain.genesis_hash(), Opening { outcome: truth(), salt: salt(0) });
	let seal = |task: &TaskId| {
		let item = (*task, spec.hash_of(task.index));
		deals::sealed(&genesis, item, &own.id(), truth(), Report::Nothing, &salt(0))
	};
	let seals = |some: &[TaskId]| deals::commit(&some.iter().map(seal).collect::<Vec<_>>());
	let openings = |some: &[TaskId]| {
		deals::reveal(&some.iter().map(|task| (*task, opening)).collect::<Vec<_>>())
	};
	for calls in [
		tasks.chunks(BATCH).map(seals).collect::<Vec<_>>(),
		tasks.chunks(BATCH).map(openings).collect(),
	] {
		let signed: Vec<_> = calls.into_iter().map(|call| (Some(&own.operator), call)).collect();
		let results = chain.block(&signed);
		assert!(results.iter().all(|result| *result == Ok(Ok(()))), "{results:?}");
	}
}

/// Has the robber question its own results, as many in a block as `each`. Returns how many cases that makes.
fn question(
	chain: &mut Chain,
	robber: &Pair,
	spec: &TaskSpec,
	tasks: &[TaskId],
	each: usize,
) -> usize {
	let mut opened = 0;
	for some in tasks.chunks(each) {
		let check = |task: &TaskId| {
			let digest = truth().digest(&spec.hash_of(task.index));
			(Some(robber), pallet_deals::Call::check { task: *task, digest }.into())
		};
		let results = chain.block(&some.iter().map(check).collect::<Vec<_>>());
		opened += results.iter().filter(|result| **result == Ok(Ok(()))).count();
	}
	opened
}

/// Tasks of deals of one task each.
fn tasks(deals: &[u64]) -> Vec<TaskId> {
	deals.iter().map(|deal| single(*deal)).collect()
}

/// Has everybody who sits in the case over the market's task say what `says` gives, until it is closed. Returns what
/// was ruled.
fn judged_by(
	market: &mut Market,
	judges: &[Pair],
	says: impl Fn(&AccountId) -> Outcome,
) -> Option<Hash> {
	let case = case_over(market).expect("it was opened");
	let genesis = market.chain.genesis_hash();
	for _ in 0..2_000 {
		let view = market.chain.read(|| Mediation::case_view(case)).expect("it is kept");
		if let CasePhase::Closed { ruling, .. } = view.case.phase {
			return ruling.truth;
		}
		let next = judges.iter().find_map(|pair| {
			let call = next_of_mediator(pair, &genesis, &view, says(&account(pair)))?;
			Some((pair, call))
		});
		match next {
			Some((pair, call)) => send(market, pair, call),
			None => market.chain.pass(1),
		}
	}
	panic!("the case has not ended");
}

/// The client has a liar's result judged; the robber's judges say what the liar does, the others the truth. The
/// client loses nothing but fees, and the liar its stake.
fn check_a_lie(mut market: Market, own: &[Pair]) -> Market {
	let owner = [account(&market.client)];
	let before = worth(&mut market.chain, &owner);
	run(&mut market, |_| lie());
	let (task, digest, client) = (market.task, digest(&lie()), market.client.clone());
	assert_ok!(market.chain.send(&client, pallet_deals::Call::check { task, digest }));
	let honest: Vec<_> = (0..MEDIATORS).map(mediator).collect();
	let theirs: Vec<_> = own.iter().map(account).collect();
	let all: Vec<_> = honest.into_iter().chain(own.iter().cloned()).collect();
	let says = |who: &AccountId| if theirs.contains(who) { lie() } else { truth() };
	let ruled = judged_by(&mut market, &all, says);
	market.conclude();
	let lost = before.saturating_sub(worth(&mut market.chain, &owner));
	println!("the client has lost {lost}, and the liar {}", market.ended_replica(0).slashed);
	assert_eq!(ruled, Some(super::digest(&truth())), "the robber's own have ruled");
	assert_eq!(market.ended_replica(0).slashed, market.stake());
	assert!(lost < UNIT / 2, "fees, and the deposit of the state");
	market
}

/// A market around a deal of one honest client with a liar.
fn market_with(
	mut chain: Chain,
	client: Pair,
	liar: Provider,
	request: Request,
	judges: Judges,
) -> Market {
	let task = single(deal(&mut chain, &client, &liar, request, judges));
	chain.pass(8);
	let mut market = Market::around(chain, client, vec![liar]);
	market.task = task;
	market
}

/// A robber with a provider and three mediators of its own, and an honest client with a liar.
struct Plot {
	chain: Chain,
	robber: Pair,
	client: Pair,
	own: Provider,
	liar: Provider,
	theirs: Vec<Pair>,
	/// What the robber has, and had at first.
	robbers: [AccountId; 3],
	before: Balance,
}

impl Plot {
	fn begin() -> Self {
		let mut chain = Chain::start("development");
		let (robber, client) = (key("Ferdie"), key("Charlie"));
		let (own, liar) = (accomplice(&mut chain), register(&mut chain, 1));
		assert_ok!(publish(&mut chain, &client, MODULE));
		let theirs = judges_of_its_own(&mut chain);
		let robbers = [account(&robber), own.id(), account(&own.operator)];
		let before = worth(&mut chain, &robbers);
		Self { chain, robber, client, own, liar, theirs, robbers, before }
	}

	/// Has as many results of the robber's judged, by the first `trios` threes of honest mediators in turn, whom nobody has
	/// asked, `each` in a block.
	fn occupy(&mut self, request: &Request, count: u32, trios: u32, each: usize) {
		let trio = |at: u32| set((3 * at..3 * at + 3).map(mediator));
		let one = |at| {
			let judges = trio(at % trios);
			deal(&mut self.chain, &self.robber, &self.own, request.clone(), judges)
		};
		let tasks = tasks(&(0..count).map(one).collect::<Vec<_>>());
		self.chain.pass(8);
		let (chain, spec) = (&mut self.chain, &request.task);
		answer(chain, &self.own, spec, &tasks);
		let opened = question(chain, &self.robber, spec, &tasks, each);
		assert_eq!(opened, count as usize);
		chain.pass(20);
	}

	fn lost(&mut self) -> Balance {
		self.before.saturating_sub(worth(&mut self.chain, &self.robbers))
	}

	/// The client has the liar's result judged, by these.
	fn check(self, judges: Judges) -> Market {
		let Self { chain, client, liar, theirs, .. } = self;
		let market = market_with(chain, client, liar, request(spec(), 1, 1), judges);
		check_a_lie(market, &theirs)
	}
}

/// Deals of the robber's at a token, judged by honest mediators whom nobody has asked, lock a hundred tokens for each
/// seat, and leave all places free.
#[test]
fn lie_should_wait_for_honest_judges_when_their_bonds_are_locked() {
	let mut plot = Plot::begin();
	let dear = worthless(kept_back(), Price { base: UNIT, per_mgas: 0 }, 100);
	plot.occupy(&dear, MEDIATORS / 3 * 10, 4, 10);
	let honest = mediators(&mut plot.chain);
	let owned = worth(&mut plot.chain, &honest);
	println!("to lock the bonds of twelve mediators costs {} at first", plot.lost());
	let mut market = plot.check(Judges::Public);
	assert!(worth(&mut market.chain, &honest) >= owned);
}

/// The same in a set that all have named: seven of ten are honest, and their places are filled for next to nothing.
#[test]
fn named_set_should_wait_when_most_of_it_have_no_place_left() {
	let mut plot = Plot::begin();
	// As many as a mediator of the preset takes.
	plot.occupy(&worthless(kept_back(), NOTHING, 60), 3 * 16, 3, 48);
	println!("to fill a set's places has cost {}", plot.lost());
	let judges = set((0..7).map(mediator).chain(plot.theirs.iter().cloned()));
	plot.check(judges);
}

/// Has a provider of the market do what it has to do next.
fn act(market: &mut Market, at: usize, says: Outcome) {
	let (genesis, task) = (market.chain.genesis_hash(), market.task);
	let view = market.chain.read(|| Deals::task_view(task)).expect("the task is known");
	let provider = market.providers[at].clone();
	let call = next_of_provider(&provider.id(), &genesis, &view, says).expect("it is its turn");
	assert_ok!(market.chain.send(&provider.operator, call));
}

/// More cases at once than can be drawn before seeds are forgotten, and behind them a real one: two liars open their
/// seals when the flood has come.
#[test]
fn dissent_should_be_judged_when_two_thousand_cases_were_opened_before_it() {
	const BAGS: u32 = 3;
	const TASKS: u32 = 700;
	let mut chain = Chain::start("development");
	let (robber, client) = (key("Ferdie"), key("Charlie"));
	let own = accomplice(&mut chain);
	let providers: Vec<_> = (1..4).map(|at| register(&mut chain, at)).collect();
	assert_ok!(publish(&mut chain, &client, MODULE));
	chain.fidelity = Fidelity::Dispatched;
	let entries: Vec<_> = (0..TASKS).map(|at| ContentRef::of(&at.to_le_bytes())).collect();
	let kept = TaskSpec { input: Input::List(InputList::of(&entries).0), ..kept_back() };
	let bag = worthless(kept.clone(), NOTHING, 20);
	let candidate = Candidate { provider: own.id(), price: NOTHING, weight: 1 };
	let bag = NewDeal::plain(Via::MARKET, account(&robber), bag, vec![candidate]);
	let bag = NewDeal { tasks: TASKS, ..bag };
	let bags: Vec<_> = (0..BAGS).map(|_| open(&mut chain, bag.clone())).collect();
	let of = |deal: &u64| (0..TASKS).map(|index| TaskId { deal: *deal, index }).collect::<Vec<_>>();
	let all: Vec<_> = bags.iter().flat_map(of).collect();
	assert_ok!(chain.send(&client, submit(request(spec(), 3, 2), named([1, 2, 3]))));
	chain.pass(8);
	answer(&mut chain, &own, &kept, &all);

	let mut market = Market::around(chain, client, providers);
	market.task = single(BAGS.into());
	let says = |at: usize| if at == 0 { truth() } else { lie() };
	(0..3).for_each(|at| act(&mut market, at, says(at)));
	let robbers = [account(&robber), own.id(), account(&own.operator)];
	let before = worth(&mut market.chain, &robbers);
	let opened = question(&mut market.chain, &robber, &kept, &all, 210);
	let cost = before - worth(&mut market.chain, &robbers);
	println!("{opened} of {} questions were let in, for {cost}", all.len());
	(0..3).for_each(|at| act(&mut market, at, says(at)));
	let start = market.chain.now();
	let honest: Vec<_> = (0..MEDIATORS).map(mediator).collect();
	let ruled = judged_by(&mut market, &honest, |_| truth());
	println!("the real case has taken {} blocks", market.chain.now() - start);
	assert_eq!(ruled, Some(digest(&truth())), "the round was given up");
	market.conclude();
	let stake = market.stake();
	assert_eq!([0, 1, 2].map(|at| market.ended_replica(at).slashed), [0, stake, stake]);
	assert!(market.ended_replica(0).paid > 0);
}

/// With twelve mediators a third round is never held, so that to appeal against four of seven costs nothing.
#[test]
fn verdict_should_stand_when_its_appeal_can_not_be_heard() {
	let mut trial = Trial::agreed(3, super::super::judgement::lie());
	let honest = trial.watchers();
	let before = trial.worth(&honest);
	trial.challenge();
	let (truth, lie) = (trial.truth(), super::super::judgement::lie());
	let (truth, lie) = (trial.digest(&truth), trial.digest(&lie));
	trial.vote(|at| if at == 0 { lie } else { truth });
	trial.vote(|at| if at < 3 { lie } else { truth });
	let CasePhase::AppealWindow { verdict, .. } = trial.view().case.phase else { panic!("found") };
	assert_eq!(verdict, truth);
	let (case, liar) = (trial.case, trial.providers[0].stash.clone());
	let appeal = pallet_mediation::Call::appeal { case, digest: truth, round: 1 };
	assert_ok!(trial.chain.send(&liar, appeal));
	trial.wait(|it| matches!(it.view().case.phase, CasePhase::Closed { .. }));
	let CasePhase::Closed { ruling, .. } = trial.view().case.phase else { panic!("closed") };
	assert_eq!(ruling.truth, Some(truth), "the lie is paid");
	assert!(trial.worth(&honest) > before, "the challenger has its money back, and a reward");
}

/// What binds a place has to be paid: content that takes long to fetch prolongs sealing as gas does.
#[test]
fn seat_should_be_paid_by_the_time_that_it_is_bound() {
	let mut chain = Chain::start("development");
	let client = key("Charlie");
	let own = accomplice(&mut chain);
	let content = |size| ContentRef { hash: Hash::repeat_byte(9), size };
	let limits = CaseLimits::ORDINARY;
	let spec = TaskSpec {
		module: content(limits.max_module_bytes),
		input: Input::Blob(content(limits.max_input_bytes)),
		..spec()
	};
	let request = Request { run_blocks: 1, ..worthless(spec.clone(), NOTHING, 1) };
	let id = deal(&mut chain, &client, &own, request, Judges::Public);
	chain.pass(8);
	let task = single(id);
	answer(&mut chain, &own, &spec, &[task]);
	assert_eq!(question(&mut chain, &client, &spec, &[task], 1), 1);
	let case = chain.read(|| Mediation::case_over(Subject::Task(task))).expect("opened");
	let view =
		await_case(&mut chain, case, |view| matches!(view.case.phase, CasePhase::Sealing { .. }));
	let CasePhase::Sealing { until, .. } = view.case.phase else { panic!("sealing") };
	let least = chain.read(Deals::tariff).least_wage;
	let (bound, wage) = (until - view.at, view.terms.wage);
	println!("{bound} blocks of a place are paid {wage}");
	assert!(bound > 200, "{bound}");
	assert!(wage >= least.place + Balance::from(bound) * least.per_block, "{wage}");
	assert!(wage > 6 * MILLI);
}

/// Members whose turn the court has ended are each in what its call weighs.
#[test]
fn ruling_of_the_court_should_weigh_the_places_that_it_frees() {
	let charged = |seals: usize| {
		let mut trial = Trial::agreed(1, super::super::judgement::lie());
		trial.challenge();
		trial.wait(Trial::is_sealing);
		let digest = trial.truth();
		let digest = trial.digest(&digest);
		for member in trial.members().iter().take(seals) {
			let seal =
				seal_verdict(&trial.genesis, trial.case, 0, &account(member), &digest, &[1; 32]);
			let call = super::super::judgement::sealing(trial.case, &trial.spec, 0, seal);
			assert_ok!(trial.chain.send(member, call));
		}
		let (case, task_hash) = (trial.case, trial.spec.hash());
		let (max_gas, module, input) = (trial.spec.limits.gas, trial.module.clone(), None);
		let call = pallet_court::Call::adjudicate { case, task_hash, max_gas, module, input };
		let watcher = trial.watcher.clone();
		trial.chain.weigh(&watcher, call).ref_time()
	};
	let one = charged(2);
	assert!(charged(1) > one, "two places are freed, not one");
}

/// Who sits in a case already is looked at for its next round, to see whether enough are free.
#[test]
fn appeal_should_weigh_the_members_that_it_looks_at() {
	let mut trial = Trial::agreed(3, super::super::judgement::lie());
	trial.challenge();
	let truth = trial.truth();
	let truth = trial.digest(&truth);
	let (case, stranger) = (trial.case, key("Ferdie"));
	let mut weigh = |round| {
		trial.vote(|_| truth);
		let appeal = pallet_mediation::Call::appeal { case, digest: truth, round };
		trial.chain.weigh(&stranger, appeal)
	};
	let (first, second) = (weigh(0), weigh(1));
	let seven = ParityDbWeight::get().reads(7);
	assert!(second.all_gte(first.saturating_add(seven)), "{first} and {second}");
}
