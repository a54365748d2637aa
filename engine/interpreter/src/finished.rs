//! What a task gives.

use alloc::vec::Vec;
use assay_metering::{ModuleInfo, Refusal};
use assay_primitives::{
	content::ContentRef,
	outcome::{Class, Manifest, Outcome},
};

/// What a task gives.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finished {
	/// What goes to the chain.
	pub outcome: Outcome,
	/// The outputs.
	pub manifest: Manifest,
	/// The bytes of each entry of the manifest, at the same index; empty for directories.
	pub contents: Vec<Vec<u8>>,
	/// Why the module is outside the profile, where that is the outcome.
	pub refusal: Option<Refusal>,
	/// About the module, where it was run.
	pub info: Option<ModuleInfo>,
	/// Steps that the interpreter made, see [`Bounds::steps`](crate::Bounds::steps).
	pub steps: u64,
}

impl Finished {
	pub(crate) fn without_run(class: Class, refusal: Option<Refusal>) -> Self {
		Self {
			outcome: Outcome::of_no_run(class),
			manifest: Manifest::default(),
			contents: Vec::new(),
			refusal,
			info: None,
			steps: 0,
		}
	}

	/// The bytes of an output.
	pub fn content(&self, content: &ContentRef) -> Option<&[u8]> {
		let index = self.manifest.0.iter().position(|entry| entry.content == *content)?;
		self.contents.get(index).map(Vec::as_slice)
	}
}
