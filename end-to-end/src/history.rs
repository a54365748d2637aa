//! What happened on a network, out of its events: who was paid, who was slashed, and why.

use crate::{
	Network, Worker, file,
	waiting::{eventually, found},
};
use anyhow::{Context, Result};
use assay_client::{
	KeySource, Signer, WaitFor,
	content::publish,
	job::{self, JobOptions, MaxPrice},
};
use assay_interface::{Event, deals, mediation};
use assay_primitives::{
	AccountId, Balance, BlockNumber, UNIT,
	content::ContentRef,
	deal::{Ending, TaskStatus, TaskView},
	outcome::{Digest, Outcome},
	task::{Limits, TaskId},
	traits::CaseId,
};
use std::fs;

/// The account that asks for jobs.
pub fn client() -> Result<Signer> {
	Ok(Signer::load(&KeySource::Dev("//Bob".into()), true)?)
}

/// The account with a daemon's bond.
pub fn account(worker: &Worker) -> AccountId {
	Signer::from_uri(&worker.stash).expect("a development key").account()
}

/// Has three replicas count the words of a page, within limits that the court takes.
pub async fn open(network: &Network) -> Result<TaskId> {
	let module = fs::read(file("examples/dist/wordstats.wasm"))?;
	let text = fs::read(file("examples/wordstats/data/alice.txt"))?;
	let page = text.get(..2_000).context("the text is longer")?;
	open_with(network, &module, Some(page)).await
}

/// Has three replicas run a program, within limits that the court takes.
pub async fn open_with(network: &Network, module: &[u8], input: Option<&[u8]>) -> Result<TaskId> {
	let (client, chain) = (client()?, &network.chain);
	publish(chain, &client, module).await?;
	let mut options = JobOptions::new(ContentRef::of(module), MaxPrice::PerReplica(UNIT));
	if let Some(input) = input {
		publish(chain, &client, input).await?;
		options.input = Some(ContentRef::of(input));
	}
	options.limits = Limits { gas: 1 << 24, memory_pages: 256, output_bytes: 64 << 10 };
	options.run_blocks = 6;
	let priced = job::price(&chain.at_best().await?, &client.account(), &options).await?;
	Ok(job::submit(chain, &client, &priced, WaitFor::InBlock).await?.task)
}

/// Waits until `test` holds for a task.
pub async fn until(
	network: &Network,
	task: TaskId,
	mut test: impl FnMut(&TaskView) -> bool,
) -> Result<TaskView> {
	eventually(&network.chain, "such task", async || {
		let view = network.chain.at_best().await?.task(task).await?;
		Ok(found(view.context("the task is kept")?, &mut test))
	})
	.await
}

/// What a task is agreed on, while that may be questioned, or is.
pub fn agreed(view: &TaskView) -> Option<Digest> {
	match &view.status {
		TaskStatus::Open(task) => task.state.agreed(),
		TaskStatus::Ended(_) => None,
	}
}

/// Whether a task has ended.
pub fn ended(view: &TaskView) -> bool {
	matches!(view.status, TaskStatus::Ended(_))
}

/// What a task that has ended was settled on.
pub fn settled(end: &TaskView) -> Outcome {
	let TaskStatus::Ended(ended) = &end.status else { panic!("it has ended: {:?}", end.status) };
	match ended.ending {
		Ending::Settled(outcome) => outcome,
		ref other => panic!("{other:?}"),
	}
}

/// Everything that was reported, with its block.
pub async fn history(network: &Network) -> Result<Vec<(BlockNumber, Event)>> {
	let last = network.chain.at_best().await?.block().number;
	let mut all = Vec::new();
	for number in 1..=last {
		let events = network.chain.at_number(number).await?.events().await?;
		all.extend(events.into_iter().map(|record| (number, record.event)));
	}
	Ok(all)
}

/// First event that gives something, with its block.
pub fn first<T>(
	history: &[(BlockNumber, Event)],
	mut pick: impl FnMut(&Event) -> Option<T>,
) -> Result<(BlockNumber, T)> {
	let found = history.iter().find_map(|(block, event)| Some((*block, pick(event)?)));
	found.context("it was not reported")
}

/// The case that was opened.
pub fn opened(event: &Event) -> Option<CaseId> {
	match event {
		Event::Deals(deals::Event::TaskDisputed { case, .. }) => Some(*case),
		_ => None,
	}
}

/// The round and what it found.
pub fn verdict(event: &Event) -> Option<(u8, Digest)> {
	match event {
		Event::Mediation(mediation::Event::VerdictReached { round, digest, .. }) => {
			Some((*round, *digest))
		},
		_ => None,
	}
}

/// What an account lost of its stake as a provider of a task.
pub fn slashed(history: &[(BlockNumber, Event)], who: &AccountId) -> Balance {
	let amount = |event: &Event| match event {
		Event::Deals(deals::Event::ReplicaSlashed { provider, amount, .. }) if provider == who => {
			*amount
		},
		_ => 0,
	};
	history.iter().map(|(_, event)| amount(event)).sum()
}

/// What an account got out of slashes of providers.
pub fn shared(history: &[(BlockNumber, Event)], who: &AccountId) -> Balance {
	let amount = |event: &Event| match event {
		Event::Deals(deals::Event::SlashShared { to, amount, .. }) if to == who => *amount,
		_ => 0,
	};
	history.iter().map(|(_, event)| amount(event)).sum()
}

/// What an account was paid for its work on a task.
pub fn earned(history: &[(BlockNumber, Event)], who: &AccountId) -> Balance {
	let amount = |event: &Event| match event {
		Event::Deals(deals::Event::ReplicaPaid { provider, amount, .. }) if provider == who => {
			*amount
		},
		_ => 0,
	};
	history.iter().map(|(_, event)| amount(event)).sum()
}

/// Penalties of mediators in a case, by who.
pub fn penalties(history: &[(BlockNumber, Event)]) -> Vec<(AccountId, Balance, String)> {
	let penalty = |event: &Event| match event {
		Event::Mediation(mediation::Event::Slashed { mediator, amount, reason, .. }) => {
			Some((mediator.0.clone(), *amount, reason.0.clone()))
		},
		_ => None,
	};
	history.iter().filter_map(|(_, event)| penalty(event)).collect()
}

/// What was paid out of a case, to whom and for what.
pub fn payments(history: &[(BlockNumber, Event)]) -> Vec<(AccountId, Balance, String)> {
	let payment = |event: &Event| match event {
		Event::Mediation(mediation::Event::Paid { to, amount, reason, .. }) => {
			Some((to.0.clone(), *amount, reason.0.clone()))
		},
		_ => None,
	};
	history.iter().filter_map(|(_, event)| payment(event)).collect()
}
