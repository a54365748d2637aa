use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum NetCommand {
	/// Start a local network and keep it running until Ctrl-C
	Up(UpArgs),
	/// Stop a local network that runs in another terminal
	Down(BasePathArgs),
	/// Show a local network
	Status(BasePathArgs),
}

#[derive(Args, Clone, Debug)]
pub struct BasePathArgs {
	/// Folder of the network
	#[arg(long, short = 'd', env = "ASSAY_NET_PATH")]
	pub base_path: Option<PathBuf>,
}

#[derive(Args, Clone, Debug)]
pub struct UpArgs {
	/// Folder of the network; removed at the end unless --keep
	#[arg(long, short = 'd', env = "ASSAY_NET_PATH")]
	pub base_path: Option<PathBuf>,
	/// Providers to start
	#[arg(long, short = 'n', default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=32))]
	pub providers: u16,
	/// Mediators to start: development and local chains have twelve, and whichever is drawn and does not
	/// run loses a part of its stake
	#[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u16).range(0..=12))]
	pub mediators: u16,
	/// Make a provider break the rules: NUMBER=lie, collude, betray, silent, withhold or
	/// crash-after-commit. All who collude or betray tell the same lie; who betrays reports it as well
	#[arg(long, value_name = "NUMBER=HOW", value_parser = misbehave)]
	pub misbehave: Vec<(u16, String)>,
	/// Start only providers and mediators, on a development or local chain that runs already
	#[arg(long, value_name = "NODE_URL")]
	pub attach: Option<String>,
	/// Port of the node's RPC
	#[arg(long, default_value_t = 9944)]
	pub rpc_port: u16,
	/// Origins of web pages that may use the node's RPC, separated by commas: none, or all, which lets
	/// in every page that is open in a browser here
	#[arg(long, value_name = "ORIGINS", default_value = "none")]
	pub rpc_cors: String,
	/// Port of the node's peer-to-peer network
	#[arg(long, default_value_t = 30333)]
	pub port: u16,
	/// Port of the node's metrics
	#[arg(long, default_value_t = 9615)]
	pub prometheus_port: u16,
	/// HTTP port of the first provider; the others and the mediators follow
	#[arg(long, default_value_t = 9650)]
	pub http_port: u16,
	/// Jobs that each provider runs at a time
	#[arg(long, default_value_t = 2)]
	pub jobs: u16,
	/// Keep the folder at the end, and go on with what it holds at the next start
	#[arg(long)]
	pub keep: bool,
	/// Folder of compiled runtimes, which nodes of this user share; the user's cache if left out
	#[arg(long, value_name = "DIR", env = "ASSAY_WASM_RUNTIME_CACHE")]
	pub wasm_runtime_cache: Option<PathBuf>,
	/// The node program; looked for beside this one if left out
	#[arg(long, env = "ASSAY_NODE")]
	pub node: Option<PathBuf>,
	/// The daemon; looked for beside this one if left out
	#[arg(long, env = "ASSAY_WORKER")]
	pub worker: Option<PathBuf>,
}

fn misbehave(text: &str) -> Result<(u16, String), String> {
	let (number, how) = text.split_once('=').ok_or("write NUMBER=HOW, for example 4=lie")?;
	let number: u16 = number.parse().map_err(|_| format!("not a provider's number: {number}"))?;
	match MISBEHAVIOURS.contains(&how) {
		true => Ok((number, how.into())),
		false => Err(format!("providers can {}, not {how}", MISBEHAVIOURS.join(", "))),
	}
}

/// What `assay-worker run --misbehave` takes.
const MISBEHAVIOURS: [&str; 6] =
	["lie", "collude", "betray", "silent", "withhold", "crash-after-commit"];

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn provider_should_be_told_to_misbehave_in_every_way_that_its_daemon_knows() {
		let page = include_str!("../../../docs/provider.md");
		let (_, ways) = page.split_once("`--misbehave lie").expect("the page lists them");
		let ways = format!("lie{}", ways.split('`').next().unwrap_or_default());
		assert_eq!(ways.split('|').collect::<Vec<_>>(), MISBEHAVIOURS);
		assert_eq!(misbehave("4=betray"), Ok((4, "betray".into())));
		assert!(misbehave("4=dance").is_err_and(|error| error.contains("collude")));
		assert!(misbehave("lie").is_err());
	}
}
