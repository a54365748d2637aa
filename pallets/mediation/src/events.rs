//! What the pallet tells about itself.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod events {
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A mediator was registered. It can be drawn once its operator has accepted, two eras on.
		Registered {
			/// Stash.
			mediator: AccountId,
			/// Operator that was named.
			operator: AccountId,
			/// Amount on hold.
			bond: Balance,
		},
		/// An operator accepted to sign for a mediator.
		OperatorAccepted {
			/// Stash.
			mediator: AccountId,
			/// Operator.
			operator: AccountId,
		},
		/// An operator no longer signs for a mediator.
		OperatorRemoved {
			/// Stash.
			mediator: AccountId,
			/// Former operator.
			operator: AccountId,
		},
		/// A mediator named another operator.
		OperatorNamed {
			/// Stash.
			mediator: AccountId,
			/// Operator that was named.
			operator: AccountId,
		},
		/// A mediator will be drawn with another weight.
		WeightChanged {
			/// Stash.
			mediator: AccountId,
			/// Weight.
			weight: u64,
			/// First era with it.
			era: u32,
		},
		/// A mediator will take on something else.
		TermsChanged {
			/// Stash.
			mediator: AccountId,
			/// What.
			terms: MediatorTerms,
			/// First era with it.
			era: u32,
		},
		/// More was put on hold.
		BondIncreased {
			/// Stash.
			mediator: AccountId,
			/// By how much.
			amount: Balance,
			/// Bond since then.
			bond: Balance,
		},
		/// A part of a bond began to leave.
		Unbonded {
			/// Stash.
			mediator: AccountId,
			/// How much.
			amount: Balance,
			/// First block in which it can be withdrawn.
			at: BlockNumber,
		},
		/// A part of a bond was given back.
		Withdrawn {
			/// Stash.
			mediator: AccountId,
			/// How much.
			amount: Balance,
			/// Bond since then.
			bond: Balance,
		},
		/// A mediator began to leave, and its whole bond with it.
		Left {
			/// Stash.
			mediator: AccountId,
			/// First block in which it may be gone.
			at: BlockNumber,
		},
		/// A mediator that was leaving is gone.
		Removed {
			/// Stash.
			mediator: AccountId,
		},
		/// A case was opened; its money has arrived.
		CaseOpened {
			/// Number of the case.
			case: CaseId,
			/// What it is over.
			subject: Subject,
			/// Why.
			reason: CaseReason,
			/// What each seat earns.
			wage: Balance,
			/// What each member has at risk.
			stake: Balance,
		},
		/// A round waits for its seed.
		RoundOpened {
			/// The case.
			case: CaseId,
			/// The round, from 0.
			round: u8,
			/// Era of the pool that it is drawn from.
			era: u32,
		},
		/// A committee was drawn; it has to seal until the block.
		CommitteeDrawn {
			/// The case.
			case: CaseId,
			/// The round.
			round: u8,
			/// Who was drawn, in order.
			members: alloc::vec::Vec<AccountId>,
			/// First block in which sealing is too late.
			until: BlockNumber,
		},
		/// A mediator was drawn, but is full, does not serve the profile, or has too little bond left.
		MediatorSkipped {
			/// The case.
			case: CaseId,
			/// Who.
			mediator: AccountId,
		},
		/// Silent members were replaced; the new ones have to seal until the block.
		MembersReplaced {
			/// The case.
			case: CaseId,
			/// Who takes their places.
			members: alloc::vec::Vec<AccountId>,
			/// First block in which sealing is too late.
			until: BlockNumber,
		},
		/// Too few of the pool have a place left, so a round waits.
		RoundQueued {
			/// The case.
			case: CaseId,
			/// The round, from 0.
			round: u8,
		},
		/// A round is not held: too few mediators, or no seed in time.
		RoundNotHeld {
			/// The case.
			case: CaseId,
			/// The round.
			round: u8,
		},
		/// A member handed in its seal.
		Sealed {
			/// The case.
			case: CaseId,
			/// Who.
			mediator: AccountId,
		},
		/// Members have to reveal until the block.
		RevealingStarted {
			/// The case.
			case: CaseId,
			/// First block in which revealing is too late.
			until: BlockNumber,
		},
		/// A member said what it found.
		Revealed {
			/// The case.
			case: CaseId,
			/// Who.
			mediator: AccountId,
			/// What.
			digest: Digest,
		},
		/// Somebody opened a member's seal before it was time.
		SealDenounced {
			/// The case.
			case: CaseId,
			/// Whose seal.
			mediator: AccountId,
			/// Who opened it.
			by: AccountId,
			/// What he was paid.
			reward: Balance,
		},
		/// Members of one committee found different outcomes of one task. Somebody lies, or an
		/// executor does not follow the profile.
		CommitteeSplit {
			/// The case.
			case: CaseId,
			/// The round.
			round: u8,
			/// The module that was run.
			module: Hash,
		},
		/// A round has a verdict. It may be appealed until the block.
		VerdictReached {
			/// The case.
			case: CaseId,
			/// The round.
			round: u8,
			/// The verdict.
			digest: Digest,
			/// First block in which an appeal is too late.
			until: BlockNumber,
		},
		/// A verdict was appealed.
		Appealed {
			/// The case.
			case: CaseId,
			/// By whom.
			by: AccountId,
			/// What was put on hold.
			bond: Balance,
		},
		/// The court has ruled. Members that had sealed before may open their seals until the block.
		OpeningsAwaited {
			/// The case.
			case: CaseId,
			/// The true digest.
			truth: Digest,
			/// First block in which an opening is too late.
			until: BlockNumber,
		},
		/// No further round can be held; the court may rule until the block.
		CourtAwaited {
			/// The case.
			case: CaseId,
			/// What stands where it does not.
			standing: Option<Digest>,
			/// First block in which the case can be closed.
			until: BlockNumber,
		},
		/// A case is decided for good.
		CaseClosed {
			/// The case.
			case: CaseId,
			/// What it was over.
			subject: Subject,
			/// The true digest, where one could be established.
			truth: Option<Digest>,
			/// Whether the court said so.
			by_court: bool,
			/// What the case cost of its funds.
			spent: Balance,
		},
		/// Money of a case was paid.
		Paid {
			/// The case.
			case: CaseId,
			/// To whom.
			to: AccountId,
			/// How much.
			amount: Balance,
			/// For what.
			reason: PayReason,
		},
		/// A mediator lost a part of its stake.
		Slashed {
			/// The case.
			case: CaseId,
			/// Who.
			mediator: AccountId,
			/// How much.
			amount: Balance,
			/// The part of it that was burnt.
			burnt: Balance,
			/// For what.
			reason: SlashReason,
		},
		/// The bond of an appeal was given back.
		AppealBondReturned {
			/// The case.
			case: CaseId,
			/// To whom.
			to: AccountId,
			/// How much.
			amount: Balance,
		},
		/// The bond of an appeal is lost.
		AppealBondLost {
			/// The case.
			case: CaseId,
			/// Who lost it.
			by: AccountId,
			/// How much.
			amount: Balance,
			/// The part of it that was burnt.
			burnt: Balance,
		},
		/// What was left of a case's money, and nobody could be paid, was burnt.
		RemainderBurnt {
			/// The case.
			case: CaseId,
			/// How much.
			amount: Balance,
		},
		/// Whoever opened the case did not take its ruling.
		RulingNotTaken {
			/// The case.
			case: CaseId,
			/// Why.
			error: DispatchError,
		},
		/// A ruling that had not been taken was taken now.
		RulingTaken {
			/// The case.
			case: CaseId,
		},
		/// A closed case was removed.
		CasePruned {
			/// The case.
			case: CaseId,
		},
	}
}
