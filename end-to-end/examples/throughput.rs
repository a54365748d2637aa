//! Measures a network of one validator and three daemons on this machine: memory of a daemon, blocks
//! and seconds from a deal to its settlement, and settled tasks per second. `scripts/bench-network.sh`
//! runs it.

use anyhow::{Context, Result};
use assay_client::{
	Chain, Head, KeySource, Signer, WaitFor,
	chain::call::market,
	content::publish,
	job::{self, FollowOptions, JobOptions, MaxPrice},
};
use assay_end_to_end::{Behaviour::Honest, Network};
use assay_primitives::{
	UNIT,
	content::ContentRef,
	deal::{EndedTask, TaskStatus, TaskView, single},
	task::{Limits, TaskId},
};
use futures::{StreamExt, stream::FuturesUnordered};
use std::time::{Duration, Instant};

/// `(module (memory (export "memory") 1) (func (export "_start")))`
const NO_OP: &[u8] = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x05\x03\x01\0\x01\
	\x07\x13\x02\x06memory\x02\0\x06_start\0\0\x0a\x04\x01\x02\0\x0b";
const CONFIG: &str = "[capacity]\nslots = 400\nmax_concurrent_jobs = 2\n";
const DEFAULT_TASKS: u32 = 100;

#[tokio::main]
async fn main() -> Result<()> {
	let tasks = match std::env::args().nth(1) {
		Some(text) => text.parse().context("the number of tasks")?,
		None => DEFAULT_TASKS,
	};
	let network = Network::start_with(&[Honest, Honest, Honest], CONFIG).await?;
	let network = network.with_mediators().await?;
	let chain = &network.chain;
	let client = Signer::load(&KeySource::Dev("//Alice".into()), true)?;
	publish(chain, &client, NO_OP).await?;
	println!("daemon, idle: {} MiB", memory(&network)?);
	latency(chain, &client).await?;
	throughput(&network, &client, tasks).await?;
	println!("daemon, after {tasks} tasks: {} MiB", memory(&network)?);
	Ok(())
}

fn options() -> JobOptions {
	let mut options = JobOptions::new(ContentRef::of(NO_OP), MaxPrice::PerReplica(UNIT));
	options.limits = Limits { gas: 10_000_000, memory_pages: 16, output_bytes: 1 << 16 };
	options
}

/// Resident memory of the first daemon, in MiB.
fn memory(network: &Network) -> Result<u64> {
	let pid = network.workers[0].pid().context("it runs")?;
	let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
	let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("VmRSS")?;
	let kib: u64 = line.split_whitespace().nth(1).context("a number")?.parse()?;
	Ok(kib / 1024)
}

fn ended(view: &TaskView) -> Result<&EndedTask> {
	match &view.status {
		TaskStatus::Ended(ended) => Ok(ended),
		TaskStatus::Open(_) => anyhow::bail!("the task is open"),
	}
}

/// Accepts a task's result as soon as it is agreed on, and waits until it is settled.
async fn settle(
	chain: &Chain,
	client: &Signer,
	task: TaskId,
	timeout: Duration,
) -> Result<TaskView> {
	job::accept(chain, client, task, timeout).await?;
	let follow = FollowOptions { head: Head::Best, timeout, ..FollowOptions::default() };
	Ok(job::follow(chain, task, follow).finish().await?)
}

async fn latency(chain: &Chain, client: &Signer) -> Result<()> {
	let order = job::order(&chain.at_best().await?, &client.account(), &options()).await?;
	let start = Instant::now();
	let submission = job::submit(chain, client, &order, WaitFor::InBlock).await?;
	let included = start.elapsed();
	let view = settle(chain, client, submission.task, Duration::from_secs(600)).await?;
	let blocks = ended(&view)?.ended_at - view.deal.opened_at;
	println!(
		"one task of three replicas: {blocks} blocks from opening to settlement, {:.1} s from \
		 submission, {:.1} s of them until its block",
		start.elapsed().as_secs_f64(),
		included.as_secs_f64(),
	);
	Ok(())
}

async fn throughput(network: &Network, client: &Signer, tasks: u32) -> Result<()> {
	let chain = &network.chain;
	let order = job::order(&chain.at_best().await?, &client.account(), &options()).await?;
	let first = chain.at_best().await?.next_deal().await?;
	let call = market::submit(&order.request, &order.offers());
	for _ in 0..tasks {
		chain.submit(client, &call, WaitFor::Broadcast).await?;
	}
	let mut peak = 0;
	let (mut opened, mut last) = (u32::MAX, 0);
	let timeout = Duration::from_secs(900);
	let deals = first..first + u64::from(tasks);
	let settling = deals.map(|deal| settle(chain, client, single(deal), timeout));
	let mut settling: FuturesUnordered<_> = settling.collect();
	while let Some(view) = settling.next().await {
		let view = view?;
		job::conclude(&view)?;
		opened = opened.min(view.deal.opened_at);
		last = last.max(ended(&view)?.ended_at);
		peak = peak.max(memory(network)?);
	}
	let seconds = f64::from(last - opened) * 3.0;
	println!(
		"{tasks} tasks of three replicas settled in {} blocks: {:.2} a second; daemon at most {peak} \
		 MiB meanwhile",
		last - opened,
		f64::from(tasks) / seconds,
	);
	Ok(())
}
