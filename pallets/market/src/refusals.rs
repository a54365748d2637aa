//! Reasons within errors.

use crate::Error;
use assay_primitives::{apply, order::Refusal, request::Ineligible, shown};
use polkadot_sdk::frame_support::traits::PalletError;

/// A reason that knows no FRAME.
#[apply(shown)]
#[derive(Copy)]
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
