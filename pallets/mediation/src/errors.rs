//! Why calls are refused.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod errors {
	#[pallet::error]
	pub enum Error<T> {
		/// The bond, or the key that signs for it, stays as it is.
		Bond(Reason<BondFault>),
		/// The pool is full. Wait until somebody leaves.
		PoolFull,
		/// The capacity is zero or more than `MAX_CAPACITY`.
		CapacityOutOfRange,
		/// No profiles are declared.
		NoProfiles,
		/// A profile is declared twice.
		DuplicateProfile,
		/// Where keys of private inputs are handed over has no key or no address. Name both, or neither.
		InboxIncomplete,
		/// An earlier change of terms has not taken effect for a whole era. Wait for that.
		ChangePending,
		/// There is no such case, or it was removed.
		CaseNotFound,
		/// The case is not in the phase that the call is for.
		WrongPhase,
		/// The deadline has passed.
		DeadlinePassed,
		/// The mediator is not a member of the present committee.
		NotMember,
		/// The member has sealed already.
		AlreadySealed,
		/// The member has not sealed, has been denounced, or has revealed already.
		NothingSealed,
		/// Digest and salt don't open the seal of this mediator in this case and round.
		SealMismatch,
		/// Nobody can denounce his own seal.
		SelfDenouncement,
		/// No deadline has passed and nothing is known that the case waits for.
		NothingToDo,
		/// The ruling has not reached whom the case belongs to. Have it told again first.
		RulingUntaken,
		/// The case is not closed, or is kept longer.
		RetentionNotElapsed,
		/// The number is another task's case than the one that the call names by its hash, or the case is
		/// in another round: the call was signed for another fork of the chain, or too late.
		CaseMismatch,
		/// The verdict is another, or of another round, than the one that the call names.
		VerdictMismatch,
		/// All parties have named their mediators, and these are too few for another committee. The court
		/// may still be asked.
		NotAppealable,
	}
}
