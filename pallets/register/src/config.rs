//! What the pallet needs.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod config {
	/// What the pallet needs from the runtime.
	#[pallet::config]
	pub trait Config:
		polkadot_sdk::frame_system::Config<AccountId = AccountId, Hash = Hash>
	{
		/// Native token, which is held.
		type Currency: fungible::Inspect<AccountId, Balance = Balance>
			+ fungible::Mutate<AccountId>
			+ fungible::MutateHold<AccountId, Reason = Self::RuntimeHoldReason>;

		/// The runtime's reasons for holds.
		type RuntimeHoldReason: From<HoldReason> + Parameter + Member;

		/// Clock for what has to be waited for.
		type BlockNumberProvider: BlockNumberProvider<BlockNumber = BlockNumber>;

		/// Origin that bans assets and marks public goods.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Deposit for a registered asset.
		#[pallet::constant]
		type AssetDeposit: Get<Balance>;

		/// Least bond of a publisher.
		#[pallet::constant]
		type MinPublisherBond: Get<Balance>;

		/// Blocks for which a publisher's bond still answers after it began to leave. A deal that is
		/// settled later finds no more of it.
		#[pallet::constant]
		type PublisherUnbonding: Get<BlockNumber>;

		/// Measured weights of the calls.
		type WeightInfo: WeightInfo;
	}
}
