//! How often calls were made, and what came of them.

use assay_primitives::order::Refusal;
use codec::Decode;
use polkadot_sdk::sp_runtime::{ApplyExtrinsicResult, DispatchError, ModuleError};
use std::collections::BTreeMap;

/// How often a call was made, and what came of it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Tries {
	/// How often it was made.
	pub made: u32,
	/// How often it was carried out.
	pub done: u32,
	/// How often it was not made, since nothing was found that the chain would take.
	pub unfit: u32,
	/// How often it was not carried out, by the reason.
	pub refused: BTreeMap<String, u32>,
}

impl Tries {
	/// One that was carried out, or else the reason why it was not.
	pub fn note(&mut self, refused: Option<String>) {
		self.made += 1;
		match refused {
			None => self.done += 1,
			Some(why) => *self.refused.entry(why).or_default() += 1,
		}
	}

	/// Others of the same call.
	pub fn add(&mut self, other: Self) {
		self.made += other.made;
		self.done += other.done;
		self.unfit += other.unfit;
		for (why, times) in other.refused {
			*self.refused.entry(why).or_default() += times;
		}
	}

	/// Reasons, the most frequent first.
	pub fn reasons(&self) -> Vec<(&str, u32)> {
		let mut all: Vec<_> = self.refused.iter().map(|(why, times)| (&why[..], *times)).collect();
		all.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
		all
	}
}

/// Why a call was refused, in a word or two, if it was.
pub fn refusal(result: &ApplyExtrinsicResult) -> Option<String> {
	match result {
		Ok(Ok(())) => None,
		Ok(Err(DispatchError::Module(error))) => Some(of_pallet(error)),
		Ok(Err(error)) => Some(format!("{error:?}")),
		Err(invalid) => Some(format!("{invalid:?}")),
	}
}

fn of_pallet(ModuleError { index, error, message }: &ModuleError) -> String {
	let name = message.unwrap_or_default();
	let nested = &error[1..];
	let why = match name {
		// Which of the resources of a match it was does not matter.
		"Refused" => match Refusal::decode(&mut &nested[..]) {
			Ok(Refusal::Resource { why, .. }) => format!("{why:?}"),
			Ok(refusal) => format!("{refusal:?}"),
			Err(_) => String::new(),
		},
		_ if nested.iter().any(|byte| *byte > 0) => format!("{nested:?}"),
		_ => String::new(),
	};
	format!("{index}.{name} {why}").trim_end().into()
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_primitives::request::Ineligible;
	use codec::Encode;

	fn told(error: [u8; 4], message: &'static str) -> Option<String> {
		refusal(&Ok(Err(DispatchError::Module(ModuleError {
			index: 7,
			error,
			message: Some(message),
		}))))
	}

	#[test]
	fn refusal_should_be_told_with_its_reason_and_without_a_position() {
		let at = |at| {
			let mut error = [0; 4];
			let refusal = Refusal::Resource { at, why: Ineligible::NoFreeSlot };
			error[1..].copy_from_slice(&refusal.encode());
			told(error, "Refused")
		};
		assert_eq!(at(0), Some("7.Refused NoFreeSlot".into()));
		assert_eq!(at(0), at(5));
		assert_eq!(told([3, 0, 0, 0], "OfferNotFound"), Some("7.OfferNotFound".into()));
		assert_eq!(refusal(&Ok(Ok(()))), None);
	}

	#[test]
	fn tries_should_be_summed_by_reason_when_others_are_added() {
		let (mut tries, mut others) = (Tries::default(), Tries::default());
		for why in [None, Some("late"), Some("late"), Some("early")] {
			tries.note(why.map(String::from));
		}
		others.note(Some("early".into()));
		others.note(Some("early".into()));
		tries.add(others);
		assert_eq!((tries.made, tries.done), (6, 1));
		assert_eq!(tries.reasons(), [("early", 3), ("late", 2)]);
	}
}
