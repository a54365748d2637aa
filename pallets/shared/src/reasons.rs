//! Reasons that know no FRAME, within errors of pallets.

use assay_primitives::{
	apply,
	bond::BondFault,
	court::Unfit,
	money::Unsound,
	order::Refusal,
	pool::{TermsFault, Unpublished},
	request::Ineligible,
	shown,
};
use polkadot_sdk::frame_support::traits::PalletError;

/// A reason within the error of a pallet.
#[apply(shown)]
#[derive(Copy)]
pub struct Reason<R>(pub R);

/// Nests reasons in the `Error` of a pallet, each in its variant: `nest! { Refused(Refusal) }`.
#[macro_export]
macro_rules! nest {
	($($variant:ident($reason:ty)),+) => {
		$(impl<T> From<$reason> for Error<T> {
			fn from(reason: $reason) -> Self {
				Self::$variant($crate::reasons::Reason(reason))
			}
		})+
	};
}

macro_rules! nested {
	($($reason:ty: $bytes:literal,)+) => {
		$(impl PalletError for Reason<$reason> {
			const MAX_ENCODED_SIZE: usize = $bytes;
		})+

		#[cfg(test)]
		mod tests {
			use super::*;
			use codec::MaxEncodedLen;

			#[test]
			fn reasons_should_be_as_long_as_they_say() {
				$(
					let said = <Reason<$reason> as PalletError>::MAX_ENCODED_SIZE;
					assert_eq!(said, <$reason>::max_encoded_len());
				)+
			}
		}
	};
}

nested! {
	BondFault: 1,
	TermsFault: 1,
	Ineligible: 1,
	Refusal: 3,
	Unpublished: 1,
	Unfit: 1,
	Unsound: 1,
}
