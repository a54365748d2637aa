//! Why calls are refused.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod errors {
	#[pallet::error]
	pub enum Error<T> {
		/// This chain takes no pools.
		NotOpen,
		/// The terms ask for what can't be.
		Flawed(Reason<TermsFault>),
		/// Prices by the hour pay for idle accounts. Price by gas, or by subtask.
		PricedByTheHour,
		/// Members would put up less than `MinDeposit`, than so many cases as a stake is multiples of a task, or so little
		/// that no audit deters who claims the price of all subtasks.
		DepositTooSmall,
		/// There is nobody who judges, or too few of the mediators take such a task.
		NobodyJudges,
		/// The others have fewer blocks to publish than `MinWindow`.
		WindowTooShort,
		/// Sign-up would be over before it begins.
		StartTooEarly,
		/// The first round would have less than its limit. Let the pool end later.
		EndTooEarly,
		/// The pool would last longer than `MaxPoolBlocks`.
		EndTooLate,
		/// An amount exceeds the type.
		AmountOverflow,
		/// There is no such pool, or it has been settled.
		PoolNotFound,
		/// The signer is neither a provider's stash nor its operator.
		NotProvider,
		/// The provider does not run the pool's profile.
		ProfileNotServed,
		/// The provider has declared less gas or memory than the pool's subtasks may use.
		LimitsTooHigh,
		/// The number is another pool's than the one that the call names by its hash: the call was signed for another fork
		/// of the chain.
		PoolMismatch,
		/// The provider has signed up already, has a deposit at risk in the pool still, or was found wrong in it.
		AlreadySignedUp,
		/// As many have signed up as the terms allow.
		PoolFull,
		/// Nobody signs up now: the seed of a round is under way, or the last round is over.
		SignUpClosed,
		/// The signer's provider is no member, or not any more.
		NotMember,
		/// The member gives its place up already.
		AlreadyLeaving,
		/// No round is going on.
		NoRound,
		/// The pool's last block is over. `poke` ends it.
		PoolOver,
		/// The round that goes on is not the one of this seed: that one is over, or on another fork of the chain.
		OtherRound,
		/// What is published is not taken.
		Unpublished(Reason<Unpublished>),
		/// The seed of the round is not known yet. Try again in a later block.
		SeedNotKnown,
		/// Nothing of the pool is due.
		NothingToDo,
		/// The pool has had no such round, or the round goes on: show it when that has ended.
		RoundNotEnded,
		/// The record is not that of the round.
		RecordMismatch,
		/// The member has published nothing in the round.
		NothingPublished,
		/// What is shown shows nothing false.
		NothingFalse,
		/// The member was found wrong already.
		AlreadyFoundWrong,
		/// No audit waits for a leaf of this column.
		NoAudit,
		/// The time to show the leaf is over.
		ShownTooLate,
		/// The leaf is not the one that the audit is to look at.
		OtherLeaf,
		/// The leaf was not published there.
		NotPublished,
		/// What is shown contradicts itself, for which nobody has to judge. `expose` it.
		Contradiction,
		/// The input is not that of the leaf's subtask.
		OtherInput,
		/// The input is larger than the pool's terms say, so that nobody judges the leaf.
		InputTooLarge,
		/// The leaf is judged, or was.
		AlreadyAsked,
		/// What the pool has paid for can not be questioned any more.
		DoubtOver,
		/// The signer can't pay for a case, with the bond.
		CannotPayCase,
		/// So many cases wait that no more can be asked for. Try again in a later block.
		QueueFull,
		/// The leaf has time to be shown.
		AuditNotOver,
		/// No such case is open.
		CaseNotFound,
		/// The client has not signed this input.
		NotSigned,
		/// The input is what the client has committed to.
		InputAsCommitted,
		/// The input is of another pool.
		OtherPool,
		/// The client has lost what it put up already.
		AlreadyFined,
	}
}
