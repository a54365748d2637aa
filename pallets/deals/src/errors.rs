//! Why calls are refused.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod errors {
	#[pallet::error]
	pub enum Error<T> {
		/// There is no such task, or it has been pruned.
		TaskNotFound,
		/// The task has ended; nothing about it can change any more.
		TaskEnded,
		/// The signer is not the operator key of any provider.
		NotOperator,
		/// The signer's provider was not drawn for the task.
		NotDrawn,
		/// The draw's seed is not known yet. Try again in a later block.
		SeedNotKnown,
		/// The blocks of the draw's seed are gone. `poke` takes a new ticket.
		TicketExpired,
		/// Too little time is left for another wave. `poke` ends the task.
		HardEndReached,
		/// The task is not in its phase of sealing.
		NotRunning,
		/// The task is not in its phase of revealing.
		NotRevealing,
		/// The deadline has passed. `poke` applies its consequence.
		DeadlinePassed,
		/// The replica has sealed, declined or missed its deadline already.
		ReplicaNotOpen,
		/// The replica has no seal to open: it never sealed, or has revealed already.
		ReplicaNotSealed,
		/// The outcome exceeds the task's limits, or names gas for a run that never started.
		OutcomeOutOfBounds,
		/// Digest and salt are not what was sealed.
		SealMismatch,
		/// A provider can't denounce itself.
		SelfDenouncement,
		/// No deadline of the task is due.
		NothingToDo,
		/// The task has not ended, or is kept for some time still.
		RetentionNotElapsed,
		/// The profile is not among those that this runtime knows.
		ProfileUnknown,
		/// The request, or those who would serve it, make no deal, for the reason that is within.
		Refused(Reason<Refusal>),
		/// Arguments and environment are too long together.
		ArgumentsTooLong,
		/// The module is shorter than the header of a module.
		ModuleTooSmall,
		/// The module is longer than its profile allows.
		ModuleTooLarge,
		/// The input is longer than content may be.
		InputTooLarge,
		/// A list of inputs is empty, or longer than a deal may have tasks.
		TaskCountOutOfRange,
		/// A candidate can't lock its stake now. Try again later; from half of the deal's time on it is
		/// passed over.
		CandidateBusy,
		/// Tasks of a list of inputs are kept until all of them have ended.
		DealStillOpen,
		/// The profile is unknown or retired.
		ProfileNotActive,
		/// The number of tasks is not that of the inputs: one, where there is no list of them.
		TaskCountMismatch,
		/// More candidates than a deal may have.
		TooManyCandidates,
		/// A candidate has no weight, so it could never be drawn.
		CandidateWithoutWeight,
		/// An amount, or the number of a deal, exceeds its type.
		AmountOverflow,
		/// The payer's free balance does not cover escrow and deposit.
		ClientCannotPay,
		/// No case of that number is open about the task.
		CaseNotFound,
		/// The task has no agreed result that could be accepted or questioned.
		NotAgreed,
		/// Only the client may do that; anyone can [`Pallet::challenge`].
		NotClient,
		/// Replicas revealed different outcomes, so the whole window belongs to those who disagree.
		ReplicasDisagree,
		/// The chain has no arbiter who takes a case about this task.
		NoArbiter,
		/// The free balance does not cover what the case may cost, or the bond.
		CannotPayCase,
		/// The replica has not revealed anything.
		ReplicaNotRevealed,
		/// The replica revealed another digest than the one that was agreed on.
		ReportNotOwn,
		/// The report names the digest that was agreed on.
		NothingReported,
		/// Nobody has said that content of the task can't be had, or that is settled already.
		NotMissing,
		/// A block that has to be shown is not there, or is another one. See `deals/missing` in the
		/// task's next step.
		ExhibitMismatch,
		/// There is no such deal, or it has been pruned.
		DealNotFound,
		/// The deal has a callback already.
		CallbackExists,
		/// The deal has no callback.
		CallbackNotFound,
		/// The callback of the task was sent already.
		AlreadyCalledBack,
		/// The task has not ended.
		TaskNotEnded,
		/// With what became of the task at its end, the callback is no call of this chain.
		CallbackUndecodable,
		/// The callback is heavier than `MaxCallbackWeight`.
		CallbackTooHeavy,
		/// The reward is below what a callback has to bring.
		RewardTooSmall,
		/// Something happened that should be impossible. State is unchanged.
		Unexpected(Unexpected),
		/// The number is another task's than the one that the call names by its hash: the call was signed
		/// for another fork of the chain.
		TaskMismatch,
		/// The task agrees on another digest than the one that the call names.
		ResultMismatch,
		/// So many cases wait for mediators that nobody may ask for more, and it is the last block of the window, or the
		/// result was accepted. In blocks before the question keeps the window open.
		QueueFull,
		/// Somebody has asked about the result, and the question waits for room: a poke has it judged when there is any.
		QuestionWaits,
		/// Money is locked for the same instance of a front end already.
		AlreadyReserved,
	}
}
