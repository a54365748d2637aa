//! What comes from strangers, before anything of it is kept.

use super::Constants;
use assay_primitives::{
	AccountId, BlockNumber, Hash,
	order::{
		AnyOrder, Authorization, Kind, OrderFault, OrderFile, OrderId, OrderRecord, Refusal,
		in_time, left, owned, unsponsored,
	},
	policy::MAX_CANDIDATES,
	request::Ineligible,
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
	/// The chain would refuse every match of it.
	#[error("{0}")]
	Refused(Refusal),
	/// Nobody is served by it, for this reason.
	#[error("the resource order serves nobody: {0}")]
	Ineligible(Ineligible),
	/// Nobody has signed it, and nobody has presigned it on chain.
	#[error("the order is not signed")]
	NotSigned,
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

impl From<Refusal> for NotKept {
	fn from(refusal: Refusal) -> Self {
		Self::Refused(refusal)
	}
}

impl From<Ineligible> for NotKept {
	fn from(why: Ineligible) -> Self {
		Self::Ineligible(why)
	}
}

impl NotKept {
	/// A word for programs.
	pub fn code(&self) -> &'static str {
		match self {
			Self::WrongNetwork => "wrong-network",
			Self::Refused(refusal) => match refusal {
				Refusal::Order { why, .. } => match why {
					OrderFault::Expired => "expired",
					OrderFault::LifeTooLong => "life-too-long",
					OrderFault::Closed => "closed",
					OrderFault::UsedUp => "used-up",
					OrderFault::SignatureMalformed => "signature-malformed",
					OrderFault::NotAuthorized => "not-authorized",
				},
				Refusal::SponsorMissing => "sponsor-missing",
				Refusal::SponsorSignatureMalformed | Refusal::SponsorNotAuthorized => {
					"sponsor-not-authorized"
				},
				Refusal::SponsorWithdrew => "sponsor-withdrew",
				Refusal::Asset { .. } => "asset-not-found",
				_ => "impossible",
			},
			Self::Ineligible(Ineligible::ProviderNotFound) => "provider-not-found",
			Self::Ineligible(Ineligible::SignerNotOfProvider) => "signer-not-of-provider",
			Self::Ineligible(_) => "impossible",
			Self::NotSigned => "not-signed",
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
				| Self::Ineligible(Ineligible::ProviderNotFound)
				| Self::Refused(Refusal::Asset { .. })
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
		let (kind, until) = (file.order.kind(), file.order.valid_until());
		if let AnyOrder::Request(order) = &file.order
			&& let Some(refusal) = order.faults(now, &constants.bounds, constants.tip).next()
		{
			return Err(refusal.into());
		}
		let latest = now.saturating_add(constants.life);
		in_time(until, now, latest).map_err(|why| why.of(kind).into())
	}

	/// Verifies an order that was screened: up to four verifications of a signature.
	pub fn verify(file: OrderFile, known: Known) -> Result<Self, NotKept> {
		let (id, kind) = (file.id(), file.order.kind());
		let Known { owner, record, .. } = known;
		let record = record.as_ref();
		let (left, fault) = left(file.order.volume(), record);
		fault.map_or(Ok(()), |why| Err(why.of(kind)))?;
		let authorization = file.authorization.as_ref().unwrap_or(&Authorization::OnChain);
		owned(record, authorization, || file.text(), &owner, None).map_err(|why| {
			match authorization {
				Authorization::OnChain => NotKept::NotSigned,
				Authorization::Signature(_) => why.of(kind).into(),
			}
		})?;
		if let AnyOrder::Request(order) = &file.order {
			let genesis = &file.genesis;
			let mut faults = unsponsored(order, record, file.sponsor.as_ref(), genesis, None);
			faults.next().map_or(Ok(()), Err)?;
			// No match has as many.
			if order.min_candidates > MAX_CANDIDATES {
				return Err(Refusal::NotEnoughCandidates.into());
			}
		}
		Ok(Self { id, file, owner, left })
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
