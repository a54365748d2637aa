//! Finds the cheapest candidates for any gas limit without looking at all of them.
//!
//! What a replica costs at most is `base + per_mgas · M`, M being the request's gas limit in millions,
//! so there is no one order of candidates that serves all requests. The index keeps two, by base price
//! and by gas price, and walks both at once: whatever it has not met in either can't be cheaper than
//! the two places where it stands make together. (R. Fagin, A. Lotem, M. Naor: Optimal aggregation
//! algorithms for middleware, 2001.)

use super::entry::ResourceKey;
use assay_primitives::{Balance, price::Price, profile::ProfileId};
use std::{
	cmp::Reverse,
	collections::{BTreeSet, BinaryHeap, HashMap, HashSet, btree_set},
};

/// Candidates of all profiles.
#[derive(Default)]
pub(super) struct Index {
	profiles: HashMap<ProfileId, Lists>,
}

#[derive(Default)]
struct Lists {
	by_base: BTreeSet<(Balance, ResourceKey)>,
	by_gas: BTreeSet<(Balance, ResourceKey)>,
	prices: HashMap<ResourceKey, Price>,
}

impl Index {
	pub fn insert(&mut self, profile: ProfileId, key: ResourceKey, price: Price) {
		self.remove(profile, &key);
		let lists = self.profiles.entry(profile).or_default();
		lists.by_base.insert((price.base, key));
		lists.by_gas.insert((price.per_mgas, key));
		lists.prices.insert(key, price);
	}

	pub fn remove(&mut self, profile: ProfileId, key: &ResourceKey) {
		let Some(lists) = self.profiles.get_mut(&profile) else { return };
		if let Some(price) = lists.prices.remove(key) {
			lists.by_base.remove(&(price.base, *key));
			lists.by_gas.remove(&(price.per_mgas, *key));
		}
		// Anybody can name a profile that nobody knows.
		if lists.prices.is_empty() {
			self.profiles.remove(&profile);
		}
	}

	/// Candidates of a profile with neither part of their price above `ceiling`, with what a replica
	/// costs at most at this gas limit, cheapest first.
	pub fn cheapest(&self, profile: &ProfileId, ceiling: &Price, gas: u64) -> Cheapest<'_> {
		let lists = self.profiles.get(profile);
		let last = ResourceKey::LAST;
		Cheapest {
			base: lists.map(|lists| lists.by_base.range(..=(ceiling.base, last))),
			gas: lists.map(|lists| lists.by_gas.range(..=(ceiling.per_mgas, last))),
			prices: lists.map(|lists| &lists.prices),
			ceiling: *ceiling,
			limit: gas,
			met: HashSet::new(),
			ready: BinaryHeap::new(),
			floor: Some(0),
		}
	}
}

/// See [`Index::cheapest`].
pub(super) struct Cheapest<'a> {
	base: Option<btree_set::Range<'a, (Balance, ResourceKey)>>,
	gas: Option<btree_set::Range<'a, (Balance, ResourceKey)>>,
	prices: Option<&'a HashMap<ResourceKey, Price>>,
	ceiling: Price,
	limit: u64,
	met: HashSet<ResourceKey>,
	ready: BinaryHeap<Reverse<(Balance, ResourceKey)>>,
	/// Nothing that was not met is cheaper; `None` when all that can fit were met.
	floor: Option<Balance>,
}

impl Cheapest<'_> {
	/// Takes one more from either list.
	fn advance(&mut self) {
		let base = self.base.as_mut().and_then(Iterator::next);
		let gas = self.gas.as_mut().and_then(Iterator::next);
		for (_, key) in base.iter().chain(gas.iter()) {
			let price = self.prices.and_then(|prices| prices.get(key));
			let Some(price) = price.filter(|price| price.within(&self.ceiling)) else { continue };
			if self.met.insert(*key)
				&& let Some(maximum) = price.maximum(self.limit)
			{
				self.ready.push(Reverse((maximum, *key)));
			}
		}
		// What fits is in both lists up to the ceiling, so the end of one is the end.
		self.floor = base.zip(gas).map(|((base, _), (per_mgas, _))| {
			let price = Price { base: *base, per_mgas: *per_mgas };
			price.maximum(self.limit).unwrap_or(Balance::MAX)
		});
	}
}

impl Iterator for Cheapest<'_> {
	type Item = (Balance, ResourceKey);

	fn next(&mut self) -> Option<Self::Item> {
		loop {
			let next = self.ready.peek().map(|Reverse((maximum, _))| *maximum);
			match (next, self.floor) {
				(Some(maximum), Some(floor)) if maximum >= floor => self.advance(),
				(None, Some(_)) => self.advance(),
				_ => return self.ready.pop().map(|Reverse(found)| found),
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_primitives::Hash;
	use proptest::prelude::*;

	const PROFILE: ProfileId = Hash::repeat_byte(1);

	/// What the index is to give, by looking at all.
	fn all(prices: &[(u64, u64)], ceiling: &Price, gas: u64) -> Vec<(Balance, ResourceKey)> {
		let mut found: Vec<_> = (0u64..)
			.zip(prices)
			.map(|(id, (base, per_mgas))| {
				let price = Price { base: (*base).into(), per_mgas: (*per_mgas).into() };
				(price, ResourceKey::Offer(id))
			})
			.filter(|(price, _)| price.within(ceiling))
			.filter_map(|(price, key)| Some((price.maximum(gas)?, key)))
			.collect();
		found.sort_unstable();
		found
	}

	fn filled(prices: &[(u64, u64)]) -> Index {
		let mut index = Index::default();
		for (id, (base, per_mgas)) in (0u64..).zip(prices) {
			let price = Price { base: (*base).into(), per_mgas: (*per_mgas).into() };
			index.insert(PROFILE, ResourceKey::Offer(id), price);
		}
		index
	}

	proptest! {
		#[test]
		fn index_should_give_what_looking_at_all_gives(
			prices in prop::collection::vec((0..40u64, 0..40u64), 0..120),
			(base, per_mgas) in (0..45u128, 0..45u128),
			gas in prop_oneof![0..50_000_000u64, Just(u64::MAX)],
		) {
			let ceiling = Price { base, per_mgas };
			let index = filled(&prices);
			let found: Vec<_> = index.cheapest(&PROFILE, &ceiling, gas).collect();
			prop_assert_eq!(found, all(&prices, &ceiling, gas));
		}

		#[test]
		fn index_should_be_empty_when_all_was_removed(
			prices in prop::collection::vec((0..5u64, 0..5u64), 0..40),
		) {
			let mut index = filled(&prices);
			for id in 0..prices.len() as u64 {
				index.remove(PROFILE, &ResourceKey::Offer(id));
			}
			prop_assert!(index.profiles.is_empty());
		}
	}

	/// The first candidates of many are found without meeting most of the others.
	#[test]
	fn index_should_not_look_at_all_when_few_are_wanted() {
		let prices: Vec<(u64, u64)> =
			(0..10_000u64).map(|id| (id * 7_919 % 10_007, id * 104_729 % 10_007)).collect();
		let index = filled(&prices);
		let ceiling = Price { base: 20_000, per_mgas: 20_000 };
		let mut walk = index.cheapest(&PROFILE, &ceiling, 3_000_000);
		let first: Vec<_> = walk.by_ref().take(10).collect();
		assert_eq!(first, all(&prices, &ceiling, 3_000_000)[..10]);
		assert!(walk.met.len() < 2_000, "{} of 10 000 were met", walk.met.len());
	}
}
