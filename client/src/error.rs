//! The one error of this crate. Codes and exit codes are a contract with users and scripts.

use crate::{
	case::DrawFault,
	content::FetchReport,
	job::Mismatch,
	keystore::KeyFileProblem,
	refusals::{self, Known, Reason},
	units,
};
use assay_primitives::{
	AccountId, Balance, Hash,
	court::Unfit,
	deal::FailCause,
	excuse::Excuse,
	outcome::Class,
	pool::PoolId,
	request::{Ineligible, OfferId},
	task::{DealId, TaskId},
	traits::CaseId,
};
use std::{path::PathBuf, time::Duration};

/// Result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, in words for the user.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
	/// What the user asked for makes no sense.
	#[error("{0}")]
	Usage(String),
	/// The file system refused.
	#[error("{what}: {source}")]
	Io {
		/// What was tried, with the path.
		what: String,
		/// Why it failed.
		source: std::io::Error,
	},
	/// There is no room left for content.
	#[error("no room for {needed} bytes below {path}: {why}")]
	DiskFull {
		/// Directory of the store.
		path: PathBuf,
		/// Bytes that were to be written.
		needed: u64,
		/// The disk or the store's own cap.
		why: String,
	},
	/// A signing key can't be had. Never contains any part of the key.
	#[error("{0}")]
	Key(String),
	/// A key file can't be used.
	#[error("{}: {problem}", .path.display())]
	KeyFile {
		/// The file.
		path: PathBuf,
		/// What is wrong with it.
		problem: KeyFileProblem,
	},
	/// None of the nodes can be reached.
	#[error("no node can be reached, tried {}", .tried.join("; "))]
	Unreachable {
		/// `URL: reason` for each.
		tried: Vec<String>,
	},
	/// A solver can't be reached.
	#[error("the solver at {url} can't be reached: {why}")]
	SolverUnreachable {
		/// Its address.
		url: String,
		/// What came of the attempt.
		why: String,
	},
	/// A node serves another chain.
	#[error("{url} serves the chain {found:?}, not {expected:?}")]
	WrongGenesis {
		/// The node.
		url: String,
		/// The configured genesis hash.
		expected: Hash,
		/// The node's genesis hash.
		found: Hash,
	},
	/// A request to the node failed.
	#[error("the node answered {what} with: {message}")]
	Rpc {
		/// The request.
		what: String,
		/// The node's words.
		message: String,
	},
	/// What a node calls final is not, as far as it shows.
	#[error("what the node calls final is not shown to be so: {0}")]
	NotFinal(String),
	/// The chain's runtime differs from the one that this program was built for.
	#[error("the chain's {what} differs from what this program was built for")]
	Incompatible {
		/// Call, runtime API or event.
		what: String,
	},
	/// Bytes from the node are not what they should be.
	#[error("can't decode {what}: {message}")]
	Decode {
		/// What was to be decoded.
		what: String,
		/// Why that failed.
		message: String,
	},
	/// The transaction was not accepted into the pool.
	#[error("the transaction was refused: {reason}")]
	Refused {
		/// The node's reason.
		reason: String,
		/// JSON-RPC error code, 0 where there was none.
		code: i32,
	},
	/// The transaction was executed and failed.
	#[error("{pallet}.{name}: {docs}")]
	Dispatch {
		/// Pallet whose error it is; `System` for errors of no pallet.
		pallet: String,
		/// Name of the error, or of the reason within it.
		name: String,
		/// Its documentation.
		docs: String,
		/// The reason within it.
		reason: Option<Reason>,
	},
	/// The transaction left the pool without being included.
	#[error("the transaction {hash:?} was dropped: {reason}")]
	Dropped {
		/// Hash of the transaction.
		hash: Hash,
		/// Why, as far as the node says.
		reason: String,
	},
	/// The account can't pay.
	#[error(
		"{} has {} free and needs {}",
		units::format_account(.account),
		units::format_amount(*.free),
		units::format_amount(*.needed)
	)]
	InsufficientBalance {
		/// Who pays.
		account: AccountId,
		/// What is free.
		free: Balance,
		/// What is needed.
		needed: Balance,
	},
	/// Too few offers serve the request.
	#[error("{found} offers serve the request, {needed} are needed")]
	NotMatched {
		/// Offers that serve it.
		found: u32,
		/// Replicas of the first wave.
		needed: u32,
		/// The others, each with every reason.
		ineligible: Vec<(OfferId, Vec<Ineligible>)>,
	},
	/// Enough offers serve the request, but not at prices that one stake covers.
	#[error(
		"{found} offers serve the request, but no {needed} of them at prices close enough: the dearest \
		 may cost a quarter more than the cheapest"
	)]
	PricesApart {
		/// Offers that serve it.
		found: u32,
		/// Replicas of the first wave.
		needed: u32,
	},
	/// Offers were named of which nobody has made some.
	#[error("there is no offer {}", listed(.unknown))]
	OfferNotFound {
		/// Those that there are not.
		unknown: Vec<OfferId>,
		/// Some of those that there are.
		known: Vec<OfferId>,
	},
	/// The program ended, but not with success. The result is valid and was paid for.
	#[error("the job ended as {class:?}")]
	JobFailed {
		/// How it ended.
		class: Class,
	},
	/// The task ended without a result.
	#[error(
		"job {} ended without a result: {cause:?}{}",
		units::format_task(.task),
		quoted(.excuse)
	)]
	TaskFailed {
		/// Which.
		task: TaskId,
		/// Why.
		cause: FailCause,
		/// What most of those said who declined.
		excuse: Option<Excuse>,
	},
	/// The task has no result yet.
	#[error("job {} has no result yet", units::format_task(.0))]
	NotSettled(TaskId),
	/// No such task, or it was pruned.
	#[error("there is no job {} on the chain", units::format_task(.0))]
	TaskNotFound(TaskId),
	/// No deal has had the number yet.
	#[error("there is no job {} yet: the next one will be {next}", units::format_task(.task))]
	TaskNotYet {
		/// Which.
		task: TaskId,
		/// Number of the next deal.
		next: DealId,
	},
	/// A deal that was opened is on no fork any more, and can't come back.
	#[error(
		"the chain re-organised, and deal {deal} is not on it any more: the transaction that opened it \
		 can't be included again ({why}); nothing is held for it"
	)]
	DealLost {
		/// Number that it had.
		deal: DealId,
		/// Why it can't come back.
		why: String,
	},
	/// Running the task here gives another outcome.
	#[error("the outcome differs from the one on chain: {0}")]
	Mismatch(Box<Mismatch>),
	/// No such case, or it was removed.
	#[error("there is no case {0} on the chain")]
	CaseNotFound(CaseId),
	/// No such pool, or it is settled.
	#[error("there is no pool {0} on the chain")]
	PoolNotFound(PoolId),
	/// The committee of a case was not drawn as it had to be.
	#[error("the draw of round {} of case {case} is false: {fault}", .round.saturating_add(1))]
	DrawFalse {
		/// The case.
		case: CaseId,
		/// The round, from 0.
		round: u8,
		/// What is false.
		fault: DrawFault,
	},
	/// The node does not keep what would be needed.
	#[error("the node no longer keeps {0}")]
	Forgotten(String),
	/// The court does not take the task.
	#[error("the court does not take this task: {0}")]
	NotForCourt(Unfit),
	/// What is to be done can't be done now.
	#[error("{0}")]
	NotNow(String),
	/// Waiting took too long. Whatever was waited for goes on.
	#[error("{what} took longer than {} s", .after.as_secs())]
	Timeout {
		/// What was waited for.
		what: String,
		/// For how long.
		after: Duration,
	},
	/// Not everybody who was drawn has taken the key of a private input in time. The job goes on.
	#[error("handing over the key of job {}'s input took longer than {} s", units::format_task(.task), .after.as_secs())]
	KeyNotHanded {
		/// Which.
		task: TaskId,
		/// How long that was tried.
		after: Duration,
	},
	/// Content can't be had from any source.
	#[error("{0}")]
	Unavailable(Box<FetchReport>),
	/// Content is larger than what is allowed.
	#[error("content of {size} bytes is above the limit of {limit}")]
	TooLarge {
		/// Its size.
		size: u64,
		/// The limit.
		limit: u64,
	},
	/// Stored bytes are not what their name says.
	#[error("{} is corrupt and was removed", .path.display())]
	Corrupt {
		/// The file.
		path: PathBuf,
	},
	/// An output's path would leave the directory.
	#[error("the output path {path:?} is not safe to write: {why}")]
	UnsafePath {
		/// The path, lossily decoded.
		path: String,
		/// What is wrong with it.
		why: &'static str,
	},
	/// The local executor failed. Never an outcome.
	#[error("the local run failed: {0}")]
	Execution(String),
}

impl Error {
	/// Stable code, `E-` and four digits; the first two tell the area.
	pub fn code(&self) -> &'static str {
		match self {
			Self::Usage(_) => "E-0001",
			Self::Io { .. } => "E-0002",
			Self::DiskFull { .. } => "E-0003",
			Self::Key(_) => "E-0004",
			Self::KeyFile { .. } => "E-0005",
			Self::Unreachable { .. } => "E-0101",
			Self::WrongGenesis { .. } => "E-0102",
			Self::Rpc { .. } => "E-0103",
			Self::Incompatible { .. } => "E-0104",
			Self::Decode { .. } => "E-0105",
			Self::SolverUnreachable { .. } => "E-0106",
			Self::NotFinal(_) => "E-0107",
			Self::Refused { .. } => "E-0201",
			Self::Dispatch { .. } => "E-0202",
			Self::Dropped { .. } => "E-0203",
			Self::InsufficientBalance { .. } => "E-0204",
			Self::NotMatched { .. } => "E-0301",
			Self::JobFailed { .. } => "E-0302",
			Self::TaskFailed { .. } => "E-0303",
			Self::NotSettled(_) => "E-0304",
			Self::TaskNotFound(_) | Self::TaskNotYet { .. } => "E-0305",
			Self::DealLost { .. } => "E-0314",
			Self::Mismatch(_) => "E-0306",
			Self::PricesApart { .. } => "E-0313",
			Self::OfferNotFound { .. } => "E-0315",
			Self::Timeout { .. } | Self::KeyNotHanded { .. } => "E-0307",
			Self::CaseNotFound(_) => "E-0308",
			Self::PoolNotFound(_) => "E-0316",
			Self::DrawFalse { .. } => "E-0309",
			Self::Forgotten(_) => "E-0310",
			Self::NotForCourt(_) => "E-0311",
			Self::NotNow(_) => "E-0312",
			Self::Unavailable(_) => "E-0401",
			Self::TooLarge { .. } => "E-0402",
			Self::Corrupt { .. } => "E-0403",
			Self::UnsafePath { .. } => "E-0404",
			Self::Execution(_) => "E-0501",
		}
	}

	/// What the user can do about it, as one sentence.
	pub fn hint(&self) -> Option<String> {
		let hint = match self {
			Self::DiskFull { .. } => "free space, or raise the limit of the store",
			Self::Key(_) => {
				"make a key with assay key new, or put a secret URI into a file of mode 0600 and name it"
			},
			Self::KeyFile { problem, .. } => problem.hint(),
			Self::Unreachable { .. } => {
				"check that a node runs, and its URL (ws://127.0.0.1:9944); assay net up starts a local network"
			},
			Self::SolverUnreachable { .. } => "check that a solver runs there, and its URL",
			Self::NotFinal(_) => "name another node, best one of your own",
			Self::WrongGenesis { .. } => "check the node's URL and the configured genesis hash",
			Self::Incompatible { .. } => "update this program to the chain's version",
			Self::Refused { .. } | Self::Dropped { .. } => "try again in a few seconds",
			Self::Dispatch { reason: Some(reason), .. } => reason.hint()?,
			Self::Dispatch { pallet, name, .. } => Known::find(pallet, name)?.hint?,
			Self::InsufficientBalance { .. } => {
				"add funds to the account, or lower the price or limits"
			},
			Self::NotMatched { ineligible, .. } => refusals::unmatched_hint(ineligible),
			Self::OfferNotFound { known, .. } => return Some(offers_hint(known)),
			Self::PricesApart { .. } => {
				"raise the highest price so that more offers serve it, or ask for fewer replicas"
			},
			Self::JobFailed { .. } => "fetch the outputs and read the program's standard error",
			Self::TaskFailed { cause: FailCause::ContentUnavailable, .. } => {
				"publish the module and the input where providers can fetch them"
			},
			Self::TaskFailed { cause: FailCause::NoDelivery, excuse: Some(excuse), .. } => {
				excuse.hint()
			},
			Self::TaskFailed { cause: FailCause::Unjudged, .. } => {
				"publish program and input on the chain, so that mediators can judge, and submit again"
			},
			Self::TaskFailed { .. } => "submit again, with more replicas or a longer run time",
			Self::NotSettled(_) => "wait until the task is settled",
			Self::TaskNotYet { .. } => "check the number: assay job list shows yours",
			Self::TaskNotFound(_) => "check the number; ended tasks are removed after some time",
			Self::DealLost { .. } => "submit it again; what was published may have to be, too",
			Self::CaseNotFound(_) => "check the number; closed cases are removed after some time",
			Self::PoolNotFound(_) => "check the number; pools are removed when they are settled",
			Self::DrawFalse { .. } => "ask another node; if it agrees, the chain is broken",
			Self::Forgotten(_) => "ask a node that keeps all states (--state-pruning archive)",
			Self::NotForCourt(unfit) => unfit.hint(),
			Self::Mismatch(_) => "keep the module and the input: they are the evidence",
			Self::Timeout { .. } => "it goes on; look at it again later",
			Self::KeyNotHanded { task, .. } => {
				return Some(format!(
					"the job goes on, and nobody can run it without the key; go on handing it over: assay job \
					 serve-key {}",
					units::format_task(task)
				));
			},
			Self::Unavailable(_) => "name another source, for example a gateway that has it",
			Self::Corrupt { .. } => "fetch it again",
			_ => return None,
		};
		Some(hint.into())
	}

	/// Whether the same may succeed later without anybody changing anything.
	pub fn retryable(&self) -> bool {
		match self {
			Self::Unreachable { .. }
			| Self::SolverUnreachable { .. }
			| Self::Rpc { .. }
			| Self::NotFinal(_)
			| Self::Dropped { .. }
			| Self::NotSettled(_)
			| Self::Timeout { .. }
			| Self::KeyNotHanded { .. }
			| Self::Corrupt { .. } => true,
			Self::Refused { code, .. } => *code != INVALID_TRANSACTION,
			Self::Unavailable(report) => report.retryable(),
			_ => false,
		}
	}

	/// Exit code of a program that ends with this error.
	pub fn exit_code(&self) -> u8 {
		match self {
			Self::Usage(_) | Self::Key(_) | Self::KeyFile { .. } => 2,
			Self::Unreachable { .. }
			| Self::SolverUnreachable { .. }
			| Self::WrongGenesis { .. }
			| Self::Rpc { .. }
			| Self::NotFinal(_)
			| Self::Incompatible { .. } => 3,
			Self::Dispatch { reason: Some(reason), .. } => reason.exit_code(),
			Self::Dispatch { pallet, name, .. } => {
				Known::find(pallet, name).map_or(4, |known| known.exit_code)
			},
			Self::Refused { .. } | Self::Dropped { .. } | Self::DealLost { .. } => 4,
			Self::NotMatched { .. } | Self::PricesApart { .. } | Self::OfferNotFound { .. } => 5,
			Self::JobFailed { .. } => 6,
			Self::Mismatch(_)
			| Self::DrawFalse { .. }
			| Self::TaskFailed { cause: FailCause::Undecided | FailCause::Unjudged, .. } => 7,
			Self::Timeout { .. }
			| Self::KeyNotHanded { .. }
			| Self::TaskFailed { cause: FailCause::HardEnd, .. } => 8,
			Self::InsufficientBalance { .. } => 9,
			_ => 1,
		}
	}

	/// An I/O error with what was tried.
	pub fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
		let what = what.into();
		move |source| Self::Io { what, source }
	}

	pub(crate) fn decode(what: impl Into<String>, why: impl std::fmt::Display) -> Self {
		Self::Decode { what: what.into(), message: foreign(&why.to_string()) }
	}
}

impl Known {
	/// Whether an error is this one.
	pub fn is(&self, error: &Error) -> bool {
		matches!(error, Error::Dispatch { pallet, name, .. } if pallet == self.pallet && name == self.name)
	}

	/// As an error, without its documentation.
	pub fn error(&self) -> Error {
		let (pallet, name) = (self.pallet.into(), self.name.into());
		Error::Dispatch { pallet, name, docs: String::new(), reason: None }
	}
}

fn listed(offers: &[OfferId]) -> String {
	offers.iter().map(OfferId::to_string).collect::<Vec<_>>().join(", ")
}

/// Which offers there are.
fn offers_hint(known: &[OfferId]) -> String {
	match known {
		[] => "nobody offers anything now; assay provider offers lists what there is".into(),
		known => format!("there are {}; assay provider offers tells of each", listed(known)),
	}
}

/// The cause at the end of a chain of errors, which is the one that tells something.
pub(crate) fn innermost(error: &dyn std::error::Error) -> String {
	let mut current = error;
	while let Some(source) = current.source() {
		current = source;
	}
	current.to_string()
}

/// Most characters that are taken of a message of somebody else.
const MAX_FOREIGN: usize = 500;

/// Text from a node, a server or a program, made fit for a terminal: without control characters, and
/// not longer than a message should be.
pub(crate) fn foreign(text: &str) -> String {
	let clean = |c: char| if c.is_control() { ' ' } else { c };
	let mut shown: String = text.chars().take(MAX_FOREIGN).map(clean).collect();
	if text.chars().nth(MAX_FOREIGN).is_some() {
		shown.push('…');
	}
	shown
}

/// Code with which the pool refuses what can never be valid as it is.
pub(crate) const INVALID_TRANSACTION: i32 = 1010;

/// What a provider says for itself, behind what became of the job.
fn quoted(excuse: &Option<Excuse>) -> String {
	excuse.map(|excuse| format!(" (a provider says: it {excuse})")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_primitives::{
		bond::BondFault,
		order::{AssetFault, Kind, OrderFault, Part, Refusal},
	};

	fn refused(refusal: Refusal) -> Error {
		within("Market", Reason::Refused(refusal))
	}

	fn within(pallet: &str, reason: Reason) -> Error {
		let (pallet, docs) = (pallet.into(), reason.to_string());
		Error::Dispatch { pallet, name: reason.name(), docs, reason: Some(reason) }
	}

	#[test]
	fn exit_codes_should_be_the_documented_ones() {
		let task = TaskId { deal: 1, index: 0 };
		let after = Duration::from_secs(1);
		for (error, code) in [
			(Error::Usage("".into()), 2),
			(Error::Unreachable { tried: vec![] }, 3),
			(Error::Refused { reason: "".into(), code: 1014 }, 4),
			(refusals::NOT_DRAWN.error(), 4),
			(refused(Refusal::NotEnoughCandidates), 5),
			(refused(Refusal::Resource { at: 0, why: Ineligible::BondTooSmall }), 5),
			(refused(Refusal::Resource { at: 0, why: Ineligible::ClientLimitReached }), 5),
			(refused(AssetFault::PriceAboveCeiling.of(Part::App)), 5),
			(refused(OrderFault::NotAuthorized.of(Kind::Request)), 4),
			(within("Providers", Reason::Bond(BondFault::NotCovered)), 9),
			(refusals::FUNDS_UNAVAILABLE.error(), 9),
			(refusals::CASE_NOT_PAID.error(), 9),
			(within("Mediation", Reason::Bond(BondFault::BelowMinimum)), 9),
			(within("Mediation", Reason::Bond(BondFault::StakeLocked)), 4),
			(Error::NotMatched { found: 0, needed: 3, ineligible: vec![] }, 5),
			(Error::PricesApart { found: 4, needed: 3 }, 5),
			(Error::JobFailed { class: Class::Trapped }, 6),
			(Error::TaskFailed { task, cause: FailCause::Undecided, excuse: None }, 7),
			(Error::TaskFailed { task, cause: FailCause::Unjudged, excuse: None }, 7),
			(Error::TaskFailed { task, cause: FailCause::NoDelivery, excuse: None }, 1),
			(Error::Timeout { what: "".into(), after }, 8),
			(Error::KeyNotHanded { task, after }, 8),
			(Error::OfferNotFound { unknown: vec![7], known: vec![] }, 5),
			(Error::TaskNotFound(task), 1),
			(Error::TaskNotYet { task, next: 1 }, 1),
			(Error::DealLost { deal: 1, why: "".into() }, 4),
		] {
			assert_eq!(error.exit_code(), code, "{error}");
		}
	}

	#[test]
	fn hint_should_name_the_command_that_helps_when_there_is_one() {
		let (task, after) = (TaskId { deal: 7, index: 0 }, Duration::from_secs(60));
		let offers =
			|known: &[OfferId]| Error::OfferNotFound { unknown: vec![77], known: known.to_vec() };
		for (error, command) in [
			(Error::KeyNotHanded { task, after }, "assay job serve-key 7"),
			(Error::Unreachable { tried: vec![] }, "assay net up"),
			(offers(&[0, 2]), "there are 0, 2; assay provider offers"),
			(offers(&[]), "assay provider offers"),
			(Error::TaskNotYet { task, next: 3 }, "assay job list"),
		] {
			let hint = error.hint().unwrap_or_default();
			assert!(hint.contains(command), "{error}: {hint}");
		}
		assert_eq!(offers(&[0]).to_string(), "there is no offer 77");
	}

	/// Whoever looks for a job that is not there reads the same number whichever way he looks.
	#[test]
	fn code_should_be_the_same_when_a_job_is_not_there_yet_or_any_more() {
		let task = TaskId { deal: 7, index: 0 };
		assert_eq!(Error::TaskNotYet { task, next: 3 }.code(), Error::TaskNotFound(task).code());
	}

	#[test]
	fn foreign_text_should_be_cut_and_lose_its_control_characters() {
		assert_eq!(foreign("a\x1b[2Jb\nc\u{9b}d ü"), "a [2Jb c d ü");
		let long = foreign(&"ü".repeat(501));
		assert_eq!(long.chars().count(), 501);
		assert!(long.ends_with('…'));
		assert_eq!(foreign(&"x".repeat(500)).len(), 500);
	}

	#[test]
	fn refusal_should_be_final_when_the_transaction_is_invalid() {
		assert!(!Error::Refused { reason: "".into(), code: INVALID_TRANSACTION }.retryable());
		assert!(Error::Refused { reason: "".into(), code: 1016 }.retryable());
	}
}
