//! A publisher sells a program and data, at posted prices and by orders, through a solver; and everybody
//! is told why something can't be had.

use anyhow::{Context, Result, ensure};
use assay_client::{Signer, order::read_file, units};
use assay_end_to_end::{HONEST, Network, Outcome, Solver, amount, arg, waiting::reach};
use assay_primitives::MILLI;
use serde_json::Value;
use std::fs;

const WORDSTATS: &str = "examples/dist/wordstats.wasm";
const ALICE: &str = "examples/wordstats/data/alice.txt";
/// Publisher, and who buys its app.
const PUBLISHER: Option<&str> = Some("//Bob");
const HEIR: Option<&str> = Some("//Charlie");
/// Exit code where orders don't make a deal, or too few offers serve a request.
const NO_DEAL: i32 = 5;
/// Exit code of a refused transaction.
const REFUSED: i32 = 4;

/// What is registered.
struct Shop {
	app: String,
	dataset: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn publisher_should_sell_what_it_may_and_nobody_should_get_the_rest() -> Result<()> {
	let network = Network::start(&[HONEST, HONEST, HONEST, HONEST]).await?.with_mediators().await?;
	provider_should_limit_unpaid_work(&network).await?;
	let shop = publish(&network).await?;
	app_should_not_be_had_for_less_than_it_costs(&network, &shop).await?;
	let deal = direct_job_should_pay_the_publisher(&network, &shop).await?;
	callback_should_be_sent_and_paid_once(&network, &deal).await?;
	let order = solver_should_match_the_publishers_order(&network, &shop).await?;
	orders_that_ended_should_be_refused(&network, &shop, &order).await?;
	suspended_app_should_be_refused(&network, &shop).await?;
	app_should_pay_its_new_owner(&network, &shop).await?;
	missing_content_should_be_shown_by_the_client(&network, &deal).await?;
	network.end()
}

fn path(network: &Network, name: &str) -> String {
	network.dir().join(name).to_string_lossy().into_owned()
}

fn address(suri: Option<&str>) -> Result<String> {
	Ok(units::format_account(&Signer::from_uri(suri.context("a key")?)?.account()))
}

/// What an account earned with its apps and datasets, as far back as the node tells.
async fn sales(network: &Network, suri: Option<&str>) -> Result<u128> {
	let address = address(suri)?;
	let account = ["account", &address, "--blocks", "250", "-o", "json"];
	let account = network.assay(account).await?.expect(0).json()?;
	Ok(amount(&account["earnings"]["sales"]))
}

async fn provider_should_limit_unpaid_work(network: &Network) -> Result<()> {
	let worker = &network.workers[0];
	let (stash, operator) = (Some(worker.stash.as_str()), Some(worker.operator.as_str()));
	let limit = ["provider", "limit-exposure", "30", "-o", "json"];
	let refused = network.assay_as(operator, limit).await?.expect(2);
	assert!(refused.stderr.contains("sign with the stash"), "{refused}");
	let set = network.assay_as(stash, limit).await?.expect(0).json()?;
	assert_eq!(set["exposureLimit"], 30, "{set:#}");
	let address = worker.address()?;
	let shown =
		network.assay(["provider", "show", &address, "-o", "json"]).await?.expect(0).json()?;
	assert_eq!(shown["exposureLimit"], 30, "{shown:#}");
	let status = worker.command(&network.programs, &worker.dir);
	let mut status = tokio::process::Command::from(status);
	status.args(["status", "-o", "json"]);
	let status = Outcome::of(status).await?.expect(0).json()?;
	assert_eq!(status["provider"]["exposureLimit"], 30, "{status:#}");

	let (module, input) = (arg(WORDSTATS), arg(ALICE));
	let quote = ["job", "quote", &module, "-i", &input, "-n", "4", "--run-blocks"];
	let quote = |blocks: &'static str| network.assay(quote.into_iter().chain([blocks]));
	quote("30").await?.expect(0);
	let refused = quote("31").await?.expect(NO_DEAL);
	assert!(refused.stderr.contains("takes on no more unpaid work"), "{refused}");
	// The number can be changed at any time, and the limit be lifted while nothing is counted.
	network.assay_as(stash, ["provider", "limit-exposure", "--none"]).await?.expect(0);
	quote("31").await?.expect(0);
	Ok(())
}

async fn publish(network: &Network) -> Result<Shop> {
	let (module, data) = (arg(WORDSTATS), arg(ALICE));
	let app = ["app", "publish", &module, "--bond", "20", "--price", "0.25", "-o", "json"];
	let app = network.assay_as(PUBLISHER, app).await?.expect(0).json()?["id"].to_string();
	let dataset = ["dataset", "publish", &data, "-o", "json"];
	let dataset = network.assay_as(PUBLISHER, dataset).await?.expect(0).json()?["id"].to_string();
	let shown = network.assay(["app", "show", &app, "-o", "json"]).await?.expect(0).json()?;
	assert_eq!(shown["owner"], address(PUBLISHER)?.as_str(), "{shown:#}");
	assert_eq!((amount(&shown["price"]), &shown["state"]), (250 * MILLI, &"active".into()));
	assert_eq!(amount(&shown["publishersBond"]), 20_000 * MILLI);
	let listed = network.assay(["dataset", "list", "-o", "json"]).await?.expect(0).json()?;
	assert_eq!(listed[0]["price"], Value::Null, "every use takes an order: {listed:#}");
	network.assay(["app", "show", &dataset]).await?.expect(2);
	Ok(Shop { app, dataset })
}

async fn app_should_not_be_had_for_less_than_it_costs(
	network: &Network,
	shop: &Shop,
) -> Result<()> {
	let run = ["job", "run", "--app", &shop.app, "--input", &arg(ALICE), "--arg", "10"];
	let refused = network.assay(run).await?.expect(NO_DEAL);
	assert!(refused.stderr.contains("--max-app-price 0.25"), "{refused}");
	let run = ["job", "run", "--app", &shop.app, "--dataset", &shop.dataset];
	let run = run.into_iter().chain(["--max-app-price", "0.25", "--max-dataset-price", "1"]);
	let refused = network.assay(run).await?.expect(NO_DEAL);
	assert!(refused.stderr.contains("can only be used with an order"), "{refused}");
	// Another file than what is registered.
	let run = ["job", "run", &arg(ALICE), "--app", &shop.app, "--allow-invalid"];
	let refused = network.assay(run).await?.expect(2);
	assert!(refused.stderr.contains("not what is registered"), "{refused}");
	assert_eq!(sales(network, PUBLISHER).await?, 0);
	Ok(())
}

/// Gives the deal, which has a callback.
async fn direct_job_should_pay_the_publisher(network: &Network, shop: &Shop) -> Result<String> {
	// Nobody else can set its price.
	network.assay(["dataset", "price", &shop.dataset, "0.1"]).await?.expect(REFUSED);
	let priced = ["dataset", "price", &shop.dataset, "0.1", "-o", "json"];
	let priced = network.assay_as(PUBLISHER, priced).await?.expect(0).json()?;
	assert_eq!(amount(&priced["price"]), 100 * MILLI);
	let job = [
		"job",
		"submit",
		"--app",
		&shop.app,
		"--dataset",
		&shop.dataset,
		"--max-app-price",
		"0.25",
		"--max-dataset-price",
		"0.1",
		"--arg",
		"10",
		"--canary",
		"--callback",
		"remark",
		"--wait",
		"--accept",
		"-o",
		"json",
	];
	let ended = network.assay(job).await?.expect(0).json()?;
	assert_eq!(
		(&ended["status"], &ended["outcome"]["class"]),
		(&"settled".into(), &"Exited(0)".into())
	);
	assert_eq!(sales(network, PUBLISHER).await?, 350 * MILLI);
	let deal = ended["job"].as_str().context("a number")?.to_string();
	let shown = network.assay(["deal", "show", &deal, "-o", "json"]).await?.expect(0).json()?;
	let moments = shown["timeline"].as_array().context("a timeline")?;
	let drawn: Vec<&Value> = moments.iter().filter(|it| it["event"] == "drawn").collect();
	assert_eq!(drawn.len(), 2, "the canary, and then the others: {shown:#}");
	let owner = address(PUBLISHER)?;
	let paid = moments.iter().filter(|it| it["event"] == "paid" && it["account"] == owner.as_str());
	assert_eq!(paid.map(|it| amount(&it["amount"])).sum::<u128>(), 350 * MILLI, "{shown:#}");
	Ok(deal)
}

async fn callback_should_be_sent_and_paid_once(network: &Network, deal: &str) -> Result<()> {
	let set = network.assay(["job", "callback", deal, "--set", "remark"]).await?.expect(REFUSED);
	assert!(set.stderr.contains("CallbackExists"), "{set}");
	let show = ["job", "callback", deal, "--show", "-o", "json"];
	let shown = network.assay(show).await?.expect(0).json()?;
	assert_eq!(shown["call"], "System.remark_with_event", "{shown:#}");
	assert_eq!((&shown["left"], &shown["sent"]), (&1.into(), &false.into()));
	let send = ["job", "callback", deal, "-o", "json"];
	let sent = network.assay_as(HEIR, send).await?.expect(0).json()?;
	assert_eq!(sent[0]["succeeded"], true, "{sent:#}");
	assert_eq!(sent[0]["reward"], shown["reward"]);
	let again = network.assay_as(HEIR, send).await?.expect(REFUSED);
	assert!(again.stderr.contains("AlreadyCalledBack"), "{again}");
	assert_eq!(network.assay(show).await?.expect(0).json()?["sent"], true);
	let told = network.assay(["deal", "show", deal]).await?.expect(0);
	for what in ["callback set", "called back", "(callback)"] {
		assert!(told.stdout.contains(what), "{told}");
	}
	let told = network.assay(["job", "describe", deal, "--timeline"]).await?.expect(0);
	assert!(told.stdout.contains("callback sent by"), "{told}");
	let none = network.assay(["job", "callback", "12345"]).await?.expect(REFUSED);
	assert!(none.stderr.contains("hint:"), "{none}");
	let bad = network.assay(["job", "callback", deal, "--set", "0x0000"]).await?.expect(2);
	assert!(bad.stderr.contains("is no call of this chain"), "{bad}");
	Ok(())
}

/// An order of the publisher, signed and written to a file.
async fn sale(network: &Network, shop: &Shop, name: &str, more: &[&str]) -> Result<String> {
	let file = path(network, name);
	let new = ["order", "new", "dataset", &shop.dataset, "--file", &file];
	network.assay_as(PUBLISHER, new.into_iter().chain(more.iter().copied())).await?.expect(0);
	network.assay_as(PUBLISHER, ["order", "sign", &file]).await?.expect(0);
	Ok(file)
}

/// A request for the app on the dataset, which needs no file of either.
async fn request(network: &Network, shop: &Shop, name: &str, more: &[&str]) -> Result<String> {
	let file = path(network, name);
	let new = ["request", "new", "--app", &shop.app, "--dataset", &shop.dataset, "--file", &file];
	let prices = ["--max-app-price", "0.25", "--max-dataset-price", "0.05", "--arg", "10"];
	let new = new.into_iter().chain(prices).chain(more.iter().copied());
	network.assay(new).await?.expect(0);
	network.assay(["request", "sign", &file]).await?.expect(0);
	Ok(file)
}

/// Gives the publisher's order, of which something is left.
async fn solver_should_match_the_publishers_order(
	network: &Network,
	shop: &Shop,
) -> Result<String> {
	let by_order = ["dataset", "price", &shop.dataset, "--by-order"];
	network.assay_as(PUBLISHER, by_order).await?.expect(0);
	let solver = Solver::start(network, 1, &[]).await?;
	// Without the dataset's order it waits, and the solver says for what.
	let policy = ["--policy", "trust", "--trust", "4"];
	let wanted = request(network, shop, "wanted", &policy).await?;
	network.assay(["order", "send", &wanted, "--solver", &solver.url]).await?.expect(0);
	let why =
		network.assay(["order", "why-not", &wanted, "--solver", &solver.url]).await?.expect(0);
	assert!(why.stdout.contains("dataset"), "{why}");

	let order = sale(network, shop, "sale", &["--price", "0.05", "--volume", "5"]).await?;
	network.assay(["order", "send", &order, "--solver", &solver.url]).await?.expect(0);
	let id = read_file(&fs::read(&wanted)?)?.id();
	let outcome = solver.outcome(&id).await?;
	assert_eq!(outcome["result"], "matched", "{outcome:#}");
	let deal = outcome["deal"].as_u64().context("a deal")?.to_string();
	let ended = network.settle(&deal).await?;
	assert_eq!(ended["status"], "settled", "{ended:#}");
	assert_eq!(sales(network, PUBLISHER).await?, 650 * MILLI);
	Ok(order)
}

async fn orders_that_ended_should_be_refused(
	network: &Network,
	shop: &Shop,
	order: &str,
) -> Result<()> {
	let wanted = request(network, shop, "again", &[]).await?;
	let send = |order: String| {
		let args = ["request", "send", &wanted, "--dry-run", "--dataset"].map(String::from);
		network.assay(args.into_iter().chain([order]))
	};
	// One can't send it without the order, and nobody but its owner can cancel that.
	let refused = network.assay(["request", "send", &wanted, "--dry-run"]).await?.expect(NO_DEAL);
	assert!(refused.stderr.contains("can only be used with an order"), "{refused}");
	network.assay(["order", "cancel", order]).await?.expect(REFUSED);
	network.assay_as(PUBLISHER, ["order", "cancel", order]).await?.expect(0);
	let listed = network.assay(["order", "list", order]).await?.expect(0);
	assert!(listed.stdout.contains("closed"), "{listed}");
	let refused = send(order.into()).await?.expect(NO_DEAL);
	assert!(refused.stderr.contains("the dataset order was closed by its owner"), "{refused}");

	let short = sale(network, shop, "short", &["--price", "0.05", "--valid-for", "2"]).await?;
	let until = read_file(&fs::read(&short)?)?.order.valid_until();
	reach(&network.chain, until + 1).await?;
	let refused = send(short).await?.expect(NO_DEAL);
	assert!(refused.stderr.contains("past its last block"), "{refused}");
	// Signed by somebody who does not own it.
	let file = path(network, "forged");
	let new = ["order", "new", "dataset", &shop.dataset, "--file", &file];
	network.assay(new).await?.expect(0);
	network.assay(["order", "sign", &file]).await?.expect(2);
	let refused = send(file).await?.expect(REFUSED);
	assert!(refused.stderr.contains("is not signed by its owner"), "{refused}");
	Ok(())
}

async fn suspended_app_should_be_refused(network: &Network, shop: &Shop) -> Result<()> {
	let own = sale(network, shop, "own", &["--price", "0.05"]).await?;
	let wanted = request(network, shop, "suspended", &[]).await?;
	network.assay(["app", "suspend", &shop.app]).await?.expect(REFUSED);
	network.assay_as(PUBLISHER, ["app", "suspend", &shop.app]).await?.expect(0);
	let shown = network.assay(["app", "show", &shop.app, "-o", "json"]).await?.expect(0).json()?;
	assert_eq!(shown["state"], "suspended", "{shown:#}");
	let send = ["request", "send", &wanted, "--dataset", &own];
	let refused = network.assay(send).await?.expect(NO_DEAL);
	assert!(refused.stderr.contains("the app is suspended"), "{refused}");
	let input = arg(ALICE);
	let run =
		["job", "run", "--app", &shop.app, "-i", &input, "--max-app-price", "1", "-o", "json"];
	let refused = network.assay_when_free(&run).await?.expect(NO_DEAL);
	let error: Value = serde_json::from_str(refused.stderr.lines().last().unwrap_or_default())?;
	let message = error["error"]["message"].as_str().context("a message")?;
	assert!(message.contains("the app is suspended"), "{refused}");
	assert!(error["error"]["hint"].is_string(), "{refused}");
	network.assay_as(PUBLISHER, ["app", "resume", &shop.app]).await?.expect(0);
	Ok(())
}

async fn app_should_pay_its_new_owner(network: &Network, shop: &Shop) -> Result<()> {
	let heir = address(HEIR)?;
	network.assay_as(PUBLISHER, ["app", "offer", &shop.app, &heir]).await?.expect(0);
	network.assay(["app", "accept", &shop.app]).await?.expect(REFUSED);
	// Whoever owns an app has a publisher's bond.
	network.assay_as(HEIR, ["app", "accept", &shop.app]).await?;
	network.assay_as(HEIR, ["publisher", "bond", "20"]).await?.expect(0);
	let shown = network.assay(["app", "show", &shop.app, "-o", "json"]).await?.expect(0).json()?;
	if shown["owner"] != heir.as_str() {
		network.assay_as(HEIR, ["app", "accept", &shop.app]).await?.expect(0);
	}
	let before = sales(network, PUBLISHER).await?;
	let input = arg(ALICE);
	let run = ["job", "run", "--app", &shop.app, "-i", &input, "--max-app-price", "0.25"];
	let more = ["--arg", "10", "--wait", "--accept", "-o", "json"];
	let run: Vec<&str> = run.into_iter().chain(more).collect();
	let ended = network.assay_when_free(&run).await?.expect(0).json()?;
	assert_eq!(ended["status"], "settled", "{ended:#}");
	assert_eq!(sales(network, HEIR).await?, 250 * MILLI);
	assert!(sales(network, PUBLISHER).await? <= before, "the former owner earns nothing more");
	network.assay_as(PUBLISHER, ["app", "suspend", &shop.app]).await?.expect(REFUSED);
	Ok(())
}

/// The content is promised where nothing is: those drawn decline, and the client, who waits, shows by
/// itself that it has it.
async fn missing_content_should_be_shown_by_the_client(
	network: &Network,
	ended: &str,
) -> Result<()> {
	let input = path(network, "unpublished.txt");
	fs::write(&input, "words that are on no chain, and at no gateway\n".repeat(30_000))?;
	let nothing = network.assay(["job", "refute", ended, "--file", &input]).await?.expect(1);
	assert!(nothing.stderr.contains("nobody says"), "{nothing}");
	let module = arg(WORDSTATS);
	let run = ["job", "run", &module, "--input", &input, "--hint", "http://127.0.0.1:9"];
	let more = ["--run-blocks", "8", "--arg", "10", "--wait", "--timeout", "1200s", "-o", "jsonl"];
	let run: Vec<&str> = run.into_iter().chain(more).collect();
	let ended = network.assay_when_free(&run).await?;
	ensure!(ended.code != 0, "nobody could run it: {ended}");
	assert!(ended.stdout.contains("can't get the content"), "{ended}");
	assert!(ended.stdout.contains("the content was shown"), "{ended}");
	assert!(ended.stderr.contains("of 2 of the input"), "a block of 1 MiB and the rest: {ended}");
	// Nobody was paid for having declined what there is.
	let deals = network.assay(["deal", "list", "-o", "json"]).await?.expect(0).json()?;
	let deal = deals[0]["deal"].to_string();
	let shown = network.assay(["deal", "show", &deal, "-o", "json"]).await?.expect(0).json()?;
	let moments = shown["timeline"].as_array().context("a timeline")?;
	let count = |name: &str| moments.iter().filter(|it| it["event"] == name).count();
	assert_eq!((count("content missing"), count("content shown")), (1, 1), "{shown:#}");
	assert_eq!(count("paid"), 0, "{shown:#}");
	Ok(())
}
