//! How an owner says yes to an order.

use crate::{AccountId, Signature, apply};
use alloc::{string::String, vec::Vec};
use codec::{Decode, Encode};
use polkadot_sdk::{
	sp_core::{ConstU32, bounded::BoundedVec},
	sp_runtime::traits::Verify,
};

/// Longest signature with its scheme in front, in bytes: that of ecdsa.
pub const MAX_SIGNATURE_BYTES: u32 = 66;

/// How an owner says yes.
#[apply(shown)]
pub enum Authorization {
	/// The submitter is the owner, or the owner has presigned the order on chain.
	#[codec(index = 0)]
	OnChain,
	/// A SCALE-encoded [`Signature`], that is the number of the scheme and the signature itself, over
	/// the text or over the text as wallets wrap it.
	///
	/// Kept as bytes, so that one of the wrong length is refused for that and not with the whole
	/// transaction.
	#[codec(index = 1)]
	Signature(BoundedVec<u8, ConstU32<MAX_SIGNATURE_BYTES>>),
}

/// An order with its owner's consent.
#[apply(shown)]
pub struct Signed<O> {
	/// The order.
	pub order: O,
	/// The consent.
	pub authorization: Authorization,
}

/// What is wrong with a signature.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SignatureFault {
	/// Its scheme is unknown, or its length is not that of its scheme.
	Malformed,
	/// It is not the signer's over this text.
	WrongSigner,
}

impl From<Signature> for Authorization {
	fn from(signature: Signature) -> Self {
		Self::Signature(BoundedVec::truncate_from(signature.encode()))
	}
}

/// The text as wallets sign it, so that what looks like a transaction can't be signed as a text.
pub fn wrapped(text: &str) -> String {
	let mut out = String::with_capacity(text.len() + 15);
	out.push_str("<Bytes>");
	out.push_str(text);
	out.push_str("</Bytes>");
	out
}

/// Whether `signature` is `signer`'s over `text`, wrapped or not.
///
/// Costs up to two verifications.
pub fn verify_text(signature: &[u8], text: &str, signer: &AccountId) -> Result<(), SignatureFault> {
	let mut rest = signature;
	let decoded = Signature::decode(&mut rest).map_err(|_| SignatureFault::Malformed)?;
	if !rest.is_empty() {
		return Err(SignatureFault::Malformed);
	}
	let candidates: [Vec<u8>; 2] = [wrapped(text).into_bytes(), text.as_bytes().to_vec()];
	let holds = candidates.iter().any(|bytes| decoded.verify(bytes.as_slice(), signer));
	if holds { Ok(()) } else { Err(SignatureFault::WrongSigner) }
}
