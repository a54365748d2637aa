//! The assay node: BABE authors blocks, GRANDPA finalizes them, the assay runtime executes them.

mod chain_spec;
mod cli;
mod command;
mod rpc;
mod service;

use polkadot_sdk::sc_cli;

fn main() -> sc_cli::Result<()> {
	command::run()
}
