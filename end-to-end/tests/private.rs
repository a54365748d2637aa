//! A job whose input nobody sees but the client and who has to run it.

use anyhow::{Context, Result};
use assay_client::{
	content::content_cid_text,
	private::{SealedInput, sealed_size},
};
use assay_end_to_end::{
	HONEST, Network, Outcome, Worker, amount, arg, file, replica,
	waiting::{eventually, pass},
};
use assay_primitives::{content::ContentRef, deal::single};
use serde_json::Value;
use std::{
	fs,
	ops::ControlFlow,
	os::unix::fs::PermissionsExt,
	path::{Path, PathBuf},
	process::Command,
};

const WORDSTATS: &str = "examples/dist/wordstats.wasm";
const ALICE: &str = "examples/wordstats/data/alice.txt";
/// In the input once, and as these words in a row in no output.
const SECRET: &str = "the heron keeps its ledger under seal";

fn job(input: &Path, more: &[&str]) -> Vec<String> {
	let mut args: Vec<String> = ["job", "run"].map(Into::into).into();
	args.push(arg(WORDSTATS));
	args.extend(["--input".into(), input.to_string_lossy().into_owned()]);
	args.extend(["--private", "--arg", "10", "--max-price", "1", "-o", "json"].map(Into::into));
	args.extend(more.iter().map(|more| more.to_string()));
	args
}

#[tokio::test(flavor = "multi_thread")]
async fn private_job_should_give_the_right_result_and_show_its_ciphertext_alone() -> Result<()> {
	let network = Network::start(&[HONEST, HONEST, HONEST, HONEST]).await?.with_mediators().await?;
	let text = format!("{}\n{SECRET}.\n", fs::read_to_string(file(ALICE))?);
	let input = network.dir().join("input.txt");
	fs::write(&input, &text)?;
	let (public, private) = (network.dir().join("public"), network.dir().join("private"));
	let (public_arg, private_arg) = (public.to_string_lossy(), private.to_string_lossy());

	let private_job = {
		let more = ["--wait", "--settled", "--output-dir", &private_arg];
		network.assay(job(&input, &more)).await?
	};
	let described = private_job.expect(0).json()?;
	assert_eq!(described["status"], "settled");
	assert_eq!(described["outcome"]["class"], "Exited(0)");
	// Before the same input is used in public: from then on everybody may have it.
	plaintext_should_be_nowhere(&network, &described, text.as_bytes()).await?;
	only_the_drawn_should_have_had_the_key(&network, &described).await?;
	client_alone_should_be_able_to_verify(&network, &described).await?;
	timeline_and_accounts_should_tell_who_was_paid(&network, &described).await?;
	key_should_be_handed_over_later_by_another_command(&network, &input).await?;
	key_file_should_sign_with_its_passphrase_only(&network).await?;
	request_should_go_from_a_description_to_a_deal(&network).await?;
	groups_and_bonds_should_live_and_end(&network).await?;

	let mut args = job(&input, &["--wait", "--output-dir", &public_arg]);
	args.retain(|arg| arg != "--private");
	let public_job = network.assay_when_free(&args).await?.expect(0).json()?;
	let diff = Command::new("diff").arg("-r").arg(&public).arg(&private).output()?;
	assert!(diff.status.success(), "{}", String::from_utf8_lossy(&diff.stdout));
	// Not the gas: each job has a seed of its own, and with it the order in which its tables hash.
	for field in ["outputRoot", "outputs"] {
		assert_eq!(public_job["outcome"][field], described["outcome"][field], "{field}");
	}
	network.end()
}

fn id(job: &Value) -> &str {
	job["job"].as_str().expect("a number")
}

/// What the request says of its sealed input.
async fn marker(network: &Network, job: &Value) -> Result<SealedInput> {
	let view = network.chain.at_best().await?.task(single(id(job).parse()?)).await?;
	let request = view.context("the job is on the chain")?.deal.request;
	SealedInput::of(&request)?.context("its input is private")
}

/// Status of a block at a provider, and the block.
async fn block(worker: &Worker, content: &ContentRef) -> Result<(String, Vec<u8>)> {
	let url = format!("{}/ipfs/{}?format=raw", worker.url()?, content_cid_text(content));
	let out = tokio::process::Command::new("curl")
		.args(["-s", "-w", "\n%{http_code}", &url])
		.output()
		.await?;
	let at = out.stdout.iter().rposition(|byte| *byte == b'\n').context("curl tells a status")?;
	let status = String::from_utf8_lossy(&out.stdout[at + 1..]).into_owned();
	Ok((status, out.stdout[..at].to_vec()))
}

fn files_below(dir: &Path) -> Result<Vec<PathBuf>> {
	let mut found = Vec::new();
	for entry in fs::read_dir(dir)? {
		let path = entry?.path();
		match path.is_dir() {
			true => found.extend(files_below(&path)?),
			false => found.push(path),
		}
	}
	Ok(found)
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
	bytes.windows(part.len()).any(|window| window == part)
}

async fn plaintext_should_be_nowhere(network: &Network, job: &Value, text: &[u8]) -> Result<()> {
	let marker = marker(network, job).await?;
	assert_eq!(marker.plain, ContentRef::of(text), "the task names the plaintext");
	assert_eq!(Some(marker.sealed.size), sealed_size(text.len() as u64));
	let mut holders = 0;
	for worker in &network.workers {
		assert_eq!(block(worker, &marker.plain).await?.0, "404");
		let (status, bytes) = block(worker, &marker.sealed).await?;
		if status == "200" {
			holders += 1;
			assert_eq!(ContentRef::of(&bytes), marker.sealed);
			assert!(!contains(&bytes, SECRET.as_bytes()));
		}
		for path in files_below(&worker.dir)? {
			let leaks = contains(&fs::read(&path)?, SECRET.as_bytes());
			assert!(!leaks, "the plaintext is in {}", path.display());
		}
	}
	assert!(holders >= 3, "those who ran it fetched the ciphertext");
	// The chain has the ciphertext, and has never had the plaintext.
	assert!(network.chain.published_block(&marker.sealed.hash).await?.is_some());
	assert_eq!(network.chain.published_block(&marker.plain.hash).await?, None);
	Ok(())
}

async fn only_the_drawn_should_have_had_the_key(network: &Network, job: &Value) -> Result<()> {
	for worker in &network.workers {
		let log = fs::read_to_string(worker.log())?;
		let had = log.contains("the key of a private input is here");
		assert_eq!(had, replica(job, worker).is_ok(), "provider {}", worker.number);
		// It goes when the run is written down.
		let keys = worker.dir.join("inputs");
		eventually(&network.chain, "end of the keys", async || {
			Ok(match keys.exists() && fs::read_dir(&keys)?.next().is_some() {
				true => ControlFlow::Continue(format!("one in {}", keys.display())),
				false => ControlFlow::Break(()),
			})
		})
		.await?;
	}
	// Who has no business in it gets nothing taken.
	let worker = &network.workers[0];
	let url = format!("{}/v1/tasks/{}/0/key", worker.url()?, id(job));
	for (body, status) in [("x".repeat(189), "404"), ("x".repeat(100_000), "422")] {
		let out = Outcome::of({
			let mut curl = tokio::process::Command::new("curl");
			curl.args(["-s", "-o", "/dev/null", "-w", "%{http_code}", "-d", &body, &url]);
			curl
		});
		assert_eq!(out.await?.stdout, status);
	}
	Ok(())
}

async fn client_alone_should_be_able_to_verify(network: &Network, job: &Value) -> Result<()> {
	let verified =
		network.assay(["job", "verify", id(job), "-o", "json"]).await?.expect(0).json()?;
	assert_eq!(verified["holds"], true);
	let stranger = network.dir().join("stranger");
	let mut command = tokio::process::Command::new(&network.programs.assay);
	command
		.args(["job", "verify", id(job), "-o", "json"])
		.env("ASSAY_NODE_URL", &network.node.url)
		.env("XDG_CACHE_HOME", stranger.join("cache"))
		.env("XDG_DATA_HOME", stranger.join("data"));
	let refused = Outcome::of(command).await?.expect(2);
	assert!(refused.stderr.contains("private"), "{refused}");
	Ok(())
}

async fn timeline_and_accounts_should_tell_who_was_paid(
	network: &Network,
	job: &Value,
) -> Result<()> {
	let shown = network.assay(["deal", "show", id(job), "-o", "json"]).await?.expect(0).json()?;
	let events: Vec<&str> = shown["timeline"]
		.as_array()
		.context("a timeline")?
		.iter()
		.filter_map(|moment| moment["event"].as_str())
		.collect();
	let count = |name: &str| events.iter().filter(|event| **event == name).count();
	for (name, times) in [
		("matched", 1),
		("opened", 1),
		("drawn", 1),
		("sealed", 3),
		("revealed", 3),
		("settled", 1),
	] {
		assert_eq!(count(name), times, "{name}: {shown:#}");
	}
	assert!(count("paid") >= 3 && count("returned") >= 1, "{shown:#}");
	assert_eq!(shown["missingBlocks"], 0);
	let position = |name: &str| events.iter().position(|event| *event == name);
	assert!(position("opened") < position("drawn") && position("drawn") < position("sealed"));
	assert!(position("revealed") < position("settled"));

	let worker = network.workers.iter().find(|worker| replica(job, worker).is_ok());
	let worker = worker.context("somebody was drawn")?;
	let account =
		network.assay(["account", &worker.address()?, "-o", "json"]).await?.expect(0).json()?;
	assert_eq!(account["earnings"]["replicas"], replica(job, worker)?["paid"]);
	assert_eq!(amount(&account["earnings"]["lost"]), 0);
	assert!(amount(&account["provider"]["bond"]["all"]) > 0);
	let human = network.assay(["deal", "show", id(job)]).await?.expect(0);
	assert!(human.stdout.contains("revealed"), "{human}");
	network.assay(["account", &worker.address()?]).await?.expect(0);
	Ok(())
}

async fn key_should_be_handed_over_later_by_another_command(
	network: &Network,
	input: &Path,
) -> Result<()> {
	// Gives up at once; the job waits for its key.
	let started = network.assay(job(input, &["--timeout", "0s"])).await?.expect(8).json()?;
	let id = id(&started).to_string();
	pass(&network.chain, 3).await?;
	network.assay(["job", "serve-key", &id, "--timeout", "1200s"]).await?.expect(0);
	let ended = network.until(&id, |job| job["status"] != "open").await?;
	assert!(["agreed", "settled"].contains(&ended["status"].as_str().unwrap_or("")), "{ended:#}");
	Ok(())
}

async fn key_file_should_sign_with_its_passphrase_only(network: &Network) -> Result<()> {
	let write = |name: &str, text: &str| -> Result<String> {
		let path = network.dir().join(name);
		fs::write(&path, text)?;
		fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
		Ok(path.to_string_lossy().into_owned())
	};
	let (secret, right) = (write("secret", "//Ferdie\n")?, write("right", "correct horse\n")?);
	let wrong = write("wrong", "another horse\n")?;
	let import = ["key", "import", "ferdie", "--secret-file", &secret, "--passphrase-file", &right];
	let account = network.assay(import).await?.expect(0).stdout;
	let key = ["account", "balance", "-o", "json", "--key", "ferdie", "--passphrase-file"];
	let with = |file: &str| {
		network.assay(key.into_iter().chain([file]).map(str::to_owned).collect::<Vec<_>>())
	};
	assert_eq!(with(&right).await?.expect(0).json()?["account"], account.trim());
	let refused = with(&wrong).await?.expect(2);
	assert!(refused.stderr.contains("passphrase is wrong"), "{refused}");
	network.assay(["account", "balance", "--key", "nobody"]).await?.expect(2);
	let named = network.assay(["account", "balance", "-o", "json", "--key", "//Ferdie"]).await?;
	assert_eq!(named.expect(0).json()?["account"], account.trim());
	Ok(())
}

async fn request_should_go_from_a_description_to_a_deal(network: &Network) -> Result<()> {
	let description = network.dir().join("request.toml");
	let module = arg(WORDSTATS);
	let text = format!("module = {module:?}\nreplicas = 3\nmax-price = \"1\"\narg = [\"5\"]\n");
	fs::write(&description, text)?;
	let order = network.dir().join("request.json").to_string_lossy().into_owned();
	let description = description.to_string_lossy().into_owned();
	network.assay(["request", "from", &description, "--file", &order]).await?.expect(0);
	// Not signed by anybody else than whom it names.
	network.assay_as(Some("//Bob"), ["request", "sign", &order]).await?.expect(2);
	network.assay(["request", "sign", &order]).await?.expect(0);
	let shown = network.assay(["request", "show", &order]).await?.expect(0);
	assert!(shown.stdout.contains("volume: 1"), "{shown}");
	network.assay(["request", "send", &order, "--dry-run"]).await?.expect(0);
	let sent = ["request", "send", &order, "-o", "json"];
	let sent = network.assay_as(Some("//Bob"), sent).await?.expect(0).json()?;
	let deal = sent["deal"].to_string();
	let shown = network.assay(["deal", "show", &deal, "-o", "json"]).await?.expect(0).json()?;
	assert_eq!(shown["timeline"][0]["event"], "opened", "{shown:#}");
	let listed = network.assay(["deal", "list", "-o", "json"]).await?.expect(0).json()?;
	assert_eq!(listed[0]["deal"], sent["deal"], "{listed:#}");
	// Used up, so nobody can send it again.
	network.assay(["request", "send", &order]).await?.expect(5);
	Ok(())
}

async fn groups_and_bonds_should_live_and_end(network: &Network) -> Result<()> {
	let group = "3";
	network.assay(["group", "create", group]).await?.expect(0);
	network.assay(["group", "create", group]).await?.expect(4);
	let member = network.workers[0].address()?;
	network.assay(["group", "check", group, &member]).await?.expect(1);
	network.assay(["group", "add", group, &member]).await?.expect(0);
	network.assay(["group", "check", group, &member]).await?.expect(0);
	network.assay(["group", "dissolve", group]).await?.expect(4);
	network.assay(["group", "remove", group, &member]).await?.expect(0);
	network.assay(["group", "dissolve", group]).await?.expect(0);

	let bonded =
		network.assay(["publisher", "bond", "20", "-o", "json"]).await?.expect(0).json()?;
	assert_eq!(amount(&bonded["bond"]), 20_000_000_000_000);
	let left = network.assay(["publisher", "unbond", "5", "-o", "json"]).await?.expect(0).json()?;
	assert_eq!(amount(&left["unbonding"][0]["amount"]), 5_000_000_000_000);
	network.assay(["publisher", "withdraw"]).await?.expect(4);
	let account = network.assay(["account", "-o", "json"]).await?.expect(0).json()?;
	assert_eq!(account["publisher"]["unbonding"], "5000000000000");
	Ok(())
}
