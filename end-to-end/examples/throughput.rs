//! Measures a network of one validator and three daemons on this machine: memory of a daemon, blocks
//! and seconds from a deal to its settlement, settled tasks per second as deals of one task each and as
//! bags, and who uses the processors meanwhile. `scripts/bench-network.sh` runs it.
//!
//! Arguments: number of deals of one task (0 to leave them out), then the size of each bag.

use anyhow::{Context, Result};
use assay_client::{
	Chain, Head, KeySource, Signer, WaitFor,
	content::publish,
	job::{self, FollowOptions, Inputs, JobOptions, MaxPrice, Step, Tally},
};
use assay_end_to_end::{HONEST, Network};
use assay_interface::{Call, market};
use assay_local::processor_time;
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
const CONFIG: &str = "[provider]\nbond = \"1900\"\n[capacity]\nslots = 1100\n\
	max_concurrent_jobs = 2\n";
const DEFAULT_TASKS: u32 = 100;
const DEFAULT_BAG: usize = 256;
/// The one input of all tasks of a bag.
const INPUT: &[u8] = b"input";

#[tokio::main]
async fn main() -> Result<()> {
	let mut numbers = Vec::new();
	for text in std::env::args().skip(1) {
		numbers.push(text.parse::<usize>().context("a number of tasks")?);
	}
	let tasks = numbers.first().map_or(DEFAULT_TASKS, |tasks| *tasks as u32);
	let bags = if numbers.len() > 1 { numbers.split_off(1) } else { vec![DEFAULT_BAG] };
	let network = Network::start_with(&[HONEST, HONEST, HONEST], CONFIG).await?;
	let chain = &network.chain;
	let client = Signer::load(&KeySource::Dev("//Alice".into()), true)?;
	publish(chain, &client, NO_OP).await?;
	println!("daemon, idle: {} MiB", memory(&network)?);
	latency(chain, &client).await?;
	if tasks > 0 {
		throughput(&network, &client, tasks).await?;
	}
	for size in bags {
		bag(&network, &client, size).await?;
	}
	println!("daemon, at the end: {} MiB", memory(&network)?);
	network.end()
}

/// Processor time of the node, and of all daemons with their jobs.
fn processor_times(network: &Network) -> Result<[f64; 2]> {
	let node = processor_time(network.node.pid().context("it runs")?)?.as_secs_f64();
	let mut daemons = 0.0;
	for worker in &network.workers {
		daemons += processor_time(worker.pid().context("it runs")?)?.as_secs_f64();
	}
	Ok([node, daemons])
}

async fn bag(network: &Network, client: &Signer, size: usize) -> Result<()> {
	let chain = &network.chain;
	let inputs = Inputs::of(vec![ContentRef::of(INPUT); size])?;
	job::publish_inputs(chain, client, &inputs, |_| Ok(INPUT.to_vec()), |_| {}).await?;
	let options = JobOptions { inputs: Some(inputs.list()), ..options() };
	let priced = job::price(&chain.at_best().await?, &client.account(), &options).await?;
	let (before, start) = (processor_times(network)?, Instant::now());
	let submission = job::submit(chain, client, &priced, WaitFor::InBlock).await?;
	let follow = FollowOptions {
		head: Head::Best,
		timeout: Duration::from_secs(1_800),
		..FollowOptions::default()
	};
	let mut following = job::follow_bag(chain, submission.task.deal, follow);
	let (mut decided, mut peak, mut last) = (0, 0, Tally::default());
	let mut accepting = Vec::new();
	let mut asked = std::collections::BTreeSet::new();
	while let Some(progress) = following.next().await {
		let progress = progress?;
		let open = progress.tally.open();
		peak = peak.max(memory(network)?);
		if progress.tally != last {
			last = progress.tally;
			println!("  block {}: {last:?}", progress.block.number);
		}
		let all_decided = last.waiting + last.running + last.revealing == 0;
		if all_decided && decided == 0 {
			decided = progress.block.number;
		}
		// Nobody is there to judge what was drawn for an audit.
		if open > 0 && open == last.disputed {
			break;
		}
		let mut ready = job::acceptable(following.views().iter().flatten());
		ready.retain(|task| asked.insert(*task));
		if !ready.is_empty() {
			let (chain, client) = (chain.clone(), client.clone());
			accepting
				.push(tokio::spawn(async move { job::accept_all(&chain, &client, &ready).await }));
		}
	}
	let mut accepted = 0;
	for some in accepting {
		accepted += some.await??;
	}
	let wall = start.elapsed().as_secs_f64();
	let after = processor_times(network)?;
	let mut ends = Vec::new();
	for view in following.views().iter().flatten() {
		if let Ok(ended) = ended(view) {
			job::conclude(view)?;
			ends.push(ended.ended_at);
		}
	}
	let opened = following.deal().context("it was seen")?.opened_at;
	let last = ends.iter().max().copied().unwrap_or(opened);
	let rate = |blocks: u32| size as f64 / (f64::from(blocks) * 3.0);
	println!(
		"bag of {size} tasks of three replicas: all agreed {} blocks after opening ({:.1} a second), \
		 {} settled after {} ({:.1} a second), {accepted} accepted; {wall:.0} s, in which the node used \
		 {:.1} s of processor and the daemons with their jobs {:.1} s; daemon at most {peak} MiB",
		decided - opened,
		rate(decided - opened),
		ends.len(),
		last - opened,
		rate(last - opened),
		after[0] - before[0],
		after[1] - before[1],
	);
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

/// Accepts a task's result as soon as it is agreed on, and waits until it is settled, or drawn for an
/// audit: nobody is there to judge.
async fn settle(
	chain: &Chain,
	client: &Signer,
	task: TaskId,
	timeout: Duration,
) -> Result<TaskView> {
	job::accept(chain, client, task, timeout).await?;
	let follow = FollowOptions { head: Head::Best, timeout, ..FollowOptions::default() };
	let mut following = job::follow(chain, task, follow);
	while let Some(progress) = following.next().await {
		if let Step::Disputed { .. } = progress?.step {
			break;
		}
	}
	Ok(following.view().context("it was seen")?.clone())
}

async fn latency(chain: &Chain, client: &Signer) -> Result<()> {
	let priced = job::price(&chain.at_best().await?, &client.account(), &options()).await?;
	let start = Instant::now();
	let submission = job::submit(chain, client, &priced, WaitFor::InBlock).await?;
	let included = start.elapsed();
	let view = settle(chain, client, submission.task, Duration::from_secs(600)).await?;
	let blocks = ended(&view)?.ended_at - view.deal.opened_at;
	println!(
		"one task of three replicas, accepted: {blocks} blocks from opening to settlement, {:.1} s from \
		 submission, {:.1} s of them until its block",
		start.elapsed().as_secs_f64(),
		included.as_secs_f64(),
	);
	Ok(())
}

async fn throughput(network: &Network, client: &Signer, tasks: u32) -> Result<()> {
	let chain = &network.chain;
	let priced = job::price(&chain.at_best().await?, &client.account(), &options()).await?;
	let first = chain.at_best().await?.next_deal().await?;
	let request = Box::new(priced.request.clone().into());
	let offers = priced.named().into_iter().map(|(offer, who)| (offer, who.into())).collect();
	let call = Call::Market(market::Call::submit { request, offers });
	for _ in 0..tasks {
		chain.submit(client, &call, WaitFor::Broadcast).await?;
	}
	let mut peak = 0;
	let (mut opened, mut last, mut settled) = (u32::MAX, 0, 0u32);
	let timeout = Duration::from_secs(900);
	let deals = first..first + u64::from(tasks);
	let settling = deals.map(|deal| settle(chain, client, single(deal), timeout));
	let mut settling: FuturesUnordered<_> = settling.collect();
	while let Some(view) = settling.next().await {
		let view = view?;
		opened = opened.min(view.deal.opened_at);
		if let Ok(ended) = ended(&view) {
			job::conclude(&view)?;
			last = last.max(ended.ended_at);
			settled += 1;
		}
		peak = peak.max(memory(network)?);
	}
	let blocks = last.saturating_sub(opened);
	println!(
		"{settled} of {tasks} tasks of three replicas settled in {blocks} blocks: {:.2} a second; daemon \
		 at most {peak} MiB meanwhile",
		f64::from(settled) / (f64::from(blocks) * 3.0),
	);
	Ok(())
}
