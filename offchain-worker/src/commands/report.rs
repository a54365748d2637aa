//! `report`: the sealed reports of this provider, and opening one by hand.

use crate::{
	cli::{Global, ReportArgs},
	config::Settings,
	host::{
		connect::{connect, expected_genesis, operator, provider_at},
		lock::Lock,
		store::TaskStore,
	},
	roles::provider::reports,
};
use anyhow::{Context, Result, bail};
use assay_client::{Chain, WaitFor, case, chain::At, units::format_amount};
use assay_decisions::{
	can_land, provider as plan,
	record::{Identity, Key, Sealed},
	view::SharedView,
};
use assay_primitives::{
	AccountId, Balance, BlockNumber,
	deal::{Ending, TaskState, TaskStatus},
	task::TaskId,
	traits::CaseId,
};
use serde_json::{Value, json};

/// A record with a report, and what the chain says about its task.
struct Found {
	key: Key,
	record: Sealed,
	state: State,
	/// What opening it takes, where it can be opened.
	cost: Option<Balance>,
}

/// Where a report stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
	/// Nothing is agreed on.
	Early,
	/// The lie is agreed on; it can be opened before the block.
	Due(BlockNumber),
	/// The lie is agreed on, and the window is over.
	Late,
	/// What is agreed on is not what this provider revealed.
	NotOwn,
	/// A case decides, opened by this report or by somebody else.
	InCase(CaseId),
	/// Its outcome was found to be true; what the task paid this provider.
	Held(Balance),
	/// The task ended otherwise; what it cost this provider.
	Ended(Balance),
	/// The chain does not know the task any more, or knows another one of the number.
	Gone,
}

/// Shows all, or opens one.
pub async fn report(global: &Global, args: &ReportArgs) -> Result<()> {
	let settings = Settings::load_global(global)?;
	let chain = connect(&settings.host, expected_genesis(&settings.host)?).await?;
	let at = chain.at_best().await?;
	let (stash, _) = provider_at(&settings.host, settings.stash.as_ref(), &chain, &at).await?;
	let records = records(&settings, &chain, &stash)?;
	if let Some(task) = args.open {
		return open(&settings, &chain, &at, &stash, records, task, args.json).await;
	}
	let mut all = Vec::new();
	for (key, record) in records {
		all.push(find(&at, &stash, key, record).await?);
	}
	if args.json {
		let all: Vec<Value> = all.iter().map(Found::json).collect();
		println!("{}", serde_json::to_string_pretty(&all)?);
	} else if all.is_empty() {
		println!("no sealed reports");
	} else {
		for found in all {
			println!("{}", found.words());
		}
	}
	Ok(())
}

/// Out of the store, or out of what the daemon that has it open writes down.
fn records(settings: &Settings, chain: &Chain, stash: &AccountId) -> Result<Vec<(Key, Sealed)>> {
	let base = &settings.host.base_path;
	let all = match Lock::take(base) {
		Ok(_lock) => {
			let identity = Identity { genesis: chain.genesis(), stash: stash.clone() };
			TaskStore::open(base, identity)?.all()?
		},
		Err(_) => reports::read(base)?,
	};
	Ok(all.into_iter().filter(|(_, record)| record.report.is_some()).collect())
}

async fn find(at: &At, stash: &AccountId, key: Key, record: Sealed) -> Result<Found> {
	let view = at.task(key.task).await?.map(SharedView::from);
	let view = view.filter(|view| view.task_hash == key.task_hash);
	let state = view.map_or(State::Gone, |view| state(&view, stash, &record));
	let cost = match state {
		State::Due(_) => Some(case::question(at, key.task).await?.funds),
		_ => None,
	};
	Ok(Found { key, record, state, cost })
}

fn state(view: &SharedView, me: &AccountId, record: &Sealed) -> State {
	let task = match &view.status {
		TaskStatus::Ended(ended) => {
			let own = plan::ended_replica(view, ended, me);
			return match (ended.ending, record.report) {
				(Ending::Settled(outcome), Some(truth)) if outcome == truth => {
					State::Held(own.map_or(0, |own| own.paid))
				},
				_ => State::Ended(own.map_or(0, |own| own.slashed)),
			};
		},
		TaskStatus::Open(task) => task,
	};
	match (&task.state, plan::place(view, task, me)) {
		(TaskState::Disputed { case, .. }, _) => State::InCase(*case),
		(TaskState::Agreed { .. }, plan::Place::Drawn(state)) => {
			match plan::report_due(view, task, state, record) {
				Some(until) if can_land(view.at, until) => State::Due(until),
				Some(_) => State::Late,
				None => State::NotOwn,
			}
		},
		(TaskState::Agreed { .. }, _) => State::NotOwn,
		_ => State::Early,
	}
}

async fn open(
	settings: &Settings,
	chain: &Chain,
	at: &At,
	stash: &AccountId,
	records: Vec<(Key, Sealed)>,
	task: TaskId,
	as_json: bool,
) -> Result<()> {
	let name = name(&task);
	let own: Vec<_> = records.into_iter().filter(|(key, _)| key.task == task).collect();
	if own.is_empty() {
		bail!(
			"the store holds no report of task {name}; `assay-worker report` lists those it holds"
		);
	}
	// Of two forks the store may hold a record each.
	let mut why = String::new();
	for (key, record) in own {
		let found = find(at, stash, key, record).await?;
		// In a case it depends on the judges, whom the client library asks about.
		let possible = matches!(found.state, State::Due(_) | State::InCase(_));
		let (true, Some(truth)) = (possible, found.record.report) else {
			why = found.state.words(&task);
			continue;
		};
		let signer = operator(&settings.host, chain)?;
		let salt = found.record.report_salt;
		let lie = found.record.outcome.digest(&found.key.task_hash);
		let opened = case::open_report(chain, &signer, task, &lie, truth, salt, WaitFor::InBlock);
		let opened = opened.await.with_context(|| format!("the report of {name} is not opened"))?;
		if as_json {
			let value = json!({
				"task": name,
				"case": opened.case,
				"funds": opened.funds.to_string(),
			});
			println!("{}", serde_json::to_string_pretty(&value)?);
		} else {
			let funds = format_amount(opened.funds);
			println!(
				"the report of task {name} is open: case {}, {funds} paid for it",
				opened.case
			);
		}
		return Ok(());
	}
	bail!("the report of task {name} can't be opened: {why}")
}

fn name(task: &TaskId) -> String {
	format!("{}/{}", task.deal, task.index)
}

impl State {
	fn name(&self) -> &'static str {
		match self {
			Self::Early => "early",
			Self::Due(_) => "due",
			Self::Late => "late",
			Self::NotOwn => "notOwn",
			Self::InCase(_) => "inCase",
			Self::Held(_) => "held",
			Self::Ended(_) => "ended",
			Self::Gone => "gone",
		}
	}

	fn words(&self, task: &TaskId) -> String {
		let task = name(task);
		match self {
			Self::Early => "nothing is agreed on yet".into(),
			Self::Due(until) => format!(
				"the lie is agreed on; opened by the daemon, or by `assay-worker report --open \
				 {task}`, before block {until}"
			),
			Self::Late => "the lie is agreed on, and the window is over".into(),
			Self::NotOwn => "what is agreed on is not what this provider revealed".into(),
			Self::InCase(case) => format!("case {case} decides"),
			Self::Held(paid) => format!("it was true; the task paid {}", format_amount(*paid)),
			Self::Ended(lost) => {
				format!("the task ended otherwise; {} of the stake lost", format_amount(*lost))
			},
			Self::Gone => "the chain does not know the task any more".into(),
		}
	}
}

impl Found {
	fn words(&self) -> String {
		let task = &self.key.task;
		let cost =
			self.cost.map(|cost| format!("; the case costs {} at first", format_amount(cost)));
		format!("{:<10} {}{}", name(task), self.state.words(task), cost.unwrap_or_default())
	}

	fn json(&self) -> Value {
		let hash = &self.key.task_hash;
		let (until, case, paid) = match self.state {
			State::Due(until) => (Some(until), None, None),
			State::InCase(case) => (None, Some(case), None),
			State::Held(paid) => (None, None, Some(paid.to_string())),
			_ => (None, None, None),
		};
		json!({
			"task": name(&self.key.task),
			"taskHash": hash,
			"revealed": self.record.outcome.digest(hash),
			"reported": self.record.report.map(|truth| truth.digest(hash)),
			"state": self.state.name(),
			"until": until,
			"case": case,
			"paid": paid,
			"cost": self.cost.map(|cost| cost.to_string()),
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_decisions::scenes::{TASK, account, key, outcome, record, spec, view};
	use assay_primitives::{
		Hash,
		deal::{EndedReplica, EndedTask, NextStep, ReplicaResult, ReplicaState},
	};

	fn open(at: BlockNumber, task: TaskState, revealed: u64) -> SharedView {
		let mine = ReplicaState::Revealed { outcome: outcome(revealed), report: Hash::zero() };
		view(at, task, &[(0, mine)], NextStep::ChallengeWindow(40))
	}

	fn ended(gas: u64) -> SharedView {
		let result = ReplicaResult::Agreed;
		let replica = EndedReplica { candidate: 0, result, paid: 5, slashed: 3 };
		let status = TaskStatus::Ended(EndedTask {
			ending: Ending::Settled(outcome(gas)),
			replicas: vec![replica].try_into().expect("one fits"),
			paid: 5,
			ended_at: 50,
			prune_at: 90,
		});
		SharedView { status, ..open(50, TaskState::Disputed { case: 1, agreed: None }, 7) }
	}

	#[test]
	fn state_should_say_what_can_be_done() {
		// The record's own outcome uses 7 gas.
		let record = record().reporting(outcome(8));
		let of = |view: &SharedView| state(view, &account(1), &record);
		let agreed =
			|gas| TaskState::Agreed { digest: outcome(gas).digest(&spec().hash()), until: 40 };
		assert_eq!(of(&open(20, TaskState::Revealing { wave: 0, until: 30 }, 7)), State::Early);
		assert_eq!(of(&open(20, agreed(7), 7)), State::Due(40));
		assert_eq!(of(&open(39, agreed(7), 7)), State::Late);
		assert_eq!(of(&open(20, agreed(8), 7)), State::NotOwn);
		assert_eq!(
			of(&open(20, TaskState::Disputed { case: 6, agreed: None }, 7)),
			State::InCase(6)
		);
		assert_eq!(of(&ended(8)), State::Held(5));
		assert_eq!(of(&ended(7)), State::Ended(3));
		assert_eq!(state(&open(20, agreed(7), 7), &account(3), &record), State::NotOwn);
	}

	#[test]
	fn words_should_name_the_task_and_the_cost() {
		let state = State::Due(40);
		let found =
			Found { key: key(), record: record().reporting(outcome(8)), state, cost: Some(1) };
		let words = found.words();
		assert!(words.contains("--open 3/0") && words.contains("block 40"), "{words}");
		let value = found.json();
		assert_eq!((&value["task"], &value["state"]), (&json!(name(&TASK)), &json!("due")));
		assert_ne!(value["revealed"], value["reported"]);
		assert!(!value.to_string().contains("salt"), "{value}");
	}
}
