//! What becomes of a command where orders don't make a deal.

use crate::failure::Failure;
use assay_client::refusals::exit_code;
use assay_primitives::{order::Refusal, reasons::ReasonClass};

/// Fails where there are any, with all of them: the first in the message, the others before it.
pub fn refuse(refusals: &[Refusal]) -> Result<(), Failure> {
	let Some((first, others)) = refusals.split_first() else { return Ok(()) };
	for other in others {
		eprintln!("{other}");
	}
	Err(Failure::Plain {
		message: format!("the orders don't make a deal: {first}"),
		hint: first.hint().map(Into::into),
		exit_code: exit_code(first.class()),
	})
}

/// Exit code where nobody would agree to a request.
pub fn unmatched() -> u8 {
	exit_code(ReasonClass::Unmatched)
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_primitives::order::{AssetFault, Part};

	#[test]
	fn refusal_should_name_the_first_reason_and_what_to_do_about_it() {
		refuse(&[]).expect("nothing is wrong");
		let failure = refuse(&[AssetFault::Suspended.of(Part::App), Refusal::NotEnoughCandidates]);
		let failure = failure.expect_err("two reasons");
		assert_eq!(failure.exit_code(), 5);
		assert!(failure.message().contains("the app is suspended"), "{failure:?}");
		let Failure::Plain { hint, .. } = failure else { panic!("a failure of our own") };
		assert!(hint.is_some_and(|hint| hint.contains("owner")));
	}
}
