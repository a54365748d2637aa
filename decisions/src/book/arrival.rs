//! What comes from strangers, before anything of it is kept.

use super::Constants;
use assay_primitives::{
	AccountId, BlockNumber, Hash,
	order::{
		AnyOrder, Authorization, Kind, OrderFault, OrderFile, OrderId, OrderRecord, Refusal,
		sponsorship_text, verify_text,
	},
	policy::MAX_CANDIDATES,
};

/// What the chain says about an order that came.
#[derive(Clone, Debug)]
pub struct Known {
	/// Height.
	pub now: BlockNumber,
	/// Who can sign it: the client, the signer of a resource if it may sign for the provider, the
	/// owner of an asset.
	pub owner: AccountId,
	/// What the chain remembers of it.
	pub record: Option<OrderRecord>,
}

/// An order that holds: its owner has signed it for this network, and something is left of it.
#[derive(Clone, Debug)]
pub struct Arrival {
	pub(super) id: OrderId,
	pub(super) file: OrderFile,
	pub(super) owner: AccountId,
	pub(super) left: u32,
}

/// Why an order is not kept.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotKept {
	/// It is for another network.
	#[error("the order is for another network")]
	WrongNetwork,
	/// It is wrong by itself.
	#[error("the order {0}")]
	Order(OrderFault),
	/// Nobody has signed it, and nobody has presigned it on chain.
	#[error("the order is not signed")]
	NotSigned,
	/// The sponsor that it names has not signed.
	#[error("the sponsor has not signed")]
	SponsorMissing,
	/// The sponsor's signature does not hold.
	#[error("the signature is not the sponsor's for this order")]
	SponsorNotAuthorized,
	/// The sponsor that it names has withdrawn its consent.
	#[error("the sponsor has withdrawn its consent")]
	SponsorWithdrew,
	/// No chain would accept it: no volume, an impossible policy.
	#[error("no match of the order is possible: {0}")]
	Impossible(String),
	/// The provider is not registered.
	#[error("the provider is not registered")]
	ProviderNotFound,
	/// Signed for by neither the stash nor its operator.
	#[error("the signer is neither the provider nor its operator")]
	SignerNotOfProvider,
	/// The app or dataset is not registered, or something else is registered under its number.
	#[error("the app or dataset is not registered like that")]
	AssetNotFound,
	/// Whoever pays could not pay the least that it costs.
	#[error("whoever pays has not enough money for it")]
	PayerTooPoor,
	/// The account has as many orders in the book as it may have, and all of them last longer.
	#[error("the account has too many orders in the book")]
	AccountFull,
	/// The book is full.
	#[error("the book is full")]
	BookFull,
}

impl From<OrderFault> for NotKept {
	fn from(fault: OrderFault) -> Self {
		Self::Order(fault)
	}
}

impl NotKept {
	/// A word for programs.
	pub fn code(&self) -> &'static str {
		match self {
			Self::WrongNetwork => "wrong-network",
			Self::Order(fault) => match fault {
				OrderFault::Expired => "expired",
				OrderFault::LifeTooLong => "life-too-long",
				OrderFault::Closed => "closed",
				OrderFault::UsedUp => "used-up",
				OrderFault::SignatureMalformed => "signature-malformed",
				OrderFault::NotAuthorized => "not-authorized",
			},
			Self::NotSigned => "not-signed",
			Self::SponsorMissing => "sponsor-missing",
			Self::SponsorNotAuthorized => "sponsor-not-authorized",
			Self::SponsorWithdrew => "sponsor-withdrew",
			Self::Impossible(_) => "impossible",
			Self::ProviderNotFound => "provider-not-found",
			Self::SignerNotOfProvider => "signer-not-of-provider",
			Self::AssetNotFound => "asset-not-found",
			Self::PayerTooPoor => "payer-too-poor",
			Self::AccountFull => "account-full",
			Self::BookFull => "book-full",
		}
	}

	/// Whether it may pass: the same order may be accepted later.
	pub fn may_pass(&self) -> bool {
		matches!(
			self,
			Self::PayerTooPoor
				| Self::AccountFull
				| Self::BookFull
				| Self::ProviderNotFound
				| Self::AssetNotFound
		)
	}
}

impl Arrival {
	/// What needs no knowledge of the chain but its height, and no signature to be verified. To be
	/// asked first: it costs next to nothing.
	pub fn screen(
		file: &OrderFile,
		genesis: &Hash,
		now: BlockNumber,
		constants: &Constants,
	) -> Result<(), NotKept> {
		if file.genesis != *genesis {
			return Err(NotKept::WrongNetwork);
		}
		let until = file.order.valid_until();
		if now > until {
			return Err(OrderFault::Expired.into());
		}
		if until > now.saturating_add(constants.life) {
			return Err(OrderFault::LifeTooLong.into());
		}
		if file.order.volume() == 0 {
			return Err(NotKept::Impossible("it has no volume".into()));
		}
		let AnyOrder::Request(order) = &file.order else { return Ok(()) };
		let faults = order.request.faults(now, &constants.bounds).map(Refusal::from);
		let own = [
			(order.min_candidates > MAX_CANDIDATES, Refusal::NotEnoughCandidates),
			(order.highest_wage().is_none(), Refusal::PriceTooLarge),
		];
		let own = own.into_iter().filter(|(applies, _)| *applies).map(|(_, why)| why);
		if let Some(why) = faults.chain(own).next() {
			return Err(NotKept::Impossible(why.to_string()));
		}
		match order.sponsor.is_some() && file.sponsor.is_none() {
			true => Err(NotKept::SponsorMissing),
			false => Ok(()),
		}
	}

	/// Verifies an order that was screened: up to four verifications of a signature.
	pub fn verify(file: OrderFile, known: Known) -> Result<Self, NotKept> {
		let id = file.id();
		let Known { owner, record, .. } = known;
		if record.as_ref().is_some_and(|record| record.closed) {
			return Err(OrderFault::Closed.into());
		}
		if record.as_ref().is_some_and(|record| record.sponsor_withdrew) {
			return Err(NotKept::SponsorWithdrew);
		}
		let consumed = record.as_ref().map_or(0, |record| record.consumed);
		let left = file.order.volume().saturating_sub(consumed);
		if left == 0 {
			return Err(OrderFault::UsedUp.into());
		}
		match &file.authorization {
			Some(Authorization::Signature(signature)) => {
				verify_text(signature, &file.text(), &owner).map_err(OrderFault::from)?;
			},
			None | Some(Authorization::OnChain) => {
				let presigned = record.and_then(|record| record.presigned_by);
				if presigned.as_ref() != Some(&owner) {
					return Err(NotKept::NotSigned);
				}
			},
		}
		Self::verify_sponsor(&file)?;
		Ok(Self { id, file, owner, left })
	}

	fn verify_sponsor(file: &OrderFile) -> Result<(), NotKept> {
		let AnyOrder::Request(order) = &file.order else { return Ok(()) };
		let Some(sponsor) = &order.sponsor else { return Ok(()) };
		match &file.sponsor {
			// `OnChain` is what a sponsor says that submits the match itself.
			None | Some(Authorization::OnChain) => Err(NotKept::SponsorMissing),
			Some(Authorization::Signature(signature)) => {
				let text = sponsorship_text(order, &file.genesis);
				verify_text(signature, &text, sponsor).map_err(|_| NotKept::SponsorNotAuthorized)
			},
		}
	}

	/// What identifies it.
	pub fn id(&self) -> OrderId {
		self.id
	}

	/// What it is about.
	pub fn kind(&self) -> Kind {
		self.file.order.kind()
	}

	/// The order with its consents, as it came.
	pub fn file(&self) -> &OrderFile {
		&self.file
	}
}
