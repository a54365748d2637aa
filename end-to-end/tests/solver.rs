//! Orders that travel as statements and over HTTP, and solvers that match them.

use anyhow::{Context, Result};
use assay_client::{
	Signer,
	order::{self, OrderFile},
};
use assay_end_to_end::{HONEST, Network, Solver, arg, waiting::eventually};
use assay_primitives::{
	Hash,
	order::{AnyOrder, OrderId},
	price::Price,
};
use std::{fs, ops::ControlFlow};
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::TcpStream,
};

const WORDSTATS: &str = "examples/dist/wordstats.wasm";
const ALICE: &str = "examples/wordstats/data/alice.txt";

fn path(network: &Network, name: &str) -> String {
	network.dir().join(format!("{name}.order")).to_string_lossy().into_owned()
}

/// A signed request for three replicas of a job.
async fn request(network: &Network, name: &str, more: &[&str]) -> Result<OrderFile> {
	let file = path(network, name);
	let (module, input) = (arg(WORDSTATS), arg(ALICE));
	let mut args = vec!["order", "new", "request", &module, "--input", &input, "--arg", "10"];
	args.extend(["--file", &file]);
	args.extend(more);
	network.assay(args).await?.expect(0);
	network.assay(["order", "sign", &file]).await?.expect(0);
	Ok(order::read_file(&fs::read(&file)?)?)
}

#[tokio::test(flavor = "multi_thread")]
async fn solvers_should_match_what_holds_and_refuse_the_rest() -> Result<()> {
	let network = Network::start(&[HONEST, HONEST, HONEST]).await?.with_mediators().await?;
	for content in [WORDSTATS, ALICE] {
		network.assay(["content", "put", &arg(content)]).await?.expect(0);
	}
	let mut one = Solver::start(&network, 1, &["--no-offers"]).await?;
	resources_should_travel_as_statements(&network, &one).await?;
	request_should_be_matched_from_the_board_and_be_worked_on(&network, &one).await?;
	let two = Solver::start(&network, 2, &["--no-offers"]).await?;
	let used = one_of_two_solvers_should_win(&network, &one, &two).await?;
	what_does_not_hold_should_be_refused(&network, &two, &used).await?;
	request_that_waits_should_be_explained_and_survive_a_restart(&network, &mut one).await?;
	network.end()
}

/// One of each provider, signed by its operator, posted to the nodes and found there by the solver.
async fn resources_should_travel_as_statements(network: &Network, one: &Solver) -> Result<()> {
	for worker in &network.workers {
		let file = path(network, &format!("resource-{}", worker.number));
		let operator = Some(worker.operator.as_str());
		let new = ["order", "new", "resource", "--file", &file, "--volume", "50"];
		let price = ["--price", "0.001", "--gas-price", "0.00001"];
		network.assay_as(operator, new.into_iter().chain(price)).await?.expect(0);
		network.assay_as(operator, ["order", "sign", &file]).await?.expect(0);
		let send = ["order", "send", &file, "--statement", "-o", "json"];
		let sent = network.assay_as(operator, send).await?.expect(0).json()?;
		assert_eq!(sent["sent"][0]["placesBought"], 1, "{sent:#}");
		let again = network.assay_as(operator, send).await?.expect(0).json()?;
		assert_eq!(again["sent"][0]["placesBought"], 0, "it takes its own place");
	}
	one.until_resources(3).await
}

async fn request_should_be_matched_from_the_board_and_be_worked_on(
	network: &Network,
	one: &Solver,
) -> Result<()> {
	let file = request(network, "board", &[]).await?;
	network.assay(["order", "send", &path(network, "board"), "--statement"]).await?.expect(0);
	let outcome = one.outcome(&file.id()).await?;
	assert_eq!(outcome["result"], "matched", "{outcome:#}");
	let deal = outcome["deal"].as_u64().context("a deal")?.to_string();
	// An audit may be drawn, for which there is no committee here.
	let agreed = |job: &serde_json::Value| {
		["agreed", "disputed", "settled"].iter().any(|status| job["status"] == *status)
	};
	let job = network.until(&deal, agreed).await?;
	assert_eq!(job["replicas"].as_array().context("replicas")?.len(), 3);
	println!("from the board to the pool in {} ms", outcome["millis"]);
	Ok(())
}

/// Both get the same request at once. Who is second sees why, and goes on.
async fn one_of_two_solvers_should_win(
	network: &Network,
	one: &Solver,
	two: &Solver,
) -> Result<OrderFile> {
	two.until_resources(3).await?;
	let file = request(network, "race", &[]).await?;
	let (first, second) = tokio::join!(one.endpoint.send(&file), two.endpoint.send(&file));
	first?;
	second?;
	let id = file.id();
	let outcomes = [one.outcome(&id).await?, two.outcome(&id).await?];
	let of = |result: &str| outcomes.iter().filter(|it| it["result"] == result).count();
	assert_eq!((of("matched"), of("lost")), (1, 1), "{outcomes:#?}");
	let lost = outcomes.iter().position(|it| it["result"] == "lost").context("one lost")?;
	assert_eq!(outcomes[lost]["error"], "Market.RequestUsedUp");
	println!("the loser paid a fee: {}", outcomes[lost]["fee"]);
	// It keeps serving.
	let loser = [one, two][lost];
	let next = request(network, "next", &[]).await?;
	loser.endpoint.send(&next).await?;
	let outcome = loser.outcome(&next.id()).await?;
	assert_eq!(outcome["result"], "matched", "{outcome:#}");
	Ok(file)
}

async fn what_does_not_hold_should_be_refused(
	network: &Network,
	solver: &Solver,
	used: &OrderFile,
) -> Result<()> {
	let replayed = solver.refusal(used).await?;
	assert!(replayed.contains("used-up"), "{replayed}");

	let alice = Signer::from_uri("//Alice")?;
	let fresh = request(network, "fresh", &[]).await?;
	let with = |change: &dyn Fn(&mut assay_primitives::order::RequestOrder)| {
		let mut file = fresh.clone();
		let AnyOrder::Request(order) = &mut file.order else { panic!("a request") };
		change(order);
		file
	};
	let tampered = with(&|order| order.request.max_price = Price { base: 1, per_mgas: 1 });
	let refusal = solver.refusal(&tampered).await?;
	assert!(refusal.contains("not-authorized"), "{refusal}");

	let mut expired = with(&|order| order.request.valid_until = 1);
	expired.authorization = Some(order::sign(&expired.order, &expired.genesis, &alice));
	let refusal = solver.refusal(&expired).await?;
	assert!(refusal.contains("expired"), "{refusal}");

	let mut foreign = fresh.clone();
	foreign.genesis = Hash::repeat_byte(7);
	foreign.authorization = Some(order::sign(&foreign.order, &foreign.genesis, &alice));
	let refusal = solver.refusal(&foreign).await?;
	assert!(refusal.contains("wrong-network"), "{refusal}");
	// The same signature, under the name of this network.
	foreign.genesis = fresh.genesis;
	let refusal = solver.refusal(&foreign).await?;
	assert!(refusal.contains("not-authorized"), "{refusal}");

	let mut unsigned = fresh.clone();
	unsigned.authorization = None;
	let refusal = solver.refusal(&unsigned).await?;
	assert!(refusal.contains("not-signed"), "{refusal}");

	let pauper = Signer::from_uri("//Pauper")?;
	let mut poor = with(&|order| order.client = pauper.account());
	poor.authorization = Some(order::sign(&poor.order, &poor.genesis, &pauper));
	let refusal = solver.refusal(&poor).await?;
	assert!(refusal.contains("payer-too-poor"), "{refusal}");

	for (body, status) in
		[("{}".to_string(), "400"), ("x".repeat(300 * 1024), "413"), ("[".repeat(5_000), "400")]
	{
		assert_eq!(post(&solver.url, &body).await?, status);
	}
	let health = solver.endpoint.get("health").await?;
	assert_eq!(health["state"], "ok", "it still serves");
	Ok(())
}

/// Status of an answer to a body.
async fn post(url: &str, body: &str) -> Result<String> {
	let host = url.strip_prefix("http://").context("an HTTP URL")?;
	let mut stream = TcpStream::connect(host).await?;
	let head = format!(
		"POST /v1/orders HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
		body.len()
	);
	stream.write_all(head.as_bytes()).await?;
	// It may answer and hang up before it has read a body that is too long.
	let _ = stream.write_all(body.as_bytes()).await;
	let mut answer = [0u8; 12];
	stream.read_exact(&mut answer).await?;
	Ok(String::from_utf8_lossy(&answer[9..]).into_owned())
}

async fn request_that_waits_should_be_explained_and_survive_a_restart(
	network: &Network,
	one: &mut Solver,
) -> Result<()> {
	let stingy = request(network, "stingy", &["--max-price", "1p"]).await?;
	let id: OrderId = stingy.id();
	let file = path(network, "stingy");
	network.assay(["order", "send", &file, "--solver", &one.url]).await?.expect(0);
	let why = network.assay(["order", "why-not", &file, "--solver", &one.url]).await?.expect(0);
	assert!(why.stdout.contains("price"), "{why}");
	let why = one.endpoint.why_not(&id).await?;
	assert_eq!((&why["fits"], &why["left"]), (&0.into(), &1.into()), "{why:#}");
	assert_eq!(why["unfit"].as_array().context("a list")?.len(), 3);
	let shown = one.endpoint.get(&format!("v1/orders/{id:?}")).await?;
	assert_eq!(shown["kind"], "request");
	let export = one.endpoint.get("v1/book").await?;
	assert!(export["orders"].as_array().context("a list")?.len() >= 4, "{export:#}");

	one.stop().await?;
	one.restart(network).await?;
	eventually(&network.chain, "request after the restart", async || {
		Ok(match one.endpoint.get(&format!("v1/orders/{id:?}")).await {
			Ok(_) => ControlFlow::Break(()),
			Err(error) => ControlFlow::Continue(error.to_string()),
		})
	})
	.await
}
