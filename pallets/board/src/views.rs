//! What the runtime API reads.

use crate::{BoardPlaces, Config, Pallet};
use assay_primitives::AccountId;

impl<T: Config> Pallet<T> {
	/// How many orders an account may have on the nodes' board.
	pub fn places_of(account: &AccountId) -> u32 {
		BoardPlaces::<T>::get(account).map_or(0, |places| places.count)
	}
}
