//! Why a request waits.

use super::{Book, ResourceKey, Shortage};
use assay_primitives::{
	BlockNumber,
	order::{OrderId, Refusal},
	request::Ineligible,
};

/// Why a request waits.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Explanation {
	/// Tasks that are left of it.
	pub left: u32,
	/// Whether a match of it is under way.
	pub in_flight: bool,
	/// Block from which on it is tried again.
	pub try_at: BlockNumber,
	/// Attempts that came to nothing.
	pub tries: u32,
	/// Why the last one did.
	pub last: Option<String>,
	/// Why it can't be matched now; `None` where it can.
	pub shortage: Option<Shortage>,
	/// What is wrong with the app or the dataset that it names.
	pub refusals: Vec<Refusal>,
	/// Number of candidates that serve it by themselves.
	pub fits: usize,
	/// The others, with every reason. Those with the fewest reasons first.
	pub unfit: Vec<IneligibleCandidate>,
	/// Number of others that are left out.
	pub more: usize,
}

/// A candidate that does not serve a request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IneligibleCandidate {
	/// Which.
	pub candidate: ResourceKey,
	/// Every reason that it has by itself.
	pub reasons: Vec<Ineligible>,
	/// Whether something is left of it, but less than the request has inputs: what the chain refuses as
	/// [`Refusal::VolumeTooSmall`].
	pub too_small: bool,
}

impl Book {
	/// Why a request waits, with at most `limit` candidates that do not serve it; `None` where it is
	/// not in the book. Looks at every candidate.
	pub fn explain(&self, id: &OrderId, limit: usize) -> Option<Explanation> {
		let entry = self.requests.get(id)?;
		let mut explanation = Explanation {
			left: entry.left,
			in_flight: entry.in_flight,
			try_at: entry.try_at,
			tries: entry.tries,
			last: entry.last.clone(),
			shortage: self.plan(id).err(),
			refusals: Vec::new(),
			fits: 0,
			unfit: Vec::new(),
			more: 0,
		};
		match self.wanted(entry) {
			Err(refusals) => explanation.refusals = refusals,
			Ok(wanted) => {
				for (key, resource) in &self.resources {
					let reasons = self.ineligible(&wanted, key, resource);
					let too_small = resource.free() > 0 && !wanted.is_served_by_volume(resource);
					if reasons.is_empty() && !too_small {
						explanation.fits += 1;
					} else {
						explanation.unfit.push(IneligibleCandidate {
							candidate: *key,
							reasons,
							too_small,
						});
					}
				}
			},
		}
		let unfit = &mut explanation.unfit;
		unfit.sort_unstable_by_key(|unfit| (unfit.reasons.len(), unfit.candidate));
		explanation.more = unfit.len().saturating_sub(limit);
		unfit.truncate(limit);
		Some(explanation)
	}
}
