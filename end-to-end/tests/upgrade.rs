//! A runtime that is replaced while a case is judged and a task waits for its replicas.

use anyhow::{Context, Result};
use assay_end_to_end::{
	HONEST,
	Misbehave::Collude,
	Network,
	history::{
		account, agreed, earned, ended, history, open, penalties, settled, slashed, until, verdict,
	},
	upgrade::upgrade,
};
use assay_primitives::{BlockNumber, deal::TaskView, outcome::Digest};

/// The block that has replaced the runtime by the next version.
async fn replaced_at(network: &Network, version: u32) -> Result<BlockNumber> {
	let mut block = network.chain.at_best().await?.block().number;
	while network.chain.at_number(block - 1).await?.spec_version() == version {
		block -= 1;
	}
	Ok(block)
}

/// The result of a task that has ended.
fn result(end: &TaskView) -> Digest {
	settled(end).digest(&end.deal.task_hash)
}

/// Nothing is restarted: neither daemons nor what the test itself reads the chain with.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_should_be_lost_when_the_runtime_is_replaced_under_a_case_and_a_task() -> Result<()>
{
	let mut network = Network::start(&[Some(Collude), Some(Collude), HONEST]).await?;
	network.add_mediators(&[HONEST; 12]).await?;
	let judged = open(&network).await?;
	// The third one's dissent opens a case by itself.
	let lie = until(&network, judged, |view| agreed(view).is_some()).await?;
	let lie = agreed(&lie).context("agreed")?;
	let running = open(&network).await?;
	let before = network.chain.at_best().await?;
	let next = upgrade(&network).await?;
	assert_eq!(next, before.spec_version() + 1);
	let replaced = replaced_at(&network, next).await?;

	let judged = until(&network, judged, ended).await?;
	let running = until(&network, running, ended).await?;
	let history = history(&network).await?;
	let verdicts: Vec<BlockNumber> =
		history.iter().filter_map(|(block, event)| verdict(event).map(|_| *block)).collect();
	assert_eq!(verdicts.len(), 2, "{verdicts:?}");
	assert!(verdicts.iter().all(|block| *block > replaced), "{verdicts:?} and {replaced}");
	let mut stakes = 0;
	for end in [&judged, &running] {
		assert!(end.deal.opened_at < replaced, "{} and {replaced}", end.deal.opened_at);
		assert_ne!(result(end), lie);
		stakes += end.deal.terms.stake;
	}
	for (worker, lies) in network.workers.iter().zip([true, true, false]) {
		let who = account(worker);
		assert_eq!(slashed(&history, &who), if lies { stakes } else { 0 }, "{worker}");
		assert_eq!(earned(&history, &who) > 0, !lies, "{worker}");
	}
	assert_eq!(penalties(&history), []);

	let after = open(&network).await?;
	let after = until(&network, after, ended).await?;
	assert_eq!(result(&after), result(&judged), "the same question has the same answer");
	network.end()
}
