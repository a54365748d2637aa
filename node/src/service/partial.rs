//! The parts of a node that need no network.

use super::{Consensus, JUSTIFICATION_PERIOD, Partial};
use crate::{
	cache::Cache,
	rpc,
	types::{Executor, FullBackend, FullClient, Pool},
};
use assay_primitives::hashing::blake2;
use assay_runtime::{BlockNumber, RuntimeApi, opaque::Block};
use polkadot_sdk::{
	sc_consensus::LongestChain,
	sc_consensus_babe,
	sc_consensus_grandpa::{self, FinalityProofProvider, GrandpaPruningFilter, SharedVoterState},
	sc_executor::{DEFAULT_HEAP_ALLOC_STRATEGY, HeapAllocStrategy},
	sc_service::{self, Configuration, Error, config::ExecutorConfiguration},
	sc_telemetry::{self, Telemetry, TelemetryWorker},
	sc_transaction_pool,
	sc_transaction_pool_api::OffchainTransactionPoolFactory,
	sp_blockchain,
	sp_consensus_babe::{
		SlotDuration,
		inherents::{BabeCreateInherentDataProviders, InherentDataProvider},
	},
	sp_core::traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode},
	sp_io::TestExternalities,
	sp_timestamp,
};
use std::sync::Arc;

/// Opens the database and sets up execution, pool and block import.
pub fn partial(config: &Configuration, cache: Option<&Cache>) -> Result<Partial, Error> {
	let telemetry_worker = telemetry_worker(config)?;
	let (client, backend, keystore_container, task_manager) =
		sc_service::new_full_parts::<Block, RuntimeApi, _>(
			config,
			telemetry_worker.as_ref().map(|(_, telemetry)| telemetry.handle()),
			executor(&config.executor, cache),
			// Keeps the blocks with justifications, so that a pruned node can still serve warp sync.
			vec![Arc::new(GrandpaPruningFilter)],
		)?;
	let client = Arc::new(client);
	let telemetry = telemetry_worker.map(|(worker, telemetry)| {
		task_manager.spawn_handle().spawn("telemetry", Some("telemetry"), worker.run());
		telemetry
	});
	let handle = || telemetry.as_ref().map(Telemetry::handle);
	let select_chain = LongestChain::new(backend.clone());
	let transaction_pool: Arc<Pool> = Arc::from(
		sc_transaction_pool::Builder::new(
			task_manager.spawn_essential_handle(),
			client.clone(),
			config.role.is_authority().into(),
		)
		.with_options(config.transaction_pool.clone())
		.with_prometheus(config.prometheus_registry())
		.build(),
	);

	let (grandpa_import, grandpa) = sc_consensus_grandpa::block_import(
		client.clone(),
		JUSTIFICATION_PERIOD,
		&client,
		select_chain.clone(),
		handle(),
	)?;
	let babe_config = sc_consensus_babe::configuration(&*client)?;
	let slot_duration = babe_config.slot_duration();
	let (block_import, babe) = sc_consensus_babe::block_import(
		babe_config,
		grandpa_import.clone(),
		client.clone(),
		inherents(slot_duration),
		select_chain.clone(),
		OffchainTransactionPoolFactory::new(transaction_pool.clone()),
	)?;
	let (import_queue, babe_worker) =
		sc_consensus_babe::import_queue(sc_consensus_babe::ImportQueueParams {
			link: babe.clone(),
			block_import: block_import.clone(),
			justification_import: Some(Box::new(grandpa_import)),
			client: client.clone(),
			slot_duration,
			spawner: &task_manager.spawn_essential_handle(),
			registry: config.prometheus_registry(),
			telemetry: handle(),
		})?;

	let authority_set = grandpa.shared_authority_set().clone();
	let rpc = rpc::Sources {
		client: client.clone(),
		pool: transaction_pool.clone(),
		select_chain: select_chain.clone(),
		keystore: keystore_container.keystore(),
		babe: babe_worker,
		voter_state: SharedVoterState::empty(),
		justifications: grandpa.justification_stream(),
		votes: Arc::new(rpc::Votes {
			backend: backend.clone(),
			finality: FinalityProofProvider::new_for_service(
				backend.clone(),
				Some(authority_set.clone()),
			),
			authority_set,
		}),
	};
	Ok(Partial {
		client,
		backend,
		task_manager,
		keystore_container,
		select_chain,
		import_queue,
		transaction_pool,
		other: Consensus { block_import, babe, grandpa, rpc, telemetry },
	})
}

/// Slot and timestamp of a new block, from the clock.
pub fn inherents(slot_duration: SlotDuration) -> BabeCreateInherentDataProviders<Block> {
	Arc::new(move |_, ()| async move {
		let timestamp = sp_timestamp::InherentDataProvider::from_system_time();
		let slot =
			InherentDataProvider::from_timestamp_and_slot_duration(*timestamp, slot_duration);
		Ok((slot, timestamp))
	})
}

/// Takes back what BABE and GRANDPA keep of the last `blocks` blocks.
pub fn revert_consensus(
	client: Arc<FullClient>,
	backend: Arc<FullBackend>,
	blocks: BlockNumber,
) -> sp_blockchain::Result<()> {
	sc_consensus_babe::revert(client.clone(), backend, blocks)?;
	sc_consensus_grandpa::revert(client, blocks)
}

/// Compiles a runtime, so that a node finds it in the cache.
pub fn compile(code: &[u8], cache: &Cache) -> Result<(), String> {
	let fetcher = WrappedRuntimeCode(code.into());
	let hash = blake2(code).as_bytes().to_vec();
	let runtime = RuntimeCode { code_fetcher: &fetcher, heap_pages: None, hash };
	let mut state = TestExternalities::default();
	executor(&ExecutorConfiguration::default(), Some(cache))
		.call(&mut state.ext(), &runtime, "Core_version", &[], CallContext::Offchain)
		.0
		.map(drop)
		.map_err(|error| error.to_string())
}

fn executor(options: &ExecutorConfiguration, cache: Option<&Cache>) -> Executor {
	let heap = options
		.default_heap_pages
		.and_then(|pages| u32::try_from(pages).ok())
		.map_or(DEFAULT_HEAP_ALLOC_STRATEGY, |extra_pages| HeapAllocStrategy::Static {
			extra_pages,
		});
	let builder = Executor::builder()
		.with_execution_method(options.wasm_method)
		.with_onchain_heap_alloc_strategy(heap)
		.with_offchain_heap_alloc_strategy(heap)
		.with_max_runtime_instances(options.max_runtime_instances)
		.with_runtime_cache_size(options.runtime_cache_size);
	match cache {
		Some(cache) => builder.with_cache_path(cache.dir()).build(),
		None => builder.build(),
	}
}

fn telemetry_worker(
	config: &Configuration,
) -> Result<Option<(TelemetryWorker, Telemetry)>, sc_telemetry::Error> {
	let Some(endpoints) = config.telemetry_endpoints.clone().filter(|list| !list.is_empty()) else {
		return Ok(None);
	};
	const BUFFERED_MESSAGES: usize = 16;
	let worker = TelemetryWorker::new(BUFFERED_MESSAGES)?;
	let telemetry = worker.handle().new_telemetry(endpoints);
	Ok(Some((worker, telemetry)))
}
