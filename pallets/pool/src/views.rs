//! What the runtime API reads.

use crate::{Config, Looks, MembersOf, NextPoolId, Pallet, Pools};
use assay_primitives::{
	api::Page,
	pool::{ListedPool, PoolId, PoolView},
};

impl<T: Config> Pallet<T> {
	/// A pool with its members and all of its rounds.
	pub fn pool_view(id: PoolId) -> Option<PoolView> {
		let pool = Pools::<T>::get(id)?;
		let mut looks: alloc::vec::Vec<_> = Looks::<T>::iter_prefix(id).collect();
		looks.sort_by_key(|(column, _)| *column);
		Some(PoolView {
			id,
			hash: pool.hash(),
			members: MembersOf::<T>::get(id).into_inner(),
			history: Self::history(id, &pool),
			looks,
			at: Self::now(),
			pool,
		})
	}

	/// Pools that are not settled, newest first, from before a number on. Looks at no more than `limit` numbers.
	pub fn pools(before: Option<PoolId>, limit: u32) -> Page<ListedPool, PoolId> {
		let next = NextPoolId::<T>::get();
		let numbers = (0..before.map_or(next, |before| before.min(next))).rev();
		let entry = |id| Pools::<T>::get(id).map(|pool| ListedPool { id, pool });
		Page::of(numbers.map(|id| (id, entry(id))), limit)
	}
}
