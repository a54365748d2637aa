//! How an order stands: whether it is in time, what is left of it, and who has agreed to it.
//!
//! The chain and a solver's book ask the same, in this order. What an order is about is examined elsewhere.

use super::{
	Authorization, OrderFault, OrderRecord, Refusal, RequestOrder, SignatureFault,
	sponsorship_text, verify_text,
};
use crate::{AccountId, BlockNumber, Hash};
use alloc::string::String;

/// Whether an order may be matched now whose last block is `until`, where `latest` is the latest that it may
/// be.
///
/// # Errors
///
/// [`OrderFault::Expired`] and [`OrderFault::LifeTooLong`].
pub fn in_time(
	until: BlockNumber,
	now: BlockNumber,
	latest: BlockNumber,
) -> Result<(), OrderFault> {
	if now > until {
		return Err(OrderFault::Expired);
	}
	if until > latest { Err(OrderFault::LifeTooLong) } else { Ok(()) }
}

/// Tasks that are left of an order for `volume` of them, by what the chain remembers of it, and what is wrong
/// where none may be taken.
pub fn left(volume: u32, record: Option<&OrderRecord>) -> (u32, Option<OrderFault>) {
	let left = volume.saturating_sub(record.map_or(0, |record| record.consumed));
	let fault = match record {
		Some(OrderRecord { closed: true, .. }) => Some(OrderFault::Closed),
		_ => (left == 0).then_some(OrderFault::UsedUp),
	};
	(left, fault)
}

/// Whether so many tasks can be taken from orders of which these are left, in a deal of at most `most`.
pub fn suffices(left: impl IntoIterator<Item = u32>, tasks: u32, most: u32) -> bool {
	(1..=left.into_iter().fold(most, u32::min)).contains(&tasks)
}

/// Whether `owner` says yes to the text of an order: by its signature, by submitting it itself, or on chain
/// before. `None` where it is not known who will submit it.
///
/// # Errors
///
/// Those of [`SignatureFault`].
pub fn owned(
	record: Option<&OrderRecord>,
	authorization: &Authorization,
	text: impl FnOnce() -> String,
	owner: &AccountId,
	submitter: Option<&AccountId>,
) -> Result<(), OrderFault> {
	let presigned = record.is_some_and(|record| record.presigned_by.as_ref() == Some(owner));
	match authorization {
		Authorization::OnChain if presigned => Ok(()),
		_ => consent(authorization, text, owner, submitter).map_err(OrderFault::from),
	}
}

/// Whether `who` says yes to a text, by its signature or by submitting it itself.
///
/// # Errors
///
/// Those of [`SignatureFault`].
pub fn consent(
	authorization: &Authorization,
	text: impl FnOnce() -> String,
	who: &AccountId,
	submitter: Option<&AccountId>,
) -> Result<(), SignatureFault> {
	match authorization {
		Authorization::OnChain if Some(who) == submitter => Ok(()),
		Authorization::OnChain => Err(SignatureFault::WrongSigner),
		Authorization::Signature(signature) => verify_text(signature, &text(), who),
	}
}

/// Why the sponsor that a request names, if it does, can't be made to pay, in the order of checking.
pub fn unsponsored<'a>(
	order: &'a RequestOrder,
	record: Option<&OrderRecord>,
	given: Option<&'a Authorization>,
	genesis: &'a Hash,
	submitter: Option<&'a AccountId>,
) -> impl Iterator<Item = Refusal> + use<'a> {
	let withdrew = record.is_some_and(|record| record.sponsor_withdrew);
	order.sponsor.iter().flat_map(move |sponsor| {
		// A signature is looked at only where there is no reason before.
		let missing = core::iter::once_with(move || match given {
			None => (Some(sponsor) != submitter).then_some(Refusal::SponsorMissing),
			Some(given) => {
				let text = || sponsorship_text(order, genesis);
				consent(given, text, sponsor, submitter).err().map(|fault| match fault {
					SignatureFault::Malformed => Refusal::SponsorSignatureMalformed,
					SignatureFault::WrongSigner => Refusal::SponsorNotAuthorized,
				})
			},
		});
		withdrew.then_some(Refusal::SponsorWithdrew).into_iter().chain(missing.flatten())
	})
}
