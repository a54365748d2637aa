//! `assay net up`.

use super::{
	funding::{self, Accounts},
	launch::{self, Plan},
	paths, ports,
	processes::{Processes, left},
	record::{Provider, Record},
};
use crate::{
	args::{Global, UpArgs},
	context,
	failure::Failure,
	output,
	progress::Progress,
};
use assay_client::{Chain, ConnectOptions, Head, case::latest_terms, units};
use assay_local::{Process, Stuck, is_healthy};
use std::{
	fs,
	path::{Path, PathBuf},
	time::Duration,
};
use tokio::signal::unix::{SignalKind, signal};

/// Longest time that a process is given to stop.
const STOP: Duration = Duration::from_secs(20);
/// Time for a connection to a node that may not listen yet. It is tried again and again.
const CONNECT: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(250);

/// Everything that runs. Dropping it kills what is left.
struct Network {
	base: PathBuf,
	known: Processes,
	node: Option<Process>,
	workers: Vec<Process>,
}

impl From<Stuck> for Failure {
	fn from(stuck: Stuck) -> Self {
		Self::new(stuck.to_string())
	}
}

/// Starts a network, keeps it until a signal comes or a process dies, and cleans up.
pub async fn run(args: UpArgs, global: &Global) -> Result<(), Failure> {
	check(&args)?;
	let node = match &args.attach {
		Some(_) => None,
		None => Some(paths::program(args.node.as_deref(), "assay-node")?),
	};
	let worker = paths::program(args.worker.as_deref(), "assay-worker")?;
	let base = paths::base_path(args.base_path.as_deref())?;
	let lock = paths::lock(&base)?;
	let living = Processes::read(&base)?.map(|earlier| earlier.living()).unwrap_or_default();
	if !living.is_empty() {
		return Err(left(&base, &living));
	}
	paths::begin(&base, args.keep)?;
	Record::remove(&base)?;
	let known = Processes::new()?;
	known.write(&base)?;
	let mut network = Network { base: base.clone(), known, node: None, workers: Vec::new() };
	let mut stop = Stop::new()?;
	let result = tokio::select! {
		result = network.run(&args, global, node.as_deref(), &worker) => result,
		() = stop.wait() => Ok(()),
	};
	Progress::new(global.quiet).done("stopping");
	let stopping = network.stop();
	tokio::select! {
		() = stopping => {},
		() = stop.wait() => {},
	}
	// Nothing may run any more, even if nobody had the patience to let it stop.
	drop(network);
	// The logs of a network that failed are what tells why.
	if !args.keep && result.is_ok() {
		paths::remove(&base);
	}
	drop(lock);
	result
}

fn check(args: &UpArgs) -> Result<(), Failure> {
	if let Some((number, _)) = args.misbehave.iter().find(|(n, _)| *n == 0 || *n > args.providers) {
		return Err(Failure::usage(format!("there is no provider {number}"))
			.hint(format!("providers are numbered from 1 to {}", args.providers)));
	}
	let daemons = args.providers.saturating_add(args.mediators);
	if args.http_port.checked_add(daemons).is_none() {
		return Err(Failure::usage("--http-port leaves no room for the daemons' ports"));
	}
	let mut wanted = Vec::new();
	if args.attach.is_none() {
		wanted.push((args.rpc_port, "--rpc-port"));
		wanted.push((args.port, "--port"));
		wanted.push((args.prometheus_port, "--prometheus-port"));
	}
	wanted.extend((0..daemons).map(|i| (args.http_port + i, "--http-port")));
	ports::check(&wanted)
}

impl Network {
	async fn run(
		&mut self,
		args: &UpArgs,
		global: &Global,
		node: Option<&Path>,
		worker: &Path,
	) -> Result<(), Failure> {
		let progress = Progress::new(global.quiet);
		let own = format!("ws://127.0.0.1:{}", args.rpc_port);
		let url = args.attach.clone().unwrap_or(own);
		let chain = match node {
			Some(program) => {
				progress.doing("starting the node");
				self.start_node(args, program, &url).await?
			},
			None => Chain::connect(ConnectOptions::new([url.as_str()])).await?,
		};
		progress.done(format!("the node is ready: {url}"));
		let plans: Vec<Plan> = (1..=args.providers).map(|number| Plan::new(number, args)).collect();
		let mediators: Vec<Plan> =
			(0..args.mediators).map(|number| Plan::mediator(number, args)).collect();
		let accounts: Result<Vec<_>, _> = plans.iter().map(Accounts::of).collect();
		let accounts = accounts?;
		progress.doing("funding and registering providers and mediators");
		let providers = async {
			funding::fund(&chain, &accounts).await?;
			self.register(worker, &chain, &url, &plans, &accounts, args.jobs).await
		};
		let declaring = self.declare(worker, &chain, &url, &mediators);
		futures::future::try_join(providers, declaring).await?;
		progress.doing("starting the daemons");
		let all: Vec<&Plan> = plans.iter().chain(&mediators).collect();
		self.start_workers(worker, &url, &all).await?;
		self.wait_for_finality(&chain).await?;
		let record = record(args, &url, &plans, &accounts);
		record.write(&self.base)?;
		drop(progress);
		announce(&record, global, &self.base);
		self.watch().await
	}

	async fn start_node(
		&mut self,
		args: &UpArgs,
		program: &Path,
		url: &str,
	) -> Result<Chain, Failure> {
		let dir = self.dir("node")?;
		let cache = args.wasm_runtime_cache.clone();
		let cache = match cache {
			Some(cache) => cache,
			None => context::cache_dir()?.join("runtimes"),
		};
		let command = launch::node(program, args, &dir, &cache);
		let node = start("the node", command, &self.base.join("node.log"))?;
		self.known.add(&node, &self.base)?;
		let node = self.node.insert(node);
		let connect = async || {
			let mut options = ConnectOptions::new([url]);
			options.connect_timeout = CONNECT;
			let chain = Chain::connect(options).await.ok()?;
			let best = chain.head(Head::Best).await.ok()?;
			(best.number > 0).then_some(chain)
		};
		Ok(assay_local::until(node, "and made no block", connect).await?)
	}

	async fn wait_for_finality(&mut self, chain: &Chain) -> Result<(), Failure> {
		let Some(node) = &mut self.node else { return Ok(()) };
		let final_block = async || {
			let head = chain.head(Head::Finalized).await.ok()?;
			(head.number > 0).then_some(())
		};
		Ok(assay_local::until(node, "and finalized no block", final_block).await?)
	}

	/// Registers all providers at once, but for those that a kept network has registered already.
	async fn register(
		&self,
		program: &Path,
		chain: &Chain,
		url: &str,
		plans: &[Plan],
		accounts: &[Accounts],
		jobs: u16,
	) -> Result<(), Failure> {
		let state = chain.at_best().await?;
		let mut running = Vec::new();
		for (plan, accounts) in plans.iter().zip(accounts) {
			let dir = self.dir(&format!("provider-{}", plan.number))?;
			write_config(&dir, &plan.config(jobs))?;
			if state.provider(&accounts.stash.account()).await?.is_some() {
				continue;
			}
			running.push(registering(plan, program, url, &dir)?);
		}
		all_registered(running).await
	}

	/// Has the mediators of the chain's presets declare what their daemons do, and where they take keys of
	/// private inputs, which nobody could know at genesis. In effect from the second era after this one on.
	async fn declare(
		&self,
		program: &Path,
		chain: &Chain,
		url: &str,
		plans: &[Plan],
	) -> Result<(), Failure> {
		let state = chain.at_best().await?;
		let mut running = Vec::new();
		for plan in plans {
			let dir = self.dir(&plan.name())?;
			write_config(&dir, "")?;
			let stash = Accounts::of(plan)?.stash.account();
			let known = state.mediator(&stash).await?;
			if known.is_some_and(|known| latest_terms(&known).inbox.is_none()) {
				running.push(registering(plan, program, url, &dir)?);
			}
		}
		all_registered(running).await
	}

	/// Starts daemons together, and waits until all of them serve.
	async fn start_workers(
		&mut self,
		program: &Path,
		url: &str,
		plans: &[&Plan],
	) -> Result<(), Failure> {
		let first = self.workers.len();
		for plan in plans {
			let dir = self.dir(&plan.name())?;
			let mut command = plan.worker(program, url, &dir);
			command.args(["run", "--role", plan.role.name()]);
			command.args(["--http-listen", &format!("127.0.0.1:{}", plan.http_port)]);
			if let Some(how) = &plan.misbehave {
				command.args(["--misbehave", how]);
			}
			let log = self.base.join(format!("{}.log", plan.name()));
			let name = format!("{} {}", plan.role.name(), plan.number);
			let worker = start(&name, command, &log)?;
			self.known.add(&worker, &self.base)?;
			self.workers.push(worker);
		}
		for (worker, plan) in self.workers.iter_mut().skip(first).zip(plans) {
			let ready = async || is_healthy(plan.http_port).await.then_some(());
			assay_local::until(worker, "and did not get ready", ready).await?;
		}
		Ok(())
	}

	/// Waits for the node to die. A daemon that dies is reported; the network goes on without it.
	async fn watch(&mut self) -> Result<(), Failure> {
		loop {
			tokio::time::sleep(POLL).await;
			if let Some(node) = &mut self.node
				&& let Some(status) = ended(node)
			{
				return Err(node.stuck(format!("ended ({status})")).into());
			}
			self.workers.retain_mut(|worker| match ended(worker) {
				None => true,
				Some(status) => {
					let (name, log) = (&worker.name, worker.log.display());
					eprintln!("warning: {name} ended ({status}), see {log}");
					false
				},
			});
		}
	}

	/// Stops the daemons while the node still answers, then the node.
	async fn stop(&mut self) {
		let stopping = self.workers.drain(..).map(|worker| worker.stop_within(STOP));
		futures::future::join_all(stopping).await;
		if let Some(node) = self.node.take() {
			node.stop_within(STOP).await;
		}
	}

	fn dir(&self, name: &str) -> Result<PathBuf, Failure> {
		let dir = self.base.join(name);
		fs::create_dir_all(&dir)
			.map_err(|error| Failure::new(format!("can't create {}: {error}", dir.display())))?;
		Ok(dir)
	}
}

fn start(name: &str, command: std::process::Command, log: &Path) -> Result<Process, Failure> {
	Process::start(name, command, log)
		.map_err(|error| Failure::new(format!("can't start {name}: {error}")))
}

/// Why a process ended, if it has.
fn ended(process: &mut Process) -> Option<String> {
	match process.ended() {
		Ok(status) => status.map(|status| status.to_string()),
		Err(error) => Some(error.to_string()),
	}
}

fn write_config(dir: &Path, text: &str) -> Result<(), Failure> {
	let path = dir.join("config.toml");
	fs::write(&path, text)
		.map_err(|error| Failure::new(format!("can't write {}: {error}", path.display())))
}

/// The signals that end a network.
struct Stop {
	interrupt: tokio::signal::unix::Signal,
	terminate: tokio::signal::unix::Signal,
}

impl Stop {
	fn new() -> Result<Self, Failure> {
		let failed = |error| Failure::new(format!("can't listen for signals: {error}"));
		Ok(Self {
			interrupt: signal(SignalKind::interrupt()).map_err(failed)?,
			terminate: signal(SignalKind::terminate()).map_err(failed)?,
		})
	}

	async fn wait(&mut self) {
		tokio::select! {
			_ = self.interrupt.recv() => {},
			_ = self.terminate.recv() => {},
		}
	}
}

fn record(args: &UpArgs, url: &str, plans: &[Plan], accounts: &[Accounts]) -> Record {
	let provider = |(plan, accounts): (&Plan, &Accounts)| Provider {
		number: plan.number,
		stash: units::format_account(&accounts.stash.account()),
		url: plan.url(),
		misbehave: plan.misbehave.clone(),
	};
	Record {
		pid: std::process::id(),
		node_url: url.into(),
		node_metrics: args
			.attach
			.is_none()
			.then(|| format!("http://127.0.0.1:{}/metrics", args.prometheus_port)),
		providers: plans.iter().zip(accounts).map(provider).collect(),
		mediators: args.mediators,
	}
}

fn announce(record: &Record, global: &Global, base: &Path) {
	if global.output.is_json() {
		output::json(global.output, record);
		return;
	}
	record.print();
	output::line(&format!("logs      {}", base.display()));
	output::line("\nThe network is ready; Ctrl-C stops it. In another terminal:\n");
	let url = match record.node_url.as_str() {
		"ws://127.0.0.1:9944" => String::new(),
		url => format!(" --node-url {url}"),
	};
	output::line(&format!("  assay job run PROGRAM.wasm --input FILE --replicas 3 --wait{url}"));
}

/// The daemon's command that registers it, while it runs.
fn registering(plan: &Plan, program: &Path, url: &str, dir: &Path) -> Result<Process, Failure> {
	let mut command = plan.worker(program, url, dir);
	command.args(["register", "--role", plan.role.name()]);
	let name = format!("the registration of {} {}", plan.role.name(), plan.number);
	start(&name, command, &dir.join("register.log"))
}

/// Waits for all registrations.
async fn all_registered(running: Vec<Process>) -> Result<(), Failure> {
	for mut process in running {
		let status = process.finish().await?;
		if !status.success() {
			return Err(process.stuck(format!("failed ({status})")).into());
		}
	}
	Ok(())
}
