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
	/// Orders, the asset or provider that tells the owner, Account, Holds; two verifications.
	fn presign() -> Weight;
	/// Orders, the asset or provider that tells the owner, Account, Holds; six verifications.
	fn close_order() -> Weight;
	/// For each order: Orders, its depositor's Account and Holds.
	fn prune_orders(orders: u32) -> Weight;
	/// For each resource: Offers or Orders, Providers read and written by the ledger's lock, Operators,
	/// up to seven groups; two verifications. Once: request, app, dataset and sponsor with two
	/// verifications each, their Orders, Assets, Publishers and groups, the solver's Account and Holds,
	/// and what opening a deal reads and writes.
	fn match_orders(resources: u32) -> Weight;
	/// Publishers, Account, Holds.
	fn bond_publisher() -> Weight;
	/// Publishers.
	fn unbond_publisher() -> Weight;
	/// Publishers, Account, Holds.
	fn withdraw_publisher_bond() -> Weight;
	/// Publishers, NextAssetId, Account, Holds; writes Assets.
	fn register_app() -> Weight;
	/// Publishers, NextAssetId, Account, Holds; writes Assets.
	fn register_dataset() -> Weight;
	/// Assets.
	fn set_asset_terms() -> Weight;
	/// Assets.
	fn offer_asset() -> Weight;
	/// Assets; Publishers, Account and Holds of both owners.
	fn accept_asset() -> Weight;
	/// Assets.
	fn suspend_asset() -> Weight;
	/// Assets.
	fn resume_asset() -> Weight;
	/// Assets, Publishers, Account, Holds.
	fn deregister_asset() -> Weight;
	/// Assets.
	fn set_public_good() -> Weight;
	/// NextGroupId, Account, Holds; writes Groups.
	fn create_group() -> Weight;
	/// Groups, Account, Holds; Members for each.
	fn add_members(members: u32) -> Weight;
	/// Groups, Account, Holds; Members for each.
	fn remove_members(members: u32) -> Weight;
	/// Groups, Account, Holds.
	fn dissolve_group() -> Weight;
	/// BoardPlaces, Account, Holds, the allowance.
	fn set_board_places() -> Weight;
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
			.saturating_add(T::DbWeight::get().reads_writes(5, 2).saturating_mul(offers.into()))
	}
	fn presign() -> Weight {
		Weight::from_parts(500_000_000, 9000).saturating_add(T::DbWeight::get().reads_writes(6, 3))
	}
	fn close_order() -> Weight {
		Weight::from_parts(1_200_000_000, 9000)
			.saturating_add(T::DbWeight::get().reads_writes(6, 3))
	}
	fn prune_orders(orders: u32) -> Weight {
		Weight::from_parts(20_000_000, 3000)
			.saturating_add(Weight::from_parts(45_000_000, 6000).saturating_mul(orders.into()))
			.saturating_add(T::DbWeight::get().reads_writes(3, 3).saturating_mul(orders.into()))
	}
	fn match_orders(resources: u32) -> Weight {
		Weight::from_parts(3_000_000_000, 60000)
			.saturating_add(T::DbWeight::get().reads_writes(32, 14))
			.saturating_add(Weight::from_parts(900_000_000, 16000).saturating_mul(resources.into()))
			.saturating_add(T::DbWeight::get().reads_writes(14, 3).saturating_mul(resources.into()))
	}
	fn bond_publisher() -> Weight {
		Weight::from_parts(60_000_000, 9000).saturating_add(T::DbWeight::get().reads_writes(3, 3))
	}
	fn unbond_publisher() -> Weight {
		Weight::from_parts(25_000_000, 4000).saturating_add(T::DbWeight::get().reads_writes(1, 1))
	}
	fn withdraw_publisher_bond() -> Weight {
		Weight::from_parts(60_000_000, 9000).saturating_add(T::DbWeight::get().reads_writes(3, 3))
	}
	fn register_app() -> Weight {
		Weight::from_parts(75_000_000, 9000).saturating_add(T::DbWeight::get().reads_writes(5, 5))
	}
	fn register_dataset() -> Weight {
		Weight::from_parts(75_000_000, 9000).saturating_add(T::DbWeight::get().reads_writes(5, 5))
	}
	fn set_asset_terms() -> Weight {
		Weight::from_parts(35_000_000, 5000).saturating_add(T::DbWeight::get().reads_writes(1, 1))
	}
	fn offer_asset() -> Weight {
		Weight::from_parts(30_000_000, 5000).saturating_add(T::DbWeight::get().reads_writes(1, 1))
	}
	fn accept_asset() -> Weight {
		Weight::from_parts(130_000_000, 16000).saturating_add(T::DbWeight::get().reads_writes(7, 7))
	}
	fn suspend_asset() -> Weight {
		Weight::from_parts(30_000_000, 5000).saturating_add(T::DbWeight::get().reads_writes(1, 1))
	}
	fn resume_asset() -> Weight {
		Weight::from_parts(30_000_000, 5000).saturating_add(T::DbWeight::get().reads_writes(1, 1))
	}
	fn deregister_asset() -> Weight {
		Weight::from_parts(70_000_000, 12000).saturating_add(T::DbWeight::get().reads_writes(4, 4))
	}
	fn set_public_good() -> Weight {
		Weight::from_parts(30_000_000, 5000).saturating_add(T::DbWeight::get().reads_writes(1, 1))
	}
	fn create_group() -> Weight {
		Weight::from_parts(60_000_000, 9000).saturating_add(T::DbWeight::get().reads_writes(4, 4))
	}
	fn add_members(members: u32) -> Weight {
		Weight::from_parts(60_000_000, 9000)
			.saturating_add(T::DbWeight::get().reads_writes(3, 3))
			.saturating_add(Weight::from_parts(6_000_000, 2600).saturating_mul(members.into()))
			.saturating_add(T::DbWeight::get().reads_writes(1, 1).saturating_mul(members.into()))
	}
	fn remove_members(members: u32) -> Weight {
		Weight::from_parts(60_000_000, 9000)
			.saturating_add(T::DbWeight::get().reads_writes(3, 3))
			.saturating_add(Weight::from_parts(6_000_000, 2600).saturating_mul(members.into()))
			.saturating_add(T::DbWeight::get().reads_writes(1, 1).saturating_mul(members.into()))
	}
	fn dissolve_group() -> Weight {
		Weight::from_parts(60_000_000, 9000).saturating_add(T::DbWeight::get().reads_writes(3, 3))
	}
	fn set_board_places() -> Weight {
		Weight::from_parts(65_000_000, 9000).saturating_add(T::DbWeight::get().reads_writes(4, 4))
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
			.saturating_add(RocksDbWeight::get().reads_writes(5, 2).saturating_mul(offers.into()))
	}
	fn presign() -> Weight {
		Weight::from_parts(500_000_000, 9000)
			.saturating_add(RocksDbWeight::get().reads_writes(6, 3))
	}
	fn close_order() -> Weight {
		Weight::from_parts(1_200_000_000, 9000)
			.saturating_add(RocksDbWeight::get().reads_writes(6, 3))
	}
	fn prune_orders(orders: u32) -> Weight {
		Weight::from_parts(20_000_000, 3000)
			.saturating_add(Weight::from_parts(45_000_000, 6000).saturating_mul(orders.into()))
			.saturating_add(RocksDbWeight::get().reads_writes(3, 3).saturating_mul(orders.into()))
	}
	fn match_orders(resources: u32) -> Weight {
		Weight::from_parts(3_000_000_000, 60000)
			.saturating_add(RocksDbWeight::get().reads_writes(32, 14))
			.saturating_add(Weight::from_parts(900_000_000, 16000).saturating_mul(resources.into()))
			.saturating_add(
				RocksDbWeight::get().reads_writes(14, 3).saturating_mul(resources.into()),
			)
	}
	fn bond_publisher() -> Weight {
		Weight::from_parts(60_000_000, 9000).saturating_add(RocksDbWeight::get().reads_writes(3, 3))
	}
	fn unbond_publisher() -> Weight {
		Weight::from_parts(25_000_000, 4000).saturating_add(RocksDbWeight::get().reads_writes(1, 1))
	}
	fn withdraw_publisher_bond() -> Weight {
		Weight::from_parts(60_000_000, 9000).saturating_add(RocksDbWeight::get().reads_writes(3, 3))
	}
	fn register_app() -> Weight {
		Weight::from_parts(75_000_000, 9000).saturating_add(RocksDbWeight::get().reads_writes(5, 5))
	}
	fn register_dataset() -> Weight {
		Weight::from_parts(75_000_000, 9000).saturating_add(RocksDbWeight::get().reads_writes(5, 5))
	}
	fn set_asset_terms() -> Weight {
		Weight::from_parts(35_000_000, 5000).saturating_add(RocksDbWeight::get().reads_writes(1, 1))
	}
	fn offer_asset() -> Weight {
		Weight::from_parts(30_000_000, 5000).saturating_add(RocksDbWeight::get().reads_writes(1, 1))
	}
	fn accept_asset() -> Weight {
		Weight::from_parts(130_000_000, 16000)
			.saturating_add(RocksDbWeight::get().reads_writes(7, 7))
	}
	fn suspend_asset() -> Weight {
		Weight::from_parts(30_000_000, 5000).saturating_add(RocksDbWeight::get().reads_writes(1, 1))
	}
	fn resume_asset() -> Weight {
		Weight::from_parts(30_000_000, 5000).saturating_add(RocksDbWeight::get().reads_writes(1, 1))
	}
	fn deregister_asset() -> Weight {
		Weight::from_parts(70_000_000, 12000)
			.saturating_add(RocksDbWeight::get().reads_writes(4, 4))
	}
	fn set_public_good() -> Weight {
		Weight::from_parts(30_000_000, 5000).saturating_add(RocksDbWeight::get().reads_writes(1, 1))
	}
	fn create_group() -> Weight {
		Weight::from_parts(60_000_000, 9000).saturating_add(RocksDbWeight::get().reads_writes(4, 4))
	}
	fn add_members(members: u32) -> Weight {
		Weight::from_parts(60_000_000, 9000)
			.saturating_add(RocksDbWeight::get().reads_writes(3, 3))
			.saturating_add(Weight::from_parts(6_000_000, 2600).saturating_mul(members.into()))
			.saturating_add(RocksDbWeight::get().reads_writes(1, 1).saturating_mul(members.into()))
	}
	fn remove_members(members: u32) -> Weight {
		Weight::from_parts(60_000_000, 9000)
			.saturating_add(RocksDbWeight::get().reads_writes(3, 3))
			.saturating_add(Weight::from_parts(6_000_000, 2600).saturating_mul(members.into()))
			.saturating_add(RocksDbWeight::get().reads_writes(1, 1).saturating_mul(members.into()))
	}
	fn dissolve_group() -> Weight {
		Weight::from_parts(60_000_000, 9000).saturating_add(RocksDbWeight::get().reads_writes(3, 3))
	}
	fn set_board_places() -> Weight {
		Weight::from_parts(65_000_000, 9000).saturating_add(RocksDbWeight::get().reads_writes(4, 4))
	}
}
