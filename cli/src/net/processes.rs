//! Which processes a network consists of, written down as they are started: what is left of a network
//! whose `net up` was killed can be told, and ended, without touching anything else.

use crate::failure::Failure;
use assay_local::{Identity, POLL, Process};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{
	fs,
	io::ErrorKind,
	path::{Path, PathBuf},
	time::{Duration, Instant},
};

const FILE: &str = "processes.json";

/// One of them.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Known {
	/// What it is, for people.
	pub name: String,
	/// Which process it is.
	#[serde(flatten)]
	pub identity: Identity,
}

/// The processes of the network in a folder.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Processes {
	/// `net up`.
	pub up: Known,
	/// The node, and the daemons.
	pub children: Vec<Known>,
}

impl Processes {
	/// Those of this `net up`, which has started nothing yet.
	pub fn new() -> Result<Self, Failure> {
		let identity = Identity::of(std::process::id())
			.map_err(|error| Failure::new(format!("can't read /proc: {error}")))?;
		Ok(Self { up: Known { name: "net up".into(), identity }, children: Vec::new() })
	}

	/// Those of the network that was started last in a folder.
	pub fn read(base: &Path) -> Result<Option<Self>, Failure> {
		read(&base.join(FILE))
	}

	/// Adds what was started, in the folder too.
	pub fn add(&mut self, process: &Process, base: &Path) -> Result<(), Failure> {
		let identity = process.identity().clone();
		self.children.push(Known { name: process.name.clone(), identity });
		self.write(base)
	}

	/// Writes them down, whole or not at all.
	pub fn write(&self, base: &Path) -> Result<(), Failure> {
		write(&base.join(FILE), self)
	}

	/// Those children that run.
	pub fn living(&self) -> Vec<Known> {
		self.children.iter().filter(|child| child.identity.lives()).cloned().collect()
	}
}

/// What is written in a file of a network's folder; `None` where there is no such file.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Failure> {
	let text = match fs::read_to_string(path) {
		Ok(text) => text,
		Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
		Err(error) => {
			return Err(Failure::new(format!("can't read {}: {error}", path.display())));
		},
	};
	serde_json::from_str(&text)
		.map(Some)
		.map_err(|error| Failure::new(format!("{} is damaged: {error}", path.display())))
}

/// Writes a description to a file, whole or not at all.
pub fn write(path: &Path, value: &impl Serialize) -> Result<(), Failure> {
	let failed =
		|error: std::io::Error| Failure::new(format!("can't write {}: {error}", path.display()));
	let partial = PathBuf::from(format!("{}.partial", path.display()));
	let text = serde_json::to_string_pretty(value)
		.map_err(|error| Failure::new(format!("can't describe the network: {error}")))?;
	fs::write(&partial, text).map_err(failed)?;
	fs::rename(&partial, path).map_err(failed)
}

/// Names and numbers, for people.
pub fn names(all: &[Known]) -> String {
	let names = all.iter().map(|it| format!("{} (process {})", it.name, it.identity.pid));
	names.collect::<Vec<_>>().join(", ")
}

/// That an earlier network left something behind.
pub fn left(base: &Path, living: &[Known]) -> Failure {
	let names = names(living);
	Failure::new(format!(
		"no network runs in {}, but of an earlier one do: {names}",
		base.display()
	))
	.hint("end them with: assay net down")
}

/// Asks processes to stop, and kills what is left after `grace`.
pub async fn end(all: &[Known], grace: Duration) {
	for signal in [libc::SIGTERM, libc::SIGKILL] {
		let start = Instant::now();
		all.iter().for_each(|known| {
			known.identity.signal(signal);
		});
		while all.iter().any(|known| known.identity.lives()) && start.elapsed() < grace {
			tokio::time::sleep(POLL).await;
		}
	}
}
