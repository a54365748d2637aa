//! What a running network writes down about itself.

use super::processes;
use crate::{failure::Failure, output};
use serde::{Deserialize, Serialize};
use std::{fs, io::ErrorKind, path::Path};

const FILE: &str = "network.json";

/// A running network.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Record {
	/// Process of `net up`.
	pub pid: u32,
	/// WebSocket address of the node.
	pub node_url: String,
	/// Metrics of the node, where it was started here.
	pub node_metrics: Option<String>,
	/// Its providers.
	pub providers: Vec<Provider>,
	/// How many mediators run.
	#[serde(default)]
	pub mediators: u16,
}

/// A provider of the network.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Provider {
	/// From 1.
	pub number: u16,
	/// Account that owns the bond.
	pub stash: String,
	/// Where it serves outputs, health and metrics.
	pub url: String,
	/// How it was told to break the rules.
	pub misbehave: Option<String>,
}

impl Record {
	/// The network of a folder, where one was started.
	pub fn read(base: &Path) -> Result<Option<Self>, Failure> {
		processes::read(&base.join(FILE))
	}

	/// Writes it, whole or not at all.
	pub fn write(&self, base: &Path) -> Result<(), Failure> {
		processes::write(&base.join(FILE), self)
	}

	/// Removes that of an earlier network.
	pub fn remove(base: &Path) -> Result<(), Failure> {
		let path = base.join(FILE);
		match fs::remove_file(&path) {
			Err(error) if error.kind() != ErrorKind::NotFound => {
				Err(Failure::new(format!("can't remove {}: {error}", path.display())))
			},
			_ => Ok(()),
		}
	}

	/// Prints it for people.
	pub fn print(&self) {
		output::line(&format!("node      {}", self.node_url));
		if let Some(metrics) = &self.node_metrics {
			output::line(&format!("metrics   {metrics}"));
		}
		output::line(&format!("mediators {}", self.mediators));
		output::table(
			&["provider", "account", "serves", "note"],
			self.providers.iter().map(|provider| {
				let note = provider.misbehave.as_ref().map(|how| format!("told to {how}"));
				vec![
					provider.number.to_string(),
					provider.stash.clone(),
					provider.url.clone(),
					note.unwrap_or_default(),
				]
			}),
		);
	}
}
