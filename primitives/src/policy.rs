//! How a task's outcome is established.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Most replicas that a task may have.
pub const MAX_REPLICAS: u32 = 20;
/// Most candidates that a deal may have.
pub const MAX_CANDIDATES: u32 = 32;

/// How a task's outcome is established. Indices 1 (`Trust`) and 2 (`Single`) are reserved.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub enum Policy {
	/// `required` equal digests out of a first wave of `replicas`.
	#[codec(index = 0)]
	Quorum {
		/// Replicas of the first wave, n.
		replicas: u8,
		/// Equal digests that settle the task, k; more than half of n.
		required: u8,
	},
}

/// What a policy asks for that can't be.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub enum PolicyFault {
	/// There must be at least one replica.
	NoReplicas,
	/// More replicas than a task may have.
	TooManyReplicas,
	/// More equal digests are required than there are replicas.
	RequiredAboveReplicas,
	/// Half of the replicas or fewer could win.
	RequiredBelowMajority,
}

impl Policy {
	/// Checks the parameters.
	pub fn validate(&self) -> Result<(), PolicyFault> {
		let Self::Quorum { replicas, required } = *self;
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

	/// Replicas of the first wave.
	pub fn first_wave(&self) -> u32 {
		let Self::Quorum { replicas, .. } = *self;
		replicas.into()
	}

	/// Equal digests that settle the task.
	pub fn required(&self) -> u32 {
		let Self::Quorum { required, .. } = *self;
		required.into()
	}

	/// Most replicas over all waves: 2n + 1, at most [`MAX_REPLICAS`].
	pub fn max_replicas(&self) -> u32 {
		(2 * self.first_wave() + 1).min(MAX_REPLICAS)
	}
}
