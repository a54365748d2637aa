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

		/// Deposit for each place on the nodes' board.
		#[pallet::constant]
		type PlaceDeposit: Get<Balance>;

		/// Most places of one account.
		#[pallet::constant]
		type MaxBoardPlaces: Get<u32>;

		/// Blocks for which places that were taken can't be given up. Longer than nodes need to notice
		/// that an allowance has shrunk.
		#[pallet::constant]
		type MinBoardBlocks: Get<BlockNumber>;

		/// Measured weights of the calls.
		type WeightInfo: WeightInfo;
	}
}
