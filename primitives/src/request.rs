//! What a client asks for, what a provider offers, and how the two fit.

use crate::{
	AccountId, Balance, BlockNumber, Hash,
	hashing::tagged_hash,
	policy::Policy,
	price::Price,
	profile::ProfileId,
	task::{Input, TaskSpec},
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use polkadot_sdk::sp_core::{ConstU32, bounded::BoundedVec};
use scale_info::TypeInfo;

/// Number of a resting offer.
pub type OfferId = u64;

/// Longest hint at where content can be had, in bytes.
pub const MAX_HINT_BYTES: u32 = 256;
/// Most hints of a request.
pub const MAX_HINTS: u32 = 4;

/// URLs at which content may be had, beside the chain. Whoever fetches verifies.
pub type Hints = BoundedVec<BoundedVec<u8, ConstU32<MAX_HINT_BYTES>>, ConstU32<MAX_HINTS>>;

/// What a hint begins with that is no URL, but says where the ciphertext of a private input is.
pub const SEALED_HINT: &str = "assay-sealed:";

/// A request for one or more tasks.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Request {
	/// What is to be run.
	pub task: TaskSpec,
	/// How the outcome is established.
	pub policy: Policy,
	/// Whether a single replica runs ahead of the others, so that a program that fails costs little.
	pub canary: bool,
	/// Most that each replica may cost.
	pub max_price: Price,
	/// Blocks that a replica is given to commit in, T.
	pub run_blocks: BlockNumber,
	/// Tags that a provider must have, as a bit set.
	pub tags: u32,
	/// Last block in which the request may be matched.
	pub valid_until: BlockNumber,
	/// Where module and input may be had.
	pub hints: Hints,
}

impl Request {
	/// Whether the input can be read only by whom the client gives its key. What else such a hint says is
	/// for those who fetch the input; the chain keeps who has no use for the key from judging it.
	pub fn is_sealed(&self) -> bool {
		let blob = matches!(self.task.input, Input::Blob(_));
		blob && self.hints.iter().any(|hint| hint.starts_with(SEALED_HINT.as_bytes()))
	}
}

/// What a provider offers until it withdraws it.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Terms {
	/// Rules of execution.
	pub profile: ProfileId,
	/// Price of a replica.
	pub price: Price,
	/// Largest gas limit.
	pub max_gas: u64,
	/// Largest memory, in pages of 64 KiB.
	pub max_memory_pages: u32,
	/// Least run time, in blocks.
	pub min_run_blocks: BlockNumber,
	/// Last block in which the offer may be matched.
	pub valid_until: BlockNumber,
}

impl Terms {
	/// Hash that names an offer by its terms where it is changed or withdrawn.
	pub fn hash(&self) -> Hash {
		tagged_hash(b"assay/terms/1", self)
	}
}

/// Why an offer does not serve a request, in the order of checking.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	Ord,
	PartialEq,
	PartialOrd,
	TypeInfo,
)]
pub enum Ineligible {
	/// No such offer.
	#[codec(index = 0)]
	OfferNotFound,
	/// The offer is past its last block.
	#[codec(index = 1)]
	OfferExpired,
	/// The offer is for another profile.
	#[codec(index = 2)]
	Profile,
	/// The base price is above the ceiling.
	#[codec(index = 3)]
	BasePriceAboveCeiling,
	/// The price of gas is above the ceiling.
	#[codec(index = 4)]
	GasPriceAboveCeiling,
	/// The gas limit is above what is offered.
	#[codec(index = 5)]
	GasAboveOffer,
	/// The memory is above what is offered.
	#[codec(index = 6)]
	MemoryAboveOffer,
	/// The run time is below what is offered, or too short for the gas limit at the speed that the
	/// provider declares.
	#[codec(index = 7)]
	RunTimeBelowOffer,
	/// A tag is missing.
	#[codec(index = 8)]
	TagsMissing,
	/// Client and provider are the same party.
	#[codec(index = 9)]
	SelfDeal,
	/// The provider is not registered any more.
	#[codec(index = 10)]
	ProviderNotFound,
	/// All slots are in use.
	#[codec(index = 11)]
	NoFreeSlot,
	/// The free bond does not cover the stake.
	#[codec(index = 12)]
	BondTooSmall,
	/// Another offer of the same provider is named already.
	#[codec(index = 13)]
	DuplicateProvider,
	/// The provider executes no such profile any more.
	#[codec(index = 14)]
	ProfileNotServed,
	/// The provider has no operator key that has accepted to sign for it.
	#[codec(index = 15)]
	OperatorMissing,
	/// The request does not want this provider.
	#[codec(index = 16)]
	NotWanted,
	/// The app may not be run by this provider.
	#[codec(index = 17)]
	NotAllowedByApp,
	/// The dataset may not be read by this provider.
	#[codec(index = 18)]
	NotAllowedByDataset,
	/// The provider does not work for this client.
	#[codec(index = 19)]
	ClientNotServed,
	/// The provider does not run this app.
	#[codec(index = 20)]
	AppNotServed,
	/// The provider does not read this dataset.
	#[codec(index = 21)]
	DatasetNotServed,
	/// The order is valid for longer than the chain remembers what was used of it.
	#[codec(index = 22)]
	OrderLifeTooLong,
	/// Its owner has closed the order.
	#[codec(index = 23)]
	OrderClosed,
	/// Nothing, or too little, is left of the order's volume.
	#[codec(index = 24)]
	OrderUsedUp,
	/// The order is signed for by an account that is neither the stash nor its operator.
	#[codec(index = 25)]
	SignerNotOfProvider,
	/// The signature has no known form.
	#[codec(index = 26)]
	SignatureMalformed,
	/// The signature is not that of the order's signer over this order and this network.
	#[codec(index = 27)]
	NotAuthorized,
	/// The provider takes on no more unpaid work for this client.
	#[codec(index = 28)]
	ClientLimitReached,
	/// It costs so much more than the cheapest candidate that the common stake would not deter it.
	#[codec(index = 29)]
	PriceTooFarFromCheapest,
}

/// A provider that may be drawn for a deal's tasks.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Candidate {
	/// Account that owns the bond.
	pub provider: AccountId,
	/// Its price.
	pub price: Price,
	/// Its weight in draws, fixed when the deal opens.
	pub weight: u64,
}

/// What a request would meet, without a transaction.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct Quote {
	/// Offers that serve it, cheapest first, at most as many as a deal may have candidates.
	pub fits: Vec<OfferFit>,
	/// Offers that don't, each with every reason.
	pub ineligible: Vec<(OfferId, Vec<Ineligible>)>,
	/// Whether there are enough candidates for the policy.
	pub enough: bool,
	/// What the client must have free: the escrow and the deposit.
	pub escrow: Balance,
	/// Deposit for the state that the deal occupies, part of nothing else.
	pub deposit: Balance,
	/// Stake of each replica.
	pub stake: Balance,
}

/// An offer that serves a request.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct OfferFit {
	/// The offer.
	pub offer: OfferId,
	/// Whose it is.
	pub provider: AccountId,
	/// At what price.
	pub price: Price,
	/// Most that a replica can cost.
	pub maximum: Balance,
}
