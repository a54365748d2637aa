//! Reasons why orders don't make a deal, in words.

pub use assay_client::order::words::flaw as words;

use crate::failure::Failure;
use assay_primitives::order::Flaw;

/// Exit code where orders don't make a deal.
pub const EXIT_CODE: u8 = 5;

/// Fails where there are any, with all of them: the first in the message, the others before it.
pub fn refuse(flaws: &[Flaw]) -> Result<(), Failure> {
	let Some((first, others)) = flaws.split_first() else { return Ok(()) };
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
fn hint(flaw: &Flaw) -> Option<&'static str> {
	Some(match flaw {
		Flaw::AppSuspended | Flaw::DatasetSuspended => {
			"only its owner, or who suspended it, can let it be used again"
		},
		Flaw::AppOrderMissing | Flaw::DatasetOrderMissing => {
			"ask its owner for an order, and match it: assay request send FILE --app ORDER"
		},
		Flaw::AppPriceAboveCeiling => "raise --max-app-price, and sign the request again",
		Flaw::DatasetPriceAboveCeiling => "raise --max-dataset-price, and sign the request again",
		Flaw::RequestExpired | Flaw::RequestClosed | Flaw::RequestUsedUp => {
			"write and sign a new request: assay request new"
		},
		Flaw::RequestNotAuthorized => "sign it: assay request sign FILE",
		Flaw::NotEnoughCandidates => "name more resources, or ask for fewer replicas",
		_ => return None,
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn refusal_should_name_the_first_reason_and_what_to_do_about_it() {
		refuse(&[]).expect("nothing is wrong");
		let failure = refuse(&[Flaw::AppSuspended, Flaw::NotEnoughCandidates]);
		let failure = failure.expect_err("two reasons");
		assert_eq!(failure.exit_code(), EXIT_CODE);
		assert!(failure.message().contains("the app is suspended"), "{failure:?}");
		let Failure::Plain { hint, .. } = failure else { panic!("a failure of our own") };
		assert!(hint.is_some_and(|hint| hint.contains("owner")));
	}
}
