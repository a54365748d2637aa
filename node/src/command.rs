//! Dispatches the command line.

use crate::{
	cache::Cache,
	chain_spec::{self, Source},
	cli::{Cli, Command},
	service,
};
use assay_runtime::{SS58_PREFIX, opaque::Block};
use polkadot_sdk::{
	sc_cli::{self, Result, SubstrateCli},
	sc_service::{self, Configuration, Error, TaskManager},
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
		let source = match id {
			"dev" | "development" | "assay_dev" => Source::BuiltIn(chain_spec::DEVELOPMENT),
			"local" | "local_testnet" | "assay_local" => Source::BuiltIn(chain_spec::LOCAL),
			"" => {
				return Err("No network named: there is no public one yet. Use --dev, or --chain \
				            with `dev`, `local` or the path of a chain specification"
					.into());
			},
			path => Source::File(PathBuf::from(path)),
		};
		// The others write the specification out as it is, or have no use for its state.
		let cache = match self.command {
			None => self.cache_folder(self.lasting_base_path()),
			Some(_) => None,
		};
		// Why it is refused is told by the service: nothing is logged before there is a specification.
		let cache = cache.and_then(|dir| Cache::open(&dir).ok());
		let spec = match cache {
			Some(cache) => source.load_built(&cache).or_else(|_| source.load()),
			None => source.load(),
		};
		Ok(Box::new(spec?))
	}
}

impl Cli {
	fn cache_folder(&self, base: Option<PathBuf>) -> Option<PathBuf> {
		self.wasm_runtime_cache.clone().or_else(|| Some(Cache::of(&base?)))
	}

	fn partial(&self, config: &Configuration) -> std::result::Result<service::Partial, Error> {
		service::partial(config, self.cache(config).as_ref())
	}

	/// The cache of compiled runtimes; none where it is refused, which is told.
	fn cache(&self, config: &Configuration) -> Option<Cache> {
		let dir = self.cache_folder(Some(config.base_path.path().to_path_buf()))?;
		let told = |why: &String| log::warn!("no compiled runtime is kept: {why}");
		Cache::open(&dir).inspect_err(told).ok()
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
		let cache = cli.cache(&config);
		service::start(config, cache.as_ref(), cli.rpc_check_origin).map_err(sc_cli::Error::Service)
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
			let parts = cli.partial(&config)?;
			Ok((cmd.run(parts.client, parts.import_queue), parts.task_manager))
		}),
		Command::ExportBlocks(cmd) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = cli.partial(&config)?;
			Ok((cmd.run(parts.client, config.database), parts.task_manager))
		}),
		Command::ImportBlocks(cmd) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = cli.partial(&config)?;
			Ok((cmd.run(parts.client, parts.import_queue), parts.task_manager))
		}),
		Command::ExportState(cmd) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = cli.partial(&config)?;
			Ok((cmd.run(parts.client, config.chain_spec), parts.task_manager))
		}),
		Command::PurgeChain(cmd) => {
			cli.create_runner(cmd)?.sync_run(|config| cmd.run(config.database))
		},
		Command::Revert(cmd) => {
			cli.create_runner(cmd)?.async_run(|config| revert(cli, cmd, config))
		},
		Command::ChainInfo(cmd) => {
			cli.create_runner(cmd)?.sync_run(|config| cmd.run::<Block>(&config))
		},
	}
}

/// Takes back blocks together with what BABE and GRANDPA keep of them.
fn revert(
	cli: &Cli,
	cmd: &sc_cli::RevertCmd,
	config: Configuration,
) -> Result<(impl Future<Output = Result<()>>, TaskManager)> {
	let parts = cli.partial(&config)?;
	let consensus = Box::new(|client, backend, blocks| {
		service::revert_consensus(client, backend, blocks).map_err(Into::into)
	});
	Ok((cmd.run(parts.client, parts.backend, Some(consensus)), parts.task_manager))
}
