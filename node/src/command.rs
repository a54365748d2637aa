//! Dispatches the command line.

use crate::{
	chain_spec,
	cli::{Cli, Command},
	service,
};
use assay_runtime::{SS58_PREFIX, opaque::Block};
use polkadot_sdk::{
	sc_cli::{self, Result, SubstrateCli},
	sc_service::{self, Configuration, TaskManager},
	sp_core::crypto::{Ss58AddressFormat, set_default_ss58_version},
};
use std::path::PathBuf;

impl SubstrateCli for Cli {
	fn impl_name() -> String {
		"assay node".into()
	}

	fn impl_version() -> String {
		env!("SUBSTRATE_CLI_IMPL_VERSION").into()
	}

	fn description() -> String {
		env!("CARGO_PKG_DESCRIPTION").into()
	}

	fn author() -> String {
		env!("CARGO_PKG_AUTHORS").into()
	}

	fn support_url() -> String {
		concat!(env!("CARGO_PKG_REPOSITORY"), "/issues").into()
	}

	fn copyright_start_year() -> i32 {
		2026
	}

	fn load_spec(&self, id: &str) -> std::result::Result<Box<dyn sc_service::ChainSpec>, String> {
		Ok(Box::new(match id {
			"dev" | "development" | "assay_dev" => chain_spec::development()?,
			"local" | "local_testnet" | "assay_local" => chain_spec::local()?,
			"" => {
				return Err("No network named: there is no public one yet. Use --dev, or --chain \
				            with `dev`, `local` or the path of a chain specification"
					.into());
			},
			path => chain_spec::ChainSpec::from_json_file(PathBuf::from(path))?,
		}))
	}
}

/// Parses the command line and runs what it asks for.
pub fn run() -> Result<()> {
	set_default_ss58_version(Ss58AddressFormat::custom(SS58_PREFIX));
	let cli = Cli::from_args();
	match &cli.command {
		None => run_node(&cli),
		Some(command) => run_command(&cli, command),
	}
}

fn run_node(cli: &Cli) -> Result<()> {
	cli.create_runner(&cli.run)?.run_node_until_exit(|config| async move {
		service::start(config).map_err(sc_cli::Error::Service)
	})
}

fn run_command(cli: &Cli, command: &Command) -> Result<()> {
	match command {
		Command::Key(cmd) => cmd.run(cli),
		Command::ExportChainSpec(cmd) => cmd.run(cli.load_spec(&cmd.chain)?),
		#[allow(deprecated)]
		Command::BuildSpec(cmd) => {
			cli.create_runner(cmd)?.sync_run(|config| cmd.run(config.chain_spec, config.network))
		},
		Command::CheckBlock(cmd) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = service::partial(&config)?;
			Ok((cmd.run(parts.client, parts.import_queue), parts.task_manager))
		}),
		Command::ExportBlocks(cmd) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = service::partial(&config)?;
			Ok((cmd.run(parts.client, config.database), parts.task_manager))
		}),
		Command::ImportBlocks(cmd) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = service::partial(&config)?;
			Ok((cmd.run(parts.client, parts.import_queue), parts.task_manager))
		}),
		Command::ExportState(cmd) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = service::partial(&config)?;
			Ok((cmd.run(parts.client, config.chain_spec), parts.task_manager))
		}),
		Command::PurgeChain(cmd) => {
			cli.create_runner(cmd)?.sync_run(|config| cmd.run(config.database))
		},
		Command::Revert(cmd) => cli.create_runner(cmd)?.async_run(|config| revert(cmd, config)),
		Command::ChainInfo(cmd) => {
			cli.create_runner(cmd)?.sync_run(|config| cmd.run::<Block>(&config))
		},
	}
}

/// Takes back blocks together with what BABE and GRANDPA keep of them.
fn revert(
	cmd: &sc_cli::RevertCmd,
	config: Configuration,
) -> Result<(impl Future<Output = Result<()>>, TaskManager)> {
	let parts = service::partial(&config)?;
	let consensus = Box::new(|client, backend, blocks| {
		service::revert_consensus(client, backend, blocks).map_err(Into::into)
	});
	Ok((cmd.run(parts.client, parts.backend, Some(consensus)), parts.task_manager))
}
