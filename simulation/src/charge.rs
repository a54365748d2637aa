//! How many accesses of the database a weight pays for, beside what was accessed.
//!
//! What each transaction of an account accesses, whatever its call, is paid by what each transaction weighs.

use crate::{
	Chain, Pair,
	accesses::{Accesses, Count},
	flat::Flat,
	transaction,
};
use assay_runtime::{
	Executive, RuntimeCall, System,
	weights::{DbWeight, with_db_weight},
};
use polkadot_sdk::{
	frame_support::{
		dispatch::DispatchClass,
		weights::{RuntimeDbWeight, Weight},
	},
	frame_system,
	sp_core::{Get, traits::Externalities},
};
use sp_externalities::with_externalities;

/// What something accesses, and what its weight pays for.
#[derive(Clone, Debug)]
pub struct Charge {
	/// Keys that it accesses and nothing before it in the block.
	pub accessed: Accesses,
	/// Accesses that its weight pays for.
	pub paid: Count,
	/// Its weight, with what every transaction weighs.
	pub weight: Weight,
}

impl Chain<Flat> {
	/// Sends one transaction in a block of its own. What a remark of the same signer would access, and what its
	/// weight would pay for, is left out.
	pub fn charge(&mut self, signer: &Pair, call: impl Into<RuntimeCall>) -> Charge {
		self.charge_after(|| (), signer, call)
	}

	/// The same behind something that changes the state in this block, after its hooks, and is not charged.
	pub fn charge_after(
		&mut self,
		change: impl Fn(),
		signer: &Pair,
		call: impl Into<RuntimeCall>,
	) -> Charge {
		let remark = RuntimeCall::System(frame_system::Call::remark { remark: Vec::new() });
		let base = self.attempt(|chain| chain.charge_whole(&change, signer, &remark));
		let Charge { accessed, paid, weight } = self.charge_whole(&change, signer, &call.into());
		Charge { accessed: accessed.beyond(&base.accessed), paid: paid.beyond(base.paid), weight }
	}

	fn charge_whole(&mut self, change: &impl Fn(), signer: &Pair, call: &RuntimeCall) -> Charge {
		let sent = self.read(|| transaction(Some(signer), call));
		let apply = |chain: &mut Self| {
			let from = chain.events.len();
			let (result, accessed) = chain.build(|| {
				Executive::inherents_applied();
				change();
				accessed_by(|| Executive::apply_extrinsic(sent.clone()))
			});
			assert!(matches!(result, Ok(Ok(()))), "{result:?}");
			(accessed, chain.weight_of_last(from))
		};
		let paid = paid_by(|| self.attempt(apply).1);
		let (accessed, weight) = apply(self);
		Charge { accessed, paid, weight }
	}

	/// Builds an empty block. All that it accesses, and what the weight of its hooks pays for.
	pub fn charge_block(&mut self) -> Charge {
		let build = |chain: &mut Self| {
			chain.pass(1);
			*chain.read(System::block_weight).get(DispatchClass::Mandatory)
		};
		let paid = paid_by(|| self.attempt(build));
		self.state_mut().reset_read_write_count();
		let weight = build(self);
		let accessed = Accesses::of(self.state_mut().get_read_and_written_keys());
		Charge { accessed, paid, weight }
	}
}

/// Does something to the state that is set, and tells what it accesses.
fn accessed_by<R>(run: impl FnOnce() -> R) -> (R, Accesses) {
	let set = "there is a state";
	with_externalities(|state| state.reset_read_write_count()).expect(set);
	let result = run();
	let found = with_externalities(|state| state.get_read_and_written_keys()).expect(set);
	(result, Accesses::of(found))
}

/// How many a weight pays for, which it is where the database costs what it is asked with.
fn paid_by(mut weigh: impl FnMut() -> Weight) -> Count {
	let cost = DbWeight::get();
	let mut with = |read, write| with_db_weight(RuntimeDbWeight { read, write }, &mut weigh);
	let before = with(cost.read, cost.write);
	let more = |after: Weight| after.ref_time().saturating_sub(before.ref_time());
	Count {
		reads: more(with(cost.read + 1, cost.write)),
		writes: more(with(cost.read, cost.write + 1)),
	}
}
