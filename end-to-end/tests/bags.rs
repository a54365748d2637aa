//! A bag of tasks among three honest providers and a liar, one of which loses its power meanwhile.

use anyhow::{Context, Result};
use assay_end_to_end::{
	HONEST, Misbehave::Lie, Network, amount, arg, file, replica, waiting::pass,
};
use serde_json::Value;
use std::{
	fs,
	path::{Path, PathBuf},
	process::Command,
};

const WORDSTATS: &str = "examples/dist/wordstats.wasm";
const ALICE: &str = "examples/wordstats/data/alice.txt";
const TASKS: usize = 32;
const CONFIG: &str = "[provider]\nbond = \"1500\"\n[capacity]\nslots = 40\n\
	max_concurrent_jobs = 2\n";

/// Parts of a text, one of them empty and two of them equal.
fn inputs(dir: &Path) -> Result<Vec<PathBuf>> {
	fs::create_dir_all(dir)?;
	let text = fs::read_to_string(file(ALICE))?;
	let lines: Vec<&str> = text.lines().collect();
	let size = lines.len().div_ceil(TASKS - 2);
	let mut parts: Vec<String> = lines.chunks(size).map(|lines| lines.join("\n")).collect();
	parts.truncate(TASKS - 2);
	while parts.len() < TASKS - 1 {
		parts.push(parts[0].clone());
	}
	parts.push(String::new());
	let mut paths = Vec::new();
	for (at, part) in parts.iter().enumerate() {
		let path = dir.join(format!("part-{at:02}.txt"));
		fs::write(&path, part)?;
		paths.push(path);
	}
	Ok(paths)
}

fn text(path: &Path) -> String {
	path.to_string_lossy().into_owned()
}

fn assert_same(expected: &Path, found: &Path) {
	let diff = Command::new("diff").arg("-r").arg(expected).arg(found).output().expect("diff runs");
	assert!(diff.status.success(), "{}", String::from_utf8_lossy(&diff.stdout));
}

/// What each input gives on this machine, in a folder of its position.
async fn expected(network: &Network, paths: &[PathBuf]) -> Result<PathBuf> {
	let dir = network.dir().join("expected");
	fs::create_dir_all(&dir)?;
	for (at, path) in paths.iter().enumerate() {
		let out = text(&dir.join(format!("{at:04}")));
		let module = arg(WORDSTATS);
		let args = ["app", "run", &module, "--input", &text(path), "--arg", "10"];
		let args = args.into_iter().chain(["--output-dir", &out]);
		network.assay(args.map(String::from).collect::<Vec<_>>()).await?.expect(0);
	}
	Ok(dir)
}

fn tasks(bag: &Value) -> &Vec<Value> {
	bag["tasks"].as_array().expect("a bag has tasks")
}

/// Replicas of a provider that are in this state.
fn count(bag: &Value, address: &str, state: &str) -> usize {
	let all = tasks(bag).iter().filter_map(|task| task["replicas"].as_array()).flatten();
	all.filter(|replica| replica["provider"] == address && replica["state"] == state).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn bag_should_be_right_although_one_lies_and_one_is_killed() -> Result<()> {
	let network = Network::start_with(&[HONEST, HONEST, HONEST, Some(Lie)], CONFIG).await?;
	let mut network = network.with_mediators().await?;
	let folder = network.dir().join("inputs");
	let paths = inputs(&folder)?;
	let expected = expected(&network, &paths).await?;

	let folder = text(&folder);
	let module = arg(WORDSTATS);
	let run = ["job", "run", &module, "--inputs", &folder, "--arg", "10", "--gas", "500M"];
	let run = run.into_iter().chain(["--max-price", "1", "-o", "json"]);
	let started = network.assay(run).await?.expect(0).json()?;
	assert_eq!(started["tasks"], TASKS);
	let id = started["job"].as_str().context("a number")?.to_string();

	// Killed as soon as it has sealed some and has others to do.
	let victim = network.workers[0].address()?;
	let bag = network.until(&id, |bag| count(bag, &victim, "sealed") > 0);
	println!("killed after {} seals", count(&bag.await?, &victim, "sealed"));
	network.workers[0].kill();
	pass(&network.chain, 2).await?;
	let programs = network.programs.clone();
	network.workers[0].start(&programs).await?;

	// Wherever the liar was drawn there is a case, which takes its time.
	let decided = |bag: &Value| {
		bag["tally"]["ended"].as_u64().zip(bag["tally"]["disputed"].as_u64()).map(|(a, b)| a + b)
	};
	let bag = network.until(&id, |bag| decided(bag) == Some(TASKS as u64)).await?;
	let doubted = check(&network, &bag)?;
	let blocks = |name: &str| {
		let all = tasks(&bag).iter().filter_map(|task| task[name].as_u64());
		(all.clone().min(), all.max())
	};
	println!("opened {:?}, ended {:?}", blocks("openedAt").0, blocks("endedAt"));

	if doubted > 0 {
		// They go on, and the command says so.
		let wait = ["job", "wait", &id, "--settled", "--timeout", "1s", "-o", "json"];
		network.assay(wait).await?.expect(8);
	} else {
		network.assay(["job", "wait", &id]).await?.expect(0);
	}
	outputs_should_be_fetched(&network, &id, &expected, &bag).await?;

	let empty = &tasks(&bag)[TASKS - 1];
	if empty["outcome"].is_object() {
		let one = format!("{id}/{}", TASKS - 1);
		let verified = network.assay(["job", "verify", &one, "-o", "json"]).await?.expect(0);
		assert_eq!(verified.json()?["holds"], true, "the empty input");
	}
	let verified = network.assay(["job", "verify", &id, "-o", "json"]).await?.expect(0).json()?;
	assert_eq!(verified["holds"], true);
	assert_eq!(verified["tasks"].as_array().map(Vec::len), Some(TASKS));
	network.end()
}

async fn outputs_should_be_fetched(
	network: &Network,
	id: &str,
	expected: &Path,
	bag: &Value,
) -> Result<()> {
	// A result in doubt is one all the same.
	let settled: Vec<usize> =
		(0..TASKS).filter(|at| tasks(bag)[*at]["outcome"].is_object()).collect();
	let code = if settled.len() == TASKS { 0 } else { 1 };
	let out = network.dir().join("out");
	let get = ["job", "result", id, "--all", "--output-dir", &text(&out)].map(String::from);
	network.assay(get.clone()).await?.expect(code);
	for at in &settled {
		let folder = format!("{at:04}");
		assert_same(&expected.join(&folder), &out.join(&folder));
	}
	let index: Value = serde_json::from_slice(&fs::read(out.join("tasks.json"))?)?;
	assert_eq!(index[settled[0]]["folder"], format!("{:04}", settled[0]));

	// What is there is left alone, what is missing comes again.
	let [kept, lost] = [settled[0], settled[1]].map(|at| out.join(format!("{at:04}")));
	fs::write(kept.join("mark"), "mine")?;
	fs::remove_dir_all(&lost)?;
	network.assay(get).await?.expect(code);
	assert!(kept.join("mark").exists());
	assert_same(&expected.join(format!("{:04}", settled[1])), &lost);
	Ok(())
}

/// All tasks are settled, or in doubt where the liar was drawn or an audit; nobody honest lost anything, and the liar
/// its stake wherever it was judged already. Gives the number of tasks that are in doubt.
fn check(network: &Network, bag: &Value) -> Result<usize> {
	let doubted = bag["tally"]["disputed"].as_u64().unwrap_or(0) as usize;
	assert_eq!(bag["tally"]["succeeded"], TASKS - doubted, "{}", bag["tally"]);
	let (honest, liar) = network.workers.split_at(3);
	let in_doubt = |task: &&Value| task["status"] == "disputed";
	assert_eq!(tasks(bag).iter().filter(in_doubt).count(), doubted);
	let lies = tasks(bag).iter().filter(|task| replica(task, &liar[0]).is_ok()).count();
	for task in tasks(bag).iter().filter(|task| !in_doubt(task)) {
		assert_eq!(task["status"], "settled");
		for worker in honest {
			let Ok(replica) = replica(task, worker) else { continue };
			assert_eq!(replica["result"], "agreed", "{task:#}");
			assert!(amount(&replica["paid"]) > 0 && amount(&replica["slashed"]) == 0);
		}
		if let Ok(replica) = replica(task, &liar[0]) {
			assert_eq!(replica["result"], "wrong");
			assert_eq!(amount(&replica["slashed"]), amount(&task["stake"]));
		}
	}
	assert!(lies > 0, "the liar was drawn for none of {TASKS} tasks");
	println!("the liar was drawn {lies} times, {doubted} tasks are in doubt");
	Ok(doubted)
}
