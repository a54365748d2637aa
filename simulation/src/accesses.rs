//! Which keys of the state something accesses, and how many accesses a weight pays for.
//!
//! As in the SDK's benchmarks a key counts once: what was accessed before is in memory. What each transaction of an account
//! accesses, whatever its call, is paid by what each transaction weighs.

use crate::{Chain, Pair, flat::Flat, transaction};
use assay_runtime::{
	AllPalletsWithSystem, Executive, RuntimeCall, System,
	weights::{DbWeight, with_db_weight},
};
use polkadot_sdk::{
	frame_support::{
		dispatch::DispatchClass,
		traits::StorageInfoTrait,
		weights::{RuntimeDbWeight, Weight},
	},
	frame_system,
	sp_core::{Get, traits::Externalities},
};
use sp_externalities::with_externalities;
use std::collections::{BTreeMap, BTreeSet};

/// Keys that were accessed, each once.
#[derive(Clone, Debug, Default)]
pub struct Accesses {
	read: BTreeSet<Vec<u8>>,
	written: BTreeSet<Vec<u8>>,
}

impl Accesses {
	/// Notes that a key is read. What was written before is in memory.
	pub(crate) fn note_read(&mut self, key: &[u8]) {
		if !self.written.contains(key) && !self.read.contains(key) {
			self.read.insert(key.to_vec());
		}
	}

	/// Notes that a key is written.
	pub(crate) fn note_written(&mut self, key: &[u8]) {
		if !self.written.contains(key) {
			self.written.insert(key.to_vec());
		}
	}

	/// In the form in which externalities say it: the key, reads, writes, and whether it is free.
	pub(crate) fn entries(&self) -> Vec<(Vec<u8>, u32, u32, bool)> {
		let keys: BTreeSet<_> = self.read.union(&self.written).collect();
		let entry = |key: &Vec<u8>| {
			let (read, written) = (self.read.contains(key), self.written.contains(key));
			(key.clone(), read.into(), written.into(), false)
		};
		keys.into_iter().map(entry).collect()
	}

	fn of(entries: Vec<(Vec<u8>, u32, u32, bool)>) -> Self {
		let keys = |is: fn(u32, u32) -> bool| {
			let found = entries.iter().filter(|(_, reads, writes, _)| is(*reads, *writes));
			found.map(|(key, ..)| key.clone()).collect()
		};
		Self { read: keys(|reads, _| reads > 0), written: keys(|_, writes| writes > 0) }
	}

	/// Those that are in memory for nothing that `before` has done.
	fn beyond(mut self, before: &Self) -> Self {
		self.read.retain(|key| !before.read.contains(key) && !before.written.contains(key));
		self.written.retain(|key| !before.written.contains(key));
		self
	}

	/// How many they are.
	pub fn count(&self) -> Count {
		Count { reads: self.read.len() as u64, writes: self.written.len() as u64 }
	}

	/// How often each storage item was accessed.
	pub fn items(&self) -> BTreeMap<String, Count> {
		let known = AllPalletsWithSystem::storage_info();
		let name = |key: &Vec<u8>| {
			let found = known.iter().find(|item| key.starts_with(&item.prefix));
			let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
			found.map_or_else(
				|| text(key),
				|item| format!("{}::{}", text(&item.pallet_name), text(&item.storage_name)),
			)
		};
		let mut items = BTreeMap::<String, Count>::new();
		self.read.iter().for_each(|key| items.entry(name(key)).or_default().reads += 1);
		self.written.iter().for_each(|key| items.entry(name(key)).or_default().writes += 1);
		items
	}
}

/// Accesses of the database.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Count {
	/// Keys that are read.
	pub reads: u64,
	/// Keys that are written.
	pub writes: u64,
}

impl Count {
	/// How many a weight pays for, which it is where the database costs what it is asked with.
	fn paid(mut weigh: impl FnMut() -> Weight) -> Self {
		let cost = DbWeight::get();
		let mut with = |read, write| with_db_weight(RuntimeDbWeight { read, write }, &mut weigh);
		let before = with(cost.read, cost.write);
		let more = |after: Weight| after.ref_time().saturating_sub(before.ref_time());
		Self {
			reads: more(with(cost.read + 1, cost.write)),
			writes: more(with(cost.read, cost.write + 1)),
		}
	}

	/// So many more than another.
	pub fn beyond(self, other: Self) -> Self {
		Self {
			reads: self.reads.saturating_sub(other.reads),
			writes: self.writes.saturating_sub(other.writes),
		}
	}

	/// Time that they take.
	pub fn time(&self) -> u64 {
		DbWeight::get().reads_writes(self.reads, self.writes).ref_time()
	}
}

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
		let paid = Count::paid(|| self.attempt(apply).1);
		let (accessed, weight) = apply(self);
		Charge { accessed, paid, weight }
	}

	/// Builds an empty block. All that it accesses, and what the weight of its hooks pays for.
	pub fn charge_block(&mut self) -> Charge {
		let build = |chain: &mut Self| {
			chain.pass(1);
			*chain.read(System::block_weight).get(DispatchClass::Mandatory)
		};
		let paid = Count::paid(|| self.attempt(build));
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
