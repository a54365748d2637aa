//! Reasons within errors.

use crate::Error;
use assay_primitives::{order::Refusal, request::Ineligible};
use assay_shared::reasons::Reason;

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
