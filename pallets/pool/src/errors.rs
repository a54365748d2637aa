//! Why calls are refused.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod errors {
	#[pallet::error]
	pub enum Error<T> {
		/// This chain takes no pools: their leaves are not judged yet.
		NotOpen,
		/// The terms ask for what can't be.
		Flawed(Reason<TermsFault>),
		/// Prices by the hour pay for idle accounts. Price by gas, or by subtask.
		PricedByTheHour,
		/// Members put up less than `MinDeposit`.
		DepositTooSmall,
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
