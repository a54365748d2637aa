//! A chain that is built block by block: BABE digests with VRF signatures, signed transactions through the
//! executive, all hooks. After each block it checks where money went.

use crate::{
	Fidelity,
	author::pre_digest,
	conservation::assert_conserved,
	flat::Flat,
	state::{State, Undo},
	transaction::{apply, transaction},
};
use assay_runtime::{
	AccountId, Balance, Balances, BlockNumber, Executive, Hash, Header, MILLIS_PER_BLOCK,
	RuntimeCall, RuntimeEvent, RuntimeGenesisConfig, System, UncheckedExtrinsic, genesis_presets,
};
use polkadot_sdk::{
	frame_support::{
		genesis_builder_helper::{build_state, get_preset},
		weights::Weight,
	},
	frame_system, pallet_timestamp,
	sp_core::sr25519::Pair,
	sp_io::TestExternalities,
	sp_runtime::{ApplyExtrinsicResult, Digest, DispatchResult, traits::Header as _},
};

/// Slot of the block before the first.
const FIRST_SLOT: u64 = 1_000;

/// A chain that is built block by block.
#[derive(Clone)]
pub struct Chain<S = TestExternalities> {
	state: S,
	parent: Hash,
	slot: u64,
	/// How calls get into blocks.
	pub fidelity: Fidelity,
	/// Events of all blocks, oldest first.
	pub events: Vec<RuntimeEvent>,
}

impl Chain {
	/// A chain from one of the runtime's presets.
	pub fn start(preset: &str) -> Self {
		Self::start_with(preset, |_| ())
	}

	/// A chain from one of the runtime's presets, after a change of it.
	pub fn start_with(preset: &str, change: impl FnOnce(&mut serde_json::Value)) -> Self {
		Self::of_preset(preset, change)
	}
}

impl<S: State + Default> Chain<S> {
	/// The same on whatever keeps the state.
	pub fn of_preset(preset: &str, change: impl FnOnce(&mut serde_json::Value)) -> Self {
		let patch = genesis_presets::get(&preset.into()).expect("the preset exists");
		let mut patch = serde_json::from_slice(&patch).expect("presets are JSON");
		change(&mut patch);
		Self::on(S::default(), patch)
	}
}

impl<S: State> Chain<S> {
	/// A chain from a JSON patch of the default genesis, on a state that is empty.
	pub fn on(mut state: S, patch: serde_json::Value) -> Self {
		state.enter(|| {
			let default = get_preset::<RuntimeGenesisConfig>(&None, |_| None)
				.expect("there is a default genesis");
			let mut config = serde_json::from_slice(&default).expect("it is JSON");
			merge(&mut config, patch);
			build_state::<RuntimeGenesisConfig>(config.to_string().into_bytes())
				.expect("the genesis is valid");
		});
		Self {
			state,
			parent: Hash::repeat_byte(7),
			slot: FIRST_SLOT,
			fidelity: Fidelity::Signed,
			events: Vec::new(),
		}
	}

	pub(crate) fn state_mut(&mut self) -> &mut S {
		&mut self.state
	}

	/// Reads the state.
	pub fn read<R>(&mut self, read: impl FnOnce() -> R) -> R {
		self.state.enter(read)
	}

	/// Hash of block 0.
	pub fn genesis_hash(&mut self) -> Hash {
		self.read(|| System::block_hash(0))
	}

	/// Height.
	pub fn now(&mut self) -> BlockNumber {
		self.read(System::block_number)
	}

	/// Hash of the newest block.
	pub fn hash(&self) -> Hash {
		self.parent
	}

	/// Slot of the newest block.
	pub fn slot(&self) -> u64 {
		self.slot
	}

	/// Lets all slots up to this one go by without a block.
	pub fn idle_until(&mut self, slot: u64) {
		self.slot = self.slot.max(slot);
	}

	/// Balance that an account can move.
	pub fn free(&mut self, who: &AccountId) -> Balance {
		self.read(|| System::account(who).data.free)
	}

	/// The same chain, on which another block may follow.
	pub fn fork(&mut self) -> Self {
		Self {
			state: self.state.fork(),
			parent: self.parent,
			slot: self.slot,
			fidelity: self.fidelity,
			events: self.events.clone(),
		}
	}

	/// Signs a transaction with the state as it is now.
	pub fn sign(&mut self, signer: &Pair, call: impl Into<RuntimeCall>) -> UncheckedExtrinsic {
		self.read(|| transaction(Some(signer), &call.into()))
	}

	/// Builds a block with these transactions and bare calls, and returns what became of each.
	pub fn block(&mut self, calls: &[(Option<&Pair>, RuntimeCall)]) -> Vec<ApplyExtrinsicResult> {
		let fidelity = self.fidelity;
		let apply_one = |(signer, call): &(Option<&Pair>, RuntimeCall)| match signer {
			Some(signer) => apply(fidelity, signer, call),
			None => Executive::apply_extrinsic(transaction(None, call)),
		};
		self.build(|| calls.iter().map(apply_one).collect())
	}

	/// Builds a block with what `apply` applies.
	pub fn build<R>(&mut self, apply: impl FnOnce() -> R) -> R {
		self.slot += 1;
		let (slot, parent) = (self.slot, self.parent);
		let (header, results, events) = self.state.enter(|| {
			let issued = Balances::total_issuance();
			begin(slot, parent);
			let results = apply();
			let header = Executive::finalize_block();
			let events: Vec<_> = System::events().into_iter().map(|record| record.event).collect();
			assert_conserved(issued, &events);
			(header, results, events)
		});
		self.parent = header.hash();
		self.events.extend(events);
		results
	}

	/// Sends one transaction in a block of its own.
	pub fn send(&mut self, signer: &Pair, call: impl Into<RuntimeCall>) -> DispatchResult {
		let results = self.block(&[(Some(signer), call.into())]);
		results[0].expect("the transaction is valid")
	}

	/// Builds `blocks` empty blocks.
	pub fn pass(&mut self, blocks: BlockNumber) {
		for _ in 0..blocks {
			self.block(&[]);
		}
	}

	/// Sends one transaction and returns the weight that was charged for it, refunds deducted.
	pub fn weigh(&mut self, signer: &Pair, call: impl Into<RuntimeCall>) -> Weight {
		let before = self.events.len();
		self.send(signer, call).expect("the call succeeds");
		self.weight_of_last(before)
	}

	/// Weight of the newest transaction, which left an event after so many.
	pub(crate) fn weight_of_last(&self, before: usize) -> Weight {
		let weight = |event: &RuntimeEvent| match event {
			RuntimeEvent::System(frame_system::Event::ExtrinsicSuccess { dispatch_info }) => {
				Some(dispatch_info.weight)
			},
			_ => None,
		};
		let weight = self.events[before..].iter().rev().find_map(weight);
		weight.expect("the transaction left an event")
	}
}

impl Chain<Flat> {
	/// Reads the state, and counts the keys that are looked up or stepped to.
	pub fn count_reads<R>(&mut self, read: impl FnOnce() -> R) -> (R, u64) {
		let before = self.state.reads();
		let result = self.state.enter(read);
		(result, self.state.reads() - before)
	}
}

impl<S: Undo> Chain<S> {
	/// Does something, and takes back all that it did to the chain.
	pub fn attempt<R>(&mut self, run: impl FnOnce(&mut Self) -> R) -> R {
		self.state.mark();
		let (parent, slot, events) = (self.parent, self.slot, self.events.len());
		let result = run(self);
		self.state.undo();
		(self.parent, self.slot) = (parent, slot);
		self.events.truncate(events);
		result
	}

	/// Does something in the block that would follow, and takes all of it back.
	pub fn try_next<R>(&mut self, run: impl FnOnce() -> R) -> R {
		self.state.mark();
		let (slot, parent) = (self.slot + 1, self.parent);
		let result = self.state.enter(|| {
			begin(slot, parent);
			run()
		});
		self.state.undo();
		result
	}
}

/// Begins a block in a slot, with what every block begins with.
fn begin(slot: u64, parent: Hash) {
	let number = System::block_number() + 1;
	let digest = Digest { logs: vec![pre_digest(slot, number)] };
	let header = Header::new(number, Default::default(), Default::default(), parent, digest);
	Executive::initialize_block(&header);
	let now = slot * MILLIS_PER_BLOCK;
	let set = RuntimeCall::Timestamp(pallet_timestamp::Call::set { now });
	let set = Executive::apply_extrinsic(UncheckedExtrinsic::new_bare(set));
	assert_eq!(set, Ok(Ok(())), "the timestamp is accepted");
}

fn merge(into: &mut serde_json::Value, patch: serde_json::Value) {
	match (into, patch) {
		(serde_json::Value::Object(into), serde_json::Value::Object(patch)) => {
			for (name, value) in patch {
				merge(into.entry(name).or_insert(serde_json::Value::Null), value);
			}
		},
		(into, patch) => *into = patch,
	}
}
