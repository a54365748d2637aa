//! Reasons within errors.

use crate::Error;
use assay_primitives::{order::Refusal, request::Ineligible};
use codec::{Decode, DecodeWithMemTracking, Encode};
use polkadot_sdk::frame_support::traits::PalletError;
use scale_info::TypeInfo;

/// A reason that knows no FRAME.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct Reason<R>(pub R);

impl PalletError for Reason<Refusal> {
	const MAX_ENCODED_SIZE: usize = 3;
}

impl PalletError for Reason<Ineligible> {
	const MAX_ENCODED_SIZE: usize = 1;
}

impl<T> From<Refusal> for Error<T> {
	fn from(refusal: Refusal) -> Self {
		Self::Refused(Reason(refusal))
	}
}

impl<T> From<Ineligible> for Error<T> {
	fn from(reason: Ineligible) -> Self {
		Self::Ineligible(Reason(reason))
	}
}
