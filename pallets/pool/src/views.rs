//! What the runtime API reads.

use crate::{Config, MembersOf, Pallet, Pool, Pools};
use assay_primitives::pool::{History, PoolId};

impl<T: Config> Pallet<T> {
	/// A pool with its members and all of its rounds, from which anybody computes which leaf is where.
	pub fn pool_of(id: PoolId) -> Option<(Pool, crate::Members, History)> {
		let pool = Pools::<T>::get(id)?;
		let history = Self::history(id, &pool);
		Some((pool, MembersOf::<T>::get(id), history))
	}
}
