//! The pool: weights by era, and drawing out of them.

use crate::*;
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use assay_primitives::{beacon::Seed, case::MediatorStatus, draw::point, judges::Judges};
use core::marker::PhantomData;
use frame_support::{defensive, ensure, traits::Get};
use sp_runtime::traits::BlockNumberProvider;

impl<T: Config> Pallet<T> {
	/// Present block.
	pub(crate) fn now() -> BlockNumber {
		T::BlockNumberProvider::current_block_number()
	}

	/// Present era of the pool.
	pub fn era() -> u32 {
		Self::era_of(Self::now())
	}

	/// Era of a block. An era of length zero is refused by the integrity test.
	pub fn era_of(block: BlockNumber) -> u32 {
		block.checked_div(T::JoinDelay::get()).unwrap_or_default()
	}

	/// First block in which a mediator that goes now can't be drawn any more, not even by a draw that
	/// comes late.
	pub(crate) fn out_of_reach() -> BlockNumber {
		let era = Self::era().saturating_add(ERAS_AHEAD).saturating_add(1);
		era.saturating_mul(T::JoinDelay::get())
	}

	/// Weight that a mediator should have.
	pub(crate) fn due_weight(mediator: &Mediator) -> u64 {
		let staying = mediator.bond.staying();
		if mediator.status != MediatorStatus::Serving || staying < T::MinBond::get() {
			return 0;
		}
		let weight = staying.checked_div(T::WeightUnit::get()).unwrap_or_default();
		u64::try_from(weight).unwrap_or(u64::MAX).min(T::WeightCap::get())
	}

	/// Changes a mediator whose weight stays, and counts it anew.
	pub(crate) fn reseat<R>(
		stash: &AccountId,
		change: impl FnOnce(&mut Option<Mediator>) -> R,
	) -> R {
		Mediators::<T>::mutate(stash, |entry| {
			let before = entry.clone();
			let result = change(entry);
			Self::recount(before.as_ref(), entry.as_ref());
			result
		})
	}

	/// Stores a mediator, counts it anew, and gives it the weight that it should have, from the second era after this
	/// one on.
	pub(crate) fn store(stash: &AccountId, mediator: Mediator) {
		Self::recount(Mediators::<T>::get(stash).as_ref(), Some(&mediator));
		let weight = Self::due_weight(&mediator);
		if Self::set_weight(mediator.position, weight) {
			let era = Self::era().saturating_add(ERAS_AHEAD);
			Self::deposit_event(Event::WeightChanged { mediator: stash.clone(), weight, era });
		}
		Mediators::<T>::insert(stash, mediator);
	}

	/// Writes a weight into the last version, and the difference into all sums above. Whether it was another before.
	fn set_weight(position: u32, weight: u64) -> bool {
		let era = Self::era();
		let mut changed: Option<(u64, u64)> = None;
		for level in 0..LEVELS {
			let (index, child) = place(position, level);
			let page = Pages::<T>::get((level, index)).unwrap_or_else(|| Page::empty(era));
			let mut page = page.in_era(era);
			let node = &mut page.nodes[child][3];
			let (old, new) = changed.unwrap_or((*node, weight));
			if old == new {
				return false;
			}
			changed = Some((old, new));
			// Neither saturates: a sum contains the old weight, and all weights at their cap are
			// far below 2^64.
			*node = node.saturating_sub(old).saturating_add(new);
			Pages::<T>::insert((level, index), page);
		}
		changed.is_some()
	}

	/// Weight of all, as of the second era after this one.
	pub(crate) fn total_weight() -> u64 {
		let newest = Self::era().saturating_add(ERAS_AHEAD);
		Self::children((LEVELS - 1, 0), newest).map_or(0, |children| children.iter().sum())
	}

	/// Writes a weight into all versions at once; for the first block only.
	pub(crate) fn set_weight_at_genesis(position: u32, weight: u64) {
		for level in 0..LEVELS {
			let (index, child) = place(position, level);
			let mut page = Pages::<T>::get((level, index)).unwrap_or_else(|| Page::empty(0));
			for version in page.nodes[child].iter_mut() {
				*version = version.saturating_add(weight);
			}
			Pages::<T>::insert((level, index), page);
		}
	}

	/// A position for a new mediator.
	pub(crate) fn take_position(stash: &AccountId) -> Result<u32, Error<T>> {
		let vacant = Vacant::<T>::count();
		let position = match vacant.checked_sub(1).and_then(Vacant::<T>::take) {
			Some(position) => position,
			None => NextPosition::<T>::mutate(|next| -> Result<u32, Error<T>> {
				ensure!(*next < MAX_POOL, Error::<T>::PoolFull);
				*next += 1;
				Ok(*next - 1)
			})?,
		};
		Positions::<T>::insert(position, stash);
		Ok(position)
	}

	/// Frees the position of a mediator that can't be drawn any more.
	pub(crate) fn free_position(position: u32) {
		Positions::<T>::remove(position);
		Vacant::<T>::insert(Vacant::<T>::count(), position);
	}

	/// Weight of a position in an era; 0 where the era is no longer known.
	pub(crate) fn weight_in(position: u32, era: u32) -> u64 {
		let (index, child) = place(position, 0);
		Self::children((0, index), era).map_or(0, |children| children[child])
	}

	fn children(key: (u8, u32), era: u32) -> Option<[u64; FAN]> {
		let page = Pages::<T>::get(key).unwrap_or_else(|| Page::empty(Self::era()));
		page.in_era(Self::era()).version(era)
	}
}

/// The pool of an era while a committee is drawn out of it.
pub(crate) enum Urn<T: Config> {
	/// Everybody.
	All(Tree<T>),
	/// Positions and weights of an agreed set, in the order of positions.
	Set(Vec<(u32, u64)>),
}

impl<T: Config> Urn<T> {
	/// The pool of an era, or those of it who are named. `None` where the era is no longer known.
	pub fn open(era: u32, judges: &Judges) -> Option<Self> {
		if era.saturating_add(1) < Pallet::<T>::era() {
			return None;
		}
		let Some(named) = judges.named() else {
			return Some(Self::All(Tree { era, pages: BTreeMap::new(), config: PhantomData }));
		};
		let positions: BTreeSet<u32> =
			named.iter().filter_map(|one| Some(Mediators::<T>::get(one)?.position)).collect();
		let weigh = |position| (position, Pallet::<T>::weight_in(position, era));
		Some(Self::Set(positions.into_iter().map(weigh).collect()))
	}

	/// Takes a position out.
	pub fn remove(&mut self, position: u32) {
		match self {
			Self::All(tree) => tree.remove(position),
			Self::Set(weights) => weights.retain(|(at, _)| *at != position),
		}
	}

	/// All that can be drawn, in the order of positions.
	pub fn weights(&mut self) -> Vec<(u32, u64)> {
		match self {
			Self::All(tree) => tree.below(LEVELS - 1, 0),
			Self::Set(weights) => {
				weights.iter().filter(|(_, weight)| *weight > 0).copied().collect()
			},
		}
	}

	/// Draws a position and takes it out; `None` where nothing is left.
	pub fn draw(&mut self, seed: &Seed, step: u32) -> Option<u32> {
		let total = match self {
			Self::All(tree) => tree.page(LEVELS - 1, 0).iter().sum(),
			Self::Set(weights) => weights.iter().map(|(_, weight)| *weight).sum::<u64>(),
		};
		if total == 0 {
			return None;
		}
		// Below the total, which fits.
		let point = point(seed, step, u128::from(total)) as u64;
		let position = match self {
			Self::All(tree) => tree.find(point)?,
			Self::Set(weights) => {
				let (place, _) = descend(weights.iter().map(|(_, weight)| *weight), point)?;
				weights.get(place)?.0
			},
		};
		self.remove(position);
		Some(position)
	}
}

/// The pages of an era that were read so far, without what was taken out.
pub(crate) struct Tree<T> {
	era: u32,
	pages: BTreeMap<(u8, u32), [u64; FAN]>,
	config: PhantomData<T>,
}

impl<T: Config> Tree<T> {
	fn remove(&mut self, position: u32) {
		let (index, child) = place(position, 0);
		let weight = self.page(0, index)[child];
		if weight == 0 {
			return;
		}
		for level in 0..LEVELS {
			let (index, child) = place(position, level);
			let node = &mut self.page(level, index)[child];
			*node = node.saturating_sub(weight);
		}
	}

	fn find(&mut self, mut point: u64) -> Option<u32> {
		let mut index = 0;
		for level in (0..LEVELS).rev() {
			let (child, rest) = descend(self.page(level, index).iter().copied(), point)?;
			point = rest;
			index = index * FAN as u32 + child as u32;
		}
		Some(index)
	}

	/// Positions below a page that have a weight. What has none is not looked into.
	fn below(&mut self, level: u8, index: u32) -> Vec<(u32, u64)> {
		let first = index * FAN as u32;
		let children = (first..).zip(*self.page(level, index)).filter(|(_, weight)| *weight > 0);
		match level.checked_sub(1) {
			Some(next) => children.flat_map(|(child, _)| self.below(next, child)).collect(),
			None => children.collect(),
		}
	}

	fn page(&mut self, level: u8, index: u32) -> &mut [u64; FAN] {
		let era = self.era;
		self.pages.entry((level, index)).or_insert_with(|| {
			Pallet::<T>::children((level, index), era).unwrap_or_else(|| {
				defensive!("an urn is opened over eras that are known only");
				[0; FAN]
			})
		})
	}
}

/// The child below which `point` lies, and the point within it.
fn descend(children: impl Iterator<Item = u64>, mut point: u64) -> Option<(usize, u64)> {
	for (child, weight) in children.enumerate() {
		if point < weight {
			return Some((child, point));
		}
		point -= weight;
	}
	None
}

/// Page of a position on a level, and its place within it.
fn place(position: u32, level: u8) -> (u32, usize) {
	let shifted = position >> (4 * u32::from(level));
	(shifted / FAN as u32, shifted as usize % FAN)
}

#[cfg(test)]
impl<T: Config> Tree<T> {
	/// Pages that were read.
	pub fn pages_read(&self) -> usize {
		self.pages.len()
	}
}
