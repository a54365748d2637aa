//! What the pallet needs.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod config {
	/// What the pallet needs from the runtime.
	#[pallet::config]
	pub trait Config:
		polkadot_sdk::frame_system::Config<AccountId = AccountId, Hash = Hash>
	{
		/// Native token, in which deposits are held.
		type Currency: fungible::Inspect<AccountId, Balance = Balance>
			+ fungible::MutateHold<AccountId, Reason = Self::RuntimeHoldReason>;

		/// The runtime's reasons for holds.
		type RuntimeHoldReason: From<HoldReason> + Parameter + Member;

		/// The rest of the chain, as all front ends need it.
		type Chain: Chain;

		/// Deposit for an offer.
		#[pallet::constant]
		type OfferDeposit: Get<Balance>;

		/// Most offers of one provider.
		#[pallet::constant]
		type MaxOffersPerProvider: Get<u32>;

		/// Longest time from a match to the last block of any of its orders, for which the chain has to
		/// remember what was used of them.
		#[pallet::constant]
		type MaxOrderLife: Get<BlockNumber>;

		/// Most tasks of one deal over a list of inputs. Without a list a deal has one task.
		#[pallet::constant]
		type MaxTasks: Get<u32>;

		/// Largest tip, as a share of the highest wage that a request allows for the first wave.
		#[pallet::constant]
		type MaxTip: Get<Permill>;

		/// Deposit for the record of an order.
		#[pallet::constant]
		type OrderDeposit: Get<Balance>;

		/// Measured weights of the calls.
		type WeightInfo: WeightInfo;

		/// Brings about what benchmarks need of the other pallets.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper;
	}
}
