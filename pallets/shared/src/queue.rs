//! Queues in storage.

use codec::FullCodec;
use core::marker::PhantomData;
use polkadot_sdk::frame_support::{
	storage::{StorageMap, StorageValue},
	weights::{Weight, WeightMeter},
};

/// A queue of `V`: entries by position, and the range of positions that are taken. Positions count up for
/// ever and wrap around. One without an entry is passed over.
pub struct Queue<V, Entries, Range>(PhantomData<(V, Entries, Range)>);

impl<V, Entries, Range> Queue<V, Entries, Range>
where
	V: FullCodec,
	Entries: StorageMap<u64, V, Query = Option<V>>,
	Range: StorageValue<(u64, u64), Query = (u64, u64)>,
{
	/// Positions that are taken.
	pub fn len() -> u64 {
		let (first, next) = Range::get();
		next.wrapping_sub(first)
	}

	/// Whether there are none.
	pub fn is_empty() -> bool {
		Self::len() == 0
	}

	/// Entries in their order.
	pub fn entries() -> impl Iterator<Item = V> {
		let (first, _) = Range::get();
		(0..Self::len()).filter_map(move |at| Entries::get(first.wrapping_add(at)))
	}

	/// Entries from the last one on, against their order, as far as none is missing.
	pub fn backwards() -> impl Iterator<Item = V> {
		let (_, next) = Range::get();
		(1..=Self::len()).map_while(move |at| Entries::get(next.wrapping_sub(at)))
	}

	/// What comes next.
	pub fn first() -> Option<V> {
		Entries::get(Range::get().0)
	}

	/// Puts an entry behind all others.
	pub fn push(entry: V) {
		Range::mutate(|(_, next)| {
			Entries::insert(*next, entry);
			*next = next.wrapping_add(1);
		});
	}

	/// Puts an entry before all others.
	pub fn push_first(entry: V) {
		Range::mutate(|(first, _)| {
			*first = first.wrapping_sub(1);
			Entries::insert(*first, entry);
		});
	}

	/// Takes what comes next.
	pub fn pop() -> Option<V> {
		Range::mutate(|(first, next)| {
			if first == next {
				return None;
			}
			let entry = Entries::take(*first);
			*first = first.wrapping_add(1);
			entry
		})
	}

	/// Takes entries out in their order, `most` at the most, until there is one that `done` says no of. `meter`
	/// pays `step` for each before it is read. Others may be put at the end meanwhile.
	pub fn work_off(
		meter: &mut WeightMeter,
		step: Weight,
		most: u32,
		mut done: impl FnMut(V, &mut WeightMeter) -> bool,
	) {
		let (mut first, next) = Range::get();
		let before = first;
		for _ in 0..most {
			if first == next || meter.try_consume(step).is_err() {
				break;
			}
			if let Some(entry) = Entries::get(first) {
				if !done(entry, meter) {
					break;
				}
				Entries::remove(first);
			}
			first = first.wrapping_add(1);
		}
		if first != before {
			Range::mutate(|range| range.0 = first);
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use polkadot_sdk::{
		frame_support::{Twox64Concat, pallet_prelude::ValueQuery, storage_alias},
		sp_io::TestExternalities,
	};

	#[storage_alias]
	type Entries = StorageMap<Test, Twox64Concat, u64, u32>;
	#[storage_alias]
	type Range = StorageValue<Test, (u64, u64), ValueQuery>;
	type Tested = Queue<u32, Entries, Range>;

	fn all() -> Vec<u32> {
		Tested::entries().collect()
	}

	#[test]
	fn queue_should_give_what_came_first() {
		TestExternalities::default().execute_with(|| {
			assert_eq!((Tested::pop(), Tested::first(), Tested::len()), (None, None, 0));
			(1..4).for_each(Tested::push);
			Tested::push_first(0);
			assert_eq!((all(), Tested::first()), (vec![0, 1, 2, 3], Some(0)));
			assert_eq!(Tested::backwards().collect::<Vec<_>>(), [3, 2, 1, 0]);
			assert_eq!((Tested::pop(), Tested::pop()), (Some(0), Some(1)));
			assert_eq!((all(), Tested::len(), Tested::is_empty()), (vec![2, 3], 2, false));
			assert_eq!(Entries::iter().count(), 2, "nothing is left behind");
		});
	}

	#[test]
	fn queue_should_be_worked_off_until_one_is_not_done_or_not_paid() {
		let step = Weight::from_parts(10, 0);
		let work = |limit: u64, most, last: u32| {
			let mut meter = WeightMeter::with_limit(Weight::from_parts(limit, 0));
			Tested::work_off(&mut meter, step, most, |entry, _| {
				if entry == 2 {
					Tested::push(9);
				}
				entry <= last
			});
			all()
		};
		TestExternalities::default().execute_with(|| {
			(0..8).for_each(Tested::push);
			assert_eq!(work(1_000, 8, 0), [1, 2, 3, 4, 5, 6, 7], "one is not done");
			assert_eq!(
				work(29, 8, 7),
				[3, 4, 5, 6, 7, 9],
				"two are paid, and another one has come"
			);
			// By a call, for example.
			Entries::remove(3);
			assert_eq!(work(1_000, 2, 7), [5, 6, 7, 9], "a gap counts as one");
			assert!(work(1_000, 9, 9).is_empty());
			assert_eq!((Tested::len(), Entries::iter().count()), (0, 0));
		});
	}
}
