//! Why there is nothing to do now about a task or a case.

/// Why.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Wait {
	/// The beacon has to fold more blocks.
	Randomness,
	/// Others were drawn.
	NotDrawn,
	/// Somebody else's round of a case.
	NotMember,
	/// Module and input are being fetched.
	Fetching,
	/// No source has module and input; tried again later.
	ContentMissing,
	/// The client has to hand over the key of a private input.
	InputKey,
	/// The job is in the queue or running.
	Job,
	/// The infrastructure failed the job; tried again later.
	RetryJob,
	/// It failed on this machine too often.
	Failures,
	/// Other tasks of bags come first.
	Turn,
	/// It is refused, and nobody has opened it.
	Unwanted,
	/// Somebody who was drawn has no slot free.
	Slots,
	/// A transaction is on its way, or its effect is.
	Transaction,
	/// Others have to seal.
	OthersSeal,
	/// The reveal phase is not finalized.
	Finality,
	/// Others have to reveal.
	OthersReveal,
	/// The challenge window is open.
	ChallengeWindow,
	/// Others have to judge, or a window for appeals is open.
	Verdict,
	/// Too late to seal or to reveal.
	DeadlinePassed,
	/// This replica or vote counts no more: declined, denounced, silent, withheld or excused.
	Out,
	/// Told to misbehave.
	Misbehaving,
}

impl Wait {
	/// For logs, labels and `/health`.
	pub fn name(&self) -> &'static str {
		match self {
			Self::Randomness => "randomness",
			Self::NotDrawn => "not_drawn",
			Self::NotMember => "not_member",
			Self::Fetching => "fetching",
			Self::ContentMissing => "content_missing",
			Self::InputKey => "input_key",
			Self::Job => "job",
			Self::RetryJob => "retry_job",
			Self::Failures => "failures",
			Self::Turn => "turn",
			Self::Unwanted => "unwanted",
			Self::Slots => "slots",
			Self::Transaction => "transaction",
			Self::OthersSeal => "others_seal",
			Self::Finality => "finality",
			Self::OthersReveal => "others_reveal",
			Self::ChallengeWindow => "challenge_window",
			Self::Verdict => "verdict",
			Self::DeadlinePassed => "deadline_passed",
			Self::Out => "out",
			Self::Misbehaving => "misbehaving",
		}
	}
}
