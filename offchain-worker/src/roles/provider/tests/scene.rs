//! What a test begins with, and what all but the daemon do.

use super::chain::Node;
use assay_decisions::{
	lies::forge,
	record::Key,
	scenes::{outcome, spec},
};
use assay_primitives::{
	AccountId, BlockNumber, Hash,
	deal::TaskView,
	price::Price,
	request::OfferId,
	task::{TaskId, TaskSpec},
};
use assay_simulation::{
	Chain, Pair, RuntimeCall,
	deals::{self, next_of_client, next_of_provider},
	key,
	market::{Provider, offer, order, register, request},
};

/// The only task of the chain.
pub const TASK: TaskId = TaskId { deal: 0, index: 0 };
/// The daemon's provider.
pub const ME: usize = 0;
/// Gas limit of the task.
pub const GAS: u64 = 1_000_000;
/// Time for running the task: enough on a busy machine too, where a job takes many blocks.
const RUN_BLOCKS: BlockNumber = 50;
/// Longest wait for the draw, in blocks.
pub const LONGEST_DRAW: usize = 10;

/// The task that is ordered with a gas limit; those of two limits differ.
pub fn spec_of(gas: u64) -> TaskSpec {
	let mut spec = spec();
	spec.limits.gas = gas;
	spec
}

/// By which calls name it.
pub fn key_of(gas: u64) -> Key {
	Key { task: TASK, task_hash: spec_of(gas).hash() }
}

/// What the two other providers do, of whom one has to agree with the daemon's.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Others {
	/// Both run the task, and the client accepts what is agreed on.
	Deliver,
	/// One of them does.
	OneDelivers,
	/// Neither does.
	Idle,
	/// Both say the lie that colluding daemons say, and the client accepts nothing.
	Collude,
}

/// What a test begins with: three providers, all of whom are drawn.
#[derive(Clone, Copy, Debug)]
pub struct Scene {
	pub others: Others,
	/// Time for running the task.
	pub run_blocks: BlockNumber,
	/// Nothing in most tests: where nothing is paid no result is audited, and what comes next is certain.
	pub price: Price,
}

impl Scene {
	pub fn new(others: Others) -> Self {
		Self { others, run_blocks: RUN_BLOCKS, price: Price::default() }
	}

	/// Nothing was ordered.
	pub fn empty(self) -> Node {
		let (chain, cast) = self.registered();
		Node::new(chain, cast)
	}

	/// The task was ordered in the newest block.
	pub fn ordered(self) -> Node {
		let (mut chain, cast) = self.registered();
		chain.send(&cast.client, cast.order(GAS)).expect("the request is matched");
		Node::new(chain, cast)
	}

	/// The draw was written down in the newest block.
	pub fn running(self) -> Node {
		let (mut chain, cast) = self.registered();
		chain.send(&cast.client, cast.order(GAS)).expect("the request is matched");
		let poke = deals::poke(&[TASK]);
		let drawn = (0..LONGEST_DRAW).any(|_| chain.send(&cast.client, poke.clone()).is_ok());
		assert!(drawn, "the draw is known");
		Node::new(chain, cast)
	}

	fn registered(self) -> (Chain, Cast) {
		let mut chain = Chain::start("development");
		let providers: Vec<Provider> = (0..3).map(|index| register(&mut chain, index)).collect();
		let place = |provider: &Provider| (offer(&mut chain, provider, self.price), provider.id());
		let offers = providers.iter().map(place).collect();
		let client = key("Charlie");
		(chain, Cast { scene: self, client, providers, offers })
	}
}

/// Who takes part.
pub struct Cast {
	scene: Scene,
	pub client: Pair,
	pub providers: Vec<Provider>,
	offers: Vec<(OfferId, AccountId)>,
}

impl Cast {
	/// Orders the task with a gas limit.
	pub fn order(&self, gas: u64) -> RuntimeCall {
		let mut request = request(spec_of(gas), 3, 2);
		request.run_blocks = self.scene.run_blocks;
		order(request, self.offers.clone().try_into().expect("three fit"))
	}

	/// What all but the daemon send next.
	pub fn calls(&self, genesis: &Hash, view: &TaskView) -> Vec<(Pair, RuntimeCall)> {
		let truth = outcome(view.deal.request.task.limits.gas);
		let (said, count) = match self.scene.others {
			Others::Deliver => (truth, 2),
			Others::OneDelivers => (truth, 1),
			Others::Idle => return Vec::new(),
			Others::Collude => (forge(truth, None), 2),
		};
		let call_of = |provider: &Provider| {
			let call = next_of_provider(&provider.id(), genesis, view, said)?;
			Some((provider.operator.clone(), call))
		};
		let others = self.providers.iter().skip(ME + 1).take(count);
		let mut calls: Vec<_> = others.filter_map(call_of).collect();
		if self.scene.others != Others::Collude {
			let accept = next_of_client(view);
			calls.extend(accept.map(|call| (self.client.clone(), call)));
		}
		calls
	}
}
