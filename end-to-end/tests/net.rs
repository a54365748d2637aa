//! `assay net`: what it starts ends with it, what is said of that is true, and no web page gets in.

use anyhow::{Context, Result};
use assay_end_to_end::{Outcome, Programs, free_port, free_ports};
use assay_local::{Identity, Process, until};
use serde_json::{Value, json};
use std::{
	fs,
	path::{Path, PathBuf},
	process::Command,
};
use tempfile::TempDir;
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::TcpStream,
};

const EVIL: &str = "https://evil.example";
/// Node, one provider, two mediators.
const CHILDREN: usize = 4;

/// A local network in a folder of its own, which stays when a test fails.
struct Local {
	programs: Programs,
	rpc: u16,
	args: Vec<String>,
	dir: TempDir,
}

impl Local {
	fn new() -> Result<Self> {
		let rpc = free_port()?;
		let ports = [
			("--rpc-port", rpc),
			("--port", free_port()?),
			("--prometheus-port", free_port()?),
			("--http-port", free_ports(CHILDREN as u16)?),
		];
		let mut args: Vec<String> =
			["--providers", "1", "--mediators", "2"].map(String::from).into();
		args.extend(ports.into_iter().flat_map(|(name, port)| [name.into(), port.to_string()]));
		let mut dir = tempfile::Builder::new().prefix("assay-net-").tempdir()?;
		dir.disable_cleanup(true);
		Ok(Self { programs: Programs::find()?, rpc, args, dir })
	}

	fn base(&self) -> PathBuf {
		self.dir.path().join("net")
	}

	fn command(&self, what: &str) -> Command {
		let mut command = Command::new(&self.programs.assay);
		command.args(["net", what, "--base-path"]).arg(self.base());
		command.env("ASSAY_WASM_RUNTIME_CACHE", &self.programs.runtimes);
		command
	}

	/// Runs `net up` and waits until it says that it is up.
	async fn up(&self) -> Result<Process> {
		let mut command = self.command("up");
		command.args(&self.args);
		let mut up = Process::start("net up", command, &self.dir.path().join("up.log"))?;
		// The file of one that was killed may still be there.
		let pid = up.identity().pid;
		let told = async || {
			let text = fs::read_to_string(self.base().join("network.json")).ok()?;
			let record: Value = serde_json::from_str(&text).ok()?;
			(record["pid"] == pid).then_some(())
		};
		until(&mut up, "and told of no network", told).await?;
		Ok(up)
	}

	async fn ask(&self, what: &str, more: &[&str]) -> Result<Outcome> {
		let mut command = self.command(what);
		command.args(more);
		Outcome::of(command.into()).await
	}

	fn children(&self) -> Result<Vec<Identity>> {
		let text = fs::read_to_string(self.base().join("processes.json"))?;
		let known: Value = serde_json::from_str(&text)?;
		let children = known["children"].as_array().context("a list")?;
		children.iter().map(|child| Ok(serde_json::from_value(child.clone())?)).collect()
	}

	/// An answer of the node's RPC, from its status on; of a WebSocket, its beginning.
	async fn rpc(&self, headers: &str, body: &str) -> Result<String> {
		let mut stream = TcpStream::connect(("127.0.0.1", self.rpc)).await?;
		let socket = headers.contains("websocket");
		let (verb, length) = (if socket { "GET" } else { "POST" }, body.len());
		let head = format!("{verb} / HTTP/1.1\r\n{headers}Content-Length: {length}\r\n\r\n{body}");
		stream.write_all(head.as_bytes()).await?;
		let mut answer = vec![0u8; 12];
		stream.read_exact(&mut answer).await?;
		if !socket {
			stream.read_to_end(&mut answer).await?;
		}
		Ok(String::from_utf8_lossy(&answer[9..]).into_owned())
	}
}

/// Waits until all have ended. The kernel ends them at once, so nothing bounds this but its patience.
async fn ended(children: &[Identity]) {
	while children.iter().any(Identity::lives) {
		tokio::time::sleep(assay_local::POLL).await;
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn local_network_should_be_closed_and_end_with_net_up_however_that_ends() -> Result<()> {
	let mut local = Local::new()?;
	let none = local.ask("status", &[]).await?.expect(1);
	assert!(none.stderr.contains("no network runs"), "{none}");
	let mut up = local.up().await?;
	let children = local.children()?;
	assert_eq!(children.len(), CHILDREN);
	assert!(children.iter().all(Identity::lives));
	let status = local.ask("status", &["-o", "json"]).await?.expect(0).json()?;
	let listed = status["processes"].as_array().context("a list")?;
	assert_eq!(listed.len(), CHILDREN, "{status:#}");
	assert!(listed.iter().all(|process| process["runs"] == true), "{status:#}");
	web_pages_should_be_refused_and_programs_served(&local).await?;
	a_second_network_should_be_refused(&local).await?;

	// A daemon that dies is told of.
	assert!(children[CHILDREN - 1].signal(libc::SIGKILL));
	ended(&children[CHILDREN - 1..]).await;
	let status = local.ask("status", &[]).await?.expect(0);
	assert!(status.stdout.contains("ended     mediator 1"), "{status}");

	up.kill();
	ended(&children).await;
	for command in ["status", "down"] {
		let told = local.ask(command, &[]).await?.expect(1);
		assert!(told.stderr.contains("no network runs"), "{told}");
	}

	// What was killed does not keep the next one from starting, nor is it taken for that one, whose chain is new.
	let left = local.base().join("node/left");
	fs::write(&left, "of a chain that nobody wanted to keep")?;
	let mut up = local.up().await?;
	assert!(!left.exists());
	let children = local.children()?;
	assert!(children.len() == CHILDREN && children.iter().all(Identity::lives));
	let stopped = local.ask("down", &[]).await?.expect(0);
	assert!(stopped.stdout.contains("stopped"), "{stopped}");
	let logs = fs::read_dir(local.dir.path())?.collect::<Result<Vec<_>, _>>()?;
	assert!(logs.len() == 1 && logs[0].file_name() == "up.log", "nothing else is left: {logs:?}");
	assert!(up.finish().await?.success());
	assert!(!children.iter().any(Identity::lives));
	local.dir.disable_cleanup(false);
	Ok(())
}

async fn a_second_network_should_be_refused(local: &Local) -> Result<()> {
	let more: Vec<&str> = local.args.iter().map(String::as_str).collect();
	let second = local.ask("up", &more).await?;
	assert_ne!(second.code, 0, "{second}");
	assert!(local.children()?.iter().all(Identity::lives), "the first one goes on");
	Ok(())
}

/// A browser lets any page open a WebSocket, and says which page it was.
async fn web_pages_should_be_refused_and_programs_served(local: &Local) -> Result<()> {
	let own = format!("Host: 127.0.0.1:{}\r\n", local.rpc);
	let rebound = format!("Host: evil.example:{}\r\n", local.rpc);
	let json = "Content-Type: application/json\r\nConnection: close\r\n";
	let socket = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
		Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
	let call = |method: &str| {
		json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": [] }).to_string()
	};
	let (name, keys) = (call("system_name"), call("author_rotateKeys"));

	let served = local.rpc(&format!("{own}{json}"), &name).await?;
	assert!(served.starts_with("200") && served.contains("assay"), "{served}");
	let served = local.rpc(&format!("{own}{socket}"), "").await?;
	assert!(served.starts_with("101"), "{served}");
	let refused = local.rpc(&format!("{own}{json}"), &keys).await?;
	assert!(refused.contains("unsafe"), "no unsafe methods: {refused}");
	for origin in [EVIL, "null", "http://localhost:3000"] {
		let origin = format!("Origin: {origin}\r\n");
		let posted = local.rpc(&format!("{own}{origin}{json}"), &name).await?;
		assert!(posted.starts_with("403"), "{origin}: {posted}");
		let opened = local.rpc(&format!("{own}{origin}{socket}"), "").await?;
		assert!(opened.starts_with("403"), "{origin}: {opened}");
	}
	// The page's own name was made to lead here.
	let posted = local.rpc(&format!("{rebound}{json}"), &name).await?;
	assert!(posted.starts_with("403"), "{posted}");
	Ok(())
}

/// Compiled code is run unchecked, so a node takes none from where others may write.
#[tokio::test(flavor = "multi_thread")]
async fn node_should_not_use_a_folder_that_others_may_write_to() -> Result<()> {
	use std::os::unix::fs::PermissionsExt;
	let mut local = Local::new()?;
	let open = local.dir.path().join("open");
	fs::create_dir(&open)?;
	fs::set_permissions(&open, fs::Permissions::from_mode(0o777))?;
	let mut command = Command::new(&local.programs.node);
	command.args(["--dev", "--base-path"]).arg(local.dir.path().join("node"));
	command.args(["--rpc-port", &local.rpc.to_string(), "--no-mdns", "--no-telemetry"]);
	command.arg("--wasm-runtime-cache").arg(&open);
	let log = local.dir.path().join("node.log");
	let mut node = Process::start("the node", command, &log)?;
	let authored = async || {
		let log = fs::read_to_string(&log).ok()?;
		log.contains("Imported #1").then_some(log)
	};
	let log = until(&mut node, "and made no block", authored).await?;
	assert!(log.contains("others may write to"), "{log}");
	assert_eq!(entries(&open)?, 0, "it left something there");
	local.dir.disable_cleanup(false);
	Ok(())
}

fn entries(dir: &Path) -> Result<usize> {
	Ok(fs::read_dir(dir)?.count())
}
