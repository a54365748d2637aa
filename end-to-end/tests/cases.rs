//! Doubts about results, from the command line.

use anyhow::{Context, Result};
use assay_end_to_end::{
	HONEST,
	Misbehave::Lie,
	Network, amount, arg,
	waiting::{eventually, found},
};
use serde_json::Value;
use std::fs;

const WORDSTATS: &str = "examples/dist/wordstats.wasm";

async fn json<const N: usize>(network: &Network, args: [&str; N]) -> Result<Value> {
	network.assay(args.into_iter().chain(["-o", "json"])).await?.expect(0).json()
}

async fn free(network: &Network, suri: &str) -> Result<u128> {
	let shown = network.assay_as(Some(suri), ["account", "balance", "-o", "json"]).await?;
	Ok(amount(&shown.expect(0).json()?["free"]))
}

/// A job within the limits of the court, until its result is agreed on.
async fn agreed(network: &Network, replicas: &str) -> Result<Value> {
	let input = network.dir().join("page.txt");
	fs::write(&input, "to be or not to be, that is the question\n".repeat(20))?;
	let input = input.to_string_lossy().into_owned();
	let (module, run) = (arg(WORDSTATS), ["job", "run"].map(String::from));
	let more = ["--for-court", "--run-blocks", "6", "--replicas", replicas, "--max-price", "1"];
	let args = run.into_iter().chain([module, "--input".into(), input]);
	let args = args.chain(more.into_iter().chain(["--wait", "-o", "json"]).map(String::from));
	let job = network.assay(args).await?.expect(0).json()?;
	assert_eq!(job["status"], "agreed", "{job:#}");
	assert!(job["challengeUntil"].as_u64() > job["openedAt"].as_u64(), "{job:#}");
	assert_eq!(job["outcome"]["success"], true, "the result is there before it is final: {job:#}");
	Ok(job)
}

fn number(job: &Value) -> Result<String> {
	Ok(job["job"].as_str().context("a number")?.to_string())
}

async fn until_phase(network: &Network, case: &str, phase: &str) -> Result<Value> {
	eventually(&network.chain, phase, async || {
		let shown = json(network, ["case", "show", case]).await?;
		Ok(found(shown, |shown| shown["phase"] == phase))
	})
	.await
}

/// Every provider lies, no mediator serves: a stranger says so, another one has the court look.
#[tokio::test(flavor = "multi_thread")]
async fn lie_of_all_should_be_overturned_from_the_command_line() -> Result<()> {
	let network = Network::start(&[Some(Lie)]).await?;
	let job = agreed(&network, "1").await?;
	let (id, stake) = (number(&job)?, amount(&job["stake"]));
	let checked = network.assay(["job", "verify", &id]).await?.expect(7);
	assert!(checked.stdout.contains(&format!("assay job challenge {id}")), "{checked}");

	// Nobody can be asked, and nobody has said yes.
	let (bob, dave) = (Some("//Bob"), Some("//Dave"));
	let unsure = network.assay_as(bob, ["job", "challenge", &id]).await?.expect(2);
	assert!(unsure.stderr.contains("--yes") && unsure.stderr.contains("bond"), "{unsure}");
	let stranger = network.assay_as(bob, ["job", "review", &id, "-y"]).await?;
	stranger.expect(2);
	let before = free(&network, "//Bob").await?;
	let challenge = ["job", "challenge", &id, "-y", "-o", "json"];
	let opened = network.assay_as(bob, challenge).await?.expect(0).json()?;
	let case = opened["case"].to_string();
	let put_up = amount(&opened["funds"]) + amount(&opened["bond"]);
	assert!(put_up > 0 && free(&network, "//Bob").await? <= before - put_up);
	network.assay(["job", "accept", &id]).await?.expect(1);
	let twice = network.assay_as(bob, challenge).await?;
	assert_ne!(twice.code, 0, "{twice}");

	let listed = json(&network, ["case", "list", "--open"]).await?;
	assert_eq!((&listed[0]["case"], &listed[0]["job"]), (&opened["case"], &job["job"]));
	let drawn = until_phase(&network, &case, "sealing").await?;
	let members = drawn["rounds"][0]["members"].as_array().context("members")?;
	assert_eq!(members.len(), 3, "{drawn:#}");
	let verified = json(&network, ["case", "verify-draw", &case]).await?;
	let sitting: Vec<&Value> = members.iter().map(|member| &member["mediator"]).collect();
	let draw = &verified["draws"][0];
	assert_eq!(draw["holds"], true);
	assert_eq!(draw["members"].as_array().map(|all| all.iter().collect()), Some(sitting));
	let early = network.assay(["case", "appeal", &case, "-y"]).await?.expect(1);
	assert!(early.stderr.contains("no verdict yet"), "{early}");

	let court = ["case", "appeal", &case, "--court", "-y", "-o", "json"];
	let ruled = network.assay_as(dave, court).await?.expect(0).json()?;
	assert_ne!(ruled["truth"], job["outcome"]["digest"]);
	let closed = json(&network, ["case", "show", &case]).await?;
	assert_eq!((&closed["phase"], &closed["byCourt"]), (&"closed".into(), &true.into()));
	assert_eq!(closed["truth"], ruled["truth"]);

	let shown = json(&network, ["job", "show", &id, "--timeline"]).await?;
	assert_eq!(shown["status"], "failed", "nobody delivered the truth: {shown:#}");
	assert_eq!(amount(&shown["replicas"][0]["slashed"]), stake);
	assert_eq!(shown["case"]["case"], opened["case"]);
	let events = shown["timeline"]["events"].as_array().context("events")?;
	let told = |words: &str| events.iter().any(|it| it["event"].to_string().contains(words));
	for words in
		["agreed on", "opened (challenge)", "had the court run", "slashed", "of the slashes"]
	{
		assert!(told(words), "{words}: {events:#?}");
	}
	assert!(free(&network, "//Bob").await? > before, "who was right has more than before");
	let late = network.assay_as(dave, court).await?.expect(1);
	assert!(late.stderr.contains("is decided"), "{late}");
	network.end()
}

/// What is true is accepted, and not challenged by mistake.
#[tokio::test(flavor = "multi_thread")]
async fn true_result_should_be_accepted_from_the_command_line() -> Result<()> {
	let network = Network::start(&[HONEST]).await?.with_mediators().await?;
	let job = agreed(&network, "1").await?;
	let id = number(&job)?;
	let checked = json(&network, ["job", "check", &id]).await?;
	assert_eq!(checked["holds"], true);
	let refused = network.assay_as(Some("//Bob"), ["job", "challenge", &id, "-y"]).await?.expect(1);
	assert!(refused.stderr.contains("what this machine computes"), "{refused}");
	network.assay_as(Some("//Bob"), ["job", "accept", &id]).await?.expect(2);
	let out = network.dir().join("out").to_string_lossy().into_owned();
	network.assay(["job", "get", &id, "--output-dir", &out]).await?.expect(0);
	network.assay(["job", "accept", &id]).await?.expect(0);
	let ended = network.settle(&id).await?;
	assert_eq!(ended["status"], "settled");
	// Some are audited, which takes longer and ends in the same way.
	let audited = !ended["case"].is_null();
	assert!(audited || ended["endedAt"].as_u64() < job["challengeUntil"].as_u64(), "{ended:#}");
	assert_eq!(ended["outcome"]["digest"], job["outcome"]["digest"]);
	let all = json(&network, ["mediator", "list"]).await?;
	let first = all[0]["account"].as_str().context("mediators of the preset")?.to_string();
	let mediator = json(&network, ["mediator", "status", &first]).await?;
	assert!(mediator["weight"].as_u64() > Some(0), "{mediator:#}");
	network.assay(["mediator", "status"]).await?.expect(1);
	network.end()
}
