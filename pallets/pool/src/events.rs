//! What the pallet tells about itself.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod events {
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// There is a pool, for which providers may sign up.
		Created {
			/// Its number.
			pool: PoolId,
			/// Who pays.
			client: AccountId,
			/// Its subtasks, by root and length.
			leaves: ListRoot,
			/// The most that all of them cost.
			escrow: Balance,
			/// What the client loses for a false input.
			fine: Balance,
			/// Deposit for the state.
			deposit: Balance,
		},
		/// A provider takes part from the next seed on.
		SignedUp {
			/// Where.
			pool: PoolId,
			/// Its number there.
			member: Member,
			/// Its stash.
			provider: AccountId,
		},
		/// A member gives its place up, with the end of the round that it is in.
		Leaving {
			/// Where.
			pool: PoolId,
			/// Who.
			member: Member,
		},
		/// A member is out. What it has done stands.
		Left {
			/// Where.
			pool: PoolId,
			/// Who.
			member: Member,
			/// What it paid for that.
			fee: Balance,
			/// Whether it was removed for doing nothing.
			idle: bool,
		},
		/// The next round's order is being drawn, and nobody signs up meanwhile.
		Drawing {
			/// Where.
			pool: PoolId,
			/// The claim on its randomness.
			ticket: Ticket,
		},
		/// Leaves were dealt out.
		RoundBegun {
			/// Where.
			pool: PoolId,
			/// Which round.
			round: RoundNumber,
			/// By what.
			seed: Seed,
			/// How many.
			pooled: u32,
		},
		/// A member has published a beginning of its column.
		Published {
			/// Where.
			pool: PoolId,
			/// In which round.
			round: RoundNumber,
			/// Who.
			member: Member,
			/// What.
			publication: Publication,
		},
		/// A round has ended.
		RoundEnded {
			/// Where.
			pool: PoolId,
			/// Which one.
			round: RoundNumber,
			/// Leaves that were done in it.
			done: u32,
			/// Leaves that go back.
			pooled: u32,
		},
		/// A publication was shown to be false: its member gets nothing, and its leaves go back.
		FoundWrong {
			/// Where.
			pool: PoolId,
			/// Who.
			member: Member,
			/// What is false.
			fault: Fault,
			/// Who has shown it.
			by: AccountId,
			/// What it lost.
			amount: Balance,
			/// What of that the one got who has shown it.
			reward: Balance,
		},
		/// The client has signed an input that it had not committed to.
		ClientFined {
			/// Where.
			pool: PoolId,
			/// Who has shown it.
			by: AccountId,
			/// What the client lost.
			amount: Balance,
			/// What of that the one got who has shown it.
			reward: Balance,
		},
		/// No round follows.
		Concluded {
			/// Which pool.
			pool: PoolId,
			/// First block in which it can be settled.
			until: BlockNumber,
		},
		/// A member was paid for what it has done.
		MemberPaid {
			/// Where.
			pool: PoolId,
			/// Who.
			member: Member,
			/// Its stash.
			provider: AccountId,
			/// How much.
			amount: Balance,
		},
		/// A member can't receive what is due to it, or would be paid by itself. The client keeps it.
		PaymentFailed {
			/// Where.
			pool: PoolId,
			/// Who.
			member: Member,
			/// How much.
			amount: Balance,
		},
		/// A pool is over, and nothing of it is left.
		Settled {
			/// Which one.
			pool: PoolId,
			/// What all members were paid.
			paid: Balance,
			/// What the client got back.
			returned: Balance,
		},
	}
}
