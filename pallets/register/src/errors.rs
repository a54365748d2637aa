//! Why calls are refused.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod errors {
	#[pallet::error]
	pub enum Error<T> {
		/// There is no asset with this number.
		AssetNotFound,
		/// The signer does not own the asset.
		NotAssetOwner,
		/// The asset was not offered to the signer.
		NotHeir,
		/// The account owns the asset already.
		AlreadyOwner,
		/// The asset is suspended already.
		AssetSuspended,
		/// The asset is not suspended.
		AssetActive,
		/// Governance has suspended the asset.
		AssetBanned,
		/// The content is empty, or larger than any content may be.
		ContentOutOfRange,
		/// The publisher's bond stays as it is, or does not cover what it would answer for.
		Bond(Reason<BondFault>),
		/// No profile's stack is as high as what the app is said to need.
		NeedsAboveProfile,
		/// The asset is another than the one that the call names by its hash: the call was signed for
		/// another fork of the chain.
		AssetMismatch,
	}
}
