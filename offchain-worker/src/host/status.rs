//! What `/health` tells, kept by the daemon and read by the server.

use serde::Serialize;
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::sync::watch;

/// How the daemon is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
	/// Not connected yet.
	#[default]
	Starting,
	/// Takes tasks.
	Ok,
	/// Runs, and something is wrong.
	Degraded,
	/// Stops when what was begun is finished.
	Draining,
}

/// How the daemon is, and why.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Status {
	pub state: State,
	/// Whether new tasks are worked on.
	pub takes_work: bool,
	/// What is wrong, in words.
	pub problems: Vec<String>,
	pub version: &'static str,
	pub chain: ChainStatus,
	pub provider: ProviderStatus,
	/// What roles tell of themselves, by their names.
	#[serde(flatten)]
	pub roles: BTreeMap<&'static str, Value>,
	pub jobs: JobStatus,
	/// Open tasks by what they wait for.
	pub tasks: BTreeMap<String, u64>,
	pub store: StoreStatus,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct ChainStatus {
	pub connected: bool,
	pub name: String,
	pub genesis: String,
	pub node: Option<String>,
	pub best: u32,
	pub finalized: u32,
	pub seconds_since_block: Option<u64>,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct ProviderStatus {
	pub stash: String,
	pub operator: String,
	pub registered: bool,
	/// Smallest units, as decimal text.
	pub bond_free: String,
	pub bond_locked: String,
	pub balance: String,
	pub score: u32,
}

/// What a role that speaks for the process knows of it.
pub struct Standing {
	pub draining: bool,
	pub best: u32,
	pub finalized: u32,
	pub silent_for: Duration,
	pub problem: Option<String>,
}

/// Time without a block after which the chain counts as lost.
const SILENCE: Duration = Duration::from_secs(45);

impl Status {
	/// Takes over what a role tells of itself.
	pub fn show(&mut self, role: &'static str, told: &impl Serialize) {
		// What is told are words and numbers.
		let told = serde_json::to_value(told).unwrap_or_default();
		self.roles.insert(role, told);
	}

	/// Takes over the state of a role, in a process without a provider.
	pub fn speak_for(&mut self, role: &Standing) {
		let lost = role.silent_for > SILENCE;
		let silence = lost.then(|| format!("no block for {} s", role.silent_for.as_secs()));
		self.problems =
			silence.iter().chain(&role.problem).map(|problem| hide_urls(problem)).collect();
		self.state = match (role.draining, role.best > 0, self.problems.is_empty()) {
			(true, ..) => State::Draining,
			(_, false, _) => State::Starting,
			(.., false) => State::Degraded,
			(.., true) => State::Ok,
		};
		self.chain.connected = role.best > 0 && !lost;
		self.takes_work = !role.draining && self.chain.connected && role.problem.is_none();
		self.chain.best = role.best;
		self.chain.finalized = role.finalized;
		self.chain.seconds_since_block = Some(role.silent_for.as_secs());
	}
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct JobStatus {
	pub queued: usize,
	pub running: usize,
	pub limit: usize,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct StoreStatus {
	pub bytes: u64,
	pub free_bytes: u64,
	pub sealed: u64,
}

/// Leaves of every URL in a text its host only: strangers read it, and paths, queries and names
/// before an `@` may be keys to a node.
pub fn hide_urls(text: &str) -> String {
	let mut shown = String::with_capacity(text.len());
	let mut rest = text;
	while let Some(at) = rest.find("://") {
		let scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
		let start = rest[..at].trim_end_matches(scheme).len();
		shown.push_str(&rest[..start]);
		let url = &rest[at + 3..];
		let ends = |c: char| c.is_whitespace() || "\"'`<>(),;".contains(c);
		let (url, after) = url.split_at(url.find(ends).unwrap_or(url.len()));
		shown.push_str(host(url));
		// What follows a URL directly, as a full stop or a colon does, is gone with it.
		rest = after;
	}
	shown.push_str(rest);
	shown
}

/// Host in a URL without its scheme.
fn host(url: &str) -> &str {
	let authority = url.split(['/', '?', '#', '\\']).next().unwrap_or_default();
	let host = authority.rsplit('@').next().unwrap_or_default();
	match host.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
		Some((address, _)) => address,
		None => host.split(':').next().unwrap_or_default(),
	}
}

/// The daemon's side.
#[derive(Clone, Debug)]
pub struct StatusWriter(Arc<watch::Sender<Status>>);

/// The server's side.
pub type StatusReader = watch::Receiver<Status>;

impl StatusWriter {
	/// Both sides.
	pub fn new() -> (Self, StatusReader) {
		let status = Status { version: env!("CARGO_PKG_VERSION"), ..Default::default() };
		let (sender, receiver) = watch::channel(status);
		(Self(Arc::new(sender)), receiver)
	}

	/// Changes what is told.
	pub fn update(&self, change: impl FnOnce(&mut Status)) {
		self.0.send_modify(change);
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn role_should_take_work_only_while_blocks_come_and_nothing_is_wrong() {
		let role = |best, seconds, problem: Option<&str>, draining| {
			let mut status = Status::default();
			status.speak_for(&Standing {
				draining,
				best,
				finalized: 0,
				silent_for: Duration::from_secs(seconds),
				problem: problem.map(str::to_string),
			});
			(status.state, status.takes_work)
		};
		assert_eq!(role(0, 1, None, false), (State::Starting, false));
		assert_eq!(role(5, 1, None, false), (State::Ok, true));
		assert_eq!(role(5, 46, None, false), (State::Degraded, false));
		assert_eq!(role(5, 1, Some("it is no mediator"), false), (State::Degraded, false));
		assert_eq!(role(5, 1, None, true), (State::Draining, false));
	}

	#[test]
	fn nothing_but_the_host_should_be_left_of_a_url() {
		for (text, expected) in [
			("wss://user:secret@node.example:443/v1/KEY?token=1#x", "node.example"),
			("ws://[::1]:9944", "::1"),
			(
				"tried ws://a.example/KEY, wss://b.example?k=1: gone",
				"tried a.example, b.example gone",
			),
			("(see https://x@y@z.example\\@q)", "(see z.example)"),
			("ws://", ""),
			("no address, 1 of 2", "no address, 1 of 2"),
			("ü://ü/ü", "üü"),
			("a://b://c", "b"),
		] {
			assert_eq!(hide_urls(text), expected, "{text}");
		}
	}
}
