//! So many of so many have to agree.

use super::{Deterrent, MAX_REPLICAS, PolicyFault, Rules, Votes};
use alloc::{format, string::String, vec, vec::Vec};

/// See [`Policy::Quorum`](super::Policy::Quorum).
pub(super) struct Quorum {
	pub replicas: u8,
	pub required: u8,
}

impl Rules for Quorum {
	fn validate(&self) -> Result<(), PolicyFault> {
		let Self { replicas, required } = *self;
		if replicas == 0 || required == 0 {
			return Err(PolicyFault::NoReplicas);
		}
		if u32::from(replicas) > MAX_REPLICAS {
			return Err(PolicyFault::TooManyReplicas);
		}
		if required > replicas {
			return Err(PolicyFault::RequiredAboveReplicas);
		}
		if u16::from(required) * 2 <= u16::from(replicas) {
			return Err(PolicyFault::RequiredBelowMajority);
		}
		Ok(())
	}

	fn first_wave(&self) -> u32 {
		self.replicas.into()
	}

	fn votes(&self) -> Votes {
		Votes::Equal(self.required.into())
	}

	fn deterrent(&self) -> Deterrent {
		if self.required == 1 { Deterrent::Alone } else { Deterrent::Others }
	}

	fn text(&self) -> String {
		format!("{} equal results of {} replicas", self.required, self.replicas)
	}

	fn words(&self) -> String {
		format!("{} of {} must agree", self.required, self.replicas)
	}

	fn parameters(&self) -> Vec<(&'static str, u32)> {
		vec![("replicas", self.replicas.into()), ("required", self.required.into())]
	}
}
