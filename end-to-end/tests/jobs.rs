//! What a client meets on a network where everybody is honest.

use anyhow::Result;
use assay_end_to_end::{HONEST, Network, amount, arg, file, free_port, replica};
use std::{fs, path::Path, process::Command};

const WORDSTATS: &str = "examples/dist/wordstats.wasm";
const ALICE: &str = "examples/wordstats/data/alice.txt";

fn run(module: &str, more: &[&str]) -> Vec<String> {
	let mut args: Vec<String> = ["job", "run"].map(Into::into).into();
	args.push(arg(module));
	args.extend(more.iter().map(|more| more.to_string()));
	args.extend(["--max-price", "1", "-o", "json"].map(Into::into));
	args
}

/// Every file below both folders, with the same bytes.
fn assert_same(expected: &Path, found: &Path) {
	let diff = Command::new("diff").arg("-r").arg(expected).arg(found).output().expect("diff runs");
	assert!(diff.status.success(), "{}", String::from_utf8_lossy(&diff.stdout));
}

#[tokio::test(flavor = "multi_thread")]
async fn client_should_get_paid_for_results_and_named_errors_on_an_honest_network() -> Result<()> {
	let network = Network::start(&[HONEST, HONEST, HONEST, HONEST]).await?.with_mediators().await?;
	examples_should_give_what_is_expected(&network).await?;
	large_input_should_travel_in_several_blobs(&network).await?;
	failing_programs_should_be_outcomes(&network).await?;
	refusals_should_be_named_and_cost_nothing(&network).await?;
	second_daemon_should_be_refused(&network).await?;
	network.end()
}

async fn examples_should_give_what_is_expected(network: &Network) -> Result<()> {
	for (app, module, input, args) in [
		("wordstats", WORDSTATS, ALICE, &["--arg", "10"][..]),
		(
			"picture",
			"examples/dist/picture.wasm",
			"examples/picture/data/astronaut.png",
			&["--arg", "resize", "--arg", "256", "--arg", "256"][..],
		),
		("digits", "examples/dist/digits.wasm", "examples/digits/data/held-out.csv", &[][..]),
		("align", "examples/dist/align.wasm", "examples/align/data/pair.fasta", &[][..]),
		("script", "examples/dist/script.wasm", "examples/script/data/stations.js", &[][..]),
	] {
		if !file(module).exists() && std::env::var_os("ASSAY_WITHOUT_C").is_some() {
			println!("{app} is left out: it was not built");
			continue;
		}
		let out = network.dir().join(format!("out-{app}"));
		let (input, out_arg) = (arg(input), out.to_string_lossy().into_owned());
		let mut more = vec!["--input", &input, "--wait", "--accept", "--output-dir", &out_arg];
		more.extend(args);
		let job = network.assay(run(module, &more)).await?.expect(0).json()?;
		assert_same(&file(&format!("examples/{app}/expected")), &out);
		assert_eq!(job["status"], "settled");
		let replicas = job["replicas"].as_array().expect("replicas");
		assert_eq!(replicas.len(), 3);
		let mut earned = 0;
		for replica in replicas {
			assert_eq!(replica["result"], "agreed", "{job:#}");
			assert_eq!(replica["digest"], job["outcome"]["digest"]);
			assert!(amount(&replica["paid"]) > 0);
			earned += amount(&replica["paid"]);
		}
		assert!(amount(&job["paid"]) > earned, "the protocol's fee comes on top");
		assert!(amount(&job["paid"]) <= amount(&job["escrow"]));
		let id = job["job"].as_str().expect("a number");
		let verified =
			network.assay(["job", "verify", id, "-o", "json"]).await?.expect(0).json()?;
		assert_eq!(verified["holds"], true);
		assert_eq!(verified["local"]["digest"], job["outcome"]["digest"]);
		let blocks = job["endedAt"].as_u64().unwrap_or(0) - job["openedAt"].as_u64().unwrap_or(0);
		println!(
			"{app}: {blocks} blocks from opening to settlement, {} gas, run here in {} ms",
			job["outcome"]["gasUsed"], verified["milliseconds"],
		);
	}
	Ok(())
}

async fn large_input_should_travel_in_several_blobs(network: &Network) -> Result<()> {
	let text = fs::read(file(ALICE))?;
	let long = network.dir().join("long.txt");
	fs::write(&long, text.repeat(16))?;
	let input = long.to_string_lossy().into_owned();
	let job = network
		.assay(run(WORDSTATS, &["--input", &input, "--wait", "--accept"]))
		.await?
		.expect(0)
		.json()?;
	let out = network.dir().join("out-long");
	let out = out.to_string_lossy().into_owned();
	let id = job["job"].as_str().expect("a number");
	network.assay(["job", "get", id, "--output-dir", &out]).await?.expect(0);
	assert!(Path::new(&out).join("out/words.csv").is_file());

	let out = network.dir().join("out-of-a-stranger").to_string_lossy().into_owned();
	let get = ["job", "get", id, "--output-dir", &out];
	let refused = network.assay_as(Some("//Eve"), get).await?.expect(1);
	assert!(refused.stderr.contains("not yours") && !Path::new(&out).exists(), "{refused}");
	network.assay_as(Some("//Eve"), ["job", "wait", id]).await?.expect(1);
	network.assay_as(Some("//Eve"), ["job", "wait", id, "--of-anyone"]).await?.expect(0);
	let get = [&get[..], &["--of-anyone"]].concat();
	network.assay_as(Some("//Eve"), get).await?.expect(0);
	Ok(())
}

async fn failing_programs_should_be_outcomes(network: &Network) -> Result<()> {
	// A program that says no: its own exit code, its words on standard error, and it is paid for.
	let out = network.dir().join("out-failed");
	let out_arg = out.to_string_lossy().into_owned();
	let failed = network
		.assay(run(WORDSTATS, &["--arg", "many", "--wait", "--accept", "--output-dir", &out_arg]))
		.await?
		.expect(6)
		.json()?;
	assert_eq!(failed["outcome"]["class"], "Exited(1)");
	assert!(amount(&failed["paid"]) > 0);
	assert!(fs::read_to_string(out.join("stderr"))?.contains("not a number: many"));

	let with = |gas| run(WORDSTATS, &["--input", &arg(ALICE), "--gas", gas, "--wait", "--accept"]);
	// Less than it begins with is refused here.
	network.assay(with("1M")).await?.expect(2);
	let starved = network.assay(with("2M")).await?.expect(6).json()?;
	assert_eq!(starved["outcome"]["class"], "OutOfGas");
	assert_eq!(starved["outcome"]["gasUsed"], 2_000_000);

	// No wasm at all: refused here, and an outcome for those who insist.
	network.assay(run(ALICE, &["--wait", "--accept"])).await?.expect(2);
	let invalid = network
		.assay(run(ALICE, &["--allow-invalid", "--wait", "--accept"]))
		.await?
		.expect(6)
		.json()?;
	assert_eq!(invalid["outcome"]["class"], "ModuleInvalid");
	assert_eq!(invalid["outcome"]["gasUsed"], 0);
	Ok(())
}

async fn refusals_should_be_named_and_cost_nothing(network: &Network) -> Result<()> {
	let balance = ["account", "balance", "-o", "json"];
	let before = network.assay(balance).await?.expect(0).json()?;
	let job = |more: &[&str]| {
		let mut args: Vec<String> = ["job", "run"].map(Into::into).into();
		args.push(arg(WORDSTATS));
		args.extend(more.iter().map(|more| more.to_string()));
		args
	};
	let cheap = network.assay(job(&["--max-price", "1p"])).await?.expect(5);
	assert!(cheap.stderr.contains("price"), "{cheap}");
	let hungry = network.assay(job(&["--gas", "40G", "--memory", "100000"])).await?;
	assert!([2, 5].contains(&hungry.code), "{hungry}");
	let many = network.assay(job(&["--replicas", "7", "--max-price", "1"])).await?.expect(5);
	assert!(many.stderr.contains("7 are needed"), "{many}");
	network.assay(job(&["--required", "9"])).await?.expect(2);
	network.assay(["job", "run", "missing.wasm"]).await?.expect(2);
	network.assay(["job", "describe", "4000000"]).await?.expect(1);
	network.assay(["job", "get", "x"]).await?.expect(2);

	let poor = network.assay_as(Some("//Pauper"), job(&["--max-price", "1"])).await?.expect(9);
	assert!(poor.stderr.contains("needs"), "{poor}");

	let wrong = format!("0x{}", "11".repeat(32));
	let foreign = network.assay(["provider", "list", "--genesis", &wrong]).await?.expect(3);
	assert!(foreign.stderr.contains("serves the chain"), "{foreign}");
	let nobody = format!("ws://127.0.0.1:{}", free_port()?);
	network.assay(["provider", "list", "--node-url", &nobody]).await?.expect(3);

	// A network on ports that are in use says so, and leaves the one that runs alone.
	let port = network.node.url.rsplit(':').next().unwrap_or_default().to_string();
	let other = network.dir().join("other-net").to_string_lossy().into_owned();
	let second =
		network.assay(["net", "up", "--rpc-port", &port, "--base-path", &other]).await?.expect(1);
	assert!(second.stderr.contains(&format!("port {port} can't be used")), "{second}");

	let after = network.assay(balance).await?.expect(0).json()?;
	assert_eq!(before["held"], after["held"]);
	assert_eq!(before["free"], after["free"], "a refused job costs nothing");
	Ok(())
}

async fn second_daemon_should_be_refused(network: &Network) -> Result<()> {
	let worker = &network.workers[0];
	let mut command = worker.command(&network.programs, &worker.dir);
	command.args(["run", "--http-listen", &format!("127.0.0.1:{}", free_port()?)]);
	let second = assay_end_to_end::Outcome::of(command.into()).await?;
	assert_ne!(second.code, 0, "{second}");
	let mut command = worker.command(&network.programs, &network.dir().join("foreign"));
	command.args(["run", "--genesis", &format!("0x{}", "22".repeat(32))]);
	let foreign = assay_end_to_end::Outcome::of(command.into()).await?;
	assert_ne!(foreign.code, 0, "{foreign}");
	assert!(format!("{foreign}").contains("chain"), "{foreign}");

	// The first one still works.
	let job = network
		.assay(run(WORDSTATS, &["--input", &arg(ALICE), "--replicas", "4", "--wait", "--accept"]))
		.await?
		.expect(0)
		.json()?;
	assert_eq!(replica(&job, worker)?["result"], "agreed");
	Ok(())
}
