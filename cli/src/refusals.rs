//! Reasons why orders don't make a deal, in words.

pub use assay_client::order::words::refusal as words;

use crate::failure::Failure;
use assay_primitives::order::Refusal;

/// Exit code where orders don't make a deal.
pub const EXIT_CODE: u8 = 5;

/// Fails where there are any, with all of them: the first in the message, the others before it.
pub fn refuse(refusals: &[Refusal]) -> Result<(), Failure> {
	let Some((first, others)) = refusals.split_first() else { return Ok(()) };
	for other in others {
		eprintln!("{}", words(other));
	}
	Err(Failure::Plain {
		message: format!("the orders don't make a deal: {}", words(first)),
		hint: hint(first).map(Into::into),
		exit_code: EXIT_CODE,
	})
}

/// What the client can do about it.
fn hint(refusal: &Refusal) -> Option<&'static str> {
	Some(match refusal {
		Refusal::AppSuspended | Refusal::DatasetSuspended => {
			"only its owner, or who suspended it, can let it be used again"
		},
		Refusal::AppOrderMissing | Refusal::DatasetOrderMissing => {
			"ask its owner for an order, and match it: assay request send FILE --app ORDER"
		},
		Refusal::AppPriceAboveCeiling => "raise --max-app-price, and sign the request again",
		Refusal::DatasetPriceAboveCeiling => {
			"raise --max-dataset-price, and sign the request again"
		},
		Refusal::RequestExpired | Refusal::RequestClosed | Refusal::RequestUsedUp => {
			"write and sign a new request: assay request new"
		},
		Refusal::RequestNotAuthorized => "sign it: assay request sign FILE",
		Refusal::NotEnoughCandidates => "name more resources, or ask for fewer replicas",
		_ => return None,
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn refusal_should_name_the_first_reason_and_what_to_do_about_it() {
		refuse(&[]).expect("nothing is wrong");
		let failure = refuse(&[Refusal::AppSuspended, Refusal::NotEnoughCandidates]);
		let failure = failure.expect_err("two reasons");
		assert_eq!(failure.exit_code(), EXIT_CODE);
		assert!(failure.message().contains("the app is suspended"), "{failure:?}");
		let Failure::Plain { hint, .. } = failure else { panic!("a failure of our own") };
		assert!(hint.is_some_and(|hint| hint.contains("owner")));
	}
}
