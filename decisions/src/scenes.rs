//! Tasks and cases as a chain shows them, for tests of what is decided about them.

use crate::{
	record::{Identity, Key, Sealed},
	view::SharedView,
};
use assay_primitives::{
	AccountId, BlockNumber, Hash,
	beacon::Ticket,
	case::{Case, CasePhase, CaseStep, CaseTerms, CaseView, Member, Round, Subject, Vote},
	content::ContentRef,
	deal::{Deal, DealTerms, NextStep, Replica, ReplicaState, Task, TaskState, TaskStatus, Via},
	merkle::ListRoot,
	outcome::{Class, Manifest, Outcome},
	policy::Policy,
	price::Price,
	profile::Profile,
	request::{Candidate, Request},
	task::{Input, InputList, Limits, TaskId, TaskSpec},
	traits::CaseReason,
};
use std::sync::Arc;

pub const COMMIT_BLOCKS: BlockNumber = 20;

/// Provider of this number.
pub fn account(number: u8) -> AccountId {
	AccountId::from([number; 32])
}

pub fn identity() -> Identity {
	Identity { genesis: Hash::repeat_byte(0xaa), stash: account(1) }
}

pub fn spec() -> TaskSpec {
	TaskSpec {
		module: ContentRef { hash: Hash::repeat_byte(1), size: 100 },
		profile: Profile::BASE.id(),
		args: Default::default(),
		env: Default::default(),
		input: Input::Blob(ContentRef { hash: Hash::repeat_byte(2), size: 200 }),
		seed: Hash::zero(),
		limits: Limits { gas: 1_000_000, memory_pages: 16, output_bytes: 1_000 },
	}
}

/// A deal among providers 1 to 4, with a client of number 9.
pub fn deal(spec: TaskSpec) -> Deal {
	let task_hash = spec.hash();
	let candidates: Vec<Candidate> = (1..=4)
		.map(|number| Candidate { provider: account(number), price: Price::default(), weight: 1 })
		.collect();
	Deal {
		via: Via::MARKET,
		client: account(9),
		payer: account(9),
		others: Default::default(),
		request: Request {
			task: spec,
			policy: Policy::Quorum { replicas: 3, required: 2 },
			canary: false,
			max_price: Price::default(),
			run_blocks: COMMIT_BLOCKS,
			tags: 0,
			valid_until: 1_000,
			hints: Default::default(),
		},
		task_hash,
		candidates: candidates.try_into().expect("four fit"),
		terms: DealTerms {
			stake: 1_000,
			escrow: 5_000,
			deposit: 10,
			commit_blocks: COMMIT_BLOCKS,
			reveal_blocks: 10,
			challenge_blocks: 20,
			hard_end: 300,
			economics: 0,
			..Default::default()
		},
		tasks: 1,
		open_tasks: 1,
		opened_at: 1,
	}
}

pub const TASK: TaskId = TaskId { deal: 3, index: 0 };

pub fn waiting() -> TaskState {
	TaskState::Waiting { ticket: Ticket { taken_at: 1, window: 2, authors: 1 } }
}

/// A view at block `at`. `replicas` are (candidate, state).
pub fn view(
	at: BlockNumber,
	state: TaskState,
	replicas: &[(u32, ReplicaState)],
	next: NextStep,
) -> SharedView {
	let replica = |(candidate, state): &(u32, ReplicaState)| Replica {
		candidate: *candidate,
		wave: 0,
		state: *state,
	};
	let replicas: Vec<Replica> = replicas.iter().map(replica).collect();
	let replicas = replicas.try_into().expect("few");
	let status = TaskStatus::Open(Task { state, replicas });
	let deal = Arc::new(deal(spec()));
	SharedView { id: TASK, task_hash: deal.task_hash, deal, status, next, at }
}

/// The same program over a list of so many inputs.
pub fn bag(tasks: u32) -> TaskSpec {
	let inputs: Vec<ContentRef> = (0..tasks).map(|at| ContentRef::of(&at.to_le_bytes())).collect();
	TaskSpec { input: Input::List(InputList::of(&inputs).0), ..spec() }
}

pub fn key() -> Key {
	Key { task: TASK, task_hash: spec().hash() }
}

pub fn outcome(gas_used: u64) -> Outcome {
	Outcome { class: Class::Exited(0), gas_used, output: ListRoot::default(), output_bytes: 0 }
}

pub fn record() -> Sealed {
	Sealed::new(outcome(7), Manifest::default(), [[1; 32], [2; 32]], 1)
}

/// Case 5 over the task of [`spec`] at block `at`, in its first round. `members` are (mediator, vote).
pub fn case_view(at: BlockNumber, phase: CasePhase, members: &[(u8, Vote)]) -> CaseView {
	let member =
		|(number, vote): &(u8, Vote)| Member { mediator: account(*number), wave: 0, vote: *vote };
	let members: Vec<Member> = members.iter().map(member).collect();
	let spec = spec();
	CaseView {
		id: 5,
		terms: CaseTerms {
			subject: Subject::Task(TASK),
			task_hash: spec.hash(),
			spec,
			sealed: false,
			reason: CaseReason::Check,
			digests: Default::default(),
			excluded: Default::default(),
			judges: Default::default(),
			run_blocks: COMMIT_BLOCKS,
			wage: 10,
			stake: 1_000,
			funds: 30,
			refund: account(9),
			opened_at: 1,
			last_block: 900,
			economics: 0,
		},
		case: Case { phase, round: 0, penalties: 0, appeals: Default::default(), idle: 0 },
		rounds: vec![Round {
			seats: 3,
			era: 0,
			barred: Default::default(),
			draw: None,
			members: members.try_into().expect("few"),
			verdict: None,
		}],
		next: CaseStep::Nothing(1_000),
		appeal_bond: None,
		at,
	}
}
