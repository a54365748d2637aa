//! Records of the pallet.

use crate::*;
use assay_primitives::{Hash, apply, shown, stored};
use frame_support::{BoundedVec, traits::ConstU32};
use sp_runtime::traits::Convert;

/// Most kinds of session keys.
pub const MAX_KEY_KINDS: u32 = 8;

/// An account that stands for the set.
#[apply(stored)]
pub struct Candidate {
	/// What is held from it.
	pub bond: Balance,
	/// Block in which it joined.
	pub since: BlockNumber,
}

/// Why an account no longer stands for the set.
#[apply(stored)]
#[derive(Copy)]
pub enum Cause {
	/// It wanted to.
	#[codec(index = 0)]
	Left,
	/// A larger bond took its place in a full list.
	#[codec(index = 1)]
	Outbid,
	/// It was proven to have signed what it must not, which costs this part of its bond at worst.
	#[codec(index = 2)]
	Offence(Perbill),
}

/// A bond on its way out.
#[apply(stored)]
pub struct Departure {
	/// What is held still.
	pub bond: Balance,
	/// Why it is on its way out.
	pub cause: Cause,
	/// First block in which it may be withdrawn, unless its owner is active at the end of a session
	/// before, which starts the wait anew.
	pub withdrawable_at: BlockNumber,
}

/// A validator of one session.
#[apply(stored)]
pub struct SessionMember {
	/// The account.
	pub validator: AccountId,
	/// Hashes of its keys, see [`key_hash`](crate::key_owners::key_hash).
	pub keys: BoundedVec<Hash, ConstU32<MAX_KEY_KINDS>>,
}

/// What a validator was slashed for its offences in one session.
#[apply(stored)]
pub struct Slash {
	/// Highest fraction so far.
	pub fraction: Perbill,
	/// Bond that fractions are taken of: the one before the first slash.
	pub base: Balance,
}

/// What an account is to the set.
#[apply(shown)]
pub struct ValidatorView {
	/// What is held from it.
	pub bond: Balance,
	/// `None` for a candidate, else why and until when its bond waits.
	pub departure: Option<(Cause, BlockNumber)>,
	/// Whether it is a validator of the current session.
	pub active: bool,
	/// Whether it will be one of the next.
	pub queued: bool,
}

/// Identification of validators for `pallet_session::historical`: nothing but the account, for
/// whatever else it contained could change within a session.
pub struct Identify;

impl Convert<AccountId, Option<()>> for Identify {
	fn convert(_: AccountId) -> Option<()> {
		Some(())
	}
}
