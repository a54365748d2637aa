//! A running node: network, RPC, block authoring, finality.

use super::{Consensus, JUSTIFICATION_PERIOD, Partial, partial, statements};
use crate::{
	cache::Cache,
	rpc,
	types::{FullBackend, FullClient, Pool, SelectChain},
};
use assay_runtime::{Hash, opaque::Block};
use futures::FutureExt;
use polkadot_sdk::{
	sc_basic_authorship::ProposerFactory,
	sc_client_api::{Backend, BlockBackend},
	sc_consensus_babe::{self, SlotProportion},
	sc_consensus_grandpa::{self, SharedVoterState, ThreeQuartersOfTheUnfinalizedChain},
	sc_network::{
		Litep2pNetworkBackend, NetworkBackend, NetworkWorker,
		config::{FullNetworkConfiguration, NetworkBackendType, Role},
		service::traits::{NetworkService, NotificationService},
	},
	sc_network_sync::{SyncingService, WarpSyncConfig},
	sc_offchain::{OffchainWorkerOptions, OffchainWorkers},
	sc_service::{
		self, BuildNetworkParams, Configuration, Error, KeystoreContainer, SpawnTasksParams,
		TaskManager,
	},
	sc_telemetry::{Telemetry, TelemetryHandle},
	sc_transaction_pool_api::OffchainTransactionPoolFactory,
	substrate_prometheus_endpoint::Registry,
};
use std::{sync::Arc, time::Duration};

/// Bytes of transactions that a proposer puts into a block; the runtime's own limit is not higher.
const PROPOSED_BLOCK_BYTES: usize = assay_runtime::MAX_BLOCK_BYTES as usize;
/// Part of a slot in which a block is built; the rest is for sending and importing it.
const PROPOSAL_PART: f32 = 2.0 / 3.0;
/// Time for a GRANDPA message to reach the others. A round takes at least four times as long.
const GOSSIP_DURATION: Duration = Duration::from_millis(333);

/// Starts a node over the network backend that the configuration names.
pub fn start(
	config: Configuration,
	cache: Option<&Cache>,
	check_origin: bool,
) -> Result<TaskManager, Error> {
	let start = match config.network.network_backend {
		NetworkBackendType::Litep2p => start_over::<Litep2pNetworkBackend>,
		NetworkBackendType::Libp2p => start_over::<NetworkWorker<Block, Hash>>,
	};
	start(config, cache, check_origin)
}

/// What authoring and finality need of a node that is up.
struct Running {
	role: Role,
	name: String,
	force_authoring: bool,
	client: Arc<FullClient>,
	pool: Arc<Pool>,
	select_chain: SelectChain,
	keystore: KeystoreContainer,
	network: Arc<dyn NetworkService>,
	sync: Arc<SyncingService<Block>>,
	registry: Option<Registry>,
	telemetry: Option<TelemetryHandle>,
}

fn start_over<N: NetworkBackend<Block, Hash>>(
	mut config: Configuration,
	cache: Option<&Cache>,
	check_origin: bool,
) -> Result<TaskManager, Error> {
	let Partial {
		client,
		backend,
		mut task_manager,
		keystore_container,
		select_chain,
		import_queue,
		transaction_pool,
		other: Consensus { block_import, babe, grandpa, rpc, mut telemetry },
	} = partial(&config, cache)?;

	let registry = config.prometheus_registry().cloned();
	let mut net_config =
		FullNetworkConfiguration::<_, _, N>::new(&config.network, registry.clone());
	let metrics = N::register_notification_metrics(registry.as_ref());
	let genesis =
		client.block_hash(0)?.ok_or_else(|| Error::Other("The database has no genesis".into()))?;
	let grandpa_protocol =
		sc_consensus_grandpa::protocol_standard_name(&genesis, &config.chain_spec);
	let (grandpa_peers, grandpa_notifications) =
		sc_consensus_grandpa::grandpa_peers_set_config::<_, N>(
			grandpa_protocol.clone(),
			metrics.clone(),
			net_config.peer_store_handle(),
		);
	net_config.add_notification_protocol(grandpa_peers);
	let statement_protocol = statements::protocol::<N>(&config, genesis, &metrics, &mut net_config);
	let warp_sync = sc_consensus_grandpa::warp_proof::NetworkProvider::new(
		backend.clone(),
		grandpa.shared_authority_set().clone(),
		Vec::new(),
	);
	let (network, system_rpc_tx, tx_handler_controller, sync_service, _bitswap) =
		sc_service::build_network(BuildNetworkParams {
			config: &config,
			net_config,
			client: client.clone(),
			transaction_pool: transaction_pool.clone(),
			spawn_handle: task_manager.spawn_handle(),
			spawn_essential_handle: task_manager.spawn_essential_handle(),
			import_queue,
			block_announce_validator_builder: None,
			warp_sync_config: Some(WarpSyncConfig::WithProvider(Arc::new(warp_sync))),
			block_relay: None,
			metrics,
			gap_sync_body_policy: None,
		})?;

	let statements = statements::start(
		&config,
		&task_manager,
		client.clone(),
		keystore_container.local_keystore(),
		network.clone(),
		sync_service.clone(),
		statement_protocol,
	)?;
	let running = Running {
		role: config.role,
		name: config.network.node_name.clone(),
		force_authoring: config.force_authoring,
		client: client.clone(),
		pool: transaction_pool.clone(),
		select_chain,
		keystore: keystore_container,
		network: network.clone(),
		sync: sync_service.clone(),
		registry,
		telemetry: telemetry.as_ref().map(Telemetry::handle),
	};
	if config.offchain_worker.enabled {
		spawn_offchain_workers(&running, &backend, &task_manager)?;
	}
	let disable_grandpa = config.disable_grandpa;
	let voter_state = rpc.voter_state.clone();
	let closed = if check_origin { rpc::ClosedServer::take(&mut config.rpc)? } else { None };
	let tokio = config.tokio_handle.clone();
	let handlers = sc_service::spawn_tasks(SpawnTasksParams {
		config,
		client,
		backend,
		transaction_pool,
		network,
		sync_service,
		keystore: running.keystore.keystore(),
		task_manager: &mut task_manager,
		rpc_builder: Box::new(move |executor| {
			rpc::module(&rpc, statements.clone(), executor).map_err(Into::into)
		}),
		system_rpc_tx,
		tx_handler_controller,
		telemetry: telemetry.as_mut(),
		tracing_execute_block: None,
	})?;
	if let Some(closed) = closed {
		task_manager.keep_alive(closed.start(&handlers, &tokio)?);
	}

	if running.role.is_authority() {
		spawn_babe(&running, block_import, babe, &task_manager)?;
	}
	if !disable_grandpa {
		let links = GrandpaLinks {
			link: grandpa,
			notifications: grandpa_notifications,
			protocol: grandpa_protocol,
			voter_state,
		};
		spawn_grandpa(running, links, &task_manager)?;
	}
	Ok(task_manager)
}

fn spawn_offchain_workers(
	node: &Running,
	backend: &Arc<FullBackend>,
	tasks: &TaskManager,
) -> Result<(), Error> {
	let workers = OffchainWorkers::new(OffchainWorkerOptions {
		runtime_api_provider: node.client.clone(),
		keystore: Some(node.keystore.keystore()),
		offchain_db: backend.offchain_storage(),
		transaction_pool: Some(OffchainTransactionPoolFactory::new(node.pool.clone())),
		network_provider: Arc::new(node.network.clone()),
		is_validator: node.role.is_authority(),
		enable_http_requests: false,
		custom_extensions: |_| Vec::new(),
	})?;
	tasks.spawn_handle().spawn(
		"offchain-workers-runner",
		"offchain-worker",
		workers.run(node.client.clone(), tasks.spawn_handle()).boxed(),
	);
	Ok(())
}

fn spawn_babe(
	node: &Running,
	block_import: super::BabeImport,
	babe_link: sc_consensus_babe::BabeLink<Block>,
	tasks: &TaskManager,
) -> Result<(), Error> {
	let mut proposer = ProposerFactory::new(
		tasks.spawn_handle(),
		node.client.clone(),
		node.pool.clone(),
		node.registry.as_ref(),
		node.telemetry.clone(),
	);
	proposer.set_default_block_size_limit(PROPOSED_BLOCK_BYTES);
	let inherents = super::partial::inherents(babe_link.config().slot_duration());
	let authoring = sc_consensus_babe::start_babe(sc_consensus_babe::BabeParams {
		keystore: node.keystore.keystore(),
		client: node.client.clone(),
		select_chain: node.select_chain.clone(),
		env: proposer,
		block_import,
		sync_oracle: node.sync.clone(),
		justification_sync_link: node.sync.clone(),
		create_inherent_data_providers: inherents,
		force_authoring: node.force_authoring,
		// A stall of finality must not slow the chain down: deadlines of tasks are block numbers.
		backoff_authoring_blocks: None::<()>,
		babe_link,
		block_proposal_slot_portion: SlotProportion::new(PROPOSAL_PART),
		max_block_proposal_slot_portion: None,
		telemetry: node.telemetry.clone(),
	})?;
	tasks.spawn_essential_handle().spawn_blocking("babe", Some("block-authoring"), authoring);
	Ok(())
}

struct GrandpaLinks {
	link: sc_consensus_grandpa::LinkHalf<Block, FullClient, SelectChain>,
	notifications: Box<dyn NotificationService>,
	protocol: polkadot_sdk::sc_network::ProtocolName,
	voter_state: SharedVoterState,
}

/// Runs the voter. Nodes without keys run it too: they don't vote, but they gather votes and
/// justifications for others.
fn spawn_grandpa(node: Running, links: GrandpaLinks, tasks: &TaskManager) -> Result<(), Error> {
	let keystore = node.role.is_authority().then(|| node.keystore.keystore());
	let config = sc_consensus_grandpa::Config {
		gossip_duration: GOSSIP_DURATION,
		justification_generation_period: JUSTIFICATION_PERIOD,
		name: Some(node.name),
		observer_enabled: false,
		keystore,
		local_role: node.role,
		telemetry: node.telemetry.clone(),
		protocol_name: links.protocol,
	};
	let voter = sc_consensus_grandpa::run_grandpa_voter(sc_consensus_grandpa::GrandpaParams {
		config,
		link: links.link,
		network: node.network,
		sync: node.sync,
		notification_service: links.notifications,
		voting_rule: sc_consensus_grandpa::VotingRulesBuilder::new()
			.add(ThreeQuartersOfTheUnfinalizedChain)
			.build(),
		prometheus_registry: node.registry,
		shared_voter_state: links.voter_state,
		telemetry: node.telemetry,
		offchain_tx_pool_factory: OffchainTransactionPoolFactory::new(node.pool),
	})?;
	tasks.spawn_essential_handle().spawn_blocking("grandpa-voter", None, voter);
	Ok(())
}
