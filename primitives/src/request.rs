//! What a client asks for, what a provider offers, and how the two fit.

use crate::{
	AccountId, Balance, BlockNumber, Hash, apply,
	hashing::tagged_hash,
	policy::{Policy, PolicyFault},
	price::Price,
	profile::ProfileId,
	reasons::ReasonClass,
	task::{Input, Limits, TaskSpec},
};
use alloc::vec::Vec;
use polkadot_sdk::sp_core::{ConstU32, bounded::BoundedVec};

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
#[apply(stored)]
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

/// What a chain lets requests ask for at most.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RequestBounds {
	/// Run time, in blocks.
	pub run_blocks: BlockNumber,
	/// Gas limit.
	pub gas: u64,
	/// Memory limit, in pages of 64 KiB.
	pub memory_pages: u32,
	/// Output limit, in bytes.
	pub output_bytes: u64,
}

reasons! {
	/// Why a request is impossible, whoever may serve it.
	pub enum RequestFault {
		0 Expired: "the request is past its last block",
		1 Policy(fault: PolicyFault): "the policy is impossible: {fault}",
		2 RunTimeOutOfRange: "the run time is zero, or longer than any task may run",
		3 GasLimitOutOfRange: "the gas limit is zero, or higher than any task may use",
		4 MemoryLimitOutOfRange: "the memory limit is zero, or higher than any task may use",
		5 OutputLimitOutOfRange: "the output limit is higher than any task may use",
	}
}

impl RequestFault {
	/// What kind of reason it is.
	pub fn class(&self) -> ReasonClass {
		match self {
			Self::Expired => ReasonClass::Unmatched,
			_ => ReasonClass::Rejected,
		}
	}

	/// What can be done about it, where its sentence does not say that.
	pub fn hint(&self) -> Option<&'static str> {
		Some(match self {
			Self::Expired => "write and sign a new request: assay request new",
			Self::Policy(fault) => return fault.hint(),
			Self::RunTimeOutOfRange => "name another number of blocks for a run",
			Self::GasLimitOutOfRange => "name another gas limit",
			Self::MemoryLimitOutOfRange => "name another limit of memory",
			Self::OutputLimitOutOfRange => "lower the limit of outputs",
		})
	}
}

impl RequestBounds {
	/// Everything by which a task's limits are impossible.
	pub fn faults(&self, limits: &Limits) -> impl Iterator<Item = RequestFault> + use<> {
		let checks = [
			((1..=self.gas).contains(&limits.gas), RequestFault::GasLimitOutOfRange),
			(
				(1..=self.memory_pages).contains(&limits.memory_pages),
				RequestFault::MemoryLimitOutOfRange,
			),
			(limits.output_bytes <= self.output_bytes, RequestFault::OutputLimitOutOfRange),
		];
		checks.into_iter().filter(|(within, _)| !within).map(|(_, fault)| fault)
	}
}

impl Request {
	/// Everything by which it is impossible in a block, content and money aside, in the order of checking.
	pub fn faults(
		&self,
		now: BlockNumber,
		bounds: &RequestBounds,
	) -> impl Iterator<Item = RequestFault> {
		let expired = (now > self.valid_until).then_some(RequestFault::Expired);
		let policy = self.policy.validate().err().map(RequestFault::Policy);
		let in_time = (1..=bounds.run_blocks).contains(&self.run_blocks);
		let run_time = (!in_time).then_some(RequestFault::RunTimeOutOfRange);
		let beyond = bounds.faults(&self.task.limits);
		expired.into_iter().chain(policy).chain(run_time).chain(beyond)
	}

	/// Whether the input can be read only by whom the client gives its key. What else such a hint says is
	/// for those who fetch the input; the chain keeps who has no use for the key from judging it.
	pub fn is_sealed(&self) -> bool {
		let blob = matches!(self.task.input, Input::Blob(_));
		blob && self.hints.iter().any(|hint| hint.starts_with(SEALED_HINT.as_bytes()))
	}
}

/// What a provider offers until it withdraws it.
#[apply(stored)]
#[derive(Copy)]
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

reasons! {
	/// Why an offer or an order of a provider does not serve a request, in the order of checking.
	pub enum Ineligible {
		0 OfferNotFound: "there is no such offer",
		1 OfferExpired: "it has expired",
		2 Profile: "it is for another profile",
		3 BasePriceAboveCeiling: "its price per replica is too high",
		4 GasPriceAboveCeiling: "its price of gas is too high",
		5 GasAboveOffer: "the gas limit is above what it offers",
		6 MemoryAboveOffer: "the memory is above what it offers",
		7 RunTimeBelowOffer: "it needs more blocks to run",
		8 TagsMissing: "the provider lacks a tag",
		9 SelfDeal: "it is your own",
		10 ProviderNotFound: "its provider is gone",
		11 NoFreeSlot: "its provider is busy",
		12 BondTooSmall: "its provider's free bond is too small",
		13 DuplicateProvider: "another offer of the same provider is chosen",
		14 ProfileNotServed: "its provider no longer runs this profile",
		15 OperatorMissing: "its operator has resigned",
		16 NotWanted: "the request does not want this provider",
		17 NotAllowedByApp: "the app may not be run by this provider",
		18 NotAllowedByDataset: "the dataset may not be read by this provider",
		19 ClientNotServed: "its provider does not work for this client",
		20 AppNotServed: "its provider does not run this app",
		21 DatasetNotServed: "its provider does not read this dataset",
		22 OrderLifeTooLong: "it is valid for too long",
		23 OrderClosed: "its owner has closed it",
		24 OrderUsedUp: "nothing is left of it",
		25 SignerNotOfProvider: "neither the provider nor its operator has signed it",
		26 SignatureMalformed: "its signature has no known form",
		27 NotAuthorized: "its signature is not that of its signer",
		28 ClientLimitReached: "its provider takes on no more unpaid work for you",
		29 PriceTooFarFromCheapest:
			"its price is too far from the others' for one stake to deter all",
		30 MediatorsNotShared: "it lets other mediators judge than the request",
	}
}

impl Ineligible {
	/// What kind of reason it is.
	pub fn class(&self) -> ReasonClass {
		ReasonClass::Unmatched
	}

	/// What lets such an offer or order serve, or what to do without it, as one sentence.
	pub const fn hint(&self) -> &'static str {
		match self {
			Self::BasePriceAboveCeiling | Self::GasPriceAboveCeiling => "raise the highest price",
			Self::GasAboveOffer => "lower the gas limit",
			Self::MemoryAboveOffer => "lower the limit of memory",
			Self::RunTimeBelowOffer => "allow more blocks for a run, or lower the gas limit",
			Self::TagsMissing => "ask for fewer tags, or for an app that needs fewer",
			Self::Profile | Self::ProfileNotServed => {
				"use a profile that is offered, or wait for offers of this one"
			},
			Self::SelfDeal => "sign with another account: nobody is paid by itself",
			Self::NoFreeSlot => "wait until providers are free, or ask for fewer replicas",
			Self::BondTooSmall => {
				"lower the price or the gas limit, so that less is at stake, or ask for fewer replicas"
			},
			Self::PriceTooFarFromCheapest => {
				"name offers whose prices lie closer together, or ask for fewer replicas"
			},
			Self::DuplicateProvider => {
				"ask for fewer replicas: there are not enough providers, however many offers they have"
			},
			Self::MediatorsNotShared => {
				"let the public pool judge, or name the mediators that the others name: assay order new --mediator"
			},
			Self::ClientLimitReached => "wait until work that was done for you is paid",
			Self::NotWanted
			| Self::NotAllowedByApp
			| Self::NotAllowedByDataset
			| Self::ClientNotServed
			| Self::AppNotServed
			| Self::DatasetNotServed => {
				"ask for fewer replicas, or admit more providers: these may not, or will not, work for you"
			},
			Self::OfferExpired => "name another one, or one whose last block is yet to come",
			Self::OfferNotFound
			| Self::ProviderNotFound
			| Self::OperatorMissing
			| Self::OrderLifeTooLong
			| Self::OrderClosed
			| Self::OrderUsedUp
			| Self::SignerNotOfProvider
			| Self::SignatureMalformed
			| Self::NotAuthorized => "ask for a new quote and name other offers, or wait for new ones",
		}
	}
}

/// A provider that may be drawn for a deal's tasks.
#[apply(stored)]
pub struct Candidate {
	/// Account that owns the bond.
	pub provider: AccountId,
	/// Its price.
	pub price: Price,
	/// Its weight in draws, fixed when the deal opens.
	pub weight: u64,
}

/// What a request would meet, without a transaction.
#[apply(shown)]
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
#[apply(shown)]
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
