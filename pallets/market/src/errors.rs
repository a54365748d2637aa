//! Why calls are refused.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod errors {
	#[pallet::error]
	pub enum Error<T> {
		/// There is no offer with this number.
		OfferNotFound,
		/// The offer is past its last block. Name another one, or let its provider renew it.
		OfferExpired,
		/// The offer is for another profile than the request.
		ProfileMismatch,
		/// The base price of the offer is above the request's ceiling.
		BasePriceAboveCeiling,
		/// The gas price of the offer is above the request's ceiling.
		GasPriceAboveCeiling,
		/// The request's gas limit is above what the offer or its provider can do.
		GasAboveOffer,
		/// The request's memory limit is above what the offer or its provider can do.
		MemoryAboveOffer,
		/// The request grants less run time than the offer asks for, or than the provider needs for
		/// the gas limit at the speed that it declares.
		RunTimeBelowOffer,
		/// The provider lacks a tag that the request asks for.
		TagsMissing,
		/// Client and provider are the same party.
		SelfDeal,
		/// There is no such provider, or it is leaving.
		ProviderNotFound,
		/// All slots of the provider are in use.
		NoFreeSlot,
		/// The free bond of the provider does not cover the stake.
		BondTooSmall,
		/// Two offers of the same provider are named.
		DuplicateProvider,
		/// The provider does not declare the profile.
		ProfileNotServed,
		/// The provider has no operator key that has accepted.
		OperatorMissing,
		/// The signer is neither a provider nor the operator of one.
		NotProvider,
		/// The signer may not change this offer.
		NotOfferOwner,
		/// The provider has as many offers as it may have. Withdraw one first.
		TooManyOffers,
		/// The offer can still be matched.
		OfferStillValid,
		/// The last block of the terms has gone by already.
		TermsExpired,
		/// The terms offer more gas than the provider declares.
		GasAboveCapacity,
		/// The terms offer more memory than the provider declares.
		MemoryAboveCapacity,
		/// The terms ask for more run time than any request may grant.
		RunTimeAboveMaximum,
		/// The price of the largest task exceeds what amounts can express.
		PriceTooLarge,
		/// The last block of the request has gone by already.
		RequestExpired,
		/// The policy has no replicas, or requires none.
		NoReplicas,
		/// The policy has more replicas than a task may have.
		TooManyReplicas,
		/// The policy requires more equal digests than it has replicas.
		RequiredAboveReplicas,
		/// The policy requires no more than half of its replicas to agree.
		RequiredBelowMajority,
		/// The trust is zero, or more than twenty replicas can reach.
		TrustOutOfRange,
		/// A single replica would be checked too rarely, or more often than always.
		CheckOutOfRange,
		/// The stake of a single replica is no more than what lying gains it on average.
		StakeFactorTooLow,
		/// The run time is zero, or longer than any task may run.
		RunTimeOutOfRange,
		/// The gas limit is zero, or higher than any task may use.
		GasLimitOutOfRange,
		/// The memory limit is zero, or higher than any task may use.
		MemoryLimitOutOfRange,
		/// The output limit is higher than any task may use.
		OutputLimitOutOfRange,
		/// There are fewer candidates than the policy's first wave has replicas, or than the request
		/// wants.
		NotEnoughCandidates,
		/// The request does not want this provider.
		NotWanted,
		/// The app may not be run by this provider.
		NotAllowedByApp,
		/// The dataset may not be read by this provider.
		NotAllowedByDataset,
		/// The provider does not work for this client.
		ClientNotServed,
		/// The provider does not run this app.
		AppNotServed,
		/// The provider does not read this dataset.
		DatasetNotServed,
		/// A resource order is valid for longer than the chain remembers what was used of it.
		ResourceLifeTooLong,
		/// The owner of a resource order has closed it.
		ResourceClosed,
		/// Nothing is left of a resource order.
		ResourceUsedUp,
		/// A resource order is signed for by neither the stash nor its operator.
		SignerNotOfProvider,
		/// The signature of a resource order has no known form.
		ResourceSignatureMalformed,
		/// A resource order is not signed by its signer for this network, nor presigned.
		ResourceNotAuthorized,
		/// A provider takes on no more unpaid work for the client. Wait until some of it is paid.
		ClientLimitReached,
		/// A candidate costs so much more than the cheapest that the stake would not deter it from
		/// lying. `quote` gives a set of offers that lie close enough together.
		PriceTooFarFromCheapest,
		/// The request is valid for longer than the chain remembers what was used of it.
		RequestLifeTooLong,
		/// The request asks for no tasks, for more at once than altogether, or not for one task for
		/// each leaf of its input list.
		RequestVolumeOutOfRange,
		/// The tip is above the share of the highest wage that a tip may be.
		TipTooHigh,
		/// The client has closed the request.
		RequestClosed,
		/// Nothing is left of the request: it was matched before, perhaps by another solver.
		RequestUsedUp,
		/// The client's signature has no known form.
		RequestSignatureMalformed,
		/// The request is not signed by its client for this network, nor presigned.
		RequestNotAuthorized,
		/// The request names a sponsor whose consent is missing.
		SponsorMissing,
		/// The sponsor's signature has no known form.
		SponsorSignatureMalformed,
		/// The signature is not the sponsor's for this request and network.
		SponsorNotAuthorized,
		/// The app is not registered.
		AppNotFound,
		/// The app is suspended.
		AppSuspended,
		/// The order is for another app or content, or the request's module or profile is not the
		/// app's.
		AppMismatch,
		/// The app can only be used with an order of its owner.
		AppOrderMissing,
		/// The app order is past its last block.
		AppOrderExpired,
		/// The app order is valid for longer than the chain remembers what was used of it.
		AppOrderLifeTooLong,
		/// The owner has closed the app order.
		AppOrderClosed,
		/// Nothing is left of the app order.
		AppOrderUsedUp,
		/// The signature of the app order has no known form.
		AppSignatureMalformed,
		/// The app order is not signed by the app's owner for this network, nor presigned.
		AppNotAuthorized,
		/// The app costs more than the request allows.
		AppPriceAboveCeiling,
		/// The bond of the app's publisher is below the least, or below what the request wants.
		AppBondTooSmall,
		/// The app is not meant for this dataset.
		AppRefusesDataset,
		/// The app is not meant for this client.
		AppRefusesClient,
		/// The dataset is not registered.
		DatasetNotFound,
		/// The dataset is suspended.
		DatasetSuspended,
		/// The order is for another dataset or content, or the request's input is not the
		/// dataset's.
		DatasetMismatch,
		/// The dataset can only be used with an order of its owner.
		DatasetOrderMissing,
		/// The dataset order is past its last block.
		DatasetOrderExpired,
		/// The dataset order is valid for longer than the chain remembers what was used of it.
		DatasetOrderLifeTooLong,
		/// The owner has closed the dataset order.
		DatasetOrderClosed,
		/// Nothing is left of the dataset order.
		DatasetOrderUsedUp,
		/// The signature of the dataset order has no known form.
		DatasetSignatureMalformed,
		/// The dataset order is not signed by the dataset's owner for this network, nor presigned.
		DatasetNotAuthorized,
		/// The dataset costs more than the request allows.
		DatasetPriceAboveCeiling,
		/// The bond of the dataset's publisher is below the least, or below what the request wants.
		DatasetBondTooSmall,
		/// The dataset is not meant for this app.
		DatasetRefusesApp,
		/// The dataset is not meant for this client.
		DatasetRefusesClient,
		/// A tag is wanted that the program itself must support, and the app does not.
		ProgramTagsMissing,
		/// No account's mediators are trusted by all.
		NoCommonMediator,
		/// Less than the request's least volume is left of the orders, or fits into a deal.
		VolumeTooSmall,
		/// None of the orders has a record that may be removed.
		NothingToPrune,
		/// The order is authorised on chain already.
		AlreadyPresigned,
		/// The order is closed already.
		AlreadyClosed,
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
		/// The signer has no publisher's bond.
		PublisherNotFound,
		/// The publisher's bond would be, or is, below the least for a publisher with assets.
		PublisherBondTooSmall,
		/// Part of the bond is leaving already. Withdraw it first.
		BondLeavingAlready,
		/// Nothing has left the bond yet.
		NothingToWithdraw,
		/// The amount is zero.
		ZeroAmount,
		/// There is no group with this number.
		GroupNotFound,
		/// The signer does not own the group.
		NotGroupOwner,
		/// The group has members. Remove them first.
		GroupNotEmpty,
		/// None of the accounts is to be added or removed.
		MembershipUnchanged,
		/// More places on the board than an account may have.
		TooManyBoardPlaces,
		/// The account has as many places on the board already.
		BoardPlacesUnchanged,
		/// Places on the board can't be given up so soon after they were taken.
		BoardPlacesTooFresh,
		/// The offer has other terms than those that the call names by their hash, or another provider: it
		/// was changed since, or the call was signed for another fork of the chain.
		OfferMismatch,
		/// The asset is another than the one that the call names by its hash: the call was signed for
		/// another fork of the chain.
		AssetMismatch,
	}
}
