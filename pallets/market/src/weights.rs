//! Weights of the calls.
//!
//! Estimated, to be replaced by scripts/bench-weights.sh: execution times are guesses on the safe
//! side, reads and writes are counted from the code.

use core::marker::PhantomData;
use polkadot_sdk::{
	frame_support::{
		traits::Get,
		weights::{Weight, constants::RocksDbWeight},
	},
	frame_system,
};

/// Weights of the pallet's calls.
pub trait WeightInfo {
	/// Providers and Operators of the signer, NextOfferId, OfferCount, Account, Holds; writes Offers.
	fn place_offer() -> Weight;
	/// Offers, Operators, Providers.
	fn update_offer() -> Weight;
	/// Offers, Operators, OfferCount, Account, Holds.
	fn withdraw_offer() -> Weight;
	/// Offers, Providers, OfferCount, Account, Holds.
	fn prune_offer() -> Weight;
	/// For each offer: Offers, Providers read and written by the ledger's lock. Once: what opening a
	/// deal reads and writes (client's Account and Holds, Deals, Tasks, NextDealId, Profiles, Beacon).
	fn submit(offers: u32) -> Weight;
}

/// Estimated weights under the runtime's own database weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn place_offer() -> Weight {
		Weight::from_parts(70_000_000, 9000).saturating_add(T::DbWeight::get().reads_writes(8, 5))
	}
	fn update_offer() -> Weight {
		Weight::from_parts(40_000_000, 9000).saturating_add(T::DbWeight::get().reads_writes(4, 1))
	}
	fn withdraw_offer() -> Weight {
		Weight::from_parts(65_000_000, 9000).saturating_add(T::DbWeight::get().reads_writes(5, 4))
	}
	fn prune_offer() -> Weight {
		Weight::from_parts(65_000_000, 9000).saturating_add(T::DbWeight::get().reads_writes(5, 4))
	}
	fn submit(offers: u32) -> Weight {
		Weight::from_parts(150_000_000, 20_000)
			.saturating_add(Weight::from_parts(25_000_000, 6_000).saturating_mul(offers.into()))
			.saturating_add(T::DbWeight::get().reads_writes(10, 8))
			.saturating_add(T::DbWeight::get().reads_writes(3, 1).saturating_mul(offers.into()))
	}
}

impl WeightInfo for () {
	fn place_offer() -> Weight {
		Weight::from_parts(70_000_000, 9000).saturating_add(RocksDbWeight::get().reads_writes(8, 5))
	}
	fn update_offer() -> Weight {
		Weight::from_parts(40_000_000, 9000).saturating_add(RocksDbWeight::get().reads_writes(4, 1))
	}
	fn withdraw_offer() -> Weight {
		Weight::from_parts(65_000_000, 9000).saturating_add(RocksDbWeight::get().reads_writes(5, 4))
	}
	fn prune_offer() -> Weight {
		Weight::from_parts(65_000_000, 9000).saturating_add(RocksDbWeight::get().reads_writes(5, 4))
	}
	fn submit(offers: u32) -> Weight {
		Weight::from_parts(150_000_000, 20_000)
			.saturating_add(Weight::from_parts(25_000_000, 6_000).saturating_mul(offers.into()))
			.saturating_add(RocksDbWeight::get().reads_writes(10, 8))
			.saturating_add(RocksDbWeight::get().reads_writes(3, 1).saturating_mul(offers.into()))
	}
}
