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
			/// Locked for audits.
			audits: Balance,
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
		/// A member was found wrong: it gets nothing, and its leaves go back.
		FoundWrong {
			/// Where.
			pool: PoolId,
			/// Who.
			member: Member,
			/// How.
			why: Wrong,
			/// What it lost of its bond.
			amount: Balance,
		},
		/// Somebody got a share of what a member has lost that was found wrong.
		ShareOfDeposit {
			/// Where.
			pool: PoolId,
			/// Whose deposit.
			member: Member,
			/// Who got it.
			to: AccountId,
			/// How much.
			amount: Balance,
		},
		/// A leaf of a member is to be shown.
		AuditDrawn {
			/// Where.
			pool: PoolId,
			/// In which round.
			round: RoundNumber,
			/// Who.
			member: Member,
			/// Which leaf.
			audit: Audit,
			/// First block in which it is too late.
			until: BlockNumber,
		},
		/// An audit has ended without a case of its own.
		AuditEnded {
			/// Where.
			pool: PoolId,
			/// In which round.
			round: RoundNumber,
			/// Of whom.
			member: Member,
		},
		/// A case about a leaf was opened.
		LeafQuestioned {
			/// The leaf.
			leaf: LeafId,
			/// The case.
			case: CaseId,
			/// Why.
			reason: CaseReason,
			/// What was paid for it.
			funds: Balance,
			/// What is held of who has asked beside.
			bond: Balance,
		},
		/// Somebody has doubted what is true.
		BondLost {
			/// The leaf.
			leaf: LeafId,
			/// Who.
			by: AccountId,
			/// What it had put up beside the case.
			amount: Balance,
			/// What of that the member did not get.
			burnt: Balance,
		},
		/// A case about a leaf was decided.
		LeafDecided {
			/// The leaf.
			leaf: LeafId,
			/// The case.
			case: CaseId,
			/// What the leaf gives; nothing where nobody could find out, in which case it stands.
			truth: Option<Digest>,
			/// What the case has cost of its funds.
			spent: Balance,
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
