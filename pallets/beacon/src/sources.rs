//! Where VRF outputs come from.

use core::marker::PhantomData;
use polkadot_sdk::{frame_support::traits::PalletInfoAccess, pallet_babe};

/// VRF outputs of blocks.
pub trait BlockVrf {
	/// Output of the block that is being finalized; `None` where its author gave none.
	fn of_block() -> Option<[u8; 32]>;
	/// Position of the pallet that sets the output in its `on_finalize`, if there is one.
	fn pallet_index() -> Option<usize>;
}

/// No outputs: tickets are never known.
impl BlockVrf for () {
	fn of_block() -> Option<[u8; 32]> {
		None
	}
	fn pallet_index() -> Option<usize> {
		None
	}
}

/// VRF outputs of BABE. Configure BABE with VRFs in secondary slots, or most blocks have none.
pub struct BabeVrf<T>(PhantomData<T>);

impl<T: pallet_babe::Config> BlockVrf for BabeVrf<T> {
	fn of_block() -> Option<[u8; 32]> {
		pallet_babe::AuthorVrfRandomness::<T>::get()
	}
	fn pallet_index() -> Option<usize> {
		Some(pallet_babe::Pallet::<T>::index())
	}
}
