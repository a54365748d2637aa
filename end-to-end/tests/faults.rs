//! Providers that break the rules, and machines that break.

use anyhow::{Context, Result};
use assay_client::{Chain, ConnectOptions, Head};
use assay_end_to_end::{
	HONEST, Liar,
	Misbehave::{CrashAfterCommit, Lie, Silent, Withhold},
	Network, amount, arg, replica,
	waiting::{eventually, pass},
};
use serde_json::Value;
use std::{fs, ops::ControlFlow, time::Duration};

const JOB: [&str; 6] = ["job", "run", "--max-price", "1", "-o", "json"];

fn job(more: &[&str]) -> Vec<String> {
	let mut args: Vec<String> = JOB.map(Into::into).into();
	args.extend([
		arg("examples/dist/wordstats.wasm"),
		"--input".into(),
		arg("examples/wordstats/data/alice.txt"),
	]);
	args.extend(more.iter().map(|more| more.to_string()));
	args
}

async fn score(network: &Network, worker: usize) -> Result<Value> {
	let address = network.workers[worker].address()?;
	let shown = network.assay(["provider", "show", &address, "-o", "json"]).await?;
	shown.expect(0).json()
}

/// All eight are drawn, so what each of them meets does not depend on chance.
#[tokio::test(flavor = "multi_thread")]
async fn liar_silent_and_withholding_should_be_slashed_when_five_are_honest() -> Result<()> {
	let behaviours =
		[HONEST, HONEST, HONEST, HONEST, HONEST, Some(Lie), Some(Silent), Some(Withhold)];
	let network = Network::start(&behaviours).await?.with_mediators().await?;
	let bonds: u128 = amount(&score(&network, 5).await?["bond"]["free"]);
	// Six blocks are too few for the default limit of gas at the declared speed.
	let limits = ["--run-blocks", "6", "--gas", "1G"];
	let args =
		job(&[&limits[..], &["--replicas", "8", "--required", "5", "--wait", "--accept"]].concat());
	let job = network.assay(args).await?.expect(0).json()?;
	let stake = amount(&job["stake"]);
	for (worker, behaviour) in network.workers.iter().zip(behaviours) {
		let replica = replica(&job, worker)?;
		let (result, slashed) = match behaviour {
			HONEST => ("agreed", 0),
			Some(Lie) => ("wrong", stake),
			Some(Silent) => ("silent", stake / 4),
			_ => ("withheld", stake),
		};
		assert_eq!(replica["result"], result, "{job:#}");
		assert_eq!(amount(&replica["slashed"]), slashed, "{job:#}");
		assert_eq!(amount(&replica["paid"]) > 0, behaviour == HONEST, "{job:#}");
	}
	let liar = score(&network, 5).await?;
	assert_eq!(liar["reputation"]["wrong"], 1);
	assert_eq!(amount(&liar["bond"]["locked"]), 0);
	assert_eq!(amount(&liar["bond"]["free"]), bonds - stake);
	assert_eq!(score(&network, 6).await?["reputation"]["silent"], 1);
	assert_eq!(score(&network, 0).await?["reputation"]["score"], 1);
	let id = job["job"].as_str().context("a number")?;
	let verified = network.assay(["job", "verify", id, "-o", "json"]).await?.expect(0).json()?;
	let wrong = network.workers[5].address()?;
	let claims = verified["claims"].as_array().context("claims")?;
	assert_eq!(claims.len(), 6);
	for claim in claims {
		assert_eq!(claim["holds"], claim["provider"] != wrong.as_str(), "{verified:#}");
	}
	network.end()
}

#[tokio::test(flavor = "multi_thread")]
async fn daemon_should_reveal_what_it_sealed_when_it_died_in_between() -> Result<()> {
	let mut network =
		Network::start(&[HONEST, HONEST, Some(CrashAfterCommit)]).await?.with_mediators().await?;
	let started = network.assay(job(&["--required", "3"])).await?.expect(0).json()?;
	let id = started["job"].as_str().context("a number")?.to_string();
	let crasher = &mut network.workers[2];
	eventually(&network.chain, "crash", async || {
		Ok(match crasher.ended() {
			Some(_) => ControlFlow::Break(()),
			None => ControlFlow::Continue("it runs".into()),
		})
	})
	.await?;
	network.workers[2].behaviour = HONEST;
	let programs = network.programs.clone();
	network.workers[2].start(&programs).await?;
	let ended = network.settle(&id).await?;
	assert_eq!(ended["status"], "settled", "{ended:#}");
	for worker in &network.workers {
		assert_eq!(replica(&ended, worker)?["result"], "agreed", "{ended:#}");
	}
	network.end()
}

/// Kills a daemon again and again, at no particular point; it must neither be silent nor seal twice. On a slower machine
/// its starts take more of the run time, so there is much of that.
#[tokio::test(flavor = "multi_thread")]
async fn daemon_should_lose_nothing_when_it_is_killed_again_and_again() -> Result<()> {
	let mut network = Network::start(&[HONEST, HONEST, HONEST]).await?.with_mediators().await?;
	let programs = network.programs.clone();
	for pause in [300, 1_100, 1_900, 2_700, 3_500] {
		let patient = job(&["--required", "3", "--run-blocks", "60"]);
		let started = network.assay(patient).await?.expect(0).json()?;
		let id = started["job"].as_str().context("a number")?.to_string();
		for _ in 0..3 {
			tokio::time::sleep(Duration::from_millis(pause)).await;
			network.workers[0].kill();
			network.workers[0].start(&programs).await?;
		}
		let ended = network.settle(&id).await?;
		for worker in &network.workers {
			let replica = replica(&ended, worker)?;
			assert_eq!(replica["result"], "agreed", "killed every {pause} ms: {ended:#}");
		}
	}
	network.end()
}

#[tokio::test(flavor = "multi_thread")]
async fn job_should_settle_when_the_node_dies_in_the_middle() -> Result<()> {
	let mut network = Network::start(&[HONEST, HONEST, HONEST]).await?.with_mediators().await?;
	let started = network.assay(job(&["--required", "3"])).await?.expect(0).json()?;
	let id = started["job"].as_str().context("a number")?.to_string();
	pass(&network.chain, 1).await?;
	network.node.kill();
	// Long enough for the daemons to notice and to try again; nothing hangs on how long.
	tokio::time::sleep(Duration::from_secs(8)).await;
	network.node.restart().await?;
	let ended = network.settle(&id).await?;
	assert_eq!(ended["status"], "settled", "{ended:#}");
	for worker in &mut network.workers {
		assert!(worker.ended().is_none(), "provider {} ended with the node", worker.number);
	}
	for worker in &mut network.workers {
		assert_eq!(worker.stop().await?, Some(0), "SIGTERM is a clean end");
	}
	network.end()
}

/// Has the first provider ask this node before all others, and starts a job for which there is little time. Gives the job.
async fn hurried_job_of_one_who_asks(network: &mut Network, url: &str) -> Result<String> {
	let programs = network.programs.clone();
	let worker = &mut network.workers[0];
	worker.stop().await?;
	worker.prefer(url);
	worker.start(&programs).await?;
	let tight = ["--required", "3", "--run-blocks", "6", "--gas", "1G"];
	let started = network.assay(job(&tight)).await?.expect(0).json()?;
	Ok(started["job"].as_str().context("a number")?.to_string())
}

/// The time to seal is shorter than the wait for one answer, so who waits for a node that hangs is silent.
#[tokio::test(flavor = "multi_thread")]
async fn provider_should_lose_nothing_when_the_node_that_it_asks_hangs() -> Result<()> {
	let mut network = Network::start(&[HONEST, HONEST, HONEST]).await?.with_mediators().await?;
	let follower = network.follower().await?;
	let id = hurried_job_of_one_who_asks(&mut network, &follower.url).await?;
	follower.freeze(true)?;
	let ended = network.settle(&id).await?;
	for worker in &network.workers {
		assert_eq!(replica(&ended, worker)?["result"], "agreed", "{ended:#}");
	}
	network.end()
}

/// Who takes its word for what is final signs for blocks that nobody has made, and nothing that it sends is taken. The
/// set of this chain has never changed.
#[tokio::test(flavor = "multi_thread")]
async fn provider_should_earn_when_the_node_that_it_asks_lies_about_what_is_final() -> Result<()> {
	let mut network = Network::start(&[HONEST, HONEST, HONEST]).await?.with_mediators().await?;
	let liar = Liar::start(&network.node.url).await?;
	let urls = [&liar.url, &network.node.url];
	let options = ConnectOptions::new(urls).with_trust(network.dir().join("final"));
	let chain = Chain::connect(options).await?;
	let head = chain.head(Head::Finalized).await.context("votes for what is final are shown")?;
	let id = hurried_job_of_one_who_asks(&mut network, &liar.url).await?;
	liar.lie();
	let ended = network.settle(&id).await?;
	for worker in &network.workers {
		let replica = replica(&ended, worker)?;
		assert_eq!(replica["result"], "agreed", "{ended:#}");
		assert!(amount(&replica["paid"]) > 0, "{ended:#}");
	}
	assert_eq!(chain.url().await.as_ref(), Some(&network.node.url), "the liar was left");
	assert!(chain.head(Head::Finalized).await?.number > head.number);
	let log = fs::read_to_string(network.workers[0].log())?;
	assert!(log.contains("calls final what is not"), "it has left the liar");
	let told = log.lines().filter(|line| line.contains("problem=Finality")).count();
	assert!(told <= 2, "told once, and that it is over, not at each block: {told}");
	network.end()
}
