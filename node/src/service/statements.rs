//! The store of statements: signed messages that nodes hand on among each other without a
//! transaction. Orders travel in it. What an account may store is an allowance in the chain's state.

use crate::types::FullClient;
use assay_primitives::order::PLACE_BYTES;
use assay_runtime::opaque::Block;
use polkadot_sdk::{
	sc_keystore::LocalKeystore,
	sc_network::{
		NetworkBackend, NotificationMetrics, config::FullNetworkConfiguration,
		service::traits::NetworkService,
	},
	sc_network_statement::StatementHandlerPrototype,
	sc_network_sync::SyncingService,
	sc_service::{Configuration, Error, TaskManager},
	sc_statement_store::{Config, Store},
};
use std::sync::Arc;

/// Most statements that a node keeps. No account's statements make room for those of others.
const MAX_STATEMENTS: usize = 262_144;
/// Most bytes of statements that a node keeps: what as many places on the board are good for.
const MAX_BYTES: usize = MAX_STATEMENTS * PLACE_BYTES as usize;
/// Seconds for which a removed statement is not taken back.
const PURGE_AFTER_SECONDS: u64 = 3_600;

/// Registers the protocol by which nodes hand statements on.
pub fn protocol<N: NetworkBackend<Block, assay_runtime::Hash>>(
	config: &Configuration,
	genesis: assay_runtime::Hash,
	metrics: &NotificationMetrics,
	net_config: &mut FullNetworkConfiguration<Block, assay_runtime::Hash, N>,
) -> StatementHandlerPrototype {
	let peers = net_config.peer_store_handle();
	let (prototype, protocol) = StatementHandlerPrototype::new::<_, _, N>(
		genesis,
		config.chain_spec.fork_id(),
		metrics.clone(),
		peers,
	);
	net_config.add_notification_protocol(protocol);
	prototype
}

/// Opens the store and starts handing on what is in it.
pub fn start(
	config: &Configuration,
	tasks: &TaskManager,
	client: Arc<FullClient>,
	keystore: Arc<LocalKeystore>,
	network: Arc<dyn NetworkService>,
	sync: Arc<SyncingService<Block>>,
	prototype: StatementHandlerPrototype,
) -> Result<Arc<Store>, Error> {
	let limits = Config {
		max_total_statements: MAX_STATEMENTS,
		max_total_size: MAX_BYTES,
		purge_after_sec: PURGE_AFTER_SECONDS,
		..Default::default()
	};
	let registry = config.prometheus_registry();
	let store = Store::new_shared(
		&config.data_path,
		limits,
		client,
		keystore,
		registry,
		Box::new(tasks.spawn_handle()),
	)
	.map_err(|error| Error::Application(Box::new(error)))?;
	let spawner = tasks.spawn_handle();
	let executor = move |future| {
		spawner.spawn("statement-validator", Some("networking"), future);
	};
	let handler = prototype.build(
		network,
		sync,
		store.clone(),
		registry,
		executor,
		limits.network_workers,
		limits.rate_limit,
	)?;
	tasks.spawn_handle().spawn("statement-handler", Some("networking"), handler.run());
	Ok(store)
}
