//! What the pallet tells about itself.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod events {
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A deal was opened; the money of payer and candidates is locked.
		DealOpened {
			/// Number of the deal.
			deal: DealId,
			/// What opened it.
			via: Via,
			/// Who buys.
			client: AccountId,
			/// Who pays.
			payer: AccountId,
			/// Number of tasks.
			tasks: u32,
			/// Who may be drawn.
			candidates: alloc::vec::Vec<AccountId>,
			/// Locked of each candidate's bond.
			stake: Balance,
			/// Locked of the payer's money for the tasks, the tip included.
			escrow: Balance,
			/// Locked of the payer's money for the state.
			deposit: Balance,
		},
		/// The blocks of the old ticket are gone; the task waits for others.
		TicketRenewed {
			/// The task.
			task: TaskId,
		},
		/// Replicas of a wave were drawn; they have to seal until the block.
		ReplicasDrawn {
			/// The task.
			task: TaskId,
			/// The wave.
			wave: u8,
			/// Who was drawn, in order.
			providers: alloc::vec::Vec<AccountId>,
			/// First block in which sealing is too late.
			until: BlockNumber,
		},
		/// A candidate's turn came in a later wave, and its stake could not be locked.
		CandidateSkipped {
			/// The task.
			task: TaskId,
			/// The candidate.
			provider: AccountId,
		},
		/// A replica handed in its seal.
		Committed {
			/// The task.
			task: TaskId,
			/// Whose replica.
			provider: AccountId,
		},
		/// A replica said that it will not deliver.
		ReplicaDeclined {
			/// The task.
			task: TaskId,
			/// Whose replica.
			provider: AccountId,
			/// Why, as its provider says.
			excuse: Excuse,
		},
		/// Most of the drawn said that content can't be had. It can be shown until the block.
		ContentMissing {
			/// The task.
			task: TaskId,
			/// First block in which showing it is too late.
			until: BlockNumber,
		},
		/// Somebody showed the content that replicas had said can't be had.
		ContentShown {
			/// The task.
			task: TaskId,
			/// Who.
			by: AccountId,
		},
		/// A client has something called when a task of its deal has ended.
		CallbackSet {
			/// The deal.
			deal: DealId,
			/// For whoever sends it, for each task.
			reward: Balance,
			/// Held of the client for it.
			held: Balance,
		},
		/// A callback was sent.
		CalledBack {
			/// The task.
			task: TaskId,
			/// Who sent it.
			by: AccountId,
			/// What is paid for that.
			reward: Balance,
			/// What became of the call.
			result: DispatchResult,
		},
		/// A replica missed a deadline.
		DeadlineMissed {
			/// The task.
			task: TaskId,
			/// Whose replica.
			provider: AccountId,
			/// Whether it had sealed.
			sealed: bool,
		},
		/// A seal was opened by somebody else before the reveal phase.
		ReplicaDenounced {
			/// The task.
			task: TaskId,
			/// Whose replica.
			provider: AccountId,
			/// Who opened it.
			by: AccountId,
		},
		/// All of a wave have sealed or missed it; those who sealed have to reveal until the block.
		RevealingStarted {
			/// The task.
			task: TaskId,
			/// The wave.
			wave: u8,
			/// First block in which revealing is too late.
			until: BlockNumber,
		},
		/// A replica opened its seal.
		Revealed {
			/// The task.
			task: TaskId,
			/// Whose replica.
			provider: AccountId,
			/// Digest of the outcome.
			digest: Digest,
			/// How the run ended.
			class: Class,
		},
		/// Enough replicas agree.
		TaskAgreed {
			/// The task.
			task: TaskId,
			/// What on.
			digest: Digest,
			/// Block from which the task can be settled.
			until: BlockNumber,
		},
		/// Somebody wanted a result judged while too many cases waited. What that costs is held of him, and the question
		/// waits: it is asked by whoever pokes the task when there is room, in the block at the latest, or waits as long again.
		QuestionPutOff {
			/// The task.
			task: TaskId,
			/// Who asked.
			by: AccountId,
			/// Block in which it is asked again.
			until: BlockNumber,
		},
		/// An arbiter decides.
		TaskDisputed {
			/// The task.
			task: TaskId,
			/// The case.
			case: CaseId,
			/// Why.
			reason: CaseReason,
			/// What it may cost.
			funds: Balance,
		},
		/// The arbiter has decided.
		CaseDecided {
			/// The task.
			task: TaskId,
			/// The case.
			case: CaseId,
			/// The true digest, where one could be established.
			truth: Option<Digest>,
			/// What it cost.
			spent: Balance,
		},
		/// A member of the committee that found a lie by an audit got a part of the fund.
		JackpotPaid {
			/// The task.
			task: TaskId,
			/// Who.
			mediator: AccountId,
			/// How much.
			amount: Balance,
		},
		/// The client accepted the result, and so shortened the challenge window.
		ResultAccepted {
			/// The task.
			task: TaskId,
		},
		/// A replica opened its sealed report against the digest that it had revealed itself.
		ReportOpened {
			/// The task.
			task: TaskId,
			/// Whose report.
			provider: AccountId,
			/// What it says is true.
			digest: Digest,
		},
		/// Whoever challenged, or reported when a case was open, was wrong and lost its bond.
		BondForfeited {
			/// The task.
			task: TaskId,
			/// Who challenged.
			who: AccountId,
			/// The bond.
			amount: Balance,
			/// What was burnt of it.
			burnt: Balance,
		},
		/// A part of the bond of a challenger that was wrong went to a replica that was right.
		BondShared {
			/// The task.
			task: TaskId,
			/// Whose bond.
			from: AccountId,
			/// Who got it.
			to: AccountId,
			/// How much.
			amount: Balance,
		},
		/// The bond of a publisher whose content was at fault was slashed. What is not paid to
		/// replicas is burnt.
		PublisherSlashed {
			/// The task.
			task: TaskId,
			/// Who was slashed.
			owner: AccountId,
			/// How much.
			amount: Balance,
		},
		/// A replica was paid out of a publisher's bond.
		PaidByPublisher {
			/// The task.
			task: TaskId,
			/// Whose bond.
			from: AccountId,
			/// Who was paid.
			provider: AccountId,
			/// How much.
			amount: Balance,
		},
		/// The tax of which audits are paid was paid out of the escrow.
		AuditTaxPaid {
			/// The task.
			task: TaskId,
			/// How much.
			amount: Balance,
		},
		/// The task ended with an outcome.
		TaskSettled {
			/// The task.
			task: TaskId,
			/// Digest of the outcome.
			digest: Digest,
			/// How the run ended.
			class: Class,
			/// What the payer paid, fees included.
			paid: Balance,
		},
		/// The task ended without an outcome.
		TaskFailed {
			/// The task.
			task: TaskId,
			/// Why.
			cause: FailCause,
			/// What the payer paid, fees included.
			paid: Balance,
		},
		/// A provider was paid out of the escrow.
		ReplicaPaid {
			/// The task.
			task: TaskId,
			/// Who was paid.
			provider: AccountId,
			/// How much.
			amount: Balance,
			/// What for.
			reason: PayReason,
		},
		/// Whoever made the match was paid for it.
		TipPaid {
			/// The deal.
			deal: DealId,
			/// Who was paid.
			solver: AccountId,
			/// How much.
			amount: Balance,
		},
		/// The owner of an app or a dataset was paid out of the escrow.
		OwnerPaid {
			/// The task.
			task: TaskId,
			/// Who was paid.
			owner: AccountId,
			/// How much.
			amount: Balance,
		},
		/// The protocol fee was paid out of the escrow.
		FeePaid {
			/// The task.
			task: TaskId,
			/// How much.
			amount: Balance,
		},
		/// A payment out of the escrow failed, for example because it would leave the payee below
		/// the existential deposit. The amount stays with the payer.
		PaymentFailed {
			/// The task.
			task: TaskId,
			/// Who was not paid.
			payee: AccountId,
			/// How much.
			amount: Balance,
		},
		/// The rest of the escrow went back to the payer.
		EscrowReturned {
			/// The task.
			task: TaskId,
			/// Who paid.
			payer: AccountId,
			/// How much.
			amount: Balance,
		},
		/// A provider lost a part of its bond. What is not shared is burnt.
		ReplicaSlashed {
			/// The task.
			task: TaskId,
			/// Who was slashed.
			provider: AccountId,
			/// How much.
			amount: Balance,
			/// What for.
			reason: SlashReason,
		},
		/// A part of a slash was handed on.
		SlashShared {
			/// The task.
			task: TaskId,
			/// Whose slash.
			from: AccountId,
			/// Who got the share.
			to: AccountId,
			/// How much.
			amount: Balance,
			/// Why.
			reason: ShareReason,
		},
		/// Whoever had the court rule got back out of the fund for audits what stakes have not covered.
		CourtRepaid {
			/// The task.
			task: TaskId,
			/// Who had it rule.
			to: AccountId,
			/// How much.
			amount: Balance,
		},
		/// A task was removed from the chain's state.
		TaskPruned {
			/// The task.
			task: TaskId,
		},
		/// The deposit for a deal's state went back.
		DepositReturned {
			/// The deal.
			deal: DealId,
			/// Who paid it.
			payer: AccountId,
			/// How much.
			amount: Balance,
		},
		/// An item of a batch had no effect.
		ItemFailed {
			/// Position in the batch.
			index: u32,
			/// Why.
			error: DispatchError,
		},
		/// A profile was accepted or retired.
		ProfileStatusChanged {
			/// The profile.
			profile: ProfileId,
			/// What it is now.
			status: ProfileStatus,
		},
	}
}
