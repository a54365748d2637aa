//! Task pools over the whole runtime: to their ends, with liars, false inputs and silence in them.

mod accesses;
mod faults;
mod whole;

use crate::judgement::{GAS, done, spec};
use assay_primitives::{
	Balance, Hash, MILLI, Permill, UNIT,
	beacon::Seed,
	case::Subject,
	content::ContentRef,
	merkle::ListRoot,
	outcome::Outcome,
	pool::{
		Columns, Exhibit, InWork, Leaf, LeafId, Matrix, MemberPlace, PoolTerms, PoolView, Pricing,
		Publication, Rates, ShownInput, ShownLeaf, Spot, Stage,
	},
	task::{Input, InputList, TaskSpec},
	traits::CaseId,
};
use assay_runtime::{Court, Mediation, Pools, Runtime, RuntimeCall};
use assay_simulation::{
	Chain, Pair, State, account,
	cases::{self, MEDIATORS, mediator, next_of_mediator},
	key,
	market::{Provider, publish, register_bonded},
};
use pallet_pool::{Call, ClaimsOf, Looks, Record, Rounds};
use polkadot_sdk::{
	frame_support::assert_ok, sp_io::TestExternalities, sp_runtime::DispatchResult,
};

/// What members put up.
const DEPOSIT: Balance = UNIT;
/// Bond of each provider.
const BOND: Balance = 100 * UNIT;
/// What a leaf costs for each million units of gas.
const PER_MGAS: Balance = 10 * MILLI;
/// Blocks until sign-up is over.
const SIGN_UP: u32 = 20;
/// Blocks of a pool's life.
const LIFE: u32 = 2_000;

/// A pool for eight members that runs a task whose inputs are a list.
pub fn terms(task: TaskSpec) -> PoolTerms {
	PoolTerms {
		task,
		rates: Rates { pricing: Pricing::Gas { per_mgas: PER_MGAS }, kept: Permill::one() },
		columns: Columns::Equal,
		in_work: InWork::Returned,
		window: 20,
		limit: 600,
		idle_rounds: 2,
		members: 8,
		deposit: DEPOSIT,
		audits: 32,
		input_bytes: 16,
		hints: Default::default(),
	}
}

/// A pool of a development chain, whose leaves the court can run, with providers who do.
struct Race<S = TestExternalities> {
	chain: Chain<S>,
	client: Pair,
	stranger: Pair,
	providers: Vec<Provider>,
	inputs: Vec<Vec<u8>>,
	task: TaskSpec,
	/// Calls that have accessed more than they pay for.
	unpaid: Vec<String>,
}

impl Race {
	/// A pool of so many leaves for which so many providers have signed up, and which is in its first round.
	fn begun(leaves: u32, providers: u32) -> Self {
		let mut race = Self::created(cases::start(), leaves, providers);
		for at in 0..providers as usize {
			assert_ok!(race.sign_up(at));
		}
		race.advance_to_race();
		race
	}
}

impl<S: State> Race<S> {
	/// A pool for which nobody has signed up.
	fn created(mut chain: Chain<S>, leaves: u32, providers: u32) -> Self {
		let providers: Vec<_> =
			(0..providers).map(|at| register_bonded(&mut chain, at, BOND, |_, _| ())).collect();
		let (client, stranger) = (key("Charlie"), key("Ferdie"));
		publish(&mut chain, &client, &done()).expect("the module is published");
		let inputs: Vec<Vec<u8>> = (0..leaves).map(|at| at.to_le_bytes().to_vec()).collect();
		let refs: Vec<ContentRef> = inputs.iter().map(|input| ContentRef::of(input)).collect();
		let task = TaskSpec { input: Input::List(InputList::of(&refs).0), ..spec(&done(), GAS) };
		let mut race =
			Self { chain, client, stranger, providers, inputs, task, unpaid: Vec::new() };
		let (start, end) = (race.chain.now() + SIGN_UP, race.chain.now() + LIFE);
		let terms = Box::new(race.terms());
		let client = race.client.clone();
		assert_ok!(race.send(&client, Call::create { terms, start, end }));
		race
	}

	fn terms(&self) -> PoolTerms {
		terms(self.task.clone())
	}

	fn send(&mut self, signer: &Pair, call: Call<Runtime>) -> DispatchResult {
		self.chain.send(signer, RuntimeCall::Pools(call))
	}

	fn view(&mut self) -> PoolView {
		self.chain.read(|| Pools::pool_view(0)).expect("it is not settled")
	}

	fn sign_up(&mut self, at: usize) -> DispatchResult {
		let pool_hash = self.view().hash;
		let operator = self.providers[at].operator.clone();
		self.send(&operator, Call::sign_up { pool: 0, pool_hash })
	}

	/// Somebody pokes in every block until the pool is at a stage. The number of pokes that did something.
	fn poke_until(&mut self, holds: impl Fn(&PoolView) -> bool) -> u32 {
		let stranger = self.stranger.clone();
		let mut pokes = 0;
		for _ in 0..LIFE {
			if holds(&self.view()) {
				return pokes;
			}
			let poke = RuntimeCall::Pools(Call::poke { pool: 0 });
			// Refused while nothing is due, and invalid in a block that begins a session.
			let results = self.chain.block(&[(Some(&stranger), poke)]);
			pokes += u32::from(matches!(results[0], Ok(Ok(()))));
		}
		panic!("never: {:?}", self.view().pool.stage);
	}

	fn advance_to_race(&mut self) {
		self.poke_until(|view| view.pool.stage == Stage::Racing);
	}

	/// Pokes until the pool is settled.
	fn settle(&mut self) {
		let stranger = self.stranger.clone();
		for _ in 0..2 * LIFE {
			if self.chain.read(|| Pools::pool_view(0)).is_none() {
				return;
			}
			let poke = RuntimeCall::Pools(Call::poke { pool: 0 });
			self.chain.block(&[(Some(&stranger), poke)]);
		}
		panic!("never: {:?}", self.view().pool.stage);
	}

	/// The subtasks of each member in the round that goes on, in their order.
	fn columns(&mut self) -> Vec<Vec<u32>> {
		let view = self.view();
		let mut matrix = Matrix::new(self.inputs.len() as u32, InWork::Returned);
		for round in view.history.rounds() {
			matrix.begin(round);
			if round.ends.is_some() {
				matrix.end(round);
			}
		}
		matrix.columns().to_vec()
	}

	/// What a subtask gives.
	fn truth(&mut self, subtask: u32) -> Outcome {
		let (task, input) = (self.leaf_task(subtask), self.inputs[subtask as usize].clone());
		self.chain.read(|| Court::judge(&task, &done(), Some(input))).expect("the court takes it")
	}

	/// What is run for a subtask.
	fn leaf_task(&self, subtask: u32) -> TaskSpec {
		self.task.with_input(ContentRef::of(&self.inputs[subtask as usize]))
	}

	/// The input of a subtask, with its path.
	fn input(&self, subtask: u32) -> ShownInput {
		let refs: Vec<ContentRef> = self.inputs.iter().map(|input| ContentRef::of(input)).collect();
		let proof = ListRoot::prove(&refs, subtask).expect("a subtask");
		ShownInput { input: refs[subtask as usize], proof }
	}

	/// So many leaves of a member's column, as they are.
	fn leaves(&mut self, member: u16, count: usize) -> Vec<Leaf> {
		let column = self.columns()[usize::from(member)].clone();
		let round = self.view().pool.rounds - 1;
		let outcomes: Vec<_> =
			column.into_iter().take(count).map(|it| (it, self.truth(it))).collect();
		Leaf::column(0, Spot { round, member, row: 0 }, &outcomes)
	}

	fn seed(&mut self) -> Seed {
		self.view().history.open().expect("a round goes on").seed
	}

	fn publish_leaves(&mut self, member: u16, leaves: &[Leaf]) -> DispatchResult {
		let operator = self.providers[usize::from(member)].operator.clone();
		let (seed, publication) = (self.seed(), Publication::of(leaves));
		self.send(&operator, Call::publish { pool: 0, seed, publication })
	}

	/// A member publishes all of its column but so many leaves. What it has published.
	fn publish_but(&mut self, member: u16, left: usize) -> Vec<Leaf> {
		let all = self.columns()[usize::from(member)].len();
		let leaves = self.leaves(member, all - left);
		assert_ok!(self.publish_leaves(member, &leaves));
		leaves
	}

	/// Everything that was published in the round that goes on.
	fn record(&mut self) -> Record {
		self.chain.read(|| {
			let pool = Pools::pool_view(0).expect("it is there").pool;
			let round = Rounds::<Runtime>::get(0, pool.rounds - 1).expect("it has begun");
			Record::truncate_from(round.open().expect("it goes on").published)
		})
	}

	/// Has all columns of the round that has just ended audited, whatever they claim.
	fn audit_all(&mut self) {
		self.chain.read(|| {
			ClaimsOf::<Runtime>::mutate(0, |claims| {
				claims.iter_mut().flatten().for_each(|claim| claim.rate = Permill::one());
			});
		});
	}

	/// Shows the leaf that the audit of a column is to look at, of those that were published.
	fn show(&mut self, leaves: &[Leaf]) -> DispatchResult {
		let column = Spot { row: 0, ..leaves[0].spot };
		let look = self.chain.read(|| Looks::<Runtime>::get(0, column)).expect("it is audited");
		let shown = (0..leaves.len() as u32).map(|row| exhibit(leaves, row));
		let exhibit = shown
			.into_iter()
			.find(|exhibit| look.audit.meets(&look.publication, exhibit))
			.expect("one of them is");
		let input = self.input(exhibit.leaf.leaf.subtask);
		let Spot { round, member, .. } = column;
		let operator = self.providers[usize::from(member)].operator.clone();
		self.send(&operator, Call::show_leaf { pool: 0, round, member, exhibit, input })
	}

	/// Has the committee of a case say what is true, and the case end.
	fn judge(&mut self, case: CaseId) {
		let genesis = self.chain.genesis_hash();
		let view = |race: &mut Self| race.chain.read(|| Mediation::case_view(case)).expect("kept");
		let Subject::Leaf(leaf) = view(self).terms.subject else { panic!("a case over a leaf") };
		let spec = view(self).terms.spec;
		let subtask = self.subtask_of(&spec);
		let truth = self.truth(subtask);
		for _ in 0..400 {
			let open = self.chain.read(|| Mediation::case_over(Subject::Leaf(leaf)));
			if open.is_none() {
				return;
			}
			for at in 0..MEDIATORS {
				let (mediator, view) = (mediator(at), view(self));
				if let Some(call) = next_of_mediator(&mediator, &genesis, &view, truth) {
					assert_ok!(self.chain.send(&mediator, call));
				}
			}
			self.chain.block(&[(Some(&key("Eve")), cases::poke(case))]);
		}
		panic!("never decided: {:?}", view(self).case.phase);
	}

	fn subtask_of(&self, task: &TaskSpec) -> u32 {
		let all = 0..self.inputs.len() as u32;
		all.into_iter().find(|at| self.leaf_task(*at) == *task).expect("a leaf's task")
	}

	/// The newest case.
	fn case(&mut self) -> CaseId {
		let page = self.chain.read(|| Mediation::cases(None, 1));
		page.items.first().expect("there is one").id
	}

	fn free(&mut self, who: &Pair) -> Balance {
		self.chain.free(&account(who))
	}

	/// What is left of a provider's bond.
	fn bond(&mut self, at: usize) -> Balance {
		let id = self.providers[at].id();
		let view = self.chain.read(|| assay_runtime::Providers::provider_view(&id));
		let view = view.expect("registered");
		view.free + view.locked + view.unbonding
	}

	fn place(&mut self, member: usize) -> MemberPlace {
		self.view().members[member].place
	}

	/// Nothing of the pool is stored or at risk.
	fn assert_nothing_left(&mut self) {
		self.chain.read(|| {
			assert_eq!(pallet_pool::Pools::<Runtime>::iter().count(), 0);
			assert_eq!(Rounds::<Runtime>::iter().count(), 0);
			assert_eq!(Looks::<Runtime>::iter().count(), 0);
			assert_eq!(pallet_pool::Questions::<Runtime>::iter().count(), 0);
			assert_ok!(Pools::do_try_state());
		});
		for provider in self.providers.clone() {
			let id = provider.id();
			let view = self.chain.read(|| assay_runtime::Providers::provider_view(&id));
			assert_eq!(view.expect("registered").locked, 0, "no deposit is at risk");
		}
	}
}

/// The leaf of this row with its path, and the one before it.
fn exhibit(leaves: &[Leaf], row: u32) -> Exhibit {
	let show = |row: u32| ShownLeaf {
		leaf: leaves[row as usize],
		proof: ListRoot::prove(leaves, row).expect("a row"),
	};
	Exhibit { leaf: show(row), before: row.checked_sub(1).map(show) }
}

/// Leaves of which each says something else than its subtask gives, and no two contradict each other.
fn lies(leaves: &[Leaf]) -> Vec<Leaf> {
	let lie = |leaf: &Leaf| {
		let output = ListRoot { root: Hash::repeat_byte(9), ..leaf.outcome.output };
		Leaf { outcome: Outcome { output, ..leaf.outcome }, ..*leaf }
	};
	leaves.iter().map(lie).collect()
}

fn id(spot: Spot) -> LeafId {
	LeafId { pool: 0, spot }
}
