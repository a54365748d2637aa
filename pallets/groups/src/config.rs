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

		/// Deposit for a group.
		#[pallet::constant]
		type GroupDeposit: Get<Balance>;

		/// Deposit for each member of a group.
		#[pallet::constant]
		type MemberDeposit: Get<Balance>;

		/// Measured weights of the calls.
		type WeightInfo: WeightInfo;
	}
}
