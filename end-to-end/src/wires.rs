//! Machines in network namespaces on two switches, and a cable between the switches that can be pulled
//! out.
//!
//! Takes root. Names hold the number of this process, so several networks may be there at a time. A
//! guardian removes them, and what runs in them, however this process ends.

use anyhow::{Context, Result, bail, ensure};
use std::{
	fs::File,
	os::fd::AsRawFd,
	process::{Child, Command, Stdio},
	sync::atomic::{AtomicU32, Ordering},
};
use tokio::runtime::{Builder, Runtime};

/// Retransmissions after which a connection is given up; the default of 15 takes a quarter of an hour,
/// and in the end waits for two minutes from one to the next, healed or not.
const RETRANSMISSIONS: u32 = 5;
/// Ends of the cable.
const CABLE: [&str; 2] = ["cable-0", "cable-1"];

/// A machine of its own: processes and connections in it see only its network.
pub struct Machine {
	/// Its address.
	pub address: String,
	/// Name of its namespace.
	pub namespace: String,
	runtime: Option<Runtime>,
}

impl Machine {
	fn new(namespace: String, address: String) -> Result<Self> {
		let file = File::open(format!("/run/netns/{namespace}"))?;
		let enter = move || {
			// SAFETY: the descriptor is open, and the thread has no connection yet.
			let entered = unsafe { libc::setns(file.as_raw_fd(), libc::CLONE_NEWNET) };
			assert_eq!(entered, 0, "a namespace of this process can be entered");
		};
		let runtime = Builder::new_multi_thread()
			.worker_threads(1)
			.enable_all()
			.on_thread_start(enter)
			.build()?;
		Ok(Self { address, namespace, runtime: Some(runtime) })
	}

	/// Does something with connections that are made in this machine.
	pub async fn run<T: Send + 'static>(
		&self,
		work: impl Future<Output = Result<T>> + Send + 'static,
	) -> Result<T> {
		let runtime = self.runtime.as_ref().context("it is there until the end")?;
		runtime.spawn(work).await.context("what was done has panicked")?
	}

	/// A command that runs in this machine.
	pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
		let mut command = Command::new("ip");
		command.args(["netns", "exec", &self.namespace]).arg(program).stdin(Stdio::null());
		command
	}
}

impl Drop for Machine {
	fn drop(&mut self) {
		if let Some(runtime) = self.runtime.take() {
			// The test that ends runs in a runtime itself, where nothing may block.
			runtime.shutdown_background();
		}
	}
}

/// All machines, and what joins them.
pub struct Wires {
	/// Every other one on the same switch: the first half on one, the second on the other.
	pub machines: Vec<Machine>,
	hub: String,
	guardian: Child,
}

impl Wires {
	/// Machines on two switches, `each` on each; `None` with the reason where this user may make none.
	pub fn lay(each: usize) -> Result<Result<Self, String>> {
		static COUNT: AtomicU32 = AtomicU32::new(0);
		let name = |what: &str, count: u32| format!("assay-{}-{count}-{what}", std::process::id());
		let count = COUNT.fetch_add(1, Ordering::Relaxed);
		let hub = name("hub", count);
		if let Err(why) = ip(&["netns", "add", &hub]) {
			return Ok(Err(format!("no network namespace can be made: {why:#}")));
		}
		let names: Vec<String> = (1..=2 * each).map(|at| name(&at.to_string(), count)).collect();
		let guardian = guard(names.iter().chain([&hub]))?;
		let mut wires = Self { machines: Vec::new(), hub, guardian };
		for (at, end) in CABLE.into_iter().enumerate() {
			let switch = format!("switch-{at}");
			wires.in_hub(&["link", "add", &switch, "type", "bridge"])?;
			wires.in_hub(&["link", "set", &switch, "up"])?;
			if at == 0 {
				wires.in_hub(&["link", "add", end, "type", "veth", "peer", "name", CABLE[1]])?;
			}
			wires.in_hub(&["link", "set", end, "master", &switch])?;
		}
		for (at, name) in names.into_iter().enumerate() {
			let machine = wires.attach(at, name, at / each)?;
			wires.machines.push(machine);
		}
		wires.join()?;
		Ok(Ok(wires))
	}

	/// Adds a machine to a switch.
	fn attach(&self, at: usize, name: String, switch: usize) -> Result<Machine> {
		let (port, address) = (format!("port-{at}"), format!("10.9.0.{}", at + 1));
		ip(&["netns", "add", &name])?;
		self.in_hub(&[
			"link", "add", &port, "type", "veth", "peer", "name", "eth0", "netns", &name,
		])?;
		self.in_hub(&["link", "set", &port, "master", &format!("switch-{switch}"), "up"])?;
		ip(&["-n", &name, "addr", "add", &format!("{address}/24"), "dev", "eth0"])?;
		ip(&["-n", &name, "link", "set", "eth0", "up"])?;
		ip(&["-n", &name, "link", "set", "lo", "up"])?;
		let machine = Machine::new(name, address)?;
		for (setting, value) in [("tcp_retries2", RETRANSMISSIONS), ("tcp_syn_retries", 2)] {
			let path = format!("/proc/sys/net/ipv4/{setting}");
			let mut set = machine.command("sh");
			let set = set.args(["-c", &format!("echo {value} > {path}")]).output()?;
			if !set.status.success() {
				eprintln!("{path} can't be set, so healing takes longer");
			}
		}
		Ok(machine)
	}

	/// Pulls the cable out: neither side is told that the other is gone.
	pub fn cut(&self) -> Result<()> {
		self.in_hub(&["link", "set", CABLE[0], "down"])
	}

	/// Plugs the cable in.
	pub fn join(&self) -> Result<()> {
		CABLE.into_iter().try_for_each(|end| self.in_hub(&["link", "set", end, "up"]))
	}

	fn in_hub(&self, args: &[&str]) -> Result<()> {
		ip(&[&["-n", &self.hub], args].concat())
	}
}

impl Drop for Wires {
	fn drop(&mut self) {
		self.machines.clear();
		// The end of its input is the guardian's sign. That it fails is told by what it prints.
		drop(self.guardian.stdin.take());
		let _ = self.guardian.wait();
	}
}

/// Starts what waits for this process to end, in whatever way, and then removes namespaces with all that
/// runs in them. It is in no process group that an interrupt reaches.
fn guard<'a>(names: impl Iterator<Item = &'a String>) -> Result<Child> {
	use std::os::unix::process::CommandExt;
	const SCRIPT: &str = "cat >/dev/null; for name; do \
		ip netns pids \"$name\" 2>/dev/null | xargs -r kill -9 2>/dev/null; \
		ip netns del \"$name\" 2>/dev/null; done; true";
	let mut command = Command::new("sh");
	command.args(["-c", SCRIPT, "guardian"]).args(names).process_group(0).stdin(Stdio::piped());
	command.spawn().context("a shell can be started")
}

fn ip(args: &[&str]) -> Result<()> {
	let command = || format!("ip {}", args.join(" "));
	let done = match Command::new("ip").args(args).stdin(Stdio::null()).output() {
		Ok(done) => done,
		Err(error) => bail!("{}: {error} (package iproute2)", command()),
	};
	let why = String::from_utf8_lossy(&done.stderr);
	ensure!(done.status.success(), "{}: {}", command(), why.trim());
	Ok(())
}
