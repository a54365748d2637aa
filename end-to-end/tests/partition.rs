//! A partition of four validators, two and two, with jobs on both sides, and what is left of them when
//! it has healed.

use anyhow::{Context, Result, bail, ensure};
use assay_client::{Head, Signer, units};
use assay_end_to_end::{arg, partition::Partition};
use serde_json::Value;
use std::{
	collections::BTreeSet,
	env, fs,
	path::{Path, PathBuf},
	process::Stdio,
	sync::{Arc, Mutex},
	time::Duration,
};
use tokio::{
	io::{AsyncBufReadExt, AsyncReadExt, BufReader},
	process::{Child, Command},
	task::JoinHandle,
};

/// Variable that says with `1` that this is not tested where it can't be.
const SKIP: &str = "ASSAY_SKIP_PARTITION";
const WORDSTATS: &str = "examples/dist/wordstats.wasm";
/// Providers on each side.
const EACH: usize = 3;
/// One slot for each job that is open at a time, on both forks.
const CONFIG: &str = "[capacity]\nslots = 24\nmax_concurrent_jobs = 1\n";
/// Machines whose nodes clients of either side ask.
const SIDES: [usize; 2] = [0, 2];
/// Blocks that each replica is given: longer than everything here takes.
const RUN_BLOCKS: u32 = 100;
/// Blocks by which both sides grow apart at least.
const APART: u32 = 5;
/// Exit code and code of a deal that can't come back.
const REFUSED: i32 = 4;
const LOST: &str = "E-0314";

/// A client that waits for its job.
struct Client {
	suri: String,
	side: usize,
	input: PathBuf,
	outputs: PathBuf,
	child: Child,
	/// Lines that it has told so far.
	told: Arc<Mutex<Vec<String>>>,
	telling: JoinHandle<()>,
}

/// How a client ended.
struct Ended {
	suri: String,
	address: String,
	code: i32,
	told: String,
	job: Option<Value>,
	input: PathBuf,
	outputs: PathBuf,
}

impl Client {
	/// Submits a job of all providers, whose input is like no other client's.
	async fn start(network: &Partition, side: usize, suri: &str, name: &str) -> Result<Self> {
		let input = network.dir().join(format!("{}.txt", suri.trim_start_matches('/')));
		fs::write(&input, format!("nobody but {suri} asks what this says\n").repeat(200))?;
		let outputs = network.dir().join(format!("outputs-{name}"));
		let mut command = network.assay(SIDES[side], suri);
		command.args(["job", "run", &arg(WORDSTATS), "--arg", "10"]);
		command.arg("--input").arg(&input).arg("--output-dir").arg(&outputs);
		// All are drawn on both sides, so each of them seals for deals of the same number on one fork
		// and has to seal for another's on the other.
		let all = (2 * EACH).to_string();
		command.args([
			"--replicas",
			&all,
			"--required",
			"4",
			"--run-blocks",
			&RUN_BLOCKS.to_string(),
		]);
		// The same seed: a job that is submitted twice is the same job.
		command.args(["--seed", &format!("0x{}", "07".repeat(32)), "--max-price", "1"]);
		command.args(["--gas", "500M", "--wait", "--timeout", "1800s", "-o", "json"]);
		let mut command = Command::from(command);
		command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
		let mut child = command.spawn()?;
		let told = Arc::new(Mutex::new(Vec::new()));
		let (lines, errors) = (told.clone(), child.stderr.take().context("it is piped")?);
		let telling = tokio::spawn(async move {
			let mut read = BufReader::new(errors).lines();
			while let Ok(Some(line)) = read.next_line().await {
				lines.lock().expect("nobody panics with it").push(line);
			}
		});
		let suri = suri.into();
		Ok(Self { suri, side, input, outputs, child, told, telling })
	}

	fn told(&self) -> Vec<String> {
		self.told.lock().expect("nobody panics with it").clone()
	}

	/// Number that the job had at first.
	async fn submitted(&mut self) -> Result<u64> {
		loop {
			let number =
				self.told().iter().find_map(|line| line.strip_prefix("job ")?.parse().ok());
			if let Some(number) = number {
				return Ok(number);
			}
			let ended = self.child.try_wait()?;
			ensure!(
				ended.is_none(),
				"{} ends with {ended:?}:\n{}",
				self.suri,
				self.told().join("\n")
			);
			tokio::time::sleep(Duration::from_millis(200)).await;
		}
	}

	async fn end(mut self) -> Result<Ended> {
		let mut answer = String::new();
		let mut stdout = self.child.stdout.take().context("it is piped")?;
		stdout.read_to_string(&mut answer).await?;
		let code = self.child.wait().await?.code().unwrap_or(255);
		let _ = (&mut self.telling).await;
		let address = units::format_account(&Signer::from_uri(&self.suri)?.account());
		let (told, job) = (self.told().join("\n"), serde_json::from_str(&answer).ok());
		Ok(Ended {
			suri: self.suri,
			address,
			code,
			told,
			job,
			input: self.input,
			outputs: self.outputs,
		})
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_should_be_lost_by_either_side_when_a_partition_has_healed() -> Result<()> {
	let mut network = match Partition::start(EACH, CONFIG).await? {
		Ok(network) => network,
		Err(why) if env::var_os(SKIP).is_some_and(|value| value == "1") => {
			eprintln!("a partition is not tested here, as {SKIP} says: {why}");
			return Ok(());
		},
		Err(why) => bail!(
			"a partition can't be tested here, which takes root and the right to make network \
			 namespaces: {why}; {SKIP}=1 leaves it out"
		),
	};
	let bonds = bonds(&network).await?;
	network.wires.cut()?;
	let mut clients = submit(&mut network).await?;
	let mut numbers = Vec::new();
	for client in &mut clients {
		numbers.push(client.submitted().await?);
	}
	println!("submitted on both sides: {numbers:?}");
	let different: BTreeSet<u64> = numbers.iter().copied().collect();
	assert!(different.len() < numbers.len(), "no number means two deals: {numbers:?}");
	for (client, number) in clients.iter().zip(&numbers) {
		sealed(&mut network, SIDES[client.side], *number).await?;
	}
	heal(&mut network).await?;

	let mut ended = Vec::new();
	for client in clients {
		ended.push(client.end().await?);
	}
	own_or_lost(&network, &ended).await?;
	let moved = ended.iter().filter(|it| it.told.contains("the chain re-organised")).count();
	assert!(moved > 0, "nothing was undone, so nothing was tested");
	providers_should_have_lost_nothing(&mut network, &bonds).await?;
	let (sum, issuance) = network.issued(0).await?;
	assert_eq!(sum, issuance, "all balances together");
	network.end();
	Ok(())
}

/// Jobs on both sides, one of them twice by the same client.
async fn submit(network: &mut Partition) -> Result<Vec<Client>> {
	let mut clients = Vec::new();
	for (side, suri, name) in [(0, "//Eve", "left"), (1, "//Ferdie", "right")] {
		clients.push(Client::start(network, side, suri, name).await?);
	}
	for client in &mut clients {
		client.submitted().await?;
	}
	for (side, suri, name) in [(0, "//Eve", "left-again"), (1, "//Dave", "right-too")] {
		clients.push(Client::start(network, side, suri, name).await?);
	}
	Ok(clients)
}

/// Waits until the providers of a side have sealed for a deal of its fork.
async fn sealed(network: &mut Partition, machine: usize, deal: u64) -> Result<()> {
	let first = network.head(machine, Head::Best).await?;
	let mut head = first;
	loop {
		let job = network.ask(machine, &["job", "describe", &deal.to_string()]).await?;
		let replicas = job.as_ref().and_then(|job| job["replicas"].as_array());
		let sealed = |replica: &&Value| replica["state"] == "sealed";
		if replicas.map_or(0, |all| all.iter().filter(sealed).count()) >= EACH {
			return Ok(());
		}
		ensure!(head < first + RUN_BLOCKS, "not all on a side seal for deal {deal}: {job:#?}");
		head = network.advance(machine, Head::Best, head + 1).await?;
	}
}

/// Lets both sides grow apart, joins them, and waits until all have the same final blocks.
async fn heal(network: &mut Partition) -> Result<()> {
	let mut highest = 0;
	for side in SIDES {
		let head = network.head(side, Head::Best).await?;
		highest = highest.max(network.advance(side, Head::Best, head + APART).await?);
	}
	let common = network.head(SIDES[0], Head::Finalized).await?;
	ensure!(
		network.hash(SIDES[0], highest).await? != network.hash(SIDES[1], highest).await?,
		"the sides are still joined"
	);
	network.wires.join()?;
	let mut ends = BTreeSet::new();
	for machine in 0..network.wires.machines.len() {
		network.advance(machine, Head::Finalized, highest + 1).await?;
		ends.insert(network.hash(machine, highest).await?);
	}
	ensure!(ends.len() == 1, "there are several final chains: {ends:?}");
	println!("final up to {common} when they were joined, and beyond {highest} afterwards");
	Ok(())
}

/// Each client has its own result, or is told that its deal is lost and has its money.
async fn own_or_lost(network: &Partition, ended: &[Ended]) -> Result<()> {
	let mut jobs = BTreeSet::new();
	for client in ended {
		let Ended { suri, address, code, told, .. } = client;
		println!("{suri}: exit code {code}\n{told}\n");
		if *code == REFUSED {
			assert!(told.contains(LOST), "{suri}:\n{told}");
			continue;
		}
		assert_eq!(*code, 0, "{suri}:\n{told}");
		let job = client.job.as_ref().context("a job")?;
		assert_eq!(job["client"], address.as_str(), "{job:#}");
		let number = job["job"].as_str().context("a number")?.to_owned();
		let shown = network.ask(0, &["job", "describe", &number]).await?.context("it is there")?;
		assert_eq!(shown["taskHash"], job["taskHash"], "{shown:#}");
		assert!(jobs.insert(number), "{suri} was given a result twice: {job:#}");
		assert_is_of(&client.outputs, &client.input)?;
	}
	for client in ended.iter().filter(|client| client.code == REFUSED) {
		let args = ["account", "balance", &client.address];
		let balance = network.ask(0, &args).await?.context("an account")?;
		let holds = balance["holds"].as_array().context("a list")?;
		let owns = ended.iter().any(|other| other.suri == client.suri && other.code == 0);
		let nothing = holds.iter().all(|hold| hold["pallet"] != "Deals");
		assert!(owns || nothing, "{}: {balance:#}", client.suri);
	}
	Ok(())
}

/// The words of an input that no other has are among those that were counted.
fn assert_is_of(outputs: &Path, input: &Path) -> Result<()> {
	let words = fs::read_to_string(outputs.join("out/words.csv"))?.to_lowercase();
	let text = fs::read_to_string(input)?.to_lowercase();
	let line = text.lines().next().context("a line")?;
	for word in line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
		assert!(words.contains(word), "{} says nothing of {word}:\n{words}", outputs.display());
	}
	Ok(())
}

/// Bonds of the providers, free and at risk.
async fn bonds(network: &Partition) -> Result<Vec<u128>> {
	let mut bonds = Vec::new();
	for provider in &network.providers {
		let args = ["provider", "show", &provider.address()?];
		let shown = network.ask(0, &args).await?.context("it is registered")?;
		let part = |name: &str| -> Result<u128> {
			Ok(shown["bond"][name].as_str().context("an amount")?.parse()?)
		};
		bonds.push(part("free")? + part("locked")?);
	}
	Ok(bonds)
}

/// Nobody was bound by a seal that was made for another deal.
async fn providers_should_have_lost_nothing(
	network: &mut Partition,
	before: &[u128],
) -> Result<()> {
	let mut silent = BTreeSet::new();
	let jobs = network.ask(0, &["deal", "list"]).await?;
	println!("{:#}", jobs.unwrap_or_default());
	for suri in ["//Eve", "//Ferdie", "//Dave"] {
		let address = units::format_account(&Signer::from_uri(suri)?.account());
		let list = network.ask(0, &["job", "list", "--account", &address]).await?;
		for job in list.context("a list")?.as_array().context("a list")? {
			for replica in job["replicas"].as_array().context("replicas")? {
				let said = [&replica["state"], &replica["result"]];
				let is = |word: &str| said.iter().any(|said| *said == word);
				for word in ["did not reveal", "withheld", "was denounced", "denounced", "wrong"] {
					assert!(!is(word), "an honest provider {word}: {job:#}");
				}
				if is("silent") {
					silent.insert(replica["provider"].as_str().context("a name")?.to_owned());
				}
			}
		}
	}
	for (provider, (before, now)) in
		network.providers.iter().zip(before.iter().zip(bonds(network).await?))
	{
		let log = provider.log()?;
		assert!(!log.contains("that this daemon did not make"), "{}", provider.address()?);
		// Who is not reached in time is silent, whatever kept it from that.
		assert!(
			now >= *before || silent.contains(&provider.address()?),
			"it lost {}",
			before - now
		);
	}
	println!("silent: {silent:?}");
	network.check()
}
