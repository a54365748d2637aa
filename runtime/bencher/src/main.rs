//! The pallet benchmarks of the Polkadot SDK's command line, for a runtime given as a file.
//!
//! `frame-omni-bencher` does the same and could be installed instead; but it compiles a database in C++
//! that benchmarks never open, which takes longer than all the rest.

use clap::Parser;
use polkadot_sdk::{
	frame_benchmarking_cli::PalletCmd, sc_cli, sp_runtime::traits::BlakeTwo256, sp_statement_store,
};

/// What the runtime calls beside the host functions of every node.
type HostFunctions = (sp_statement_store::runtime_api::HostFunctions,);

fn main() -> sc_cli::Result<()> {
	let command = PalletCmd::parse();
	sc_cli::LoggerBuilder::new("info").init()?;
	command.run_with_spec::<BlakeTwo256, HostFunctions>(None)
}
