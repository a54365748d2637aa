//! Jobs through clients that are not ours. Nothing of assay is known to them but what the node tells.

use anyhow::{Context, Result, ensure};
use assay_end_to_end::{HONEST, Network, arg, file};
use tokio::process::Command;

#[tokio::test(flavor = "multi_thread")]
async fn job_should_go_through_other_clients() -> Result<()> {
	let network = Network::start(&[HONEST, HONEST, HONEST]).await?.with_mediators().await?;
	plain_subxt_should_work(&network).await?;
	javascript_should_work(&network).await?;
	network.end()
}

async fn plain_subxt_should_work(network: &Network) -> Result<()> {
	let mut command = Command::new(network.programs.example("plain_subxt")?);
	command.arg(&network.node.url);
	command.args([arg("examples/dist/wordstats.wasm"), arg("examples/wordstats/data/alice.txt")]);
	let output = command.arg("10").output().await?;
	let said = String::from_utf8_lossy(&output.stdout).into_owned();
	ensure!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
	ensure!(said.contains("Settled") && said.contains("Exited"), "{said}");
	Ok(())
}

/// polkadot.js and PAPI, each committing to the metadata's hash.
async fn javascript_should_work(network: &Network) -> Result<()> {
	let folder = file("end-to-end/javascript");
	let missing = "Node.js 18 and npm are needed; scripts/bootstrap.sh --network installs them";
	let mut install = Command::new("npm");
	// Not `npm ci`: it refuses a lock file without the optional packages of other systems.
	install.args(["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"]);
	install.current_dir(&folder);
	ensure!(
		install.status().await.context(missing)?.success(),
		"npm could not install the clients"
	);
	let mut tests = Command::new("npm");
	tests.arg("test").current_dir(&folder).env("ASSAY_NODE_URL", &network.node.url);
	ensure!(tests.status().await?.success(), "a client failed");
	Ok(())
}
